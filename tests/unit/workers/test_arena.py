"""Pictures in shared memory: whole, not changed afterwards, and never more than there is."""

from __future__ import annotations

import mmap
import os
import sys

import pytest

from review_app.domain.errors import ChildDied
from review_app.workers import arena

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has sealed memory files")


@pytest.mark.parametrize(
    "size", [10, arena.LEAST - 1, arena.LEAST, arena.KEPT + 1, arena.SIZE, arena.SIZE + 1]
)
def test_a_picture_arrives_whole(fake_pool, size):
    pool = fake_pool()
    first = pool.ask("picture", {"byte": 1, "size": size}).payload
    second = pool.ask("picture", {"byte": 2, "size": size}).payload
    assert first == b"\x01" * size, "the next picture left it alone"
    assert second == b"\x02" * size


def test_a_large_copy_lies_alone_and_cannot_be_written():
    fd = arena.make()
    assert fd is not None
    shared = arena.Arena(fd)
    os.close(fd)
    shared.write(b"a" * 2_000_000)
    small, large = shared.read(1000), shared.read(2_000_000)
    shared.write(b"b" * 2_000_000)
    assert isinstance(small, bytes) and isinstance(large, memoryview) and large.readonly
    assert isinstance(large.obj, mmap.mmap) and len(large.obj) == len(large) == 2_000_000
    assert small == b"a" * 1000 and large == b"a" * 2_000_000
    shared.close()


def test_what_is_made_there_is_not_written_again():
    fd = arena.make()
    assert fd is not None
    writer, reader = arena.Arena(fd), arena.Arena(fd)
    os.close(fd)
    room = writer.room(100_000)
    room[:] = b"a" * 100_000
    writer.write(room)
    assert reader.read(100_000) == b"a" * 100_000
    # Written twice it would come from where it was at first.
    room[:3] = b"xyz"
    assert reader.read(4) == b"xyza"
    del room
    writer.close()
    reader.close()


def test_without_shared_memory_it_comes_over_the_pipe(fake_pool):
    answer = fake_pool(transport="pipes").ask("picture", {"byte": 3, "size": 500_000})
    assert answer.payload == b"\x03" * 500_000


@pytest.mark.parametrize("shared", [arena.SIZE + 1, -1, "7", 1.5])
def test_more_than_there_is(fake_pool, shared):
    with pytest.raises(ChildDied, match="damaged data"):
        fake_pool().ask("lies about shared memory", {"shared": shared})


def test_over_pipes_there_is_none(fake_pool):
    with pytest.raises(ChildDied, match="damaged data"):
        fake_pool(transport="pipes").ask("lies about shared memory", {"shared": 8})


def test_a_child_cannot_cut_it(fake_pool):
    answer = fake_pool().ask("cuts the shared memory", {})
    assert answer.values["refused"] >= 1
    assert answer.payload == b"x" * 100_000


def test_what_a_large_picture_used_is_given_back():
    fd = arena.make()
    assert fd is not None
    room = arena.Arena(fd)
    room.write(b"x" * arena.SIZE)
    assert room.read(arena.SIZE) == b"x" * arena.SIZE
    assert room.read(arena.KEPT) == b"x" * arena.KEPT
    assert os.fstat(fd).st_blocks * 512 <= arena.KEPT
    room.close()
    os.close(fd)
