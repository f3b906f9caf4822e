"""The drawings of a page as plain shapes: which are rectangles, bars, frames, hatched areas, thin rules.

One pass over what MuPDF paints, annotations included (they come after the page's own content, with their
appearance), in the order of painting. Clips and transparency groups around a drawing are followed: a bar
that is clipped away hides nothing, and a marker pen lets the text through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from review_app.domain.content import Colour, Drawing, Form
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.engine.outlines import SLACK, rectangles, straight

MAX_DRAWINGS = 20_000
"""Of a page with more shapes (a map, a drawing) only so many are handed on, with a warning."""

MAX_ITEMS = 400
"""A path with more segments is no box; hatching is judged by its first segments."""

THICK = 4.5
"""Points: a stroke of this width or more is seen as a bar (detection reference, 2.2)."""

THIN = 2.6
"""Points: a filled rectangle this thin is a rule. Below the height of any bar over text of 4 points."""

_MIN_HATCH = 3


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
    slope: float


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
        sides = [straight(item[1], item[2]) for item in items]
        caps = path.get("lineCap") or (0,)
        reach = width / 2 if max(caps) > 0 else 0.0
        if any(line is None for line in sides) or (
            len(items) > 1 and width >= THICK and not _one_row(sides)
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
            sides = [_joined(sides)]
        for line in sides:
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
                self._hatch = _Hatch(clip, colour, order, _MIN_HATCH, clip, opacity, here.is_blended, 0.0)
            return True
        slope = _slope(path, items[:MAX_ITEMS])
        if slope is None:
            self._end_hatch()
            return False
        count = min(len(items), MAX_ITEMS)
        area = box if clip is None else (box.intersect(clip) if not box.intersect(clip).is_empty else clip)
        hatch = self._hatch
        follows = hatch is not None and hatch.clip == clip and _alike(hatch.slope, slope)
        if hatch is not None and follows and _touch(hatch.rect, area):
            hatch.rect = hatch.rect.union(area)
            hatch.count += count
        else:
            self._end_hatch()
            self._hatch = _Hatch(area, colour, order, count, clip, opacity, here.is_blended, slope)
        return True

    def _is_tile(self, box: Rect, clip: Rect) -> bool:
        """A drawing outside of the clip it stands in is the cell of a pattern, told in the pattern's own
        space: anything else that is clipped away whole would not be painted."""
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


def _slope(path: Mapping[str, Any], items: Sequence[Any]) -> float | None:
    """How steep the strokes of a path are, one way or the other; None when it is no hatching: a part that
    does not slant, strokes of several slopes (a map), or strokes so thick that they cover."""
    if path["type"] != "s" or float(path.get("width") or 0.0) >= THICK:
        return None
    first: float | None = None
    for item in items:
        if item[0] != "l":
            return None
        across, down = abs(item[1][0] - item[2][0]), abs(item[1][1] - item[2][1])
        if across <= SLACK or down <= SLACK:
            return None
        if first is None:
            first = down / across
        elif not _alike(first, down / across):
            return None
    return first


def _alike(a: float, b: float) -> bool:
    return abs(a - b) <= 0.25 * max(a, b)


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


def _one_row(lines: Sequence[Rect | None]) -> bool:
    """True when all lines lie on one horizontal or vertical."""
    known = [line for line in lines if line is not None]
    return (
        max(r.y1 for r in known) - min(r.y0 for r in known) <= SLACK
        or max(r.x1 for r in known) - min(r.x0 for r in known) <= SLACK
    )


def _joined(lines: Sequence[Rect | None]) -> Rect:
    known = [line for line in lines if line is not None]
    rect = known[0]
    for line in known[1:]:
        rect = rect.union(line)
    return rect


def _touch(a: Rect, b: Rect) -> bool:
    return a.x0 <= b.x1 + 8 and b.x0 <= a.x1 + 8 and a.y0 <= b.y1 + 2 and b.y0 <= a.y1 + 2
