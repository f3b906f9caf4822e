"""What the rest of a page says of a place that may be a box, once each place has been judged on its own.

Offices draw the boxes of a page alike: where others like this one are likely boxes it is one too, and on a
page with no likely box at all a doubtful one is a field of a form. A better place for the same box speaks
against it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from review_app.detection import raster_features
from review_app.detection.raster_features import Place

NAMES = (
    "odds", "all_others", "best_other", "like_height", "like_height_mean", "like_tone", "like_tone_mean",
    "like_ink", "like_ink_mean", "joined", "joined_mean", "in_line", "in_line_mean", "like_source_mean",
    "rival", "rival_size", "better", "parts", "whole",
)
"""Sums count likely boxes, each once however often it was found; means are of how likely they are."""

_INK = tuple(raster_features.NAMES.index(name) for name in ("ink_wide", "ink_high"))
_TONE = raster_features.NAMES.index("tone")
_NONE = -8.0
"""Odds of a rival that is not there."""

Measures = NDArray[np.float32]


def measure(places: Sequence[Place], rows: Measures, odds: NDArray[np.float64]) -> Measures:
    """One row for each place of one page, in the order of ``NAMES``.

    Args:
        rows: what :func:`raster_features.measure` gave for them.
        odds: how likely each is on its own (log).
    """
    if not places:
        return np.zeros((0, len(NAMES)), np.float32)
    at = np.array([(p.box.x0, p.box.y0, p.box.x1, p.box.y1, p.source) for p in places], np.float32)
    return of_arrays(at, rows, odds)


def of_arrays(at: NDArray[np.float32], rows: Measures, odds: NDArray[np.float64]) -> Measures:
    """The same from ``at``: left, top, right, bottom and source of each place."""
    x0, y0, x1, y1, source = at.T
    area = (x1 - x0) * (y1 - y0)
    wide = np.maximum(0, np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0))
    high = np.maximum(0, np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0))
    shared = wide * high
    alike = shared > 0.3 * (area[:, None] + area - shared)
    rivals = alike | (shared > 0.6 * np.minimum(area[:, None], area))
    likely = (1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))).astype(np.float32)
    # A box found in several ways counts as one.
    once = likely / np.maximum(1.0, (rivals * likely).sum(axis=1))
    other = ~rivals
    tall = np.abs((y1 - y0)[:, None] - (y1 - y0)) <= 3
    tone = np.abs(rows[:, _TONE][:, None] - rows[:, _TONE]) <= 0.04
    ink = rows[:, _INK[0]] > 0.04
    for column, apart in zip(_INK, (0.03, 0.02), strict=True):
        ink = ink & (np.abs(rows[:, column][:, None] - rows[:, column]) <= apart)
    level = (np.abs(y0[:, None] - y0) <= 4) & (np.abs(y1[:, None] - y1) <= 4)
    stacked = (np.abs(x0[:, None] - x0) <= 4) & (np.abs(x1[:, None] - x1) <= 4)
    beside = np.minimum(np.abs(x0[:, None] - x1), np.abs(x1[:, None] - x0)) <= 6
    above = np.minimum(np.abs(y0[:, None] - y1), np.abs(y1[:, None] - y0)) <= 6
    joined = (level & beside) | (stacked & above)
    in_line = high > 0.5 * np.minimum(y1 - y0, (y1 - y0)[:, None])
    like_source = source[:, None] == source

    def told(like: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        which = like & other
        found = (which * once).sum(axis=1)
        each = (which * (once / np.maximum(likely, 1e-6))).sum(axis=1)
        return np.minimum(found, 40), np.where(each > 0, found / np.maximum(each, 1e-6), -1.0)

    near = rivals & ~np.eye(len(at), dtype=np.bool_)
    against = np.where(near, odds, _NONE)
    best = against.argmax(axis=1)
    there = near.any(axis=1)
    smaller = near & (area < 0.7 * area[:, None]) & (shared > 0.8 * area)
    larger = near & (area > area[:, None] / 0.7) & (shared > 0.8 * area[:, None])
    columns = [
        odds, (other * once).sum(axis=1), np.where(other, likely, 0.0).max(axis=1),
        *told(tall), *told(tone & tall), *told(ink), *told(joined), *told(in_line), told(like_source)[1],
        against.max(axis=1), np.where(there, area[best] / np.maximum(area, 1.0), 1.0),
        np.minimum((near & (odds > odds[:, None])).sum(axis=1), 20),
        np.minimum((smaller * once).sum(axis=1), 20), np.where(larger, likely, 0.0).max(axis=1),
    ]
    return np.stack([np.asarray(c, np.float32) for c in columns], axis=1)
