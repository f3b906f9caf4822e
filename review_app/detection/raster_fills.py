"""Black, grey and coloured boxes in the pixels of a page.

The page is looked at at half size (75 dpi), where a dithered grey is nearly even. Even stretches darker than
the paper give the tones of the page; of each tone the connected shapes are cut into rectangles. Limits in
inches come from the detection reference, 2.3 and 2.5.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from review_app.detection import raster_bits
from review_app.detection.raster_bits import Bits, RowSums
from review_app.detection.raster_pixels import (
    Box,
    Grey,
    Many,
    Mask,
    distinct,
    overlaps,
    share,
    spread,
)
from review_app.domain.values import dataclass

BLACK = 70
"""A tone darker than this is black: what differs from it in print and scan is noise."""

MAX_TONES = 6
MAX_SHAPES = 4000
SEED_DARKER, TONE_DARKER = 22, 26
SMOOTH_DARKER = 10
"""Smoothed dots stray less from their mean: a light tone shows sooner."""

EVEN = 20
SAME = 16
DOTTED = 0.15
EVEN_DOTS = 9.0
"""Light dots, smoothed, stray no further from their mean (standard deviation)."""

MIN_WIDTH, MIN_HEIGHT, MIN_TONE_HEIGHT, MIN_AREA = 8, 5, 7, 50
"""Pixels at 75 dpi: .1 in, .06 in and .09 in (half of a word of type is lower), .009 square inches."""

MAX_PARTS, MAX_FOUND = 300, 150
STEP, MAX_BREAK = 3, 9
"""Pixels at 75 dpi: how far the ends of the rows of a box may stray, and the rows that a letter at its side
may break."""

REACH, BESIDE_TYPE = 500, 0.22
"""Pixels at 75 dpi to either side of a part of a box where the rest of it is looked for, and how much of a
column of it a letter leaves."""

AT_ONCE = 8
"""So many rows or columns are looked at before the next are."""

_NEAR = 2 * STEP + 1

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
    plain: bool = True
    smooth: bool = False


def find(grey: Grey, paper: int) -> list[Fill]:
    """Places of one tone on a page at about 150 dpi, those that are ``plain`` boxes and those that may be."""
    half = _half(grey)
    found: list[Fill] = []
    for smooth in (False, True):
        page = _blurred(half) if smooth else half
        ground = _ground(page, paper) if smooth else paper
        darker = (SMOOTH_DARKER, SMOOTH_DARKER) if ground < paper - 3 else (SEED_DARKER, TONE_DARKER)
        even = _range3(page) < (16 if smooth else EVEN)
        seeds = even & (page < max(1, ground - darker[0]))
        for tone in _tones(page, seeds):
            for fill in _of_tone(page, seeds, tone, ground - darker[1], 24 if smooth else SAME):
                if smooth and not _dots(half, page, fill, paper):
                    continue
                found.append(replace(fill, smooth=smooth))
        if not smooth and not _dithered(half, seeds, paper):
            break
    found.sort(key=lambda f: (not f.plain, f.smooth, -f.box.area))
    found = [found[i] for i in distinct([f.box for f in found[: 4 * MAX_FOUND]], 0.85)][:MAX_FOUND]
    lonely = set(map(id, _lonely(found, half, paper)))
    return [
        replace(
            f, box=Box(2 * f.box.x0, 2 * f.box.y0, 2 * f.box.x1, 2 * f.box.y1),
            plain=f.plain and id(f) in lonely,
        )
        for f in found
    ]


def _half(grey: Grey) -> Grey:
    height, width = grey.shape[0] // 2 * 2, grey.shape[1] // 2 * 2
    rows = np.add(grey[0:height:2, :width], grey[1:height:2, :width], dtype=np.uint16)
    # Two sums of two in each number of 32 bits: what they make together is in its lower half.
    pairs = rows.view(np.uint32)
    pairs += pairs >> 16
    pairs >>= 2
    return pairs.astype(np.uint8)


def _blurred(page: Grey) -> Grey:
    """Means of 3 x 3, three times."""
    out = page.astype(np.int32)
    for _ in range(3):
        out = np.pad(out, 1, mode="edge")
        out = out[:-2] + out[1:-1] + out[2:]
        out = ((out[:, :-2] + out[:, 1:-1] + out[:, 2:]) * 7282) >> 16  # a ninth
    return out.astype(np.uint8)


def _range3(page: Grey) -> NDArray[np.uint8]:
    """The difference of lightest and darkest in each 3 x 3."""
    wide = np.pad(page, 1, mode="edge")
    high = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    low = np.minimum(np.minimum(wide[:-2], wide[1:-1]), wide[2:])
    high = np.maximum(np.maximum(high[:, :-2], high[:, 1:-1]), high[:, 2:])
    low = np.minimum(np.minimum(low[:, :-2], low[:, 1:-1]), low[:, 2:])
    return high - low


def undotted(grey: Grey, paper: int) -> tuple[Grey, int] | None:
    """A page whose paper itself is dotted, smoothed, with the tone of its paper; None for other pages.

    An outline in a tone is drawn there as a row of dots, and dots of the paper break every side.
    """
    if np.count_nonzero(grey[::3, ::3] < paper - TONE_DARKER) < DOTTED * grey[::3, ::3].size:
        return None
    out = np.pad(grey, 1, mode="edge").astype(np.uint16)
    out = out[:-2] + out[1:-1] + out[2:]
    out = out[:, :-2] + out[:, 1:-1] + out[:, 2:]
    smooth = (out // 9).astype(np.uint8)
    ground = _ground(smooth, paper)
    return (smooth, ground) if ground < paper - 3 else None


def _dithered(half: Grey, seeds: Mask, paper: int) -> bool:
    """True when some of the page is neither paper nor black nor even: dots that make a tone."""
    middle = (half < max(1, paper - TONE_DARKER)) & ~seeds
    if np.count_nonzero(middle) > DOTTED * middle.size:
        return True  # so much is no type: the paper itself is dotted
    # Type leaves white lines between its rows; the dots of a tone do not, but for single pixels.
    filled = raster_bits.closed(middle, 1, 1)
    solid = raster_bits.mask_of(raster_bits.eroded(filled, 12, 7), middle.shape[1])
    return bool(np.count_nonzero(solid) >= 4)


def _ground(page: Grey, paper: int) -> int:
    """The paper of a smoothed page: where paper itself is dotted, its commonest light tone."""
    counts = np.bincount(page[::2, ::2].ravel(), minlength=256)
    return min(paper, 160 + int(counts[160:].argmax())) if counts[160:].any() else paper


def _dots(half: Grey, page: Grey, fill: Fill, paper: int) -> bool:
    """True for dots that make a tone; type, smoothed, has a tone as well, but much white between, and words
    and gaps: its tone changes."""
    b = fill.box.inset(1)
    part = half[b.y0 : b.y1, b.x0 : b.x1]
    if not part.size:
        return False
    if np.count_nonzero(part > paper - 10) < 0.45 * part.size:
        return True
    b = fill.box.inset(3)
    part = page[b.y0 : b.y1, b.x0 : b.x1]
    return bool(part.size and part.std() < EVEN_DOTS)


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


def _of_tone(page: Grey, seeds: Mask, tone: int, lightest: int, same: int) -> list[Fill]:
    if tone > lightest:
        return []
    paper = lightest + TONE_DARKER
    near = page < 110 if tone == 0 else (page >= max(0, tone - same)) & (page <= min(255, tone + same))
    near_bits = raster_bits.packed(near)
    # Type in a box is enclosed by its tone on all four sides; the white between two boxes is not.
    whole_bits = near_bits | (raster_bits.closed(near, 1, 12) & raster_bits.closed(near, 90, 1))
    width = page.shape[1]
    opened = raster_bits.dilated(raster_bits.eroded(whole_bits, MIN_WIDTH, 4), MIN_WIDTH, 4, width)
    boxes = stacks(opened, width)
    if not boxes:
        return []
    whole = raster_bits.mask_of(whole_bits, width)
    rows, whole_rows = (RowSums(bits) for bits in (near_bits, whole_bits))
    columns = RowSums(raster_bits.packed(np.ascontiguousarray(near.T)))
    wider = _past_type(rows, columns, page.shape, boxes)
    good = _solid(rows, whole_rows, page.shape, boxes, 0.8)
    further = [box for box in wider if box is not None]
    wider_good = iter(_solid(rows, rows, page.shape, further, 0.5))
    found: list[Fill] = []
    for box, is_good, other in zip(boxes, good, wider, strict=True):
        if is_good:
            found.append(_fill(page, near, whole, seeds, box, tone, paper))
        if other is not None and next(wider_good):
            found.append(replace(_fill(page, near, near, seeds, other, tone, paper), plain=False))
    return found


def _past_type(rows: RowSums, columns: RowSums, shape: tuple[int, ...], boxes: list[Box]) -> list[Box | None]:
    """Boxes that type as tall as themselves has cut off, to their real ends; None where nothing is cut off.

    Beside and between letters of its code the tone goes on; beside a box there is paper.
    """
    height, width = shape
    x0, y0, x1, y1 = np.array([(b.x0, b.y0, b.x1, b.y1) for b in boxes]).T
    far = np.full_like(y0, MAX_BREAK)
    up = _goes_on(rows, y0, -1, np.minimum(far, y0), x0, x1, 0.85)
    down = _goes_on(rows, y1, 1, np.minimum(far, height - y1), x0, x1, 0.85)
    far = np.full_like(x0, REACH)
    left = _goes_on(columns, x0, -1, np.minimum(far, x0), y0 - up, y1 + down, BESIDE_TYPE)
    right = _goes_on(columns, x1, 1, np.minimum(far, width - x1), y0 - up, y1 + down, BESIDE_TYPE)
    cut = (left + right >= MIN_HEIGHT) | (up + down >= 2)
    at = np.stack((x0 - left, y0 - up, x1 + right, y1 + down), axis=1).tolist()
    return [Box(*place) if is_cut else None for place, is_cut in zip(at, cut.tolist(), strict=True)]


def _goes_on(
    sums: RowSums, edge: Many, step: int, most: Many, low: Many, high: Many, least: float
) -> NDArray[np.intp]:
    """How many rows from each edge on, up or down, are set over so much from ``low`` to ``high``."""
    out = np.zeros(len(edge), np.intp)
    going, at = np.flatnonzero(most > 0), np.arange(AT_ONCE)
    while len(going):
        far = out[going, None] + at
        row = edge[going, None] + step * far + min(step, 0)
        inside = far < most[going, None]
        lines = sums.counts(np.where(inside, row, 0), low[going, None], high[going, None])
        on = inside & (lines >= least * (high - low)[going, None])
        whole = on.all(axis=1)
        out[going] += np.where(whole, AT_ONCE, np.argmin(on, axis=1))
        going = going[whole]
    return out


def _solid(
    near: RowSums, whole: RowSums, shape: tuple[int, ...], boxes: list[Box], least: float
) -> list[bool]:
    """Which boxes have the measures of one, and are of the tone."""
    height, width = shape
    at = np.array([(b.x0, b.y0, b.x1, b.y1) for b in boxes], np.intp).reshape(-1, 4)
    wide, high = at[:, 2] - at[:, 0], at[:, 3] - at[:, 1]
    area = wide * high
    good = (wide >= MIN_WIDTH) & (high >= MIN_HEIGHT) & (area >= MIN_AREA) & (area <= 0.75 * height * width)
    good &= (high <= 2.0 * wide) | (wide >= 60)
    area = np.maximum(1, area)
    good &= (whole.totals(at) / area >= least) & (near.totals(at) / area >= 0.4)
    return [bool(one) for one in good]


def stacks(solid: Bits, width: int) -> list[Box]:
    """Rectangles that a mask is made of: stacks of runs with the same ends.

    Where a letter touches a box for some rows, the stack is broken there; its parts are one box again when
    the mask is set between them.
    """
    rows, x0, x1 = raster_bits.runs(solid)
    long = x1 - x0 >= MIN_WIDTH
    rows, x0, x1 = rows[long], x0[long], x1[long]
    if len(rows) == 0 or len(rows) > 10 * MAX_SHAPES:
        return []
    made: list[list[int]] = []  # left, top, right, bottom, number
    ended: dict[int, list[list[int]]] = {}  # those whose last row is the one above, by their left ends
    current: dict[int, list[list[int]]] = {}
    at = -1
    for row, a, b in zip(rows.tolist(), x0.tolist(), x1.tolist(), strict=True):
        if row != at:
            ended, current = (current if row == at + 1 else {}), {}
            at = row
        first, last = (a - STEP) // _NEAR, (a + STEP) // _NEAR
        near = ended.get(first, [])
        if last != first:
            near = near + ended.get(last, [])
        like = [s for s in near if s[3] == row and abs(s[0] - a) <= STEP and abs(s[2] - b) <= STEP]
        if like:
            stack = min(like, key=lambda s: s[4]) if len(like) > 1 else like[0]
            stack[3] = row + 1
        else:
            stack = [a, row, b, row + 1, len(made)]
            made.append(stack)
        current.setdefault(stack[0] // _NEAR, []).append(stack)
    parts = sorted((Box(*stack[:4]) for stack in made if stack[3] - stack[1] >= 2), key=lambda b: -b.area)
    found = _mended(parts[:MAX_PARTS], raster_bits.mask_of(solid, width))
    return [box for box in found if box.height >= MIN_HEIGHT and box.area >= MIN_AREA]


def _mended(parts: list[Box], solid: Mask) -> list[Box]:
    """Parts of one box that something at its side, or a step in its rows, has broken."""
    parts = sorted(parts, key=lambda b: (b.y0, b.x0))
    gone: set[int] = set()
    for i in _with_more(parts):
        if i in gone:
            continue
        upper = parts[i]
        for j in range(i + 1, len(parts)):
            lower = parts[j]
            if lower.y0 > upper.y1 + MAX_BREAK:
                break
            if j in gone or abs(lower.x0 - upper.x0) > STEP + 1 or abs(lower.x1 - upper.x1) > STEP + 1:
                continue
            if lower.y0 > upper.y1 and share(solid, Box(upper.x0, upper.y1, upper.x1, lower.y0)) < 0.95:
                continue
            upper = parts[i] = Box(
                min(upper.x0, lower.x0), upper.y0, max(upper.x1, lower.x1), max(upper.y1, lower.y1)
            )
            gone.add(j)
    kept = [b for k, b in enumerate(parts) if k not in gone]
    if not kept:
        return []
    # What is left of a break lies in the whole box now, or sticks out of it only at the sides.
    at = np.array([(b.x0, b.y0, b.x1, b.y1) for b in kept])
    area = (at[:, 2] - at[:, 0]) * (at[:, 3] - at[:, 1])
    within = (area > area[:, None]) & (overlaps(at) > 0.7 * area[:, None])
    return [box for box, is_within in zip(kept, within.any(axis=1).tolist(), strict=True) if not is_within]


def _with_more(parts: list[Box]) -> list[int]:
    """Which parts, from the top down, may go on in another below."""
    if not parts:
        return []
    x0, y0, x1, y1 = np.array([(b.x0, b.y0, b.x1, b.y1) for b in parts]).T
    upper, lower = spread(
        np.arange(1, len(parts) + 1), np.searchsorted(y0, y1 + MAX_BREAK, side="right")
    )
    near = (np.abs(x0[lower] - x0[upper]) <= STEP + 1) & (np.abs(x1[lower] - x1[upper]) <= STEP + 1)
    return [int(i) for i in np.unique(upper[near])]


def _fill(page: Grey, near: Mask, whole: Mask, seeds: Mask, box: Box, tone: int, paper: int) -> Fill:
    """What is at least like a box; ``plain`` when it keeps all the rules."""
    inner = box.inset(1)
    part = page[inner.y0 : inner.y1, inner.x0 : inner.x1].astype(np.int16)
    middle = tone if tone else _median(part)
    other = np.abs(part - middle) > 60
    ink = float(np.count_nonzero(other)) / max(1, other.size)
    return Fill(box, middle, ink, _plain(page, near, whole, seeds, box, tone, paper, other))


def _median(part: NDArray[np.int16]) -> int:
    size = part.size
    ends = np.partition(part.ravel(), ((size - 1) // 2, size // 2))
    return int(ends[(size - 1) // 2] + ends[size // 2]) // 2


def _plain(
    page: Grey, near: Mask, whole: Mask, seeds: Mask, box: Box, tone: int, paper: int, other: Mask
) -> bool:
    """The rules of the reference: corners, edges, evenness, and that nothing in it is to be read."""
    height, width = page.shape
    if box.height < (MIN_HEIGHT if tone == 0 else MIN_TONE_HEIGHT):
        return False
    corner = 3
    if any(
        share(whole, Box(x, y, x + corner, y + corner)) < 0.5
        for x in (box.x0, box.x1 - corner) for y in (box.y0, box.y1 - corner)
    ):
        return False  # round
    if box.height > 1.35 * box.width and box.width < 60:
        return False
    on_edge = min(box.x0, box.y0, width - box.x1, height - box.y1) <= 2
    if on_edge and (tone == 0 or box.area > 0.2 * page.size):
        return False  # the shadow at the edge of a scan
    if share(whole, box) < 0.88 or share(near, box) < 0.5 or share(seeds, box) < 0.2:
        return False
    inner = box.inset(1)
    dark = page < max(1, paper - SEED_DARKER)
    edges = (
        Box(inner.x0, inner.y0, inner.x1, inner.y0 + 1), Box(inner.x0, inner.y1 - 1, inner.x1, inner.y1),
        Box(inner.x0, inner.y0, inner.x0 + 1, inner.y1), Box(inner.x1 - 1, inner.y0, inner.x1, inner.y1),
    )
    if any(share(dark, edge) < 0.75 for edge in edges):
        return False
    columns: Mask = np.any(other, axis=0)
    glyphs = int(np.count_nonzero(np.diff(columns.astype(np.int8)) == 1)) + int(columns[:1].any())
    if _tallest(other) > MAX_TYPE:
        return False  # a heading in large white letters
    if other.mean() > 0.42 or (glyphs > MAX_GLYPHS and columns.mean() > 0.4):
        return False
    # else: a bold letter
    return not (tone == 0 and box.width < 22 and share(near, inner) < 0.93)


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
