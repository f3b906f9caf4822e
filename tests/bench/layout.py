#!/usr/bin/env python3
"""Blanks in running text, whole pages withheld: each figure with its aim.

    python tests/bench/layout.py [--quick] [--seed N] [--show]

Prints one table and exits with 1 when an aim is missed. The pages are made here, with a fresh seed each time
unless one is given; parts that need ../shared are left out without it. ``--quick`` makes fewer pages;
``--show`` lists each miss (kind and place; no text of real documents).
"""

# ruff: noqa: E501 -- the lines of the table

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "engine")]

import layout_made  # noqa: E402

from review_app.detection import scan  # noqa: E402
from review_app.domain.content import PageContent  # noqa: E402
from review_app.domain.geometry import Rect  # noqa: E402
from review_app.engine import documents  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
DETECTOR = "layout_gap"
GROUPS = {"word": "whiteout", "half": "whiteout", "lines": "whiteout", "rows": "bands", "para": "bands"}


@dataclass
class Table:
    """Lines of the table as they come; ``is_good`` while no aim was missed."""

    is_good: bool = True
    rows: list[str] = field(default_factory=list)

    def add(self, what: str, figure: str, aim: str, good: bool) -> None:
        """Prints a line."""
        self.is_good = self.is_good and good
        print(f"{'  ' if good else '! '}{what:<64} {figure:>18}   {aim}", flush=True)


def read(data: bytes | Path) -> tuple[list[PageContent], scan.Findings, float]:
    """The pages, what is found on them, and the CPU seconds of detection."""
    with tempfile.TemporaryDirectory() as folder:
        path = data if isinstance(data, Path) else Path(folder) / "made.pdf"
        if isinstance(data, bytes):
            path.write_bytes(data)
        with documents.open_document(path) as document:
            pages = [document.content(n) for n in range(1, document.page_count + 1)]
    begin = time.process_time()
    found = scan.document(pages)
    return pages, found, time.process_time() - begin


def common(one: list[Rect], other: list[Rect]) -> float:
    """Intersection over union of two lists of rectangles."""
    both = sum(a.intersect(b).area for a in one for b in other)
    whole = sum(a.area for a in one) + sum(b.area for b in other) - both
    return both / whole if whole > 0 else 0.0


def made(table: Table, rng: random.Random, count: int, show: bool) -> None:
    """Pages with blanks: precision, recall, codes, bands."""
    asked: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    found_spans = coded = code_right = bare_certain = 0
    seconds = 0.0
    for _ in range(count):
        seed = rng.random()
        document = layout_made.make(random.Random(seed))
        _, found, took = read(document.data)
        seconds += took
        for page, sheet in enumerate(document.sheets, 1):
            spans = [s for s in found.spans if s.page == page]
            used: set[int] = set()
            for hole in sheet.holes:
                truth = [Rect(*r) for r in hole.rects]
                best, at = max(
                    ((common(truth, list(s.rects)), i) for i, s in enumerate(spans) if i not in used),
                    default=(0.0, -1),
                )
                good = best >= 0.5
                if good:
                    used.add(at)
                if hole.has_support or good:
                    place = hole.code_place or ("stamp" if document.is_stamped else "torn")
                    for key in (hole.kind, GROUPS[hole.kind], f"{GROUPS[hole.kind]}, {place}"):
                        asked[key] += 1
                        hit[key] += good
                    if show and not good:
                        at_row = [round(v) for v in hole.rects[0]]
                        print(
                            f"    missed {hole.kind} {hole.code_place or '-'} doc {seed} {document.layouts[page - 1]} page {page} {at_row} {best:.2f}"
                        )
                if hole.code and good:
                    coded += 1
                    code_right += bool(spans[at].codes)
                    if show and not spans[at].codes:
                        print(
                            f"    no code {hole.kind} {hole.code} {hole.code_place} doc {seed} page {page} {[round(v) for v in hole.rects[0]]}"
                        )
            for i, span in enumerate(spans):
                found_spans += 1
                bare_certain += str(span.band) == "certain" and not span.codes and span.detector == DETECTOR
                if i not in used:
                    group = "bands" if span.extent and (span.extent.lines or 0) > 1 else "whiteout"
                    extra[group] += 1
                    if show:
                        print(
                            f"    extra {span.detector} doc {seed} {document.layouts[page - 1]} page {page} {[round(v) for v in span.rects[0].as_list()]} {span.evidence}"
                        )
    for group, p_aim, r_aim in (("whiteout", 0.9, 0.8), ("bands", 0.8, 0.7)):
        precision = hit[group] / max(1, hit[group] + extra[group])
        recall = hit[group] / max(1, asked[group])
        table.add(
            f"made pages: {group}, precision ({extra[group]} extra)",
            f"{precision:.3f}",
            f">= {p_aim}",
            precision >= p_aim,
        )
        table.add(
            f"made pages: {group}, recall of {asked[group]} with support",
            f"{recall:.3f}",
            f">= {r_aim}",
            recall >= r_aim,
        )
        for key in sorted(k for k in asked if k.startswith(group + ",")):
            table.add(f"    {key}", f"{hit[key]}/{asked[key]}", "", True)
    for kind in layout_made.HOLES:
        table.add(f"    {kind}: recall of {asked[kind]}", f"{hit[kind] / max(1, asked[kind]):.3f}", "", True)
    table.add(
        "made pages: codes at the right blank", f"{code_right}/{coded}", ">= 0.98", code_right >= 0.98 * coded
    )
    table.add("made pages: blanks without a code called certain", str(bare_certain), "0", not bare_certain)
    table.add(
        f"made pages: pages a CPU second, detection alone ({2 * count})",
        f"{2 * count / seconds:.0f}",
        "",
        True,
    )


