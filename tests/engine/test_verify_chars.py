"""Letters of a page read in bulk are those that PDFium gives one by one, and marks take the same of them."""

from __future__ import annotations

import ctypes
import random

import numpy as np
import pymupdf
import pypdfium2.raw as raw_api

from review_app.domain.geometry import Rect
from review_app.engine.regions import Regions
from review_app.engine.verify_chars import touching
from review_app.engine.verify_text import Box, TextPage, open_pdfium, touched


def _page(letters: int) -> bytes:
    rng = random.Random(letters)
    with pymupdf.open() as doc:
        page = doc.new_page()
        for line in range(letters // 60):
            page.insert_text((72, 72 + 12 * line), "".join(rng.choices("abcdefg hij ", k=60)), fontsize=9)
        return bytes(doc.tobytes())


def _one_by_one(page: TextPage, rects: list[Box]) -> list[int]:
    sides = [ctypes.c_double() for _ in range(4)]
    found = []
    for index in range(page.count):
        raw_api.FPDFText_GetCharBox(page.raw, index, *sides)
        left, right, bottom, top = (side.value for side in sides)
        box = (left, bottom, right, top)
        if (right > left or top > bottom) and any(touched(box, rect) for rect in rects):
            found.append(index)
    return found


def test_letters_in_places_are_those_that_are_found_one_by_one() -> None:
    for letters in (300, 3000):
        pdfium = open_pdfium(_page(letters))
        page = TextPage(pdfium, 1)
        rng = random.Random(1)
        total = 0
        for _ in range(30):
            rects = [
                (x, y, x + rng.uniform(3, 60), y + rng.uniform(3, 30))
                for x, y in ((rng.uniform(60, 400), rng.uniform(100, 760)) for _ in range(4))
            ]
            chars, hits = page.chars_by(rects)
            assert [c.index for c in chars] == _one_by_one(page, rects)
            for rect, hit in zip(rects, hits, strict=True):
                assert [chars[i].index for i in hit] == _one_by_one(page, [rect])
            total += len(chars)
        assert total > 20
        page.close()
        pdfium.close()


def test_the_rule_of_what_a_mark_takes_is_the_same_for_many_boxes() -> None:
    rng = random.Random(3)

    def box(flat: bool) -> Box:
        x, y = rng.randrange(200), rng.randrange(200)
        return (x, y, x + (0 if flat and rng.random() < 0.5 else rng.randrange(12)), y + rng.randrange(12))

    for count in (50, 900):
        boxes = [box(True) for _ in range(count)]
        rects = [(x, y, x + 1 + rng.randrange(60), y + 1 + rng.randrange(30))
                 for x, y in ((rng.randrange(200), rng.randrange(200)) for _ in range(40))]
        found = touching(np.array(boxes, dtype=np.float64), rects)
        regions = [Regions([Rect(*rect)]) for rect in rects]
        for rect, near, rows in zip(rects, regions, found, strict=True):
            assert rows.tolist() == [
                i for i, b in enumerate(boxes)
                if (b[2] > b[0] or b[3] > b[1]) and near.hits(Rect(*b)) and touched(b, rect)
            ]
        assert sum(map(len, found)) > 5
