"""A step back goes to what it changed: once, and the page first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from review_app.review.desk import Desk
from review_app.ui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[3]
MEMO = ROOT / "seeds" / "1992-briefing-memo.txt"


def test_a_step_back_tells_the_selection_once(qtbot, desk: Desk, open_window: Callable[..., MainWindow]):
    document = desk.intake.add(MEMO).document_id
    window = open_window(desk)
    window.current.show_document(document)
    first, second = window.current.spans[0].id, window.current.spans[-1].id
    assert first != second
    window.current.select([first])
    window.page.setFocus()
    QTest.keyClick(window.page, Qt.Key.Key_X)
    window.current.select([second])
    told: list[tuple[str, ...]] = []
    window.current.selection_changed.connect(told.append)
    QTest.keyClick(window.page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert told == [(first,)]
    assert window.inspector.isVisible()
    assert window.page.selected == (first,)
    assert window.current.selected[0].is_undecided
    told.clear()
    with window.current.selecting_once():
        window.current.select([second])
        window.current.select([first, second])
        assert told == []
    assert told == [(first, second)]
    with window.current.selecting_once():
        pass
    assert told == [(first, second)]


def test_the_lists_of_pages_follow_after_the_page_is_painted(
    qtbot, desk: Desk, open_window: Callable[..., MainWindow]
):
    document = desk.intake.add(MEMO).document_id
    window = open_window(desk)
    window.current.show_document(document)
    assert window.parts.pictures.current == 1
    window.page.go_to_page(window.page.page_count)
    QApplication.sendPostedEvents()
    assert window.page.current_page == window.page.page_count > 1
    assert window.parts.pictures.current == 1
    qtbot.waitUntil(lambda: window.parts.pictures.current == window.page.page_count)
