"""Release phrases: traps 8, 9, 10, 33, 41, 42, 47 of the domain reference."""

from __future__ import annotations

import pytest
from handmade import pdf_pages, text_pages

from review_app.detection import scan
from review_app.domain.vocabulary import Disposition

PART, FULL = Disposition.RELEASED_IN_PART, Disposition.RELEASED_IN_FULL


def disposition(text: str) -> Disposition:
    found = [r.value for r in scan.document(text_pages(text)).record if r.field == "disposition"]
    assert len(found) <= 1
    return Disposition(found[0]) if found else Disposition.UNKNOWN


def exemptions(text: str) -> list[str]:
    return [r.value for r in scan.document(text_pages(text)).record if r.field == "exemptions"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("RELEASED IN PART\n\nbody", PART),
        ("RELEASE IN FULL", FULL),
        ("   RELEASE IN PART B6", PART),
        ("Date: 05/13/2015        RELEASE IN\nPART B6", PART),
        ("RELEASE IN\nDate: 05/13/2015       PART B6", PART),
        ("RELEASE IN\n\nFULL", FULL),
        ("Doc No. C05739607      RELEASE IN\nDate: 05/13/2015\n                  FULL", FULL),
        ("        RELEASE\nDate: 05/13/2015\n      IN FULL", FULL),
        ("RELEASE\nIN FULL", FULL),
        ("DENIED IN FULL", Disposition.WITHHELD_IN_FULL),
        ("RELEASED IN PART PUBLIC - RELEASED WITH DELETIONS", PART),
        ("Released in Part", PART),
        # misread by the scan
        ("RELEASE 1N PART", PART),
        ("RELEASE IN PAR", PART),
        ("RELEASE IN PULL", FULL),
        ("RELFASE IN PART", PART),
        ("RELEASE IN P|ART", PART),
    ],
)
def test_stamps(text: str, wanted: Disposition) -> None:
    assert disposition(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "the report will be released in part next week",
        "The agency said it would be RELEASED IN PART next week, not before.",
        "STATE\nRELEASE   March 30.\nFOR IMMEDIATE RELEASE",
        "PRESS RELEASE IN PARIS",
        "RELEASE IN PARIS",
        "RELEASE IN MAY",
        "( ) RELEASE IN PART   ( ) DENIED IN FULL",
        "[ ] RELEASED IN FULL",
        "NO CHANGE IN CLASS. [] DECLASSIFIED CLASS. CHANGED TO: TS S C",
        "8:25am DEPART Private Residence",
    ],
)
def test_what_is_no_stamp(text: str) -> None:
    assert disposition(text) == Disposition.UNKNOWN


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("RELEASE IN PART\nB1,1.4(B),1.4(D)", ["(b)(1), 1.4(b), 1.4(d)"]),
        ("RELEASE IN PART |\nBS", ["(b)(5)"]),
        ("RELEASE IN PART\nBG", ["(b)(6)"]),
        ("RELEASE IN PART B6", ["(b)(6)"]),
        ("RELEASE IN PART\n\n    B5, B6\n\nFrom: someone", ["(b)(5), (b)(6)"]),
        (
            "Reason: 1.4(D) - Declassify on: RELEASE IN PART\n 09/05/2024 1.4(H),B1,B5",
            ["1.4(h), (b)(1), (b)(5)"],
        ),
        ("RELEASE IN PART\nB1,B7(D),B7(E),1.4(D),B7(A)", ["(b)(1), (b)(7)(D), (b)(7)(E), 1.4(d), (b)(7)(A)"]),
        ("RELEASE IN PART\n\nThe text begins here.", []),
        ("RELEASE IN FULL\nB6", []),
    ],
)
def test_codes_of_the_release_line(text: str, wanted: list[str]) -> None:
    assert exemptions(text) == wanted


def test_mended_codes_are_trusted_less() -> None:
    def sure(text: str) -> float:
        return next(r.confidence for r in scan.document(text_pages(text)).record if r.field == "exemptions")

    assert sure("RELEASE IN PART\nBS") < sure("RELEASE IN PART\nB5")


def test_the_code_of_a_passage_is_not_the_release_lines() -> None:
    found = scan.document(text_pages("RELEASE IN PART B5\n\n\nTo: a person            B6"))
    assert [r.value for r in found.record if r.field == "exemptions"] == ["(b)(5)"]
    assert [[c.code for c in s.codes] for s in found.spans] == [["(b)(6)"]]


def test_a_pdf_has_gaps_between_words_instead_of_blanks() -> None:
    found = scan.document(pdf_pages("Date: 05/13/2015                    RELEASE IN PART\nbody of the page"))
    assert [r.value for r in found.record if r.field == "disposition"] == ["released_in_part"]
    prose = scan.document(pdf_pages("HE WOULD RELEASE IN PART THE FUNDS HELD BY THE BANK"))
    assert prose.record == ()


def test_pages_keep_their_own_disposition() -> None:
    found = scan.document(text_pages("RELEASED IN FULL\fRELEASED IN PART\fno stamp"))
    assert found.dispositions == {1: FULL, 2: PART}
    assert [r.value for r in found.record if r.field == "disposition"] == ["released_in_part"]


def test_some_pages_withheld_and_others_released_is_in_part() -> None:
    found = scan.document(text_pages("DENIED IN FULL\fRELEASED IN FULL"))
    assert [r.value for r in found.record if r.field == "disposition"] == ["released_in_part"]
