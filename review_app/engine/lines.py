"""Words of a PDF page, grouped into the lines that a reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from review_app.domain.content import Line, Word
from review_app.domain.geometry import Rect

_SAME_LINE = 0.5
"""Words are on one line when they overlap by this part of the lower one's height."""

_WIDE_GAP = 1.9
"""A gap of more character widths is a column gap; word spaces of justified text stay below."""

_MAX_BLANKS = 200


class Piece(NamedTuple):
    """A word as extracted, in page space. A tuple: a page makes hundreds of them."""

    text: str
    rect: Rect


def lines_of(pieces: Sequence[Piece], page: int) -> tuple[Line, ...]:
    """Lines from top to bottom, words from left to right.

    Words are joined by one blank; a wide gap by two or more, as many as characters would fit, so that
    columns can be told. A word printed twice on the same spot (a way to fake bold) is taken once.
    """
    lines: list[Line] = []
    for row in _rows(pieces):
        row.sort(key=_by_x)
        row = _once(row)
        unit = median([(rect.x1 - rect.x0) / len(text) for text, rect in row]) or 1.0
        text, end = "", 0.0
        words: list[Word] = []
        for written, rect in row:
            if words:
                gap = (rect.x0 - end) / unit
                text += " " * (min(_MAX_BLANKS, max(2, round(gap))) if gap > _WIDE_GAP else 1)
            words.append(Word(written, len(text), rect))
            text += written
            end = max(end, rect.x1)
        rect = Rect(
            row[0].rect.x0, min([p.rect.y0 for p in row]), end, max([p.rect.y1 for p in row]),
        )
        lines.append(Line(text, page, (rect,), tuple(words)))
    return tuple(lines)


def _by_x(piece: Piece) -> tuple[float, float]:
    rect = piece.rect
    return rect.x0, rect.x1


def _by_height(piece: Piece) -> tuple[float, float]:
    rect = piece.rect
    return (rect.y0 + rect.y1) / 2, rect.x0


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Clusters of words with about the same height on the page, from top to bottom."""
    rows: list[list[Piece]] = []
    bands: list[tuple[float, float]] = []
    for piece in sorted(pieces, key=_by_height):
        if not piece.text:
            continue
        top, foot = piece.rect.y0, piece.rect.y1
        middle = (top + foot) / 2
        # Sorted by their middle, a word can only belong to one of the last few lines.
        for i in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            y0, y1 = bands[i]
            if not y0 <= middle <= y1:
                continue
            if y0 == top and y1 == foot and foot - top >= 0.01:  # as nearly all words of a line are
                rows[i].append(piece)
                break
            common = min(foot, y1) - max(top, y0)
            if common >= _SAME_LINE * max(0.01, min(foot - top, y1 - y0)):
                rows[i].append(piece)
                break
        else:
            rows.append([piece])
            bands.append((top, foot))
    return rows


def are_doubled(pieces: Sequence[Piece]) -> bool:
    """True when a word stands twice within a point or two, so that lines may take it once."""
    places = {(text, round(rect.x0), round(rect.y0)) for text, rect in pieces}
    return len(places) < len(pieces) or any(
        (text, x + right, y + down) in places
        for text, x, y in places for right, down in ((1, -1), (1, 0), (1, 1), (0, 1))
    )


def _once(row: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in row:
        text, rect = piece
        for other, place in kept[-4:]:
            if other == text and abs(place.x0 - rect.x0) < 1.0 and abs(place.y0 - rect.y0) < 1.0:
                break
        else:
            kept.append(piece)
    return kept
