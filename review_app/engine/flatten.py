"""The working copy of a document: readable, without annotations, each font an object of its own.

What annotations show as part of the page (form fields, stamps, typed text, drawings) becomes page content, so
that boxes hit it like all else; comments, links, marks of redaction tools and everything hidden is left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.engine.documents import Document
from review_app.engine.geometry import moved
from review_app.engine.marked import SPAN_KEY
from review_app.engine.mupdf import MUPDF_ERRORS, guarded, open_pdf
from review_app.engine.operators import number
from review_app.engine.safelinks import Link, links_of

SHOWN = frozenset(
    "/" + n for n in (
        "Widget", "FreeText", "Stamp", "Ink", "Square", "Circle", "Line", "Polygon", "PolyLine", "Highlight",
        "Underline", "StrikeOut", "Squiggly", "Caret", "Watermark",
    )
)
"""Annotations that readers draw as part of the page and print."""

_SHAPES = frozenset(
    "/" + n for n in (
        "Ink", "Square", "Circle", "Line", "Polygon", "PolyLine", "Highlight", "Underline", "StrikeOut",
        "Squiggly", "Caret",
    )
)
"""Those of them that need no letters. A field or a text without an appearance is not drawn: one reader shows
its words (of a list every option), another does not, and they would become text of the page."""

NOTE = "/RvA"
"""How the names of what annotations show begin."""

_HIDDEN = 1 | 2 | 32  # invisible, hidden, no view (ISO 32000-1, table 165)

BROKEN: tuple[type[Exception], ...] = (
    pikepdf.PdfError, pikepdf.ForeignObjectError, pikepdf.DeletedObjectError, RuntimeError, ValueError,
    TypeError, LookupError, AttributeError, ArithmeticError,
)


@dataclass
class Working:
    """The working copy, and what was seen on the way."""

    data: bytes
    pdf: pikepdf.Pdf
    flattened: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    links: dict[int, list[Link]] = field(default_factory=dict)

    def close(self) -> None:
        """Gives the memory back."""
        self.pdf.close()


def working_copy(document: Document) -> Working:
    """Copies a document; the document itself stays as it is.

    Raises:
        InputRefused: it is too damaged to be copied.
    """
    refused = InputRefused(
        "The document is too damaged for a release copy",
        todo="Repair it with another program, or add a scan",
    )
    data = document.pdf_bytes
    pdf = _opened(data, document.password)
    if pdf is None or document.pdf.is_repaired or len(pdf.pages) != document.page_count:
        if pdf is not None:
            pdf.close()
        with guarded("The document is too damaged for a release copy"):
            data = document.pdf.tobytes(garbage=0, encryption=1)  # 1: none
        pdf = _opened(data, None)
    if pdf is None or len(pdf.pages) != document.page_count:
        raise refused
    try:
        changed = pdf.is_encrypted
        bare = _bare(pdf)
        if bare:
            pdf.close()
            data, changed = _drawn(document, bare), True
            pdf = pikepdf.open(io.BytesIO(data))
        found = Working(data, pdf, links=links_of(pdf))
        for page in pdf.pages:
            changed = _flatten(pdf, page.obj, found) or changed
        changed = _own_fonts(pdf) or changed
        if changed:
            out = io.BytesIO()
            pdf.save(
                out, encryption=False, compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )
            pdf.close()
            found.data = out.getvalue()
            found.pdf = pikepdf.open(io.BytesIO(found.data))
    except BROKEN:
        raise refused from None
    return found


def _opened(data: bytes, password: str | None) -> pikepdf.Pdf | None:
    try:
        return pikepdf.open(io.BytesIO(data), password=password or "", suppress_warnings=True)
    except BROKEN:
        return None


def _bare(pdf: pikepdf.Pdf) -> list[int]:
    """The pages (from 0) with shapes that readers draw by themselves: they have no appearance."""
    return [
        n for n, page in enumerate(pdf.pages) if isinstance(page.obj.get("/Annots"), Array) and any(
            isinstance(a, Dictionary) and str(a.get("/Subtype")) in _SHAPES and "/AP" not in a
            and not int(a.get("/F", 0)) & _HIDDEN and f"/{SPAN_KEY}" not in a for a in page.obj.Annots
        )
    ]


def _drawn(document: Document, pages: Sequence[int]) -> bytes:
    """The document with an appearance for such shapes, as MuPDF draws them."""
    with open_pdf(document.pdf.tobytes(garbage=0, encryption=1)) as copy:  # 1: none
        for number in pages:
            page = copy[number]
            for annotation in page.annots():
                try:
                    is_bare = copy.xref_get_key(annotation.xref, "AP")[0] == "null"
                    if is_bare and copy.xref_get_key(annotation.xref, "Subtype")[1] in _SHAPES:
                        annotation.update()
                except MUPDF_ERRORS:
                    continue  # it says too little to be drawn: it is left out
        return bytes(copy.tobytes(garbage=0, encryption=1))


def _flatten(pdf: pikepdf.Pdf, page: Any, found: Working) -> bool:
    """Moves what annotations show into the page; True when there were annotations."""
    annotations = page.get("/Annots")
    if annotations is None:
        return False
    del page["/Annots"]
    drawn: list[bytes] = []
    resources = None
    for annotation in annotations if isinstance(annotations, Array) else ():
        if not isinstance(annotation, Dictionary):
            continue
        kind = str(annotation.get("/Subtype"))
        look = _look(annotation) if kind in SHOWN and f"/{SPAN_KEY}" not in annotation else None
        if look is None:
            found.dropped[kind[1:]] = found.dropped.get(kind[1:], 0) + 1
            continue
        matrix = _placed(annotation, look)
        if matrix is None:
            continue
        if resources is None:
            resources = _own_resources(page)
        name = f"{NOTE}{len(drawn) + 1}"
        while name in resources.XObject:
            name += "x"
        resources.XObject[name] = look
        drawn.append(b"q %s cm %s Do Q" % (b" ".join(number(v) for v in matrix), name.encode("ascii")))
        found.flattened += 1
    if drawn:
        before = page.get("/Contents")
        parts = list(before) if isinstance(before, Array) else [before] if isinstance(before, Stream) else []
        page.Contents = Array([
            pdf.make_stream(b"q\n"), *parts, pdf.make_stream(b"\nQ\n" + b"\n".join(drawn) + b"\n"),
        ])
    return True


def _look(annotation: Any) -> Any:
    """The appearance that is shown, None when there is none or it is hidden."""
    if int(annotation.get("/F", 0)) & _HIDDEN:
        return None
    looks = annotation.get("/AP")
    normal = looks.get("/N") if isinstance(looks, Dictionary) else None
    if isinstance(normal, Dictionary) and not isinstance(normal, Stream):
        state = annotation.get("/AS")
        normal = normal.get(str(state)) if state is not None else None
    if not isinstance(normal, Stream):
        return None
    if "/OC" in annotation and "/OC" not in normal:
        normal.OC = annotation.OC
    normal.Type, normal.Subtype = Name.XObject, Name.Form
    return normal


def _placed(annotation: Any, look: Any) -> tuple[float, ...] | None:
    """The matrix that fits the appearance into its rectangle (ISO 32000-1, 12.5.5)."""
    rect = Rect.of([float(v) for v in annotation.Rect])
    box = Rect.of([float(v) for v in look.BBox])
    matrix = look.get("/Matrix")
    a, b, c, d, e, f = (float(v) for v in matrix) if matrix is not None else (1, 0, 0, 1, 0, 0)
    turned = moved(box, (a, b, c, d, e, f))
    if turned.is_empty:
        return None
    sx, sy = rect.width / turned.width, rect.height / turned.height
    return sx, 0.0, 0.0, sy, rect.x0 - turned.x0 * sx, rect.y0 - turned.y0 * sy


def _own_resources(page: Any) -> Any:
    """The page's resources as a dictionary of its own, with an XObject part of its own."""
    node, found = page, None
    for _ in range(60):
        found = node.get("/Resources")
        if isinstance(found, Dictionary) or not isinstance(node.get("/Parent"), Dictionary):
            break
        node = node.Parent
    own = Dictionary(dict(found.items()) if isinstance(found, Dictionary) else {})
    objects = own.get("/XObject")
    own.XObject = Dictionary(dict(objects.items()) if isinstance(objects, Dictionary) else {})
    page.Resources = own
    return page.Resources


def _own_fonts(pdf: pikepdf.Pdf) -> bool:
    """Makes fonts written inside of resource dictionaries objects of their own; True when there were any."""
    changed = False
    for resources, holder in _font_holders(pdf):
        for name, font in list(holder.items()):
            if not isinstance(font, Dictionary):
                continue
            if not font.is_indirect:
                holder[name] = pdf.make_indirect(font)
                changed = True
            if font.get("/Subtype") == Name.Type3 and not isinstance(font.get("/Resources"), Dictionary):
                # Its glyphs then draw with what the page has (ISO 32000-1, table 112).
                holder[name].Resources = Dictionary(dict(resources.items()))
                changed = True
    return changed


def _font_holders(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    for resources in _all_resources(pdf):
        fonts = resources.get("/Font")
        if isinstance(fonts, Dictionary):
            yield resources, fonts


def _all_resources(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for found in pdf.objects:
        if isinstance(found, Dictionary | Stream):
            resources = found.get("/Resources")
            if isinstance(resources, Dictionary):
                yield resources
