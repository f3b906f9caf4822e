"""One writer: an operating system lock on a file in the workspace.

The lock belongs to the open file, so it ends with the process, however that ends. The file's content (the
holder's process number) is for the message only.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import Self

from review_app.domain.display import isolated
from review_app.domain.errors import WorkspaceLocked
from review_app.store.faults import of_os_error

if sys.platform == "win32":
    import msvcrt

    def _take(fd: int) -> None:
        # The locked byte lies far behind the content: Windows locks keep others from reading what they cover.
        os.lseek(fd, 1 << 20, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        os.lseek(fd, 0, os.SEEK_SET)
else:
    import fcntl

    def _take(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """The right to write to a workspace."""

    def __init__(self, fd: int) -> None:
        self._fd: int | None = fd

    @classmethod
    def take(cls, folder: Path) -> Self:
        """Take the lock of ``folder``.

        Raises:
            WorkspaceLocked: another process, or another window of this one, holds it.
            EnvironmentProblem: the lock file cannot be made.
        """
        path = folder / "workspace.lock"
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise of_os_error(error, path) from error
        try:
            _take(fd)
        except OSError as error:
            holder = _read_holder(fd)
            os.close(fd)
            if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                raise WorkspaceLocked(
                    f"The workspace {isolated(folder)} is in use{holder}",
                    why="two writers at a time would lose changes",
                    todo="Close the other program, or choose another workspace",
                ) from error
            raise of_os_error(error, path) from error
        # The number only serves the message: on a full disk the lock holds without it.
        with contextlib.suppress(OSError):
            os.ftruncate(fd, 0)
            os.write(fd, f"{os.getpid()}\n".encode("ascii"))
        return cls(fd)

    def release(self) -> None:
        """Let others in. Safe to call twice. The file stays: removing it would let two in at once."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _read_holder(fd: int) -> str:
    try:
        os.lseek(fd, 0, os.SEEK_SET)
        number = os.read(fd, 32).decode("ascii", "ignore").strip()
    except OSError:
        return ""
    return f" by process {number}" if number.isdigit() else " by another process"
