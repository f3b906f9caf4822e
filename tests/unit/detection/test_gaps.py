"""Blanks in running text on hand-made pages: told with support, never where the layout wants them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from handmade import CHAR, ROW, pdf_pages

from review_app.detection import scan
from review_app.domain.content import Drawing, Form, Image, PageContent
from review_app.domain.findings import SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Band, Kind, Provenance

PROSE = [
    "The office looked at the papers that came in during the spring and sent",
    "all of them to the registry, where two of the staff kept a list of what",
    "was asked for and when the answer went out. The list was closed in June",
    "and nobody has added to it since then, although several letters came in",
    "that belong to the same matter and should have been put on it at once.",
]
HOLE = "and nobody has added to it                         several letters came"
STAMP = "RELEASED IN PART"


def page(rows: Sequence[str], *, stamp: str = "", left: int = 12, down: int = 6) -> PageContent:
    """Rows of a typewritten page, set in from the left edge, below an empty head."""
    text = [stamp, *[""] * down, *(" " * left + row if row else "" for row in rows)]
    return pdf_pages("\n".join(text))[0]


def told(*pages: PageContent) -> list[SpanFinding]:
    """The blanks that are told."""
    return [span for span in scan.document(list(pages)).spans if span.detector == "layout_gap"]


def with_row(number: int, row: str) -> list[str]:
    """The prose with one of its lines changed."""
    return [*PROSE[:number], row, *PROSE[number + 1 :]]


def test_a_hole_in_a_sentence_is_told_with_its_place_and_why() -> None:
    (span,) = told(page(with_row(3, HOLE)))
    assert span.kind is Kind.BLANK
    assert span.band is Band.POSSIBLE
    assert "the sentence goes on behind it" in span.reasons
    (rect,) = span.rects
    row = 10 + ROW * 10
    assert rect.x0 == pytest.approx((12 + 26) * CHAR, abs=2 * CHAR)
    assert rect.x1 == pytest.approx((12 + 51) * CHAR, abs=2 * CHAR)
    assert (rect.y0, rect.y1) == (row, row + 10)


def test_a_stamp_makes_it_likely_and_a_release_in_full_silences_it() -> None:
    (span,) = told(page(with_row(3, HOLE), stamp=STAMP))
    assert span.band is Band.LIKELY
    assert "the document is marked as released in part" in span.reasons
    assert told(page(with_row(3, HOLE), stamp="RELEASED IN FULL")) == []


@pytest.mark.parametrize(
    ("row", "where", "band"),
    [
        (
            "and nobody has added to it        (b)(6)           several letters came",
            Provenance.IN_BOX,
            Band.CERTAIN,
        ),
        (HOLE + "       (b)(6)", Provenance.MARGIN, Band.LIKELY),
    ],
)
def test_a_code_in_the_hole_or_in_the_margin_is_its_code(row: str, where: Provenance, band: Band) -> None:
    (span,) = told(page(with_row(3, row), stamp=STAMP))
    assert [code.code for code in span.codes] == ["(b)(6)"]
    assert span.codes[0].provenance is where
    assert span.band is band


def test_a_code_cited_in_a_sentence_is_no_hole() -> None:
    row = "and the ground is (b)(6) of the act, although several letters came in"
    assert told(page(with_row(3, row), stamp=STAMP)) == []


def test_a_line_that_stops_early_in_its_sentence() -> None:
    (span,) = told(page(with_row(3, "and nobody has added to")))
    assert span.rects[0].x0 > (12 + 23) * CHAR
    assert "the sentence is torn" in span.reasons


def test_a_line_that_begins_late_in_its_sentence() -> None:
    (span,) = told(page(with_row(3, " " * 25 + "it since then, although several letters came in")))
    assert span.rects[0].x1 < (12 + 25) * CHAR


def test_half_a_line_and_the_half_below_are_one_span() -> None:
    rows = [*PROSE[:2], "was asked for and when", " " * 30 + "the list was closed early in June", *PROSE[3:]]
    (span,) = told(page(rows))
    assert len(span.rects) == 2


def test_lines_missing_in_a_sentence_are_one_span_over_the_column() -> None:
    rows = [
        *PROSE[:3],
        "and nobody has",
        "",
        "",
        "",
        " " * 20 + "came in that belong to the same matter and",
        *PROSE[4:],
    ]
    (span,) = told(page(rows))
    assert len(span.rects) == 3
    assert span.extent is not None and span.extent.lines == 4.0


def test_a_blank_paragraph_needs_a_stamp_or_a_code() -> None:
    rows = [*PROSE, "", "", "", "", "", "", *PROSE]
    assert told(page(rows)) == []
    (span,) = told(page(rows, stamp=STAMP))
    assert span.band is Band.POSSIBLE
    coded = [*PROSE, "", "", "", " " * 80 + "(b)(1)", "", "", *PROSE]
    (span,) = told(page(coded, left=8))
    assert [code.code for code in span.codes] == ["(b)(1)"]


def test_an_item_of_a_list_that_lost_its_words() -> None:
    rows = [
        "1.  Two of the staff kept a list of what was asked for.",
        "2.",
        "3.  The list was closed in June and sent on.",
        *PROSE,
    ]
    (span,) = told(page([*PROSE, *rows], stamp=STAMP))
    assert span.reasons[0] == "an item of a list without its words"


@pytest.mark.parametrize(("indent", "told_of"), [(4, 0), (0, 1)])
def test_an_item_that_has_parts_of_its_own_lost_nothing(indent: int, told_of: int) -> None:
    inner = " " * indent
    rows = [
        "1.  Two of the staff kept a list of what was asked for.",
        "2.",
        f"{inner}a.  The list was closed in June and sent on to them.",
        f"{inner}b.  The papers came in during the spring of that year.",
        "3.  The list was closed in June and sent on.",
        *PROSE,
    ]
    assert len(told(page([*PROSE, *rows], stamp=STAMP))) == told_of


def test_white_paint_over_a_hole_speaks_for_it_and_a_line_under_it_against_it() -> None:
    quiet = HOLE.replace("several letters", "Several letters")
    made = page(with_row(3, quiet))
    assert [s.confidence for s in told(made) if s.confidence >= 0.55] == []
    y = 10 + ROW * 10
    place = Rect((12 + 27) * CHAR, y, (12 + 50) * CHAR, y + 10)
    white = Drawing(place, (1.0, 1.0, 1.0), None, 0.0, True, Form.RECTANGLE, 1)
    (span,) = told(replace(made, drawings=(white,)))
    assert "a white area was painted there" in span.reasons
    line = Drawing(Rect(place.x0, y + 10, place.x1, y + 10.6), (0.0, 0.0, 0.0), None, 0.0, True, Form.RULE, 1)
    assert told(replace(page(with_row(3, HOLE)), drawings=(line,))) == []


@pytest.mark.parametrize(
    "rows",
    [
        [
            *PROSE,
            "Item            Year        Amount",
            "paper for       1981        42,117",
            "ink and other   1982        41,200",
            "more of         1983        40,008",
            *PROSE,
        ],
        [
            "To:             the registry",
            "From:           the office",
            "Subject:        papers and letters",
            "",
            *PROSE,
        ],
        [
            *PROSE,
            "",
            "Name: ____________    Date: ___________",
            "signed          ______________________",
            "",
            *PROSE,
        ],
        [
            "a first chapter of this ........................ 4",
            "what the others said ........................... 9",
            *PROSE,
        ],
        [*PROSE, "", " " * 40 + "Sincerely,", "", "", "", " " * 40 + "J. Alder", " " * 40 + "Registrar"],
        ["Registry of the Office                                          page 7", "", *PROSE],
        [
            *PROSE[:4],
            "    as it was put by one of them in a letter to",
            "    the others, who did not all agree with it,",
            *PROSE[1:],
        ],
        [*PROSE, "", " " * 24 + "PAPERS AND LETTERS", "", "", *PROSE],
        [
            "Q.  And was the list closed?",
            "A.  It was.",
            "Q.  By whom was it closed, and was the registry told of it at the time?",
            "A.  Not then.",
        ],
    ],
    ids=[
        "table",
        "memo heads",
        "form",
        "contents",
        "signature",
        "running head",
        "quotation",
        "title",
        "dialogue",
    ],
)
def test_what_is_blank_by_layout_is_not_told(rows: list[str]) -> None:
    assert told(page(rows)) == []
    assert told(page(rows, stamp=STAMP)) == []


def test_two_columns_are_two_texts() -> None:
    left = [row[:30].ljust(40) for row in PROSE * 2]
    right = [
        "a text of its own that has no",
        "part in the other one beside it",
        "and goes on down to the foot of",
        "this page without a single hole",
    ] * 3
    assert told(page([a + b for a, b in zip(left, right, strict=False)], stamp=STAMP, left=2)) == []


def test_a_scan_is_believed_only_beside_a_code() -> None:
    scanned = (Image(Rect(0, 0, 612, 792), 1700, 2200),)
    assert told(replace(page(with_row(3, HOLE), stamp=STAMP), images=scanned)) == []
    coded = page(with_row(3, HOLE + "       B6"), stamp=STAMP)
    (span,) = told(replace(coded, images=scanned))
    assert [code.code for code in span.codes] == ["(b)(6)"]
    assert not any(s.detector == "margin_code" for s in scan.document([replace(coded, images=scanned)]).spans)


def test_a_box_in_the_hole_is_told_once() -> None:
    made = page(with_row(3, HOLE), stamp=STAMP)
    y = 10 + ROW * 10
    box = Drawing(
        Rect((12 + 27) * CHAR, y, (12 + 50) * CHAR, y + 10),
        (0.0, 0.0, 0.0),
        None,
        0.0,
        True,
        Form.RECTANGLE,
        1,
    )
    spans = scan.document([replace(made, drawings=(box,))]).spans
    assert [span.kind for span in spans] == [Kind.BLACK_BOX]


def test_heads_that_run_over_pages_are_no_text_that_breaks_off() -> None:
    pages = [page(["a report of the whole year and all its", *PROSE[1:]], down=2) for _ in range(3)]
    pages = [
        replace(p, number=n, lines=tuple(replace(line, page=n) for line in p.lines))
        for n, p in enumerate(pages, 1)
    ]
    assert told(*pages) == []


def test_a_page_full_of_gaps_takes_bounded_time() -> None:
    rows = ["   ".join(["word", "and", "more"] * 9)[: 80 + n % 7] for n in range(140)]
    begin = time.process_time()
    told(page(rows, stamp=STAMP))
    assert time.process_time() - begin < 5.0


def test_double_spacing_beside_single_spaced_text_is_no_gap() -> None:
    spaced = [line for row in PROSE for line in (row, "")]
    assert told(page([*PROSE, *PROSE, "", *spaced])) == []
