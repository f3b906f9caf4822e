"""The action table: complete, without clashes, and each action within reach of the keyboard."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QPlainTextEdit, QTableWidget, QVBoxLayout, QWidget

from review_app.ui.actions import MENUS, TABLE, Actions, ActionSpec, plain_text
from review_app.ui.state import State


def clashes(table: tuple[ActionSpec, ...]) -> list[str]:
    """Key sequences that more than one action wants."""
    keys = Counter(
        QKeySequence(k, QKeySequence.SequenceFormat.PortableText).toString() for s in table for k in s.keys
    )
    return [k for k, n in keys.items() if n > 1]


@pytest.fixture
def bench(qtbot):
    """A window with all actions on, a list of what was run, and places to type."""
    window = QMainWindow()
    qtbot.addWidget(window)
    ran: list[str] = []
    actions = Actions(lambda spec: ran.append(spec.id), window)
    body = QWidget(window)
    layout = QVBoxLayout(body)
    places = {"line": QLineEdit(body), "text": QPlainTextEdit(body), "table": QTableWidget(3, 1, body)}
    for widget in places.values():
        layout.addWidget(widget)
    window.setCentralWidget(body)
    for menu_id, title in MENUS.items():
        menu = window.menuBar().addMenu(title)
        for spec, action in actions.all():
            if spec.menu == menu_id:
                menu.addAction(action)
    for _, action in actions.all():
        action.setEnabled(True)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window, actions, ran, places


def test_every_action_has_words_a_menu_and_a_command():
    assert len({s.id for s in TABLE}) == len(TABLE)
    for spec in TABLE:
        assert spec.text.strip("&… "), spec.id
        assert spec.menu in MENUS, spec.id
        assert callable(spec.call), spec.id
    assert {s.menu for s in TABLE} == set(MENUS), "a menu without an action"


def test_no_two_actions_share_a_key():
    assert clashes(TABLE) == []


def test_a_shared_key_would_be_noticed():
    twin = ActionSpec("x.twin", "Twin", "edit", ("Ctrl+Z",), lambda c: None)
    assert clashes((*TABLE, twin)) == ["Ctrl+Z"]


def test_every_action_but_about_has_a_key():
    assert [s.id for s in TABLE if not s.keys] == ["help.about"]


def test_menus_and_entries_have_unique_underlined_letters():
    def letter(text: str) -> str:
        at = text.find("&")
        return text[at + 1].lower() if at >= 0 else ""

    assert len({letter(t) for t in MENUS.values()}) == len(MENUS)
    for menu in MENUS:
        letters = [letter(s.text) for s in TABLE if s.menu == menu and "&" in s.text]
        assert len(set(letters)) == len(letters), f"{menu}: {letters}"


def press(widget, key: str) -> None:
    QTest.keySequence(widget, QKeySequence(key, QKeySequence.SequenceFormat.PortableText))


def test_each_key_runs_its_action_and_no_other(bench):
    _, _, ran, places = bench
    places["table"].setFocus()
    for spec in TABLE:
        for key in spec.keys:
            ran.clear()
            press(places["table"], key)
            assert ran == [spec.id], key


def test_no_key_runs_an_action_that_is_off(bench):
    _, actions, ran, places = bench
    places["table"].setFocus()
    for spec in TABLE:
        actions[spec.id].setEnabled(False)
        for key in spec.keys:
            press(places["table"], key)
        assert ran == [], spec.id


@pytest.mark.parametrize("place", ["line", "text"])
def test_letters_typed_into_a_field_are_text_and_decide_nothing(bench, place: str):
    _, _, ran, places = bench
    widget = places[place]
    widget.setFocus()
    letters = "".join(k for s in TABLE for k in s.keys if len(k) == 1).lower()
    QTest.keyClicks(widget, letters)
    assert ran == []
    assert (widget.text() if place == "line" else widget.toPlainText()) == letters


def test_a_read_only_workspace_switches_off_all_that_writes(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(lambda spec: None, window)
    full = State(is_writable=False, documents=2, has_document=True, spans=2, undecided_anywhere=2,
                 can_undo=True, can_redo=True, jobs=1, fields_selected=1)
    actions.refresh(full)
    assert {s.id for s, a in actions.all() if s.changes and a.isEnabled()} == set()
    writes = {"file.open", "edit.undo", "edit.redo", "review.confirm", "review.reject", "mark.draw_tool",
              "export.annotated", "mark.cite", "mark.note", "review.sustain"}
    assert writes <= {s.id for s in TABLE if s.changes}
    assert actions["log.show"].isEnabled()
    assert actions["view.zoom_in"].isEnabled()


def test_undo_says_what_it_takes_back(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(lambda spec: None, window)
    actions.refresh(State(can_undo=True, undo_text="draw mark"))
    assert plain_text(actions["edit.undo"].text()) == "Undo draw mark"
    actions.refresh(State())
    assert plain_text(actions["edit.undo"].text()) == "Undo"


def test_tool_tips_name_the_key(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(lambda spec: None, window)
    for spec, action in actions.all():
        if spec.keys:
            native = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            assert native in action.toolTip(), spec.id


def test_a_triggered_switch_is_set_by_the_state_alone(bench):
    _, actions, _, _ = bench
    actions.refresh(State(has_document=True, tool="select"))
    actions["mark.draw_tool"].trigger()
    actions.refresh(State(has_document=True, tool="select"))
    assert not actions["mark.draw_tool"].isChecked()
    actions.refresh(State(has_document=True, tool="draw"))
    assert actions["mark.draw_tool"].isChecked()
    assert actions["mark.draw_tool"].shortcutContext() is Qt.ShortcutContext.WindowShortcut
