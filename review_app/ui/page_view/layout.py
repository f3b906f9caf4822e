"""Where pages lie on one long strip, and what of it is in view. Knows no Qt.

Two measures: *points* are page space; *view pixels* are logical pixels of the strip, origin at its top
left. Pages may be turned for looking at them: page space stays as it is, only where it lies on the strip
changes. Heights are summed once for a document, so a change of zoom costs nothing and finding the page at
a height is a binary search.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from review_app.domain.geometry import Rect, turned
from review_app.domain.values import dataclass

PIXELS_PER_POINT_AT_100 = 96 / 72
"""100% shows a point at its size on a 96 dpi screen, the logical density Qt assumes."""
LEAST_GAP = 2.0
"""View pixels that stay beside a page that is a little wider than the one that fits."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place on a page that should stay where it is on screen: ``page`` from 1, x and y in points of the
    page as it is turned.

    ``y`` may lie a little outside the page (in the gap between pages).
    """

    page: int
    x: float
    y: float


class StripLayout:
    """Pages of mixed sizes under one another, each centred on the strip.

    Args:
        sizes: width and height of each page in points, in order.
        zoom: 1.0 for 100%.
        view_width: width of the window on the strip in view pixels; the strip is at least as wide.
        gap: space between pages and around the strip, in view pixels at any zoom.
        turn: degrees clockwise that all pages are turned by, a multiple of 90.
    """

    def __init__(
        self, sizes: Sequence[tuple[float, float]], *, zoom: float = 1.0, view_width: float = 0.0,
        gap: float = 12.0, turn: int = 0,
    ) -> None:
        # A page without extent would make two pages start at one height; 1 pt keeps every page findable. Of
        # thousands of pages nearly all have one size: each size is looked at once.
        sound = {size: (max(1.0, float(size[0])), max(1.0, float(size[1]))) for size in set(sizes)}
        self._pages = [sound[size] for size in sizes]
        self.turn = turn % 360
        self._sizes = [(h, w) for w, h in self._pages] if self.turn in (90, 270) else self._pages
        self._above = [0.0, *accumulate([h for _, h in self._sizes])]
        self._widest = max((w for w, _ in set(self._sizes)), default=0.0)
        self._gap = gap
        self._near = 1
        self.zoom = zoom
        self.view_width = view_width

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return len(self._sizes)

    @property
    def scale(self) -> float:
        """View pixels per point."""
        return self.zoom * PIXELS_PER_POINT_AT_100

    @property
    def gap(self) -> float:
        """Space between pages and around them, in view pixels."""
        return self._gap

    @property
    def widest(self) -> float:
        """Width of the widest page in points, as turned; 0 without pages."""
        return self._widest

    @property
    def width(self) -> float:
        """Width of the strip in view pixels."""
        if not self._sizes:
            return self.view_width
        pages = self._widest * self.scale
        # Scanned pages differ in width by a hair. What the gaps at both sides can take brings no lower bar.
        if pages + 2 * LEAST_GAP <= self.view_width:
            return self.view_width
        return max(self.view_width, pages + 2 * self._gap)

    @property
    def height(self) -> float:
        """Height of the strip in view pixels; 0 without pages."""
        if not self._sizes:
            return 0.0
        return self._above[-1] * self.scale + (len(self._sizes) + 1) * self._gap

    def size(self, page: int) -> tuple[float, float]:
        """Width and height of a page in points, as turned."""
        return self._sizes[page - 1]

    def page_size(self, page: int) -> tuple[float, float]:
        """Width and height of a page in points, as it is."""
        return self._pages[page - 1]

    def top(self, page: int) -> float:
        """Height on the strip where a page starts, in view pixels."""
        return self._above[page - 1] * self.scale + page * self._gap

    def page_rect(self, page: int) -> Rect:
        """A page on the strip, in view pixels."""
        width, height = self._sizes[page - 1]
        left = (self.width - width * self.scale) / 2
        top = self.top(page)
        return Rect(left, top, left + width * self.scale, top + height * self.scale)

    def page_at_height(self, y: float) -> int:
        """The page at or above a height on the strip (the first page when above it); 0 without pages.

        Cost: O(log pages); next to none where the last answer, or the page after it, is the answer again, as
        it is many times in a frame.
        """
        count = len(self._sizes)
        if not count:
            return 0
        near = self._near
        if self.top(near) <= y:
            if near == count or y < self.top(near + 1):
                return near
            if near + 1 == count or y < self.top(near + 2):
                return near + 1
        self._near = max(1, bisect_right(range(1, count + 1), y, key=self.top))
        return self._near

    def visible(self, y0: float, y1: float) -> range:
        """Numbers of the pages that show between two heights of the strip."""
        if not self._sizes or y1 <= y0:
            return range(0)
        first = self.page_at_height(y0)
        if self.page_rect(first).y1 <= y0:
            first += 1
        last = self.page_at_height(y1)
        if self.top(last) >= y1:
            last -= 1
        return range(first, last + 1)

    def current(self, y0: float, y1: float) -> int:
        """The page a person would name: the first that shows half of itself or fills half the view."""
        pages = self.visible(y0, y1)
        best, most = 0, -1.0
        for page in pages:
            rect = self.page_rect(page)
            shown = min(rect.y1, y1) - max(rect.y0, y0)
            if shown >= 0.5 * min(rect.height, y1 - y0):
                return page
            if shown > most:
                best, most = page, shown
        return best or self.page_at_height(y0)

    def to_strip(self, page: int, rect: Rect) -> Rect:
        """A rectangle of a page (points) on the strip (view pixels)."""
        origin, scale = self.page_rect(page), self.scale
        if self.turn:
            rect = turned(rect, self.turn, *self._pages[page - 1])
        return Rect(
            origin.x0 + rect.x0 * scale, origin.y0 + rect.y0 * scale,
            origin.x0 + rect.x1 * scale, origin.y0 + rect.y1 * scale,
        )

    def to_page(self, x: float, y: float) -> tuple[int, float, float] | None:
        """The page under a place on the strip and the place in its points; None beside all pages."""
        page = self.page_at_height(y)
        if page == 0:
            return None
        rect = self.page_rect(page)
        if not rect.contains_point(x, y):
            return None
        return (page, *self._back(page, (x - rect.x0) / self.scale, (y - rect.y0) / self.scale))

    def shown(self, page: int, area: Rect) -> Rect:
        """What of a page lies in an area of the strip, in points; without extent when nothing does."""
        x0, y0 = self.on_page(page, area.x0, area.y0)
        x1, y1 = self.on_page(page, area.x1, area.y1)
        return Rect(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def heading(self, dx: float, dy: float) -> tuple[float, float]:
        """A direction on the screen as one on the pages."""
        return {0: (dx, dy), 90: (dy, -dx), 180: (-dx, -dy), 270: (-dy, dx)}[self.turn]

    def _back(self, page: int, x: float, y: float) -> tuple[float, float]:
        """A point of the turned page in page space."""
        if not self.turn:
            return x, y
        found = turned(Rect(x, y, x, y), -self.turn, *self._sizes[page - 1])
        return found.x0, found.y0

    def on_page(self, page: int, x: float, y: float) -> tuple[float, float]:
        """A place on the strip in points of ``page``, brought to the nearest point of that page."""
        rect = self.page_rect(page)
        width, height = self._sizes[page - 1]
        return self._back(
            page, min(max(0.0, (x - rect.x0) / self.scale), width),
            min(max(0.0, (y - rect.y0) / self.scale), height),
        )

    def anchor(self, x: float, y: float) -> Anchor | None:
        """What lies at a place on the strip, to be found again at another zoom; None without pages."""
        page = self.page_at_height(y)
        if page == 0:
            return None
        rect = self.page_rect(page)
        return Anchor(page, (x - rect.x0) / self.scale, (y - rect.y0) / self.scale)

    def place(self, anchor: Anchor) -> tuple[float, float]:
        """Where an anchor lies on the strip now. A page that is gone gives the last one."""
        page = min(max(1, anchor.page), len(self._sizes))
        rect = self.page_rect(page)
        return rect.x0 + anchor.x * self.scale, rect.y0 + anchor.y * self.scale

    def zoom_to_fit(self, page: int, width: float, height: float | None = None) -> float:
        """The zoom at which a page fits a width, or a width and a height, in view pixels, gaps included."""
        return self._zoom_for(self._sizes[page - 1], width, height)

    def zoom_to_show(self, page: int, rect: Rect, width: float, height: float) -> float:
        """The zoom at which a place on a page fits a width and a height in view pixels, gaps included."""
        area = turned(rect, self.turn, *self._pages[page - 1])
        return self._zoom_for((max(1.0, area.width), max(1.0, area.height)), width, height)

    def _zoom_for(self, size: tuple[float, float], width: float, height: float | None) -> float:
        page_width, page_height = size
        zoom = (width - 2 * self._gap) / (page_width * PIXELS_PER_POINT_AT_100)
        if height is not None:
            zoom = min(zoom, (height - 2 * self._gap) / (page_height * PIXELS_PER_POINT_AT_100))
        return zoom
