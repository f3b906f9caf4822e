"""The columns of text on a page, and how their lines follow each other: what a blank is measured against.

A row of the page is cut where gutters run, so that a line is a line of one column. Tables have gutters too:
their cells make columns of few words, which are no text that could have a hole.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median

from review_app.detection import torn
from review_app.domain.content import Word
from review_app.domain.values import dataclass

LEAST_WORDS = 4
"""A line with fewer says nothing about the width of its column."""

LEAST_LINES = 3
"""A column with fewer such lines is no running text."""

_ALIGNED = 3.0  # points: the starts of what stands right of a gutter differ by no more
_NARROWEST = 6.0  # points: a gutter that all its rows share
_GUTTER_ROWS = 3  # fewer rows with a gap at one place are no table (detection reference 2.8)
_LONG_GUTTER = 8  # rows: between columns of text, of which one may be longer than the other


@dataclass(frozen=True, slots=True)
class Run:
    """A line of one column: its words from left to right, the number of its row, its edges in points.

    ``y1`` is the lower edge of most words, not of the lowest. ``is_text``: prose, not figures or signs.
    """

    words: tuple[Word, ...]
    row: int
    x0: float
    x1: float
    y0: float
    y1: float
    is_text: bool

    @classmethod
    def of(cls, words: Sequence[Word], row: int) -> Run:
        """The run of words that stand from left to right."""
        rects = [word.rect for word in words]
        feet = sorted(r.y1 for r in rects)
        letters = sum(len(w.text) >= 2 and (w.text[0].isalpha() or w.text[1].isalpha()) for w in words)
        return cls(
            tuple(words),
            row,
            rects[0].x0,
            max(r.x1 for r in rects),
            min(r.y0 for r in rects),
            feet[len(feet) // 2],
            len(words) >= 3 and letters >= 0.5 * len(words),
        )

    @property
    def width(self) -> float:
        """From its left to its right edge, in points."""
        return self.x1 - self.x0


@dataclass(frozen=True, slots=True)
class Column:
    """Lines of running text from top to bottom, all measures in points.

    ``left`` and ``right`` are where its full lines begin and end, ``pitch`` the usual distance of two lines
    and ``paragraph`` that of the last line of a paragraph and the first of the next (never less than
    ``pitch``), ``space`` a blank between two words, ``height`` that of a word, ``ragged`` how far most lines
    stay behind ``right``.
    """

    runs: tuple[Run, ...]
    left: float
    right: float
    pitch: float
    paragraph: float
    space: float
    height: float
    ragged: float


@dataclass(slots=True)
class _Gutter:
    x0: float
    x1: float
    first: int
    last: int


def of_rows(rows: Sequence[Sequence[Word]]) -> list[Column]:
    """The columns of running text of a page.

    Args:
        rows: the words of each row of the page, top to bottom, without codes in the margin.
    """
    rows = [sorted(row, key=lambda w: w.rect.x0) for row in rows if row]
    heights = [w.rect.height for row in rows for w in row]
    if not heights:
        return []
    height = median(heights)
    gaps = [b.rect.x0 - a.rect.x1 for row in rows for a, b in itertools.pairwise(row)]
    spaces = [gap for gap in gaps if 0 < gap < height]
    # The blanks of a typewriter are wide, and stand under each other.
    gutters = _gutters(rows, max(_NARROWEST, 0.6 * height, 1.8 * median(spaces) if spaces else 0.0))
    cells: dict[tuple[int, ...], list[Run]] = {}
    for number, row in enumerate(rows):
        here = [(i, g) for i, g in enumerate(gutters) if g.first <= number <= g.last]
        for run, key in _cut(row, number, here):
            cells.setdefault(key, []).append(run)
    found = (_column(runs, height) for runs in cells.values())
    return [column for column in found if column is not None]


def _cut(
    row: Sequence[Word], number: int, gutters: Sequence[tuple[int, _Gutter]]
) -> list[tuple[Run, tuple[int, ...]]]:
    if not gutters:
        return [(Run.of(row, number), ())]
    parts: dict[tuple[int, ...], list[Word]] = {}
    whole = [g for _, g in gutters if not _is_crossed(row, g.x0, g.x1)]
    for word in row:
        middle = (word.rect.x0 + word.rect.x1) / 2
        key = tuple(i if middle < (g.x0 + g.x1) / 2 else -i - 1 for i, g in gutters if g in whole)
        parts.setdefault(key, []).append(word)
    return [(Run.of(words, number), key) for key, words in parts.items()]


def _gutters(rows: Sequence[Sequence[Word]], least: float) -> list[_Gutter]:
    """Upright strips without words, that have text on both sides on three rows and more, aligned."""
    gaps = [
        [
            (a.rect.x1, b.rect.x0)
            for k, (a, b) in enumerate(itertools.pairwise(row))
            if b.rect.x0 - a.rect.x1 >= least
            and not (k == 0 and torn.is_label(a.text))
        ]
        for row in rows
    ]
    found: list[_Gutter] = []
    for number, here in enumerate(gaps):
        for x0, x1 in here:
            if any(g.first <= number <= g.last and g.x0 < x1 and g.x1 > x0 for g in found):
                continue
            gutter = _grown(rows, gaps, number, x0, x1)
            if gutter is not None:
                found.append(gutter)
    return found


def _grown(
    rows: Sequence[Sequence[Word]],
    gaps: Sequence[Sequence[tuple[float, float]]],
    number: int,
    x0: float,
    x1: float,
) -> _Gutter | None:
    first = last = free = number
    sides = [(x0, x1)]
    for at in range(number + 1, len(rows)):
        common = [
            (max(x0, a), min(x1, b), a, b) for a, b in gaps[at] if min(x1, b) - max(x0, a) >= _NARROWEST
        ]
        if common:
            x0, x1, a, b = max(common, key=lambda c: c[1] - c[0])
            sides.append((a, b))
            last = at
        elif _is_crossed(rows[at], x0, x1):
            break
        free = at
    if len(sides) < _GUTTER_ROWS or not (_share([b for _, b in sides]) or _share([a for a, _ in sides])):
        return None
    if len(sides) >= _LONG_GUTTER:
        last = free
        while first > 0 and not _is_crossed(rows[first - 1], x0, x1):
            first -= 1
    return _Gutter(x0, x1, first, last)


def _is_crossed(row: Sequence[Word], x0: float, x1: float) -> bool:
    """True when words reach far into the strip: a ragged line may end a little behind the others."""
    return sum(max(0.0, min(w.rect.x1, x1) - max(w.rect.x0, x0)) for w in row) > 0.4 * (x1 - x0)


def _share(edges: Sequence[float]) -> bool:
    """True when most of the edges are aligned: cells and columns are, holes in a text are not."""
    best = max(sum(abs(a - b) <= _ALIGNED for b in edges) for a in edges)
    return best >= max(_GUTTER_ROWS, 0.5 * len(edges))


def _column(runs: Sequence[Run], height: float) -> Column | None:
    full = [run for run in runs if len(run.words) >= LEAST_WORDS]
    if len(full) < LEAST_LINES or len(full) < 0.3 * len(runs):
        return None
    steps = [b.y1 - a.y1 for a, b in itertools.pairwise(runs)]
    near = [step for step in steps if 0.6 * height <= step <= 2.6 * height]
    if not near:
        return None
    # Lines follow each other more often than paragraphs do; a page of one-line paragraphs has one pitch.
    pitch = median(sorted(near)[: max(1, (len(near) * 2 + 2) // 3)])
    between = [step for step in steps if 1.2 * pitch < step < 2.3 * pitch]
    spaces = [
        b.rect.x0 - a.rect.x1
        for run in full
        for a, b in itertools.pairwise(run.words)
        if 0 < b.rect.x0 - a.rect.x1 < height
    ]
    starts = sorted(run.x0 for run in full)
    ends = sorted(run.x1 for run in full)
    right = ends[min(len(ends) - 1, len(ends) * 9 // 10)]
    behind = sorted(right - run.x1 for run in full if not torn.is_ended(run.words[-1].text))
    return Column(
        tuple(runs),
        starts[len(starts) // 10],
        right,
        pitch,
        max(pitch, median(between)) if between else pitch,
        median(spaces) if spaces else 0.25 * height,
        height,
        max(0.0, behind[(len(behind) - 1) * 2 // 3]) if behind else 0.0,
    )
