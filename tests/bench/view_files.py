"""Files for ``tests/bench/view.py``, made by us: text, scans, heavy drawings.

    python tests/bench/view_files.py DIR [--quick]

Every page carries a mark that a program which watches the screen can tell: a square in pure magenta
(:data:`MARK`) at the left of the page's head.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
import pymupdf
from PIL import Image, ImageDraw, ImageFont

MARK = (255, 0, 255)
"""Colour of the square on each page, red, green, blue."""
_SQUARE = pymupdf.Rect(60, 24, 120, 54)
_WORDS = [
    "the", "of", "and", "to", "in", "memorandum", "embassy", "secretary", "minister", "review", "authority",
    "released", "document", "agency", "report", "meeting", "government", "telegram", "subject", "reference",
    "policy", "information", "national", "security", "office", "department", "country", "program",
    "regarding", "officials", "request", "statement", "between", "following", "attached", "copy", "paragraph",
]  # fmt: skip
_SCAN_PX = (2550, 3300)
_SEGMENTS = 40_000


@dataclass(frozen=True)
class Size:
    """How many pages each file has."""

    text: int = 5_000
    scans: int = 300
    vectors: int = 20


QUICK = Size(text=500, scans=24, vectors=6)
FILES = ("text.pdf", "ccitt.pdf", "jpeg.pdf", "vectors.pdf")


def make(folder: Path, size: Size) -> None:
    """Write the files that are not in ``folder`` yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in (
        ("text.pdf", _text),
        ("ccitt.pdf", _ccitt),
        ("jpeg.pdf", _jpeg),
        ("vectors.pdf", _vectors),
    ):
        to = folder / name
        if not to.exists():
            half = to.with_suffix(".half")
            write(half, size)
            half.rename(to)
            print(f"{name}: {to.stat().st_size / 1e6:.0f} MB", flush=True)


def line_of(page: int, line: int) -> str:
    """The words of a line of the text file; ``needle<page>`` stands once on each page, in its tenth line."""
    chance = random.Random(page * 100 + line)
    words = [chance.choice(_WORDS) for _ in range(12)]
    if line == 10:
        words[3] = f"needle{page}"
    return " ".join(words)


def _text(to: Path, size: Size) -> None:
    """About 600 words a page in two fonts; sizes and rotations vary."""
    shapes = ((612, 792, 0), (595, 842, 0), (612, 792, 0), (792, 612, 0), (612, 1008, 0), (792, 612, 90))
    document = pymupdf.open()
    for n in range(1, size.text + 1):
        width, height, turn = shapes[n % len(shapes)]
        page = document.new_page(width=width, height=height)
        page.insert_text((72, 70), f"Page {n} of the record", fontsize=12, fontname="hebo")
        lines = [line_of(n, i) for i in range(1, 51)]
        step = (height - 120) / 50
        page.insert_text(
            (72, 92),
            lines,
            fontsize=min(9, step * 0.85),
            fontname="tiro",
            lineheight=step / min(9, step * 0.85),
        )
        page.draw_rect(_SQUARE, color=None, fill=tuple(c / 255 for c in MARK))
        if turn:
            page.set_rotation(turn)
    document.save(to, garbage=3, deflate=True, use_objstms=1)


