"""Two drawings of one place are one box: a filling and its hatching, a mark and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Kind

if TYPE_CHECKING:
    from review_app.detection.boxes import Box

_CELL = 64.0  # points: places are looked up by the cells they touch


def _cells(r: Rect) -> list[tuple[int, int]]:
    xs = range(int(r.x0 // _CELL), int(r.x1 // _CELL) + 1)
    return [(x, y) for x in xs for y in range(int(r.y0 // _CELL), int(r.y1 // _CELL) + 1)]


def _is_twin(a: Rect, b: Rect) -> bool:
    return a.intersect(b).area > 0.6 * min(a.area, b.area) or a.iou(b) > 0.3


def without_doubles(boxes: Sequence[Box]) -> list[Box]:
    """One box for each place: two drawings of it (filling and hatching, mark and look) are one box."""
    kept: list[Box] = []
    places: dict[tuple[int, int], list[int]] = {}
    for box in sorted(boxes, key=lambda b: (not b.is_unapplied, -b.odds)):
        near = {i for cell in _cells(box.rects[0]) for i in places.get(cell, ())}
        twin = next((i for i in sorted(near) if _is_twin(kept[i].rects[0], box.rects[0])), None)
        if twin is None:
            for cell in _cells(box.rects[0]):
                places.setdefault(cell, []).append(len(kept))
            kept.append(box)
            continue
        first = kept[twin]
        extra = tuple(reason for reason in box.reasons if reason not in first.reasons)
        hidden = first.hidden or box.hidden
        hatched = "a hatched box" in box.reasons and first.kind is Kind.BLACK_BOX
        kept[twin] = replace(
            first,
            reasons=(*first.reasons, *extra),
            hidden=hidden,
            codes=first.codes or box.codes,
            kind=Kind.FILLED_BOX if hatched else first.kind,
        )
    return sorted(kept, key=lambda b: (b.rects[0].y0, b.rects[0].x0))
