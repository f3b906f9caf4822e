"""What lists of small pages share: the pictures of pages on the left, the strip of the overview."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from review_app.ui import words
from review_app.ui.theme import Theme


class SheetsArea(QAbstractScrollArea):
    """Own-painted sheets in rows, scrolled up and down; who derives from it says where each stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.of(self.palette())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: coming and going it would change how many pages stand side by side.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    # -- what each list says of itself -----------------------------------------------------------

    def _tip_at(self, at: QPointF) -> str:
        """What to say of the page at a position in the window, empty where there is none."""
        raise NotImplementedError

    def _look_again(self, *, other_font: bool) -> None:
        """Colours are others now, or the words have another size."""
        raise NotImplementedError

    # -- for those that derive from it -----------------------------------------------------------

    def _set_heights(self, whole: int, row: int) -> None:
        """All rows together and one of them are so many view pixels high."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, whole - height))
        bar.setSingleStep(row // 4)
        bar.setPageStep(height)

    def _bring_cell_into_view(self, cell: QRect) -> None:
        """Scroll no further than it takes to show this place of the window."""
        bar = self.verticalScrollBar()
        if cell.top() < 0:
            bar.setValue(bar.value() + cell.top())
        elif cell.bottom() > self.viewport().height():
            bar.setValue(bar.value() + cell.bottom() - self.viewport().height() + 1)

    def _paint_edge(self, painter: QPainter, sheet: QRectF, *, is_current: bool) -> None:
        """The edge of a page; round the marked one a frame, thicker while the keyboard is here."""
        if is_current:
            painter.setPen(QPen(self._theme.focus, 3.0 if self.hasFocus() else 2.0))
            painter.drawRect(sheet.adjusted(-2, -2, 2, 2))
        else:
            painter.setPen(self._theme.edge)
            painter.drawRect(sheet.adjusted(-0.5, -0.5, 0.5, 0.5))

    @staticmethod
    def _plain_key(event: QKeyEvent) -> Qt.Key | None:
        """The key that was pressed alone; None where another was held with it."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return Qt.Key(event.key()) if held == Qt.KeyboardModifier.NoModifier else None

    # -- events ----------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._theme = Theme.of(self.palette())
            self._look_again(other_font=False)
            self.viewport().update()
        elif event.type() == QEvent.Type.FontChange:
            self._look_again(other_font=True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            said = self._tip_at(QPointF(event.pos()))
            if said:
                QToolTip.showText(event.globalPos(), words.tip(said), self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
