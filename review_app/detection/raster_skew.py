"""How far a scanned page is turned, whether it lies on its side, and the page turned back."""

from __future__ import annotations

import itertools
import math

import numpy as np

from review_app.detection.raster_pixels import Grey, Mask
from review_app.domain.content import PageContent

STRIPS = 12
LIMIT = 2.0
LEAST = 0.25
"""Degrees: what is turned by less is found as it is."""

SIDEWAYS = 2.5
"""A page with few words lies on its side when its columns change so much more than its rows."""

LARGEST = 0.01
"""This share of the steps from one line of pixels to the next, the largest, may be no type."""

LEAST_WORDS, LEAST_INK = 12, 0.004
"""With fewer words the ink is asked, and that only when it takes so much of the page: two lines of type."""

SHARPER = 1.08
"""A turn counts when the lines of type stand out so much better with it."""


def angle_of(grey: Grey, paper: int) -> float:
    """Degrees by which the lines of the page fall to the right; 0 where none can be told."""
    height, width = grey.shape[0] // 2 * 2, grey.shape[1] // (2 * STRIPS) * 2 * STRIPS
    if height < 100 or width < 4 * STRIPS:
        return 0.0
    ink = grey[:height:2, :width:2] < paper - 60
    strips = np.add.reduceat(ink, np.arange(0, width // 2, width // 2 // STRIPS), axis=1, dtype=np.int32)
    # Solid black would drown the type.
    strips[strips > 0.9 * (width // 2 // STRIPS)] = 0
    twice = np.concatenate((strips, strips)).T.astype(np.int64)  # rows that leave at the top come in below
    tall = height // 2
    middle = (np.arange(STRIPS) + 0.5) * (width // 2 // STRIPS) - width / 4

    def sharpness(angle: float) -> float:
        shifts = np.rint(middle * math.tan(math.radians(angle))).astype(int)
        total = np.zeros(tall, np.int64)
        for strip, shift in zip(twice, (shifts % tall).tolist(), strict=True):
            total += strip[shift : shift + tall]
        return float((np.diff(total) ** 2).sum())

    best = max((i * 0.25 for i in range(-8, 9)), key=sharpness)
    best = max((best + i * 0.05 for i in range(-4, 5)), key=sharpness)
    if abs(best) < LEAST or abs(best) > LIMIT or sharpness(best) < SHARPER * sharpness(0.0):
        return 0.0
    return best


def is_sideways(page: PageContent, grey: Grey) -> bool:
    """True when the lines of a page run up or down, by its words, or by its ink where it has few."""
    words = [w.rect for line in page.lines for w in line.words if len(w.text) >= 4]
    if len(words) >= LEAST_WORDS:
        return sum(rect.height > rect.width for rect in words) > 0.6 * len(words)
    ink = grey[::2, ::2] < 128
    if np.count_nonzero(ink) < LEAST_INK * ink.size:
        return False  # too little is printed to tell
    rows, columns = (_changes(ink, across) for across in (1, 0))
    # The shadow at an edge, a rule: a few steps as large as those of all lines of type. Both must say it.
    return all(down > SIDEWAYS * along for along, down in zip(rows, columns, strict=True))


def _changes(ink: Mask, across: int) -> tuple[float, float]:
    """How much the ink of each line of pixels differs from that of the next, with the largest steps and
    without."""
    sums = ink.sum(axis=across, dtype=np.int64)
    sums[sums > 0.5 * ink.shape[across]] = 0  # bars, edges and rules are no type
    steps = np.sort(np.diff(sums) ** 2)
    size = ink.shape[1 - across] / max(1.0, float(sums.sum()))
    few = max(1, int(LARGEST * len(steps)))
    return float(steps.sum()) * size, float(steps[:-few].sum()) * size


def turned_back(grey: Grey, angle: float, paper: int) -> Grey:
    """The page with its lines level, by shifting columns, then rows; what comes in from outside is paper."""
    slope = math.tan(math.radians(angle))
    height, width = grey.shape
    out = np.full_like(grey, paper)
    shifts = np.rint((np.arange(width) - width / 2) * slope).astype(int)
    for low, high, by in _blocks(shifts):
        if by >= 0:
            out[: height - by, low:high] = grey[by:, low:high]
        else:
            out[-by:, low:high] = grey[:by, low:high]
    done = np.full_like(grey, paper)
    shifts = np.rint((np.arange(height) - height / 2) * slope).astype(int)
    for low, high, by in _blocks(shifts):
        if by >= 0:
            done[low:high, by:] = out[low:high, : width - by]
        else:
            done[low:high, :by] = out[low:high, -by:]
    return done


def _blocks(shifts: np.ndarray[tuple[int], np.dtype[np.int_]]) -> list[tuple[int, int, int]]:
    cuts = [0, *(np.flatnonzero(np.diff(shifts)) + 1).tolist(), len(shifts)]
    return [(a, b, int(shifts[a])) for a, b in itertools.pairwise(cuts)]


def original_place(
    x: float, y: float, angle: float, width: int, height: int
) -> tuple[float, float]:
    """Where a pixel of the turned page stands on the page as it was."""
    slope = math.tan(math.radians(angle))
    x -= (y - height / 2) * slope
    return x, y + (x - width / 2) * slope
