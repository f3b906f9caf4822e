"""The drawings of a page as plain shapes: which are rectangles, bars, frames, hatched areas, thin rules.

One pass over what MuPDF paints, annotations included (they come after the page's own content, with their
appearance), in the order of painting. Clips and transparency groups around a drawing are followed: a bar
that is clipped away hides nothing, and a marker pen lets the text through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from review_app.domain.content import Colour, Drawing, Form
from review_app.domain.geometry import Rect

MAX_DRAWINGS = 20_000
"""Of a page with more shapes (a map, a drawing) only so many are handed on, with a warning."""

MAX_ITEMS = 400
"""A path with more segments is no box; hatching is judged by its first segments."""

THICK = 4.5
"""Points: a stroke of this width or more is seen as a bar (detection reference, 2.2)."""

THIN = 2.6
"""Points: a filled rectangle this thin is a rule. Below the height of any bar over text of 4 points."""

_STRAIGHT = 0.6  # points a side may be off the horizontal or vertical
_SAME_POINT = 0.05  # points; the thinnest rule is thicker
_MIN_HATCH = 3

Point = tuple[float, float]


@dataclass(slots=True)
class _Level:
    clip: Rect | None = None
    opacity: float = 1.0
    is_blended: bool = False
    rect_clip: bool = False


@dataclass(slots=True)
class _Hatch:
    """Slanting strokes that follow each other in one clip, or that chain up."""

    rect: Rect
    colour: Colour | None
    order: int
    count: int
    clip: Rect | None
    opacity: float
    is_blended: bool


@dataclass(slots=True)
class Collector:
    """Takes MuPDF's descriptions one by one, keeps only what is asked for, never more than MAX_DRAWINGS."""

    shown: Rect
    found: list[Drawing] = field(default_factory=list)
    seen: int = 0
    dropped: int = 0
    _levels: list[_Level] = field(default_factory=list)
    _hatch: _Hatch | None = None
    _fresh_clip: bool = False

    def take(self, path: Mapping[str, Any]) -> None:
        """One clip, group or drawing, in the order of painting. What makes no sense is left out."""
        try:
            kind = path["type"]
            level = int(path.get("level", 0))
            if kind == "clip":
                self._clip(path, level)
            elif kind == "group":
                self._group(path, level)
            else:
                self._paint(path, level)
                self._fresh_clip = False
        except (KeyError, ValueError, TypeError, IndexError):
            return

    def finish(self) -> list[Drawing]:
        """All drawings."""
        self._end_hatch()
        return self.found

    def _at(self, level: int) -> _Level:
        del self._levels[level:]
        return self._levels[-1] if self._levels else _Level()

    def _clip(self, path: Mapping[str, Any], level: int) -> None:
        here = self._at(level)
        while len(self._levels) < level:
            self._levels.append(here)
        clip = _rect(path["scissor"])
        items = path.get("items") or ()
        inner = rectangles(items) if len(items) <= 8 else []
        is_rect = len(inner) == 1
        if is_rect:
            clip = clip.intersect(inner[0])
        if here.clip is not None:
            clip = clip.intersect(here.clip)
        self._levels.append(_Level(clip, here.opacity, here.is_blended, is_rect))
        self._fresh_clip = is_rect

    def _group(self, path: Mapping[str, Any], level: int) -> None:
        here = self._at(level)
        while len(self._levels) < level:
            self._levels.append(here)
        self._levels.append(
            _Level(
                here.clip,
                here.opacity * float(path.get("opacity", 1.0)),
                here.is_blended or path.get("blendmode", "Normal") not in ("Normal", "Compatible"),
                here.rect_clip,
            )
        )

    def _paint(self, path: Mapping[str, Any], level: int) -> None:
        self.seen += 1
        here = self._at(level)
        items = path["items"]
        order = int(path["seqno"])
        kind = str(path["type"])
        fill = colour_of(path.get("fill")) if "f" in kind else None
        stroke = colour_of(path.get("color")) if "s" in kind else None
        width = float(path.get("width") or 0.0)
        fill_opacity = _number(path.get("fill_opacity"), 1.0) * here.opacity
        stroke_opacity = _number(path.get("stroke_opacity"), 1.0) * here.opacity
        if self._is_hatching(path, here, items, order, fill if stroke is None else stroke, stroke_opacity):
            return
        if len(self.found) >= MAX_DRAWINGS:
            self.dropped += 1
            return
        parts = rectangles(items[:MAX_ITEMS]) if len(items) <= MAX_ITEMS else []
        for part in parts:
            if fill is not None:
                rect, cut = _clipped(part, here.clip)
                thin = min(part.width, part.height) <= THIN and max(part.width, part.height) > 3 * THIN
                self._add(
                    Drawing(
                        rect,
                        fill,
                        stroke,
                        width,
                        True,
                        Form.RULE if thin else Form.RECTANGLE,
                        order,
                        fill_opacity,
                        here.is_blended,
                        cut,
                    )
                )
            elif stroke is not None:
                if width >= THICK and min(part.width, part.height) <= width:
                    grown = part.inset(-width / 2)
                    rect, cut = _clipped(grown, here.clip)
                    self._add(
                        Drawing(
                            rect,
                            stroke,
                            None,
                            0.0,
                            True,
                            Form.LINE,
                            order,
                            stroke_opacity,
                            here.is_blended,
                            cut,
                        )
                    )
                    continue
                rect, cut = _clipped(part, here.clip)
                self._add(
                    Drawing(
                        rect,
                        None,
                        stroke,
                        width,
                        True,
                        Form.FRAME,
                        order,
                        stroke_opacity,
                        here.is_blended,
                        cut,
                    )
                )
        if parts:
            return
        if stroke is not None and fill is None and len(items) <= 60 and all(i[0] == "l" for i in items):
            self._lines(items, stroke, width, order, stroke_opacity, here, path)
            return
        rect, cut = _clipped(_rect(path["rect"]), here.clip)
        self._add(
            Drawing(rect, fill, stroke, width, False, Form.SHAPE, order, fill_opacity, here.is_blended, cut)
        )

    def _add(self, drawing: Drawing) -> None:
        r, s = drawing.rect, self.shown
        if r.x1 < s.x0 or r.x0 > s.x1 or r.y1 < s.y0 or r.y0 > s.y1:
            return  # nothing of it is displayed
        self.found.append(drawing)

    def _lines(
        self,
        items: Sequence[Any],
        stroke: Colour,
        width: float,
        order: int,
        opacity: float,
        here: _Level,
        path: Mapping[str, Any],
    ) -> None:
        """Straight strokes: thick ones are bars, thin ones rules."""
        straight = [_straight(item[1], item[2]) for item in items]
        caps = path.get("lineCap") or (0,)
        reach = width / 2 if max(caps) > 0 else 0.0
        if any(line is None for line in straight) or (
            len(items) > 1 and width >= THICK and not _one_row(straight)
        ):
            rect, cut = _clipped(_rect(path["rect"]).inset(-width / 2), here.clip)
            form = Form.LINE if width >= THICK and rect.height <= 2.2 * width else Form.SHAPE
            self._add(
                Drawing(
                    rect,
                    stroke if form is Form.LINE else None,
                    stroke,
                    width,
                    False,
                    form,
                    order,
                    opacity,
                    here.is_blended,
                    cut,
                )
            )
            return
        if width >= THICK and len(items) > 1:
            straight = [_joined(straight)]
        for line in straight:
            assert line is not None
            level = line.height <= line.width
            thick, long = width / 2, reach
            grown = (
                Rect(line.x0 - long, line.y0 - thick, line.x1 + long, line.y1 + thick)
                if level
                else Rect(line.x0 - thick, line.y0 - long, line.x1 + thick, line.y1 + long)
            )
            rect, cut = _clipped(grown, here.clip)
            form = Form.LINE if width >= THICK or min(rect.width, rect.height) > THIN else Form.RULE
            self._add(Drawing(rect, stroke, None, 0.0, True, form, order, opacity, here.is_blended, cut))

    def _is_hatching(
        self,
        path: Mapping[str, Any],
        here: _Level,
        items: Sequence[Any],
        order: int,
        colour: Colour | None,
        opacity: float,
    ) -> bool:
        """True when the drawing belongs to a hatched area, which is handed on as one."""
        clip = here.clip if here.rect_clip else None
        box = _rect(path["rect"])
        if clip is not None and not clip.is_empty and self._is_tile(box, clip):
            if self._hatch is not None and self._hatch.clip == clip:
                self._hatch.count += _MIN_HATCH
            else:
                self._end_hatch()
                self._hatch = _Hatch(clip, colour, order, _MIN_HATCH, clip, opacity, here.is_blended)
            return True
        slanting = (
            sum(
                1
                for item in items[:MAX_ITEMS]
                if item[0] == "l"
                and abs(item[1][0] - item[2][0]) > _STRAIGHT
                and abs(item[1][1] - item[2][1]) > _STRAIGHT
            )
            if path["type"] == "s" and all(item[0] == "l" for item in items[:MAX_ITEMS])
            else 0
        )
        if not slanting or slanting < len(items[:MAX_ITEMS]) or float(path.get("width") or 0.0) >= THICK:
            self._end_hatch()
            return False
        area = box if clip is None else (box.intersect(clip) if not box.intersect(clip).is_empty else clip)
        hatch = self._hatch
        if hatch is not None and hatch.clip == clip and _touch(hatch.rect, area):
            hatch.rect = hatch.rect.union(area)
            hatch.count += slanting
        else:
            self._end_hatch()
            self._hatch = _Hatch(area, colour, order, slanting, clip, opacity, here.is_blended)
        return True

    def _is_tile(self, box: Rect, clip: Rect) -> bool:
        """A drawing outside of the clip it stands in is the cell of a pattern, told in the pattern's own space:
        anything else that is clipped away whole would not be painted."""
        return self._fresh_clip and box.intersect(clip).is_empty and not _touch(box, clip)

    def _end_hatch(self) -> None:
        hatch, self._hatch = self._hatch, None
        if hatch is None or len(self.found) >= MAX_DRAWINGS:
            return
        form = Form.HATCH if hatch.count >= _MIN_HATCH else Form.SHAPE
        self._add(
            Drawing(
                hatch.rect,
                None,
                hatch.colour,
                0.0,
                False,
                form,
                hatch.order,
                hatch.opacity,
                hatch.is_blended,
            )
        )


