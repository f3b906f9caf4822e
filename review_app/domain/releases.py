"""What a release copy of a document removes, what is still to settle, and what somebody decided about gaps.

Rules only: which spans are removed, who must have agreed, which gaps want a decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap, Guessability, Level, MarkPlan, ReleasePlan
from review_app.domain.guessing import Kind as Words
from review_app.domain.rows import SpanRow
from review_app.domain.values import dataclass
from review_app.domain.verification import marks_digest
from review_app.domain.vocabulary import Kind, Origin, Status, Verdict

MIN_REASON = 3
"""Least length of a reason, in characters: a dot or a dash is none."""


class Step(StrEnum):
    """The steps of a release copy, in their order, in words."""

    COPY = "copying the original"
    REMOVE = "removing what is marked, rebuilding the pages"
    SANITISE = "cutting fonts, leaving out what nobody sees"
    VERIFY = "verifying"
    DELIVER = "delivering"


class Open(StrEnum):
    """What is left open and may stay so when somebody says that it is known."""

    NOTHING_MARKED = "nothing_marked"
    WITHOUT_CODE = "without_code"
    UNDECIDED = "undecided"
    RELEASED = "released"
    ALONE = "alone"  # one person's marks beside marks that two people looked at
    ELSEWHERE = "elsewhere"  # words that go and also stand unmarked
    BESIDE = "beside"  # marks that take no text though a line lies close to them


@dataclass(frozen=True, slots=True)
class GapChoice:
    """What somebody decided about the gap of one mark. With a ``reason`` what the width of the gap gives
    away, at ``level``, was accepted for a mark with these ``rects``."""

    span_id: str
    gap: Gap
    rects: tuple[Rect, ...]
    level: Level | None = None
    reason: str = ""
    actor: str = ""

    def accepts(self, span: SpanRow, gap: Gap, level: Level) -> bool:
        """True when the decision covers this mark as it is: the same place and gap, and no worse a level."""
        if not self.reason or self.level is None or self.gap is not gap or self.rects != span.rects:
            return False
        return self.level is Level.RED or level is not Level.RED


@dataclass(frozen=True, slots=True)
class Settings:
    """How a release copy is made: all marked pages as pictures, or these; black boxes; what is printed where
    no code is cited; whether the text of pictures is read again."""

    raster: bool = False
    raster_pages: frozenset[int] = frozenset()
    black: bool = False
    label: str = ""
    reocr: bool = False

    def is_picture(self, page: int) -> bool:
        """True for a marked page that becomes a picture."""
        return self.raster or page in self.raster_pages


@dataclass(frozen=True, slots=True)
class Draft:
    """A document before its release copy. ``marks`` go, in the order of the document; ``kept`` spans were
    withheld by the agency and stay as they are; ids in the rest."""

    document_id: str
    sha256: str
    marks: tuple[SpanRow, ...]
    choices: Mapping[str, GapChoice]
    undecided: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    kept: int = 0
    gap: Gap = Gap.AUTO
    """What becomes of the gaps nobody decided about; ``auto`` goes by what is removed."""

    @property
    def waiting(self) -> tuple[str, ...]:
        """Marks that another person must approve first."""
        return tuple(s.id for s in self.marks if s.status is Status.PROPOSED)

    @property
    def returned(self) -> tuple[str, ...]:
        """Marks that another person gave back."""
        return tuple(s.id for s in self.marks if s.status is Status.RETURNED)

    @property
    def without_code(self) -> tuple[str, ...]:
        """Marks that cite no exemption."""
        return tuple(s.id for s in self.marks if not s.codes)

    @property
    def alone(self) -> tuple[str, ...]:
        """Marks that nobody else looked at, in a document where others were approved."""
        if not any(s.status is Status.APPROVED for s in self.marks):
            return ()
        return tuple(s.id for s in self.marks if s.status in (Status.CONFIRMED, Status.SUGGESTED))

    @property
    def pages(self) -> tuple[int, ...]:
        """Pages with marks, ascending."""
        return tuple(sorted({s.page for s in self.marks}))

    @property
    def digest(self) -> str:
        """SHA-256 of what is removed and printed: another one means that a plan is out of date."""
        return marks_digest([_plain(span) for span in self.marks])

    def open_points(self) -> dict[Open, int]:
        """What is left open, with how many spans each."""
        found = {
            Open.NOTHING_MARKED: 0 if self.marks else 1, Open.WITHOUT_CODE: len(self.without_code),
            Open.UNDECIDED: len(self.undecided), Open.RELEASED: len(self.released),
            Open.ALONE: len(self.alone),
        }
        return {point: count for point, count in found.items() if count}


def open_points(draft: Draft, plan: ReleasePlan) -> dict[Open, int]:
    """What is left open in a document and its plan, with how many spans or places each."""
    found = draft.open_points()
    if plan.elsewhere:
        found[Open.ELSEWHERE] = len(plan.elsewhere)
    beside = len(marks_beside(draft, plan))
    return found | ({Open.BESIDE: beside} if beside else {})


def marks_beside(draft: Draft, plan: ReleasePlan) -> tuple[str, ...]:
    """The marks that take no text though a line of text lies close to them."""
    own = {s.id for s in draft.marks}
    return tuple(m.mark for m in plan.marks if m.is_beside and m.mark in own)


def is_mark(span: SpanRow) -> bool:
    """True for what a release copy removes: the reviewer's own marks, and redactions that the agency marked
    and never applied, unless somebody decided that they are released."""
    return _could_be_mark(span) and not _is_released(span)


def draft_of(
    document_id: str, sha256: str, spans: tuple[SpanRow, ...], choices: Mapping[str, GapChoice]
) -> Draft:
    """The draft of a document with these spans."""
    marks = tuple(s for s in spans if is_mark(s))
    others = [s for s in spans if not _could_be_mark(s) and s.status is not Status.REJECTED]
    return Draft(
        document_id, sha256, marks, {s.id: choices[s.id] for s in marks if s.id in choices},
        undecided=tuple(s.id for s in spans if s.is_undecided),
        released=tuple(s.id for s in spans if _could_be_mark(s) and _is_released(s)),
        kept=sum(s.status is not Status.SUGGESTED for s in others),
    )


def chosen_gap(draft: Draft, planned: MarkPlan) -> Gap:
    """What was decided about the gap of a mark, else what the plan takes; kept where that cannot be done."""
    choice = draft.choices.get(planned.mark)
    can_be_had = {d.gap for d in planned.defences if not d.refused}
    gap = choice.gap if choice is not None else draft.gap if draft.gap in can_be_had else planned.default
    return Gap.KEEP if any(d.gap is gap and d.refused for d in planned.defences) else gap


def gap_of_mark(draft: Draft, planned: MarkPlan, settings: Settings) -> Gap:
    """What becomes of the gap of a mark: before a page becomes a picture its lines are laid anew in steps,
    unless the gap is to be kept."""
    gap = chosen_gap(draft, planned)
    return Gap.ROUND if settings.is_picture(planned.page) and gap is not Gap.KEEP else gap


def guess_of_mark(draft: Draft, planned: MarkPlan, settings: Settings) -> Guessability:
    """What the gap of a mark gives away as it is to be treated."""
    return planned.guess(gap_of_mark(draft, planned, settings))


def is_unmeasured(plan: ReleasePlan, planned: MarkPlan) -> bool:
    """True for a word on a page whose instructions are not understood: nobody knows what its gap tells."""
    return planned.page in plan.refused and planned.kind in (Words.NAME, Words.NUMBER, Words.WORD)


def level_of_mark(draft: Draft, plan: ReleasePlan, planned: MarkPlan, settings: Settings) -> Level:
    """How much the gap of a mark gives away; amber where that cannot be measured."""
    level = guess_of_mark(draft, planned, settings).level
    return Level.AMBER if level is Level.GREEN and is_unmeasured(plan, planned) else level


def is_settled(
    draft: Draft, plan: ReleasePlan, span: SpanRow, planned: MarkPlan, settings: Settings
) -> bool:
    """True when the gap of a mark gives nothing away that matters, or somebody accepted it with a reason."""
    level = level_of_mark(draft, plan, planned, settings)
    choice = draft.choices.get(span.id)
    return level is Level.GREEN or (
        choice is not None and choice.accepts(span, chosen_gap(draft, planned), level))


def is_harmless_kept(draft: Draft, plan: ReleasePlan, span: SpanRow, planned: MarkPlan) -> bool:
    """True when a gap may stay as wide as what goes: it tells nothing, or that was accepted."""
    level = planned.guess(Gap.KEEP).level
    if level is Level.GREEN and not is_unmeasured(plan, planned):
        return True
    choice = draft.choices.get(span.id)
    return choice is not None and (
        choice.accepts(span, Gap.KEEP, level)
        or (is_unmeasured(plan, planned) and choice.accepts(span, choice.gap, Level.AMBER)))


def wanting(draft: Draft, plan: ReleasePlan, settings: Settings) -> tuple[str, ...]:
    """The marks whose gaps want a decision."""
    spans = {s.id: s for s in draft.marks}
    return tuple(
        m.mark for m in plan.marks
        if m.mark in spans and not is_settled(draft, plan, spans[m.mark], m, settings)
    )


def refused_pages(plan: ReleasePlan, settings: Settings) -> tuple[int, ...]:
    """Pages that can only be pictures and are not yet to be."""
    return tuple(sorted(page for page in plan.refused if not settings.is_picture(page)))


def marks_file(draft: Draft, plan: ReleasePlan | None, settings: Settings) -> dict[str, Any]:
    """The marks in the form of a marks file, with what becomes of each gap once there is a plan."""
    planned = {m.mark: m for m in plan.marks} if plan is not None else {}
    spans = []
    for span in draft.marks:
        one = {**_plain(span), "label": "" if span.codes else settings.label}
        if span.id in planned:
            one["gap"] = str(chosen_gap(draft, planned[span.id]))
        spans.append(one)
    return {"sha256": draft.sha256, "spans": spans}


def _plain(span: SpanRow) -> dict[str, Any]:
    return {
        "id": span.id, "page": span.page, "rects": [r.as_list() for r in span.rects],
        "codes": list(dict.fromkeys(c.code for c in span.codes)),
    }


def _could_be_mark(span: SpanRow) -> bool:
    if span.status is Status.REJECTED or span.is_provisional:
        return False
    return span.origin is Origin.REVIEWER or span.kind is Kind.UNAPPLIED


def _is_released(span: SpanRow) -> bool:
    return span.decision is not None and span.decision.verdict is Verdict.RELEASE
