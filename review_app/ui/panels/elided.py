"""A line of text that ends in dots where it has no room, and never asks for more than it has."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from review_app.ui import words

FEWEST_CHARACTERS = 6
"""So much of a line is always asked for."""


class ElidedLabel(QLabel):
    """Plain text on one line. ``most`` characters wide at the most; whole it is in the tool tip, and for
    screen readers in :meth:`text`."""

    def __init__(
        self, most: int, parent: QWidget | None = None, mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle
    ) -> None:
        super().__init__(parent)
        self._most = most
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        """Show a text; its tool tip says it whole."""
        super().setText(text)
        self.setToolTip(words.tip(text))

    @property
    def seen(self) -> str:
        """What of the text is painted."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def sizeHint(self) -> QSize:
        return self._size(self._most)

    def minimumSizeHint(self) -> QSize:
        return self._size(FEWEST_CHARACTERS)

    def paintEvent(self, event: QPaintEvent) -> None:
        # Not by the style: whoever only names it loads all its tables, before the first page.
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.contentsRect(), self.alignment(), self.seen)

    def _size(self, characters: int) -> QSize:
        metrics = self.fontMetrics()
        wide = min(metrics.horizontalAdvance(self.text()) + 1, metrics.averageCharWidth() * characters)
        return QSize(wide, metrics.height()).grownBy(self.contentsMargins())
