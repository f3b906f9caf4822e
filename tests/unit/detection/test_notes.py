"""Bracketed notes: domain reference 5.4, 5.5, traps 29, 30, 32, 33, 36."""

from __future__ import annotations

import pytest
from handmade import pdf_pages, text_pages

from review_app.detection import notes, scan
from review_app.domain.findings import Extent, SpanFinding
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind


def spans(text: str) -> tuple[SpanFinding, ...]:
    return scan.document(text_pages(text)).spans


def note(text: str) -> SpanFinding:
    found = spans(text)
    assert len(found) == 1 and found[0].kind is Kind.NOTE
    return found[0]


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("[less than 1 line of source text not declassified]", Extent(1.0, True, 1.0, "line", "less_than")),
        ("[less than 1 1ine not declassified]", Extent(1.0, True, 1.0, "line", "less_than")),
        ("[less then 1 line not declassified]", Extent(1.0, True, 1.0, "line", "less_than")),
        ("[less than one line of source text not declassified]", Extent(1.0, True, 1.0, "line", "less_than")),
        ("[2 lines not declassified]", Extent(2.0, True, 2.0, "line")),
        ("[1-1/2 lines of source text not declassified]", Extent(1.5, True, 1.5, "line")),
        ("[11/2 lines of source text not declassified]", Extent(1.5, True, 1.5, "line")),
        ("[1½ lines not declassified]", Extent(1.5, True, 1.5, "line")),
        ("[3sentences not declassified]", Extent(None, True, 3.0, "sentence")),
        ("[1 paragraph (5 lines of source text) not declassified]", Extent(5.0, True, 1.0, "paragraph")),
        ("[3 paragraphs (19 lines) not declassified]", Extent(19.0, True, 3.0, "paragraph")),
        ("[2 document numbers not declassified]", Extent(None, True, 2.0, "document number")),
        ("[name not declassified]", Extent(None, True, None, "name")),
        ("[document number not declassified]", Extent(None, True, None, "document number")),
        ("[Table (3 columns, 3 rows) not declassified]", Extent(None, True, None, "table")),
        ("[2 pages of source text not declassified]", Extent(None, True, 2.0, "page")),
        # a number the scan garbled is not guessed
        ("[22/2 lines of source text not declassified]", Extent(None, True, None, "line")),
        ("[1? lines not declassified]", None),
    ],
)
def test_stated_extents(text: str, extent: Extent | None) -> None:
    found = note(f"He said that {text} would follow.")
    if extent is not None:
        assert found.extent == extent
    else:
        assert found.extent is None or found.extent.number is None
    assert found.raw == text


def test_a_note_over_a_line_break_is_one_span_with_both_lines() -> None:
    found = note("talks about [less than 1 line of source text\nnot declassified] and more")
    assert found.lines == (1, 2)
    assert len(found.rects) == 2
    assert found.raw == "[less than 1 line of source text not declassified]"
    assert found.band is Band.CERTAIN and found.exemption_status is ExemptionStatus.NOT_STATED


def test_blank_lines_may_stand_in_a_broken_note() -> None:
    found = note("talks about [2 lines of\n\n        source text not declassified]. More")
    assert found.lines == (1, 3)
    assert len(found.rects) == 2


def test_a_note_over_a_page_break_is_one_span() -> None:
    found = note("talks about [2 lines of\fsource text not declassified]. More")
    assert found.page == 1 and any("next" in r or "end of the page" in r for r in found.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "[2 lines of source text notdeclassified]",
        "[2 lines of source text not dec1assified]",
        "[2 lines of source text not declassificd]",
        "[2 lines of source text not declassifed]",
        "[less than l line not declasslfied]",
        "{2 lines of source text not declassified]",
        "(2 lines of source text not declassified]",
    ],
)
def test_slips_of_the_scan(text: str) -> None:
    found = note(f"He said that {text} would follow.")
    assert found.confidence >= 0.7


def test_a_slip_is_trusted_less_than_a_clean_note() -> None:
    clean = note("see [2 lines not declassified] there").confidence
    assert note("see (2 lines not declassified] there").confidence < clean


def test_a_source_note_without_brackets() -> None:
    found = note("Source: Archives, Box 3. Secret. 2 pages not declassified.")
    assert found.raw == "2 pages not declassified" and found.band is not Band.CERTAIN


