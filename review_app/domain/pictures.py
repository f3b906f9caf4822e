"""What a window asks for when it wants to show a page, and the words it can be asked for."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass

PATIENCE_S = 3.0
"""Longest time a page may take to become a picture, in seconds; then it shows a message instead."""

MORE_PATIENCE_S = 30.0
"""The same after a person asked to try again."""


class Rank(IntEnum):
    """What a picture is for; lower comes first."""

    VISIBLE = 0
    AHEAD = 1
    THUMBNAIL = 2


class PictureKey(NamedTuple):
    """One picture: ``page`` counts from 1, ``scale`` is pixels a point, ``part`` a rectangle of the whole
    page's pixels (left, top, right, bottom), or None for all of it. ``turn`` is by how many degrees
    clockwise the page is turned for looking at it: 0, 90, 180 or 270; ``part`` is of the turned page."""

    document_id: str
    page: int
    scale: float
    part: tuple[int, int, int, int] | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture that somebody wants.

    Attributes:
        key: which picture.
        rank: what for.
        has_stand_in: the asker has something to show meanwhile, so no coarse picture is needed.
        patience_s: longest time it may take, in seconds.
        is_coarse: this is the coarse picture that comes before the sharp one; its key has the smaller scale.
    """

    key: PictureKey
    rank: Rank = Rank.VISIBLE
    has_stand_in: bool = True
    patience_s: float = PATIENCE_S
    is_coarse: bool = False


class PlacedWord(NamedTuple):
    """A word of a page: where it stands in page space, and the number of its line, from 0. ``edges`` are the
    places where its letters begin and end, in points from the left, where they are known."""

    rect: Rect
    text: str
    line: int = 0
    edges: tuple[float, ...] = ()
