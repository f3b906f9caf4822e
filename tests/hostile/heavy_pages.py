"""Pages that hurt: much, huge, tiny, deep and odd, each from a few kilobytes; and scans laid in every way."""

from __future__ import annotations

import io
import math
import random
import zlib
from collections.abc import Callable
from typing import Any

import broken_pictures
import pikepdf
from pikepdf import Array, Dictionary, Name

RNG = random.Random(5)
TEXT = b"BT /F 10 Tf 72 740 Td 14 TL " + b"".join(
    b"(Line %d of the released text of this page, as it stands) Tj T* " % n for n in range(40)
) + b"ET "
FULL = b"q 612 0 0 792 0 0 cm /I Do Q "
Objects = dict[str, pikepdf.Object]


def _compressed(count: int, byte: bytes) -> bytes:
    squeeze, block = zlib.compressobj(9), byte * 4_000_000
    parts = [squeeze.compress(block[: min(len(block), count - at)]) for at in range(0, count, len(block))]
    return b"".join([*parts, squeeze.flush()])


def image(
    pdf: pikepdf.Pdf, data: bytes, width: int, height: int, bits: int = 8, **more: Any
) -> pikepdf.Object:
    """A picture of compressed grey pixels."""
    made = pikepdf.Stream(pdf, data)
    entries = {
        "Type": Name.XObject, "Subtype": Name.Image, "Width": width, "Height": height,
        "BitsPerComponent": bits, "ColorSpace": Name.DeviceGray, "Filter": Name.FlateDecode, **more,
    }
    for key, value in entries.items():
        made[f"/{key}"] = value
    return pdf.make_indirect(made)


def page(pdf: pikepdf.Pdf, operators: bytes, objects: Objects | None = None, **entries: Any) -> None:
    """A page of these operators; ``/F`` is Helvetica."""
    made = pdf.add_blank_page(page_size=(612, 792)).obj
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    made.Resources = Dictionary(Font=Dictionary(F=helvetica), XObject=Dictionary(objects or {}))
    made.Contents = pikepdf.Stream(pdf, operators)
    for key, value in entries.items():
        made[f"/{key}"] = value


def _form(pdf: pikepdf.Pdf, operators: bytes, inner: pikepdf.Object | None = None) -> pikepdf.Object:
    made = pikepdf.Stream(pdf, operators)
    made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, 612, 792])
    if inner is not None:
        made.Resources = Dictionary(XObject=Dictionary(X=inner))
    return pdf.make_indirect(made)


def _nested(pdf: pikepdf.Pdf, deep: int, times: int) -> pikepdf.Object:
    inner = _form(pdf, b"0 0 9 9 re f")
    for _ in range(deep):
        inner = _form(pdf, b"/X Do " * times, inner)
    return inner


def _many(count: int, words: bytes, *ranges: tuple[int, int]) -> bytes:
    return b"".join(words % tuple(RNG.randint(*ends) for ends in ranges) for _ in range(count))


def _shapes(pdf: pikepdf.Pdf) -> None:
    page(pdf, TEXT + _many(100_000, b"%d %d m %d %d l S ", (0, 600), (0, 790), (0, 600), (0, 790)))


def _dots(pdf: pikepdf.Pdf) -> None:
    page(pdf, TEXT + _many(100_000, b"%d %d 1 1 re f ", (0, 600), (0, 790)))


def _one_path(pdf: pikepdf.Pdf) -> None:
    page(pdf, TEXT + _many(100_000, b"%d %d 9 9 re ", (0, 600), (0, 790)) + b"f")


