#!/usr/bin/env python3
"""How well boxes in scanned pages are found: gold pages, State releases, generated pages, speed.

    python tests/bench/boxes.py [--quick] [--show] [--part gold,made,state] [--pages N] [--seed N]

Prints one table and exits with 1 when an aim is missed, with 2 when ../shared is not there. ``--quick``
takes every eighth document of the State releases; ``--show`` lists each miss (file, page, place; no text).
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "unit" / "detection"), str(ROOT / "tests" / "bench")]

import box_samples  # noqa: E402
import scanned  # noqa: E402

from review_app.detection import raster, scan  # noqa: E402
from review_app.domain.content import PageContent  # noqa: E402
from review_app.domain.findings import SpanFinding  # noqa: E402
from review_app.domain.geometry import Rect  # noqa: E402
from review_app.domain.vocabulary import Kind, Provenance  # noqa: E402
from review_app.engine import documents, render  # noqa: E402

SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus"
BOXES = (Kind.WHITE_BOX, Kind.FILLED_BOX, Kind.BLACK_BOX)


@dataclass
class Row:
    """A line of the table: a share, or a rate that must not exceed the aim."""

    what: str
    value: float
    aim: float
    at_most: bool = False
    detail: str = ""

    @property
    def good(self) -> bool:
        return self.value <= self.aim if self.at_most else self.value >= self.aim


class Bench:
    def __init__(self, show: bool) -> None:
        self.rows: list[Row] = []
        self.show = show

    def add(self, what: str, value: float, aim: float, detail: str, at_most: bool = False) -> None:
        self.rows.append(Row(what, value, aim, at_most, detail))

    def miss(self, *words: object) -> None:
        if self.show:
            print("  ", *words, flush=True)

    def report(self) -> int:
        print(f"{'':2}{'what':58} {'measured':>9} {'aim':>8}   detail")
        for row in self.rows:
            aim = ("<=" if row.at_most else ">=") + f"{row.aim:g}"
            print(f"{'  ' if row.good else '! '}{row.what:58} {row.value:>9.4f} {aim:>8}   {row.detail}")
        missed = [row for row in self.rows if not row.good]
        print(f"{len(self.rows) - len(missed)} of {len(self.rows)} aims reached")
        return 1 if missed else 0


@dataclass
class Read:
    pages: list[PageContent]
    findings: scan.Findings
    seconds: float  # of drawing and searching pixels, CPU
    scanned: int


def read(path: Path) -> Read:
    """All pages of a document, as the ``scan`` command looks at them."""
    looks = {}
    seconds = 0.0
    with documents.open_document(path) as document:
        pages = [document.content(n) for n in range(1, document.page_count + 1)]
        for page in pages:
            if raster.is_scan(page):
                start = time.process_time()
                picture = render.tones(document, page.number)
                if picture is not None:
                    looks[page.number] = raster.look(page, *picture)
                seconds += time.process_time() - start
    return Read(pages, scan.document(pages, looks=looks), seconds, len(looks))


def on_page(spans: Sequence[SpanFinding], number: int) -> list[SpanFinding]:
    return [s for s in spans if s.page == number and s.kind in BOXES]


def matched(gold: Sequence[Rect], found: Sequence[Rect], least: float = 0.5) -> list[tuple[int, int]]:
    """Pairs of gold and found, one to one, best first."""
    pairs = sorted(
        ((g.iou(f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)), reverse=True
    )
    out: list[tuple[int, int]] = []
    for iou, i, j in pairs:
        if iou >= least and all(i != a and j != b for a, b in out):
            out.append((i, j))
    return out


def f1(good: int, of_gold: int, of_found: int) -> tuple[float, float, float]:
    recall = good / of_gold if of_gold else 1.0
    precision = good / of_found if of_found else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if good else 0.0


def gold(bench: Bench) -> None:
    pages = json.loads((CORPUS / "groundtruth" / "boxes_gold_us_dev.json").read_text("utf-8"))["pages"]
    good = of_gold = of_found = 0
    code_good = code_gold = code_found = 0
    for entry in pages:
        result = read(CORPUS / entry["file"])
        number = entry["page"] + 1
        spans = on_page(result.findings.spans, number)
        truth = [Rect.of(b["box"]) for b in entry["boxes"]]
        found = [s.rects[0] for s in spans]
        pairs = matched(truth, found)
        good, of_gold, of_found = good + len(pairs), of_gold + len(truth), of_found + len(found)
        for i, rect in enumerate(truth):
            if i not in {a for a, _ in pairs}:
                bench.miss("missed", entry["file"], number, [round(v) for v in rect.as_list()])
        for j, rect in enumerate(found):
            if j not in {b for _, b in pairs}:
                bench.miss("false", entry["file"], number, [round(v) for v in rect.as_list()])
        want = Counter(_canonical(c) for c in entry["margin_codes"])
        have = Counter(
            c.code for s in result.findings.spans if s.page == number
            for c in s.codes if c.provenance is not Provenance.MARGIN_SHARED
        )
        code_good += (want & have).total()
        code_gold += want.total()
        code_found += have.total()
        if want != have:
            bench.miss("codes", entry["file"], number, "gold", dict(want), "found", dict(have))
    precision, recall, _ = f1(good, of_gold, of_found)
    bench.add("gold pages: precision", precision, 0.95, f"{good} of {of_found}")
    bench.add("gold pages: recall", recall, 0.95, f"{good} of {of_gold}")
    _, _, score = f1(code_good, code_gold, code_found)
    bench.add("gold pages: codes, multiset F1", score, 0.95, f"{code_good} of {code_gold}, {code_found} read")


def _canonical(raw: str) -> str:
    from review_app.detection.codes import canonical

    return canonical(raw) or raw


def state(bench: Bench, quick: bool) -> None:
    with (CORPUS / "groundtruth" / "hrc_stamps.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    if quick:
        truth = truth[::8]
    pages = false = part = hit = boxed = unseen = unseen_false = 0
    seconds = 0.0
    scanned = 0
    gold_files = box_samples.gold_documents()
    for entry in truth:
        path = CORPUS / "state_hrc" / Path(entry["file"]).name
        if not path.exists():
            continue
        result = read(path)
        seconds, scanned = seconds + result.seconds, scanned + result.scanned
        spans = result.findings.spans
        if entry["ocr_release"] == "FULL":
            pages += len(result.pages)
            false += len(spans)
            if box_samples.held_out(path.name) or path.name in gold_files:
                unseen, unseen_false = unseen + len(result.pages), unseen_false + len(spans)
            for span in spans:
                place = [round(v) for v in span.rects[0].as_list()]
                bench.miss("false", path.name, span.page, span.detector, place)
        elif entry["ocr_release"] == "PART":
            part += 1
            hit += bool(spans)
            boxed += any(s.kind in BOXES for s in spans)
            if not spans:
                bench.miss("nothing", path.name, len(result.pages))
            elif not any(s.kind in BOXES for s in spans):
                bench.miss("no box", path.name, len(result.pages), entry["ocr_margin_codes"])
    rate = false / max(1, pages)
    bench.add("released in full: false spans a page", rate, 0.02, f"{false} on {pages}", True)
    bench.add(
        "the same, of documents never learned from", unseen_false / max(1, unseen), 0.02,
        f"{unseen_false} on {unseen}", True,
    )
    bench.add("released in part: documents with a span", hit / max(1, part), 0.98, f"{hit} of {part}")
    bench.add("released in part: documents with a box", boxed / max(1, part), 0.95, f"{boxed} of {part}")
    bench.add("State pages a second, drawn and searched", scanned / seconds, 8.0, f"{scanned} pages")


def made(bench: Bench, count: int, seed: int) -> None:
    """Generated pages: four kinds, six ways to scan, and pages without any box."""
    totals: dict[str, list[int]] = {}
    empty = false = 0
    for scan_kind in scanned.SCANS:
        for kind in (*scanned.KINDS, None):
            for i in range(count):
                page = scanned.page(seed + 1000 * i + hash_of(scan_kind, kind or ""), kind, scan_kind)
                content = PageContent(1, scanned.WIDTH, scanned.HEIGHT, ())
                looks = raster.look(content, page.tones, page.scale)
                found = [c.rect for c in looks]
                truth = [rect for _, rect in page.boxes]
                pairs = matched(truth, found)
                if kind is None:
                    empty, false = empty + 1, false + len(found)
                if kind is None or not truth:
                    if found:
                        bench.miss("false", scan_kind, kind, i, [round(v) for v in found[0].as_list()])
                    if kind is not None:
                        continue
                for name in (kind or "", scan_kind, "all"):
                    t = totals.setdefault(name, [0, 0, 0])
                    t[0], t[1], t[2] = t[0] + len(pairs), t[1] + len(truth), t[2] + len(found)
                if len(pairs) < len(truth):
                    rest = [r for k, r in enumerate(truth) if k not in {a for a, _ in pairs}]
                    bench.miss("missed", scan_kind, kind, i, len(rest), [round(v) for v in rest[0].as_list()])
                if len(pairs) < len(found) and kind:
                    rest = [r for k, r in enumerate(found) if k not in {b for _, b in pairs}]
                    bench.miss("extra", scan_kind, kind, i, len(rest), [round(v) for v in rest[0].as_list()])
    for name in (*scanned.KINDS, *scanned.SCANS, "all"):
        precision, recall, score = f1(*totals[name])
        detail = f"P {precision:.3f} R {recall:.3f} of {totals[name][1]}"
        bench.add(f"made pages, {name}: F1", score, 0.9, detail)
    rate = false / max(1, empty)
    bench.add("made pages without boxes: false a page", rate, 0.05, f"{false} on {empty}", True)


def hash_of(*words: str) -> int:
    return sum(ord(c) * (i + 1) for i, c in enumerate("/".join(words)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--part", default="gold,made,state")
    parser.add_argument("--pages", type=int, default=4, help="generated pages of each sort")
    parser.add_argument("--seed", type=int, default=20)
    args = parser.parse_args()
    if not CORPUS.exists():
        print(f"{CORPUS} is not there", file=sys.stderr)
        return 2
    bench = Bench(args.show)
    parts = args.part.split(",")
    if "gold" in parts:
        gold(bench)
    if "made" in parts:
        made(bench, args.pages, args.seed)
    if "state" in parts:
        state(bench, args.quick)
    return bench.report()


if __name__ == "__main__":
    sys.exit(main())
