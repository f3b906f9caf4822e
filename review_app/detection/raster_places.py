"""All places of a page that may be boxes, from the four ways of looking for them, and which of them are.

What an even tone, four strokes or closed-in paper gives is measured and judged by the trees. Of places that
overlap the likeliest stays. A box of which only a part can be seen (cut by the edge of the page, under
another box, under a line of type) has no whole rim to measure: there the rules decide alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from review_app.detection import (
    raster_context,
    raster_fills,
    raster_frames,
    raster_holes,
    raster_skew,
    raster_trees,
)
from review_app.detection import raster_features as features
from review_app.detection.raster_features import Place
from review_app.detection.raster_outline import LINE, Frame
from review_app.detection.raster_pixels import Box, Grey, Mask
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass

LEAST = 0.5
"""Places less likely than this are dropped."""

BY_RULE = 4.0
"""The odds of a box of which only a part is seen, when it keeps the rules for that: more than those of what
is seen of it."""

PLAIN = 0.9
"""Log-odds by which an even tone that keeps all rules of the reference (2.3, 6) is believed sooner: the trees
have seen few pages with little else on them."""

DARK = 110
HEADING = 8.0
"""Log-odds by which a part of a heading in large white letters on black is less likely a box."""

BANNER, STRIP, LETTER = (150, 75), 3, 38
"""Pixels: how wide and tall such a heading is at least, how much of its black ends is looked at, and how tall
its letters are: those of a code are lower."""

CELL = 4.0
"""Log-odds by which a cell of a grid is less likely a box."""

OVERLAP, INSIDE = 0.3, 0.6
"""Of two places that share so much, or one of which lies so far in the other, one stays (reference 2.3)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place with what the ways of looking said of it, and its odds (log, positive: rather a box)."""

    place: Place
    odds: float
    black: bool = False
    filled: bool = False
    ink: float = 0.0
    beyond: int = 0
    overprinted: bool = False
    is_empty: bool = False
    by_rule: bool = False


def find(grey: Grey, paper: int) -> list[Found]:
    """The boxes of a page at about 150 dpi, at least ``LEAST`` likely."""
    found = candidates(grey, paper)
    rows = features.measure(grey, paper, [f.place for f in found])
    if not found:
        return []
    odds = judged(found, rows)
    plain = np.array([f.place.plain and f.place.source == features.SHARP for f in found], np.float64)
    return chosen(
        found, odds + PLAIN * plain - CELL * _cells(found) - HEADING * _in_headings(grey, found)
    )


def _in_headings(grey: Grey, found: Sequence[Found]) -> NDArray[np.float64]:
    """1 for places within a heading in large white letters on black (reference 2.3, 4), else 0.

    What is left above and below the letters has the same ends, and between them the ends are black.
    """
    out = np.zeros(len(found))
    wide = [f.place.box for f in found if f.filled and f.black and f.place.box.width >= BANNER[0]]
    for upper in wide:
        for lower in wide:
            if lower.y1 - upper.y0 < BANNER[1] or lower.y0 < upper.y1:
                continue
            if abs(lower.x0 - upper.x0) > 2 * STRIP or abs(lower.x1 - upper.x1) > 2 * STRIP:
                continue
            whole = Box(max(upper.x0, lower.x0), upper.y0, min(upper.x1, lower.x1), lower.y1).inset(STRIP)
            dark = grey[whole.y0 : whole.y1, whole.x0 : whole.x1] < DARK
            ends = np.count_nonzero(dark[:, :STRIP]) + np.count_nonzero(dark[:, -STRIP:])
            if ends < 0.95 * 2 * STRIP * len(dark) or _tallest(~dark) < LETTER:
                continue
            for i, one in enumerate(found):
                if one.filled and whole.shared(one.place.box) > INSIDE * one.place.box.area:
                    out[i] = 1.0
    return out


def _tallest(light: Mask) -> int:
    """The most rows that follow each other and hold some light."""
    rows = np.concatenate(([False], np.count_nonzero(light, axis=1) > STRIP, [False]))
    edges = np.flatnonzero(rows[1:] != rows[:-1])
    return int((edges[1::2] - edges[0::2]).max()) if len(edges) else 0


def judged(found: Sequence[Found], rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """How likely each place of a page is a box (log-odds), by the trees."""
    alone, together = raster_trees.shipped()
    odds = alone.odds(rows)
    context = raster_context.measure([f.place for f in found], rows, odds)
    return together.odds(np.concatenate((rows, context), axis=1))


def _cells(found: Sequence[Found]) -> NDArray[np.float64]:
    """1 for outlines that share whole sides with others both beside and above or below: a table (reference
    2.5); else 0. Boxes are stacked, or stand in a row, but make no grid."""
    at = np.array([(f.place.box.x0, f.place.box.y0, f.place.box.x1, f.place.box.y1) for f in found], np.int64)
    x0, y0, x1, y1 = at.T
    white = np.array([not f.filled for f in found])
    level = (np.abs(y0[:, None] - y0) <= 3) & (np.abs(y1[:, None] - y1) <= 3)
    stacked = (np.abs(x0[:, None] - x0) <= 3) & (np.abs(x1[:, None] - x1) <= 3)
    beside = np.minimum(np.abs(x0[:, None] - x1), np.abs(x1[:, None] - x0)) <= 3
    above = np.minimum(np.abs(y0[:, None] - y1), np.abs(y1[:, None] - y0)) <= 3
    both = (level & beside & white).any(axis=1) & (stacked & above & white).any(axis=1)
    return np.asarray(both & white, np.float64)


def candidates(grey: Grey, paper: int) -> list[Found]:
    """Every place that may be a box, by the rules alone."""
    found: list[Found] = []
    for fill in raster_fills.find(grey, paper):
        source = features.SMOOTH if fill.smooth else features.SHARP
        found.append(
            Found(
                Place(fill.box, source, fill.plain), 0.0, fill.tone < raster_fills.BLACK, True, fill.ink,
                is_empty=fill.ink < 0.01,
            )
        )
    found += _outlined(grey, paper)
    smooth = raster_fills.undotted(grey, paper)
    if smooth is not None:
        found += [
            one for one in _outlined(*smooth)
            if not any(one.place.box.iou(f.place.box) > 0.8 for f in found if not f.filled)
        ]
    return found


def _outlined(grey: Grey, paper: int) -> list[Found]:
    """Places within strokes, and places of closed-in paper."""
    frames = raster_frames.find(grey, paper)
    found = [
        Found(
            Place(frame.box, features.STROKES, _keeps_rules(frame)), 0.0, False, False, frame.ink,
            frame.beyond, frame.overprinted, frame.is_empty,
            frame.overprinted or (frame.partial and frame.is_empty),
        )
        for frame in frames
    ]
    ink = grey < max(1, paper - LINE + 5)
    for box, share in raster_holes.find(ink):
        if not any(box.iou(f.box) > 0.8 for f in frames):
            found.append(
                Found(Place(box, features.HOLE, share > 0.97), 0.0, ink=1 - share, is_empty=share > 0.985)
            )
    return found


def _keeps_rules(frame: Frame) -> bool:
    return frame.is_empty or (frame.code_like and frame.beyond < 5 and frame.box.width > frame.box.height)


def chosen(found: Sequence[Found], odds: NDArray[np.float64]) -> list[Found]:
    """The likeliest of places that overlap, the likeliest first."""
    odds = np.where([f.by_rule for f in found], np.maximum(odds, BY_RULE), odds)
    least = math.log(LEAST / (1 - LEAST))
    order = np.argsort(-odds)
    kept: list[Found] = []
    for i in order.tolist():
        one = found[i]
        if odds[i] < least:
            break
        box = one.place.box
        if any(_same(box, other.place.box) for other in kept):
            continue
        kept.append(replace(one, odds=float(odds[i])))
    return kept


def _same(one: Box, other: Box) -> bool:
    shared = one.shared(other)
    return one.iou(other) > OVERLAP or shared > INSIDE * min(one.area, other.area)


def page_space(box: Box, angle: float, shape: tuple[int, ...], scale: float) -> Rect:
    """Around a box of the page that was turned back by ``angle`` degrees, as it lies on the page."""
    if not angle:
        return Rect(box.x0 / scale, box.y0 / scale, box.x1 / scale, box.y1 / scale)
    height, width = shape
    corners = [
        raster_skew.original_place(x, y, angle, width, height)
        for x in (box.x0, box.x1) for y in (box.y0, box.y1)
    ]
    xs, ys = [c[0] / scale for c in corners], [c[1] / scale for c in corners]
    return Rect(min(xs), min(ys), max(xs), max(ys))
