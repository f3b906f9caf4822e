"""Where the glyphs of a PDF's fonts really leave ink, asked of MuPDF.

Widths in a PDF and in its font programs may say anything (negative, zero, displaced: redaction reference 1),
so each code is drawn once on a page of a scratch copy and the outline that MuPDF takes for it is measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pymupdf

from review_app.domain.values import dataclass
from review_app.engine.mupdf import MUPDF_ERRORS, open_pdf
from review_app.engine.operators import Unsure, number, read, write

Box = tuple[float, float, float, float]

_STEP = 40.0
"""Distance between two glyphs on the scratch page, in em: ink that is displaced by more than half of it
would be taken for that of a neighbour, and is refused."""

_ROW = 100
_SIDE = _STEP * (_ROW + 2)


@dataclass(frozen=True, slots=True)
class Ink:
    """What one code of a font draws, in em from the glyph's origin; ``box`` None for a blank."""

    gid: int
    box: Box | None
    advance: float
    text: str


class InkMeter:
    """Measures glyphs of one document; a scratch copy of it is kept open."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self._pdf = open_pdf(data)
        if password is not None:
            self._pdf.authenticate(password)
        self._page: Any = None

    def close(self) -> None:
        """Gives the memory back."""
        if not self._pdf.is_closed:
            self._pdf.close()

    def measure(self, font_xref: int, codes: Iterable[bytes]) -> Mapping[bytes, Ink]:
        """The ink of each code (as the bytes of a string operand) of the font object with this number.

        Codes that draw nothing at all are missing from the result.

        Raises:
            Unsure: MuPDF cannot draw the font.
        """
        wanted = list(codes)
        parts = []
        for i, code in enumerate(wanted):
            x, y = _STEP * (i % _ROW + 1), _STEP * (i // _ROW + 1)
            parts.append(b"BT /F 1 Tf 1 0 0 1 %d %d Tm <%s> Tj ET" % (x, y, code.hex().encode("ascii")))
        device = _Device()
        try:
            self._draw(b"\n".join(parts), f"<</Font<</F {font_xref} 0 R>>>>", device)
        except MUPDF_ERRORS:
            raise Unsure("a font on it cannot be measured") from None
        glyphs = device.glyphs
        side = _SIDE
        found: dict[bytes, Ink] = {}
        for gid, ucs, x, y, advance, box in glyphs:
            up = side - y  # the device sees the page with its origin at the top
            column, row = round(x / _STEP) - 1, round(up / _STEP) - 1
            place = row * _ROW + column
            if not 0 <= place < len(wanted):
                raise Unsure("a font on it draws far from where it stands")
            left, base = _STEP * (column + 1), _STEP * (row + 1)
            shape = None
            if box is not None:
                shape = (box[0] - left, side - box[3] - base, box[2] - left, side - box[1] - base)
            before = found.get(wanted[place])
            text = (before.text if before else "") + (chr(ucs) if 0 < ucs < 0x110000 else "")
            if before is not None:
                gid, advance = before.gid, before.advance
            if before is not None and before.box is not None and shape is not None:
                old = before.box
                shape = (min(old[0], shape[0]), min(old[1], shape[1]),
                         max(old[2], shape[2]), max(old[3], shape[3]))
            elif before is not None and shape is None:
                shape = before.box
            found[wanted[place]] = Ink(gid, shape, advance, text)
        return found

    def measure_procedures(
        self, font_xref: int, procedures: Mapping[bytes, bytes], matrix: Sequence[float]
    ) -> Mapping[bytes, Ink]:
        """The same for a Type3 font, whose glyphs are drawings: each is drawn alone, as a page of its own.

        Drawn as text, MuPDF would give the box that the procedure declares, which may be far larger.

        Args:
            font_xref: the font object.
            procedures: content streams by code.
            matrix: the font's matrix, glyph space to em.

        Raises:
            Unsure: MuPDF cannot draw one.
        """
        mupdf = pymupdf.mupdf
        found: dict[bytes, Ink] = {}
        middle = _SIDE / 2
        place = b" ".join(number(v) for v in (*matrix[:4], matrix[4] + middle, matrix[5] + middle))
        for code, procedure in procedures.items():
            parts = [write(op, values) for op, values in read(procedure) if op not in (b"d0", b"d1")]
            drawing = b"q " + place + b" cm\n" + b"\n".join(parts) + b"\nQ"
            rect = mupdf.FzRect(mupdf.FzRect.Fixed_EMPTY)
            try:
                kind, resources = self._pdf.xref_get_key(font_xref, "Resources")
                resources = resources if kind in ("dict", "xref") else "<<>>"
                self._draw(drawing, resources, mupdf.fz_new_bbox_device(rect))
                if not rect.fz_is_empty_rect():
                    # Of letters within a glyph that device knows no ink, only how far any of their font go.
                    exact = _Reach()
                    self._draw(drawing, resources, exact)
                    if exact.has_text and exact.is_whole:
                        rect = rect.fz_intersect_rect(exact.rect)
            except MUPDF_ERRORS:
                raise Unsure("a font on it cannot be measured") from None
            if rect.x0 <= rect.x1 and rect.y0 <= rect.y1:
                box = (rect.x0 - middle, _SIDE - rect.y1 - middle, rect.x1 - middle, _SIDE - rect.y0 - middle)
                found[code] = Ink(-1, box, 0.0, "")
        return found

    def _draw(self, drawing: bytes, resources: str, device: Any) -> None:
        mupdf = pymupdf.mupdf
        if self._page is None:
            self._page = self._pdf.new_page(width=_SIDE, height=_SIDE)
            self._contents = self._pdf.get_new_xref()
            self._pdf.update_object(self._contents, "<<>>")
            self._parent = str(self._pdf.xref_get_key(self._page.xref, "Parent")[1])
        self._pdf.update_stream(self._contents, drawing, new=True, compress=False)
        self._pdf.update_object(
            self._page.xref,
            f"<</Type/Page/Parent {self._parent}/MediaBox[0 0 {_SIDE:g} {_SIDE:g}]"
            f"/CropBox[0 0 {_SIDE:g} {_SIDE:g}]/Rotate 0/UserUnit 1"  # none of the page tree's own
            f"/Resources {resources}/Contents {self._contents} 0 R>>",
        )
        page = self._pdf[self._pdf.page_count - 1]
        mupdf.fz_run_page_contents(page.this, device, mupdf.FzMatrix(), mupdf.FzCookie())
        mupdf.fz_close_device(device)


class _Reach(pymupdf.mupdf.FzDevice2):  # type: ignore[misc]
    """Bounds of all that is painted, of letters by their outlines; ``is_whole`` False where something
    is drawn that has bounds of its own."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("fill_path", "stroke_path", "fill_text", "stroke_text", "ignore_text", "clip_text",
                     "clip_stroke_text", "fill_image", "fill_image_mask", "fill_shade", "begin_tile",
                     "begin_mask"):
            getattr(self, f"use_virtual_{name}")()
        self.rect = pymupdf.mupdf.FzRect(pymupdf.mupdf.FzRect.Fixed_EMPTY)
        self.has_text, self.is_whole = False, True

    def _add(self, rect: Any) -> None:
        self.rect = self.rect.fz_union_rect(rect)

    def fill_path(self, ctx: Any, path: Any, even_odd: Any, ctm: Any, *_: Any) -> None:
        """Called by MuPDF, as all below."""
        mupdf = pymupdf.mupdf
        own = mupdf.FzPath(mupdf.ll_fz_keep_path(path))
        self._add(mupdf.fz_bound_path(own, mupdf.FzStrokeState(None), mupdf.FzMatrix(ctm)))

    def stroke_path(self, ctx: Any, path: Any, stroke: Any, ctm: Any, *_: Any) -> None:
        """A line."""
        mupdf = pymupdf.mupdf
        own = mupdf.FzPath(mupdf.ll_fz_keep_path(path))
        pen = mupdf.FzStrokeState(mupdf.ll_fz_keep_stroke_state(stroke))
        self._add(mupdf.fz_bound_path(own, pen, mupdf.FzMatrix(ctm)))

    def fill_text(self, ctx: Any, text: Any, ctm: Any, *_: Any) -> None:
        """Letters."""
        self.has_text = True
        for _, _, _, box in _letters(text, pymupdf.mupdf.FzMatrix(ctm)):
            if box is not None:
                self._add(pymupdf.mupdf.fz_make_rect(*box))

    def stroke_text(self, ctx: Any, text: Any, stroke: Any, ctm: Any, *_: Any) -> None:
        """Their outlines: a pen may reach far, so the coarse bounds count."""
        self.is_whole = False

    def ignore_text(self, ctx: Any, text: Any, ctm: Any) -> None:
        """Letters that are not painted leave no ink."""

    def clip_text(self, *_: Any) -> None:
        """What is seen through letters lies in the bounds of what is painted."""
        self.is_whole = False

    def clip_stroke_text(self, *_: Any) -> None:
        """The same."""
        self.is_whole = False

    def fill_image(self, ctx: Any, image: Any, ctm: Any, *_: Any) -> None:
        """A picture."""
        mupdf = pymupdf.mupdf
        self._add(mupdf.FzRect(mupdf.FzRect.Fixed_UNIT).fz_transform_rect(mupdf.FzMatrix(ctm)))

    def fill_image_mask(self, ctx: Any, image: Any, ctm: Any, *_: Any) -> None:
        """A stencil."""
        self.fill_image(ctx, image, ctm)

    def fill_shade(self, *_: Any) -> None:
        """A shading fills what it is clipped to."""
        self.is_whole = False

    def begin_tile(self, *_: Any) -> int:
        """A pattern."""
        self.is_whole = False
        return 0

    def begin_mask(self, *_: Any) -> None:
        """A soft mask."""
        self.is_whole = False


