"""Fonts of a PDF as the redactor needs them: codes, widths, writing direction, ink."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from review_app.engine import cmaps
from review_app.engine.ink import Box, InkMeter
from review_app.engine.operators import Unsure

SIMPLE = ("/Type1", "/MMType1", "/TrueType")

_BAD: tuple[type[Exception], ...] = (
    pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError,
)


class PdfFont:
    """One font dictionary.

    Attributes:
        kind: ``simple``, ``type0`` or ``type3``.
        name: as the file calls it, with the sign of a subset; may be empty.
        vertical: writes downwards.
        lost: some of its glyphs were removed.
        reach: bounds of all ink measured so far, in em from the origin.
        matrix: of a Type3 font's glyph space, else 0.001 of an em.

    Raises:
        Unsure: the dictionary cannot be understood.
    """

    def __init__(self, font: Any, meter: InkMeter) -> None:
        self._font = font
        self._meter = meter
        self.name = str(font.get("/BaseFont", ""))[1:]
        self._ink: dict[bytes, Box | None] = {}
        self._texts: dict[bytes, str] = {}
        self._advances: dict[bytes, float] = {}
        self.vertical = False
        self.lost = False
        self._plain: list[float] = []
        self.split: Callable[[bytes], list[bytes]] = _bytes
        self.cid: Callable[[bytes], int] = _no_cid
        self.spaces: list[tuple[bytes, bytes]] = []
        self.by_cid: dict[int, float] = {}
        self.by_cid_down: dict[int, tuple[float, float, float]] = {}
        self.reach: Box = (0.0, 0.0, 0.0, 0.0)
        self.matrix: tuple[float, ...] = (0.001, 0.0, 0.0, 0.001, 0.0, 0.0)
        try:
            subtype = str(font.get("/Subtype"))
            chars = _to_unicode(font)
            if subtype in SIMPLE or subtype == "/Type3":
                self.kind = "type3" if subtype == "/Type3" else "simple"
                self._load_simple(font)
            elif subtype == "/Type0":
                self.kind = "type0"
                self._load_type0(font)
            else:
                raise Unsure("a font on it is of an unknown kind")
        except _BAD:
            raise Unsure("a font on it is damaged") from None
        self.chars = chars

    # what it holds ------------------------------------------------------------------------------------

    def _load_simple(self, font: Any) -> None:
        self.widths: list[float | None] = [None] * 256
        scale = 0.001
        if self.kind == "type3":
            self.matrix = tuple(float(v) for v in font.FontMatrix)
            if len(self.matrix) != 6:
                raise Unsure("a font on it is damaged")
            scale = self.matrix[0]
        missing = font.get("/FontDescriptor", Dictionary()).get("/MissingWidth", 0)
        if isinstance(font.get("/Widths"), Array):
            self.widths = [float(missing) * scale] * 256
            first = int(font.get("/FirstChar", 0))
            for i, width in enumerate(font.Widths):
                if 0 <= first + i < 256:
                    self.widths[first + i] = float(width) * scale
        elif self.kind == "type3":
            raise Unsure("a font on it has no widths")

    def _load_type0(self, font: Any) -> None:
        below = font.DescendantFonts[0]
        encoding = font.Encoding
        if isinstance(encoding, Stream):
            cmap = cmaps.parse(encoding.read_bytes())
            if cmap.uses_other or "/UseCMap" in encoding or not cmap.spaces:
                raise Unsure("a font on it builds on another list of characters")
            self.split, self.cid = cmap.split, cmap.cid
            self.spaces = cmap.spaces
            self.vertical = cmap.vertical or int(encoding.get("/WMode", 0)) == 1
        else:
            self.split, self.cid, self.vertical = cmaps.named(str(encoding)[1:])
        self._default = float(below.get("/DW", 1000)) * 0.001
        self.by_cid = _cid_widths(below.get("/W"))
        self._down_default = tuple(float(v) for v in below.get("/DW2", Array([880, -1000])))
        self.by_cid_down = _cid_vertical(below.get("/W2")) if self.vertical else {}

    # what is asked ------------------------------------------------------------------------------------

    def width(self, code: bytes) -> float:
        """Horizontal displacement in text space for a size of 1."""
        if self.kind == "type0":
            return self.by_cid.get(self.cid(code), self._default)
        found = self.widths[code[0]]
        if found is None:  # one of the standard fonts, which carry no widths
            if code not in self._ink:
                self._measure([code])
            found = self.widths[code[0]] = self._advances.get(code, 0.0)
        return found

    def total(self, data: bytes) -> float:
        """The widths of all codes of a string of a simple font together."""
        if not self._plain:
            self._plain = [self.width(bytes([c])) for c in range(256)]
        return sum(map(self._plain.__getitem__, data))

    def down(self, code: bytes) -> tuple[float, float, float]:
        """For vertical writing: displacement (negative is down), and the origin's shift x, y; size 1."""
        cid = self.cid(code)
        if cid in self.by_cid_down:
            return self.by_cid_down[cid]
        return self._down_default[1] * 0.001, self.width(code) / 2, self._down_default[0] * 0.001

    def prepare(self, strings: Iterable[bytes]) -> None:
        """Measures what is needed for these strings at once: one by one is slow.

        Raises:
            Unsure: the font cannot be drawn.
        """
        if self.kind == "simple":
            if not self._ink:
                self._measure([bytes([c]) for c in range(256)])
            return
        codes = {c for s in strings for c in self.split(s)}
        if not codes <= self._ink.keys():
            self._measure(sorted(codes - self._ink.keys()))

    def codes(self) -> list[bytes]:
        """The codes that it is known to have: all of a simple font, else those met so far or named."""
        if self.kind == "type0":
            return sorted(self._ink.keys() | self.chars.keys())
        return sorted(self._ink)

    def ink(self, code: bytes) -> Box | None:
        """Box of what a code draws, in em from the origin; None for a blank."""
        if code not in self._ink:
            self._measure([code])
        return self._ink[code]

    def text(self, code: bytes) -> str:
        """Characters that a code stands for; U+FFFD when nobody can say."""
        known = self.chars.get(code) or self._texts.get(code)
        return known or "\ufffd"

    @property
    def has_glyph_procedures(self) -> bool:
        """True for Type3, whose glyphs are content streams."""
        return self.kind == "type3"

    @property
    def is_in_em(self) -> bool:
        """True when ink lies where letters of size 1 have it; glyph procedures may use any other scale."""
        return self.reach[1] >= -0.6 and 0.4 <= self.reach[3] <= 1.4

    def _measure(self, codes: list[bytes]) -> None:
        if not codes:
            return
        if not self._font.is_indirect:
            raise Unsure("a font on it is not an object of its own")
        if self.kind == "type3":
            drawn = {c: p for c in codes if (p := self._procedure(c)) is not None}
            found = self._meter.measure_procedures(self._font.objgen[0], drawn, self.matrix)
        else:
            found = self._meter.measure(self._font.objgen[0], codes)
        for code in codes:
            ink = found.get(code)
            box = None if ink is None else self._upright(code, ink.box)
            self._ink[code] = box
            if box is not None:
                x0, y0, x1, y1 = self.reach
                self.reach = (min(x0, box[0]), min(y0, box[1]), max(x1, box[2]), max(y1, box[3]))
            if ink is not None:
                self._texts[code] = ink.text.replace("\ufffd", "")
                self._advances[code] = ink.advance

    def _procedure(self, code: bytes) -> bytes | None:
        """The drawing of a Type3 glyph, None when the font has none for the code."""
        encoding = self._font.get("/Encoding")
        listed = differences(encoding) if isinstance(encoding, Dictionary) else {}
        found = self._font.CharProcs.get(listed.get(code[0], "/.notdef"))
        return bytes(found.read_bytes()) if isinstance(found, Stream) else None

    def _upright(self, code: bytes, box: Box | None) -> Box | None:
        """The box from the origin for horizontal writing; drawn downwards, MuPDF has shifted it."""
        if box is None or not self.vertical:
            return box
        _, x, y = self.down(code)
        return box[0] + x, box[1] + y, box[2] + x, box[3] + y


