"""Lines that were laid anew: is all of their text still there and nothing else, and what do their gaps tell?

Where a constant gap was asked for, the rest of a line stands elsewhere than in the original, perhaps where
the removed word stood. A marked place is then told from a leak by the whole line: its characters must be
those of the original without the marked ones, no more and no fewer, in the same order.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

import numpy as np
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

from review_app.domain.geometry import Rect, bounds
from review_app.domain.guessing import STEP, Gap
from review_app.domain.marks import Mark
from review_app.domain.values import dataclass
from review_app.engine.defending import constant_box
from review_app.engine.geometry import Frame, apply
from review_app.engine.regions import Regions
from review_app.engine.verify_chars import meeting
from review_app.engine.verify_places import SIGNS
from review_app.engine.verify_removed import user_boxes
from review_app.engine.verify_text import Box, Char, TextPage, Thing, address, handle_of, touched

NEAR = 0.1
"""Points by which a letter may stand elsewhere before its line counts as laid anew."""

SAME = 0.03
"""Points by which two gaps may differ and tell the same width; measured with PDFium's coordinates."""

_SAME_LINE = 0.3
"""Of a mark's height: how far baselines of one line may lie apart."""

_PLAIN = 6
_THIN = 2.5
_BOX = 0.1


@dataclass(eq=False)
class Line:
    """The line of one marked rectangle, in both files.

    ``place`` is what was marked, ``strip`` the line across the page, both in page space; ``is_down`` when it
    runs up or down the page as displayed. ``before`` and ``after`` are the letters that no mark takes, in
    the order in which they stand. ``at`` is the number of letters before the mark.
    """

    mark: Mark
    place: Rect
    strip: Rect
    is_down: bool
    before: list[Char] = field(default_factory=list)
    after: list[Char] = field(default_factory=list)
    at: int = 0
    had_text: bool = False

    @property
    def is_whole(self) -> bool:
        """True when both lines hold the same letters."""
        return Counter(_signs(self.before)) == Counter(_signs(self.after))

    @property
    def is_clean(self) -> bool:
        """True when the line holds no letter that it should not. Letters that nobody saw may be gone."""
        more = Counter(_signs(self.after)) - Counter(_signs(self.before))
        return not any(sign.isalnum() or sign not in SIGNS for sign in more)

    @property
    def is_single(self) -> bool:
        """True when the strip holds one line of type."""
        own = [c.box for c in self.before]
        sides = (0, 2) if self.is_down else (1, 3)
        low, high = (max(b[sides[0]] for b in own), min(b[sides[1]] for b in own)) if own else (0.0, 1.0)
        return low < high

    @property
    def is_in_order(self) -> bool:
        """True when they also stand in the same order."""
        return not self.is_whole or _signs(self.before) == _signs(self.after)


