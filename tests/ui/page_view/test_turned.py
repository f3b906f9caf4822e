"""Pages turned for looking at them: what is on a page stays where it is on it, wherever that is on screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from review_app.domain.geometry import Rect, turned
from review_app.domain.vocabulary import Origin
from review_app.ui.page_view.layout import StripLayout
from review_app.ui.page_view.outline import blocks, turned_block
from review_app.ui.page_view.tiles import TILE_HEIGHT

TURNS = [90, 180, 270]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier

sides = st.floats(10, 2000)
shares = st.floats(0, 1)


@given(
    turn=st.sampled_from([0, *TURNS]), width=sides, height=sides, x=shares, y=shares,
    zoom=st.floats(0.1, 8),
)
def test_a_point_goes_to_the_strip_and_back(
    turn: int, width: float, height: float, x: float, y: float, zoom: float
) -> None:
    layout = StripLayout([(300, 400), (width, height)], zoom=zoom, view_width=500, turn=turn)
    at = (0.05 + 0.9 * x) * width, (0.05 + 0.9 * y) * height
    place = layout.to_strip(2, Rect(*at, *at))
    found = layout.to_page(place.x0, place.y0)
    assert found is not None and found[0] == 2
    assert found[1:] == pytest.approx(at, abs=1e-6 * max(width, height))
    assert layout.on_page(2, place.x0, place.y0) == pytest.approx(at, abs=1e-6 * max(width, height))


@pytest.mark.parametrize("turn", TURNS)
def test_four_quarters_are_none(turn: int) -> None:
    rect = Rect(10, 20, 110, 60)
    once = turned(rect, turn, 600, 800)
    size = (800, 600) if turn in (90, 270) else (600, 800)
    assert turned(once, 360 - turn, *size) == rect
    assert once.area == rect.area


def test_a_quarter_is_clockwise() -> None:
    """The left upper corner comes to the right."""
    assert turned(Rect(0, 0, 10, 20), 90, 600, 800) == Rect(780, 0, 800, 10)
    layout = StripLayout([(600, 800)], turn=90)
    assert layout.size(1) == (800, 600)
    assert layout.page_size(1) == (600, 800)


@pytest.mark.parametrize("turn", TURNS)
def test_directions_go_as_the_screen_does(turn: int) -> None:
    layout = StripLayout([(600, 800)], turn=turn)
    before = layout.to_strip(1, Rect(300, 400, 300, 400))
    for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        px, py = layout.heading(dx, dy)
        after = layout.to_strip(1, Rect(300 + px, 400 + py, 300 + px, 400 + py))
        moved = (after.x0 - before.x0, after.y0 - before.y0)
        assert moved == pytest.approx((dx * layout.scale, dy * layout.scale))


@pytest.mark.parametrize("turn", TURNS)
def test_the_outline_of_a_turned_block_runs_round_its_areas(turn: int) -> None:
    """Each edge lies on an area's side, and the area is on the side of it that the edge says."""
    (block,) = blocks([Rect(100, 100, 300, 112), Rect(72, 112, 300, 124), Rect(72, 124, 200, 136)])
    shown = turned_block(block, turn, 600, 800)
    assert shown.bounds.area == block.bounds.area
    assert sum(e.stop - e.start for e in shown.edges) == pytest.approx(
        sum(e.stop - e.start for e in block.edges)
    )
    for edge in shown.edges:
        assert edge.stop > edge.start
        middle, inwards = (edge.start + edge.stop) / 2, 1.0 if edge.side < 0 else -1.0
        inner = (middle, edge.at + inwards) if edge.is_flat else (edge.at + inwards, middle)
        outer = (middle, edge.at - inwards) if edge.is_flat else (edge.at - inwards, middle)
        assert any(area.contains_point(*inner) for area in shown.areas)
        assert not any(area.contains_point(*outer) for area in shown.areas)


