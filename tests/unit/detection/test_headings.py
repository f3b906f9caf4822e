"""Memo and cable headings: traps 7, 16, 17, 18, 37, 39, 43 of the domain reference."""

from __future__ import annotations

import pytest
from handmade import pdf_pages, text_pages

from review_app.detection import scan
from review_app.domain.findings import RecordReading

MEMO = """01530

1992/04/29

UNCLASSIFIED 9213910

RELEASED IN PART

United States Department of State

Washington, D. C. 20520

APR 29 1992

BRIEFING MEMORANDUM

S/S

TO:

P - Mr. Example

FROM:

EAP - Richard H. Example

SUBJECT: Preparing the talks on customs

Friday, May 8

Attachments:

Tab 1 - Talking Points

Tab 2 - First List

I. MAIN POINTS
"""


def read(text: str) -> dict[str, list[RecordReading]]:
    found: dict[str, list[RecordReading]] = {}
    for reading in scan.document(text_pages(text)).record:
        found.setdefault(str(reading.field), []).append(reading)
    return found


def values(text: str) -> dict[str, list[str]]:
    return {name: [r.value for r in readings] for name, readings in read(text).items()}


def test_a_memo_heading() -> None:
    assert values(MEMO) == {
        "control_number": ["01530"],
        "doc_date": ["1992-04-29"],
        "marking_at_release": ["UNCLASSIFIED"],
        "log_number": ["9213910"],
        "disposition": ["released_in_part"],
        "originating_agency": ["United States Department of State"],
        "doc_type": ["BRIEFING MEMORANDUM"],
        "to": ["P - Mr. Example"],
        "from": ["EAP - Richard H. Example"],
        "subject": ["Preparing the talks on customs"],
        "attachments": ["Tab 1 - Talking Points", "Tab 2 - First List"],
    }


def test_with_windows_line_ends() -> None:
    assert values(MEMO.replace("\n", "\r\n")) == values(MEMO)


def test_without_blank_lines() -> None:
    packed = "\n".join(line for line in MEMO.split("\n") if line)
    assert values(packed)["subject"] == ["Preparing the talks on customs"]
    assert values(packed)["attachments"] == ["Tab 1 - Talking Points", "Tab 2 - First List"]


def test_from_a_pdf() -> None:
    found = {str(r.field): r.value for r in scan.document(pdf_pages(MEMO)).record}
    assert found["subject"] == "Preparing the talks on customs"
    assert found["log_number"] == "9213910"


def test_two_dates_that_agree_are_trusted_more() -> None:
    both = read(MEMO)["doc_date"][0].confidence
    one = read(MEMO.replace("APR 29 1992", ""))["doc_date"][0].confidence
    assert both > one


def test_two_dates_that_disagree_are_no_date() -> None:
    assert "doc_date" not in values(MEMO.replace("APR 29 1992", "MAY 13 1992"))


def test_the_stamps_date_is_not_the_documents() -> None:
    text = MEMO.replace("1992/04/29\n", "").replace("APR 29 1992", "")
    text += "\nReview Authority: ROBERT WILLER Date: 06/17/96 Case ID: 90019152\n"
    assert "doc_date" not in values(text)
    assert values(text)["review_date"] == ["1996-06-17"]


def test_initials_beside_the_name_are_kept_in_raw_only() -> None:
    found = read(MEMO.replace("Richard H. Example", "Richard H. Example, Mary Jak HS"))["from"][0]
    assert found.value == "EAP - Richard H. Example"
    assert found.raw == "EAP - Richard H. Example, Mary Jak HS"


@pytest.mark.parametrize(
    "sender",
    ["EAP - Richard Example, Acting Director EA", "Richard Example, Office of EAP", "S/P - A. Example"],
)
def test_titles_and_offices_are_part_of_the_sender(sender: str) -> None:
    assert values(MEMO.replace("EAP - Richard H. Example", sender))["from"] == [sender]


def test_a_subject_over_two_lines() -> None:
    long = (
        "SUBJECT: Preparing the talks on customs and on the exchange of the\nfindings of our officers\n\n"
        + "A line of the body text that is as wide as the others are here.\n" * 8
    )
    found = values(MEMO.replace("SUBJECT: Preparing the talks on customs", long))
    assert found["subject"] == [
        "Preparing the talks on customs and on the exchange of the findings of our officers"
    ]


