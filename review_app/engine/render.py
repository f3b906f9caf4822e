"""A page as pixels: in colour for the window, as one tone for detection."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pymupdf

from review_app.domain.errors import InputRefused, UsageError
from review_app.domain.geometry import Rect, turned
from review_app.domain.values import dataclass
from review_app.engine import bilevel, damage, listings
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import PAGE_ERRORS, guarded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from review_app.engine.documents import Document

MAX_PIXELS = 64_000_000
"""Larger pictures are refused (256 MB): ask for a clip instead. A Letter page at 600 dpi is 34 million."""

TURNS = (0, 90, 180, 270)
"""Degrees clockwise by which a page can be turned for looking at it."""

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
    data: bytes | memoryview


def render(
    document: Document, number: int, scale: float, clip: Rect | None = None, *,
    part: Sequence[int] | None = None, turn: int = 0, next_scale: float = 0.0,
    room: Callable[[int], memoryview | None] = lambda size: None,
) -> Pixels:
    """Draws a page, or a part of it, at ``scale`` pixels a point.

    Annotations are drawn, too. The picture covers the clip's pixels wholly: its left upper pixel is
    ``floor(clip.x0 * scale)``.

    Args:
        document: the open file.
        number: of the page, from 1.
        scale: pixels a point.
        clip: a part of the page, in page space.
        part: a part of the turned page in its pixels: left, top, right, bottom. Parts of one page drawn one
            after the other cost little: what is dear is kept until other pages are drawn.
        turn: degrees clockwise, 0, 90, 180 or 270.
        next_scale: pixels a point of the picture that is wanted next of this page, when that is known: what
            is decoded for this one then serves both.
        room: memory of so many bytes for the picture, which then is the caller's; None for memory of its own.

    Raises:
        UsageError: the scale is not a positive number, the page cannot be turned so, or the part misses it.
        InputRefused: the page is damaged, or the picture would be over MAX_PIXELS.
    """
    if not (math.isfinite(scale) and scale > 0):
        raise UsageError("The scale must be a positive number")
    if turn not in TURNS:
        raise UsageError("A page is turned by 0, 90, 180 or 270 degrees")
    width, height = document.size(number)
    wide, high = (height, width) if turn in (90, 270) else (width, height)
    box = _box(Rect(0.0, 0.0, wide, high), scale, part)
    if clip is not None:
        inside = turned(Rect(0.0, 0.0, width, height).intersect(clip), turn, width, height)
        box = (0, 0, 0, 0) if inside.is_empty else _box(inside, scale, None)
    x0, y0, x1, y1 = box
    if x1 <= x0 or y1 <= y0:
        raise UsageError("The wanted part lies outside the page")
    if (x1 - x0) * (y1 - y0) > MAX_PIXELS:
        raise InputRefused(
            f"Page {number} at this size would have more than {MAX_PIXELS // 10**6} million pixels",
            todo="Show it smaller, or a part of it",
        )
    # Back on the page as it is, for the list of what to draw there; a pixel more for what ends between two.
    around = Rect((x0 - 1) / scale, (y0 - 1) / scale, (x1 + 1) / scale, (y1 + 1) / scale)
    seen = turned(around, -turn, wide, high)
    page = document.page(number)
    # Heard for its end: what is decoded badly here must not be in the store when the page is searched.
    what = f"Page {number} is damaged and cannot be drawn"
    with damage.listening() as heard, guarded(what, todo="Get the file again from its source"):
        mupdf = pymupdf.mupdf
        listing = listings.of(document, page, number, max(scale, next_scale))
        bgr = mupdf.FzColorspace(mupdf.FzColorspace.Fixed_BGR)
        # With an alpha channel a pixel has four bytes; cleared to opaque white it stays opaque.
        area, no_inks = mupdf.FzIrect(x0, y0, x1, y1), mupdf.FzSeparations()
        data: bytes | memoryview | None = room((x1 - x0) * (y1 - y0) * 4)
        if data is None:
            pixmap = mupdf.fz_new_pixmap_with_bbox(bgr, area, no_inks, 1)
        else:
            at = mupdf.python_mutable_buffer_data(data)
            pixmap = mupdf.fz_new_pixmap_with_bbox_and_data(bgr, area, no_inks, 1, at)
        mupdf.fz_clear_pixmap_with_value(pixmap, 255)
        device = mupdf.fz_new_draw_device(_matrix(scale, turn, width, height), pixmap)
        mupdf.fz_run_display_list(
            listing.this, device, mupdf.FzMatrix(), mupdf.FzRect(seen.x0, seen.y0, seen.x1, seen.y1),
            mupdf.FzCookie(),
        )
        mupdf.fz_close_device(device)
        if data is None:
            data = bytes(mupdf.fz_pixmap_samples_memoryview(pixmap))
        stride = mupdf.fz_pixmap_stride(pixmap)
    listings.drawn(document, number, is_bad=heard.lost or heard.cut)
    return Pixels(x1 - x0, y1 - y0, stride, data)


def _box(area: Rect, scale: float, part: Sequence[int] | None) -> tuple[int, int, int, int]:
    """The pixels that an area covers, at least one; cut to ``part``."""
    x0, y0 = math.floor(area.x0 * scale + 1e-6), math.floor(area.y0 * scale + 1e-6)
    x1, y1 = math.ceil(area.x1 * scale - 1e-6), math.ceil(area.y1 * scale - 1e-6)
    x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
    if part is None:
        return x0, y0, x1, y1
    return max(x0, part[0]), max(y0, part[1]), min(x1, part[2]), min(y1, part[3])


def _matrix(scale: float, turn: int, width: float, height: float) -> Any:
    """From a page of ``width`` by ``height`` points to the pixels of the turned one."""
    matrix = pymupdf.mupdf.FzMatrix
    if turn == 90:
        return matrix(0, scale, -scale, 0, height * scale, 0)
    if turn == 180:
        return matrix(-scale, 0, 0, -scale, width * scale, height * scale)
    if turn == 270:
        return matrix(0, -scale, scale, 0, 0, width * scale)
    return matrix(scale, 0, 0, scale, 0, 0)


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
    import numpy as np  # a child that only draws pages comes up without it

    mupdf = pymupdf.mupdf
    try:
        page = document.bare_page(number)
        listing = page.get_displaylist(annots=1)
        drawn = bilevel.tones(listing, scale, width, height)
        if drawn is not None:
            return drawn
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
            listing.this, device, mupdf.FzMatrix(),
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
