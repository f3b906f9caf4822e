"""Leak channels that were found by attacking: fonts and pictures packed in other ways, clips, profiles."""

# ruff: noqa: E501

from __future__ import annotations

import struct
import zlib
from typing import Any

from leak_channels import (
    AFTER,
    BASE,
    BEFORE,
    HEIGHT,
    SECRET,
    WIDTH,
    Array,
    Book,
    Dictionary,
    Name,
    X,
    case,
    line,
    wide,
)
from leak_channels_pictures import encoded, fax, image, scan, whole, word
from leak_channels_text import BLOCK, _outlines, _show
from pikepdf import String
from PIL import Image, ImageCms

from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark

TEXT = SECRET + "rune"


# fonts --------------------------------------------------------------------------------------------------


def _coded(data: bytes, key: int) -> bytes:
    """Type 1's encryption, four bytes in front."""
    out = bytearray()
    for byte in b"\0\0\0\0" + data:
        out.append(byte ^ key >> 8)
        key = ((out[-1] + key) * 52845 + 22719) & 0xFFFF
    return bytes(out)


def _number(value: int) -> bytes:
    return bytes([value + 139]) if -107 <= value <= 107 else b"\xff" + struct.pack(">i", value)


def type1_program(letters: str) -> tuple[bytes, tuple[int, int, int]]:
    """A Type 1 program of bars with glyphs named as Adobe's list has them; and the lengths of its parts."""
    glyphs = [b"/.notdef", _coded(_number(0) + _number(600) + b"\x0d\x0e", 4330)]
    for char in sorted(set(letters)):
        code = _number(0) + _number(727) + b"\x0d"
        at = (0, 0)
        for bar in _outlines(char, size=1000)[0].split(" re")[:-1]:
            x, y, w, h = (round(float(v)) for v in bar.split())
            moves = [(x - at[0], y - at[1], 21), (w, 0, 5), (0, h, 5), (-w, 0, 5)]
            code += b"".join(_number(dx) + _number(dy) + bytes([op]) for dx, dy, op in moves) + b"\x09"
            at = (x, y + h)
        glyphs += [b"/" + char.encode(), _coded(code + b"\x0e", 4330)]
    pairs = list(zip(glyphs[::2], glyphs[1::2], strict=True))
    private = b"dup /Private 4 dict dup begin /RD {string currentfile exch readstring pop} executeonly def /ND {def} executeonly def\n"
    private += b"/BlueValues [] def /password 5839 def\n2 index /CharStrings %d dict dup begin\n" % len(pairs)
    private += b"".join(b"%s %d RD %s ND\n" % (name, len(code), code) for name, code in pairs)
    private += b"end end readonly put put dup /FontName get exch definefont pop mark currentfile closefile\n"
    clear = (
        b"%!PS-AdobeFont-1.0: Made\n6 dict begin /FontName /Made def /FontType 1 def /PaintType 0 def /FontMatrix [0.001 0 0 0.001 0 0] def\n"
        b"/FontBBox {0 0 1000 1000} def /Encoding StandardEncoding def currentdict end\ncurrentfile eexec\n"
    )
    secret, trailer = _coded(private, 55665), (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"
    return clear + secret + trailer, (len(clear), len(secret), len(trailer))


@case("t60_type1_program", "Type 1 program whose codes are named by WinAnsiEncoding")
def _(b: Book) -> None:
    data, lengths = type1_program(TEXT)
    program = b.pdf.make_stream(data)
    program.Length1, program.Length2, program.Length3 = lengths
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/ABCDEF+Made"), Flags=32, FontBBox=Array([0, 0, 1000, 1000]), ItalicAngle=0,
        Ascent=1000, Descent=0, CapHeight=900, StemV=80, FontFile=program,
    )
    font = b.pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/ABCDEF+Made"), Encoding=Name.WinAnsiEncoding, FirstChar=32,
        LastChar=126, Widths=Array([727] * 95), FontDescriptor=b.pdf.make_indirect(descriptor),
    ))
    b.special(_show(f"({SECRET})") + _show("(rune)", y=600), width=BLOCK, Font={"/F2": font})


def _letters_of_letters(b: Book) -> Any:
    """A Type 3 font whose glyphs show letters of another font, which they find under /H."""
    widths = {c: wide(c, 1000) for c in sorted(set(TEXT))}
    glyphs = {f"/g{ord(c)}": b.pdf.make_stream(f"{w:g} 0 d0 BT /H 1000 Tf ({c}) Tj ET".encode()) for c, w in widths.items()}
    first, last = min(map(ord, widths)), max(map(ord, widths))
    return b.pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 0, 0]), FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=Dictionary(glyphs), FirstChar=first, LastChar=last,
        Widths=Array([widths.get(chr(c), 0) for c in range(first, last + 1)]),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([v for c in widths for v in (ord(c), Name(f"/g{ord(c)}"))])),
    ))


