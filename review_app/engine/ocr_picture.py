"""A page as the grey picture that recognition works on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pymupdf

from review_app.engine import damage
from review_app.engine.mupdf import PAGE_ERRORS
from review_app.engine.ocr_types import EngineFailed, Picture

if TYPE_CHECKING:
    from review_app.engine.documents import Document

LEAST_DPI, MOST_DPI = 200, 300
"""1-bit pages at 300, others at what they have between the two (detection reference 5)."""

MAX_PIXELS = 36_000_000
"""Larger pages are read more coarsely: Tabloid at 300 dpi has 17 million, A3 at 400 has 31."""

MAX_SIDE = 32_000
"""Tesseract's picture library takes no longer side than 32,767 pixels."""

LEAST_SIDE = 24
"""Pixels: on less no line of type has room."""

LEAST_INK = 40
"""Dark pixels at reading resolution; a page with fewer is blank. A full stop at 300 dpi has about 20."""

_MARGIN = 60


def page_picture(document: Document, number: int) -> tuple[Picture, float] | None:
    """The page as displayed, without marks of ours, and its pixels a point. None when nothing is on it.

    Raises:
        EngineFailed: the page cannot be drawn.
    """
    frame = document.frame(number)
    if frame is None:
        return None
    try:
        page = document.bare_page(number)
        dpi = reading_dpi(page)
        scale = dpi / 72.0
        scale = min(
            scale, math.sqrt(MAX_PIXELS / (frame.width * frame.height)), MAX_SIDE / frame.width,
            MAX_SIDE / frame.height,
        )
        width, height = math.ceil(frame.width * scale), math.ceil(frame.height * scale)
        if min(width, height) < LEAST_SIDE:
            return None
        with damage.listening():  # else a damaged picture would be kept as it was decoded here
            pixels = _drawn(page, scale, width, height)
    except PAGE_ERRORS:
        raise EngineFailed("it could not be drawn") from None
    if not has_ink(pixels):
        return None
    return Picture(pixels, max(70, round(scale * 72.0))), scale


def reading_dpi(page: Any) -> int:
    """Dots an inch to draw a page at: what its largest picture has, within the two limits."""
    largest, dpi = 0.0, MOST_DPI
    for info in page.get_image_info():
        x0, y0, x1, y1 = info["bbox"]
        area = max(0.0, x1 - x0) * max(0.0, y1 - y0)
        if area <= largest:
            continue
        largest = area
        # A picture may stand on its side, so the sides are not compared one by one.
        native = 72.0 * math.sqrt(max(1, info["width"] * info["height"]) / area)
        one_bit = info.get("bpc") == 1
        dpi = MOST_DPI if one_bit else round(min(MOST_DPI, max(LEAST_DPI, native)))
    return dpi


def has_ink(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    """True when something darker than the paper is on the picture."""
    paper = int(np.median(pixels[:: max(1, pixels.shape[0] // 400), :: max(1, pixels.shape[1] // 400)]))
    if paper < 128:
        return True  # light on dark
    return int(np.count_nonzero(pixels < paper - _MARGIN)) >= LEAST_INK


def _drawn(page: Any, scale: float, width: int, height: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    mupdf = pymupdf.mupdf
    grey = mupdf.FzColorspace(mupdf.FzColorspace.Fixed_GRAY)
    pixmap = mupdf.fz_new_pixmap_with_bbox(
        grey, mupdf.FzIrect(0, 0, width, height), mupdf.FzSeparations(), 0
    )
    mupdf.fz_clear_pixmap_with_value(pixmap, 255)
    device = mupdf.fz_new_draw_device(mupdf.FzMatrix(scale, 0, 0, scale, 0, 0), pixmap)
    mupdf.fz_run_display_list(
        page.get_displaylist(annots=1).this, device, mupdf.FzMatrix(),
        mupdf.FzRect(0, 0, width / scale, height / scale), mupdf.FzCookie(),
    )
    mupdf.fz_close_device(device)
    data = np.frombuffer(bytes(mupdf.fz_pixmap_samples_memoryview(pixmap)), np.uint8)
    return data.reshape(height, mupdf.fz_pixmap_stride(pixmap))[:, :width]
