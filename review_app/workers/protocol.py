"""Frames between the program and its children.

A frame is a prefix of 16 bytes (magic, three lengths; big-endian), a header, a body and a payload::

    "RvW1"  header length  body length  payload length  header  body  payload

Header and body are JSON objects (the header small: kind, number of the ask, task name), the payload is raw
bytes (pixels). Where both sides share memory a large payload goes there, and the header says how much of it.
No pickle: reading a frame never runs anything. A reader checks each length against its limit
before it allocates, and allocates no more than about twice what has really arrived, so a sender that lies
about sizes costs nothing.
"""

from __future__ import annotations

import contextlib
import io
import json
import struct
from dataclasses import field
from enum import StrEnum
from typing import Any, NoReturn

from review_app.domain.values import dataclass
from review_app.workers.arena import LEAST, Arena
from review_app.workers.arena import SIZE as ARENA_SIZE

MAGIC = b"RvW1"
PREFIX = struct.Struct(">4sIII")

HEADER_LIMIT = 64 * 1024
"""Bytes of a header."""
BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of a body: parameters, a part, a result."""
PAYLOAD_LIMIT = 256 * 1024 * 1024
"""Bytes of a payload: 64 million pixels of 4 bytes."""
VALUES_LIMIT = 4_000_000
"""JSON values in one body; bounds the memory that parsing takes (about 100 bytes a value)."""

_STEP = 512 * 1024


class ProtocolError(Exception):
    """What came is not a frame: garbage, cut off, over a limit. Its text never holds what came."""


class FrameTooLarge(ProtocolError):
    """A frame to be sent is over a limit; nothing of it was sent."""


class FrameKind(StrEnum):
    """What a frame says."""

    ASK = "ask"
    READY = "ready"
    FAILED = "failed"
    BEGUN = "begun"
    PROGRESS = "progress"
    PART = "part"
    TURN = "turn"
    """A child asks which pages are looked at now; it waits for the answer."""
    PREFER = "prefer"
    PAGE = "page"
    """A child begins this page of a scan; 0 when the pages are over."""
    DONE = "done"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. ``number`` is the ask it belongs to, ``task`` its name (asks only).

    ``last`` is set by a child that ends after this frame.
    """

    kind: FrameKind
    number: int = 0
    task: str = ""
    last: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    payload: bytes | memoryview = b""


