"""Blanks in the middle of a sentence of a text file that was released in part."""

from __future__ import annotations

import pytest
from handmade import pdf_pages, text_pages

from review_app.detection import scan
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind

IN_PART = "RELEASE IN PART\nB6\n\n"
HOLE = "Please try to move the                   meeting to the next week if you can"
OTHER = "and let the office know as soon as a new day is found for all who come"


def holes(text: str) -> list[tuple[int, int] | None]:
    return [s.lines for s in scan.document(text_pages(text)).spans if s.detector == "text_hole"]


def test_a_hole_in_a_sentence_is_a_blank_between_its_words() -> None:
    (page,) = pages = text_pages(IN_PART + f"{OTHER}\n{HOLE}\n{OTHER}")
    (span,) = scan.document(pages).spans
    line = page.lines[4]
    assert (span.kind, span.band) == (Kind.BLANK, Band.LIKELY)
    assert span.exemption_status is ExemptionStatus.NOT_STATED
    assert span.lines == (5, 5) and "middle of a sentence" in span.reasons[0]
    (rect,) = span.rects
    assert rect.x0 == line.words[4].rect.x1 and rect.x1 == line.words[5].rect.x0
    assert rect.width == pytest.approx(19 * 6.0)


def test_two_holes_of_a_line_are_two() -> None:
    text = "we now have a plan for          in the north and for the            of the south coast"
    assert holes(IN_PART + f"{OTHER}\n{text}") == [(5, 5), (5, 5)]


@pytest.mark.parametrize(
    "text",
    [
        f"{OTHER}\n{HOLE}\n{OTHER}",
        f"RELEASED IN FULL\n\n{OTHER}\n{HOLE}\n{OTHER}",
        IN_PART + "one small boat          twelve days\ntwo big boats           fourteen days\n" + OTHER,
        IN_PART + f"{OTHER}\nname          of the office that asked\n{OTHER}",
        IN_PART + f"{OTHER}\nthe meeting is over.            we go on\n{OTHER}",
        IN_PART + f"{OTHER}\nthe delegation of the     minister came late\n{OTHER}",
    ],
    ids=["no stamp", "in full", "table", "label", "a sentence ended", "too narrow"],
)
def test_what_is_no_hole(text: str) -> None:
    assert holes(text) == []


def test_a_page_of_a_pdf_is_judged_by_its_layout_instead() -> None:
    found = scan.document(pdf_pages(IN_PART + f"{OTHER}\n{HOLE}\n{OTHER}"))
    assert "text_hole" not in {span.detector for span in found.spans}


def test_a_line_that_another_finding_tells_is_not_told_twice() -> None:
    text = HOLE.ljust(110) + "B6"
    found = scan.document(text_pages(IN_PART + f"{OTHER}\n{text}\n{OTHER}"))
    assert [span.detector for span in found.spans] == ["margin_code"]
