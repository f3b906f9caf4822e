"""What a place on the page looks like when drawn, and what a picture's own pixels are, by small samples."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pymupdf

from review_app.domain.content import Look
from review_app.domain.geometry import Rect

MAX_PIXELS = 4_000_000
"""A page is drawn at 72 dpi for looks, smaller where that would be more: a box is judged by its colour."""

MAX_SAMPLES = 600
"""Pixels looked at in one place; the share of a tone is known to four per cent with these."""

MAX_IMAGE_PIXELS = 40_000_000
"""A larger picture is not decoded to be judged: 40 million pixels are a bar across a page at 4,000 dpi."""

IMAGE_SAMPLES = 60_000

_NEAR = 24  # of 255 levels: dithering and JPEG noise of one tone stay within (detection reference, 2.2)


class Canvas:
    """A page drawn once, asked for many places.

    Args:
        listing: the page's display list, in page space.
        area: the part to draw, in page space.
    """

    def __init__(self, listing: Any, area: Rect) -> None:
        mupdf = pymupdf.mupdf
        self._scale = min(1.0, math.sqrt(MAX_PIXELS / max(1.0, area.area)))
        s = self._scale
        self._x, self._y = math.floor(area.x0 * s), math.floor(area.y0 * s)
        right, foot = math.ceil(area.x1 * s), math.ceil(area.y1 * s)
        self._width, self._height = max(1, right - self._x), max(1, foot - self._y)
        box = mupdf.FzIrect(self._x, self._y, self._x + self._width, self._y + self._height)
        bgr = mupdf.FzColorspace(mupdf.FzColorspace.Fixed_BGR)
        pixmap = mupdf.fz_new_pixmap_with_bbox(bgr, box, mupdf.FzSeparations(), 1)
        mupdf.fz_clear_pixmap_with_value(pixmap, 255)
        device = mupdf.fz_new_draw_device(mupdf.FzMatrix(s, 0, 0, s, 0, 0), pixmap)
        mupdf.fz_run_display_list(
            listing.this,
            device,
            mupdf.FzMatrix(),
            mupdf.FzRect(area.x0, area.y0, area.x1, area.y1),
            mupdf.FzCookie(),
        )
        mupdf.fz_close_device(device)
        self._pixels = memoryview(bytes(mupdf.fz_pixmap_samples_memoryview(pixmap))).cast("I")

    def look(self, rect: Rect) -> Look | None:
        """The look of a place without its outermost pixels; None where nothing is left of it."""
        s = self._scale
        # The edge pixels are mixed with the paper and an outline is not the filling.
        inset = 1.0 if min(rect.width, rect.height) * s >= 5 else 0.5
        x0, y0 = math.ceil(rect.x0 * s + inset), math.ceil(rect.y0 * s + inset)
        x1, y1 = math.floor(rect.x1 * s - inset), math.floor(rect.y1 * s - inset)
        x0, x1 = max(x0, self._x) - self._x, min(x1, self._x + self._width) - self._x
        y0, y1 = max(y0, self._y) - self._y, min(y1, self._y + self._height) - self._y
        if x1 <= x0 or y1 <= y0:
            return None
        width, height = x1 - x0, y1 - y0
        across = max(1, min(width // 40, width * height // MAX_SAMPLES))
        down = max(1, width * height // (MAX_SAMPLES * across))
        sample: list[int] = []
        for y in range(y0, y1, down):
            row = y * self._width
            sample += self._pixels[row + x0 : row + x1 : across].tolist()
        counted = Counter(sample)
        return look_of([((v >> 16 & 255, v >> 8 & 255, v & 255), n) for v, n in counted.items()])


def look_of(counted: Sequence[tuple[tuple[int, int, int], int]]) -> Look:
    """The look of counted pixels (red, green, blue)."""
    total = sum(n for _, n in counted)
    top = max(counted, key=lambda c: c[1])[0]
    near = sum(
        n for c, n in counted if max(abs(c[0] - top[0]), abs(c[1] - top[1]), abs(c[2] - top[2])) <= _NEAR
    )
    dark = sum(n for c, n in counted if c[0] * 3 + c[1] * 6 + c[2] < 1280)
    return Look((top[0] / 255, top[1] / 255, top[2] / 255), near / total, dark / total)


def tone_of(image: Any) -> Look | None:
    """The look of a picture's own pixels (``FzImage``), None for a picture too large to be decoded for it."""
    mupdf = pymupdf.mupdf
    width, height = int(image.w()), int(image.h())
    if width <= 0 or height <= 0 or width * height > MAX_IMAGE_PIXELS:
        return None
    if image.m_internal.imagemask:
        return None  # a stencil has no pixels of its own: what it paints is seen on the page
    pixmap = mupdf.fz_get_unscaled_pixmap_from_image(image)
    rgb = mupdf.FzColorspace(mupdf.FzColorspace.Fixed_RGB)
    step = max(1, width * height // IMAGE_SAMPLES)
    if step > 1 and step % 2 == 0:
        step += 1  # so that the samples do not follow the columns
    pixmap = mupdf.fz_convert_pixmap(
        pixmap, rgb, mupdf.FzColorspace(), mupdf.FzDefaultColorspaces(), mupdf.FzColorParams(), 0
    )
    n = int(mupdf.fz_pixmap_components(pixmap))
    data = bytes(mupdf.fz_pixmap_samples_memoryview(pixmap))
    span = n * step
    counted = Counter(zip(data[0::span], data[1::span], data[2::span], strict=False))
    return look_of(list(counted.items()))
