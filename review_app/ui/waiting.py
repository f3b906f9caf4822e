"""A step that had to wait for another program: tried again until it is recorded, and said when it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from review_app.domain.errors import ReviewError

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.ui.main_window import MainWindow

AGAIN_MS = 200
"""How soon a step is tried again, in milliseconds."""


class WaitingStep(QObject):
    """Tries again while a step waits. The message bar has said that it is not recorded yet."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._timer = QTimer(self)
        self._timer.setInterval(AGAIN_MS)
        self._timer.timeout.connect(self.settle)
        desk.hurry()
        window.problems.added.connect(self._on_message)

    def settle(self) -> bool:
        """Try now. True when nothing waits any more, also when it was refused in the end."""
        if not self._desk.step_waits:
            self._timer.stop()
            return True
        try:
            if not self._desk.try_again():
                return False
        except ReviewError as error:
            self._timer.stop()
            self._window.problems.report(error, passes=True)
            return True
        self._timer.stop()
        self._window.inspector.write_kept_notes()  # one that waited is written now, and says so
        self._window.problems.tell(self.tr("The step that had to wait for another program is recorded."))
        return True

    def _on_message(self, *_: object) -> None:
        if self._desk.step_waits and not self._timer.isActive():
            self._timer.start()
