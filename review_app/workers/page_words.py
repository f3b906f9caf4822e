"""The words of one page that people can read, as the window asks for them: to select, copy, find and mark."""

from __future__ import annotations

from collections import OrderedDict

from review_app.detection import raster
from review_app.detection import scan as detection
from review_app.detection.dark_areas import without_covered
from review_app.detection.unseen_words import without_unseen
from review_app.domain.content import PageContent, Word
from review_app.domain.ocr import OcrSettings
from review_app.engine import documents, render
from review_app.workers import reading

KEPT = 32
"""Scanned pages whose picture need not be searched again: a window shows a few, and asks while it scrolls."""

_MOST_DRAWINGS = 500
"""A page with more is not kept: its memory is worth more than a tenth of a second."""


class PageWords:
    """Reads pages, and keeps the scanned ones that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], PageContent] = OrderedDict()

    def of(
        self, document: documents.Document, number: int, settings: OcrSettings
    ) -> list[tuple[int, Word]]:
        """The words of a page, each with the number of its line from 0. What a box hides, drawn or in the
        picture, must not be found or copied.

        Recognised text is always that of the last scan: only what the file itself holds is kept.

        Raises:
            ReviewError: the page cannot be read.
        """
        content = reading.kept_reading(document, settings, self._shown(document, number))
        hidden = [found.rect for found in detection.document([content]).recoverable]
        return [
            (at, word) for at, line in enumerate(content.lines) for word in line.words
            if not any(word.rect.meets(rect) for rect in hidden)
        ]

    def _shown(self, document: documents.Document, number: int) -> PageContent:
        """The page without words under dark areas, and without words that its picture does not show."""
        key = document.sha256, number
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        content, _ = without_covered(document.content(number))
        picture = render.tones(document, number) if raster.is_scan(content) else None
        if picture is None:
            return content
        content, _ = without_unseen(content, *picture, raster.look(content, *picture))
        if len(content.drawings) <= _MOST_DRAWINGS:
            self._kept[key] = content
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return content
