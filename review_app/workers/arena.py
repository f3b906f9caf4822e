"""Memory that a child writes pictures into and the window reads: a page's pixels cross in one copy.

Over a socket a page at 150 dpi took 12 ms, through shared memory 2 (performance study, section 2). Only Linux
has memory files that can be sealed against shrinking: without the seal a child that a document has taken over
could cut the file and end the window with it (SIGBUS). Elsewhere pictures go over the connection, as before.
"""

from __future__ import annotations

import mmap
import os
import sys
from contextlib import suppress

SIZE = 64 * 1024 * 1024
"""Bytes: the largest picture the window asks for (16 million pixels). Not taken until written to."""

KEPT = 16 * 1024 * 1024
"""Bytes that stay taken after a picture; what a larger one used beyond is given back."""

LEAST = 64 * 1024
"""Bytes: what is smaller goes over the connection, which is as quick."""

_ALONE = 1024 * 1024
"""Bytes: larger copies lie in memory of their own, which goes back to the system as they are let go. Between
other things, at sizes that differ from zoom to zoom, they left holes: up to 50 MB after a walk."""

# fcntl.h; not in the fcntl module of Python 3.11.
_F_ADD_SEALS = 1033
_SEALS = 0x1 | 0x2 | 0x4  # no further seal, no shrinking, no growing


class Arena:
    """A stretch of ``SIZE`` bytes that two processes share. One writes before it says so, one reads after."""

    def __init__(self, fd: int) -> None:
        """Map the memory file ``fd``, which stays the caller's.

        Raises:
            OSError, ValueError: it is not a memory file of SIZE bytes.
        """
        self._map = mmap.mmap(fd, SIZE)

    def room(self, size: int) -> memoryview:
        """The first ``size`` bytes, to be written to; while it lives the arena cannot be closed."""
        return memoryview(self._map)[:size]

    def write(self, data: bytes | memoryview) -> None:
        """Put ``data``, at most SIZE bytes, at the beginning, unless it was made there (:meth:`room`)."""
        view = memoryview(data).cast("B")
        if view.obj is not self._map:
            self._map[: view.nbytes] = view

    def read(self, length: int) -> bytes | memoryview:
        """A copy of the first ``length`` bytes: what the child writes later does not change it."""
        with memoryview(self._map) as whole, whole[:length] as part:
            data = bytes(part) if length < _ALONE else _alone(part)
        if length > KEPT:
            with suppress(OSError):
                self._map.madvise(mmap.MADV_REMOVE, KEPT, SIZE - KEPT)
        return data

    def close(self) -> None:
        """Unmap it; harmless when closed."""
        self._map.close()


def _alone(part: memoryview) -> memoryview:
    # All of it fetched at once takes half as long as page by page.
    copy = mmap.mmap(-1, len(part), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE)
    copy[:] = part
    return memoryview(copy).toreadonly()


def make() -> int | None:
    """The descriptor of a sealed memory file, the caller's to close. None where the system has none."""
    if sys.platform != "linux":
        return None
    import fcntl

    try:
        fd = os.memfd_create("pictures", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError:
        return None
    try:
        os.ftruncate(fd, SIZE)
        fcntl.fcntl(fd, _F_ADD_SEALS, _SEALS)
    except OSError:
        os.close(fd)
        return None
    return fd
