"""Questions to the user. All open without blocking: the answer comes to a callback, a cancel does nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6 import QtWidgets
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QWidget,
)

from review_app.domain.display import isolated
from review_app.ui import words
from review_app.ui.typing import is_text_field_of, is_typing_in

_LABEL = 24
"""Characters of the name of a page: a PDF may give it any length."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("ask", text)


def _say(dialog: QtWidgets.QInputDialog, text: str) -> None:
    """What is asked, as it is: a file or a page may be named like HTML, and Qt would take it for HTML."""
    dialog.setLabelText(text)
    dialog.findChild(QLabel).setTextFormat(Qt.TextFormat.PlainText)


class Ask:
    """The small dialogs of one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def files(self, then: Callable[[list[Path]], None]) -> None:
        """Which files to open."""
        dialog = QtWidgets.QFileDialog(self._window, _tr("Open files"))
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([_tr("Documents (*.pdf *.txt *.text *.md)"), _tr("All files (*)")])
        dialog.filesSelected.connect(lambda names: then([Path(n) for n in names]))
        self._open(dialog)

    def save_pdf(self, suggestion: Path, then: Callable[[Path], None]) -> None:
        """Where to write a PDF."""
        dialog = QtWidgets.QFileDialog(self._window, _tr("Write annotated copy"), str(suggestion.parent))
        dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_tr("PDF (*.pdf)"))
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(suggestion.name)
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        self._open(dialog)

    def password(
        self, name: str, is_retry: bool, then: Callable[[str], None], otherwise: Callable[[], None]
    ) -> None:
        """The password of an encrypted file. It is handed on and kept nowhere.

        This question comes by itself, not from a key just pressed: while somebody types it waits, or a
        sentence meant for a note would be typed into it.
        """
        dialog = QtWidgets.QInputDialog(self._window)
        dialog.setWindowTitle(_tr("Password needed"))
        text = _tr("{name} is encrypted.\nIts password (used now, never stored):").format(
            name=words.short(isolated(name)))
        if is_retry:
            text = _tr("That password does not open it.") + "\n" + text
        _say(dialog, text)
        dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
        dialog.textValueSelected.connect(then)
        dialog.rejected.connect(otherwise)
        _Patience(dialog)

    def page(self, current: str, count: int, labels: Sequence[str], then: Callable[[str], None]) -> None:
        """Which page to go to: a number, or one of the names the document has for its pages."""
        dialog = QtWidgets.QInputDialog(self._window)
        dialog.setWindowTitle(_tr("Go to page"))
        text = _tr("Page, 1 to {count}:").format(count=count)
        if labels:
            text = _tr("Page, 1 to {count}, or as it is labelled, {first} to {last}:").format(
                count=count, first=words.short(isolated(labels[0]), _LABEL),
                last=words.short(isolated(labels[-1]), _LABEL))
        _say(dialog, text)
        dialog.setTextValue(current)
        dialog.textValueSelected.connect(then)
        self._open(dialog)

    def pages(self, title: str, label: str, text: str, then: Callable[[str], None]) -> None:
        """Pages as people write them."""
        dialog = QtWidgets.QInputDialog(self._window)
        dialog.setWindowTitle(title)
        _say(dialog, label)
        dialog.setTextValue(text)
        dialog.textValueSelected.connect(then)
        self._open(dialog)

    def repeat(self, count: int, *, has_case: bool, then: Callable[[str, str], None]) -> None:
        """Where to repeat marks: pages, and the documents (``here``, ``case``, ``all``)."""
        from review_app.ui.dialogs.repeat import RepeatDialog  # not needed to start

        dialog = RepeatDialog(self._window, count, has_case=has_case)
        dialog.accepted.connect(lambda: then(dialog.pages.text(), dialog.scope))
        self._open(dialog)

    def case(
        self, count: int, number: str, printed: str, known: Sequence[str], then: Callable[[str], None]
    ) -> None:
        """The case number to file ``count`` documents under; empty for none. ``printed`` is what stands on
        one of them and is offered where none has a number yet."""
        dialog = QtWidgets.QInputDialog(self._window)
        dialog.setWindowTitle(_tr("File under case"))
        text = _tr("Case number of this document, as the agency prints it (empty: no case):")
        if count > 1:
            text = _tr("Case number of these {count} documents (empty: no case):").format(count=count)
        _say(dialog, text)
        first = [number] if number or not printed else [printed, ""]
        dialog.setComboBoxItems([*first, *(k for k in known if k not in first)])
        dialog.setComboBoxEditable(True)
        dialog.setTextValue(first[0])  # what is shown is not yet what Return would take
        dialog.textValueSelected.connect(then)
        self._open(dialog)

    def value(self, field: str, value: str, then: Callable[[str], None]) -> None:
        """The right value of a record field."""
        dialog = QtWidgets.QInputDialog(self._window)
        dialog.setWindowTitle(_tr("Correct record field"))
        _say(dialog, _tr("{field}, as the document says:").format(field=field))
        dialog.setTextValue(value)
        dialog.resize(420, dialog.sizeHint().height())
        dialog.textValueSelected.connect(then)
        self._open(dialog)

    @staticmethod
    def _open(dialog: QtWidgets.QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


class _Patience(QObject):
    """Opens a dialog now, or when the keyboard leaves the text field of the window that has it."""

    def __init__(self, dialog: QtWidgets.QInputDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        if is_typing_in(dialog.parentWidget()):
            QApplication.instance().focusChanged.connect(self._on_focus_changed)
        else:
            Ask._open(dialog)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if not is_text_field_of(self._dialog.parentWidget(), now):
            QApplication.instance().focusChanged.disconnect(self._on_focus_changed)
            # Not in the middle of a change of focus: the window first ends what it does.
            QTimer.singleShot(0, self, lambda: Ask._open(self._dialog))
