"""Plain measures on the pixels of a page: runs of ink, sums over rectangles.

Arrays are ``[row, column]``. ``ink`` is True where a pixel is dark. Everything costs a fixed number of
passes over the page, whatever is printed on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from review_app.domain.values import dataclass

Grey: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
Many: TypeAlias = NDArray[np.integer]
Ints: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels: columns ``x0`` to ``x1``, rows ``y0`` to ``y1``, the ends not included."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Rows."""
        return self.y1 - self.y0

    @property
    def area(self) -> int:
        """Pixels; 0 when turned inside out."""
        return max(0, self.width) * max(0, self.height)

    def inset(self, by: int) -> Box:
        """Smaller by ``by`` pixels on each side."""
        return Box(self.x0 + by, self.y0 + by, self.x1 - by, self.y1 - by)

    def shared(self, other: Box) -> int:
        """Pixels in both."""
        return Box(
            max(self.x0, other.x0), max(self.y0, other.y0), min(self.x1, other.x1), min(self.y1, other.y1)
        ).area

    def iou(self, other: Box) -> float:
        """Shared area over joint area."""
        shared = self.shared(other)
        return shared / max(1, self.area + other.area - shared)


def distinct(boxes: Sequence[Box], alike: float) -> list[int]:
    """Which boxes to keep so that no two share more than ``alike`` of their joint area; earlier ones stay."""
    at = np.array([(b.x0, b.y0, b.x1, b.y1) for b in boxes], np.intp).reshape(-1, 4)
    area = ((at[:, 2] - at[:, 0]) * (at[:, 3] - at[:, 1])).astype(np.int32)
    shared = overlaps(at)
    same = shared > alike * (area[:, None] + area - shared)
    np.fill_diagonal(same, False)
    free = np.ones(len(at), np.bool_)
    for i in np.flatnonzero(same.any(axis=1)).tolist():
        if free[i]:
            free[i + 1 :] &= ~same[i, i + 1 :]
    return [int(i) for i in np.flatnonzero(free)]


def overlaps(at: NDArray[np.intp]) -> NDArray[np.intp]:
    """The pixels that each two of these rectangles (left, top, right, bottom) share."""
    x0, y0, x1, y1 = at.astype(np.int32).T
    wide = np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0)
    high = np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0)
    return np.asarray(np.maximum(wide, 0) * np.maximum(high, 0), np.intp)


def spread(low: NDArray[np.intp], high: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All numbers from each low to its high, that not included, after the number of the pair of each."""
    counts = np.maximum(0, high - low)
    of = np.repeat(np.arange(len(low)), counts)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts - low, counts)


def counted(mask: Mask, axis: int) -> NDArray[np.integer]:
    """How many pixels of each column (axis 0) or row (1) are set; numpy itself takes three times as long."""
    small = mask.shape[axis] < 1 << 16
    return np.asarray(np.add.reduce(mask.view(np.uint8), axis=axis, dtype=np.uint16 if small else np.uint32))


def share(mask: Mask, box: Box) -> float:
    """The share of a box that is set; 0 for an empty box."""
    part = mask[max(0, box.y0) : max(0, box.y1), max(0, box.x0) : max(0, box.x1)]
    return float(np.count_nonzero(part) / part.size) if part.size else 0.0


def components(rows: Ints, x0: Ints, x1: Ints) -> Ints:
    """A label for each run, the number of the first run of its shape: runs that touch in neighbouring rows
    belong to one shape. Runs must be in reading order."""
    count = len(rows)
    label = np.arange(count, dtype=np.int32)
    if count == 0:
        return label
    width = int(x1.max()) + 2
    # Keys order runs by row, then column: for each run, the runs of the next row that it touches are
    # a stretch between two binary searches.
    key_start = rows.astype(np.int64) * width + x0
    key_end = rows.astype(np.int64) * width + x1
    low = np.searchsorted(key_end, key_start + width, side="right")
    high = np.searchsorted(key_start, key_end + width, side="left")
    counts = np.maximum(0, high - low)
    upper = np.repeat(label, counts)
    offsets = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    lower = np.repeat(low, counts) + offsets
    good = rows[lower] == rows[upper] + 1 if len(lower) else np.zeros(0, np.bool_)
    upper, lower = upper[good], lower[good]
    # Each run goes on to the first that it touches in the row above, and so to the top of a chain.
    label[lower[::-1]] = upper[::-1]
    label = _followed(label)
    # Only where two chains meet is something left to join.
    upper, lower = label[upper], label[lower]
    apart = upper != lower
    upper, lower = upper[apart], lower[apart]
    while len(upper):
        label[np.maximum(upper, lower)] = np.minimum(upper, lower)
        label = _followed(label)
        upper, lower = label[upper], label[lower]
        apart = upper != lower
        upper, lower = upper[apart], lower[apart]
    return label


def _followed(label: Ints) -> Ints:
    """Where each number leads to in the end."""
    while True:
        further = label[label]
        if np.array_equal(further, label):
            return label
        label = further
