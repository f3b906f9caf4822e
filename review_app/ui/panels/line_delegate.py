"""Paints plain one-line cells from texts that are there already.

Qt's own way asks the model for ten things about every cell; with a frame of three hundred cells that is most
of the frame (performance reference, section 4).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

MARGIN_PX = 4
KEPT = 8192


class LineDelegate(QStyledItemDelegate):
    """One line of text, selection and alternate rows as in any table."""

    def __init__(
        self, view: QTableView, texts: Callable[[int], tuple[str, ...]], right: frozenset[int] = frozenset()
    ) -> None:
        """``texts`` gives the cells of a row, ``right`` names the columns that are aligned to the right."""
        super().__init__(view)
        self._view = view
        self._texts = texts
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        end = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        self._flags = [end if column in right else left for column in range(64)]
        self._elided: dict[tuple[int, str], str] = {}
        self._metrics = QFontMetrics(view.font())
        self._font = view.font()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        column = index.column()
        text = self._texts(index.row())[column]
        rect = option.rect
        palette = option.palette
        role = QPalette.ColorRole.Text
        if option.state & QStyle.StateFlag.State_Selected:
            group = QPalette.ColorGroup.Active if option.state & QStyle.StateFlag.State_Active \
                else QPalette.ColorGroup.Inactive
            painter.fillRect(rect, palette.brush(group, QPalette.ColorRole.Highlight))
            role = QPalette.ColorRole.HighlightedText
        if not text:
            return
        key = (rect.width(), text)
        short = self._elided.get(key)
        if short is None:
            short = self._elide(key)
        painter.setPen(palette.color(role))
        painter.drawText(rect.adjusted(MARGIN_PX, 0, -MARGIN_PX, 0), self._flags[column], short)

    def _elide(self, key: tuple[int, str]) -> str:
        font = self._view.font()
        if font != self._font:
            self._font, self._metrics = font, QFontMetrics(font)
            self._elided.clear()
        if len(self._elided) >= KEPT:
            self._elided.clear()
        width, text = key
        short = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 2 * MARGIN_PX)
        self._elided[key] = short
        return short
