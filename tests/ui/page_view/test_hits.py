"""Words that were searched: marked on the pages, gone through one by one, never asked for in a fling."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from review_app.domain.geometry import Rect
from review_app.review.search import Query
from review_app.ui.page_view.hits import REST_MS


@pytest.fixture
def asked(source, monkeypatch) -> list[int]:
    """Pages whose words were asked for."""
    pages: list[int] = []
    real = source.want_words

    def noting(page, on_done) -> None:
        pages.append(page)
        real(page, on_done)

    monkeypatch.setattr(source, "want_words", noting)
    return pages


def is_marked(view, page: int, rect: Rect) -> bool:
    """True where the marker's line lies under a place."""
    image = view.viewport().grab().toImage()
    area = view.window_rect(page, rect)
    x, y = int(area.center().x()), int(area.bottom()) + 1
    colour = QColor(image.pixel(x, y))
    return colour.red() > colour.blue() + 60


LINE_2 = Rect(72 + 6 * 12, 120, 72 + 6 * 13, 132)  # the "2" of "page 1 line 2"


class TestMarks:
    def test_words_are_marked_when_the_view_rests(self, qtbot, view) -> None:
        assert not is_marked(view, 1, LINE_2)
        view.hits.search(Query("2").places)
        qtbot.waitUntil(lambda: bool(view.hits.on_page(1)))
        assert view.hits.on_page(1) == ((LINE_2,),)
        assert is_marked(view, 1, LINE_2)
        view.hits.search(None)
        assert view.hits.on_page(1) == ()
        assert not is_marked(view, 1, LINE_2)

    def test_they_lie_right_on_turned_pages(self, qtbot, view) -> None:
        view.hits.search(Query("2").places)
        qtbot.waitUntil(lambda: bool(view.hits.on_page(1)))
        view.rotate(180)
        view.bring_rect_into_view(1, LINE_2)
        assert is_marked(view, 1, LINE_2)

    def test_a_fling_asks_for_no_words(self, qtbot, view, asked) -> None:
        view.hits.search(Query("line").places)
        qtbot.waitUntil(lambda: bool(view.hits.on_page(1)))
        asked.clear()
        view.hits._rest.setInterval(1_000)  # no frame of a fling takes so long, however busy the machine
        view.verticalScrollBar().setValue(0)
        for _ in range(40):
            view.scroll_by(0, 120)
            QApplication.processEvents()
        passed = set(asked)
        bottom = view.visible_pages
        qtbot.waitUntil(lambda: all(view.hits.on_page(page) for page in bottom))
        assert not passed - set(bottom), f"words of pages flown past: {passed}"

    def test_another_document_is_marked_too(self, qtbot, view, make_source, kit) -> None:
        view.hits.search(Query("line").places)
        qtbot.waitUntil(lambda: bool(view.hits.on_page(1)))
        other = make_source([(612, 792)] * 2)
        view.set_source(other)
        view.set_document("d2", kit.page_rows(other.sizes))
        assert view.hits.on_page(1) == ()
        qtbot.waitUntil(lambda: len(view.hits.on_page(1)) == 3)


class TestSteps:
    def test_from_hit_to_hit(self, qtbot, view) -> None:
        view.hits.search(Query("line").places)
        view.hits.show(4)
        qtbot.waitUntil(lambda: view.hits.current == (4, 0))
        assert view.hits.step(1) and view.hits.step(1)
        assert view.hits.current == (4, 2)
        assert not view.hits.step(1)
        assert view.hits.current == (4, 2)
        assert view.hits.step(-1)
        place = view.window_rect(4, view.hits.on_page(4)[1][0])
        assert view.viewport().rect().contains(place.toAlignedRect())

    def test_the_last_hit_when_coming_from_behind(self, qtbot, view) -> None:
        view.hits.search(Query("line").places)
        view.hits.show(2, is_last=True)
        qtbot.waitUntil(lambda: view.hits.current == (2, 2))

    def test_a_page_without_a_hit_is_shown_all_the_same(self, qtbot, view) -> None:
        view.hits.search(Query("nothing").places)
        view.hits.show(5)
        qtbot.wait(2 * REST_MS)
        assert view.current_page == 5
        assert view.hits.current is None
        assert not view.hits.step(1)

    def test_the_current_one_is_told_apart(self, qtbot, view) -> None:
        view.hits.search(Query("line").places)
        view.hits.show(1)
        qtbot.waitUntil(lambda: view.hits.current == (1, 0))
        qtbot.waitUntil(lambda: not view._flash_timer.isActive(), timeout=4_000)
        image = view.viewport().grab().toImage()
        edges = []
        for place in view.hits.on_page(1)[:2]:
            area = view.window_rect(1, place[0])
            x = int(area.center().x())
            edges.append({image.pixelColor(x, int(area.top()) - n) == view._theme.found for n in range(1, 5)})
        assert edges == [{True, False}, {False}], "only the current one has an outline"

    def test_words_that_a_box_hides_are_no_hits(self, qtbot, view, source, kit, monkeypatch) -> None:
        """They are not among the words of a page; so there is nothing to find."""
        monkeypatch.setattr(source, "want_words", lambda page, on_done: on_done([]))
        view.hits.search(Query("line").places)
        view.hits.show(3)
        qtbot.waitUntil(lambda: view.text_tool.texts.peek(3) is not None)
        assert view.hits.on_page(3) == ()


def test_escape_and_keys_do_not_end_a_search(qtbot, view) -> None:
    view.hits.search(Query("line").places)
    qtbot.waitUntil(lambda: bool(view.hits.on_page(1)))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert view.hits.on_page(1)
