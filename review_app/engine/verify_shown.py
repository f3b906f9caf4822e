"""What the content streams of a file show as text, read through the fonts' own maps, whoever draws them.

Pages, forms, patterns, soft masks, Type 3 glyphs, appearances of annotations, and streams that nothing draws:
the readers' text extraction leaves most of these out (redaction reference 0.3).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import field
from typing import Any

import pikepdf

from review_app.domain.values import dataclass
from review_app.engine.glyph_names import character
from review_app.engine.verify_parts import unescaped
from review_app.engine.verify_streams import PIKEPDF_ERRORS

_TOKEN = re.compile(
    rb"""\((?P<literal>(?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*)\)
    |<(?P<hex>[0-9A-Fa-f\s]*)>(?!>)
    |/(?P<name>[^\s/<>\[\](){}%]+)
    |(?P<op>(?:Tf|Tj|TJ|BT|ET|Td|TD|Tm|T\*|'|"|BI)(?=[\s\[\]()<>/]|$))
    |(?P<comment>%[^\r\n]*)""",
    re.DOTALL | re.VERBOSE,
)
_SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"'})
_INLINE_END = re.compile(rb"\sEI(?=\s|$)")
_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f\s]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_MAX_RANGE = 70_000


@dataclass(slots=True)
class FontMap:
    """How a font's codes read: ``wide`` codes have two bytes. ``names`` are those of a simple font's own
    encoding. ``stated`` are the codes that the font itself gives a letter (ToUnicode, Differences)."""

    number: int
    wide: bool
    texts: dict[int, str] = field(default_factory=dict)
    stated: dict[int, str] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    _table: dict[int, str] = field(default_factory=dict)

    def read(self, data: bytes, *, counts: bool = True) -> str:
        """The text of a shown string; its codes count as used where ``counts``."""
        if self.wide:
            codes = [int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data) - 1, 2)]
            if counts:
                self.used.update(codes)
            return "".join(map(self.text, codes))
        if not self._table:
            self._table.update({code: self.text(code) for code in range(256)})
        if counts:
            self.used.update(data)
        return data.decode("latin-1").translate(self._table)

    def text(self, code: int) -> str:
        """What a code reads as; a replacement character where nothing says it."""
        known = self.texts.get(code)
        if known is not None:
            return known
        return "\ufffd" if self.wide else bytes([code & 255]).decode("cp1252", "replace")


class Shown:
    """The text that streams show, and the codes that they use of each font."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self.fonts: dict[int, FontMap] = {}
        self._by_name: dict[str, list[Any]] = defaultdict(list)

    def of(self, data: bytes, resources: Any) -> tuple[str, str]:
        """The text of a content stream, with its pieces joined, and with each piece for itself.

        Args:
            data: the decoded stream.
            resources: its resource dictionary; None: nothing draws the stream. Then every font of that name
                is tried, and none counts as used.
        """
        joined: list[str] = []
        apart: list[str] = []
        fonts: list[FontMap] = []
        pending: list[bytes] = []
        known: dict[str, list[FontMap]] = {}
        name = ""
        for kind, token in _tokens(data):
            if kind == "literal":
                pending.append(unescaped(token))
            elif kind == "hex":
                digits = re.sub(rb"\s", b"", token)
                pending.append(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()))
            elif kind == "name":
                name = token.decode("latin-1")
            elif kind == "op":
                if token == b"Tf":
                    if name not in known:
                        known[name] = self.fonts_named(name, resources)
                    fonts = known[name]
                elif token in _SHOWS:
                    for piece in self._read(pending, fonts, resources is not None):
                        joined.append(piece)
                        apart.append(piece)
                    apart.append(" ")
                pending = []
        return "".join(joined), "".join(apart)

    @staticmethod
    def _read(strings: list[bytes], fonts: list[FontMap], counts: bool) -> Iterator[str]:
        data = b"".join(strings)
        if not fonts:
            yield data.decode("latin-1")
            return
        for font in fonts:
            yield font.read(data, counts=counts)
            if len(fonts) > 1:
                yield " "

    def fonts_named(self, name: str, resources: Any) -> list[FontMap]:
        """The maps of the font of that name in the resources; without them, of every font of that name."""
        found: list[Any] = []
        try:
            fonts = resources.get("/Font") if resources is not None else None
            font = fonts.get("/" + name) if fonts is not None else None
            if font is not None:
                found = [font]
        except PIKEPDF_ERRORS:
            found = []
        if not found:
            self._index()
            found = self._by_name.get(name, [])[:6]
        maps = []
        for font in found:
            try:
                maps.append(self.map_of(font))
            except PIKEPDF_ERRORS:
                continue
        return maps

    def _index(self) -> None:
        if self._by_name:
            return
        self._by_name[""] = []
        for item in self._pdf.objects:
            try:
                if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                    continue
                fonts = item.get("/Font")
                if fonts is None:
                    resources = item.get("/Resources")
                    fonts = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
                if isinstance(fonts, pikepdf.Dictionary):
                    for name, font in fonts.items():
                        known = self._by_name[name.lstrip("/")]
                        if all(font.objgen != other.objgen or font.objgen[0] == 0 for other in known):
                            known.append(font)
            except PIKEPDF_ERRORS:
                continue

    def map_of(self, font: Any) -> FontMap:
        """The map of a font dictionary, read once."""
        number = font.objgen[0] or -id(font)
        if number not in self.fonts:
            self.fonts[number] = _map(font, number)
        return self.fonts[number]


def _map(font: Any, number: int) -> FontMap:
    wide = font.get("/Subtype") == "/Type0"
    found = FontMap(number, wide)
    if not wide:
        for code, name in differences(font).items():
            text = character(name)
            if text:
                found.texts[code] = found.stated[code] = text
    stream = font.get("/ToUnicode")
    if isinstance(stream, pikepdf.Stream):
        stated = to_unicode(stream.read_bytes())
        found.texts |= stated
        found.stated |= stated
    return found


def differences(font: Any) -> dict[int, str]:
    """The glyph names that a simple font's own encoding gives its codes."""
    encoding = font.get("/Encoding")
    if not isinstance(encoding, pikepdf.Dictionary):
        return {}
    found: dict[int, str] = {}
    code = 0
    for entry in encoding.get("/Differences") or ():
        if isinstance(entry, pikepdf.Name):
            found[code] = str(entry).lstrip("/")
            code += 1
        else:
            code = int(entry)
    return found


def to_unicode(data: bytes) -> dict[int, str]:
    """The pairs of a ToUnicode map."""
    found: dict[int, str] = {}
    for kind, body in _SECTION.findall(data):
        if kind == b"bfchar":
            for code, text in _CHAR.findall(body):
                found[int(code, 16)] = _utf16(text)
            continue
        for first, last, start, several in _RANGE.findall(body):
            low, high = int(first, 16), int(last, 16)
            if not 0 <= high - low < _MAX_RANGE:
                continue
            if several:
                for offset, text in enumerate(re.findall(rb"<([0-9A-Fa-f\s]*)>", several)):
                    found[low + offset] = _utf16(text)
            else:
                base = _utf16(start)
                for code in range(low, high + 1):
                    end = ord(base[-1]) + code - low if base else 0
                    found[code] = base[:-1] + chr(end) if base and end < 0x110000 else ""
    return found


def _utf16(digits: bytes) -> str:
    clean = re.sub(rb"\s", b"", digits)
    if len(clean) <= 2:
        return chr(int(clean, 16)) if clean else ""
    return bytes.fromhex((clean + b"0" * (len(clean) % 2)).decode()).decode("utf-16-be", "replace")


def _tokens(data: bytes) -> Iterator[tuple[str | None, bytes]]:
    """The tokens of a content stream that matter for text, by kind; inline pictures are passed over."""
    at: int | None = 0
    while at is not None:
        start, at = at, None
        for match in _TOKEN.finditer(data, start):
            kind = match.lastgroup
            token = match[match.lastindex or 0]
            yield kind, token
            if token == b"BI" and kind == "op":
                end = _INLINE_END.search(data, match.end())
                at = end.end() if end else None
                break


def page_streams(pdf: Any) -> Iterator[tuple[Any, Any]]:
    """The content of each page as bytes, with its resources."""
    for page in pdf.pages:
        try:
            contents = page.obj.get("/Contents")
            streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
            data = b"\n".join(s.read_bytes() for s in streams if isinstance(s, pikepdf.Stream))
            yield data, page.resources
        except PIKEPDF_ERRORS:
            continue


def other_streams(pdf: Any) -> Iterator[tuple[int, Any, Any]]:
    """Streams other than pages' content that may show text: number, decoded bytes, resources or None."""
    pages: set[int] = set()
    for page in pdf.pages:
        try:
            contents = page.obj.get("/Contents")
            streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
            pages |= {s.objgen[0] for s in streams if isinstance(s, pikepdf.Stream)}
        except PIKEPDF_ERRORS:
            continue
    glyphs: dict[int, Any] = {}
    for item in pdf.objects:
        try:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type3":
                for proc in dict(item.get("/CharProcs") or {}).values():
                    glyphs[proc.objgen[0]] = item.get("/Resources")
        except PIKEPDF_ERRORS:
            continue
    for item in pdf.objects:
        try:
            if not isinstance(item, pikepdf.Stream) or item.objgen[0] in pages:
                continue
            if item.get("/Subtype") in ("/Image", "/XML") or item.get("/Type") in ("/ObjStm", "/XRef"):
                continue
            if item.get("/Length1") is not None or item.get("/Subtype") in (
                "/Type1C", "/CIDFontType0C", "/OpenType"
            ):
                continue
            data = item.read_bytes()
            if re.search(rb"T[jJ]|'|\"", data[:1_000_000]) is None:
                continue
            number = item.objgen[0]
            yield number, data, item.get("/Resources") or glyphs.get(number)
        except PIKEPDF_ERRORS:
            continue