def rectangles(items: Sequence[Any]) -> list[Rect]:
    """The rectangles a path consists of; empty when any part of it is something else."""
    found: list[Rect] = []
    run: list[Any] = []
    for item in items:
        op = item[0]
        if op == "re":
            if run and not _close(run, found):
                return []
            run = []
            found.append(_rect(item[1]))
        elif op == "qu":
            quad = item[1]
            points = [(float(p[0]), float(p[1])) for p in quad]
            rect = _of_points(points)
            if not all(_on_corner(p, rect) for p in points):
                return []
            found.append(rect)
        elif op in ("l", "c"):
            if run and not _near(run[-1][-1], item[1]):
                if not _close(run, found):
                    return []
                run = []
            run.append(item)
        else:
            return []
    if run and not _close(run, found):
        return []
    return found


def _close(run: Sequence[Any], found: list[Rect]) -> bool:
    """Adds the rectangle that a chain of segments draws; False when it draws something else."""
    lines = [item for item in run if item[0] == "l"]
    curves = [item for item in run if item[0] == "c"]
    points: list[Point] = [p for item in run for p in item[1:]]
    rect = _of_points(points)
    if not curves:
        sides = [line for line in lines if not _near(line[1], line[2])]
        if not 3 <= len(sides) <= 5 or any(_straight(s[1], s[2]) is None for s in sides):
            return False
        if len(sides) == 3 and not _near(sides[0][1], sides[-1][2]):
            # Three sides: closed by the fill itself, if the ends stand on one side.
            if _straight(sides[0][1], sides[-1][2]) is None:
                return False
        elif len(sides) > 3 and not _near(sides[0][1], sides[-1][2]):
            return False
        if not all(_on_corner(p, rect) for s in sides for p in s[1:]):
            return False
    else:
        # Round corners: every point lies within a corner's reach of an edge, straight sides on the edges.
        if len(curves) > 8 or len(lines) > 5 or not _near(run[0][1], run[-1][-1]):
            return False
        reach = 0.5 * min(rect.width, rect.height) + _STRAIGHT
        for curve in curves:
            bend = _of_points(curve[1:])
            if bend.width > reach or bend.height > reach:
                return False
        if not lines and len(curves) <= 4:
            return False  # a circle
        for line in lines:
            if _straight(line[1], line[2]) is None or not (
                _on_edge(line[1], rect) and _on_edge(line[2], rect)
            ):
                return False
        if sum(_length(line) for line in lines) < 0.4 * (rect.width + rect.height):
            return False
    found.append(rect)
    return True


