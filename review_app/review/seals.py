"""Whether a large original is still the file that was recorded, without making its first page wait for it.

A child hashes what it opens, and a scan of half a gigabyte takes a second of that before a page is shown. So
a large file is told to the children by its state (inode, size, time of change), and hashed beside, once.
Where the hash is wrong no further page of it is shown.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from review_app.domain.errors import EnvironmentProblem

WHOLE_BYTES = 32 * 1024 * 1024
"""Files up to this size are hashed by the child that opens them: 20 ms."""

State = tuple[int, int, int]


def state_of(path: Path) -> State:
    """Inode, size in bytes, time of change in nanoseconds.

    Raises:
        OSError: it is not there.
    """
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


class Seals:
    """Large files of the workspace whose hash was compared in this run. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._checks: dict[tuple[State, str], threading.Thread | None] = {}
        self._broken: set[tuple[State, str]] = set()

    def of(self, path: Path, sha256: str) -> dict[str, object]:
        """What a task about the pages of this file is told, so that no other file is shown in its place.

        Raises:
            EnvironmentProblem: its hash was found to be wrong.
        """
        try:
            state = state_of(path)
        except OSError:
            return {"sha256": sha256}  # the child says in its own words what is wrong
        if state[1] <= WHOLE_BYTES:
            return {"sha256": sha256}
        key = state, sha256
        with self._lock:
            if key in self._broken:
                raise EnvironmentProblem(
                    "The file was changed or exchanged since it was first read",
                    why="what is shown of it would pass for that document",
                    todo="Restore it from a backup, or add the true file again",
                )
            if key not in self._checks:
                check = threading.Thread(
                    target=self._compare, args=(path, key), name="seal", daemon=True)
                self._checks[key] = check
                check.start()
        return {"state": list(state)}

    def vouch(self, path: Path, sha256: str) -> None:
        """This file was hashed just now: it need not be read for that again."""
        try:
            key = state_of(path), sha256
        except OSError:
            return
        with self._lock:
            self._checks.setdefault(key, None)

    def wait(self) -> None:
        """Until all checks that have begun are over."""
        with self._lock:
            running = [check for check in self._checks.values() if check is not None]
        for check in running:
            check.join()

    def _compare(self, path: Path, key: tuple[State, str]) -> None:
        try:
            with path.open("rb") as file:
                is_good = hashlib.file_digest(file, "sha256").hexdigest() == key[1]
            is_good = is_good or state_of(path) != key[0]
        except OSError:
            return  # gone, or renamed as it was recorded: the next task is told of another state or says so
        if not is_good:
            with self._lock:
                self._broken.add(key)
