"""Random boxes on pages of the corpus: is each copy made, does it pass, and does a second opinion agree?

    python tests/bench/random_marks.py [--copies N | --every] [--seed S] [--gap keep|constant|any]
        [--method remove|raster|any] [--kind KIND] [--only WORD]

Each copy has marks on up to three pages of a document: words, words with ragged edges, stretches that begin
and end within letters, whole lines, figures, edges, whole pages, marks that overlap, marks of several
rectangles, and boxes that know nothing of the text. A copy that is refused or does not pass is safe and
useless; one that passes and still shows a removed word to readers that share no code with the verifier is a
leak, and the bench exits with 1. Words and pixels outside the marks that such readers miss in a copy that
passed are told to be looked at. ``--every`` takes each document once. Counts and file names are printed,
never words.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pypdfium2

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [p for p in (str(ROOT), str(ROOT / "tests" / "engine")) if p not in sys.path]

from random_boxes import KINDS, changed_pixels, left_words, marks_on, poppler_left  # noqa: E402

from review_app.domain.errors import InputRefused  # noqa: E402
from review_app.domain.guessing import Gap  # noqa: E402
from review_app.domain.marks import Mark  # noqa: E402
from review_app.engine import redact, verify  # noqa: E402
from review_app.engine.documents import open_document  # noqa: E402
from review_app.engine.mupdf import PAGE_ERRORS  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
MAX_BYTES = 12_000_000
MAX_PAGES = 200
MAX_CHANGED = 0.003
"""Share of a page's pixels outside the marks from which on a copy is to be looked at."""


def files(only: str) -> list[Path]:
    """The documents that boxes are drawn on."""
    return [
        p for p in sorted(CORPUS.rglob("*.pdf"))
        if p.stat().st_size < MAX_BYTES and re.search(only, str(p.relative_to(CORPUS)))
    ]


def tries(given: argparse.Namespace) -> Iterator[tuple[Path, random.Random]]:
    """Documents in random order, each with its own chance."""
    chance = random.Random(given.seed)
    there = files(given.only)
    count = len(there) if given.every else given.copies
    for i in range(count):
        path = there[i] if given.every else chance.choice(there)
        yield path, random.Random(given.seed * 1_000_003 + i)


def main() -> int:
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=60)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gap", default="keep", choices=[*(g.value for g in Gap), "any"])
    parser.add_argument("--method", default="remove", choices=["remove", "raster", "any"])
    parser.add_argument("--kind", default="any", choices=[*KINDS, "any"])
    parser.add_argument("--only", default="", metavar="PATTERN", help="Files whose path holds it.")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="Keep the copies that did not pass there.")
    given = parser.parse_args()
    came: Counter[str] = Counter()
    why: Counter[str] = Counter()
    leaks = 0
    begin = time.process_time()
    for number, (path, chance) in enumerate(tries(given)):
        kind = chance.choice(KINDS) if given.kind == "any" else given.kind
        gap = chance.choice(list(Gap)) if given.gap == "any" else Gap(given.gap)
        raster = chance.random() < 0.25 if given.method == "any" else given.method == "raster"
        with tempfile.TemporaryDirectory() as folder:
            what = one(path, chance, Path(folder), kind, gap, raster)
            if given.keep is not None and not what.startswith(("passed", "skipped")):
                for file in Path(folder).iterdir():
                    file.rename(given.keep / f"{given.seed}-{number}{file.suffix}")
        came[what.split(":")[0]] += 1
        if what != "passed":
            why[what] += 1
            how = f"{kind}, {'raster' if raster else gap}"
            print(f"  {number}: {path.relative_to(CORPUS)} ({how}): {what}", flush=True)
        leaks += what.startswith("LEAK")
    print(dict(came), f"{time.process_time() - begin:.0f} s")
    for what, count in why.most_common():
        print(f"  {count}x {what}")
    return 1 if leaks else 0


def one(path: Path, chance: random.Random, folder: Path, kind: str, gap: Gap, raster: bool) -> str:
    """What became of one copy."""
    try:
        with pymupdf.open(path) as doc:
            if doc.needs_pass or not 0 < doc.page_count <= MAX_PAGES:
                return "skipped"
            pages = sorted(chance.sample(range(doc.page_count), min(doc.page_count, chance.randint(1, 3))))
            places = [(n, rects) for n in pages for rects in marks_on(doc[n], chance, kind)]
    except PAGE_ERRORS:
        return "skipped"
    marks = [Mark(f"m{i}", n + 1, rects, ("(b)(6)",)) for i, (n, rects) in enumerate(places)]
    (folder / "marks.json").write_text(json.dumps({"spans": [
        {"id": m.id, "page": m.page, "rects": [r.as_list() for r in m.rects],
         "codes": [{"code": c} for c in m.codes]} for m in marks
    ]}))
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
    try:
        left = left_words(path, out, marks)
        still, lost = poppler_left(path, out, own, made.relaid)
        changed = changed_pixels(path, out, own, made.relaid)
    except (*PAGE_ERRORS, pypdfium2.PdfiumError):
        return "passed: but other readers fail"
    if left or still:
        return f"LEAK: {left} words, to pdftotext {still}"
    if raster:
        return "passed"  # letters of a picture have other edges, and no text
    told = [f"{lost} words fewer to pdftotext"] * bool(lost)
    told += [f"{changed:.2%} of a page drawn differently"] * (changed > MAX_CHANGED)
    return "passed: " + ", ".join(told) if told else "passed"


if __name__ == "__main__":
    sys.exit(main())
