"""Pages that lie on their side, stand on their head or show their print from behind (mirrored)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from review_app.domain.content import Line
from review_app.domain.geometry import Rect
from review_app.engine.lines import Piece, lines_of
from review_app.engine.ocr_types import Found, Picture, Recogniser

_SURE = 0.7
_LEAST = 15
_FEW = 0.25
_MIRRORED = 4
_FAR = 50_000.0  # keeps turned places positive, as those of a page are


def read(engine: Recogniser, picture: Picture) -> list[Found]:
    """The words of a picture, also of one that is turned.

    Tesseract reads print that runs downwards by itself; print that stands on its head or runs upwards it
    mostly takes for other letters, unsure of nearly all (measured: sure of 1 to 9 of 100 words, upright of 73
    to 97). Turned by 180 degrees both become what it reads. What stays unsure is tried as seen from behind:
    a film copied the wrong way round. Places are always those in the picture as it is.

    Raises:
        EngineFailed: it cannot be read.
    """
    found = engine.read(picture)
    told, sure = _told(found)
    if told < _LEAST or sure >= _FEW * told:
        return found
    height, width = picture.pixels.shape
    turned = engine.read(Picture(np.ascontiguousarray(picture.pixels[::-1, ::-1]), picture.dpi))
    if _is_better(turned, sure):
        return [
            replace(f, x0=width - f.x1, y0=height - f.y1, x1=width - f.x0, y1=height - f.y0) for f in turned
        ]
    behind = engine.read(Picture(np.ascontiguousarray(picture.pixels[:, ::-1]), picture.dpi))
    if _is_better(behind, sure):
        return [replace(f, x0=width - f.x1, x1=width - f.x0) for f in behind]
    return found


def _is_better(found: Sequence[Found], sure: int) -> bool:
    """True where the engine is sure of more than twice as many words, and of a quarter of all."""
    told, now = _told(found)
    return now > 2 * sure and now >= _FEW * told


def _told(found: Sequence[Found]) -> tuple[int, int]:
    """How many words of three characters and more, and of how many the engine is sure."""
    told = [f for f in found if sum(c.isalnum() for c in f.text) >= 3]
    return len(told), sum(1 for f in told if f.sure >= _SURE)


def lines(found: Sequence[Found], number: int) -> tuple[Line, ...]:
    """Words as the lines of a page, in reading order also where they run down or up the page.

    Args:
        found: words in the order they were read.
        number: the page.
    """
    direction = _direction(found)
    if not direction:
        return lines_of([Piece(f.text, Rect(f.x0, f.y0, f.x1, f.y1)) for f in found], number)
    made = lines_of([Piece(f.text, _upright(f, direction)) for f in found], number)
    return tuple(
        Line(
            line.text, line.page, tuple(_back(r, direction) for r in line.rects),
            tuple(replace(word, rect=_back(word.rect, direction)) for word in line.words),
        )
        for line in made
    )


def is_mirrored(found: Sequence[Found]) -> bool:
    """True for words of a page whose print is seen from behind: lines follow downwards, words leftwards.

    Args:
        found: words in the order they were read.
    """
    return _direction(found) == _MIRRORED


def _direction(found: Sequence[Found]) -> int:
    """Quarter turns of the print, clockwise: 0 across, 1 down the page, 2 on its head, 3 up the page; or
    :data:`_MIRRORED`."""
    long = [f for f in found if len(f.text) >= 4]
    tall = [f for f in long if f.y1 - f.y0 > 1.2 * (f.x1 - f.x0)]
    is_tall = len(tall) >= 5 and len(tall) >= 0.6 * len(long)
    ahead = below = 0
    for a, b in itertools.pairwise(tall if is_tall else long):
        if is_tall and min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 * (a.x1 - a.x0):
            ahead += 1 if b.y0 > a.y0 else -1
        elif not is_tall and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5 * (a.y1 - a.y0):
            ahead += 1 if b.x0 > a.x0 else -1
        elif not is_tall:
            below += 1 if b.y0 > a.y0 else -1
    if is_tall:
        return 1 if ahead >= 0 else 3
    if ahead > -5:
        return 0
    return _MIRRORED if below > 0 else 2


def _upright(f: Found, direction: int) -> Rect:
    if direction == 1:
        return Rect(f.y0, _FAR - f.x1, f.y1, _FAR - f.x0)
    if direction == 2:
        return Rect(_FAR - f.x1, _FAR - f.y1, _FAR - f.x0, _FAR - f.y0)
    if direction == _MIRRORED:
        return Rect(_FAR - f.x1, f.y0, _FAR - f.x0, f.y1)
    return Rect(_FAR - f.y1, f.x0, _FAR - f.y0, f.x1)


def _back(r: Rect, direction: int) -> Rect:
    if direction == 1:
        return Rect(_FAR - r.y1, r.x0, _FAR - r.y0, r.x1)
    if direction == 2:
        return Rect(_FAR - r.x1, _FAR - r.y1, _FAR - r.x0, _FAR - r.y0)
    if direction == _MIRRORED:
        return Rect(_FAR - r.x1, r.y0, _FAR - r.x0, r.y1)
    return Rect(r.y0, _FAR - r.x1, r.y1, _FAR - r.x0)
