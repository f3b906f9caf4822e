"""Selecting text with mouse and keys, over one page and over several; what is copied and what is marked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from review_app.domain.geometry import Rect
from review_app.ui.page_view.page_text import PageText, Unit
from review_app.ui.page_view.selection import Selection

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


def spot(view, page: int, x: float, y: float) -> QPoint:
    return view.window_rect(page, Rect(x, y, x, y)).topLeft().toPoint()


@pytest.fixture
def reading(qtbot, view):
    """A view that has the words of its first two pages."""
    for page in (1, 2):
        view.text_tool.texts.get(page)
    qtbot.waitUntil(lambda: all(view.text_tool.texts.get(page) is not None for page in (1, 2)))
    return view


def press(qtbot, view, page, x, y, modifiers=NONE):
    qtbot.mousePress(view.viewport(), LEFT, modifiers, spot(view, page, x, y))


def move(qtbot, view, page, x, y):
    qtbot.mouseMove(view.viewport(), spot(view, page, x, y))


def release(qtbot, view, page, x, y):
    qtbot.mouseRelease(view.viewport(), LEFT, NONE, spot(view, page, x, y))


def drag(qtbot, view, start, end):
    press(qtbot, view, *start)
    move(qtbot, view, start[0], (start[1] + end[1]) / 2, (start[2] + end[2]) / 2)
    move(qtbot, view, *end)
    release(qtbot, view, *end)


def test_a_drag_over_text_selects_it(qtbot, reading):
    told = []
    reading.text_selected.connect(told.append)
    drag(qtbot, reading, (1, 72, 106), (1, 160, 126))
    assert reading.selected_text == "page 1 line 1\npage 1 line 2"
    assert reading.selected_areas == [(1, (Rect(72, 100, 150, 112), Rect(72, 120, 150, 132)))]
    assert told == [True]


def test_it_is_seen_on_the_page(qtbot, reading):
    where = spot(reading, 1, 75, 106)
    before = reading.viewport().grab().toImage().pixelColor(where)
    drag(qtbot, reading, (1, 72, 106), (1, 150, 106))
    after = reading.viewport().grab().toImage().pixelColor(where)
    assert before.lightness() > 250 and after.blue() == before.blue() and after.red() < before.red() - 30


def test_backwards_and_over_two_pages(qtbot, reading):
    reading.set_zoom(50)
    drag(qtbot, reading, (2, 72 + 6 * 6, 106), (1, 72, 146))
    assert reading.selected_text == "page 1 line 3\npage 2"
    assert [page for page, _ in reading.selected_areas] == [1, 2]


def test_a_drag_beside_text_selects_nothing(qtbot, reading):
    clicked = []
    reading.background_clicked.connect(lambda: clicked.append(1))
    drag(qtbot, reading, (1, 300, 300), (1, 80, 106))
    assert not reading.has_text_selected and reading.selected_text == ""


def test_two_clicks_take_the_word_three_the_line(qtbot, reading):
    box, at = reading.viewport(), spot(reading, 1, 72 + 6 * 8, 106)
    qtbot.mouseClick(box, LEFT, NONE, at)
    qtbot.mouseDClick(box, LEFT, NONE, at)
    assert reading.selected_text == "line"
    qtbot.mouseRelease(box, LEFT, NONE, at)
    qtbot.mousePress(box, LEFT, NONE, at)
    assert reading.selected_text == "page 1 line 1"
    qtbot.mouseMove(box, spot(reading, 1, 80, 146))
    assert reading.selected_text == "page 1 line 1\npage 1 line 2\npage 1 line 3", "a drag goes on by lines"
    qtbot.mouseRelease(box, LEFT, NONE, spot(reading, 1, 80, 146))


def test_keys_grow_it_and_escape_drops_it(qtbot, reading):
    qtbot.mouseDClick(reading.viewport(), LEFT, NONE, spot(reading, 1, 80, 106))
    qtbot.mouseRelease(reading.viewport(), LEFT, NONE, spot(reading, 1, 80, 106))
    assert reading.selected_text == "page"
    reading.setFocus()
    for key, modifiers, text in (
        (Key.Key_Right, SHIFT, "page "),
        (Key.Key_Right, SHIFT | CTRL, "page 1"),
        (Key.Key_End, SHIFT, "page 1 line 1"),
        (Key.Key_Left, SHIFT, "page 1 line "),
        (Key.Key_Down, SHIFT, "page 1 line 1\npage 1 line "),
        (Key.Key_End, SHIFT | CTRL, "page 1 line 1\npage 1 line 2\npage 1 line 3"),
    ):
        qtbot.keyClick(reading, key, modifiers)
        assert reading.selected_text == text
    qtbot.keyClick(reading, Key.Key_Right, SHIFT)  # on to the next page
    qtbot.keyClick(reading, Key.Key_End, SHIFT)
    assert reading.selected_text.endswith("page 1 line 3\npage 2 line 1")
    qtbot.keyClick(reading, Key.Key_Escape)
    assert not reading.has_text_selected


def test_a_click_drops_it_and_with_shift_it_grows(qtbot, reading):
    drag(qtbot, reading, (1, 72, 106), (1, 96, 106))
    assert reading.selected_text == "page"
    qtbot.mouseClick(reading.viewport(), LEFT, SHIFT, spot(reading, 1, 160, 126))
    assert reading.selected_text == "page 1 line 1\npage 1 line 2"
    qtbot.mouseClick(reading.viewport(), LEFT, NONE, spot(reading, 1, 300, 300))
    assert not reading.has_text_selected


def test_another_document_has_nothing_selected(qtbot, reading, make_source, kit):
    drag(qtbot, reading, (1, 72, 106), (1, 150, 106))
    other = make_source([(612, 792)])
    reading.set_source(other)
    reading.set_document("d2", kit.page_rows(other.sizes))
    assert not reading.has_text_selected
    kit.wait(qtbot, reading)


def test_drawing_does_not_select(qtbot, reading):
    reading.set_tool("draw")
    drawn = []
    reading.area_drawn.connect(lambda page, rect: drawn.append(rect))
    drag(qtbot, reading, (1, 72, 106), (1, 160, 126))
    assert drawn and not reading.has_text_selected


def test_text_that_is_still_being_read_is_not_copied_in_part(qtbot, reading):
    tool = reading.text_tool
    tool.selection.anchor, tool.selection.head = (1, 0), (3, 4)
    assert reading.selected_text is None
    qtbot.waitUntil(lambda: reading.selected_text is not None)
    assert reading.selected_text.splitlines() == [
        *(f"page 1 line {n}" for n in (1, 2, 3)), *(f"page 2 line {n}" for n in (1, 2, 3)), "page",
    ]


def test_the_pointer_says_what_a_drag_would_do(qtbot, reading):
    box = reading.viewport()
    qtbot.mouseMove(box, spot(reading, 1, 80, 106))
    assert box.cursor().shape() is Qt.CursorShape.IBeamCursor
    qtbot.mouseMove(box, spot(reading, 1, 300, 300))
    assert box.cursor().shape() is Qt.CursorShape.ArrowCursor


def test_a_page_whose_words_cannot_be_read_has_none(qtbot, view, source, kit, monkeypatch):
    monkeypatch.setattr(source, "want_words", lambda page, on_done: on_done(kit.refusal()))
    assert view.text_tool.texts.get(3) is None
    qtbot.waitUntil(lambda: view.text_tool.texts.get(3) is not None)
    assert len(view.text_tool.texts.get(3)) == 0
    QApplication.processEvents()
    monkeypatch.undo()
    assert len(view.text_tool.texts.get(3)) == 0, "it is not asked for with every move of the pointer"
    view.text_tool.texts.try_again(3)
    qtbot.waitUntil(lambda: view.text_tool.texts.get(3) is not None)
    assert len(view.text_tool.texts.get(3)) > 0


def test_moving_over_a_page_border_both_ways():
    text = PageText([])
    selection = Selection()
    selection.move(Unit.CHARACTER, True, text, 3)
    assert selection.is_empty and selection.ends is None and selection.pages() == range(0)
    selection.start(2, 0, text)
    selection.move(Unit.CHARACTER, False, text, 3)
    assert selection.head is not None and selection.head[0] == 1
    selection.move(Unit.CHARACTER, True, text, 3)
    assert selection.head == (2, 0)
    selection.extend(3, 0, text)
    selection.move(Unit.WORD, True, text, 3)
    assert selection.head == (3, 0), "there is no page 4"


def test_the_nearest_page_beside_and_between_pages(qtbot, reading):
    assert reading.page_near(QPointF(1, spot(reading, 1, 72, 106).y())) == 1
    between = reading.window_rect(2, Rect(0, 0, 1, 1)).top() - 3
    assert reading.page_near(QPointF(300, between)) in (1, 2)
