"""What a page draws, kept for as long as it is drawn again and again: at another zoom, or part by part.

A display list is made once and run for each picture: a part of a page of type then costs less than a
millisecond (tests/bench/page_view.py). Decoded images are another matter. The engine decodes, for each part
anew, all rows of a scan down to the part's last (17 to 170 ms a part of a 300 dpi JPEG); decoded whole
beforehand, each part finds it in the store (10 ms). But a store full of scans takes hundreds of megabytes: so
decoded images stay only while parts of their page are drawn.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pymupdf

from review_app.engine.mupdf import PAGE_ERRORS

if TYPE_CHECKING:
    from review_app.engine.documents import Document

KEPT = 2
"""Pages of a document whose lists are kept: where one ends and the next begins, both are drawn in turn."""

LARGE_IMAGE = 1_000_000
"""Pixels of an image whose decoded form is not kept once its page is drawn whole."""

MOST_DECODED = 64 * 1024 * 1024
"""Bytes of the decoded images of a page that are kept while its parts are drawn: two such pages and all else
stay under the 200 MB a child may take. A Letter page at 300 dpi in colour takes 25 MB."""

_BYTES_A_PIXEL = {"DeviceGray": 1, "CalGray": 1, "DeviceCMYK": 4}


@dataclass(slots=True)
class _Kept:
    listing: Any
    has_large: bool
    is_decoded: bool = False


_documents: WeakKeyDictionary[Document, OrderedDict[int, _Kept]] = WeakKeyDictionary()


def of(document: Document, page: Any, number: int, *, for_parts: bool = False) -> Any:
    """The ``pymupdf.DisplayList`` of a page, its annotations in it.

    Args:
        document: the page's document.
        page: the ``pymupdf.Page``.
        number: of the page, from 1.
        for_parts: the page is drawn part by part; its images are decoded now.

    Raises:
        What PyMuPDF raises on a damaged page.
    """
    kept = _documents.setdefault(document, OrderedDict())
    found = kept.get(number)
    if found is not None and (found.is_decoded or not for_parts or not found.has_large):
        kept.move_to_end(number)
        return found.listing
    images = page.get_images()
    large = [image for image in images if image[2] * image[3] > LARGE_IMAGE]
    is_decoded = for_parts and _decode(document, large)
    # After decoding: so the list holds the very images that were decoded.
    kept[number] = _Kept(page.get_displaylist(annots=1), bool(large), is_decoded)
    kept.move_to_end(number)
    while len(kept) > KEPT:
        _, gone = kept.popitem(last=False)
        if gone.is_decoded:
            pymupdf.TOOLS.store_shrink(100)
    return kept[number].listing


def drawn(document: Document, number: int, *, was_part: bool, is_bad: bool) -> None:
    """A picture of the page is made: give back the memory that it took and that nobody needs now.

    Args:
        document: the page's document.
        number: of the page, from 1.
        was_part: parts of the page were drawn, others may follow.
        is_bad: something of the page could not be decoded; it is to be decoded again where it is used again.
    """
    kept = _documents.get(document)
    found = kept.get(number) if kept is not None else None
    if kept is None or found is None:
        return
    if is_bad:
        del kept[number]
    if found.has_large and not (was_part and found.is_decoded):
        # Each decoded scan would stay in the engine's store (256 MB); on text pages emptying it would cost
        # the fonts (performance study, section 9).
        pymupdf.TOOLS.store_shrink(100)
        for one in kept.values():
            one.is_decoded = False


def _decode(document: Document, images: list[Any]) -> bool:
    """Decode images whole into the engine's store. False when there are none, or they are too large."""
    size = sum(width * height * _BYTES_A_PIXEL.get(space, 3) for _, _, width, height, _, space, *_ in images)
    if not images or size > MOST_DECODED:
        return False
    mupdf = pymupdf.mupdf
    try:
        pdf = mupdf.pdf_document_from_fz_document(document.pdf.this)
        for xref, *_ in images:
            image = mupdf.pdf_load_image(pdf, mupdf.pdf_new_indirect(pdf, xref, 0))
            pixmap, *_ = mupdf.ll_fz_get_pixmap_from_image(image.m_internal, None, None)
            mupdf.ll_fz_drop_pixmap(pixmap)  # the store has it
    except PAGE_ERRORS:
        return False  # the drawing says what is wrong
    return True
