"""The agreement of two people, by hand-counted cases, and samples that can be drawn again."""

from __future__ import annotations

from collections import Counter

import pytest

from review_app.domain.agreement import Agreement, compare, draw
from review_app.domain.geometry import Rect

A, B, C = ((Rect(0, y, 100, y + 20),) for y in (0, 50, 100))
ALMOST_A = (Rect(10, 0, 100, 20),)
HALF_A = (Rect(0, 0, 49, 20),)


@pytest.mark.parametrize(("first", "second", "pairs", "left", "right"), [
    ([], [], 0, [], []),
    ([A], [A], 1, [], []),
    ([A, B], [ALMOST_A], 1, [B], []),
    ([A], [HALF_A], 0, [A], [HALF_A]),
    ([A], [A, ALMOST_A], 1, [], [ALMOST_A]),
    ([ALMOST_A, A], [A], 1, [ALMOST_A], []),
    ([], [C], 0, [], [C]),
])
def test_marks_are_matched_by_place(first, second, pairs, left, right):
    page = compare(("d", 1), first, second)
    assert (page.pairs, list(page.only_first), list(page.only_second)) == (pairs, left, right)
    assert page.agrees is (not left and not right)


def test_the_rates_are_those_of_the_formulas():
    """Three pages: one agrees with a mark, one without any, one has a mark on each side that differs."""
    found = Agreement((
        compare(("d", 1), [A], [ALMOST_A]), compare(("d", 2), [], []), compare(("d", 3), [A, B], [B, C]),
    ))
    assert (found.first, found.second, found.pairs) == (3, 3, 2)
    assert found.span_rate == pytest.approx(2 * 2 / 6)
    assert found.page_rate == pytest.approx(2 / 3)


def test_nothing_to_mark_is_agreement():
    assert Agreement((compare(("d", 1), [], []),)).span_rate == 1.0
    assert Agreement(()).page_rate == 1.0


def test_the_same_seed_draws_the_same_pages_and_every_page_is_as_likely():
    population = [("a", n) for n in range(1, 6)] + [("b", n) for n in range(1, 6)]
    assert draw(population, 4, 7) == draw(population[::-1], 4, 7)
    assert len(set(draw(population, 4, 7))) == 4
    assert sorted(draw(population, 99, 1)) == population
    counts = Counter(key for seed in range(2000) for key in draw(population, 3, seed))
    assert set(counts) == set(population)
    assert all(abs(count - 600) < 100 for count in counts.values()), counts