def colour_of(value: Any) -> Colour | None:
    """Three numbers as a colour, None for anything else."""
    if not value or len(value) != 3:
        return None
    return (float(value[0]), float(value[1]), float(value[2]))


def _rect(value: Any) -> Rect:
    return Rect.of(value)


def _number(value: Any, default: float) -> float:
    return default if value is None else float(value)


def _clipped(rect: Rect, clip: Rect | None) -> tuple[Rect, bool]:
    if clip is None:
        return rect, False
    left = rect.intersect(clip)
    cut = left.width < rect.width - 1.0 or left.height < rect.height - 1.0
    return left, cut


def _of_points(points: Sequence[Point]) -> Rect:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Rect.of((min(xs), min(ys), max(xs), max(ys)))


def _near(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) <= _SAME_POINT and abs(a[1] - b[1]) <= _SAME_POINT


def _on_corner(p: Point, r: Rect) -> bool:
    return (
        min(abs(p[0] - r.x0), abs(p[0] - r.x1)) <= _STRAIGHT
        and min(abs(p[1] - r.y0), abs(p[1] - r.y1)) <= _STRAIGHT
    )


def _on_edge(p: Point, r: Rect) -> bool:
    return min(abs(p[0] - r.x0), abs(p[0] - r.x1), abs(p[1] - r.y0), abs(p[1] - r.y1)) <= _STRAIGHT


