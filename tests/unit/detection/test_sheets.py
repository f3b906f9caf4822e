"""Pages withheld whole, and sheets that stand for pages: what they state, and what only looks like one."""

from __future__ import annotations

import pytest
from handmade import pdf_pages, text_pages

from review_app.detection import scan
from review_app.domain.findings import SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Band, Disposition, ExemptionStatus, Kind

PROSE = "\n".join(
    ["The office looked at the papers that came in during the spring and sent them on to the others."] * 8
)
WHOLE = (Rect(0.0, 0.0, 612.0, 792.0),)


def found(*pages: str) -> scan.Findings:
    return scan.document(pdf_pages(*pages))


def sheets(*pages: str) -> list[SpanFinding]:
    return [span for span in found(*pages).spans if span.kind is Kind.PAGE]


@pytest.mark.parametrize(
    ("text", "number", "codes"),
    [
        ("PAGE DENIED", None, []),
        ("Page Denied\n\nApproved For Release 2005/08/02 : CIA-RDP85-00988R000200240009-6", None, []),
        ("Next 3 Page(s) In Document Exempt", 3, []),
        ("This page is withheld in full under\n(b)(1), (b)(3)", None, ["(b)(1)", "(b)(3)"]),
        ("12 pages withheld entirely", 12, []),
        ("Pages 3 through 7 withheld\n(b)(5)", 5, ["(b)(5)"]),
        ("Pages 2, 4 and 6-9 have been withheld in full", 6, []),
        ("Four pages are withheld in their entirety\nB1\nB5", 4, ["(b)(1)", "(b)(5)"]),
        ("WITHHELD IN FULL\n(b)(1)\n1.4(d)", None, ["(b)(1)", "1.4(d)"]),
        (
            "Total Deleted Page(s) = 12\nPage 5 ~ b6; b7C;\nPage 6 ~ b7E;",
            12,
            ["(b)(6)", "(b)(7)(C)", "(b)(7)(E)"],
        ),
        ("Deleted pages\nPage 5 ~ b6;\nPage 6 ~ b6;\nPage 9 ~ b5;", 3, ["(b)(6)", "(b)(5)"]),
        ("XXXXXXXX\n3 DELETED PAGE(S)\nNO DUPLICATION FEE\nFOR THIS PAGE\nXXXXXXXX", 3, []),
    ],
)
def test_a_page_that_says_only_that_pages_were_withheld(
    text: str, number: int | None, codes: list[str]
) -> None:
    (span,) = found(text).spans
    assert (span.kind, span.rects) == (Kind.PAGE, WHOLE)
    assert span.extent is not None and span.extent.stated and span.extent.unit == "page"
    assert span.extent.number == number
    assert sorted(c.code for c in span.codes) == sorted(codes)
    assert found(text).dispositions == {1: Disposition.WITHHELD_IN_FULL}


FORM = (
    "FOIPA DELETED PAGE INFORMATION SHEET\n"
    "28 Page(s) withheld entirely at this location in the file.\n"
    "Deletions were made pursuant to the exemptions indicated below\n"
    "{0} (b)(1) {1} (b)(7)(A) {1} (d)(5)\n{1} (b)(2) {1} (b)(7)(B) {1} (j)(2)\n"
    "{0} (b)(3) {1} (b)(7)(C) {1} (k)(1)\n"
    "For your information:\nThe following number is to be used for reference regarding these pages:\n"
    "XXXXXXXXXXXX\nXXXXX DELETED PAGE(S) X\nNO DUPLICATION FEE X\nFOR THIS PAGE X\n"
)


def test_a_form_stands_for_the_pages_it_states_and_only_its_ticks_are_codes() -> None:
    (span,) = found(FORM.format("[X]", "[ ]")).spans
    assert span.extent is not None and span.extent.number == 28
    assert sorted(c.code for c in span.codes) == ["(b)(1)", "(b)(3)"]
    (unread,) = found(FORM.format("D", "O")).spans
    assert unread.codes == ()
    assert unread.exemption_status is ExemptionStatus.ILLEGIBLE


def test_a_card_for_a_document_that_was_withdrawn() -> None:
    text = (
        "WITHDRAWAL SHEET\nDocument type   Subject   Pages   Date   Restriction\n"
        "memo   a letter to the registry   4 p.   5/12/71   B1\ncable   the answer   2 p.   5/14/71   B1\n"
    )
    result = found(text, PROSE)
    (span,) = result.spans
    assert result.dispositions == {1: Disposition.WITHDRAWN}
    assert span.extent is not None and span.extent.number == 6
    (card,) = found("REFERENCE COPY - DOCUMENT WITHDRAWN").spans
    assert card.kind is Kind.PAGE


def test_a_page_out_of_scope_is_withheld_by_no_exemption_and_a_duplicate_not_at_all() -> None:
    result = found("NOT RESPONSIVE", "DUPLICATE OF PAGE 3", PROSE)
    (span,) = result.spans
    assert [c.code for c in span.codes] == ["NR"]
    assert result.dispositions == {1: Disposition.NOT_RESPONSIVE, 2: Disposition.DUPLICATE}


def test_a_line_between_text_stands_for_the_pages_at_its_place() -> None:
    (span,) = sheets(PROSE + "\n\nPages 12-14 withheld in full\n\n" + PROSE)
    assert span.rects != WHOLE and span.extent is not None and span.extent.number == 3
    assert span.band is Band.CERTAIN


@pytest.mark.parametrize(
    "text",
    [
        "This page intentionally left blank",
        "PAGE INTENTIONALLY LEFT BLANK\n\nUNCLASSIFIED",
        "UNCLASSIFIED",
        PROSE + "\nOf these papers 12 pages were withheld in full and the rest was sent to you at once.",
        "Dear Miss Birch:\n\n14 pages are withheld in full\n\nSincerely,",
        "Fyi the page was deleted from the site again, see below.",
        "I hear that 2 pages are withheld in full. Call me.",
        "The documents were removed to the new rooms",
        "Access restricted to staff of the registry, who hold the keys",
        "RELEASED IN FULL\n\n3 pages withheld in full",
        "EXPLANATION OF EXEMPTIONS\n(b)(1) matters kept secret\n(b)(2) rules\n(b)(5) letters between offices",
    ],
)
def test_what_is_no_sheet(text: str) -> None:
    assert sheets(text, PROSE) == []


def test_a_sheet_in_a_text_file_keeps_its_lines() -> None:
    (span,) = scan.document(text_pages("a heading\n\n28 Page(s) withheld entirely at this location\n")).spans
    assert (span.kind, span.lines) == (Kind.PAGE, (3, 3))
