"""The Qt side of the start: application, crash hook, window."""

from __future__ import annotations

import gc
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QEventLoop,
    QLibraryInfo,
    QLocale,
    QSocketNotifier,
    Qt,
    QTimer,
    QTranslator,
)
from PySide6.QtWidgets import QApplication

from review_app import __version__
from review_app.domain.errors import Cancelled, ReviewError
from review_app.domain.people import Role
from review_app.review.desk import Desk
from review_app.review.places import write_crash_file
from review_app.ui import geometry_kept, settings
from review_app.ui.bridge import Bridge
from review_app.ui.main_window import MainWindow
from review_app.ui.settings_table import NAME, ROLE, TEXT_SIZE, THEME

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

REST_MS = 1_000
"""When all that follows which the first page does not need, in milliseconds after the window is there."""
MOMENT_MS = 60
"""Longest time that the window waits for the file it is started with before it is shown, in milliseconds."""
SCREENLESS = ("offscreen", "minimal")

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


def show_until_closed(
    desk: Desk, files: Sequence[Path], *, is_named: bool = False, has_role: bool = False
) -> int:
    """Show the window on ``desk`` and run until it is closed; when another workspace was chosen in it, the
    window on that one follows. 1 when the program made a mistake meanwhile.

    ``is_named``: somebody said at the start who reviews; ``has_role``: and as what. Else the settings say it.
    """
    app = _application()
    hook = CrashHook()
    previous, sys.excepthook = sys.excepthook, hook
    interrupt = Interrupt(app.closeAllWindows)
    try:
        sit_down(desk, is_named=is_named, has_role=has_role)
        following = _show(app, desk, files)
        while following is not None:
            desk.close()
            desk, files = following
            try:
                following = _show(app, desk, files)
            finally:
                desk.close()
    finally:
        gc.enable()
        interrupt.close()
        sys.excepthook = previous
    if hook.crashes:
        return ReviewError.exit_code
    return Cancelled.exit_code if interrupt.came else 0


def _show(
    app: QApplication, desk: Desk, files: Sequence[Path]
) -> tuple[Desk, Sequence[Path]] | None:
    """One window, until it is closed; the workspace that follows, None when the program ends."""
    bridge = Bridge()
    try:
        expects_file = bool(files) and not desk.read_only
        window = MainWindow(desk, bridge, expects_file=expects_file)
        bridge.attach(desk)
        if app.platformName() not in SCREENLESS:
            geometry_kept.restore(window)
            app.screenRemoved.connect(window.comfort.come_back)
        window.commands.add_files(files)
        if expects_file:
            _let_arrive(window)
        window.comfort.arrange()
        window.show()
        # All there is now stays until the end: the collector need not look through it again and again, in
        # the middle of a frame.
        gc.freeze()
        gc.enable()
        QTimer.singleShot(REST_MS, window, lambda: at_rest(window, desk))
        app.exec()
        window.comfort.keep_arrangement()
        if app.platformName() not in SCREENLESS:
            geometry_kept.save(window)
    finally:
        bridge.shutdown()
    following = window.comfort.start.successor
    if following is not None:
        window.deleteLater()
    return following


def _let_arrive(window: MainWindow) -> None:
    """Give the first file a moment to come: it was opened while the window was built, and shown with its
    first page the window is laid out and painted once instead of twice."""
    moment = QEventLoop()
    window.current.document_changed.connect(moment.quit)
    window.commands.adding.settled.connect(moment.quit)
    QTimer.singleShot(MOMENT_MS, moment, moment.quit)
    if window.current.document is None:
        # Keys and Ctrl-C wait for the window that they are meant for.
        moment.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents
                    | QEventLoop.ProcessEventsFlag.ExcludeSocketNotifiers)


def at_rest(window: MainWindow, desk: Desk) -> None:
    """What need not be done before there is a page to look at: the other children, the check of the log."""
    # One that cannot be started is told to whoever needs it.
    with suppress(ReviewError):
        desk.warm_rest()
    window.comfort.start.remember()
    window.commands.check_log()