def _length(line: Any) -> float:
    return abs(float(line[1][0]) - float(line[2][0])) + abs(float(line[1][1]) - float(line[2][1]))


def _straight(a: Point, b: Point) -> Rect | None:
    """The line between two points as a rectangle without thickness, None when it slants."""
    if abs(a[0] - b[0]) > _STRAIGHT and abs(a[1] - b[1]) > _STRAIGHT:
        return None
    return Rect.of((a[0], a[1], b[0], b[1]))


def _one_row(lines: Sequence[Rect | None]) -> bool:
    """True when all lines lie on one horizontal or vertical."""
    known = [line for line in lines if line is not None]
    return (
        max(r.y1 for r in known) - min(r.y0 for r in known) <= _STRAIGHT
        or max(r.x1 for r in known) - min(r.x0 for r in known) <= _STRAIGHT
    )


def _joined(lines: Sequence[Rect | None]) -> Rect:
    known = [line for line in lines if line is not None]
    rect = known[0]
    for line in known[1:]:
        rect = rect.union(line)
    return rect


def _touch(a: Rect, b: Rect) -> bool:
    return a.x0 <= b.x1 + 8 and b.x0 <= a.x1 + 8 and a.y0 <= b.y1 + 2 and b.y0 <= a.y1 + 2
