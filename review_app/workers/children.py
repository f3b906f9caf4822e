"""One child process as its parent sees it: start, kill, collect, say how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Literal

from review_app.workers import arena, environment
from review_app.workers.limits import Limits
from review_app.workers.protocol import Channel, Frame

Transport = Literal["socket", "pipes"]

LEAVE_S = 0.5
"""How long an idle child may take to leave before it is killed."""
KILL_S = 5.0
"""How long to wait for a killed child. Longer means that the system itself is stuck."""


def default_transport() -> Transport:
    """A socket pair where a child can inherit one; elsewhere its standard input and output."""
    return "pipes" if sys.platform == "win32" else "socket"


class Child:
    """A started child process and the connection to it.

    The process is a session (and so a process group) of its own: Ctrl-C in a terminal does not reach it, and
    killing the group ends whatever it may have started. Not thread-safe, except :meth:`kill`.

    Raises:
        OSError: the process cannot be started.
    """

    def __init__(
        self, limits: Limits, command: Sequence[str] | None = None, transport: Transport | None = None
    ) -> None:
        self.limits = limits
        self.is_ready = False
        self.last_path = ""
        """The document of its last task: it is probably still open in the child."""
        self._lifeline: int | None = None
        self._socket: socket.socket | None = None
        self.process, self.channel = self._start(command, transport or default_transport())

    @property
    def pid(self) -> int:
        """Process id."""
        return self.process.pid

    def is_alive(self) -> bool:
        """False once the process has ended (and has then been collected)."""
        return self.process.poll() is None

    def send(self, frame: Frame) -> None:
        """Send a frame; see :meth:`Channel.send`."""
        self.channel.send(frame)

    def receive(self) -> Frame | None:
        """The next frame, None at the end; see :meth:`Channel.receive`."""
        return self.channel.receive()

    def kill(self) -> None:
        """End it at once; a blocked :meth:`receive` then returns. From any thread, any number of times."""
        # Until it has been collected (only its own poll or wait does that) the id cannot be anybody else's.
        if self.process.returncode is None:
            self._signal_group()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def collect(self, timeout_s: float = KILL_S) -> bool:
        """Wait for the end of a killed child and release what belongs to it. False while it has not ended."""
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        self._release()
        return True

    def dismiss(self) -> None:
        """Let an idle child go: it ends by itself when the connection closes; see :meth:`finish`."""
        self._release()

    def finish(self) -> bool:
        """Wait for a dismissed child; kill it when it does not go. False when even that fails."""
        try:
            self.process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self.kill()
        return self.collect()

    def ending(self) -> Ending:
        """How it ended. Call after :meth:`collect`."""
        return Ending(self.process.returncode, self.limits)

    def _start(
        self, command: Sequence[str] | None, transport: Transport
    ) -> tuple[subprocess.Popen[bytes], Channel]:
        config: dict[str, Any] = {"transport": transport, "limits": self.limits.to_json()}
        if command is None:
            config |= {"path": environment.module_path(), "package": str(environment.package_folder())}
        words = list(command) if command is not None else environment.command()
        theirs: list[int] = []
        mine: list[int] = []
        shared: arena.Arena | None = None
        try:
            if transport == "socket":
                here, there = socket.socketpair()
                self._socket = here
                theirs.append(there.detach())
                config["fd"] = theirs[0]
                if (memory := arena.make()) is not None:
                    theirs.append(memory)
                    shared = arena.Arena(memory)
                    config["arena"] = memory
            if sys.platform != "win32":
                # Nobody ever writes to it: its end is the parent's end.
                read_end, write_end = os.pipe()
                theirs.append(read_end)
                mine.append(write_end)
                config["lifeline"] = read_end
            process = self._popen([*words, json.dumps(config)], theirs, transport)
        except BaseException:
            for fd in mine:
                os.close(fd)
            if self._socket is not None:
                self._socket.close()
            if shared is not None:
                shared.close()
            raise
        finally:
            for fd in theirs:
                os.close(fd)
        self._lifeline = mine[0] if mine else None
        if self._socket is not None:
            fd = os.dup(self._socket.fileno())
            return process, Channel(fd, fd, shared)
        assert process.stdin is not None and process.stdout is not None
        read_fd, write_fd = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
        process.stdin.close()
        process.stdout.close()
        return process, Channel(read_fd, write_fd)

    @staticmethod
    def _popen(words: list[str], theirs: list[int], transport: Transport) -> subprocess.Popen[bytes]:
        ours = subprocess.PIPE if transport == "pipes" else subprocess.DEVNULL
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
            return subprocess.Popen(
                words, stdin=ours, stdout=ours, stderr=subprocess.DEVNULL, creationflags=flags, bufsize=0,
                env=environment.variables(), cwd=environment.neutral_folder(),
            )
        return subprocess.Popen(
            words, stdin=ours, stdout=ours, stderr=subprocess.DEVNULL, start_new_session=True, bufsize=0,
            pass_fds=theirs, env=environment.variables(), cwd=environment.neutral_folder(),
        )

    def _signal_group(self) -> None:
        if sys.platform == "win32":
            self.process.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _release(self) -> None:
        self.channel.close()
        if self._socket is not None:
            self._socket.close()
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None


class Ending:
    """How a process ended, in words. ``code`` as in ``Popen.returncode``: minus the signal on Unix."""

    def __init__(self, code: int | None, limits: Limits) -> None:
        self._code = code
        self._limits = limits

    @property
    def over_cpu_limit(self) -> bool:
        """True when the system ended it for its processor time."""
        return sys.platform != "win32" and self._code == -signal.SIGXCPU

    @property
    def was_killed(self) -> bool:
        """True when somebody else ended it: a person, or the system when it was out of memory."""
        return sys.platform != "win32" and self._code in (-signal.SIGKILL, -signal.SIGTERM)

    @property
    def how(self) -> str:
        """For example ``was ended by signal SIGSEGV`` or ``ended with exit code 3``."""
        if self._code is None:
            return "did not end"
        if self._code >= 0:
            return f"ended with exit code {self._code}"
        try:
            return f"was ended by signal {signal.Signals(-self._code).name}"
        except ValueError:
            return f"was ended by signal {-self._code}"

    @property
    def hint(self) -> str:
        """Why that may be, where the ending says something about it; else empty."""
        # An engine that cannot allocate aborts or runs into a null pointer: both are told as what they are,
        # for a damaged file can do the same. SIGKILL and SIGTERM come from outside; nobody says from whom.
        if sys.platform == "win32" or self._code is None:
            return ""
        if -self._code in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS):
            return (
                "The engine could not read the file, or needed more memory than a child may use "
                f"({self._limits.memory_mib} MiB): which of them is not known"
            )
        if -self._code == signal.SIGKILL:
            return "It was ended from outside, by a person or by a system short of memory"
        if -self._code == signal.SIGTERM:
            return "It was ended from outside"
        return ""
