"""Forms, routing sheets, tables that lost lines, dirt at the edges: no withheld box, for ``woo_pages.py``.

Run that; this only draws. Everything empty in here has its label or its neighbours, as on real forms.
"""

from __future__ import annotations

import itertools
import math
import random

import pymupdf
from woo_sheet import Sheet, title, word

WIDTH, HEIGHT = 595.0, 842.0


def _line(
    page: pymupdf.Page, rng: random.Random, a: tuple[float, float], b: tuple[float, float], width: float,
    lost: float,
) -> None:
    """A rule of which a share of the stretches has faded away."""
    if lost <= 0:
        page.draw_line(a, b, width=width)
        return
    steps = max(2, int(math.hypot(b[0] - a[0], b[1] - a[1]) / 25))
    points = [(a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps) for k in range(steps + 1)]
    for p, q in itertools.pairwise(points):
        if rng.random() >= lost:
            page.draw_line(p, q, width=width)


def checks(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """Rows of check boxes with a word beside each, some ticked, some filled."""
    side = rng.uniform(5, 17)
    columns, step = rng.randint(1, 5), side * rng.uniform(1.15, 2.0)
    wide, width = r.width / columns, rng.choice((0.4, 0.6, 1.0))
    y = r.y0 + 4
    while y + side < r.y1:
        for k in range(columns):
            x = r.x0 + k * wide
            if rng.random() < 0.15:
                continue
            box = pymupdf.Rect(x, y, x + side * rng.uniform(0.95, 1.25), y + side)
            page.draw_rect(box, color=(0, 0, 0), width=width)
            lot = rng.random()
            if lot < 0.2:
                page.draw_line(box.tl, box.br, width=1.2)
                page.draw_line(box.tr, box.bl, width=1.2)
            elif lot < 0.26:
                inner = pymupdf.Rect(box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1 - 1)
                page.draw_rect(inner, color=None, fill=(0, 0, 0))
            size = min(10.0, max(6.0, side * 0.8))
            page.insert_text((box.x1 + 3, box.y1 - 0.2 * side), word(rng), fontsize=size)
        y += step


def routing(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """A sheet that goes from desk to desk: numbered rows, a column for each date and hand, most empty."""
    width, lost = rng.choice((0.5, 0.8, 1.4)), rng.choice((0, 0, 0.04, 0.12))
    cuts = [0.0, *sorted(rng.uniform(0.12, 0.92) for _ in range(rng.randint(1, 4))), 1.0]
    xs = [r.x0 + c * r.width for c in cuts]
    y, high = r.y0, rng.uniform(13, 34)
    if rng.random() < 0.6:
        page.insert_text((r.x0 + r.width / 3, y + 9), title(rng, 3).upper(), fontsize=10, fontname="hebo")
        y += 14
    ys, row = [y], 0
    while ys[-1] + high < r.y1 and row < 16:
        ys.append(ys[-1] + high * rng.choice((1, 1, 1, 1.6)))
        row += 1
    numbered, filled = rng.random() < 0.6, rng.choice((0.1, 0.3, 0.6))
    closed = rng.random() < 0.75  # else the outer sides are open
    for i, y in enumerate(ys):
        if i in (0, len(ys) - 1) or rng.random() < 0.96:
            _line(page, rng, (xs[0], y), (xs[-1], y), width, lost)
    for k, x in enumerate(xs):
        if closed or 0 < k < len(xs) - 1:
            _line(page, rng, (x, ys[0]), (x, ys[-1]), width, lost)
    for i, (top, foot) in enumerate(itertools.pairwise(ys)):
        for k, (x0, x1) in enumerate(itertools.pairwise(xs)):
            if i == 0:
                page.insert_text((x0 + 2, top + 8), word(rng).upper(), fontsize=6.5)
            elif k == 0 and numbered:
                page.insert_text((x0 + 2, top + 8), f"{i}.", fontsize=7)
            elif rng.random() < filled and x1 - x0 > 30:
                page.insert_text((x0 + 3, foot - 4), word(rng)[: int((x1 - x0) / 6)], fontsize=9)


def fields(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """Framed fields with a small label in the corner, or above; what was filled in, or nothing."""
    y, width = r.y0, rng.choice((0.4, 0.7, 1.0))
    apart = rng.choice((0.0, 0.0, 3.0, 8.0))
    above = apart == 8.0
    shade = (0.88,) * 3 if rng.random() < 0.25 else None
    while y + 22 < r.y1:
        high = rng.uniform(18, 42)
        x = r.x0
        while x < r.x1 - 40:
            x1 = min(r.x1, x + rng.uniform(60, 240))
            if r.x1 - x1 < 50:
                x1 = r.x1
            box = pymupdf.Rect(x, y + (8 if above else 0), x1, y + high)
            page.draw_rect(box, color=(0, 0, 0), fill=shade if rng.random() < 0.4 else None, width=width)
            size = rng.uniform(5, 7.5)
            label = f"{rng.randint(1, 40)}. {title(rng, 2)}"
            page.insert_text((box.x0 + 2, box.y0 - 1 if above else box.y0 + size + 0.5), label, fontsize=size)
            if rng.random() < 0.6 or above:
                page.insert_text((box.x0 + 8, box.y1 - 3), title(rng, 1), fontsize=9, fontname="cour")
            x = x1 + apart
        y += high + apart


def lost_table(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """A table whose lines the scanner lost in part, with many empty cells."""
    rows, columns = rng.randint(3, 12), rng.randint(2, 8)
    lost, width = rng.uniform(0.02, 0.35), rng.choice((0.3, 0.5, 0.8))
    ys = [r.y0 + i * min(24.0, r.height / rows) for i in range(rows + 1)]
    xs = [r.x0, *sorted(rng.uniform(r.x0 + 20, r.x1 - 20) for _ in range(columns - 1)), r.x1]
    gone = rng.random() < 0.3  # a merged cell, a missing side
    for i, y in enumerate(ys):
        first = xs[1] if gone and i % 2 else xs[0]
        _line(page, rng, (first, y), (xs[-1], y), width, lost)
    for k, x in enumerate(xs):
        if not (gone and k == len(xs) - 1):
            _line(page, rng, (x, ys[0]), (x, ys[-1]), width, lost)
    full = rng.choice((0.15, 0.5, 0.85))
    for top, foot in itertools.pairwise(ys):
        for x0, x1 in itertools.pairwise(xs):
            if rng.random() < full and x1 - x0 > 16:
                words = rng.choice((word(rng), f"{rng.randint(1, 9999)}", "n.v.t."))[: int((x1 - x0) / 5)]
                page.insert_text((x0 + 3, (top + foot) / 2 + 3), words, fontsize=7.5)


def edges(page: pymupdf.Page, rng: random.Random) -> None:
    """Punch holes of which the edge of the page leaves a part, staples, strips of tape, torn corners."""
    side = rng.choice(("left", "top", "right"))
    radius, cut = rng.uniform(6, 12), rng.uniform(-0.7, 1.2)
    ring = rng.random() < 0.3
    for part in rng.choice(((0.3, 0.7), (0.15, 0.5, 0.85), (0.42, 0.58))):
        at = {
            "left": (cut * radius, part * HEIGHT), "right": (WIDTH - cut * radius, part * HEIGHT),
            "top": (part * WIDTH, cut * radius),
        }[side]
        if ring:
            page.draw_circle(at, radius, color=(0, 0, 0), width=rng.uniform(0.5, 2))
        else:
            page.draw_circle(at, radius, color=None, fill=(rng.uniform(0, 0.2),) * 3)
    if rng.random() < 0.4:
        x, y = rng.choice((2, WIDTH - 30)), rng.choice((3, HEIGHT - 30))
        corner = [(x, y), (x + rng.uniform(10, 28), y + 2), (x + 3, y + rng.uniform(10, 28))]
        page.draw_polyline([pymupdf.Point(*p) for p in corner], color=None, fill=(0.05,) * 3, closePath=True)
    if rng.random() < 0.3:
        x, y = rng.uniform(20, 60), rng.uniform(15, 40)
        page.draw_line((x, y), (x + 26, y + rng.uniform(-6, 6)), width=2.2)


def scale_bar(page: pymupdf.Page, rng: random.Random, r: pymupdf.Rect) -> None:
    """Squares in a row: a logo, the legend of a chart, with words beside them."""
    side, x, y = rng.uniform(6, 16), r.x0, r.y0 + 6
    lying = rng.random() < 0.5
    for _ in range(rng.randint(2, 7)):
        tone = rng.choice(((0, 0, 0), (0.5,) * 3, (0.8,) * 3, (0.2, 0.4, 0.7), (0.9, 0.6, 0.2)))
        place = pymupdf.Rect(x, y, x + side * rng.choice((1, 1, 2)), y + side)
        page.draw_rect(place, color=rng.choice((None, (0, 0, 0))), fill=tone, width=0.5)
        page.insert_text((place.x1 + 3, y + 0.8 * side), word(rng)[:9], fontsize=7)
        if lying:
            x = place.x1 + 50
        else:
            y += side + 4
        if x > r.x1 or y > r.y1:
            break


THINGS = (checks, routing, fields, lost_table, scale_bar)


def form(s: Sheet) -> None:
    """A page that is a form; answers on it are withheld like words elsewhere."""
    rng = s.rng
    if rng.random() < 0.7:
        s.text(s.left, s.y, title(rng, 3).upper(), bold=True, size=1.3 * s.size)
        s.y += 2 * s.pitch
    while s.y < 660:
        if rng.random() < 0.35:
            s.prose(rng.randint(6, 40))
            s.y += 0.5 * s.pitch
            continue
        high = rng.uniform(40, 260)
        place = pymupdf.Rect(s.left, s.y, s.right, min(s.y + high, 760))
        rng.choice(THINGS)(s.page, rng, place)
        s.y = place.y1 + 2 * s.pitch
