"""Chooses and carries out the defence of each gap of a page: which lines are laid anew, what goes besides."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import field, replace

from review_app.domain.geometry import Rect, bounds
from review_app.domain.guessing import STEP, Gap, Kind, default_gap
from review_app.domain.marks import Mark
from review_app.domain.names import template
from review_app.domain.values import dataclass
from review_app.engine import boxes as drawing
from review_app.engine.geometry import Frame, moved
from review_app.engine.glyphcut import Glyph, Page
from review_app.engine.regions import Regions
from review_app.engine.relay import Layer, columns, end_of
from review_app.engine.stretches import Stretch, along, height, lines, stretches, way

BOX = 36.0
"""Points of a constant gap's box where its code does not need more: half a name of usual size, so that lines
rarely grow longer than they were."""

_CODE = 8.0
_STEP = 12.0


@dataclass
class Defended:
    """What was done against guessing on one page; rectangles by their number among all of the page, boxes
    and strips in user space. See :class:`review_app.engine.redact.Release` for the rest."""

    boxes: dict[int, Rect] = field(default_factory=dict)
    strips: list[Rect] = field(default_factory=list)
    gaps: dict[str, Gap] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    extended: dict[str, list[Rect]] = field(default_factory=dict)


def strips(frame: Frame, marks: Sequence[Mark], gap: Gap, *, upright: bool = False) -> Regions | None:
    """The lines of the page that may be laid anew, in user space; None when no gap is defended.

    Args:
        frame: the page's measures.
        marks: its marks.
        gap: the choice for marks that make none.
        upright: lines run down the page as displayed.
    """
    rects = [r for m in marks if (m.gap or gap) is not Gap.KEEP for r in m.rects]
    if not rects:
        return None
    ranges = sorted((r.x0, r.x1) if upright else (r.y0, r.y1) for r in rects)
    joined: list[list[float]] = []
    for low, high in ranges:
        if joined and low <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], high)
        else:
            joined.append([low, high])
    whole = frame.rect
    found = [
        Rect(low, whole.y0, high, whole.y1) if upright else Rect(whole.x0, low, whole.x1, high)
        for low, high in joined
    ]
    return Regions([frame.rect_to_user(r) for r in found])


def runs_down(page: Page, frame: Frame, marks: Sequence[Mark]) -> bool:
    """True when what goes is mostly written up or down the page as displayed."""
    down = level = 0
    for stretch in stretches(page, marks):
        x, y = way(stretch.glyphs[0])
        a, b, c, d = frame.to_page[:4]
        u, v = abs(a * x + c * y), abs(b * x + d * y)
        down, level = down + (v > u), level + (v <= u)
    return down > level


def choices(gone: Sequence[Stretch], marks: Sequence[Mark], gap: Gap) -> dict[str, Gap]:
    """What becomes of the gap of each mark that removes text."""
    words: dict[str, list[str]] = defaultdict(list)
    for stretch in gone:
        words[stretch.mark].append(stretch.text)
    found = {}
    for mark in marks:
        if mark.id in words:
            chosen = mark.gap or gap
            if chosen is Gap.AUTO:
                kind = template(" ".join(words[mark.id])).kind
                chosen = default_gap(kind if len(words[mark.id]) == len(mark.rects) else Kind.PASSAGE)
            found[mark.id] = chosen
    return found


def longer(page: Page, frame: Frame, marks: Sequence[Mark], gap: Gap) -> dict[str, Mark]:
    """The marks whose lines are to go to their end, with the rest of them marked too."""
    gone = stretches(page, marks)
    chosen = choices(gone, marks, gap)
    wanted = {mark for mark, choice in chosen.items() if choice is Gap.LINE}
    if not wanted:
        return {}
    by_glyph = {id(g): s.mark for s in gone for g in s.glyphs if s.mark in wanted}
    more: dict[str, list[Rect]] = defaultdict(list)
    for line in lines([g for g in page.glyphs if not g.gone or g.covered]):
        for part in columns(line):
            firsts = [i for i, g in enumerate(part) if id(g) in by_glyph]
            if firsts:
                start = firsts[0]
                more[by_glyph[id(part[start])]].append(_rest(page, frame, part[start:]))
    out = {}
    for mark in marks:
        if mark.id in more:
            rects = list(mark.rects)
            for rest in (r for r in more[mark.id] if not r.is_empty):
                same = [r for r in rects if not r.intersect(rest).is_empty]
                rects = [r for r in rects if r not in same] + [bounds([*same, rest])]
            out[mark.id] = replace(mark, rects=tuple(rects))
    return out


def _rest(page: Page, frame: Frame, glyphs: Sequence[Glyph]) -> Rect:
    """The core of the rest of a line, in page space: high enough to take its letters, not the neighbours."""
    x, y = way(glyphs[0])
    first, last = along(glyphs[0]), max(end_of(g) for g in glyphs)
    base = glyphs[0].at[1] * x - glyphs[0].at[0] * y
    em = height(glyphs[0])
    corners = [
        (u * x - v * y, u * y + v * x) for u in (first, last) for v in (base + 0.02 * em, base + 0.6 * em)
    ]
    return bounds([moved(Rect(u, v, u, v), frame.to_page) for u, v in corners]).intersect(frame.rect)


def defend(
    page: Page, frame: Frame, marks: Sequence[Mark], gap: Gap, step: float | None = None
) -> Defended:
    """Lays the lines of a decided page anew where a gap is to be defended so; with a ``step``, every such
    gap becomes a multiple of as many points."""
    gone = stretches(page, marks)
    chosen = choices(gone, marks, gap)
    owners = [mark for mark in marks for _ in mark.rects]
    gaps = {i: chosen.get(mark.id, Gap.KEEP) for i, mark in enumerate(owners)}
    if step is not None:
        chosen = {m: Gap.ROUND if choice is Gap.CONSTANT else choice for m, choice in chosen.items()}
        gaps = {i: Gap.ROUND if choice is Gap.CONSTANT else choice for i, choice in gaps.items()}
    point = 1.0 / (frame.unit or 1.0)
    wide = {i: constant_box(mark) * point for i, mark in enumerate(owners)}
    refused: dict[str, str] = {}
    while True:
        laid = Layer(page, gaps, wide, point, step or STEP).lay(gone)
        more = {owners[rect].id: why for rect, why in laid.refused.items()}
        refused |= more
        if not more:
            break
        # One line of a mark that stays as it is: so do its others, or nobody could say what became of it.
        for i, mark in enumerate(owners):
            if mark.id in more:
                gaps[i] = Gap.KEEP
        if not any(sum(mark.id == m for mark in owners) > 1 for m in more):
            break
        for glyph in page.glyphs:
            glyph.laid = None
        for rule in page.rules:
            rule.follow = None
    return Defended(
        laid.boxes, laid.strips, {m: Gap.KEEP if m in refused else g for m, g in chosen.items()}, refused
    )


def constant_box(mark: Mark) -> float:
    """Points of the constant box of a mark: by its code, which everybody may see, and by nothing else."""
    text = drawing.text_of(mark)
    needed = drawing.width(text, _CODE) + 3.0 if text else 0.0
    return max(BOX, math.ceil(needed / _STEP) * _STEP)
