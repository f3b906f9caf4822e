"""A document's file as bytes: read whole, or refused with the reason."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from review_app.domain.errors import InputRefused

MAX_BYTES = 1024 * 1024 * 1024
"""Larger files are refused: a child may have to hold the whole file in memory, so that it cannot change under
it."""


def read(path: Path) -> bytes:
    """The whole file.

    Raises:
        InputRefused: it is not a file, not readable, too large, empty, or changes meanwhile.
    """
    try:
        # Non-blocking, or a named pipe without a writer would hold us for ever.
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise InputRefused("The file does not exist", todo="Check the name and the folder") from None
    except PermissionError as error:
        if os.path.isdir(path):  # noqa: PTH112 - says so of folders on Windows; Path.is_dir may itself raise
            raise _folder() from None
        raise InputRefused(
            "The file may not be read", why="its permissions do not allow it",
            todo="Ask its owner for the right to read it",
        ) from error
    except (OSError, ValueError) as error:
        raise InputRefused("The file cannot be opened", why=_reason(error)) from None
    try:
        with os.fdopen(fd, "rb") as file:
            before = os.fstat(file.fileno())
            if stat.S_ISDIR(before.st_mode):
                raise _folder()
            if not stat.S_ISREG(before.st_mode):
                raise InputRefused("It is not a file but a device or pipe", todo="Give a file")
            if before.st_size == 0:
                raise InputRefused("The file is empty", todo="Check that it was copied whole")
            if before.st_size > MAX_BYTES:
                raise InputRefused(
                    f"The file is larger than {MAX_BYTES // 2**20} MB", todo="Split it into parts",
                )
            data = file.read(MAX_BYTES + 1)
            after = os.fstat(file.fileno())
        now = path.stat()
    except FileNotFoundError:
        raise _changed() from None
    except IsADirectoryError:
        raise _folder() from None
    except OSError as error:
        raise InputRefused("The file cannot be read to its end", why=_reason(error)) from None
    same = _fingerprint(before) == _fingerprint(after) == _fingerprint(now)
    if not same or len(data) != before.st_size:
        raise _changed()
    return data


def _fingerprint(state: os.stat_result) -> tuple[int, ...]:
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)


def _changed() -> InputRefused:
    return InputRefused(
        "The file changed while it was read", why="what was read may be half old and half new",
        todo="Wait until it is written, then add it again",
    )


def _folder() -> InputRefused:
    return InputRefused("It is a folder, not a file", todo="Give a file")


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or type(error).__name__).lower()


def digest(path: Path) -> str:
    """Its SHA-256, read piece by piece.

    Raises:
        InputRefused: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputRefused("The file cannot be read to its end", why=_reason(error)) from None


def tail(path: Path) -> bytes:
    """Its last kilobyte; empty when it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(-1024, os.SEEK_END)
            return file.read()
    except OSError:
        return b""
