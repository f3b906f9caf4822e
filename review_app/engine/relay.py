"""Lays the lines of removed words anew, so that the width of a gap no longer tells what stood in it.

Every gap that is defended becomes equally wide, or a multiple of a step; what follows in the line moves
along. Where the spaces of a line were stretched to fill it, they tell the width just as well (redaction
reference 4: to 0.0005 pt): all spaces of such a line become as wide as the font has them. Nothing is derived
from the width that was removed but the rounded gap: where a constant gap has no room, it shrinks by what
people can see anyway, the length of the text that stays.

Columns and table cells are lines of their own: what stands behind a wide space stays where it is.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from review_app.domain.geometry import Rect, bounds
from review_app.domain.guessing import STEP, Gap
from review_app.domain.values import dataclass
from review_app.engine.geometry import Matrix
from review_app.engine.glyphcut import Glyph, Page
from review_app.engine.paths import Sub, bounds_of, written
from review_app.engine.regions import Regions, beside
from review_app.engine.stretches import Stretch, across, advance, along, height, lines, size, way
from review_app.engine.widths import FontWidths

SPACE = 0.15
"""Share of an em from which on two letters have a space between them."""

COLUMN = 2.0
"""Em: a wider space parts columns, unless the line has several of its kind."""

NATURAL = 0.003
"""Share of an em by which spaces may differ from the font's own before they tell something."""

TIGHT = 0.06
"""Em between a box and a sign that stands right beside it."""

SMALLEST_BOX = 6.0
EDGE = 9.0
"""Points: the narrowest box, and what a line keeps away from the edge of the page."""

DEFENDED = (Gap.CONSTANT, Gap.ROUND, Gap.LINE)

BAND = (-0.5, 1.3)
"""Em above the baseline within which rules and grounds belong to a line."""

HIGH = 3.0
"""Em: a higher mark is no mark of a word: a box as narrow as a constant gap would not show what it took."""


@dataclass(eq=False)
class Ruled:
    """A path that may belong to a line: an underline, the ground of a word.

    ``subs`` are in user space; ``back`` leads to the space of the stream; ``rest`` is what paints it.
    """

    subs: list[Sub]
    back: Matrix
    rest: bytes
    raw: bytes
    follow: Callable[[float, float], tuple[float, float]] | None = None

    @property
    def changed(self) -> bool:
        """True once its line was laid anew."""
        return self.follow is not None

    @property
    def bounds(self) -> Rect:
        """Its bounds in user space."""
        return bounds_of([p for s in self.subs for p in s.points()])

    def written(self) -> bytes:
        """The path as it stays."""
        if self.follow is None:
            return self.raw
        to = self.follow
        subs = [
            Sub(to(*s.start), [tuple(to(*p) for p in step) for step in s.steps], s.closed) for s in self.subs
        ]
        return written(subs, self.back) + b"\n" + self.rest


@dataclass
class Laid:
    """What was laid anew: the span along the line of the box of each rectangle, the strips of the lines in
    user space, and why a rectangle's gap stays as it was."""

    boxes: dict[int, Rect] = field(default_factory=dict)
    strips: list[Rect] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@dataclass(eq=False)
class _Run:
    """Neighbouring glyphs that go for one mark, as one box."""

    glyphs: list[Glyph]
    rects: set[int]
    gap: Gap
    wide: float = 0.0
    start: float = 0.0


