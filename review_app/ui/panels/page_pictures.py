"""The pages of the document as small pictures, with their spans, numbers, labels and dispositions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from review_app.domain.dispositions import PageDisposition
from review_app.domain.rows import PageRow, SpanRow
from review_app.domain.vocabulary import Origin, Status
from review_app.ui import words
from review_app.ui.differences import differences
from review_app.ui.page_view.hit import SpanIndex
from review_app.ui.page_view.source import PageSource
from review_app.ui.panels.sheets import SheetsArea
from review_app.ui.panels.thumbnails import Thumbnails
from review_app.ui.theme import span_colour

CELL_WIDTH = 112
"""Least width of a page with the space around it, in view pixels: a narrow panel shows two side by side."""

LARGEST_PICTURE = 220
"""Greatest width of a picture in view pixels: a wide panel shows more pages, not larger ones."""

SPACE, HEIGHT_TO_WIDTH = 12, 1.3
"""Pixels between pages; the room for a picture, a little more upright than a Letter page."""

SPANS_MS = 120
"""Milliseconds after a change of the spans until it is drawn here: deciding one after the other costs
nothing."""

LEAST_MARK = 2.0
"""Pixels a span is drawn with at least: a single word must not vanish on a small page."""

DISPOSITION_SIGNS = {
    PageDisposition.RELEASED_IN_FULL: "○", PageDisposition.RELEASED_IN_PART: "◐",
    PageDisposition.WITHHELD_IN_FULL: "●", PageDisposition.PLACEHOLDER_SHEET: "●",
    PageDisposition.REFERRED: "→", PageDisposition.CONSULTATION: "⇄", PageDisposition.NOT_RESPONSIVE: "∅",
    PageDisposition.DUPLICATE: "=", PageDisposition.WITHDRAWN: "✕", PageDisposition.MISSING: "?",
}
"""A page's disposition as a form: the tool tip and the voice say it in words."""

_Look = tuple[Origin, Status]


