#!/usr/bin/env python3
"""The torture corpus through the real commands: ``python tests/bench/torture.py [--jobs N] [--show]``.

Each file is given to ``review-app scan --json`` and to ``review-app process`` (a workspace of its own), each
as a process of its own. Prints a table by class of file and exits with 1 when an aim is missed: the exit
code that the contract promises, one line for a refusal, no traceback, at most 30 s, and at most 2 GB for
the process and all its children together.

Memory is sampled from /proc every 20 ms: the sum of the peaks (VmHWM) of all processes of the tree, and the
greatest peak the system counted (rusage), whichever is more. Parts that need ../shared are left out without
it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
MANIFEST = CORPUS / "torture_manifest.csv"

MAX_SECONDS, MAX_MIB = 30.0, 2048
REFUSED, DONE = 3, 0
COMMANDS = ("scan", "process")

DAMAGED_BEYOND_READING = {"open_error", "zero_pages"}
NO_PAGE_THERE = {"bug_216.pdf", "bug_544880.pdf"}
"""Their page tree counts one page and has none: the manifest gives that count, and an error of the page."""


@dataclass(frozen=True)
class Case:
    """One file of the manifest, what it is, and the exit code that it must give."""

    path: Path
    kind: str
    expected: int
    password: str = ""


@dataclass
class Run:
    """What one command did with one file."""

    case: Case
    command: str
    code: int
    seconds: float
    mib: float
    faults: list[str] = field(default_factory=list)


def cases(manifest: Path) -> list[Case]:
    """All files, those with a known password twice: with it and without."""
    found: list[Case] = []
    with manifest.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            path, tags = manifest.parent / "torture" / row["file"], set(row["tags"].split())
            if tags & DAMAGED_BEYOND_READING or path.name in NO_PAGE_THERE:
                found.append(Case(path, "cannot be opened", REFUSED))
            elif "needs_password" in tags:
                found.append(Case(path, "encrypted, no password", REFUSED))
                if row["password"]:
                    found.append(Case(path, "encrypted, with password", DONE, row["password"]))
            else:
                first = next((tag for tag in KINDS if tag in tags), "plain")
                found.append(Case(path, KINDS.get(first, "plain"), DONE))
    return found


KINDS = {
    "page_error": "pages with errors", "repaired_xref": "repaired", "encrypted_open": "encrypted, opens",
    "jpx": "JPX, JBIG2, CCITT", "jbig2": "JPX, JBIG2, CCITT", "ccitt": "JPX, JBIG2, CCITT",
    "image_only": "pictures only", "redact_annots": "annotations", "annots": "annotations",
    "form": "forms", "attachments": "attachments", "rotated": "rotated, cropped",
    "crop!=media": "rotated, cropped", "tiny_page": "rotated, cropped",
}
"""Class of a file by the first of these tags that it has."""


class Tree:
    """The peaks of memory of a process and of all that it starts, in MiB."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peaks: dict[int, int] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def finish(self) -> float:
        """Ends the watching; the sum of all peaks."""
        self._end.set()
        self._thread.join()
        return sum(self._peaks.values()) / 1024

    def _watch(self) -> None:
        while not self._end.wait(0.02):
            for pid in self._pids(self._pid):
                try:
                    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
                except OSError:
                    continue
                peak = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
                if peak is not None:
                    self._peaks[pid] = max(self._peaks.get(pid, 0), int(peak[1]))

    def _pids(self, pid: int) -> Iterable[int]:
        yield pid
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
        except OSError:
            return
        for task in tasks:
            try:
                children = (task / "children").read_text(encoding="ascii").split()
            except OSError:
                continue
            for child in children:
                yield from self._pids(int(child))


