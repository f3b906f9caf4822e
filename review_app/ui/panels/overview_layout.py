"""Where pages of several documents stand in a strip: short documents side by side, long ones in rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from review_app.domain.values import dataclass

LEAST_COLUMNS = 3
"""Columns that a document takes at least, for its name."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pages of a document side by side: ``count`` of them from the place ``first`` among all pages, the first
    one in ``column``. In a row of headings, ``count`` is the room of the name in columns."""

    document: int
    first: int
    count: int
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of pages, or of the names above them."""

    top: int
    is_heading: bool
    stretches: tuple[Stretch, ...]


class StripLayout:
    """Heights are in view pixels, from the top of all rows.

    Args:
        counts: pages of each document, in order.
        columns: pages side by side.
        page_height: of a row of pages.
        heading_height: of a row of names; there is none with a single document.
    """

    def __init__(self, counts: Sequence[int], columns: int, page_height: int, heading_height: int) -> None:
        self.columns = columns
        self.rows: list[Row] = []
        self.height = 0
        self._page_height, self._heading_height = page_height, heading_height
        self._firsts: list[int] = []
        self._places: list[tuple[int, int]] = []
        self._shelf: list[Stretch] = []
        self._has_headings = len(counts) > 1
        first = used = 0
        for document, count in enumerate(counts):
            wide = max(min(LEAST_COLUMNS, columns), min(count, columns)) if self._has_headings else columns
            if used + wide > columns:
                self._end_shelf(counts)
                used = 0
            self._shelf.append(Stretch(document, first, wide, used))
            self._firsts.append(first)
            first, used = first + count, used + wide
        self._end_shelf(counts)
        self.tops = [row.top for row in self.rows]
        self._page_rows = [i for i, row in enumerate(self.rows) if not row.is_heading]
        self.count = first

    def row_at(self, y: int) -> int:
        """The row at a height, -1 above the first one."""
        return bisect_right(self.tops, y) - 1

    def place(self, at: int) -> tuple[int, int]:
        """Row and column of the page with this place among all."""
        # Of several documents that begin at the same place all but the last one have no page.
        document = bisect_right(self._firsts, at) - 1
        row, column = self._places[document]
        down, across = divmod(at - self._firsts[document], self.columns)
        return row + down, column + across

    def page_at(self, row: int, column: int) -> int:
        """The page in a row and column, -1 where there is none."""
        if not 0 <= row < len(self.rows) or self.rows[row].is_heading:
            return -1
        for stretch in self.rows[row].stretches:
            if 0 <= column - stretch.column < stretch.count:
                return stretch.first + column - stretch.column
        return -1

    def below(self, at: int, by: int) -> int:
        """The page so many rows of pages below: in the same column, or the last one before it."""
        row, column = self.place(at)
        here = bisect_right(self._page_rows, row) - 1
        stretches = self.rows[self._page_rows[min(max(0, here + by), len(self._page_rows) - 1)]].stretches
        before = [s for s in stretches if s.column <= column and s.count]
        stretch = before[-1] if before else next(s for s in stretches if s.count)
        return stretch.first + min(max(0, column - stretch.column), stretch.count - 1)

    def _end_shelf(self, counts: Sequence[int]) -> None:
        """Names side by side, below them the pages. A document of several rows is alone on its shelf."""
        shelf, self._shelf = self._shelf, []
        if not shelf:
            return
        if self._has_headings:
            self._add(True, shelf, self._heading_height)
        self._places += [(len(self.rows), s.column) for s in shelf]
        longest = max(counts[s.document] for s in shelf)
        for start in range(0, longest, self.columns):
            pages = [
                Stretch(s.document, s.first + start, min(self.columns, counts[s.document] - start), s.column)
                for s in shelf if counts[s.document] > start
            ]
            self._add(False, pages, self._page_height)

    def _add(self, is_heading: bool, stretches: Sequence[Stretch], height: int) -> None:
        self.rows.append(Row(self.height, is_heading, tuple(stretches)))
        self.height += height