def _bars(pdf: pikepdf.Pdf) -> None:
    page(pdf, b"".join(b"%d %d 30 2 re f " % (72 + n % 14 * 33, 50 + n // 14 * 3) for n in range(3_000)))


def _clips(pdf: pikepdf.Pdf) -> None:
    page(pdf, _many(5_000, b"q %d %d 50 50 re W n 0 0 600 700 re f Q ", (0, 600), (0, 700)))


def _huge(bits: int, **more: Any) -> Callable[[pikepdf.Pdf], None]:
    def make(pdf: pikepdf.Pdf) -> None:
        data = _compressed(20_000 * 20_000 * bits // 8, b"\xff")
        page(pdf, FULL, {"/I": image(pdf, data, 20_000, 20_000, bits, **more)})

    return make


def _whole_page(data: bytes, width: int, height: int, bits: int) -> Callable[[pikepdf.Pdf], None]:
    def make(pdf: pikepdf.Pdf) -> None:
        page(pdf, FULL, {"/I": image(pdf, zlib.compress(data), width, height, bits)})

    return make


def _tiny(pdf: pikepdf.Pdf) -> None:
    objects: Objects = {f"/I{n}": image(pdf, zlib.compress(bytes([n % 256])), 1, 1) for n in range(600)}
    places = (b"q 5 0 0 3 %d %d cm /I%d Do Q " % (50 + n % 25 * 20, 60 + n // 25 * 20, n) for n in range(600))
    page(pdf, TEXT + b"".join(places), objects)


def _strips(pdf: pikepdf.Pdf) -> None:
    strip = image(pdf, zlib.compress(b"\xff" * 850), 850, 1)
    places = (b"q 612 0 0 .72 0 %.2f cm /I Do Q " % (792 - 0.72 * n) for n in range(1_100))
    page(pdf, b"".join(places), {"/I": strip})


def _glyphs(times: int, after: bytes) -> Callable[[pikepdf.Pdf], None]:
    line = b"(" + b"word of text " * 80 + b") Tj T* "

    def make(pdf: pikepdf.Pdf) -> None:
        page(pdf, b"BT /F 1 Tf 1 TL 10 780 Td " + line * times + b"ET " + after)

    return make


def _annotations(pdf: pikepdf.Pdf) -> None:
    page(pdf, TEXT, Annots=Array([
        pdf.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.Text, Rect=Array([9 + n % 90 * 6, 9, 14 + n % 90 * 6, 14]),
        )) for n in range(5_000)
    ]))


def _fine_pattern(pdf: pikepdf.Pdf) -> None:
    page(pdf, TEXT + b"/Pattern cs /P scn 0 0 612 792 re f")
    tile = pikepdf.Stream(pdf, b"0 0 .5 .5 re f")
    tile.Type, tile.PatternType, tile.PaintType, tile.TilingType = Name.Pattern, 1, 1, 1
    tile.BBox, tile.XStep, tile.YStep, tile.Resources = Array([0, 0, 1, 1]), 0.01, 0.01, Dictionary()
    pdf.pages[-1].obj.Resources.Pattern = Dictionary(P=pdf.make_indirect(tile))


HEAVY: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "a hundred thousand lines": _shapes,
    "a hundred thousand dots": _dots,
    "a hundred thousand rectangles in one path": _one_path,
    "three thousand bars": _bars,
    "five thousand clips": _clips,
    "20,000 pixels square, one bit": _huge(1),
    "20,000 pixels square, a stencil": _huge(1, ImageMask=True),
    "20,000 pixels square, grey": _huge(8),
    "one pixel": _whole_page(b"\0", 1, 1, 8),
    "all black": _whole_page(b"\0" * 319 * 3300, 2550, 3300, 1),
    "all white": _whole_page(b"\xff" * 319 * 3300, 2550, 3300, 1),
    "a chequerboard": _whole_page((b"\xaa" * 319 + b"\x55" * 319) * 1650, 2550, 3300, 1),
    "stripes": _whole_page((b"\xff" * 319 * 6 + b"\0" * 319 * 4) * 330, 2550, 3300, 1),
    "noise": _whole_page(RNG.randbytes(319 * 3300), 2550, 3300, 1),
    "six hundred pictures of one pixel": _tiny,
    "eleven hundred strips": _strips,
    "two hundred thousand characters under a box": _glyphs(200, b"50 500 400 200 re f"),
    "forms two thousand deep": lambda pdf: page(pdf, TEXT + b"/X Do", {"/X": _nested(pdf, 2_000, 1)}),
    "saved a hundred thousand times": lambda pdf: page(pdf, b"q " * 100_000 + TEXT),
    "five thousand annotations": _annotations,
    "a pattern of a hundredth of a point": _fine_pattern,
    "a font that is not there": lambda pdf: page(pdf, TEXT.replace(b"/F ", b"/Nope ")),
    "a page as large as a town": lambda pdf: page(
        pdf, TEXT, MediaBox=Array([0, 0, 14400, 14400]), UserUnit=99,
    ),
    "a page of half a point": lambda pdf: page(pdf, TEXT, MediaBox=Array([0, 0, 0.5, 0.5])),
}


def document(*makers: Callable[[pikepdf.Pdf], None]) -> bytes:
    """The pages one after the other, between two plain ones."""
    with pikepdf.new() as pdf:
        page(pdf, TEXT)
        for make in makers:
            make(pdf)
        page(pdf, TEXT)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def bomb(pdf: pikepdf.Pdf) -> None:
    """Ten million rectangles from three kilobytes."""
    page(pdf, TEXT + b"/X Do", {"/X": _nested(pdf, 7, 10)})


BOX = (80 * 0.72, 500 * 0.72, (broken_pictures.WIDTH - 80) * 0.72, 600 * 0.72)
"""Where the white box of :func:`broken_pictures.picture` is on an upright Letter page."""


def laid(matrix: tuple[float, ...], layer: bytes = b"", **entries: Any) -> Callable[[pikepdf.Pdf], None]:
    """The scan of a released page, laid with a matrix (PDF space), with an invisible text layer over it."""
    def make(pdf: pikepdf.Pdf) -> None:
        made = broken_pictures.picture()
        scan = image(pdf, zlib.compress(made.tobytes()), made.width, made.height)
        operators = b"q %f %f %f %f %f %f cm /I Do Q " % matrix
        page(pdf, operators + b"3 Tr " * bool(layer) + layer, {"/I": scan}, **entries)

    return make


def layer(matrix: tuple[float, ...]) -> bytes:
    """An invisible text layer that was put in the wrong place."""
    return b"q %f %f %f %f %f %f cm BT 3 Tr " % matrix + TEXT[3:] + b"Q "


def turned(angle: float) -> tuple[float, ...]:
    """A scan skewed about the middle of the page, in degrees."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = 306 - 306 * cos + 396 * sin, 396 - 306 * sin - 396 * cos
    return (612 * cos, 612 * sin, -792 * sin, 792 * cos, x, y)
