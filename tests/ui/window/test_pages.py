"""The tab of the pages: what became of each, said by hand, and undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from review_app.domain.dispositions import PageDisposition
from review_app.review.desk import Desk

WAIT = 30_000


def press(window, keys: str) -> None:
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


@pytest.fixture
def window(qtbot, desk, open_window, seeds: Path):
    desk.intake.add(seeds / "1992-briefing-memo.txt")
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


def cells(window, row: int) -> list[str]:
    model = window.together.pages.model
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_the_tab_says_what_follows_and_agrees_with_the_stamp(window, qtbot):
    press(window, "Alt+6")
    panel = window.together.pages
    assert window.right.currentWidget() is panel
    qtbot.waitUntil(lambda: panel.model.rowCount() == window.page.page_count)
    assert "Stamp: released in part · by its pages: released in part  ✓ they agree" in panel.outcome.text()
    assert "2 undecided suggestions" in panel.outcome.text()
    with_spans = window.current.spans[0].page - 1
    assert cells(window, with_spans)[1] == "released in part" and cells(window, with_spans)[2].endswith("?)")
    assert cells(window, with_spans)[3] == "follows from its spans"


def test_a_page_gets_a_disposition_by_keyboard_and_loses_it_by_undo(window, qtbot, desk):
    panel, document = window.together.pages, window.current.document.id
    window.page.go_to_page(1)
    press(window, "Ctrl+D")
    assert window.focusWidget() is panel.choice and panel.pages.text() == "1"
    panel.choice.setCurrentIndex(panel.choice.findData("referred"))
    QTest.keyClick(panel.choice, Qt.Key.Key_Tab)
    QTest.keyClicks(panel.detail, "to CIA")
    QTest.keyClick(panel.detail, Qt.Key.Key_Return)
    assert desk.dispositions.of_document(document).pages[0].disposition is PageDisposition.REFERRED
    qtbot.waitUntil(lambda: cells(window, 0)[1] == "✎ referred")
    assert cells(window, 0)[3].startswith("to CIA · M. Ortiz, ")
    window.page.setFocus()
    press(window, "Ctrl+Z")
    qtbot.waitUntil(lambda: cells(window, 0)[3] == "follows from its spans")


def test_a_range_is_written_or_selected_and_a_refusal_is_said(window, qtbot, desk):
    panel, document = window.together.pages, window.current.document.id
    press(window, "Alt+6")
    panel.view.selectAll()
    assert panel.pages.text() == f"1-{window.page.page_count}"
    panel.choice.setCurrentIndex(panel.choice.findData("duplicate"))
    panel.set.click()
    assert "must name the page" in window.message_bar.text
    panel.detail.setText("another file")
    panel.set.click()
    assert {p.disposition for p in desk.dispositions.of_document(document).pages} == {
        PageDisposition.DUPLICATE}
    qtbot.waitUntil(lambda: "⚠ The stamp says released in part" in panel.outcome.text())
    panel.pages.setText("1-99")
    panel.clear.click()
    assert "There are no pages 1-99" in window.message_bar.text
    panel.pages.setText("1-2")
    panel.clear.click()
    assert desk.dispositions.of_document(document).pages[0].said is None


def test_a_row_goes_to_its_page(window, qtbot):
    press(window, "Alt+6")
    panel = window.together.pages
    qtbot.waitUntil(lambda: panel.model.rowCount() > 1)
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton,
                     pos=panel.view.visualRect(panel.model.index(1, 1)).center())
    assert window.page.current_page == 2


def test_deciding_does_not_wait_for_the_tab(window, qtbot):
    """What follows is worked out after the key press, and only while the tab is seen."""
    panel = window.together.pages
    press(window, "N")
    press(window, "X")
    assert panel.model.rowCount() == 0
    press(window, "Alt+6")
    qtbot.waitUntil(lambda: "1 undecided" in panel.outcome.text())


def test_nothing_can_be_said_in_a_read_only_workspace(window, qtbot, desk, open_window):
    with Desk.open(desk.folder, "auditor", read_only=True) as reader:
        other = open_window(reader)
        qtbot.waitUntil(lambda: not other.status.is_busy, timeout=WAIT)
        press(other, "Alt+6")
        assert not other.action_table["review.disposition"].isEnabled()
        assert not any(w.isEnabled() for w in other.together.pages.tab_stops[1:])
        qtbot.waitUntil(lambda: not other.page.is_waiting, timeout=WAIT)
        other.close()
