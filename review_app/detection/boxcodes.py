"""Which exemption codes belong to which box: those in it, beside it, and in the margin of its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from review_app.detection import codes as code_lists
from review_app.domain.content import Word
from review_app.domain.findings import CodeReading
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Provenance

if TYPE_CHECKING:
    from review_app.detection.boxes import Box

IN_BOX, BESIDE, MARGIN = 4.0, 2.5, 2.5
"""Weights of the domain reference, 5.9."""

_MAYBE = re.compile(r"(?=.*\d)(?=.*[A-Za-z(])")  # every code has a figure, and a letter or a bracket
_NEAR = 2.5  # heights of the code: further away on the row it stands in the margin, or belongs to no box


def inside(box: Box, text: str) -> Box:
    """The box with the codes that are printed in it."""
    read = code_lists.read_list(" ".join(text.split()), Provenance.IN_BOX)
    if not read.codes:
        return box
    return replace(
        box,
        codes=read.codes,
        odds=box.odds + IN_BOX,
        reasons=(*box.reasons, "an exemption code is printed in it"),
    )


def attach(boxes: Sequence[Box], words: Sequence[Word], column: tuple[float, float]) -> list[Box]:
    """The boxes with the codes that stand beside them or in the margin of their lines.

    Args:
        boxes: of one page.
        words: of that page.
        column: where its lines begin and end.
    """
    stretches = _stretches(words, boxes) if boxes else []
    out: list[Box] = []
    for box in boxes:
        if box.codes or not stretches:
            out.append(box)
            continue
        best: tuple[float, Rect, tuple[CodeReading, ...], bool] | None = None
        for rect, codes in stretches:
            for r in box.rects:
                across = min(rect.y1, r.y1) - max(rect.y0, r.y0)
                if across < 0.5 * min(rect.height, r.height):
                    continue
                gap = max(rect.x0 - r.x1, r.x0 - rect.x1, 0.0)
                in_margin = gap > _NEAR * rect.height
                if in_margin and not (rect.x1 >= column[1] - 10 or rect.x0 <= column[0] + 10):
                    continue
                if best is None or gap < best[0]:
                    best = (gap, rect, codes, in_margin)
        if best is None:
            out.append(box)
            continue
        _, rect, codes, in_margin = best
        where = Provenance.MARGIN if in_margin else Provenance.BESIDE
        reason = (
            "an exemption code stands in the margin of its line"
            if in_margin
            else "an exemption code stands beside it"
        )
        out.append(
            replace(
                box,
                codes=tuple(replace(c, provenance=where) for c in codes),
                odds=box.odds + (MARGIN if in_margin else BESIDE),
                reasons=(*box.reasons, reason),
                used=(rect,),
            )
        )
    return _shared(out)


def _shared(boxes: Sequence[Box]) -> list[Box]:
    """A margin code that serves several boxes says so."""
    count: dict[Rect, int] = {}
    for box in boxes:
        for rect in box.used:
            count[rect] = count.get(rect, 0) + 1
    out = []
    for box in boxes:
        if any(count[rect] > 1 for rect in box.used) and box.codes[0].provenance is Provenance.MARGIN:
            box = replace(
                box, codes=tuple(replace(c, provenance=Provenance.MARGIN_SHARED) for c in box.codes)
            )
        out.append(box)
    return out


def _stretches(words: Sequence[Word], boxes: Sequence[Box]) -> list[tuple[Rect, tuple[CodeReading, ...]]]:
    """Runs of words that are codes and nothing else, on the rows of the boxes."""
    rects = [r for box in boxes for r in box.rects]
    near = [
        w
        for w in words
        if len(w.text) <= 40
        and _MAYBE.search(w.text)
        and any(w.rect.y0 <= r.y1 and r.y0 <= w.rect.y1 for r in rects)
    ]
    found: list[tuple[Rect, tuple[CodeReading, ...]]] = []
    for word in near:
        read = code_lists.read_list(word.text, Provenance.BESIDE)
        if not read.codes or not read.complete:
            continue
        if any(_in(word.rect, r) for r in rects):
            continue
        last = found[-1] if found else None
        if (
            last is not None
            and abs(last[0].y0 - word.rect.y0) < 2
            and 0 <= word.rect.x0 - last[0].x1 < word.rect.height
        ):
            have = {c.code for c in last[1]}
            found[-1] = (last[0].union(word.rect), (*last[1], *(c for c in read.codes if c.code not in have)))
        else:
            found.append((word.rect, read.codes))
    return found


def _in(a: Rect, b: Rect) -> bool:
    return a.area > 0 and a.intersect(b).area > 0.5 * a.area
