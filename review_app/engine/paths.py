"""Cuts vector paths: what lies inside a box is gone, what lies outside stays where it was.

Outside of a box are four regions that do not overlap: left, right, below, above. Each is convex, so a closed
outline is clipped to each by the rule of Sutherland and Hodgman, which keeps the winding number of every
point of the region; nonzero and even-odd fills therefore look as before, and the pieces, painted as one path,
show no seams. A line is cut into the runs outside, widened by its pen.
Everything here is in PDF user space of the page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import field

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.engine.geometry import Matrix, apply
from review_app.engine.operators import Unsure, number
from review_app.engine.regions import Regions, meets

Point = tuple[float, float]

_FLAT = 0.01
"""A curve is replaced by lines that stay this close to it, in points: an eighth of a pixel at 900 dpi."""

MAX_POINTS = 400_000
"""A page whose cut paths have more points is refused: it is a map, and takes the raster method."""


@dataclass
class Sub:
    """A subpath: its points, and for each stretch after the first point one point or three (a curve)."""

    start: Point
    steps: list[tuple[Point, ...]] = field(default_factory=list)
    closed: bool = False

    def points(self) -> list[Point]:
        """All points with the control points."""
        return [self.start, *(p for step in self.steps for p in step)]


def bounds_of(points: Sequence[Point]) -> Rect:
    """The smallest rectangle around points."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Rect(min(xs), min(ys), max(xs), max(ys))


def moved(sub: Sub, m: Matrix) -> Sub:
    """A subpath through a matrix."""
    return Sub(
        apply(m, *sub.start), [tuple(apply(m, *p) for p in step) for step in sub.steps], sub.closed
    )


def flat(sub: Sub) -> list[Point]:
    """The subpath as straight lines."""
    out = [sub.start]
    for step in sub.steps:
        if len(step) == 1:
            out.append(step[0])
            continue
        p0, (p1, p2, p3) = out[-1], step
        bend = max(
            math.hypot(p0[0] - 2 * p1[0] + p2[0], p0[1] - 2 * p1[1] + p2[1]),
            math.hypot(p1[0] - 2 * p2[0] + p3[0], p1[1] - 2 * p2[1] + p3[1]),
        )
        parts = min(200, max(1, math.ceil(math.sqrt(0.75 * bend / _FLAT))))
        for i in range(1, parts + 1):
            t = i / parts
            u = 1 - t
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            out.append((
                a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0], a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1],
            ))
    return out


def is_rectangle(points: Sequence[Point]) -> bool:
    """True for an outline that is one rectangle with upright sides."""
    corners = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
    if len(corners) == 5 and corners[0] == corners[4]:
        corners.pop()
    if len(corners) != 4:
        return False
    box = bounds_of(corners)
    at = {
        (abs(x - box.x0) < 1e-6, abs(y - box.y0) < 1e-6)
        for x, y in corners
        if (abs(x - box.x0) < 1e-6 or abs(x - box.x1) < 1e-6)
        and (abs(y - box.y0) < 1e-6 or abs(y - box.y1) < 1e-6)
    }
    (ax, ay), (bx, by), (cx, cy) = corners[0], corners[1], corners[2]
    turns = (abs(ax - bx) < 1e-6) != (abs(bx - cx) < 1e-6) and (abs(ay - by) < 1e-6) != (abs(by - cy) < 1e-6)
    return len(at) == 4 and turns


def holds(outer: Rect, inner: Rect) -> bool:
    """True when ``inner`` lies in ``outer`` or on its edge."""
    return outer.x0 <= inner.x0 and outer.y0 <= inner.y0 and outer.x1 >= inner.x1 and outer.y1 >= inner.y1


