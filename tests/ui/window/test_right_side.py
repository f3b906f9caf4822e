"""Chips above the spans, codes on keys, statutes of (b)(3), notes for many, the record's form."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import DATE_FIELDS, FieldStatus, Kind
from review_app.ui import codes_kept
from review_app.ui.models.span_filter import NO_CODE, SpanFilter

WAIT = 30_000
Left = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def start_codes(qapp):
    codes_kept.set_favourites(())
    yield
    codes_kept.set_favourites(())


@pytest.fixture
def memo(desk, seeds):
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


@pytest.fixture
def window(qtbot, desk, memo, open_window):
    desk.marking.draw(memo, 1, [Rect(100, 60, 300, 80)], codes=["b6"])
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


def codes(desk, memo):
    return {s.id: [c.code for c in s.codes] for s in desk.spans(memo)}


def test_a_filter_lets_through_what_passes_all_chips(span):
    rows = [span(1, codes=["(b)(1)"]), span(2), span(3, kind=Kind.NOTE, author="ana")]
    def passed(**values):
        test = SpanFilter(**values).test()
        return [r.id for r in rows if test is None or test(r)]
    assert passed() == ["s1", "s2", "s3"] and SpanFilter().test() is None
    assert passed(codes=frozenset({"(b)(1)"})) == ["s1"]
    assert passed(codes=frozenset({NO_CODE}), page=2) == ["s2"]
    assert passed(kinds=frozenset({Kind.NOTE}), mine="ana") == ["s3"]
    assert passed(kinds=frozenset({Kind.NOTE}), mine="ben") == []
    rows = [span(1, note="a"), span(2, internal_note="b"), span(3), span(4, note="a", internal_note="b")]
    assert passed(notes=frozenset({"internal"})) == ["s2", "s4"]
    assert passed(notes=frozenset({"internal", "public"})) == ["s1", "s2", "s4"]


def test_chips_narrow_the_table_and_one_key_opens_it_again(window, desk, memo, qtbot):
    every = len(desk.spans(memo))
    window.page.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.page, Qt.Key.Key_U, both)
    model = window.spans.model
    assert [model.row_at(n).author for n in range(model.rowCount())] == [desk.actor]
    QTest.keyClick(window.page, Qt.Key.Key_U, Qt.KeyboardModifier.ShiftModifier)
    assert window.spans.model.rowCount() == every
    chips = window.spans.chips
    chips._fill_kinds()
    next(a for a in chips.kind.menu().actions() if a.data() == "blank").trigger()
    assert chips.kind.text() == "Kind 1" and 0 < window.spans.model.rowCount() < every
    chips._fill_codes()
    assert {a.data() for a in chips.code.menu().actions()} == {"", "(b)(6)"}


def test_a_figure_cites_the_code_on_its_key_for_all_and_takes_it_away_again(window, desk, memo):
    window.action_table["edit.select_all"].trigger()
    window.page.setFocus()
    head = desk.history.head().seq
    QTest.keyClick(window.page, Qt.Key.Key_1)
    assert desk.history.head().seq == head + 1
    assert all("(b)(1)" in c for c in codes(desk, memo).values())
    assert ["(b)(6)", "(b)(1)"] in codes(desk, memo).values(), "the code that was there stays"
    assert codes_kept.last_used()[0] == "(b)(1)"
    QTest.keyClick(window.page, Qt.Key.Key_1)
    assert not any("(b)(1)" in c for c in codes(desk, memo).values())


def test_b3_asks_for_its_statute_which_takes_its_place(window, desk, memo):
    chosen = window.current.spans[0].id
    window.current.select([chosen])
    assert window.inspector.chips.statute.isHidden()
    window.page.setFocus()
    QTest.keyClick(window.page, Qt.Key.Key_2)
    statute = window.inspector.chips.statute
    assert not statute.isHidden()
    at = statute.findData("(b)(3) INA")
    statute.setCurrentIndex(at)
    statute.activated.emit(at)
    assert codes(desk, memo)[chosen][-1] == "(b)(3) INA" and "(b)(3)" not in codes(desk, memo)[chosen]
    assert statute.isHidden()


def test_the_statute_is_named_by_keys_and_the_page_has_the_keyboard_again(window, desk, memo, qtbot):
    chosen = window.current.spans[0].id
    window.current.select([chosen])
    action = window.action_table["mark.statute"]
    assert not action.isEnabled(), "no (b)(3) is cited"
    window.page.setFocus()
    QTest.keyClick(window.page, Qt.Key.Key_2)
    assert action.isEnabled()
    statute = window.inspector.chips.statute
    QTest.keyClick(window.page, Qt.Key.Key_E, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(statute.view().isVisible)
    QTest.keyClick(statute.view(), Qt.Key.Key_Escape)
    assert "(b)(3)" in codes(desk, memo)[chosen], "looking at the list cites nothing"
    QTest.keyClick(statute, Qt.Key.Key_Escape)
    assert window.page.hasFocus()
    QTest.keyClick(window.page, Qt.Key.Key_E, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(statute.view().isVisible)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(statute.view(), key)
    assert codes(desk, memo)[chosen][-1] == statute.itemData(2) and not action.isEnabled()
    assert window.page.hasFocus()


def test_a_code_that_no_list_knows_is_cited_and_said(window, desk, memo):
    chosen = window.current.spans[0].id
    window.current.select([chosen])
    line = window.inspector.codes
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "b7c, (b)(7")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert codes(desk, memo)[chosen] == ["(b)(7)(C)", "(b)(7"]
    said = window.message_bar.text
    assert "(b)(7" in said and "Ctrl+Z" in said and "(b)(7)(C)" not in said
    assert codes_kept.last_used()[:2] == ("(b)(7)(C)", "(b)(7"), "as they are stored"


def test_other_codes_can_be_put_on_the_keys(window):
    window.commands.marks._set_favourites("s.40(2), nr")
    assert codes_kept.favourites()[0] == "s.40(2)"
    assert "s.40(2)" in window.action_table["mark.code_1"].text(), "the menu says which code a key cites"
    assert window.action_table["mark.code_3"].text() == "Favourite code"
    assert window.inspector.chips._chips[0].text().startswith("1 s.40(2)")


def test_one_note_for_many_is_one_entry(window, desk, memo):
    window.action_table["edit.select_all"].trigger()
    window.inspector.note.setFocus()
    QTest.keyClicks(window.inspector.note, "checked against the index")
    head = desk.history.head().seq
    QTest.keyClick(window.inspector.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert {s.note for s in desk.spans(memo)} == {"checked against the index"}
    assert desk.history.head().seq == head + 1


def test_the_picture_of_a_span_comes_and_goes(window, desk, memo, qtbot):
    window.current.select([window.current.spans[0].id])
    picture = window.inspector.picture
    qtbot.waitUntil(lambda: not picture.isHidden() and not picture.pixmap().isNull(), timeout=WAIT)
    assert picture.pixmap().width() > 40
    window.current.select(())
    assert picture.isHidden()


def test_a_field_is_corrected_in_its_form_and_a_wrong_date_refused(window, desk, memo):
    window.right.setCurrentWidget(window.record)
    row = next(r for r in desk.record(memo) if r.field in DATE_FIELDS)
    window.record.select([row.id])
    form = window.record.form
    assert not form.isHidden() and form.value.text() == row.value
    form.value.setFocus()
    form.value.setText("17 June")
    QTest.keyClick(form.value, Qt.Key.Key_Return)
    assert "That is not a date" in window.message_bar.text
    form.value.setText("1996-06-18")
    QTest.keyClick(form.value, Qt.Key.Key_Return)
    stored = next(r for r in desk.record(memo) if r.id == row.id)
    assert stored.value == "1996-06-18" and stored.status is FieldStatus.CORRECTED and stored.raw == row.raw


def test_the_record_says_what_does_not_fit_together(window, desk, memo):
    agency = [s.id for s in desk.spans(memo) if s.origin == "agency"]
    desk.marking.cite(agency, ["(b)(1)"])
    assert any("(b)(1)" in t for t in desk.warnings(memo))
    assert "without the category" in window.record._warnings.text()


def test_an_internal_note_is_written_by_keys_and_found_by_its_chip(window, desk, memo, qtbot):
    first = window.current.spans[0].id
    window.current.select([first])
    window.page.setFocus()
    QTest.keyClick(window.page, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    edit = window.inspector.internal.edit
    assert window.focusWidget() is edit
    low = edit.height()
    QTest.keyClicks(edit, "ask the embassy")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    QTest.keyClicks(edit, "first")
    assert edit.height() > low, "it grows with its lines"
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert {s.id: (s.note, s.internal_note) for s in desk.spans(memo)}[first] == (
        "", "ask the embassy\nfirst")
    window.current.select([s.id for s in window.current.spans])
    assert "different notes" in edit.placeholderText()
    chip = window.spans.chips.note
    chip.menu().aboutToShow.emit()
    assert [a.text().rpartition("(")[2] for a in chip.menu().actions()] == ["0)", "1)"]
    chip.menu().actions()[1].trigger()
    model = window.spans.model
    assert [model.row_at(n).id for n in range(model.rowCount())] == [first]
    assert chip.text() == "Notes 1"
    window.spans.chips.clear()
    assert model.rowCount() == len(desk.spans(memo)) and chip.text() == "Notes"
