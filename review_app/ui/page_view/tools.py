"""Drawing an area on a page, by mouse or by keys. Knows no Qt; all places are points of one page."""

from __future__ import annotations

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass

MINIMUM_POINTS = 4.0
"""A drawn area is at least this wide and high: half a line of small print; less is a slip of the hand."""


@dataclass(slots=True)
class Draft:
    """An area being drawn: from a fixed corner to the moving one, both on the page."""

    page: int
    fixed: tuple[float, float]
    moving: tuple[float, float]
    by_keys: bool = False

    @property
    def rect(self) -> Rect:
        """The area so far; may be empty."""
        return Rect.of((*self.fixed, *self.moving))

    @property
    def is_large_enough(self) -> bool:
        """True when it may become a span."""
        rect = self.rect
        return rect.width >= MINIMUM_POINTS and rect.height >= MINIMUM_POINTS


class DrawTool:
    """The state of drawing: a crosshair (once keys are used) and a draft.

    The pointer and the keys share one draft: whichever started it, Esc drops it.
    """

    def __init__(self) -> None:
        self.draft: Draft | None = None
        self.cross: tuple[int, float, float] | None = None

    def reset(self) -> None:
        """Forget draft and crosshair."""
        self.draft = None
        self.cross = None

    def press(self, page: int, x: float, y: float) -> None:
        """The pointer goes down on a page."""
        self.draft = Draft(page, (x, y), (x, y))
        self.cross = None

    def drag(self, x: float, y: float) -> None:
        """The pointer moves; x and y are already brought into the page of the draft."""
        if self.draft is not None and not self.draft.by_keys:
            self.draft.moving = (x, y)

    def release(self) -> tuple[int, Rect] | None:
        """The draft ends; the area, or None when nothing was drawn or it is too small."""
        draft, self.draft = self.draft, None
        if draft is None or not draft.is_large_enough:
            return None
        return draft.page, draft.rect

    def cancel(self) -> bool:
        """Drop what is being drawn; False when there was nothing to drop."""
        had = self.draft is not None
        self.draft = None
        return had

    def place_cross(self, page: int, x: float, y: float) -> None:
        """Put the crosshair on a page; a draft on it goes."""
        self.cross = (page, x, y)
        self.draft = None

    def step(self, dx: float, dy: float, size: tuple[float, float]) -> None:
        """Move the crosshair, staying on the page of ``size`` points. An unfinished area moves with it."""
        if self.cross is None:
            return
        page, x, y = self.cross
        if self.draft is not None:
            rect = self.draft.rect
            dx = min(max(dx, -rect.x0), size[0] - rect.x1)
            dy = min(max(dy, -rect.y0), size[1] - rect.y1)
            (fx, fy), (mx, my) = self.draft.fixed, self.draft.moving
            self.draft.fixed, self.draft.moving = (fx + dx, fy + dy), (mx + dx, my + dy)
            self.cross = (page, mx + dx, my + dy)
            return
        self.cross = (page, min(max(0.0, x + dx), size[0]), min(max(0.0, y + dy), size[1]))

    def stretch(self, dx: float, dy: float, size: tuple[float, float]) -> None:
        """Move one corner of the area, which starts at the crosshair, staying on the page."""
        if self.cross is None:
            return
        page, x, y = self.cross
        if self.draft is None:
            self.draft = Draft(page, (x, y), (x, y), by_keys=True)
        mx, my = self.draft.moving
        self.draft.moving = (min(max(0.0, mx + dx), size[0]), min(max(0.0, my + dy), size[1]))
        self.cross = (page, *self.draft.moving)
