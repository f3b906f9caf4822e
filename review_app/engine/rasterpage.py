"""A page as one picture, with nothing under its boxes: the method that need not trust a page's inner form."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pikepdf
import pymupdf
from numpy.typing import NDArray
from pikepdf import Dictionary, Name
from PIL import Image

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.engine import pixels
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import guarded

DPI = 200
"""Letters of 6 points stay readable; 300 dpi doubles the size and hides the width of a word no better."""

MAX_PIXELS = 60_000_000
_GREY = 6  # levels by which the channels of grey differ after drawing
_SHARP = 0.999


def drawn(page: Any, frame: Frame, rects: Sequence[Rect], *, dpi: float = DPI) -> NDArray[np.uint8]:
    """The page's pixels, rows of RGB, white where the rectangles (page space) and one pixel around them are.

    Raises:
        InputRefused: it cannot be drawn.
    """
    scale = dpi / 72.0
    scale = min(scale, (MAX_PIXELS / max(1.0, frame.width * frame.height)) ** 0.5)
    with guarded("A page cannot be drawn", todo="Get the file again from its source"):
        bounds = page.bound()
        across = frame.width * scale / max(1e-6, bounds.width)
        up = frame.height * scale / max(1e-6, bounds.height)
        pixmap = page.get_pixmap(
            matrix=pymupdf.Matrix(across, up), colorspace=pymupdf.csRGB, alpha=False, annots=False
        )
        rows = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)
        found = rows[:, : 3 * pixmap.width].reshape(pixmap.height, pixmap.width, 3).copy()
    height, width = found.shape[:2]
    if not (width and height):
        raise InputRefused("A page cannot be drawn", todo="Get the file again from its source")
    sx, sy = width / frame.width, height / frame.height
    for rect in rects:
        x0, x1 = int(rect.x0 * sx) - 1, int(np.ceil(rect.x1 * sx)) + 1
        y0, y1 = int(rect.y0 * sy) - 1, int(np.ceil(rect.y1 * sy)) + 1
        found[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = 255
    return found


def as_image(pdf: pikepdf.Pdf, values: NDArray[np.uint8]) -> Any:
    """The pixels as an image object: one bit where they are black and white, else grey or colour."""
    height, width = values.shape[:2]
    made = pdf.make_stream(b"")
    spread = values.max(axis=2).astype(np.int16) - values.min(axis=2)
    if int(spread.max()) > _GREY:
        made.ColorSpace = Name.DeviceRGB
        data: NDArray[np.uint8] = values
    else:
        data = values[:, :, 1]
        made.ColorSpace = Name.DeviceGray
    sharp = data.ndim == 2 and float(((data < 24) | (data > 231)).mean()) >= _SHARP
    if sharp:
        packed = np.packbits(data > 127, axis=1)
        made.write(
            pixels.group4(packed, width, height), filter=Name.CCITTFaxDecode,
            decode_parms=Dictionary(K=-1, Columns=width, Rows=height),
        )
    else:
        out = io.BytesIO()
        Image.fromarray(data).save(out, "JPEG", quality=85, subsampling=0, optimize=True)
        made.write(out.getvalue(), filter=Name.DCTDecode)
    made.Type, made.Subtype = Name.XObject, Name.Image
    made.Width, made.Height, made.BitsPerComponent = width, height, 1 if sharp else 8
    return made
