"""The program a child runs: serve tasks one at a time until the parent is gone.

Before a byte of a document is parsed: standard streams lead nowhere (a library that prints can neither break
the protocol nor put document text on somebody's terminal), limits are set, and the end of the parent is the
end of the child.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from review_app.domain.errors import InputRefused, OutOfMemory, ReviewError, UsageError
from review_app.workers import limits as limiting
from review_app.workers.arena import Arena
from review_app.workers.environment import package_folder
from review_app.workers.limits import Limits
from review_app.workers.protocol import Channel, Frame, FrameKind, FrameTooLarge, ProtocolError

ENDED_WELL = 0
NO_START = 3
DAMAGED_REQUEST = 4


def main(config: Mapping[str, Any]) -> int:
    """Serve until the connection closes. Returns the exit code.

    Args:
        config: what the parent put on the command line: ``transport`` and ``fd``, ``lifeline``, ``limits``.
    """
    channel = take_channel(config)
    follow_parent(config.get("lifeline"))
    limits = Limits.of(config["limits"])
    limiting.apply(limits)
    try:
        from review_app.workers import tasks
    except Exception as error:  # noqa: BLE001 - the child's border
        # No document has been seen, so the error's text may go out.
        why = f"{type(error).__name__}: {error}"[:500]
        channel.send(Frame(FrameKind.FAILED, last=True, body={"why": why}))
        return NO_START
    # Pages become hundreds of thousands of plain values without cycles: looking for cycles among them after
    # every 700 costs a twentieth of a scan, among what was imported it finds nothing.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    desk = tasks.Desk(limits.open_documents)
    try:
        channel.send(Frame(FrameKind.READY, body={"pid": os.getpid()}))
        while True:
            request = channel.receive()
            if request is None:
                return ENDED_WELL
            limiting.allow_task(limits)
            if not _serve(channel, desk, request, limits):
                return ENDED_WELL
    except ProtocolError:
        return DAMAGED_REQUEST
    except OSError:
        return ENDED_WELL  # the parent is gone


def take_channel(config: Mapping[str, Any]) -> Channel:
    """The connection to the parent, with file descriptors 0, 1 and 2 led to nowhere."""
    if config["transport"] == "socket":
        read_fd = write_fd = int(config["fd"])
        os.set_inheritable(read_fd, False)
    else:
        read_fd, write_fd = os.dup(0), os.dup(1)
        if sys.platform == "win32":
            import msvcrt

            msvcrt.setmode(read_fd, os.O_BINARY)
            msvcrt.setmode(write_fd, os.O_BINARY)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)
    if nowhere > 2:
        os.close(nowhere)
    return Channel(read_fd, write_fd, _arena(config.get("arena")))


def _arena(fd: int | None) -> Arena | None:
    """The memory shared with the parent; it stays mapped when its descriptor is closed."""
    if fd is None:
        return None
    try:
        return Arena(fd)
    finally:
        os.close(fd)


def follow_parent(lifeline: int | None) -> None:
    """End this process when the parent ends, also in the middle of a task.

    The parent holds the other end of the pipe and never writes to it. On Linux the kernel signals its closing
    (SIGIO, whose default is to end the process), which works inside a library that never lets go of the
    interpreter. PR_SET_PDEATHSIG would not do: it fires when the *thread* that started the child ends.
    Elsewhere a thread reads the pipe: a library call that holds the interpreter is finished first. Windows
    has no lifeline: the closed connection is noticed after the task.
    """
    if lifeline is None or sys.platform == "win32":
        return
    os.set_inheritable(lifeline, False)
    if sys.platform != "linux":
        threading.Thread(target=_wait_for_end, args=(lifeline,), name="lifeline", daemon=True).start()
        return
    import fcntl
    import select

    # Both survive an exec, so they are whatever the parent's were.
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    # The whole group where it is ours: a program that this child started must not outlive it.
    own = os.getpid()
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, -own if os.getpgrp() == own else own)
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC | os.O_NONBLOCK)
    if select.select([lifeline], [], [], 0)[0]:
        os._exit(ENDED_WELL)  # it ended before we listened


def _wait_for_end(lifeline: int) -> None:
    with contextlib.suppress(OSError):
        os.read(lifeline, 1)
    os._exit(ENDED_WELL)


def _serve(channel: Channel, desk: Any, request: Frame, limits: Limits) -> bool:
    """Do one task and answer. False when this child should not take another."""

    def reply(kind: FrameKind, body: dict[str, Any], payload: Any = b"", *, last: bool = False) -> None:
        channel.send(Frame(kind, request.number, last=last, body=body, payload=payload))

    def prefer() -> list[int]:
        reply(FrameKind.TURN, {})
        answer = channel.receive()
        if answer is None:
            raise ConnectionError("the parent is gone")
        pages = answer.body.get("pages")
        if answer.kind is not FrameKind.PREFER or answer.number != request.number \
                or not isinstance(pages, list):
            raise ProtocolError("not an answer to what was asked")
        return [page for page in pages if isinstance(page, int)]

    def begin(page: int) -> None:
        limiting.allow_task(limits, page=page > 0)
        reply(FrameKind.PAGE, {"page": page})

    # Until this the parent may give the task to another child: the document has not been touched.
    reply(FrameKind.BEGUN, {})
    ends = False
    try:
        if request.kind is not FrameKind.ASK:
            raise UsageError("Not a request")
        values, payload = desk.do(
            request.task, request.body,
            part=lambda body: reply(FrameKind.PART, body),
            progress=lambda done, total: reply(FrameKind.PROGRESS, {"done": done, "total": total}),
            prefer=prefer, begin=begin, room=channel.room,
        )
        ends = _is_used_up(desk, limits)
        reply(FrameKind.DONE, values, payload, last=ends)
        return not ends
    except ReviewError as error:
        wire = error.to_wire()
    except FrameTooLarge as error:
        wire = InputRefused(f"The document gives more than one answer may hold: {error}").to_wire()
    except (ConnectionError, ProtocolError):
        raise  # the parent is gone, or is not to be understood
    except MemoryError:
        ends = True
        wire = OutOfMemory(
            f"The document needs more memory than a child process may use ({limits.memory_mib} MiB)",
            why="Only this document is affected, the program goes on",
            todo="Split the document, or leave it out",
        ).to_wire()
    except Exception as error:  # noqa: BLE001 - the child's border
        # Its text may hold document text; its type and place do not. What it left behind is unknown.
        wire, ends = _defect(error), True
    # Outside the handlers: the error's frames, and the memory of the document that they hold, are gone.
    ends = ends or _is_used_up(desk, limits)
    reply(FrameKind.ERROR, wire, last=ends)
    return not ends


def _is_used_up(desk: Any, limits: Limits) -> bool:
    """True when the next document needs a fresh child: this one is short of memory even with all closed."""
    if not limiting.nearly_full(limits):
        return False
    desk.close()
    return limiting.nearly_full(limits)


def _defect(error: BaseException) -> dict[str, str]:
    """A defect of ours for the wire: the type and the place in our code, never the text."""
    return ReviewError(
        f"An unexpected {type(error).__name__} in the child process",
        why=f"Raised at {_place(error.__traceback__)}",
        todo="Please report this with the version of the program; the document itself is not needed",
    ).to_wire()


def _place(trace: TracebackType | None) -> str:
    """The innermost place inside this program, as ``engine/content.py line 12``."""
    folder = package_folder()
    found = "an unknown place"
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if folder in path.parents:
            found = f"{path.relative_to(folder).as_posix()} line {trace.tb_lineno}"
        trace = trace.tb_next
    return found