def sit_down(desk: Desk, *, is_named: bool, has_role: bool) -> None:
    """Let the person work here, in the role, that the settings name. What was said at the start comes first,
    and a workspace that can only be looked at keeps whom it was opened for."""
    name = "" if is_named else settings.get(NAME)
    role = "last" if has_role else settings.get(ROLE)
    if desk.read_only or (not name and role == "last"):
        return
    with suppress(ReviewError):  # refused: then the login name works on, as the status bar shows
        if name and name != desk.actor:
            was = desk.people.role
            desk.people.take_role(Role.AUDITOR, name)  # a role that is not written down
            desk.people.take_role(was if has_role else desk.people.stored_role() or Role.ANALYST)
        if role != "last":
            desk.people.take_role(Role(role))


def say_in_a_window(error: ReviewError) -> None:
    """Why there is no main window, in a box of its own; returns when it is closed.

    Without a real screen (Qt's ``offscreen`` and ``minimal``) nobody could close it: then nothing is shown.
    """
    app = _application()
    if app.platformName() in SCREENLESS:
        return
    message_box(error).exec()


def message_box(error: ReviewError) -> QMessageBox:
    """The box for an error that keeps the window from opening."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox()
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(QCoreApplication.translate("launch", "Review App cannot start"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"{error.what.rstrip('.')}.")
    box.setInformativeText("\n".join(
        f"{part[0].upper()}{part[1:].rstrip('.')}." for part in (error.why, error.todo) if part
    ))
    return box


def _application() -> QApplication:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("review-app")
    app.setApplicationDisplayName("")
    app.setApplicationVersion(__version__)
    if settings.is_any_set((THEME, TEXT_SIZE)):
        from review_app.ui import look  # most people leave the system's own

        look.apply(app)
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(), "qtbase", "_", folder):
        app.installTranslator(translator)
    return app


class Interrupt:
    """Ctrl-C in the terminal: closes the window as its own button does.

    Python sees a signal only when it runs, and Qt's loop sleeps; the signal's byte on a socket wakes it.
    """

    def __init__(self, close_window: Callable[[], None]) -> None:
        self.came = False
        self._close_window = close_window
        self._here, self._there = socket.socketpair()
        for end in (self._here, self._there):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._on_woken)
        self._wakeup = signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)
        self._handler = signal.signal(signal.SIGINT, self._on_signal)

    def close(self) -> None:
        """Put everything back as it was."""
        signal.signal(signal.SIGINT, self._handler)
        signal.set_wakeup_fd(self._wakeup)
        self._notifier.setEnabled(False)
        self._here.close()
        self._there.close()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True

    def _on_woken(self) -> None:
        try:
            self._here.recv(64)
        except BlockingIOError:
            return
        if self.came:
            self._close_window()


class CrashHook:
    """Catches what nobody expected: writes a crash file without document text and says so in a window.

    The window stays open: every mark is stored already, and the reviewer may go on or leave.
    """

    def __init__(self) -> None:
        self.crashes = 0
        self._box: QMessageBox | None = None

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """What Python calls for an exception that nothing caught."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.closeAllWindows()
            return
        self.crashes += 1
        path = write_crash_file(error)
        if self._box is not None:  # one message is enough, however often a defect repeats
            return
        from PySide6.QtWidgets import QMessageBox  # not needed to start

        where = QCoreApplication.translate("crash", "A file without any document text says where: {path}")
        box = QMessageBox(QApplication.activeWindow())
        self._box = box
        box.setIcon(QMessageBox.Icon.Critical)
        box.setWindowTitle(QCoreApplication.translate("crash", "The program made a mistake"))
        box.setText(QCoreApplication.translate(
            "crash",
            "The last action did not work because of a defect in the program. "
            "All your marks are stored. You can go on; if something looks wrong, close the window and start "
            "again."
        ))
        if path:
            box.setInformativeText(where.format(path=path))
        box.finished.connect(self._on_closed)
        box.open()

    def _on_closed(self) -> None:
        if self._box is not None:
            self._box.deleteLater()
            self._box = None