def differences(encoding: Any) -> dict[int, str]:
    """An encoding's differences: code to glyph name, with its slash."""
    found: dict[int, str] = {}
    code = 0
    for entry in encoding.get("/Differences", Array()):
        if isinstance(entry, Name):
            if 0 <= code < 256:
                found[code] = str(entry)
            code += 1
        else:
            code = int(entry)
    return found


def _no_cid(code: bytes) -> int:
    return code[0]


_SINGLE = [bytes([code]) for code in range(256)]


def _bytes(data: bytes) -> list[bytes]:
    return list(map(_SINGLE.__getitem__, data))


def _to_unicode(font: Any) -> dict[bytes, str]:
    stream = font.get("/ToUnicode")
    if not isinstance(stream, Stream):
        return {}
    try:
        return cmaps.parse(stream.read_bytes()).chars
    except Unsure:
        return {}  # readers then go without, and so do we: it decides nothing that is removed


def _cid_widths(array: Any) -> dict[int, float]:
    found: dict[int, float] = {}
    items = list(array) if isinstance(array, Array) else []
    at = 0
    while at + 1 < len(items):
        first, second = int(items[at]), items[at + 1]
        if isinstance(second, Array):
            for i, width in enumerate(second):
                found[first + i] = float(width) * 0.001
            at += 2
        elif at + 2 < len(items):
            last = min(int(second), 0xFFFFFF)
            if last - first > 0xFFFF:
                raise Unsure("a font on it has too many widths")
            same = float(items[at + 2]) * 0.001
            for cid in range(first, last + 1):
                found[cid] = same
            at += 3
        else:
            break
    return found


