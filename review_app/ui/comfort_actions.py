"""The part of the action table about finding one's way in the program: actions by name, help, settings."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from review_app.ui.action_spec import ActionSpec

_N = QT_TRANSLATE_NOOP

HELP: tuple[ActionSpec, ...] = (
    ActionSpec("help.palette", _N("actions", "&Find an action…"), "help", ("Ctrl+Shift+P",),
               lambda c: c.comfort.find_action(),
               tip=_N("actions", "Every action by its name, with its keys, and why it cannot be used now")),
)
