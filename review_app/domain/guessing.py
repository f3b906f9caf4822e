"""How well the width of a gap gives away what was removed, and what is done against it.

The figures follow redaction reference 4: an attacker measures a gap to a hundredth of a point, keeps the
entries of a list that are as wide, and is left with some bits of doubt. Lists of candidates hold the removed
word itself: they are never stored, logged or reported; what leaves the child are the figures of this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from review_app.domain.errors import UsageError
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass

TOLERANCE = 0.02
"""Points to which a gap can be measured in a vector page or a raster of one (redaction reference 4)."""

STEP = 18.0
"""Points to whose multiples a rounded gap is widened. Twelve are the least that reference 4 names; in wide
faces they take a sixth of a name's bits and more (measured by the bench of guessing)."""

RED_BITS, AMBER_BITS = 4.0, 8.0
RED_SHARE = 0.2
FEW, VERY_FEW = 10, 3
AMBER_KEPT = 0.85
"""Limits of the three levels (reference 4); the last is the share of the prior's bits that coarse defences
are to keep (issue)."""


class Gap(StrEnum):
    """What becomes of the gap that a removed stretch leaves in its line."""

    AUTO = "auto"  # constant for names, figures and single words, kept for passages
    KEEP = "keep"  # as wide as what was removed
    CONSTANT = "constant"  # equally wide everywhere; the rest of the line follows, its spaces made even
    ROUND = "round"  # widened to a multiple of STEP
    LINE = "line"  # the rest of the line is removed, too