def spot(view, page: int, x: float, y: float) -> QPoint:
    return view.window_rect(page, Rect(x, y, x, y)).topLeft().toPoint()


@pytest.mark.parametrize("turn", TURNS)
class TestView:
    def test_a_click_meets_the_span_under_it(self, qtbot, view, kit, turn) -> None:
        view.set_spans([kit.span("a", rect=(72, 100, 300, 130)), kit.span("b", rect=(72, 200, 300, 230))])
        view.rotate(turn)
        for span_id, y in (("a", 115), ("b", 215)):
            view.bring_rect_into_view(1, Rect(72, y, 300, y))
            with qtbot.waitSignal(view.span_clicked) as told:
                qtbot.mouseClick(view.viewport(), LEFT, NONE, spot(view, 1, 150, y))
            assert told.args == [span_id, False]

    def test_a_drawn_area_is_in_page_space(self, qtbot, view, turn) -> None:
        view.rotate(turn)
        view.set_tool("draw")
        view.bring_rect_into_view(1, Rect(100, 100, 200, 160))
        start, end = spot(view, 1, 100, 100), spot(view, 1, 200, 160)
        with qtbot.waitSignal(view.area_drawn) as told:
            qtbot.mousePress(view.viewport(), LEFT, NONE, start)
            qtbot.mouseMove(view.viewport(), (start + end) / 2)
            qtbot.mouseMove(view.viewport(), end)
            qtbot.mouseRelease(view.viewport(), LEFT, NONE, end)
        assert told.args[0] == 1
        assert told.args[1].as_list() == pytest.approx([100, 100, 200, 160], abs=1.0)

    def test_text_is_selected_where_it_stands(self, qtbot, view, turn) -> None:
        view.text_tool.texts.get(1)
        qtbot.waitUntil(lambda: view.text_tool.texts.get(1) is not None)
        view.rotate(turn)
        view.bring_rect_into_view(1, Rect(72, 100, 200, 140))
        start, end = spot(view, 1, 73, 106), spot(view, 1, 200, 106)
        qtbot.mousePress(view.viewport(), LEFT, NONE, start)
        qtbot.mouseMove(view.viewport(), (start + end) / 2)
        qtbot.mouseMove(view.viewport(), end)
        qtbot.mouseRelease(view.viewport(), LEFT, NONE, end)
        assert view.selected_text == "page 1 line 1"
        (_, rects), = view.selected_areas
        assert rects[0].y0 == pytest.approx(100) and rects[0].y1 == pytest.approx(112)

    def test_pictures_are_asked_for_turned(self, qtbot, view, source, kit, turn) -> None:
        kit.wait(qtbot, view)
        source.keys.clear()
        view.rotate(turn)
        kit.wait(qtbot, view)
        assert source.keys and all(key.turn == turn for key in source.keys)

    def test_spans_are_painted_where_a_click_finds_them(self, qtbot, view, kit, turn) -> None:
        view.rotate(turn)
        view.go_to_page(2)
        kit.wait(qtbot, view)
        plain = view.viewport().grab().toImage()
        view.set_spans([kit.span("a", page=2, rect=(250, 300, 420, 380), origin=Origin.REVIEWER)])
        QApplication.processEvents()
        marked = view.viewport().grab().toImage()
        changed = [
            (x, y) for x in range(0, plain.width(), 4) for y in range(0, plain.height(), 4)
            if plain.pixel(x, y) != marked.pixel(x, y)
        ]
        assert changed
        for x, y in changed:
            assert view.span_at(QPointF(x, y), slack_px=30) == "a" or view.place_at(QPointF(x, y))[1] > 420

    def test_the_middle_stays_and_a_document_keeps_its_turn(self, qtbot, view, source, kit, turn) -> None:
        view.verticalScrollBar().setValue(1500)
        before = view.middle_place()
        view.rotate(turn)
        after = view.middle_place()
        assert after[0] == before[0]
        view.set_document("d2", kit.page_rows(source.sizes))
        assert view.turn == 0
        view.set_document("d1", kit.page_rows(source.sizes))
        assert view.turn == turn
        view.rotate(-turn)
        assert view.turn == 0

    def test_crosshair_keys_go_as_the_screen_does(self, qtbot, view, turn) -> None:
        view.rotate(turn)
        view.set_tool("draw")
        qtbot.keyClick(view, Qt.Key.Key_Left)
        page, x, y = view._interaction.drawing.cross
        before = view.window_rect(page, Rect(x, y, x, y)).topLeft() + QPointF(view._left(), view._top())
        qtbot.keyClick(view, Qt.Key.Key_Down)
        page, x, y = view._interaction.drawing.cross
        after = view.window_rect(page, Rect(x, y, x, y)).topLeft() + QPointF(view._left(), view._top())
        assert after.y() - before.y() == pytest.approx(8.0, abs=0.01)
        assert after.x() == pytest.approx(before.x(), abs=0.01)


