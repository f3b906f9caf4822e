"""Blanks on typeset pages, read from real PDFs: most are found, and pages with nothing blanked stay quiet."""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))

import layout_made
import pymupdf
import pytest

from review_app.detection import scan
from review_app.domain.findings import SpanFinding
from review_app.domain.geometry import Rect, same_place
from review_app.domain.vocabulary import Band, Disposition, Kind
from review_app.engine import documents


def spans_of(path: Path, made: layout_made.Document) -> tuple[SpanFinding, ...]:
    """What is found in a made document."""
    path.write_bytes(made.data)
    with documents.open_document(path) as document:
        return scan.document([document.content(n) for n in range(1, document.page_count + 1)]).spans


@pytest.fixture(scope="module")
def rng() -> random.Random:
    """The same pages each time; the bench makes fresh ones."""
    return random.Random(1121)


def test_most_blanks_are_found_and_little_else(rng: random.Random, tmp_path: Path) -> None:
    hit = asked = extra = 0
    for number in range(14):
        made = layout_made.make(rng)
        spans = spans_of(tmp_path / f"{number}.pdf", made)
        assert not any(s.band is Band.CERTAIN and not s.codes for s in spans)
        for page, sheet in enumerate(made.sheets, 1):
            here = [s for s in spans if s.page == page]
            holes = [[Rect(*r) for r in hole.rects] for hole in sheet.holes]
            found = [any(same_place(s.rects, hole) for s in here) for hole in holes]
            asked += sum(hole.has_support for hole in sheet.holes)
            hit += sum(f and hole.has_support for f, hole in zip(found, sheet.holes, strict=True))
            extra += sum(not any(same_place(s.rects, hole) for hole in holes) for s in here)
    assert asked > 40
    assert hit >= 0.8 * asked
    assert extra <= 0.1 * hit


def test_pages_with_nothing_blanked_stay_quiet(rng: random.Random, tmp_path: Path) -> None:
    false = sum(
        len(spans_of(tmp_path / f"{number}.pdf", layout_made.make(rng, blanked=False)))
        for number in range(20)
    )
    assert false <= 1


def test_a_page_under_one_dark_box_is_withheld_whole_and_a_dark_ground_is_not(tmp_path: Path) -> None:
    doc = pymupdf.open()
    for _ in range(4):
        doc.new_page()
    hidden, coded, slide, empty = list(doc)
    hidden.insert_text((72, 100), "The office sent the papers on")
    hidden.draw_rect(hidden.rect, color=None, fill=(0, 0, 0))
    coded.draw_rect((30, 30, 580, 800), color=None, fill=(0, 0, 0))
    coded.insert_text((280, 400), "(b)(1)", color=(1, 1, 1))
    slide.draw_rect(slide.rect, color=None, fill=(0, 0, 0.3))
    slide.insert_text((72, 100), "Annual report of the office", color=(1, 1, 1))
    empty.insert_text((72, 100), "The office sent the papers on")
    path = tmp_path / "covered.pdf"
    doc.save(path)
    with documents.open_document(path) as document:
        found = scan.document([document.content(n) for n in range(1, 5)])
    assert [(s.page, s.kind, [c.code for c in s.codes]) for s in found.spans] == [
        (1, Kind.PAGE, []),
        (2, Kind.PAGE, ["(b)(1)"]),
    ]
    assert [(r.page, r.characters) for r in found.recoverable] == [(1, 24)]
    assert found.dispositions == dict.fromkeys((1, 2), Disposition.WITHHELD_IN_FULL)
