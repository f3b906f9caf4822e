"""The one place that says what a scan is asked for, and takes what comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from threading import Event
from typing import Any, Protocol

from review_app.domain.errors import ChildDied
from review_app.domain.findings import ScanResult, SpanFinding
from review_app.domain.rows import Progress
from review_app.domain.values import dataclass
from review_app.review.places import stamp_folders
from review_app.workers.pool import Pool

SCAN_TIMEOUT_S = 600.0
"""Longest time to open a document and scan its first page, in seconds; what needs more is refused."""

PAGE_TIMEOUT_S = 20.0
"""Seconds that each page done adds to it: a recognised page takes 1 to 5, one of text a tenth of one."""


@dataclass(slots=True)
class Scanned:
    """A scan's result, and the released text of each page for the search index."""

    result: ScanResult
    texts: dict[int, str] = field(default_factory=dict)


class Watcher(Protocol):
    """Somebody who looks at a document while it is scanned. Called in the thread that asked for the scan."""

    def pages_wanted(self) -> Sequence[int]:
        """The pages on screen now, the most wanted first."""

    def on_page(self, page: int, found: Sequence[SpanFinding]) -> None:
        """What one page shows by itself; the result of the whole scan replaces it."""


def scan_params(
    path: str, name: str, passwords: Sequence[str], *, sha256: str = "", in_place: bool = False,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The parameters of the task ``scan``, for every way a scan is asked for.

    Args:
        path: the file.
        name: the name to show and to judge the type by.
        passwords: tried in turn when the file is encrypted.
        sha256: when given, other bytes are refused.
        in_place: it is the workspace's own copy, which nobody changes: a large one need not be read whole.
        options: how to scan (``Session.scan_options``): plain values that the task understands.
    """
    params: dict[str, Any] = {
        "stamp_folders": stamp_folders(), **(options or {}),
        "path": path, "name": name, "passwords": list(passwords),
    }
    if in_place:
        params["in_place"] = True
    if sha256:
        params["sha256"] = sha256
    return params


def ask_scan(
    pool: Pool, params: Mapping[str, Any], *, progress: Callable[[Progress], None] | None = None,
    cancel: Event | None = None, watcher: Watcher | None = None,
) -> Scanned:
    """Scan in a child and wait.

    Args:
        watcher: is asked which pages are on screen, and hears what is found on each page by itself.

    Raises:
        ReviewError: the document cannot be read, the child died, or ``cancel`` was set.
    """
    texts: defaultdict[int, str] = defaultdict(str)

    def on_part(part: dict[str, Any]) -> None:
        if "found" in part:
            if watcher is not None:
                watcher.on_page(int(part["page"]), [SpanFinding.of(value) for value in part["found"]])
            return
        texts[int(part["page"])] += str(part["text"])  # a page with much text comes in pieces

    def on_progress(done: int, total: int) -> None:
        if progress is not None:
            progress(Progress(done, total))

    answer = pool.ask(
        "scan", {**params, "live": True} if watcher is not None else dict(params),
        on_part=on_part, on_progress=on_progress, cancel=cancel, timeout_s=SCAN_TIMEOUT_S,
        page_s=PAGE_TIMEOUT_S,
        on_turn=watcher.pages_wanted if watcher is not None else None,
    )
    return Scanned(scan_result(answer.values), dict(texts))


def scan_result(values: Mapping[str, Any]) -> ScanResult:
    """What a child says it found.

    Raises:
        ChildDied: it is not of the form of a scan; a child that a document took over may say anything.
    """
    try:
        return ScanResult.of(values)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
        raise ChildDied(
            "The result of the scan is damaged", why="nothing of this document was recorded",
            todo="Try again; if it happens again, this document cannot be read",
        ) from None