@case("t61_type3_of_text", "Type 3 glyphs that show letters of another font, tight beside each other")
def _(b: Book) -> None:
    font = _letters_of_letters(b)
    font.Resources = Dictionary(Font=Dictionary(H=b.helvetica()))
    ops = f"BT /F2 12 Tf {X - wide('rune'):.3f} {BASE} Td (rune{SECRET}rune) Tj ET\n" + _show("(rune)", y=600)
    b.page(line(72, 720, "This is the opening of a short report") + ops, Font={"/F2": font})
    b.mark_word()
    b.neighbours = ("opening", "report")


@case("t62_type3_of_the_page", "Type 3 font without resources, drawn with those of the page")
def _(b: Book) -> None:
    b.special(_show(f"({SECRET})") + _show("(rune)", y=600), Font={"/F2": _letters_of_letters(b), "/H": b.helvetica()})


@case("t63_clip_painted_through", "letters as a clip that an area is painted through")
def _(b: Book) -> None:
    ops = f"q BT 7 Tr /F1 12 Tf 72 560 Td (see {SECRET} here) Tj ET 0 0 1 rg 60 550 400 30 re f Q\n"
    b.standard(ops)
    at = 72 + wide("see ")
    b.mark(at - 0.5, 556.8, at + wide(SECRET) + 0.5, 570)
    b.neighbours += ("see", "here")


@case("t64_actual_text_over_more", "/ActualText of the word over a whole line")
def _(b: Book) -> None:
    page = b.standard()
    page.Contents = b.pdf.make_stream(
        f"/Span << /ActualText ({SECRET}) >> BDC\n".encode() + page.Contents.read_bytes() + b" EMC\n"
    )
    b.neighbours = ()  # readers give the word in place of all of them


@case("t65_pattern_of_text", "text in the cell of a pattern, in the colour with which a cell begins")
def _(b: Book) -> None:
    ops = line(72, BASE, BEFORE + SECRET + AFTER).replace(" 0 g", "") + line(72, 640, "This is the closing of the report").replace(" 0 g", "")
    cell = b.pdf.make_stream(ops.encode(), Dictionary(
        Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=Array([0, 0, WIDTH, HEIGHT]), XStep=WIDTH, YStep=HEIGHT,
        Resources=Dictionary(Font=Dictionary(F1=b.helvetica())),
    ))
    b.page(line(72, 720, "This is the opening of a short report") + "3 Tr /Pattern cs /P0 scn 0 620 612 80 re f", Pattern=Dictionary(P0=cell))
    b.mark_word()


@case("t66_dots", "the word drawn in dots: lines of no length with round ends")
def _(b: Book) -> None:
    picture = word()
    step = 16 / picture.height
    dots = [
        f"{X + x * step:.3f} {BASE + 12 - y * step:.3f} m {X + x * step:.3f} {BASE + 12 - y * step:.3f} l"
        for y in range(picture.height) for x in range(picture.width) if picture.getpixel((x, y)) < 128
    ]
    b.special(f"q 1 J {step:.3f} w " + " ".join(dots) + " S Q\n")
    b.is_ink = True


@case("t67_mesh_elsewhere", "a mesh of colours that the box does not meet")
def _(b: Book) -> None:
    corners = b"".join(struct.pack(">BHHB", 0, x, y, g) for x, y, g in ((0, 0, 0), (65535, 0, 128), (0, 65535, 255)))
    mesh = b.pdf.make_stream(corners, Dictionary(
        ShadingType=4, ColorSpace=Name.DeviceGray, BitsPerCoordinate=16, BitsPerComponent=8, BitsPerFlag=8,
        Decode=Array([72, 300, 300, 400, 0, 1]),
    ))
    b.standard("/Sh0 sh\n", Shading=Dictionary(Sh0=mesh))


# pictures -----------------------------------------------------------------------------------------------


def _beside(b: Book, xobject: Any) -> None:
    """The word as text, marked, and a picture that nobody marked."""
    b.standard("q 80 0 0 16 72 500 cm /Im0 Do Q\n", XObject=Dictionary(Im0=xobject))


@case("i24_behind_samples", "the word behind the last sample of a picture, deflated with it")
def _(b: Book) -> None:
    picture = word("nobody")
    data = picture.tobytes() + SECRET.encode()
    _beside(b, image(b, zlib.compress(data), picture, Filter=Name.FlateDecode))


@case("i25_behind_plain_samples", "the word behind the last sample of a picture that is not packed")
def _(b: Book) -> None:
    picture = word("nobody")
    _beside(b, image(b, picture.tobytes() + SECRET.encode(), picture))


@case("i26_behind_fax", "the word behind the end of a fax")
def _(b: Book) -> None:
    picture = word("nobody")
    parms = Dictionary(K=-1, Columns=picture.width, Rows=picture.height)
    _beside(b, image(b, fax(picture) + SECRET.encode(), picture, bits=1, Filter=Name.CCITTFaxDecode, DecodeParms=parms))


@case("i27_behind_fax_without_end", "the word behind a fax that has no sign for its end")
def _(b: Book) -> None:
    picture = word("nobody")
    parms = Dictionary(K=-1, Columns=picture.width, Rows=picture.height, EndOfBlock=False)
    data = fax(picture).rstrip(b"\0")[:-3] + b"\0" + SECRET.encode()
    _beside(b, image(b, data, picture, bits=1, Filter=Name.CCITTFaxDecode, DecodeParms=parms))


