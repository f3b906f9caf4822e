"""What is measured of a place that may be a box: inside, its rim, around it, its like on the page.

The measures are read by the trees of :mod:`review_app.detection.raster_trees`, in the order of ``NAMES``.
Lengths are inches, tones are shares of the way from paper to black: the same whatever the scan.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from review_app.detection.raster_pixels import Box, Grey, Mask, counted
from review_app.domain.values import dataclass

SHARP, SMOOTH, STROKES, HOLE = range(4)
"""Where a place comes from: an even tone, an even tone after smoothing, four strokes, closed-in paper."""

INCH = 150.0
RIM_DARK, INK, LIGHT = 40, 60, 30

NAMES = (
    "source", "plain", "width", "height", "slim", "share", "x", "y", "edge",
    "tone", "even", "ink", "white", "black", "flat",
    "glyphs", "columns", "tallest", "rows", "ink_left", "ink_right", "ink_middle", "ink_wide", "ink_high",
    "rim_top", "rim_bottom", "rim_left", "rim_right", "rim_dark",
    "near_top", "near_bottom", "near_left", "near_right",
    "left", "right", "above", "below", "beyond",
    "same_height", "same_size", "touching", "within", "around", "same_tone", "count", "page_ink", "page_mid",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle of pixels that may be a box. ``plain``: it passes all the rules for its source."""

    box: Box
    source: int
    plain: bool


def measure(grey: Grey, paper: int, places: Sequence[Place]) -> NDArray[np.float32]:
    """One row of measures for each place."""
    out = np.zeros((len(places), len(NAMES)), np.float32)
    if not places:
        return out
    ink = grey < max(1, paper - INK)
    coarse = grey[::3, ::3]
    page_ink = float((coarse < paper - INK).mean())
    page_mid = float(((coarse < paper - 22) & (coarse > 90)).mean())
    for i, place in enumerate(places):
        out[i, : _ALIKE] = _own(grey, ink, paper, place)
    out[:, _ALIKE:-2] = _alike(places, out[:, NAMES.index("tone")])
    out[:, -2], out[:, -1] = page_ink, page_mid
    return out


_ALIKE = NAMES.index("same_height")


def _cut(pixels: Grey, x0: int, y0: int, x1: int, y1: int) -> Grey:
    return pixels[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]


