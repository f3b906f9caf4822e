"""The page view: all pages of one document on a strip that scrolls like paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from review_app.domain.geometry import Rect
from review_app.domain.rows import PageRow, RecordRow, SpanRow
from review_app.ui.page_view import labels
from review_app.ui.page_view.hit import SpanIndex
from review_app.ui.page_view.interaction import Interaction
from review_app.ui.page_view.layout import StripLayout
from review_app.ui.page_view.painting import Found, Frame, FramePainter
from review_app.ui.page_view.pictures import Pictures
from review_app.ui.page_view.source import PageSource
from review_app.ui.theme import Theme

MIN_ZOOM, MAX_ZOOM = 0.10, 8.0
ZOOM_STEPS = (
    0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0,
)

TOOLS = ("select", "draw")

_LINE_PX = 40
_FLASHES = 7
_FLASH_MS = 140


class PageView(QAbstractScrollArea):
    """Shows pages with their spans, lets a person click spans and draw areas.

    It changes nothing by itself: it says what was clicked or drawn, and shows what it is given.
    Places are points in page space; pages count from 1; zoom is in percent, 100 being a point at its
    size on a 96 dpi screen.
    """

    span_clicked = Signal(str, bool)
    background_clicked = Signal()
    area_drawn = Signal(int, object)
    span_reshaped = Signal(str, object)
    page_changed = Signal(int)
    zoom_changed = Signal(float)
    tool_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = StripLayout(())
        self._document_id: str | None = None
        self._pages: tuple[tuple[float, float], ...] = ()
        self._spans = SpanIndex()
        self._record: tuple[RecordRow, ...] = ()
        self._selected: tuple[str, ...] = ()
        self._found: Found | None = None
        self._tool = "select"
        self._fit: str | None = "width"
        self._current = 0
        self._asked_page: tuple[int, int] | None = None
        self._is_going_down = True
        self._hint = ""
        self._notice = ""
        self._theme = Theme.of(self.palette())
        self._painter = FramePainter()
        self._pictures = Pictures(self)
        self._interaction = Interaction(self)
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(0)
        self._flash_timer = QTimer(self)
        self._flash_timer.setInterval(_FLASH_MS)
        self._set_up_widget()
        self._connect_signals()

    def _set_up_widget(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        # Always there: a bar that comes and goes would change the width that "fit width" fits to.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(_LINE_PX)
        self.horizontalScrollBar().setSingleStep(_LINE_PX)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Pages of the document")
        self.setAccessibleDescription("No document is open")

    def _connect_signals(self) -> None:
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.horizontalScrollBar().valueChanged.connect(self._on_scrolled)
        self._pictures.arrived.connect(self._on_arrived)
        self._refresh_timer.timeout.connect(self._on_refresh)
        self._flash_timer.timeout.connect(self._on_flash)

    # -- what is shown ---------------------------------------------------------------------------

    def set_source(self, source: PageSource | None) -> None:
        """Take pictures from ``source``; None ends all requests."""
        self._pictures.set_source(source)
        self._later()

    def set_document(self, document_id: str | None, pages: Sequence[PageRow]) -> None:
        """Show the pages of a document; None clears. The same document again keeps its place."""
        is_same = document_id is not None and document_id == self._document_id
        anchor = self._layout.anchor(self._left(), self._top()) if is_same else None
        self._document_id = document_id
        self._pages = tuple((p.width, p.height) for p in pages) if document_id is not None else ()
        self._pictures.set_document(document_id or "")
        self._layout = StripLayout(self._pages, zoom=self._layout.zoom, view_width=self.viewport().width())
        if not is_same:
            self._interaction.reset()
            self._spans, self._record, self._selected, self._found = SpanIndex(), (), (), None
            self._painter.overlay.forget_texts()
            self._flash_timer.stop()
            self._current = 0
            self._asked_page = None
        self._apply_fit()
        self._update_bars()
        if anchor is not None:
            self._scroll_to(*self._layout.place(anchor))
        else:
            self.verticalScrollBar().setValue(0)
            bar = self.horizontalScrollBar()
            bar.setValue((bar.minimum() + bar.maximum()) // 2)
        self._changed()

    def set_spans(self, spans: Sequence[SpanRow]) -> None:
        """Show these spans, all of the document; the selection keeps those that are still there."""
        self._spans = SpanIndex(spans)
        self._painter.overlay.forget_texts()
        self._selected = tuple(i for i in self._selected if self._spans.find(i) is not None)
        self._changed()

    def set_record(self, record: Sequence[RecordRow]) -> None:
        """The record fields of the document; a highlighted place that is one of them is named on the page."""
        self._record = tuple(record)

    def set_hint(self, text: str) -> None:
        """What to say while no document is open."""
        self._hint = text
        self.viewport().update()

    def select_spans(self, ids: Sequence[str], *, scroll: bool = True) -> None:
        """Show spans as selected; with ``scroll``, bring the first that has a place into view."""
        self._selected = tuple(ids)
        self._found = None
        self._flash_timer.stop()
        if scroll:
            for span_id in ids:
                placed = self._spans.find(span_id)
                if placed is not None and 1 <= placed.span.page <= self._layout.page_count:
                    self.bring_rect_into_view(placed.span.page, placed.bounds)
                    break
        self._changed()

    def highlight_place(self, page: int, rect: Rect) -> None:
        """Scroll to a place and flash its outline, which stays until something else is shown."""
        if not 1 <= page <= self._layout.page_count:
            return
        caption = next(
            (str(r.field).replace("_", " ") for r in self._record if r.page == page and r.rect == rect), ""
        )
        self._found = Found(page, rect, caption, _FLASHES)
        self.bring_rect_into_view(page, rect)
        self._flash_timer.start()
        self._changed()

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the selected spans."""
        return self._selected

    # -- tools -----------------------------------------------------------------------------------

    @property
    def tool(self) -> str:
        """``select`` or ``draw``."""
        return self._tool

    def set_tool(self, name: str) -> None:
        """Choose a tool.

        Raises:
            ValueError: no such tool.
        """
        if name not in TOOLS:
            raise ValueError(f"no tool {name!r}")
        if name == self._tool:
            return
        self._tool = name
        self._interaction.reset()
        self._interaction.show_cursor(QPointF(self.viewport().mapFromGlobal(self.cursor().pos())))
        self.tool_changed.emit(name)
        self._later()

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
        if self._current:
            self.go_to_page(self._current)

    def _zoom_to(self, zoom: float, at: QPointF) -> None:
        self._fit = None
        self._apply_zoom(zoom, at)

    def _refit(self) -> None:
        if self._pages:
            self._apply_zoom(self._fitting_zoom(), QPointF(self.viewport().width() / 2, 0))

    def _apply_fit(self) -> None:
        """Set the fitting zoom without moving: for a document that is just being laid out."""
        if self._fit and self._pages:
            self._set_layout_zoom(self._fitting_zoom())

    def _fitting_zoom(self) -> float:
        page = max(1, min(self._current, len(self._pages)))
        room = self.maximumViewportSize()
        width = room.width() - self.verticalScrollBar().sizeHint().width()
        if self._fit != "page":
            return self._layout.zoom_to_fit(page, width)
        zoom = self._layout.zoom_to_fit(page, width, room.height())
        # A wider page elsewhere brings the lower bar. Whether it does is told from the full height
        # alone, never from whether the bar is there now: the two answers would chase each other.
        if max(w for w, _ in self._pages) > self._layout.size(page)[0]:
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
        return self._current

    def go_to_page(self, number: int) -> None:
        """Put the top of a page at the top of the window; numbers out of range give the nearest page."""
        if not self._layout.page_count:
            return
        number = min(max(1, number), self._layout.page_count)
        bar = self.verticalScrollBar()
        bar.setValue(round(self._layout.top(number) - self._layout.gap))
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

    def place_on(self, page: int, at: QPointF) -> tuple[float, float]:
        """The point of ``page`` nearest to a position in the window."""
        return self._layout.on_page(page, at.x() + self._left(), at.y() + self._top())

    def window_rect(self, page: int, rect: Rect) -> QRectF:
        """Where a place lies in the window now, in view pixels."""
        area = self._layout.to_strip(page, rect)
        return QRectF(area.x0 - self._left(), area.y0 - self._top(), area.width, area.height)

    def span_at(self, at: QPointF | QPoint, slack_px: float = 0.0) -> str | None:
        """Id of the span at a position in the window, the smallest when several lie there."""
        spot = self.place_at(QPointF(at))
        if spot is None:
            return None
        hits = self._spans.at(*spot, slack=slack_px / self._layout.scale)
        return hits[0].id if hits else None

    def page_size(self, page: int) -> tuple[float, float]:
        """Width and height in points."""
        return self._layout.size(page)

    def shows_place(self, page: int, x: float, y: float) -> bool:
        """True when a point of a page is in the window."""
        if not 1 <= page <= self._layout.page_count:
            return False
        spot = self.window_rect(page, Rect(x, y, x, y)).topLeft()
        return QRectF(self.viewport().rect()).contains(spot)

    def middle_place(self) -> tuple[int, float, float] | None:
        """The point of the current page that is nearest to the middle of the window."""
        if not self._current:
            return None
        return (self._current, *self.place_on(self._current, QPointF(self.viewport().rect().center())))

    # -- pages that failed -----------------------------------------------------------------------

    def failed_page_at(self, at: QPointF) -> int:
        """The page at a position when its picture failed, else 0."""
        spot = self.place_at(at)
        return spot[0] if spot is not None and self._pictures.error(spot[0]) is not None else 0

    def retry_page(self, page: int) -> bool:
        """Ask again for a page that failed; False when it had not."""
        if not self._pictures.retry(page):
            return False
        self._changed()
        return True

    # -- events ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._painter.paint(painter, self._frame())
        painter.end()

    def _frame(self) -> Frame:
        box = self.viewport().rect()
        return Frame(
            layout=self._layout, pictures=self._pictures, spans=self._spans, theme=self._theme,
            left=self._left(), top=self._top(), width=box.width(), height=box.height(),
            ratio=self.viewport().devicePixelRatioF(), selected=self._selected,
            draft=self._interaction.drawing.draft, cross=self._interaction.drawing.cross,
            found=self._found, has_focus=self.hasFocus(), hint=self._hint, font=self.font(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        anchor = self._layout.anchor(self._left(), self._top()) if self._pages else None
        self._layout.view_width = self.viewport().width()
        self._apply_fit()
        self._update_bars()
        if anchor is not None:
            self.verticalScrollBar().setValue(round(self._layout.place(anchor)[1]))
        self._changed()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._theme = Theme.of(self.palette())
            self.viewport().update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._interaction.wants(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self._changed()
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        if isinstance(event, QNativeGestureEvent) and self._interaction.gesture(event):
            return True
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._interaction.wheel(event):
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._interaction.mouse_press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._interaction.mouse_move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._interaction.mouse_release(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._interaction.key_press(event):
            event.accept()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _show_tip(self, event: QHelpEvent) -> None:
        span_id = self.span_at(event.pos(), slack_px=4.0)
        placed = self._spans.find(span_id) if span_id else None
        if placed is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPos(), labels.spoken(placed.span), self.viewport())

    # -- keeping up ------------------------------------------------------------------------------

    def _left(self) -> float:
        return float(self.horizontalScrollBar().value())

    def _top(self) -> float:
        return float(self.verticalScrollBar().value())

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

    def _on_scrolled(self) -> None:
        self._changed()

    def _on_arrived(self, page: int) -> None:
        if page in self._visible():
            self.viewport().update()
        self._later()

    def _changed(self) -> None:
        """Something that is on screen changed."""
        self._update_current()
        self.viewport().update()
        self._later()

    def _later(self) -> None:
        if not self._refresh_timer.isActive():
            self._refresh_timer.start()

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
            self._is_going_down = page > self._current
            self._current = page
            self.page_changed.emit(page)

    def _on_refresh(self) -> None:
        """Once per turn of the event loop, however much happened in it."""
        if not self.isVisible() or not self._pages:
            self._pictures.want(())
        else:
            pages = self._visible()
            ratio = self.viewport().devicePixelRatioF()
            self._pictures.want(self._keys(pages, ratio), self._keys(self._ahead(pages), ratio))
        self._describe()

    def _ahead(self, pages: range) -> Iterable[int]:
        after = [pages.stop] if pages.stop <= self._layout.page_count else []
        before = [pages.start - 1] if pages.start > 1 else []
        return after + before if self._is_going_down else before + after

    def _keys(self, pages: Iterable[int], ratio: float) -> list:
        scale = self._layout.scale * ratio
        return [self._pictures.key(n, self._layout.size(n), scale) for n in pages]

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self._later()

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)
        self._later()

    def _on_flash(self) -> None:
        if self._found is None or self._found.flashes_left <= 0:
            self._flash_timer.stop()
            return
        self._found.flashes_left -= 1
        self.viewport().update()

    # -- for screen readers ----------------------------------------------------------------------

    def announce(self, text: str) -> None:
        """Say something to a screen reader until the view changes."""
        self._notice = text
        self._later()

    def _describe(self) -> None:
        if not self._current:
            text = self._hint or "No document is open"
        else:
            count = len(self._spans.on_page(self._current))
            parts = [
                f"Page {self._current} of {self._layout.page_count}", f"{self.zoom:.0f} percent",
                f"{count} span on this page" if count == 1 else f"{count} spans on this page",
            ]
            problem = self._pictures.error(self._current)
            if problem is not None:
                parts.append(f"this page cannot be shown: {problem.what}; press Enter to try again")
            for span_id in self._selected[:1]:
                placed = self._spans.find(span_id)
                if placed is not None:
                    parts.append(f"selected: {labels.spoken(placed.span)}, page {placed.span.page}")
            if self._tool == "draw":
                parts.append("drawing: arrow keys move, Shift and arrows draw, Enter finishes, Escape leaves")
            if self._notice:
                parts.append(self._notice)
                self._notice = ""
            text = ". ".join(parts)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
