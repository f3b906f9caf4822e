"""Which code of the text layer belongs to which box of the pixels.

A code is believed because a box is there: inside it, beside it, or alone in the margin at its height. One
code in the margin may stand for several boxes: the nearest has it from the margin, the others share it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from review_app.detection import codes as code_lists
from review_app.detection.flow import Flow
from review_app.domain.content import Word
from review_app.domain.findings import CodeReading
from review_app.domain.geometry import Rect, bounds
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Provenance

_MAYBE = re.compile(
    r"(?=.*\d)(?=.*[A-Za-z(])|^[(bB8E]{1,2}[SGsgeb&lI|!)]{1,3},?$|^\(?[b1-9)]\)?$|^\(\w\)$|^NR$"
)
_STOP = re.compile(r"(?<=\d)[_\-,:·](?=\d\()")
_LETTERS = str.maketrans({"¢": "c", "©": "c", "{": "(", "}": ")"})
MAX_WORDS = 4
"""Words of one code: "( b ) ( 6 )" is torn into more by bad recognition, "1.4 (b) 1.4 (d)" is two."""

REACH = 14.0
"""Points: a code in the margin stands within a line of its box."""


@dataclass(frozen=True, slots=True)
class Printed:
    """Codes at one place of a page; ``alone``: no other words stand near on its line."""

    rect: Rect
    codes: tuple[CodeReading, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class Attached:
    """The codes of each box, and the places of all codes that have found a box."""

    codes: tuple[tuple[CodeReading, ...], ...]
    taken: tuple[Rect, ...]


def _mended(text: str) -> str:
    """Signs that recognition takes for the stop and the letter of a section: "3_5(¢)" is "3.5(c)"."""
    return _STOP.sub(".", text).translate(_LETTERS)


def is_code(text: str) -> bool:
    """True when the whole text is codes."""
    return bool(_MAYBE.search(text)) and code_lists.read_list(text, Provenance.IN_BOX).complete


def printed_codes(flow: Flow, text: Sequence[int], expected: frozenset[str]) -> list[Printed]:
    """All words on these lines that read as codes and nothing else.

    Args:
        text: flow lines of one page, without those of stamps and legends.
        expected: canonical codes of the release line; where there are some, misread codes are mended.
    """
    found: list[Printed] = []
    for index in text:
        words = flow.lines[index].words
        at = 0
        while at < len(words):
            hit = _at(words, at, expected) if _MAYBE.search(words[at].text) else None
            if hit is None:
                at += 1
                continue
            end, codes = hit
            rect = bounds([w.rect for w in words[at:end]])
            gap = 1.5 * rect.height
            alone = (at == 0 or rect.x0 - words[at - 1].rect.x1 > gap) and (
                end == len(words) or words[end].rect.x0 - rect.x1 > gap
            )
            found.append(Printed(rect, codes, alone))
            at = end
    return found


def _at(
    words: Sequence[Word], at: int, expected: frozenset[str]
) -> tuple[int, tuple[CodeReading, ...]] | None:
    for end in range(min(len(words), at + MAX_WORDS), at, -1):
        part = words[at:end]
        gaps = [b.rect.x0 - a.rect.x1 for a, b in itertools.pairwise(part)]
        if any(gap > 0.8 * part[0].rect.height for gap in gaps):
            continue
        read = code_lists.read_list(
            _mended(" ".join(w.text for w in part)), Provenance.MARGIN,
            repair=bool(expected), expected=expected,
        )
        if read.complete and read.codes:
            return end, read.codes
    return None


def attach(boxes: Sequence[Rect], flow: Flow, text: Sequence[int], expected: frozenset[str]) -> Attached:
    """Give each box its codes."""
    codes: list[list[CodeReading]] = [[] for _ in boxes]
    taken: list[Rect] = []
    margin: list[Printed] = []
    for place in printed_codes(flow, text, expected) if boxes else ():
        at = _inside(place.rect, boxes)
        where = Provenance.IN_BOX
        if at is None:
            at, where = _beside(place.rect, boxes), Provenance.BESIDE
        if at is None:
            if place.alone:
                margin.append(place)
            continue
        taken.append(place.rect)
        _give(codes[at], place, where)
    _margins(boxes, margin, codes, taken)
    return Attached(tuple(tuple(c) for c in codes), tuple(taken))


def _give(have: list[CodeReading], place: Printed, where: Provenance) -> None:
    have.extend(
        replace(code, provenance=where) for code in place.codes if code.code not in {c.code for c in have}
    )


def _inside(code: Rect, boxes: Sequence[Rect]) -> int | None:
    shares = [code.intersect(box).area / max(code.area, 1e-6) for box in boxes]
    best = max(range(len(boxes)), key=lambda i: (shares[i] > 0.3, -boxes[i].area), default=None)
    return best if best is not None and shares[best] > 0.3 else None


def _beside(code: Rect, boxes: Sequence[Rect]) -> int | None:
    """The box whose end the code follows or precedes on its line, less than a letter or two away."""
    for i, box in enumerate(boxes):
        middle = (code.y0 + code.y1) / 2
        if not box.y0 - 2.0 <= middle <= box.y1 + 2.0 or box.height > 4.0 * code.height:
            continue
        if min(abs(code.x0 - box.x1), abs(box.x0 - code.x1)) <= 0.9 * code.height:
            return i
    return None


def _distance(code: Rect, box: Rect) -> float:
    """Points between the heights of code and box; 0 where they overlap."""
    return max(0.0, box.y0 - code.y1, code.y0 - box.y1)


def _margins(
    boxes: Sequence[Rect], margin: Sequence[Printed], codes: list[list[CodeReading]], taken: list[Rect]
) -> None:
    """Codes of the margin: each to the nearest box without one, then to those that share its height."""

    def cost(code: Rect, box: Rect) -> float:
        apart = abs((code.y0 + code.y1) - (box.y0 + box.y1)) / 2
        return _distance(code, box) + 0.1 * apart

    pairs = sorted(
        (cost(place.rect, box), c, b)
        for c, place in enumerate(margin) for b, box in enumerate(boxes)
        if _distance(place.rect, box) <= REACH
        and not box.x0 + 20 < (place.rect.x0 + place.rect.x1) / 2 < box.x1 - 20
    )
    served: dict[int, int] = {}
    before = [bool(c) for c in codes]
    for _, c, b in pairs:
        if c in served or before[b] or any(x.code in {k.code for k in margin[c].codes} for x in codes[b]):
            continue
        served[c] = b
        _give(codes[b], margin[c], Provenance.MARGIN)
        taken.append(margin[c].rect)
    for _, c, b in pairs:
        if c in served and not codes[b]:
            _give(codes[b], margin[c], Provenance.MARGIN_SHARED)
