"""What helps somebody find the way in the program: actions by name, help, start page, settings.

Each window of this part is loaded when it is first wanted: none of it stands in the way of the first page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from review_app.ui.dialogs.palette import PaletteDialog
    from review_app.ui.main_window import MainWindow


class Comfort(QObject):
    """Made by the window; the actions of the table call its methods."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.palette: PaletteDialog | None = None
        window.commands.comfort = self

    def find_action(self) -> None:
        """Show every action by its name."""
        from review_app.ui.dialogs.palette import PaletteDialog

        if self.palette is None:
            self.palette = PaletteDialog(self._window.action_table, self._window)
        self.palette.ask()
