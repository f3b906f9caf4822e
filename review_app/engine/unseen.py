"""Text that a page holds but nobody sees: clipped away, tiny, transparent, covered, coloured like its ground.

Such text is no part of what is released, and may say again what a mark removes (redaction reference, t16 to
t19), so it goes. An invisible layer of recognised text stays where a picture shows what it says.

A page is walked once to learn what is painted where and in which order; only when some text may be unseen it
is walked again, and each of its glyphs is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.engine.paths import holds
from review_app.engine.regions import meets

Colour = tuple[float, float, float]

SMALLEST = 1.5
"""Letters lower than this many points per em cannot be read on paper or at 400 %."""

_ALIKE = 0.04
_PAGE = 0.8
"""An opaque picture over this share of the page is a scan; text behind it is its recognised text."""

MAX_PAINTS = 5_000
MAX_PLACED = 200
"""Pictures of a page of which it is asked whether they lie behind something: maps have thousands."""

WHITE: Colour = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Paint:
    """Something opaque that was painted: when, where, its colour (None for a picture)."""

    order: int
    rect: Rect
    colour: Colour | None


@dataclass(frozen=True, slots=True)
class Line:
    """A string that was shown: when, where, in which colour (None: unknown); ``hidden`` for render mode 3."""

    order: int
    rect: Rect
    colour: Colour | None
    hidden: bool


@dataclass
class Seen:
    """What is known of the order of painting on one page; ``judging`` in the second walk. ``through`` are the
    strings that clip and that something was painted through: they are seen without being painted."""

    crop: Rect
    order: int = 0
    paints: list[Paint] = field(default_factory=list)
    pictures: list[tuple[int, Rect]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    judging: bool = False
    paused: int = 0
    unit: float = 1.0
    through: set[int] = field(default_factory=set)

    def turn(self) -> int:
        """The next number in the order of painting."""
        self.order += 1
        return self.order

    def painted(
        self, rect: Rect, colour: Colour | None, opaque: bool, *, is_picture: bool = False
    ) -> bool:
        """Notes an area filled evenly, or a picture (``colour`` None); True in the second walk when a picture
        lies whole behind what is painted later."""
        order = self.turn()
        if self.judging or self.paused:
            return is_picture and self.judging and not self.paused and self._is_covered(order, rect)
        if colour is None:
            self.pictures.append((order, rect))
        if opaque and len(self.paints) < MAX_PAINTS:
            self.paints.append(Paint(order, rect, colour))
        return False

    def _is_covered(self, order: int, rect: Rect) -> bool:
        return not rect.is_empty and any(
            p.order > order and (p.colour is not None or not self._is_scan(p)) and holds(p.rect, rect)
            for p in self.paints
        )

    def shown(self, rect: Rect, colour: Colour | None, hidden: bool) -> int:
        """Notes a string; its number in the order of painting."""
        order = self.turn()
        if not self.judging and not self.paused:
            self.lines.append(Line(order, rect, colour, hidden))
        return order

    def has_doubts(self) -> bool:
        """True when some string may be unseen, in part or whole."""
        if any(self._is_covered(order, rect) for order, rect in self.pictures[:MAX_PLACED]):
            return True
        veils = [p for p in self.paints if not self._is_scan(p)]
        by_colour = [p for p in self.paints if p.colour is not None]
        for line in self.lines:
            if line.hidden:
                core = line.rect.inset(min(2.0, line.rect.height / 3))
                if not any(holds(p, core) for _, p in self.pictures):
                    return True
                continue
            if line.colour is not None:
                if alike(line.colour, WHITE):
                    return True
                for p in by_colour:
                    if p.order > line.order:
                        break
                    if alike(line.colour, p.colour) and meets(p.rect, line.rect):
                        return True
            if veils and veils[-1].order > line.order and any(
                p.order > line.order and meets(p.rect, line.rect) for p in veils
            ):
                return True
        return False

    def again(self) -> Seen:
        """For the second walk."""
        return Seen(
            self.crop, paints=self.paints, pictures=self.pictures, judging=True, unit=self.unit,
            through=self.through,
        )

    def is_unseen(self, order: int, rect: Rect, colour: Colour | None, hidden: bool) -> bool:
        """Second walk: nobody sees a glyph with this ink."""
        x, y = (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2
        if hidden and order not in self.through:
            return not any(p.contains_point(x, y) for _, p in self.pictures)
        ground: Colour | None = WHITE
        since = 0
        for paint in self.paints:
            if paint.order > order:
                if not self._is_scan(paint) and holds(paint.rect, rect.inset(min(0.3, rect.width / 4))):
                    return True
            elif paint.rect.contains_point(x, y):
                ground, since = paint.colour, paint.order
        for at, picture in self.pictures:  # one with a mask is a ground that cannot be told
            if at > since and picture.contains_point(x, y):
                ground = None
        return colour is not None and ground is not None and alike(colour, ground)

    def _is_scan(self, paint: Paint) -> bool:
        return paint.colour is None and paint.rect.intersect(self.crop).area >= _PAGE * self.crop.area


def alike(a: Colour, b: Colour | None) -> bool:
    """True for colours that cannot be told apart on a page."""
    return b is not None and max(abs(u - v) for u, v in zip(a, b, strict=True)) < _ALIKE


def colour_of(operator: bytes, values: Sequence[float]) -> Colour | None:
    """The colour that an operator chooses; None when its space is not one of the device's."""
    if operator in (b"g", b"G") and len(values) == 1:
        return (values[0], values[0], values[0])
    if operator in (b"rg", b"RG") and len(values) == 3:
        return (values[0], values[1], values[2])
    if operator in (b"k", b"K") and len(values) == 4:
        c, m, y, k = values
        return ((1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k))
    return None
