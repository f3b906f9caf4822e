"""The two fonts that typeset pages use, embedded so that every reader gets the exact characters back."""

from __future__ import annotations

import zlib
from functools import cache

import pymupdf

from review_app.domain.resources import resource_path
from review_app.engine import ttf

_SPARE = range(0xD800, 0xE000)  # no character lives here, so these numbers serve those above U+FFFF


class Face:
    """One font in one PDF under construction.

    A character's code in the page is its Unicode number, not its glyph: two characters that share a glyph
    (hyphen and soft hyphen, blank and no-break blank) so stay two when text is taken out again.
    """

    def __init__(self, resource: str, name: str, data: bytes) -> None:
        self.resource = resource
        self.name = name
        self.data = data
        self._units, self._advances = _metrics(data)
        self._used: set[str] = set()
        self._spare: dict[str, int] = {}

    def has(self, char: str) -> bool:
        """True when the font draws this character."""
        return glyph_of(self.data, char) > 0

    def advance(self, char: str) -> float:
        """Advance width in em."""
        return self._advances[glyph_of(self.data, char)] / self._units

    def encode(self, text: str) -> bytes:
        """The hexadecimal string operand for ``text``."""
        self._used.update(text)
        if text.isascii() or max(text) <= "\uffff":
            return b"<" + text.encode("utf-16-be").hex().encode("ascii") + b">"
        return b"<" + b"".join(b"%04x" % self._code(c) for c in text) + b">"

    def _code(self, char: str) -> int:
        if char <= "\uffff":
            return ord(char)
        return self._spare.setdefault(char, _SPARE[len(self._spare) % len(_SPARE)])

    @property
    def is_used(self) -> bool:
        """True once something was encoded."""
        return bool(self._used)

    def objects(self, first: int) -> list[bytes]:
        """The bodies of the font's PDF objects; the first is the font itself, numbered ``first``."""
        codes = sorted((self._code(c), c) for c in self._used)
        glyphs = {code: glyph_of(self.data, c) for code, c in codes}
        embedded = ttf.subset(self.data, glyphs.values())
        to_glyph = bytearray(2 * (max(glyphs, default=0) + 1))
        for code, glyph in glyphs.items():
            to_glyph[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
        widths = b" ".join(
            b"%d [%d]" % (code, round(1000 * self._advances[glyph] / self._units))
            for code, glyph in glyphs.items()
        )
        name = b"RVWAPP+" + self.name.encode("ascii")
        box, ascent, descent = _box(self.data)
        return [
            b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] "
            b"/ToUnicode %d 0 R >>" % (name, first + 1, first + 2),
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) "
            b"/Ordering (Identity) /Supplement 0 >> /DW 602 /W [%s] /CIDToGIDMap %d 0 R "
            b"/FontDescriptor %d 0 R >>"
            % (name, widths, first + 3, first + 4),
            stream(_to_unicode(codes)),
            stream(bytes(to_glyph)),
            b"<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%s] /ItalicAngle 0 /Ascent %d "
            b"/Descent %d /CapHeight 729 /StemV 80 /FontFile2 %d 0 R >>"
            % (name, box, ascent, descent, first + 5),
            stream(embedded, b"/Length1 %d" % len(embedded)),
        ]


def stream(data: bytes, more: bytes = b"") -> bytes:
    """The body of a compressed stream object."""
    packed = zlib.compress(data, 6)
    return b"<< /Filter /FlateDecode /Length %d %s >>\nstream\n%s\nendstream" % (len(packed), more, packed)


def _to_unicode(codes: list[tuple[int, str]]) -> bytes:
    out = [
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /RA def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <ffff> endcodespacerange"
    ]
    for start in range(0, len(codes), 100):  # at most 100 entries a block (Adobe technical note 5411)
        part = codes[start : start + 100]
        out.append(b"%d beginbfchar" % len(part))
        out += [b"<%04x> <%s>" % (code, c.encode("utf-16-be").hex().encode("ascii")) for code, c in part]
        out.append(b"endbfchar")
    out.append(b"endcmap CMapName currentdict /CMap defineresource pop end end")
    return b"\n".join(out)


@cache
def _metrics(data: bytes) -> tuple[int, tuple[int, ...]]:
    return ttf.advances(data)


@cache
def _font(data: bytes) -> pymupdf.Font:
    return pymupdf.Font(fontbuffer=data)


@cache
def glyph_of(data: bytes, char: str) -> int:
    """Glyph number of a character in a font, 0 when it has none."""
    return int(_font(data).has_glyph(ord(char)))


def _box(data: bytes) -> tuple[bytes, int, int]:
    font = _font(data)
    box = font.bbox
    numbers = b" ".join(b"%d" % round(1000 * v) for v in (box.x0, box.y0, box.x1, box.y1))
    return numbers, round(1000 * font.ascender), round(1000 * font.descender)


@cache
def _mono_data() -> bytes:
    return resource_path("fonts", "DejaVuSansMono.ttf").read_bytes()


@cache
def _wide_data() -> bytes:
    return bytes(pymupdf.Font("cjk").buffer)


def mono() -> Face:
    """DejaVu Sans Mono: every character 0.602 em wide."""
    return Face("F0", "DejaVuSansMono", _mono_data())


def wide() -> Face:
    """Droid Sans Fallback, which comes with PyMuPDF: Chinese, Japanese, Korean and other scripts."""
    return Face("F1", "DroidSansFallback", _wide_data())
