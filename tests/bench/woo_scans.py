"""Makes drawn pages look scanned: for ``woo.py``, which measures, and ``train_boxes.py``, which learns."""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

import numpy as np
import pymupdf
import woo_pages
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from review_app.domain.geometry import Rect

SCANS = (
    "born",
    "clean",
    "speckle",
    "skew",
    "blur",
    "jpeg",
    "copy",
    "one_bit",
    "ordered",
    "diffused",
    "halftone",
)
"""``born``: a picture of a page that never was on paper. The last four have one bit a pixel."""


@dataclass
class Scanned:
    """A page as a picture in a PDF of its size, and what is withheld on it, in page space."""

    kind: str
    scan: str
    image: Image.Image
    data: bytes
    boxes: list[tuple[str, Rect]]

    def pdf(self) -> bytes:
        """The file as an office would send it."""
        with pymupdf.open() as out:
            page = out.new_page(width=woo_pages.WIDTH, height=woo_pages.HEIGHT)
            page.insert_image(page.rect, stream=self.data, keep_proportion=False)
            return bytes(out.tobytes())


def page(
    seed: int, kind: str | None = None, scan: str | None = None, *, withheld: bool | None = None
) -> Scanned:
    """One page; what is not given is drawn by lot: a fifth of the pages withhold nothing."""
    rng = random.Random(seed)
    lot, lot_scan = rng.choice(woo_pages.KINDS), rng.choice(SCANS)
    none = rng.random() < 0.2 if withheld is None else not withheld
    kind = "none" if none else kind or lot
    scan = scan or lot_scan
    with pymupdf.open() as pdf:
        boxes = woo_pages.draw(pdf, rng, None if none else kind)
        mono = scan in ("one_bit", "ordered", "diffused", "halftone")
        dpi = rng.choice((200, 300, 300)) if mono else rng.choice((100, 150, 150, 200))
        pixmap = pdf[0].get_pixmap(dpi=dpi)
        image = Image.frombytes("RGB", (pixmap.width, pixmap.height), pixmap.samples)
    scale = dpi / 72.0
    angle = rng.uniform(-1.5, 1.5) if scan == "skew" else 0.0
    if scan not in ("born", "skew") and rng.random() < 0.5:
        angle = rng.uniform(-0.6, 0.6)
    paper = (255, 255, 255) if scan == "born" else tuple(rng.randint(236, 255) for _ in range(3))
    image = _aged(image, np.random.default_rng(seed), rng, scan, paper, scale)
    if angle:
        image = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=paper)
        boxes = [(k, _turned(r, angle)) for k, r in boxes]
    image, data = _stored(image, np.random.default_rng(seed + 1), rng, scan)
    seen = [(k, r) for k, r in boxes if _visible(image, r, scale)] if scan == "one_bit" else boxes
    return Scanned(kind, scan, image, data, seen)