class PicturesPanel(SheetsArea):
    """Own-painted: only what is in view costs anything, also with 5,000 pages. The page that is current here
    is the one the page view is at; choosing another goes there."""

    page_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = Thumbnails(self)
        self._pages: tuple[PageRow, ...] = ()
        self._labels: tuple[str, ...] = ()
        self._dispositions: dict[int, PageDisposition] = {}
        self._spans = SpanIndex()
        self._rows: Sequence[SpanRow] = ()
        self._new_spans: Sequence[SpanRow] | None = None
        self._marks: dict[int, dict[_Look, list[QRectF]]] = {}
        self._current = 0
        self._wish_timer = QTimer(self)
        self._wish_timer.setSingleShot(True)
        self._wish_timer.setInterval(0)
        self._wish_timer.timeout.connect(self._wish)
        self._spans_timer = QTimer(self)
        self._spans_timer.setSingleShot(True)
        self._spans_timer.timeout.connect(self._take_spans)
        self.thumbnails.arrived.connect(self._on_arrived)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.setAccessibleName(self.tr("Pages"))
        self._describe()

    # -- what is shown ---------------------------------------------------------------------------

    def set_document(self, document_id: str, source: PageSource | None, pages: Sequence[PageRow]) -> None:
        """Show the pages of another document; none without a source."""
        self.thumbnails.set_source(source, document_id)
        self._spans, self._rows, self._new_spans = SpanIndex(), (), None
        self._labels, self._current = (), 0
        self._dispositions = {}
        self._take_pages(pages)
        self.verticalScrollBar().setValue(0)

    def set_pages(self, pages: Sequence[PageRow]) -> None:
        """The sizes of the pages are others now: they come in as a document is read."""
        if tuple(pages) != self._pages:
            self._take_pages(pages)

    def set_dispositions(self, dispositions: Mapping[int, PageDisposition]) -> None:
        """What became of the pages, by number; those left out are not known yet."""
        if dispositions != self._dispositions:
            self._dispositions = dict(dispositions)
            self._changed()

    def set_spans(self, spans: Sequence[SpanRow]) -> None:
        """Draw these spans on the pages, a moment after the last change: a decision does not wait for it."""
        self._new_spans = spans
        self._spans_timer.start(SPANS_MS if len(self._spans) else 0)

    def set_labels(self, labels: Sequence[str]) -> None:
        """How the document itself numbers its pages; empty when it does not say."""
        self._labels = tuple(labels)
        self._changed()

    def set_current(self, page: int) -> None:
        """The page view is at this page: mark it, and bring it into view."""
        if page != self._current:
            before, self._current = self._current, page
            self._bring_into_view(page)  # paints all when it has to scroll
            for number in (before, page):
                if 1 <= number <= len(self._pages):
                    self.viewport().update(self.cell_rect(number))
            self._wish_timer.start()

    @property
    def current(self) -> int:
        """The marked page, 0 without a document."""
        return self._current

    @property
    def visible_pages(self) -> range:
        """Numbers of the pages in view."""
        columns, cell = self._columns(), self._cell()
        top = self.verticalScrollBar().value()
        first = max(0, top // cell.height()) * columns
        last = (top + self.viewport().height() - 1) // cell.height() * columns + columns
        return range(first + 1, min(last, len(self._pages)) + 1)

    def cell_rect(self, page: int) -> QRect:
        """Where a page stands in the window, with its caption."""
        columns, cell = self._columns(), self._cell()
        row, column = divmod(page - 1, columns)
        return QRect(column * cell.width(), row * cell.height() - self.verticalScrollBar().value(),
                     cell.width(), cell.height())

    def page_at(self, at: QPointF) -> int:
        """The page at a position in the window, 0 where there is none."""
        columns, cell = self._columns(), self._cell()
        column = int(at.x()) // cell.width()
        row = (int(at.y()) + self.verticalScrollBar().value()) // cell.height()
        page = row * columns + column + 1
        return page if 0 <= column < columns and 1 <= page <= len(self._pages) else 0

    def label(self, page: int) -> str:
        """A page's number with its label, where the document has another name for it."""
        label = self._labels[page - 1] if page <= len(self._labels) else ""
        return f"{label} ({page})" if label and label != str(page) else str(page)

    # -- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.desk)
        for page in self.visible_pages:
            if self.cell_rect(page).intersects(event.rect()):
                self._paint_page(painter, page)
        painter.end()

    def _paint_page(self, painter: QPainter, page: int) -> None:
        paper = self._paper(page)
        is_current = page == self._current
        piece = self.thumbnails.picture(self.thumbnails.key(page, self._scale(page)))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if piece is not None:
            painter.drawImage(QRectF(paper), piece.image)
        else:
            painter.fillRect(paper, self._theme.paper)
            if self.thumbnails.has_failed(page):
                painter.setPen(self._theme.warning)
                painter.drawText(paper, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                                 self.tr("⚠ cannot be shown"))
        self._paint_marks(painter, page, paper)
        self._paint_edge(painter, QRectF(paper), is_current=is_current)
        self._paint_caption(painter, page, is_current)

    def _paint_caption(self, painter: QPainter, page: int, is_current: bool) -> None:
        cell = self.cell_rect(page)
        height = self.fontMetrics().height() + 4
        room = QRect(cell.left() + SPACE // 2, cell.bottom() - height - 1, cell.width() - SPACE, height)
        font = QFont(self.font())
        font.setBold(is_current)
        painter.setFont(font)
        if is_current:
            painter.fillRect(room, self._theme.focus)
            painter.setPen(self.palette().color(QPalette.ColorRole.HighlightedText))
        else:
            painter.setPen(self._theme.muted)
        metrics = QFontMetrics(font)
        sign = DISPOSITION_SIGNS.get(self._dispositions.get(page), "")
        if sign:
            painter.drawText(room.adjusted(4, 0, -4, 0),
                             Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, sign)
            room.setRight(room.right() - metrics.horizontalAdvance(sign) - 8)
        text = metrics.elidedText(self.label(page), Qt.TextElideMode.ElideMiddle, room.width() - 8)
        painter.drawText(room.adjusted(4, 0, -4, 0),
                         Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_marks(self, painter: QPainter, page: int, paper: QRect) -> None:
        """Origin by colour and by form: the agency's are filled, hatched while undecided; the reviewer's are
        frames; a rejected one is a thin frame with a line through it."""
        painter.save()
        painter.translate(paper.topLeft())
        for (origin, status), areas in self._marks_of(page, paper.size()).items():
            colour = QColor(span_colour(origin, status))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.0))
            if status is Status.REJECTED:
                painter.drawLines([QLineF(area.bottomLeft(), area.topRight()) for area in areas])
            elif origin is Origin.AGENCY:
                fill = QColor(colour)
                fill.setAlpha(170)
                is_open = status is Status.SUGGESTED
                painter.setBrush(QBrush(fill, Qt.BrushStyle.Dense4Pattern if is_open else
                                        Qt.BrushStyle.SolidPattern))
            else:
                painter.setPen(QPen(colour, 2.0))
            painter.drawRects(areas)
        painter.restore()

    def _marks_of(self, page: int, size: QSize) -> dict[_Look, list[QRectF]]:
        """The spans of a page in its small pixels, each place once: ten thousand of them on a page then cost
        no more than the page has pixels."""
        known = self._marks.get(page)
        if known is None:
            row = self._pages[page - 1]
            across, down = size.width() / max(1.0, row.width), size.height() / max(1.0, row.height)
            places: dict[_Look, dict[tuple[int, int, int, int], None]] = {}
            for placed in self._spans.on_page(page):
                of_look = places.setdefault((placed.span.origin, placed.span.status), {})
                for rect in placed.span.rects:
                    wide, high = max(LEAST_MARK, rect.width * across), max(LEAST_MARK, rect.height * down)
                    of_look[round(rect.x0 * across), round(rect.y0 * down), round(wide), round(high)] = None
            known = self._marks[page] = {
                look: [QRectF(*place) for place in found] for look, found in places.items()
            }
        return known

    # -- places ----------------------------------------------------------------------------------

    def _columns(self) -> int:
        return max(1, self.viewport().width() // CELL_WIDTH)

    def _cell(self) -> QSize:
        """Width and height of a page with its caption; all have the same."""
        width = max(40, self.viewport().width() // self._columns())
        picture = min(width - SPACE, LARGEST_PICTURE)
        return QSize(width, round(picture * HEIGHT_TO_WIDTH) + self.fontMetrics().height() + 4 + SPACE)

    def _paper(self, page: int) -> QRect:
        """Where the picture of a page stands in the window."""
        cell, row = self.cell_rect(page), self._pages[page - 1]
        wide = min(cell.width() - SPACE, LARGEST_PICTURE)
        high = cell.height() - self.fontMetrics().height() - 4 - SPACE
        scale = min(wide / max(1.0, row.width), high / max(1.0, row.height))
        width, height = max(1, round(row.width * scale)), max(1, round(row.height * scale))
        return QRect(cell.left() + (cell.width() - width) // 2,
                     cell.top() + SPACE // 2 + high - height, width, height)

    def _scale(self, page: int) -> float:
        paper = self._paper(page)
        return paper.width() / max(1.0, self._pages[page - 1].width) * self.viewport().devicePixelRatioF()

    def _bring_into_view(self, page: int) -> None:
        if 1 <= page <= len(self._pages):
            self._bring_cell_into_view(self.cell_rect(page))

    # -- events ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(CELL_WIDTH * 2, 300)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        first = self.visible_pages.start
        self._lay_out()
        if 1 <= self._current <= len(self._pages):
            self._bring_into_view(self._current)
        elif first <= len(self._pages):
            self._bring_into_view(first)

    def _look_again(self, *, other_font: bool) -> None:
        if other_font:
            self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.DevicePixelRatioChange):
            self._wish_timer.start()
        return super().event(event)

    def _tip_at(self, at: QPointF) -> str:
        page = self.page_at(at)
        return self._spoken(page) if page else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        page = self.page_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and page:
            self._choose(page)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns, cell = self._columns(), self._cell()
        screen = max(1, self.viewport().height() // cell.height()) * columns
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns,
            Qt.Key.Key_PageUp: -screen, Qt.Key.Key_PageDown: screen,
            Qt.Key.Key_Home: -len(self._pages), Qt.Key.Key_End: len(self._pages),
        }
        key = self._plain_key(event)
        if key in steps and self._pages:
            self._choose(min(max(1, self._current + steps[key]), len(self._pages)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current:
            self.page_wanted.emit(self._current)
        else:
            super().keyPressEvent(event)

    # -- keeping up ------------------------------------------------------------------------------

    def _choose(self, page: int) -> None:
        self.set_current(page)
        self.page_wanted.emit(page)

    def _take_spans(self) -> None:
        if self._new_spans is None:
            return
        gone, come = differences(self._rows, self._new_spans)
        self._rows, self._new_spans = self._new_spans, None
        if len(gone) + len(come) < len(self._rows) // 4:
            self._spans.update(gone, come)
            for page in {span.page for span in (*gone, *come)}:
                self._marks.pop(page, None)
                if page in self.visible_pages:
                    self.viewport().update(self.cell_rect(page))
            self._wish_timer.start()
        else:
            self._spans = SpanIndex(self._rows)
            self._marks.clear()
            self._changed()

    def _take_pages(self, pages: Sequence[PageRow]) -> None:
        self._pages = tuple(pages)
        self._marks.clear()
        self._lay_out()

    def _lay_out(self) -> None:
        self._marks.clear()
        rows = -(-len(self._pages) // self._columns())
        self._set_heights(rows * self._cell().height(), self._cell().height())
        self._changed()

    def _changed(self) -> None:
        self.viewport().update()
        self._wish_timer.start()

    def _on_scrolled(self) -> None:
        self._changed()

    def _on_arrived(self, page: int) -> None:
        if page in self.visible_pages:
            self.viewport().update(self.cell_rect(page))
            self._wish_timer.start()

    def _wish(self) -> None:
        """Once per turn of the event loop, however far somebody scrolled in it."""
        if self.isVisible() and self._pages:
            self.thumbnails.want([self.thumbnails.key(n, self._scale(n)) for n in self.visible_pages])
        else:
            self.thumbnails.want(())
        self._describe()

    def _describe(self) -> None:
        text = self._spoken(self._current) if 1 <= self._current <= len(self._pages) else (
            self.tr("No document is open"))
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _spoken(self, page: int) -> str:
        label = self._labels[page - 1] if page <= len(self._labels) else ""
        parts = [self.tr("Page {page} of {pages}").format(page=page, pages=len(self._pages))]
        if label and label != str(page):
            parts.append(self.tr("labelled {label}").format(label=label))
        if page in self._dispositions:
            parts.append(words.of(self._dispositions[page]))
        found = self._spans.on_page(page)
        left = sum(1 for p in found if p.span.is_undecided)
        parts.append((self.tr("1 span") if len(found) == 1 else self.tr("{count} spans"))
                     .format(count=len(found)))
        if left:
            parts.append(words.to_review(left))
        if self.thumbnails.has_failed(page):
            parts.append(self.tr("cannot be shown"))
        return ", ".join(parts)
