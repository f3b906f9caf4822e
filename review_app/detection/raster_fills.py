"""Black, grey and coloured boxes in the pixels of a page.

The page is looked at at half size (75 dpi), where a dithered grey is nearly even. Even stretches darker than
the paper give the tones of the page; of each tone the connected shapes are cut into rectangles. Limits in
inches come from the detection reference, 2.3 and 2.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from review_app.detection.raster_pixels import Box, Grey, Mask, components, runs, share

BLACK = 70
"""A tone darker than this is black: what differs from it in print and scan is noise."""

MAX_TONES = 6
MAX_SHAPES = 4000
SEED_DARKER, TONE_DARKER = 22, 26
EVEN = 20
SAME = 16
MIN_WIDTH, MIN_HEIGHT, MIN_TONE_HEIGHT, MIN_AREA = 8, 5, 7, 50
"""Pixels at 75 dpi: .1 in, .06 in and .09 in (half of a word of type is lower), .009 square inches."""

MAX_TYPE = 16
"""Pixels at 75 dpi: codes are printed in type for reading, headings are taller."""

MAX_GLYPHS = 14
"""More letters in a box are no code but something to be read: a heading, a label, a highlight."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled box: its tone (0 black to 255 white), and the share of it that print in it takes."""

    box: Box
    tone: int
    ink: float


def paper_tone(grey: Grey) -> int:
    """The commonest light tone of the page; 255 where it has none."""
    counts = np.bincount(grey[::4, ::4].ravel(), minlength=256)
    return 121 + int(counts[121:].argmax()) if counts[121:].any() else 255


def find(grey: Grey, paper: int) -> list[Fill]:
    """All filled boxes of a page at about 150 dpi."""
    half = _half(grey)
    found: list[Fill] = []
    for smooth in (False, True):
        page = _blurred(half) if smooth else half
        even = _range3(page) < (14 if smooth else EVEN)
        seeds = even & (page < max(1, paper - SEED_DARKER))
        for tone in _tones(page, seeds):
            for fill in _of_tone(page, seeds, tone, paper, 20 if smooth else SAME):
                if smooth and not _dots(half, fill, paper):
                    continue
                if not any(fill.box.iou(f.box) > 0.3 or _within(fill.box, f.box) for f in found):
                    found.append(fill)
        if not smooth and not _dithered(half, seeds, paper):
            break
    return [
        Fill(Box(2 * f.box.x0, 2 * f.box.y0, 2 * f.box.x1, 2 * f.box.y1), f.tone, f.ink)
        for f in _lonely(found, half, paper)
    ]


def _half(grey: Grey) -> Grey:
    height, width = grey.shape[0] // 2 * 2, grey.shape[1] // 2 * 2
    part = grey[:height, :width].astype(np.uint16)
    rows = part[0::2] + part[1::2]
    return ((rows[:, 0::2] + rows[:, 1::2]) >> 2).astype(np.uint8)


def _blurred(page: Grey) -> Grey:
    """Means of 3 x 3, twice."""
    out = page.astype(np.uint16)
    for _ in range(2):
        out = np.pad(out, 1, mode="edge")
        out = out[:-2] + out[1:-1] + out[2:]
        out = (out[:, :-2] + out[:, 1:-1] + out[:, 2:]) // 9
    return out.astype(np.uint8)


def _range3(page: Grey) -> NDArray[np.uint8]:
    """The difference of lightest and darkest in each 3 x 3."""
    wide = np.pad(page, 1, mode="edge")
    high = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    low = np.minimum(np.minimum(wide[:-2], wide[1:-1]), wide[2:])
    high = np.maximum(np.maximum(high[:, :-2], high[:, 1:-1]), high[:, 2:])
    low = np.minimum(np.minimum(low[:, :-2], low[:, 1:-1]), low[:, 2:])
    return high - low


