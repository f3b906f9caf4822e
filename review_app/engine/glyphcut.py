"""Text shown on a page, glyph by glyph: which glyphs meet a box, and how the rest keeps its place.

Any glyph that a box touches goes. One exception keeps tight lines whole: where a box covers the full height
of one line, the neighbours above and below that it only grazes stay. A glyph counts as grazed while less than
half of its core (0.1 to 0.5 em above the baseline) and of its ink is covered and its ink is where its line
is; ink that a font displaces never counts as grazed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import field
from typing import Any

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.engine.geometry import Matrix, moved
from review_app.engine.gstate import IDENTITY, State, mul, stretch
from review_app.engine.paths import holds
from review_app.engine.pdffonts import PdfFont
from review_app.engine.regions import Regions, meets
from review_app.engine.unseen import SMALLEST, Seen

CORE = (0.1, 0.5)
FULL = 0.95
GRAZED = 0.5

_SIDE = 0.05
"""A box that reaches less than this share of a glyph's width into it (at most _SIDE_MOST points) does not
touch it: word boxes end where the next glyph's ink may begin a hair earlier."""

_SIDE_MOST = 0.3
_HAIR = 0.001  # points: what rounding may do
_IN, _SMALL_IN = (0.25, 0.5), (0.2, 0.45)
"""Shares of the width and height of ink in a box from which on the check says that a letter is left in it; a
little less for commas and quotes, whose place readers tell less exactly."""

_SKEW = 0.1  # text of a scan that lies askew by up to six degrees still stands in lines
_BAND = (-0.5, 1.25)  # em: where ink of a line is found, letters with accents and all


@dataclass(eq=False)
class Glyph:
    """A glyph that a box touches, or that is not to be seen at all.

    ``shift`` is the TJ number that takes its place; ``covered`` how much of its core each box covers;
    ``rect`` its ink in user space; ``is_firm`` when no neighbour's exception may save it. ``at`` is its
    origin, ``em`` the way of one em along the line and ``high`` the length of one em across it (text may be
    stretched), in user space; ``char`` the space that every character of the text has behind it, in em, and
    ``extra`` that and the space of blanks. On a page whose lines may be laid anew: ``matrix`` and ``unit``
    are the text matrix and the length of an em in text space, ``is_paint`` whether people see it,
    ``is_cell`` whether it stands in the cell of a pattern, ``laid`` where along its line it comes to stand.
    """

    code: bytes
    shift: float
    rect: Rect
    covered: dict[int, float]
    is_firm: bool
    text: str
    font: PdfFont
    across_x: bool = False
    gone: bool = False
    at: tuple[float, float] = (0.0, 0.0)
    em: tuple[float, float] = (0.0, 0.0)
    high: float = 0.0
    char: float = 0.0
    extra: float = 0.0
    matrix: Matrix = IDENTITY
    unit: float = 0.0
    is_paint: bool = True
    is_cell: bool = False
    laid: float | None = None


@dataclass(eq=False)
class Page:
    """What is asked of a page's text: boxes, the part that is displayed, and the glyphs found so far.

    ``strips`` are the lines that may be laid anew: of what stands in them every glyph is kept.
    """

    regions: Regions
    crop: Rect
    seen: Seen
    glyphs: list[Glyph] = field(default_factory=list)
    outside: int = 0
    unseen: int = 0
    cells: int = 0
    strips: Regions | None = None
    rules: list[Any] = field(default_factory=list)

    def decide(self) -> None:
        """Says of each touched glyph whether it goes."""
        full: set[int] = set()
        for glyph in self.glyphs:
            full.update(i for i, share in glyph.covered.items() if share >= FULL)
        for glyph in self.glyphs:
            if not glyph.gone:
                glyph.gone = any(
                    glyph.is_firm or i not in full or share >= GRAZED for i, share in glyph.covered.items()
                )
            if glyph.gone:
                glyph.font.lost = True


def _is_in(own: Sequence[float], ink: Rect, box: Rect) -> bool:
    """True when a box takes so much of a glyph's ink (``own`` in em) that it would count as left in it."""
    across, along = _SMALL_IN if own[3] - own[1] < CORE[1] - CORE[0] else _IN
    common = ink.intersect(box)
    return common.width > across * ink.width and common.height > along * ink.height


