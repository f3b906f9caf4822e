"""Many boxes on a page, asked quickly which of them a rectangle meets. All in PDF user space."""

from __future__ import annotations

from collections.abc import Sequence

from review_app.domain.geometry import Rect, bounds

_ROW = 24.0


class Regions:
    """The areas of one page whose content goes; ``boxes`` keep their order."""

    def __init__(self, boxes: Sequence[Rect]) -> None:
        self.boxes = tuple(boxes)
        self.bounds = bounds(boxes) if boxes else None
        self._rows: dict[int, list[int]] = {}
        for i, box in enumerate(self.boxes):
            for row in range(int(box.y0 // _ROW), int(box.y1 // _ROW) + 1):
                self._rows.setdefault(row, []).append(i)

    def __bool__(self) -> bool:
        return bool(self.boxes)

    def hits(self, rect: Rect) -> list[int]:
        """The boxes that share area with ``rect`` (a rectangle without area counts as a line or a point)."""
        whole = self.bounds
        if whole is None or not meets(rect, whole):
            return []
        first, last = int(max(rect.y0, whole.y0) // _ROW), int(min(rect.y1, whole.y1) // _ROW)
        found = {
            i for row in range(first, last + 1) for i in self._rows.get(row, ()) if meets(rect, self.boxes[i])
        }
        return sorted(found)

    def near(self, rect: Rect) -> bool:
        """True when ``rect`` meets any box."""
        return bool(self.hits(rect))


def meets(a: Rect, b: Rect) -> bool:
    """True when two rectangles share more than an edge."""
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1


def beside(box: Rect, kept: Rect, across_x: bool) -> Rect:
    """A box made smaller, so that it stays clear of something at its edge: across x, or across y."""
    if across_x:
        if kept.x0 + kept.x1 > box.x0 + box.x1:
            return Rect(box.x0, box.y0, max(box.x0 + 0.5, min(box.x1, kept.x0)), box.y1)
        return Rect(min(box.x1 - 0.5, max(box.x0, kept.x1)), box.y0, box.x1, box.y1)
    if kept.y0 + kept.y1 > box.y0 + box.y1:
        return Rect(box.x0, box.y0, box.x1, max(box.y0 + 0.5, min(box.y1, kept.y0)))
    return Rect(box.x0, min(box.y1 - 0.5, max(box.y0, kept.y1)), box.x1, box.y1)
