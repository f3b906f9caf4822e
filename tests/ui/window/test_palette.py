"""Actions by name: a few letters find each, Return runs it, and what is off says why."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from review_app.domain.people import Role
from review_app.ui import why_not
from review_app.ui.actions import TABLE, ActionSpec, plain_text
from review_app.ui.matching import match
from review_app.ui.models.rows import ACCESSIBLE
from review_app.ui.state import State


@pytest.mark.parametrize(("typed", "name", "places"), [
    ("", "Undo", ()),
    ("und", "Undo", (0, 1, 2)),
    ("PAGE", "Go to page", (6, 7, 8, 9)),
    ("gtp", "Go to page", (0, 3, 6)),
    ("gopa", "Go to page", (0, 1, 6, 7)),
    ("page go", "Go to page", (0, 1, 6, 7, 8, 9)),
    ("ocum", "Next document", (6, 7, 8, 9)),
    ("straße", "Straße", (0, 1, 2, 3, 4, 5)),
])
def test_letters_find_a_name(typed, name, places):
    found = match(typed, name)
    assert found is not None and found.places == places


@pytest.mark.parametrize(("typed", "name"), [
    ("xyz", "Undo"), ("und page", "Undo"), ("oop", "Go to page"), ("pgt", "Go to page"),
])
def test_other_letters_do_not(typed, name):
    assert match(typed, name) is None


def test_a_start_of_a_word_counts_more_than_its_middle():
    assert match("re", "Redo").score > match("re", "Fires").score > match("rp", "Remove page").score
    assert match("page", "Next page").score > match("page", "Paged view").score - 60


def test_many_letters_on_a_long_name_end_soon():
    assert match("a" * 60 + "b", ("a " * 300).strip()) is None


@pytest.mark.parametrize("spec", TABLE, ids=lambda s: s.id)
def test_every_action_that_is_off_says_why(spec: ActionSpec):
    empty = State()
    reason = why_not.reason(spec, empty)
    assert bool(reason) is not spec.is_enabled(empty)
    assert reason != why_not.OTHERWISE


def test_reasons_name_what_is_missing():
    by_id = {s.id: s for s in TABLE}
    shown = State(has_document=True, is_recorded=True, documents=1)
    assert why_not.reason(by_id["view.fit_page"], State()) == "No document is shown: open one first"
    assert why_not.reason(by_id["file.scan_again"], State()) == "No document is shown: open one first"
    assert why_not.reason(by_id["review.sustain"], shown) == "Select a span first"
    assert why_not.reason(by_id["mark.text"], shown) == "Select text on the page first"
    assert why_not.reason(by_id["mark.text"], State(is_writable=False)).endswith("read-only")
    proposed = why_not._span(why_not.Status.PROPOSED)
    assert "approver" in why_not.reason(
        by_id["review.approve"], State(role=Role.ANALYST, has_document=True, selected=(proposed,)))
    assert why_not.reason(ActionSpec("x", "X", "edit", (), lambda c: None, lambda s: False),
                          shown) == why_not.OTHERWISE


@pytest.fixture
def palette(desk, open_window):
    window = open_window(desk)
    window.action_table["help.palette"].trigger()
    return window, window.comfort.palette


def test_all_actions_are_in_it_with_their_keys(palette):
    _, dialog = palette
    model = dialog.model
    assert model.rowCount() == len(TABLE)
    spoken = [model.index(i).data(ACCESSIBLE) for i in range(model.rowCount())]
    assert "Audit log, Log, Ctrl+L" in spoken
    assert "Confirm, Review, C, not now: Select a span first" in spoken


def test_letters_and_return_run_an_action(palette, qtbot):
    window, dialog = palette
    QTest.keyClicks(dialog.line, "abou")
    assert dialog.model.entry(0).spec.id == "help.about"
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert window.shelf.dialog("about").isVisible()
    window.shelf.dialog("about").reject()
    window.action_table["help.palette"].trigger()
    assert dialog.model.entry(0).spec.id == "help.about", "what was chosen last stands first"


def test_keys_find_their_action(palette):
    _, dialog = palette
    QTest.keyClicks(dialog.line, "ctrl+e")
    assert dialog.model.entry(0).spec.id == "export.annotated"


def test_words_of_the_explanation_find_an_action(palette):
    _, dialog = palette
    QTest.keyClicks(dialog.line, "decide about the selected")
    assert [dialog.model.entry(i).spec.id for i in range(dialog.model.rowCount())] == ["review.refer"]


def test_what_is_off_stays_and_says_why(palette):
    _, dialog = palette
    QTest.keyClicks(dialog.line, "decide sustain")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.word.text() == "Not now: Select a span first."


def test_arrows_move_and_go_round(palette):
    _, dialog = palette
    last = dialog.model.rowCount() - 1
    for key, row in ((Qt.Key.Key_Up, last), (Qt.Key.Key_Down, 0), (Qt.Key.Key_PageDown, 12),
                     (Qt.Key.Key_Down, 13), (Qt.Key.Key_PageUp, 1)):
        QTest.keyClick(dialog.line, key)
        assert dialog.view.currentIndex().row() == row
    QTest.keyClicks(dialog.line, "no such action")
    assert dialog.word.text() == "No action fits these letters."
    QTest.keyClick(dialog.line, Qt.Key.Key_Down)
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    QTest.keyClick(dialog.line, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_every_name_finds_its_action(palette):
    _, dialog = palette
    for spec in TABLE:
        name = plain_text(spec.text).rstrip("…")
        dialog.line.setText(name)
        ids = [dialog.model.entry(i).spec.id for i in range(min(3, dialog.model.rowCount()))]
        # The nine favourite codes share a name; their keys tell them apart.
        assert spec.id in ids or spec.id.startswith("mark.code_"), name
