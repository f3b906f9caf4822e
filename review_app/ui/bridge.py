"""The one way from background work back to the main thread.

Deliberately not here: what a job does (the use cases in ``review``) and how it is shown (the window).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from shiboken6 import isValid

from review_app.domain.errors import Cancelled, ReviewError
from review_app.domain.rows import Progress
from review_app.review.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")

ProgressFn: TypeAlias = Callable[[Progress], None]
Work: TypeAlias = Callable[[ProgressFn, threading.Event], T]


class _Postman(QObject):
    """Runs calls on the main thread, in the order they were posted. Lives as long as the program."""

    _wake = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Callable[[], None]] = deque()
        self._lock = threading.Lock()
        self._is_woken = False
        application = QCoreApplication.instance()
        if application is not None:
            self.moveToThread(application.thread())
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        with self._lock:
            self._waiting.append(call)
            wake = not self._is_woken
            self._is_woken = True
        if wake:  # one event for a burst of calls
            # The program may be ending, and Qt with it: then nobody is left to be told.
            with suppress(RuntimeError):
                self._wake.emit()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            self._is_woken = False
            batch = list(self._waiting)
            self._waiting.clear()
        while batch:
            call = batch.pop(0)
            try:
                call()
            except BaseException:
                # The window's excepthook gets it; the calls behind it must not be lost with it.
                for rest in batch:
                    self.post(rest)
                raise


_postman: _Postman | None = None
_postman_lock = threading.Lock()


def prepare() -> None:
    """Get ready for calls from other threads; call once on the main thread before any is started.

    PySide6 makes classes when they are first used, and two threads that do so at once crash it (seen with
    6.11.3): so the first signal of this kind is sent here, not in a background thread.
    """
    call_on_main_thread(lambda: None)


def call_on_main_thread(call: Callable[[], None]) -> None:
    """Run ``call`` on the main thread once it returns to its event loop. May be called from any thread."""
    global _postman
    with _postman_lock:
        if _postman is None:
            _postman = _Postman()
    _postman.post(call)


class Subscribable(Protocol):
    """What a bridge attaches to; a desk is one."""

    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]:
        """Call back after every change; the returned function ends that."""


class Job(QObject):
    """One piece of background work. All signals come on the main thread; ``finished`` is always the last.

    ``succeeded`` carries what the work returned, ``failed`` a :class:`ReviewError` (:class:`Cancelled`
    when it was stopped; code ``defect`` with the cause attached for an error of the program itself).
    """

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    finished = Signal()

    def __init__(self, work: Work[Any], title: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._work = work
        self._cancel = threading.Event()
        self._news_lock = threading.Lock()
        self._news: Progress | None = None
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name=f"job-{id(self):x}", daemon=True)

    @property
    def was_cancelled(self) -> bool:
        """True once somebody asked to stop it; the work may still be ending."""
        return self._cancel.is_set()

    def start(self) -> None:
        """Begin; :meth:`Bridge.run` does this."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop: ``failed(Cancelled)`` follows, or its normal end when it was too late."""
        self._cancel.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread; True when it has ended. Signals not yet delivered come later all the same."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            result = self._work(self._report, self._cancel)
        except ReviewError as problem:
            error = problem
        except Exception as problem:  # noqa: BLE001 - the border of the background: nothing may vanish in a thread
            # Only the type is named: the text of a stray exception may hold text of a document.
            error = ReviewError(
                f"The program made a mistake ({type(problem).__name__}) while: {self.title}",
                why="This is a defect of the program; your documents and marks are as they were",
                todo="Try again; if it happens again, report it",
            )
            error.__cause__ = problem
        else:
            call_on_main_thread(lambda: self._end(self.succeeded, result))
            return
        call_on_main_thread(lambda: self._end(self.failed, error))

    def _report(self, progress: Progress) -> None:
        with self._news_lock:
            waiting = self._news is not None
            self._news = progress
        if not waiting:  # a fast job must not flood the event loop: only the newest news travels
            call_on_main_thread(self._tell)

    def _tell(self) -> None:
        with self._news_lock:
            news, self._news = self._news, None
        if news is not None and not self._is_over and isValid(self):
            self.progressed.emit(news)

    def _end(self, signal: Any, value: object) -> None:
        if self._is_over or not isValid(self):  # the bridge may be gone by now, and the job with it
            return
        self._is_over = True
        signal.emit(value)
        self.finished.emit()


class Bridge(QObject):
    """Brings changes of a desk and results of jobs to the main thread.

    ``changed`` carries :class:`Changes`. A change made on the main thread is delivered at once, before
    the call that made it returns, so that the next key press meets a view that is up to date; changes
    from other threads are put together and delivered by the event loop.
    """

    changed = Signal(object)
    job_started = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        prepare()
        self._lock = threading.Lock()
        self._waiting: Changes = Changes()
        self._is_delivering = False
        self._unsubscribe: Callable[[], None] | None = None
        self._jobs: list[Job] = []
        self._main = threading.get_ident()

    def attach(self, desk: Subscribable) -> None:
        """Listen to a desk; the one before is let go."""
        self.detach()
        self._unsubscribe = desk.subscribe(self._on_change)

    def detach(self) -> None:
        """Stop listening; changes not yet delivered are dropped."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        with self._lock:
            self._waiting = Changes()

    def run(self, work: Work[Any], title: str) -> Job:
        """Start ``work(progress, cancel)`` in a thread of its own.

        Connect to the job's signals before returning to the event loop: none is sent before that.
        """
        job = Job(work, title, self)
        self._jobs.append(job)
        job.finished.connect(self._on_finished)
        job.start()
        self.job_started.emit(job)
        return job

    @property
    def running(self) -> tuple[Job, ...]:
        """Jobs that have not finished."""
        return tuple(self._jobs)

    def shutdown(self, timeout_s: float = 10.0) -> bool:
        """Cancel all jobs, wait for their threads and stop listening; True when all threads have ended."""
        jobs = self.running
        for job in jobs:
            job.cancel()
        ended = _join_all(jobs, timeout_s)
        self.detach()
        return ended

    def _on_change(self, changes: Changes) -> None:
        """Runs on the thread that committed."""
        with self._lock:
            was_waiting = bool(self._waiting)
            self._waiting = self._waiting | changes
        if threading.get_ident() == self._main:
            self._deliver()
        elif not was_waiting:
            call_on_main_thread(self._deliver)

    def _deliver(self) -> None:
        if self._is_delivering or not isValid(self):
            return  # a view that changes something while it is told of a change: the loop below takes it up
        self._is_delivering = True
        try:
            while True:
                with self._lock:
                    changes, self._waiting = self._waiting, Changes()
                if not changes:
                    return
                self.changed.emit(changes)
        finally:
            self._is_delivering = False

    @Slot()
    def _on_finished(self) -> None:
        job = self.sender()
        if isinstance(job, Job) and job in self._jobs:
            self._jobs.remove(job)
            job.deleteLater()


def _join_all(jobs: Iterable[Job], timeout_s: float) -> bool:
    until = time.monotonic() + timeout_s
    ended = [job.join(max(0.0, until - time.monotonic())) for job in jobs]  # each is waited for
    return all(ended)


__all__ = ["Bridge", "Cancelled", "Job", "ProgressFn", "Work", "call_on_main_thread"]
