"""Copies the objects a page draws with into a new file, key by key from lists of what may stay.

Each function knows one kind of object (ISO 32000-1, the table is named); a key that is not in its list is
left behind, a value that is not of its kind is refused.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from review_app.engine import pixels, sanitise_streams
from review_app.engine.operators import Unsure

BLENDS = frozenset(
    "/" + n for n in (
        "Normal", "Compatible", "Multiply", "Screen", "Overlay", "Darken", "Lighten", "ColorDodge",
        "ColorBurn", "HardLight", "SoftLight", "Difference", "Exclusion", "Hue", "Saturation", "Color",
        "Luminosity",
    )
)
INTENTS = frozenset({"/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual"})
_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"})
_INKS = frozenset({"/All", "/None", "/Cyan", "/Magenta", "/Yellow", "/Black"})
_PARMS = (
    "/K", "/Columns", "/Rows", "/BlackIs1", "/EncodedByteAlign", "/EndOfLine", "/EndOfBlock",
    "/DamagedRowsBeforeError", "/Predictor", "/Colors", "/BitsPerComponent", "/EarlyChange",
    "/ColorTransform",
)
_CODECS = frozenset({"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"})
_CALCULATOR = re.compile(rb"%[^\r\n]*|[^{}a-zA-Z0-9.+\-\s]")


class Objects:
    """Copies into ``pdf``; each source object once."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self._made: dict[tuple[int, int], Any] = {}
        self._inks: dict[str, str] = {}
        self.profiles: list[Any] = []

    def known(self, source: Any) -> Any:
        """The copy of a source object, None when there is none yet."""
        return self._made.get(source.objgen) if source.is_indirect else None

    def remember(self, source: Any, made: Any) -> Any:
        """Keeps the copy of a source object and hands it back."""
        if source.is_indirect:
            self._made[source.objgen] = made
        return made

    def numbers(self, value: Any, name: str = "") -> Any:
        """A number or an array of numbers, however deep.

        Raises:
            Unsure: anything else.
        """
        if isinstance(value, Array):
            return Array([self.numbers(v, name) for v in value])
        if isinstance(value, bool):
            return value
        try:
            return int(value) if int(value) == float(value) else float(value)
        except (TypeError, ValueError, OverflowError):
            raise Unsure("something it draws with is damaged") from None

    # colour ---------------------------------------------------------------------------------------------

    def space(self, source: Any, depth: int = 0) -> Any:
        """A colour space (ISO 32000-1, 8.6).

        Raises:
            Unsure: it is not one of the standard's.
        """
        if depth > 8:
            raise Unsure("its colours are nested too deep")
        if isinstance(source, Name):
            if str(source) not in _DEVICE:
                raise Unsure("it uses an unknown colour space")
            return source
        if not isinstance(source, Array) or not len(source):
            raise Unsure("it uses an unknown colour space")
        if source.is_indirect and (known := self.known(source)) is not None:
            return known
        kind, rest = str(source[0]), list(source)[1:]
        if kind in _DEVICE and not rest:
            return source[0]
        try:
            made = self._space(kind, rest, depth)
        except (IndexError, AttributeError, ValueError, TypeError):
            raise Unsure("it uses a damaged colour space") from None
        if source.is_indirect:
            made = self.remember(source, self.pdf.make_indirect(made))
        return made

    def _space(self, kind: str, rest: list[Any], depth: int) -> Any:
        if kind in ("/CalGray", "/CalRGB", "/Lab"):
            made = Dictionary()
            for name in ("/WhitePoint", "/BlackPoint", "/Gamma", "/Matrix", "/Range"):
                if name in rest[0]:
                    made[name] = self.numbers(rest[0][name])
            return Array([Name(kind), made])
        if kind == "/ICCBased":
            return Array([Name.ICCBased, self._profile(rest[0], depth)])
        if kind in ("/Indexed", "/I"):
            table = rest[2]
            data = bytes(table.read_bytes()) if isinstance(table, Stream) else bytes(table)
            base = self.space(rest[0], depth + 1)
            count = pixels.components(rest[0]) * (int(rest[1]) + 1)
            return Array([Name.Indexed, base, int(rest[1]), pikepdf.String(data[:count])])
        if kind == "/Separation":
            return Array([
                Name.Separation, self._ink(rest[0]), self.space(rest[1], depth + 1), self.function(rest[2]),
            ])
        if kind == "/DeviceN":
            names = Array([self._ink(n) for n in rest[0]])
            return Array([Name.DeviceN, names, self.space(rest[1], depth + 1), self.function(rest[2])])
        if kind == "/Pattern":
            return Array([Name.Pattern, self.space(rest[0], depth + 1)])
        raise Unsure("it uses an unknown colour space")

    def _profile(self, source: Any, depth: int) -> Any:
        if (known := self.known(source)) is not None:
            return known
        made = self.pdf.make_stream(sanitise_streams.profile(bytes(source.read_bytes())))
        self.profiles.append(made)
        made.N = int(source.N)
        if "/Alternate" in source:
            made.Alternate = self.space(source.Alternate, depth + 1)
        if "/Range" in source:
            made.Range = self.numbers(source.Range)
        return self.remember(source, made)

    def unname_profiles(self, holds: Callable[[str], bool]) -> None:
        """Takes their words from colour profiles that say a removed one."""
        for made in self.profiles:
            data = bytes(made.read_bytes())
            if holds(sanitise_streams.profile_texts(data).decode("latin-1")):
                made.write(sanitise_streams.profile(data, texts=False))

    def _ink(self, name: Any) -> Any:
        """An ink's name says nothing to a screen and may say anything to a reader: ours take its place."""
        text = str(name)
        if text in _INKS:
            return Name(text)
        return Name(self._inks.setdefault(text, f"/Ink{len(self._inks) + 1}"))

    def function(self, source: Any, depth: int = 0) -> Any:
        """A function (table 38 and following), or an array of them.

        Raises:
            Unsure: it is none.
        """
        if depth > 8:
            raise Unsure("its colours are nested too deep")
        if isinstance(source, Array):
            return Array([self.function(f, depth + 1) for f in source])
        if isinstance(source, Name) and str(source) == "/Identity":
            return source
        if not isinstance(source, Dictionary | Stream):
            raise Unsure("it uses a damaged function")
        if (known := self.known(source)) is not None:
            return known
        kind = int(source.get("/FunctionType", -1))
        made: Any = Dictionary()
        if isinstance(source, Stream):
            data = bytes(source.read_bytes())
            if kind == 0:  # samples, and nothing behind them
                points = math.prod(int(n) for n in source.Size)
                data = data[: (points * len(source.Range) // 2 * int(source.BitsPerSample) + 7) // 8]
            made = self.pdf.make_stream(_CALCULATOR.sub(b" ", data) if kind == 4 else data)
        made.FunctionType = kind
        for name in ("/Domain", "/Range", "/Size", "/BitsPerSample", "/Order", "/Encode", "/Decode", "/C0",
                     "/C1", "/N", "/Bounds"):
            if name in source:
                made[name] = self.numbers(source[name])
        if kind == 3:
            made.Functions = self.function(source.get("/Functions"), depth + 1)
        elif kind not in (0, 2, 4):
            raise Unsure("it uses an unknown function")
        return self.remember(source, made if isinstance(made, Stream) else self.pdf.make_indirect(made))

    def shading(self, source: Any) -> Any:
        """A shading (table 78 and following)."""
        if not isinstance(source, Dictionary | Stream):
            raise Unsure("it uses a damaged shading")
        if (known := self.known(source)) is not None:
            return known
        made: Any = Dictionary()
        if isinstance(source, Stream):
            made = self.pdf.make_stream(bytes(source.read_bytes()))
        for name in ("/ShadingType", "/Background", "/BBox", "/AntiAlias", "/Domain", "/Matrix", "/Coords",
                     "/Extend", "/BitsPerCoordinate", "/BitsPerComponent", "/BitsPerFlag", "/Decode",
                     "/VerticesPerRow"):
            if name in source:
                made[name] = self.numbers(source[name])
        made.ColorSpace = self.space(source.get("/ColorSpace"))
        if "/Function" in source:
            made.Function = self.function(source.Function)
        return self.remember(source, made if isinstance(made, Stream) else self.pdf.make_indirect(made))

    def group(self, source: Any) -> Any:
        """A transparency group (table 147), None for anything else."""
        if not isinstance(source, Dictionary) or str(source.get("/S")) != "/Transparency":
            return None
        made = Dictionary(Type=Name.Group, S=Name.Transparency)
        if "/CS" in source:
            made.CS = self.space(source.CS)
        for name in ("/I", "/K"):
            if name in source:
                made[name] = bool(source[name])
        return made

    # pictures -------------------------------------------------------------------------------------------

    def image(self, source: Any, depth: int = 0) -> Any:
        """An image (table 89): its numbers, its colours, its masks, and data that is nothing but picture."""
        if (known := self.known(source)) is not None:
            return known
        if depth > 2:
            raise Unsure("an image on it has a mask with a mask")
        made = self.pdf.make_stream(b"")
        try:
            self._picture(source, made)
            for name in ("/Width", "/Height", "/BitsPerComponent", "/Decode", "/SMaskInData", "/Matte"):
                if name in source:
                    made[name] = self.numbers(source[name])
            for name in ("/ImageMask", "/Interpolate"):
                if name in source:
                    made[name] = bool(source[name])
            if "/ColorSpace" in source and not source.get("/ImageMask", False):
                made.ColorSpace = self.space(source.ColorSpace)
            if str(source.get("/Intent")) in INTENTS:
                made.Intent = source.Intent
            for name in ("/SMask", "/Mask"):
                mask = source.get(name)
                if isinstance(mask, Stream):
                    made[name] = self.image(mask, depth + 1)
                elif isinstance(mask, Array):
                    made[name] = self.numbers(mask)
        except pixels.BAD:
            raise Unsure("an image on it is damaged") from None
        made.Type, made.Subtype = Name.XObject, Name.Image
        return self.remember(source, made)

    def _picture(self, source: Any, made: Any) -> None:
        filters = source.get("/Filter")
        several = list(filters) if isinstance(filters, Array) else [filters]
        kind = str(several[-1]) if several and isinstance(several[-1], Name) else ""
        parms = source.get("/DecodeParms")
        if isinstance(parms, Array):
            parms = parms[len(several) - 1] if len(parms) == len(several) else None
        kept = Dictionary()
        if isinstance(parms, Dictionary):
            for name in _PARMS:
                if name in parms:
                    kept[name] = self.numbers(parms[name])
        if kind not in _CODECS:
            self._samples(source, made, kind if len(several) == 1 else "", kept)
            return
        data = pixels.inner(source)
        if kind == "/DCTDecode":
            data = sanitise_streams.jpeg(data)
        elif kind == "/JPXDecode":
            data = sanitise_streams.jpeg2000(data)
        elif kind == "/CCITTFaxDecode":
            end = sanitise_streams.fax_end(data) if int(kept.get("/K", 0)) < 0 else 0
            data, kept = (data[:end], kept) if end else pixels.as_group4(source)
        else:
            data = sanitise_streams.jbig2(data)
            shared = parms.get("/JBIG2Globals") if isinstance(parms, Dictionary) else None
            if isinstance(shared, Stream):
                kept.JBIG2Globals = self.pdf.make_stream(sanitise_streams.jbig2(bytes(shared.read_bytes())))
        made.write(data, filter=Name(kind), decode_parms=kept if len(kept) else None)

    def _samples(self, source: Any, made: Any, kind: str, kept: Any) -> None:
        """Samples as they are or deflated, and not a byte more than the picture has."""
        most = pixels.size(source)
        if kind == "/FlateDecode":
            packed = pixels.packed_size(kept, most)
            try:
                data = sanitise_streams.flate(bytes(source.read_raw_bytes()), packed)
                made.write(data, filter=Name.FlateDecode, decode_parms=kept if len(kept) else None)
                return
            except ValueError:
                pass
        made.write(zlib.compress(bytes(source.read_bytes())[:most], 6), filter=Name.FlateDecode)
