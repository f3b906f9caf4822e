"""Where the letters of words begin and end, for marks whose edges lie between letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pymupdf

from review_app.domain.content import Word
from review_app.engine.mupdf import PAGE_ERRORS

if TYPE_CHECKING:
    from review_app.engine.documents import Document

_BAND_PT = 8.0
_MOST = 400
"""Places told of one word: a longer one is no word, and its ends are enough."""


def edges(document: Document, number: int, words: Sequence[Word]) -> list[list[float]]:
    """For each word the places along the line where its letters begin and end, in points from the left,
    ascending; empty for words that do not run across the page, and for those whose letters the file does not
    know (recognised text).

    Only letters within these words are looked at: what is not among them (text under a box) leaves no trace.
    """
    if document.linemap is not None:  # set in one width
        return [_even(word) for word in words]
    found: list[set[float]] = [set() for _ in words]
    bands: dict[int, list[int]] = {}
    for index, word in enumerate(words):
        rect = word.rect
        if len(word.text) < 2 or rect.height > 2 * rect.width or len(word.text) > _MOST:
            continue
        for band in range(int(rect.y0 // _BAND_PT), int(rect.y1 // _BAND_PT) + 1):
            bands.setdefault(band, []).append(index)
    for x0, y0, x1, y1 in _letters(document, number):
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        for index in bands.get(int(y // _BAND_PT), ()):
            rect = words[index].rect
            if rect.x0 <= x <= rect.x1 and rect.y0 <= y <= rect.y1:
                found[index].update((round(x0, 2), round(x1, 2)))
                break
    return [sorted(places) for places in found]


def _even(word: Word) -> list[float]:
    rect, count = word.rect, len(word.text)
    if not 1 < count <= _MOST:
        return []
    return [round(rect.x0 + rect.width * n / count, 2) for n in range(count + 1)]


def _letters(document: Document, number: int) -> Iterator[tuple[float, float, float, float]]:
    try:
        listing = document.bare_page(number).get_displaylist(annots=1)
        page = pymupdf.TextPage(listing.get_textpage(pymupdf.TEXT_MEDIABOX_CLIP)).extractRAWDICT()
    except PAGE_ERRORS:  # the words were read: then their ends are what is known
        return
    for block in page["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for char in span["chars"]:
                    if not char["c"].isspace():
                        yield char["bbox"]