def untouched(table: Table, rng: random.Random, count: int, show: bool) -> None:
    """The same pages with nothing blanked: whatever is found there is false."""
    false: Counter[bool] = Counter()
    pages: Counter[bool] = Counter()
    for _ in range(count):
        seed = rng.random()
        document = layout_made.make(random.Random(seed), blanked=False)
        _, found, _ = read(document.data)
        pages[document.is_stamped] += len(document.sheets)
        false[document.is_stamped] += len(found.spans)
        if show:
            for span in found.spans:
                print(
                    f"    false doc {seed} page {span.page} {document.layouts[span.page - 1]} {[round(v) for v in span.rects[0].as_list()]} {span.evidence}"
                )
    for stamped, what in ((False, "no stamp"), (True, "in part")):
        rate = false[stamped] / max(1, pages[stamped])
        table.add(
            f"untouched pages, {what}: false finds a page ({pages[stamped]})",
            f"{rate:.4f}",
            "<= 0.02",
            rate <= 0.02,
        )


def whole_pages(table: Table, rng: random.Random, count: int, show: bool) -> None:
    """Sheets that stand for pages, and pages that only speak of pages."""
    asked = hit = number = right = other = false = 0
    for _ in range(count):
        text, wanted, is_sheet = layout_made.sheet_text(rng)
        _, found, _ = read(layout_made.typed(rng, text))
        spans = [s for s in found.spans if str(s.kind) == "page"]
        if not is_sheet:
            other += 1
            false += len(spans)
            if show and spans:
                print("    false sheet:", text.splitlines()[0][:70])
            continue
        asked += 1
        hit += len(spans) == 1
        if show and len(spans) != 1:
            print("    missed sheet:", repr(text[-60:]), len(spans))
        if wanted is not None:
            number += 1
            right += bool(spans) and spans[0].extent is not None and spans[0].extent.number == wanted
    table.add("sheets for pages withheld whole: found", f"{hit}/{asked}", ">= 0.98", hit >= 0.98 * asked)
    table.add("sheets: stated number of pages", f"{right}/{number}", ">= 0.98", right >= 0.98 * number)
    table.add("pages that only speak of pages: false sheets", f"{false}/{other}", "0", not false)


def corpus(table: Table, show: bool) -> None:
    """Real documents: released in full, cables, bulletins."""
    for folder, what, aim in (
        ("nara_aad", "cables", 0.0),
        ("state_hrc", "State, in full", 0.02),
        ("state_hrc", "State, in part", None),
        ("cia_cib", "bulletins", None),
        ("mueller_retypeset", "Mueller volume", None),
        ("leaks_xray", "court filings", None),
    ):
        pages = spans = documents_found = 0
        for path in sorted((CORPUS / folder).glob("*.pdf")):
            content, found, _ = read(path)
            said = {r.value for r in found.record if str(r.field) == "disposition"}
            if what.startswith("State") and ("released_in_full" in said) != what.endswith("full"):
                continue
            here = [s for s in found.spans if s.detector == DETECTOR]
            pages += len(content)
            spans += len(here)
            documents_found += bool(here)
            if show:
                for span in here:
                    print(
                        f"    {path.name} page {span.page} {[round(v) for v in span.rects[0].as_list()]} {span.confidence} {span.evidence}"
                    )
        rate = spans / max(1, pages)
        table.add(
            f"{what}: blanks told on {pages} pages",
            f"{spans} ({rate:.3f})",
            "" if aim is None else f"<= {aim}",
            aim is None or rate <= aim,
        )


def main() -> int:
    """Runs the bench."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--no-corpus", action="store_true")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    rng = random.Random(seed)
    table = Table()
    made(table, rng, 40 if options.quick else 250, options.show)
    untouched(table, rng, 40 if options.quick else 250, options.show)
    whole_pages(table, rng, 40 if options.quick else 160, options.show)
    if CORPUS.is_dir() and not options.no_corpus:
        corpus(table, options.show)
    return 0 if table.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
