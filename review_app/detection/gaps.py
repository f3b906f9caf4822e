"""Blanks in running text: a hole in a line, a line that stops early or begins late, lines that are missing.

A blank is measured against the lines around it: their pitch, the edges of their column, the distance of
paragraphs, the width of a space (detection reference 2.8). It is told only when something speaks for it
(domain reference, rule 4): a code in it or beside it, a sentence that is torn, an item of a list without
words, a white area painted there, a document released in part. Without a code it is never certain.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from statistics import median

from review_app.detection import gap_breaks, text_columns, torn
from review_app.detection.gap_signs import (
    LEAST_HOLE,
    TORN,
    Code,
    Gap,
    View,
    is_filled,
    is_in,
    is_near,
    signs_of,
    view_of,
)
from review_app.detection.text_columns import Column, Run
from review_app.domain.content import PageContent, Word
from review_app.domain.geometry import Rect

_SPACES = 3.5  # a hole is wider than as many spaces of its own line


def find(page: PageContent, rows: Sequence[Sequence[Word]], codes: Sequence[Code]) -> list[Gap]:
    """The blanks of a page.

    Args:
        page: for what is drawn on it.
        rows: its words, row by row from top to bottom, without those of stamps.
        codes: the exemption codes on it that could stand for withheld text.
    """
    free, apart = _codes_apart(rows, codes)
    known = view_of(page, free, apart)
    found = []
    for column in text_columns.of_rows(free):
        found += [gap for gap in _of_column(column, known) if not is_filled(gap, known)]
    return found


def _codes_apart(
    rows: Sequence[Sequence[Word]], codes: Sequence[Code]
) -> tuple[list[list[Word]], list[Code]]:
    """The rows without codes that stand apart from the text, and those codes."""
    kept: list[list[Word]] = []
    apart: list[Code] = []
    for row in rows:
        words = sorted(row, key=lambda w: w.rect.x0)
        for code in codes:
            own = [w for w in words if is_in(w.rect, code.rect)]
            if own and _is_apart(code.rect, [w for w in words if w not in own]):
                apart.append(code)
                words = [w for w in words if w not in own]
        if words:
            kept.append(words)
    return kept, apart


def _is_apart(code: Rect, text: Sequence[Word]) -> bool:
    """Printed with the spaces of its line a code is cited, not put in the place of words."""
    spaces = [g for a, b in itertools.pairwise(text) if 0 < (g := b.rect.x0 - a.rect.x1) < a.rect.height]
    usual = median(spaces) if len(spaces) >= 2 else 3.0
    left = code.x0 - max((w.rect.x1 for w in text if w.rect.x1 <= code.x0 + 1), default=-1e6)
    right = min((w.rect.x0 for w in text if w.rect.x0 >= code.x1 - 1), default=1e6) - code.x1
    return min(left, right) > usual + 1.5 and left + right > _SPACES * usual


def _of_column(column: Column, known: View) -> Iterator[Gap]:
    runs = column.runs
    for i, run in enumerate(runs):
        for hole in _holes(run, runs[max(0, i - 1) : i] + runs[i + 1 : i + 2], column, known):
            known.used += [c for c in known.codes if c.rect.y0 < run.y1 and c.rect.y1 > run.y0 and hole.codes]
            yield hole
    breaks = [gap for i in range(len(runs) - 1) if (gap := gap_breaks.between(i, column, known)) is not None]
    # Where line after line stops short the text was broken by a mail program, not by a reviewer.
    short = [gap for gap in breaks if gap.lines < 1.5 and not gap.codes]
    is_wrapped = len(short) >= 3 and len(short) > 0.2 * len(runs)
    yield from (gap for gap in breaks if not (is_wrapped and gap in short))


def _holes(run: Run, beside: Sequence[Run], column: Column, known: View) -> Iterator[Gap]:
    """Holes inside a line."""
    words = run.words
    gaps = [b.rect.x0 - a.rect.x1 for a, b in itertools.pairwise(words)]
    least = LEAST_HOLE * column.height
    if not run.is_text or max(gaps) <= least or torn.has_leaders([word.text for word in words]):
        return
    if not any(o.is_text and is_near(run, o, column) and _goes_with(run, o, column) for o in beside):
        return  # a header, a row of a letterhead, of a signature
    space = max(column.space, median(gaps)) if len(gaps) >= 4 else column.space
    for k, wide in enumerate(gaps):
        left, right = words[k], words[k + 1]
        if wide <= max(_SPACES * space, least) or torn.is_filler(left.text) or torn.is_filler(right.text):
            continue
        if k == 0 and torn.is_label(left.text):
            continue
        rect = Rect(left.rect.x1 + space, run.y0, right.rect.x0 - space, run.y1)
        signs = signs_of((rect,), column, known)
        if run.row in (0, len(known.rows) - 1) and not signs.codes:
            continue  # a running head: its title left, the page number right
        odds, reasons = -0.5 + signs.odds, ["a hole in a line of text"]
        if torn.goes_on(right.text):
            odds += TORN if not torn.is_ended(left.text) else 1.0
            reasons.append("the sentence goes on behind it")
        elif torn.is_open(" ".join(w.text for w in words[: k + 1])):
            odds += 1.0
            reasons.append("a bracket before it is not closed")
        if left.text.endswith(":"):
            odds -= 3.0
        if all(torn.is_figure(w.text) for w in words[k + 1 :]) or (k < 2 and len(words) - k < 4):
            odds -= 2.0
        odds -= 2.0 * min(2, _aligned(run, left.rect.x1, right.rect.x0, known))
        reasons += signs.reasons
        yield Gap((rect,), odds, tuple(reasons), 1.0, signs.codes, has_sign=len(reasons) > 1)


def _goes_with(one: Run, other: Run, column: Column) -> bool:
    """True when two lines are of one text: each begins where lines of the column do, or fills most of it."""
    wide = 0.55 * (column.right - column.left)
    return other.width >= wide or (one.width >= wide and abs(other.x0 - column.left) <= 3)


def _aligned(run: Run, x0: float, x1: float, known: View) -> int:
    """How many rows nearby have a gap that begins or ends at the same place: a table, or stops of a tab."""
    count = 0
    for number in range(max(0, run.row - 6), min(len(known.rows), run.row + 7)):
        row = known.rows[number]
        if number == run.row:
            continue
        if abs(row[0].rect.x0 - x1) <= 1.5 or any(
            (abs(b.rect.x0 - x1) <= 1.5 or abs(a.rect.x1 - x0) <= 1.5)
            and b.rect.x0 - a.rect.x1 > a.rect.height
            for a, b in itertools.pairwise(row)
        ):
            count += 1
    return count
