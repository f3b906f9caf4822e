from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.domain.geometry import Rect
from review_app.ui.page_view.layout import PIXELS_PER_POINT_AT_100, StripLayout

SIZES = ((612.0, 792.0), (595.0, 842.0), (792.0, 612.0), (612.0, 1008.0), (1224.0, 1584.0))


def mixed(count: int) -> list[tuple[float, float]]:
    chance = random.Random(5)
    return [chance.choice(SIZES) for _ in range(count)]


def naive_page_at(layout: StripLayout, y: float) -> int:
    return max([n for n in range(1, layout.page_count + 1) if layout.top(n) <= y], default=1)


@pytest.mark.parametrize("zoom", [0.1, 1.0, 1.37, 8.0])
def test_the_page_at_a_height_is_what_a_walk_over_all_pages_finds(zoom: float) -> None:
    layout = StripLayout(mixed(5_000), zoom=zoom, view_width=1000)
    chance = random.Random(1)
    for y in [0.0, -5.0, layout.height, layout.height + 9, layout.top(2500)] + [
        chance.uniform(0, layout.height) for _ in range(40)
    ]:
        assert layout.page_at_height(y) == naive_page_at(layout, y)


def test_looking_up_pages_costs_the_logarithm() -> None:
    """Counts the page tops looked at: a walk would look at thousands."""

    class Counting(StripLayout):
        looked = 0

        def top(self, page: int) -> float:
            self.looked += 1
            return super().top(page)

    layout = Counting(mixed(5_000), zoom=1.5, view_width=1000)
    layout.page_at_height(layout.height * 0.7)
    assert layout.looked <= 14 + 3  # 2 ** 13 > 5,000; and whether it is where the last one was
    layout.looked = 0
    layout.page_at_height(layout.height * 0.7 + 5)
    assert layout.looked <= 3
    layout.looked = 0
    layout.visible(layout.height * 0.7, layout.height * 0.7 + 1000)
    assert layout.looked <= 40


def test_five_thousand_pages_are_laid_out_well_within_a_frame() -> None:
    sizes = mixed(5_000)
    start = time.thread_time()
    StripLayout(sizes, view_width=1000)
    assert time.thread_time() - start < 0.1


def test_visible_pages_are_exactly_those_that_touch_the_window() -> None:
    layout = StripLayout(mixed(300), zoom=0.4, view_width=900)
    chance = random.Random(2)
    for _ in range(200):
        y0 = chance.uniform(-100, layout.height)
        y1 = y0 + chance.uniform(1, 1500)
        expected = [
            n for n in range(1, 301) if layout.page_rect(n).y1 > y0 and layout.page_rect(n).y0 < y1
        ]
        assert list(layout.visible(y0, y1)) == expected


def test_pages_are_centred_and_do_not_touch() -> None:
    layout = StripLayout([(612, 792), (306, 400)], zoom=1.0, view_width=2000, gap=12)
    first, second = layout.page_rect(1), layout.page_rect(2)
    assert first.x0 == pytest.approx(2000 - first.x1)
    assert second.x0 == pytest.approx(2000 - second.x1)
    assert second.y0 - first.y1 == pytest.approx(12)
    assert first.width == pytest.approx(612 * PIXELS_PER_POINT_AT_100)


@given(
    page=st.integers(1, 50), fx=st.floats(0, 1), fy=st.floats(0, 1),
    zoom=st.floats(0.1, 8.0), view_width=st.floats(0, 4000),
)
def test_a_place_on_a_page_is_found_again_on_the_strip(
    page: int, fx: float, fy: float, zoom: float, view_width: float
) -> None:
    layout = StripLayout(mixed(50), zoom=zoom, view_width=view_width)
    width, height = layout.size(page)
    x, y = fx * width, fy * height
    strip = layout.to_strip(page, Rect(x, y, x, y))
    assert layout.on_page(page, strip.x0, strip.y0) == pytest.approx((x, y), abs=1e-6)
    anchor = layout.anchor(strip.x0, strip.y0)
    assert anchor is not None
    assert layout.place(anchor) == pytest.approx((strip.x0, strip.y0), abs=1e-6)


def test_beside_the_pages_there_is_no_place() -> None:
    layout = StripLayout([(612, 792)], zoom=1.0, view_width=2000)
    page = layout.page_rect(1)
    assert layout.to_page(page.x0 - 1, page.y0 + 10) is None
    assert layout.to_page(page.x0 + 1, page.y0 - 1) is None
    assert layout.to_page(page.x0 + 1, page.y0 + 1) is not None


def test_places_outside_are_brought_to_the_nearest_point_of_the_page() -> None:
    layout = StripLayout([(612, 792), (300, 300)], zoom=1.0, view_width=2000)
    assert layout.on_page(2, -50, 1e6) == (0.0, 300)
    assert layout.on_page(1, 1e6, -5) == (612, 0.0)


def test_the_current_page_is_the_first_that_shows_half() -> None:
    layout = StripLayout([(612, 792)] * 3, zoom=1.0, view_width=900)
    assert layout.current(0, 600) == 1
    assert layout.current(layout.top(2) - 250, layout.top(2) + 350) == 2
    assert layout.current(layout.top(2) - 350, layout.top(2) + 250) == 1
    assert layout.current(layout.top(1) + 400, layout.top(1) + 2000) == 1  # 656 of 1,056 px show


def test_fitting() -> None:
    layout = StripLayout([(612, 792), (1224, 792)], zoom=1.0, view_width=900)
    layout.zoom = layout.zoom_to_fit(1, 900)
    assert layout.page_rect(1).width == pytest.approx(900 - 2 * layout.gap)
    layout.zoom = layout.zoom_to_fit(1, 900, 500)
    assert layout.page_rect(1).height == pytest.approx(500 - 2 * layout.gap)


def test_no_pages() -> None:
    layout = StripLayout((), view_width=500)
    assert (layout.page_count, layout.height, layout.width) == (0, 0.0, 500)
    assert list(layout.visible(0, 1000)) == []
    assert layout.to_page(1, 1) is None
    assert layout.anchor(1, 1) is None
    assert layout.current(0, 100) == 0


def test_a_page_without_extent_can_still_be_found() -> None:
    layout = StripLayout([(612, 792), (0, 0), (612, 792)], view_width=900)
    assert layout.page_at_height(layout.top(2)) == 2
    assert layout.page_at_height(layout.top(3)) == 3


def test_pages_that_differ_by_a_hair_bring_no_lower_bar() -> None:
    layout = StripLayout([(600, 792), (612, 789), (600, 792)], view_width=640)
    layout.zoom = layout.zoom_to_fit(1, 640)
    assert layout.width == 640
    wide = layout.page_rect(2)
    assert wide.x0 > 0 and wide.x1 < 640 and wide.x0 == pytest.approx(640 - wide.x1), "all of it is seen"
    wider = StripLayout([(600, 792), (660, 789)], view_width=640)
    wider.zoom = wider.zoom_to_fit(1, 640)
    assert wider.width == pytest.approx(wider.page_rect(2).width + 2 * wider.gap)
