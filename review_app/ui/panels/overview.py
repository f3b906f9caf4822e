"""The pages of a document or a case as small sheets with what is withheld on them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from review_app.domain.overview import Overview, PageFigures, percent
from review_app.domain.vocabulary import Origin
from review_app.reports.drawing import CELL_WIDTH, PAPER_HEIGHT, PAPER_WIDTH, TICK, Box, paper
from review_app.ui import words
from review_app.ui.models.overview import codes, share
from review_app.ui.panels.overview_layout import Stretch, StripLayout
from review_app.ui.panels.overview_legend import brushes
from review_app.ui.panels.sheets import SheetsArea
from review_app.ui.theme import REVIEWER_ON_PAPER, grown

SPACE = 6
MOST_KEPT = 24_000_000
"""Pixels of drawn pages that are kept: 96 MB, more than any screen shows."""


class OverviewStrip(SheetsArea):
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
        self._layout = StripLayout((), 1, 1, 1)
        self._pictures: dict[int, QPixmap] = {}
        self._drawn_for: tuple[float, QSize] | None = None
        self._current = -1
        self._brushes: tuple[float, dict[str, QBrush]] | None = None
        self._note = ""
        self.setAccessibleName(self.tr("Strip of pages"))
        self._describe()

    # -- what is shown ---------------------------------------------------------------------------

    def show_overview(self, overview: Overview | None, note: str = "") -> None:
        """Show these pages; ``note`` says why there are none. The marked page stays where it was."""
        marked, before = self.current_page, self._pages
        self._pages, self._firsts, self._headings = [], [], []
        self._note = note
        for document in overview.documents if overview is not None else ():
            self._firsts.append(len(self._pages))
            self._pages += document.pages
            count = self.tr("1 page") if len(document.pages) == 1 else self.tr("{count} pages").format(
                count=f"{len(document.pages):,}")
            self._headings.append(self.tr("{name}: {pages}, {share}").format(
                name=self._name(document.document.id), pages=count, share=percent(document.totals.share)))
        # What is measured once stays the same object: what was drawn of it holds.
        now = self._pages
        self._pictures = {
            at: picture for at, picture in self._pictures.items() if at < len(now) and now[at] is before[at]}
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
        size, (row, column) = self._cell(), self._layout.place(at)
        top = self._layout.tops[row] - self.verticalScrollBar().value()
        return QRect(column * size.width(), top, size.width(), size.height())

    def at(self, point: QPointF) -> int:
        """The place among all of the page at a position in the window, -1 where there is none."""
        y = int(point.y()) + self.verticalScrollBar().value()
        if y >= self._layout.height:
            return -1
        return self._layout.page_at(self._layout.row_at(y), int(point.x()) // self._cell().width())

    # -- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.desk)
        if not self._pages and self._note:
            painter.setPen(self._theme.muted)
            painter.drawText(self.viewport().rect().adjusted(12, 12, -12, -12),
                             Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._note)
        scrolled = self.verticalScrollBar().value()
        first = self._layout.row_at(scrolled + event.rect().top())
        last = self._layout.row_at(scrolled + event.rect().bottom())
        for row in self._layout.rows[max(0, first):last + 1]:
            for stretch in row.stretches:
                if row.is_heading:
                    self._paint_heading(painter, stretch, row.top - scrolled)
                    continue
                for at in range(stretch.first, stretch.first + stretch.count):
                    self._paint_page(painter, at)
        painter.end()

    def _paint_heading(self, painter: QPainter, stretch: Stretch, top: int) -> None:
        wide, text = self._cell().width(), self._headings[stretch.document]
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self._theme.muted)
        room = QRect(stretch.column * wide + SPACE, top + SPACE, stretch.count * wide - 2 * SPACE,
                     self.fontMetrics().height())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                         painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room.width()))

    def _paint_page(self, painter: QPainter, at: int) -> None:
        """Pages are drawn once and kept: a large window holds hundreds, and scrolling shows all anew. Where
        pixels of the window are no whole pixels of the screen they are drawn each time, to stay sharp."""
        cell, ratio = self.cell_rect(at), self.devicePixelRatioF()
        if at == self._current or ratio != round(ratio):
            self._draw_page(painter, at, cell)
            return
        pixels = cell.size() * ratio
        if self._drawn_for != (ratio, pixels) or (
            len(self._pictures) * pixels.width() * pixels.height() > MOST_KEPT
        ):
            self._pictures, self._drawn_for = {}, (ratio, pixels)
        if at not in self._pictures:
            picture = QPixmap(pixels)
            picture.setDevicePixelRatio(ratio)
            picture.fill(self._theme.desk)
            brush = QPainter(picture)
            self._draw_page(brush, at, QRect(QPoint(0, 0), cell.size()))
            brush.end()
            self._pictures[at] = picture
        painter.drawPixmap(cell.topLeft(), self._pictures[at])

    def _draw_page(self, painter: QPainter, at: int, cell: QRect) -> None:
        scale, ratio = self._scale(), self.devicePixelRatioF()
        boxes = paper(self._pages[at])
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
        self._paint_edge(painter, paper_rect, is_current=is_current)
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

    def _fills(self) -> dict[str, QBrush]:
        ratio = self.devicePixelRatioF()
        if self._brushes is None or self._brushes[0] != ratio:
            self._brushes = ratio, brushes(ratio)
        return self._brushes[1]

    # -- places ----------------------------------------------------------------------------------

    def _scale(self) -> float:
        """How large the small sheets are: they grow with the text."""
        return grown(self.font())

    def _cell(self) -> QSize:
        """A page with its caption; all have the same."""
        scale, metrics = self._scale(), self.fontMetrics()
        wide = max(CELL_WIDTH * scale, PAPER_WIDTH * scale + 2 * (TICK * scale + SPACE),
                   metrics.horizontalAdvance(f"{percent(0.999)} ??") + 8, metrics.horizontalAdvance(
                       self.tr("nothing")) + 8)
        return QSize(round(wide), round(PAPER_HEIGHT * scale) + 2 * metrics.height() + 3 * SPACE)

    def _columns(self) -> int:
        return max(1, self.viewport().width() // self._cell().width())

    def _lay_out(self) -> None:
        size = self._cell()
        ends = [*self._firsts[1:], len(self._pages)]
        self._layout = StripLayout(
            [end - first for first, end in zip(self._firsts, ends, strict=bool(self._firsts))],
            self._columns(), size.height(), self.fontMetrics().height() + 2 * SPACE)
        self._set_heights(self._layout.height, size.height())
        self.viewport().update()

    # -- events ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self._cell().width() * 9, round(self._cell().height() * 2.4))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._cell().width() * 2, self._cell().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        if self._current >= 0:
            self._bring_cell_into_view(self.cell_rect(self._current))

    def _look_again(self, *, other_font: bool) -> None:
        self._pictures = {}
        if other_font:
            self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """What stays in view is moved, not painted again: a large window holds hundreds of pages."""
        self.viewport().scroll(dx, dy)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._current < 0 and self._pages:
            self._mark(0)

    def _tip_at(self, at: QPointF) -> str:
        place = self.at(at)
        return self._spoken(place) if place >= 0 else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self._mark(at)
            self._want()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        screen = max(1, self.viewport().height() // self._cell().height())
        rows = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -screen,
                Qt.Key.Key_PageDown: screen}
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -len(self._pages),
                 Qt.Key.Key_End: len(self._pages)}
        key = self._plain_key(event)
        if key is None or not self._pages:
            super().keyPressEvent(event)
        elif key in steps:
            self._mark(min(max(0, self._current + steps[key]), len(self._pages) - 1))
        elif key in rows:
            self._mark(self._layout.below(max(0, self._current), rows[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._want()
        else:
            super().keyPressEvent(event)

    # -- keeping up ------------------------------------------------------------------------------

    def _mark(self, at: int, *, follow: bool = True) -> None:
        if at != self._current:
            self._current = at
            self._describe()
            self.viewport().update()
        if follow:
            self._bring_cell_into_view(self.cell_rect(at))

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
