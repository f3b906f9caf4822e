"""Portion marks tell the original classification; list items, copyright and donors' signs do not."""

from __future__ import annotations

import pytest
from handmade import text_pages

from review_app.detection import portions, scan
from review_app.detection.flow import Flow

STAMP = "UNCLASSIFIED\nRELEASED IN PART\n\n"


def read(text: str) -> list[str]:
    return [r.value for r in portions.read(Flow(text_pages(text)))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1. (C) The minister agreed.\n\n2. (S) A second source said so.", ["SECRET"]),
        ("SUBJECT: (C) TALKS ON FISHING\n\nBody.", ["CONFIDENTIAL"]),
        ("1. (C - ENTIRE TEXT)\n2. The minister agreed.", ["CONFIDENTIAL"]),
        ("1. C - ENTIRE TEXT.\n2. The minister agreed.", ["CONFIDENTIAL"]),
        ("(TS//SI//NF) The intercept shows this.\n(U) The press said that.", ["TOP SECRET"]),
        ("(S/NF) The report.", ["SECRET"]),
        ("(U) The press said that.\n(U) More of it.", []),
        ("(C) ALLIANCE OF PARTIES", []),
        ("(A) First\n(B) Second\n(C) Third\n(C) Again", []),
        ("(c) 1994 The Publisher\n(c) another", []),
        ("The form (C) is used here.\nThe form (S) there.", []),
        ("(C)\n(S)", []),
    ],
)
def test_reading(text: str, wanted: list[str]) -> None:
    assert read(text) == wanted


def test_both_facts_are_kept_in_a_released_document() -> None:
    found = {r.field: r.value for r in scan.document(text_pages(
        STAMP + "1. (C) The minister agreed to this.\n2. (S) The other did not."
    )).record}
    assert found["marking_at_release"] == "UNCLASSIFIED"
    assert found["original_classification"] == "SECRET"


def test_without_a_stamp_nothing_is_said() -> None:
    assert scan.document(text_pages("(S) One thing.\n(C) Another thing.")).record == ()


def test_all_unclassified() -> None:
    assert portions.all_unclassified(Flow(text_pages("(U) One thing.\n(U) Another thing.")))
    assert not portions.all_unclassified(Flow(text_pages("(U) One thing.\n(C) Another thing.")))
    assert not portions.all_unclassified(Flow(text_pages("One thing.")))
