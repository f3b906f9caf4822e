"""The bar of the shown document: how far its scan is, why it failed, what its warnings say."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from review_app.domain.rows import Coming, DocumentRow
from review_app.domain.vocabulary import Arrival
from review_app.ui import words

WARNING = QColor("#C98A00")
TINT = 0.2


class DocumentBar(QFrame):
    """Above the page; there only when there is something to say of the document itself."""

    opened = Signal(bool)
    """All warnings are shown, or only the first again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("document_bar")
        self.setAccessibleName(self.tr("State of the document"))
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._warnings: tuple[str, ...] = ()
        self._coming: Coming | None = None
        self._shown_id = ""
        self._is_open = False
        self._is_alarm = False
        self._sign = QLabel(self)
        self._sign.setAccessibleName(self.tr("Kind of message"))
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setAccessibleName(self.tr("What there is to know of the document"))
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self._text.setSizePolicy(policy)
        self._text.setMinimumWidth(1)
        self._more = self._button()
        self._more.setAccessibleName(self.tr("Show all warnings of the document, or only the first"))
        self._more.clicked.connect(self.toggle)
        self._again = self._button()
        self._drop = self._button()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self._sign, 0, top)
        row.addWidget(self._text, 1)
        for button in (self._more, self._again, self._drop):
            row.addWidget(button, 0, top)
        self.hide()

    def add_actions(self, again: QAction, drop: QAction) -> None:
        """Put the actions of the window where they are needed."""
        for button, action in ((self._again, again), (self._drop, drop)):
            button.setDefaultAction(action)
            button.setText(action.iconText())
            button.setAccessibleName(action.iconText())

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self._more, self._again, self._drop]

    @property
    def text(self) -> str:
        """What is said, empty when there is nothing to say."""
        return "" if self.isHidden() else self._text.text()

    def show_document(self, row: DocumentRow | None) -> None:
        """Another document is shown, or the row of the shown one is another now."""
        if (row.id if row else "") != self._shown_id:
            self._is_open = False
        self._shown_id = row.id if row else ""
        self._coming = row.coming if row is not None else None
        self._show()

    def show_warnings(self, warnings: tuple[str, ...]) -> None:
        """What does not fit together in the document, as it stands now."""
        self._warnings = warnings
        self._show()

    def _show(self) -> None:
        if self._coming is not None:
            self._show_coming(self._coming)
        else:
            self._show_warnings()
        self.recolour()

    def toggle(self) -> None:
        """Show all warnings, or only the first again."""
        self._is_open = not self._is_open
        self._show_warnings()
        self.opened.emit(self._is_open)

    def _show_coming(self, coming: Coming) -> None:
        failed = coming.state is Arrival.FAILED
        self._is_alarm = failed
        self._sign.setText("✗" if failed else "⏳" if coming.state is Arrival.WAITING else "…")
        said = words.coming(coming)[1]
        said = said[:1].upper() + said[1:]
        if failed:
            self._text.setText(f"{said}: {coming.problem}")
        else:
            self._text.setText(self.tr(
                "{state}; decide when all are read.").format(state=said))
        self._more.hide()
        self._again.setVisible(failed)
        self._drop.show()
        self.show()

    def _show_warnings(self) -> None:
        self._is_alarm = True
        for widget in (self._again, self._drop):
            widget.hide()
        count = len(self._warnings)
        if not count:
            self.hide()
            return
        self._sign.setText("⚠")
        lines = self._warnings if self._is_open else self._warnings[:1]
        self._text.setText("\n".join(f"{w[:1].upper()}{w[1:]}" for w in lines))
        self._more.setVisible(count > 1)
        name = self.tr("Fewer") if self._is_open else self.tr("{count} more").format(count=count - 1)
        self._more.setText(name)
        self.show()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRaise(True)
        return button

    def recolour(self) -> None:
        """A tint of the window's colour as it is now."""
        base = QApplication.palette()
        window = base.color(QPalette.ColorRole.Window)
        accent = WARNING if self._is_alarm else base.color(QPalette.ColorRole.Highlight)
        pairs = zip(window.getRgb()[:3], accent.getRgb()[:3], strict=True)
        palette = QPalette(base)
        palette.setColor(QPalette.ColorRole.Window, QColor(*(round(w + (a - w) * TINT) for w, a in pairs)))
        self.setPalette(palette)
