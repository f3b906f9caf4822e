"""Pages in little memory: a scan holds the content of all pages of a document at once.

A word as objects takes about 280 bytes (text, rectangle, four numbers), and 5,000 pages of text hold three
million: most of a child's address space. Packed it takes 40.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import overload

from review_app.domain.content import Line, PageContent, Word
from review_app.domain.geometry import Rect

MAX_LOOSE_WORDS = 200_000
"""Words that are kept as objects: 60 MB, some 500 pages."""


class PackedWords(Sequence[Word]):
    """The words of a line, made when looked at. Equal to the words it was made from, one by one.

    Args:
        text: the line's text, of which each word is a stretch.
        words: the words.
    """

    __slots__ = ("_places", "_stretches", "_text")

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self._text = text
        self._stretches = array("I")
        self._places = array("d")
        for word in words:
            rect = word.rect
            self._stretches.extend((word.start, word.end))
            self._places.extend((rect.x0, rect.y0, rect.x1, rect.y1))

    def __len__(self) -> int:
        return len(self._stretches) // 2

    @overload
    def __getitem__(self, at: int) -> Word: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Word, ...]: ...
    def __getitem__(self, at: int | slice) -> Word | tuple[Word, ...]:
        if isinstance(at, slice):
            return tuple(self._word(n) for n in range(*at.indices(len(self))))
        index = at + len(self) if at < 0 else at
        if not 0 <= index < len(self):
            raise IndexError("there is no such word")
        return self._word(index)

    def __iter__(self) -> Iterator[Word]:
        return (self._word(n) for n in range(len(self)))

    def _word(self, index: int) -> Word:
        start, end = self._stretches[2 * index], self._stretches[2 * index + 1]
        return Word(self._text[start:end], start, Rect(*self._places[4 * index : 4 * index + 4]))


class Keeper:
    """Keeps pages as they are while they are few, and packed from then on: words made anew at each look cost
    a fifth of the reading of a page with boxes."""

    def __init__(self) -> None:
        self._words = 0

    def kept(self, content: PageContent) -> PageContent:
        """The page, to be kept."""
        self._words += sum(len(line.words) for line in content.lines)
        return content if self._words <= MAX_LOOSE_WORDS else packed(content)


def packed(content: PageContent) -> PageContent:
    """The same page, its words packed; a line whose words are not stretches of its text stays as it is."""
    return replace(content, lines=tuple(_packed_line(line) for line in content.lines))


def _packed_line(line: Line) -> Line:
    text = line.text
    if not all(text.startswith(word.text, word.start) and word.start >= 0 for word in line.words):
        return line
    return replace(line, words=PackedWords(text, line.words))