@case("i28_two_filters", "pixels of a scan, JPEG deflated once more")
def _(b: Book) -> None:
    picture = scan()
    data = zlib.compress(encoded(picture, "JPEG", quality=75))
    whole(b, image(b, data, picture, Filter=Array([Name.FlateDecode, Name.DCTDecode])))


@case("i29_turned", "a picture that lies askew")
def _(b: Book) -> None:
    inner = word()
    picture = Image.new("L", (2 * inner.width, inner.height), 255)
    picture.paste(inner, (inner.width // 2, 0))
    b.special(
        f"q {2 * wide(SECRET):.3f} 30 -6 16 200 560 cm /Im0 Do Q\n",
        XObject=Dictionary(Im0=image(b, picture.tobytes(), picture)),
    )
    b.marks.clear()
    b.mark(200 + 0.5 * wide(SECRET) - 8, 560, 200 + 1.5 * wide(SECRET) + 2, 610)
    b.is_ink = True


@case("i32_behind_soft_mask", "the word, unmarked, in the part of a picture that its soft mask hides")
def _(b: Book) -> None:
    picture = word()
    mask = image(b, bytes(picture.width * picture.height), picture)
    _beside(b, image(b, zlib.compress(picture.tobytes()), picture, Filter=Name.FlateDecode, SMask=mask))


@case("i33_clipped_off", "the word, unmarked, in the part of a picture that is clipped away")
def _(b: Book) -> None:
    inner = word()
    picture = Image.new("L", (2 * inner.width, inner.height), 200)
    picture.paste(inner, (inner.width, 0))
    ops = f"q 72 500 {wide(SECRET) - 8:.3f} 16 re W n {2 * wide(SECRET):.3f} 0 0 16 72 500 cm /Im0 Do Q\n"
    b.standard(ops, XObject=Dictionary(Im0=image(b, picture.tobytes(), picture)))


@case("i34_behind_area", "the word, unmarked, in a picture behind a white area")
def _(b: Book) -> None:
    picture = word()
    ops = "q 80 0 0 16 72 500 cm /Im0 Do Q 1 g 70 498 90 20 re f 0 g\n"
    b.standard(ops, XObject=Dictionary(Im0=image(b, picture.tobytes(), picture)))


@case("i30_profile", "the word in a colour profile: its name, and a tag of nobody's")
def _(b: Book) -> None:
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (count,) = struct.unpack(">I", plain[128:132])
    said = b"desc\0\0\0\0" + struct.pack(">I", len(SECRET) + 1) + SECRET.encode() + bytes(79)
    tags = [plain[at : at + 12] for at in range(132, 132 + 12 * count, 12)]
    body = plain[132 + 12 * count :]
    shift = 12
    table = b""
    end = len(plain) + shift
    for tag in tags:
        place, size = struct.unpack(">II", tag[4:])
        table += tag[:4] + (struct.pack(">II", end, len(said)) if tag[:4] == b"desc" else struct.pack(">II", place + shift, size))
    table += b"priv" + struct.pack(">II", end + len(said), len(said))
    data = plain[:128] + struct.pack(">I", count + 1) + table + body + said + said
    profile = b.pdf.make_stream(struct.pack(">I", len(data)) + data[4:], N=3)
    picture = Image.linear_gradient("L").resize((32, 32)).convert("RGB")
    _beside(b, image(b, picture.tobytes(), picture, space=Array([Name.ICCBased, profile])))


@case("i31_behind_function", "the word behind the samples of a function")
def _(b: Book) -> None:
    tint = b.pdf.make_stream(
        bytes(range(0, 256, 4)) + SECRET.encode(), FunctionType=0, Domain=Array([0, 1]), Range=Array([0, 1]), Size=Array([64]),
        BitsPerSample=8,
    )
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceGray, Coords=Array([72, 0, 400, 0]), Function=tint)
    b.standard("q 72 500 200 20 re W n /Sh0 sh Q\n", Shading=Dictionary(Sh0=shading))




# document -----------------------------------------------------------------------------------------------


@case("d40_turned_page_tree", "turned and cropped by the page tree, not by the page")
def _(b: Book) -> None:
    b.standard()
    page = b.pdf.pages[0].obj
    b.pdf.Root.Pages.Rotate = 180
    b.pdf.Root.Pages.CropBox = Array([20, 20, WIDTH - 20, HEIGHT - 20])
    assert "/Rotate" not in page
    x0, y0, x1, y1 = b.marks.pop().rects[0].as_list()
    b.marks.append(Mark("m1", 1, (Rect(WIDTH - 20 - x1, HEIGHT - 20 - y1, WIDTH - 20 - x0, HEIGHT - 20 - y0),), ("(b)(6)",)))


@case("d41_language", "the word as a part of the language's name")
def _(b: Book) -> None:
    b.standard(word=SECRET[:8])
    b.marks.clear()
    b.mark_word(width=wide(SECRET[:8]))
    b.pdf.Root.Lang = String("en-" + SECRET[:8])
