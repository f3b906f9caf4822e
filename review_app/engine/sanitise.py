"""Rebuilds a document into a new file from lists of what may stay: pages, content, and what it draws with.

Nothing is deleted here: what is not named is never copied. So outlines, names, scripts, forms, attachments,
metadata, private keys, thumbnails, tags, earlier revisions, orphans and bytes between objects need no code to
remove them. Names of resources are given anew; marked content, which may hold text (/ActualText, /Alt), is
left out.
"""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from review_app.engine import operators
from review_app.engine.layers import Layers
from review_app.engine.operators import Entries, Operand, Unsure
from review_app.engine.painting import data_of
from review_app.engine.pdffonts import Fonts, PdfFont, resource
from review_app.engine.sanitise_objects import BLENDS, INTENTS, Objects

_NUMBERS = {
    b"w": 1, b"J": 1, b"j": 1, b"M": 1, b"i": 1, b"cm": 6, b"g": 1, b"G": 1, b"rg": 3, b"RG": 3, b"k": 4,
    b"K": 4, b"m": 2, b"l": 2, b"c": 6, b"v": 4, b"y": 4, b"re": 4, b"Tc": 1, b"Tw": 1, b"Tz": 1, b"TL": 1,
    b"Tr": 1, b"Ts": 1, b"Td": 2, b"TD": 2, b"Tm": 6, b"d0": 2, b"d1": 6,
}
_BARE = frozenset({
    b"q", b"Q", b"h", b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"n", b"W", b"W*", b"BT",
    b"ET", b"T*",
})
_INLINE = frozenset({
    b"/BPC", b"/BitsPerComponent", b"/CS", b"/ColorSpace", b"/D", b"/Decode", b"/DP", b"/DecodeParms", b"/F",
    b"/Filter", b"/H", b"/Height", b"/IM", b"/ImageMask", b"/I", b"/Interpolate", b"/W", b"/Width",
})
_PLAIN_SPACES = frozenset({
    b"/DeviceGray", b"/DeviceRGB", b"/DeviceCMYK", b"/Pattern", b"/G", b"/RGB", b"/CMYK", b"/I", b"/Indexed",
})
_GS_NUMBERS = (
    "/LW", "/LC", "/LJ", "/ML", "/D", "/OP", "/op", "/OPM", "/FL", "/SM", "/SA", "/CA", "/ca", "/AIS", "/TK",
)
_SHORT = {
    "/Font": "F", "/XObject": "X", "/ExtGState": "G", "/ColorSpace": "C", "/Pattern": "P", "/Shading": "S",
}
MAX_DEPTH = 24


class Rebuilder:
    """One new file. ``used`` holds for each font of the source the codes that are still shown."""

    def __init__(self, fonts: Fonts, layers: Layers) -> None:
        self.pdf = pikepdf.new()
        self.objects = Objects(self.pdf)
        self.used: dict[tuple[int, int], set[bytes]] = {}
        self.fonts_made: dict[tuple[int, int], tuple[Any, Any, PdfFont]] = {}
        self._fonts = fonts
        self._layers = layers

    # content streams ------------------------------------------------------------------------------------

    def content(self, data: bytes, resources: Any, depth: int) -> tuple[bytes, Any]:
        """A content stream with known operators only, and the resources that it uses, named anew.

        Raises:
            Unsure: it draws with something that is not of the standard.
        """
        if depth > MAX_DEPTH:
            raise Unsure("its drawing instructions are nested too deep")
        return _Cleaner(self, resources, depth).clean(data)

    def form(self, source: Any, resources: Any, depth: int) -> Any:
        """A form XObject (table 95)."""
        key = source if "/Resources" in source else None
        if key is not None and (known := self.objects.known(source)) is not None:
            return known
        made = self.pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form)
        if key is not None:
            self.objects.remember(source, made)
        made.BBox = self.objects.numbers(source.get("/BBox"))
        if "/Matrix" in source:
            made.Matrix = self.objects.numbers(source.Matrix)
        group = self.objects.group(source.get("/Group"))
        if group is not None:
            made.Group = group
        data, made.Resources = self.content(data_of(source), source.get("/Resources", resources), depth + 1)
        made.write(data)
        return made

    def pattern(self, source: Any, resources: Any, depth: int) -> Any:
        """A pattern (tables 75 and 76)."""
        if (known := self.objects.known(source)) is not None:
            return known
        if isinstance(source, Stream):
            made: Any = self.pdf.make_stream(b"", PatternType=1)
            self.objects.remember(source, made)
            for name in ("/PaintType", "/TilingType", "/BBox", "/XStep", "/YStep", "/Matrix"):
                if name in source:
                    made[name] = self.objects.numbers(source[name])
            needed = source.get("/Resources", resources)
            data, made.Resources = self.content(data_of(source), needed, depth + 1)
            made.write(data)
            return made
        if not isinstance(source, Dictionary):
            raise Unsure("it uses a damaged pattern")
        made = self.pdf.make_indirect(Dictionary(PatternType=2))
        made.Shading = self.objects.shading(source.get("/Shading"))
        if "/Matrix" in source:
            made.Matrix = self.objects.numbers(source.Matrix)
        return self.objects.remember(source, made)

    def graphics_state(self, source: Any, resources: Any, depth: int) -> Any:
        """A graphics state dictionary (table 58); printers' functions and halftones are left behind."""
        if (known := self.objects.known(source)) is not None:
            return known
        if not isinstance(source, Dictionary):
            raise Unsure("it uses a damaged graphics state")
        made = self.pdf.make_indirect(Dictionary(Type=Name.ExtGState))
        self.objects.remember(source, made)
        for name in _GS_NUMBERS:
            if name in source:
                made[name] = self.objects.numbers(source[name])
        if str(source.get("/RI")) in INTENTS:
            made.RI = source.RI
        blend = source.get("/BM")
        if isinstance(blend, Array):
            blend = next((b for b in blend if str(b) in BLENDS), None)
        if str(blend) in BLENDS:
            made.BM = blend
        if isinstance(source.get("/Font"), Array):
            made.Font = Array([self.font(source.Font[0])[0], self.objects.numbers(source.Font[1])])
        mask = source.get("/SMask")
        if isinstance(mask, Name):
            made.SMask = Name("/None")
        elif isinstance(mask, Dictionary):
            kind = str(mask.get("/S"))
            if kind not in ("/Alpha", "/Luminosity"):
                raise Unsure("it uses an unknown soft mask")
            copied = Dictionary(Type=Name.Mask, S=Name(kind))
            copied.G = self.form(mask.get("/G"), resources, depth)
            if "/BC" in mask:
                copied.BC = self.objects.numbers(mask.BC)
            if "/TR" in mask and str(mask.TR) != "/Identity":
                copied.TR = self.objects.function(mask.TR)
            made.SMask = copied
        return made

    def font(self, source: Any) -> tuple[Any, PdfFont, set[bytes]]:
        """The new font of a source font (empty until the end, when its codes are known), and its codes."""
        read = self._fonts.of_object(source)
        key = source.objgen
        if not source.is_indirect:
            raise Unsure("a font on it is not an object of its own")
        if key not in self.fonts_made:
            self.fonts_made[key] = (self.pdf.make_indirect(Dictionary(Type=Name.Font)), source, read)
            self.used[key] = set()
        return self.fonts_made[key][0], read, self.used[key]


