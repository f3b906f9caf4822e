"""The three standard streams, whatever state the caller left them in.

Data that cannot be delivered is an error (exit code 5, like any full disk); news that cannot be told is not.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Any, TextIO

from review_app.domain.errors import EnvironmentProblem, ReviewError


class _Told(io.FileIO):
    """Standard output that says in words for people why it cannot be written."""

    def write(self, data: Any, /) -> int:
        """As a file, but for the error. That a reader went away is left as it is: it is none."""
        try:
            return super().write(data) or 0
        except BrokenPipeError:
            raise
        except OSError as error:
            raise EnvironmentProblem(
                f"The result cannot be written to standard output ({error.strerror or type(error).__name__})",
                why="what was printed is not complete",
                todo="Lead the output to another place and run it again",
            ) from error


def make_ready() -> None:
    """Leave no standard file descriptor free, and no character that a stream cannot write.

    A free descriptor would go to the next file opened, a database or a child's connection, and what the
    program prints would land in there. Standard output is filled so that writing fails: whoever closed it
    must not take silence for success.
    """
    for fd, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, flags)  # the lowest free number: ``fd`` itself
    if sys.stdin is None:
        sys.stdin = _stream(0, "r")
    if sys.stderr is None:
        sys.stderr = _stream(2, "w")
    if sys.stdout is None or sys.stdout is sys.__stdout__:  # not where a test, or a caller, put its own
        sys.stdout = _told(sys.stdout)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def settle() -> None:
    """Let the interpreter find nothing unwritten at its end: it would complain, and change the exit code."""
    for stream, fd in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            stream.flush()
        except (OSError, ReviewError, ValueError):
            _lead_nowhere(fd)
            with contextlib.suppress(OSError, ReviewError, ValueError):
                stream.flush()


def _lead_nowhere(fd: int) -> None:
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, fd)
        os.close(nowhere)


def _told(stream: TextIO | None) -> TextIO:
    encoding = stream.encoding if stream is not None else "utf-8"
    by_lines = isinstance(stream, io.TextIOWrapper) and stream.line_buffering
    raw = _Told(1, "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=by_lines)


def _stream(fd: int, mode: str) -> TextIO:
    raw = io.FileIO(fd, mode, closefd=False)
    buffer = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    return io.TextIOWrapper(buffer, "utf-8", "backslashreplace", line_buffering=True)