class Relaid:
    """The lines with marks of one page.

    Args:
        first: the original's page.
        page: the output's.
        frame: the measures of both.
        marks: those of the page.
        gaps: what was to become of their gaps, None where nobody knows; lines whose gaps were all to be kept
            are not looked at.
        is_code: whether some characters are nothing but codes that may stand in a box.
    """

    def __init__(
        self, first: TextPage, page: TextPage, frame: Frame, marks: Sequence[Mark],
        gaps: Mapping[str, Gap] | None, is_code: Callable[[Sequence[Char]], bool],
    ) -> None:
        self._first = first
        self._page = page
        self._frame = frame
        self._marks = marks
        self._gaps = gaps or {}
        self._others = None if gaps is None else Gap.KEEP
        self._is_code = is_code
        self._printed: dict[int, Any] = {}

    @cached_property
    def lines(self) -> list[Line]:
        """The line of every marked rectangle that held letters."""
        boxes = user_boxes(self._frame, [r for m in self._marks for r in m.rects])
        regions = Regions([Rect(*b) for b in boxes])
        found = []
        cache: dict[tuple[float, ...], tuple[list[Char], list[Char]]] = {}
        for mark in self._marks:
            for rect in mark.rects if self._gap(mark) is not Gap.KEEP else ():
                (box,) = user_boxes(self._frame, [rect])
                own = [c for c in self._first.chars_at([box]) if not c.text.isspace()]
                is_down = _runs_down([self._frame.rect_to_page(c.box) for c in own])
                strip = self._strip(rect, is_down)
                # Where a mark only grazes a line, its letters may have gone by their ink all the same.
                near = own or self._first.chars_meeting(box)
                bases = sorted({round(self._base(self._first, c, is_down), 1) for c in near})
                key = (strip.x0, strip.y0, strip.x1, strip.y1, *bases)
                if key not in cache:
                    cache[key] = (
                        self._letters(self._first, strip, is_down, bases),
                        self._letters(self._page, strip, is_down, bases),
                    )
                before, after = cache[key]
                kept = [
                    c for c in before
                    if not any(touched(c.box, boxes[i]) for i in regions.hits(Rect(*c.box)))
                ]
                middle = _middle(rect, is_down)
                at = sum(1 for c in kept if self._along(c, is_down) < middle)
                found.append(Line(mark, rect, strip, is_down, kept, after, at, bool(own)))
        return found

    def _gap(self, mark: Mark) -> Gap | None:
        """What was to become of a gap. A mark that nothing is said of, where gaps are known, took no text."""
        return self._gaps.get(mark.id, self._others)

    def _strip(self, rect: Rect, is_down: bool) -> Rect:
        whole = self._frame.rect
        if is_down:
            return Rect(rect.x0, whole.y0, rect.x1, whole.y1)
        return Rect(whole.x0, rect.y0, whole.x1, rect.y1)

    def _along(self, char: Char, is_down: bool) -> float:
        return _middle(self._frame.rect_to_page(char.box), is_down)

    def _base(self, page: TextPage, char: Char, is_down: bool) -> float:
        """Where a letter's baseline lies, across its line, in page space."""
        x, y = apply(self._frame.to_page, *_origin(page, char))
        return x if is_down else y

    def _letters(
        self, page: TextPage, strip: Rect, is_down: bool, bases: Sequence[float]
    ) -> list[Char]:
        """The letters of a line in order, codes in boxes left out; the baselines of what went tell the line
        from its neighbours better than the height of letters does."""
        high = strip.width if is_down else strip.height
        more = 0.5 * high if bases else 0.0
        wide = Rect(strip.x0 - more * is_down, strip.y0 - more * (not is_down),
                    strip.x1 + more * is_down, strip.y1 + more * (not is_down))
        (box,) = user_boxes(self._frame, [wide])
        chars = [c for c in page.chars_at([box]) if not c.is_generated and not c.text.isspace()]
        kept = []
        for key, own in page.by_object(chars).items():
            if not self._is_code(own):
                kept += own
            elif page is self._page and key:
                self._printed[key] = handle_of(key)
        if bases:
            near = _SAME_LINE * min(high, 24.0)
            kept = [c for c in kept if any(abs(self._base(page, c, is_down) - b) < near for b in bases)]
        return sorted(kept, key=lambda c: self._along(c, is_down))

    @cached_property
    def moved(self) -> list[Line]:
        """The lines that hold their text, but elsewhere, or whose box is no longer where the mark is."""
        return [
            line for line in self.lines
            if line.is_clean and (self._has_moved(line) or self._new_at(line))
        ]

    def _has_moved(self, line: Line) -> bool:
        places: dict[str, list[Box]] = {}
        for char in line.before:
            places.setdefault(char.text, []).append(char.box)
        return not all(
            any(_apart(char.box, box) <= NEAR for box in places.get(char.text, ()))
            for char in line.after
        )

    def _wider(self, line: Line) -> list[Rect]:
        """New shapes that begin in a marked rectangle and reach beyond it."""
        found = []
        beyond = line.place.inset(-1.0)
        place = (line.place.x0, line.place.y0, line.place.x1, line.place.y1)
        shapes, areas = self._shapes
        for at in np.flatnonzero(meeting(areas, place)).tolist():
            shown = shapes[at]
            common = shown.intersect(line.place)
            if not common.is_empty and common.area < shown.area and shown.intersect(beyond) != shown:
                found.append(shown)
        return found

    def _new_at(self, line: Line) -> list[Rect]:
        """New shapes that are the box of a marked rectangle and not as wide as that."""
        return [*self._wider(line), *self._narrower(line)]

    def _narrower(self, line: Line) -> list[Rect]:
        """New shapes that, as high as a marked rectangle, take only a part of it: where all of a line went,
        its constant box is shorter than the mark."""
        found, place = [], line.place
        shapes, areas = self._shapes
        for at in np.flatnonzero(meeting(areas, (place.x0, place.y0, place.x1, place.y1))).tolist():
            common = shapes[at].intersect(place)
            along, across = common.width / place.width, common.height / place.height
            if line.is_down:
                along, across = across, along
            if across > 0.6 and along < 0.95 and common.area > 0.9 * shapes[at].area:
                found.append(shapes[at])
        return found

    @cached_property
    def _shapes(self) -> tuple[list[Rect], NDArray[np.float64]]:
        """The new plain shapes in page space, also as rows of numbers."""
        shapes = [self._frame.rect_to_page(thing.box) for thing in self._new]
        rows = [(r.x0, r.y0, r.x1, r.y1) for r in shapes]
        return shapes, np.array(rows, dtype=np.float64).reshape(-1, 4)

    @cached_property
    def _new(self) -> list[Thing]:
        """Plain shapes that the original has not; pieces of areas that marks cut left out: no boxes."""
        old = [t for t in self._first.things if t.kind == raw_api.FPDF_PAGEOBJ_PATH]
        known = {tuple(round(v, 1) for v in t.box) for t in old}
        places = np.array([t.box for t in old], dtype=np.float64).reshape(-1, 4)
        return [
            t for t in self._page.things
            if t.kind == raw_api.FPDF_PAGEOBJ_PATH and tuple(round(v, 1) for v in t.box) not in known
            and (min(_sides(t.box)) <= _THIN or not _is_piece(t, old, places))
        ]

    @cached_property
    def strips(self) -> list[Rect]:
        """Where something may stand elsewhere, in page space."""
        found: dict[Rect, None] = {}
        for line in self.moved:
            found |= dict.fromkeys([self._whole(line)] if self._has_moved(line) else self._new_at(line))
        return list(found)

    def _whole(self, line: Line) -> Rect:
        """The strip of a line, as high as its letters are: a mark may be lower."""
        rects = [self._frame.rect_to_page(c.box) for c in (*line.before, *line.after)]
        high = bounds([line.strip, *rects])
        if line.is_down:
            return Rect(high.x0, line.strip.y0, high.x1, line.strip.y1)
        return Rect(line.strip.x0, high.y0, line.strip.x1, high.y1)

    def holds(self, rect: Rect) -> bool:
        """True when a marked rectangle lies on a line that was laid anew and holds nothing that it should
        not."""
        return rect in self._held

    @cached_property
    def _held(self) -> frozenset[Rect]:
        return frozenset(line.place for line in self.moved)

    @cached_property
    def objects(self) -> list[Any]:
        """The text and the rules of lines laid anew, which may stand in marked places."""
        found: dict[int, Any] = {}
        for line in self.moved:
            for char in line.after:
                handle = raw_api.FPDFText_GetTextObject(self._page.raw, char.index)
                if handle:
                    found[address(handle)] = handle
        rules = [t.handle for t in self._on_strips if min(_sides(t.box)) <= _THIN]
        return [*found.values(), *rules]

    @property
    def codes(self) -> list[Any]:
        """The text objects of lines laid anew that are codes."""
        return list(self._printed.values()) if self.moved else []

    @cached_property
    def covers(self) -> list[Box]:
        """Plain shapes on lines laid anew that the original has not: the boxes of their gaps, in user
        space."""
        return [
            t.box for t in self._on_strips
            if raw_api.FPDFPath_CountSegments(t.handle) <= _PLAIN and min(_sides(t.box)) > _THIN
        ]

    @cached_property
    def _on_strips(self) -> list[Thing]:
        if not self.moved:
            return []
        strips = [Rect(*b) for b in user_boxes(self._frame, self.strips)]
        return [
            t for t in self._new
            if any(_shares(Rect(*t.box), s) for s in strips)
        ]

    def measured(self) -> dict[str, bool]:
        """For each mark whose line keeps letters on both sides: is its gap as wide as what stood there?

        A box that happens to be as wide as the word, because all are, tells nothing. Gaps that were to be
        kept are not measured.
        """
        found = {m.id: True for m in self._marks if self._gaps.get(m.id) is Gap.KEEP}
        for line in self.lines:
            if not (line.had_text and line.is_whole and 0 < line.at < len(line.after)):
                continue
            ways = [
                self._distance(page, chars[line.at - 1], chars[line.at])
                for page, chars in ((self._first, line.before), (self._page, line.after))
            ]
            is_same = abs(ways[0] - ways[1]) <= SAME
            if is_same and self._gaps.get(line.mark.id) in (Gap.CONSTANT, Gap.ROUND):
                is_same = not self._has_box(line, self._gaps[line.mark.id])
            found[line.mark.id] = found.get(line.mark.id, False) or is_same
        return found

    def _has_box(self, line: Line, gap: Gap) -> bool:
        """True when the box in a gap has the width that was promised."""
        (strip,) = user_boxes(self._frame, [line.strip])
        area = Rect(*strip)
        wide = constant_box(line.mark)
        for thing in self._page.things:
            box = Rect(*thing.box)
            if thing.kind == raw_api.FPDF_PAGEOBJ_PATH and not box.intersect(area).is_empty:
                shown = self._frame.rect_to_page(thing.box)
                if shown.intersect(line.place).area < 0.5 * min(shown.area, line.place.area):
                    continue
                across = shown.height if line.is_down else shown.width
                rest = across - wide if gap is Gap.CONSTANT else across - round(across / STEP) * STEP
                if abs(rest) <= _BOX:
                    return True
        return False

    def _distance(self, page: TextPage, a: Char, b: Char) -> float:
        (x0, y0), (x1, y1) = (_origin(page, c) for c in (a, b))
        return float(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5) * self._frame.unit


