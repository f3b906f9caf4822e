"""The strokes of a page, and what a box drawn with them must be: four sides, and nothing but a code inside.

Lengths are pixels at about 150 dpi, where an outline one pixel wide at 300 dpi is half as dark as ink.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from review_app.detection import raster_bits
from review_app.detection.raster_pixels import Box, Grey, Mask, counted, share
from review_app.domain.values import dataclass

LINE = 45
"""Darker than the paper by this: a line of the outline (detection reference 2.3, 7)."""

MIN_WIDTH, MIN_HEIGHT = 26, 15

RUN = 20
"""Shortest horizontal run that may be part of a line: longer than the strokes of type."""

MAX_LINES, MAX_STEMS, MAX_PAIRS = 1500, 60, 1_000_000
"""Of a page with more lines (a plan, a halftone) none is looked at: it would take minutes."""

EDGE = 4
"""A box that ends so near the edge of the page is cut by it: the edge stands for its side."""

MAX_SHARE = 0.75
"""A larger box is the frame of the page."""

EMPTY, CLEAN = 0.03, 0.02
"""Up to this share of ink is speckle, not type; less where a part of the box is all that is seen."""

NEAR = 7
"""Rows within which the top of a box may lie below another rule: in e-mails they often nearly touch."""

LETTER = 6
"""Pixels of ink in a column of a letter."""

MAX_TYPE, MAX_GLYPHS, MAX_CODE = 28, 14, 180
"""A code is one line of small type, has few letters, and is shorter than 1.2 in."""

CODE_BOX = (28, 12)
"""A smaller outline with ink inside is a letter or a tick box."""


@dataclass(frozen=True, slots=True)
class Frame:
    """An outlined box: how much of its top, right, bottom and left side is drawn (0 to 1), how much ink is
    inside, at how many corners lines run on beyond it; whether a line
    of type was printed over it; whether what is in it is short enough for a code, or
    only speckle; whether a part of it cannot be seen (the edge of the page, another box)."""

    box: Box
    sides: tuple[float, float, float, float]
    ink: float
    beyond: int
    overprinted: bool = False
    code_like: bool = False
    is_empty: bool = True
    partial: bool = False


class Strokes:
    """The long strokes of a page, ready to be asked."""

    def __init__(self, grey: Grey, paper: int) -> None:
        ink = grey < max(1, paper - LINE)
        self.ink: Mask = ink
        self.height, self.width = ink.shape
        bits = raster_bits.packed(ink)
        # A line that is slightly askew or rough stays one when it is looked at two rows at a time.
        two = bits.copy()
        two[:-1] |= bits[1:]
        two |= raster_bits.later(two, 1) & raster_bits.earlier(two, 1)
        long = raster_bits.eroded(two, RUN, 1)
        self.across = raster_bits.dilated(long, RUN, 1, self.width)
        self.row_bits = raster_bits.thick_rows(self.across)
        self.column_bits = raster_bits.thick_columns(bits, self.width)
        self.rows = raster_bits.mask_of(self.row_bits, self.width)
        self.columns = raster_bits.mask_of(self.column_bits, self.width)
        self.row_sums = raster_bits.RowSums(self.row_bits)

    def row_cover(self, rows: NDArray[np.intp], x0: int, x1: int) -> NDArray[np.float64]:
        """For each row, the share of the columns over which a line passes within a row of it."""
        rows = np.clip(rows, 0, self.height - 1)
        return self.row_sums.shares(rows, np.full_like(rows, x0), np.full_like(rows, x1))

    def column_cover(self, x: int, y0: int, y1: int) -> float:
        """The share of the rows in which there is ink within two columns of ``x``."""
        part = self.columns[y0:y1, max(0, x - 1) : min(self.width, x + 2)]
        return float(part.max(axis=1).mean()) if part.size else 0.0

    def lines(self) -> list[tuple[int, int, int]]:
        """Horizontal runs that are not the lower rows of a thicker stroke, as row, first and last-plus-one
        column, from the top down; none when there are too many."""
        used = np.flatnonzero(self.across.any(axis=1))
        few = self.across[used]
        rows, x0, x1 = raster_bits.runs(few)
        long = x1 - x0 >= MIN_WIDTH
        if int(long.sum()) > 4 * MAX_LINES:
            return []
        rows, x0, x1 = rows[long], x0[long], x1[long]
        above = np.maximum(rows - 1, 0)
        drawn = raster_bits.RowSums(few).counts(above, x0, x1)
        drawn[(rows == 0) | (used[above] != used[rows] - 1)] = 0
        first = drawn <= 0.6 * (x1 - x0)
        found = list(
            zip(used[rows[first]].tolist(), x0[first].tolist(), x1[first].tolist(), strict=True)
        )
        return _joined(found) if len(found) <= MAX_LINES else []


def _joined(found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Runs of the same row with a small gap between them as one line: a scan breaks thin rules."""
    out: list[tuple[int, int, int]] = []
    for y, x0, x1 in found:
        if out and out[-1][0] == y and x0 - out[-1][2] <= NEAR:
            out[-1] = (y, out[-1][1], x1)
        else:
            out.append((y, x0, x1))
    return out


def _side(drawn: Mask, hidden: Mask | None) -> tuple[float, float]:
    """Of the visible part of a side, the drawn share; and the visible share of the whole."""
    if not drawn.size:
        return 0.0, 0.0
    if hidden is None:
        return float(drawn.mean()), 1.0
    seen = ~hidden | drawn
    share = float(seen.mean())
    return (float(drawn[seen].mean()) if share else 1.0), share


