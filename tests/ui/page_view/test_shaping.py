"""Moving and resizing marks, edges that snap to words, and the words that an area takes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from review_app.domain.geometry import Rect
from review_app.domain.pictures import PlacedWord
from review_app.domain.vocabulary import Kind, Origin, Status
from review_app.ui.page_view.shaping import END, WHOLE, grips, reshaped
from review_app.ui.page_view.taken import snapped, taken

PAGE = (612.0, 792.0)
Key, Mod, Left = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton

WORDS = [PlacedWord(Rect(72, 100, 100, 112), "page"), PlacedWord(Rect(104, 100, 130, 112), "one"),
         PlacedWord(Rect(72, 113, 110, 125), "below")]


def test_a_span_moves_as_a_whole_and_stays_on_its_page() -> None:
    lines = (Rect(500, 700, 600, 712), Rect(72, 714, 200, 726))
    moved = reshaped(lines, WHOLE, 50, 100, PAGE)
    assert moved == (Rect(512, 766, 612, 778), Rect(84, 780, 212, 792))


def test_grips_move_the_beginning_and_the_end_of_a_passage() -> None:
    lines = (Rect(300, 100, 500, 112), Rect(72, 114, 200, 126))
    assert reshaped(lines, frozenset({"left"}), -10, 5, PAGE) == (Rect(290, 100, 500, 112), lines[1])
    assert reshaped(lines, END, 20, 6, PAGE) == (lines[0], Rect(72, 114, 220, 132))
    assert len(grips(lines)) == 6 and len(grips(lines[:1])) == 8


def test_a_word_is_not_hidden_by_the_grips_on_it() -> None:
    word, box, line = Rect(10, 10, 40, 22), Rect(10, 10, 200, 100), Rect(10, 10, 200, 22)
    corners = {frozenset({x, y}) for x in ("left", "right") for y in ("top", "bottom")}
    assert set(grips([word], 24)) == set(grips([line], 24)) == corners
    assert len(grips([box], 24)) == len(grips([word])) == 8
    assert {frozenset({"left"}), frozenset({"right"})} < set(grips([line, word], 24))
    assert frozenset({"top"}) not in grips([line, word], 24)


def test_a_mark_is_never_made_smaller_than_a_mark_may_be() -> None:
    one = (Rect(100, 100, 120, 120),)
    assert reshaped(one, END, -500, -500, PAGE) == (Rect(100, 100, 104, 104),)
    assert reshaped(one, frozenset({"left", "top"}), 500, 500, PAGE) == (Rect(116, 116, 120, 120),)


def test_words_are_taken_whole_or_cut_and_those_of_the_next_line_are_not() -> None:
    found = taken(WORDS, [Rect(70, 99, 118, 113.5)])
    assert (found.whole, found.in_part) == (("page",), ("one",))
    assert taken(WORDS, [Rect(200, 200, 300, 300)]).whole == ()


def test_edges_snap_to_letters_where_they_are_known() -> None:
    word = PlacedWord(Rect(72, 100, 130, 112), "Willow", 0, (72.0, 91.0, 95.0, 99.0, 103.0, 114.0, 130.0))
    assert snapped(Rect(72, 100, 97.5, 112), [word], 4) == Rect(72, 100, 99, 112), "between two letters"
    assert snapped(Rect(93, 100, 130, 112), [word], 1.5) == Rect(93, 100, 130, 112), "none is that near"
    assert snapped(Rect(71, 100, 106, 112), [word._replace(edges=())], 4) == Rect(72, 100, 106, 112)


def test_edges_snap_to_the_edges_of_words_that_are_near() -> None:
    assert snapped(Rect(70, 98, 128, 113), WORDS[:2], 4) == Rect(72, 100, 130, 112)
    far = Rect(60, 90, 150, 140)
    assert snapped(far, WORDS, 4) == far


@pytest.fixture
def marked(view, kit):
    view.set_spans([
        kit.span("own", rect=(200, 200, 300, 230), kind=Kind.MARK, origin=Origin.REVIEWER,
                 status=Status.CONFIRMED),
        kit.span("agency", rect=(200, 300, 300, 330)),
    ])
    view.select_spans(["own"], scroll=False)
    return view


def at(view, x: float, y: float) -> QPoint:
    return view.window_rect(1, Rect(x, y, x, y)).topLeft().toPoint()


def drag(view, start: QPoint, stop: QPoint) -> None:
    box = view.viewport()
    QTest.mousePress(box, Left, Mod.NoModifier, start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(box, start + (stop - start) * part)
    QTest.mouseRelease(box, Left, Mod.NoModifier, stop)


def test_a_corner_is_dragged_and_told_once(qtbot, marked) -> None:
    told = []
    marked.span_reshaped.connect(lambda i, rects: told.append((i, rects)))
    drag(marked, at(marked, 300, 230), at(marked, 350, 260))
    assert len(told) == 1 and told[0][0] == "own"
    assert told[0][1][0].as_list() == pytest.approx([200, 200, 350, 260], abs=1.0)


def test_the_middle_is_dragged_to_move_it_and_escape_leaves_it(qtbot, marked) -> None:
    with qtbot.waitSignal(marked.span_reshaped) as told:
        drag(marked, at(marked, 250, 215), at(marked, 270, 255))
    assert told.args[1][0].as_list() == pytest.approx([220, 240, 320, 270], abs=1.0)
    with qtbot.assertNotEmitted(marked.span_reshaped):
        QTest.mousePress(marked.viewport(), Left, Mod.NoModifier, at(marked, 250, 215))
        QTest.mouseMove(marked.viewport(), at(marked, 280, 300))
        qtbot.keyClick(marked, Key.Key_Escape)
        QTest.mouseRelease(marked.viewport(), Left, Mod.NoModifier, at(marked, 280, 300))


def test_keys_move_it_and_what_they_made_is_told_once(qtbot, marked) -> None:
    told = []
    marked.span_reshaped.connect(lambda i, rects: told.append(rects[0].as_list()))
    for _ in range(5):
        qtbot.keyClick(marked, Key.Key_Right, Mod.ControlModifier)
    qtbot.keyClick(marked, Key.Key_Down, Mod.ControlModifier | Mod.ShiftModifier)
    assert told == []
    qtbot.keyClick(marked, Key.Key_Return)
    assert told == [[205, 200, 305, 231]]
    qtbot.keyClick(marked, Key.Key_Left, Mod.ControlModifier)
    qtbot.waitUntil(lambda: len(told) == 2)  # by itself, once the hand rests


def test_what_the_agency_withheld_stays_where_it_was_found(qtbot, marked) -> None:
    marked.select_spans(["agency"], scroll=False)
    with qtbot.assertNotEmitted(marked.span_reshaped):
        drag(marked, at(marked, 300, 330), at(marked, 350, 360))
        qtbot.keyClick(marked, Key.Key_Right, Mod.ControlModifier)
        qtbot.keyClick(marked, Key.Key_Return)


def test_a_click_on_a_selected_mark_does_not_move_it(qtbot, marked) -> None:
    with qtbot.assertNotEmitted(marked.span_reshaped), qtbot.waitSignal(marked.span_clicked):
        QTest.mouseClick(marked.viewport(), Left, Mod.NoModifier, at(marked, 250, 215))


def test_an_edge_that_is_drawn_lies_between_letters_unless_alt_is_held(qtbot, view, kit) -> None:
    texts = view.text_tool.texts
    qtbot.waitUntil(lambda: texts.get(1) is not None)
    word = max(texts.get(1).words, key=lambda w: len(w.text)).rect
    between, beside = word.x0 + 12, word.x0 + 14  # the third letter begins at 12 points
    view.set_tool("draw")
    box, start = view.viewport(), at(view, word.x0 - 20, word.y0 - 1)
    stop = at(view, beside, word.y1 + 1)
    for modifier, wanted in ((Mod.NoModifier, between), (Mod.AltModifier, beside)):
        with qtbot.waitSignal(view.area_drawn) as drawn:
            QTest.mousePress(box, Left, modifier, start)
            qtbot.waitUntil(lambda: bool(texts.get(1).words[0].edges))
            QTest.mouseMove(box, stop)
            QTest.mouseRelease(box, Left, modifier, stop)
        assert drawn.args[1].x1 == pytest.approx(wanted, abs=0.8)


def test_the_words_that_go_are_listed_as_soon_as_they_are_known(qtbot, view, source, monkeypatch) -> None:
    """Somebody draws and holds still: the page is read meanwhile."""
    asked = []
    monkeypatch.setattr(
        source, "want_words", lambda page, on_done, letters=False: asked.append((page, on_done)))
    view.set_tool("draw")
    box = view.viewport()
    QTest.mouseMove(box, at(view, 300, 300))
    assert [page for page, _ in asked] == [1], "they are asked for before the button goes down"
    QTest.mousePress(box, Left, Mod.NoModifier, at(view, 70, 98))
    QTest.mouseMove(box, at(view, 140, 114))
    QApplication.processEvents()
    paints = Paints(view)
    box.installEventFilter(paints)
    for _page, told in asked:
        told([PlacedWord(Rect(72, 100, 96, 112), "page", 0)])
    qtbot.waitUntil(lambda: paints.count > 0)
    text = view.text_tool.texts.peek(1)
    assert text is not None and len(text) > 0
    QTest.mouseRelease(box, Left, Mod.NoModifier, at(view, 140, 114))


class Paints(QObject):
    """Counts how often something is painted."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False