def _aged(
    image: Image.Image,
    made: np.random.Generator,
    rng: random.Random,
    scan: str,
    paper: tuple[int, ...],
    scale: float,
) -> Image.Image:
    """Paper, dirt, shadows and holes, before the page is laid askew on the glass."""
    if scan == "born":
        return image
    pixels = np.asarray(image, np.float32) * (np.array(paper, np.float32) / 255.0)
    if rng.random() < 0.25:  # holes of a folder
        draw = Image.fromarray(pixels.astype(np.uint8))
        pen = ImageDraw.Draw(draw)
        for y in (300, 540) if rng.random() < 0.6 else (180, 400, 620):
            x, radius = 20 * scale, rng.uniform(6, 9) * scale
            pen.ellipse((x - radius, y * scale - radius, x + radius, y * scale + radius), fill=(30, 30, 30))
        pixels = np.asarray(draw, np.float32)
    if scan == "copy":  # dark, uneven, little contrast
        high, wide = pixels.shape[:2]
        slope = np.linspace(rng.uniform(-25, 10), rng.uniform(-25, 10), wide, dtype=np.float32)[None, :, None]
        slope = slope + np.linspace(0, rng.uniform(-20, 20), high, dtype=np.float32)[:, None, None]
        low = rng.uniform(0, 60)
        pixels = np.repeat(pixels.mean(axis=2, keepdims=True), 3, axis=2)
        pixels = low + pixels * (rng.uniform(215, 250) - low) / 255 + slope
    noise = {"speckle": rng.uniform(4, 14), "copy": rng.uniform(2, 8)}.get(scan, 0.0)
    if noise:
        pixels = pixels + made.normal(0, noise, pixels.shape[:2])[..., None]
    if scan in ("speckle", "copy", "one_bit", "ordered"):
        spots = made.random(pixels.shape[:2]) < rng.choice((0.0002, 0.0008, 0.002))
        pixels[spots] = made.uniform(0, 200)
    if rng.random() < 0.25:  # the edge of the glass
        wide = int(rng.uniform(2, 14) * scale)
        side = rng.choice(("left", "right", "top"))
        part = {"left": np.s_[:, :wide], "right": np.s_[:, -wide:], "top": np.s_[:wide, :]}[side]
        pixels[part] = pixels[part] * 0.2
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _stored(
    image: Image.Image, made: np.random.Generator, rng: random.Random, scan: str
) -> tuple[Image.Image, bytes]:
    """The picture as the scanner stores it."""
    out = io.BytesIO()
    if scan in ("clean", "born"):
        image.save(out, "PNG", compress_level=1)
        return image, out.getvalue()
    if scan in ("speckle", "skew", "blur", "jpeg", "copy"):
        if scan == "blur":
            image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 1.8) * image.width / 1240))
        image.save(out, "JPEG", quality=rng.randint(30, 80) if scan in ("jpeg", "blur") else 80)
        return Image.open(io.BytesIO(out.getvalue())).convert("RGB"), out.getvalue()
    grey = image.convert("L")
    if scan == "one_bit":
        soft = np.asarray(grey.filter(ImageFilter.GaussianBlur(0.7)), np.float32)
        soft = soft + made.normal(0, rng.choice((0, 6, 14)), soft.shape)
        bits = Image.fromarray((soft > rng.uniform(110, 180)).astype(np.uint8) * 255).convert("1")
    elif scan == "diffused":
        bits = grey.convert("1")
    else:
        cell = _BAYER if scan == "ordered" else _DOTS
        high, wide = grey.height, grey.width
        level = np.tile(cell, (high // 8 + 1, wide // 8 + 1))[:high, :wide]
        if scan == "halftone" or rng.random() < 0.5:  # a little light: paper stays white
            grey = grey.point(lambda v: min(255, int(v * 1.06)))
        bits = Image.fromarray((np.asarray(grey) > level).astype(np.uint8) * 255).convert("1")
    bits.save(out, "PNG")
    return bits.convert("L"), out.getvalue()


def _bayer() -> NDArray[np.float32]:
    cell = np.zeros((1, 1), np.int64)
    for _ in range(3):
        cell = np.block([[4 * cell, 4 * cell + 2], [4 * cell + 3, 4 * cell + 1]])
    return ((cell + 0.5) * 4.0).astype(np.float32)


def _dots() -> NDArray[np.float32]:
    """Dots that grow from two middles of 8 x 8: the screen of a copier."""
    y, x = np.mgrid[:8, :8]
    wave = np.cos(2 * np.pi * (x + y) / 8) + np.cos(2 * np.pi * (x - y) / 8)
    order = (-wave + 1e-3 * x + 1e-4 * y).ravel().argsort().argsort().reshape(8, 8)
    return ((order + 0.5) * 4.0).astype(np.float32)


_BAYER, _DOTS = _bayer(), _dots()


def _turned(rect: Rect, angle: float) -> Rect:
    """Around a box that is turned against the clock with its page."""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    mx, my = woo_pages.WIDTH / 2, woo_pages.HEIGHT / 2
    xs, ys = [], []
    for x in (rect.x0 - mx, rect.x1 - mx):
        for y in (rect.y0 - my, rect.y1 - my):
            xs.append(mx + x * c + y * s)
            ys.append(my - x * s + y * c)
    return Rect(min(xs), min(ys), max(xs), max(ys))


def _visible(image: Image.Image, rect: Rect, scale: float) -> bool:
    """False for a light tone that two levels cannot show: neither its inside nor its rim is dark."""
    pixels = np.asarray(image.convert("L")) < 128
    x0, y0, x1, y1 = (round(v * scale) for v in rect.as_list())
    inside = pixels[max(0, y0 + 2) : y1 - 2, max(0, x0 + 2) : x1 - 2]
    if inside.size and inside.mean() > 0.35:
        return True
    sides = [pixels[max(0, y - 3) : y + 4, max(0, x0) : x1].any(axis=0) for y in (y0, y1)] + [
        pixels[max(0, y0) : y1, max(0, x - 3) : x + 4].any(axis=1) for x in (x0, x1)
    ]
    return sum(bool(s.size and s.mean() > 0.6) for s in sides) == 4


def picture(made: Scanned) -> Image.Image:
    """To look at: what is withheld, outlined in red."""
    out = made.image.convert("RGB")
    pen = ImageDraw.Draw(out)
    scale = out.width / woo_pages.WIDTH
    for _, rect in made.boxes:
        pen.rectangle([v * scale for v in rect.as_list()], outline=(255, 0, 0))
    return out
