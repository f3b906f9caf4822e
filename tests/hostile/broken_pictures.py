"""Scanned pages whose one picture is damaged, each in its way; and the same picture whole in each coding."""

from __future__ import annotations

import io
import random
import zlib
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image, ImageDraw, TiffImagePlugin

WIDTH, HEIGHT = 850, 1100
GREY, FLATE, DCT, JPX = Name.DeviceGray, Name.FlateDecode, Name.DCTDecode, Name.JPXDecode
NOISE = random.Random(3).randbytes(4000)


def picture() -> Image.Image:
    """Lines of words on white, and one empty white box with a thin outline: a released page."""
    made = Image.new("L", (WIDTH, HEIGHT), 255)
    draw, rng = ImageDraw.Draw(made), random.Random(1)
    for y in range(60, HEIGHT - 60, 22):
        if not 480 < y < 620:
            words = ("".join(rng.choices("acemnorstuvw", k=rng.randint(3, 9))) for _ in range(13))
            draw.text((80, y), " ".join(words), fill=20)
    draw.rectangle([80, 500, WIDTH - 80, 600], outline=0)
    return made


def jpeg(made: Image.Image) -> bytes:
    out = io.BytesIO()
    made.save(out, "JPEG", quality=60)
    return out.getvalue()


def jpx(made: Image.Image) -> bytes:
    out = io.BytesIO()
    made.save(out, "JPEG2000")
    return out.getvalue()


def g4(made: Image.Image) -> bytes:
    """CCITT group 4, the bytes of one strip."""
    out = io.BytesIO()
    strip, TiffImagePlugin.STRIP_SIZE = TiffImagePlugin.STRIP_SIZE, 1 << 30
    try:
        made.convert("1").save(out, "TIFF", compression="group4")
    finally:
        TiffImagePlugin.STRIP_SIZE = strip
    with Image.open(io.BytesIO(out.getvalue())) as tiff:
        at, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    return out.getvalue()[at : at + size]


def fax(rows: int = HEIGHT, columns: int = WIDTH, k: int = -1) -> dict[str, Any]:
    parms = Dictionary(K=k, Columns=columns, Rows=rows, BlackIs1=True)
    return {"BitsPerComponent": 1, "Filter": Name.CCITTFaxDecode, "DecodeParms": parms}


def pdf(*pictures: tuple[bytes, dict[str, Any]]) -> bytes:
    """One page a picture, which covers it."""
    with pikepdf.new() as made:
        for data, changes in pictures:
            entries = {
                "Type": Name.XObject, "Subtype": Name.Image, "Width": WIDTH, "Height": HEIGHT,
                "BitsPerComponent": 8, "ColorSpace": GREY, **changes,
            }
            image = pikepdf.Stream(made, data)
            for key, value in entries.items():
                if value is not None:
                    image[f"/{key}"] = value
            page = made.add_blank_page(page_size=(612, 792))
            page.obj.Resources = Dictionary(XObject=Dictionary(I=made.make_indirect(image)))
            page.obj.Contents = pikepdf.Stream(made, b"q 612 0 0 792 0 0 cm /I Do Q")
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()


def whole() -> dict[str, tuple[bytes, dict[str, Any]]]:
    """The same page in each coding, not damaged, or not so that it matters."""
    made = picture()
    raw, bits = made.tobytes(), made.convert("1").tobytes()
    return {
        "jpeg": (jpeg(made), {"Filter": DCT}),
        "jpeg without its end mark": (jpeg(made)[:-2], {"Filter": DCT}),
        "jpx": (jpx(made), {"Filter": JPX}),
        "g4": (g4(made), fax()),
        "flate": (zlib.compress(raw), {"Filter": FLATE}),
        "flate, 1 bit": (zlib.compress(bits), {"Filter": FLATE, "BitsPerComponent": 1}),
        "raw": (raw, {}),
    }


def damaged() -> dict[str, tuple[bytes, dict[str, Any]]]:
    """The page cut off, overwritten, or described wrongly."""
    made = picture()
    j, x, f = jpeg(made), jpx(made), g4(made)
    z, raw = zlib.compress(made.tobytes()), made.tobytes()
    one_bit = zlib.compress(made.convert("1").tobytes())
    return {
        "jpeg, half": (j[: len(j) // 2], {"Filter": DCT}),
        "jpeg, nine tenths": (j[: len(j) * 9 // 10], {"Filter": DCT}),
        "jpeg, head": (j[:300], {"Filter": DCT}),
        "jpeg, noise": (NOISE, {"Filter": DCT}),
        "jpx, half": (x[: len(x) // 2], {"Filter": JPX}),
        "jpx, head": (x[:120], {"Filter": JPX}),
        "jpx, noise": (NOISE, {"Filter": JPX}),
        "jbig2, noise": (NOISE, {"Filter": Name.JBIG2Decode, "BitsPerComponent": 1}),
        "jbig2, nothing": (b"", {"Filter": Name.JBIG2Decode, "BitsPerComponent": 1}),
        "g4, half": (f[: len(f) // 2], fax()),
        "g4, noise": (NOISE, fax()),
        "g4, nothing": (b"", fax()),
        "g4, too many rows": (f, fax(2 * HEIGHT) | {"Height": 2 * HEIGHT}),
        "g4, other columns": (f, fax(columns=WIDTH // 2)),
        "g4 said to be g3": (f, fax(k=0)),
        "flate, half": (z[: len(z) // 2], {"Filter": FLATE}),
        "flate, noise": (NOISE, {"Filter": FLATE}),
        "flate, 1 bit, half": (one_bit[: len(one_bit) // 2], {"Filter": FLATE, "BitsPerComponent": 1}),
        "lzw, noise": (NOISE, {"Filter": Name.LZWDecode}),
        "run length, noise": (NOISE, {"Filter": Name.RunLengthDecode}),
        "ascii85, noise": (NOISE, {"Filter": Name.ASCII85Decode}),
        "raw, a third": (raw[: len(raw) // 3], {}),
        "unknown filter": (j, {"Filter": Name.NoSuchDecode}),
        "filter left out": (j, {}),
        "more colours than data": (z, {"Filter": FLATE, "ColorSpace": Name.DeviceRGB}),
        "unknown colours": (z, {"Filter": FLATE, "ColorSpace": Name.NoSuch}),
        "three bits": (z, {"Filter": FLATE, "BitsPerComponent": 3}),
        "width zero": (z, {"Filter": FLATE, "Width": 0}),
        "width left out": (z, {"Filter": FLATE, "Width": None}),
        "200,000 pixels square": (z, {"Filter": FLATE, "Width": 200_000, "Height": 200_000}),
    }