def _is_piece(thing: Thing, old: Sequence[Thing], places: NDArray[np.float64]) -> bool:
    """True for a part of an older shape of one colour: it lies in that and shares two of its sides."""
    box = np.array(thing.box)
    inside = (places[:, :2] < box[:2] + NEAR).all(axis=1) & (places[:, 2:] > box[2:] - NEAR).all(axis=1)
    sides = (np.abs(places - box) < NEAR).sum(axis=1) >= 2
    colour = _colour(thing)
    return any(_colour(old[i]) == colour for i in np.flatnonzero(inside & sides).tolist())


def _colour(thing: Thing) -> tuple[int, ...]:
    parts = [ctypes.c_uint() for _ in range(4)]
    raw_api.FPDFPageObj_GetFillColor(thing.handle, *parts)
    return tuple(part.value for part in parts)


def _apart(a: Box, b: Box) -> float:
    return max(abs(u - v) for u, v in zip(a, b, strict=True))


def _sides(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _shares(box: Rect, strip: Rect) -> bool:
    """True when a shape lies mostly on a strip; a line has no area."""
    across = min(box.y1, strip.y1) - max(box.y0, strip.y0)
    along = min(box.x1, strip.x1) - max(box.x0, strip.x0)
    return across >= 0.5 * box.height and along >= 0.5 * box.width and min(across, along) >= 0


def _origin(page: TextPage, char: Char) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    if raw_api.FPDFText_GetCharOrigin(page.raw, char.index, x, y):
        return x.value, y.value
    return char.box[0], char.box[1]


def _signs(chars: Sequence[Char]) -> list[str]:
    return [c.text for c in chars]


def _middle(rect: Rect, is_down: bool) -> float:
    return (rect.y0 + rect.y1) / 2 if is_down else (rect.x0 + rect.x1) / 2


def _runs_down(rects: Sequence[Rect]) -> bool:
    if len(rects) < 2:
        return False
    xs, ys = [_middle(r, False) for r in rects], [_middle(r, True) for r in rects]
    return max(ys) - min(ys) > 1.5 * (max(xs) - min(xs))
