"""Frames: round trip, bounds before allocation, refusals. Over real descriptors."""

from __future__ import annotations

import json
import os
import socket
import threading
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.workers import protocol
from review_app.workers.protocol import PREFIX, Channel, Frame, FrameKind, FrameTooLarge, ProtocolError


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, Channel]]:
    """A bare socket, and a channel at its other end."""
    here, there = socket.socketpair()
    fd = there.detach()
    channel = Channel(fd, fd)
    yield here, channel
    here.close()
    channel.close()


def pipe_channel() -> tuple[Channel, Channel]:
    a, b = os.pipe(), os.pipe()
    return Channel(a[0], b[1]), Channel(b[0], a[1])


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(body=st.dictionaries(st.text(), plain, max_size=5), payload=st.binary(max_size=2000))
def test_round_trip(body, payload):
    mine, theirs = pipe_channel()
    frame = Frame(FrameKind.PART, 7, "scan", last=True, body=body, payload=payload)
    mine.send(frame)
    came = theirs.receive()
    mine.close()
    assert theirs.receive() is None
    theirs.close()
    assert came is not None
    assert (came.kind, came.number, came.task, came.last) == (FrameKind.PART, 7, "scan", True)
    assert came.body == body
    assert bytes(came.payload) == payload


@pytest.mark.parametrize("cut", [7, 3_000, 100_000])
def test_frames_that_come_together_or_in_pieces_are_told_apart(ends, cut):
    here, channel = ends
    sent = [
        Frame(FrameKind.BEGUN, 1),
        Frame(FrameKind.DONE, 1, body={"words": "x" * 600}, payload=b"p" * 60_000),
        Frame(FrameKind.DONE, 2, body={"page": 1}),
    ]
    read, write = os.pipe()
    writer = Channel(read, write)
    held: list[bytes] = []
    writer._write = lambda data: held.append(bytes(data))  # type: ignore[method-assign]
    for frame in sent:
        writer.send(frame)
    writer.close()
    data = b"".join(held)

    def send() -> None:
        for start in range(0, len(data), cut):
            here.sendall(data[start : start + cut])
        here.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send)
    sender.start()
    came = [channel.receive() for _ in sent]
    assert channel.receive() is None
    sender.join()
    assert [(f.kind, f.number, f.body, bytes(f.payload)) for f in came if f is not None] == [
        (f.kind, f.number, f.body, bytes(f.payload)) for f in sent
    ]


def test_large_payload_both_ways():
    mine, theirs = pipe_channel()
    pixels = os.urandom(1000) * 30_000
    sender = threading.Thread(target=mine.send, args=(Frame(FrameKind.DONE, payload=memoryview(pixels)),))
    sender.start()
    came = theirs.receive()
    sender.join()
    mine.close()
    theirs.close()
    assert came is not None and bytes(came.payload) == pixels


@settings(max_examples=150, deadline=None)
@given(data=st.binary(min_size=1, max_size=200))
def test_garbage_is_never_a_frame(data):
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    channel = Channel(reader, os.dup(reader))
    with pytest.raises(ProtocolError):
        channel.receive()
    channel.close()


@settings(max_examples=100, deadline=None)
@given(cut=st.integers(1, 200), flip=st.integers(0, 200), value=st.integers(1, 255))
def test_damaged_frames_raise_or_stay_frames(cut, flip, value):
    """A byte changed and the end cut off: a frame, or ProtocolError; nothing else ever."""
    head = json.dumps({"kind": "done", "ask": 1, "task": "", "last": False}).encode()
    body = json.dumps({"page": 1, "text": "abc"}).encode()
    data = bytearray(PREFIX.pack(protocol.MAGIC, len(head), len(body), 5) + head + body + b"12345")
    data[flip % len(data)] ^= value
    data = data[: max(1, len(data) - cut % len(data))] if cut % 2 else data
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    channel = Channel(reader, os.dup(reader))
    try:
        frame = channel.receive()
    except ProtocolError:
        frame = None
    channel.close()
    assert frame is None or isinstance(frame, Frame)


@pytest.mark.parametrize("sizes", [(65_537, 2, 0), (2, 2**26 + 1, 0), (2, 2, 2**28 + 1), (2**32 - 1,) * 3])
def test_limits_are_checked_before_anything_is_read(ends, sizes):
    here, channel = ends
    here.sendall(PREFIX.pack(protocol.MAGIC, *sizes))
    with pytest.raises(ProtocolError, match="the limit is"):
        channel.receive()  # would wait for ever if it tried to read what was announced


def test_announced_memory_is_not_allocated(ends):
    here, channel = ends
    head = b'{"kind": "done"}'
    here.sendall(PREFIX.pack(protocol.MAGIC, len(head), 2, 200_000_000) + head + b"{}" + b"x" * 1000)
    here.shutdown(socket.SHUT_WR)
    tracemalloc.start()
    with pytest.raises(ProtocolError, match="cut off"):
        channel.receive()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize(
    "frame",
    [
        Frame(FrameKind.DONE, body={"x": "y" * (protocol.BODY_LIMIT + 1)}),
        Frame(FrameKind.DONE, body={"x": [0] * (protocol.VALUES_LIMIT + 1)}),
        Frame(FrameKind.DONE, task="t" * 70_000),
        Frame(FrameKind.DONE, payload=bytes(protocol.PAYLOAD_LIMIT + 1)),
    ],
    ids=["body", "values", "header", "payload"],
)
def test_nothing_over_a_limit_is_sent(ends, frame):
    here, channel = ends
    with pytest.raises(FrameTooLarge):
        channel.send(frame)
    channel.send(Frame(FrameKind.READY))
    assert here.recv(4) == protocol.MAGIC
    assert b"ready" in here.recv(4096)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}])
def test_what_is_not_json_is_not_sent(ends, value):
    with pytest.raises((ValueError, TypeError)):
        ends[1].send(Frame(FrameKind.DONE, body={"x": value}))


def test_errors_do_not_repeat_what_came(ends):
    here, channel = ends
    here.sendall(PREFIX.pack(protocol.MAGIC, 2, 12, 0) + b"{}" + b"secret words")
    with pytest.raises(ProtocolError) as error:
        channel.receive()
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None and error.value.__suppress_context__
