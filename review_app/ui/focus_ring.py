"""A frame round the list or text that has the keyboard, where its style shows nothing.

Buttons and lines of text show it themselves. A list without a chosen row, a text to read, a table that was
reached by Tab look the same with the keyboard and without it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QPushButton, QWidget

WIDTH_PX = 2


class FocusRing(QObject):
    """Follows the keyboard through all windows of the program, as long as ``parent`` lives."""

    def __init__(self, skipped: tuple[QWidget, ...], parent: QObject) -> None:
        """``skipped`` show by themselves that they have the keyboard."""
        super().__init__(parent)
        self._skipped = skipped
        self._widget: QWidget | None = None
        self._edges: list[QWidget] = []
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._widget:
            self._place()
        return False

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._widget is not None:
            self._widget.removeEventFilter(self)
            for edge in self._edges:
                edge.hide()
                edge.deleteLater()
        self._widget, self._edges = None, []
        if new is None or new in self._skipped or not _needs_one(new):
            return
        self._widget = new
        new.installEventFilter(self)
        new.destroyed.connect(self._forget)
        # Four lines and no sheet: what lies over a list has to be painted with each of its rows.
        self._edges = [_edge(new) for _ in range(4)]
        self._place()

    def _forget(self) -> None:
        self._widget, self._edges = None, []

    def _place(self) -> None:
        if self._widget is None:
            return
        box, w = self._widget.rect(), WIDTH_PX
        for edge, place in zip(self._edges, (
            QRect(0, 0, box.width(), w), QRect(0, box.height() - w, box.width(), w),
            QRect(0, 0, w, box.height()), QRect(box.width() - w, 0, w, box.height()),
        ), strict=True):
            edge.setGeometry(place)
            edge.raise_()
            edge.show()


def _needs_one(widget: QWidget) -> bool:
    if isinstance(widget, QPushButton):
        return widget.isDefault()  # which is framed as if it had the keyboard, with it and without it
    return isinstance(widget, QAbstractScrollArea)


def _edge(parent: QWidget) -> QWidget:
    edge = QWidget(parent)
    edge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    edge.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    edge.setAutoFillBackground(True)
    edge.setBackgroundRole(QPalette.ColorRole.Highlight)
    return edge