class _Cleaner:
    """Cleans one content stream."""

    def __init__(self, owner: Rebuilder, resources: Any, depth: int) -> None:
        self._owner = owner
        self._resources = resources
        self._depth = depth
        self._names: dict[tuple[str, bytes], bytes] = {}
        self._made: dict[str, dict[str, Any]] = {}
        self._font: tuple[Any, PdfFont, set[bytes]] | None = None
        self._fonts: dict[bytes, tuple[tuple[Any, PdfFont, set[bytes]], bytes]] = {}

    def clean(self, data: bytes) -> tuple[bytes, Any]:
        """The stream and its resources."""
        out: list[bytes] = []
        saved: list[tuple[Any, PdfFont, set[bytes]] | None] = []
        for operator, operands in operators.read(data):
            if operator in _BARE:
                if operator == b"q":
                    saved.append(self._font)
                elif operator == b"Q":
                    if not saved:
                        continue
                    self._font = saved.pop()
                out.append(operator)
                continue
            count = _NUMBERS.get(operator)
            if count is not None:
                if len(operands) > count:
                    operands = operands[len(operands) - count :]
                if len(operands) == count and all(_is_number(o) for o in operands):
                    out.append(b" ".join(operands) + b" " + operator)
                elif operator not in (b"Tr", b"i"):
                    raise Unsure("its drawing instructions are damaged")
                continue
            written = self._other(operator, operands)
            if written:
                out.append(written)
        out += [b"Q"] * len(saved)
        return b"\n".join(out), Dictionary({
            category: Dictionary(entries) for category, entries in self._made.items()
        })

    def _other(self, operator: bytes, operands: list[Operand]) -> bytes:
        if operator in (b"Tj", b"'", b"TJ", b'"'):
            return self._show(operator, operands)
        if operator == b"Tf":
            if len(operands) < 2 or not _is_number(operands[-1]):
                raise Unsure("its drawing instructions are damaged")
            named, size = operands[-2], operands[-1]
            if not isinstance(named, bytes) or named not in self._fonts:
                font = self._owner.font(resource(self._resources, "/Font", named))
                self._fonts[named] = font, self._name("/Font", named, font[0])
            self._font, name_ = self._fonts[named]
            return b"%s %s Tf" % (name_, size)
        if operator in (b"sc", b"SC", b"scn", b"SCN"):
            values = [o for o in operands if _is_number(o)]
            if operator in (b"scn", b"SCN") and operands and not _is_number(operands[-1]):
                values.append(self._use("/Pattern", operands[-1]))
            return b" ".join([*values, operator])
        if operator == b"d":
            if len(operands) < 2 or not isinstance(operands[-2], list) or not _is_number(operands[-1]):
                raise Unsure("its drawing instructions are damaged")
            dash = [o for o in operands[-2] if _is_number(o)]
            phase: bytes = operands[-1]
            return b"[" + b" ".join(dash) + b"] " + phase + b" d"
        if operator == b"BI":
            return self._inline(operands)
        if not operands:
            return b""
        name = operands[-1]
        if operator in (b"cs", b"CS"):
            return (name if name in _PLAIN_SPACES else self._use("/ColorSpace", name)) + b" " + operator
        if operator == b"gs":
            made = self._use("/ExtGState", name)
            source = resource(self._resources, "/ExtGState", name)
            if isinstance(source.get("/Font"), Array):
                self._font = self._owner.font(source.Font[0])
            return made + b" gs"
        if operator == b"sh":
            return self._use("/Shading", name) + b" sh"
        if operator == b"Do":
            used = self._use("/XObject", name)
            return used + b" Do" if used else b""
        if operator == b"ri" and isinstance(name, bytes) and name.decode("latin-1") in INTENTS:
            return name + b" ri"
        return b""  # marked content, and what readers pass over

    def _show(self, operator: bytes, operands: list[Operand]) -> bytes:
        if not operands:
            raise Unsure("its text instructions are damaged")
        last = operands[-1]
        parts = last if operator == b"TJ" and isinstance(last, list) else [last]
        kept: list[bytes] = []
        for part in parts:
            if not isinstance(part, bytes):
                raise Unsure("its text instructions are damaged")
            if _is_number(part):
                kept.append(part)
                continue
            plain = operators.string(part)
            if plain:
                if self._font is None:
                    raise Unsure("it shows text in no font")
                _, font, codes = self._font
                codes.update(font.split(plain))
            kept.append(part if part[:1] == b"(" else b"<" + plain.hex().encode("ascii") + b">")
        if operator == b"TJ":
            return b"[" + b" ".join(kept) + b"] TJ"
        if len(kept) != 1 or _is_number(kept[0]):
            raise Unsure("its text instructions are damaged")
        if operator == b'"':
            if len(operands) < 3 or not (_is_number(operands[-3]) and _is_number(operands[-2])):
                raise Unsure("its text instructions are damaged")
            return b" ".join([operands[-3], operands[-2], kept[0], b'"'])
        return kept[0] + b" " + operator

    def _inline(self, operands: list[Operand]) -> bytes:
        entries: Entries = operands[0]
        data: bytes = operands[1]
        kept = Entries()
        for i in range(0, len(entries) - 1, 2):
            key, value = entries[i], entries[i + 1]
            if key not in _INLINE:
                continue
            if key in (b"/CS", b"/ColorSpace") and isinstance(value, bytes) and value not in _PLAIN_SPACES:
                value = self._use("/ColorSpace", value)
            kept += [key, value]
        return operators.write(b"BI", [kept, data])

    def _use(self, category: str, name: Operand) -> bytes:
        """The new name of a resource, which is copied when it is first used; empty for a hidden layer."""
        if not isinstance(name, bytes):
            raise Unsure("its drawing instructions are damaged")
        known = self._names.get((category, name))
        if known is not None:
            return known
        source = resource(self._resources, category, name)
        if source is None:
            raise Unsure("it draws with something that is not in the file")
        owner, made = self._owner, None
        if category == "/XObject":
            made = self._xobject(source)
            if made is None:
                self._names[(category, name)] = b""
                return b""
        elif category == "/ExtGState":
            made = owner.graphics_state(source, self._resources, self._depth)
        elif category == "/ColorSpace":
            made = owner.objects.space(source)
        elif category == "/Pattern":
            made = owner.pattern(source, self._resources, self._depth)
        else:
            made = owner.objects.shading(source)
        return self._name(category, name, made)

    def _xobject(self, source: Any) -> Any:
        kind = str(source.get("/Subtype")) if isinstance(source, Stream) else ""
        if kind == "/Form":
            return self._owner.form(source, self._resources, self._depth)
        if kind == "/Image":
            return self._owner.objects.image(source)
        if kind == "/PS":
            return None  # never shown on a screen
        raise Unsure("it draws something of an unknown kind")

    def _name(self, category: str, name: bytes, made: Any) -> bytes:
        known = self._names.get((category, name))
        if known is None:
            entries = self._made.setdefault(category, {})
            new = f"/{_SHORT[category]}{len(entries) + 1}"
            entries[new] = made
            known = self._names[(category, name)] = new.encode("ascii")
        return known


def _is_number(operand: Operand) -> bool:
    return isinstance(operand, bytes) and operand[:1] not in (b"/", b"(", b"<", b"t", b"f", b"n")


def page_data(page: Any) -> bytes:
    """A page's content streams as one.

    Raises:
        Unsure: one cannot be decoded.
    """
    contents = page.get("/Contents")
    if isinstance(contents, Stream):
        return data_of(contents)
    if isinstance(contents, Array):
        return b"\n".join(data_of(c) for c in contents if isinstance(c, Stream))
    return b""


def page_resources(page: Any) -> Any:
    """A page's resources, its own or inherited."""
    node = page
    for _ in range(60):
        found = node.get("/Resources")
        if isinstance(found, Dictionary):
            return found
        node = node.get("/Parent")
        if not isinstance(node, Dictionary):
            break
    return Dictionary()
