"""A table of plain one-line cells that paints itself from texts that are there already.

Qt's own way makes an option and asks the model for ten things for every cell; with a frame of two hundred
cells that is most of the frame (performance reference, section 4: an own-painted list is the lightest).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QTableView, QWidget

MARGIN_PX = 4
KEPT = 8192


class LinesView(QTableView):
    """Rows of one height, one line of text in each cell; selection and alternate rows as in any table."""

    def __init__(
        self, texts: Callable[[int], tuple[str, ...]], right: frozenset[int] = frozenset(),
        parent: QWidget | None = None,
    ) -> None:
        """``texts`` gives the cells of a row, ``right`` names the columns that are aligned to the right."""
        super().__init__(parent)
        self._texts = texts
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        end = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        self._flags = [end if column in right else left for column in range(64)]
        self._elided: dict[tuple[int, str], str] = {}
        self._font = self.font()
        self._metrics = QFontMetrics(self._font)

    def paintEvent(self, event: QPaintEvent) -> None:
        model = self.model()
        count = model.rowCount() if model is not None else 0
        if not count:
            return
        area = event.rect()
        first = max(0, self.rowAt(area.top()))
        last = self.rowAt(area.bottom())
        last = count - 1 if last < 0 else last
        if self.font() != self._font:
            self._font, self._metrics = self.font(), QFontMetrics(self.font())
            self._elided.clear()
        places = [
            (column, self.columnViewportPosition(column), self.columnWidth(column))
            for column in range(model.columnCount()) if not self.isColumnHidden(column)
        ]
        places = [(c, x, w) for c, x, w in places if x <= area.right() and x + w >= area.left()]
        group = QPalette.ColorGroup.Active if self.hasFocus() else QPalette.ColorGroup.Inactive
        palette, chosen, top = self.palette(), self.selectionModel(), QModelIndex()
        text = palette.color(QPalette.ColorRole.Text)
        on = palette.color(group, QPalette.ColorRole.HighlightedText)
        other = palette.brush(QPalette.ColorRole.AlternateBase)
        bar = palette.brush(group, QPalette.ColorRole.Highlight)
        height, width = self.rowHeight(first), self.viewport().width()
        painter = QPainter(self.viewport())
        painter.setPen(text)
        y = self.rowViewportPosition(first)
        for row in range(first, last + 1):
            is_chosen = chosen.isRowSelected(row, top)
            if is_chosen:
                painter.fillRect(0, y, width, height, bar)
                painter.setPen(on)
            elif row & 1:
                painter.fillRect(0, y, width, height, other)
            cells = self._texts(row)
            for column, x, wide in places:
                cell = cells[column]
                if cell:
                    key = (wide, cell)
                    short = self._elided.get(key)
                    if short is None:
                        short = self._elide(key)
                    painter.drawText(QRect(x + MARGIN_PX, y, wide - 2 * MARGIN_PX, height),
                                     self._flags[column], short)
            if is_chosen:
                painter.setPen(text)
            y += height
        painter.end()

    def _elide(self, key: tuple[int, str]) -> str:
        if len(self._elided) >= KEPT:
            self._elided.clear()
        width, text = key
        short = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 2 * MARGIN_PX)
        self._elided[key] = short
        return short
