"""Leak channels: the word as pixels, in pictures of every codec and in every place. See leak_channels.py."""

# ruff: noqa: E501

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

import pymupdf
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
    frame,
    line,
    wide,
)
from PIL import Image

DPI = 150.0
SCALE = DPI / 72


@cache
def scan(text: str = SECRET, *, colour: bool = False) -> Image.Image:
    """A page with the usual lines, as a picture."""
    doc = pymupdf.open()
    page = doc.new_page(width=WIDTH, height=HEIGHT)
    for y, words in ((72, "This is the opening of a short report"), (112, BEFORE + text + AFTER), (152, "This is the closing of the report")):
        page.insert_text((72, y), words, fontname="helv", fontsize=12)
    pixmap = page.get_pixmap(dpi=int(DPI), colorspace=pymupdf.csRGB if colour else pymupdf.csGRAY)
    return Image.frombytes("RGB" if colour else "L", (pixmap.width, pixmap.height), pixmap.samples)


@cache
def word(text: str = SECRET) -> Image.Image:
    """The word alone, black on white, as wide as it is on the line, 16 points high."""
    left, top = int(X * SCALE), int((HEIGHT - BASE - 12) * SCALE)
    return scan(text).crop((left, top, left + int((wide(text) + 2) * SCALE), top + int(16 * SCALE)))


def image(b: Book, data: bytes, picture: Image.Image, *, space: Any = Name.DeviceGray, bits: int = 8, **more: Any) -> Any:
    return b.pdf.make_stream(data, Dictionary({
        "/Type": Name.XObject, "/Subtype": Name.Image, "/Width": picture.width, "/Height": picture.height,
        "/ColorSpace": space, "/BitsPerComponent": bits, **{f"/{k}": v for k, v in more.items()},
    }))


def placed(b: Book, xobject: Any, *, page: int = 1, **more: Any) -> Any:
    """The usual page, the picture of the word in the line, marked."""
    width = wide(SECRET) + 2
    b.is_ink = True
    return b.special(
        f"q {width:.3f} 0 0 16 {X:.3f} {BASE - 4} cm /Im0 Do Q\n", page=page, width=width, XObject=Dictionary(Im0=xobject), **more
    )


def whole(b: Book, xobject: Any, extra: str = "", *, page: int = 1) -> Any:
    """A page that is one picture, the word in it marked."""
    made = b.page(f"q {WIDTH:g} 0 0 {HEIGHT:g} 0 0 cm /Im0 Do Q\n{extra}", XObject=Dictionary(Im0=xobject))
    b.mark_word(page=page)
    b.neighbours = ()
    b.is_ink = True
    return made


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def fax(picture: Image.Image) -> bytes:
    """CCITT group 4, 1 is white."""
    out = io.BytesIO()
    picture.convert("1").save(out, "TIFF", compression="group4", tiffinfo={278: picture.height})
    with Image.open(out) as tiff:
        (start,), (size,) = tiff.tag_v2[273], tiff.tag_v2[279]
    return out.getvalue()[start : start + size]


@case("i01_flate", "pixels, Flate RGB")
def _(b: Book) -> None:
    picture = word().convert("RGB")
    placed(b, image(b, zlib.compress(picture.tobytes()), picture, space=Name.DeviceRGB, Filter=Name.FlateDecode))


@case("i02_jpeg", "pixels of a scan, JPEG")
def _(b: Book) -> None:
    picture = scan(colour=True)
    whole(b, image(b, encoded(picture, "JPEG", quality=75), picture, space=Name.DeviceRGB, Filter=Name.DCTDecode))


@case("i03_fax", "pixels of a scan, CCITT group 4")
def _(b: Book) -> None:
    picture = scan()
    whole(b, image(
        b, fax(picture), picture, bits=1, Filter=Name.CCITTFaxDecode,
        DecodeParms=Dictionary(K=-1, Columns=picture.width, Rows=picture.height),
    ))


@case("i04_jbig2", "pixels, JBIG2 generic region")
def _(b: Book) -> None:
    picture = word()
    w, h = picture.size
    body = struct.pack(">LLLLB", w, h, 0, 0, 0) + b"\x01" + fax(picture)
    data = struct.pack(">LBBBL", 0, 48, 0, 1, 19) + struct.pack(">LLLLBH", w, h, 0, 0, 0, 0)
    data += struct.pack(">LBBBL", 1, 38, 0, 1, len(body)) + body
    placed(b, image(b, data, picture, bits=1, Filter=Name.JBIG2Decode))


