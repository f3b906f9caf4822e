"""What the width of each gap gives away: the attack of redaction reference 4, run on one's own document.

For each removed stretch the entries of an open dictionary, the names of the document and those that the
caller knows are measured in the document's own font, and compared with the true text. The lists live as long
as one call; figures alone leave it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from review_app.domain import names
from review_app.domain.guessing import STEP, TOLERANCE, Gap, Guessability, Kind
from review_app.domain.names import Slot, Template
from review_app.domain.values import dataclass
from review_app.engine.pdffonts import PdfFont
from review_app.engine.stretches import Stretch
from review_app.engine.widths import FontWidths

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MAX_COMBINED = 2
"""Slots that are filled from lists at once: two give a quarter of a million people, three would not fit."""

MAX_KNOWN = 20_000

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*")


@dataclass(eq=False)
class Attack:
    """One stretch with the width of every entry that may stand in it, relative to the true text.

    ``apart`` are points by which an entry is wider than the true one; ``weights`` how likely it is;
    ``known`` the same distances for what the reader may have in mind. The true entry has distance 0.
    """

    text: str
    kind: Kind
    width: float
    apart: Floats
    weights: Floats
    true: int
    known: Floats

    def fitting(self, test: Callable[[Floats], Mask]) -> tuple[Mask, Mask]:
        """Which entries, and which of the known ones, pass a test of their distance."""
        return test(self.apart), test(self.known)


class Guesser:
    """Measures attacks in the fonts of one document.

    Args:
        known: people and words that the reader may have in mind. Never stored.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        forms = {form for entry in list(known)[:MAX_KNOWN] for form in names.spelled(entry)}
        self._known: dict[tuple[int, bool], list[str]] = {}
        for form in sorted(forms):
            self._known.setdefault((len(form.split()), False), []).append(form)
        for (words, _), own in list(self._known.items()):
            self._known[words, True] = sorted({form.upper() for form in own})
        self._widths: dict[int, FontWidths] = {}
        self._lists: dict[tuple[int, str, bool], Floats] = {}
        self._known_widths: dict[tuple[int, int, bool], tuple[Floats, Floats]] = {}

    def attack(self, stretch: Stretch) -> Attack:
        """The attack on one stretch."""
        glyph = stretch.visible[0]
        font = self._font(glyph.font)
        text = stretch.text
        kind = names.template(text)

        def wide(part: str) -> float:
            return stretch.em * font.text(part, glyph.char)

        apart, weights, true = self._combined(kind, glyph.font, font, stretch.em, glyph.char)
        core = kind.core
        widths, letters, has_true = self._known_in(glyph.font, font, core)
        # Who is not in the list cannot be found with it.
        distances = stretch.em * (widths + glyph.char * letters) - wide(core) if has_true else np.zeros(0)
        return Attack(text, kind.kind, stretch.width, apart, weights, true, distances)

    def _known_in(self, font: PdfFont, widths: FontWidths, core: str) -> tuple[Floats, Floats, bool]:
        """Widths in em and letters of what is known and has as many words, and whether the text is in it."""
        words, upper = len(core.split()), core.isupper()
        key = (id(font), words, upper)
        cased = self._known.get((words, upper), [])
        if key not in self._known_widths:
            self._known_widths[key] = (
                np.array([widths.text(k) for k in cased], dtype=np.float64),
                np.array([len(k) for k in cased], dtype=np.float64),
            )
        return *self._known_widths[key], core in cased

    def _font(self, font: PdfFont) -> FontWidths:
        if id(font) not in self._widths:
            self._widths[id(font)] = FontWidths(font)
        return self._widths[id(font)]

    def _combined(
        self, kind: Template, font: PdfFont, widths: FontWidths, em: float, spacing: float
    ) -> tuple[Floats, Floats, int]:
        """Distances and weights of all ways to fill the slots, and which of them is the true one."""
        if kind.kind is Kind.NUMBER:
            return _digits(kind, widths, em)
        apart, weights, true = np.zeros(1), np.ones(1), 0
        used = 0
        for slot in kind.slots:
            if used == MAX_COMBINED:
                break
            used += 1
            own, weight, place = self._listed(slot, font, widths)
            own = em * (own + spacing * self._letters(slot))
            own = own - own[place]
            apart = np.add.outer(apart, own).ravel()
            weights = np.multiply.outer(weights, weight).ravel()
            true = true * len(own) + place
        if not used:
            return np.zeros(0), np.zeros(0), 0
        return apart, weights, true

    def _listed(self, slot: Slot, font: PdfFont, widths: FontWidths) -> tuple[Floats, Floats, int]:
        """Widths in em and weights of a slot's entries, and the place of the true one."""
        listed = names.entries(slot.list)
        key = (id(font), slot.list, slot.is_upper)
        if key not in self._lists:
            self._lists[key] = np.array([widths.text(_cased(n, slot)) for n, _ in listed], dtype=np.float64)
        own, weight = self._lists[key], np.array([w for _, w in listed], dtype=np.float64)
        folded = slot.true.casefold()
        place = next((i for i, (n, _) in enumerate(listed) if n.casefold() == folded), -1)
        if place < 0:  # an attacker's list may be longer than ours: the true entry is taken to be in it
            own = np.append(own, widths.text(slot.true))
            weight = np.append(weight, weight.min())
            place = len(own) - 1
        return own, weight, place

    def _letters(self, slot: Slot) -> Floats:
        listed = [len(n) for n, _ in names.entries(slot.list)]
        if not any(n.casefold() == slot.true.casefold() for n, _ in names.entries(slot.list)):
            listed.append(len(slot.true))
        return np.array(listed, dtype=np.float64)


