"""Who draws which page when: with a clock that stands still until it is told, and no child at all."""

from __future__ import annotations

import pytest

from review_app.domain.pictures import PictureKey, Rank, Wish
from review_app.workers import scheduler as module
from review_app.workers.scheduler import Lane, Scheduler


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(clock: Clock) -> Scheduler:
    return Scheduler(clock)


def wish(page: int, rank: Rank = Rank.VISIBLE, *, document: str = "d", stand_in: bool = True) -> Wish:
    return Wish(PictureKey(document, page, 1.5), rank, has_stand_in=stand_in)


def pages(desk: Scheduler, lane: Lane, clock: Clock | None = None, seconds: float = 0.01) -> list[int]:
    """All that a lane draws until nothing is left for it."""
    drawn = []
    while (taken := desk.next(lane)) is not None:
        drawn.append(taken.key.page)
        if clock is not None:
            clock.now += seconds
        desk.ended(lane)
    return drawn


def test_what_is_on_screen_comes_first_in_its_order(desk):
    desk.wish("page", [wish(9, Rank.AHEAD), wish(7), wish(8)])
    desk.wish("strip", [wish(1, Rank.THUMBNAIL), wish(2, Rank.THUMBNAIL)])
    assert pages(desk, Lane.FRONT) == [7, 8]
    assert pages(desk, Lane.BACK) == [9, 1, 2]


def test_the_front_never_draws_ahead(desk):
    desk.wish("page", [wish(9, Rank.AHEAD)])
    assert desk.next(Lane.FRONT) is None
    assert desk.next(Lane.BACK) == wish(9, Rank.AHEAD)


def test_nothing_is_drawn_ahead_while_something_on_screen_waits(desk):
    desk.wish("page", [wish(1), wish(2), wish(3, Rank.AHEAD)])
    assert desk.next(Lane.FRONT) == wish(1)
    assert desk.next(Lane.BACK) is None
    desk.ended(Lane.FRONT)
    assert desk.next(Lane.FRONT) == wish(2)
    assert desk.next(Lane.BACK) == wish(3, Rank.AHEAD), "nothing on screen waits now"


def test_only_one_is_drawn_ahead_at_a_time(desk):
    desk.wish("page", [wish(3, Rank.AHEAD), wish(4, Rank.AHEAD)])
    assert desk.next(Lane.BACK) == wish(3, Rank.AHEAD)
    with pytest.raises(ValueError, match="at work"):
        desk.next(Lane.BACK)
    assert desk.next(Lane.FRONT) is None


def test_what_is_no_longer_wanted_is_dropped_before_it_begins(desk):
    desk.wish("page", [wish(1), wish(2), wish(3)])
    assert desk.next(Lane.FRONT) == wish(1)
    desk.wish("page", [wish(900)])
    desk.ended(Lane.FRONT)
    assert pages(desk, Lane.FRONT) == [900]


def test_askers_do_not_drop_each_others_wishes_and_the_last_to_speak_comes_first(desk):
    desk.wish("left", [wish(1), wish(2)])
    desk.wish("right", [wish(50, document="e")])
    assert pages(desk, Lane.FRONT) == [50, 1, 2]
    desk.wish("left", [wish(1)])
    desk.wish("right", [])
    assert pages(desk, Lane.FRONT) == [1]


def test_nothing_is_drawn_twice(desk):
    desk.wish("page", [wish(1), wish(1), wish(2)])
    desk.wish("other", [wish(1)])
    first = desk.next(Lane.FRONT)
    assert first == wish(1)
    desk.wish("page", [wish(1), wish(2)])  # asked again while it is being drawn
    desk.ended(Lane.FRONT)
    assert pages(desk, Lane.FRONT) == [2]


def test_the_back_steps_in_when_the_front_is_stuck(desk, clock):
    desk.wish("page", [wish(1), wish(2), wish(3)])
    assert desk.next(Lane.FRONT) == wish(1)
    clock.now += module.HELP_S / 2
    assert desk.next(Lane.BACK) is None
    assert desk.waits() == pytest.approx(module.HELP_S / 2)
    clock.now += module.HELP_S / 2
    assert desk.waits() == 0.0
    assert pages(desk, Lane.BACK) == [2, 3], "never page 1, which the front has"
    assert desk.waits() is None


