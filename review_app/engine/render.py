"""A page as pixels: in colour for the window, as one tone for detection."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pymupdf
from numpy.typing import NDArray

from review_app.domain.errors import InputRefused, UsageError
from review_app.domain.geometry import Rect
from review_app.engine import damage
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import PAGE_ERRORS, guarded

if TYPE_CHECKING:
    from review_app.engine.documents import Document

MAX_PIXELS = 64_000_000
"""Larger pictures are refused (256 MB): ask for a clip instead. A Letter page at 600 dpi is 34 million."""

LARGE_IMAGE = 1_000_000
"""Pixels of an image whose decoded form is not kept once its page is drawn."""

WORK_DPI = 150.0
"""Resolution that detection works at: half of the 300 dpi most scans have, so that a line one pixel wide
falls into one pixel of half the darkness. Higher brought nothing (detection reference 2.3) and costs time."""

MAX_WORK_PIXELS = 9_000_000
"""Larger pages (a map, a plan) are looked at more coarsely. A Tabloid page at WORK_DPI is 4 million."""


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
    # Heard for its end alone: what is decoded badly here must not be in the store when the page is searched.
    what = f"Page {number} is damaged and cannot be drawn"
    with damage.listening(), guarded(what, todo="Get the file again from its source"):
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
        if any(width * height > LARGE_IMAGE for _, _, width, height, *_ in page.get_images()):
            # Each decoded scan would stay in the engine's store (256 MB); on text pages emptying it would
            # cost the fonts (performance study, section 9).
            pymupdf.TOOLS.store_shrink(100)
        return Pixels(x1 - x0, y1 - y0, mupdf.fz_pixmap_stride(pixmap), data)


def tones(document: Document, number: int) -> tuple[NDArray[np.uint8], float] | None:
    """A page as detection looks at it, without marks of ours: for each pixel its darkest channel, 0 to 255.

    The darkest channel makes a yellow or red box as visible as a grey one. The second value is the scale in
    pixels a point. None, and a warning of the document, where the page cannot be drawn. Where a picture on
    it could not be decoded, the document is told of damage: what is black or blank there says nothing.
    """
    frame = document.frame(number)
    if frame is None:
        return None
    scale = WORK_DPI / 72.0
    scale = min(scale, math.sqrt(MAX_WORK_PIXELS / max(1.0, frame.width * frame.height)))
    width, height = max(1, math.ceil(frame.width * scale)), max(1, math.ceil(frame.height * scale))
    if width * height > 2 * MAX_WORK_PIXELS:
        return None  # a strip thousands of times as long as it is wide
    with damage.listening() as heard:
        tones = _tones(document, number, frame, scale, width, height)
    if tones is None or heard.lost or heard.is_cut_off(tones):
        document.damage(number)
    return None if tones is None else (tones, scale)


def _tones(
    document: Document, number: int, frame: Frame, scale: float, width: int, height: int
) -> NDArray[np.uint8] | None:
    mupdf = pymupdf.mupdf
    try:
        page = document.bare_page(number)
        grey = all(info["cs-name"] in _GREY for info in page.get_image_info())
        space = mupdf.FzColorspace(
            mupdf.FzColorspace.Fixed_GRAY if grey else mupdf.FzColorspace.Fixed_RGB
        )
        pixmap = mupdf.fz_new_pixmap_with_bbox(
            space, mupdf.FzIrect(0, 0, width, height), mupdf.FzSeparations(), 0
        )
        mupdf.fz_clear_pixmap_with_value(pixmap, 255)
        device = mupdf.fz_new_draw_device(mupdf.FzMatrix(scale, 0, 0, scale, 0, 0), pixmap)
        mupdf.fz_run_display_list(
            page.get_displaylist(annots=1).this, device, mupdf.FzMatrix(),
            mupdf.FzRect(0, 0, frame.width, frame.height), mupdf.FzCookie(),
        )
        mupdf.fz_close_device(device)
        data = np.frombuffer(bytes(mupdf.fz_pixmap_samples_memoryview(pixmap)), np.uint8)
        stride = mupdf.fz_pixmap_stride(pixmap)
    except PAGE_ERRORS:
        document.warn(f"Page {number} could not be drawn: its picture was not searched")
        return None
    rows = data.reshape(height, stride)
    if grey:
        return rows[:, :width]
    colours = rows[:, : 3 * width].reshape(height, width, 3)
    return np.minimum(np.minimum(colours[:, :, 0], colours[:, :, 1]), colours[:, :, 2])


_GREY = frozenset({"DeviceGray", "CalGray", "None", ""})
