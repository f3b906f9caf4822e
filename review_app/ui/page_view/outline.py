"""The outline of a span of several rectangles: lines that follow one another are one area. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from review_app.domain.geometry import Rect, bounds, turned
from review_app.domain.values import dataclass

_GAP = 0.6
"""Rectangles with less than this part of a line between them, and one above the other, are one area."""

_SAME = 1.0
"""Edges less than this many points apart are drawn as one straight edge."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A piece of the outline in points.

    A flat edge lies at height ``at`` from ``start`` to ``stop``; an upright one at ``at`` across.
    ``side`` is -1 when the area lies below or to the right of it, 1 when it lies above or to the left.
    ``start_is_free`` and ``stop_is_free`` say that the outline turns outwards there, so that a line
    beside the edge must reach round the corner.
    """

    is_flat: bool
    at: float
    start: float
    stop: float
    side: int
    start_is_free: bool = True
    stop_is_free: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """Rectangles that touch: the areas from top to bottom, their outline, and whether it is a plain box."""

    areas: tuple[Rect, ...]
    edges: tuple[Edge, ...]
    bounds: Rect


def blocks(rects: Sequence[Rect]) -> tuple[Block, ...]:
    """The connected areas of a span, from top to bottom. Lines of text one under another are one block."""
    groups: list[list[Rect]] = []
    for rect in sorted(rects, key=lambda r: (r.y0, r.x0)):
        if groups and _follows(groups[-1][-1], rect):
            above = groups[-1][-1]
            middle = (above.y1 + rect.y0) / 2
            groups[-1][-1] = Rect(above.x0, above.y0, above.x1, middle)
            groups[-1].append(Rect(rect.x0, middle, rect.x1, rect.y1))
        else:
            groups.append([rect])
    return tuple(_block(group) for group in groups)


def turned_block(block: Block, turn: int, width: float, height: float) -> Block:
    """A block as it lies on its page (``width`` by ``height`` points) when that is turned clockwise."""
    edges = block.edges
    for quarter in range(turn % 360 // 90):
        deep = height if quarter % 2 == 0 else width
        edges = tuple(_turned_edge(edge, deep) for edge in edges)
    areas = tuple(turned(area, turn, width, height) for area in block.areas)
    return Block(areas, edges, turned(block.bounds, turn, width, height))


def _turned_edge(edge: Edge, deep: float) -> Edge:
    """An edge on its page, ``deep`` points high, turned by a quarter clockwise: down becomes left."""
    if edge.is_flat:
        return replace(edge, is_flat=False, at=deep - edge.at, side=-edge.side)
    return replace(
        edge, is_flat=True, start=deep - edge.stop, stop=deep - edge.start,
        start_is_free=edge.stop_is_free, stop_is_free=edge.start_is_free,
    )


def _follows(above: Rect, below: Rect) -> bool:
    if below.y0 < (above.y0 + above.y1) / 2 or below.y1 <= above.y1:
        return False  # beside it or inside it, not under it
    height = min(above.height, below.height)
    overlap = min(above.x1, below.x1) - max(above.x0, below.x0)
    return below.y0 - above.y1 <= _GAP * height and overlap > 0


def _block(group: list[Rect]) -> Block:
    merged = [group[0]]
    for rect in group[1:]:
        last = merged[-1]
        if abs(rect.x0 - last.x0) < _SAME and abs(rect.x1 - last.x1) < _SAME:
            merged[-1] = Rect(min(rect.x0, last.x0), last.y0, max(rect.x1, last.x1), rect.y1)
        else:
            merged.append(rect)
    edges: list[Edge] = []
    for i, area in enumerate(merged):
        above = merged[i - 1] if i else None
        below = merged[i + 1] if i + 1 < len(merged) else None
        edges += _flat(area, area.y0, above, -1)
        edges += _flat(area, area.y1, below, 1)
        for x, side in ((area.x0, -1), (area.x1, 1)):
            edges.append(Edge(False, x, area.y0, area.y1, side, _is_free(x, above), _is_free(x, below)))
    return Block(tuple(merged), tuple(edges), bounds(merged))


def _flat(area: Rect, y: float, neighbour: Rect | None, side: int) -> list[Edge]:
    """The parts of an upper or lower edge that no neighbour covers."""
    if neighbour is None:
        return [Edge(True, y, area.x0, area.x1, side)]
    parts = []
    if neighbour.x0 > area.x0:
        parts.append(Edge(True, y, area.x0, neighbour.x0, side, stop_is_free=False))
    if neighbour.x1 < area.x1:
        parts.append(Edge(True, y, neighbour.x1, area.x1, side, start_is_free=False))
    return parts


def _is_free(x: float, neighbour: Rect | None) -> bool:
    return neighbour is None or not neighbour.x0 <= x <= neighbour.x1