class Layer:
    """Lays the lines of one decided page.

    Args:
        page: its glyphs, those of its strips all known.
        gaps: what becomes of the gap of each rectangle.
        boxes: how wide a constant box is, in points of user space, by rectangle.
        point: user space for one point as displayed.
        step: points to whose multiples a rounded gap is widened.
    """

    def __init__(
        self, page: Page, gaps: Mapping[int, Gap], boxes: Mapping[int, float], point: float,
        step: float = STEP,
    ) -> None:
        self._step = step * point
        self._page = page
        self._gaps = gaps
        self._boxes = boxes
        self._point = point
        self._widths: dict[int, FontWidths] = {}
        self._spaced: set[int] = set()
        self._staying: list[Glyph] = []
        self._others: Regions | None = None
        self.laid = Laid()

    def lay(self, gone: Sequence[Stretch]) -> Laid:
        """Lays every line with a defended gap."""
        wanted = {s.rect for s in gone if self._gaps.get(s.rect) in DEFENDED}
        counts: dict[int, int] = {}
        for stretch in gone:
            counts[stretch.rect] = counts.get(stretch.rect, 0) + 1
        several = {rect for rect, count in counts.items() if count > 1}
        for stretch in gone:
            rect, box = stretch.rect, self._page.regions.boxes[stretch.rect]
            if rect not in wanted:
                continue
            x, y = way(stretch.glyphs[0])
            if rect in several:
                self.laid.refused[rect] = "one rectangle covers several lines"
            elif (box.height if abs(x) > abs(y) else box.width) > HIGH * height(stretch.glyphs[0]):
                self.laid.refused[rect] = "its rectangle is much higher than its line"
            elif any(several & g.covered.keys() for g in stretch.glyphs):
                self.laid.refused[rect] = "a mark of several lines covers a part of it"
        wanted -= self.laid.refused.keys()
        if wanted:
            for line in lines([g for g in self._page.glyphs if not g.gone or g.covered]):
                if any(g.gone and wanted & g.covered.keys() for g in line):
                    self._line(line, wanted)
        return self.laid

    def _line(self, line: list[Glyph], wanted: set[int]) -> None:
        own = {i for g in line if g.gone for i in wanted & g.covered.keys()}
        x, y = way(line[0])
        if min(abs(x), abs(y)) > 0.002:
            self.laid.refused |= dict.fromkeys(own, "its line is neither level nor upright")
            return
        parts = columns(line)
        for number, part in enumerate(parts):
            here = {i for g in part if g.gone for i in wanted & g.covered.keys()}
            if not here:
                continue
            if any(g.is_cell for g in part):
                self.laid.refused |= dict.fromkeys(here, "it is part of a pattern, a mask or a note")
                continue
            if not all(g.is_paint for g in part if g.text.strip()):
                self.laid.refused |= dict.fromkeys(here, "it is the text layer of a scan")
                continue
            limit = self._limit(part, parts[number + 1] if number + 1 < len(parts) else None)
            self._segment(part, wanted, limit, here)

    def _limit(self, part: list[Glyph], after: list[Glyph] | None) -> float:
        """Where a line must end at the latest: at the next column, or near the edge of the page."""
        if after is not None:
            return along(after[0]) - 0.4 * size(after[0])
        x, y = way(part[0])
        crop = self._page.crop
        ends = [u * x + v * y for u in (crop.x0, crop.x1) for v in (crop.y0, crop.y1)]
        return max(ends) - EDGE * self._point

    def _segment(self, part: list[Glyph], wanted: set[int], limit: float, here: set[int]) -> None:
        shown = [g for g in part if g.text.strip()]
        self._spaced = {
            id(b) for a, b in itertools.pairwise(part) if b.text.strip() and not a.text.strip()
        }
        is_natural = self._is_natural(shown)
        runs = self._runs(shown, wanted)
        places: dict[int, float] = {}
        constant = [r for r in runs if r.gap is Gap.CONSTANT]
        end = self._place(part, runs, is_natural, places)
        if runs[-1].gap is Gap.LINE and runs[-1].glyphs[-1] is shown[-1]:
            # To where a line of equal margins would end, else to the limit: not to where this one ended.
            x, y = way(part[0])
            crop = self._page.crop
            edges = [u * x + v * y for u in (crop.x0, crop.x1) for v in (crop.y0, crop.y1)]
            last = min(limit, max(edges) - (along(shown[0]) - min(edges)))
            runs[-1].wide = max(runs[-1].wide, (last if end_of(shown[-1]) < last else limit) - runs[-1].start)
            end = self._place(part, runs, is_natural, places)
        if end > limit:
            for run in constant:  # by what everybody can see: where the line ends and how long its text is
                run.wide = max(SMALLEST_BOX * self._point, run.wide - (end - limit) / len(constant))
            end = self._place(part, runs, is_natural, places)
        if end > limit + 0.01 and end > end_of(shown[-1]):
            self.laid.refused |= dict.fromkeys(here, "its line has no room for the gap")
            return
        boxes: dict[int, Rect] = {}
        for run in runs:
            box = self._box_of(run, part) if run.gap in DEFENDED else None
            if box is not None:
                boxes |= dict.fromkeys(run.rects, box)
            elif run.gap in DEFENDED:
                self.laid.refused |= dict.fromkeys(here, "its box would cover other text")
                return
        for glyph in part:
            if not glyph.gone:
                glyph.laid = places[id(glyph)]
        self._follow(part, shown, runs)
        x, y = way(part[0])
        self.laid.boxes |= boxes
        high = max(height(g) for g in shown)
        base = across(shown[0])
        first, last = min(along(shown[0]), runs[0].start), max(end, end_of(shown[-1]))
        self.laid.strips.append(_area(
            x, y, first, last, base + BAND[0] * high, base + BAND[1] * high
        ))

    def _box_of(self, run: _Run, part: list[Glyph]) -> Rect | None:
        """The box of a run, one for all its rectangles where marks overlap; None where it would cover letters
        that stay. Of neighbouring lines that it only grazes it stays clear."""
        x, y = way(part[0])
        whole = bounds([self._page.regions.boxes[rect] for rect in sorted(run.rects)])
        box = _span(whole, x, y, run.start, run.start + run.wide)
        if self._others is None:
            self._staying = [
                g for g in self._page.glyphs if not g.gone and g.is_paint and g.text.strip() and size(g)
            ]
            self._others = Regions([g.rect for g in self._staying])
        own = {id(g) for g in part}
        base, high = across(part[0]), 0.4 * height(part[0])
        for i in self._others.hits(box):
            glyph = self._staying[i]
            p, q = way(glyph)
            is_raised = x * p + y * q > 0.99 and abs(across(glyph) - base) < high
            if id(glyph) in own or is_raised:
                continue
            common = glyph.rect.intersect(box)
            upright = abs(y) > abs(x)
            share = (common.width / max(glyph.rect.width, 0.01) if upright
                     else common.height / max(glyph.rect.height, 0.01))
            if share > 0.5 or abs(x * p + y * q) < 0.99:
                return None
            box = beside(box, glyph.rect, upright)
        return box if min(box.width, box.height) > high else None

    def _is_natural(self, shown: list[Glyph]) -> bool:
        for before, after in itertools.pairwise(shown):
            gap = along(after) - end_of(before)
            if self._parts(before, after) and abs(gap - self._space(before)) > NATURAL * size(before):
                return False
        return True

    def _parts(self, before: Glyph, after: Glyph) -> bool:
        """True when two letters have a space between them, however narrow it was made."""
        return id(after) in self._spaced or along(after) - end_of(before) > SPACE * size(before)

    def _space(self, glyph: Glyph) -> float:
        """The space of a glyph's font, in points of user space."""
        if id(glyph.font) not in self._widths:
            self._widths[id(glyph.font)] = FontWidths(glyph.font)
        return self._widths[id(glyph.font)].char(" ") * size(glyph)

    def _runs(self, shown: list[Glyph], wanted: set[int]) -> list[_Run]:
        runs: list[_Run] = []
        last: Glyph | None = None
        for glyph in shown:
            if glyph.gone:
                own = set(glyph.covered)
                mine = own & wanted
                joins = last is not None and last.gone and runs and (
                    runs[-1].rects & own or (not mine and runs[-1].gap is Gap.KEEP)
                )
                if joins:
                    runs[-1].glyphs.append(glyph)
                    runs[-1].rects |= own
                else:
                    gap = self._gaps[min(mine)] if mine else Gap.KEEP
                    runs.append(_Run([glyph], own, gap))
            last = glyph
        for run in runs:
            width = end_of(run.glyphs[-1]) - along(run.glyphs[0])
            if run.gap is Gap.CONSTANT:
                run.wide = max(self._boxes[i] for i in run.rects & wanted)
            elif run.gap is Gap.ROUND:
                run.wide = math.ceil(width / self._step) * self._step
            elif run.gap is Gap.LINE:
                run.wide = SMALLEST_BOX * self._point
            else:
                run.wide = width
        return runs

    def _place(
        self, part: list[Glyph], runs: Sequence[_Run], is_natural: bool, places: dict[int, float]
    ) -> float:
        """Where each glyph comes to stand; the end of the line."""
        by_first = {id(run.glyphs[0]): run for run in runs}
        inside = {id(g) for run in runs for g in run.glyphs[1:]}
        cursor = 0.0
        before: Glyph | None = None
        for glyph in part:
            if not glyph.text.strip():
                places[id(glyph)] = cursor if before is not None else along(glyph)
                continue
            if id(glyph) in inside:
                before = glyph
                continue
            gap = 0.0
            if before is None:
                cursor = along(glyph)
            else:
                gap = along(glyph) - end_of(before)
                is_space = self._parts(before, glyph)
                if before.gone or glyph.gone:
                    gap = self._space(before) if is_space else TIGHT * size(before)
                elif not is_natural:
                    gap = self._space(before) if is_space else gap - before.char * size(before)
            run = by_first.get(id(glyph))
            if run is not None:
                run.start = cursor + gap
                cursor = run.start + run.wide
            else:
                places[id(glyph)] = cursor + gap
                cursor = places[id(glyph)] + advance(glyph) - glyph.extra * size(glyph)
            before = glyph
        return cursor

    def _follow(self, part: list[Glyph], shown: list[Glyph], runs: Sequence[_Run]) -> None:
        """Rules and grounds of the line go with its words."""
        if not self._page.rules:
            return
        anchors: dict[float, float] = {}
        for glyph in shown:
            if not glyph.gone and glyph.laid is not None:
                anchors[along(glyph)] = glyph.laid
                anchors[end_of(glyph)] = glyph.laid + end_of(glyph) - along(glyph)
        for run in runs:
            anchors[along(run.glyphs[0])] = run.start
            anchors[end_of(run.glyphs[-1])] = run.start + run.wide
        x, y = way(part[0])
        base, em, high = across(shown[0]), max(map(size, shown)), max(map(height, shown))
        first, last = min(anchors), max(anchors)
        area = _area(
            x, y, first - 0.3 * em, last + 0.3 * em, base + BAND[0] * high, base + BAND[1] * high
        )
        olds = sorted(anchors)

        def to(u: float, v: float) -> tuple[float, float]:
            at, side = u * x + v * y, v * x - u * y
            new = _mapped(at, olds, anchors)
            return round(new * x - side * y, 2), round(new * y + side * x, 2)

        for rule in self._page.rules:
            b = rule.bounds
            if area.x0 <= b.x0 and b.x1 <= area.x1 and area.y0 <= b.y0 and b.y1 <= area.y1:
                rule.follow = to


