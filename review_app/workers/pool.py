"""A fixed number of child processes that do what must not be done in this one: open documents.

The only door to the children. Nothing here imports a PDF library, numpy, engine or detection.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from review_app.domain.errors import Cancelled, ReviewError, RuleBroken
from review_app.workers import sparing
from review_app.workers.children import KILL_S, Child, Transport
from review_app.workers.conversation import Answer, Conversation, Hearers, cannot_start, lost, took_too_long
from review_app.workers.limits import Limits
from review_app.workers.protocol import FrameKind, ProtocolError
from review_app.workers.watch import Verdict, Watch

_WAIT_S = 0.05
"""How often a waiting ask looks at its cancel event."""
_COLLECT_S = 0.1
"""How long an ask waits for the child it killed; longer is left to later asks and to close()."""

__all__ = ["Answer", "Pool"]


class Pool:
    """Up to ``size`` children, started when first needed. Thread-safe.

    Each ask has one child for itself; when all are at work it waits. A child that died, hung, answered
    nonsense or met an unexpected error is replaced at the next ask.

    Args:
        size: greatest number of children.
        limits: what each child may use.
        command: another program than the real child; the configuration is its last argument (tests).
        transport: how to talk to it; the system's default when None.
    """

    def __init__(
        self, size: int, *, limits: Limits | None = None, command: Sequence[str] | None = None,
        transport: Transport | None = None,
    ) -> None:
        if size < 1:
            raise ValueError("a pool has at least one child")
        self._size = size
        self._limits = limits or Limits()
        self._command = list(command) if command is not None else None
        self._transport = transport
        self._free = threading.Condition()
        self._idle: list[Child] = []
        self._busy: set[Child] = set()
        self._places = 0
        self._killed: list[Child] = []
        self._closed = threading.Event()
        self._asks = 0
        self._watch = Watch()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that live now."""
        with self._free:
            return [c.pid for c in [*self._idle, *self._busy] if c.is_alive()]

    def warm(self, count: int | None = None) -> None:
        """Start children now (all of them, or ``count``), without waiting until they are ready.

        Raises:
            EnvironmentProblem: a child process cannot be started.
        """
        wanted = self._size if count is None else min(count, self._size)
        for _ in range(wanted):
            with self._free:
                if self._closed.is_set() or self._places >= wanted:
                    return
                self._places += 1
            child = self._start_in_place()
            with self._free:
                if not self._closed.is_set():
                    self._idle.append(child)
                    self._free.notify()
                    continue
                self._places -= 1
            child.kill()
            child.collect()

    def ask(
        self,
        task: str,
        params: dict[str, Any],
        *,
        on_part: Callable[[dict[str, Any]], None] | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        on_turn: Callable[[], Sequence[int]] | None = None,
        cancel: threading.Event | None = None,
        timeout_s: float | None = None,
        page_s: float = 0.0,
    ) -> Answer:
        """Have a child do a task, and wait for it.

        A scan leaves out a page on which its child crashes or takes too long (:mod:`sparing`).

        Args:
            task: its name (``workers.tasks``).
            params: plain values; ``path`` and ``out`` are made absolute.
            on_part: called in this thread for each part, in order. If it raises, the task is ended.
            on_progress: called in this thread with (done, total) where a task says how far it is.
            on_turn: called in this thread when a scan asks (parameter ``live``): the pages that are looked
                at now, the most wanted first.
            cancel: when set, the task is ended; within about 0.1 s.
            page_s: seconds that each step of progress adds to ``timeout_s``.
            timeout_s: seconds for the task, from the moment it has a child. Without one a child may still
                not be silent for longer than ``limits.silence_seconds`` nor use more than its processor time.

        Raises:
            ReviewError: what the task raised, as its own class.
            ChildDied: the child ended, or what it sent is damaged.
            ChildTimedOut: over the time, the silence or the processor limit.
            Cancelled: ``cancel`` was set.
            EnvironmentProblem: no child can be started.
            RuleBroken: the pool is closed.
            UsageError: the parameters are larger than a request may be.
        """
        def once(
            given: dict[str, Any], page: sparing.OnPage | None, progress: sparing.OnProgress | None,
            seconds: float | None,
        ) -> Answer:
            return self._ask_once(task, given, (on_part, progress, on_turn, page), cancel, seconds, page_s)

        if task == "scan":
            return sparing.ask(once, params, on_progress=on_progress, timeout_s=timeout_s, page_s=page_s)
        return once(params, None, on_progress, timeout_s)

    def _ask_once(
        self, task: str, params: dict[str, Any], hearers: Hearers, cancel: threading.Event | None,
        timeout_s: float | None, page_s: float,
    ) -> Answer:
        wanted = _absolute(params)
        path = str(wanted.get("path", ""))
        for attempt in (1, 2):
            child = self._take(path, cancel)
            with self._returning(child) as keep:
                if not self._make_ready(child, cancel):
                    if attempt == 1:
                        continue
                    raise cannot_start("It ended before it was ready")
                child.last_path = path
                talk = Conversation(child, self._number(), task, *hearers, page_s)
                with self._watch.over(
                    child.kill, cancel=cancel, timeout_s=timeout_s, silence_s=self._limits.silence_seconds,
                ) as guard:
                    try:
                        answer = talk.listen(guard) if talk.send(wanted) else None
                    except ReviewError:
                        keep(talk.child_is_good and guard.verdict is None)
                        if guard.verdict is None:
                            raise
                if guard.verdict is not None:
                    raise took_too_long(guard.verdict, task, timeout_s, self._limits)
                if answer is not None:
                    keep(talk.child_is_good)
                    return answer
            # The child was dead before it began: that says nothing about the document.
        raise lost(task)

    def close(self) -> None:
        """End all children, also those at work: their asks raise. Harmless when closed.

        When it returns no child of this pool is left, not even as a zombie.
        """
        with self._free:
            self._closed.set()
            idle, self._idle = self._idle, []
            self._places -= len(idle)
            for child in self._busy:
                child.kill()
            self._free.notify_all()
            # Their asks end now. Bounded, for one of them may sit in a callback that waits for our caller.
            until = time.monotonic() + KILL_S
            while self._busy and time.monotonic() < until:
                self._free.wait(_WAIT_S)
            killed, self._killed = self._killed, []
            late = list(self._busy)
        for child in idle:
            child.dismiss()
        for child in idle:
            child.finish()
        for child in killed:
            child.collect()
        for child in late:
            child.process.wait(KILL_S)
        self._watch.close()

    def _number(self) -> int:
        with self._free:
            self._asks += 1
            return self._asks

    def _take(self, path: str, cancel: threading.Event | None) -> Child:
        """A child for this thread alone: one that has the document open, any idle one, or a new one."""
        with self._free:
            while True:
                if cancel is not None and cancel.is_set():
                    raise Cancelled("Stopped")
                if self._closed.is_set():
                    raise RuleBroken("The child processes have been closed")
                self._bury()
                if self._idle:
                    match = next((c for c in reversed(self._idle) if path and c.last_path == path), None)
                    child = match or self._idle[-1]
                    self._idle.remove(child)
                    if child.is_alive():
                        self._busy.add(child)
                        return child
                    self._places -= 1
                    self._killed.append(child)
                elif self._places < self._size:
                    self._places += 1
                    break
                else:
                    self._free.wait(_WAIT_S if cancel is not None else None)
        child = self._start_in_place()
        with self._free:
            self._busy.add(child)
            if self._closed.is_set():
                child.kill()
        return child

    def _start_in_place(self) -> Child:
        """A new child for a place already taken; gives the place back when that fails."""
        try:
            return Child(self._limits, self._command, self._transport)
        except BaseException as error:
            with self._free:
                self._places -= 1
                self._free.notify()
            if isinstance(error, OSError):
                raise cannot_start(error.strerror or type(error).__name__) from error
            raise

    @contextlib.contextmanager
    def _returning(self, child: Child) -> Iterator[Callable[[bool], None]]:
        """Give the child back after the block: to the idle ones if told to keep it, else to its grave."""
        good = False

        def keep(value: bool) -> None:
            nonlocal good
            good = value

        try:
            yield keep
        finally:
            if not good:
                child.kill()
                child.collect(_COLLECT_S)
            with self._free:
                self._busy.discard(child)
                if good and not self._closed.is_set():
                    self._idle.append(child)
                else:
                    self._places -= 1
                    self._killed.append(child)
                    if good:
                        child.kill()
                self._free.notify()

    def _bury(self) -> None:
        """Collect what was killed and has ended meanwhile. Under the lock, without waiting."""
        self._killed = [child for child in self._killed if not child.collect(0)]

    def _make_ready(self, child: Child, cancel: threading.Event | None) -> bool:
        """Wait until a child can take a task. False when it died first: it has not seen the document.

        Raises:
            EnvironmentProblem: it says why it cannot start, or takes too long.
        """
        if child.is_ready:
            return True
        seconds = self._limits.start_seconds
        with self._watch.over(child.kill, cancel=cancel, timeout_s=seconds) as guard:
            try:
                frame = child.receive()
            except (ProtocolError, OSError):
                frame = None
        if guard.verdict is Verdict.CANCELLED:
            raise Cancelled("Stopped")
        if guard.verdict is not None:
            raise cannot_start(f"It was not ready after {seconds:g} seconds")
        if frame is not None and frame.kind is FrameKind.FAILED:
            raise cannot_start(str(frame.body.get("why", ""))[:500])
        child.is_ready = frame is not None and frame.kind is FrameKind.READY
        return child.is_ready


def _absolute(params: dict[str, Any]) -> dict[str, Any]:
    """A child has a current folder of its own, so paths are made absolute here."""
    return params | {
        name: str(Path(params[name]).absolute()) for name in ("path", "out") if params.get(name)
    }
