"""Which character of a text file stands where on the typeset pages, both ways."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass

SIZE = 10.0  # points
CELL = SIZE * 1233 / 2048  # advance of DejaVu Sans Mono, in font units of 2048 to the em
LEADING = 12.0
LEFT = 66.0
TOP = 54.0
COLUMNS = 84  # 66 + 84 * 6.02 = 571.7: leaves 40 points at the right edge of a Letter page
ROWS = 57  # 54 + 57 * 12 = 738: leaves 54 points at the foot
RIGHT = LEFT + COLUMNS * CELL
TAB = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row: characters ``start`` to ``end`` of source line ``line`` (counted from 1)."""

    line: int
    start: int
    end: int


class LineMap:
    """Rows of all pages, and the way from (line, column) to a place and back.

    Lines count from 1, columns are 0-based offsets into the line's text (a tab is one character, however
    wide it is printed), pages count from 1.
    """

    def __init__(
        self, lines: Sequence[str], rows: Sequence[Row], page_starts: Sequence[int],
        cell_width: Callable[[str], int],
    ) -> None:
        self.lines = lines
        self.rows = rows
        self.page_starts = page_starts
        self._cell_width = cell_width
        self._first = [0] * (len(lines) + 2)
        for i in range(len(rows) - 1, -1, -1):
            self._first[rows[i].line] = i

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return len(self.page_starts)

    def rows_of_page(self, page: int) -> range:
        """Indexes into ``rows`` of what stands on a page."""
        end = self.page_starts[page] if page < len(self.page_starts) else len(self.rows)
        return range(self.page_starts[page - 1], end)

    def cells(self, text: str) -> list[int]:
        """The cell in which each character of a row begins, and behind the last one where the row ends."""
        return cells(text, self._cell_width)

    def place(self, index: int) -> tuple[int, float]:
        """Page of a row, and its upper edge in points."""
        page = bisect_right(self.page_starts, index)
        return page, TOP + (index - self.page_starts[page - 1]) * LEADING

    def row_rect(self, index: int, start: int, end: int) -> Rect:
        """The rectangle of characters ``start`` to ``end`` of the source line, as far as they are in it.

        A row of nothing but white space has the full width of the text, and one that ends with a tab
        reaches its right edge, so that a void has an area.
        """
        row = self.rows[index]
        _, top = self.place(index)
        text = self.lines[row.line - 1][row.start : row.end]
        if not text.strip():
            return Rect(LEFT, top, RIGHT, top + LEADING)
        at = self.cells(text)
        if end >= row.end and "\t" in text[len(text.rstrip()) :]:
            at[-1] = COLUMNS  # tabs at the end of a row stand for all that is blank behind it
        left = at[min(max(start - row.start, 0), len(text))]
        right = at[min(max(end - row.start, 0), len(text))]
        # Blanks hang over the edge at a wrap, and a mark on nothing still has to be seen.
        left = min(left, COLUMNS - 1)
        right = max(min(right, COLUMNS), left + 1)
        return Rect(LEFT + left * CELL, top, LEFT + right * CELL, top + LEADING)

    def row_rects(self, index: int, parts: Sequence[tuple[int, int]]) -> list[Rect]:
        """Rectangles of several stretches of a row that are not blank; offsets count from the row's start."""
        row = self.rows[index]
        _, top = self.place(index)
        at = self.cells(self.lines[row.line - 1][row.start : row.end])
        foot = top + LEADING
        return [
            Rect(LEFT + at[start] * CELL, top, LEFT + min(max(at[end], at[start] + 1), COLUMNS) * CELL, foot)
            for start, end in parts
        ]

    def rects(self, line: int, start: int = 0, end: int | None = None) -> list[tuple[int, Rect]]:
        """Page and rectangle of every row that prints part of ``line[start:end]``, by default of all of it.

        Raises:
            IndexError: there is no such line.
        """
        if not 1 <= line <= len(self.lines):
            raise IndexError(f"no line {line}")
        stop = len(self.lines[line - 1]) if end is None else end
        found: list[tuple[int, Rect]] = []
        index = self._first[line]
        while index < len(self.rows) and self.rows[index].line == line:
            row = self.rows[index]
            is_whole = row.start == row.end == 0
            if is_whole or (row.start < stop and row.end > start):
                found.append((self.place(index)[0], self.row_rect(index, start, stop)))
            index += 1
        return found

    def at(self, page: int, x: float, y: float) -> tuple[int, int] | None:
        """Line and column printed at a point; None above the first or below the last row of the page.

        Left of the text is the row's first column, right of it the column behind its last character.
        """
        if not 1 <= page <= self.page_count or y < TOP:
            return None
        index = self.page_starts[page - 1] + int((y - TOP) // LEADING)
        if index not in self.rows_of_page(page):
            return None
        row = self.rows[index]
        at = self.cells(self.lines[row.line - 1][row.start : row.end])
        cell = (x - LEFT) / CELL
        if cell < 0:
            return row.line, row.start
        return row.line, row.start + (bisect_right(at, cell) - 1 if cell < at[-1] else len(at) - 1)


def cells(text: str, cell_width: Callable[[str], int]) -> list[int]:
    """Cell of each character of a row and of its end; tabs go to the next multiple of eight."""
    if text.isascii() and text.isprintable():
        return list(range(len(text) + 1))
    out, here = [0], 0
    for char in text:
        here += TAB - here % TAB if char == "\t" else cell_width(char)
        out.append(here)
    return out


def usual_cells(char: str) -> int:
    """Cells of a character that a font has: 0 for combining marks, 2 for East Asian wide ones, else 1."""
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
