"""The pages of a document or a case as small sheets with what is withheld on them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from review_app.domain.overview import Overview, PageFigures, percent
from review_app.domain.vocabulary import Origin
from review_app.reports.drawing import CELL_WIDTH, PAPER_HEIGHT, PAPER_WIDTH, TICK, Box, paper
from review_app.ui import words
from review_app.ui.models.overview import codes, share
from review_app.ui.panels.overview_legend import brushes
from review_app.ui.theme import REVIEWER_ON_PAPER, Theme

USUAL_LINE = 15
"""Height of a line of text, in view pixels, for which the small sheets are as large as in a picture."""
SPACE = 6


class OverviewStrip(QAbstractScrollArea):
    """Own-painted: only what is in view costs anything, also with 5,000 pages. Arrow keys walk, Return and a
    click go there. The tables below say the same to those who do not see it."""

    page_wanted = Signal(str, int)
    """Somebody wants to see this page: id of its document, number."""

    def __init__(self, name: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._pages: list[PageFigures] = []
        self._firsts: list[int] = []
        self._headings: list[str] = []
        self._rows: list[tuple[int, int, int]] = []
        self._tops: list[int] = [0]
        self._row_of_document: list[int] = []
        self._papers: dict[int, list[Box]] = {}
        self._current = -1
        self._theme = Theme.of(self.palette())
        self._brushes: tuple[float, dict[str, QBrush]] | None = None
        self._note = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: coming and going it would change how many pages stand side by side.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(self.tr("Strip of pages"))
        self._describe()

    # -- what is shown ---------------------------------------------------------------------------

    def show_overview(self, overview: Overview | None, note: str = "") -> None:
        """Show these pages; ``note`` says why there are none. The marked page stays where it was."""
        marked = self.current_page
        self._pages, self._firsts, self._headings, self._papers = [], [], [], {}
        self._note = note
        for document in overview.documents if overview is not None else ():
            self._firsts.append(len(self._pages))
            self._pages += document.pages
            count = self.tr("1 page") if len(document.pages) == 1 else self.tr("{count} pages").format(
                count=f"{len(document.pages):,}")
            self._headings.append(self.tr("{name}: {pages}, {share} withheld").format(
                name=self._name(document.document.id), pages=count, share=percent(document.totals.share)))
        self._current = -1
        self._lay_out()
        if marked is not None:
            self.set_current(*marked, follow=False)
        self._describe()

    def set_current(self, document_id: str, page: int, *, follow: bool = True) -> None:
        """Mark a page, and bring it into view when ``follow``."""
        for first in self._firsts:
            at = first + page - 1
            if first < len(self._pages) and self._pages[first].page.document_id == document_id:
                if at < len(self._pages) and self._pages[at].page.document_id == document_id:
                    self._mark(at, follow=follow)
                return

    @property
    def current_page(self) -> tuple[str, int] | None:
        """Document id and number of the marked page."""
        if not 0 <= self._current < len(self._pages):
            return None
        page = self._pages[self._current].page
        return page.document_id, page.number

    def cell_rect(self, at: int) -> QRect:
        """Where the page with this place among all stands in the window, with its caption."""
        columns, size = self._columns(), self._cell()
        document = bisect_right(self._firsts, at) - 1
        row, column = divmod(at - self._firsts[document], columns)
        top = self._tops[self._row_of_document[document] + row] - self.verticalScrollBar().value()
        return QRect(column * size.width(), top, size.width(), size.height())

    def at(self, point: QPointF) -> int:
        """The place among all of the page at a position in the window, -1 where there is none."""
        row = self._row_at(int(point.y()) + self.verticalScrollBar().value())
        column = int(point.x()) // self._cell().width()
        if not 0 <= row < len(self._rows) or column >= self._columns() or point.x() < 0:
            return -1
        _, first, count = self._rows[row]
        return first + column if column < count else -1

    # -- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.desk)
        if not self._pages and self._note:
            painter.setPen(self._theme.muted)
            painter.drawText(self.viewport().rect().adjusted(12, 12, -12, -12),
                             Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._note)
        scrolled = self.verticalScrollBar().value()
        first = self._row_at(scrolled + event.rect().top())
        last = self._row_at(scrolled + event.rect().bottom())
        for row in range(max(0, first), min(last + 1, len(self._rows))):
            document, start, count = self._rows[row]
            if not count:
                self._paint_heading(painter, self._headings[document], self._tops[row] - scrolled)
            for at in range(start, start + count):
                self._paint_page(painter, at)
        painter.end()

    def _paint_heading(self, painter: QPainter, text: str, top: int) -> None:
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self._theme.muted)
        room = QRect(SPACE * 2, top + SPACE, self.viewport().width() - SPACE * 4, self.fontMetrics().height())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                         painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room.width()))

    def _paint_page(self, painter: QPainter, at: int) -> None:
        cell, scale, ratio = self.cell_rect(at), self._scale(), self.devicePixelRatioF()
        boxes = self._boxes(at)
        sheet = boxes[0]
        left = cell.left() + (cell.width() - sheet.width * scale) / 2
        top = cell.top() + SPACE + (PAPER_HEIGHT - sheet.height) * scale
        left, top = round(left * ratio) / ratio, round(top * ratio) / ratio

        def place(box: Box) -> QRectF:
            """On whole pixels of the device, at least one wide."""
            def whole(value: float) -> float:
                return max(1.0, round(value * scale * ratio)) / ratio

            across, down = round(box.x * scale * ratio) / ratio, round(box.y * scale * ratio) / ratio
            return QRectF(left + across, top + down, whole(box.width), whole(box.height))

        paper_rect = place(sheet)
        painter.fillRect(paper_rect, self._theme.paper)
        fills = self._fills()
        painter.setBrushOrigin(QPointF(left, top))
        for box in boxes[1:]:
            if box.look.startswith("tick-"):
                self._paint_tick(painter, box.look.removeprefix("tick-"), place(box))
                continue
            rect = place(box)
            painter.fillRect(rect, fills[box.look])
            if box.look == Origin.REVIEWER:
                painter.setPen(QPen(REVIEWER_ON_PAPER, 1.0 / ratio * max(1, round(ratio))))
                painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        is_current = at == self._current
        if is_current:
            painter.setPen(QPen(self._theme.focus, 3.0 if self.hasFocus() else 2.0))
            painter.drawRect(paper_rect.adjusted(-2, -2, 2, 2))
        else:
            painter.setPen(self._theme.edge)
            painter.drawRect(paper_rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        self._paint_caption(painter, at, cell, is_current)

    def _paint_tick(self, painter: QPainter, look: str, rect: QRectF) -> None:
        """Beside the page, left for the agency and right for the reviewer; thin while undecided."""
        colour = self._theme.agency if look.startswith(Origin.AGENCY) else self._theme.reviewer
        if look.endswith("undecided"):
            edge = rect.right() - 1.5 if look.startswith(Origin.AGENCY) else rect.left()
            rect = QRectF(edge, rect.top(), 1.5, rect.height())
        painter.fillRect(rect, colour)

    def _paint_caption(self, painter: QPainter, at: int, cell: QRect, is_current: bool) -> None:
        figures, line = self._pages[at], self.fontMetrics().height()
        room = QRect(cell.left() + 2, cell.bottom() - 2 * line - 3, cell.width() - 4, 2 * line + 2)
        font = QFont(self.font())
        if is_current:
            painter.fillRect(room, self._theme.focus)
            painter.setPen(self.palette().color(self.palette().ColorRole.HighlightedText))
        else:
            painter.setPen(self._theme.muted)
        font.setBold(True)
        painter.setFont(font)
        centre = Qt.AlignmentFlag.AlignHCenter
        painter.drawText(room, centre | Qt.AlignmentFlag.AlignTop, f"{figures.page.number:,}")
        painter.setFont(self.font())
        painter.drawText(room, centre | Qt.AlignmentFlag.AlignBottom,
                         share(figures) + (" ?" if figures.undecided else ""))

    def _boxes(self, at: int) -> list[Box]:
        if at not in self._papers:
            self._papers[at] = paper(self._pages[at])
        return self._papers[at]

    def _fills(self) -> dict[str, QBrush]:
        ratio = self.devicePixelRatioF()
        if self._brushes is None or self._brushes[0] != ratio:
            self._brushes = ratio, brushes(ratio)
        return self._brushes[1]

    # -- places ----------------------------------------------------------------------------------

    def _scale(self) -> float:
        """How large the small sheets are: they grow with the text."""
        return max(1.0, self.fontMetrics().height() / USUAL_LINE)

    def _cell(self) -> QSize:
        """A page with its caption; all have the same."""
        scale, metrics = self._scale(), self.fontMetrics()
        wide = max(CELL_WIDTH * scale, PAPER_WIDTH * scale + 2 * (TICK * scale + SPACE),
                   metrics.horizontalAdvance(f"{percent(0.999)} ??") + 8, metrics.horizontalAdvance(
                       self.tr("nothing")) + 8)
        return QSize(round(wide), round(PAPER_HEIGHT * scale) + 2 * metrics.height() + 3 * SPACE)

    def _columns(self) -> int:
        return max(1, self.viewport().width() // self._cell().width())

    def _row_at(self, y: int) -> int:
        return bisect_right(self._tops, y) - 1

    def _lay_out(self) -> None:
        columns, size = self._columns(), self._cell()
        heading = self.fontMetrics().height() + 2 * SPACE
        self._rows, self._tops, self._row_of_document = [], [], []
        top, ends = 0, [*self._firsts[1:], len(self._pages)]
        for document, (first, end) in enumerate(zip(self._firsts, ends, strict=False)):
            if len(self._firsts) > 1:
                self._rows.append((document, first, 0))
                self._tops.append(top)
                top += heading
            self._row_of_document.append(len(self._rows))
            for start in range(first, end, columns):
                self._rows.append((document, start, min(columns, end - start)))
                self._tops.append(top)
                top += size.height()
        self._tops.append(top)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, top - height))
        bar.setSingleStep(size.height() // 4)
        bar.setPageStep(height)
        self.viewport().update()

    def _bring_into_view(self, at: int) -> None:
        bar, cell = self.verticalScrollBar(), self.cell_rect(at)
        if cell.top() < 0:
            bar.setValue(bar.value() + cell.top())
        elif cell.bottom() > self.viewport().height():
            bar.setValue(bar.value() + cell.bottom() - self.viewport().height() + 1)

    # -- events ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self._cell().width() * 9, round(self._cell().height() * 2.4))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._cell().width() * 2, self._cell().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        if self._current >= 0:
            self._bring_into_view(self._current)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._theme = Theme.of(self.palette())
            self.viewport().update()
        elif event.type() == QEvent.Type.FontChange:
            self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """What stays in view is moved, not painted again: a large window holds hundreds of pages."""
        self.viewport().scroll(dx, dy)

    def focusInEvent(self, event: QEvent) -> None:
        super().focusInEvent(event)
        if self._current < 0 and self._pages:
            self._mark(0)
        self.viewport().update()

    def focusOutEvent(self, event: QEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self.at(QPointF(event.pos()))
            if at >= 0:
                QToolTip.showText(event.globalPos(), words.tip(self._spoken(at)), self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self._mark(at)
            self._want()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        screen = max(1, self.viewport().height() // self._cell().height())
        rows = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -screen,
                Qt.Key.Key_PageDown: screen}
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -len(self._pages),
                 Qt.Key.Key_End: len(self._pages)}
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        key = Qt.Key(event.key())
        if not plain or not self._pages:
            super().keyPressEvent(event)
        elif key in steps:
            self._mark(min(max(0, self._current + steps[key]), len(self._pages) - 1))
        elif key in rows:
            self._mark(self._down(rows[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._want()
        else:
            super().keyPressEvent(event)

    # -- keeping up ------------------------------------------------------------------------------

    def _down(self, by: int) -> int:
        """The page so many rows below the marked one, at its column or the last before it; headings are no
        rows to stand on."""
        if self._current < 0:
            return 0
        rows = [row for row in self._rows if row[2]]
        here = bisect_right([first for _, first, _ in rows], self._current) - 1
        column = self._current - rows[here][1]
        _, first, count = rows[min(max(0, here + by), len(rows) - 1)]
        return first + min(column, count - 1)

    def _mark(self, at: int, *, follow: bool = True) -> None:
        if at != self._current:
            self._current = at
            self._describe()
            self.viewport().update()
        if follow:
            self._bring_into_view(at)

    def _want(self) -> None:
        place = self.current_page
        if place is not None:
            self.page_wanted.emit(*place)

    def _describe(self) -> None:
        text = self._spoken(self._current) if self._current >= 0 else self._note or self.tr(
            "{count} pages").format(count=f"{len(self._pages):,}")
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _spoken(self, at: int) -> str:
        figures = self._pages[at]
        parts = [self.tr("Page {page}: {share} withheld").format(
            page=figures.page.number, share=share(figures)), words.page_disposition(figures.state)]
        if len(self._firsts) > 1:
            parts.insert(0, self._name(figures.page.document_id))
        if figures.spans:
            parts.append((self.tr("1 span") if figures.spans == 1 else self.tr("{count} spans")).format(
                count=figures.spans))
        if figures.undecided:
            parts.append(words.to_review(figures.undecided))
        if figures.under:
            parts.append(codes(figures))
        return ", ".join(parts)
