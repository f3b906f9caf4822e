"""Pages to make release copies of, and readers that look at the result with other libraries."""

from __future__ import annotations

import io
import re
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pypdfium2
from pikepdf import Array, Dictionary, Name

from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.engine import redact
from review_app.engine.documents import open_document

SECRET = "Quixwarden"
WIDTH, HEIGHT = 612, 792


def helvetica(pdf: pikepdf.Pdf) -> Any:
    return pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding,
    ))


def page_of(content: bytes, pdf: pikepdf.Pdf | None = None, **resources: Any) -> bytes:
    """A file with one Letter page. ``F1`` is Helvetica."""
    pdf = pdf or pikepdf.new()
    fonts = resources.pop("Font", Dictionary())
    fonts.F1 = helvetica(pdf)
    extra = resources.pop("page", {})
    page = Dictionary(
        Type=Name.Page, MediaBox=[0, 0, WIDTH, HEIGHT], Contents=pdf.make_stream(content),
        Resources=Dictionary(Font=fonts, **resources), **extra,
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def box_of(data: bytes, word: str = SECRET, page: int = 0) -> list[Rect]:
    """Where MuPDF finds a word: tall rectangles, as a reviewer's selection makes them."""
    with pymupdf.open(stream=data) as doc:
        found = doc[page].search_for(word)
        return [Rect(*(r * doc[page].rotation_matrix)) for r in found]


def release(
    folder: Path, data: bytes, rects: list[Rect] | list[tuple[int, Rect]], *, code: str = "",
    options: redact.Options | None = None,
) -> redact.Release:
    """A release copy with one mark a rectangle; on page 1 unless the page is given."""
    path = folder / "source.pdf"
    path.write_bytes(data)
    marks = []
    for i, entry in enumerate(rects):
        page, rect = entry if isinstance(entry, tuple) else (1, entry)
        marks.append(Mark(f"m{i}", page, (rect,), (code,) if code else ()))
    with open_document(path) as document:
        return redact.make(document, marks, options)


def words(data: bytes, page: int = 0) -> list[tuple[str, float, float]]:
    """Words with the left end of their baseline box, by MuPDF."""
    with pymupdf.open(stream=data) as doc:
        return [(w[4], w[0], w[1]) for w in doc[page].get_text("words")]


def pdfium_text(data: bytes, page: int = 0) -> str:
    doc = pypdfium2.PdfDocument(data)
    try:
        return str(doc[page].get_textpage().get_text_range())
    finally:
        doc.close()


def every_byte(data: bytes) -> bytes:
    """The file with all its streams unpacked, and all strings of shown text in plain."""
    out = [data]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for found in pdf.objects:
            if isinstance(found, pikepdf.Stream):
                try:
                    plain = found.read_bytes()
                except pikepdf.PdfError:
                    plain = found.read_raw_bytes()
                out.append(plain)
                out += [
                    bytes.fromhex(re.sub(rb"\s", b"", h).decode() + "0" * (len(re.sub(rb"\s", b"", h)) % 2))
                    for h in re.findall(rb"<([0-9A-Fa-f\s]+)>", plain)
                ]
    for start in [m.start() for m in re.finditer(rb"x[\x01\x9c\xda]", data)][:200]:
        try:
            out.append(zlib.decompressobj().decompress(data[start:]))
        except zlib.error:
            continue
    return b"\n".join(out)


def pixels(data: bytes, page: int = 0, dpi: int = 72, clip: Rect | None = None) -> bytes:
    with pymupdf.open(stream=data) as doc:
        box = pymupdf.Rect(clip.x0, clip.y0, clip.x1, clip.y1) if clip else None
        return bytes(doc[page].get_pixmap(dpi=dpi, clip=box, annots=False).samples)


def numbers(values: list[float]) -> Array:
    return Array(values)
