"""A page as pixels, for the window."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pymupdf

from review_app.domain.errors import InputRefused, UsageError
from review_app.domain.geometry import Rect
from review_app.engine.mupdf import guarded

if TYPE_CHECKING:
    from review_app.engine.documents import Document

MAX_PIXELS = 64_000_000
"""Larger pictures are refused (256 MB): ask for a clip instead. A Letter page at 600 dpi is 34 million."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture, 32 bits a pixel in the byte order blue, green, red, unused (QImage.Format_RGB32)."""

    width: int
    height: int
    stride: int
    data: bytes


def render(document: Document, number: int, scale: float, clip: Rect | None = None) -> Pixels:
    """Draws a page, or the part of it in ``clip`` (page space), at ``scale`` pixels a point.

    Annotations are drawn, too. The picture covers the clip's pixels wholly: its left upper pixel is
    ``floor(clip.x0 * scale)``.

    Raises:
        UsageError: the scale is not a positive number, or the clip misses the page.
        InputRefused: the page is damaged, or the picture would be over MAX_PIXELS.
    """
    if not (math.isfinite(scale) and scale > 0):
        raise UsageError("The scale must be a positive number")
    page = document.page(number)
    width, height = document.size(number)
    part = Rect(0.0, 0.0, width, height)
    if clip is not None:
        part = part.intersect(clip)
        if part.is_empty:
            raise UsageError("The wanted part lies outside the page")
    x0, y0 = math.floor(part.x0 * scale + 1e-6), math.floor(part.y0 * scale + 1e-6)
    x1, y1 = math.ceil(part.x1 * scale - 1e-6), math.ceil(part.y1 * scale - 1e-6)
    x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
    if (x1 - x0) * (y1 - y0) > MAX_PIXELS:
        raise InputRefused(
            f"Page {number} at this size would have more than {MAX_PIXELS // 10**6} million pixels",
            todo="Show it smaller, or a part of it",
        )
    with guarded(f"Page {number} is damaged and cannot be drawn", todo="Get the file again from its source"):
        mupdf = pymupdf.mupdf
        bgr = mupdf.FzColorspace(mupdf.FzColorspace.Fixed_BGR)
        # With an alpha channel a pixel has four bytes; cleared to opaque white it stays opaque.
        pixmap = mupdf.fz_new_pixmap_with_bbox(
            bgr, mupdf.FzIrect(x0, y0, x1, y1), mupdf.FzSeparations(), 1,
        )
        mupdf.fz_clear_pixmap_with_value(pixmap, 255)
        device = mupdf.fz_new_draw_device(mupdf.FzMatrix(scale, 0, 0, scale, 0, 0), pixmap)
        listing = page.get_displaylist(annots=1)
        mupdf.fz_run_display_list(
            listing.this, device, mupdf.FzMatrix(), mupdf.FzRect(part.x0, part.y0, part.x1, part.y1),
            mupdf.FzCookie(),
        )
        mupdf.fz_close_device(device)
        data = bytes(mupdf.fz_pixmap_samples_memoryview(pixmap))
        return Pixels(x1 - x0, y1 - y0, mupdf.fz_pixmap_stride(pixmap), data)