def run(case: Case, command: str, folder: Path) -> Run:
    """One command on one file, judged."""
    words = [sys.executable, "-m", "review_app", command, str(case.path)]
    words += ["--json"] if command == "scan" else ["--workspace", str(folder / "work"), "--jobs", "1"]
    if case.password:
        passwords = folder / "passwords"
        passwords.write_text(case.password + "\n", encoding="utf-8")
        words += ["--password-file", str(passwords)]
    out, err = folder / "out", folder / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
            env={**os.environ, "HOME": str(folder)},
        )
        tree = Tree(process.pid)
        timer = threading.Timer(4 * MAX_SECONDS, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    mib = max(tree.finish(), usage.ru_maxrss / 1024)
    done = Run(case, command, process.returncode, seconds, mib)
    done.faults = list(faults(done, out.read_text("utf-8", "replace"), err.read_text("utf-8", "replace")))
    return done


def faults(run: Run, out: str, err: str) -> Iterable[str]:
    """What is not as promised."""
    if run.code != run.case.expected:
        yield f"exit code {run.code}, not {run.case.expected}"
    if "Traceback" in out + err:
        yield "traceback"
    if run.seconds > MAX_SECONDS:
        yield f"{run.seconds:.0f} s"
    if run.mib > MAX_MIB:
        yield f"{run.mib:.0f} MiB"
    refusals = [line for line in err.splitlines() if line.startswith("review-app: ")]
    if run.code == DONE and refusals:
        yield "a refusal with exit code 0"
    if run.code != DONE and not (len(refusals) == 1 and run.case.path.name in refusals[0]):
        yield f"{len(refusals)} lines for one refusal"
    if run.command == "scan" and run.code != DONE and len(err.splitlines()) != 1:
        yield "more than one line"
    if run.command == "scan" and run.code == DONE:
        try:
            json.loads(out)
        except ValueError:
            yield "standard output is not one JSON object"
    if run.command == "process" and run.code == DONE and "1 of 1 recorded" not in err:
        yield "not recorded"


def main() -> int:
    """Runs all, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1, help="files at a time")
    parser.add_argument("--only", default="", help="only files whose name holds this")
    parser.add_argument("--show", action="store_true", help="one line for each run")
    given = parser.parse_args()
    if not MANIFEST.is_file():
        print("../shared/corpus is not here: nothing to run")
        return 0
    wanted = [(case, name) for case in cases(MANIFEST) for name in COMMANDS if given.only in case.path.name]

    def one(what: tuple[Case, str]) -> Run:
        with tempfile.TemporaryDirectory(prefix="torture") as folder:
            return run(*what, Path(folder))

    print(f"{len({case.path for case, _ in wanted})} files, load {os.getloadavg()[0]:.1f}")
    with ThreadPoolExecutor(given.jobs) as threads:
        runs = list(threads.map(one, wanted))
    return report(runs, show=given.show)


def report(runs: list[Run], *, show: bool) -> int:
    """The table; 1 when an aim is missed."""
    groups: defaultdict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in runs:
        groups[run.case.kind, run.command].append(run)
    print(f"{'class':26}{'command':9}{'runs':>5}  {'exit codes':18}{'longest':>9}{'memory':>10}  faults")
    for (kind, command), group in sorted(groups.items()):
        codes = ", ".join(f"{code}: {n}" for code, n in sorted(Counter(run.code for run in group).items()))
        print(
            f"{kind:26}{command:9}{len(group):5}  {codes:18}{max(r.seconds for r in group):7.1f} s"
            f"{max(r.mib for r in group):6.0f} MiB  {sum(bool(r.faults) for r in group)}"
        )
    bad = [run for run in runs if run.faults]
    for run in bad:
        print(f"MISSED  {run.command} {run.case.path.name} ({run.case.kind}): {'; '.join(run.faults)}")
    if show:
        for run in runs:
            print(f"{run.command:8} {run.code} {run.seconds:5.1f} s {run.mib:5.0f} MiB  {run.case.path.name}")
    print(
        f"{len(runs)} runs, aims: exit code as promised, <= {MAX_SECONDS:.0f} s, <= {MAX_MIB} MiB with "
        f"children, no traceback, one line a refusal: {len(bad)} missed"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