def _mapped(at: float, olds: Sequence[float], anchors: Mapping[float, float]) -> float:
    if at <= olds[0]:
        return at + anchors[olds[0]] - olds[0]
    if at >= olds[-1]:
        return at + anchors[olds[-1]] - olds[-1]
    i = bisect.bisect_right(olds, at)
    a, b = olds[i - 1], olds[i]
    share = (at - a) / (b - a) if b > a else 0.0
    return anchors[a] + share * (anchors[b] - anchors[a])


def end_of(glyph: Glyph) -> float:
    """Where a glyph ends, the spaces of the text state left out."""
    return along(glyph) + advance(glyph) - glyph.extra * size(glyph)


def columns(line: list[Glyph]) -> list[list[Glyph]]:
    """A line cut where a wide space parts columns. Blanks go with what stands before them."""
    shown = [g for g in line if g.text.strip()]
    gaps = [
        (along(b) - end_of(a)) / (size(a) or 1.0) for a, b in itertools.pairwise(shown)
    ]
    starts = {
        id(b) for gap, b in zip(gaps, shown[1:], strict=True)
        if gap > COLUMN and sum(abs(other - gap) < 0.06 * gap for other in gaps) < 3
    }
    parts: list[list[Glyph]] = [[]]
    for glyph in line:
        if id(glyph) in starts:
            parts.append([])
        parts[-1].append(glyph)
    return [part for part in parts if any(g.text.strip() for g in part)]


def _area(x: float, y: float, first: float, last: float, low: float, high: float) -> Rect:
    """A stretch along a line, and across it, as a rectangle of user space."""
    corners = [(u * x - v * y, u * y + v * x) for u in (first, last) for v in (low, high)]
    return bounds_of(corners)


def _span(rect: Rect, x: float, y: float, first: float, last: float) -> Rect:
    """A rectangle with another extent along a line that is level or upright."""
    if abs(x) > abs(y):
        a, b = (round(v, 3) for v in sorted((first * x, last * x)))
        return Rect(a, rect.y0, b, rect.y1)
    a, b = (round(v, 3) for v in sorted((first * y, last * y)))
    return Rect(rect.x0, a, rect.x1, b)

