"""Writes the small PDFs that we make ourselves: typeset text files and review sheets.

Same calls, same bytes: no clock, no random identifier. Measures are points; y runs down from the top of
the page, as in page space.
"""

from __future__ import annotations

import hashlib

from review_app.engine import faces, strokes
from review_app.engine.faces import stream

PAGE_WIDTH = 612.0  # US Letter, as the documents themselves
PAGE_HEIGHT = 792.0
BASELINE = 0.94  # of the size below the top of a row; the font reaches 0.93 em above its baseline

Colour = tuple[float, float, float]
BLACK: Colour = (0.0, 0.0, 0.0)


class PdfWriter:
    """Pages with text, strokes and rectangles; :meth:`finish` gives the file's bytes."""

    def __init__(self) -> None:
        self.mono = faces.mono()
        self.wide = faces.wide()
        self._pages: list[list[bytes]] = []
        self._out: list[bytes] = []

    @property
    def page_count(self) -> int:
        """Pages begun so far."""
        return len(self._pages)

    def new_page(self) -> None:
        """Begins a page; what follows goes onto it."""
        self._out = []
        self._pages.append(self._out)

    def text(
        self, x: float, top: float, text: str, size: float, colour: Colour = BLACK, *, bold: bool = False
    ) -> None:
        """Writes characters that the monospaced font has, from ``x``, in a row that begins at ``top``."""
        self._show(self.mono, x, top, text, size, colour, b"2 Tr %.2f w " % (size * 0.035) if bold else b"")

    def wide_char(self, x: float, top: float, char: str, size: float, cells: float) -> None:
        """Writes one character of the wide font, centred in ``cells`` points."""
        shift = max(0.0, (cells - self.wide.advance(char) * size) / 2)
        self._show(self.wide, x + shift, top, char, size, BLACK, b"")

    def number_box(self, x: float, top: float, char: str, size: float, cells: float) -> None:
        """Draws a box with the character's number; the character itself stays in the page's text."""
        label = number_label(char)
        height = min(size * 0.42, (cells - 2.4) * strokes.HEIGHT / ((len(label) - 1) * strokes.ADVANCE + 4))
        y = PAGE_HEIGHT - top - size * 1.12
        self._out.append(b"q 0.7 0 0 RG 0.5 w %.2f %.2f %.2f %.2f re S\n" % (x + 0.4, y, cells - 0.8, size))
        self._out.append(strokes.draw(label, x + 1.2, y + (size - height) / 2, height) + b"Q\n")
        if not 0xD800 <= ord(char) <= 0xDFFF:
            self._show(self.mono, x, top, char, size, BLACK, b"3 Tr ")

    def _show(
        self, face: faces.Face, x: float, top: float, text: str, size: float, colour: Colour, mode: bytes
    ) -> None:
        self._out.append(
            b"BT %s%.3g %.3g %.3g rg %.3g %.3g %.3g RG /%s %g Tf %.2f %.2f Td %s Tj ET\n"
            % (mode or b"0 Tr ", *colour, *colour, face.resource.encode("ascii"), size, x,
               PAGE_HEIGHT - top - size * BASELINE, face.encode(text))
        )

    def strokes(self, x: float, top: float, text: str, height: float, colour: Colour) -> None:
        """Draws digits that are not part of the page's text."""
        self._out.append(b"q %.3g %.3g %.3g RG\n" % colour)
        self._out.append(strokes.draw(text, x, PAGE_HEIGHT - top - height, height) + b"Q\n")

    def rect(self, x: float, top: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self._out.append(
            b"q %.3g %.3g %.3g rg %.2f %.2f %.2f %.2f re f Q\n"
            % (*colour, x, PAGE_HEIGHT - top - height, width, height)
        )

    def raw(self, operators: bytes) -> None:
        """Appends ready operators, in PDF space."""
        self._out.append(operators)

    def finish(self) -> bytes:
        """The whole file. At least one page must have been begun."""
        bodies: list[bytes] = [b"", b"", b""]  # catalog, page tree, resources: filled in below
        fonts = b""
        for face in (self.mono, self.wide):
            if face.is_used:
                fonts += b"/%s %d 0 R " % (face.resource.encode("ascii"), len(bodies) + 1)
                bodies += face.objects(len(bodies) + 1)
        forms = b""
        for char in strokes.SHAPES:
            forms += b"/%s %d 0 R " % (strokes.name_of(char).encode("ascii"), len(bodies) + 1)
            bodies.append(
                stream(strokes.path_of(char), b"/Type /XObject /Subtype /Form /BBox [-1 -1 5 7]")
            )
        kids = b""
        for page in self._pages:
            bodies.append(stream(b"".join(page)))
            kids += b"%d 0 R " % (len(bodies) + 1)
            bodies.append(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>" % len(bodies))
        bodies[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
        bodies[1] = (
            b"<< /Type /Pages /Count %d /Kids [%s] /MediaBox [0 0 %g %g] /Resources 3 0 R >>"
            % (len(self._pages), kids, PAGE_WIDTH, PAGE_HEIGHT)
        )
        bodies[2] = b"<< /Font << %s>> /XObject << %s>> >>" % (fonts, forms)
        return _file(bodies)


def number_label(char: str) -> str:
    """``U+XXXX``, the name by which a character without a glyph is shown."""
    return f"U+{ord(char):04X}"


def _file(bodies: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    digest = hashlib.sha256(out).hexdigest()[:32].encode("ascii")
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1, digest, digest, start,
    )
    return bytes(out)