def measured(strokes: Strokes, box: Box, hidden: Mask | None = None) -> Frame | None:
    """A box with its measures, None for what is none. ``hidden``: what other boxes cover."""
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    cut = (y0 <= EDGE, x1 >= strokes.width - EDGE, y1 >= strokes.height - EDGE, x0 <= EDGE)
    if sum(cut) > 1 or box.area > MAX_SHARE * strokes.width * strokes.height:
        return None
    measured = []
    for at, edge in ((y0, 0), (y1 - 1, 2)):
        band: Mask = np.any(strokes.rows[max(0, at - 1) : at + 2, x0 + 1 : x1 - 1], axis=0)
        measured.append((edge, *_side(band, None if hidden is None else hidden[at, x0 + 1 : x1 - 1])))
    for at, edge in ((x0, 3), (x1 - 1, 1)):
        band = np.any(strokes.columns[y0 + 1 : y1 - 1, max(0, at - 1) : at + 2], axis=1)
        measured.append((edge, *_side(band, None if hidden is None else hidden[y0 + 1 : y1 - 1, at])))
    measured.sort()
    sides = tuple(1.0 if cut[edge] else drawn for edge, drawn, _ in measured)
    seen = [share for _, _, share in measured]
    if min(sides) < (0.82 if hidden is None else 0.9):
        return None
    if hidden is not None and (min(seen) < 0.1 or sum(seen) < 2.0):
        return None
    inner = box.inset(4)
    ink = share(strokes.ink, inner)
    if hidden is not None:
        seen_part = ~hidden[inner.y0 : inner.y1, inner.x0 : inner.x1]
        if seen_part.mean() < 0.25:
            return None  # too little of it is seen beside other boxes
        ink = float(strokes.ink[inner.y0 : inner.y1, inner.x0 : inner.x1][seen_part].mean())
        if ink > CLEAN:
            return None
    if hidden is None and _divided(strokes.ink, box):
        return None
    four = (sides[0], sides[1], sides[2], sides[3])
    return Frame(
        box, four, ink, _beyond(strokes, box), code_like=_code_like(strokes.ink, inner),
        is_empty=ink <= EMPTY and (hidden is not None or _glyphs(strokes.ink, inner) < 3),
        partial=hidden is not None or any(cut),
    )


def _code_like(ink: Mask, inner: Box) -> bool:
    """True for one short line of small type."""
    part = ink[inner.y0 : inner.y1, inner.x0 : inner.x1]
    if not part.size or part.mean() > 0.36 or inner.width < CODE_BOX[0] or inner.height < CODE_BOX[1]:
        return False
    part = _unspeckled(part)
    rows, columns = _stretches(np.any(part, axis=1)), _stretches(np.any(part, axis=0))
    rows = [r for r in rows if r[1] - r[0] > 2]
    if not rows or not columns or rows[-1][1] - rows[0][0] > MAX_TYPE:
        return False
    return len(columns) <= MAX_GLYPHS and columns[-1][1] - columns[0][0] <= MAX_CODE


def _divided(ink: Mask, box: Box) -> bool:
    """True when a stroke from top to bottom parts the box: these are cells of a row. A bracket of a code
    in a tight box bends away."""
    part = ink[box.y0 + 2 : box.y1 - 2, box.x0 + 10 : box.x1 - 10]
    if not part.size:
        return False
    return bool((counted(part, 0) >= 0.95 * part.shape[0]).any())


def _unspeckled(ink: Mask) -> Mask:
    """Without what is thinner than two pixels: dirt of a 1-bit scan."""
    core = ink[:-1, :-1] & ink[1:, :-1] & ink[:-1, 1:] & ink[1:, 1:]
    out = np.zeros_like(ink)
    for dy in (0, 1):
        for dx in (0, 1):
            out[dy : dy + core.shape[0], dx : dx + core.shape[1]] |= core
    return out


def _glyphs(ink: Mask, inner: Box) -> int:
    """How many things as tall as a letter stand in a box; speckle is lower."""
    part = ink[inner.y0 : inner.y1, inner.x0 : inner.x1]
    if not part.size:
        return 0
    tall = counted(part, 0)
    return sum(int(tall[a:b].max()) >= LETTER for a, b in _stretches(tall > 0))


def _stretches(line: Mask) -> list[tuple[int, int]]:
    padded = np.concatenate(([False], line, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(a), int(b)) for a, b in zip(edges[0::2], edges[1::2], strict=True)]


def _beyond(strokes: Strokes, box: Box) -> int:
    """At how many of the eight ends of its sides the line runs on (a table does at most of them)."""
    reach, count = 12, 0
    for y in (box.y0, box.y1 - 1):
        rows = np.array([max(0, y - 1), y, min(strokes.height - 1, y + 1)])
        if box.x0 > reach + 3:
            count += strokes.row_cover(rows, box.x0 - reach - 3, box.x0 - 3).max() >= 0.95
        if box.x1 + reach + 3 < strokes.width:
            count += strokes.row_cover(rows, box.x1 + 3, box.x1 + reach + 3).max() >= 0.95
    for x in (box.x0, box.x1 - 1):
        if box.y0 > reach + 3:
            count += strokes.column_cover(x, box.y0 - reach - 3, box.y0 - 3) >= 0.95
        if box.y1 + reach + 3 < strokes.height:
            count += strokes.column_cover(x, box.y1 + 3, box.y1 + reach + 3) >= 0.95
    return int(count)
