from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from review_app.domain.geometry import Rect
from review_app.ui.page_view.tools import MINIMUM_POINTS, DrawTool

SIZE = (612.0, 792.0)


def test_drawing_by_pointer_gives_the_area_whichever_way_it_was_drawn() -> None:
    tool = DrawTool()
    tool.press(3, 200, 150)
    tool.drag(100, 50)
    assert tool.release() == (3, Rect(100, 50, 200, 150))
    assert tool.draft is None


def test_a_slip_of_the_hand_draws_nothing() -> None:
    tool = DrawTool()
    tool.press(1, 100, 100)
    tool.drag(100 + MINIMUM_POINTS * 4, 100 + MINIMUM_POINTS / 2)
    assert tool.release() is None
    tool.press(1, 100, 100)
    tool.drag(100 + MINIMUM_POINTS, 100 + MINIMUM_POINTS)
    assert tool.release() is not None


def test_cancel_drops_the_draft_once() -> None:
    tool = DrawTool()
    tool.press(1, 10, 10)
    assert tool.cancel()
    assert not tool.cancel()
    assert tool.release() is None


def test_drawing_by_keys() -> None:
    tool = DrawTool()
    tool.place_cross(2, 300, 400)
    tool.step(-6, 0, SIZE)
    tool.step(0, 6, SIZE)
    assert tool.cross == (2, 294, 406)
    for _ in range(4):
        tool.stretch(6, 0, SIZE)
    tool.stretch(0, 12, SIZE)
    assert tool.draft is not None
    assert tool.draft.rect == Rect(294, 406, 318, 418)
    tool.step(10, 10, SIZE)  # the unfinished area moves as a whole
    assert tool.release() == (2, Rect(304, 416, 328, 428))


def test_without_a_crosshair_keys_do_nothing() -> None:
    tool = DrawTool()
    tool.step(5, 5, SIZE)
    tool.stretch(5, 5, SIZE)
    assert (tool.cross, tool.draft) == (None, None)


@given(st.lists(st.tuples(st.booleans(), st.floats(-900, 900), st.floats(-900, 900)), max_size=30))
def test_whatever_the_keys_do_everything_stays_on_the_page(moves: list[tuple[bool, float, float]]) -> None:
    tool = DrawTool()
    tool.place_cross(1, 300, 400)
    for is_stretch, dx, dy in moves:
        (tool.stretch if is_stretch else tool.step)(dx, dy, SIZE)
        assert tool.cross is not None
        places = [tool.cross[1:]]
        if tool.draft is not None:
            places += [tool.draft.fixed, tool.draft.moving]
        for x, y in places:
            assert -1e-6 <= x <= SIZE[0] + 1e-6
            assert -1e-6 <= y <= SIZE[1] + 1e-6
