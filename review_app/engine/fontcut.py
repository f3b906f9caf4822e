"""Fonts of the new file, cut down to the codes that are still shown.

The letters of a removed word must not stay listed in widths, ToUnicode, Differences, CharSet or the font
program (redaction reference 0.9). Dictionaries are written anew from the used codes; programs are cut by
glyph in modules of their own. A program that cannot be cut stays whole only when nothing was removed from its
font.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from review_app.engine import cmaps, fontcut_cff, fontcut_truetype, fontcut_type1
from review_app.engine.ink import InkMeter
from review_app.engine.operators import Unsure
from review_app.engine.pdffonts import PdfFont, differences
from review_app.engine.sanitise import Rebuilder

_ENCODINGS = frozenset({"/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding", "/StandardEncoding"})
_DESCRIPTOR = (
    "/Flags", "/FontBBox", "/ItalicAngle", "/Ascent", "/Descent", "/Leading", "/CapHeight", "/XHeight",
    "/StemV", "/StemH", "/AvgWidth", "/MaxWidth", "/MissingWidth",
)
_GLYPH_NAME = re.compile(r"/[A-Za-z0-9._]{1,63}\Z")
_FONT_NAME = re.compile(r"/[A-Za-z0-9+,._-]{1,80}\Z")
_BROKEN: tuple[type[BaseException], ...] = (
    struct.error, ValueError, LookupError, TypeError, ArithmeticError, AssertionError, pikepdf.PdfError,
)


def finish(owner: Rebuilder, meter: InkMeter) -> None:
    """Fills in every font of the new file, once all pages are there.

    Raises:
        Unsure: a font that lost letters cannot be cut.
    """
    done: set[tuple[int, int]] = set()
    while todo := sorted(owner.fonts_made.keys() - done):
        for key in todo:  # glyph procedures may show text in further fonts
            made, source, read = owner.fonts_made[key]
            try:
                _Font(owner, meter, made, source, read, owner.used[key], key[0]).write()
            except _BROKEN:
                raise Unsure("a font on it is damaged") from None
            done.add(key)


def rename(owner: Rebuilder, holds: Callable[[str], bool]) -> None:
    """Takes their names from fonts in the file where these hold a removed word: "Century" may be one."""
    for made, _, _ in owner.fonts_made.values():
        parts = [made, *made.get("/DescendantFonts", ())]
        descriptors = [f.FontDescriptor for f in parts if isinstance(f.get("/FontDescriptor"), Dictionary)]
        if not any(k in d for d in descriptors for k in ("/FontFile", "/FontFile2", "/FontFile3")):
            continue  # readers find the font by its name
        if any(holds(str(f.get("/BaseFont", ""))) for f in parts):
            for font in parts:
                font.BaseFont = Name("/Font")
            for descriptor in descriptors:
                descriptor.FontName = Name("/Font")


class _Font:
    def __init__(
        self, owner: Rebuilder, meter: InkMeter, made: Any, source: Any, read: PdfFont, used: set[bytes],
        number: int,
    ) -> None:
        self.owner = owner
        self.meter = meter
        self.made = made
        self.source = source
        self.read = read
        self.used = sorted(used)
        self.number = number

    def write(self) -> None:
        self.made.Subtype = self.source.Subtype
        if self.read.kind == "type0":
            self._type0()
        else:
            self._simple()
        if isinstance(self.source.get("/ToUnicode"), Stream):
            chars = {c: self.read.chars[c] for c in self.used if c in self.read.chars}
            self.made.ToUnicode = self.owner.pdf.make_stream(cmaps.to_unicode(chars))

    # simple fonts ---------------------------------------------------------------------------------------

    def _simple(self) -> None:
        made, source = self.made, self.source
        codes = [c[0] for c in self.used]
        first, last = (min(codes), max(codes)) if codes else (0, 0)
        if isinstance(source.get("/Widths"), Array):
            start = int(source.get("/FirstChar", 0))
            widths = Array()
            for code in range(first, last + 1):
                shown = code in codes and 0 <= code - start < len(source.Widths)
                widths.append(self.owner.objects.numbers(source.Widths[code - start]) if shown else 0)
            made.FirstChar, made.LastChar, made.Widths = first, last, widths
        encoding = source.get("/Encoding")
        if isinstance(encoding, Name) and str(encoding) in _ENCODINGS:
            made.Encoding = encoding
        elif isinstance(encoding, Dictionary):
            made.Encoding = self._differences(encoding, set(codes))
        if self.read.kind == "type3":
            self._procedures()
            return
        name = made.BaseFont = _name(source.get("/BaseFont"))
        descriptor = source.get("/FontDescriptor")
        if isinstance(descriptor, Dictionary):
            made.FontDescriptor = self._descriptor(descriptor, name)

    def _differences(self, encoding: Any, codes: set[int]) -> Dictionary:
        made = Dictionary(Type=Name.Encoding)
        if str(encoding.get("/BaseEncoding")) in _ENCODINGS:
            made.BaseEncoding = encoding.BaseEncoding
        listed = Array()
        expected = None
        for code, name in differences(encoding).items():
            if code in codes and _GLYPH_NAME.match(name):
                if code != expected:
                    listed.append(code)
                listed.append(Name(name))
                expected = code + 1
        if len(listed):
            made.Differences = listed
        return made

    def _procedures(self) -> None:
        source, made, owner = self.source, self.made, self.owner
        made.FontBBox = owner.objects.numbers(source.FontBBox)
        made.FontMatrix = owner.objects.numbers(source.FontMatrix)
        names = differences(source.Encoding) if isinstance(source.get("/Encoding"), Dictionary) else {}
        resources = source.get("/Resources", Dictionary())
        shown, renamed, whole = Dictionary(), Array(), Dictionary()
        for code in (c[0] for c in self.used):
            procedure = source.CharProcs.get(names.get(code, "/.notdef"))
            if not isinstance(procedure, Stream):
                continue
            data, needed = owner.content(bytes(procedure.read_bytes()), resources, 1)
            new = f"/g{code}"  # a name may say what the glyph shows
            # One dictionary serves all procedures: each gets its own names in it.
            for category, entries in needed.items():
                group = whole.get(category)
                if group is None:
                    whole[category] = group = Dictionary()
                for name, value in entries.items():
                    fresh = f"{name}x{code}"
                    group[fresh] = value
                    data = re.sub(re.escape(name.encode("ascii")) + rb"(?=\s)", fresh.encode("ascii"), data)
                whole[category] = group
            shown[new] = owner.pdf.make_stream(data)
            renamed.append(code)
            renamed.append(Name(new))
        made.CharProcs = shown
        made.Encoding = Dictionary(Type=Name.Encoding, Differences=renamed)
        made.Resources = whole

    # composite fonts ------------------------------------------------------------------------------------

    def _type0(self) -> None:
        made, source, owner = self.made, self.source, self.owner
        below = source.DescendantFonts[0]
        cids = {code: self.read.cid(code) for code in self.used}
        made.BaseFont = _name(source.get("/BaseFont"))
        encoding = source.Encoding
        made.Encoding = encoding if isinstance(encoding, Name) else self._cmap(cids)
        kind = str(below.Subtype)
        if kind not in ("/CIDFontType0", "/CIDFontType2"):
            raise Unsure("a font on it is of an unknown kind")
        font = Dictionary(Type=Name.Font, Subtype=Name(kind), BaseFont=_name(below.get("/BaseFont")))
        system = below.get("/CIDSystemInfo")
        registry, ordering = "Adobe", "Identity"
        if isinstance(system, Dictionary) and str(system.get("/Ordering")) in (
            "Japan1", "GB1", "CNS1", "Korea1", "KR", "Identity",
        ):
            ordering = str(system.Ordering)
        font.CIDSystemInfo = Dictionary(
            Registry=pikepdf.String(registry), Ordering=pikepdf.String(ordering),
            Supplement=int(system.get("/Supplement", 0)) if isinstance(system, Dictionary) else 0,
        )
        if "/DW" in below:
            font.DW = owner.objects.numbers(below.DW)
        widths = Array()
        for cid in sorted(set(cids.values())):
            if cid in self.read.by_cid:
                widths.append(cid)
                widths.append(Array([round(self.read.by_cid[cid] * 1000, 6)]))
        if len(widths):
            font.W = widths
        if "/DW2" in below:
            font.DW2 = owner.objects.numbers(below.DW2)
        if self.read.vertical and self.read.by_cid_down:
            down = Array()
            for cid in sorted(set(cids.values())):
                if cid in self.read.by_cid_down:
                    down.append(cid)
                    down.append(Array([round(v * 1000, 6) for v in self.read.by_cid_down[cid]]))
            font.W2 = down
        gids = set(cids.values())
        mapping = below.get("/CIDToGIDMap")
        if isinstance(mapping, Stream):
            table = bytes(mapping.read_bytes())
            new = bytearray(2 * (max(gids, default=0) + 1))
            for cid in sorted(gids):
                new[2 * cid : 2 * cid + 2] = table[2 * cid : 2 * cid + 2].ljust(2, b"\0")
            gids = {int.from_bytes(new[2 * c : 2 * c + 2], "big") for c in gids}
            font.CIDToGIDMap = owner.pdf.make_stream(bytes(new))
        elif kind == "/CIDFontType2" and "/CIDToGIDMap" in below:
            font.CIDToGIDMap = Name.Identity
        descriptor = below.get("/FontDescriptor")
        if isinstance(descriptor, Dictionary):
            font.FontDescriptor = self._descriptor(
                descriptor, _name(below.get("/BaseFont")), set(cids.values()), gids
            )
        made.DescendantFonts = Array([owner.pdf.make_indirect(font)])

    def _cmap(self, cids: dict[bytes, int]) -> Any:
        sizes = sorted({len(c) for c in cids}) or [2]
        out = [
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> def",
            b"/CMapName /R def /CMapType 1 def /WMode %d def" % self.read.vertical,
        ]
        spaces = self.read.spaces or [(b"\0" * n, b"\xff" * n) for n in sizes]
        out.append(b"%d begincodespacerange" % len(spaces))
        out += [
            b"<%s> <%s>" % (a.hex().encode("ascii"), b.hex().encode("ascii")) for a, b in spaces
        ]
        out.append(b"endcodespacerange")
        entries = sorted(cids.items())
        for start in range(0, len(entries), 100):
            part = entries[start : start + 100]
            out.append(b"%d begincidchar" % len(part))
            out += [b"<%s> %d" % (code.hex().encode("ascii"), cid) for code, cid in part]
            out.append(b"endcidchar")
        out.append(b"endcmap CMapName currentdict /CMap defineresource pop end end")
        made = self.owner.pdf.make_stream(b"\n".join(out), Type=Name.CMap, CMapName=Name.R)
        made.CIDSystemInfo = Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        )
        if self.read.vertical:
            made.WMode = 1
        return made

    # programs -------------------------------------------------------------------------------------------

    def _descriptor(
        self, source: Any, name: Name, cids: set[int] | None = None, gids: set[int] | None = None
    ) -> Any:
        made = Dictionary(Type=Name.FontDescriptor, FontName=name)
        for key in _DESCRIPTOR:
            if key in source:
                made[key] = self.owner.objects.numbers(source[key])
        for key in ("/FontFile", "/FontFile2", "/FontFile3"):
            if isinstance(source.get(key), Stream):
                made[key] = self._program(key, source[key], cids, gids)
                break
        return self.owner.pdf.make_indirect(made)

    def _program(self, key: str, source: Any, cids: set[int] | None, gids: set[int] | None) -> Any:
        data = bytes(source.read_bytes())
        lengths: tuple[int, ...] = ()
        try:
            if data[:4] in (b"\0\1\0\0", b"true") and b"glyf" in data[:400]:
                data = fontcut_truetype.cut(data, self._glyphs(gids), simple=gids is None)
                lengths = (len(data),)
            elif data[:4] == b"OTTO" or data[:1] == b"\1":
                data = fontcut_cff.cut(data, self._code_glyphs() if cids is None else {}, cids)
            else:
                data, lengths = fontcut_type1.cut(data, self._names(), {c[0] for c in self.used})
        except _BROKEN:
            if self.read.lost:
                raise Unsure("a font on it cannot be cut to the letters that stay") from None
            data = bytes(source.read_bytes())
            lengths = tuple(int(source[k]) for k in ("/Length1", "/Length2", "/Length3") if k in source)
        made = self.owner.pdf.make_stream(data)
        for i, length in enumerate(lengths, 1):
            made[f"/Length{i}"] = length
        if key == "/FontFile3":
            kind = str(source.get("/Subtype"))
            if kind not in ("/Type1C", "/CIDFontType0C", "/OpenType"):
                raise Unsure("a font on it is of an unknown kind")
            if kind == "/OpenType" and data[:4] != b"OTTO" and data[:1] == b"\1":
                kind = "/CIDFontType0C" if cids is not None else "/Type1C"
            made.Subtype = Name(kind)
        return made

    def _code_glyphs(self) -> dict[int, int]:
        found = self.meter.measure(self.number, self.used)
        return {code[0]: ink.gid for code, ink in found.items() if ink.gid >= 0}

    def _glyphs(self, known: set[int] | None) -> set[int]:
        """Glyph numbers of the used codes, as MuPDF draws them."""
        return set(self._code_glyphs().values()) if known is None else known

    def _names(self) -> set[str]:
        """Glyph names by which the used codes may be drawn, without slash."""
        encoding = self.source.get("/Encoding")
        listed = differences(encoding) if isinstance(encoding, Dictionary) else {}
        names = {listed[c[0]][1:] for c in self.used if c[0] in listed}
        base = encoding.get("/BaseEncoding") if isinstance(encoding, Dictionary) else encoding
        for code in (c[0] for c in self.used):
            if code not in listed:
                names |= fontcut_type1.standard_names(code, str(base) if base is not None else "")
        return names


def _name(value: Any) -> Name:
    text = str(value)
    return Name(text) if _FONT_NAME.match(text) else Name("/Font")