@case("i05_jpeg2000", "pixels, JPEG 2000")
def _(b: Book) -> None:
    picture = word()
    placed(b, image(b, encoded(picture, "JPEG2000"), picture, Filter=Name.JPXDecode))


@case("i06_inline", "inline image")
def _(b: Book) -> None:
    picture = word()
    width = wide(SECRET) + 2
    data = picture.tobytes().hex().encode() + b">"
    ops = f"q {width:.3f} 0 0 16 {X:.3f} {BASE - 4} cm BI /W {picture.width} /H {picture.height} /CS /G /BPC 8 /F /AHx ID ".encode()
    b.special(ops + data + b" EI Q\n", width=width)
    b.is_ink = True


@case("i07_stencil", "stencil mask")
def _(b: Book) -> None:
    picture = word().point(lambda v: 0 if v < 128 else 255).convert("1")
    placed(b, b.pdf.make_stream(picture.tobytes(), Dictionary(
        Type=Name.XObject, Subtype=Name.Image, ImageMask=True, Width=picture.width, Height=picture.height, BitsPerComponent=1,
    )))


@case("i08_soft_mask", "the word in the soft mask of a black picture")
def _(b: Book) -> None:
    picture = word()
    mask = image(b, bytes(255 - v for v in picture.tobytes()), picture)
    placed(b, image(b, b"\0" * (picture.width * picture.height), picture, SMask=mask))


@case("i09_under_mask", "the word in a picture whose soft mask hides it")
def _(b: Book) -> None:
    picture = word()
    mask = image(b, b"\0" * (picture.width * picture.height), picture)
    placed(b, image(b, picture.tobytes(), picture, SMask=mask))


@case("i10_shared", "picture shared by three pages, all marked")
def _(b: Book) -> None:
    picture = word()
    xobject = image(b, picture.tobytes(), picture)
    for page in (1, 2, 3):
        placed(b, xobject, page=page)


@case("i11_shared_one_marked", "picture shared by two pages, only one marked: to be told")
def _(b: Book) -> None:
    picture = word()
    xobject = image(b, picture.tobytes(), picture)
    placed(b, xobject)
    b.special(f"q {wide(SECRET) + 2:.3f} 0 0 16 {X:.3f} {BASE - 4} cm /Im0 Do Q\n", width=wide(SECRET) + 2, XObject=Dictionary(Im0=xobject))
    b.marks.pop()
    b.is_listed = True


