"""Whether somebody is typing: what comes by itself then must wait, or the next letters go elsewhere."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget


def is_typing_in(window: QWidget) -> bool:
    """True while a text field of ``window`` has the keyboard."""
    return is_text_field_of(window, QApplication.focusWidget())


def is_text_field_of(window: QWidget, widget: QWidget | None) -> bool:
    """True for a field of ``window`` that takes letters as text."""
    return isinstance(widget, (QLineEdit, QPlainTextEdit)) and widget.window() is window.window()
