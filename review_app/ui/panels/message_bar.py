"""The message bar: what happened, why it matters, what to do now; above the page, never in the way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from review_app.ui.problems import Message

PROBLEM = QColor("#D55E00")
TINT = 0.25


class MessageBar(QFrame):
    """Shows the newest message until it is dismissed or replaced."""

    dismissed = Signal()
    problems_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self._is_problem = False
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Message"))
        self._sign = QLabel(self)
        self._sign.setAccessibleName(self.tr("Kind of message"))
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setAccessibleName(self.tr("Message text"))
        self._list = QToolButton(self)
        self._list.setText(self.tr("All problems"))
        self._list.setAccessibleName(self.tr("Show all problems"))
        self._list.setAutoRaise(True)
        self._list.clicked.connect(self.problems_wanted)
        self._close = QToolButton(self)
        self._close.setText("×")
        self._close.setToolTip(self.tr("Dismiss this message"))
        self._close.setAccessibleName(self.tr("Dismiss this message"))
        self._close.setAutoRaise(True)
        self._close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._list, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """The message shown, empty when there is none."""
        return "" if self.isHidden() else self._text.text()

    def show_message(self, message: Message) -> None:
        """Show a message in place of the one before."""
        self._sign.setText("⚠" if message.is_problem else "ℹ")
        self._text.setText(message.text)
        self._list.setVisible(message.is_problem)
        self._is_problem = message.is_problem
        self._colour()
        self.show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()

    def _colour(self) -> None:
        """A tint of the window's colour, so that the text keeps its contrast in light and dark."""
        base = QApplication.palette()
        window = base.color(QPalette.ColorRole.Window)
        accent = PROBLEM if self._is_problem else base.color(QPalette.ColorRole.Highlight)
        palette = QPalette(base)
        pairs = zip(window.getRgb()[:3], accent.getRgb()[:3], strict=True)
        palette.setColor(QPalette.ColorRole.Window, QColor(*(round(w + (a - w) * TINT) for w, a in pairs)))
        self.setPalette(palette)

    def dismiss(self) -> None:
        """Take the message away; problems stay in their list."""
        if not self.isHidden():
            self.hide()
            self.dismissed.emit()
