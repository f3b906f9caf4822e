"""Boxes at random on real pages, and a second opinion on what is left of the words under them."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pymupdf
import pypdfium2

from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark

_LONG = 5
_WORD = re.compile(r"\w{5,}")


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
