"""What a child may use. Set before it imports a PDF library or reads a byte of a document."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from review_app.domain.values import dataclass

MIB = 1024 * 1024
_STATM = Path("/proc/self/statm")
_FULL = 0.6


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one child.

    Attributes:
        memory_mib: address space in MiB (RLIMIT_AS). 2 GiB: the engines need about 0.5 GiB of it.
        cpu_seconds: processor time of one task, in seconds (RLIMIT_CPU, moved on before each task).
        page_seconds: the same for one page of a scan, moved on as each page begins. A page of a hundred
            thousand shapes needs 5 (tests/bench/speed.py).
        silence_seconds: a child that says nothing for so long while it works is taken for hung.
        start_seconds: from start to ready.
        open_documents: documents a child keeps open between tasks.

    Enforced by the system on Linux. macOS accepts the address space limit but does not hold to it; Windows
    has neither limit (a job object would be its equivalent): there only the silence, the time out and the
    bounds on answers protect.
    """

    memory_mib: int = 2048
    cpu_seconds: int = 900
    page_seconds: int = 20
    silence_seconds: float = 300.0
    start_seconds: float = 60.0
    open_documents: int = 4

    def to_json(self) -> dict[str, Any]:
        """Plain values for the child's command line."""
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Limits:
        """From plain values."""
        return cls(
            memory_mib=int(values["memory_mib"]), cpu_seconds=int(values["cpu_seconds"]),
            page_seconds=int(values["page_seconds"]), silence_seconds=float(values["silence_seconds"]),
            start_seconds=float(values["start_seconds"]), open_documents=int(values["open_documents"]),
        )


def apply(limits: Limits) -> None:
    """Limit this process: address space, and no core files (they would hold document text)."""
    if sys.platform == "win32":
        return
    import resource

    _lower(resource.RLIMIT_CORE, 0, hard=True)
    if limits.memory_mib > 0:
        # The hard limit too: nothing a document makes the engine do may raise it again.
        _lower(resource.RLIMIT_AS, limits.memory_mib * MIB, hard=True)


def allow_task(limits: Limits, *, page: bool = False) -> None:
    """Give the task, or the page, that starts now its processor time; over it the system ends the process
    (SIGXCPU)."""
    seconds = limits.page_seconds if page else limits.cpu_seconds
    if sys.platform == "win32" or seconds <= 0:
        return
    import resource

    used = math.ceil(time.process_time())
    _lower(resource.RLIMIT_CPU, used + seconds, hard=False)


def nearly_full(limits: Limits) -> bool:
    """True when this process has taken so much of its address space that the next document might not fit.

    Looks at the size now, not at the peak. False where the system does not say (only Linux does).
    """
    if limits.memory_mib <= 0:
        return False
    try:
        pages = int(_STATM.read_text().split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE") > limits.memory_mib * MIB * _FULL
    except (OSError, ValueError, AttributeError):
        return False


def _lower(which: int, value: int, *, hard: bool) -> None:
    """Set a limit, never above the hard limit the process was started with."""
    if sys.platform == "win32":
        return
    import resource

    _, ceiling = resource.getrlimit(which)
    if ceiling != resource.RLIM_INFINITY:
        value = min(value, ceiling)
    resource.setrlimit(which, (value, value if hard else ceiling))
