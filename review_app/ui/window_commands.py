"""What the commands of a window beside the desk begin with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from review_app.ui.bridge import Bridge
from review_app.ui.current import Current
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from review_app.review.desk import Desk


class WindowCommands(QObject):
    """One window beside the desk, made when it is first wanted.

    Args:
        desk: the open workspace.
        bridge: brings changes, and runs what takes longer than a frame.
        current: what the desk shows.
        problems: where news and errors go.
        go_to_page: brings a page of the shown document into view.
        parent: a child of the main window.
    """

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, problems: Problems,
        go_to_page: Callable[[int], None], parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._current = current
        self._problems = problems
        self._go_to_page = go_to_page

    def _window(self) -> QWidget | None:
        """The main window, which the window of these commands stands beside."""
        window = self.parent().parent()
        return window if isinstance(window, QWidget) else None
