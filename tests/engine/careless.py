"""Ways to make a release copy that people really use, most of which leak: the verifier must tell.

Each takes a file and marks and gives the bytes it would pass on (recipes of redaction reference 2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pymupdf

from review_app.domain.marks import Mark

Recipe = Callable[[bytes, Sequence[Mark], str], bytes]


def _applied(data: bytes, marks: Sequence[Mark], password: str) -> pymupdf.Document:
    doc = pymupdf.open(stream=data, filetype="pdf")
    if password:
        doc.authenticate(password)
    for page in doc:
        own = [m for m in marks if m.page == page.number + 1]
        for mark in own:
            for r in mark.rects:
                unit = _unit(doc, page)
                rect = pymupdf.Rect(r.x0, r.y0, r.x1, r.y1) / unit
                page.add_redact_annot(rect * page.derotation_matrix)
        if own:
            page.apply_redactions(images=2, graphics=1, text=0)
    return doc


def _unit(doc: pymupdf.Document, page: pymupdf.Page) -> float:
    kind, value = doc.xref_get_key(page.xref, "UserUnit")
    return float(value) if kind in ("int", "float", "real") else 1.0


def plain(data: bytes, marks: Sequence[Mark], password: str) -> bytes:
    """Marks applied, saved."""
    return bytes(_applied(data, marks, password).tobytes())


def garbage(data: bytes, marks: Sequence[Mark], password: str) -> bytes:
    """Saved with garbage collection."""
    return bytes(_applied(data, marks, password).tobytes(garbage=4, deflate=True, clean=True))


def scrub(data: bytes, marks: Sequence[Mark], password: str) -> bytes:
    """Scrubbed, then saved with garbage collection."""
    doc = _applied(data, marks, password)
    doc.scrub()
    return bytes(doc.tobytes(garbage=4, deflate=True, clean=True))


def copied(data: bytes, marks: Sequence[Mark], password: str) -> bytes:
    """Pages copied into a new file."""
    doc = _applied(data, marks, password)
    out = pymupdf.open()
    out.insert_pdf(doc, annots=False, links=False, widgets=False)
    return bytes(out.tobytes(garbage=4, deflate=True, clean=True))


def raster(data: bytes, marks: Sequence[Mark], password: str) -> bytes:
    """Each page drawn, the marks painted into its pixels, in a new file."""
    doc = pymupdf.open(stream=data, filetype="pdf")
    if password:
        doc.authenticate(password)
    out = pymupdf.open()
    for page in doc:
        pixmap = page.get_pixmap(dpi=150, annots=False)
        width, height = page.rect.width, page.rect.height
        sx, sy = pixmap.width / width, pixmap.height / height
        for mark in marks:
            if mark.page == page.number + 1:
                for r in mark.rects:
                    pixmap.set_rect(pymupdf.IRect(
                        int(r.x0 * sx) - 1, int(r.y0 * sy) - 1, int(r.x1 * sx) + 2, int(r.y1 * sy) + 2
                    ), (0,) * pixmap.n)
        made = out.new_page(width=width, height=height)
        made.insert_image(made.rect, pixmap=pixmap)
    return bytes(out.tobytes(garbage=4, deflate=True))


def text_only(data: bytes, marks: Sequence[Mark], password: str) -> bytes:
    """Text removed, pictures and drawings left under the boxes."""
    doc = pymupdf.open(stream=data, filetype="pdf")
    if password:
        doc.authenticate(password)
    for page in doc:
        for mark in marks:
            if mark.page == page.number + 1:
                for r in mark.rects:
                    rect = pymupdf.Rect(r.x0, r.y0, r.x1, r.y1) / _unit(doc, page)
                    page.add_redact_annot(rect * page.derotation_matrix, fill=(0, 0, 0))
        page.apply_redactions(images=0, graphics=0, text=0)
    return bytes(doc.tobytes(garbage=4, deflate=True, clean=True))


def covered(data: bytes, marks: Sequence[Mark], password: str) -> bytes:
    """Black boxes drawn over everything, nothing removed."""
    doc = pymupdf.open(stream=data, filetype="pdf")
    if password:
        doc.authenticate(password)
    for page in doc:
        for mark in marks:
            if mark.page == page.number + 1:
                for r in mark.rects:
                    rect = pymupdf.Rect(r.x0, r.y0, r.x1, r.y1) / _unit(doc, page)
                    page.draw_rect(rect * page.derotation_matrix, color=None, fill=(0, 0, 0))
    return bytes(doc.tobytes(garbage=4, deflate=True, clean=True))


RECIPES: dict[str, Recipe] = {
    "plain": plain, "garbage": garbage, "scrub": scrub, "copied": copied, "raster": raster,
    "text_only": text_only, "covered": covered,
}
