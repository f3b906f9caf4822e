"""Rectangles in page space.

Page space is points, origin top left of the page **as displayed** (crop box and rotation applied,
UserUnit multiplied in), x to the right, y down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from review_app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """An axis-parallel rectangle in page space, in points; ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """Area in square points; 0 for a rectangle without extent."""
        width, height = self.x1 - self.x0, self.y1 - self.y0
        return width * height if width > 0.0 and height > 0.0 else 0.0

    @property
    def is_empty(self) -> bool:
        """True when it has no area."""
        return self.area <= 0.0

    def intersect(self, other: Rect) -> Rect:
        """The common part; a rectangle without area when there is none."""
        x0 = self.x0 if self.x0 >= other.x0 else other.x0
        y0 = self.y0 if self.y0 >= other.y0 else other.y0
        x1 = self.x1 if self.x1 <= other.x1 else other.x1
        y1 = self.y1 if self.y1 <= other.y1 else other.y1
        return Rect(x0, y0, x1 if x1 > x0 else x0, y1 if y1 > y0 else y0)

    def meets(self, other: Rect) -> bool:
        """True when the common part has an area: what ``intersect`` tells, without making a rectangle."""
        return (
            self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1
            and self.x0 < self.x1 and self.y0 < self.y1 and other.x0 < other.x1 and other.y0 < other.y1
        )

    def union(self, other: Rect) -> Rect:
        """The smallest rectangle that holds both."""
        return Rect(
            min(self.x0, other.x0), min(self.y0, other.y0),
            max(self.x1, other.x1), max(self.y1, other.y1),
        )

    def iou(self, other: Rect) -> float:
        """Intersection over union, 0 to 1."""
        common = self.intersect(other).area
        whole = self.area + other.area - common
        return common / whole if whole > 0 else 0.0

    def contains_point(self, x: float, y: float) -> bool:
        """True when the point lies inside or on the edge."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def inset(self, by: float) -> Rect:
        """Smaller by ``by`` points on every side (larger when negative)."""
        return Rect(self.x0 + by, self.y0 + by, self.x1 - by, self.y1 - by)

    def as_list(self) -> list[float]:
        """``[x0, y0, x1, y1]`` rounded to 0.01 point: the form of JSON output and of the database."""
        return [round(v, 2) for v in (self.x0, self.y0, self.x1, self.y1)]

    @classmethod
    def of(cls, values: Sequence[float]) -> Rect:
        """Build from four numbers, putting the corners in order.

        Raises:
            ValueError: not four finite numbers.
        """
        if len(values) != 4:
            raise ValueError("a rectangle has four numbers")
        a, b, c, d = (float(v) for v in values)
        if not all(abs(v) < 1e7 for v in (a, b, c, d)):  # also refuses NaN and infinities
            raise ValueError("a rectangle has finite numbers")
        return cls(min(a, c), min(b, d), max(a, c), max(b, d))


def bounds(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle that holds all of ``rects``.

    Raises:
        ValueError: no rectangles.
    """
    all_of = tuple(rects)
    if len(all_of) == 1:
        return all_of[0]
    if not all_of:
        raise ValueError("no rectangles")
    return Rect(
        min([r.x0 for r in all_of]), min([r.y0 for r in all_of]),
        max([r.x1 for r in all_of]), max([r.y1 for r in all_of]),
    )


def overlap(a: Sequence[Rect], b: Sequence[Rect]) -> float:
    """Intersection over union of the areas that two lists of rectangles cover, 0 to 1.

    Overlaps inside one list are counted twice, which is exact for the disjoint lists of spans.
    """
    common = sum(x.intersect(y).area for x in a for y in b)
    whole = sum(x.area for x in a) + sum(y.area for y in b) - common
    return common / whole if whole > 0 else 0.0


def share_inside(a: Sequence[Rect], b: Sequence[Rect]) -> float:
    """How much of the area of ``a`` lies inside ``b``, 0 to 1."""
    whole = sum(x.area for x in a)
    return sum(x.intersect(y).area for x in a for y in b) / whole if whole > 0 else 0.0


def same_place(a: Sequence[Rect], b: Sequence[Rect], threshold: float = 0.5) -> bool:
    """True when two lists of rectangles cover the same area, by :func:`overlap`.

    Used to match a new suggestion with a person's earlier decision (domain reference 8.2, rule 13).
    """
    return overlap(a, b) >= threshold


def turned(rect: Rect, turn: int, width: float, height: float) -> Rect:
    """Where a rectangle of a page of ``width`` by ``height`` lies once the page is turned.

    Args:
        rect: on the page as it is.
        turn: degrees clockwise, a multiple of 90.
        width: of the page as it is.
        height: of the page as it is.
    """
    turn %= 360
    if turn == 90:
        return Rect(height - rect.y1, rect.x0, height - rect.y0, rect.x1)
    if turn == 180:
        return Rect(width - rect.x1, height - rect.y1, width - rect.x0, height - rect.y0)
    if turn == 270:
        return Rect(rect.y0, width - rect.x1, rect.y1, width - rect.x0)
    return rect