def _cased(name: str, slot: Slot) -> str:
    return name.upper() if slot.is_upper else name


def _digits(kind: Template, widths: FontWidths, em: float) -> tuple[Floats, Floats, int]:
    """Figures: how many numbers of as many digits have each width. All the same where digits are."""
    total = {0: 1.0}
    true = 0
    for slot in kind.slots:
        near: Counter[int] = Counter()
        for digit in "0123456789":
            step = round(em * widths.char(digit) * 1000)
            for width, count in total.items():
                near[width + step] += count  # type: ignore[assignment]
        true += round(em * widths.char(slot.true) * 1000)
        total = {w: float(c) for w, c in near.items()}
    sums = sorted(total)
    apart = np.array([(s - true) / 1000 for s in sums], dtype=np.float64)
    return apart, np.array([total[s] for s in sums], dtype=np.float64), sums.index(true)


def test_of(gap: Gap, attack: Attack, *, is_open: bool = False) -> Callable[[Floats], Mask]:
    """What an attacker can tell of a width when a gap is treated so.

    Args:
        gap: the treatment.
        attack: the stretch.
        is_open: nothing stands behind the gap in its line, and its box is wider than the text: only an upper
            bound can be measured.
    """
    if gap in (Gap.CONSTANT, Gap.LINE):
        return lambda apart: np.ones(len(apart), dtype=bool)
    if gap is Gap.ROUND:
        mine = math.ceil(attack.width / STEP)
        return lambda apart: np.asarray(np.ceil((attack.width + apart) / STEP) == mine)
    if is_open:
        return lambda apart: np.asarray(apart <= TOLERANCE)
    return lambda apart: np.asarray(np.abs(apart) <= TOLERANCE)


def figures(attacks: Sequence[Attack], tests: Sequence[Callable[[Floats], Mask]]) -> Guessability:
    """What is left of one text after all its gaps were measured: the lists of all of them are intersected.

    Args:
        attacks: gaps of one and the same text, at least one.
        tests: what can be told of each.
    """
    first = attacks[0]
    fits, known = first.fitting(tests[0])
    for attack, test in zip(attacks[1:], tests[1:], strict=True):
        more, others = attack.fitting(test)
        if len(more) == len(fits) and len(others) == len(known):
            fits, known = fits & more, known & others
    weights = first.weights
    left = weights[fits]
    is_count = first.kind is Kind.NUMBER  # there a weight is a number of entries
    entries = int(weights.sum()) if is_count else len(weights)
    count = int(left.sum()) if is_count else int(fits.sum())
    own = 1.0 if is_count else float(weights[first.true]) if len(weights) else 0.0
    total = float(left.sum())
    if is_count:
        rank = (count + 1) // 2  # all are equally likely
        prior, bits = math.log2(max(1, entries)), math.log2(max(1, count))
    else:
        rank = int((left > own).sum()) + 1 if len(left) else 0
        prior, bits = _bits(weights), _bits(left)
    return Guessability(
        entries, count, prior, bits, rank, own / total if total > 0 else 0.0, len(first.known),
        int(known.sum()),
    )


def _bits(weights: Floats) -> float:
    total = float(weights.sum())
    if total <= 0:
        return 0.0
    return max(0.0, math.log2(total) - float((weights * np.log2(weights)).sum()) / total)


def names_in(lines: Iterable[str]) -> set[str]:
    """Names that stand in a text: words that are written with a capital inside of sentences and never
    without, and pairs of them."""
    small: set[str] = set()
    found: set[str] = set()
    for line in lines:
        before = "."
        last = ""
        for match in _WORD.finditer(line):
            word = match.group()
            gap = line[: match.start()].rstrip()[-1:] if match.start() else before
            if word[0].islower():
                small.add(word)
                last = ""
                continue
            if len(word) > 2 and gap not in ("", ".", "!", "?", ":"):
                found.add(word)
            if last and line[: match.start()].endswith(" ") and len(word) > 2:
                found.add(f"{last} {word}")
            last = word if len(word) > 2 else ""
    return {f for f in found if not any(w.lower() in small for w in f.split())}
