"""A page that is one black-and-white picture, drawn at half its size without the engine's scaler.

Most scans of offices are one bit a pixel at 300 dpi, and detection looks at them at 150. The engine makes a
byte of each bit and scales bytes: 30 ms a page. Here eight pixels are looked up at once: 8 ms. The pixels are
the same, one by one, as the engine's (test_bilevel holds that): its filter is a cubic one over two pixels to
each side, in 256ths, first along rows, rounded to bytes, then along columns. Whatever is not so plain a page
is left to the engine.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pymupdf

from review_app.engine.mupdf import MUPDF_ERRORS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LIKE_HALF = (1.9, 2.1)
"""How many rows of the picture may become one: with more or less the engine scales in other ways."""

_SLACK = 2
"""Pixels by which half the picture must be larger than its place to be halved first, as in the engine."""

_NEARLY = 0.001
"""Pixels that the engine forgives when it fits a picture to whole pixels."""

_SMALLEST = 32
"""Pixels of a side of the picture as drawn; smaller ones are no scans."""

_ROWS = 64
"""Rows made at once: they stay in the processor's cache."""

_OTHERS = (
    "fill_path", "stroke_path", "clip_path", "clip_stroke_path", "fill_text", "stroke_text", "clip_text",
    "clip_stroke_text", "fill_shade", "fill_image_mask", "clip_image_mask", "begin_mask", "begin_group",
    "begin_tile",
)