def cut_fill(subs: Sequence[Sub], regions: Regions, *, even_cover: bool = True) -> list[Sub] | None:
    """The outlines without what lies in the boxes; None when they need no cut.

    Args:
        subs: the subpaths; open ones are closed, as filling does.
        regions: the boxes.
        even_cover: a rectangle that holds a whole box stays: it says nothing about what is in the box.
            False where the paint is not even (patterns, clips of what is painted later).
    """
    out: list[Sub] = []
    changed = False
    for sub in subs:
        boxes = [regions.boxes[i] for i in regions.hits(bounds_of(sub.points()))]
        if even_cover and boxes and is_rectangle(flat(sub)):
            whole = bounds_of(sub.points())
            boxes = [box for box in boxes if not holds(whole, box)]
        if not boxes:
            out.append(sub)
            continue
        changed = True
        pieces = [flat(sub)]
        for box in boxes:
            pieces = [part for piece in pieces for part in _outside(piece, box)]
            if sum(len(p) for p in pieces) > MAX_POINTS:
                raise Unsure("a drawing on it is too large to be cut")
        out += [Sub(p[0], [(q,) for q in p[1:]], True) for p in pieces]
    return out if changed else None


def _outside(polygon: list[Point], box: Rect) -> list[list[Point]]:
    if not meets(bounds_of(polygon), box):
        return [polygon]
    left = _half(polygon, 0, box.x0, -1)
    right = _half(polygon, 0, box.x1, 1)
    middle = _half(_half(polygon, 0, box.x0, 1), 0, box.x1, -1)
    pieces = [left, right, _half(middle, 1, box.y0, -1), _half(middle, 1, box.y1, 1)]
    return [p for p in pieces if len(p) >= 3 and _has_area(p)]


def _half(polygon: list[Point], axis: int, edge: float, side: int) -> list[Point]:
    """The part of a closed outline where ``side * (coordinate - edge) >= 0``."""
    out: list[Point] = []
    if not polygon:
        return out
    before = polygon[-1]
    was = side * (before[axis] - edge)
    for point in polygon:
        now = side * (point[axis] - edge)
        if (was < 0) != (now < 0):
            t = was / (was - now)
            crossing = [before[0] + t * (point[0] - before[0]), before[1] + t * (point[1] - before[1])]
            crossing[axis] = edge
            out.append((crossing[0], crossing[1]))
        if now >= 0:
            out.append(point)
        before, was = point, now
    return out


def _has_area(polygon: list[Point]) -> bool:
    box = bounds_of(polygon)
    return box.width > 1e-7 and box.height > 1e-7