class Channel:
    """Both directions of a connection, by file descriptors (a socket's or those of two pipes).

    Owns the descriptors and the arena. Not thread-safe: one thread reads and writes at a time. With an arena
    a payload that it can hold is there until the next frame.
    """

    def __init__(self, read_fd: int, write_fd: int, arena: Arena | None = None) -> None:
        self._arena = arena
        self._reader = io.FileIO(read_fd, "rb")
        self._writer = io.FileIO(write_fd, "wb", closefd=write_fd != read_fd)
        self._buffer = memoryview(bytearray(_STEP))
        self._ready = self._buffer[:0]

    def close(self) -> None:
        """Close both directions; harmless when closed."""
        for end in (self._writer, self._reader):
            with contextlib.suppress(OSError):
                end.close()
        if self._arena is not None:
            self._arena.close()

    def room(self, size: int) -> memoryview | None:
        """Where a payload of ``size`` bytes may be written to be sent without a copy, until the next frame.
        None where it goes over the connection."""
        return self._arena.room(size) if self._arena is not None and _is_shared(size) else None

    def send(self, frame: Frame) -> None:
        """Send a frame whole.

        Raises:
            FrameTooLarge: over a limit; nothing was sent.
            OSError: the other side is gone.
        """
        size = memoryview(frame.payload).nbytes
        is_shared = self._arena is not None and _is_shared(size)
        header = _dump({
            "kind": frame.kind, "ask": frame.number, "task": frame.task, "last": frame.last,
            "shared": size if is_shared else 0,
        })
        body = _dump(frame.body)
        if self._arena is not None and is_shared:
            self._arena.write(frame.payload)
            size = 0
        for name, length, limit in (
            ("header", len(header), HEADER_LIMIT),
            ("body", len(body), BODY_LIMIT),
            ("body values", _values(body), VALUES_LIMIT),
            ("payload", size, PAYLOAD_LIMIT),
        ):
            if length > limit:
                raise FrameTooLarge(f"{name} of {length}, the limit is {limit}")
        self._write(PREFIX.pack(MAGIC, len(header), len(body), size) + header + body)
        if size:
            self._write(frame.payload)

    def receive(self) -> Frame | None:
        """The next frame, or None when the other side closed between two frames.

        Raises:
            ProtocolError: not a frame, cut off, or over a limit.
        """
        prefix = self._read(PREFIX.size, may_end=True)
        if not prefix:
            return None
        magic, header_size, body_size, payload_size = PREFIX.unpack(prefix)
        if magic != MAGIC:
            raise ProtocolError("garbage instead of a frame")
        for name, length, limit in (
            ("header", header_size, HEADER_LIMIT),
            ("body", body_size, BODY_LIMIT),
            ("payload", payload_size, PAYLOAD_LIMIT),
        ):
            if length > limit:
                raise ProtocolError(f"{name} of {length} bytes announced, the limit is {limit}")
        header = _load(self._read(header_size), "header")
        body = _load(self._read(body_size), "body")
        payload: bytes | memoryview = self._read(payload_size)
        shared = header.get("shared", 0)
        if shared:
            if self._arena is None or not isinstance(shared, int) or not 0 < shared <= ARENA_SIZE or payload:
                raise ProtocolError("more shared memory announced than there is")
            payload = self._arena.read(shared)
        return _frame(header, body, payload)

    def _write(self, data: bytes | memoryview) -> None:
        view = memoryview(data).cast("B")
        while view:
            view = view[self._writer.write(view) :]

    def _read(self, size: int, *, may_end: bool = False) -> bytes:
        """Exactly ``size`` bytes; empty at the end of the stream if ``may_end`` and nothing came."""
        # Pieces through one buffer, joined at the end: memory follows what has arrived, never what was only
        # announced, and a picture costs a third of what a growing buffer costs (tests/bench/children.py).
        pieces = [self._taken(size)]
        missing = size - len(pieces[0])
        while missing:
            try:
                got = self._reader.readinto(self._buffer)
            except ConnectionResetError:
                got = 0
            if not got:
                if may_end and missing == size:
                    return b""
                raise ProtocolError("cut off in the middle of a frame")
            self._ready = self._buffer[:got]
            pieces.append(self._taken(missing))
            missing -= len(pieces[-1])
        return b"".join(pieces)

    def _taken(self, size: int) -> bytes:
        """Up to ``size`` bytes of what was read already."""
        # Whatever has come is read at once: each read lets go of the interpreter, and a thread that reads a
        # frame in four steps waits up to four times for one that paints.
        taken = bytes(self._ready[:size])
        self._ready = self._ready[size:]
        return taken


def _is_shared(size: int) -> bool:
    return LEAST <= size <= ARENA_SIZE


def _dump(value: dict[str, Any]) -> bytes:
    # ASCII with escapes: carries file names that are not valid UTF-8 (lone surrogates) unharmed.
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def _values(data: bytes) -> int:
    """An upper bound of the JSON values in ``data``, without parsing."""
    return data.count(b",") + data.count(b"[") + data.count(b"{") + data.count(b":")


def _load(data: bytes, what: str) -> dict[str, Any]:
    if _values(data) > VALUES_LIMIT:
        raise ProtocolError(f"{what} with too many values")
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        # The parser's message quotes the text: it is dropped, and the chain with it.
        raise ProtocolError(f"{what} is not JSON") from None
    if not isinstance(value, dict):
        raise ProtocolError(f"{what} is not an object")
    return value


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("not a finite number")


def _frame(header: dict[str, Any], body: dict[str, Any], payload: bytes | memoryview) -> Frame:
    kind, number = header.get("kind"), header.get("ask", 0)
    task, last = header.get("task", ""), header.get("last", False)
    if kind not in set(FrameKind) or not isinstance(task, str) or not isinstance(last, bool):
        raise ProtocolError("header with unknown values")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ProtocolError("header with unknown values")
    return Frame(FrameKind(kind), number, task, last, body, payload)
