"""A strip of pages in a scroll area: zoom, scrolling, places. Paints nothing and knows no document."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from review_app.domain.geometry import Rect
from review_app.ui.page_view.layout import StripLayout

MIN_ZOOM, MAX_ZOOM = 0.10, 8.0
ZOOM_STEPS = (
    0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0,
)

_LINE_PX = 40
_NOT_SAID = -1  # of a new document: page 1 is told even when page 1 of the last one was in view


class StripArea(QAbstractScrollArea):
    """The part of the page view that knows where things are.

    Places are points in page space; pages count from 1; zoom is in percent, 100 being a point at its
    size on a 96 dpi screen.
    """

    page_changed = Signal(int)
    zoom_changed = Signal(float)
    turn_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = StripLayout(())
        self._sizes: list[tuple[float, float]] = []
        self._fit: str | None = "width"
        self._current = 0
        self._asked_page: tuple[int, int] | None = None
        self._last_value = 0
        self._is_going_down = True
        # Always there: a bar that comes and goes would change the width that "fit width" fits to.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setSingleStep(_LINE_PX)
            bar.valueChanged.connect(self._on_scrolled)

    def _lay_out(
        self, sizes: Sequence[tuple[float, float]], *, keep_place: bool, turn: int = 0
    ) -> None:
        """Lay out pages of ``sizes`` points, turned by ``turn`` degrees clockwise; start at the first page,
        or stay where the window is."""
        anchor = self._layout.anchor(self._left(), self._top()) if keep_place else None
        if not keep_place:
            self._current = _NOT_SAID
            self._asked_page = None
        was = self._layout.turn
        self._sizes = list(sizes)
        self._layout = StripLayout(
            sizes, zoom=self._layout.zoom, view_width=self.viewport().width(), turn=turn
        )
        if turn != was:
            self.turn_changed.emit(turn)
        self._apply_fit()
        self._update_bars()
        if anchor is not None and sizes:
            self._scroll_to(*self._layout.place(anchor))
        else:
            self._scroll_to(self.horizontalScrollBar().maximum() / 2, 0)
        self._changed()

    def _changed(self) -> None:
        """Something that is on screen changed: tell where we are, paint anew."""
        self._update_current()
        self.viewport().update()

    def _on_scrolled(self) -> None:
        value = self.verticalScrollBar().value()
        if value != self._last_value:
            self._is_going_down = value > self._last_value
            self._last_value = value
        self._changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        anchor = self._layout.anchor(self._left(), self._top())
        asked = self._asked_page
        across = self.horizontalScrollBar()
        # What was in the middle stays there, also of a document that came before the window had its size.
        middle = across.value() / across.maximum() if across.maximum() else 0.5
        self._layout.view_width = self.viewport().width()
        self._apply_fit()
        self._update_bars()
        across.setValue(round(middle * across.maximum()))
        if anchor is not None:
            self.verticalScrollBar().setValue(round(self._layout.place(anchor)[1]))
        if asked is not None:
            self._asked_page = (asked[0], self.verticalScrollBar().value())
        self._changed()

    # -- zoom ------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """In percent."""
        return self._layout.zoom * 100

    @property
    def fit(self) -> str | None:
        """``width`` or ``page`` while the zoom follows the window, else None."""
        return self._fit

    def set_zoom(self, percent: float) -> None:
        """Zoom to ``percent`` (10 to 800), keeping the middle of the window where it is."""
        self._zoom_to(percent / 100, QPointF(self.viewport().rect().center()))

    def zoom_in(self) -> None:
        """The next larger step."""
        now = self._layout.zoom * 1.001
        self.set_zoom(100 * next((step for step in ZOOM_STEPS if step > now), MAX_ZOOM))

    def zoom_out(self) -> None:
        """The next smaller step."""
        now = self._layout.zoom / 1.001
        self.set_zoom(100 * next((step for step in reversed(ZOOM_STEPS) if step < now), MIN_ZOOM))

    def zoom_about(self, factor: float, at: QPointF) -> None:
        """Zoom by a factor, keeping what lies at ``at`` (in the window) where it is."""
        self._zoom_to(self._layout.zoom * factor, at)

    def fit_width(self) -> None:
        """The current page as wide as the window, now and when the window changes."""
        self._fit = "width"
        self._refit()

    def fit_page(self) -> None:
        """The whole current page in the window, now and when the window changes."""
        self._fit = "page"
        self._refit()
        if self._current > 0:
            self.go_to_page(self._current)

    def fit_place(self, page: int, rect: Rect) -> None:
        """A place on a page as large as the window allows, in its middle."""
        if not 1 <= page <= self._layout.page_count:
            return
        box = self.viewport().rect()
        zoom = self._layout.zoom_to_show(page, rect, box.width(), box.height())
        self._zoom_to(zoom, QPointF(box.center()))
        self._centre(page, rect)

    # -- turning -----------------------------------------------------------------------------------

    @property
    def turn(self) -> int:
        """Degrees clockwise by which the pages are turned for looking at them: 0, 90, 180 or 270."""
        return self._layout.turn

    def rotate(self, by: int) -> None:
        """Turn all pages by a multiple of 90 degrees clockwise, keeping what is in the middle of the window.
        Nothing but the view changes: places stay in page space."""
        if not self._layout.page_count or by % 360 == 0:
            return
        spot, asked = self.middle_place(), self._asked_page
        self._lay_out(self._sizes, keep_place=False, turn=(self._layout.turn + by) % 360)
        if asked is not None:
            self.go_to_page(asked[0])
        elif spot is not None:
            page, x, y = spot
            self._centre(page, Rect(x, y, x, y))
        self._changed()

    def heading(self, dx: float, dy: float) -> tuple[float, float]:
        """A direction on the screen as one in page space."""
        return self._layout.heading(dx, dy)

    def _centre(self, page: int, rect: Rect) -> None:
        area, box = self._layout.to_strip(page, rect), self.viewport().rect()
        self._scroll_to(
            (area.x0 + area.x1 - box.width()) / 2, (area.y0 + area.y1 - box.height()) / 2
        )

    def _zoom_to(self, zoom: float, at: QPointF) -> None:
        self._fit = None
        self._apply_zoom(zoom, at)

    def _refit(self) -> None:
        if self._layout.page_count:
            self._apply_zoom(self._fitting_zoom(), QPointF(self.viewport().width() / 2, 0))

    def _apply_fit(self) -> None:
        """Set the fitting zoom without moving: for a document that is just being laid out."""
        if self._fit and self._layout.page_count:
            self._set_layout_zoom(self._fitting_zoom())

    def _fitting_zoom(self) -> float:
        page = max(1, min(self._current, self._layout.page_count))
        room = self.maximumViewportSize()  # already without the upright bar, which is always there
        width = room.width()
        if self._fit != "page":
            return self._layout.zoom_to_fit(page, width)
        zoom = self._layout.zoom_to_fit(page, width, room.height())
        # A wider page elsewhere brings the lower bar. Whether it does is told from the full height
        # alone, never from whether the bar is there now: the two answers would chase each other.
        if self._layout.widest > self._layout.size(page)[0]:
            zoom = self._layout.zoom_to_fit(
                page, width, room.height() - self.horizontalScrollBar().sizeHint().height()
            )
        return zoom

    def _apply_zoom(self, zoom: float, at: QPointF) -> None:
        anchor = self._layout.anchor(self._left() + at.x(), self._top() + at.y())
        asked = self._asked_page
        self._set_layout_zoom(zoom)
        self._update_bars()
        if anchor is not None:
            x, y = self._layout.place(anchor)
            self._scroll_to(x - at.x(), y - at.y())
        if asked is not None:
            self._asked_page = (asked[0], self.verticalScrollBar().value())
        self._changed()

    def _set_layout_zoom(self, zoom: float) -> None:
        zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        if abs(zoom - self._layout.zoom) > 1e-9:
            self._layout.zoom = zoom
            self.zoom_changed.emit(zoom * 100)

    # -- pages and scrolling ---------------------------------------------------------------------

    @property
    def page_count(self) -> int:
        """Pages shown."""
        return self._layout.page_count

    @property
    def current_page(self) -> int:
        """The page in view, from 1; 0 without a document."""
        return max(0, self._current)

    @property
    def visible_pages(self) -> range:
        """The pages of which something is in the window."""
        return self._visible()

    def go_to_page(self, number: int) -> None:
        """Put the top of a page at the top of the window; numbers out of range give the nearest page."""
        if not self._layout.page_count:
            return
        number = min(max(1, number), self._layout.page_count)
        bar = self.verticalScrollBar()
        # Up, not to the nearest: with a hair of the page before in view all of that would be drawn, too.
        bar.setValue(ceil(self._layout.top(number) - self._layout.gap))
        # The last pages cannot come to the top, small ones share the window: the one asked for counts.
        self._asked_page = (number, bar.value())
        self._changed()

    def next_page(self) -> None:
        """One page on."""
        self.go_to_page(self._current + 1)

    def previous_page(self) -> None:
        """One page back."""
        self.go_to_page(self._current - 1)

    def scroll_by(self, dx: float, dy: float) -> None:
        """Move the window on the strip, in view pixels."""
        for bar, by in ((self.horizontalScrollBar(), dx), (self.verticalScrollBar(), dy)):
            if by:
                bar.setValue(bar.value() + round(by))

    def bring_rect_into_view(self, page: int, rect: Rect) -> None:
        """Scroll as little as needed to see a place; one that is out of sight comes to the middle."""
        area = self._layout.to_strip(page, rect)
        for bar, low, high, window in (
            (self.verticalScrollBar(), area.y0, area.y1, self.viewport().height()),
            (self.horizontalScrollBar(), area.x0, area.x1, self.viewport().width()),
        ):
            start = bar.value()
            margin = min(32.0, window / 8)
            if low >= start + margin and high <= start + window - margin:
                continue
            if high - low > window - 2 * margin:
                bar.setValue(round(low - margin))  # larger than the window: show where it begins
            else:
                bar.setValue(round((low + high - window) / 2))

    def bring_into_view(self, page: int, x: float, y: float) -> None:
        """Scroll just so far that a point of a page is in the window."""
        spot = self._layout.to_strip(page, Rect(x, y, x, y))
        margin = 24
        for bar, at, window in (
            (self.verticalScrollBar(), spot.y0, self.viewport().height()),
            (self.horizontalScrollBar(), spot.x0, self.viewport().width()),
        ):
            if at < bar.value() + margin:
                bar.setValue(round(at - margin))
            elif at > bar.value() + window - margin:
                bar.setValue(round(at - window + margin))

    # -- places in the window --------------------------------------------------------------------

    def place_at(self, at: QPointF) -> tuple[int, float, float] | None:
        """Page and point under a position in the window; None beside the pages."""
        return self._layout.to_page(at.x() + self._left(), at.y() + self._top())

    def page_near(self, at: QPointF) -> int:
        """The page at the height of a position in the window, or the nearest; 0 without pages."""
        if not self._layout.page_count:
            return 0
        spot = self.place_at(at)
        if spot is not None:
            return spot[0]
        y = at.y() + self._top()
        near = self._layout.visible(y, y + 1) or range(
            min(max(1, self._current), self._layout.page_count), self._layout.page_count + 1
        )
        return near.start

    def place_on(self, page: int, at: QPointF) -> tuple[float, float]:
        """The point of ``page`` nearest to a position in the window."""
        return self._layout.on_page(page, at.x() + self._left(), at.y() + self._top())

    def window_rect(self, page: int, rect: Rect) -> QRectF:
        """Where a place lies in the window now, in view pixels."""
        area = self._layout.to_strip(page, rect)
        return QRectF(area.x0 - self._left(), area.y0 - self._top(), area.width, area.height)

    @property
    def scale(self) -> float:
        """View pixels to a point."""
        return self._layout.scale

    def page_size(self, page: int) -> tuple[float, float]:
        """Width and height in points, in page space."""
        return self._layout.page_size(page)

    def shows_place(self, page: int, x: float, y: float) -> bool:
        """True when a point of a page is in the window."""
        if not 1 <= page <= self._layout.page_count:
            return False
        spot = self.window_rect(page, Rect(x, y, x, y)).topLeft()
        return QRectF(self.viewport().rect()).contains(spot)

    def middle_place(self) -> tuple[int, float, float] | None:
        """The point of the current page that is nearest to the middle of the window."""
        if self._current < 1:
            return None
        return (self._current, *self.place_on(self._current, QPointF(self.viewport().rect().center())))

    # -- bookkeeping --------------------------------------------------------------------------------

    def _left(self) -> float:
        return float(self.horizontalScrollBar().value())

    def _top(self) -> float:
        return float(self.verticalScrollBar().value())

    def _window(self) -> Rect:
        """The window on the strip."""
        left, top, box = self._left(), self._top(), self.viewport().rect()
        return Rect(left, top, left + box.width(), top + box.height())

    def _scroll_to(self, x: float, y: float) -> None:
        self.horizontalScrollBar().setValue(round(x))
        self.verticalScrollBar().setValue(round(y))

    def _update_bars(self) -> None:
        box = self.viewport().size()
        for bar, length, window in (
            (self.horizontalScrollBar(), self._layout.width, box.width()),
            (self.verticalScrollBar(), self._layout.height, box.height()),
        ):
            bar.setPageStep(window)
            bar.setRange(0, max(0, int(length + 0.999) - window))

    def _visible(self) -> range:
        return self._layout.visible(self._top(), self._top() + self.viewport().height())

    def _update_current(self) -> None:
        value = self.verticalScrollBar().value()
        if self._asked_page is not None and self._asked_page[1] == value:
            page = self._asked_page[0]
        else:
            self._asked_page = None
            page = self._layout.current(float(value), float(value + self.viewport().height()))
        if page != self._current:
            self._current = page
            self.page_changed.emit(page)
