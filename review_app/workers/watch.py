"""One thread that ends what was cancelled or takes too long.

A blocked read cannot be interrupted portably; killing the child at its other end ends the read. So the asking
thread simply reads, and this thread kills.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

TICK_S = 0.03
"""How often a cancel event is looked at."""


class Verdict(Enum):
    """Why the watch ended something."""

    CANCELLED = "cancelled"
    TOOK_TOO_LONG = "took too long"
    SILENT = "silent"


class Guard:
    """One thing being watched. ``verdict`` is set before ``end`` is called, and only while it is watched."""

    def __init__(
        self, end: Callable[[], None], cancel: threading.Event | None,
        timeout_s: float | None, silence_s: float | None,
    ) -> None:
        now = time.monotonic()
        self._end = end
        self._cancel = cancel
        self._deadline = None if timeout_s is None else now + timeout_s
        self._silence_s = silence_s
        self._heard_at = now
        self.verdict: Verdict | None = None

    def heard(self) -> None:
        """The child said something: the silence starts anew."""
        self._heard_at = time.monotonic()

    def allow(self, seconds: float) -> None:
        """Give it more time: it has come further."""
        if self._deadline is not None:
            self._deadline += seconds

    def due(self) -> float:
        """When it must be looked at next, on the monotonic clock; infinity when never."""
        times = [math.inf]
        if self._cancel is not None:
            times.append(time.monotonic() + TICK_S)
        if self._deadline is not None:
            times.append(self._deadline)
        if self._silence_s is not None:
            times.append(self._heard_at + self._silence_s)
        return min(times)

    def judge(self) -> Verdict | None:
        """What is to be said of it now."""
        now = time.monotonic()
        if self._cancel is not None and self._cancel.is_set():
            return Verdict.CANCELLED
        if self._deadline is not None and now >= self._deadline:
            return Verdict.TOOK_TOO_LONG
        if self._silence_s is not None and now >= self._heard_at + self._silence_s:
            return Verdict.SILENT
        return None

    def end(self, verdict: Verdict) -> None:
        """Say why, then end it."""
        self.verdict = verdict
        self._end()


class Watch:
    """Watches any number of guards from one daemon thread, started with the first of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._guards: set[Guard] = set()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._looks_at = math.inf

    @contextmanager
    def over(
        self, end: Callable[[], None], *, cancel: threading.Event | None = None,
        timeout_s: float | None = None, silence_s: float | None = None,
    ) -> Iterator[Guard]:
        """Watch a block. ``end`` is called from the watching thread, at most once, never after the block."""
        guard = Guard(end, cancel, timeout_s, silence_s)
        with self._changed:
            self._guards.add(guard)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="children-watch", daemon=True)
                self._thread.start()
            if guard.due() < self._looks_at:
                self._changed.notify()  # else it would wake for each short task, for nothing
        try:
            yield guard
        finally:
            with self._changed:
                self._guards.discard(guard)

    def close(self) -> None:
        """End the thread. What is still watched is watched no longer."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                for guard in list(self._guards):
                    verdict = guard.judge()
                    if verdict is not None:
                        self._guards.discard(guard)
                        # Under the lock: the block cannot end, and its child be used again, meanwhile.
                        guard.end(verdict)
                self._looks_at = min((guard.due() for guard in self._guards), default=math.inf)
                pause = max(0.0, self._looks_at - time.monotonic())
                self._changed.wait(None if math.isinf(pause) else min(pause, 3600.0))
