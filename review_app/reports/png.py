"""A drawing as PNG, drawn with Pillow: it needs neither a window nor a display."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from review_app.domain.errors import UsageError
from review_app.domain.overview_report import OverviewReport
from review_app.domain.resources import resource_path
from review_app.reports.drawing import Box, Cell, Drawing, Label, picture
from review_app.reports.looks import LOOKS, SPACING, TYPES

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

SCALES = (2.0, 1.0)
"""Pixels of the picture for one of the drawing: sharp, or as large as it may be."""
MOST_PIXELS = 64_000_000
"""Largest picture: 190 MB while it is made, about 7,000 pages."""


def write(report: OverviewReport, out: Path) -> None:
    """Write the picture of an overview as a PNG file.

    Raises:
        UsageError: so many pages make too large a picture.
        OSError: it cannot be written.
    """
    from PIL import Image, ImageDraw, PngImagePlugin  # nothing else needs it in this process

    drawing = picture(report)
    fitting = [s for s in SCALES if drawing.width * drawing.height * s * s <= MOST_PIXELS]
    if not fitting:
        raise UsageError(
            f"A PNG of {report.overview.page_count:,} pages would be too large",
            why=f"it would have more than {MOST_PIXELS // 1_000_000} million pixels",
            todo="Let the name end in .svg, which is sharp at any size, or take fewer documents",
        )
    scale = fitting[0]
    image = Image.new("RGB", (round(drawing.width * scale), round(drawing.height * scale)), "#ffffff")
    _draw(image, ImageDraw.Draw(image), drawing, scale)
    about = PngImagePlugin.PngInfo()
    about.add_text("Description", f"review-app log head {report.head.seq} {report.head.hash}")
    with out.open("wb") as file:
        image.save(file, "PNG", pnginfo=about, compress_level=4)


def _draw(image: Image, brush: ImageDraw, drawing: Drawing, scale: float) -> None:
    for part in drawing.parts:
        for shape in part.shapes if isinstance(part, Cell) else (part,):
            if isinstance(shape, Label):
                _label(brush, shape, scale)
            else:
                _box(image, brush, shape, scale)


def _label(brush: ImageDraw, label: Label, scale: float) -> None:
    kind = TYPES[label.look]
    font = _font(round(kind.size * scale))
    brush.text(
        (label.x * scale, label.y * scale), _drawable(label.text), fill=kind.colour, font=font,
        anchor="ms" if kind.is_centred else "ls", stroke_width=int(scale / 2) if kind.is_bold else 0,
    )


def _box(image: Image, brush: ImageDraw, box: Box, scale: float) -> None:
    look = LOOKS[box.look]
    left, top = round(box.x * scale), round(box.y * scale)
    width = max(1, round((1.2 if look.is_thin else box.width) * scale))
    height = max(1, round(box.height * scale))
    place = (left, top, left + width - 1, top + height - 1)
    if look.lines:
        mask = _lines(look.lines, round(SPACING * scale), width, height)
        image.paste(look.colour, (left, top), mask)
        if look.edge:
            brush.rectangle(place, outline=look.edge)
    else:
        brush.rectangle(place, fill=look.colour, outline=look.edge or None)


def _drawable(text: str) -> str:
    """A text with what this font cannot draw, or only the wrong way round, as ``\\u4e2d``: such a name can
    still be told. The page and the SVG show it as it is."""
    return "".join(c if _has_glyph(c) else c.encode("unicode_escape").decode("ascii") for c in text)


@lru_cache(maxsize=4096)
def _has_glyph(char: str) -> bool:
    if char.isascii():
        return True
    if unicodedata.bidirectional(char) in ("R", "AL", "AN"):
        return False
    font = _font(32)
    return bytes(font.getmask(char)) != bytes(font.getmask("\uffff"))


@cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    # The plain engine: the other one is not in every Pillow, and a line of text is all that is drawn.
    return ImageFont.truetype(
        str(resource_path("fonts", "DejaVuSansMono.ttf")), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1024)
def _lines(kind: str, spacing: int, width: int, height: int) -> Image:
    """Where the lines of a pattern are in an area of this size."""
    from PIL import Image, ImageDraw

    mask = Image.new("L", (width, height), 0)
    brush = ImageDraw.Draw(mask)
    thick = max(1, spacing // 3)
    for at in range(-height, width + height, spacing):
        ends = {"|": ((at, 0), (at, height)), "/": ((at, height), (at + height, 0)),
                "\\": ((at, 0), (at + height, height))}[kind]
        brush.line(ends, fill=255, width=thick)
    return mask
