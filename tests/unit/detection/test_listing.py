"""Brackets in programs and markup: possible at most, unless they say what only a reviewing agency says."""

from __future__ import annotations

import pytest
from handmade import text_pages

from review_app.detection import scan
from review_app.domain.vocabulary import Band

PROGRAM = """import os
# [deleted] marks rows that are gone
def purge(rows):
    for row in rows:
        if row.state == "[deleted]":
            yield row
    return [r for r in rows if not r.deleted]
"""
HEADER = """#include <stdio.h>
/* [redacted] entries */
int main(void) {
  puts("[redacted]");
  return 0;
}
"""
MARKUP = "<html>\n<body>\n<p class=\"x\">Sent by [deleted] at noon</p>\n<div>\n</div>\n</body>\n</html>\n"
LETTER = """From: A. Sample
To: B. Sample
Subject: the accord; a draft

The meeting with [redacted] took place on Monday; the minister
agreed with the draft for the following reasons:
costs (in part), time (in part), and the season;
it goes on with [deleted] next week.
return to: the registry
"""


@pytest.mark.parametrize(("text", "count"), [(PROGRAM, 2), (HEADER, 2), (MARKUP, 1)])
def test_a_bracket_in_a_program_is_possible_at_most_and_says_why(text: str, count: int) -> None:
    spans = scan.document(text_pages(text)).spans
    assert [span.band for span in spans] == [Band.POSSIBLE] * count
    assert all("program" in " ".join(span.reasons) for span in spans)


def test_a_letter_with_semicolons_and_colons_is_none() -> None:
    assert [span.band for span in scan.document(text_pages(LETTER)).spans] == [Band.CERTAIN] * 2


def test_a_note_that_declares_is_believed_in_a_program_too() -> None:
    text = PROGRAM + "# [2 lines not declassified]\n# [(b)(6)]\n"
    bands = {span.raw: span.band for span in scan.document(text_pages(text)).spans}
    assert bands["[2 lines not declassified]"] is bands["[(b)(6)]"] is Band.CERTAIN


def test_only_the_page_that_is_a_program_counts() -> None:
    spans = scan.document(text_pages(LETTER + "\f" + PROGRAM)).spans
    assert {(span.page, span.band) for span in spans} == {(1, Band.CERTAIN), (2, Band.POSSIBLE)}
