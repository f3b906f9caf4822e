"""The line above the page: what the stamps say, each value leading to its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from review_app.domain.vocabulary import Field, FieldStatus
from review_app.ui.panels.banner import Banner, chosen

ROOT = Path(__file__).resolve().parents[3]
WAIT = 30_000


@pytest.fixture
def banner(qtbot):
    made = Banner()
    qtbot.addWidget(made)
    made.resize(900, 30)
    return made


def test_the_line_says_marking_disposition_authority_date_and_case_in_that_order(banner, record_row):
    banner.show_record([
        record_row(1), record_row(2, Field.REVIEW_DATE, "1996-06-17"),
        record_row(3, Field.REVIEW_AUTHORITY, "R. EXAMPLE"), record_row(4, Field.SUBJECT, "Trade"),
        record_row(5, Field.DISPOSITION, "released_in_part"),
        record_row(6, Field.MARKING_AT_RELEASE, "UNCLASSIFIED"),
    ])
    assert banner.texts == ["UNCLASSIFIED ?", "in part ?", "R. EXAMPLE ?", "1996-06-17 ?", "90019152 ?"]
    assert not banner.isHidden()


def test_what_a_person_said_counts_more_than_the_machine_and_what_was_rejected_not_at_all(record_row):
    sure, corrected = record_row(1, value="1"), replace(record_row(2, value="2"), confidence=0.2)
    assert chosen([sure, replace(corrected, status=FieldStatus.CORRECTED)])[0].value == "2"
    assert chosen([replace(sure, confidence=0.1), corrected])[0].value == "2"
    assert chosen([replace(sure, status=FieldStatus.REJECTED)]) == []


def test_a_confirmed_value_carries_no_question_mark(banner, record_row):
    banner.show_record([replace(record_row(1), status=FieldStatus.CONFIRMED)])
    assert banner.texts == ["90019152"]


def test_a_release_date_stands_in_for_a_missing_review_date(record_row):
    released = record_row(1, Field.RELEASE_DATE, "1996-07-01")
    assert chosen([released]) == [released]
    reviewed = record_row(2, Field.REVIEW_DATE, "1996-06-17")
    assert chosen([released, reviewed]) == [reviewed]


def test_nothing_to_say_is_no_line(banner, record_row):
    banner.show_record([record_row(1)])
    banner.show_record([])
    assert banner.isHidden() and banner.texts == []


def test_a_narrow_line_keeps_the_first_values_whole(banner, record_row):
    rows = [record_row(n, field, "a value of some length") for n, field in enumerate(
        (Field.MARKING_AT_RELEASE, Field.REVIEW_AUTHORITY, Field.CASE_ID), start=1)]
    banner.show_record(rows)
    assert len(banner.texts) == 3
    banner.resize(banner.tab_stops[0].sizeHint().width() + 60, 30)
    banner._fit()
    assert len(banner.texts) == 1


def test_a_click_goes_to_the_stamp(desk, open_window, qtbot):
    desk.intake.add(ROOT / "seeds" / "1992-briefing-memo.txt")
    window = open_window(desk)
    banner = window.parts.banner
    qtbot.waitUntil(lambda: len(banner.texts) >= 3, timeout=WAIT)
    row = next(r for r in window.current.record if r.field is Field.CASE_ID)
    button = next(b for b in banner.tab_stops if row.value in b.text())
    with qtbot.waitSignal(window.current.place_wanted) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == [row.page, row.rect]
    qtbot.waitUntil(lambda: row.page in window.page.visible_pages, timeout=WAIT)
