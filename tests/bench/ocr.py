#!/usr/bin/env python3
"""How well stamps are read from pictures alone: released documents drawn without their text layers.

    python tests/bench/ocr.py [--documents N] [--pages N] [--seed N] [--grey] [--engine NAME] [--show]

Draws the first pages of released documents as 1-bit pictures of 300 dpi (State) or grey ones of 200 dpi (CIA;
``--grey`` for all), scans them with recognition and compares the stamps with the record. Prints one table and
exits with 1 when an aim is missed, with 2 when ../shared is not there, with 5 when no engine is. Without
options a sample of 16 State and 5 CIA documents is taken, 3 pages of each. ``--show`` lists each miss: file,
field, both values.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import pymupdf  # noqa: E402

from review_app.domain.errors import ReviewError  # noqa: E402
from review_app.domain.ocr import OcrEngine, OcrMode, OcrSettings  # noqa: E402
from review_app.workers.tasks import Desk  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
EXACT, WRONG = 0.95, 0.005


def drawn(source: Path, target: Path, pages: int, *, one_bit: bool) -> int:
    """The first pages of a PDF as pictures without text; how many."""
    dpi = 300 if one_bit else 200
    with pymupdf.open(source) as document, pymupdf.open() as made:
        for number in range(min(pages, document.page_count)):
            page = document[number]
            shot = page.get_pixmap(dpi=dpi, colorspace="gray", annots=False)
            if one_bit:
                levels = bytes(255 if level >= 128 else 0 for level in range(256))
                bits = shot.samples.translate(levels)
                shot = pymupdf.Pixmap(pymupdf.csGRAY, shot.width, shot.height, bits, False)
            sheet = made.new_page(width=page.rect.width, height=page.rect.height)
            sheet.insert_image(sheet.rect, pixmap=shot)
        made.save(target, deflate=True)
        return made.page_count


def state() -> list[tuple[Path, dict[str, str]]]:
    found = []
    with (CORPUS / "groundtruth" / "hrc_stamps.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = CORPUS / "state_hrc" / row["file"]
            month, day, year = [*row["ocr_stamp_date"].split("/"), "", ""][:3]
            release = {"FULL": "released_in_full", "PART": "released_in_part"}.get(row["ocr_release"], "")
            wanted = {
                "case_id": row["ocr_case"], "doc_no": row["doc_no"],
                "release_date": f"{year}-{month}-{day}" if year else "", "disposition": release,
            }
            if path.exists():
                found.append((path, wanted))
    return found


def cia() -> list[tuple[Path, dict[str, str]]]:
    found = []
    with (CORPUS / "groundtruth" / "cib_stamps.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = CORPUS / "cia_cib" / row["file"]
            date = row["stamp_date_ocr_majority"].replace("/", "-")
            if path.exists():
                found.append((path, {"doc_no": row["doc_no"], "release_date": date}))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=16, help="State documents; CIA a third of them")
    parser.add_argument("--pages", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--grey", action="store_true")
    parser.add_argument("--engine", choices=[str(e) for e in OcrEngine], default="auto")
    parser.add_argument("--tessdata", default="")
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    if not (CORPUS / "groundtruth").is_dir():
        print("the corpus of real documents (../shared) is not here", file=sys.stderr)
        return 2
    settings = OcrSettings(OcrMode.AUTO, OcrEngine(args.engine), tessdata=args.tessdata)
    rng = random.Random(args.seed)
    tables = {"State": (state(), args.documents, not args.grey), "CIA": (cia(), args.documents // 3, False)}
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    pages, started, used = 0, 0.0, 0.0
    desk = Desk(1)
    with tempfile.TemporaryDirectory() as folder:
        for name, (documents, count, one_bit) in tables.items():
            for path, wanted in rng.sample(documents, min(count, len(documents))):
                made = Path(folder) / path.name
                pages += drawn(path, made, args.pages, one_bit=one_bit)
                wall, cpu = time.monotonic(), _cpu()
                try:
                    values, _ = desk.do(
                        "scan", {"path": str(made), "ocr": settings.to_json()},
                        part=lambda part: None, progress=lambda done, total: None,
                    )
                except ReviewError as error:
                    print(error, file=sys.stderr)
                    return 5
                started, used = started + time.monotonic() - wall, used + _cpu() - cpu
                if any("nothing was read there" in warning for warning in values["warnings"]):
                    print(values["warnings"], file=sys.stderr)
                    return 5
                for field, value in wanted.items():
                    if not value:
                        continue
                    key = f"{name} {field}"
                    read = [r["value"] for r in values["record"] if r["field"] == field]
                    asked[key] += 1
                    right[key] += read == [value]
                    wrong[key] += any(other != value for other in read)
                    if args.show and read != [value]:
                        print(f"  miss: {path.name} {field}: wanted {value}, read {read}")
                made.unlink()
    desk.close()
    return report(asked, right, wrong, pages, started, used)


def _cpu() -> float:
    ours, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime


def report(
    asked: Counter[str], right: Counter[str], wrong: Counter[str], pages: int, wall: float, cpu: float
) -> int:
    missed = 0
    print(f"{'':2}{'from pictures alone':32} {'exact':>7} {'aim':>7} {'wrong':>7} {'aim':>7}   of")
    for key in [*asked, "all"]:
        of = asked[key] if key != "all" else sum(asked.values())
        good = (right[key] if key != "all" else sum(right.values())) / of
        bad = (wrong[key] if key != "all" else sum(wrong.values())) / of
        reached = good >= EXACT and bad <= WRONG
        missed += not reached
        print(f"{' ' if reached else '!'} {key:32} {good:7.3f} {EXACT:>7} {bad:7.3f} {WRONG:>7}   {of}")
    print(f"  {pages} pages, {cpu / pages:.2f} CPU s a page, {pages / wall:.2f} pages/s (aims: none)")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
