"""Which spans are at a place, and which lie in a stripe of a page. Knows no Qt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from review_app.domain.geometry import Rect, bounds
from review_app.domain.rows import SpanRow


@dataclass(frozen=True, slots=True)
class Placed:
    """A span with the smallest rectangle that holds all of it, in points."""

    span: SpanRow
    bounds: Rect


class _Page:
    """The spans of one page by upper edge, with the tallest height: enough to cut a stripe out quickly."""

    __slots__ = ("placed", "tallest", "tops")

    def __init__(self, placed: list[Placed]) -> None:
        self.placed = sorted(placed, key=lambda p: (p.bounds.y0, p.bounds.x0, p.span.id))
        self.tops = [p.bounds.y0 for p in self.placed]
        self.tallest = max(p.bounds.height for p in self.placed)

    def stripe(self, y0: float, y1: float) -> list[Placed]:
        start = bisect_left(self.tops, y0 - self.tallest)
        stop = bisect_right(self.tops, y1)
        return [p for p in self.placed[start:stop] if p.bounds.y1 >= y0]


class SpanIndex:
    """The spans of a document by page and height. Spans without a rectangle are known but nowhere."""

    def __init__(self, spans: Iterable[SpanRow] = ()) -> None:
        self._by_id: dict[str, Placed | None] = {}
        by_page: dict[int, list[Placed]] = {}
        for span in spans:
            if not span.rects:
                self._by_id[span.id] = None
                continue
            placed = Placed(span, bounds(span.rects))
            self._by_id[span.id] = placed
            by_page.setdefault(span.page, []).append(placed)
        self._pages = {number: _Page(placed) for number, placed in by_page.items()}

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, span_id: str) -> Placed | None:
        """A span by its id; None when it is not here or has no place."""
        return self._by_id.get(span_id)

    def on_page(self, page: int) -> Sequence[Placed]:
        """All spans of a page, from top to bottom."""
        found = self._pages.get(page)
        return found.placed if found else ()

    def stripe(self, page: int, y0: float, y1: float) -> Sequence[Placed]:
        """The spans of a page that touch the stripe from ``y0`` to ``y1`` points, from top to bottom."""
        found = self._pages.get(page)
        return found.stripe(y0, y1) if found else ()

    def at(self, page: int, x: float, y: float, slack: float = 0.0) -> list[SpanRow]:
        """The spans at a point of a page, the smallest first.

        Args:
            page: number from 1.
            x: in points.
            y: in points.
            slack: how far outside a rectangle still counts, in points; spans that hold the point
                itself come before those that are only near.
        """
        hits: list[tuple[bool, float, str, SpanRow]] = []
        for placed in self.stripe(page, y - slack, y + slack):
            near = [r for r in placed.span.rects if r.inset(-slack).contains_point(x, y)]
            if near:
                inside = any(r.contains_point(x, y) for r in near)
                area = sum(r.area for r in placed.span.rects)
                hits.append((not inside, area, placed.span.id, placed.span))
        return [hit[3] for hit in sorted(hits, key=lambda hit: hit[:3])]
