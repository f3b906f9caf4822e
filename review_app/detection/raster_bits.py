"""Masks of a page with 64 pixels in each number: what is done to every pixel then costs little.

A row is a few numbers, its first pixel the highest bit of the first; behind its last pixel there is room
that is never set. Beyond the edges of the page nothing is set either.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from review_app.detection.raster_pixels import Mask

Bits: TypeAlias = NDArray[np.uint64]

_WORD = 64


def packed(mask: Mask, wide: int = 0, high: int = 0) -> Bits:
    """A mask, packed, with room for more columns on the right and more rows below."""
    height, width = mask.shape
    out = np.zeros((height + high, 8 * -(-(width + wide) // _WORD)), np.uint8)
    eight = np.packbits(mask, axis=1)
    out[:height, : eight.shape[1]] = eight
    return out.view(">u8").astype(np.uint64)


def mask_of(bits: Bits, width: int) -> Mask:
    """The mask that was packed; ``width`` in pixels."""
    return np.unpackbits(as_bytes(bits), axis=1, count=width).view(np.bool_)


def as_bytes(bits: Bits) -> NDArray[np.uint8]:
    """Eight pixels in each number, as :func:`numpy.packbits` has them."""
    return bits.astype(">u8").view(np.uint8)


def later(bits: Bits, by: int) -> Bits:
    """Each pixel takes the value of the one ``by`` columns to its right."""
    words, rest = divmod(by, _WORD)
    out = np.zeros_like(bits)
    count = bits.shape[1] - words
    if count <= 0:
        return out
    if not rest:
        out[:, :count] = bits[:, words:]
        return out
    np.left_shift(bits[:, words:], np.uint64(rest), out=out[:, :count])
    out[:, : count - 1] |= bits[:, words + 1 :] >> np.uint64(_WORD - rest)
    return out


def earlier(bits: Bits, by: int, width: int) -> Bits:
    """Each pixel takes the value of the one ``by`` columns to its left; ``width`` of the page in pixels."""
    words, rest = divmod(by, _WORD)
    out = np.zeros_like(bits)
    count = bits.shape[1] - words
    if count <= 0:
        return out
    if rest:
        np.right_shift(bits[:, :count], np.uint64(rest), out=out[:, words:])
        out[:, words + 1 :] |= bits[:, : count - 1] << np.uint64(_WORD - rest)
    else:
        out[:, words:] = bits[:, :count]
    if width % _WORD:
        out[:, -1] &= np.uint64(((1 << width % _WORD) - 1) << (_WORD - width % _WORD))
    return out


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
    """Undoes :func:`eroded` for what was full."""
    out = bits.copy()
    have = 1
    while have < wide:
        step = min(have, wide - have)
        out |= earlier(out, step, width)
        have += step
    have = 1
    while have < high:
        step = min(have, high - have)
        out[step:] |= out[:-step].copy()
        have += step
    return out


def closed(mask: Mask, wide: int, high: int) -> Bits:
    """A mask with gaps up to that size closed, packed: gaps of fewer columns or rows."""
    height, width = mask.shape
    bits = packed(mask, wide, high)
    return eroded(dilated(bits, wide, high, width + wide), wide, high)[:height, : -(-width // _WORD)]


def thick_rows(bits: Bits) -> Bits:
    """The mask grown by a row up and down."""
    out = bits.copy()
    out[1:] |= bits[:-1]
    out[:-1] |= bits[1:]
    return out


def thick_columns(bits: Bits, width: int) -> Bits:
    """The mask grown by a column to both sides; ``width`` of the page in pixels."""
    return bits | later(bits, 1) | earlier(bits, 1, width)
