"""White boxes with a thin outline, in the pixels of a page.

A box is a horizontal line (its top), two strokes that go down from it, and a line between their feet.
Lengths are pixels at about 150 dpi, where an outline one pixel wide at 300 dpi is half as dark as ink.
"""

from __future__ import annotations

import numpy as np

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
    tall_runs,
)
from review_app.detection.raster_pixels import Box, Grey, Mask, RowSums, share

STRIP, STRIP_BOX = 28, 130
"""Pixels: the height of a line of type printed over boxes, and of the tallest box one is looked for in."""

ROUNDS = 4
"""Boxes may lie on boxes that lie on boxes: so often is looked for more."""


def find(grey: Grey, paper: int) -> list[Frame]:
    """All outlined boxes of a page at about 150 dpi, whatever is in them. ``paper``: its tone."""
    strokes = Strokes(grey, paper)
    lines = strokes.lines()
    found: list[Frame] = []
    for y, x0, x1 in _with_edges(strokes, lines):
        for frame in _below(strokes, y, x0, x1):
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


def _stems(strokes: Strokes, y: int, x0: int, x1: int) -> list[tuple[int, int]]:
    """Strokes that go down from a line: column, and the row behind its lower end."""
    low, high = max(0, x0 - 3), min(strokes.width, x1 + 3)
    deep = strokes.down[y : y + NEAR, low:high]
    if not deep.size:
        return []
    reach = (deep + np.arange(deep.shape[0], dtype=np.int16)[:, None]).max(axis=0)
    columns = np.flatnonzero(reach >= MIN_HEIGHT)
    stems: list[tuple[int, int]] = []
    at = 0
    while at < len(columns):
        end = at
        while end + 1 < len(columns) and columns[end + 1] - columns[end] <= 2:
            end += 1
        stretch = columns[at : end + 1]
        depths = reach[stretch]
        best = stretch[depths >= depths.max() - 1]
        stems.append((low + int(best[len(best) // 2]), y + int(depths.max())))
        at = end + 1
    # A box may be cut by the edge of the page: the edge then stands for its side.
    if y > 0 and x0 <= EDGE:
        stems.insert(0, (0, strokes.height))
    if y > 0 and x1 >= strokes.width - EDGE:
        stems.append((strokes.width - 1, strokes.height))
    return stems


def _below(strokes: Strokes, y: int, x0: int, x1: int) -> list[Frame]:
    """Boxes that have this line as their top."""
    stems = _stems(strokes, y, x0, x1)
    if len(stems) > MAX_STEMS:
        return []
    found: list[Frame] = []
    for i, (left, left_end) in enumerate(stems):
        for right, right_end in stems[i + 1 :]:
            if right - left < MIN_WIDTH:
                continue
            end = min(strokes.height, left_end + 3, right_end + 3)
            rows = np.arange(y + MIN_HEIGHT, end)
            if not len(rows):
                continue
            cover = strokes.row_cover(rows, left + 1, right)
            hits = np.flatnonzero(cover >= 0.85)
            if len(hits):
                first = last = int(hits[0])
                # The line is a few rows thick in the mask; its middle is the edge.
                while last + 1 < len(rows) and cover[last + 1] >= 0.85 and last - first < 6:
                    last += 1
                bottom = int(rows[(first + last + 1) // 2]) + 1
            elif end == strokes.height and y > 0:
                bottom = strokes.height
            else:
                continue
            frame = measured(strokes, Box(left, _lowest(strokes, y, left, right), right + 1, bottom))
            if frame is None:
                continue  # the stroke was a letter's
            found.append(frame)
            break  # a wider box from the same left stroke would hold a full stroke inside
    return found


def _lowest(strokes: Strokes, y: int, left: int, right: int) -> int:
    """The row of a box's own top where another rule runs just above it."""
    rows = np.arange(y, min(y + NEAR, strokes.height))
    hits = np.flatnonzero(strokes.row_cover(rows, left + 1, right) >= 0.85)
    return max(y, y + int(hits[-1]) - 1) if len(hits) else y


def _partly_hidden(strokes: Strokes, lines: list[tuple[int, int, int]], hidden: Mask) -> list[Box]:
    """Boxes of which other boxes hide a part: two opposite corners are seen, or end at the other box."""
    if not lines:
        return []
    stood = strokes.columns | hidden
    tall = tall_runs(stood, MIN_HEIGHT)
    tops: list[tuple[int, int, bool]] = []  # column, row, is a left corner
    feet: list[tuple[int, int, bool]] = []
    for y, x0, x1 in lines:
        for x, left in ((x0, True), (x1 - 1, False)):
            low, high = max(0, x - 2), x + 3
            if tall[min(y + 2, strokes.height - 1), low:high].any():
                tops.append((x, y, left))
            if tall[max(0, y - MIN_HEIGHT), low:high].any():
                feet.append((x, y, left))
    rows = RowSums(strokes.rows | hidden)
    return [
        box for left_top in (True, False)
        for box in _opposite(
            [(x, y) for x, y, left in tops if left is left_top],
            [(x, y) for x, y, left in feet if left is not left_top],
            left_top, rows, stood,
        )
    ]


def _opposite(
    tops: list[tuple[int, int]], feet: list[tuple[int, int]], left_top: bool, rows: RowSums, stood: Mask
) -> list[Box]:
    """Boxes between upper and lower corners whose sides are drawn wherever they are not hidden."""
    if not tops or not feet or len(tops) * len(feet) > MAX_PAIRS:
        return []
    top, foot = np.array(tops), np.array(feet)
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
    tall = at[None, :, 0] - at[:, None, 0]
    pairs = np.argwhere(
        (tall >= 2 * MIN_HEIGHT) & (tall <= STRIP_BOX)
        & (np.abs(at[None, :, 1] - at[:, None, 1]) <= 2) & (np.abs(at[None, :, 2] - at[:, None, 2]) <= 2)
    )
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
    found = []
    for y, x0, x1 in lines:
        for down in (True, False):
            probe = min(max(y + (10 if down else -10), 0), strokes.height - 1)
            if not all(strokes.columns[probe, x] for x in (x0, x1 - 1)):
                continue  # most lines have no strokes at both ends
            ends = [_stroke(strokes, y, x, down) for x in (x0, x1 - 1)]
            tall = min(ends)
            if tall < MIN_HEIGHT or max(ends) - tall > 3 or tall > STRIP_BOX:
                continue
            box = Box(x0, y, x1, y + tall) if down else Box(x0, y - tall + 1, x1, y + 1)
            band = (box.y1 + 2, box.y1 + STRIP) if down else (box.y0 - STRIP, box.y0 - 2)
            low, high = max(0, band[0]), min(strokes.height, band[1])
            if x0 < 14 or x1 + 14 > strokes.width or high - low < 8:
                continue
            if share(strokes.ink, box.inset(4)) > CLEAN / 2:
                continue
            rows = strokes.ink[low:high, x0:x1].mean(axis=1)
            beside = min(strokes.ink[low:high, x : x + 12].mean() for x in (x0 - 14, x1 + 2))
            # Nothing but type begins a few rows behind the end of the strokes.
            near = rows[: 10] if down else rows[-10:]
            clear = rows[: 2] if down else rows[-2:]
            if clear.max() < 0.05 and near.max() > 0.15 and rows.max() < 0.8 and beside > 0.02:
                found.append(Frame(box, (1.0, 1.0, 1.0, 1.0), 0.0, 0, overprinted=True))
    return found


def _stroke(strokes: Strokes, y: int, x: int, down: bool) -> int:
    """How many rows a stroke goes down or up from the end of a line."""
    if down:
        part = strokes.columns[y + 2 : y + STRIP_BOX + 4, max(0, x - 1) : x + 2]
    else:
        part = strokes.columns[max(0, y - STRIP_BOX - 4) : max(0, y - 1), max(0, x - 1) : x + 2][::-1]
    ink = np.any(part, axis=1)
    return int(np.argmin(ink)) + 2 if ink.size and not ink.all() else 0
