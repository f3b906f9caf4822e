"""The windows beside the main window: each made when it is first wanted, then kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from review_app.ui.actions import Actions
from review_app.ui.current import Current
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from review_app.ui.dialogs.log import LogDialog, LogSource


class Shelf(QObject):
    """Shows ``log``, ``problems``, ``shortcuts`` and ``about``; none of them blocks the main window."""

    verify_wanted = Signal()
    log_made = Signal(object)
    """The window of the log was made: LogDialog."""

    def __init__(
        self, problems: Problems, actions: Actions, log: LogSource, current: Current, folder: Path,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._head = 0
        self._makers: dict[str, Callable[[], QDialog]] = {
            "log": lambda: self._make_log(log, current),
            "problems": lambda: _lists().ProblemsDialog(problems, window),
            "shortcuts": lambda: _lists().ShortcutsDialog(actions, window),
            "about": lambda: _about(folder, window),
        }
        self._log: LogDialog | None = None
        self._dialogs: dict[str, QDialog] = {}

    def show(self, name: str) -> None:
        """Bring a window to the front."""
        if name not in self._dialogs:
            self._dialogs[name] = self._makers[name]()
        dialog = self._dialogs[name]
        if self._log is not None and dialog is self._log:
            self._log.show_head(self._head)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def dialog(self, name: str) -> QDialog | None:
        """A window that was shown before."""
        return self._dialogs.get(name)

    def show_head(self, seq: int) -> None:
        """The log has this many entries now."""
        self._head = seq
        # A window nobody sees is brought up to date when it is shown.
        if self._log is not None and self._log.isVisible():
            self._log.show_head(seq)

    def show_check(self, problems: Sequence[Any]) -> None:
        """The log was verified."""
        if self._log is not None:
            self._log.show_result(problems)

    def _make_log(self, log: LogSource, current: Current) -> LogDialog:
        def documents() -> list[tuple[str, str]]:
            return [(d.id, current.document_name(d.id)) for d in current.documents if d.coming is None]

        from review_app.ui.dialogs.log import LogDialog  # not needed to start

        self._log = dialog = LogDialog(log, current.document_name, documents, self._window)
        dialog.verify_wanted.connect(self.verify_wanted)
        self.log_made.emit(dialog)
        return dialog


def _lists() -> ModuleType:
    from review_app.ui.dialogs import lists  # not needed to start

    return lists


def _about(folder: Path, window: QWidget) -> QDialog:
    from review_app.ui.dialogs.about import AboutDialog  # reads the metadata of packages: not to start

    return AboutDialog(folder, window)
