"""Offsets and places, and anchors in noisy text."""

from __future__ import annotations

import pytest
from handmade import pdf_pages, text_pages
from hypothesis import given
from hypothesis import strategies as st

from review_app.detection.anchors import Anchor, Finder, skeleton
from review_app.detection.flow import Collapsed, Flow, fold


@given(st.text(max_size=200))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(skeleton(text)) == len(text)


@given(st.lists(st.text(alphabet="ab \t\u00a0.", max_size=12), min_size=1, max_size=8))
def test_collapsed_offsets_lead_back_to_the_same_characters(lines: list[str]) -> None:
    flow = Flow(text_pages("\n".join(lines)))
    view = Collapsed(flow)
    for position, char in enumerate(view.text):
        if char != " ":
            assert flow.text[view.offset(position)] == char


def test_the_raw_text_is_not_folded() -> None:
    flow = Flow(text_pages("a \u201cquoted\u201d word"))
    assert flow.text == 'a "quoted" word'
    assert flow.raw(2, 10) == "\u201cquoted\u201d"


def test_a_place_over_two_pages_stays_on_the_first_and_says_so() -> None:
    flow = Flow(text_pages("one two\fthree"))
    place = flow.place(4, len("one two\nthr"))
    assert (place.page, place.lines, place.more_pages) == (1, (1, 1), True)
    assert len(place.rects) == 1


def test_gaps() -> None:
    text = Flow(text_pages("one two   three\tfour"))
    assert [text.gap_before(0, text.text.index(w)) for w in ("one", "two", "three", "four")] == [
        True,
        False,
        True,
        True,
    ]
    pdf = Flow(pdf_pages("one two      three"))
    assert pdf.text == "one two three"
    assert [pdf.gap_before(0, pdf.text.index(w)) for w in ("one", "two", "three")] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Review Authority: X", True),
        ("REVIEW AUTHORITY X", True),
        ("Rev1ew Authority", True),
        ("Reviw Authority", True),
        ("Review Authorlty", True),
        ("ReviewAuthority", True),
        ("Review of the Authority", False),
        ("the authority", False),
        ("", False),
    ],
)
def test_anchors(text: str, found: bool) -> None:
    finder = Finder((Anchor("authority", "Review Authority", 78.0),))
    assert bool(finder.find(text).get("")) is found


def test_an_exact_anchor_is_preferred_to_a_longer_likely_one() -> None:
    finder = Finder((Anchor("a", "RELEASE IN PART", 80.0), Anchor("b", "RELEASABLE IN PART", 80.0)))
    marks = finder.find("RELEASE IN PART")[""]
    assert [(m.name, m.score) for m in marks] == [("a", 1.0)]


def test_owners_do_not_hide_each_others_marks() -> None:
    finder = Finder((Anchor("a", "Case No", 80.0, "one"), Anchor("b", "Case Number", 80.0, "two")))
    found = finder.find("Case Number 4")
    assert found["two"][0].text == "Case Number"
    assert set(found) <= {"one", "two"}