def test_a_picture_nobody_wants_is_given_up_after_a_while(desk, clock):
    desk.wish("page", [wish(1)])
    desk.next(Lane.FRONT)
    clock.now += module.ABANDONED_S
    assert not desk.is_abandoned(Lane.FRONT), "it is on screen"
    desk.wish("page", [wish(2)])
    assert desk.is_abandoned(Lane.FRONT)
    desk.ended(Lane.FRONT, drawn=False)
    assert not desk.is_abandoned(Lane.FRONT)
    assert desk.next(Lane.FRONT) == wish(2)
    assert not desk.is_abandoned(Lane.FRONT), "it has just begun"


def test_what_nobody_looks_at_is_given_up_later_for_a_new_child_costs_more(desk, clock):
    desk.wish("page", [wish(1, Rank.AHEAD)])
    assert desk.next(Lane.BACK) is not None
    desk.wish("page", [])
    clock.now += module.ABANDONED_S
    assert not desk.is_abandoned(Lane.BACK)
    clock.now += module.ABANDONED_AHEAD_S - module.ABANDONED_S
    assert desk.is_abandoned(Lane.BACK)


def test_where_all_pages_take_long_a_child_is_not_stopped_for_taking_long(desk, clock):
    desk.wish("page", [wish(1)])
    desk.next(Lane.FRONT)
    clock.now += 0.3
    desk.ended(Lane.FRONT)
    desk.wish("page", [wish(2, Rank.AHEAD)])
    desk.next(Lane.BACK)
    desk.wish("page", [wish(3), wish(4)])
    desk.next(Lane.FRONT)
    clock.now += 0.3
    assert not desk.is_in_the_way(Lane.BACK), "its end is nearer than the start of another child"
    clock.now += 0.3 * module.USUAL_TIMES
    assert desk.is_in_the_way(Lane.BACK)


def test_nothing_is_fetched_ahead_while_a_page_on_screen_is_empty(desk, clock):
    desk.wish("page", [wish(1, stand_in=False), wish(2, Rank.AHEAD)])
    desk.next(Lane.FRONT)
    assert desk.next(Lane.BACK) is None
    desk.ended(Lane.FRONT)
    assert desk.next(Lane.BACK) == wish(2, Rank.AHEAD)


def test_a_slow_document_shows_a_coarse_picture_first(desk, clock):
    desk.wish("page", [wish(1, stand_in=False)])
    assert desk.next(Lane.FRONT) == wish(1, stand_in=False), "nothing is known of its pace yet"
    clock.now += 2 * module.SLOW_S
    desk.ended(Lane.FRONT)

    desk.wish("page", [wish(2, stand_in=False), wish(3)])
    coarse = desk.next(Lane.FRONT)
    assert coarse.is_coarse and coarse.key == PictureKey("d", 2, 1.5 * module.COARSE)
    assert desk.next(Lane.BACK) is None
    desk.ended(Lane.FRONT)
    assert pages(desk, Lane.FRONT) == [2, 3], "sharp behind it; page 3 has something to show"


def test_a_quick_document_shows_none(desk, clock):
    desk.wish("page", [wish(1, stand_in=False)])
    assert pages(desk, Lane.FRONT, clock, module.SLOW_S / 4) == [1]
    desk.wish("page", [wish(2, stand_in=False)])
    assert desk.next(Lane.FRONT) == wish(2, stand_in=False)


def test_a_page_is_as_slow_as_both_its_pictures(desk, clock):
    """Decoded for the coarse one, a scan is drawn quickly: its pages are slow all the same."""
    desk.wish("page", [wish(1)])
    pages(desk, Lane.FRONT, clock, 2 * module.SLOW_S)
    for page in range(2, 12):
        desk.wish("page", [wish(page, stand_in=False)])
        coarse = desk.next(Lane.FRONT)
        assert coarse.is_coarse, page
        clock.now += 0.9 * module.SLOW_S
        desk.ended(Lane.FRONT)
        assert pages(desk, Lane.FRONT, clock, 0.4 * module.SLOW_S) == [page]


