"""The text of a document as one string that knows where each character stands on its page.

Rules read :attr:`Flow.text` (folded, same length as the printed text) or :class:`Collapsed` (white space
reduced to single blanks, because stamps are split over lines and columns) and turn offsets back into
places with :meth:`Flow.place`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from review_app.domain.content import Line, PageContent
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass

# One character to one character, so that offsets stay those of the printed text.
_FOLD = str.maketrans(
    {
        **dict.fromkeys(
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
            "\u205f\u3000\u200b\ufeff\x85\u2028\u2029\ufffd",  # U+FFFD: a glyph of a PDF without a character
            " ",
        ),
        **{chr(code): " " for code in range(32) if chr(code) not in "\t\n"},
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        "\uff3b": "[",
        "\uff3d": "]",
        "\u00ad": "-",
    }
)

_WORD = re.compile(r"\S+")
_MARGIN = 4  # an indent of fewer blanks is no gap, but it starts the line


def fold(text: str) -> str:
    """Odd blanks, dashes and quotes as their plain forms; the length does not change."""
    return text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of text stands.

    ``page`` is that of its first line and ``rects`` lie on it; ``lines`` are source lines of a text file
    (inclusive) and cover all of it; ``more_pages`` is True when it runs on over the end of the page.
    """

    page: int
    rects: tuple[Rect, ...]
    lines: tuple[int, int] | None
    more_pages: bool = False


class Flow:
    """All lines of the pages in reading order, joined by newlines."""

    def __init__(self, pages: Sequence[PageContent]) -> None:
        self.pages = tuple(pages)
        self.lines: list[Line] = [line for page in pages for line in page.lines]
        self.texts: list[str] = [fold(line.text).replace("\n", " ") for line in self.lines]
        self.text = "\n".join(self.texts)
        self.starts: list[int] = []
        at = 0
        for text in self.texts:
            self.starts.append(at)
            at += len(text) + 1

    def line_index(self, offset: int) -> int:
        """Index into :attr:`lines` of the line that holds ``offset``."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def raw(self, start: int, end: int) -> str:
        """The printed text between two offsets, not folded."""
        if end <= start or not self.lines:
            return ""
        first, last = self.line_index(start), self.line_index(end - 1)
        parts = []
        for i in range(first, last + 1):
            text, at = self.lines[i].text, self.starts[i]
            parts.append(text[max(0, start - at) : max(0, end - at)])
        return "\n".join(parts)

    def place(self, start: int, end: int) -> Place:
        """The place of ``text[start:end]``; an empty stretch takes its whole line."""
        first = self.line_index(start)
        last = max(first, self.line_index(max(start, end - 1)))
        return self.place_of_lines(first, last, start, end)

    def place_of_lines(
        self, first: int, last: int, start: int | None = None, end: int | None = None
    ) -> Place:
        """The place of whole lines, or of the part of them between two offsets."""
        page = self.lines[first].page
        rects: list[Rect] = []
        more = False
        for i in range(first, last + 1):
            line = self.lines[i]
            if line.page != page:
                more = True
                break
            at, size = self.starts[i], len(self.texts[i])
            low = 0 if start is None else max(0, start - at)
            high = size if end is None else min(size, end - at)
            if i not in (first, last) and not self.texts[i].strip():
                continue  # a blank line inside a note is not part of what a reader sees as the note
            rects.extend(line.rects if start is None and end is None else line.rects_of(low, high))
        a, b = self.lines[first].number, self.lines[last].number
        return Place(page, tuple(rects), (a, b) if a is not None and b is not None else None, more)

    def gap_before(self, index: int, column: int) -> bool:
        """True when ``column`` of a line starts it, or stands behind a gap wider than one blank.

        For a PDF the gap is measured between the words: wider than one line height.
        """
        text = self.texts[index]
        if text[max(0, column - 2) : column] in ("  ", "") or text[max(0, column - 1) : column] == "\t":
            return True
        if column <= _MARGIN and not text[:column].strip():
            return True
        line = self.lines[index]
        if line.number is not None or not line.words:
            return False
        at = bisect_right(line.words, column, key=lambda w: w.start) - 1
        if at < 1:
            return at == 0
        left, right = line.words[at - 1].rect, line.words[at].rect
        return right.x0 - left.x1 > max(left.height, right.height)


class Collapsed:
    """The flow with every run of white space as one blank, and the way back to flow offsets."""

    def __init__(self, flow: Flow) -> None:
        starts: list[int] = []
        words: list[str] = []
        for found in _WORD.finditer(flow.text):
            starts.append(found.start())
            words.append(found.group())
        self.flow = flow
        self.text = " ".join(words)
        self._from = starts
        self._at: list[int] = []
        at = 0
        for word in words:
            self._at.append(at)
            at += len(word) + 1

    def offset(self, position: int) -> int:
        """The flow offset of a position in :attr:`text`."""
        if not self._at:
            return 0
        i = max(0, bisect_right(self._at, position) - 1)
        return self._from[i] + (position - self._at[i])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Flow offsets of ``text[start:end]``, without white space at the ends."""
        part = self.text[start:end]
        start += len(part) - len(part.lstrip())
        end -= len(part) - len(part.rstrip())
        if end <= start:
            return self.offset(start), self.offset(start)
        return self.offset(start), self.offset(end - 1) + 1