def test_attachments_on_one_line() -> None:
    found = values(
        MEMO.replace(
            "Attachments:\n\nTab 1 - Talking Points\n\nTab 2 - First List",
            "Attachments: Tab 1 - Talking Points; Tab 2 - First List",
        )
    )
    assert found["attachments"] == ["Tab 1 - Talking Points", "Tab 2 - First List"]


@pytest.mark.parametrize(
    "line", ["9213910", "01530", "UNCLASSIFIED 9213910", "Friday, May 8", "1992/04/29 was a Wednesday."]
)
def test_numbers_alone_without_a_release_stamp_are_nothing(line: str) -> None:
    assert scan.document(text_pages(f"{line}\n\nAn ordinary text.")).record == ()


def test_identifiers_keep_their_zeros() -> None:
    assert values(MEMO.replace("01530", "00042"))["control_number"] == ["00042"]


def test_a_misread_log_number_is_mended_and_trusted_less() -> None:
    found = read(MEMO.replace("UNCLASSIFIED 9213910", "UNCLASSIFIED 92I3910"))["log_number"][0]
    assert found.value == "9213910" and found.confidence < read(MEMO)["log_number"][0].confidence


def test_an_old_marking_is_not_the_marking_at_release() -> None:
    assert "marking_at_release" not in values(MEMO.replace("UNCLASSIFIED", "CONFIDENTIAL"))
    assert "original_classification" not in values(MEMO.replace("UNCLASSIFIED", "CONFIDENTIAL"))


def test_a_private_authors_label_is_no_classification() -> None:
    text = "RELEASE IN PART\n\n        CONFIDENTIAL\n\nFor: H\nFrom: S\n\nSome text."
    assert values(text) == {"disposition": ["released_in_part"]}


def test_bureau_symbols_are_no_codes() -> None:
    text = MEMO + "\nDrafted: EAP/CM\nCleared: L, EAP, NEA, EUR/SCE, S/S, B\n"
    found = scan.document(text_pages(text))
    assert all(not s.codes for s in found.spans) and not [r for r in found.record if r.field == "exemptions"]


def test_an_article_has_no_heading() -> None:
    text = (
        "A SENIOR official said on Nov. 9 that talks may follow.\n\nFROM: the capital comes word of more.\n\n"
        "Nov. 20, 1993\n"
    )
    assert scan.document(text_pages(text)).record == ()


CABLE = """LIMITED OFFICIAL USE

PAGE 01  LA PAZ 00179  101614Z

ACTION ARA-20
                       ---------------------     064630
R 101327Z JAN 74
FM AMEMBASSY LA PAZ
TO SECSTATE WASHDC 1897

C O N F I D E N T I A L LA PAZ 0179

E.O. 12065: GDS 11/17/85 (EXAMPLE, A.) OR-M
TAGS: OREP PFOR BL
SUBJ: CONVERSATION WITH THE FOREIGN
      MINISTER
REF: LA PAZ 0100

1. (C) DURING A CALL THE MINISTER ASKED FOR TALKS.
DECL: OADR
"""


def test_a_cable() -> None:
    assert values(CABLE) == {
        "doc_date": ["1974-01-10"],
        "from": ["AMEMBASSY LA PAZ"],
        "to": ["SECSTATE WASHDC 1897"],
        "subject": ["CONVERSATION WITH THE FOREIGN MINISTER"],
        "original_classification": ["CONFIDENTIAL"],
        "doc_no": ["LA PAZ 0179"],
    }


def test_a_spaced_banner() -> None:
    found = values(
        CABLE.replace("C O N F I D E N T I A L LA PAZ 0179", "C O N F I D E N T I A L STATE 299669")
    )
    assert found["original_classification"] == ["CONFIDENTIAL"] and found["doc_no"] == ["STATE 299669"]


def test_declassification_instructions_tags_and_portion_marks_give_no_span() -> None:
    found = scan.document(text_pages(CABLE + "\nRELEASE IN PART\n"))
    assert found.spans == () and not [r for r in found.record if r.field == "exemptions"]
