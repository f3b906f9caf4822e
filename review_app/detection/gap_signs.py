"""What a blank is weighed with: codes in it and beside it, white that was painted, what fills it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import field, replace

from review_app.detection.text_columns import Column, Run
from review_app.domain.content import Drawing, Form, PageContent, Word
from review_app.domain.findings import CodeReading
from review_app.domain.geometry import Rect, bounds
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Provenance

IN_BLANK, BESIDE, TORN, PAINTED = 4.0, 2.5, 1.5, 1.5
"""Weights of the domain reference, 5.9; an area painted white counts as its "unusually clean white" does."""

LEAST_HOLE = 1.1
"""Heights of a word: a hole in a line is wider."""

_WHITE = 0.97


@dataclass(frozen=True, slots=True)
class Code:
    """Codes printed at one place of the page, apart from its text."""

    rect: Rect
    codes: tuple[CodeReading, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A blank that has the look of withheld text.

    ``odds`` are those of the blank with the signs on its own page (log-odds). ``has_sign``: the page itself
    speaks for it; without one the stamp of the document must.
    """

    rects: tuple[Rect, ...]
    odds: float
    reasons: tuple[str, ...]
    lines: float
    codes: tuple[CodeReading, ...] = ()
    has_sign: bool = False


@dataclass(slots=True)
class View:
    """A page as blanks are judged on it: its words row by row, codes that stand apart from the text, what is
    drawn, areas painted white. ``used`` are the codes that belong to a blank already."""

    content: PageContent
    rows: list[list[Word]]
    codes: list[Code]
    marks: list[Drawing]
    white: list[Rect]
    used: list[Code] = field(default_factory=list)


def is_in(a: Rect, b: Rect) -> bool:
    """True when the middle of ``a`` lies in ``b``."""
    return b.contains_point((a.x0 + a.x1) / 2, (a.y0 + a.y1) / 2)


def view_of(page: PageContent, rows: list[list[Word]], codes: list[Code]) -> View:
    """The page as blanks are judged on it."""
    white, marks = [], []
    for d in page.drawings:
        if d.fill is not None and min(d.fill) >= _WHITE and d.stroke is None:
            if d.form is Form.RECTANGLE:
                white.append(d.rect)
        elif d.rect.area < 0.6 * page.width * page.height:
            marks.append(d)
    return View(page, rows, codes, marks, white)


def is_filled(gap: Gap, known: View) -> bool:
    """True when something stands in the blank: other words, a picture, what is drawn."""
    whole = known.content.width * known.content.height
    for rect in gap.rects:
        edge = 0.2 * min(rect.height, 12.0)
        inner = Rect(rect.x0 + 1, rect.y0 + edge, rect.x1 - 1, rect.y1 - edge)
        if inner.width <= 0 or inner.height <= 0:
            return True
        for row in known.rows:
            first = row[0].rect
            if first.y0 > rect.y1 + 20:
                break
            if first.y1 > rect.y0 - 20 and any(is_in(w.rect, rect) for w in row):
                return True
        pictures = (i.rect for i in known.content.images if i.rect.area < 0.6 * whole)
        if any(picture.intersect(inner).area > 0.02 * inner.area for picture in pictures):
            return True
        for mark in known.marks:
            r = mark.rect
            if r.x0 < inner.x1 and r.x1 > inner.x0 and r.y0 <= rect.y1 + 1.5 and r.y1 >= inner.y0:
                return True
    return False


@dataclass(frozen=True, slots=True)
class Signs:
    """What is printed or painted at the place of a blank: ``reasons`` in words, ``odds`` they are worth."""

    codes: tuple[CodeReading, ...] = ()
    odds: float = 0.0
    reasons: tuple[str, ...] = ()


def signs_of(rects: Sequence[Rect], column: Column, known: View) -> Signs:
    """Codes in a blank or in the margin at its height, and white that was painted over it.

    Args:
        rects: the blank, from top to bottom.
        column: of the text around it.
        known: its page.
    """
    place = bounds(rects)
    free = [c for c in known.codes if c not in known.used]
    inside = [c for c in free if any(is_in(c.rect, r.inset(-2)) for r in rects)]
    beside = [
        c
        for c in free
        if (c.rect.x0 >= column.right - 2 or c.rect.x1 <= column.left + 2)
        and place.y0 - 1 <= (c.rect.y0 + c.rect.y1) / 2 <= place.y1 + 1
    ]
    odds, reasons = 0.0, []
    if inside:
        odds, reasons = IN_BLANK, ["an exemption code is printed in it"]
    elif beside:
        odds, reasons = BESIDE, ["an exemption code stands in the margin at its height"]
    where = Provenance.IN_BOX if inside else Provenance.MARGIN
    codes = tuple(replace(code, provenance=where) for c in inside or beside for code in c.codes)
    if _is_painted(rects, place, known.white):
        odds += PAINTED
        reasons.append("a white area was painted there")
    return Signs(codes, odds, tuple(reasons))


def _is_painted(rects: Sequence[Rect], place: Rect, white: Sequence[Rect]) -> bool:
    """True when white areas lie on the blank and hardly anywhere else: not the ground of a page or a cell."""
    on = [w for w in white if any(w.intersect(r).area > 0.5 * min(r.area, w.area) for r in rects)]
    size = sum(r.area for r in rects)
    return bool(on) and sum(w.area for w in on) < 2.5 * size and all(w.width <= place.width + 24 for w in on)


def is_near(one: Run, other: Run, column: Column) -> bool:
    """True when two lines follow each other, in a paragraph or over the end of one."""
    step = abs(one.y1 - other.y1)
    return step <= 1.2 * column.pitch or abs(step - column.paragraph) <= 0.15 * column.pitch


def is_loose(run: Run, column: Column) -> bool:
    """True for words far apart: cells, not a line with a hole."""
    wide = sum(b.rect.x0 - a.rect.x1 > LEAST_HOLE * column.height for a, b in itertools.pairwise(run.words))
    return wide >= 1 and len(run.words) < 3 * (wide + 1)


def widest(run: Run) -> float:
    """The widest room between two words of a line, in points."""
    return max((b.rect.x0 - a.rect.x1 for a, b in itertools.pairwise(run.words)), default=0.0)
