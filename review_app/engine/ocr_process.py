"""Running another program on a page: bounded in time, memory and output, and never left behind.

The program belongs to the child's process group: whatever ends the child ends it too (``workers.children``
kills the group, the lifeline signals the group). Input and output go through files without a name, so a
killed run leaves nothing on the disk and a program that talks too much cannot block or fill anything.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from review_app.engine.ocr_types import EngineFailed

_TICK_S = 0.05


def run(
    words: Sequence[str], data: bytes, *, name: str, seconds: float, most_bytes: int, cpu_seconds: int = 20
) -> bytes:
    """What a program writes to its standard output when it is given ``data``.

    Args:
        words: the command line; its first word is the path of the program.
        data: its standard input.
        name: how people call the program.
        seconds: longest time; then it is killed.
        most_bytes: longest output; then it is killed.
        cpu_seconds: most processor time, where the system can hold it to that (Linux).

    Raises:
        EngineFailed: it cannot be started, fails, takes too long or says too much.
    """
    try:
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
            given.write(data)
            given.seek(0)
            with _started(words, given.fileno(), said.fileno()) as process:
                try:
                    _bound(process, most_bytes, cpu_seconds)
                    _wait(process, said.fileno(), name, seconds, most_bytes)
                finally:
                    process.kill()  # harmless when it has ended
            said.seek(0)
            return said.read(most_bytes)
    except OSError as error:
        raise EngineFailed(f"{name} could not be run ({error.strerror or type(error).__name__})") from None


def _started(words: Sequence[str], given: int, said: int) -> subprocess.Popen[bytes]:
    # One thread: children are the unit of parallel work.
    environ = os.environ | {"OMP_THREAD_LIMIT": "1"}
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    return subprocess.Popen(
        list(words), stdin=given, stdout=said, stderr=subprocess.DEVNULL, env=environ,
        cwd=Path(words[0]).parent, creationflags=flags,
    )


def _bound(process: subprocess.Popen[bytes], most_bytes: int, cpu_seconds: int) -> None:
    """Limits of its own where the system has them; memory is inherited from the child."""
    if sys.platform != "linux":
        return
    import resource

    try:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most_bytes + 1, most_bytes + 1))
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    except (ProcessLookupError, PermissionError, ValueError):
        pass  # it has ended already, or the limits are lower than these


def _wait(
    process: subprocess.Popen[bytes], said: int, name: str, seconds: float, most_bytes: int
) -> None:
    until = time.monotonic() + seconds
    code: int | None = None
    while code is None:
        try:
            code = process.wait(_TICK_S)
        except subprocess.TimeoutExpired:
            if time.monotonic() > until:
                raise EngineFailed(f"{name} took longer than {seconds:g} seconds") from None
        if os.fstat(said).st_size > most_bytes:
            raise EngineFailed(f"{name} gave more than {most_bytes // 2**20} MB for one page")
    if code < 0 and code == -getattr(signal, "SIGXCPU", 0):
        raise EngineFailed(f"{name} needed more processor time than a page may take")
    if code < 0:
        raise EngineFailed(f"{name} was ended by signal {-code}")
    if code > 0:
        raise EngineFailed(f"{name} ended with exit code {code}")
