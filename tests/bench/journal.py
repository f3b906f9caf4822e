"""What one recorded mark costs with a long audit log, against what the disk itself takes.

    python tests/bench/journal.py [--entries 100000] [--marks 500] [--folder DIR]

The log is filled through ``Journal.commit`` itself, one transaction an entry, with ``durable=False``.
A mark is a span row and a code row, ``durable=True``. The floor is a 4 KiB write at the end of a file and
``fdatasync``, on the same disk, in turns with the marks. Exits with 1 when the 95th percentile of a
mark is over 16 ms, its median over twice the floor, a mark takes more than one transaction, or the log does
not verify. Some disks answer a sync at once, out of a cache: a floor below half a millisecond says nothing
about waiting, and twice nothing is no aim. Then the CPU time of a mark must be at most half a millisecond.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from review_app.store.journal import Change
from review_app.store.workspace import Workspace

FRAME_MS = 16.0
MAX_FLOOR_RATIO = 2.0
AT_ONCE_MS = 0.5
MAX_CPU_MS = 0.5
FLOOR_BYTES = os.urandom(4096)
WARM_UP = 20


def mark(document_id: str) -> list[Change]:
    """The rows of a mark as a reviewer draws it."""
    span_id, code_id = f"sp-{secrets.token_hex(8)}", f"cd-{secrets.token_hex(8)}"
    return [
        Change("spans", span_id, None, {
            "id": span_id, "document_id": document_id, "page": 1, "kind": "mark", "origin": "reviewer",
            "status": "confirmed", "rects": "[[72.0,140.5,540.0,190.0],[72.0,192.0,310.25,204.5]]",
            "confidence": 1.0, "band": "certain", "detector": "reviewer", "evidence": "drawn by the reviewer",
            "exemption_status": "stated", "lines": None, "extent": None, "raw": "", "note": "",
            "author": "bench", "at": "2024-01-01T00:00:00.000000Z",
        }),
        Change("span_codes", code_id, None, {
            "id": code_id, "span_id": span_id, "position": 0, "code": "(b)(1)", "raw": "b1",
            "provenance": "reviewer", "confidence": 1.0,
        }),
    ]


def fill(workspace: Workspace, entries: int) -> tuple[str, float]:
    """Bring the log to ``entries`` entries; returns the document and the seconds it took."""
    started = time.perf_counter()
    document_id = "doc-bench"
    workspace.journal.commit("bench", "document.added", [Change("documents", document_id, None, {
        "id": document_id, "sha256": "0" * 64, "name": "bench.txt", "media_type": "text/plain",
        "page_count": 1, "state": "ready", "added_at": "2024-01-01T00:00:00.000000Z",
    })], durable=False)
    for _ in range(entries - 1):
        workspace.journal.commit("bench", "span.drawn", mark(document_id), durable=False)
    return document_id, time.perf_counter() - started


class CommitCounter:
    """Counts the transactions that reach the disk, by what SQLite runs."""

    def __init__(self, workspace: Workspace) -> None:
        self.begun = self.committed = 0
        self._connection = workspace._database.connection

    def start(self) -> None:
        """Count from now on."""
        self._connection.set_trace_callback(self._see)

    def _see(self, statement: str) -> None:
        self.begun += statement.startswith("BEGIN")
        self.committed += statement.startswith("COMMIT")

    def end(self) -> None:
        """Stop counting."""
        self._connection.set_trace_callback(None)


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each mark, of each floor write, of CPU of each mark; transactions of all marks."""

    mark_ms: list[float]
    floor_ms: list[float]
    cpu_ms: list[float]
    begun: int
    committed: int


