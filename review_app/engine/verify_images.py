"""Pixels that a picture holds in a marked place, whatever mask or clip hides them."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

from review_app.domain.geometry import Rect
from review_app.engine.geometry import Matrix, inverse, moved
from review_app.engine.verify_parts import PIKEPDF_ERRORS
from review_app.engine.verify_text import Box

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
        if part is not None and part.size and int(part.max()) - int(part.min()) > 60:
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
    picture = pdfium.PdfBitmap.from_raw(bitmap)
    try:
        array = np.array(picture.to_numpy(), copy=True)
    except (RuntimeError, ValueError, TypeError):
        return None
    finally:
        picture.close()
    return array[:, :, :3].min(axis=2) if array.ndim == 3 else array


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
