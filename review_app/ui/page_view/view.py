"""The page view: all pages of one document on a strip that scrolls like paper."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from review_app.domain.bands import Limits
from review_app.domain.geometry import Rect, bounds
from review_app.domain.rows import PageRow, RecordRow, SpanRow
from review_app.ui import collector, words
from review_app.ui.differences import differences
from review_app.ui.page_view import labels, spoken
from review_app.ui.page_view.hit import SpanIndex
from review_app.ui.page_view.hits import Hits
from review_app.ui.page_view.interaction import Interaction
from review_app.ui.page_view.labels import tr
from review_app.ui.page_view.needs import needed, seen
from review_app.ui.page_view.painting import Found, Frame, FramePainter
from review_app.ui.page_view.pictures import Pictures
from review_app.ui.page_view.shaping_tool import ShapingTool
from review_app.ui.page_view.source import PageSource
from review_app.ui.page_view.strip_area import StripArea
from review_app.ui.page_view.stripes import stripe_of, stripes
from review_app.ui.page_view.text_tool import TextTool
from review_app.ui.theme import Theme

TOOLS = ("select", "draw")
_FLASHES, _FLASH_MS = 7, 140


class PageView(StripArea):
    """Shows pages with their spans, lets a person click spans and draw areas.

    It changes nothing by itself: it says what was clicked or drawn, and shows what it is given.
    Places are points in page space; pages count from 1; zoom is in percent, 100 being a point at its
    size on a 96 dpi screen.
    """

    span_clicked = Signal(str, bool)
    background_clicked = Signal()
    area_drawn = Signal(int, object)
    span_reshaped = Signal(str, object)
    tool_changed = Signal(str)
    text_selected = Signal(bool)
    pages_seen = Signal(object)
    """Other pages are in the window: their numbers, the current one first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document_id: str | None = None
        self._spans = SpanIndex()
        self._rows: Sequence[SpanRow] = ()
        self._record: tuple[RecordRow, ...] = ()
        self._selected: tuple[str, ...] = ()
        self._found: Found | None = None
        self._tool = "select"
        self._hint = ""
        self._seen: tuple[str | None, tuple[int, ...]] = (None, ())
        self._notice = ""
        self._turns: dict[str, int] = {}
        self._has_asked = False
        self._theme = Theme.of(self.palette())
        self._painter = FramePainter()
        self._pictures = Pictures(self)
        self.text_tool = TextTool(self)
        self.shaping = ShapingTool(self)
        self.hits = Hits(self)
        self._interaction = Interaction(self)
        self._refresh_timer = QTimer(self, singleShot=True, interval=0)
        self._flash_timer = QTimer(self)
        self._flash_timer.setInterval(_FLASH_MS)
        self._set_up_widget()
        self._connect_signals()

    def _set_up_widget(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Pages of the document"))
        self.setAccessibleDescription(tr("No document is open"))

    def _connect_signals(self) -> None:
        self._pictures.arrived.connect(self._on_arrived)
        self.text_tool.changed.connect(self.text_selected)
        self._refresh_timer.timeout.connect(self._on_refresh)
        self._flash_timer.timeout.connect(self._on_flash)

    # -- what is shown ---------------------------------------------------------------------------

    def set_source(self, source: PageSource | None) -> None:
        """Take pictures from ``source``; None ends all requests."""
        self._pictures.set_source(source)
        self.text_tool.set_source(source)
        self.hits.forget_places()
        self._later()

    def set_document(self, document_id: str | None, pages: Sequence[PageRow]) -> None:
        """Show the pages of a document; None clears. The same document again keeps its place."""
        is_same = document_id is not None and document_id == self._document_id
        self._document_id = document_id
        self._pictures.set_document(document_id or "")
        if not is_same:
            self._interaction.reset()
            self._spans, self._rows, self._record, self._selected, self._found = SpanIndex(), (), (), (), None
            self._flash_timer.stop()
        sizes = [(p.width, p.height) for p in pages] if document_id is not None else []
        self._lay_out(sizes, keep_place=is_same, turn=self._turns.get(document_id or "", 0))

    def set_spans(self, spans: Sequence[SpanRow]) -> None:
        """Show these spans, all of the document; the selection keeps those that are still there."""
        collector.spare(len(spans))
        gone, come = differences(self._rows, spans)
        self._rows = spans
        if len(gone) + len(come) < len(spans) // 4:
            self._spans.update(gone, come)
        else:
            self._spans = SpanIndex(spans)
        self._selected = tuple(i for i in self._selected if self._spans.row(i) is not None)
        self._touch([*gone, *come])

    def set_limits(self, limits: Limits) -> None:
        """The bands lie elsewhere now."""
        self._painter.overlay.limits = limits
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
        if self.shaping.shape is not None and tuple(ids) != self._selected:
            self.shaping.finish()
        others, self._selected = {*self._selected} ^ {*ids}, tuple(ids)
        if self._found is not None:
            self._found = None
            self.viewport().update()
        self._flash_timer.stop()
        if scroll:
            for span_id in ids:
                placed = self._spans.find(span_id)
                if placed is not None and 1 <= placed.span.page <= self._layout.page_count:
                    self.bring_rect_into_view(placed.span.page, placed.bounds)
                    break
        self._touch([span for i in others if (span := self._spans.row(i)) is not None])

    def highlight_place(self, page: int, rect: Rect) -> None:
        """Scroll to a place and flash its outline, which stays until something else is shown."""
        if not 1 <= page <= self._layout.page_count:
            return
        caption = next(
            (words.of(r.field) for r in self._record if r.page == page and r.rect == rect), ""
        )
        self._found = Found(page, rect, caption, _FLASHES)
        self.bring_rect_into_view(page, rect)
        self._flash_timer.start()
        self._changed()

    def rotate(self, by: int) -> None:
        """Turn the pages of this document for looking at them; going back to it finds them so."""
        super().rotate(by)
        if self._document_id is not None:
            self._turns[self._document_id] = self.turn

    def fit_selection(self) -> bool:
        """Show the selected text, or the selected spans, as large as the window allows: those on the first of
        their pages. False when nothing that has a place is selected."""
        places = self.selected_areas
        if not places:
            spans = [p for i in self._selected if (p := self._spans.find(i)) is not None]
            first = min((p.span.page for p in spans), default=0)
            places = [(first, tuple(p.bounds for p in spans if p.span.page == first))] if spans else []
        if not places:
            return False
        page, rects = places[0]
        self.fit_place(page, bounds(rects))
        return True

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the selected spans."""
        return self._selected

    @property
    def selected_row(self) -> SpanRow | None:
        """The selected span, when it is the only one and has a place."""
        return self._spans.row(self._selected[0]) if len(self._selected) == 1 else None

    @property
    def pictures(self) -> Pictures:
        """The pictures of its pages."""
        return self._pictures

    @property
    def is_waiting(self) -> bool:
        """True while pictures of what is in view are on their way or about to be asked for."""
        return self._refresh_timer.isActive() or bool(self._pictures.asked)

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

    # -- text ------------------------------------------------------------------------------------

    @property
    def has_text_selected(self) -> bool:
        """True while text of the pages is selected."""
        return not self.text_tool.selection.is_empty

    @property
    def selected_text(self) -> str | None:
        """The selected text; None while words of a page in it are still being read."""
        return self.text_tool.text()

    @property
    def selected_areas(self) -> list[tuple[int, tuple[Rect, ...]]]:
        """Where the selected text stands: pages with rectangles, one for each line."""
        return self.text_tool.areas()

    # -- what is where --------------------------------------------------------------------------

    def span_at(self, at: QPointF | QPoint, slack_px: float = 0.0) -> str | None:
        """Id of the span at a position in the window, the smallest when several lie there."""
        spot = self.place_at(QPointF(at))
        if spot is None:
            return None
        hits = self._spans.at(*spot, slack=slack_px / self._layout.scale)
        return hits[0].id if hits else None

    # -- pages that failed -----------------------------------------------------------------------

    def failed_page_at(self, at: QPointF) -> int:
        """The page at a position when its picture failed, else 0."""
        spot = self.place_at(at)
        return spot[0] if spot is not None and self.is_failed(spot[0]) else 0

    def is_failed(self, page: int) -> bool:
        """True while a page shows why it has no picture."""
        return self._pictures.error(page) is not None

    def retry_page(self, page: int) -> bool:
        """Ask again for a page that failed; False when it had not."""
        if not self._pictures.retry(page):
            return False
        self._changed()
        return True

    # -- events ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._refresh_timer.isActive():
            self._ask(must_lack=True)  # first: a child is at work while this paints what is here
        painter = QPainter(self.viewport())
        frame = self._frame((event.rect().top(), event.rect().bottom() + 1))
        self._painter.paint(painter, frame)
        if frame.draft is not None:
            self.shaping.paint_taken(painter, self._theme, self.font(), frame.draft.page, (frame.draft.rect,))
        self.shaping.paint(painter, self._theme, self.font())
        painter.end()

    def _frame(self, stripe: tuple[float, float]) -> Frame:
        box = self.viewport().rect()
        return Frame(
            layout=self._layout, pictures=self._pictures, spans=self._spans, theme=self._theme,
            left=self._left(), top=self._top(), width=box.width(), height=box.height(),
            ratio=self.viewport().devicePixelRatioF(), stripe=stripe, selected=frozenset(self._selected),
            draft=self._interaction.drawing.draft, cross=self._interaction.drawing.cross,
            text_rects=self.text_tool.rects, hits=self.hits.on_page, found=self._found,
            has_focus=self.hasFocus(), hint=self._hint, font=self.font(),
        )

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
        elif event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._later()
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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._interaction.double_click(event)

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
        self.shaping.finish()
        self.viewport().update()

    def _show_tip(self, event: QHelpEvent) -> None:
        span_id = self.span_at(event.pos(), slack_px=4.0)
        placed = self._spans.find(span_id) if span_id else None
        if placed is None:
            QToolTip.hideText()
        else:
            said = labels.spoken(placed.span, self._painter.overlay.limits)
            QToolTip.showText(event.globalPos(), words.tip(said), self.viewport())

    # -- keeping up ------------------------------------------------------------------------------

    def _on_arrived(self, page: int) -> None:
        if page in self._visible():
            self.viewport().update(stripe_of(self, page))
        self._later()

    def _changed(self) -> None:
        super()._changed()
        self.hits.settle()
        self._later()

    def _touch(self, spans: Sequence[SpanRow]) -> None:
        """These spans look different, and nothing else."""
        self.viewport().update(stripes(self, spans))
        self._later()

    def _later(self) -> None:
        self._has_asked = False
        if not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def _on_refresh(self) -> None:
        """Once per turn of the event loop, however much happened in it."""
        self._ask()
        if self.isVisible() and self._layout.page_count:
            self._say_what_is_seen()
        self._describe()

    def _ask(self, *, must_lack: bool = False) -> None:
        """Ask for the pictures of what is in view, unless that was done, or what matters most is here."""
        if self._has_asked:
            return
        wanted = needed(
            self._layout, self._pictures, self._window(), self.viewport().devicePixelRatioF(),
            self._current, is_going_down=self._is_going_down,
        ) if self.isVisible() and self._layout.page_count else ((), ())
        self._has_asked = not must_lack or self._pictures.lacks(wanted[0][:1])
        if self._has_asked:
            self._pictures.want(*wanted)

    def _say_what_is_seen(self) -> None:
        pages = seen(self._visible(), self._layout.page_count, self._current, self._is_going_down)
        if (self._document_id, pages) != self._seen:
            self._seen = (self._document_id, pages)
            self.pages_seen.emit(pages)

    def _on_flash(self) -> None:
        if self._found is None or self._found.flashes_left <= 0:
            self._flash_timer.stop()
        else:
            self._found.flashes_left -= 1
            self.viewport().update()

    # -- for screen readers ----------------------------------------------------------------------

    def announce(self, text: str) -> None:
        """Say something to a screen reader until the view changes."""
        self._notice = text
        self._later()

    def _describe(self) -> None:
        text = self._where() if self._current > 0 else self._hint or tr("No document is open")
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _where(self) -> str:
        placed = self._spans.find(self._selected[0]) if self._selected else None
        page, notice, self._notice = self._current, self._notice, ""
        return spoken.whereabouts(spoken.Whereabouts(
            page=page, pages=self._layout.page_count, zoom=self.zoom, turn=self.turn,
            spans=len(self._spans.on_page(page)), hits=len(self.hits.on_page(page)),
            text=self.text_tool.texts.peek(page), has_text_selected=self.has_text_selected,
            problem=self._pictures.error(page), span=placed.span if placed is not None else None,
            limits=self._painter.overlay.limits, is_drawing=self._tool == "draw", notice=notice,
        ))
