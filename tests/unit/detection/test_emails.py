"""Headings of released e-mails. Trap 25 of the domain reference."""

from __future__ import annotations

import pytest
from handmade import text_pages

from review_app.detection import scan

MAIL = """UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. C05767886 Date: 08/31/2015
                                                       RELEASE IN PART
                                                       B6


From:                  Example, Ann B <ExampleAB@state.gov>
Sent:                  Wednesday, March 3, 2010 1:08 PM
To:                    H
Subject:               Re: Call with the Minister

Text of the message.

From: Other, Person
Sent: Tuesday, March 2, 2010 8:00 AM
To: Example, Ann B
Subject: Call with the Minister
"""


def values(text: str) -> dict[str, str]:
    found = scan.document(text_pages(text)).record
    return {str(r.field): r.value for r in found if r.field in ("from", "to", "subject", "doc_date")}


def test_the_newest_message_only() -> None:
    assert values(MAIL) == {
        "from": "Example, Ann B <ExampleAB@state.gov>",
        "doc_date": "2010-03-03",
        "to": "H",
        "subject": "Re: Call with the Minister",
    }


def test_an_address_cut_off_by_the_review_keeps_the_name() -> None:
    text = MAIL.replace("<ExampleAB@state.gov>", "<                      B6")
    assert values(text)["from"] == "Example, Ann B"
    assert [[c.code for c in s.codes] for s in scan.document(text_pages(text)).spans] == [["(b)(6)"]]


def test_a_name_that_was_withheld_is_no_value() -> None:
    assert "to" not in values(MAIL.replace("To:                    H", "To:                    B6"))


def test_an_empty_line_is_no_value() -> None:
    found = values(MAIL.replace("To:                    H", "To:"))
    assert "to" not in found and found["subject"] == "Re: Call with the Minister"


def test_without_a_release_stamp_nothing_is_read() -> None:
    assert values(MAIL[MAIL.index("From:") :]) == {}


@pytest.mark.parametrize(
    "text", ["From here to there.\nTo be or not.\n", "From the capital\nSent off\nTo the sea\n"]
)
def test_prose_is_no_heading(text: str) -> None:
    assert values("RELEASE IN FULL\n\n" + text) == {}