@dataclass(frozen=True, slots=True)
class Pen:
    """How lines are drawn, in page units: half the width, how far a cap reaches, longest spike of a joint."""

    half: float
    cap: float
    miter: float


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of line that stays, and how far along its subpath it begins (in the stretched space)."""

    points: list[Point]
    begins: float
    is_whole: bool
    sub: Sub


def cut_stroke(subs: Sequence[Sub], regions: Regions, pen: Pen, scale: float) -> list[Run] | None:
    """The lines without what their pen would draw into the boxes; None when they need no cut.

    Args:
        subs: the subpaths.
        regions: the boxes.
        pen: the pen, in page units.
        scale: page units per unit of the path's own space, for the place in a dash pattern.
    """
    reach = max(pen.half, pen.cap) + pen.miter
    out: list[Run] = []
    changed = False
    for sub in subs:
        near = bounds_of(sub.points()).inset(-reach - 0.001)
        boxes = [regions.boxes[i] for i in regions.hits(near)]
        runs = _runs(sub, boxes, pen, scale) if boxes else None
        if runs is None:
            out.append(Run(sub.points(), 0.0, True, sub))
        else:
            changed = True
            out += runs
    return out if changed else None


def _runs(sub: Sub, boxes: list[Rect], pen: Pen, scale: float) -> list[Run] | None:
    points = flat(sub)
    if sub.closed and points[0] != points[-1]:
        points.append(points[0])
    if len(points) == 1:
        points.append(points[0])
    spikes = _spikes(points, sub.closed, pen)
    runs: list[Run] = []
    current: list[Point] = []
    begins = along = 0.0
    cut = False
    for i in range(len(points) - 1):
        a, b = points[i], points[i + 1]
        length = math.hypot(b[0] - a[0], b[1] - a[1])
        gaps = _gaps(a, b, boxes, pen, max(spikes[i], spikes[i + 1]))
        cut = cut or bool(gaps)
        at = 0.0
        for start, end in [*gaps, (1.0, 2.0)]:
            if start > at or (length == 0.0 and not gaps):
                p, q = _on(a, b, at), _on(a, b, min(start, 1.0))
                if not current or current[-1] != p:
                    if current:
                        runs.append(Run(current, begins, False, sub))
                    current, begins = [p], (along + at * length) / scale
                current.append(q)
            if start < 1.0 and current:
                runs.append(Run(current, begins, False, sub))
                current = []
            at = end
        along += length
    if not cut:
        return None
    if current:
        runs.append(Run(current, begins, False, sub))
    if sub.closed and len(runs) > 1 and runs[0].points[0] == points[0] and runs[-1].points[-1] == points[-1]:
        last = runs.pop()  # the seam of a closed line is no end: its joint stays
        runs[0] = Run(last.points + runs[0].points[1:], last.begins, False, sub)
    return [r for r in runs if len(r.points) > 1]


def _on(a: Point, b: Point, t: float) -> Point:
    if t <= 0.0:
        return a
    if t >= 1.0:
        return b
    return a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])


def _spikes(points: list[Point], closed: bool, pen: Pen) -> list[float]:
    """How much farther than the pen each joint may reach: a pointed joint is a spike."""
    if pen.miter <= 0.0:
        return [0.0] * len(points)
    out = [0.0] * len(points)
    for i in range(len(points)):
        before = points[i - 1] if i else (points[-2] if closed else None)
        after = points[i + 1] if i + 1 < len(points) else (points[1] if closed else None)
        here = points[i]
        if before is None or after is None or before == here or after == here:
            continue
        ax, ay, bx, by = here[0] - before[0], here[1] - before[1], after[0] - here[0], after[1] - here[1]
        cosine = (ax * bx + ay * by) / (math.hypot(ax, ay) * math.hypot(bx, by))
        half_angle = math.acos(max(-1.0, min(1.0, -cosine))) / 2
        ratio = 1 / max(1e-6, math.sin(half_angle))
        spike = pen.half * (ratio - 1)
        out[i] = spike if spike <= pen.miter else 0.0
    return out


def _gaps(a: Point, b: Point, boxes: list[Rect], pen: Pen, spike: float) -> list[tuple[float, float]]:
    """The stretches of a line (0 to 1) whose ink would meet a box, in order and merged."""
    across, along = pen.half + spike, pen.cap + spike
    found = []
    for box in boxes:
        if a[1] == b[1] and a[0] != b[0]:
            wide = Rect(box.x0 - along, box.y0 - across, box.x1 + along, box.y1 + across)
        elif a[0] == b[0] and a[1] != b[1]:
            wide = Rect(box.x0 - across, box.y0 - along, box.x1 + across, box.y1 + along)
        else:
            wide = box.inset(-max(across, along))
        part = _inside(a, b, wide)
        if part is not None:
            found.append(part)
    found.sort()
    merged: list[tuple[float, float]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _inside(a: Point, b: Point, box: Rect) -> tuple[float, float] | None:
    """The part of a line within a box, by Liang and Barsky."""
    t0, t1 = 0.0, 1.0
    for axis, low, high in ((0, box.x0, box.x1), (1, box.y0, box.y1)):
        start, step = a[axis], b[axis] - a[axis]
        if step == 0.0:
            if not low < start < high:
                return None
            continue
        first, last = sorted(((low - start) / step, (high - start) / step))
        t0, t1 = max(t0, first), min(t1, last)
    return (t0, t1) if t0 < t1 or (a == b and t0 <= t1) else None


def written(subs: Sequence[Sub], back: Matrix) -> bytes:
    """Path operators for subpaths, put back into the space of the stream."""
    out: list[bytes] = []
    for sub in subs:
        out.append(_pair(apply(back, *sub.start)) + b" m")
        for step in sub.steps:
            out.append(b" ".join(_pair(apply(back, *p)) for p in step) + (b" l" if len(step) == 1 else b" c"))
        if sub.closed:
            out.append(b"h")
    return b"\n".join(out)


def _pair(point: Point) -> bytes:
    return number(point[0]) + b" " + number(point[1])
