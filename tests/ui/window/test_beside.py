"""A second document beside the first: to look at, never to change, and never beside a blind second look."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

ROOT = Path(__file__).resolve().parents[3]
WAIT = 30_000


@pytest.fixture
def window(desk, open_window, qtbot):
    for name in ("1992-briefing-memo.txt", "1993-news-article.txt"):
        desk.intake.add(ROOT / "seeds" / name)
    window = open_window(desk)
    qtbot.waitUntil(lambda: window.current.document is not None, timeout=WAIT)
    memo = next(d.id for d in window.current.documents if d.name.startswith("1992"))
    window.current.show_document(memo)
    return window


def ids(window) -> dict[str, str]:
    return {d.name[:4]: d.id for d in window.current.documents}


def beside(window):
    window.action_table["view.beside"].trigger()
    return window.parts.beside


def test_the_other_document_stands_beside_with_its_pages(window, qtbot):
    second = beside(window)
    assert second.shown_id == ids(window)["1993"] and not second.isHidden()
    qtbot.waitUntil(lambda: second.view.page_count == 1 and not second.view.is_waiting, timeout=WAIT)
    assert window.page.page_count == 4


def test_a_document_is_chosen_from_the_list_and_its_spans_follow_decisions(window, qtbot):
    second = beside(window)
    second.show_document(ids(window)["1992"])
    assert second.view.page_count == 4
    span = window.current.spans[0]
    window.current.select([span.id])
    window.action_table["review.confirm"].trigger()
    qtbot.waitUntil(lambda: second.view._spans.find(span.id).span.status == "confirmed", timeout=WAIT)


def test_nothing_is_changed_in_the_second(window, qtbot):
    second = beside(window)
    second.show_document(ids(window)["1992"])
    before = window.current.spans
    qtbot.mouseClick(second.view.viewport(), Qt.MouseButton.LeftButton)
    qtbot.keyClick(second.view, Qt.Key.Key_Delete)
    assert window.current.spans == before and not second.view.shaping.is_allowed


def test_they_scroll_together_when_asked_to(window, qtbot):
    second = beside(window)
    second.show_document(ids(window)["1992"])
    window.page.go_to_page(3)
    assert second.view.current_page == 1
    second.together.setChecked(True)
    assert second.view.current_page == 3
    window.page.go_to_page(2)
    assert second.view.current_page == 2


def test_it_is_put_away_again_and_asks_for_nothing(window, qtbot):
    second = beside(window)
    window.action_table["view.beside"].trigger()
    assert second.isHidden() and second.view.page_count == 0
    qtbot.waitUntil(lambda: not second.view.is_waiting, timeout=WAIT)


def test_a_document_that_is_removed_leaves_the_second_view(window, desk, qtbot):
    second = beside(window)
    desk.filing.remove([second.shown_id])
    qtbot.waitUntil(lambda: second.shown_id == "", timeout=WAIT)
    assert second.view.page_count == 0


def test_it_closes_when_a_second_look_begins(window):
    second = beside(window)

    class Lens:
        def spans(self, _document_id: str) -> list:
            return []

        def record(self, _document_id: str) -> list:
            return []

    window.current.look_through(Lens())
    assert second.isHidden() and second.view.page_count == 0
    window.current.look_through(None)
