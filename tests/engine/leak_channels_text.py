"""Leak channels: the word as text, in every kind of font and drawn in every way. See leak_channels.py."""

# ruff: noqa: E501

from __future__ import annotations

import struct
from functools import cache
from typing import Any

import pikepdf
import pymupdf
from leak_channels import (
    AFTER,
    BASE,
    BEFORE,
    HEIGHT,
    ROOT,
    SECRET,
    SIZE,
    WIDTH,
    Array,
    Book,
    Dictionary,
    Name,
    X,
    case,
    frame,
    line,
    wide,
)

from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.engine import ttf

_FONT = next((ROOT / "resources" / "fonts").glob("*.ttf"))
ADVANCE = 602
MONO = SIZE * ADVANCE / 1000 * len(SECRET)


@cache
def _gid(char: str) -> int:
    return int(_face().has_glyph(ord(char)))


@cache
def _face() -> Any:
    return pymupdf.Font(fontfile=str(_FONT))


@cache
def _subset(text: str) -> bytes:
    return ttf.subset(_FONT.read_bytes(), [_gid(c) for c in text])


def _with_cmap(font: bytes, codes: dict[int, int]) -> bytes:
    """The font with a cmap of platform 1 and one of platform 3 (symbol) that map codes to glyphs."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = {}
    for i in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * i)
        tables[tag] = font[offset : offset + length]
    first, last = min(codes), max(codes)
    body = struct.pack(">HHHHH", 6, 10 + 2 * (last - first + 1), 0, first, last - first + 1)
    body += b"".join(struct.pack(">H", codes.get(c, 0)) for c in range(first, last + 1))
    tables[b"cmap"] = struct.pack(">HHHHL", 0, 1, 1, 0, 12) + body
    out = struct.pack(">LHHHH", 0x10000, len(tables), 16, 0, 0)
    at = 12 + 16 * len(tables)
    data = b""
    for tag in sorted(tables):
        part = tables[tag]
        out += struct.pack(">4sLLL", tag, 0, at + len(data), len(part))
        data += part + b"\0" * (-len(part) % 4)
    return out + data


def _descriptor(book: Book, font: bytes, flags: int = 4, key: str = "FontFile2", **more: Any) -> Any:
    stream = book.pdf.make_stream(font)
    if key == "FontFile2":
        stream.Length1 = len(font)
    return book.pdf.make_indirect(Dictionary({
        "/Type": Name.FontDescriptor, "/FontName": Name("/ABCDEF+Made"), "/Flags": flags,
        "/FontBBox": Array([-100, -300, 900, 1000]), "/ItalicAngle": 0, "/Ascent": 800, "/Descent": -200,
        "/CapHeight": 700, "/StemV": 80, "/" + key: book.pdf.make_indirect(stream), **more,
    }))


def _cmap(pairs: dict[int, str], digits: int) -> bytes:
    rows = "\n".join(f"<{c:0{digits}x}> <{t.encode('utf-16-be').hex()}>" for c, t in pairs.items())
    top = "f" * digits
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <{'0' * digits}> <{top}> endcodespacerange\n"
        f"{len(pairs)} beginbfchar\n{rows}\nendbfchar endcmap end end"
    ).encode()


OTHER = "mostly"
"""A word in the same font that stays: the letters of the secret are then all that is too many in it."""


def simple_truetype(book: Book, *, tounicode: bool) -> tuple[Any, str, str]:
    """A simple TrueType font with private codes from 33 on; the secret and the other word as hex strings."""
    chars = sorted(set(SECRET + OTHER))
    codes = {c: 33 + i for i, c in enumerate(chars)}
    font = _with_cmap(_subset("".join(chars)), {codes[c]: _gid(c) for c in chars})
    entries = {
        "/Type": Name.Font, "/Subtype": Name.TrueType, "/BaseFont": Name("/ABCDEF+Made"), "/FirstChar": 33,
        "/LastChar": 32 + len(chars), "/Widths": Array([ADVANCE] * len(chars)),
        "/FontDescriptor": _descriptor(book, font),
    }
    if tounicode:
        entries["/ToUnicode"] = book.pdf.make_stream(_cmap({v: k for k, v in codes.items()}, 2))
    strings = ["<" + "".join(f"{codes[c]:02x}" for c in word) + ">" for word in (SECRET, OTHER)]
    return book.pdf.make_indirect(Dictionary(entries)), strings[0], strings[1]


def cid_font(book: Book, *, tounicode: bool = True, vertical: bool = False, texts: dict[str, str] | None = None) -> tuple[Any, str, str]:
    """A Type 0 font whose codes are glyph numbers; the secret and the other word as hex strings."""
    chars = sorted(set(SECRET + OTHER))
    inner = book.pdf.make_indirect(Dictionary({
        "/Type": Name.Font, "/Subtype": Name.CIDFontType2, "/BaseFont": Name("/ABCDEF+Made"),
        "/CIDSystemInfo": Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
        "/DW": 1000, "/W": Array([v for c in chars for v in (_gid(c), Array([ADVANCE]))]),
        "/CIDToGIDMap": Name.Identity, "/FontDescriptor": _descriptor(book, _subset("".join(chars))),
    }))
    entries = {
        "/Type": Name.Font, "/Subtype": Name.Type0, "/BaseFont": Name("/ABCDEF+Made"),
        "/Encoding": Name("/Identity-V" if vertical else "/Identity-H"), "/DescendantFonts": Array([inner]),
    }
    if tounicode:
        entries["/ToUnicode"] = book.pdf.make_stream(_cmap({_gid(c): (texts or {}).get(c, c) for c in chars}, 4))
    strings = ["<" + "".join(f"{_gid(c):04x}" for c in word) + ">" for word in (SECRET, OTHER)]
    return book.pdf.make_indirect(Dictionary(entries)), strings[0], strings[1]


def _show(string: str, font: str = "F2", x: float = X, y: float = BASE, size: float = SIZE) -> str:
    return f"BT 0 g /{font} {size:g} Tf {x:.3f} {y:.3f} Td {string} Tj ET\n"


@case("t01_simple_font", "visible text, Base-14 simple font")
def _(b: Book) -> None:
    b.standard()


@case("t02_truetype_tounicode", "TrueType subset, simple, with ToUnicode")
def _(b: Book) -> None:
    font, word, other = simple_truetype(b, tounicode=True)
    b.special(_show(word) + _show(other, y=600), width=MONO, Font={"/F2": font})


@case("t03_truetype_private_codes", "TrueType subset, private codes, no ToUnicode")
def _(b: Book) -> None:
    font, word, other = simple_truetype(b, tounicode=False)
    b.special(_show(word) + _show(other, y=600), width=MONO, Font={"/F2": font})
    b.is_ink = True


@case("t04_cid_tounicode", "Type 0 Identity-H with ToUnicode")
def _(b: Book) -> None:
    font, word, other = cid_font(b)
    b.special(_show(word) + _show(other, y=600), width=MONO, Font={"/F2": font})


@case("t05_cid_no_tounicode", "Type 0 Identity-H without ToUnicode")
def _(b: Book) -> None:
    font, word, other = cid_font(b, tounicode=False)
    b.special(_show(word) + _show(other, y=600), width=MONO, Font={"/F2": font})
    b.is_ink = True


def _outlines(text: str, x: float = 0.0, y: float = 0.0, size: float = SIZE) -> list[str]:
    """Each letter as path operators (without painting), made of bars: a plain block alphabet of our own."""
    rows = {  # five rows of three cells
        "Q": "111101101111001", "u": "000101101101111", "i": "010000010010010", "x": "000101010101101",
        "w": "000101101111101", "a": "000111011101111", "r": "000110101100100", "d": "001011101101011",
        "e": "010101111100011", "n": "000110101101101",
    }
    found = []
    cell = size / 5.5
    for i, char in enumerate(text):
        left = x + i * cell * 4
        ops = []
        for at, bit in enumerate(rows[char]):
            if bit == "1":
                ops.append(f"{left + at % 3 * cell:.3f} {y + (4 - at // 3) * cell:.3f} {cell:.3f} {cell:.3f} re")
        found.append(" ".join(ops))
    return found


BLOCK = SIZE / 5.5 * 4 * len(SECRET)


def type3(book: Book, procs: dict[str, str], codes: dict[int, str], width: float, unicode: dict[int, str] | None = None) -> Any:
    glyphs = {"/" + name: book.pdf.make_stream(f"{width:g} 0 0 -200 {width:g} 900 d1 {ops} f".encode()) for name, ops in procs.items()}
    first, last = min(codes), max(codes)
    entries = {
        "/Type": Name.Font, "/Subtype": Name.Type3, "/FontBBox": Array([0, -200, width, 900]),
        "/FontMatrix": Array([0.001, 0, 0, 0.001, 0, 0]), "/CharProcs": Dictionary(glyphs),
        "/Encoding": Dictionary(Type=Name.Encoding, Differences=Array([v for c, n in codes.items() for v in (c, Name("/" + n))])),
        "/FirstChar": first, "/LastChar": last, "/Widths": Array([width] * (last - first + 1)),
        "/Resources": Dictionary(),
    }
    if unicode:
        entries["/ToUnicode"] = book.pdf.make_stream(_cmap(unicode, 2))
    return book.pdf.make_indirect(Dictionary(entries))


@case("t06_type3_letters", "Type 3 font, one glyph a letter")
def _(b: Book) -> None:
    chars = sorted(set(SECRET + "rune"))
    step = 1000 / 5.5 * 4
    font = type3(b, {c: _outlines(c, size=1000)[0] for c in chars}, {ord(c): c for c in chars}, step)
    b.special(_show(f"({SECRET})") + _show("(rune)", y=600), width=BLOCK, Font={"/F2": font})


@case("t07_type3_word", "Type 3 font whose one glyph is the whole word")
def _(b: Book) -> None:
    wide_ = 1000 / 5.5 * 4 * len(SECRET)
    glyphs = {"g1": " ".join(_outlines(SECRET, size=1000)), "g2": " ".join(_outlines("rune", size=1000))}
    font = type3(b, glyphs, {65: "g1", 66: "g2"}, wide_)
    b.special(_show("(A)") + _show("(B)", y=600), width=BLOCK, Font={"/F2": font})
    b.is_ink = True


@case("t08_form_shared", "text in a form that three pages share, all marked")
def _(b: Book) -> None:
    form = b.pdf.make_stream(line(X, BASE, SECRET).encode(), Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, WIDTH, HEIGHT]), Resources=Dictionary(Font=Dictionary(F1=b.helvetica())),
    ))
    for page in (1, 2, 3):
        b.special("/Fm0 Do\n", page=page, XObject=Dictionary(Fm0=form))


@case("t09_form_nested", "text three forms deep, turned and scaled")
def _(b: Book) -> None:
    inner = b.pdf.make_stream(line(0, 0, SECRET, SIZE / 2).encode(), Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, -5, 200, 20]), Matrix=Array([2, 0, 0, 2, 0, 0]),
        Resources=Dictionary(Font=Dictionary(F1=b.helvetica())),
    ))
    for _ in range(2):
        inner = b.pdf.make_stream(b"q 1 0 0 1 5 5 cm /Fm0 Do Q", Dictionary(
            Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, -20, 400, 60]), Matrix=Array([1, 0, 0, 1, -5, -5]),
            Resources=Dictionary(XObject=Dictionary(Fm0=inner)),
        ))
    b.special(f"q 1 0 0 1 {X:.3f} {BASE:.3f} cm /Fm0 Do Q\n", XObject=Dictionary(Fm0=inner))


@case("t10_glyph_by_glyph", "each letter shown by itself, in no order")
def _(b: Book) -> None:
    places = []
    x = X
    for char in SECRET:
        places.append((x, char))
        x += wide(char)
    b.special("".join(line(x, BASE, c) for x, c in places[::2] + places[1::2]))


@case("t11_kerned_array", "TJ array with kerning, character and word spacing, scaling")
def _(b: Book) -> None:
    parts = " ".join(f"({c}) {30 if i % 2 else -20}" for i, c in enumerate(SECRET))
    b.special(f"BT 0 g /F1 12 Tf 0.2 Tc 1 Tw 95 Tz {X:.3f} {BASE} Td [{parts}] TJ ET\n", width=wide(SECRET) + 2)


@case("t12_rotated_text", "text turned by 90 degrees")
def _(b: Book) -> None:
    b.page(frame() + line(72, BASE, BEFORE + "nobody" + AFTER) + f"BT 0 g /F1 12 Tf 0 1 -1 0 400 300 Tm ({SECRET}) Tj ET\n")
    b.mark(390, 299, 404, 300 + wide(SECRET) + 1)


@case("t12_slanted_text", "text turned by 30 degrees, the mark is its bounding rectangle")
def _(b: Book) -> None:
    b.page(frame() + line(72, BASE, BEFORE + "nobody" + AFTER) + f"BT 0 g /F1 12 Tf .866 .5 -.5 .866 300 300 Tm ({SECRET}) Tj ET\n")
    b.mark(292, 296, 300 + wide(SECRET) * .866 + 2, 312 + wide(SECRET) * .5)


def _turned(b: Book, turn: int, crop: tuple[float, ...] = (0, 0, WIDTH, HEIGHT), unit: float = 1.0, media: tuple[float, ...] | None = None) -> None:
    b.standard()
    page = b.pdf.pages[0].obj
    page.Rotate = turn
    if media or crop != (0, 0, WIDTH, HEIGHT):
        page.MediaBox = Array(list(media or (0, 0, WIDTH, HEIGHT)))
        page.CropBox = Array(list(crop))
    if unit != 1:
        page.UserUnit = unit
    r = b.marks.pop().rects[0]
    x0, y0, x1, y1 = crop
    w, h = x1 - x0, y1 - y0
    points = []
    for px, py in ((r.x0, HEIGHT - r.y1), (r.x1, HEIGHT - r.y0)):
        left, up = px - x0, py - y0
        points.append({0: (left, h - up), 90: (up, left), 180: (w - left, up), 270: (h - up, w - left)}[turn])
    (ax, ay), (bx, by) = points
    rect = Rect(min(ax, bx) * unit, min(ay, by) * unit, max(ax, bx) * unit, max(ay, by) * unit)
    b.marks.append(Mark("m1", 1, (rect,), ("(b)(6)",)))


for _turn in (90, 180, 270):
    case(f"t13_page_turned_{_turn}", f"page turned by {_turn} degrees")(lambda b, t=_turn: _turned(b, t))
case("t14_cropped_turned", "negative MediaBox, offset CropBox, turned page")(
    lambda b: _turned(b, 90, (20, 60, 560, 770), media=(-30, -40, 640, 800))
)
case("t15_user_unit", "UserUnit 2")(lambda b: _turned(b, 0, unit=2.0))
case("t15_user_unit_cropped", "UserUnit 1.5, cropped and turned")(lambda b: _turned(b, 270, (20, 60, 560, 770), 1.5))


@case("t16_white", "the word again in white")
def _(b: Book) -> None:
    b.standard(f"BT 1 g /F1 12 Tf 72 400 Td (see {SECRET} above) Tj ET\n")


@case("t16_tiny", "the word again in letters of 0.4 points")
def _(b: Book) -> None:
    b.standard(line(72, 400, f"see {SECRET} above", 0.4))


@case("t16_invisible", "the word again unpainted (render mode 3)")
def _(b: Book) -> None:
    b.standard(f"BT 3 Tr /F1 12 Tf 72 400 Td (see {SECRET} above) Tj 0 Tr ET\n")


@case("t17_outside_crop", "the word again outside of the CropBox")
def _(b: Book) -> None:
    b.standard(line(72, 20, f"see {SECRET} above"))
    b.pdf.pages[0].obj.CropBox = Array([0, 50, WIDTH, HEIGHT])


@case("t17_outside_media", "the word again outside of the MediaBox")
def _(b: Book) -> None:
    b.standard(line(72, -40, f"see {SECRET} above"))


@case("t18_clipped", "the word again, clipped away")
def _(b: Book) -> None:
    b.standard(f"q 300 300 5 5 re W n {line(72, 400, f'see {SECRET} above')} Q\n")


def _grey(b: Book) -> Any:
    image = b.pdf.make_stream(b"\xd0" * 16, Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=4, Height=4, ColorSpace=Name.DeviceGray, BitsPerComponent=8,
    ))
    return Dictionary(Im0=image)


@case("t19_behind_picture", "the word again behind a picture")
def _(b: Book) -> None:
    b.standard(line(72, 400, f"see {SECRET} above") + "q 200 0 0 30 60 390 cm /Im0 Do Q\n", XObject=_grey(b))


@case("t20_clip_text", "text used as a clip, then filled")
def _(b: Book) -> None:
    b.special(f"q BT 7 Tr /F1 12 Tf {X:.3f} {BASE} Td ({SECRET}) Tj ET 0 g {X - 5:.2f} {BASE - 5} 200 20 re f Q\n")


@case("t20_stroked_text", "text drawn as outlines (render mode 1)")
def _(b: Book) -> None:
    b.special(f"BT 1 Tr 0.3 w /F1 12 Tf {X:.3f} {BASE} Td ({SECRET}) Tj 0 Tr ET\n")


@case("t21_vertical", "vertical writing (Identity-V)")
def _(b: Book) -> None:
    font, word, other = cid_font(b, vertical=True)
    b.page(frame() + line(72, BASE, BEFORE + "nobody" + AFTER) + _show(word, x=400, y=500) + _show(other, x=200, y=500), Font={"/F2": font})
    b.mark(390, 500 - SIZE * len(SECRET) - 6, 412, 504)


@case("t24_negative_size", "negative font size on a mirrored matrix")
def _(b: Book) -> None:
    b.special(f"BT 0 g /F1 -12 Tf -1 0 0 -1 {X:.3f} {BASE} Tm ({SECRET}) Tj ET\n")


@case("t25_tiling_pattern", "text in the cell of a tiling pattern")
def _(b: Book) -> None:
    pattern = b.pdf.make_stream(line(0, 4, SECRET).encode(), Dictionary(
        Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=Array([0, 0, 200, 20]), XStep=200, YStep=20,
        Matrix=Array([1, 0, 0, 1, X, BASE - 4]), Resources=Dictionary(Font=Dictionary(F1=b.helvetica())),
    ))
    b.special(f"/Pattern cs /P0 scn {X:.3f} {BASE - 4} {wide(SECRET) + 1:.3f} 16 re f\n", Pattern=Dictionary(P0=pattern))
    b.is_ink = True


@case("t26_soft_mask", "text in the group of a luminosity soft mask")
def _(b: Book) -> None:
    group = b.pdf.make_stream(f"1 g BT /F1 12 Tf {X:.3f} {BASE} Td ({SECRET}) Tj ET".encode(), Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, WIDTH, HEIGHT]), Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray),
        Resources=Dictionary(Font=Dictionary(F1=b.helvetica())),
    ))
    state = Dictionary(G0=Dictionary(Type=Name.ExtGState, SMask=Dictionary(Type=Name.Mask, S=Name.Luminosity, G=group)))
    b.special(f"q /G0 gs 0 g {X - 2:.3f} {BASE - 4} {wide(SECRET) + 4:.3f} 16 re f Q\n", ExtGState=state)
    b.is_ink = True


def _paths(separate: bool, before: str = "", paint: str = "f") -> str:
    letters = _outlines(SECRET, X, BASE)
    return before + (f" {paint}\n".join([*letters, ""]) if separate else " ".join(letters) + f" {paint}\n")


@case("t27_shading_clip", "a shading seen through the word's outline")
def _(b: Book) -> None:
    shading = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceGray, Coords=Array([X, 0, X + 200, 0]), Extend=Array([True, True]),
        Function=Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0]), C1=Array([0.2]), N=1),
    )
    b.special("q " + _paths(False, paint="W n") + "/Sh0 sh Q\n", width=BLOCK, Shading=Dictionary(Sh0=shading))
    b.is_ink = True


@case("t28_outlines", "the word as filled outlines, one path a letter")
def _(b: Book) -> None:
    b.special(_paths(True, "0 g "), width=BLOCK)
    b.is_ink = True


@case("t29_one_path", "a line that is one path and larger than the mark")
def _(b: Book) -> None:
    extra = " ".join(_outlines("rune", X + BLOCK + 100, BASE))
    b.special("0 g " + " ".join(_outlines(SECRET, X, BASE)) + " " + extra + " f\n", width=BLOCK)
    b.is_ink = True


@case("t30_ligature", "one glyph that stands for several characters")
def _(b: Book) -> None:
    font, _, other = cid_font(b, texts={"Q": "Quix", "w": "war", "d": "den"})
    b.special(_show("<" + "".join(f"{_gid(c):04x}" for c in "Qwd") + ">") + _show(other, y=600), width=3 * SIZE * ADVANCE / 1000, Font={"/F2": font})


@case("t31_tight_lines", "lines 9.5 points apart: the neighbours above and below stay")
def _(b: Book) -> None:
    b.page(
        frame() + line(72, BASE + 9.5, "tangible upper lines of plain matter stay") + line(72, BASE, BEFORE + SECRET + AFTER)
        + line(72, BASE - 9.5, "tangible lower lines of plain matter stay")
    )
    b.mark(X - 0.5, BASE - 1, X + wide(SECRET) + 0.5, BASE + 9)
    b.neighbours = ("opening", "upper", "officer", "during", "lower", "closing")


@case("t32_drawn_twice", "the word drawn twice with a hair between, as fake bold")
def _(b: Book) -> None:
    b.special(line(X, BASE, SECRET) + line(X + 0.3, BASE, SECRET))


@case("t34_cff", "simple font with a CFF program, glyph names kept")
def _(b: Book) -> None:
    program = pymupdf.Font("helv").buffer
    stream = b.pdf.make_stream(program, Dictionary(Subtype=Name.Type1C))
    first, last = 65, 122
    font = b.pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/ABCDEF+Made"), FirstChar=first, LastChar=last,
        Widths=Array([round(wide(chr(c), 1000)) for c in range(first, last + 1)]), Encoding=Name.WinAnsiEncoding,
        FontDescriptor=Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/ABCDEF+Made"), Flags=32, FontBBox=Array([-166, -225, 1000, 931]),
            ItalicAngle=0, Ascent=800, Descent=-200, CapHeight=700, StemV=80, FontFile3=b.pdf.make_indirect(stream),
        ),
    ))
    b.special(_show(f"({SECRET})") + _show(f"({OTHER})", y=600), Font={"/F2": font})


@case("t38_quote_operators", "shown by the operators ' and \"")
def _(b: Book) -> None:
    b.special(f"BT 0 g /F1 12 Tf 14 TL {X:.3f} {BASE + 14} Td ({SECRET[:5]}) ' ET BT 0 g /F1 12 Tf 14 TL {X + wide(SECRET[:5]):.3f} {BASE + 14:.3f} Td 0 0 ({SECRET[5:]}) \" ET\n")


@case("t39_raised", "text rise and a hexadecimal string")
def _(b: Book) -> None:
    b.special(f"BT 0 g /F1 12 Tf 4 Ts {X:.3f} {BASE - 4} Td <{SECRET.encode().hex()}> Tj 0 Ts ET\n")


@case("t40_octal", "a literal string written in octal escapes")
def _(b: Book) -> None:
    octal = "".join(f"\\{ord(c):03o}" for c in SECRET)
    b.special(f"BT 0 g /F1 12 Tf {X:.3f} {BASE} Td ({octal}) Tj ET\n")


@case("t41_right_to_left", "right-to-left letters through ToUnicode")
def _(b: Book) -> None:
    hebrew = {c: chr(0x05D0 + i) for i, c in enumerate(sorted(set(SECRET)))}
    font, word, other = cid_font(b, texts=hebrew)
    b.special(_show(word) + _show(other, y=600), width=MONO, Font={"/F2": font})


@case("t42_covered", "the word under a black box, with another mark on it")
def _(b: Book) -> None:
    b.standard(f"0 g {X - 1:.2f} {BASE - 3} {wide(SECRET) + 2:.2f} 13 re f\n")


@case("t43_half_letters", "the mark covers only half of the first and last letter")
def _(b: Book) -> None:
    b.page(frame() + line(72, BASE, BEFORE + SECRET + AFTER))
    b.mark(X + wide("Q") * 0.45, BASE - 3, X + wide(SECRET) - wide("n") * 0.45, BASE + 10)


@case("t44_spaced", "the word elsewhere, spaced out and unpainted")
def _(b: Book) -> None:
    b.standard(f"BT 3 Tr /F1 9 Tf 6 Tc 72 400 Td ({SECRET}) Tj 0 Tr 0 Tc ET\n")


@case("t45_two_pages", "the word on the next page too, unmarked and plain to see")
def _(b: Book) -> None:
    b.standard()
    b.page(frame() + line(72, BASE, BEFORE + SECRET + AFTER))
    b.is_listed = True
