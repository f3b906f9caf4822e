"""Masks of a page with 64 pixels in each number: what is done to every pixel then costs little.

A row is a few numbers, its first pixel the highest bit of the first; behind its last pixel there is room
that is never set. Beyond the edges of the page nothing is set either.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from review_app.detection.raster_pixels import Ints, Many, Mask, spread

Bits: TypeAlias = NDArray[np.uint64]

_WORD = 64

_SET = np.array([value.bit_count() for value in range(256)], np.uint8)
"""How many bits of a byte are set."""

_BEFORE = np.array([(0xFF << (8 - n)) & 0xFF for n in range(8)], np.uint8)
"""The first ``n`` pixels of eight."""

_1, _2, _4 = np.uint64(1), np.uint64(2), np.uint64(4)
_PAIRS, _FOURS = np.uint64(0x5555_5555_5555_5555), np.uint64(0x3333_3333_3333_3333)
_BYTES, _ONES = np.uint64(0x0F0F_0F0F_0F0F_0F0F), np.uint64(0x0101_0101_0101_0101)


def packed(mask: Mask, wide: int = 0, high: int = 0) -> Bits:
    """A mask, packed, with room for more columns on the right and more rows below."""
    height, width = mask.shape
    out = np.zeros((height + high, 8 * words(width + wide)), np.uint8)
    eight = np.packbits(mask, axis=1)
    out[:height, : eight.shape[1]] = eight
    return out.view(">u8").astype(np.uint64)


def words(width: int) -> int:
    """Numbers in a row of so many pixels. One more than need be: what is shifted out of a row goes there."""
    return width // _WORD + 2


def mask_of(bits: Bits, width: int) -> Mask:
    """The mask that was packed; ``width`` in pixels."""
    return np.unpackbits(as_bytes(bits), axis=1, count=width).view(np.bool_)


def as_bytes(bits: Bits) -> NDArray[np.uint8]:
    """Eight pixels in each number, as :func:`numpy.packbits` has them."""
    return bits.astype(">u8").view(np.uint8)


def later(bits: Bits, by: int) -> Bits:
    """Each pixel takes the value of the one ``by`` columns to its right, at most 64. Behind the last column
    of a row come the first of the next."""
    out = np.empty_like(bits)
    flat, into = bits.ravel(), out.ravel()
    if by == _WORD:
        into[:-1] = flat[1:]
    else:
        np.left_shift(flat, np.uint64(by), out=into)
        into[:-1] |= flat[1:] >> np.uint64(_WORD - by)
    into[-1] = 0
    return out


def earlier(bits: Bits, by: int) -> Bits:
    """Each pixel takes the value of the one ``by`` columns to its left, at most 64; the last ones of a row go
    on behind its end."""
    out = np.empty_like(bits)
    flat, into = bits.ravel(), out.ravel()
    if by == _WORD:
        into[1:] = flat[:-1]
    else:
        np.right_shift(flat, np.uint64(by), out=into)
        into[1:] |= flat[:-1] << np.uint64(_WORD - by)
    into[:1] = flat[:1] >> np.uint64(by) if by < _WORD else 0
    return out


def cut(bits: Bits, width: int) -> Bits:
    """Nothing set behind the last column, as everywhere else; changes ``bits``."""
    whole, rest = divmod(width, _WORD)
    bits[:, whole] &= np.uint64(((1 << rest) - 1) << (_WORD - rest))
    bits[:, whole + 1 :] = 0
    return bits


def eroded(bits: Bits, wide: int, high: int) -> Bits:
    """Pixels that are the upper left corner of a full rectangle of that size."""
    out = bits.copy()
    have = 1
    while have < wide:
        step = min(have, wide - have)
        out &= later(out, step)
        have += step
    have = 1
    while have < high:
        step = min(have, high - have)
        out[:-step] &= out[step:]
        out[-step:] = 0
        have += step
    return out


def dilated(bits: Bits, wide: int, high: int, width: int) -> Bits:
    """Undoes :func:`eroded` for what was full, at most 64 columns wide; ``width`` of the page in pixels."""
    out = bits.copy()
    have = 1
    while have < wide:
        step = min(have, wide - have)
        out |= earlier(out, step)
        have += step
    have = 1
    while have < high:
        step = min(have, high - have)
        out[step:] |= out[:-step].copy()
        have += step
    return cut(out, width)


def closed(mask: Mask, wide: int, high: int) -> Bits:
    """A mask with gaps up to that size closed, packed: gaps of fewer columns or rows."""
    height, width = mask.shape
    bits = packed(mask, wide, high)
    done = eroded(dilated(bits, wide, high, width + wide), wide, high)[:height, : words(width)]
    return cut(np.ascontiguousarray(done), width)


def thick_rows(bits: Bits) -> Bits:
    """The mask grown by a row up and down."""
    out = bits.copy()
    out[1:] |= bits[:-1]
    out[:-1] |= bits[1:]
    return out


def thick_columns(bits: Bits, width: int) -> Bits:
    """The mask grown by a column to both sides; ``width`` of the page in pixels."""
    return cut(bits | later(bits, 1) | earlier(bits, 1), width)


def runs(bits: Bits) -> tuple[Ints, Ints, Ints]:
    """Row, first and last-plus-one column of every horizontal run, in reading order."""
    changes = as_bytes(bits ^ earlier(bits, 1)).ravel()
    used = np.flatnonzero(changes != 0)
    within = np.flatnonzero(np.unpackbits(changes[used]).view(np.bool_))
    edges = (8 * used[within >> 3] + (within & 7)).astype(np.int32)
    starts, ends = edges[0::2], edges[1::2]
    wide = np.int32(_WORD * bits.shape[1])
    rows = starts // wide
    return rows, starts - rows * wide, ends - rows * wide


class RowSums:
    """Sums over any stretch of a row in constant time: of whole bytes of eight pixels summed up, and of the
    first pixels of the next."""

    def __init__(self, bits: Bits) -> None:
        height, count = bits.shape
        self._eight = np.zeros((height, 8 * count + 1), np.uint8)
        self._eight[:, : 8 * count] = as_bytes(bits)
        # The set pixels of each pair, of each four, of each byte; of each byte and those in front of it in
        # its word; and of the words in front.
        part = bits.byteswap()
        part = part - ((part >> _1) & _PAIRS)
        part = (part & _FOURS) + ((part >> _2) & _FOURS)
        part = ((part + (part >> _4)) & _BYTES) * _ONES
        words = np.zeros((height, count), np.int16)
        np.cumsum((part[:, :-1] >> np.uint64(56)).astype(np.int16), axis=1, dtype=np.int16, out=words[:, 1:])
        self._sums = np.zeros((height, 8 * count + 1), np.int16)
        within = part.astype("<u8").view(np.uint8).reshape(height, count, 8)
        self._sums[:, 1:] = (within + words[:, :, None]).reshape(height, 8 * count)

    def before(self, y: Many, x: Many) -> NDArray[np.int16]:
        """How many pixels of row ``y`` are set in front of column ``x``, for many at once."""
        at = x >> 3
        return np.asarray(self._sums[y, at] + _SET[self._eight[y, at] & _BEFORE[x & 7]], np.int16)

    def counts(self, y: Many, x0: Many, x1: Many) -> NDArray[np.int16]:
        """For many stretches at once, how many pixels from column ``x0`` to ``x1`` are set."""
        return np.asarray(self.before(y, x1) - self.before(y, x0), np.int16)

    def shares(self, y: Many, x0: Many, x1: Many) -> NDArray[np.float64]:
        """The same as a share of the stretch."""
        return np.asarray(self.counts(y, x0, x1) / np.maximum(1, x1 - x0), np.float64)


    def totals(self, at: NDArray[np.intp]) -> NDArray[np.intp]:
        """How many pixels are set in each rectangle: left, top, right, bottom, within the page."""
        x0, y0, x1, y1 = at.T
        of, row = spread(y0, y1)
        found = np.zeros(len(at), np.intp)
        np.add.at(found, of, self.counts(row, x0[of], x1[of]))
        return found
