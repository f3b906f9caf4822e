"""Where words that marks remove also stand unmarked: known before a release, because each wants a decision.

Asked of names, figures and single words, and of the names and long figures in a passage. The ordinary words
of a passage stand on every page of a document and say nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from review_app.domain.geometry import Rect, bounds
from review_app.domain.guessing import Elsewhere, Kind
from review_app.domain.marks import Mark
from review_app.domain.names import spelled
from review_app.engine import verify_kept
from review_app.engine.documents import Document
from review_app.engine.guessing import names_in
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.regions import Regions
from review_app.engine.verify_places import compact

MOST = 2000
"""Places that are told; more of them say no more."""

_LEAST = 3
_LONG_FIGURE = 4
_GAP = 0.6
"""Of a line's height: how far the words of one place may stand apart."""


def terms(kind: Kind, texts: Iterable[str]) -> set[str]:
    """The words of a mark that are looked for, in compared form (letters and digits, folded)."""
    joined = [" ".join(t.split()) for t in texts]
    found: set[str] = set()
    if kind is Kind.PASSAGE:
        found |= {w for name in names_in(joined) for w in name.split()}
        found |= {w for text in joined for w in text.split() if sum(map(str.isdigit, w)) >= _LONG_FIGURE}
    elif kind is not Kind.NONE:
        parts = {w for text in joined for part in spelled(text) for w in part.split()}
        # "the" beside a name is none of it.
        found |= {w for w in parts if not w.islower() or len(w) > _LEAST or kind is Kind.WORD}
    return {c for c in map(compact, found) if len(c) >= _LEAST}


def places(
    document: Document, marks: Sequence[Mark], wanted: Mapping[str, set[str]]
) -> tuple[Elsewhere, ...]:
    """The places, page by page, at most MOST; words beside one another are one place.

    Args:
        document: the open original.
        marks: all that is marked.
        wanted: the words of each mark, as :func:`terms` gives them.
    """
    owners: dict[str, list[str]] = defaultdict(list)
    for mark in marks:
        for word in wanted.get(mark.id, ()):
            owners[word].append(mark.id)
    found: list[Elsewhere] = []
    for number in range(1, document.page_count + 1) if owners else ():
        try:
            words = verify_kept.words_of(document.page(number))
        except MUPDF_ERRORS:
            continue
        there = [(Rect(*w[:4]), w[4], c) for w in words if (c := _term(w[4], owners))]
        if not there:
            continue
        taken = Regions([r for m in marks if m.page == number for r in m.rects])
        for group in _together([t for t in there if not taken.near(t[0].inset(_edge(t[0])))]):
            found.append(Elsewhere(
                owners[group[0][2]][0], number, bounds(r for r, _, _ in group),
                " ".join(text for _, text, _ in group),
            ))
            if len(found) >= MOST:
                return tuple(found)
    return tuple(found)


def _term(text: str, owners: Mapping[str, list[str]]) -> str:
    """The removed word that a word of a page is, or that it has beside others ("Smith's", "Smith/Jones")."""
    whole = compact(text)
    if whole in owners:
        return whole
    parts = "".join(c if c.isalnum() else " " for c in text).split() if not text.isalnum() else []
    return next((c for c in map(compact, parts) if c in owners), "")


def _edge(rect: Rect) -> float:
    """What a neighbouring mark may reach into a word's box and leave it unmarked."""
    return min(0.25 * rect.height, 0.25 * rect.width)


def _together(
    there: Sequence[tuple[Rect, str, str]],
) -> Iterable[list[tuple[Rect, str, str]]]:
    """Words that stand beside one another in one line."""
    group: list[tuple[Rect, str, str]] = []
    for one in there:
        if group:
            a, b = group[-1][0], one[0]
            beside = abs(a.y0 - b.y0) < 0.3 * a.height and 0 <= b.x0 - a.x1 < _GAP * a.height
            if not beside:
                yield group
                group = []
        group.append(one)
    if group:
        yield group
