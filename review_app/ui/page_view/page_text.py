"""The text of one page as something to point at: which character is where, and what lies between two of them.

Knows no Qt. An *offset* counts characters of :attr:`PageText.text` from 0; it stands before the character of
that number. Words that a box hides are not among the words of a page, so they can be neither selected nor
copied.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from enum import StrEnum

from review_app.domain.geometry import Rect, bounds
from review_app.domain.pictures import PlacedWord
from review_app.domain.values import dataclass


class Unit(StrEnum):
    """How far a key or a repeated click reaches."""

    CHARACTER = "character"
    WORD = "word"
    LINE = "line"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class _Placed:
    word: PlacedWord
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.word.text)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of words on the page. ``is_upright``: it runs from top to bottom or back, as when the page was
    rotated."""

    words: tuple[_Placed, ...]
    rect: Rect
    is_upright: bool

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


class PageText:
    """The words of a page in reading order.

    Args:
        words: with ``line`` numbers that never go down.
    """

    def __init__(self, words: Iterable[PlacedWord]) -> None:
        lines: list[list[_Placed]] = []
        parts: list[str] = []
        length, last = 0, None
        for word in words:
            if not word.text:
                continue
            if word.line != last:
                lines.append([])
                if last is not None:
                    parts.append("\n")
                    length += 1
                last = word.line
            else:
                if _wraps(lines[-1][-1].word.rect, word.rect):
                    lines.append([])
                parts.append(" ")
                length += 1
            lines[-1].append(_Placed(word, length))
            parts.append(word.text)
            length += len(word.text)
        self.text = "".join(parts)
        self._rows = [_row(line) for line in lines]
        self._starts = [row.start for row in self._rows]

    def __len__(self) -> int:
        return len(self.text)

    @property
    def words(self) -> list[PlacedWord]:
        """The words, in reading order."""
        return [placed.word for row in self._rows for placed in row.words]

    def offset_at(self, x: float, y: float) -> int:
        """The offset nearest to a point of the page, in points; 0 on a page without text."""
        if not self._rows:
            return 0
        row = min(self._rows, key=lambda r: _distance(r.rect, x, y, upright=r.is_upright))
        return _offset(row, y if row.is_upright else x)

    def is_on_text(self, x: float, y: float, slack: float = 2.0) -> bool:
        """True when a line of text is at a point of the page: a drag from there selects."""
        return any(
            row.rect.inset(-slack).contains_point(x, y)
            and any(_near(word.word.rect, x, y, row, slack) for word in row.words)
            for row in self._rows
        )

    def rects(self, start: int, end: int) -> tuple[Rect, ...]:
        """Where the text between two offsets stands: one rectangle for each line."""
        low, high = min(start, end), max(start, end)
        found = []
        for row in self._rows:
            if row.start >= high or row.end <= low:
                continue
            parts = [
                _part(word, low, high, row) for word in row.words if word.start < high and word.end > low
            ]
            if parts:
                found.append(bounds(parts))
        return tuple(found)

    def between(self, start: int, end: int) -> str:
        """The text between two offsets."""
        return self.text[min(start, end) : max(start, end)]

    def around(self, offset: int, unit: Unit) -> tuple[int, int]:
        """The word, line or page that an offset is in, as two offsets."""
        if unit is Unit.PAGE or not self._rows:
            return 0, len(self.text)
        row = self._row_of(offset)
        if unit is Unit.LINE:
            return row.start, row.end
        if unit is Unit.CHARACTER:
            return offset, min(offset + 1, len(self.text))
        word = min(row.words, key=lambda w: _gap(w.start, w.end, offset))
        return word.start, word.end

    def moved(self, offset: int, unit: Unit, forward: bool) -> int:
        """The offset that a key goes to from another one: by a character, a word, to the end of the line or
        of the page."""
        if unit is Unit.PAGE or not self._rows:
            return len(self.text) if forward else 0
        if unit is Unit.CHARACTER:
            return max(0, min(len(self.text), offset + (1 if forward else -1)))
        if unit is Unit.LINE:
            row = self._row_of(offset)
            return row.end if forward else row.start
        words = [word for row in self._rows for word in row.words]
        if forward:
            return next((w.end for w in words if w.end > offset), len(self.text))
        return next((w.start for w in reversed(words) if w.start < offset), 0)

    def next_line(self, offset: int, forward: bool) -> int:
        """The offset right below (or above) another one, in the next line of the page."""
        if not self._rows:
            return 0
        index = self._index_of(offset) + (1 if forward else -1)
        if not 0 <= index < len(self._rows):
            return len(self.text) if forward else 0
        here, there = self._row_of(offset), self._rows[index]
        return _offset(there, _spot(offset, here))

    def _index_of(self, offset: int) -> int:
        return max(0, bisect_right(self._starts, offset) - 1)

    def _row_of(self, offset: int) -> _Row:
        return self._rows[self._index_of(offset)]


