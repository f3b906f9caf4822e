"""What a picture holds behind its own mask: pixels that no reader shows and any program reads."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pikepdf import Name
from PIL import Image, ImageFilter

from review_app.engine import pixels

_FEW = 64
"""Hidden pixels that can show no word."""

_TELLS = 40
"""Of 255: tones of hidden pixels that differ by more may show something; a JPEG alone makes less."""


def hidden(image: Any, mask: Any, *, is_soft: bool) -> NDArray[np.bool_] | None:
    """The pixels of an image that its mask hides whole, a little less at the edges; None where there are
    none, or where all of them have one tone.

    Raises:
        BAD: one of the two cannot be decoded.
    """
    width, height = int(image.Width), int(image.Height)
    if not 0 < width * height <= pixels.MAX_PIXELS or "/Matte" in mask:
        return None
    samples = _grey(mask)
    if is_soft:
        seen = samples < 255 if pixels.is_reversed(mask) else samples > 0
    else:
        seen = samples > 0 if pixels.is_reversed(mask) else samples == 0
    if seen.all():
        return None
    shown = Image.fromarray(seen.astype(np.uint8) * 255)
    if shown.size != (width, height):
        shown = shown.resize((width, height), Image.Resampling.BILINEAR)
    found = np.asarray(shown.filter(ImageFilter.MaxFilter(5))) == 0
    if np.count_nonzero(found) < _FEW:
        return None
    tones = _tones(image)[found]
    return found if int((tones.max(axis=0).astype(int) - tones.min(axis=0)).max()) > _TELLS else None


def _grey(mask: Any) -> NDArray[np.uint8]:
    """The samples of a mask, one a pixel."""
    width, height = int(mask.Width), int(mask.Height)
    bits = 1 if mask.get("/ImageMask", False) else int(mask.get("/BitsPerComponent", 8))
    if pixels.codec_of(mask) == Name.JPXDecode or bits not in (1, 8):
        raise ValueError("a mask of an unusual kind")
    row = (width * bits + 7) // 8
    rows = np.frombuffer(pixels.decoded(mask), np.uint8, row * height).reshape(height, row)
    return rows if bits == 8 else np.unpackbits(rows, axis=1)[:, :width] * np.uint8(255)


def _tones(image: Any) -> NDArray[np.uint8]:
    """The samples of an image, rows, columns, colours."""
    width, height = int(image.Width), int(image.Height)
    if pixels.codec_of(image) in (Name.DCTDecode, Name.JPXDecode):
        with Image.open(io.BytesIO(pixels.inner(image))) as picture:
            if picture.size != (width, height):
                raise ValueError("another size")
            return np.array(picture).reshape(height, width, -1)
    bits, count = int(image.get("/BitsPerComponent", 8)), pixels.components(image.get("/ColorSpace"))
    row = (width * count * bits + 7) // 8
    rows = np.frombuffer(pixels.decoded(image), np.uint8, row * height).reshape(height, row)
    if bits == 1 and count == 1:
        return np.asarray(np.unpackbits(rows, axis=1)[:, :width, None] * np.uint8(255))
    if bits != 8:
        raise ValueError("samples of an unusual depth")
    return rows.reshape(height, width, count)
