"""White boxes with a thin outline, in the pixels of a page.

A box is a horizontal line (its top), two strokes that go down from it, and a line between their feet.
Lengths are pixels at about 150 dpi, where an outline one pixel wide at 300 dpi is half as dark as ink.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from review_app.detection import raster_bits
from review_app.detection.raster_bits import RowSums
from review_app.detection.raster_outline import (
    CLEAN,
    EDGE,
    MAX_LINES,
    MAX_PAIRS,
    MAX_STEMS,
    MIN_HEIGHT,
    MIN_WIDTH,
    NEAR,
    Frame,
    Strokes,
    measured,
)
from review_app.detection.raster_pixels import Box, Grey, Mask, share, spread

STRIP, STRIP_BOX = 28, 130
"""Pixels: the height of a line of type printed over boxes, and of the tallest box one is looked for in."""

SIDE = 0.85
"""A lower side is drawn over so much of the box's width."""

ROUNDS = 4
"""Boxes may lie on boxes that lie on boxes: so often is looked for more."""


def find(grey: Grey, paper: int) -> list[Frame]:
    """All outlined boxes of a page at about 150 dpi, whatever is in them. ``paper``: its tone."""
    strokes = Strokes(grey, paper)
    lines = strokes.lines()
    found: list[Frame] = []
    tops = _with_edges(strokes, lines)
    for (y, _, _), stems in zip(tops, _stems(strokes, tops), strict=True):
        for frame in _below(strokes, y, stems):
            _keep(found, frame)
    hidden = np.zeros_like(strokes.ink)
    for _ in range(ROUNDS):
        for frame in found:
            if frame.ink <= CLEAN:
                b = frame.box
                hidden[b.y0 : b.y1, b.x0 : b.x1] = True
        before = len(found)
        for box in _partly_hidden(strokes, lines, hidden):
            _keep(found, measured(strokes, box, hidden))
        if len(found) == before:
            break
    for frame in (*_overprinted(strokes, lines), *_cut_by_type(strokes, lines)):
        _keep(found, frame)
    return [frame for frame in found if not _is_cell(frame, found)]


def _is_cell(frame: Frame, found: list[Frame]) -> bool:
    """True for a cell of a table or form: its lines run on, and it shares whole sides with its like."""
    beside = [f for f in found if f is not frame and _share_side(frame.box, f.box)]
    if len(beside) >= 2:
        return frame.beyond >= 2
    return bool(beside) and frame.beyond >= 3 and not (frame.is_empty and beside[0].is_empty)


def _share_side(a: Box, b: Box) -> bool:
    level = abs(a.y0 - b.y0) <= 3 and abs(a.y1 - b.y1) <= 3
    stacked = abs(a.x0 - b.x0) <= 3 and abs(a.x1 - b.x1) <= 3
    return (level and min(abs(a.x0 - b.x1), abs(a.x1 - b.x0)) <= 3) or (
        stacked and min(abs(a.y0 - b.y1), abs(a.y1 - b.y0)) <= 3
    )


def _keep(found: list[Frame], frame: Frame | None) -> None:
    if frame is not None and not any(frame.box.iou(f.box) > 0.7 for f in found):
        found.append(frame)


