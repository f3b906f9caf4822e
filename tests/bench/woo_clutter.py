"""What stands on pages and is no withheld box: for ``woo_pages.py``. Run that; this only draws."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import pymupdf
import woo_forms

from review_app.domain.geometry import Rect

WIDTH, HEIGHT = 595.0, 842.0


def letterhead(page: pymupdf.Page, rng: random.Random) -> None:
    """A ribbon or a band with a name, as ministries and towns have."""
    way = rng.random()
    blue = rng.choice(((0.08, 0.26, 0.45), (0.0, 0.4, 0.3), (0.6, 0.05, 0.1), (0.2, 0.2, 0.2)))
    if way < 0.5:
        page.draw_rect(pymupdf.Rect(280, 0, 312, rng.uniform(60, 95)), color=None, fill=blue)
        page.insert_text((320, 70), "Ministerie van Gegrond", fontsize=10)
        page.insert_text((320, 83), "en Ontwerken", fontsize=10)
    elif way < 0.8:
        page.draw_rect(pymupdf.Rect(0, 18, WIDTH, rng.uniform(40, 70)), color=None, fill=blue)
        page.insert_text((60, 38), "GEMEENTE OMLADEN", fontsize=14, fontname="hebo", color=(1, 1, 1))
    else:
        for i in range(3):
            page.draw_rect(
                pymupdf.Rect(60 + 26 * i, 40, 82 + 26 * i, 62), color=None, fill=[c + 0.15 * i for c in blue]
            )
        page.insert_text((145, 56), "Verwerken", fontsize=15, fontname="hebo")


def signature(page: pymupdf.Page, rng: random.Random, x: float, y: float) -> None:
    """A scribble with a pen."""
    points, at = [], [x, y + 15.0]
    for i in range(50):
        at = [at[0] + rng.uniform(-3, 7), y + 15 + 16 * math.sin(i * rng.uniform(0.5, 1.4)) * rng.random()]
        points.append(pymupdf.Point(*at))
    page.draw_polyline(points, color=(0.05, 0.05, 0.3), width=rng.uniform(0.6, 2.2))


def _photo(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """Smooth tones, edges, grain: a photograph as far as a search for boxes goes."""
    made = np.random.default_rng(rng.randrange(1 << 30))
    wide, high = max(8, int(r.width)), max(8, int(r.height))
    y, x = np.mgrid[:high, :wide]
    out = np.full((high, wide, 3), made.uniform(60, 200, 3))
    for _ in range(rng.randint(4, 14)):
        cx, cy, radius = made.uniform(0, wide), made.uniform(0, high), made.uniform(8, wide / 2)
        if made.random() < 0.5:
            inside = (x - cx) ** 2 + (y - cy) ** 2 < radius**2
        else:
            inside = (abs(x - cx) < radius) & (abs(y - cy) < radius * made.uniform(0.1, 0.8))
        out[inside] = out[inside] * 0.3 + made.uniform(0, 255, 3) * 0.7
    out += (x[..., None] / wide - 0.5) * made.uniform(-80, 80, 3) + made.normal(
        0, made.uniform(0, 9), out.shape
    )
    pixels = np.clip(out, 0, 255).astype(np.uint8)
    page.insert_image(r, pixmap=pymupdf.Pixmap(pymupdf.csRGB, wide, high, pixels.tobytes(), False))


def _bars(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """A chart of bars, standing or lying."""
    count, lying = rng.randint(3, 12), rng.random() < 0.4
    tone = rng.choice(((0.2, 0.4, 0.7), (0.5,) * 3, (0.9, 0.5, 0.2), (0, 0, 0)))
    room = (r.height if lying else r.width) / count
    for i in range(count):
        part = rng.uniform(0.1, 0.95)
        if lying:
            bar = pymupdf.Rect(r.x0, r.y0 + i * room + 2, r.x0 + part * r.width, r.y0 + (i + 1) * room - 2)
        else:
            bar = pymupdf.Rect(r.x0 + i * room + 2, r.y1 - part * r.height, r.x0 + (i + 1) * room - 2, r.y1)
        page.draw_rect(bar, color=None, fill=tone)
    page.draw_line(r.bl, r.br, width=0.6)
    page.draw_line(r.tl, r.bl, width=0.6)


def _map(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """Fields of even tones beside each other, with roads."""
    page.draw_rect(r, color=(0, 0, 0), fill=(0.9, 0.95, 0.85), width=0.4)
    for _ in range(rng.randint(5, 16)):
        x, y = rng.uniform(r.x0, r.x1), rng.uniform(r.y0, r.y1)
        points = []
        for k in range(rng.randint(3, 6)):
            away, turn = rng.uniform(10, 50), k * 1.2 + rng.random()
            px, py = x + away * math.cos(turn), y + away * math.sin(turn)
            points.append(pymupdf.Point(min(max(px, r.x0), r.x1), min(max(py, r.y0), r.y1)))
        page.draw_polyline(
            points, color=(0.5,) * 3, fill=[rng.uniform(0.5, 1) for _ in range(3)], closePath=True
        )
    for _ in range(4):
        page.draw_line(
            (r.x0, rng.uniform(r.y0, r.y1)), (r.x1, rng.uniform(r.y0, r.y1)), color=(1, 1, 1), width=3
        )


def _screen(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """The window of a program: title bar, buttons, a list with a chosen row, fields."""
    page.draw_rect(r, color=(0.4,) * 3, fill=(0.97,) * 3, width=0.7)
    page.draw_rect(
        pymupdf.Rect(r.x0, r.y0, r.x1, r.y0 + 14), color=None, fill=rng.choice(((0.1, 0.3, 0.6), (0.2,) * 3))
    )
    page.insert_text((r.x0 + 5, r.y0 + 10), "Bestand - Omgeving voor Verwerken", fontsize=8, color=(1, 1, 1))
    y = r.y0 + 20
    for i in range(rng.randint(3, 9)):
        if y + 12 > r.y1 - 16:
            break
        if i == 2:
            page.draw_rect(pymupdf.Rect(r.x0 + 4, y, r.x1 - 4, y + 11), color=None, fill=(0.75, 0.85, 1))
        page.insert_text(
            (r.x0 + 8, y + 8.5), "toelagen gewerken en ontlaring voorheid van groenster", fontsize=7
        )
        y += 12
    for x in (r.x1 - 60, r.x1 - 115):
        page.draw_rect(
            pymupdf.Rect(x, r.y1 - 15, x + 50, r.y1 - 3), color=(0.5,) * 3, fill=(0.88,) * 3, width=0.5
        )
        page.insert_text((x + 12, r.y1 - 6), "Opslaan", fontsize=7)


def _grid(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """A table with empty cells; some rows shaded, inner lines missing."""
    rows, columns = rng.randint(2, 7), rng.randint(2, 6)
    wide, high = r.width / columns, min(18.0, r.height / rows)
    shade, inner = rng.random() < 0.6, rng.random() < 0.7
    for i in range(rows):
        for j in range(columns):
            cell = pymupdf.Rect(
                r.x0 + j * wide, r.y0 + i * high, r.x0 + (j + 1) * wide, r.y0 + (i + 1) * high
            )
            fill = (0.85,) * 3 if shade and i % 2 == 0 else None
            if inner or fill:
                page.draw_rect(cell, color=(0, 0, 0) if inner else None, fill=fill, width=0.5)
            if rng.random() < 0.6:
                page.insert_text(
                    (cell.x0 + 3, cell.y1 - 5),
                    rng.choice(("gewerk", "12.400", "nee", "omlaring")),
                    fontsize=8,
                )
    page.draw_rect(pymupdf.Rect(r.x0, r.y0, r.x1, r.y0 + rows * high), color=(0, 0, 0), width=0.8)


def _heading(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """A heading in white on a dark bar, or on a shaded one."""
    dark = rng.random() < 0.6
    fill = rng.choice(((0, 0, 0), (0.1, 0.3, 0.5), (0.4,) * 3)) if dark else (0.85,) * 3
    size = rng.uniform(9, 18)
    page.draw_rect(pymupdf.Rect(r.x0, r.y0, r.x1, r.y0 + 1.6 * size), color=None, fill=fill)
    words = " ".join(
        rng.choice(("Voortgang", "Ontwerken", "Besluit", "Omgeving", "Bijlage"))
        for _ in range(rng.randint(2, 4))
    )
    page.insert_text(
        (r.x0 + 6, r.y0 + 1.15 * size),
        words,
        fontsize=size,
        fontname="hebo",
        color=(1, 1, 1) if dark else (0, 0, 0),
    )


def _marked(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """Words under a text marker: they can be read."""
    tone = rng.choice(((1, 1, 0.3), (0.6, 1, 0.6), (1, 0.8, 0.5), (0.8,) * 3))
    y = r.y0 + 12
    for _ in range(rng.randint(1, 3)):
        long = rng.uniform(60, r.width)
        words = " ".join(
            rng.choice(("gewerken", "uit", "omlaring", "de", "voorheid", "ontken")) for _ in range(20)
        )
        while pymupdf.get_text_length(words, fontsize=10) > long:
            words = words[:-1]
        page.draw_rect(pymupdf.Rect(r.x0 - 1, y - 9, r.x0 + long, y + 3), color=None, fill=tone)
        page.insert_text((r.x0, y), words, fontsize=10)
        y += 13


def _stamp(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """A rubber stamp in a frame, askew; or a round one."""
    ink = rng.choice(((0.7, 0.1, 0.1), (0.1, 0.1, 0.5), (0, 0, 0)))
    if rng.random() < 0.4:
        for radius in (30, 27):
            page.draw_circle((r.x0 + 40, r.y0 + 32), radius, color=ink, width=1)
        return
    shape = page.new_shape()
    box = pymupdf.Rect(r.x0, r.y0, r.x0 + 120, r.y0 + 40)
    turn = pymupdf.Matrix(rng.uniform(-6, 6))
    shape.draw_rect(box)
    shape.insert_text((box.x0 + 8, box.y0 + 17), "INGEKOMEN", fontsize=14, fontname="hebo", color=ink)
    shape.insert_text((box.x0 + 8, box.y0 + 33), "12 JUN 2021   No. 4471", fontsize=9, color=ink)
    shape.finish(color=ink, width=1.3, morph=(box.tl, turn))
    shape.commit()


def _form(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """Lines to write on, ticks, a bar code."""
    y = r.y0 + 10
    for _ in range(3):
        page.draw_rect(pymupdf.Rect(r.x0, y - 8, r.x0 + 9, y + 1), color=(0, 0, 0), width=0.6)
        page.insert_text((r.x0 + 14, y), "ja, namelijk", fontsize=9)
        page.draw_line((r.x0 + 70, y + 1), (r.x1, y + 1), width=0.6)
        y += 16
    x = r.x0
    while x < r.x0 + 90:
        wide = rng.choice((0.8, 1.6, 2.4))
        page.draw_rect(pymupdf.Rect(x, y, x + wide, y + 18), color=None, fill=(0, 0, 0))
        x += wide + rng.choice((0.8, 1.6))


def _notice(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """A frame around something to be read."""
    box = pymupdf.Rect(r.x0, r.y0, r.x0 + rng.uniform(150, r.width), r.y0 + rng.uniform(28, 60))
    page.draw_rect(box, color=(0, 0, 0), width=0.8)
    page.insert_textbox(
        pymupdf.Rect(box.x0 + 4, box.y0 + 4, box.x1 - 4, box.y1 + 2),
        "Let op: gewerken van ontlaring aan de voorheid. " * 2,
        fontsize=8,
    )


def scatter(page: pymupdf.Page, rng: random.Random, below: float, taken: Sequence[Rect], empty: bool) -> None:
    """Things that are no boxes, where there is room below the text."""
    things = (
        _photo, _bars, _map, _screen, _grid, _heading, _marked, _stamp, _form, _notice, *woo_forms.THINGS
    )
    if rng.random() < 0.2:
        woo_forms.edges(page, rng)
    y = below + 10
    for _ in range(rng.choice((0, 1, 1, 2)) if not empty else rng.randint(1, 4)):
        high = rng.uniform(50, 170)
        if y + high > HEIGHT - 50:
            break
        r = pymupdf.Rect(rng.uniform(50, 120), y, rng.uniform(380, 540), y + high)
        rng.choice(things)(page, rng, r)
        y += high + 12
    if rng.random() < 0.3 and not any(r.y0 < 50 for r in taken):
        page.insert_text(
            (rng.uniform(60, 400), 36), f"{rng.randint(100000, 999999)}", fontsize=10, fontname="hebo"
        )
    if rng.random() < 0.5:
        page.insert_text((WIDTH / 2, HEIGHT - 30), f"{rng.randint(1, 300)}", fontsize=9)


def over(page: pymupdf.Page, rng: random.Random, taken: Sequence[Rect]) -> None:
    """What lands on a page after it was blacked out: a number in the margin, a pen stroke."""
    if rng.random() < 0.1:
        y = rng.uniform(100, 700)
        page.draw_bezier((20, y), (45, y + 30), (10, y + 60), (40, y + 90), color=(0.1, 0.1, 0.4), width=1.2)
    if rng.random() < 0.15:
        free = [y for y in range(60, 780, 20) if not any(r.x0 < 46 and r.y0 < y < r.y1 + 12 for r in taken)]
        if free:
            page.insert_text((14, rng.choice(free)), f"{rng.randint(1, 99)}", fontsize=11)
