"""Boxes at random on real pages, and a second opinion on what is left of words under them and of the rest.

The second opinion shares no code with the release copy or its check: words by pdftotext (where installed),
MuPDF and PDFium, pixels by MuPDF.
"""

from __future__ import annotations

import html
import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf
import pypdfium2

from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark

_LONG = 5
_WORD = re.compile(r"\w{5,}")
_AROUND = 4.0
"""Points around a mark in which a box, its code or the rest of a word may stand."""

KINDS = (
    "words", "ragged", "within", "lines", "figures", "edges", "page", "overlapping", "several", "anywhere",
)


def boxes_on(page: Any, chance: random.Random) -> list[Rect]:
    """One to four boxes on a ``pymupdf.Page``, in page space."""
    words = [w for w in page.get_text("words") if w[2] - w[0] > 2 and w[3] - w[1] > 2]
    turn, frame = page.rotation_matrix, page.rect
    found: list[Rect] = []
    for _ in range(chance.randint(1, 4)):
        kind = chance.random()
        if words and kind < 0.8:
            at = chance.randrange(len(words))
            x0, y0, x1, y1 = words[at][:4]
            if kind < 0.4:  # as a selection makes it
                box = (x0, y0, x1, y1)
            elif kind < 0.6:  # by hand: ragged
                d = [chance.uniform(-2.5, 2.5) for _ in range(4)]
                box = (x0 + d[0], y0 + d[1], x1 + d[2], y1 + d[3])
            else:  # several words of the line, ending within letters
                x1 = min(x1 + chance.uniform(0, 150), page.cropbox.width)
                box = (x0 + chance.uniform(0, 4), y0 + 1, x1, y1 - 1)
            area = pymupdf.Rect(box) * turn
        else:
            wide, high = chance.uniform(8, 200), chance.uniform(4, 80)
            x, y = chance.uniform(0, frame.width - 10), chance.uniform(0, frame.height - 6)
            area = pymupdf.Rect(x, y, x + wide, y + high)
        area = pymupdf.Rect(area).normalize() & pymupdf.Rect(0, 0, frame.width, frame.height)
        if area.width > 1 and area.height > 1:
            found.append(Rect(area.x0, area.y0, area.x1, area.y1))
    return found or [Rect(20, 20, 60, 40)]


def marks_on(page: Any, chance: random.Random, kind: str) -> list[tuple[Rect, ...]]:
    """The rectangles of one to five marks of one of KINDS on a ``pymupdf.Page``, in page space."""
    if kind == "anywhere":
        return [(r,) for r in boxes_on(page, chance)]
    wide, high = page.rect.width, page.rect.height
    if kind == "page":
        return [(Rect(0, 0, wide, high),)]
    if kind == "edges":
        d = chance.uniform(5, 60)
        sides = [Rect(0, 0, wide, d), Rect(0, high - d, wide, high), Rect(0, 0, d, high),
                 Rect(wide - d, 0, wide, high)]
        return [(s,) for s in chance.sample(sides, chance.randint(1, 2))]
    places = _places(page, kind)
    if not places:
        return [(r,) for r in boxes_on(page, chance)]
    found: list[tuple[Rect, ...]] = []
    for at in (chance.randrange(len(places)) for _ in range(chance.randint(1, 5))):
        r = places[at]
        if kind == "ragged":
            d0, d1, d2, d3 = (chance.uniform(-2.5, 2.5) for _ in range(4))
            r = Rect(r.x0 + d0, r.y0 + d1, r.x1 + d2, r.y1 + d3)
        elif kind == "within":
            cut = chance.uniform(0.1, 0.6)
            if r.width >= r.height:
                r = Rect(r.x0 + cut * r.width * chance.randint(0, 1), r.y0, r.x1 - cut * r.width / 2, r.y1)
            else:
                r = Rect(r.x0, r.y0 + cut * r.height * chance.randint(0, 1), r.x1, r.y1 - cut * r.height / 2)
        elif kind == "figures" and chance.random() < 0.5:
            r = Rect(r.x0 + 0.3 * r.width, r.y0 + 0.2 * r.height, r.x1 - 0.1 * r.width, r.y1 - 0.4 * r.height)
        rects = [r]
        if kind == "several":
            rects += places[at + 1 : at + 3]
        if kind == "overlapping":
            dx, dy = chance.uniform(-0.7, 0.7) * r.width, chance.uniform(-0.4, 0.4) * r.height
            found.append((Rect(r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy),))
        found.append(tuple(rects))
    whole = Rect(0, 0, wide, high)
    shown = [tuple(r.intersect(whole) for r in own if _has_area(r.intersect(whole))) for own in found]
    return [own for own in shown if own] or [(Rect(20, 20, 60, 40),)]


