"""What a page holds outside of what it shows."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as raw_api

from review_app.domain.verification import Channel, Finding
from review_app.engine.geometry import Frame
from review_app.engine.verify_images import shows_outside
from review_app.engine.verify_text import TextPage

_EDGE = 3.0
"""Points beyond the page's edge that a picture or letter may reach over it."""


def outside(page: TextPage, number: int, frame: Frame) -> list[Finding]:
    """Text that lies wholly outside of the visible page, and pictures that show something there.

    Not lines and areas: these reach beyond the edge in many drawings and say nothing.
    """
    texts = pictures = 0
    shown = frame.rect
    inner = frame.rect_to_user(shown)
    for thing in page.things:
        if thing.kind not in (raw_api.FPDF_PAGEOBJ_TEXT, raw_api.FPDF_PAGEOBJ_IMAGE):
            continue
        x0, y0, x1, y1 = thing.box
        if inner.x0 < x0 <= x1 < inner.x1 and inner.y0 < y0 <= y1 < inner.y1:
            continue  # wholly on the page, as nearly everything is
        try:
            rect = frame.rect_to_page(thing.box)
        except ValueError:
            continue
        if thing.kind == raw_api.FPDF_PAGEOBJ_TEXT:
            # Compared by sides: text may have a box without height.
            is_out = (
                rect.x1 < shown.x0 or rect.x0 > shown.x1 or rect.y1 < shown.y0 or rect.y0 > shown.y1
            )
            texts += is_out and _has_letters(page, thing.handle)
        elif rect.intersect(shown.inset(-_EDGE * frame.unit)).area < 0.97 * rect.area and rect.area > 16:
            pictures += shows_outside(thing.handle, (inner.x0, inner.y0, inner.x1, inner.y1))
    found = []
    if texts:
        found.append(Finding(
            Channel.OUTSIDE_CROP, "text outside of the visible page", page=number, count=texts
        ))
    if pictures:
        found.append(Finding(
            Channel.OUTSIDE_CROP, "a picture that goes on outside of the visible page", page=number,
            count=pictures,
        ))
    return found


def _has_letters(page: TextPage, handle: Any) -> bool:
    size = raw_api.FPDFTextObj_GetText(handle, page.raw, None, 0)
    buffer = ctypes.create_string_buffer(size + 2)
    raw_api.FPDFTextObj_GetText(
        handle, page.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size
    )
    return sum(map(str.isalnum, buffer.raw[:size].decode("utf-16-le", "replace"))) >= 2

