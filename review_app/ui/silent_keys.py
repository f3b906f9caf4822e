"""Says why a key did nothing: the action on it is off, and Qt leaves such a key without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QKeyCombination, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from review_app.ui.actions import Actions
    from review_app.ui.main_window import MainWindow


class SilentKeys(QObject):
    """Sees the keys of a window before its shortcuts do. A field that takes letters as text keeps them."""

    def __init__(self, window: MainWindow, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._by_keys: dict[str, str] = {}
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.ShortcutOverride \
                and isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            self._say_why_not(event.keyCombination())
        return False

    def _say_why_not(self, keys: QKeyCombination) -> None:
        if not self._by_keys:
            self._by_keys = {
                sequence.toString(): spec.id
                for spec, action in self._actions.all() for sequence in action.shortcuts()
            }
        action_id = self._by_keys.get(QKeySequence(keys).toString())
        if action_id is None or self._actions[action_id].isEnabled():
            return
        from review_app.ui import why_not  # not needed to start
        from review_app.ui.actions import plain_text

        spec = next(s for s, _ in self._actions.all() if s.id == action_id)
        name = plain_text(self._actions[action_id].text()).rstrip("…")
        text = f"{name}: {why_not.reason(spec, self._actions.state)}"
        self._window.status.say_briefly(text)
        self._window.page.announce(text)