def _has_area(rect: Rect) -> bool:
    return rect.width > 1 and rect.height > 1


def _places(page: Any, kind: str) -> list[Rect]:
    turn = page.rotation_matrix
    if kind == "lines":
        blocks = page.get_text("dict", flags=0)["blocks"]
        boxes = [line["bbox"] for block in blocks for line in block.get("lines", ())]
    elif kind == "figures":
        boxes = [i["bbox"] for i in page.get_image_info()] + [d["rect"] for d in page.get_drawings()[:400]]
    else:
        boxes = [w[:4] for w in page.get_text("words")]
    found = [(pymupdf.Rect(b) * turn).normalize() for b in boxes if not pymupdf.Rect(b).is_infinite]
    return [Rect(*r) for r in found if r.width > 2 and r.height > 2]


def left_words(original: Path, copy: Path, marks: Sequence[Mark]) -> int:
    """Words of five letters and more that lie wholly under marks, and that the copy still shows as often as
    the original, to MuPDF or to PDFium; and characters that either still reads in the middle of a mark."""
    return _by_mupdf(original, copy, marks) + _by_pdfium(original, copy)


def _by_mupdf(original: Path, copy: Path, marks: Sequence[Mark]) -> int:
    left = 0
    with pymupdf.open(original) as first, pymupdf.open(copy) as second:
        for number in {m.page for m in marks}:
            rects = [r for m in marks if m.page == number for r in m.rects]
            page = first[number - 1]
            gone = Counter(
                w[4].casefold() for w in page.get_text("words")
                if _is_under(pymupdf.Rect(w[:4]) * page.rotation_matrix, rects) and _WORD.fullmatch(w[4])
            )
            before = Counter(w.casefold() for w in _WORD.findall(page.get_text()))
            after = Counter(w.casefold() for w in _WORD.findall(second[number - 1].get_text()))
            left += sum(after[w] > before[w] - count for w, count in gone.items())
    return left


def _is_under(word: Any, rects: Sequence[Rect]) -> bool:
    return any(
        r.x0 <= word.x0 and word.x1 <= r.x1
        and min(r.y1, word.y1) - max(r.y0, word.y0) > 0.75 * (word.y1 - word.y0)  # a grazed line stays
        for r in rects
    )


def _by_pdfium(original: Path, copy: Path) -> int:
    """Words that the copy has and the original has not, to either reader: nothing may come to light."""
    new = 0
    with (
        pypdfium2.PdfDocument(original) as first, pypdfium2.PdfDocument(copy) as second,
        pymupdf.open(original) as third,
    ):
        for number, (a, b) in enumerate(zip(first, second, strict=True)):
            before = _joined(a.get_textpage().get_text_bounded()) + _joined(third[number].get_text())
            for word in _WORD.findall(b.get_textpage().get_text_bounded()):
                new += _joined(word) not in before
    return new


def _joined(text: str) -> str:
    return "".join(text.split()).casefold()


_BOXED = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">|<word xMin="(-?[\d.]+)" yMin="(-?[\d.]+)" '
                    r'xMax="(-?[\d.]+)" yMax="(-?[\d.]+)">(.*?)</word>')


