"""A second reading of pages on which the first engine is unsure: worn stamps, faint or spotted copies.

One rule: where at least five words, and a tenth of all, are unsure, or none was found though something is
printed, RapidOCR reads the page as well. Lines the first engine is sure of stay; in the place of the others,
and where it saw none, those of the second stand. Whole lines, because a date that was torn to pieces has
pieces that look sure.
"""

from __future__ import annotations

from collections.abc import Sequence

from review_app.domain.geometry import Rect
from review_app.engine.ocr_types import EngineFailed, Found, Picture, Recogniser

UNSURE = 0.6
"""Below it a word counts as unsure."""

LEAST_WORDS, LEAST_SHARE = 5, 0.1

_OVER = 0.4


class WithSecond:
    """The first engine, and the second where it is wanted."""

    def __init__(self, first: Recogniser, second: Recogniser) -> None:
        self._first = first
        self._second = second
        self.title = f"{first.title} and {second.title}"

    def read(self, picture: Picture) -> list[Found]:
        """The words of a picture.

        Raises:
            EngineFailed: the first engine fails. When the second does, what the first read stands.
        """
        found = self._first.read(picture)
        if not is_hard(found):
            return found
        try:
            return merged(found, self._second.read(picture))
        except EngineFailed:
            return found


def is_hard(found: Sequence[Found]) -> bool:
    """True where the words ask for a second reading."""
    told = [f for f in found if sum(c.isalnum() for c in f.text) >= 3]
    unsure = sum(1 for f in told if f.sure < UNSURE)
    return not told or (unsure >= LEAST_WORDS and unsure >= LEAST_SHARE * len(told))


def merged(first: Sequence[Found], second: Sequence[Found]) -> list[Found]:
    """Sure lines of the first; words of the second elsewhere; unsure ones where neither has others."""
    unsure = [f for f in first if f.sure < UNSURE]
    sure = [f for f in first if not any(_in_line(f, other) for other in unsure)]
    added = [f for f in second if not _meets(f, sure)]
    kept = {id(f) for f in sure}
    left = [f for f in first if id(f) not in kept and not _meets(f, added)]
    return [*sure, *added, *left]


def _in_line(word: Found, other: Found) -> bool:
    """True when the two stand beside each other, or are the same word."""
    common = min(word.y1, other.y1) - max(word.y0, other.y0)
    return common > 0.5 * min(word.y1 - word.y0, other.y1 - other.y0)


def _meets(word: Found, others: Sequence[Found]) -> bool:
    place = Rect(word.x0, word.y0, word.x1, word.y1)
    for other in others:
        there = Rect(other.x0, other.y0, other.x1, other.y1)
        if place.intersect(there).area > _OVER * min(place.area, there.area):
            return True
    return False
