"""Drawn boxes and findings of the text as one list: what is the same place is one span.

A note printed in a box, a margin code whose box is known: the box has the place, the text has the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from review_app.detection.boxes import Box
from review_app.domain.content import Line, PageContent
from review_app.domain.findings import Recoverable, SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Disposition, Provenance

IN_PART, IN_FULL = 1.0, -5.0
"""Weights of the stamped disposition (domain reference, 5.9)."""

_INSIDE = 0.6
_TEXT_DETECTORS = frozenset({"note", "placeholder", "margin_code", "cut_address", "void_lines"})


@dataclass(frozen=True, slots=True)
class Joined:
    """``boxes`` to report, with what the text adds to them; ``rest``: the other spans."""

    boxes: tuple[Box, ...]
    rest: tuple[SpanFinding, ...]


def weighed(boxes: Sequence[Box], whole: Disposition, pages: dict[int, Disposition]) -> list[Box]:
    """The boxes that are still believed once the stamps are read. What hides text, and marks nobody applied,
    are facts and not weighed."""
    kept = []
    for box in boxes:
        said = pages.get(box.page, whole)
        if box.hidden or box.is_unapplied:
            kept.append(box)
            continue
        if said is Disposition.RELEASED_IN_PART:
            box = replace(
                box,
                odds=box.odds + IN_PART,
                reasons=(*box.reasons, "the document is marked as released in part"),
            )
        elif said is Disposition.RELEASED_IN_FULL:
            box = replace(
                box,
                odds=box.odds + IN_FULL,
                reasons=(*box.reasons, "but the document is marked as released in full"),
            )
        if box.confidence >= 0.5:
            kept.append(box)
    return kept


def merge(boxes: Sequence[Box], spans: Sequence[SpanFinding]) -> Joined:
    """Takes the spans of the text that a box explains out of the list; their codes and words stay with it."""
    by_page: dict[int, list[int]] = {}
    out = list(boxes)
    for i, box in enumerate(out):
        by_page.setdefault(box.page, []).append(i)
    rest: list[SpanFinding] = []
    for span in spans:
        mine = [i for i in by_page.get(span.page, ()) if _explains(out[i], span)]
        if not mine:
            rest.append(span)
            continue
        for i in mine:
            out[i] = _with(out[i], span, shared=len(mine) > 1)
    return Joined(tuple(out), tuple(rest))


def _explains(box: Box, span: SpanFinding) -> bool:
    if span.detector not in _TEXT_DETECTORS or box.is_unapplied:
        return False
    if any(_part_in(rect, r) > _INSIDE for rect in span.rects for r in box.rects):
        return all(any(_part_in(rect, r) > 0.3 for r in box.rects) for rect in span.rects)
    if span.detector not in ("margin_code", "cut_address"):
        return False
    # The line of the code and the box stand on one row: the box is what the code is about.
    return any(
        min(r.y1, rect.y1) - max(r.y0, rect.y0) > 0.4 * min(r.height, rect.height)
        for rect in span.rects
        for r in box.rects
    )


def _part_in(inner: Rect, outer: Rect) -> float:
    return inner.intersect(outer).area / inner.area if inner.area > 0 else 0.0


def _with(box: Box, span: SpanFinding, *, shared: bool) -> Box:
    codes = box.codes
    if not codes and span.codes:
        where = {Provenance.MARGIN: Provenance.MARGIN_SHARED} if shared else {}
        codes = tuple(replace(c, provenance=where.get(c.provenance, c.provenance)) for c in span.codes)
    reasons = tuple(reason for reason in span.reasons if reason not in box.reasons)
    return replace(
        box,
        codes=codes,
        odds=max(box.odds, 2.5),
        reasons=(*box.reasons, *reasons),
        raw=box.raw or span.raw,
        extent=box.extent or span.extent,
    )


def without_hidden(page: PageContent, hidden: Sequence[Recoverable]) -> PageContent:
    """The page as people can read it: words that touch recoverable text become blanks.

    Offsets in a line stay what they were.
    """
    rects = [r.rect for r in hidden if r.page == page.number]
    if not rects:
        return page
    return replace(page, lines=tuple(_line_without(line, rects) for line in page.lines))


def _line_without(line: Line, rects: Sequence[Rect]) -> Line:
    place = line.rect
    here = [r for r in rects if place.meets(r)]
    if not here:
        return line
    text = line.text
    words = []
    for word in line.words:
        if any(word.rect.meets(r) for r in here):
            text = text[: word.start] + " " * len(word.text) + text[word.end :]
        else:
            words.append(word)
    return replace(line, text=text, words=tuple(words))
