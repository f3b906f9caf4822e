"""The bar above the page while it shows something else than what is: the past, or a blind second look."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

ACCENT = QColor("#7B3FA0")
TINT = 0.3


class ModeBar(QFrame):
    """Says what is shown and how to leave it; hidden while the page shows what is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mode_bar")
        self.setAccessibleName(self.tr("What the page shows"))
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setAccessibleName(self.tr("What the page shows, in words"))
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self._text.setSizePolicy(policy)
        self._text.setMinimumWidth(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 4, 4)
        self._row.addWidget(self._text, 1)
        self._buttons: dict[str, QToolButton] = {}
        self.recolour()
        self.hide()

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """The actions of the window that may stand here; each is shown when it is named."""
        for action in actions:
            button = QToolButton(self)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setDefaultAction(action)
            button.setAccessibleName(action.iconText())
            self._row.addWidget(button)
            self._buttons[action.objectName()] = button

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return list(self._buttons.values())

    @property
    def text(self) -> str:
        """What is said, empty when the page shows what is."""
        return "" if self.isHidden() else self._text.text()

    def say(self, text: str, actions: Sequence[str] = ()) -> None:
        """What the page shows, with these actions beside it; an empty text hides the bar."""
        self._text.setText(text)
        for name, button in self._buttons.items():
            button.setVisible(name in actions)
        self.setVisible(bool(text))

    def recolour(self) -> None:
        """A tint of the window's colour as it is now."""
        base = QApplication.palette()
        window = base.color(QPalette.ColorRole.Window)
        pairs = zip(window.getRgb()[:3], ACCENT.getRgb()[:3], strict=True)
        palette = QPalette(base)
        palette.setColor(QPalette.ColorRole.Window, QColor(*(round(w + (a - w) * TINT) for w, a in pairs)))
        self.setPalette(palette)