class _Survey(pymupdf.mupdf.FzDevice2):  # type: ignore[misc]
    """Hears of all that a list draws; hidden text draws nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.use_virtual_fill_image()
        for name in _OTHERS:
            getattr(self, f"use_virtual_{name}")()
        self.places: list[tuple[Any, tuple[float, ...]]] = []
        self.is_plain = True

    def fill_image(self, context: Any, image: Any, matrix: Any, alpha: float, colours: Any) -> None:
        self.is_plain = self.is_plain and alpha == 1.0 and not self.places
        place = (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
        self.places.append((pymupdf.mupdf.FzImage(pymupdf.mupdf.ll_fz_keep_image(image)), place))


def _is_other(self: _Survey, *_what: Any) -> None:
    self.is_plain = False


for _name in _OTHERS:
    setattr(_Survey, _name, _is_other)


def tones(listing: Any, scale: float, width: int, height: int) -> NDArray[np.uint8] | None:
    """A page as the engine draws it in grey on white, None for a page that it must draw itself.

    Args:
        listing: what is on the page, a ``pymupdf.DisplayList``.
        scale: pixels a point.
        width, height: of the result in pixels.
    """
    mupdf = pymupdf.mupdf
    survey = _Survey()
    everywhere = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
    mupdf.fz_run_display_list(listing.this, survey, mupdf.FzMatrix(), everywhere, mupdf.FzCookie())
    mupdf.fz_close_device(survey)
    if not survey.is_plain or len(survey.places) != 1:
        return None
    image, (a, b, c, d, e, f) = survey.places[0]
    if b or c or min(a, d) * scale < _SMALLEST:
        return None
    x, wide = _fitted(e, a, scale)
    y, high = _fitted(f, d, scale)
    if not all(
        _LIKE_HALF[0] * some <= size <= _LIKE_HALF[1] * some
        for size, some in ((image.w(), wide), (image.h(), high))
    ):
        return None
    if image.w() // 2 >= a * scale + _SLACK and image.h() // 2 >= d * scale + _SLACK:
        return None  # the engine takes the mean of each two by two pixels first
    if min(x, y) < 0 or x + wide > width + 1 or y + high > height + 1:
        return None  # of what lies beyond the page it decodes nothing, and scales the rest on its own
    rows = _bits(image)
    return None if rows is None else _drawn(rows, image.w(), wide, high, x, y, width, height)


def _fitted(start: float, length: float, scale: float) -> tuple[int, int]:
    """The whole pixels that a picture covers along one side: first, and how many (as the engine has it)."""
    import numpy as np

    single = np.float32
    begin, long = single(start) * single(scale), single(length) * single(scale)
    first = single(int(begin))
    if first - begin > single(_NEARLY):
        first -= single(1)
    long += begin - first
    count = int(long)
    return int(first), count + (1 if long - single(count) > single(_NEARLY) else 0)


def _bits(image: Any) -> NDArray[np.uint8] | None:
    """The rows of a picture of one bit a pixel, eight in each byte, 1 for white. None for other pictures, and
    where anything is wrong with it: the engine then says what."""
    import numpy as np

    mupdf = pymupdf.mupdf
    inner = image.m_internal
    if inner.imagemask or inner.use_colorkey or inner.mask or inner.use_decode or inner.orientation:
        return None
    if inner.bpc != 1 or not inner.colorspace or not mupdf.ll_fz_colorspace_is_device_gray(inner.colorspace):
        return None
    compressed = mupdf.ll_fz_compressed_image_buffer(inner)
    if not compressed or pymupdf.TOOLS.mupdf_warnings(reset=False):
        return None
    eight = (image.w() + 7) // 8
    try:
        # No more than is asked for: what a small file unpacks to may be endless.
        stream = mupdf.fz_open_null_filter(
            mupdf.FzStream(mupdf.ll_fz_open_compressed_buffer(compressed)), eight * image.h(), 0
        )
        data = mupdf.fz_buffer_extract_copy(mupdf.fz_read_all(stream, eight * image.h()))
    except MUPDF_ERRORS:
        return None
    if len(data) != eight * image.h() or pymupdf.TOOLS.mupdf_warnings(reset=False):
        return None
    return np.frombuffer(data, np.uint8).reshape(image.h(), eight)


def _drawn(
    rows: NDArray[np.uint8], size: int, wide: int, high: int, x: int, y: int, width: int, height: int
) -> NDArray[np.uint8]:
    """The picture, ``size`` pixels wide, at ``wide`` by ``high`` pixels, put on white paper."""
    import numpy as np

    whole = (x, y, wide, high) == (0, 0, width, height)
    across = _halved(rows, wide) if size == 2 * wide else _across(rows, size, wide)
    made = _down(across, high)[:, :wide]
    if whole:
        return made
    out = np.full((height, width), 255, np.uint8)
    out[y : y + high, x : x + wide] = made[: height - y, : width - x]
    return out


def _across(rows: NDArray[np.uint8], size: int, wide: int) -> NDArray[np.uint8]:
    """``size`` pixels of a row as at least ``wide``: two at once, from the eight that they are made of."""
    import numpy as np

    byte, shift, table = _two(size, wide)
    base = 256 * np.arange(len(byte))
    out = np.empty((len(rows), len(byte)), np.uint16)
    for low in range(0, len(rows), _ROWS):
        part = rows[low : low + _ROWS]
        sixteen = part.astype(np.uint16) << 8
        sixteen[:, :-1] |= part[:, 1:]
        index = sixteen.take(byte, axis=1)
        index >>= shift
        index &= 255
        table.take(index + base, out=out[low : low + _ROWS], mode="clip")
    return out.view(np.uint8)


@functools.lru_cache(maxsize=4)
def _two(size: int, wide: int) -> tuple[NDArray[np.intp], NDArray[np.uint16], NDArray[np.uint16]]:
    """For each two columns the byte that the pixels they are made of begin in, by how much two bytes are
    shifted to have the eight pixels last, and of all such eight what the two columns become."""
    import numpy as np

    start, taps = _weights(size, wide)
    count = (wide + 1) // 2
    first = start[::2]
    column, tap = np.nonzero(taps)
    weights = np.zeros((8, count, 1, 2), np.uint16)
    weights[start[column] + tap - first[column // 2], column // 2, 0, column % 2] = taps[column, tap]
    made = np.full((count, 1, 2), 128, np.uint16)
    for pixel in weights[::-1]:
        made = np.concatenate((made, made + 255 * pixel), axis=1)
    table = (made >> 8).astype(np.uint8).view(np.uint16).ravel()
    return first >> 3, (8 - (first & 7)).astype(np.uint16), table


def _halved(rows: NDArray[np.uint8], wide: int) -> NDArray[np.uint8]:
    """Each two pixels of a row as one, in at least ``wide`` columns: four of these at once."""
    import numpy as np

    index = rows.astype(np.uint16)
    before, after = (index[:, :-1] & 1) << 9, index[:, 1:] >> 7
    index <<= 1
    index[:, 1:] |= before
    index[:, :-1] |= after
    out = _four().take(index).view(np.uint8)
    # At the ends there are no pixels beyond.
    start, taps = _weights(2 * wide, wide)
    for column in (0, wide - 1):
        total = np.full(len(rows), 128, np.uint16)
        for tap in np.flatnonzero(taps[column]).tolist():
            at = int(start[column]) + tap
            total += (255 * taps[column, tap]) * ((rows[:, at >> 3] >> (7 - (at & 7))) & 1)
        out[:, column] = total >> 8
    return out


@functools.cache
def _four() -> NDArray[np.uint32]:
    """Of ten pixels, the first and the last on their own, the four that the eight between become."""
    import numpy as np

    pixel = (np.arange(1024)[:, None] >> np.arange(9, -1, -1)) & 1
    inner = _weights(64, 32)[1][8, :4]
    four = np.stack([pixel[:, 2 * k : 2 * k + 4] @ inner for k in range(4)], axis=1)
    return ((255 * four + 128) >> 8).astype(np.uint8).view(np.uint32).ravel()


def _down(rows: NDArray[np.uint8], high: int) -> NDArray[np.uint8]:
    """``high`` rows of them."""
    import numpy as np

    first, weights = _weights(len(rows), high)
    out = np.empty((high, rows.shape[1]), np.uint8)
    for low in range(0, high, _ROWS):
        part = slice(low, min(high, low + _ROWS))
        total = np.full((part.stop - low, rows.shape[1]), 128, np.uint16)
        for tap in range(weights.shape[1]):
            weight = weights[part, tap, None]
            if weight.any():
                total += rows[np.minimum(first[part] + tap, len(rows) - 1)] * weight
        total >>= 8
        out[part] = total
    return out


@functools.lru_cache(maxsize=16)
def _weights(size: int, count: int) -> tuple[NDArray[np.intp], NDArray[np.uint16]]:
    """For each of ``count`` pixels the first of ``size`` that it is made of, and the weights of that one and
    of those that follow: 256 together. In single precision, step by step as the engine reckons."""
    import numpy as np

    single = np.float32
    share = single(count) / single(size)
    middle = np.arange(count, dtype=np.float32) + single(0.5)
    reach = single(1) / share
    centre = middle * single(size) / single(count) - single(0.5)
    first, last = np.ceil(centre - reach).astype(np.intp), np.floor(centre + reach).astype(np.intp)
    first = np.maximum(first, 0)
    taps = first[:, None] + np.arange(int((last - first).max()) + 1)
    away = np.abs(middle[:, None] - (taps.astype(np.float32) + single(0.5)) * single(count) / single(size))
    cubic = np.where(away >= 1, single(0), single(1) + (single(2) * away - single(3)) * away * away) * share
    weights = (single(256) * cubic + single(0.5)).astype(np.int32)
    weights[(taps >= size) | (taps > last[:, None])] = 0
    # What rounding leaves over goes to the heaviest.
    weights[np.arange(count), weights.argmax(axis=1)] += 256 - weights.sum(axis=1)
    return first, weights.astype(np.uint16)