def _sheets(count: int) -> list[Image.Image]:
    """Typed pages as a scanner sees them, grey, one for each ten of the file."""
    font = ImageFont.load_default(38)
    sheets = []
    for n in range(max(1, count // 10)):
        sheet = Image.new("L", _SCAN_PX, 246)
        draw = ImageDraw.Draw(sheet)
        for i in range(1, 52):
            draw.text((300, 300 + i * 56), line_of(n + 1, i), fill=28, font=font)
        draw.rectangle((700, 1200, 1700, 1420), fill=12)
        sheets.append(sheet)
    return sheets


def _scanned(sheet: Image.Image, n: int, *, speckle: bool) -> np.ndarray:
    """One sheet, laid a little elsewhere, with noise of its own: no two pages of the file are the same."""
    chance = np.random.default_rng(n)
    grey = np.roll(np.asarray(sheet, dtype=np.int16), (n * 7 % 60, n * 3 % 40), axis=(0, 1))
    grey = (
        grey
        + chance.normal(0, 5, (_SCAN_PX[1] // 4, _SCAN_PX[0] // 4 + 1))
        .astype(np.int16)
        .repeat(4, 0)
        .repeat(4, 1)[: _SCAN_PX[1], : _SCAN_PX[0]]
    )
    if speckle:
        grey[chance.integers(0, _SCAN_PX[1], 1_500), chance.integers(0, _SCAN_PX[0], 1_500)] = 0
    return grey.clip(0, 255).astype(np.uint8)


def _scans(to: Path, count: int, encode: object, *, speckle: bool) -> None:
    sheets = _sheets(count)
    with pikepdf.new() as document:
        for n in range(1, count + 1):
            data, entries = encode(_scanned(sheets[n % len(sheets)], n, speckle=speckle))  # type: ignore[operator]
            image = pikepdf.Stream(document, data)
            for key, value in {
                "/Type": pikepdf.Name.XObject,
                "/Subtype": pikepdf.Name.Image,
                "/Width": _SCAN_PX[0],
                "/Height": _SCAN_PX[1],
                **entries,
            }.items():
                image[key] = value
            content = b"q 612 0 0 792 0 0 cm /Im0 Do Q 1 0 1 rg 60 738 60 30 re f"
            page = document.add_blank_page(page_size=(612, 792))
            page.obj["/Contents"] = document.make_stream(content)
            page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        document.save(to, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _ccitt(to: Path, size: Size) -> None:
    def encode(grey: np.ndarray) -> tuple[bytes, dict[str, object]]:
        held = io.BytesIO()
        # As most scanners write it: one strip, white is zero.
        Image.fromarray(grey).point(lambda v: 255 if v > 128 else 0).convert("1").save(
            held, "TIFF", compression="group4", tiffinfo={278: _SCAN_PX[1]}
        )
        with Image.open(held) as tiff:
            offset, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
            is_black_one = tiff.tag_v2[262] == 0
        return held.getvalue()[offset : offset + length], {
            "/ColorSpace": pikepdf.Name.DeviceGray,
            "/BitsPerComponent": 1,
            "/Filter": pikepdf.Name.CCITTFaxDecode,
            "/DecodeParms": pikepdf.Dictionary(
                K=-1, Columns=_SCAN_PX[0], Rows=_SCAN_PX[1], BlackIs1=not is_black_one
            ),
        }

    _scans(to, size.scans, encode, speckle=True)


def _jpeg(to: Path, size: Size) -> None:
    def encode(grey: np.ndarray) -> tuple[bytes, dict[str, object]]:
        held = io.BytesIO()
        Image.fromarray(grey).convert("RGB").save(held, "JPEG", quality=75)
        return held.getvalue(), {
            "/ColorSpace": pikepdf.Name.DeviceRGB,
            "/BitsPerComponent": 8,
            "/Filter": pikepdf.Name.DCTDecode,
        }

    _scans(to, size.scans, encode, speckle=False)


def _vectors(to: Path, size: Size) -> None:
    """Pages of 40,000 line segments each: maps and plans."""
    document = pymupdf.open()
    for n in range(size.vectors):
        chance = random.Random(n)
        page = document.new_page(width=612, height=792)
        page.draw_rect(_SQUARE, color=None, fill=tuple(c / 255 for c in MARK))
        parts = ["0.4 w"]
        x, y = 306.0, 396.0
        for i in range(_SEGMENTS):
            if i % 40 == 0:
                x, y = chance.uniform(40, 570), chance.uniform(60, 700)
                parts.append(f"{x:.1f} {y:.1f} m")
            x, y = x + chance.uniform(-14, 14), y + chance.uniform(-14, 14)
            parts.append(f"{x:.1f} {y:.1f} l" + (" S" if i % 40 == 39 else ""))
        xref = document.get_new_xref()
        document.update_object(xref, "<<>>")
        document.update_stream(xref, "\n".join(parts).encode())
        held = page.get_contents()
        document.xref_set_key(page.xref, "Contents", "[" + " ".join(f"{x} 0 R" for x in (*held, xref)) + "]")
    document.save(to, deflate=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    make(given.folder, QUICK if given.quick else Size())
    sys.exit(0)
