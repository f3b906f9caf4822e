"""Which rectangles a path consists of, however it was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from review_app.domain.geometry import Rect

SLACK = 0.6
"""Points a side may be off the horizontal or vertical."""

_SAME_POINT = 0.05  # points; the thinnest rule is thicker

Point = tuple[float, float]


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
            found.append(Rect.of(item[1]))
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
        if not 3 <= len(sides) <= 5 or any(straight(s[1], s[2]) is None for s in sides):
            return False
        if len(sides) == 3 and not _near(sides[0][1], sides[-1][2]):
            # Three sides: closed by the fill itself, if the ends stand on one side.
            if straight(sides[0][1], sides[-1][2]) is None:
                return False
        elif len(sides) > 3 and not _near(sides[0][1], sides[-1][2]):
            return False
        if not all(_on_corner(p, rect) for s in sides for p in s[1:]):
            return False
    else:
        # Round corners: every point lies within a corner's reach of an edge, straight sides on the edges.
        if len(curves) > 8 or len(lines) > 5 or not _near(run[0][1], run[-1][-1]):
            return False
        reach = 0.5 * min(rect.width, rect.height) + SLACK
        for curve in curves:
            bend = _of_points(curve[1:])
            if bend.width > reach or bend.height > reach:
                return False
        if not lines and len(curves) <= 4:
            return False  # a circle
        for line in lines:
            if straight(line[1], line[2]) is None or not (
                _on_edge(line[1], rect) and _on_edge(line[2], rect)
            ):
                return False
        if sum(_length(line) for line in lines) < 0.4 * (rect.width + rect.height):
            return False
    found.append(rect)
    return True


def _of_points(points: Sequence[Point]) -> Rect:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Rect.of((min(xs), min(ys), max(xs), max(ys)))


def _near(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) <= _SAME_POINT and abs(a[1] - b[1]) <= _SAME_POINT


def _on_corner(p: Point, r: Rect) -> bool:
    return (
        min(abs(p[0] - r.x0), abs(p[0] - r.x1)) <= SLACK and min(abs(p[1] - r.y0), abs(p[1] - r.y1)) <= SLACK
    )


def _on_edge(p: Point, r: Rect) -> bool:
    return min(abs(p[0] - r.x0), abs(p[0] - r.x1), abs(p[1] - r.y0), abs(p[1] - r.y1)) <= SLACK


def _length(line: Any) -> float:
    return abs(float(line[1][0]) - float(line[2][0])) + abs(float(line[1][1]) - float(line[2][1]))


def straight(a: Point, b: Point) -> Rect | None:
    """The line between two points as a rectangle without thickness, None when it slants."""
    if abs(a[0] - b[0]) > SLACK and abs(a[1] - b[1]) > SLACK:
        return None
    return Rect.of((a[0], a[1], b[0], b[1]))
