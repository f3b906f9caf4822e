"""Reads one page into plain values, all rectangles in page space."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pymupdf

from review_app.domain.content import Annotation, Line, PageContent, Word
from review_app.domain.geometry import Rect
from review_app.engine import damage, painted
from review_app.engine.geometry import Frame
from review_app.engine.linemap import LineMap
from review_app.engine.lines import Piece, are_doubled, lines_of
from review_app.engine.marked import is_own_mark, sheet_pages
from review_app.engine.mupdf import MUPDF_ERRORS, PAGE_ERRORS

if TYPE_CHECKING:
    from review_app.engine.documents import Document

MAX_ANNOTATIONS = 5_000

_TEXT_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
_WORD = re.compile(r"\S+")
_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")


def of_page(document: Document, number: int) -> PageContent:
    """The page's text, drawings, pictures and annotations.

    A part that MuPDF cannot read is left out and told in the document's warnings.

    Raises:
        InputRefused: there is no such page.
    """
    width, height = document.size(number)
    if document.linemap is not None:
        return PageContent(number, width, height, text_lines(document.linemap, number), is_text_file=True)
    frame = document.frame(number)
    if frame is None:
        return PageContent(number, width, height, ())
    with damage.listening() as heard:
        found = _of_page(document, number, frame, width, height)
    is_empty = not (found.lines or found.images or found.drawings or found.annotations)
    if heard.lost or (heard.error and is_empty):
        document.damage(number)
    return found


def word_places(document: Document, number: int) -> list[Rect]:
    """Where the words of a page stand: those of :func:`of_page`, which also reads all else.

    Raises:
        InputRefused: there is no such page.
    """
    frame = document.frame(number)
    if document.linemap is None and frame is not None:
        try:
            pieces = _pieces(document.bare_page(number).get_displaylist(annots=1), frame)
        except PAGE_ERRORS:
            return []
        if not are_doubled(pieces):
            return [rect for text, rect in pieces if text]
        return [w.rect for line in lines_of(pieces, number) for w in line.words]
    return [w.rect for line in of_page(document, number).lines for w in line.words]


def _of_page(document: Document, number: int, frame: Frame, width: float, height: float) -> PageContent:
    try:
        page = document.bare_page(number)
        listing = page.get_displaylist(annots=1)
        pieces = _pieces(listing, frame)
    except PAGE_ERRORS:
        document.warn(f"The text of page {number} is damaged and could not be read")
        document.damage(number)
        return PageContent(number, width, height, ())
    if number in sheet_pages(document):
        return PageContent(number, width, height, lines_of(pieces, number), is_review_sheet=True)
    annotations = _annotations(document, document.page(number), number, frame)
    unapplied = [rect for a in annotations if a.subtype == "Redact" for rect in a.rects]
    words = [piece.rect for piece in pieces]
    there = painted.of_page(document, page, listing, number, frame, unapplied, words)
    return PageContent(
        number, width, height, lines_of(pieces, number),
        drawings=there.drawings, images=there.images, annotations=annotations, glyphs=there.glyphs,
    )


def text_lines(linemap: LineMap, number: int) -> tuple[Line, ...]:
    """The lines of a text file that are printed on a page, as they stand in the file, with their places."""
    lines: list[Line] = []
    rows = linemap.rows_of_page(number)
    index = rows.start
    while index < rows.stop:
        first = linemap.rows[index]
        rects: list[Rect] = []
        words: list[Word] = []
        begin = end = first.start
        while index < rows.stop and linemap.rows[index].line == first.line:
            row = linemap.rows[index]
            text = linemap.lines[row.line - 1][row.start : row.end]
            rects.append(linemap.row_rect(index, row.start, row.end))
            found = list(_WORD.finditer(text))
            places = linemap.row_rects(index, [match.span() for match in found])
            words += [
                Word(match.group(), row.start - begin + match.start(), place)
                for match, place in zip(found, places, strict=True)
            ]
            end = row.end
            index += 1
        text = linemap.lines[first.line - 1][begin:end]
        lines.append(Line(text, number, tuple(rects), tuple(words), number=first.line))
    return tuple(lines)


def _pieces(listing: Any, frame: Frame) -> list[Piece]:
    """Words as MuPDF reports them through the page's own matrix, that is, in page space.

    Text that annotations show (a typed stamp, a form field) counts: it is on the page that people see.
    """
    pieces = _extracted(listing, _TEXT_FLAGS, frame)
    if not any("\ufffd" in text for text, _ in pieces):
        return pieces
    # A tab or control code shown through a font that does not know it comes as U+FFFD glued to the next
    # word (every State Department release stamp begins so). Taken by its code it is white space, and the
    # word stands alone; where even that reading keeps it, U+FFFD stays: the character is not known.
    by_code: dict[str, list[Rect]] = {}
    for piece in _extracted(listing, _TEXT_FLAGS | pymupdf.TEXT_CID_FOR_UNKNOWN_UNICODE, frame):
        by_code.setdefault(piece.text, []).append(piece.rect)
    return [_without_control(piece, by_code) for piece in pieces]


def _without_control(piece: Piece, by_code: dict[str, list[Rect]]) -> Piece:
    bare = piece.text.strip("\ufffd")
    if bare and bare != piece.text:
        for rect in by_code.get(bare, ()):
            if piece.rect.inset(-0.5).intersect(rect).area >= 0.99 * rect.area:
                return Piece(bare, rect)
    return piece


def _extracted(listing: Any, flags: int, frame: Frame) -> list[Piece]:
    textpage = pymupdf.TextPage(listing.get_textpage(flags))
    shown = frame.rect
    left, top, right, foot = shown.x0, shown.y0, shown.x1, shown.y1
    # Outside of what is displayed, or not a number: a comparison with NaN is never true. This and the rule of
    # ``Rect.of``, without its cost, run for every word of a page.
    return [
        Piece(text, Rect(x0, y0, x1, y1))
        for x0, y0, x1, y1, text, _, _, _ in textpage.extractWORDS()
        if x0 < right and x1 > left and y0 < foot and y1 > top
        and -1e7 < x0 <= x1 < 1e7 and -1e7 < y0 <= y1 < 1e7
    ]


def _annotations(document: Document, page: Any, number: int, frame: Frame) -> tuple[Annotation, ...]:
    """Annotations straight from their dictionaries: PyMuPDF's rectangles ignore rotation and unit."""
    found: list[Annotation] = []
    pdf = document.pdf
    try:
        # Not page.annots(): it looks for each from the first on, thirty seconds for five thousand.
        annot = page.first_annot
        while annot is not None:
            if len(found) >= MAX_ANNOTATIONS:
                document.warn(f"Of the annotations of page {number} only {MAX_ANNOTATIONS} were looked at")
                break
            info = annot.info
            rects = quads_of(pdf, annot.xref, frame) or rects_of(pdf, annot.xref, frame)
            found.append(Annotation(
                str(annot.type[1]), rects, str(info.get("title", "")), str(info.get("subject", "")),
                str(info.get("content", "")), str(info.get("id", "")), is_own_mark(pdf, annot.xref),
            ))
            annot = annot.next
        for xref, kind, _ in page.annot_xrefs()[:MAX_ANNOTATIONS]:
            if kind == pymupdf.PDF_ANNOT_WIDGET:  # a form field: its ground is no box
                found.append(Annotation("Widget", rects_of(pdf, xref, frame), "", "", "", ""))
    except MUPDF_ERRORS:
        document.warn(f"The annotations of page {number} are damaged and could not all be read")
    return tuple(found)


def _numbers(pdf: Any, xref: int, key: str) -> list[float]:
    kind, value = pdf.xref_get_key(xref, key)
    if kind == "xref":
        value = pdf.xref_object(int(value.split()[0]))
    elif kind != "array":
        return []
    return [float(v) for v in _NUMBERS.findall(value)]


def rects_of(pdf: Any, xref: int, frame: Frame) -> tuple[Rect, ...]:
    """An annotation's ``/Rect`` in page space; empty when it has none that makes sense."""
    numbers = _numbers(pdf, xref, "Rect")
    try:
        return (frame.rect_to_page(numbers),)
    except ValueError:
        return ()


def quads_of(pdf: Any, xref: int, frame: Frame) -> tuple[Rect, ...]:
    """The bounds of an annotation's ``/QuadPoints`` in page space; empty when it has none."""
    numbers = _numbers(pdf, xref, "QuadPoints")
    found: list[Rect] = []
    for i in range(0, len(numbers) - 7, 8):
        xs, ys = numbers[i : i + 8 : 2], numbers[i + 1 : i + 8 : 2]
        try:
            found.append(frame.rect_to_page((min(xs), min(ys), max(xs), max(ys))))
        except ValueError:
            continue
    return tuple(found)
