"""A text file as pages: monospaced, source line numbers in the left margin, every character in its place."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from review_app.engine import strokes
from review_app.engine.furniture import page_feet
from review_app.engine.linemap import (
    CELL,
    COLUMNS,
    LEFT,
    ROWS,
    SIZE,
    LineMap,
    Row,
    cells,
    usual_cells,
)
from review_app.engine.pdfwriter import BASELINE as _BASELINE
from review_app.engine.pdfwriter import PAGE_HEIGHT, PdfWriter, number_label

_NUMBER_GREY = (0.55, 0.55, 0.55)
_NUMBER_HEIGHT = 5.2
_NUMBER_RIGHT = LEFT - 12
_KEEP_TOGETHER = 20
"""A line of up to so many rows is not broken over pages: a third of a page is the most that stays empty."""

_NO_WIDTH = frozenset("\f\r\n")


@dataclass(frozen=True, slots=True)
class Typeset:
    """The pages as a PDF, the map between lines and places, and what the reader must know."""

    pdf: bytes
    map: LineMap
    warnings: tuple[str, ...]


def typeset(lines: Sequence[str]) -> Typeset:
    """Sets lines on Letter pages. Same lines, same bytes.

    Tabs go to multiples of eight columns, long lines wrap at blanks, pages break at form feeds and where
    :func:`page_feet` is certain. A character that neither font has is drawn as a box with its number.
    """
    writer = PdfWriter()
    chars = _Characters(writer, lines)
    rows, page_starts = _layout(lines, chars)
    linemap = LineMap(lines, rows, page_starts, chars.width)
    for page in range(1, linemap.page_count + 1):
        writer.new_page()
        _draw_page(writer, chars, linemap, page)
    return Typeset(writer.finish(), linemap, chars.warnings())


class _Characters:
    """What each character of the file needs: which font, how many cells."""

    def __init__(self, writer: PdfWriter, lines: Sequence[str]) -> None:
        used: set[str] = set()
        for line in lines:
            used.update(line)
        used -= _NO_WIDTH | {"\t"}
        self.boxed: dict[str, int] = {}
        self.wide: set[str] = set()
        self._widths: dict[str, int] = dict.fromkeys(_NO_WIDTH, 0)
        rare = 0
        for char in sorted(used):
            rare += char > "\uffff"
            if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char != "\u00ad":
                in_mono = in_wide = False  # invisible, or moves the cursor: a reviewer must see it
            else:
                in_mono = writer.mono.has(char)
                in_wide = not in_mono and writer.wide.has(char)
            if rare > 2000:  # the fonts number so many characters above U+FFFF and no more
                in_mono = in_wide = False
            self._widths[char] = usual_cells(char)
            if in_wide:
                self.wide.add(char)
            elif not in_mono:
                label = number_label(char)
                needed = strokes.width(label, SIZE * 0.42) + 2.4
                self._widths[char] = self.boxed[char] = math.ceil(needed / CELL)
        # Rows that avoid all of these are written in one go.
        self.special = {c for c in used if self._widths[c] != 1} | self.wide | set(self.boxed)
        self.special |= _NO_WIDTH | {"\t"}
        self._right_to_left = any(unicodedata.bidirectional(c) in ("R", "AL") for c in used)

    def width(self, char: str) -> int:
        """Cells of a character other than a tab."""
        return self._widths[char]

    def warnings(self) -> tuple[str, ...]:
        """What the reader must know about the characters of this file."""
        out = []
        if self.boxed:
            labels = [number_label(c) for c in sorted(self.boxed)]
            some = ", ".join(labels[:8]) + (" …" if len(labels) > 8 else "")
            out.append(f"Characters without a printable form are shown as boxes with their number: {some}")
        if self._right_to_left:
            out.append("Right-to-left script is shown in the order in which it is stored")
        return tuple(out)


def _layout(lines: Sequence[str], chars: _Characters) -> tuple[list[Row], list[int]]:
    feet = page_feet(lines)
    rows: list[Row] = []
    page_starts = [0]

    def new_page() -> None:
        if len(rows) > page_starts[-1]:
            page_starts.append(len(rows))

    for i, line in enumerate(lines):
        pieces = _split_at_form_feeds(line) if "\f" in line else [(0, len(line), False)]
        for start, end, breaks_before in pieces:
            if breaks_before:
                new_page()
            set_rows = _wrap(line, start, end, chars)
            room = ROWS - (len(rows) - page_starts[-1])
            if room < len(set_rows) <= _KEEP_TOGETHER:
                new_page()
            for first, last in set_rows:
                if len(rows) - page_starts[-1] >= ROWS:
                    new_page()
                rows.append(Row(i + 1, first, last))
        if i in feet or (not line.strip() and "\f" in line):
            new_page()
    if len(page_starts) > 1 and page_starts[-1] == len(rows):
        page_starts.pop()
    return rows, page_starts


def _split_at_form_feeds(line: str) -> list[tuple[int, int, bool]]:
    """Pieces of a line and whether a page begins with each. A form feed stays at the head of its piece.

    A line of nothing else is one piece: the page breaks behind it.
    """
    if not line.strip():
        return [(0, len(line), False)]
    pieces: list[tuple[int, int, bool]] = []
    start = 0
    while start < len(line):
        end = line.find("\f", start + 1)
        end = len(line) if end < 0 else end
        if pieces and not line[pieces[-1][0] : pieces[-1][1]].strip():
            first, _, breaks = pieces.pop()  # nothing visible between two form feeds: no page of its own
            pieces.append((first, end, breaks or line[start] == "\f"))
        else:
            pieces.append((start, end, line[start] == "\f"))
        start = end
    return pieces


def _wrap(line: str, start: int, end: int, chars: _Characters) -> list[tuple[int, int]]:
    """Character ranges of the rows of one piece of a line; at least one."""
    if end - start <= COLUMNS and chars.special.isdisjoint(line[start:end]):
        return [(start, end)]
    rows: list[tuple[int, int]] = []
    while end - start > 0:
        stop = _fitting(line, start, end, chars)
        if stop < end:
            if line[stop] == " ":
                while stop < end and line[stop] == " ":  # blanks hang over the edge
                    stop += 1
            else:
                blank = line.rfind(" ", start, stop)
                if blank > start and line[start:blank].strip():
                    stop = blank + 1
        rows.append((start, stop))
        start = stop
    return rows or [(start, end)]


def _fitting(line: str, start: int, end: int, chars: _Characters) -> int:
    """The end of the longest stretch from ``start`` that fits into one row; at least one character."""
    part = line[start : min(end, start + COLUMNS + 1)]
    if chars.special.isdisjoint(part):
        return min(end, start + COLUMNS)
    stop, here = start, 0
    for char in line[start:end]:
        width = 8 - here % 8 if char == "\t" else chars.width(char)
        if here + width > COLUMNS and stop > start and char != "\t":
            break
        here += width
        stop += 1
        if here > COLUMNS:  # a tab that reaches over the edge hangs there
            break
    return stop


def _draw_page(writer: PdfWriter, chars: _Characters, linemap: LineMap, page: int) -> None:
    numbers = [b"q %.3g %.3g %.3g RG\n" % _NUMBER_GREY]
    begin = b"BT 0 Tr 0 g /%s %g Tf\n" % (writer.mono.resource.encode("ascii"), SIZE)
    plain = [begin]
    for index in linemap.rows_of_page(page):
        row = linemap.rows[index]
        top = linemap.place(index)[1]
        if row.start == 0:
            number = str(row.line)
            x = _NUMBER_RIGHT - strokes.width(number, _NUMBER_HEIGHT)
            numbers.append(strokes.draw(number, x, PAGE_HEIGHT - top - 9.2, _NUMBER_HEIGHT))
        text = linemap.lines[row.line - 1][row.start : row.end]
        if not text.strip():
            continue
        if chars.special.isdisjoint(text):
            plain.append(_placed(writer, LEFT, top, text))
        else:  # character by character, and in order, so that readers take the text out in order
            writer.raw(b"".join(plain) + b"ET\n")
            _draw_odd_row(writer, chars, top, text)
            plain = [begin]
    writer.raw(b"".join(plain) + b"ET\n")
    writer.raw(b"".join(numbers) + b"Q\n")


def _placed(writer: PdfWriter, x: float, top: float, text: str) -> bytes:
    return b"1 0 0 1 %.2f %.2f Tm %s Tj\n" % (
        x, PAGE_HEIGHT - top - SIZE * _BASELINE, writer.mono.encode(text),
    )


def _draw_odd_row(writer: PdfWriter, chars: _Characters, top: float, text: str) -> None:
    run, run_cell = "", 0
    for char, here in zip(text + "\f", cells(text, chars.width), strict=True):
        if char not in chars.special:
            run_cell = run_cell if run else here
            run += char
            continue
        if run.strip():
            writer.text(LEFT + run_cell * CELL, top, run, SIZE)
        run = ""
        x = LEFT + here * CELL
        if char in chars.wide:
            writer.wide_char(x, top, char, SIZE, chars.width(char) * CELL)
        elif char in chars.boxed:
            writer.number_box(x, top, char, SIZE, chars.boxed[char] * CELL)
        elif char != "\t" and char not in _NO_WIDTH:
            # A combining mark stands in the cell of the character before it.
            behind = CELL if chars.width(char) == 0 and here > 0 else 0.0
            writer.text(x - behind, top, char, SIZE)
