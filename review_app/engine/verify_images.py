"""Pixels that a picture holds in a marked place, whatever mask or clip hides them."""

from __future__ import annotations

import ctypes
import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pikepdf
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

from review_app.domain.geometry import Rect
from review_app.engine.geometry import Matrix, inverse, moved
from review_app.engine.verify_streams import PIKEPDF_ERRORS
from review_app.engine.verify_text import Box

TONES = 60
"""Of 255: tones of a place may differ by so much and still show nothing (the loss of a JPEG)."""

_CHANNELS = {
    raw_api.FPDFBitmap_Gray: 1, raw_api.FPDFBitmap_BGR: 3, raw_api.FPDFBitmap_BGRx: 4,
    raw_api.FPDFBitmap_BGRA: 4,
}

MAX_PIXELS = 40_000_000
"""A larger picture is judged as it is drawn alone."""


def has_masked_pictures(pdf: Any) -> bool:
    """True when a picture of the file has a mask. Without one all pixels are seen when the page is drawn."""
    for item in pdf.objects:
        try:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image" and (
                item.get("/SMask") is not None or item.get("/Mask") is not None
            ):
                return True
        except PIKEPDF_ERRORS:
            continue
    return False


def left_in_pictures(page: Any, mark: Box) -> int:
    """Pixels in a marked place, of the pictures there without their masks, that are not of one tone."""
    count = 0
    for handle, matrix in _pictures(page):
        picture = _base(handle)
        if picture is None:
            continue
        part = _part(picture, matrix, mark)
        if part is not None and part.size and int(part.max()) - int(part.min()) > TONES:
            count += part.shape[0] * part.shape[1]
    return count


def _pictures(page: Any) -> list[tuple[Any, Matrix]]:
    found: list[tuple[Any, Matrix]] = []

    def walk(handles: list[Any], outer: Matrix, depth: int) -> None:
        for handle in handles:
            kind = raw_api.FPDFPageObj_GetType(handle)
            if kind == raw_api.FPDF_PAGEOBJ_IMAGE:
                found.append((handle, _times(_matrix(handle), outer)))
            elif kind == raw_api.FPDF_PAGEOBJ_FORM and depth < 12:
                inner = [
                    raw_api.FPDFFormObj_GetObject(handle, i)
                    for i in range(raw_api.FPDFFormObj_CountObjects(handle))
                ]
                walk(inner, _times(_matrix(handle), outer), depth + 1)

    top = [raw_api.FPDFPage_GetObject(page.raw, i) for i in range(raw_api.FPDFPage_CountObjects(page.raw))]
    walk(top, (1, 0, 0, 1, 0, 0), 0)
    return found


def _matrix(handle: Any) -> Matrix:
    value = raw_api.FS_MATRIX()
    if not raw_api.FPDFPageObj_GetMatrix(handle, value):
        return (1, 0, 0, 1, 0, 0)
    return (value.a, value.b, value.c, value.d, value.e, value.f)


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3], a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )


def _base(handle: Any) -> NDArray[np.uint8] | None:
    """The picture's own pixels without its mask; None where they cannot be decoded."""
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    if not raw_api.FPDFImageObj_GetImagePixelSize(handle, wide, high) or wide.value * high.value > MAX_PIXELS:
        return None
    bitmap = raw_api.FPDFImageObj_GetBitmap(handle)
    if not bitmap:
        return None
    try:
        width, height = raw_api.FPDFBitmap_GetWidth(bitmap), raw_api.FPDFBitmap_GetHeight(bitmap)
        stride = raw_api.FPDFBitmap_GetStride(bitmap)
        buffer = raw_api.FPDFBitmap_GetBuffer(bitmap)
        channels = _CHANNELS.get(raw_api.FPDFBitmap_GetFormat(bitmap), 0)
        if not (buffer and channels and width > 0 and height > 0 and stride >= width * channels):
            return None
        data = np.frombuffer(ctypes.string_at(buffer, stride * height), dtype=np.uint8)
    finally:
        raw_api.FPDFBitmap_Destroy(bitmap)
    rows = data.reshape(height, stride)[:, : width * channels]
    return rows.reshape(height, width, channels)[:, :, :3].min(axis=2) if channels > 1 else rows