class TextRun:
    """Shows strings: moves the text matrix, and finds the glyphs that boxes touch."""

    def __init__(self, page: Page, state: State, matrix: Matrix, hidden: bool) -> None:
        self._page = page
        self._state = state
        self.matrix = matrix
        self._hidden = hidden
        self._all = hidden
        self.order = 0
        self._end = matrix

    def show(
        self, font: PdfFont, elements: Sequence[bytes | float]
    ) -> list[bytes | float | Glyph] | None:
        """Shows strings and moves between them; None when no glyph is in question.

        Raises:
            Unsure: the font cannot be measured.
        """
        text = self._state.text
        strings = [e for e in elements if isinstance(e, bytes)]
        font.prepare(strings)
        state, seen = self._state, self._page.seen
        where = self._where(font, elements)
        colour = state.colour if text.mode in (0, 4) else None
        self.order = seen.shown(where, colour, text.mode in (3, 7))
        clip = state.clip
        self._all = self._hidden or state.clear or (clip is not None and not meets(where, clip))
        self._all = self._all or (text.mode != 3 and self._height() < SMALLEST)
        cut = clip is not None and not holds(clip, where)
        tracked = self._page.strips is not None and not font.vertical and self._page.strips.near(where)
        if not (self._all or cut or seen.judging or tracked or self._in_question(where)):
            self.matrix = self._end
            return None
        items: list[bytes | float | Glyph] = []
        asked = False
        certain = self._all or cut or seen.judging or not holds(self._page.crop, where)
        near = [self._page.regions.boxes[i] for i in self._page.regions.hits(where)]
        x0, y0, x1, y1 = font.reach
        em = self._whole()
        long = stretch(em)
        reach = long * (max(-x0, -y0, x1, y1, 1.0) + 1.0) + self._pen()
        is_level = not (font.vertical or em[1] or em[2])
        for element in elements:
            if not isinstance(element, bytes):
                items.append(element)
                self._advance(font, element)
                continue
            for code in font.split(element):
                step = font.down(code)[0] if font.vertical else font.width(code)
                extra = text.char + (text.word if code == b" " else 0.0)
                close = certain or self._is_close(near, reach + abs(step) * long)
                if close and is_level and not certain:
                    close = self._comes_near(near, font, step)
                glyph = self._glyph(font, code, step, extra) if close else None
                if tracked and glyph is None:
                    glyph = self._tracked(font, code, step, extra)
                if glyph is None:
                    items.append(code)
                else:
                    items.append(glyph)
                    self._page.glyphs.append(glyph)
                    asked = True
                self._move(font, step * text.size + extra)
        return items if asked else None

    def _is_close(self, boxes: Sequence[Rect], reach: float) -> bool:
        """A quick look at one glyph: may its ink come near one of the boxes?"""
        a, b, c, d, e, f = self._state.ctm
        x, y = self.matrix[4], self.matrix[5]
        u, v = a * x + c * y + e, b * x + d * y + f
        return any(
            box.x0 - reach < u < box.x1 + reach and box.y0 - reach < v < box.y1 + reach for box in boxes
        )

    def _comes_near(self, boxes: Sequence[Rect], font: PdfFont, step: float) -> bool:
        """A closer look at a glyph of level text: where any outline of its font would lie."""
        a, _, _, d, e, f = self._whole()
        x0, y0, x1, y1 = font.reach
        left, right = sorted((e + a * min(x0, step, 0.0), e + a * max(x1, step, 0.0)))
        low, high = sorted((f + d * min(y0, CORE[0]), f + d * max(y1, CORE[1])))
        pen = self._pen() + _HAIR
        return any(
            box.x0 - pen < right and left < box.x1 + pen and box.y0 - pen < high and low < box.y1 + pen
            for box in boxes
        )

    def _advance(self, font: PdfFont, element: bytes | float) -> None:
        text = self._state.text
        if isinstance(element, bytes):
            if font.kind != "type0":
                total, count, spaces = font.total(element), len(element), element.count(b" ")
            else:
                codes = font.split(element)
                widths = (font.down(c)[0] for c in codes) if font.vertical else map(font.width, codes)
                total, count, spaces = sum(widths), len(codes), codes.count(b" ")
            self._move(font, total * text.size + count * text.char + spaces * text.word)
        else:
            self._move(font, -element / 1000 * text.size)

    def _move(self, font: PdfFont, distance: float) -> None:
        a, b, c, d, e, f = self.matrix
        if font.vertical:
            self.matrix = (a, b, c, d, e + distance * c, f + distance * d)
        else:
            distance *= self._state.text.scale
            self.matrix = (a, b, c, d, e + distance * a, f + distance * b)

    def _whole(self) -> Matrix:
        text = self._state.text
        own: Matrix = (text.size * text.scale, 0.0, 0.0, text.size, 0.0, text.rise)
        return mul(mul(own, self.matrix), self._state.ctm)

    def _height(self) -> float:
        """The em of the text, in points as displayed across its direction."""
        c, d = self._whole()[2:4]
        return math.hypot(c, d) * self._page.seen.unit

    def _in_question(self, where: Rect) -> bool:
        """A quick look: may any glyph of a string meet a box, or lie off the page?"""
        return self._page.regions.near(where) or not holds(self._page.crop, where)

    def _where(self, font: PdfFont, elements: Sequence[bytes | float]) -> Rect:
        """A rectangle that holds all ink of a string, generously."""
        start = self.matrix
        left = right = 0.0
        at = 0.0
        size = self._state.text.size or 1.0
        a, b, c, d = start[:4]
        across, up = (c, d) if font.vertical else (a, b)
        length = across * across + up * up
        em = size if font.vertical else size * (self._state.text.scale or 1.0)
        for element in elements:
            before = self.matrix
            self._advance(font, element)
            dx, dy = self.matrix[4] - before[4], self.matrix[5] - before[5]
            at += ((dx * across + dy * up) / length if length else 1.0) / em
            left, right = min(left, at), max(right, at)
        self._end, self.matrix = self.matrix, start
        x0, y0, x1, y1 = font.reach
        if font.vertical:
            box = Rect(x0 - 1.0, left + y0 - 1.0, x1 + 1.0, right + y1 + 1.0)
        else:
            low, high = min(y0, 0.0) - 0.1, max(y1, 0.6) + 0.1
            box = Rect(left + min(x0, 0.0) - 0.1, low, right + max(x1, 1.0), high)
        return moved(box, self._whole()).inset(-self._pen())

    def _pen(self) -> float:
        state = self._state
        return state.width * stretch(state.ctm) / 2 if state.text.mode in (1, 2, 5, 6) else 0.0

    def _glyph(self, font: PdfFont, code: bytes, step: float, extra: float) -> Glyph | None:
        """The glyph when it is in question."""
        size = self._state.text.size
        shift = -(step + extra / size) * 1000 if size else 0.0
        if self._all:
            self._page.unseen += not self._hidden
            return Glyph(code, shift, Rect(0, 0, 0, 0), {}, True, font.text(code), font, gone=True)
        whole = self._whole()
        ink = font.ink(code)
        if font.vertical:
            _, vx, vy = font.down(code)
            whole = mul((1.0, 0.0, 0.0, 1.0, -vx, -vy), whole)
            step = font.width(code)
        core = Rect(min(0.0, step), CORE[0], max(0.0, step), CORE[1])
        firm = font.has_glyph_procedures and not font.is_in_em
        if firm and ink is not None:
            core = Rect(*ink)
        outline = core
        if ink is not None:
            outline = core.union(Rect(*ink))
            firm = firm or ink[1] < _BAND[0] or ink[3] > _BAND[1] or ink[0] < -0.5 or ink[2] > abs(step) + 0.5
        rect = moved(outline, whole).inset(-self._pen() if ink is not None else 0.0)
        page = self._page
        if not meets(rect, page.crop):
            page.outside += 1
            return Glyph(code, shift, rect, {}, True, font.text(code), font, gone=True)
        clip, mode = self._state.clip, self._state.text.mode
        if (clip is not None and not meets(rect, clip)) or (page.seen.judging and ink is not None
                and page.seen.is_unseen(
                    self.order, rect, self._state.colour if mode in (0, 4) else None, mode in (3, 7))):
            page.unseen += 1
            return Glyph(code, shift, rect, {}, True, font.text(code), font, gone=True)
        a, b = whole[:2]
        level, upright = abs(b) <= _SKEW * abs(a), abs(a) <= _SKEW * abs(b)
        spare = min(_SIDE_MOST, _SIDE * max(rect.width if level else rect.height, 0.0))
        tight = Rect(rect.x0 + spare, rect.y0, rect.x1 - spare, rect.y1) if level else rect
        if upright:
            tight = Rect(rect.x0, rect.y0 + spare, rect.x1, rect.y1 - spare)
        hits = page.regions.hits(tight)
        if not hits:
            return None
        # Lines lie across the writing direction: that is where neighbours are.
        middle = moved(core, whole)
        across_x = upright != font.vertical
        low, high = (middle.x0, middle.x1) if across_x else (middle.y0, middle.y1)
        covered = {}
        for i in hits:
            box = page.regions.boxes[i]
            first, last = (box.x0, box.x1) if across_x else (box.y0, box.y1)
            common = min(high, last) - max(low, first)
            covered[i] = max(0.0, common / (high - low)) if high > low else 1.0
            if covered[i] < GRAZED and ink is not None and _is_in(ink, moved(Rect(*ink), whole), box):
                covered[i] = GRAZED
        firm = firm or not (level or upright)
        found = Glyph(code, shift, rect, covered, firm, font.text(code), font, across_x)
        self._place(found, extra)
        return found

    def _tracked(self, font: PdfFont, code: bytes, step: float, extra: float) -> Glyph:
        """A glyph that no box touches, on a line that may be laid anew."""
        size = self._state.text.size
        shift = -(step + extra / size) * 1000 if size else 0.0
        whole = self._whole()
        ink = font.ink(code)
        rect = moved(Rect(*(ink or (0.0, 0.0, step, 0.0))), whole)
        found = Glyph(code, shift, rect, {}, False, font.text(code), font)
        self._place(found, extra)
        return found

    def _place(self, glyph: Glyph, extra: float) -> None:
        """Notes where the next glyph stands."""
        a, b, c, d, e, f = self._whole()
        text = self._state.text
        ways = (c, d), (a, b)
        glyph.em, across = ways if glyph.font.vertical else ways[::-1]
        glyph.at, glyph.high = (e, f), math.hypot(*across)
        if text.size:
            glyph.char, glyph.extra = text.char / text.size, extra / text.size
        glyph.matrix, glyph.unit = self.matrix, text.size * text.scale
        glyph.is_cell = self._page.cells > 0
        glyph.is_paint = text.mode not in (3, 7) and not self._state.clear