def poppler_words(path: Path) -> list[list[tuple[Rect, str]]] | None:
    """The words of each page with their places as displayed, by pdftotext; None without it."""
    program = shutil.which("pdftotext")
    if program is None:
        return None
    done = subprocess.run(
        [program, "-q", "-cropbox", "-bbox", str(path), "-"], capture_output=True, check=False, timeout=300,
    )
    pages: list[list[tuple[Rect, str]]] = []
    for found in _BOXED.finditer(done.stdout.decode("utf-8", "replace")):
        if found[1] is not None:
            pages.append([])
        else:
            x0, y0, x1, y1 = (float(found[i]) for i in range(3, 7))
            place = Rect(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            pages[-1].append((place, html.unescape(found[7])))
    return pages if not done.returncode else None


def poppler_left(
    original: Path, copy: Path, marks: Sequence[Mark], strips: Mapping[int, Sequence[Rect]]
) -> tuple[int, int]:
    """What pdftotext says: words wholly under marks that the copy still shows as often, and words outside of
    the marks that are gone (``strips`` are lines laid anew, by page). Pages that are cropped or have
    a UserUnit are left out."""
    first, second = poppler_words(original), poppler_words(copy)
    if first is None or second is None or len(first) != len(second):
        return 0, 0
    left = lost = 0
    with pymupdf.open(original) as doc:
        plain = [
            doc.xref_get_key(page.xref, "UserUnit")[0] == "null" and page.cropbox == page.mediabox
            and page.mediabox.tl == (0, 0) for page in doc
        ]
    for number, (before, after) in enumerate(zip(first, second, strict=True), start=1):
        if not plain[number - 1]:
            continue
        rects = [r for m in marks if m.page == number for r in m.rects]
        wide = [r.inset(-_AROUND) for r in (*rects, *strips.get(number, ()))]
        there, count = (
            Counter(t for _, w in own for t in _WORD.findall(w.casefold())) for own in (after, before)
        )
        gone = Counter(
            w.casefold() for r, w in before
            if _WORD.fullmatch(w) and _is_under(pymupdf.Rect(r.x0, r.y0, r.x1, r.y1), rects)
        )
        left += sum(there[w] > count[w] - n for w, n in gone.items())
        places = Counter((w, round(r.x0), round(r.y0)) for r, w in after)
        for r, w in before:
            if not any(not r.intersect(m).is_empty for m in wide) and any(map(str.isalnum, w)):
                at = (round(r.x0) + i for i in (0, -1, 1))
                ys = [round(r.y0) + i for i in (0, -1, 1)]
                lost += not any(places[(w, x, y)] for x in at for y in ys)
    return left, lost


def changed_pixels(
    original: Path, copy: Path, marks: Sequence[Mark], strips: Mapping[int, Sequence[Rect]],
    dpi: int = 60,
) -> float:
    """The largest share of a page's pixels that MuPDF draws differently outside of marks and of lines laid
    anew, codes at the foot of the page counted with them."""
    worst = 0.0
    with pymupdf.open(original) as first, pymupdf.open(copy) as second:
        for number in range(1, first.page_count + 1):
            a, b = (_grey(doc[number - 1], dpi) for doc in (first, second))
            if a.shape != b.shape:
                return 1.0
            differ = np.abs(a.astype(np.int16) - b.astype(np.int16)) > 64
            scale = dpi / 72
            for r in [*(r for m in marks if m.page == number for r in m.rects), *strips.get(number, ())]:
                x0, y0 = (max(0, int((v - _AROUND) * scale)) for v in (r.x0, r.y0))
                x1, y1 = (max(0, int((v + _AROUND) * scale) + 1) for v in (r.x1, r.y1))
                differ[y0:y1, x0:x1] = False
            worst = max(worst, float(differ.mean()))
    return worst


def _grey(page: Any, dpi: int) -> Any:
    picture = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
    return np.frombuffer(picture.samples, dtype=np.uint8).reshape(picture.height, picture.width)
