"""Which page is drawn next, and by which child. Bookkeeping only: no thread, no child, a clock from outside.

Two lanes. The *front* draws what is on screen and nothing else, so a jump never waits for something that was
fetched ahead (performance study, section 3). The *back* draws one page ahead, then thumbnails, but not while
a page on screen is empty; and it steps in for what is on screen when the front is stuck on a page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import field, replace
from enum import StrEnum

from review_app.domain.pictures import PictureKey, Rank, Wish
from review_app.domain.values import dataclass

HELP_S = 0.12
"""How long the front may be at one page before the back takes over the others on screen, in seconds."""

SLOW_S = 0.1
"""A page of a document whose pages take longer than this is first drawn coarsely, in seconds. What comes
sooner is felt as at once, and would come later by the drawing, handing over and painting of the coarse
picture."""

ABANDONED_S = 0.5
"""A page nobody wants any more is given up when drawing it has taken this long, in seconds."""

ABANDONED_AHEAD_S = 1.5
"""The same for what nobody looks at. Stopping a child costs a new one, 0.3 s of a processor: as much as most
pages still take then, also on a busy machine; and what holds up the screen is stopped earlier."""

USUAL_TIMES = 3.0
"""A page's child is stopped only after so many times what pages of the document take: on a busy machine all
of them take long, and a new child takes longest."""

COARSE = 0.25
"""The scale of a coarse picture, as a share of the sharp one's. A scan decodes at a quarter for a third of
the cost, and a page of vectors has a sixteenth of the pixels to blend."""

LEAST_COARSE = 0.15
"""Pixels a point: below this a coarse picture shows nothing."""


class Lane(StrEnum):
    """Who draws."""

    FRONT = "front"
    BACK = "back"


@dataclass(slots=True)
class _Work:
    wish: Wish
    since: float


@dataclass(slots=True)
class _Pace:
    """How long pages of a document took, in seconds: a moving mean. What a coarse picture before took counts:
    without it a page would seem quick once its scan is decoded."""

    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.seconds = seconds if not self.seconds else 0.7 * self.seconds + 0.3 * seconds


@dataclass(slots=True)
class _List:
    wishes: list[Wish] = field(default_factory=list)
    turn: int = 0


class Scheduler:
    """Wish lists of several askers, and what is being drawn. Not thread-safe: its user holds a lock.

    Args:
        clock: seconds, any origin.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lists: dict[Hashable, _List] = {}
        self._work: dict[Lane, _Work] = {}
        self._paces: dict[str, _Pace] = {}
        self._coarse_s: dict[PictureKey, float] = {}
        self._turn = 0

    def wish(self, asker: Hashable, wishes: Sequence[Wish]) -> None:
        """Replace all that ``asker`` wants, most important first. What is left out and has not begun is
        forgotten; what is being drawn is not begun a second time."""
        self._turn += 1
        if not wishes:
            self._lists.pop(asker, None)
        else:
            self._lists[asker] = _List(list(dict.fromkeys(wishes)), self._turn)
        wanted = {wish.key for held in self._lists.values() for wish in held.wishes}
        self._coarse_s = {key: seconds for key, seconds in self._coarse_s.items() if key in wanted}

    def wants(self, key: PictureKey) -> bool:
        """True when somebody still wants this picture."""
        return any(wish.key == key for held in self._lists.values() for wish in held.wishes)

    def askers(self, wish: Wish) -> list[Hashable]:
        """Who wants what a lane draws, or has just drawn, with ``wish``."""
        key = self.sharp_of(wish)
        return [asker for asker, held in self._lists.items() if any(w.key == key for w in held.wishes)]

    def next(self, lane: Lane) -> Wish | None:
        """The picture for ``lane`` to draw now, which counts as begun; None when there is nothing for it.

        Raises:
            ValueError: the lane is at work.
        """
        if lane in self._work:
            raise ValueError(f"the {lane} lane is at work")
        wish = self._choose(lane)
        if wish is not None:
            self._work[lane] = _Work(wish, self._clock())
        return wish

    def ended(self, lane: Lane, *, drawn: bool = True) -> float:
        """The picture of ``lane`` is done, or failed; it is off all lists. Returns the seconds it took."""
        work = self._work.pop(lane)
        seconds = self._clock() - work.since
        key = work.wish.key
        if work.wish.is_coarse:
            self._coarse_s[self.sharp_of(work.wish)] = seconds
            return seconds
        if drawn and key.part is None:  # a part of a page says nothing of how long a page takes
            pace = self._paces.setdefault(key.document_id, _Pace())
            pace.add(seconds + self._coarse_s.get(key, 0.0))
        for held in self._lists.values():
            held.wishes = [wish for wish in held.wishes if wish.key != key]
        self._coarse_s.pop(key, None)
        return seconds

    def is_abandoned(self, lane: Lane) -> bool:
        """True when a lane has long been at a picture that nobody wants any more: better to stop it."""
        work = self._work.get(lane)
        if work is None:
            return False
        if not self._is_over(work, ABANDONED_S if work.wish.rank is Rank.VISIBLE else ABANDONED_AHEAD_S):
            return False
        return not self.wants(self.sharp_of(work.wish))

    def is_in_the_way(self, lane: Lane) -> bool:
        """True when the back is long at something that nobody looks at while what is on screen has nobody to
        draw it: better to stop it."""
        work = self._work.get(lane)
        return (
            lane is Lane.BACK and work is not None and work.wish.rank is not Rank.VISIBLE
            and self._is_over(work, HELP_S) and self._is_front_stuck() and bool(self._free(Rank.VISIBLE))
        )

    def _is_over(self, work: _Work, least: float) -> bool:
        """True when it takes so many seconds, and long beside other pages of the document."""
        pace = self._paces.get(work.wish.key.document_id)
        usual = pace.seconds * USUAL_TIMES if pace is not None else 0.0
        return self._clock() - work.since >= max(least, usual)

    def _is_front_stuck(self) -> bool:
        front = self._work.get(Lane.FRONT)
        return front is not None and self._clock() - front.since >= HELP_S

    def waits(self) -> float | None:
        """Seconds until the back may step in for the front; None when there is nothing to wait for."""
        front = self._work.get(Lane.FRONT)
        if front is None or Lane.BACK in self._work or not self._free(Rank.VISIBLE):
            return None
        return max(0.0, HELP_S - (self._clock() - front.since))

    def _choose(self, lane: Lane) -> Wish | None:
        visible = self._free(Rank.VISIBLE)
        if lane is Lane.FRONT:
            return self._coarse_first(visible[0]) if visible else None
        if visible:
            if self._is_front_stuck():
                return self._coarse_first(visible[0])
            return None  # the front takes them one by one; the machine has few cores
        if self._is_front_stuck():
            return None  # stays free for the page that somebody turns to next
        front = self._work.get(Lane.FRONT)
        if front is not None and front.wish.rank is Rank.VISIBLE and not front.wish.has_stand_in:
            return None  # somebody looks at an empty page: what may be needed later must not slow it down
        place = (front.wish.key.document_id, front.wish.key.page) if front is not None else None
        for rank in (Rank.AHEAD, Rank.THUMBNAIL):
            for wish in self._free(rank):
                # A page that the front is at may be one that holds up or ends its child: not both of them.
                if (wish.key.document_id, wish.key.page) != place:
                    return wish
        return None

    def _free(self, rank: Rank) -> list[Wish]:
        """Wishes of a rank that no lane is at, those of the asker that spoke last first."""
        busy = {self.sharp_of(work.wish) for work in self._work.values()}
        lists = sorted(self._lists.values(), key=lambda held: -held.turn)
        return [
            wish for held in lists for wish in held.wishes if wish.rank is rank and wish.key not in busy
        ]

    def _coarse_first(self, wish: Wish) -> Wish:
        key = wish.key
        pace = self._paces.get(key.document_id)
        if (
            wish.has_stand_in or key.part is not None or key in self._coarse_s
            or key.scale * COARSE < LEAST_COARSE or pace is None or pace.seconds < SLOW_S
        ):
            return wish
        return replace(wish, key=key._replace(scale=key.scale * COARSE), is_coarse=True)

    @staticmethod
    def sharp_of(wish: Wish) -> PictureKey:
        """The sharp picture that a wish is for, or is drawn coarsely before."""
        # COARSE is a power of two, so this is the very number the asker gave.
        return wish.key._replace(scale=wish.key.scale / COARSE) if wish.is_coarse else wish.key