@pytest.mark.parametrize(
    "text",
    [
        "[redacted]",
        "[REDACTED]",
        "[deleted]",
        "[excised]",
        "[withheld]",
        "[name withheld]",
        "[name deleted]",
        "[4 lines deleted]",
        "[text redacted]",
        "[2 paragraphs withheld]",
        "[names and addresses redacted]",
        "[withheld under (b)(1)]",
    ],
)
def test_other_notes(text: str) -> None:
    assert note(f"He met {text} in the city.").raw == text


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[B6]", ["(b)(6)"]),
        ("[(b)(6)]", ["(b)(6)"]),
        ("[B1, 1.4(D)]", ["(b)(1)", "1.4(d)"]),
        ("[25X1]", ["25X1"]),
    ],
)
def test_codes_in_brackets(text: str, codes: list[str]) -> None:
    found = note(f"He met {text} in the city.")
    assert [c.code for c in found.codes] == codes
    assert found.exemption_status is ExemptionStatus.STATED


@pytest.mark.parametrize(
    "text",
    [
        "[Omitted here is discussion of unrelated matters.]",
        "[Omitted here are 3 paragraphs not declassified at the time.]",
        "[Here follows a table.]",
        "[sic]",
        "[illegible]",
        "[...]",
        "[ ]",
        "[___]",
        "[End Summary]",
        "[Footnote 3]",
        "[initiative]",
        "[in?]",
        "[and?]",
        "[garble]",
        "[words unintelligible]",
        "[1]",
        "[12]",
        "[1992]",
        "[expletive deleted]",
        "[b1]",
        "[Smith 1992, p. 4]",
        "[x]",
        "[not declared]",
        "[declassified]",
        "[text omitted]",
        "[OCR error]",
        "[mailto:someone@example.org]",
        "[This page intentionally left blank]",
    ],
)
def test_what_says_nothing_of_a_withholding(text: str) -> None:
    assert spans(f"He met {text} in the city.") == ()


@pytest.mark.parametrize(
    "text",
    [
        "The paper was not declassified until 1997.",
        "This page intentionally left blank",
        "Name: ______ Date: ______",
        "Introduction ................ 3",
        "________________________\nSignature",
        "The two documents not declassified by the agency were sent back.",
    ],
)
def test_prose_and_forms(text: str) -> None:
    assert spans(text) == ()


def test_the_second_half_of_a_note_alone_is_not_counted() -> None:
    assert spans("                source text not declassified] and more") == ()
    assert spans("    1 line of source text not declassified] and more") == ()


def test_a_lost_opening_bracket() -> None:
    found = note("He had the aid of 2 lines not declassified] and left.")
    assert found.raw == "2 lines not declassified]" and found.band is not Band.CERTAIN


def test_released_in_full_silences_what_an_author_may_have_printed() -> None:
    assert spans("RELEASED IN FULL\n\nHe met [redacted] in the city.") == ()
    found = scan.document(text_pages("RELEASED IN FULL\n\nHe met [name not declassified] in the city."))
    assert len(found.spans) == 1
    assert found.warnings == ("released_in_full but withheld text was found",)


def test_the_rectangle_is_that_of_the_note() -> None:
    text = "He met [name not declassified] in the city."
    found = note(text)
    assert found.rects[0].x0 == text.index("[") * 6.0
    assert found.rects[0].x1 == (text.index("]") + 1) * 6.0


def test_in_a_pdf() -> None:
    found = scan.document(pdf_pages("He met [name not\ndeclassified] in the city.")).spans
    assert len(found) == 1 and found[0].lines is None and len(found[0].rects) == 2


def test_nested_brackets_give_the_inner_note() -> None:
    assert note("[Attachment: [name not declassified] of 3 May]").raw == "[name not declassified]"


def test_extent_of_a_note_without_one() -> None:
    assert notes.extent_of("not declassified") is None


def test_notes_do_not_overlap() -> None:
    found = spans(
        "[2 lines not declassified][1 paragraph (3 lines) not declassified] [name not declassified]"
    )
    assert [s.raw for s in found] == [
        "[2 lines not declassified]",
        "[1 paragraph (3 lines) not declassified]",
        "[name not declassified]",
    ]
    assert [s.id for s in found] == ["s1", "s2", "s3"]
