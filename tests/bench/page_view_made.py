"""What the page view is measured on: thousands of text pages, scans at 300 dpi.

    python tests/bench/page_view_made.py FOLDER

writes them for a look; tests/bench/page_view.py makes them itself.
"""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path

import numpy as np
import pikepdf
import pymupdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name
from PIL import Image

SIZES = ((612, 792), (595, 842), (792, 612), (612, 1008))
_WORDS = (
    "the", "department", "reviewed", "cable", "traffic", "from", "its", "embassy", "regarding", "an",
    "exchange", "of", "notes", "and", "agreed", "that", "further", "consultation", "would", "be",
    "required", "before",
)
_SCANS = 6
"""Different pages of a scan; more pages repeat them as objects of their own."""


def text(path: Path, pages: int) -> Path:
    """Pages of type, about 3,500 letters each, of mixed sizes, each tenth rotated."""
    chance = random.Random(5)
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        streams = []
        for _ in range(50):
            lines = [f"({' '.join(chance.choices(_WORDS, k=11))}) Tj T*" for _ in range(46)]
            streams.append(f"BT /F1 10 Tf 12 TL 60 560 Td {' '.join(lines)} ET".encode())
        for number in range(pages):
            pdf.add_blank_page(page_size=SIZES[number % len(SIZES)])
            page = pdf.pages[-1].obj
            page.Resources = Dictionary(Font=Dictionary(F1=font))
            page.Contents = pdf.make_stream(streams[number % len(streams)])
            if number % 10 == 9:
                page.Rotate = 90
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return path


def vectors(path: Path, pages: int) -> Path:
    """Drawings of 40,000 strokes a page, half a second of work each."""
    chance = random.Random(7)
    with pikepdf.new() as pdf:
        for _ in range(pages):
            strokes = []
            for _ in range(40_000):
                x, y = chance.uniform(20, 590), chance.uniform(20, 770)
                strokes.append(f"{x:.1f} {y:.1f} m {x + chance.uniform(-20, 20):.1f} {y + 9:.1f} l S")
            pdf.add_blank_page(page_size=(612, 792))
            pdf.pages[-1].obj.Contents = pdf.make_stream("\n".join(strokes).encode())
        pdf.save(path)
    return path


def scan(path: Path, kind: str, pages: int) -> Path:
    """Letter pages at 300 dpi with the noise of a scanner, ``g4`` (CCITT group 4) or ``jpeg`` (colour)."""
    with pikepdf.new() as pdf:
        made = [_g4(_page(n), n) if kind == "g4" else _jpeg(_page(n), n) for n in range(min(pages, _SCANS))]
        for number in range(pages):
            data, black_is_1 = made[number % len(made)]
            image = pdf.make_stream(data)
            image.stream_dict.update(Dictionary(
                Type=Name.XObject, Subtype=Name.Image, Width=2550, Height=3300,
                BitsPerComponent=1 if kind == "g4" else 8,
                ColorSpace=Name.DeviceGray if kind == "g4" else Name.DeviceRGB,
                Filter=Name.CCITTFaxDecode if kind == "g4" else Name.DCTDecode,
            ))
            if kind == "g4":
                image.DecodeParms = Dictionary(K=-1, Columns=2550, Rows=3300, BlackIs1=black_is_1)
            pdf.add_blank_page(page_size=(612, 792))
            page = pdf.pages[-1].obj
            page.Resources = Dictionary(XObject=Dictionary(Im=image))
            page.Contents = pdf.make_stream(b"q 612 0 0 792 0 0 cm /Im Do Q")
            page.MediaBox = Array([0, 0, 612, 792])
        pdf.save(path)
    return path


def _page(seed: int) -> NDArray[np.uint8]:
    chance = random.Random(seed)
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=612, height=792)
        for y in range(72, 720, 14):
            page.insert_text((72, y), " ".join(chance.choices(_WORDS, k=12)), fontsize=11)
        page.draw_rect(pymupdf.Rect(72, 300, 400, 340), fill=0)
        pixmap = page.get_pixmap(dpi=300, colorspace=pymupdf.csGRAY)
        return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width).copy()


def _g4(tones: NDArray[np.uint8], seed: int) -> tuple[bytes, bool]:
    specks = np.random.default_rng(seed).random(tones.shape) < 0.0008
    picture = Image.fromarray((((tones > 128) ^ specks) * 255).astype(np.uint8)).convert("1")
    out = io.BytesIO()
    picture.save(out, "TIFF", compression="group4", tiffinfo={278: tones.shape[0]})  # rows a strip: one strip
    tags = Image.open(out).tag_v2
    start, size = tags[273][0], tags[279][0]
    return out.getvalue()[start : start + size], tags[262] == 1


def _jpeg(tones: NDArray[np.uint8], seed: int) -> tuple[bytes, bool]:
    grain = np.random.default_rng(seed).normal(0, 4, tones.shape)
    paper = np.clip(tones * 0.92 + 10 + grain, 0, 255).astype(np.uint8)
    yellow = np.clip(paper * 0.95, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(np.dstack([paper, paper, yellow])).save(out, "JPEG", quality=80)
    return out.getvalue(), False


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for made in (text(folder / "text.pdf", 5_000), scan(folder / "g4.pdf", "g4", 60),
                 scan(folder / "jpeg.pdf", "jpeg", 60), vectors(folder / "vectors.pdf", 12)):
        print(f"{made}: {made.stat().st_size / 2**20:.1f} MB")
