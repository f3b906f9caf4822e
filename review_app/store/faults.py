"""What SQLite and the file system say, in words for people.

Nothing of ``sqlite3`` leaves the room: every failure becomes an :class:`EnvironmentProblem` (the place is
not fit) or a :class:`RuleBroken` (the change is not allowed), with what, why and what to do.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from review_app.domain.display import isolated
from review_app.domain.errors import EnvironmentProblem, ReviewError, RuleBroken, WorkspaceLocked

_NOTHING_LOST = "everything that was recorded before is still there"
_RESTORE = "Keep the folder as it is, and restore review.db from a backup"


def disk_full() -> EnvironmentProblem:
    """The disk that holds the workspace is full."""
    return EnvironmentProblem(
        "The disk that holds the workspace is full", why=f"the last change was not recorded; {_NOTHING_LOST}",
        todo="Free some space and repeat the last step",
    )


def gone(file: Path) -> EnvironmentProblem:
    """The database was deleted, moved away or exchanged while it was open."""
    return EnvironmentProblem(
        f"{isolated(file)} was deleted, moved or replaced while the workspace was open",
        why="the last change was not recorded; recorded there, it would be lost when the program ends",
        todo="Put the folder back where it was and repeat the last step, or close the program and restore "
             "the folder from a backup",
    )


def of_os_error(error: OSError, path: Path) -> EnvironmentProblem:
    """A failure of the file system on one of our own files or folders."""
    name = isolated(path)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return disk_full()
    if error.errno in (errno.EACCES, errno.EPERM):
        return EnvironmentProblem(
            f"No permission to use {name}", why="the workspace must be readable and writable for you",
            todo="Change the permissions of the folder, or choose another workspace",
        )
    if error.errno == errno.EROFS:
        return EnvironmentProblem(
            f"{name} lies on a read-only file system", why="a workspace is written with every decision",
            todo="Open it for reading only, or copy the folder to another disk",
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return EnvironmentProblem(
            f"{name} is not a folder", why="a workspace is a folder", todo="Choose another workspace folder"
        )
    return EnvironmentProblem(
        f"{name} cannot be used ({error.strerror or type(error).__name__})",
        why="the file system refused", todo="Check the disk and the folder",
    )


def of_sqlite_error(error: sqlite3.Error) -> ReviewError:
    """A failure of SQLite, by its result code."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary == sqlite3.SQLITE_FULL or code in (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE):
        return disk_full()
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return WorkspaceLocked(
            "Another program is writing to review.db", why="two writers at a time would lose changes",
            todo="Close the other program and repeat the last step",
        )
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return EnvironmentProblem(
            "review.db cannot be written", why="the file, its folder or its disk is write-protected",
            todo="Change the permissions, or open the workspace for reading only",
        )
    if primary == sqlite3.SQLITE_NOTADB:
        return EnvironmentProblem(
            "review.db is not a database of this program", why="its content is damaged or something else",
            todo=_RESTORE,
        )
    if primary == sqlite3.SQLITE_CORRUPT:
        return EnvironmentProblem(
            "review.db is damaged", why="parts of it cannot be read any more", todo=_RESTORE,
        )
    if primary == sqlite3.SQLITE_CANTOPEN:
        return EnvironmentProblem(
            "review.db cannot be opened", why="it is missing or its folder does not let the program in",
            todo="Check that the folder is there and that you may write to it",
        )
    if primary == sqlite3.SQLITE_IOERR:
        return EnvironmentProblem(
            "The disk failed while review.db was used",
            why=f"the last change was not recorded; {_NOTHING_LOST}",
            todo="Check the disk, then repeat the last step",
        )
    if primary == sqlite3.SQLITE_CONSTRAINT:
        return RuleBroken(
            "The change does not fit what is recorded", why="it would leave a row twice or without its owner",
            todo="Look at the list again and repeat the step",
        )
    if isinstance(error, sqlite3.ProgrammingError) and code is None:
        return EnvironmentProblem(
            "The workspace is closed", why="a change came after its end", todo="Open the workspace again"
        )
    return EnvironmentProblem(
        "review.db is not as this program made it",
        why=f"SQLite refused ({getattr(error, 'sqlite_errorname', None) or type(error).__name__})",
        todo=_RESTORE,
    )


@contextmanager
def in_words() -> Iterator[None]:
    """Turn errors of ``sqlite3`` into errors for people.

    Raises:
        EnvironmentProblem, RuleBroken: instead of anything that sqlite3 raised.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise of_sqlite_error(error) from error


@contextmanager
def files_in_words(path: Path) -> Iterator[None]:
    """Turn errors of the file system on our own ``path`` into errors for people.

    Raises:
        EnvironmentProblem: instead of any OSError.
    """
    try:
        yield
    except OSError as error:
        raise of_os_error(error, path) from error