def _mean(pixels: Grey | Mask, x0: int, y0: int, x1: int, y1: int, empty: float = 0.0) -> float:
    part = pixels[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
    return float(np.count_nonzero(part)) / part.size if part.size else empty


def _own(grey: Grey, ink: Mask, paper: int, place: Place) -> list[float]:
    b = place.box
    high, wide = grey.shape
    edge = min(b.x0, b.y0, wide - b.x1, high - b.y1)
    out = [
        float(place.source), float(place.plain), b.width / INCH, b.height / INCH, b.height / max(1, b.width),
        b.area / grey.size, (b.x0 + b.x1) / 2 / wide, (b.y0 + b.y1) / 2 / high, min(edge, 60) / INCH,
    ]
    out += _inside(grey, paper, b)
    out += _rim(grey, paper, b)
    light = max(1, paper - LIGHT)
    near = (
        _cut(grey, b.x0, b.y0 - 6, b.x1, b.y0 - 4), _cut(grey, b.x0, b.y1 + 4, b.x1, b.y1 + 6),
        _cut(grey, b.x0 - 6, b.y0, b.x0 - 4, b.y1), _cut(grey, b.x1 + 4, b.y0, b.x1 + 6, b.y1),
    )
    out += [float(np.count_nonzero(part > light)) / part.size if part.size else 1.0 for part in near]
    out += [
        _mean(ink, b.x0 - 44, b.y0 + 2, b.x0 - 4, b.y1 - 2),
        _mean(ink, b.x1 + 4, b.y0 + 2, b.x1 + 44, b.y1 - 2),
        _mean(ink, b.x0, b.y0 - 32, b.x1, b.y0 - 4), _mean(ink, b.x0, b.y1 + 4, b.x1, b.y1 + 32),
        float(_beyond(grey, paper, b)),
    ]
    return out


def _inside(grey: Grey, paper: int, b: Box) -> list[float]:
    by = 3 if min(b.width, b.height) > 12 else 2
    part = grey[b.y0 + by : b.y1 - by, b.x0 + by : b.x1 - by]
    if not part.size:
        return [0.0] * 15
    few = part[:, :: max(1, part.shape[1] // 200)][:: max(1, part.shape[0] // 120)]
    counts = np.bincount(few.ravel(), minlength=256).cumsum()
    middle = int(np.searchsorted(counts, counts[-1] / 2))

    def between(low: int, high: int) -> float:
        top = counts[min(255, high)]
        return float(top - (counts[low - 1] if low > 0 else 0)) / float(counts[-1])

    even = between(middle - 28, middle + 28)
    white, black = between(max(0, paper - LIGHT), 255), between(0, 70)
    differs: Mask = (part < middle - INK) if middle > 128 else (part > middle + INK)
    steps = np.abs(np.diff(few.astype(np.int16), axis=1)) if few.shape[1] > 1 else np.zeros((1, 1), np.int16)
    flat = float((steps <= 12).mean())
    amount = float(np.count_nonzero(differs)) / differs.size
    down = counted(differs, 0)
    columns = down >= 2
    edges = np.count_nonzero(columns[1:] & ~columns[:-1]) + int(columns[0])
    rows = counted(differs, 1) >= 2
    breaks = np.flatnonzero(np.diff(np.concatenate(([False], rows, [False])).astype(np.int8)))
    tall = int((breaks[1::2] - breaks[::2]).max()) if len(breaks) else 0
    at = np.flatnonzero(columns)
    left, right = (at[0] / len(columns), 1 - at[-1] / len(columns)) if len(at) else (1.0, 1.0)
    down_at = np.flatnonzero(rows)
    middle_row = float(down_at.mean() / len(rows)) if len(down_at) else 0.5
    ink_wide = float(at[-1] - at[0] + 1) / INCH if len(at) else 0.0
    ink_high = float(down_at[-1] - down_at[0] + 1) / INCH if len(down_at) else 0.0
    return [
        (paper - middle) / 255.0, even, amount, white, black, flat, min(60.0, float(edges)),
        float(columns.mean()), tall / INCH, len(breaks) / 2.0, left, right, middle_row,
        ink_wide, ink_high,
    ]


def _rim(grey: Grey, paper: int, b: Box) -> list[float]:
    """The share of each side that a dark line or tone draws, and how dark it is."""
    sides = (
        _cut(grey, b.x0 + 2, b.y0 - 2, b.x1 - 2, b.y0 + 3),
        _cut(grey, b.x0 + 2, b.y1 - 3, b.x1 - 2, b.y1 + 2),
        _cut(grey, b.x0 - 2, b.y0 + 2, b.x0 + 3, b.y1 - 2),
        _cut(grey, b.x1 - 3, b.y0 + 2, b.x1 + 2, b.y1 - 2),
    )
    drawn, dark = [], []
    for k, part in enumerate(sides):
        if not part.size:
            drawn.append(1.0)
            continue
        line = part.min(axis=0 if k < 2 else 1)
        drawn.append(float(np.count_nonzero(line < paper - RIM_DARK)) / line.size)
        dark.append(paper - float(line.mean()))
    return [*drawn, (sum(dark) / len(dark) if dark else 0.0) / 255.0]


def _beyond(grey: Grey, paper: int, b: Box) -> int:
    """At how many of the eight ends of its sides a line runs on: those of table cells do."""
    count = 0
    for y in (b.y0, b.y1 - 1):
        for x in (b.x0 - 16, b.x1 + 4):
            part = _cut(grey, x, y - 2, x + 12, y + 3)
            count += bool(part.size and (part.min(axis=0) < paper - RIM_DARK).mean() > 0.9)
    for x in (b.x0, b.x1 - 1):
        for y in (b.y0 - 16, b.y1 + 4):
            part = _cut(grey, x - 2, y, x + 3, y + 12)
            count += bool(part.size and (part.min(axis=1) < paper - RIM_DARK).mean() > 0.9)
    return count


def _alike(places: Sequence[Place], tones: NDArray[np.float32]) -> NDArray[np.float32]:
    """How many others are as high, as large, share a side, lie within, lie around, have the tone; how many
    there are."""
    at = np.array([(p.box.x0, p.box.y0, p.box.x1, p.box.y1) for p in places], np.int64)
    x0, y0, x1, y1 = at.T
    area = (x1 - x0) * (y1 - y0)
    wide = np.maximum(0, np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0))
    high = np.maximum(0, np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0))
    shared = wide * high
    same = shared > 0.6 * (area[:, None] + area - shared)  # the same place found twice
    tall = np.abs((y1 - y0)[:, None] - (y1 - y0)) <= 3
    long = np.abs((x1 - x0)[:, None] - (x1 - x0)) <= 4
    level = (np.abs(y0[:, None] - y0) <= 4) & (np.abs(y1[:, None] - y1) <= 4)
    stacked = (np.abs(x0[:, None] - x0) <= 4) & (np.abs(x1[:, None] - x1) <= 4)
    beside = np.minimum(np.abs(x0[:, None] - x1), np.abs(x1[:, None] - x0)) <= 6
    above = np.minimum(np.abs(y0[:, None] - y1), np.abs(y1[:, None] - y0)) <= 6
    touching = (level & beside) | (stacked & above)
    inside = ~same & (shared > 0.8 * area[None, :]) & (area[None, :] < area[:, None])
    tone = np.abs(tones[:, None] - tones) <= 0.04
    columns = (
        (tall & ~same), (tall & long & ~same), (touching & ~same), inside, inside.T, (tone & ~same),
    )
    out = np.stack([c.sum(axis=1) for c in columns], axis=1).astype(np.float32)
    count = np.full((len(places), 1), min(len(places), 60))
    return np.concatenate([np.minimum(out, 30), count], axis=1).astype(np.float32)