def test_once_both_are_quick_the_coarse_one_is_left_out(desk, clock):
    desk.wish("page", [wish(1)])
    pages(desk, Lane.FRONT, clock, 2 * module.SLOW_S)
    seen = []
    for page in range(2, 12):
        desk.wish("page", [wish(page, stand_in=False)])
        taken = desk.next(Lane.FRONT)
        seen.append(taken.is_coarse)
        clock.now += 0.3 * module.SLOW_S
        desk.ended(Lane.FRONT)
        pages(desk, Lane.FRONT, clock, 0.3 * module.SLOW_S)
    assert seen[0] and not seen[-1]


def test_a_failed_page_says_nothing_of_the_pace_and_is_not_drawn_again(desk, clock):
    desk.wish("page", [wish(1), wish(2, stand_in=False)])
    desk.next(Lane.FRONT)
    clock.now += 10.0
    assert desk.ended(Lane.FRONT, drawn=False) == pytest.approx(10.0)
    assert desk.next(Lane.FRONT) == wish(2, stand_in=False)


def test_a_coarse_picture_is_drawn_once(desk, clock):
    desk.wish("page", [wish(1)])
    pages(desk, Lane.FRONT, clock, 1.0)
    desk.wish("page", [wish(2, stand_in=False)])
    assert desk.next(Lane.FRONT).is_coarse
    desk.wish("page", [wish(2, stand_in=False)])  # the view asks again meanwhile
    desk.ended(Lane.FRONT)
    assert not desk.next(Lane.FRONT).is_coarse


def test_over_any_course_every_wish_left_standing_is_drawn(desk, clock):
    """A long scripted scroll: whatever was on the last list comes, each once, and nothing else after it."""
    for top in range(1, 200, 3):
        desk.wish("page", [wish(top), wish(top + 1), wish(top + 2, Rank.AHEAD)])
        if top % 2:
            desk.next(Lane.FRONT)
            clock.now += 0.02
            desk.ended(Lane.FRONT)
    assert pages(desk, Lane.FRONT, clock) in ([199, 200], [200])
    assert pages(desk, Lane.BACK, clock) == [201]
    assert desk.next(Lane.FRONT) is None and desk.next(Lane.BACK) is None


def test_the_back_never_goes_to_the_page_the_front_is_at(desk):
    """It may be one that ends its child: its thumbnail would end the other child too."""
    desk.wish("page", [wish(2)])
    desk.wish("strip", [Wish(PictureKey("d", 2, 0.25), Rank.THUMBNAIL), wish(3, Rank.THUMBNAIL)])
    assert desk.next(Lane.FRONT) == wish(2)
    assert pages(desk, Lane.BACK) == [3]
    desk.ended(Lane.FRONT)
    assert pages(desk, Lane.BACK) == [2]


def test_while_the_front_is_stuck_the_back_stays_free_for_the_next_page(desk, clock):
    desk.wish("page", [wish(2), wish(4, Rank.AHEAD)])
    assert desk.next(Lane.FRONT) == wish(2)
    clock.now += module.HELP_S
    assert desk.next(Lane.BACK) is None
    desk.wish("page", [wish(7), wish(8, Rank.AHEAD)])
    assert desk.next(Lane.BACK) == wish(7), "at once"


def test_what_nobody_looks_at_makes_way_when_the_front_is_stuck(desk, clock):
    desk.wish("page", [wish(2), wish(9, Rank.AHEAD)])
    assert desk.next(Lane.FRONT) == wish(2)
    assert desk.next(Lane.BACK) == wish(9, Rank.AHEAD)
    clock.now += module.HELP_S
    assert not desk.is_in_the_way(Lane.BACK), "nothing on screen waits"
    desk.wish("page", [wish(7), wish(2)])
    assert desk.is_in_the_way(Lane.BACK) and not desk.is_in_the_way(Lane.FRONT)
    desk.ended(Lane.BACK)
    assert desk.next(Lane.BACK) == wish(7)
    clock.now += 1
    assert not desk.is_in_the_way(Lane.BACK), "what is on screen is never in the way"
