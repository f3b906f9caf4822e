"""A blind second look at the desk: what is hidden, what can be done, and what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from review_app.domain.people import Role
from review_app.domain.vocabulary import Origin
from review_app.ui.dialogs.agreement import AgreementDialog

WAIT = 30_000


def press(window, keys: str) -> None:
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


@pytest.fixture
def window(qtbot, desk, open_window, seeds: Path):
    """M. Ortiz has decided about the memo; then B. Lindqvist sits down."""
    memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    desk.marking.confirm([s.id for s in desk.spans(memo)])
    window = open_window(desk)
    desk.people.take_role(Role.SECOND_REVIEWER, "B. Lindqvist")
    window.together.show_person()
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    window.page.setFocus()
    return window


def begin(qtbot, window, pages: int) -> None:
    press(window, "F9")
    dialog = window.findChild(QInputDialog)
    dialog.setIntValue(pages)
    dialog.accept()
    qtbot.waitUntil(lambda: window.findChild(QInputDialog) is None)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.page.setFocus()


def draw(window) -> None:
    view = window.page.viewport()
    start = QPoint(view.width() // 2 - 120, 200)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, QPoint(start.x() + 60, start.y() + 20))
    QTest.mouseMove(view, QPoint(start.x() + 200, start.y() + 40))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(start.x() + 200, start.y() + 40))


def test_nothing_of_the_first_person_is_seen(window, qtbot, desk):
    count = window.page.page_count
    begin(qtbot, window, count)
    assert window.current.spans == () == window.current.record == window.current.warnings
    assert window.spans.model.rowCount() == 0 and window.record.model.rowCount() == 0
    assert f"Blind second look, 1 of {count}" in window.together.bar.text
    assert window.page.tool == "draw"
    for panel in (window.spans, window.record):
        assert panel._empty.text() == "Hidden while a blind second look is shown.", "not that there is none"
    assert not window.documents.isVisible() and not window.places.isVisible(), "they tell what was found"
    for action in ("review.confirm", "edit.undo", "mark.text", "review.disposition", "file.open"):
        assert not window.action_table[action].isEnabled(), action
        assert "second look" in window.action_table[action].toolTip(), action
    press(window, "Ctrl+F9")
    assert len(window.current.spans) == 2 and not window.together.bar.text
    assert "F9 goes on" in window.message_bar.text
    assert window.documents.isVisible()
    press(window, "F9")
    assert "Blind second look, 1 of" in window.together.bar.text, "it goes on where it was left"


def test_the_way_to_a_rate(window, qtbot, desk):
    count = window.page.page_count
    begin(qtbot, window, 99)
    document = window.current.document.id
    draw(window)
    [mark] = window.current.spans
    assert mark.origin is Origin.REVIEWER and window.current.selected_ids == (mark.id,)
    assert len(desk.spans(document)) == 2, "the review itself is not touched"
    press(window, "Del")
    assert window.current.spans == ()
    draw(window)
    for _ in range(count):
        press(window, "Shift+F9")
    assert not window.together.bar.text and len(window.current.spans) == 2
    dialog = window.findChild(AgreementDialog)
    assert "Spans: 0% (0 pairs of 2 and 1 marks)" in dialog.rates.text()
    assert dialog.table.rowCount() == 3
    wanted = dialog.table.item(2, 1).text()
    dialog.table.cellActivated.emit(2, 0)
    assert window.page.current_page == int(wanted)
    dialog.close()
    assert desk.history.verify() == []


def test_giving_up_leaves_no_rate(window, qtbot, desk):
    begin(qtbot, window, 1)
    press(window, "Ctrl+Shift+F9")
    assert not window.together.bar.text and desk.second_look.current() is None
    press(window, "Alt+F9")
    assert "No second look is finished yet" in window.message_bar.text


def test_who_did_the_work_does_not_check_it(window, qtbot, desk):
    desk.people.take_role(Role.ANALYST, "M. Ortiz")
    begin(qtbot, window, 5)
    assert "There is no page to look at a second time" in window.message_bar.text
    assert not window.together.bar.text
