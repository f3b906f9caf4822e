"""A text file as pages: monospaced, source line numbers in the left margin, every character in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from review_app.domain.values import dataclass
from review_app.engine import strokes
from review_app.engine.characters import Characters
from review_app.engine.furniture import page_feet
from review_app.engine.linemap import (
    COLUMNS,
    LEFT,
    ROWS,
    SIZE,
    LineMap,
    Row,
)
from review_app.engine.pdfwriter import BASELINE as _BASELINE
from review_app.engine.pdfwriter import PAGE_HEIGHT, PdfWriter

_NUMBER_GREY = (0.55, 0.55, 0.55)
_NUMBER_HEIGHT = 5.2
_NUMBER_RIGHT = LEFT - 12
_KEEP_TOGETHER = 20
"""A line of up to so many rows is not broken over pages: a third of a page is the most that stays empty."""

_UP_TO_FORM_FEED = re.compile(r"\f?[^\f]*")


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
    chars = Characters(writer, lines)
    rows, page_starts = _layout(lines, chars)
    linemap = LineMap(lines, rows, page_starts, chars.width)
    for page in range(1, linemap.page_count + 1):
        writer.new_page()
        _draw_page(writer, chars, linemap, page)
    return Typeset(writer.finish(), linemap, chars.warnings())


def _layout(lines: Sequence[str], chars: Characters) -> tuple[list[Row], list[int]]:
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
        ends_page = "\f" in line and not line.strip() and any(
            lines[row.line - 1].strip() for row in rows[page_starts[-1] :]
        )
        if i in feet or ends_page:
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
    start, breaks = 0, False
    for match in _UP_TO_FORM_FEED.finditer(line):
        breaks = breaks or match.group().startswith("\f")
        if match.group().strip():  # nothing visible between two form feeds is no page of its own
            pieces.append((start, match.end(), breaks))
            start, breaks = match.end(), False
    if start < len(line):  # form feeds at the end of the line stay with its last piece
        first, _, breaks = pieces.pop()
        pieces.append((first, len(line), breaks))
    return pieces


def _wrap(line: str, start: int, end: int, chars: Characters) -> list[tuple[int, int]]:
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


def _fitting(line: str, start: int, end: int, chars: Characters) -> int:
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


def _draw_page(writer: PdfWriter, chars: Characters, linemap: LineMap, page: int) -> None:
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
            chars.draw(writer, LEFT, top, text)
            plain = [begin]
    writer.raw(b"".join(plain) + b"ET\n")
    writer.raw(b"".join(numbers) + b"Q\n")


def _placed(writer: PdfWriter, x: float, top: float, text: str) -> bytes:
    return b"1 0 0 1 %.2f %.2f Tm %s Tj\n" % (
        x, PAGE_HEIGHT - top - SIZE * _BASELINE, writer.mono.encode(text),
    )