def _cid_vertical(array: Any) -> dict[int, tuple[float, float, float]]:
    found: dict[int, tuple[float, float, float]] = {}
    items = list(array) if isinstance(array, Array) else []
    at = 0
    while at + 1 < len(items):
        first, second = int(items[at]), items[at + 1]
        if isinstance(second, Array):
            values = [float(v) * 0.001 for v in second]
            for i in range(0, len(values) - 2, 3):
                found[first + i // 3] = (values[i], values[i + 1], values[i + 2])
            at += 2
        elif at + 4 < len(items):
            down, x, y = (float(v) * 0.001 for v in items[at + 2 : at + 5])
            if int(second) - first > 0xFFFF:
                raise Unsure("a font on it has too many widths")
            for cid in range(first, int(second) + 1):
                found[cid] = (down, x, y)
            at += 5
        else:
            break
    return found


def key_of(name: bytes) -> str:
    """A name operand as pikepdf writes keys: escapes resolved (ISO 32000-1, 7.3.5).

    Raises:
        Unsure: it is no name, or none that can be told from others.
    """
    if name[:1] != b"/":
        raise Unsure("its drawing instructions are damaged")
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found.group(1), 16)]), name)
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        raise Unsure("a name in its drawing instructions is not text") from None


def resource(resources: Any, category: str, name: bytes) -> Any:
    """A resource by category and name operand, None when it is not there."""
    found = resources.get(category) if isinstance(resources, Dictionary) else None
    return found.get(key_of(name)) if isinstance(found, Dictionary) else None


class Fonts:
    """The fonts of a document, each read once."""

    def __init__(self, meter: InkMeter) -> None:
        self._meter = meter
        self._known: dict[tuple[int, int], PdfFont] = {}

    def of(self, resources: Any, name: bytes) -> PdfFont:
        """The font with this resource name (with its slash).

        Raises:
            Unsure: there is none, or it cannot be understood.
        """
        return self.of_object(resource(resources, "/Font", name))

    def of_object(self, found: Any) -> PdfFont:
        """The font of a dictionary.

        Raises:
            Unsure: it is none, or cannot be understood.
        """
        if not isinstance(found, Dictionary):
            raise Unsure("it uses a font that is not in the file")
        key = found.objgen if found.is_indirect else None
        if key is not None and key in self._known:
            return self._known[key]
        font = PdfFont(found, self._meter)
        if key is not None:
            self._known[key] = font
        return font
