"""Views refresh what changed and nothing else, and end up as if all had been read anew."""

from __future__ import annotations

import random

from review_app.review.changes import Changes
from review_app.ui.differences import are_in_place, differences, remember


class Thing:
    def __init__(self, name: int) -> None:
        self.id = str(name)


def test_differences_are_told_by_identity() -> None:
    a, b, c, d = (Thing(n) for n in range(4))
    other = Thing(1)
    assert differences([a, b, c], [a, other, c]) == ([b], [other])
    assert differences([a, b, c], [a, c]) == ([b], [])
    assert differences([a, c], [a, b, c, d]) == ([], [b, d])
    assert differences([], [a]) == ([], [a])
    assert differences([a, b], [a, b]) == ([], [])


def test_what_is_left_and_what_came_make_the_new_list() -> None:
    chance = random.Random(4)
    things = [Thing(n) for n in range(40)]
    for _ in range(300):
        old = [t for t in things if chance.random() < 0.8]
        new = [Thing(int(t.id)) if chance.random() < 0.1 else t for t in things if chance.random() < 0.8]
        gone, come = differences(old, new)
        assert [t for t in old if t not in new] == gone
        assert [t for t in new if t not in old] == come


def test_rows_are_in_place_when_each_that_came_stands_where_one_went() -> None:
    a, b, c = (Thing(n) for n in range(3))
    other = Thing(1)
    assert are_in_place((a, b, c), (a, other, c))
    assert not are_in_place((a, b, c), (a, c, other))
    assert not are_in_place((a, b, c), (b, a, c))
    assert not are_in_place((a, b, c), (a, b))
    old, new = (a, b, c), (a, other, c)
    remember(old, new, [b], [other])
    assert are_in_place(old, new)
    assert differences(old, new) == ([b], [other])


def test_changes_keep_to_single_spans_only_while_all_of_them_are_known() -> None:
    one, two = Changes.of_spans([("d1", "s1")]), Changes.of_spans([("d1", "s2"), ("d2", "s9")])
    assert one.spans_of("d1") == {"s1"}
    assert one.spans_of("d2") == frozenset()
    assert (one | two).spans_of("d1") == {"s1", "s2"}
    everything = Changes(spans=frozenset({"d1"}))
    assert everything.spans_of("d1") is None
    for both in (one | everything | two, everything | one):
        assert both.spans_of("d1") is None
    assert (two | everything).spans_of("d2") == {"s9"}
