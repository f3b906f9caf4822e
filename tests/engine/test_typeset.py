"""Text files as pages: every character has a place, and every place its character."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pymupdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_app.engine import textfile
from review_app.engine.furniture import page_feet
from review_app.engine.linemap import CELL, COLUMNS, LEADING, LEFT, RIGHT, ROWS, TOP
from review_app.engine.typeset import Typeset, typeset

MEMO = "1992-briefing-memo.txt"


@pytest.fixture(scope="module")
def memo(seeds: Path) -> Typeset:
    return typeset(textfile.decode((seeds / MEMO).read_bytes()).lines)


def _texts(pdf: bytes) -> list[str]:
    with pymupdf.open("pdf", pdf) as doc:
        return [page.get_text() for page in doc]


def _check_both_ways(made: Typeset, lines: Sequence[str]) -> None:
    for number, line in enumerate(lines, 1):
        rects = made.map.rects(number)
        assert rects, number
        for page, rect in rects:
            assert rect.area > 0
            assert rect.x0 >= 0 and rect.x1 <= 612 and rect.y1 <= 792
            found = made.map.at(page, rect.x0 + 0.1, (rect.y0 + rect.y1) / 2)
            assert found is not None and found[0] == number
        for column, char in enumerate(line):
            if char.isspace():
                continue
            ((page, rect),) = made.map.rects(number, column, column + 1)
            hit = made.map.at(page, (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2)
            assert hit is not None and hit[0] == number
            assert hit[1] == column, (line, column)


def test_every_character_of_the_memo_maps_both_ways(memo: Typeset) -> None:
    _check_both_ways(memo, memo.map.lines)


def test_tabs_wide_and_boxed_characters_map_both_ways() -> None:
    lines = ("a\tb\t\tc", "漢字 and x", "\x01\u200b mid \u2028 end", "x" * 200 + " " + "y" * 90, "word " * 60)
    _check_both_ways(typeset(lines), lines)


def test_a_void_line_has_the_whole_width(memo: Typeset) -> None:
    for number in (2, 79, 80, 81, 82, 87, 88):
        ((_, rect),) = memo.map.rects(number)
        assert rect.x0 == LEFT and rect.x1 == pytest.approx(RIGHT), number


def test_part_of_a_line_has_the_width_of_its_characters() -> None:
    made = typeset(("0123456789", "\tx"))
    ((_, rect),) = made.map.rects(1, 3, 5)
    assert (rect.x0, rect.x1) == pytest.approx((LEFT + 3 * CELL, LEFT + 5 * CELL))
    ((_, rect),) = made.map.rects(2, 1, 2)
    assert rect.x0 == pytest.approx(LEFT + 8 * CELL)


def test_outside_of_the_rows_is_no_line() -> None:
    made = typeset(("one", "two"))
    assert made.map.at(1, LEFT, TOP - 1) is None
    assert made.map.at(1, LEFT, TOP + 2 * LEADING + 1) is None
    assert made.map.at(2, LEFT, TOP) is None
    assert made.map.at(1, 0, TOP + 1) == (1, 0)
    assert made.map.at(1, 600, TOP + 1) == (1, 3)


def test_the_memo_breaks_at_its_page_feet(memo: Typeset) -> None:
    firsts = [memo.map.rows[start].line for start in memo.map.page_starts]
    assert firsts == [1, 54, 68, 91]  # 54 by length; 67 is the release stamp, 90 the banner at the foot


def test_page_feet_need_their_blank_lines() -> None:
    body = [f"line {i}" for i in range(10)]
    assert page_feet([*body, "", "SECRET", "", "more"]) == {11}
    assert page_feet([*body, "SECRET", "", "more"]) == set()
    assert page_feet([*body, "", "SECRET", "more"]) == set()
    assert page_feet([*body, "", "SECRET", "", ""]) == set()  # nothing behind it: no page to begin
    assert page_feet([*body[:3], "", "SECRET", "", "more"]) == set()  # a page head
    stamp = "Review Authority: A. NAME Date: 06/17/96"
    assert page_feet([*body, "", "", "", stamp, "more"]) == {13}
    assert page_feet([*body, "", "", stamp, "more"]) == set()


def test_form_feeds_break_pages_and_make_no_empty_ones() -> None:
    made = typeset(("one", "\ftwo", "three", "\f", "\f\f\f", "four", "fi\fve", "\f"))
    pages = [
        [made.map.rows[i].line for i in made.map.rows_of_page(p)] for p in range(1, made.map.page_count + 1)
    ]
    # A line of form feeds alone stays on the page that it ends; "fi" and "ve" are one line on two pages.
    assert pages == [[1], [2, 3, 4], [5, 6, 7], [7, 8]]
    assert [text.split() for text in _texts(made.pdf)] == [["one"], ["two", "three"], ["four", "fi"], ["ve"]]
    assert typeset(("\f" * 100_000, "x")).map.page_count == 1
    assert typeset(("a", "\f" * 100_000 + "x")).map.page_count == 2


def test_readers_take_out_exactly_the_characters() -> None:
    lines = (
        "well-known co\u00adop 123-45-6789",
        "no\u00a0break – em—dash ‑ − “q”",
        "Ünïcödé Ωμέγα Привет ─│☐✓",
    )
    made = typeset(lines)
    mupdf = _texts(made.pdf)[0].splitlines()
    pdfium_doc = pypdfium2.PdfDocument(made.pdf)
    pdfium = pdfium_doc[0].get_textpage().get_text_range().split("\r\n")
    pdfium_doc.close()
    assert mupdf == list(lines)
    assert [line.rstrip() for line in pdfium] == [line.replace("\u00ad", "\u00ad") for line in lines]


def test_line_numbers_are_seen_but_are_no_text(memo: Typeset) -> None:
    with pymupdf.open("pdf", memo.pdf) as doc:
        words = doc[0].get_text("words")
        margin = doc[0].get_pixmap(clip=pymupdf.Rect(20, TOP, LEFT - 4, 740))
    assert min(word[0] for word in words) >= LEFT - 0.5
    assert min(margin.samples) < 200  # something grey is printed there


def test_characters_without_a_glyph_are_boxed_and_told() -> None:
    made = typeset(("a\u05d0b \U0001f600 \x07",))
    (warning,) = (w for w in made.warnings if "boxes" in w)
    assert "U+05D0" in warning and "U+1F600" in warning and "U+0007" in warning
    assert "\u05d0" in _texts(made.pdf)[0]  # seen as a box, and still itself when taken out
    assert any("Right-to-left" in w for w in made.warnings)
    assert typeset(("plain",)).warnings == ()


def test_wide_characters_come_from_the_second_font() -> None:
    made = typeset(("漢字かな한국",))
    assert made.warnings == ()
    assert _texts(made.pdf)[0].replace(" ", "").strip() == "漢字かな한국"
    assert len(made.pdf) < 100_000  # only the glyphs used are embedded


def test_same_lines_same_bytes_in_another_process(seeds: Path, memo: Typeset) -> None:
    code = (
        "import sys,hashlib;from pathlib import Path;from review_app.engine import textfile,typeset;"
        "print(hashlib.sha256(typeset.typeset(textfile.decode(Path(sys.argv[1]).read_bytes()).lines).pdf).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(seeds / MEMO)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.stdout.strip() == hashlib.sha256(memo.pdf).hexdigest()
    assert typeset(("another",)).pdf != memo.pdf


def test_fifty_thousand_lines_take_seconds() -> None:
    lines = [
        f"This is line {i} of a long file, and it is about as long as lines are.\twith a tab" if i % 3 else ""
        for i in range(50_000)
    ]
    start = time.perf_counter()
    made = typeset(lines)
    took = time.perf_counter() - start
    assert made.map.page_count > 500
    assert took < 15  # measured 1.5 s; the limit leaves room for a busy machine


def test_a_line_that_fits_a_third_of_a_page_is_not_broken_over_pages() -> None:
    made = typeset([*["x"] * (ROWS - 2), "long " * 50, "y"])
    assert [made.map.rows[s].line for s in made.map.page_starts] == [1, ROWS - 1]


def test_the_ledger_of_a_huge_line() -> None:
    line = "word " * 3000
    made = typeset((line,))
    assert made.map.page_count > 1
    assert {page for page, _ in made.map.rects(1)} == set(range(1, made.map.page_count + 1))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=200), min_size=1
    )
)
def test_rows_hold_every_character_once(lines: list[str]) -> None:
    made = typeset(lines)
    for number, line in enumerate(lines, 1):
        rows = [row for row in made.map.rows if row.line == number]
        assert "".join(line[row.start : row.end] for row in rows) == line
    for row in made.map.rows:
        part = lines[row.line - 1][row.start : row.end]
        assert made.map.cells(part.rstrip(" \t"))[-1] <= COLUMNS + 8
    with pymupdf.open("pdf", made.pdf) as doc:
        assert doc.page_count == made.map.page_count and not doc.is_repaired