def measure(workspace: Workspace, document_id: str, marks: int) -> Measured:
    """Record marks and write floors in turns."""
    mark_ms: list[float] = []
    floor_ms: list[float] = []
    cpu_ms: list[float] = []
    counter = CommitCounter(workspace)
    sync = getattr(os, "fdatasync", os.fsync)
    fd = os.open(workspace.folder / "floor.bin", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for number in range(-WARM_UP, marks):
            changes = mark(document_id)
            if number == 0:
                counter.start()
            cpu_started, started = time.process_time(), time.perf_counter()
            workspace.journal.commit("bench", "span.drawn", changes)
            between, cpu_ended = time.perf_counter(), time.process_time()
            os.write(fd, FLOOR_BYTES)
            sync(fd)
            ended = time.perf_counter()
            if number >= 0:  # the first ones warm caches on both sides
                mark_ms.append((between - started) * 1000)
                floor_ms.append((ended - between) * 1000)
                cpu_ms.append((cpu_ended - cpu_started) * 1000)
    finally:
        os.close(fd)
        counter.end()
    return Measured(mark_ms, floor_ms, cpu_ms, counter.begun, counter.committed)


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[18]


def main() -> int:
    """Run and print; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--marks", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="where to work; default: the current folder's disk")
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="bench-journal-", dir=given.folder or Path.cwd()))
    try:
        return run(place, given.entries, given.marks)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def run(place: Path, entries: int, marks: int) -> int:
    """Fill, measure, print; the exit code."""
    with Workspace.open(place / "workspace") as workspace:
        document_id, fill_s = fill(workspace, entries)
        found = measure(workspace, document_id, marks)
        undo_ms = timed(lambda: workspace.journal.undoable("bench", {"document.added"}))
        history_ms = timed(lambda: workspace.queries.log(limit=200))
        started = time.perf_counter()
        problems = workspace.journal.verify()
        verify_s = time.perf_counter() - started
        seq = workspace.journal.head().seq
        size_mb = (workspace.folder / "review.db").stat().st_size / 1e6
    started = time.perf_counter()
    Workspace.open(place / "workspace").close()
    open_ms = (time.perf_counter() - started) * 1000
    mark_ms, floor_ms = found.mark_ms, found.floor_ms
    floor, cpu = statistics.median(floor_ms), statistics.median(found.cpu_ms)
    ratio = statistics.median(mark_ms) / floor
    print(f"journal with {entries:,} entries, then {marks} marks (a span row and a code row, durable)")
    print(f"  {'':34}{'median':>10}{'p95':>10}")
    for name, values in (
        ("one mark, ms", mark_ms), ("floor: 4 KiB write + fdatasync, ms", floor_ms),
        ("one mark, ms of CPU", found.cpu_ms),
    ):
        print(f"  {name:34}{statistics.median(values):10.2f}{p95(values):10.2f}")
    print(f"  {'mark / floor':34}{ratio:10.2f}")
    print(f"  {'transactions a mark':34}{found.committed / marks:10.2f}")
    print(f"  {'what can be undone, ms':34}{undo_ms:10.2f}")
    print(f"  {'newest 200 entries, ms':34}{history_ms:10.2f}")
    print(f"  {'open the workspace, ms':34}{open_ms:10.2f}")
    print(f"  {'verify all, s':34}{verify_s:10.2f}   ({seq / verify_s:,.0f} entries a second)")
    print(f"  {'fill, s':34}{fill_s:10.1f}   (durable=False, one transaction an entry)")
    print(f"  {'review.db, MB':34}{size_mb:10.1f}")
    failures = [text for failed, text in (
        (p95(mark_ms) > FRAME_MS, f"the 95th percentile of a mark is over {FRAME_MS:g} ms"),
        (floor >= AT_ONCE_MS and ratio > MAX_FLOOR_RATIO,
         f"the median of a mark is over {MAX_FLOOR_RATIO:g} times the floor"),
        (floor < AT_ONCE_MS and cpu > MAX_CPU_MS, f"a mark takes more than {MAX_CPU_MS:g} ms of CPU"),
        (found.begun != marks or found.committed != marks, "a mark takes more or less than one transaction"),
        (bool(problems), f"the log does not verify: {len(problems)} problems"),
    ) if failed]
    for text in failures:
        print(f"FAILED: {text}", file=sys.stderr)
    return 1 if failures else 0


def timed(call: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
