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
