"""Words under dark areas, taken off a page before anything reads it.

A file that was covered instead of redacted still holds what it hides. Such text must reach neither the
search index nor the record, the log or an export (contract, "The workspace"). A word counts as read by
people only when each of its characters is known to be painted in a light colour after the dark area;
otherwise it is left out: it fails closed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from review_app.domain.content import Drawing, Glyph, Line, PageContent, Word
from review_app.domain.geometry import Rect

DARK = 0.35
"""No colour of a dark area is lighter than this, from 0 (black) to 1."""
LIGHT = 0.7
"""Text on a dark area is read by people when one part of its colour is at least this."""
_COVERED = 0.5
"""A word is covered when this part of it is."""
_GROUND = 0.6
"""A dark area that takes more of the page than this is its ground (a slide), not a box."""
_THIN = 3.0
"""Rules and underlines are at most this high or wide, in points."""
_BAND = 24.0
_CELL = 6.0
"""Points; characters are kept by cells of the page, so that a word meets few of a million."""


def without_covered(content: PageContent) -> tuple[PageContent, tuple[Rect, ...]]:
    """The page with blanks in the place of words under dark areas, and where those words are."""
    areas = _by_band(_dark_areas(content))
    if not areas:
        return content, ()
    glyphs: defaultdict[Cell, list[Glyph]] = defaultdict(list)
    for glyph in content.glyphs:
        glyphs[_cell(*_middle(glyph.rect))].append(glyph)
    lines: list[Line] = []
    places: list[Rect] = []
    for line in content.lines:
        hidden = [word for word in line.words if _is_covered(word.rect, areas, glyphs)]
        places += [word.rect for word in hidden]
        lines.append(blanked(line, hidden) if hidden else line)
    return (replace(content, lines=tuple(lines)), tuple(places)) if places else (content, ())


def _dark_areas(content: PageContent) -> Iterable[Drawing]:
    page = content.width * content.height
    for shape in content.drawings:
        rect = shape.rect
        if (
            shape.fill is not None and max(shape.fill) <= DARK and shape.is_rectangle
            and min(rect.width, rect.height) > _THIN and rect.area < _GROUND * page
        ):
            yield shape


def _by_band(areas: Iterable[Drawing]) -> dict[int, list[Drawing]]:
    """Areas by the stretches of the page's height that they touch, so that a word meets few of them."""
    bands: defaultdict[int, list[Drawing]] = defaultdict(list)
    for shape in areas:
        for band in range(math.floor(shape.rect.y0 / _BAND), math.floor(shape.rect.y1 / _BAND) + 1):
            bands[band].append(shape)
    return dict(bands)


def _is_covered(word: Rect, areas: Mapping[int, list[Drawing]], glyphs: Mapping[Cell, list[Glyph]]) -> bool:
    middle = math.floor((word.y0 + word.y1) / 2 / _BAND)
    over = [
        shape for shape in areas.get(middle, ())
        if (r := shape.rect).x0 < word.x1 and word.x0 < r.x1 and r.y0 < word.y1 and word.y0 < r.y1
    ]
    if not over:
        return False
    # Side by side, pieces of a box may each cover a part.
    covered = sum(word.intersect(shape.rect).area for shape in over)
    if word.area <= 0 or covered < _COVERED * word.area:
        return False
    return not _is_read(word, max(shape.order for shape in over), glyphs)


def _is_read(word: Rect, order: int, glyphs: Mapping[Cell, list[Glyph]]) -> bool:
    """True when all characters at the place of the word are painted after ``order`` in a light colour."""
    (left, top), (right, foot) = _cell(word.x0, word.y0), _cell(word.x1, word.y1)
    is_any = False
    for row in range(top, foot + 1):
        for column in range(left, right + 1):
            for glyph in glyphs.get((column, row), ()):
                if glyph.text.isspace() or not word.contains_point(*_middle(glyph.rect)):
                    continue
                if order < 0 or not glyph.is_shown or glyph.order <= order or max(glyph.colour) < LIGHT:
                    return False
                is_any = True
    return is_any


Cell = tuple[int, int]


def _cell(x: float, y: float) -> Cell:
    return math.floor(x / _CELL), math.floor(y / _CELL)


def _middle(rect: Rect) -> tuple[float, float]:
    return (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2


def blanked(line: Line, hidden: list[Word]) -> Line:
    """The line with blanks in the place of these words of it."""
    text = line.text
    for word in hidden:
        text = text[: word.start] + " " * len(word.text) + text[word.end :]
    return replace(line, text=text, words=tuple(w for w in line.words if w not in hidden))
