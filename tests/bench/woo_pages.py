#!/usr/bin/env python3
"""Pages like those of Dutch releases (Woo), drawn here: mail, letters, notes, tables, chats.

    python tests/bench/woo_pages.py --out DIR [--count N] [--seed N]

writes pictures to look at, boxes outlined in red. Drawn from how such releases look, not from how they are
searched. The words are made of syllables and mean nothing. How pages are scanned is in ``woo_scans.py``.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pymupdf

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import woo_clutter  # noqa: E402
import woo_forms  # noqa: E402
import woo_sheet  # noqa: E402
from woo_sheet import FACES, Sheet, style, title, word  # noqa: E402

from review_app.domain.geometry import Rect, bounds  # noqa: E402

KINDS = woo_sheet.KINDS
WIDTH, HEIGHT = woo_sheet.WIDTH, woo_sheet.HEIGHT


def mail(s: Sheet) -> None:
    rng = s.rng
    tab = s.left + s.width("Onderwerp: ", bold=True) + 8
    for part in range(rng.randint(1, 3)):
        if s.y > 640:
            return
        if part or rng.random() < 0.3:
            s.page.draw_line((s.left, s.y - s.size), (s.right, s.y - s.size), width=rng.choice((0.5, 1, 2)))
            s.y += 0.4 * s.pitch
        for label in rng.choice(
            (("Van:", "Aan:", "Onderwerp:", "Datum:"), ("From:", "Sent:", "To:", "Cc:", "Subject:"))
        ):
            s.text(s.left, s.y, label, bold=True)
            if label in ("Van:", "From:"):
                s.person(tab)
            elif label in ("Aan:", "To:", "Cc:"):
                x = tab
                for _ in range(rng.choice((1, 1, 2, 4, 7))):
                    x = s.person(x, mail=rng.random() < 0.5) + 0.1
                    x = s.text(x, s.y, "; ")
            else:
                s.text(
                    tab,
                    s.y,
                    title(rng, 3) if label[0] in "OS" and label != "Sent:" else "maandag 12 juni 2021 14:07",
                )
            s.y += s.pitch
        s.y += s.pitch
        s.text(s.left, s.y, "Beste ")
        x = s.left + s.width("Beste ")
        if s.style and rng.random() < 0.7:
            s.cover(x, x + rng.uniform(25, 60), s.y)
        else:
            s.text(x, s.y, word(rng).title() + ",")
        s.y += 2 * s.pitch
        for _ in range(rng.randint(1, 3)):
            if rng.random() < 6 * s.share / (1 + part) - 0.35:
                s.block(rng.choice((2, 3, 4, 6, 10)))
            else:
                s.prose(rng.randint(15, 60))
            s.y += 0.8 * s.pitch
            if s.y > 690:
                return
        s.text(s.left, s.y, "Met vriendelijke groet,")
        s.y += s.pitch
        for _ in range(rng.randint(2, 5)):  # who signs: name, function, telephone
            long = rng.uniform(50, 150)
            if s.style and rng.random() < 0.6:
                s.cover(s.left, s.left + long, s.y)
            else:
                s.text(s.left, s.y, title(rng, 2))
            s.y += s.pitch
        s.y += s.pitch


def letter(s: Sheet) -> None:
    rng = s.rng
    woo_clutter.letterhead(s.page, rng)
    s.y = 170
    for _ in range(4):
        if s.style and rng.random() < 0.5:
            s.cover(s.left, s.left + rng.uniform(60, 140), s.y)
        else:
            s.text(s.left, s.y, title(rng, 2))
        s.y += s.pitch
    side, y = s.right - 110, 170.0
    narrow = replace(s, right=side - 14) if rng.random() < 0.6 else s
    if narrow is not s:
        for _ in range(10):
            s.text(side, y, title(rng, 2), size=6.5, bold=rng.random() < 0.3)
            y += 8
            if s.style and rng.random() < 0.25:
                s.cover(side, side + rng.uniform(30, 90), y, 6.5)
                y += 8
    narrow.y = s.y + 2 * s.pitch
    for _ in range(rng.randint(3, 6)):
        if s.style and rng.random() < 0.2:
            narrow.block(rng.choice((2, 4, 8, 14)))
        else:
            narrow.prose(rng.randint(30, 90))
        narrow.y += 0.7 * s.pitch
        if narrow.y > 700:
            break
    s.y = narrow.y
    woo_clutter.signature(s.page, rng, s.left, min(s.y + 10, 740))


def note(s: Sheet) -> None:
    rng = s.rng
    s.text(s.left, s.y, title(rng, 3), bold=True, size=s.size * rng.uniform(1.3, 2.4))
    s.y += 2.5 * s.pitch
    while s.y < 720:
        if rng.random() < 0.5:
            s.text(
                s.left,
                s.y,
                f"{rng.randint(1, 9)}. {title(rng, 3)}",
                bold=True,
                size=s.size * rng.uniform(1, 1.3),
            )
            s.y += 1.2 * s.pitch
        if s.style and rng.random() < 0.25:
            s.block(rng.choice((2, 3, 5, 9, 22)))
            continue
        for _ in range(rng.randint(1, 4)):
            bullet = rng.choice(("", "", "• ", "- "))
            s.text(s.left, s.y, bullet)
            s.prose(rng.randint(8, 50), indent=12 if bullet else 0)
            if s.y > 720:
                return
        s.y += 0.6 * s.pitch


def table(s: Sheet) -> None:
    rng = s.rng
    s.prose(rng.randint(20, 50))
    s.y += s.pitch
    columns, rows = rng.randint(2, 6), rng.randint(4, 22)
    lines, shaded = rng.random() < 0.75, rng.random() < 0.6
    cuts = sorted(rng.uniform(0.12, 0.9) for _ in range(columns - 1))
    xs = [s.left, *(s.left + c * (s.right - s.left) for c in cuts), s.right]
    high = s.pitch * rng.choice((1.15, 1.3, 1.8))
    secret = {c for c in range(columns) if rng.random() < 0.35}
    across = rng.random() < 0.4  # boxes fill the cell instead of the words
    for row in range(rows):
        top = s.y - 0.95 * s.size
        if top + high > HEIGHT - 70:
            break
        for c, (x0, x1) in enumerate(itertools.pairwise(xs)):
            cell = pymupdf.Rect(x0, top, x1, top + high)
            fill = (rng.choice((0.8, 0.85, 0.9)),) * 3 if shaded and row == 0 else None
            if lines or fill:
                s.page.draw_rect(cell, color=(0, 0, 0) if lines else None, fill=fill, width=0.5)
            room = x1 - x0 - 6
            if s.style and row and c in secret and room > 14 and rng.random() < 0.8:
                if across:
                    s.box(Rect(x0 + 1.2, top + 1.2, x1 - 1.2, top + high - 1.2), s.size)
                else:
                    s.cover(x0 + 3, x0 + 3 + rng.uniform(0.4, 1) * room, s.y)
                continue
            words = title(rng, 2)
            while words and s.width(words, bold=row == 0) > room:
                words = words[:-1]
            s.text(x0 + 3, s.y, words, bold=row == 0)
        s.y += high
    s.y += 2 * s.pitch
    if s.y < 650:
        s.prose(rng.randint(20, 80))


def chat(s: Sheet) -> None:
    """Messages in bubbles with names in colour, as telephones show them."""
    rng = s.rng
    tones = ((0.86, 0.97, 0.78), (1, 1, 1), (0.92, 0.92, 0.95), (0.8, 0.9, 1))
    s.page.draw_rect(pymupdf.Rect(s.left - 20, 50, s.right - 40, 760), color=None, fill=(0.93, 0.9, 0.86))
    s.y = 80
    while s.y < 700:
        own = rng.random() < 0.4
        wide, rows = rng.uniform(150, 300), rng.randint(1, 5)
        x0 = s.right - 50 - wide if own else s.left - 10
        bubble = pymupdf.Rect(x0, s.y - s.size - 4, x0 + wide, s.y + rows * s.pitch + 4)
        s.page.draw_rect(bubble, color=None, fill=tones[own] if rng.random() < 0.8 else tones[2], radius=0.05)
        if s.style and rng.random() < 0.6:
            s.cover(x0 + 6, x0 + 6 + rng.uniform(40, 90), s.y)
        else:
            s.text(x0 + 6, s.y, word(rng).title(), bold=True, ink=(0.8, 0.2, 0.4))
        s.y += s.pitch
        inner = replace(s, left=x0 + 6, right=x0 + wide - 6)
        inner.prose(max(1, int(rows * wide / 60)), share=s.share * 0.7)
        s.y = max(inner.y, bubble.y1) + 1.6 * s.pitch


LAYOUTS = {"mail": mail, "letter": letter, "note": note, "table": table, "chat": chat, "form": woo_forms.form}


def draw(pdf: pymupdf.Document, rng: random.Random, kind: str | None) -> list[tuple[str, Rect]]:
    """One page at the end of ``pdf``; its boxes, each with its kind. ``kind`` None: nothing is withheld."""
    page = pdf.new_page(width=WIDTH, height=HEIGHT)
    size = rng.choice((8.5, 9.5, 10, 11, 12))
    sheet = Sheet(
        page,
        rng,
        style(rng, kind) if kind else None,
        rng.choice(FACES),
        size,
        size * rng.choice((1.12, 1.2, 1.3, 1.5)),
        rng.uniform(50, 95),
        WIDTH - rng.uniform(45, 95),
        share=rng.choice((0.03, 0.08, 0.16)) if kind else 0.0,
    )
    name = rng.choices(tuple(LAYOUTS), (10, 4, 5, 4, 1, 3 if kind else 10))[0]
    LAYOUTS[name](sheet)
    taken = [rect for _, rect in sheet.boxes]
    woo_clutter.scatter(page, rng, sheet.y, taken, empty=kind is None)
    for paint in sheet.late:
        paint()
    if kind and name != "chat":
        woo_clutter.over(page, rng, taken)
    whole = sheet.boxes if sheet.style and sheet.style.line else merged(sheet.boxes)
    return [(k, r) for k, r in whole if r.width > 7 and r.height > 4.5 and math.isfinite(r.area)]


def merged(boxes: Sequence[tuple[str, Rect]]) -> list[tuple[str, Rect]]:
    """Boxes without an outline that touch and are of one width are one to every eye."""
    out: list[tuple[str, Rect]] = []
    for kind, rect in boxes:
        for i, (_, other) in enumerate(out):
            stacked = abs(rect.x0 - other.x0) < 5 and abs(rect.x1 - other.x1) < 5
            level = abs(rect.y0 - other.y0) < 2 and abs(rect.y1 - other.y1) < 2
            if (stacked and rect.y0 - other.y1 < 0.6 and other.y0 - rect.y1 < 0.6) or (
                level and rect.x0 - other.x1 < 0.6 and other.x0 - rect.x1 < 0.6
            ):
                out[i] = (kind, bounds((rect, other)))
                break
        else:
            out.append((kind, rect))
    return out


def main() -> int:
    import woo_scans

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for i in range(args.count):
        made = woo_scans.page(args.seed + i)
        woo_scans.picture(made).save(args.out / f"{args.seed + i}-{made.kind}-{made.scan}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
