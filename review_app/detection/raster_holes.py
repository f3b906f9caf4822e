"""Stretches of paper that strokes close in on all sides: what is inside an outline, however it is turned.

A second way to outlined boxes: it needs no straight line, so that a page slightly askew or an outline with
steps (several boxes drawn as one) does not hide them. What is a box is judged elsewhere.
"""

from __future__ import annotations

import numpy as np

from review_app.detection import raster_bits
from review_app.detection.raster_pixels import Box, Mask, components

SHORTEST = 7
"""Pixels: shorter runs of paper lie within letters."""

MAX_RUNS = 120_000
"""A page with more runs of paper is a halftone: nothing is closed in there."""

MIN_WIDTH, MIN_HEIGHT = 14, 8
FULL = 0.6
"""Of the rectangle around it, the stretch must take so much: letters in it take some."""

MAX_PLACES = 150


def find(ink: Mask) -> list[tuple[Box, float]]:
    """The rectangles around closed stretches of paper, the line included, with the share of paper in each.

    ``ink`` is at about 150 dpi. Stretches of the same line parted by letters are joined.
    """
    width = ink.shape[1]
    paper = raster_bits.eroded(raster_bits.packed(~ink), SHORTEST, 1)
    rows, x0, x1 = raster_bits.runs(raster_bits.dilated(paper, SHORTEST, 1, width))
    if len(rows) == 0 or len(rows) > MAX_RUNS:
        return []
    label = components(rows, x0, x1)
    first = label == np.arange(len(label))
    at = (np.cumsum(first) - 1)[label]
    top = rows[first].astype(np.int64)
    foot = np.zeros(len(top), np.int64)
    foot[at] = rows + 1  # in reading order: the last one stays
    left, right = np.full(len(top), 1 << 30), np.zeros(len(top), np.int64)
    np.minimum.at(left, at, x0)
    np.maximum.at(right, at, x1)
    area = np.bincount(at, weights=x1 - x0)
    wide, high = right - left, foot - top
    height = ink.shape[0]
    good = (wide >= MIN_WIDTH) & (high >= MIN_HEIGHT) & (area > FULL * wide * high)
    good &= (left > 0) & (top > 0) & (right < width) & (foot < height)
    return [
        (Box(int(left[i]) - 1, int(top[i]) - 1, int(right[i]) + 1, int(foot[i]) + 1),
         float(area[i] / (wide[i] * high[i])))
        for i in np.flatnonzero(good)[:MAX_PLACES]
    ]
