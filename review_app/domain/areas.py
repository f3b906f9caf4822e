"""How much paper rectangles cover together, overlaps counted once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import fsum

from review_app.domain.geometry import Rect

FEW = 12
"""Up to so many rectangles are compared with one another first: most pages hold a few that never meet."""


def covered(rects: Iterable[Rect]) -> float:
    """The area of the union of ``rects``, in square points. The same for any order of the same rectangles.

    A line moves over the page from left to right and knows at each moment what of it is covered (a tree of
    counters), so that ten thousand rectangles over one another take a second and not an hour.
    """
    boxes = sorted({(r.x0, r.y0, r.x1, r.y1) for r in rects if not r.is_empty})
    if len(boxes) <= FEW and not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for i, a in enumerate(boxes) for b in boxes[:i]
    ):
        return fsum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in boxes)
    heights = sorted({y for _, y0, _, y1 in boxes for y in (y0, y1)})
    place = {y: i for i, y in enumerate(heights)}
    line = _Line(heights)
    events = sorted(
        event for x0, y0, x1, y1 in boxes
        for event in ((x0, 1, place[y0], place[y1]), (x1, -1, place[y0], place[y1]))
    )
    pieces: list[float] = []
    for (x, by, low, high), (following, *_) in pairwise(events):
        line.add(1, 0, len(heights) - 1, low, high, by)
        if following > x:
            pieces.append(line.length * (following - x))
    return fsum(pieces)


class _Line:
    """How much of a line is covered by stretches that come and go."""

    def __init__(self, heights: list[float]) -> None:
        self._heights = heights
        self._counts = [0] * (4 * len(heights))
        self._lengths = [0.0] * (4 * len(heights))

    @property
    def length(self) -> float:
        """What is covered now, in points."""
        return self._lengths[1]

    def add(self, node: int, first: int, last: int, low: int, high: int, by: int) -> None:
        """A stretch between two of the heights comes (1) or goes (-1)."""
        if low <= first and last <= high:
            self._counts[node] += by
        else:
            middle = (first + last) // 2
            if low < middle:
                self.add(2 * node, first, middle, low, high, by)
            if high > middle:
                self.add(2 * node + 1, middle, last, low, high, by)
        if self._counts[node]:
            self._lengths[node] = self._heights[last] - self._heights[first]
        elif last - first <= 1:
            self._lengths[node] = 0.0
        else:
            self._lengths[node] = self._lengths[2 * node] + self._lengths[2 * node + 1]
