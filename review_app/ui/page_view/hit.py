"""Which spans are at a place, and which lie in a stripe of a page. Knows no Qt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from review_app.domain.geometry import Rect, bounds
from review_app.domain.rows import SpanRow
from review_app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Placed:
    """A span with the smallest rectangle that holds all of it, in points."""

    span: SpanRow
    bounds: Rect


class _Page:
    """The spans of one page by upper edge, with the tallest height: enough to cut a stripe out quickly."""

    __slots__ = ("placed", "tallest", "tops")

    def __init__(self, spans: Sequence[SpanRow]) -> None:
        placed = [Placed(span, bounds(span.rects)) for span in spans]
        self.placed = sorted(placed, key=lambda p: (p.bounds.y0, p.bounds.x0, p.span.id))
        self.tops = [p.bounds.y0 for p in self.placed]
        self.tallest = max(p.bounds.height for p in self.placed)

    def stripe(self, y0: float, y1: float) -> list[Placed]:
        start = bisect_left(self.tops, y0 - self.tallest)
        stop = bisect_right(self.tops, y1)
        return [p for p in self.placed[start:stop] if p.bounds.y1 >= y0]


class SpanIndex:
    """The spans of a document by page and height. Spans without a rectangle are known but nowhere.

    A page is sorted when it is first looked at: after each mark all spans come anew, and only a few
    pages of them are on screen.
    """

    def __init__(self, spans: Iterable[SpanRow] = ()) -> None:
        self._by_id: dict[str, SpanRow] = {}
        self._unsorted: dict[int, list[SpanRow]] = {}
        self._pages: dict[int, _Page] = {}
        for span in spans:
            self._by_id[span.id] = span
            if span.rects:
                self._unsorted.setdefault(span.page, []).append(span)

    def update(self, gone: Iterable[SpanRow], come: Iterable[SpanRow]) -> None:
        """Put some spans in place of others; only their pages are looked at again."""
        gone, come = list(gone), list(come)
        out = {span.id for span in gone}
        for number in {span.page for span in (*gone, *come)}:
            page = self._pages.pop(number, None)
            rows = [p.span for p in page.placed] if page is not None else self._unsorted.get(number, [])
            kept = [span for span in rows if span.id not in out]
            kept += [span for span in come if span.page == number and span.rects]
            self._unsorted.pop(number, None)
            if kept:
                self._unsorted[number] = kept
        for span in gone:
            self._by_id.pop(span.id, None)
        for span in come:
            self._by_id[span.id] = span

    def __len__(self) -> int:
        return len(self._by_id)

    def row(self, span_id: str) -> SpanRow | None:
        """A span by its id; None when it is not here or has no place."""
        span = self._by_id.get(span_id)
        return span if span is not None and span.rects else None

    def find(self, span_id: str) -> Placed | None:
        """A span by its id with the place it takes; None when it is not here or has no place."""
        span = self.row(span_id)
        return Placed(span, bounds(span.rects)) if span is not None else None

    def on_page(self, page: int) -> Sequence[Placed]:
        """All spans of a page, from top to bottom."""
        found = self._page(page)
        return found.placed if found else ()

    def stripe(self, page: int, y0: float, y1: float) -> Sequence[Placed]:
        """The spans of a page that touch the stripe from ``y0`` to ``y1`` points, from top to bottom."""
        found = self._page(page)
        return found.stripe(y0, y1) if found else ()

    def within(self, page: int, area: Rect) -> Sequence[Placed]:
        """The spans of a page that touch an area in points, from top to bottom."""
        return [
            p for p in self.stripe(page, area.y0, area.y1)
            if p.bounds.x1 >= area.x0 and p.bounds.x0 <= area.x1
        ]

    def _page(self, number: int) -> _Page | None:
        found = self._pages.get(number)
        if found is None and number in self._unsorted:
            found = self._pages[number] = _Page(self._unsorted.pop(number))
        return found

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
