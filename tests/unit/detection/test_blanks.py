"""Blanked blocks in text: domain reference rule 4, 5.3 and traps 31, 33."""

from __future__ import annotations

import pytest
from handmade import text_pages

from review_app.detection import blanks, scan
from review_app.domain.findings import SpanFinding
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Origin

VOID = "0\t\t\t\t\n\u012a\t\t\t\t\n\t:\t\t\t\n\u03b9\t\t\t \t"
BODY = "- The first item of the list is complete.\n\n{}\n\n- The second item of the list is complete."


def spans(text: str, stamp: str = "RELEASED IN PART") -> tuple[SpanFinding, ...]:
    return scan.document(text_pages(f"{stamp}\n\n{text}")).spans


def test_a_blanked_block() -> None:
    found = spans(BODY.format(VOID))
    assert len(found) == 1
    span = found[0]
    assert (span.kind, span.origin, span.exemption_status) == (
        Kind.BLANK,
        Origin.AGENCY,
        ExemptionStatus.NOT_STATED,
    )
    assert span.lines == (5, 8) and len(span.rects) == 4 and span.band is Band.LIKELY
    assert span.extent is not None and span.extent.lines == 4.0 and not span.extent.stated
    assert any("tabs" in reason for reason in span.reasons)
    assert any("released in part" in reason for reason in span.reasons)


def test_without_the_stamp_a_gap_alone_is_no_redaction() -> None:
    assert spans(BODY.format(VOID), stamp="") == ()


def test_under_released_in_full_nothing() -> None:
    assert spans(BODY.format(VOID), stamp="RELEASED IN FULL") == ()


def test_broken_text_alone_makes_it_possible() -> None:
    text = f"{VOID}\n\n- -- However, they felt that more was needed."
    found = spans(text, stamp="")
    assert len(found) == 1 and found[0].band is Band.POSSIBLE


def test_an_orphan_sub_item_below_speaks_for_the_block() -> None:
    with_orphan = spans(
        "The talks went on.\n\n_\t\t\t\n\t\t\t\n\nUNCLASSIFIED\n\n- -- However, they felt otherwise."
    )
    without = spans("The talks went on.\n\n_\t\t\t\n\t\t\t\n\nUNCLASSIFIED\n\n- They felt otherwise.")
    assert len(with_orphan) == len(without) == 1
    assert with_orphan[0].confidence > without[0].confidence
    assert any("sub-item" in reason for reason in with_orphan[0].reasons)
    assert not any("sub-item" in reason for reason in without[0].reasons)


def test_a_sub_item_with_its_item_is_no_orphan() -> None:
    text = f"{VOID}\n\n- An item.\n- -- However, its sub-item."
    assert not any("sub-item" in r for s in spans(text) for r in s.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "one paragraph.\n\n\n\n\n\n\nanother paragraph.",  # ordinary blank lines
        "Name\tAge\tPost\n\t\t\nA. Person\t44\tClerk",  # an empty row of a table
        "Name | Age | Post\n | | | \nA. Person | 44 | Clerk",
        "\t\t\t\n\t\t\t\nName\tAge\tPost",  # above a table
        "________\t\t________\n________\t\t________",  # signature lines
        "Name:\t______\tDate:\t______",
        "Introduction\t........\t3\nSummary\t........\t5",
        "\tAn indented paragraph.\n\tAnother one.",
        "text.\n\t\nmore text.",  # a tab left on a blank line
        "a\tb\nc\td",
        "   \n     \n   ",
    ],
)
def test_what_is_no_blanked_block(text: str) -> None:
    assert spans(text) == ()


def test_one_void_line_needs_a_stray_sign() -> None:
    assert len(spans(BODY.format("0\t\t\t\t"))) == 1
    assert spans(BODY.format("0\t\t\t\t"))[0].band is not Band.CERTAIN
    assert spans(BODY.format("\t\t")) == ()


def test_two_blocks_with_text_between_are_two_spans() -> None:
    found = spans(BODY.format(VOID) + "\n\n" + VOID + "\n\nThe end of it.")
    assert len(found) == 2


def test_a_single_blank_line_does_not_split_a_block() -> None:
    found = spans(BODY.format(VOID.replace("\n\t:", "\n\n\t:")))
    assert len(found) == 1 and found[0].lines == (5, 9)


def test_windows_line_ends() -> None:
    found = scan.document(
        text_pages(f"RELEASED IN PART\r\n\r\n{BODY.format(VOID)}".replace("\r", "").replace("\n", "\r\n"))
    )
    assert [s.lines for s in found.spans] == [(5, 8)]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("0\t\t\t\t", True),
        ("\t:\t\t", True),
        ("\t\t\t", True),
        ("| | | |", True),
        ("abc\t\t\t", False),
        ("plain text", False),
        ("", False),
        ("    ", False),
        ("___\t\t___", False),
        ("a\tb", False),
    ],
)
def test_void_lines(line: str, wanted: bool) -> None:
    assert blanks.is_void(line) is wanted


def test_the_memos(seeds, shared) -> None:  # type: ignore[no-untyped-def]
    own = scan.document(text_pages(next(seeds.glob("*memo*")).read_text(encoding="utf-8")))
    assert [s.lines for s in own.spans] == [(79, 82), (87, 88)]
    theirs = scan.document(text_pages(next((shared / "seeds").glob("000*")).read_text(encoding="utf-8")))
    assert [s.lines for s in theirs.spans] == [(81, 84), (89, 90)]
    for found in (own, theirs):
        assert all(s.kind is Kind.BLANK and s.origin is Origin.AGENCY and s.codes == () for s in found.spans)
        assert all(s.exemption_status is ExemptionStatus.NOT_STATED for s in found.spans)
        assert found.warnings == ()


def test_the_own_memo_without_the_corpus(seeds) -> None:  # type: ignore[no-untyped-def]
    found = scan.document(text_pages(next(seeds.glob("*memo*")).read_text(encoding="utf-8")))
    assert [s.lines for s in found.spans] == [(79, 82), (87, 88)]