def _letters(text: Any, matrix: Any) -> Iterator[tuple[Any, Any, Any, Box | None]]:
    """Font, item, place of the origin and ink box of each glyph of a text that MuPDF draws."""
    mupdf = pymupdf.mupdf
    stroke = mupdf.FzStrokeState(None)
    span = text.head
    while span:
        kept = mupdf.FzTextSpan(span)
        font = kept.font()
        for i in range(kept.m_internal.len):
            item = kept.items(i)
            at = mupdf.fz_transform_point(mupdf.fz_make_point(item.x, item.y), matrix)
            box = None
            if item.gid >= 0:
                trm = kept.trm()
                trm.e, trm.f = item.x, item.y
                whole = mupdf.fz_concat(trm, matrix)
                path = mupdf.fz_outline_glyph(font, item.gid, whole)
                if path.m_internal:
                    rect = mupdf.fz_bound_path(path, stroke, mupdf.FzMatrix())
                    if rect.x1 > rect.x0 or rect.y1 > rect.y0:
                        box = (rect.x0, rect.y0, rect.x1, rect.y1)
                else:
                    rect = mupdf.fz_bound_glyph(font, item.gid, whole)
                    box = (rect.x0, rect.y0, rect.x1, rect.y1)
            yield font, item, at, box
        span = span.next


class _Device(pymupdf.mupdf.FzDevice2):  # type: ignore[misc]
    """Collects (gid, character, origin x, origin y, advance, ink box) of every glyph drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.use_virtual_fill_text()
        self.glyphs: list[tuple[int, int, float, float, float, Box | None]] = []

    def fill_text(self, ctx: Any, text: Any, ctm: Any, *_: Any) -> None:
        """Called by MuPDF."""
        mupdf = pymupdf.mupdf
        for font, item, at, box in _letters(text, mupdf.FzMatrix(ctm)):
            wide = mupdf.fz_advance_glyph(font, item.gid, 0) if item.gid >= 0 else 0.0
            self.glyphs.append((item.gid, item.ucs, at.x, at.y, wide, box))