def _with_edges(strokes: Strokes, lines: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The lines, and the upper edge of the page: a box may be cut by it."""
    return [(0, 0, strokes.width), *lines]


def _stems(strokes: Strokes, lines: list[tuple[int, int, int]]) -> list[list[tuple[int, int]]]:
    """For each line the strokes that go down from it: column, and the row behind its lower end.

    A stroke that begins within ``NEAR`` rows and goes down so far passes the last of these rows.
    """
    height, width = strokes.height, strokes.width
    at = np.array(lines, np.intp).reshape(-1, 3)
    low, high = np.maximum(0, at[:, 1] - 3), np.minimum(width, at[:, 2] + 3)
    of, column = spread(low, high)
    row = at[of, 0] + NEAR - 1
    deep = MIN_HEIGHT - NEAR + 1
    tall = raster_bits.mask_of(raster_bits.eroded(strokes.column_bits, 1, deep), width)
    goes_down = row < height
    goes_down[goes_down] = tall[row[goes_down], column[goes_down]]
    of, row, column = of[goes_down], row[goes_down], column[goes_down]
    depths = _ends(strokes.columns, tall, deep, row, column) - at[of, 0]
    stems: list[list[tuple[int, int]]] = [[] for _ in lines]
    if len(of):
        # Columns at most two apart are one stroke, its place is the middle of its deepest ones.
        new = np.flatnonzero((np.diff(of, prepend=-1) != 0) | (np.diff(column, prepend=-9) > 2))
        deepest = np.maximum.reduceat(depths, new)
        best = np.flatnonzero(depths >= np.repeat(deepest, np.diff(new, append=len(of))) - 1)
        first = np.searchsorted(best, new)
        middle = best[first + np.diff(first, append=len(best)) // 2]
        for line, x, y in zip(
            of[new].tolist(), column[middle].tolist(), (at[of[new], 0] + deepest).tolist(), strict=True
        ):
            stems[line].append((x, y))
    # A box may be cut by the edge of the page: the edge then stands for its side.
    for (y, x0, x1), found in zip(lines, stems, strict=True):
        if y > 0 and x0 <= EDGE:
            found.insert(0, (0, height))
        if y > 0 and x1 >= width - EDGE:
            found.append((width - 1, height))
    return stems


def _ends(
    mask: Mask, tall: Mask, deep: int, row: NDArray[np.intp], column: NDArray[np.intp]
) -> NDArray[np.intp]:
    """The first row from each pixel downwards that is not set; ``tall``: ``deep`` pixels from here on are."""
    height = len(mask)
    row = row.copy()
    for of, step in ((tall, deep), (mask, 1)):
        going = np.arange(len(row))
        while len(going):
            going = going[row[going] < height]
            going = going[of[row[going], column[going]]]
            row[going] += step
    return row


def _below(strokes: Strokes, y: int, stems: list[tuple[int, int]]) -> list[Frame]:
    """Boxes that have a line as their top: its row, and the strokes that go down from it."""
    if len(stems) < 2 or len(stems) > MAX_STEMS:
        return []
    x, ends = np.array(stems).T
    ends = np.minimum(strokes.height, ends + 3)
    top = y + MIN_HEIGHT
    rows = np.arange(top, ends.max())
    if not len(rows):
        return []
    # Only a row that is drawn so far can be the lower side of the narrowest box.
    sums = strokes.row_sums
    drawn = sums.before(rows, np.full_like(rows, x[-1])) - sums.before(rows, np.full_like(rows, x[0]))
    rows = rows[drawn >= SIDE * (MIN_WIDTH - 1)]
    before, after = sums.before(rows[:, None], x[None]), sums.before(rows[:, None], x[None] + 1)
    found: list[Frame] = []
    for i, (left, left_end) in enumerate(zip(x.tolist(), ends.tolist(), strict=True)):
        wide = x[i + 1 :] - left
        end = np.minimum(left_end, ends[i + 1 :])
        hits = (before[:, i + 1 :] - after[:, i, None]) / np.maximum(1, wide - 1) >= SIDE
        hits &= rows[:, None] < end
        foot = hits.any(axis=0)
        possible = (wide >= MIN_WIDTH) & (end > top) & (foot | ((end == strokes.height) & (y > 0)))
        for j in np.flatnonzero(possible).tolist():
            bottom = _foot(rows, hits[:, j], top) if foot[j] else strokes.height
            right = int(x[i + 1 + j])
            frame = measured(strokes, Box(left, _lowest(strokes, y, left, right), right + 1, bottom))
            if frame is None:
                continue  # the stroke was a letter's
            found.append(frame)
            break  # a wider box from the same left stroke would hold a full stroke inside
    return found


def _foot(rows: NDArray[np.intp], hits: Mask, top: int) -> int:
    """The row behind the lower side of a box: the line is a few rows thick in the mask, its middle is it."""
    first = last = int(np.argmax(hits))
    while last + 1 < len(rows) and hits[last + 1] and rows[last + 1] == rows[last] + 1 and last - first < 6:
        last += 1
    return top + (int(rows[first]) + int(rows[last]) - 2 * top + 1) // 2 + 1


def _lowest(strokes: Strokes, y: int, left: int, right: int) -> int:
    """The row of a box's own top where another rule runs just above it."""
    rows = np.arange(y, min(y + NEAR, strokes.height))
    hits = np.flatnonzero(strokes.row_cover(rows, left + 1, right) >= SIDE)
    return max(y, y + int(hits[-1]) - 1) if len(hits) else y


def _partly_hidden(strokes: Strokes, lines: list[tuple[int, int, int]], hidden: Mask) -> list[Box]:
    """Boxes of which other boxes hide a part: two opposite corners are seen, or end at the other box."""
    if not lines:
        return []
    covered = raster_bits.packed(hidden)
    stood = strokes.column_bits | covered
    tall = raster_bits.mask_of(raster_bits.eroded(stood, 1, MIN_HEIGHT), strokes.width)
    at = np.array(lines)
    y, ends = at[:, 0], (at[:, 1], at[:, 2] - 1)
    below, above = np.minimum(y + 2, strokes.height - 1), np.maximum(0, y - MIN_HEIGHT)
    tops, feet = (
        [np.stack((x, y), axis=1)[_near(tall, row, x)] for x in ends] for row in (below, above)
    )
    pairs = ((tops[0], feet[1], True), (tops[1], feet[0], False))
    if not any(len(top) and len(foot) for top, foot, _ in pairs):
        return []
    rows = RowSums(strokes.row_bits | covered)
    standing = strokes.columns | hidden
    return [box for top, foot, left in pairs for box in _opposite(top, foot, left, rows, standing)]


def _near(mask: Mask, row: NDArray[np.intp], column: NDArray[np.intp]) -> Mask:
    """Which pixels are set, or one at most two columns away from them."""
    out = np.zeros(len(row), np.bool_)
    for by in range(-2, 3):
        x = np.clip(column + by, 0, mask.shape[1] - 1)
        out |= mask[row, x]
    return out


def _opposite(
    top: NDArray[np.intp], foot: NDArray[np.intp], left_top: bool, rows: RowSums, stood: Mask
) -> list[Box]:
    """Boxes between upper and lower corners whose sides are drawn wherever they are not hidden."""
    if not len(top) or not len(foot) or len(top) * len(foot) > MAX_PAIRS:
        return []
    wide = (foot[None, :, 0] - top[:, None, 0]) * (1 if left_top else -1)
    at, to = np.nonzero((wide >= MIN_WIDTH) & (foot[None, :, 1] - top[:, None, 1] >= MIN_HEIGHT))
    if not len(at):
        return []
    x0, x1 = np.minimum(top[at, 0], foot[to, 0]), np.maximum(top[at, 0], foot[to, 0])
    y0, y1 = top[at, 1], foot[to, 1]
    # Most fail at the first side: the others are looked at only for those that are left.
    keep = rows.shares(y0, x0 + 1, x1) >= 0.8
    x0, x1, y0, y1 = x0[keep], x1[keep], y0[keep], y1[keep]
    keep = rows.shares(y1, x0 + 1, x1) >= 0.8
    x0, x1, y0, y1 = x0[keep], x1[keep], y0[keep], y1[keep]
    found = []
    for a, b, c, d in zip(x0.tolist(), y0.tolist(), x1.tolist(), y1.tolist(), strict=True):
        if all(np.count_nonzero(stood[b + 1 : d, x]) >= 0.8 * (d - b - 1) for x in (a, c)):
            found.append(Box(a, b, c + 1, d + 1))
    return found[:MAX_LINES]


def _overprinted(strokes: Strokes, lines: list[tuple[int, int, int]]) -> list[Frame]:
    """Empty boxes over which one line of type was printed later, on a white strip that breaks the sides.

    Top and bottom are whole and equally long; the sides are broken only where the type stands, and the
    type runs on over them.
    """
    if len(lines) < 2:
        return []
    at = np.array(lines)
    y, x0, x1 = at.T
    one, other = spread(
        np.searchsorted(y, y + 2 * MIN_HEIGHT, side="left"), np.searchsorted(y, y + STRIP_BOX, side="right")
    )
    alike = (np.abs(x0[other] - x0[one]) <= 2) & (np.abs(x1[other] - x1[one]) <= 2)
    pairs = np.stack((one[alike], other[alike]), axis=1)
    found = []
    for i, j in pairs[:MAX_LINES]:
        box = Box(int(at[i, 1]), int(at[i, 0]), int(at[i, 2]), int(at[j, 0]) + 1)
        inner = box.inset(4)
        if inner.x0 < 12 or inner.x1 + 12 > strokes.width or inner.width < MIN_WIDTH:
            continue
        rows = np.flatnonzero(strokes.ink[inner.y0 : inner.y1, inner.x0 : inner.x1].mean(axis=1) > CLEAN)
        if not len(rows) or rows[-1] - rows[0] > STRIP:
            continue
        low, high = inner.y0 + int(rows[0]) - 7, inner.y0 + int(rows[-1]) + 8
        sides = [
            np.any(strokes.columns[box.y0 : box.y1, max(0, x - 1) : x + 2], axis=1)
            for x in (box.x0, box.x1 - 1)
        ]
        outside = np.ones(box.height, np.bool_)
        outside[max(0, low - box.y0) : high - box.y0] = False
        runs_on = any(
            strokes.ink[low + 7 : high - 7, x : x + 12].any() for x in (box.x0 - 14, box.x1 + 2)
        )
        if outside.sum() >= 8 and runs_on and all(side[outside].mean() >= 0.85 for side in sides):
            found.append(Frame(box, (1.0, 1.0, 1.0, 1.0), 0.0, 0, overprinted=True))
    return found


def _cut_by_type(strokes: Strokes, lines: list[tuple[int, int, int]]) -> list[Frame]:
    """Empty boxes whose top or bottom is hidden under the white strip of a line of type printed later: a
    line, and two equally long strokes from its ends to the type."""
    if not lines:
        return []
    y, *ends = np.array(lines).T
    ends[1] = ends[1] - 1
    # Most lines have no strokes at both ends, or not so tall ones.
    deep = MIN_HEIGHT - 2
    wide = raster_bits.thick_columns(strokes.column_bits, strokes.width)
    tall = raster_bits.mask_of(raster_bits.eroded(wide, 1, deep), strokes.width)
    stands = np.zeros((len(lines), 2), np.bool_)
    for side, probe, first in ((0, y + 10, y + 2), (1, y - 10, y - 1 - deep)):
        probe, last = np.clip(probe, 0, strokes.height - 1), np.clip(first, 0, strokes.height - 1)
        stands[:, side] = first == last
        for x in ends:
            stands[:, side] &= strokes.columns[probe, x] & tall[last, x]
    found = [_cut(strokes, *lines[number], down=not side) for number, side in np.argwhere(stands).tolist()]
    return [frame for frame in found if frame is not None]


def _cut(strokes: Strokes, y: int, x0: int, x1: int, *, down: bool) -> Frame | None:
    """Such a box, of which this line is the top, or the bottom."""
    ends = [_stroke(strokes, y, x, down) for x in (x0, x1 - 1)]
    tall = min(ends)
    if tall < MIN_HEIGHT or max(ends) - tall > 3 or tall > STRIP_BOX:
        return None
    box = Box(x0, y, x1, y + tall) if down else Box(x0, y - tall + 1, x1, y + 1)
    band = (box.y1 + 2, box.y1 + STRIP) if down else (box.y0 - STRIP, box.y0 - 2)
    low, high = max(0, band[0]), min(strokes.height, band[1])
    if x0 < 14 or x1 + 14 > strokes.width or high - low < 8:
        return None
    if share(strokes.ink, box.inset(4)) > CLEAN / 2:
        return None
    rows = strokes.ink[low:high, x0:x1].mean(axis=1)
    beside = min(strokes.ink[low:high, x : x + 12].mean() for x in (x0 - 14, x1 + 2))
    # Nothing but type begins a few rows behind the end of the strokes.
    near = rows[:10] if down else rows[-10:]
    clear = rows[:2] if down else rows[-2:]
    if clear.max() < 0.05 and near.max() > 0.15 and rows.max() < 0.8 and beside > 0.02:
        return Frame(box, (1.0, 1.0, 1.0, 1.0), 0.0, 0, overprinted=True)
    return None


def _stroke(strokes: Strokes, y: int, x: int, down: bool) -> int:
    """How many rows a stroke goes down or up from the end of a line."""
    if down:
        part = strokes.columns[y + 2 : y + STRIP_BOX + 4, max(0, x - 1) : x + 2]
    else:
        part = strokes.columns[max(0, y - STRIP_BOX - 4) : max(0, y - 1), max(0, x - 1) : x + 2][::-1]
    ink = np.any(part, axis=1)
    return int(np.argmin(ink)) + 2 if ink.size and not ink.all() else 0
