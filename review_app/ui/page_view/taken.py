"""Which words an area takes, and edges that snap to words. Knows no Qt.

Removing takes every character that the area touches. Words that a box hides are not among the words of a
page, so they can never be listed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from review_app.domain.geometry import Rect
from review_app.domain.pictures import PlacedWord
from review_app.domain.values import dataclass

_LINE_CORE = (0.25, 0.8)
"""The part of a word's height that must be touched: its rectangle reaches into the lines above and below."""

_EDGE = 0.4
"""Points that an edge may lie inside a word and still count as beside it: rounding of places."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The words that go, in the order of reading, and those of which a part stays."""

    whole: tuple[str, ...] = ()
    in_part: tuple[str, ...] = ()


def _core(rect: Rect) -> Rect:
    low, high = _LINE_CORE
    return Rect(rect.x0 + _EDGE, rect.y0 + low * rect.height, rect.x1 - _EDGE, rect.y0 + high * rect.height)


def taken(words: Iterable[PlacedWord], areas: Sequence[Rect]) -> Taken:
    """The words that the areas take."""
    whole, in_part = [], []
    for word in words:
        core = _core(word.rect)
        touching = [area for area in areas if not core.intersect(area).is_empty]
        if not touching:
            continue
        is_whole = any(a.x0 <= core.x0 and a.x1 >= core.x1 for a in touching)
        (whole if is_whole else in_part).append(word.text)
    return Taken(tuple(whole), tuple(in_part))


def snapped(rect: Rect, words: Iterable[PlacedWord], reach: float) -> Rect:
    """The area with each edge on that of a letter that it touches, of a word where its letters are not known:
    the nearest one within ``reach`` points. What lies on the edge of a letter cuts none."""
    met = [w for w in words if not w.rect.intersect(rect.inset(-reach)).is_empty]
    near = [w.rect for w in met]
    between = [place for w in met for place in w.edges]

    def edge(at: float, found: Iterable[float]) -> float:
        best = min(found, key=lambda v: abs(v - at), default=at)
        return best if abs(best - at) <= reach else at

    x0 = edge(rect.x0, chain((w.x0 for w in near), between))
    x1 = edge(rect.x1, chain((w.x1 for w in near), between))
    y0, y1 = edge(rect.y0, (w.y0 for w in near)), edge(rect.y1, (w.y1 for w in near))
    return Rect(x0 if x0 < rect.x1 else rect.x0, y0 if y0 < rect.y1 else rect.y0,
                x1 if x1 > rect.x0 else rect.x1, y1 if y1 > rect.y0 else rect.y1)
