"""The message bar: what happened, why it matters, what to do now; above the page, never in the way."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from review_app.ui import words
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
        self._passes = False
        self._whole = ""
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
        # Never wider than its place: a long file name must not push the panels off the screen.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self._text.setSizePolicy(policy)
        self._text.setMinimumWidth(1)
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
        return "" if self.isHidden() else self._whole

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self._list, self._close]

    def show_message(self, message: Message) -> None:
        """Show a message in place of the one before."""
        self._sign.setText("⚠" if message.is_problem else "ℹ")
        self._whole = message.text
        self._passes = message.passes
        self._text.setToolTip(words.tip(message.text))
        self._fit()
        self._list.setVisible(message.is_problem)
        self._is_problem = message.is_problem
        self.recolour()
        self.show()

    def dismiss_passing(self) -> None:
        """A later step worked: a message about the one before is over."""
        if self._passes:
            self.dismiss()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Lines break between words; a word that is longer than a line (a path, a name) loses its middle."""
        metrics = self._text.fontMetrics()
        width = max(200, self._text.width() - 4)
        self._text.setText(" ".join(
            metrics.elidedText(word, Qt.TextElideMode.ElideMiddle, width) for word in self._whole.split(" ")
        ))

    def recolour(self) -> None:
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
