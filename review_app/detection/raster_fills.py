"""Black, grey and coloured boxes in the pixels of a page.

The page is looked at at half size (75 dpi), where a dithered grey is nearly even. Even stretches darker than
the paper give the tones of the page; of each tone the connected shapes are cut into rectangles. Limits in
inches come from the detection reference, 2.3 and 2.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from review_app.detection.raster_pixels import Box, Grey, Mask, distinct, runs, share

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
    part = grey[:height, :width].astype(np.uint16)
    rows = part[0::2] + part[1::2]
    return ((rows[:, 0::2] + rows[:, 1::2]) >> 2).astype(np.uint8)


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
    filled = _closed(middle, 1, 1)
    return bool(np.count_nonzero(_eroded(filled, 12, 7)) >= 4)


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


def _of_tone(page: Grey, seeds: Mask, tone: int, lightest: int, same: int) -> list[Fill]:
    if tone > lightest:
        return []
    paper = lightest + TONE_DARKER
    near = page < 110 if tone == 0 else np.abs(page.astype(np.int16) - tone) <= same
    # Type in a box is enclosed by its tone on all four sides; the white between two boxes is not.
    whole = near | (_closed(near, 1, 12) & _closed(near, 90, 1))
    solid = _dilated(_eroded(whole, MIN_WIDTH, 4), MIN_WIDTH, 4)
    found: list[Fill] = []
    for box in stacks(solid):
        fill = _accepted(page, near, whole, seeds, box, tone, paper)
        if fill is not None:
            found.append(fill)
        wider = _past_type(near, box)
        if wider is not None:
            fill = _accepted(page, near, near, seeds, wider, tone, paper, type_in_it=True)
            if fill is not None:
                found.append(replace(fill, plain=False))
    return found


def _past_type(near: Mask, box: Box) -> Box | None:
    """A box that type as tall as itself has cut off, to its real ends; None where nothing is cut off.

    Beside and between letters of its code the tone goes on; beside a box there is paper.
    """
    y0 = max(0, box.y0 - MAX_BREAK)
    part = near[y0 : box.y1 + MAX_BREAK, box.x0 : box.x1]
    goes_on = np.count_nonzero(part, axis=1) >= 0.85 * part.shape[1]
    up, down = _follow(goes_on[: box.y0 - y0][::-1]), _follow(goes_on[box.y1 - y0 :])
    x0 = max(0, box.x0 - REACH)
    part = near[box.y0 - up : box.y1 + down, x0 : box.x1 + REACH]
    goes_on = np.count_nonzero(part, axis=0) >= BESIDE_TYPE * part.shape[0]
    left, right = _follow(goes_on[: box.x0 - x0][::-1]), _follow(goes_on[box.x1 - x0 :])
    if left + right < MIN_HEIGHT and up + down < 2:
        return None
    return Box(box.x0 - left, box.y0 - up, box.x1 + right, box.y1 + down)


def _follow(line: Mask) -> int:
    """How many from the first on are set."""
    return int(np.argmin(line)) if line.size and not line.all() else line.size


def stacks(solid: Mask) -> list[Box]:
    """Rectangles that a mask is made of: stacks of runs with the same ends.

    Where a letter touches a box for some rows, the stack is broken there; its parts are one box again when
    the mask is set between them.
    """
    rows, x0, x1 = runs(solid)
    long = x1 - x0 >= MIN_WIDTH
    rows, x0, x1 = rows[long], x0[long], x1[long]
    if len(rows) == 0 or len(rows) > 10 * MAX_SHAPES:
        return []
    made: list[list[int]] = []  # left, top, right, bottom
    active: list[list[int]] = []
    at = -1
    for row, a, b in zip(rows.tolist(), x0.tolist(), x1.tolist(), strict=True):
        if row != at:
            active = [stack for stack in active if stack[3] >= row - 1]
            at = row
        for stack in active:
            if stack[3] == row and abs(stack[0] - a) <= STEP and abs(stack[2] - b) <= STEP:
                stack[3] = row + 1
                break
        else:
            stack = [a, row, b, row + 1]
            active.append(stack)
            made.append(stack)
    parts = sorted((Box(*stack) for stack in made if stack[3] - stack[1] >= 2), key=lambda b: -b.area)
    found = _mended(parts[:MAX_PARTS], solid)
    return [box for box in found if box.height >= MIN_HEIGHT and box.area >= MIN_AREA]


def _mended(parts: list[Box], solid: Mask) -> list[Box]:
    """Parts of one box that something at its side, or a step in its rows, has broken."""
    parts = sorted(parts, key=lambda b: (b.y0, b.x0))
    gone: set[int] = set()
    for i, upper in enumerate(parts):
        if i in gone:
            continue
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
    out = []
    for box in kept:
        wide = np.minimum(at[:, 2], box.x1) - np.maximum(at[:, 0], box.x0)
        high = np.minimum(at[:, 3], box.y1) - np.maximum(at[:, 1], box.y0)
        shared = np.maximum(wide, 0) * np.maximum(high, 0)
        if not ((area > box.area) & (shared > 0.7 * box.area)).any():
            out.append(box)
    return out


def _accepted(
    page: Grey, near: Mask, whole: Mask, seeds: Mask, box: Box, tone: int, paper: int,
    *, type_in_it: bool = False,
) -> Fill | None:
    """What is at least like a box; ``plain`` when it keeps all the rules."""
    height, width = page.shape
    if box.width < MIN_WIDTH or box.height < MIN_HEIGHT or box.area < MIN_AREA:
        return None
    if box.area > 0.75 * height * width or (box.height > 2.0 * box.width and box.width < 60):
        return None
    if share(whole, box) < (0.5 if type_in_it else 0.8) or share(near, box) < 0.4:
        return None
    inner = box.inset(1)
    part = page[inner.y0 : inner.y1, inner.x0 : inner.x1].astype(np.int16)
    middle = tone if tone else int(np.median(part))
    other = np.abs(part - middle) > 60
    ink = float(other.mean()) if other.size else 0.0
    return Fill(box, middle, ink, _plain(page, near, whole, seeds, box, tone, paper, other))


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