def _wraps(before: Rect, rect: Rect) -> bool:
    """True when a line of a text file goes on below: one line of text over several lines of the page."""
    return rect.y0 >= before.y1 - 0.25 * before.height and rect.x0 < before.x0 - before.height


def _row(words: list[_Placed]) -> _Row:
    rect = bounds([word.word.rect for word in words])
    if len(words) > 1:
        first, last = words[0].word.rect, words[-1].word.rect
        across = abs((last.x0 + last.x1) - (first.x0 + first.x1))
        down = abs((last.y0 + last.y1) - (first.y0 + first.y1))
        upright = down > across
    else:
        # One word: letters are about half as wide as they are high.
        only = words[0].word
        upright = len(only.text) > 1 and only.rect.height > only.rect.width
    return _Row(tuple(words), rect, upright)


def _runs_back(row: _Row) -> bool:
    """True for a line that is read from right to left, or from the bottom up."""
    if len(row.words) < 2:
        return False
    first, last = row.words[0].word.rect, row.words[-1].word.rect
    if row.is_upright:
        return last.y0 + last.y1 < first.y0 + first.y1
    return last.x0 + last.x1 < first.x0 + first.x1


def _reach(rect: Rect, upright: bool) -> tuple[float, float]:
    return (rect.y0, rect.y1) if upright else (rect.x0, rect.x1)


def _gap(low: float, high: float, at: float) -> float:
    return max(0.0, low - at, at - high)


def _distance(rect: Rect, x: float, y: float, *, upright: bool) -> float:
    """How far a point is from a line: being beside it counts little, being above or below it much."""
    dx, dy = _gap(rect.x0, rect.x1, x), _gap(rect.y0, rect.y1, y)
    return 8 * dx + dy if upright else 8 * dy + dx


def _near(rect: Rect, x: float, y: float, row: _Row, slack: float) -> bool:
    wide = row.rect.width if row.is_upright else row.rect.height  # a blank is narrower than the type is high
    return _gap(rect.x0, rect.x1, x) <= max(slack, wide) and _gap(rect.y0, rect.y1, y) <= max(slack, wide)


def _part(word: _Placed, low: int, high: int, row: _Row) -> Rect:
    """The part of a word between two offsets. Letters are taken as equally wide."""
    rect, length = word.word.rect, len(word.word.text)
    before = max(0, low - word.start) / length
    behind = max(0, word.end - high) / length
    if _runs_back(row):
        before, behind = behind, before
    if row.is_upright:
        return Rect(rect.x0, rect.y0 + before * rect.height, rect.x1, rect.y1 - behind * rect.height)
    return Rect(rect.x0 + before * rect.width, rect.y0, rect.x1 - behind * rect.width, rect.y1)


def _offset(row: _Row, along: float) -> int:
    """The offset nearest to a place along a line, in points."""
    word = min(row.words, key=lambda w: _gap(*_reach(w.word.rect, row.is_upright), along))
    low, high = _reach(word.word.rect, row.is_upright)
    share = min(1.0, max(0.0, (along - low) / (high - low))) if high > low else 0.0
    if _runs_back(row):
        share = 1.0 - share
    return word.start + round(share * len(word.word.text))


def _spot(offset: int, row: _Row) -> float:
    """Where an offset stands along its line, in points."""
    word = min(row.words, key=lambda w: _gap(w.start, w.end, offset))
    low, high = _reach(word.word.rect, row.is_upright)
    share = min(1.0, max(0.0, (offset - word.start) / len(word.word.text)))
    if _runs_back(row):
        share = 1.0 - share
    return low + share * (high - low)
