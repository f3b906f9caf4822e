"""Files on their way into the workspace: taken in, then scanned, each with its own outcome."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from review_app.domain.display import isolated
from review_app.domain.errors import Cancelled, InputRefused, PasswordNeeded, ReviewError
from review_app.ui import words
from review_app.ui.bridge import Bridge, Job, call_on_main_thread
from review_app.ui.dialogs.ask import Ask
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from review_app.review.desk import Desk


AT_ONCE = 2
"""Scans at a time: one in the order the files came, and one for the document on screen."""


class Adding(QObject):
    """Takes files in, one after the other, and has them scanned in jobs of their own. A refused file leaves
    its one line with the problems; the others go on."""

    arrived = Signal(str)
    """A document can be looked at: its id. Its scan follows."""
    added = Signal(str, bool)
    """A document is in the workspace: its id, and whether it was known before."""
    settled = Signal()
    """No file waits to be looked at any more."""

    def __init__(
        self, desk: Desk, bridge: Bridge, problems: Problems, ask: Ask, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._problems = problems
        self._ask = ask
        self._waiting: deque[Path] = deque()
        self._locked: deque[tuple[Path, PasswordNeeded]] = deque()
        self._is_busy = False
        self._is_first = False
        self._to_scan: deque[str] = deque()
        self._scanning: dict[str, Job] = {}
        self._shown_id = ""

    def add(self, paths: Iterable[Path]) -> None:
        """Add these files; of a folder, the files in it and below, by name. The first of them is the one that
        the window shows as soon as it can."""
        self._is_first = True
        for path in paths:
            self._waiting.extend(self._files_of(path))
        self._next()

    def cancel(self) -> None:
        """Forget the files that have not begun, and the scans that wait."""
        self._waiting.clear()
        self._locked.clear()
        for document_id in [*self._to_scan]:
            self.drop(document_id)

    def show_document(self, document_id: str) -> None:
        """This document is on screen: when it waits for its scan it need not wait any longer."""
        self._shown_id = document_id
        self._scan_next()

    def try_again(self, document_id: str) -> None:
        """Scan a document whose scan failed once more."""
        if document_id not in self._to_scan and document_id not in self._scanning:
            self._to_scan.append(document_id)
            self._scan_next()

    def drop(self, document_id: str) -> None:
        """Do not add this document after all: its scan is stopped."""
        if document_id in self._scanning:
            self._scanning[document_id].cancel()
            return
        if document_id in self._to_scan:
            self._to_scan.remove(document_id)
        self._desk.intake.drop(document_id)

    def _files_of(self, path: Path) -> list[Path]:
        try:
            if path.is_dir():
                return sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        except OSError as error:
            self._problems.report(InputRefused(
                "The folder cannot be read", why=error.strerror or "", todo="Check its permissions"
            ), isolated(path.name))
            return []
        return [path]

    def _next(self) -> None:
        if self._is_busy:
            return
        if self._waiting:
            self._start(self._waiting.popleft())
        elif self._locked:  # asked last: one file without its password must not hold up the others
            self._is_busy = True
            self._ask_for(*self._locked.popleft(), is_retry=False)
        else:
            self.settled.emit()

    def _start(self, path: Path, password: str = "") -> None:
        self._is_busy = True
        passwords = (password,) if password else ()
        is_shown, self._is_first = self._is_first or bool(password), False
        left = len(self._waiting)
        title = self.tr("Adding {name}").format(name=words.short(isolated(path.name)))
        if left:
            title = self.tr("{title} (then {left} more)").format(title=title, left=left)
        job = self._bridge.run(
            lambda _progress, cancel: self._desk.intake.begin(
                path, passwords=passwords, cancel=cancel, arrived=self._tell_arrived, is_shown=is_shown),
            title,
        )
        job.succeeded.connect(self._on_begun)
        job.failed.connect(lambda error: self._on_failed(path, error, job, is_retry=bool(password)))

    def _tell_arrived(self, document_id: str) -> None:
        """On the job's thread: the file can be looked at, though it may still be copied."""
        def tell() -> None:
            if isValid(self):
                self.arrived.emit(document_id)

        call_on_main_thread(tell)

    def _on_begun(self, outcome: object) -> None:
        self._is_busy = False
        if outcome.was_known:
            self.added.emit(outcome.document_id, True)
            if outcome.was_removed:
                self._problems.tell(self.tr(
                    "This document had been removed. It is back, with all that was decided about it."))
        elif self._desk.incoming.document(outcome.document_id) is not None:  # else dropped just now
            self._to_scan.append(outcome.document_id)
        self._scan_next()
        self._next()

    def _scan_next(self) -> None:
        if self._shown_id in self._to_scan and len(self._scanning) < AT_ONCE:
            self._to_scan.remove(self._shown_id)
            self._scan(self._shown_id)
        elif self._to_scan and not self._scanning:
            self._scan(self._to_scan.popleft())

    def _scan(self, document_id: str) -> None:
        row = self._desk.document(document_id)
        name = isolated(row.name) if row is not None else document_id
        title = self.tr("Scanning {name}").format(name=words.short(name))
        left = len(self._to_scan)
        if left:
            title = self.tr("{title} (then {left} more)").format(title=title, left=left)
        job = self._bridge.run(
            lambda progress, cancel: self._desk.intake.finish(
                document_id, progress=progress, cancel=cancel),
            title,
        )
        self._scanning[document_id] = job
        job.succeeded.connect(
            lambda outcome: self._on_scanned(document_id, outcome.document_id, outcome.was_known))
        job.failed.connect(lambda error: self._on_not_scanned(document_id, name, error))

    def _on_scanned(self, document_id: str, recorded_id: str, was_known: bool) -> None:
        del self._scanning[document_id]
        self.added.emit(recorded_id, was_known)
        self._scan_next()

    def _on_not_scanned(self, document_id: str, name: str, error: ReviewError) -> None:
        del self._scanning[document_id]
        self._problems.report(error, name)
        self._scan_next()

    def _on_failed(self, path: Path, error: ReviewError, job: Job, *, is_retry: bool) -> None:
        if isinstance(error, PasswordNeeded) and is_retry:
            self._ask_for(path, error, is_retry=True)
            return
        self._is_busy = False
        if isinstance(error, PasswordNeeded):
            self._locked.append((path, error))
            self._next()
            return
        if isinstance(error, Cancelled):
            if job.was_cancelled:  # else somebody took this one document out of the list
                self.cancel()
        else:
            self._problems.report(error, isolated(path.name))
        self._next()

    def _ask_for(self, path: Path, error: PasswordNeeded, *, is_retry: bool) -> None:
        """The queue waits for the answer, so that two questions never stand on top of each other."""
        def give_up() -> None:
            self._is_busy = False
            self._problems.report(error, isolated(path.name))
            self._next()

        self._ask.password(path.name, is_retry, lambda text: self._start(path, text), give_up)