def _dithered(half: Grey, seeds: Mask, paper: int) -> bool:
    """True when enough of the page is neither paper nor black nor even: dots that make a tone."""
    middle = (half > BLACK) & (half < max(1, paper - TONE_DARKER)) & ~seeds
    # Type has such pixels, too, but only single ones: four by three of them make no letter.
    return bool(np.count_nonzero(_eroded(middle, 6, 4)) >= MIN_AREA // 2)


def _dots(half: Grey, fill: Fill, paper: int) -> bool:
    """True for dots that make a tone; type, smoothed, has a tone as well, but much white between."""
    b = fill.box.inset(1)
    part = half[b.y0 : b.y1, b.x0 : b.x1]
    return bool(part.size and np.count_nonzero(part > paper - 10) < 0.12 * part.size)


def _tones(page: Grey, seeds: Mask) -> list[int]:
    """The tones of even stretches, the commonest first; those of black are one."""
    counts = np.bincount(page[seeds], minlength=256).astype(np.int64)
    found: list[int] = []
    if counts[:BLACK].sum() >= MIN_AREA // 2:
        found.append(0)
    counts[:BLACK] = 0
    while len(found) < MAX_TONES:
        near = np.convolve(counts, np.ones(9, np.int64), "same")
        tone = int(near.argmax())
        if near[tone] < MIN_AREA // 2:
            break
        found.append(tone)
        counts[max(0, tone - 13) : tone + 14] = 0
    return found


def _eroded(mask: Mask, wide: int, high: int) -> Mask:
    """Pixels that are the upper left corner of a full rectangle of that size."""
    out = mask.copy()
    have = 1
    while have < wide:
        step = min(have, wide - have)
        out[:, :-step] &= out[:, step:]
        out[:, -step:] = False
        have += step
    have = 1
    while have < high:
        step = min(have, high - have)
        out[:-step] &= out[step:]
        out[-step:] = False
        have += step
    return out


def _dilated(mask: Mask, wide: int, high: int) -> Mask:
    """Undoes :func:`_eroded` for what was full."""
    out = mask.copy()
    have = 1
    while have < wide:
        step = min(have, wide - have)
        grown = out.copy()
        grown[:, step:] |= out[:, :-step]
        out, have = grown, have + step
    have = 1
    while have < high:
        step = min(have, high - have)
        grown = out.copy()
        grown[step:] |= out[:-step]
        out, have = grown, have + step
    return out


def _closed(mask: Mask, wide: int, high: int) -> Mask:
    """The mask with gaps up to that size closed."""
    padded = np.pad(mask, ((high, high), (wide, wide)))
    done = _eroded(_dilated(padded, wide, high), wide, high)
    return done[high : high + mask.shape[0], wide : wide + mask.shape[1]]


def _of_tone(page: Grey, seeds: Mask, tone: int, paper: int, same: int) -> list[Fill]:
    if tone > paper - TONE_DARKER:
        return []
    near = page < 110 if tone == 0 else np.abs(page.astype(np.int16) - tone) <= same
    # Type in a box is enclosed by its tone on all four sides; the white between two boxes is not.
    whole = near | (_closed(near, 1, 12) & _closed(near, 90, 1))
    solid = _dilated(_eroded(whole, 5, 4), 5, 4)
    rows, x0, x1 = runs(solid)
    if len(rows) == 0 or len(rows) > 40 * MAX_SHAPES:
        return []
    label = components(rows, x0, x1)
    order = np.argsort(label, kind="stable")
    bounds = np.flatnonzero(np.diff(label[order])) + 1
    if len(bounds) > MAX_SHAPES:
        return []
    found: list[Fill] = []
    for part in np.split(order, bounds):
        area = int((x1[part] - x0[part]).sum())
        if area < MIN_AREA:
            continue
        pieces = [
            fill for box in _rectangles(rows[part], x0[part], x1[part])
            if (fill := _accepted(page, near, whole, seeds, box, tone, paper)) is not None
        ]
        # Of a seal or a photograph some slices pass, but never nearly all of it.
        if sum(fill.box.area for fill in pieces) >= 0.85 * area:
            found.extend(pieces)
    return found


def _rectangles(
    rows: NDArray[np.int32], x0: NDArray[np.int32], x1: NDArray[np.int32]
) -> list[Box]:
    """A connected shape cut into stacks of rows with the same left and right end."""
    names, first = np.unique(rows, return_index=True)
    left = np.minimum.reduceat(x0, first)
    right = np.maximum.reduceat(x1, first)
    found: list[Box] = []
    at = 0
    for i in range(1, len(names) + 1):
        if i < len(names):
            like = min(at + 2, i - 1)  # the first rows of a box may be rough
            if abs(int(left[i]) - int(left[like])) <= 4 and abs(int(right[i]) - int(right[like])) <= 4:
                continue
        part = slice(at, i)
        x0_, x1_ = int(np.median(left[part])), int(np.median(right[part]))
        found.append(Box(x0_, int(names[at]), x1_, int(names[i - 1]) + 1))
        at = i
    return found


def _accepted(
    page: Grey, near: Mask, whole: Mask, seeds: Mask, box: Box, tone: int, paper: int
) -> Fill | None:
    height, width = page.shape
    if box.width < MIN_WIDTH or box.height < MIN_HEIGHT or box.area < MIN_AREA:
        return None
    if box.height < (MIN_HEIGHT if tone == 0 else MIN_TONE_HEIGHT):
        return None
    corner = 3
    if any(
        share(whole, Box(x, y, x + corner, y + corner)) < 0.5
        for x in (box.x0, box.x1 - corner) for y in (box.y0, box.y1 - corner)
    ):
        return None  # round
    if box.area > 0.75 * height * width or (box.height > 1.35 * box.width and box.width < 60):
        return None
    on_edge = min(box.x0, box.y0, width - box.x1, height - box.y1) <= 2
    if on_edge and (tone == 0 or box.area > 0.2 * page.size):
        return None  # the shadow at the edge of a scan
    if share(whole, box) < 0.88 or share(near, box) < 0.5 or share(seeds, box) < 0.2:
        return None
    inner = box.inset(1)
    dark = page < max(1, paper - SEED_DARKER)
    edges = (
        Box(inner.x0, inner.y0, inner.x1, inner.y0 + 1), Box(inner.x0, inner.y1 - 1, inner.x1, inner.y1),
        Box(inner.x0, inner.y0, inner.x0 + 1, inner.y1), Box(inner.x1 - 1, inner.y0, inner.x1, inner.y1),
    )
    if any(share(dark, edge) < 0.75 for edge in edges):
        return None
    part = page[inner.y0 : inner.y1, inner.x0 : inner.x1].astype(np.int16)
    middle = tone if tone else int(np.median(part))
    other = np.abs(part - middle) > 60
    ink = float(other.mean()) if other.size else 0.0
    columns: Mask = np.any(other, axis=0)
    glyphs = int(np.count_nonzero(np.diff(columns.astype(np.int8)) == 1)) + int(columns[:1].any())
    if _tallest(other) > MAX_TYPE:
        return None  # a heading in large white letters
    if ink > 0.42 or (glyphs > MAX_GLYPHS and columns.mean() > 0.4):
        return None
    if tone == 0 and box.width < 22 and share(near, inner) < 0.93:
        return None  # a bold letter
    return Fill(box, middle, ink)


def _tallest(ink: Mask) -> int:
    """The most rows that follow each other and hold print."""
    rows = np.concatenate(([False], np.any(ink, axis=1), [False]))
    edges = np.flatnonzero(rows[1:] != rows[:-1])
    return int((edges[1::2] - edges[0::2]).max()) if len(edges) else 0


def _within(box: Box, other: Box) -> bool:
    return box.shared(other) > 0.6 * box.area


def _lonely(found: list[Fill], half: Grey, paper: int) -> list[Fill]:
    """Boxes that stand on paper, or beside other boxes: not the parts of a picture or of a shaded table."""
    light = half > paper - SEED_DARKER
    taken = np.zeros_like(light)
    for fill in found:
        b = fill.box
        taken[b.y0 : b.y1, b.x0 : b.x1] = True
    free = light | taken
    kept = []
    for fill in found:
        b, away = fill.box, 3
        sides = (
            Box(b.x0, b.y0 - away, b.x1, b.y0 - away + 1), Box(b.x0, b.y1 + away - 1, b.x1, b.y1 + away),
            Box(b.x0 - away, b.y0, b.x0 - away + 1, b.y1), Box(b.x1 + away - 1, b.y0, b.x1 + away, b.y1),
        )
        clear = sum(share(free, side) >= 0.5 for side in sides)
        on_edge = min(b.x0, b.y0) < away or b.x1 + away > half.shape[1] or b.y1 + away > half.shape[0]
        if clear + on_edge >= 3:
            kept.append(fill)
    return kept
