"""Hand-made pages: text lines become page content, the way the rules see it, without any library."""

from __future__ import annotations

import re

from review_app.domain.content import Line, PageContent, Word
from review_app.domain.geometry import Rect

CHAR, ROW = 6.0, 12.0


def line_of(text: str, page: int, row: int, number: int | None) -> Line:
    """One line in a monospaced face; ``number`` None makes it a line of a PDF."""
    y = 10.0 + ROW * row
    words = tuple(
        Word(m.group(), m.start(), Rect(m.start() * CHAR, y, m.end() * CHAR, y + 10.0))
        for m in re.finditer(r"\S+", text)
    )
    return Line(text, page, (Rect(0.0, y, max(CHAR, len(text) * CHAR), y + 10.0),), words, number)


def text_pages(text: str) -> list[PageContent]:
    """A text file: pages end at form feeds, lines carry their number in the file."""
    pages = []
    number = 1
    for at, part in enumerate(text.split("\f"), 1):
        rows = part.split("\n")
        lines = tuple(line_of(t, at, row, number + row) for row, t in enumerate(rows))
        number += len(rows) - 1
        pages.append(PageContent(at, 612.0, 792.0, lines, is_text_file=True))
    return pages


def pdf_pages(*pages: str) -> list[PageContent]:
    """A PDF: one string a page, blanks reduced as a text layer has them, gaps kept in the rectangles."""
    made = []
    for at, part in enumerate(pages, 1):
        lines = []
        for row, text in enumerate(part.split("\n")):
            if not text.strip():
                continue
            placed = line_of(text, at, row, None)
            joined = " ".join(w.text for w in placed.words)
            words, start = [], 0
            for word in placed.words:
                words.append(Word(word.text, start, word.rect))
                start += len(word.text) + 1
            lines.append(Line(joined, at, placed.rects, tuple(words)))
        made.append(PageContent(at, 612.0, 792.0, tuple(lines)))
    return made
