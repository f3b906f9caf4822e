"""Who works here, and the reason of a step between two people. Both open without blocking."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.people import READS_ONLY, Role
from review_app.ui import words

_MEANING = {
    Role.ANALYST: QT_TRANSLATE_NOOP("people", "decides about spans and proposes them"),
    Role.SECOND_REVIEWER: QT_TRANSLATE_NOOP("people", "looks at proposals a second time, may return them"),
    Role.APPROVER: QT_TRANSLATE_NOOP("people", "approves proposals of others, or returns them"),
    Role.AUDITOR: QT_TRANSLATE_NOOP("people", "looks at everything and changes nothing"),
}


class RoleDialog(QDialog):
    """Name and role. ``then`` gets both when the user agrees."""

    def __init__(
        self, actor: str, role: Role, then: Callable[[str, Role], None], *, read_only: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """``read_only`` says why only looking is possible; empty when all roles are."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Who works here"))
        self._then = then
        self.name = QLineEdit(actor, self)
        self.name.setAccessibleName(self.tr("Name, as it goes into the log"))
        form = QFormLayout()
        form.addRow(self.tr("&Name"), self.name)
        self._group = QButtonGroup(self)
        self.roles: dict[Role, QRadioButton] = {}
        for value in Role:
            meaning = QCoreApplication.translate("people", _MEANING[value])
            button = QRadioButton(f"{words.of(value)}: {meaning}", self)
            button.setChecked(value is role)
            button.setEnabled(not read_only or value in READS_ONLY)
            self._group.addButton(button)
            self.roles[value] = button
            form.addRow("", button)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        if read_only:
            note = QLabel(read_only, self)
            note.setWordWrap(True)
            note.setTextFormat(Qt.TextFormat.PlainText)
            note.setAccessibleName(self.tr("Why other roles cannot be chosen"))
            layout.addWidget(note)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.accepted.connect(self._on_accepted)

    def _on_accepted(self) -> None:
        role = next((value for value, button in self.roles.items() if button.isChecked()), None)
        if role is not None:
            self._then(self.name.text(), role)


class ReasonDialog(QDialog):
    """A reason in words, which must be there. ``then`` gets it when the user agrees."""

    def __init__(
        self, title: str, question: str, then: Callable[[str], None], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        label = QLabel(question, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self.reason = QPlainTextEdit(self)
        self.reason.setAccessibleName(self.tr("Reason"))
        self.reason.setTabChangesFocus(True)
        self.reason.setMinimumSize(420, self.fontMetrics().lineSpacing() * 4)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        self._ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setEnabled(False)
        self._ok.setToolTip(self.tr("A reason is needed"))
        self.reason.setPlaceholderText(self.tr("Ctrl+Return agrees, Esc leaves all as it is"))
        self.reason.textChanged.connect(lambda: self._ok.setEnabled(bool(self.text)))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(label)
        layout.addWidget(self.reason)
        layout.addWidget(self.buttons)
        self.accepted.connect(lambda: then(self.text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Return agrees, as it writes a note: Return alone begins a line."""
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._ok.click()
        else:
            super().keyPressEvent(event)

    @property
    def text(self) -> str:
        """What is written."""
        return self.reason.toPlainText().strip()
