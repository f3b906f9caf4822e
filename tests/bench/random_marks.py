"""Random boxes on pages of the corpus: is each copy made, does it pass, and does a second opinion agree?

    python tests/bench/random_marks.py [--copies N] [--seed S] [--gap keep|constant] [--only WORD]

Each copy has one to twelve boxes on up to three pages of a document: words, words with ragged edges,
stretches that begin and end within letters, and boxes that know nothing of the text. A copy that is refused
or does not pass is safe and useless; one that passes and still shows a removed word to readers that share no
code with the verifier is a leak, and the bench exits with 1. Counts and file names are printed, never words.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pymupdf

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [p for p in (str(ROOT), str(ROOT / "tests" / "engine")) if p not in sys.path]

from random_boxes import boxes_on, left_words  # noqa: E402

from review_app.domain.errors import InputRefused  # noqa: E402
from review_app.domain.guessing import Gap  # noqa: E402
from review_app.domain.marks import Mark  # noqa: E402
from review_app.engine import redact, verify  # noqa: E402
from review_app.engine.documents import open_document  # noqa: E402
from review_app.engine.mupdf import PAGE_ERRORS  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
MAX_BYTES = 12_000_000
MAX_PAGES = 200


def files(only: str) -> list[Path]:
    """The documents that boxes are drawn on."""
    return [
        p for p in sorted(CORPUS.rglob("*.pdf"))
        if p.stat().st_size < MAX_BYTES and only in str(p.relative_to(CORPUS))
    ]


def tries(count: int, seed: int, only: str) -> Iterator[tuple[Path, random.Random]]:
    """Documents in random order, each with its own chance."""
    chance = random.Random(seed)
    there = files(only)
    for i in range(count):
        yield chance.choice(there), random.Random(seed * 1_000_003 + i)


def main() -> int:
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gap", default="keep", choices=[g.value for g in Gap])
    parser.add_argument("--only", default="")
    parser.add_argument("--raster", action="store_true")
    given = parser.parse_args()
    came: Counter[str] = Counter()
    why: Counter[str] = Counter()
    leaks = 0
    begin = time.process_time()
    for number, (path, chance) in enumerate(tries(given.copies, given.seed, given.only)):
        with tempfile.TemporaryDirectory() as folder:
            what = one(path, chance, Path(folder), Gap(given.gap), given.raster)
        came[what.split(":")[0]] += 1
        if what != "passed":
            why[what] += 1
            print(f"  {number}: {path.relative_to(CORPUS)}: {what}", flush=True)
        leaks += what.startswith("LEAK")
    print(dict(came), f"{time.process_time() - begin:.0f} s")
    for what, count in why.most_common():
        print(f"  {count}x {what}")
    return 1 if leaks else 0


def one(path: Path, chance: random.Random, folder: Path, gap: Gap, raster: bool) -> str:
    """What became of one copy."""
    try:
        with pymupdf.open(path) as doc:
            if doc.needs_pass or not 0 < doc.page_count <= MAX_PAGES:
                return "skipped"
            pages = sorted(chance.sample(range(doc.page_count), min(doc.page_count, chance.randint(1, 3))))
            places = [(n, box) for n in pages for box in boxes_on(doc[n], chance)]
    except PAGE_ERRORS:
        return "skipped"
    marks = [Mark(f"m{i}", n + 1, (box,), ("(b)(6)",)) for i, (n, box) in enumerate(places)]
    out = folder / "out.pdf"
    try:
        with open_document(path) as document:
            made = redact.make(document, marks, redact.Options(gap=gap, raster=raster))
    except InputRefused as error:
        return f"refused: {error.what.split(': ')[-1]}"
    out.write_bytes(made.data)
    own = [
        Mark(m.id, m.page, (*m.rects, *made.extended.get(m.id, ())), m.codes) for m in marks
    ]
    result = verify.release(path, out, own, gaps=made.gaps, is_blind=made.is_blind)
    if not result.passed:
        found = Counter(f"{f.channel} ({f.what})" for f in result.leaks)
        return "failed: " + ", ".join(sorted(found) or [c.name for c in result.checks if not c.passed])
    left = left_words(path, out, marks)
    return f"LEAK: {left} words" if left else "passed"


if __name__ == "__main__":
    sys.exit(main())
