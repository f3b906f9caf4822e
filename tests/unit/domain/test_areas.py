"""The area that rectangles cover together, against counting squares."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_app.domain.areas import covered
from review_app.domain.geometry import Rect

SIDE = 24
_EDGE = st.integers(0, SIDE)
_RECT = st.tuples(_EDGE, _EDGE, _EDGE, _EDGE).map(lambda v: Rect.of([float(n) for n in v]))


def squares(rects: list[Rect]) -> int:
    """Squares of a grid that any of the rectangles covers."""
    return sum(
        any(r.x0 <= x < r.x1 and r.y0 <= y < r.y1 for r in rects) for x in range(SIDE) for y in range(SIDE)
    )


_CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_CALM
@given(st.lists(_RECT, max_size=30))
def test_it_is_the_number_of_squares(rects: list[Rect]) -> None:
    assert covered(rects) == pytest.approx(squares(rects), abs=1e-9)


@_CALM
@given(st.lists(_RECT, min_size=14, max_size=40))
def test_the_tree_counts_as_the_squares_do(rects: list[Rect]) -> None:
    """More than are compared one by one: the line that moves over the page is used for certain."""
    assert covered(rects) == pytest.approx(squares(rects), abs=1e-9)


@_CALM
@given(st.lists(st.tuples(*[st.floats(0, 1000)] * 4).map(Rect.of), max_size=20), st.randoms())
def test_order_and_twins_change_nothing(rects: list[Rect], dice: random.Random) -> None:
    other = [*rects, *rects[:3]]
    dice.shuffle(other)
    assert covered(other) == covered(rects)


def test_counting_overlaps_twice_would_be_noticed() -> None:
    rects = [Rect(0, 0, 10, 10), Rect(5, 5, 15, 15)]
    assert covered(rects) == 175
    assert sum(r.area for r in rects) == 200


def test_many_over_one_another_take_no_hour() -> None:
    dice = random.Random(5)
    rects = [Rect.of([dice.uniform(0, 612) for _ in range(4)]) for _ in range(4000)]
    before = time.process_time()
    assert 0 < covered(rects) <= 612 * 612 + 1e-6
    assert time.process_time() - before < 5.0
