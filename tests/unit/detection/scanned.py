"""Pages that look scanned, made here: text, withheld boxes of four kinds, what is easily taken for one.

All from a seed. The text is made of syllables and means nothing.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

import numpy as np
import pymupdf
from numpy.typing import NDArray

from review_app.domain.geometry import Rect

DPI = 300
WIDTH, HEIGHT = 612.0, 792.0
KINDS = ("black", "grey", "colour", "outline")
SCANS = ("clean", "speckle", "skew", "jpeg", "one_bit", "dithered")
CODES = ("5.1.2e", "5.1.2.e", "10.2.e", "(b)(6)", "B5", "b(7)(C)", "5.2.1")
SYLLABLES = (
    "ba", "re", "to", "ni", "ka", "lo", "me", "su", "pra", "den", "tor", "vi", "gal", "mon", "est", "ur",
    "ti", "che", "ran", "do",
)
COLOURS = ((1, 1, 0.4), (1, 0.75, 0.2), (0.55, 0.8, 1), (0.6, 0.9, 0.6), (0.95, 0.5, 0.5), (0.8, 0.6, 0.95))


@dataclass
class Made:
    """A page as detection sees it, with the boxes that are on it and their kinds."""

    tones: NDArray[np.uint8]
    scale: float
    boxes: list[tuple[str, Rect]] = field(default_factory=list)


def page(seed: int, kind: str | None, scan: str) -> Made:
    """One page with boxes of a kind (None: no boxes), scanned that way."""
    rng = random.Random(seed)
    with pymupdf.open() as pdf:
        sheet = pdf.new_page(width=WIDTH, height=HEIGHT)
        boxes = _drawn(sheet, rng, kind)
        angle = rng.uniform(-1.2, 1.2) if scan == "skew" else 0.0
        turn = _turn(angle)
        mono = scan in ("one_bit", "dithered")
        pixels = _rendered(pdf, turn, DPI if mono else DPI // 2)
    placed = [(kind or "", _turned(rect, turn)) for rect in boxes]
    dpi = DPI // 2
    made = np.random.default_rng(seed)
    if scan == "clean":
        tones = _darkest(pixels)
    elif scan == "speckle":
        noisy = _softened(pixels).astype(np.float64) + made.normal(0, 5, pixels.shape)
        tones = _darkest(np.clip(noisy, 0, 255).astype(np.uint8))
        spots = made.random(tones.shape) < 0.0006
        tones = np.where(spots, made.integers(0, 120, tones.shape), tones).astype(np.uint8)
    elif mono:
        grey = pixels.mean(axis=2)
        level = _BAYER[np.ix_(np.arange(grey.shape[0]) % 8, np.arange(grey.shape[1]) % 8)]
        bits = grey > (level if scan == "dithered" else 140)
        bits ^= made.random(bits.shape) < 0.0008
        height, width = bits.shape[0] // 2 * 2, bits.shape[1] // 2 * 2
        four = bits[:height, :width].reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
        tones = (four * 255).astype(np.uint8)
    else:
        tones = _darkest(_jpeg(pixels, rng.randint(30, 80) if scan == "jpeg" else 75))
    if scan == "one_bit" and kind in ("grey", "colour"):
        placed = []  # a light tone is gone for good; what is left of it says nothing
    return Made(tones, dpi / 72.0, placed)


_BAYER = np.array([[0]])
for _ in range(3):
    _BAYER = np.block([[4 * _BAYER, 4 * _BAYER + 2], [4 * _BAYER + 3, 4 * _BAYER + 1]])
_BAYER = (_BAYER + 0.5) * 4.0


def _turn(angle: float) -> pymupdf.Matrix:
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = WIDTH / 2, HEIGHT / 2
    return pymupdf.Matrix(c, s, -s, c, x - c * x + s * y, y - s * x - c * y)


def _turned(rect: Rect, turn: pymupdf.Matrix) -> Rect:
    r = pymupdf.Rect(*rect.as_list()).quad
    points = [pymupdf.Point(p) * turn for p in (r.ul, r.ur, r.ll, r.lr)]
    return Rect(
        min(p.x for p in points), min(p.y for p in points),
        max(p.x for p in points), max(p.y for p in points),
    )


def _rendered(pdf: pymupdf.Document, turn: pymupdf.Matrix, dpi: int) -> NDArray[np.uint8]:
    zoom = pymupdf.Matrix(dpi / 72, dpi / 72)
    whole = pymupdf.Rect(0, 0, WIDTH, HEIGHT)
    with pymupdf.open() as out:
        page = out.new_page(width=WIDTH, height=HEIGHT)
        page.show_pdf_page(whole, pdf, 0)
        listing = page.get_displaylist()
        box = pymupdf.IRect(0, 0, round(WIDTH * dpi / 72), round(HEIGHT * dpi / 72))
        pixmap = pymupdf.Pixmap(pymupdf.csRGB, box, False)
        pixmap.clear_with(255)
        mupdf = pymupdf.mupdf
        matrix = turn * zoom
        device = mupdf.fz_new_draw_device(
            mupdf.FzMatrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), pixmap.this
        )
        mupdf.fz_run_display_list(
            listing.this, device, mupdf.FzMatrix(), mupdf.FzRect(-1e4, -1e4, 1e4, 1e4), mupdf.FzCookie()
        )
        mupdf.fz_close_device(device)
        return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[
            :, : 3 * pixmap.width
        ].reshape(pixmap.height, pixmap.width, 3)


def _jpeg(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    height, width, _ = pixels.shape
    pixmap = pymupdf.Pixmap(pymupdf.csRGB, width, height, pixels.tobytes(), False)
    back = pymupdf.Pixmap(pixmap.tobytes("jpg", jpg_quality=quality))
    return np.frombuffer(back.samples, np.uint8).reshape(height, width, 3)


def _darkest(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pixels.min(axis=2)


def _softened(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    wide = np.pad(pixels.astype(np.uint16), ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    return ((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) // 16).astype(np.uint8)


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 4)))


def _drawn(sheet: pymupdf.Page, rng: random.Random, kind: str | None) -> list[Rect]:
    size = rng.choice((9.5, 10.5, 11, 12))
    font = rng.choice(("helv", "tiro", "cour"))
    pitch = size * rng.choice((1.15, 1.25, 1.4))
    left, right = rng.uniform(54, 90), WIDTH - rng.uniform(54, 90)
    boxes: list[Rect] = []
    y = rng.uniform(60, 90)
    _ornaments(sheet, rng, left, right)
    style = rng.choice(COLOURS) if kind == "colour" else (rng.uniform(0.62, 0.86),) * 3
    while y < 640:
        if rng.random() < 0.08:
            y += pitch
            continue
        if kind and rng.random() < 0.05 and y < 560:
            lines = rng.randint(2, 7)
            top = y - 0.85 * size
            rect = Rect(left - 3, top, right + 3, top + lines * pitch - 0.1 * size)
            _box(sheet, rng, kind, style, rect, size)
            boxes.append(rect)
            y += lines * pitch
            continue
        x = left
        hidden: tuple[float, float] | None = None
        if kind and rng.random() < 0.22:
            start = rng.uniform(left, right - 60)
            hidden = (start, min(right, start + rng.choice((40, 70, 120, 200, 320))))
        end = right if rng.random() < 0.85 else rng.uniform(left + 80, right)
        while x < end:
            word = _word(rng)
            length = pymupdf.get_text_length(word, font, size)
            if hidden and x + length > hidden[0] - 2 and x < hidden[1] + 2:
                x = hidden[1] + 3
                hidden_rect = Rect(hidden[0], y - 0.85 * size, hidden[1], y + 0.28 * size)
                _box(sheet, rng, kind or "", style, hidden_rect, size)
                boxes.append(hidden_rect)
                hidden = None
                continue
            if x + length > end:
                break
            sheet.insert_text((x, y), word, fontname=font, fontsize=size)
            x += length + 0.28 * size
        y += pitch
    return boxes


def _box(
    sheet: pymupdf.Page, rng: random.Random, kind: str, style: tuple[float, ...], rect: Rect, size: float
) -> None:
    place = pymupdf.Rect(*rect.as_list())
    code = rng.choice(CODES) if rng.random() < 0.6 else ""
    ink = (0, 0, 0)
    if kind == "black":
        sheet.draw_rect(place, color=None, fill=(0, 0, 0))
        ink = (1, 1, 1)
    elif kind == "outline":
        sheet.draw_rect(place, color=(0, 0, 0), fill=(1, 1, 1), width=rng.choice((0.4, 0.7, 1.0)))
    else:
        edge = (0, 0, 0) if rng.random() < 0.2 else None
        sheet.draw_rect(place, color=edge, fill=style, width=0.5)
        if sum(style) < 2.1 and rng.random() < 0.4:
            ink = (1, 1, 1)
    small = min(9.0, 0.8 * size)
    length = pymupdf.get_text_length(code, "helv", small)
    if code and length < rect.width - 4:
        x = rng.choice((rect.x0 + 2, (rect.x0 + rect.x1 - length) / 2, rect.x1 - length - 2))
        middle = (rect.y0 + rect.y1) / 2 + 0.35 * small
        sheet.insert_text((x, middle), code, fontname="helv", fontsize=small, color=ink)


def _ornaments(sheet: pymupdf.Page, rng: random.Random, left: float, right: float) -> None:
    """What is no box: a table, a form line, a signature, a logo, a framed stamp, a heading, holes."""
    y = 660.0
    rows, columns = rng.randint(2, 4), rng.randint(2, 5)
    if rng.random() < 0.4:
        wide = (right - left) / columns
        for row in range(rows):
            for column in range(columns):
                cell = pymupdf.Rect(
                    left + column * wide, y + row * 16, left + (column + 1) * wide, y + row * 16 + 16
                )
                sheet.draw_rect(cell, color=(0, 0, 0), width=0.6)
                if rng.random() < 0.7:
                    sheet.insert_text((cell.x0 + 3, cell.y1 - 4), _word(rng)[:10], fontsize=8)
    elif rng.random() < 0.5:
        sheet.draw_line((left, y), (left + 160, y), width=0.8)
        points = [pymupdf.Point(left + 4 * i, y - 4 + 14 * math.sin(i * rng.random())) for i in range(30)]
        sheet.draw_polyline(points, width=1.2)
    if rng.random() < 0.4:
        sheet.draw_rect(pymupdf.Rect(470, 24, 560, 48), color=(0, 0, 0), width=0.6)
        sheet.insert_text((474, 34), "RELEASE IN", fontsize=9)
        sheet.insert_text((474, 45), "PART B6", fontsize=9)
    if rng.random() < 0.3:
        sheet.draw_circle((left + 20, 34), 18, color=(0, 0, 0.4), fill=(0.2, 0.3, 0.6))
    if rng.random() < 0.3:
        sheet.draw_rect(pymupdf.Rect(200, 20, 440, 46), color=None, fill=(0, 0, 0))
        sheet.insert_text((210, 40), "TOREMONDA VIGAL BERETO", fontsize=16, color=(1, 1, 1))
    if rng.random() < 0.3:
        for at in (180, 396, 612):
            sheet.draw_circle((18, at), 8, color=None, fill=(0, 0, 0))
