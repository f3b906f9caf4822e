"""Moving and resizing a span that is there, by pointer or by keys. Knows no Qt; places are points of a page.

A span of several rectangles (lines of text) keeps its middle: the left and upper grips move its beginning,
the right and lower ones its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from review_app.domain.geometry import Rect, bounds
from review_app.domain.values import dataclass
from review_app.ui.page_view.tools import MINIMUM_POINTS

Grip = frozenset[str]
"""The edges that a grip moves (``left``, ``top``, ``right``, ``bottom``); none moves the whole span."""

WHOLE: Grip = frozenset()
END: Grip = frozenset({"right", "bottom"})

_AT_THE_SIDES = (frozenset({"left"}), frozenset({"right"}))
_ABOVE_AND_BELOW = (frozenset({"top"}), frozenset({"bottom"}))


def grips(rects: Sequence[Rect], room: float = 0.0) -> dict[Grip, tuple[float, float]]:
    """Where a span can be taken hold of.

    ``room``: points that a side must be long to have a grip in its middle: on a word they would hide it.
    """
    first, last = rects[0], rects[-1]
    across, down = (first.x0 + first.x1) / 2, (first.y0 + first.y1) / 2
    found = {
        frozenset({"left"}): (first.x0, down), frozenset({"top"}): (across, first.y0),
        frozenset({"right"}): (last.x1, (last.y0 + last.y1) / 2),
        frozenset({"bottom"}): ((last.x0 + last.x1) / 2, last.y1),
        frozenset({"left", "top"}): (first.x0, first.y0), END: (last.x1, last.y1),
    }
    if len(rects) == 1:
        found[frozenset({"right", "top"})] = (first.x1, first.y0)
        found[frozenset({"left", "bottom"})] = (first.x0, first.y1)
    is_low = min(first.height, last.height) < room
    if is_low or min(first.width, last.width) < room:
        found = {g: at for g, at in found.items() if g not in _ABOVE_AND_BELOW}
    if is_low and len(rects) == 1:  # a passage of several lines has no other corners
        found = {g: at for g, at in found.items() if g not in _AT_THE_SIDES}
    return found


def reshaped(
    rects: Sequence[Rect], grip: Grip, dx: float, dy: float, size: tuple[float, float]
) -> tuple[Rect, ...]:
    """The rectangles after a grip moved by ``dx`` and ``dy`` points, kept on a page of ``size`` points and no
    smaller than a mark may be."""
    if grip == WHOLE:
        box = bounds(rects)
        dx = min(max(dx, -box.x0), max(0.0, size[0] - box.x1))
        dy = min(max(dy, -box.y0), max(0.0, size[1] - box.y1))
        return tuple(Rect(r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy) for r in rects)
    out = list(rects)
    if grip & {"left", "top"}:
        r = out[0]
        out[0] = Rect(
            min(max(0.0, r.x0 + dx), r.x1 - MINIMUM_POINTS) if "left" in grip else r.x0,
            min(max(0.0, r.y0 + dy), r.y1 - MINIMUM_POINTS) if "top" in grip else r.y0, r.x1, r.y1,
        )
    if grip & {"right", "bottom"}:
        r = out[-1]
        out[-1] = Rect(
            r.x0, r.y0,
            max(min(size[0], r.x1 + dx), r.x0 + MINIMUM_POINTS) if "right" in grip else r.x1,
            max(min(size[1], r.y1 + dy), r.y0 + MINIMUM_POINTS) if "bottom" in grip else r.y1,
        )
    return tuple(out)


@dataclass(slots=True)
class Shape:
    """A span being moved or resized: what is stored, and where it is now."""

    span_id: str
    page: int
    stored: tuple[Rect, ...]
    grip: Grip
    held_at: tuple[float, float] = (0.0, 0.0)
    by_keys: bool = False
    rects: tuple[Rect, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.rects = self.stored

    @property
    def is_changed(self) -> bool:
        """True when it lies elsewhere than what is stored."""
        return self.rects != self.stored

    def drag(self, x: float, y: float, size: tuple[float, float]) -> None:
        """The pointer that holds it is at a point of the page now."""
        self.rects = reshaped(self.stored, self.grip, x - self.held_at[0], y - self.held_at[1], size)

    def step(self, dx: float, dy: float, size: tuple[float, float], *, grip: Grip) -> None:
        """A key moves it, or its end."""
        self.rects = reshaped(self.rects, grip, dx, dy, size)