class Level(StrEnum):
    """What the width of a gap gives away: red and amber want a decision."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Kind(StrEnum):
    """What was removed, as far as it decides which lists an attacker would try."""

    NAME = "name"
    NUMBER = "number"
    WORD = "word"
    PASSAGE = "passage"
    NONE = "none"  # no text: a picture or a drawing


def gap_of(value: object) -> Gap:
    """A choice from a command line or a marks file.

    Raises:
        UsageError: there is no such choice.
    """
    try:
        return Gap(str(value))
    except ValueError:
        raise UsageError(
            f"There is no gap {str(value)[:40]!r}", todo="Use " + ", ".join(g.value for g in Gap)
        ) from None


@dataclass(frozen=True, slots=True)
class Guessability:
    """What an attacker who measures one gap is left with.

    Attributes:
        entries: entries of the list he would try (of names, figures), 0 where there is none for such a text.
        fits: how many of them fit the gap.
        prior_bits: doubt before the measurement, in bits.
        bits: doubt after it.
        rank: place of the true entry among those that fit, the likeliest first; 0 when unknown.
        share: how likely the true entry is after the measurement, 0 to 1.
        known: people and words that the reader may have in mind: those of the document, the case, the
            reviewer's own list.
        known_fits: how many of these fit.
    """

    entries: int = 0
    fits: int = 0
    prior_bits: float = 0.0
    bits: float = 0.0
    rank: int = 0
    share: float = 0.0
    known: int = 0
    known_fits: int = 0

    @property
    def kept(self) -> float:
        """Share of the prior's bits that is left, 0 to 1; 1 where nothing could be known before."""
        return self.bits / self.prior_bits if self.prior_bits > 0 else 1.0

    @property
    def tells_nothing(self) -> bool:
        """True when the measurement rules out no entry of any list."""
        return self.fits >= self.entries and self.known_fits >= self.known

    @property
    def level(self) -> Level:
        """Red, amber or green. Green where the gap rules nothing out, however short the list."""
        if self.tells_nothing:
            return Level.GREEN
        narrowed = self.known_fits < self.known
        if narrowed and self.known_fits <= 1:
            return Level.RED
        if self.fits < self.entries and (
            self.fits <= FEW or self.share >= RED_SHARE or self.bits < RED_BITS
        ):
            return Level.RED
        if narrowed and self.known_fits <= VERY_FEW:
            return Level.AMBER
        if self.fits < self.entries and (
            self.bits < min(AMBER_BITS, AMBER_KEPT * self.prior_bits) or 0 < self.rank <= FEW
        ):
            return Level.AMBER
        return Level.GREEN

    def to_json(self) -> dict[str, Any]:
        """Figures only."""
        return {
            "entries": self.entries, "fits": self.fits, "prior_bits": round(self.prior_bits, 2),
            "bits": round(self.bits, 2), "rank": self.rank, "share": round(self.share, 4),
            "known": self.known, "known_fits": self.known_fits, "level": str(self.level),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Guessability:
        """From that form."""
        return cls(
            int(value["entries"]), int(value["fits"]), float(value["prior_bits"]), float(value["bits"]),
            int(value["rank"]), float(value["share"]), int(value["known"]), int(value["known_fits"]),
        )


@dataclass(frozen=True, slots=True)
class Defence:
    """One way to treat a gap: what it would leave to guess, and why it cannot be used here, if so."""

    gap: Gap
    guess: Guessability
    refused: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain form."""
        return {"gap": str(self.gap), "guess": self.guess.to_json(), "refused": self.refused}

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Defence:
        """From plain form."""
        return cls(Gap(value["gap"]), Guessability.of(value["guess"]), str(value.get("refused", "")))


@dataclass(frozen=True, slots=True)
class MarkPlan:
    """What one mark will do, for the reviewer's eye before a release.

    Attributes:
        mark: the mark's id.
        page: its page, from 1.
        words: the exact stretches that will go. **Text of the document**: shown to the reviewer, never
            stored, logged or reported.
        kind: what they are.
        defences: the ways to treat the gap with what each leaves to guess; the first is the gap kept.
        default: the one that is taken when nothing else is said.
        is_beside: it takes no text, though a line of text lies close by: perhaps it was drawn too low.
    """

    mark: str
    page: int
    words: tuple[str, ...]
    kind: Kind
    defences: tuple[Defence, ...]
    default: Gap
    is_beside: bool = False

    def guess(self, gap: Gap = Gap.AUTO) -> Guessability:
        """What is left to guess with a gap treated so; by default as planned."""
        wanted = self.default if gap is Gap.AUTO else gap
        return next((d.guess for d in self.defences if d.gap is wanted), Guessability())

    @property
    def level(self) -> Level:
        """The level when the gap is kept: red and amber marks want a defence."""
        return self.guess(Gap.KEEP).level

    def to_json(self) -> dict[str, Any]:
        """Plain form. With the words: for the pipe between child and parent, and for nothing else."""
        return {
            "mark": self.mark, "page": self.page, "words": list(self.words), "kind": str(self.kind),
            "defences": [d.to_json() for d in self.defences], "default": str(self.default),
            "is_beside": self.is_beside,
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> MarkPlan:
        """From plain form.

        Raises:
            ValueError, KeyError, TypeError: it is not of that form.
        """
        return cls(
            str(value["mark"]), int(value["page"]), tuple(str(w) for w in value["words"]),
            Kind(value["kind"]), tuple(Defence.of(d) for d in value["defences"]), Gap(value["default"]),
            bool(value.get("is_beside")),
        )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place where a word that a mark removes also stands, unmarked: the mark, the page (from 1), the place
    in page space. ``text`` is **text of the document**: for the reviewer's eye, never stored or logged."""

    mark: str
    page: int
    rect: Rect
    text: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain form, with the text: for the pipe between child and parent."""
        return {"mark": self.mark, "page": self.page, "rect": self.rect.as_list(), "text": self.text}

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Elsewhere:
        """From plain form.

        Raises:
            ValueError, KeyError, TypeError: it is not of that form.
        """
        return cls(str(value["mark"]), int(value["page"]), Rect.of(value["rect"]), str(value["text"]))


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What a release copy would remove, mark by mark; ``refused`` names pages that only the raster method
    can do, with the reason; ``elsewhere`` are places where names, figures and words that go also stand.
    ``has_tags``: the document is tagged, and its tags are not carried over."""

    marks: tuple[MarkPlan, ...]
    refused: Mapping[int, str]
    elsewhere: tuple[Elsewhere, ...] = ()
    has_tags: bool = False

    @property
    def wanting(self) -> tuple[MarkPlan, ...]:
        """The marks whose gap, treated as planned, is red or amber: they want a decision."""
        return tuple(m for m in self.marks if m.guess().level is not Level.GREEN)

    def to_json(self) -> dict[str, Any]:
        """Plain form, with the words."""
        return {
            "marks": [m.to_json() for m in self.marks],
            "refused": {str(page): why for page, why in self.refused.items()},
            "elsewhere": [e.to_json() for e in self.elsewhere], "has_tags": self.has_tags,
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> ReleasePlan:
        """From plain form.

        Raises:
            ValueError, KeyError, TypeError: it is not of that form.
        """
        return cls(
            tuple(MarkPlan.of(m) for m in value["marks"]),
            {int(page): str(why) for page, why in value["refused"].items()},
            tuple(Elsewhere.of(e) for e in value.get("elsewhere", ())), bool(value.get("has_tags")),
        )


def default_gap(kind: Kind) -> Gap:
    """The defence that is taken when nobody chooses: constant wherever a list could be tried."""
    return Gap.CONSTANT if kind in (Kind.NAME, Kind.NUMBER, Kind.WORD) else Gap.KEEP


def without_words(plan: ReleasePlan) -> ReleasePlan:
    """The plan for a log or a report: figures alone."""
    return replace(
        plan, marks=tuple(replace(m, words=()) for m in plan.marks),
        elsewhere=tuple(replace(e, text="") for e in plan.elsewhere),
    )