@case("i12_indexed", "indexed colour, 4 bits, Decode reversed")
def _(b: Book) -> None:
    picture = word()
    w, h = picture.size
    rows = bytearray()
    for y in range(h):
        levels = [15 - picture.getpixel((x, y)) // 16 for x in range(w)] + [0]
        rows += bytes(levels[i] << 4 | levels[i + 1] for i in range(0, w, 2))
    table = bytes(v for i in range(16) for v in (i * 17, i * 17, i * 17))
    import pikepdf

    space = Array([Name.Indexed, Name.DeviceRGB, 15, pikepdf.String(table)])
    placed(b, image(b, bytes(rows), picture, space=space, bits=4, Decode=Array([15, 0])))


@case("i13_run_length", "pixels in RunLength and ASCII85")
def _(b: Book) -> None:
    import base64

    picture = word()
    raw = picture.tobytes()
    runs = b"".join(bytes([len(raw[i : i + 128]) - 1]) + raw[i : i + 128] for i in range(0, len(raw), 128)) + b"\x80"
    placed(b, image(b, base64.a85encode(runs) + b"~>", picture, Filter=Array([Name.ASCII85Decode, Name.RunLengthDecode])))


@case("i14_outside_crop", "a scan that goes on outside of the CropBox, the word there again")
def _(b: Book) -> None:
    picture = scan()
    page = whole(b, image(b, zlib.compress(picture.tobytes()), picture, Filter=Name.FlateDecode))
    low = image(b, zlib.compress(word().tobytes()), word(), Filter=Name.FlateDecode)
    page.Resources.XObject.Im1 = low
    page.Contents = b.pdf.make_stream(page.Contents.read_bytes() + b"q 100 0 0 16 72 20 cm /Im1 Do Q\n")
    page.CropBox = Array([0, 50, WIDTH, HEIGHT])


@case("i15_strips", "a scan cut into strips of 12 rows")
def _(b: Book) -> None:
    picture = word()
    ops, xobjects = "", {}
    height = 16 / picture.height
    for at, top in enumerate(range(0, picture.height, 12)):
        strip = picture.crop((0, top, picture.width, min(top + 12, picture.height)))
        xobjects[f"/Im{at}"] = image(b, strip.tobytes(), strip)
        ops += f"q {wide(SECRET) + 2:.3f} 0 0 {strip.height * height:.3f} {X:.3f} {BASE + 12 - (top + strip.height) * height:.3f} cm /Im{at} Do Q\n"
    b.special(ops, width=wide(SECRET) + 2, XObject=Dictionary(xobjects))
    b.is_ink = True


@case("i16_turned_cmyk", "CMYK picture drawn turned")
def _(b: Book) -> None:
    picture = word().rotate(90, expand=True)
    data = b"".join(bytes([0, 0, 0, 255 - v]) for v in picture.tobytes())
    width = wide(SECRET) + 2
    b.special(
        f"q 0 16 {-width:.3f} 0 {X + width:.3f} {BASE - 4} cm 0 -1 1 0 0 1 cm 0 1 -1 0 1 0 cm 0 1 -1 0 1 0 cm 1 0 0 1 0 0 cm /Im0 Do Q\n",
        width=width, XObject=Dictionary(Im0=image(b, zlib.compress(data), picture, space=Name.DeviceCMYK, Filter=Name.FlateDecode)),
    )
    b.is_ink = True


@case("i17_scan_with_text", "scan with an unpainted text layer")
def _(b: Book) -> None:
    picture = scan()
    layer = "BT 3 Tr /F1 12 Tf 72 680 Td (" + BEFORE + SECRET + AFTER + ") Tj ET BT 3 Tr /F1 12 Tf 72 720 Td (This is the opening of a short report) Tj ET\n"
    whole(b, image(b, encoded(picture, "JPEG", quality=75), picture, Filter=Name.DCTDecode), layer)
    b.neighbours = ("opening", "officer", "during")
    b.is_ink = False


@case("i18_thumbnail", "thumbnail of the page")
def _(b: Book) -> None:
    b.standard()
    picture = word()
    b.pdf.pages[0].obj.Thumb = image(b, picture.tobytes(), picture)


@case("i19_in_pattern", "picture in the cell of a tiling pattern")
def _(b: Book) -> None:
    picture = word()
    width = wide(SECRET) + 2
    pattern = b.pdf.make_stream(f"q {width:.3f} 0 0 16 0 0 cm /Im0 Do Q".encode(), Dictionary(
        Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=Array([0, 0, width, 16]), XStep=width, YStep=16,
        Matrix=Array([1, 0, 0, 1, X, BASE - 4]), Resources=Dictionary(XObject=Dictionary(Im0=image(b, picture.tobytes(), picture))),
    ))
    b.special(f"/Pattern cs /P0 scn {X:.3f} {BASE - 4} {width:.3f} 16 re f\n", width=width, Pattern=Dictionary(P0=pattern))
    b.is_ink = True


@case("i20_separation", "picture in a spot colour")
def _(b: Book) -> None:
    picture = word()
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([0]), N=1)
    space = Array([Name.Separation, Name.Spot, Name.DeviceGray, tint])
    placed(b, image(b, bytes(255 - v for v in picture.tobytes()), picture, space=space))


@case("i21_jpeg_comment", "the word in the comment of a JPEG")
def _(b: Book) -> None:
    picture = word("nobody")
    data = encoded(picture, "JPEG", quality=75)
    comment = SECRET.encode()
    data = data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]
    b.standard("q 80 0 0 16 72 500 cm /Im0 Do Q\n", XObject=Dictionary(Im0=image(b, data, picture, Filter=Name.DCTDecode)))


@case("i22_behind_data", "the word behind the end of a picture's compressed data")
def _(b: Book) -> None:
    picture = word("nobody")
    data = zlib.compress(picture.tobytes()) + b"\n" + SECRET.encode()
    b.standard("q 80 0 0 16 72 500 cm /Im0 Do Q\n", XObject=Dictionary(Im0=image(b, data, picture, Filter=Name.FlateDecode)))


@case("i23_alternate", "the word in the alternate of a picture")
def _(b: Book) -> None:
    picture, other = word(), word("nobody")
    shown = image(b, other.tobytes(), other, Alternates=Array([Dictionary(Image=image(b, picture.tobytes(), picture), DefaultForPrinting=True)]))
    width = wide(SECRET) + 2
    b.special(f"q {width:.3f} 0 0 16 {X:.3f} {BASE - 4} cm /Im0 Do Q\n", width=width, XObject=Dictionary(Im0=shown))
    b.is_ink = True
    assert frame() and line(0, 0, "")