class TestFitSelection:
    def test_a_selected_span_fills_the_window(self, view, kit) -> None:
        view.set_spans([kit.span("a", page=3, rect=(100, 300, 300, 400))])
        assert not view.fit_selection()
        view.select_spans(["a"])
        assert view.fit_selection()
        area = view.window_rect(3, Rect(100, 300, 300, 400))
        box = view.viewport().rect()
        assert area.width() == pytest.approx(box.width() - 24, abs=2)
        assert box.contains(area.toAlignedRect())

    def test_selected_text_comes_before_spans(self, qtbot, view, kit) -> None:
        qtbot.waitUntil(lambda: view.text_tool.texts.get(1) is not None)
        view.set_spans([kit.span("a", page=3, rect=(100, 300, 300, 400))])
        view.select_spans(["a"])
        view.go_to_page(1)
        qtbot.mouseDClick(view.viewport(), LEFT, NONE, spot(view, 1, 80, 106))
        assert view.has_text_selected
        assert view.fit_selection()
        assert view.current_page == 1
        assert view.zoom == pytest.approx(800)


class TestDeepZoom:
    def test_tiles_show_what_one_picture_would(self, qtbot, view, source, kit) -> None:
        view.set_zoom(800)
        view.bring_rect_into_view(1, Rect(300, 380, 310, 400))
        kit.wait(qtbot, view)
        image = view.viewport().grab().toImage()
        stripe = view.window_rect(1, Rect(0, (792 - 792 / 20) / 2, 612, (792 + 792 / 20) / 2))
        x = image.width() // 2
        for y in range(0, image.height(), 7):
            inside = stripe.top() + 3 < y < stripe.bottom() - 3
            outside = y < stripe.top() - 3 or y > stripe.bottom() + 3
            if inside or outside:
                assert (image.pixelColor(x, y).lightness() < 60) is inside, y

    def test_only_tiles_near_the_window_are_asked_for_and_none_twice(self, qtbot, view, source, kit) -> None:
        view.set_zoom(800)
        source.keys.clear()
        for _ in range(30):
            view.scroll_by(0, 40)
            QApplication.processEvents()
            kit.wait(qtbot, view)
        tiles = [key for key in source.keys if key.part is not None]
        assert len(tiles) == len(set(tiles))
        tops = {key.part[1] for key in tiles}
        assert max(tops) - min(tops) <= 600 + 1200 + 3 * TILE_HEIGHT  # the window, the way, one row ahead

    def test_the_row_ahead_lies_where_the_scroll_is_heading(self, qtbot, view, source, kit) -> None:
        view.set_zoom(800)
        view.verticalScrollBar().setValue(3000)
        kit.wait(qtbot, view)
        view.scroll_by(0, 10)
        kit.wait(qtbot, view)
        source.keys.clear()
        view.scroll_by(0, -10)
        kit.wait(qtbot, view)
        assert source.keys
        assert all(key.part is None or key.part[3] <= 3000 for key in source.keys)
