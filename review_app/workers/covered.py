"""Words under dark areas, taken off a page before anything reads it.

A file that was covered instead of redacted still holds what it hides. Such text must reach neither the
search index nor the record, the log or an export (contract, "The workspace"). Whether a dark area hides its
words or is only the ground they are printed on cannot be told from their places, so both are left out: it
fails closed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from review_app.domain.content import Line, PageContent, Word
from review_app.domain.geometry import Rect

DARK = 0.35
"""No colour of a dark area is lighter than this, from 0 (black) to 1."""
_COVERED = 0.5
"""A word is covered when this part of it is."""
_GROUND = 0.6
"""A dark area that takes more of the page than this is its ground (a slide), not a box."""
_THIN = 3.0
"""Rules and underlines are at most this high or wide, in points."""
_BAND = 24.0


def without_covered(content: PageContent) -> tuple[PageContent, int]:
    """The page with blanks in the place of words under dark areas, and how many words those are."""
    areas = _by_band(_dark_areas(content))
    if not areas:
        return content, 0
    lines, count = [], 0
    for line in content.lines:
        hidden = [word for word in line.words if _is_covered(word.rect, areas)]
        count += len(hidden)
        lines.append(_blanked(line, hidden) if hidden else line)
    return (replace(content, lines=tuple(lines)), count) if count else (content, 0)


def _dark_areas(content: PageContent) -> Iterable[Rect]:
    page = content.width * content.height
    for shape in content.drawings:
        rect = shape.rect
        if (
            shape.fill is not None and max(shape.fill) <= DARK and shape.is_rectangle
            and min(rect.width, rect.height) > _THIN and rect.area < _GROUND * page
        ):
            yield rect


def _by_band(areas: Iterable[Rect]) -> dict[int, list[Rect]]:
    """Areas by the stretches of the page's height that they touch, so that a word meets few of them."""
    bands: defaultdict[int, list[Rect]] = defaultdict(list)
    for rect in areas:
        for band in range(math.floor(rect.y0 / _BAND), math.floor(rect.y1 / _BAND) + 1):
            bands[band].append(rect)
    return dict(bands)


def _is_covered(word: Rect, areas: dict[int, list[Rect]]) -> bool:
    middle = math.floor((word.y0 + word.y1) / 2 / _BAND)
    # Side by side, pieces of a box may each cover a part.
    covered = sum(word.intersect(rect).area for rect in areas.get(middle, ()))
    return word.area > 0 and covered >= _COVERED * word.area


def _blanked(line: Line, hidden: list[Word]) -> Line:
    text = line.text
    for word in hidden:
        text = text[: word.start] + " " * len(word.text) + text[word.end :]
    return replace(line, text=text, words=tuple(w for w in line.words if w not in hidden))
