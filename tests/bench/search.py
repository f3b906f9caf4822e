#!/usr/bin/env python3
"""Search over 5,000 pages: ``python tests/bench/search.py [--pages 5000] [--rounds 5]``.

Makes a PDF of about 600 words a page, has a child read its text, indexes that, and searches. Prints
processor time beside pdftotext's on the same file, measured in turns; exits with 1 when an aim is missed.
The text of a page goes into the index only once its whole document has been looked at, because words under
boxes must never be found: the time for that look is not part of these figures (``speed.py`` has it).
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import pymupdf  # noqa: E402

from review_app.store.journal import Change  # noqa: E402
from review_app.store.workspace import Workspace  # noqa: E402

BUILD, FIRST_MS = 1.3, 20.0
WORDS = [
    "the", "of", "and", "to", "in", "that", "it", "is", "was", "for", "on", "with", "as", "by", "this",
    "report", "secretary", "minister", "department", "embassy", "agreement", "negotiation", "delegation",
    "proposal", "officials", "meeting", "foreign", "policy", "nuclear", "export", "licence", "trade",
    "tariff", "have", "security", "council", "assembly", "resolution", "draft", "telegram", "cable",
]
SEARCHES = ("minister", "minister embassy", "the", '"secretary of"', "sec*", "zebra", "1,200-1,300")


def make(path: Path, pages: int) -> None:
    """Pages of type, made fifty at a time and repeated: drawing 5,000 by themselves takes a minute."""
    rng = random.Random(7)
    with pymupdf.open() as block, pymupdf.open() as whole:
        for number in range(min(50, pages)):
            lines = [" ".join(rng.choices(WORDS, k=12)) for _ in range(50)]
            if number == 0:
                lines[0] = "quarterly zebra report, lines 1,200\u20131,300"
            block.new_page(width=612, height=792).insert_text((60, 50), lines, fontsize=9, lineheight=1.5)
        while whole.page_count < pages:
            whole.insert_pdf(block, to_page=min(50, pages - whole.page_count) - 1)
        whole.save(path, deflate=True, use_objstms=1)


def cpu_of(*command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def read(path: Path) -> tuple[dict[int, str], float]:
    start = time.process_time()
    with pymupdf.open(path) as pdf:
        texts = {n + 1: pdf[n].get_text("text") for n in range(pdf.page_count)}
    return texts, time.process_time() - start


def indexed(folder: Path, texts: dict[int, str]) -> tuple[Workspace, float]:
    workspace = Workspace.open(folder)
    row = {
        "id": "d1", "case_id": None, "sha256": "a" * 64, "name": "long.pdf", "media_type": "application/pdf",
        "page_count": len(texts), "disposition": "unknown", "state": "ready", "warnings": "[]",
        "added_at": "",
    }
    workspace.journal.commit("bench", "document.added", [Change("documents", "d1", None, row)])
    start = time.process_time()
    workspace.index.add_all("d1", texts)
    return workspace, time.process_time() - start


def searched(workspace: Workspace, words: str, document: str | None, rounds: int) -> tuple[float, float, int]:
    """Milliseconds of processor time to the first list of hits and to the last, and how many hits."""
    firsts, alls, count = [], [], 0
    for _ in range(rounds):
        start, count, first = time.thread_time(), 0, 0.0
        for hits in workspace.index.stream(words, document):
            first = first or time.thread_time() - start
            count += len(hits)
        firsts.append(first * 1000)
        alls.append((time.thread_time() - start) * 1000)
    return statistics.median(firsts), statistics.median(alls), count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        path = folder / "long.pdf"
        make(path, given.pages)
        theirs, ours = [], []
        for turn in range(3):
            if shutil.which("pdftotext"):
                theirs.append(cpu_of("pdftotext", str(path), str(folder / "out.txt")))
            texts, reading = read(path)
            workspace, writing = indexed(folder / f"w{turn}", texts)
            ours.append((reading + writing, reading, writing))
            if turn < 2:
                workspace.close()
        total, reading, writing = (statistics.median(column) for column in zip(*ours, strict=True))
        print(f"{given.pages} pages: text read {reading:.2f} s, indexed {writing:.2f} s")
        if theirs:
            ratio = total / statistics.median(theirs)
            missed += ratio > BUILD
            print(f"pdftotext {statistics.median(theirs):.2f} s; ours {ratio:.2f}x (aim {BUILD}x)"
                  f"{'  MISSED' if ratio > BUILD else ''}")
        for words in SEARCHES:
            for document, where in (("d1", "one document"), (None, "all documents")):
                first, last, count = searched(workspace, words, document, given.rounds)
                missed += first > FIRST_MS
                print(f"{words:18}{where:15}{count:6} hits: first {first:6.1f} ms, all {last:7.1f} ms"
                      f"{'  MISSED' if first > FIRST_MS else ''}")
        workspace.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
