"""Whether somebody is typing: what comes by itself then must wait, or the next letters go elsewhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget


def is_typing_in(window: QWidget) -> bool:
    """True while a text field of ``window`` has the keyboard."""
    return is_text_field_of(window, QApplication.focusWidget())


def is_text_field_of(window: QWidget, widget: QWidget | None) -> bool:
    """True for a field of ``window`` that takes letters as text."""
    return isinstance(widget, (QLineEdit, QPlainTextEdit)) and widget.window() is window.window()


def clearable(line: QLineEdit) -> None:
    """Give a line the button that wipes it out, once there is something to wipe out: until then it would not
    be seen, and loading its picture takes longer than making the line."""
    line.textChanged.connect(
        lambda _text: line.setClearButtonEnabled(True), Qt.ConnectionType.SingleShotConnection)