def pictures_of(page: Any) -> list[tuple[Any, Box]]:
    """The pictures of a page, those in its forms too, and where they lie in user space."""
    found = []
    for handle, matrix in _pictures(page):
        place = moved(Rect(0, 0, 1, 1), matrix)
        found.append((handle, (place.x0, place.y0, place.x1, place.y1)))
    return found


def shows(handle: Any) -> bool:
    """True when a picture is not of one tone, whatever its mask; also when it cannot be decoded."""
    picture = _base(handle)
    return picture is None or bool(picture.size and int(picture.max()) - int(picture.min()) > TONES)


def shows_outside(handle: Any, shown: Box) -> bool:
    """True when a picture at the top of a page shows something (not one tone) beyond a box of user space;
    also when it cannot be decoded."""
    picture = _base(handle)
    try:
        unit = moved(Rect(*shown), inverse(_matrix(handle)))
    except (ValueError, ZeroDivisionError):
        return True
    if picture is None:
        return True
    high, wide = picture.shape
    x0, x1 = max(0, int(unit.x0 * wide)), min(wide, math.ceil(unit.x1 * wide))
    y0, y1 = max(0, int((1 - unit.y1) * high)), min(high, math.ceil((1 - unit.y0) * high))
    strips = (picture[: y0 - 1] if y0 else picture[:0], picture[y1 + 1 :],
              picture[:, : x0 - 1] if x0 else picture[:, :0], picture[:, x1 + 1 :])
    return any(part.size and int(part.max()) - int(part.min()) > TONES for part in strips)


def same_elsewhere(
    pdfium: Any, marked: Mapping[int, Mapping[str, Sequence[Box]]]
) -> list[tuple[str, int, Box]]:
    """Pictures under marks that also stand where nobody marked them: mark, page from 1, place in user space.

    Args:
        pdfium: the original as a ``pypdfium2.PdfDocument``.
        marked: the boxes of each mark in user space, by page.
    """
    known: dict[bytes, set[str]] = {}
    free: list[tuple[bytes, int, Box]] = []
    for number in [*sorted(marked), *(n for n in range(1, len(pdfium) + 1) if n not in marked)]:
        if not known and number not in marked:
            break  # no picture lies under any mark
        page = pdfium[number - 1]
        try:
            for handle, matrix in _pictures(page):
                place = moved(Rect(0, 0, 1, 1), matrix)
                box = (place.x0, place.y0, place.x1, place.y1)
                names = {name for name, boxes in marked.get(number, {}).items() if any(
                    b[0] < box[2] and box[0] < b[2] and b[1] < box[3] and box[1] < b[3] for b in boxes
                )}
                digest = _digest(handle)
                if names:
                    known.setdefault(digest, set()).update(names)
                else:
                    free.append((digest, number, box))
        finally:
            page.close()
    return [
        (name, number, box) for digest, number, box in free for name in sorted(known.get(digest, ()))
    ]


def _digest(handle: Any) -> bytes:
    """Of a picture's data as stored."""
    size = raw_api.FPDFImageObj_GetImageDataRaw(handle, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw_api.FPDFImageObj_GetImageDataRaw(handle, buffer, size)
    return hashlib.blake2b(buffer.raw, digest_size=12).digest()


def _part(picture: NDArray[np.uint8], matrix: Matrix, mark: Box) -> NDArray[np.uint8] | None:
    """The pixels under a mark: the unit square is the picture, its first row on top."""
    try:
        unit = moved(Rect(*mark), inverse(matrix))
    except (ValueError, ZeroDivisionError):
        return None
    high, wide = picture.shape[:2]
    x0, x1 = max(0.0, unit.x0), min(1.0, unit.x1)
    y0, y1 = max(0.0, unit.y0), min(1.0, unit.y1)
    if x1 <= x0 or y1 <= y0:
        return None
    return picture[
        int((1 - y1) * high) + 1 : int((1 - y0) * high) - 1, int(x0 * wide) + 1 : int(x1 * wide) - 1
    ]
