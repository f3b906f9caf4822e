"""Small things about marked places that the checks of a page share: codes that may stand there, pixels."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pypdfium2.raw as raw_api

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.engine import verify_peel
from review_app.engine.documents import Document
from review_app.engine.geometry import Frame
from review_app.engine.verify_chars import meeting
from review_app.engine.verify_parts import open_qpdf
from review_app.engine.verify_streams import PIKEPDF_ERRORS
from review_app.engine.verify_text import Box, Char, TextPage, drawn, touched
from review_app.engine.verify_words import folded, letters

SIGNS = "()[]{}.,;:/-\u2010\u2011\u2013\u2014_&+\u00a7\ufffd"
"""What stands in codes and labels beside letters."""

_WORD = re.compile(r"\w")

_LEFT_OUT = frozenset(
    "/" + n for n in (
        "Text", "Popup", "FileAttachment", "Sound", "Movie", "Screen", "Redact", "Link", "3D", "RichMedia",
        "TrapNet", "PrinterMark", "Widget",
    )
)
"""Of these PDFium draws fields in a way of its own, which is not asked for here."""

_ASIDE = 3.0
"""Points that recognised text may stand aside of its picture, at least."""


def drawn_rect(rect: Rect, frame: Frame) -> Rect:
    """Page space in points as PDFium draws the page: without UserUnit."""
    u = frame.unit or 1.0
    return Rect(rect.x0 / u, rect.y0 / u, rect.x1 / u, rect.y1 / u)


def codes_of(marks: Sequence[Mark]) -> list[str]:
    """What may stand in the boxes of marks, in compared form, the longest first."""
    found = {compact(t) for mark in marks for t in (*mark.codes, mark.label) if compact(t)}
    return sorted(found, key=len, reverse=True)


def compact(text: str) -> str:
    """Letters and digits alone, folded."""
    return "".join(_WORD.findall(folded(text)))


def left(chars: Sequence[Char], codes: Sequence[str]) -> int:
    """Characters at a place that are not those of a code or label.

    Signs that no code has count, too: a font without a map reads as such.
    """
    text = compact("".join(c.text if c.text != "\ufffd" else "x" for c in chars))
    for code in codes:
        text = text.replace(code, "")
    odd = sum(1 for c in chars if not c.text.isalnum() and not c.text.isspace() and c.text not in SIGNS)
    return letters(text) + odd


def bounds(chars: Sequence[Char]) -> Box:
    """The box around characters in user space."""
    boxes = [c.box for c in chars]
    return (
        min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    )


class Neighbours:
    """Characters that reach into marked places of a page and belong outside.

    Args:
        page: the page.
        frame: its measures.
        places: all that will be asked for, in user space: their characters are looked up at once.
    """

    def __init__(self, page: TextPage, frame: Frame, places: Sequence[Box]) -> None:
        self._frame = frame
        self._boxes = page.ink_near([_wider(box) for box in places])

    def at(self, box: Box, clip: Rect) -> list[tuple[int, int, int, int]]:
        """Their pixel rectangles in the picture of a place (``clip``, in points as drawn)."""
        found = []
        for row in self._boxes[meeting(self._boxes, _wider(box))].tolist():
            if touched(row, box):
                continue
            r = drawn_rect(self._frame.rect_to_page(row), self._frame)
            s = verify_peel.SCALE
            found.append((
                int((r.x0 - clip.x0) * s) - 1, int((r.y0 - clip.y0) * s) - 1,
                int((r.x1 - clip.x0) * s) + 2, int((r.y1 - clip.y0) * s) + 2,
            ))
        return found


def _wider(box: Box) -> Box:
    return box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1


def printed(page: TextPage, frame: Frame, codes: Sequence[str]) -> list[Rect]:
    """Where codes stand on the page of the output, in points as drawn."""
    found = []
    text = page.text
    for code in dict.fromkeys(codes):
        at = text.find(code)
        while at >= 0:
            box = page.bounds(page.index_of(at), page.index_of(at + len(code) - 1) + 1)
            if box is not None:
                found.append(drawn_rect(frame.rect_to_page(box), frame))
            at = text.find(code, at + len(code))
    return found


class OtherAnnotations:
    """Where annotations lie that a copy leaves out (comments, links) or shows in another way: those without
    an appearance each reader draws as it likes. Read when first asked for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._pages: dict[int, list[Rect]] | None = None

    def on(self, number: int, frame: Frame) -> list[Rect]:
        """Those of a page, in points as drawn."""
        if self._pages is None:
            self._pages = self._read()
        return [drawn_rect(frame.rect_to_page(box.as_list()), frame) for box in self._pages.get(number, ())]

    def _read(self) -> dict[int, list[Rect]]:
        found: dict[int, list[Rect]] = {}
        try:
            pdf = open_qpdf(self._document.pdf_bytes, self._document.password or "")
        except InputRefused:
            return found
        with pdf:
            for number, page in enumerate(pdf.pages, start=1):
                for annotation in page.obj.get("/Annots") or ():
                    try:
                        if "/AP" not in annotation or str(annotation.get("/Subtype")) in _LEFT_OUT:
                            box = Rect.of([float(v) for v in annotation.Rect])
                            found.setdefault(number, []).append(box)
                    except PIKEPDF_ERRORS:
                        continue
        return found


def is_picture_text(page: TextPage, frame: Frame, box: Box | None) -> bool:
    """True for the unseen text of a scan: a picture fills the page and shows ink at the place, or as near to
    it as recognised text stands to what it was read from."""
    if box is None:
        return False
    rect = frame.rect_to_page(box)
    part = rect.intersect(frame.rect)
    if part.area < 0.5 * rect.area or part.is_empty:
        return False
    part = rect.inset(-max(_ASIDE, min(rect.height, rect.width))).intersect(frame.rect)
    pictures = [t for t in page.things if t.kind == raw_api.FPDF_PAGEOBJ_IMAGE]
    area = sum(frame.rect_to_page(t.box).intersect(frame.rect).area for t in pictures)
    if area < 0.5 * frame.rect.area:
        return False
    picture = drawn(page.page, 2.0, drawn_rect(part, frame))
    return int(picture.max()) - int(picture.min()) > 80
