"""Drawn boxes from plain values: what is one, what only looks like one, and what it hides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from handmade import pdf_pages

from review_app.detection import boxes, scan
from review_app.domain.content import Annotation, Drawing, Form, Glyph, Image, Look, PageContent
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Band, Kind, Provenance

BLACK, GREY, RED, WHITE = (0.0, 0.0, 0.0), (0.6, 0.6, 0.6), (0.9, 0.1, 0.1), (1.0, 1.0, 1.0)
TEXT = "the office sent the papers to                    for a decision on the case"
LINES = [TEXT, "a second line of the same letter that runs on from there to here and on", TEXT]


def page(*rows: str, drawings: Sequence[Drawing] = (), **values: object) -> PageContent:
    """A page of a PDF with drawings; row ``n`` stands at y 10 + 12 n, characters are 6 wide."""
    (made,) = pdf_pages("\n".join(rows or LINES))
    return replace(made, drawings=tuple(drawings), **values)


def bar(
    x0: float, y0: float, x1: float, y1: float, fill: tuple[float, float, float] = BLACK, **values: object
) -> Drawing:
    made = Drawing(Rect(x0, y0, x1, y1), fill, None, 0.0, True, Form.RECTANGLE, 100, look=Look(fill, 1.0))
    return replace(made, **values)


def frame(x0: float, y0: float, x1: float, y1: float) -> Drawing:
    return Drawing(Rect(x0, y0, x1, y1), None, BLACK, 0.8, True, Form.FRAME, 100)


def glyphs(
    text: str, x: float, y: float, order: int, colour: tuple[float, float, float] = BLACK
) -> tuple[Glyph, ...]:
    return tuple(
        Glyph(c, Rect(x + 6 * i, y, x + 6 * i + 6, y + 10), order, colour) for i, c in enumerate(text)
    )


GAP = (190.0, 10.0, 290.0, 20.0)  # the hole in the first line of TEXT


@pytest.mark.parametrize(
    ("drawing", "kind"),
    [
        (bar(*GAP), Kind.BLACK_BOX),
        (bar(*GAP, GREY), Kind.FILLED_BOX),
        (bar(*GAP, RED), Kind.FILLED_BOX),
        (frame(*GAP), Kind.WHITE_BOX),
        (bar(*GAP, form=Form.LINE), Kind.BLACK_BOX),
        (
            Drawing(Rect(*GAP), None, BLACK, 0.0, False, Form.HATCH, 100, look=Look(WHITE, 0.6)),
            Kind.FILLED_BOX,
        ),
    ],
)
def test_every_kind_of_box_in_a_line_is_found_and_says_why(drawing: Drawing, kind: Kind) -> None:
    (span,) = scan.document([page(drawings=[drawing])]).spans
    assert (span.kind, span.rects) == (kind, (Rect(*GAP),))
    assert "it stands in a line of text" in span.reasons


@pytest.mark.parametrize(
    "drawings",
    [
        [bar(190, 17, 290, 18)],  # an underline
        [bar(*GAP, WHITE)],  # white on white
        [bar(*GAP, (1.0, 1.0, 0.4), is_blended=True)],  # a marker pen
        [bar(*GAP, opacity=0.4)],
        [bar(300, 300, 340, 340, RED)],  # a logo
        [frame(300, 300, 309, 309)],  # a check box
        [frame(10, 5, 600, 780)],  # the frame of the page
        [bar(*GAP, look=Look(WHITE, 1.0))],  # painted over
        [bar(300 + 20 * i, 400 - 15 * i, 312 + 20 * i, 420, RED) for i in range(4)],  # a chart
        [
            bar(100 + 60 * i, 300 + 12 * j, 160 + 60 * i, 312 + 12 * j, GREY)
            for i in range(3)
            for j in range(3)
        ],
        [bar(100, 300, 108, 400)],  # a bar beside changed text
        [frame(100 + 60 * i, 300 + 20 * j, 160 + 60 * i, 320 + 20 * j) for i in range(3) for j in range(2)],
        [frame(30 + 80 * i, 9, 70 + 80 * i, 21) for i in range(4)],  # fields alike in a row
    ],
)
def test_what_only_looks_like_a_box_is_none(drawings: list[Drawing]) -> None:
    assert not scan.document([page(drawings=drawings)]).spans


def test_the_field_of_a_form_has_its_label_before_it() -> None:
    row = "Name of the person:                                        (please print) "
    assert not scan.document([page(row, *LINES[1:], drawings=[frame(*GAP)])]).spans
    assert scan.document([page(row.replace(":", " "), *LINES[1:], drawings=[frame(*GAP)])]).spans


def test_a_heading_printed_on_a_band_is_no_box() -> None:
    label = glyphs("QUARTERLY STATUS", 192, 10, order=200, colour=WHITE)
    assert not scan.document([page(drawings=[bar(*GAP)], glyphs=label)]).spans


def test_text_under_a_box_is_counted_and_located_but_never_told() -> None:
    secret = "[name withheld]"
    row = TEXT.replace(" " * 20, f" {secret}    ")
    hidden = glyphs(secret, 192, 10, order=5)
    found = scan.document([page(row, *LINES[1:], drawings=[bar(*GAP)], glyphs=hidden)])
    (recoverable,) = found.recoverable
    assert recoverable.page == 1 and recoverable.characters == len(secret) - 1
    assert not recoverable.rect.intersect(Rect(*GAP)).is_empty
    (span,) = found.spans
    assert span.kind is Kind.BLACK_BOX and "text is still present under it" in span.reasons
    assert "name" not in str(found)


def test_hidden_words_are_not_read_by_the_rules_of_text() -> None:
    """The same words make a note where no bar covers them."""
    note = "[2 lines not declassified]"
    rows = [note, *LINES[1:]]
    assert [s.kind for s in scan.document([page(*rows)]).spans] == [Kind.NOTE]
    covered = page(*rows, drawings=[bar(0, 9, 160, 21)], glyphs=glyphs(note, 0, 10, order=5))
    assert [s.kind for s in scan.document([covered]).spans] == [Kind.BLACK_BOX]


@pytest.mark.parametrize("text", ["          ", "(b)(6)", "xxxxxxxx", "REDACTED"])
def test_blanks_codes_and_labels_under_a_box_are_no_leak(text: str) -> None:
    found = scan.document([page(drawings=[bar(*GAP)], glyphs=glyphs(text, 192, 10, order=5))])
    assert not found.recoverable and len(found.spans) == 1


def test_text_printed_in_the_colour_of_the_box_is_hidden_but_a_date_stamp_is_not() -> None:
    same = scan.document([page(drawings=[bar(*GAP)], glyphs=glyphs("Jane Doe", 192, 10, order=200))])
    assert [r.characters for r in same.recoverable] == [7]
    date = scan.document([page(drawings=[bar(*GAP)], glyphs=glyphs("03/23/2019", 192, 10, order=200))])
    assert not date.recoverable


def test_unpainted_text_over_a_bar_on_a_scan_is_what_was_read_in_the_finished_page() -> None:
    over = tuple(replace(g, is_shown=False) for g in glyphs("Jane Doe", 192, 10, order=200))
    scanned = page(drawings=[bar(*GAP)], glyphs=over, images=(Image(Rect(0, 0, 612, 792), 2550, 3300),))
    assert not scan.document([scanned]).recoverable
    under = tuple(replace(g, order=5) for g in over)
    assert scan.document([replace(scanned, glyphs=under)]).recoverable


def test_words_in_neighbouring_bars_join_and_a_comma_keeps_them_apart() -> None:
    pieces = [bar(190, 10, 220, 20), bar(223, 10, 255, 20), bar(255, 10, 290, 20)]
    (one,) = scan.document([page(drawings=pieces)]).spans
    assert one.rects == (Rect(190, 10, 290, 20),)
    row = TEXT[:36] + "," + TEXT[37:]  # at x 216 to 222
    two = scan.document(
        [page(row, *LINES[1:], drawings=[bar(190, 10, 215, 20), bar(223, 10, 290, 20)])]
    ).spans
    assert len(two) == 2
    apart = scan.document([page(drawings=[bar(190, 10, 220, 20), bar(250, 10, 290, 20)])]).spans
    assert len(apart) == 2


def test_a_bar_that_runs_on_into_the_next_line_is_one_span() -> None:
    rows = ["a line of words that goes to the end of the column there and more", "x", "y"] * 2
    end = 6 * len(rows[0])
    drawings = [bar(250, 10, end, 20), bar(0, 22, 80, 32)]
    (span,) = scan.document([page(*rows, drawings=drawings)]).spans
    assert span.rects == (Rect(250, 10, end, 20), Rect(0, 22, 80, 32))


def test_codes_in_beside_and_in_the_margin() -> None:
    inside = page(drawings=[bar(*GAP)], glyphs=glyphs("(b)(6)", 200, 10, order=200, colour=WHITE))
    (span,) = scan.document([inside]).spans
    assert [(c.code, c.provenance) for c in span.codes] == [("(b)(6)", Provenance.IN_BOX)]
    assert span.band is Band.CERTAIN
    beside = "the office sent the papers to                     B6 for a decision on it"
    (span,) = scan.document([page(beside, *LINES[1:], drawings=[bar(*GAP)])]).spans
    assert [(c.code, c.provenance) for c in span.codes] == [("(b)(6)", Provenance.BESIDE)]
    margin = TEXT + " " * 10 + "B5"
    (span,) = scan.document([page(margin, *LINES[1:], drawings=[bar(*GAP)])]).spans
    assert [(c.code, c.provenance) for c in span.codes] == [("(b)(5)", Provenance.MARGIN)]
    both = [bar(190, 10, 230, 20), bar(250, 10, 290, 20)]
    spans = scan.document([page(margin, *LINES[1:], drawings=both)]).spans
    assert [c.provenance for s in spans for c in s.codes] == [Provenance.MARGIN_SHARED] * 2


def test_a_mark_for_redaction_that_nobody_applied() -> None:
    mark = Annotation("Redact", (Rect(0, 10, 60, 20),), "", "", "", "")
    text = glyphs("the office", 0, 10, order=3)
    found = scan.document([page(annotations=(mark,), glyphs=text)])
    (span,) = found.spans
    assert (span.kind, span.band) == (Kind.UNAPPLIED, Band.CERTAIN)
    assert [r.characters for r in found.recoverable] == [9]
    own = replace(mark, is_own=True)
    assert not scan.document([page(annotations=(own,), glyphs=text)]).spans


def test_a_margin_code_gives_way_to_the_box_of_its_line() -> None:
    stamp = "RELEASE IN PART B6"
    row = TEXT + " " * 10 + "B6"
    blank = scan.document([page(stamp, row, *LINES)]).spans
    assert [s.detector for s in blank] == ["layout_gap"]
    (span,) = scan.document([page(stamp, row, *LINES, drawings=[bar(190, 22, 290, 32)])]).spans
    assert span.kind is Kind.BLACK_BOX and [c.code for c in span.codes] == ["(b)(6)"]
    assert "the document is marked as released in part" in span.reasons


def test_a_box_in_a_document_released_in_full_needs_text_under_it() -> None:
    stamp = "RELEASE IN FULL"
    y = (190.0, 22.0, 290.0, 32.0)
    assert not scan.document([page(stamp, *LINES, drawings=[bar(*y)])]).spans
    hidden = glyphs("Jane Doe", 192, 22, order=5)
    found = scan.document([page(stamp, *LINES, drawings=[bar(*y)], glyphs=hidden)])
    assert len(found.spans) == len(found.recoverable) == 1
    assert "released_in_full but withheld text was found" in found.warnings


def test_a_shape_in_the_same_place_of_every_page_belongs_to_the_form() -> None:
    shape = [bar(150, 300, 350, 312, GREY)]
    pages = [replace(page(drawings=shape), number=n) for n in range(1, 5)]
    assert not scan.document(pages).spans
    assert len(scan.document(pages[:1]).spans) == 1


def test_a_picture_is_a_box_only_when_its_own_pixels_are_one_tone() -> None:
    picture = Image(Rect(*GAP), 100, 10, order=100, tone=Look(BLACK, 1.0), look=Look(BLACK, 1.0))
    (span,) = scan.document([page(images=(picture,))]).spans
    assert span.kind is Kind.BLACK_BOX
    signature = replace(picture, tone=Look(WHITE, 0.9), look=Look(WHITE, 0.9))
    assert not scan.document([page(images=(signature,), glyphs=glyphs("Jane Doe", 192, 10, order=5))]).spans


def test_boxes_are_found_on_a_page_without_any_text() -> None:
    (made,) = pdf_pages("x")
    bare = replace(made, lines=(), drawings=(bar(100, 100, 300, 112),))
    assert [s.kind for s in scan.document([bare]).spans] == [Kind.BLACK_BOX]


def test_the_cost_of_boxes_over_one_another_does_not_grow_with_their_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = ["minister report embassy agreement secretary"] * 40
    found = page(*rows)
    letters = [
        Glyph(c, Rect(w.rect.x0 + 6 * i, w.rect.y0, w.rect.x0 + 6 * i + 6, w.rect.y1), 0, (0.0, 0.0, 0.0))
        for line in found.lines for w in line.words for i, c in enumerate(w.text)
    ]
    judged = []
    real = boxes.covered.of_area
    monkeypatch.setattr(
        boxes.covered, "of_area", lambda *given, **more: judged.append(1) or real(*given, **more)
    )
    shades = [
        bar(60 + n % 7, 60, 320 - n % 6, 500, fill=(0.3 + 0.0003 * n, 0.1 * (n % 9), 0.9 - 0.0004 * n))
        for n in range(1_000)
    ]
    places = boxes.find([replace(found, drawings=tuple(shades), glyphs=tuple(letters))])
    assert [len(box.hidden) for box in places.boxes] == [1]
    assert len(judged) < 300, "what lies in a box that hides text is not read again"
