"""The thin lines of a page, asked whether they run on past the corners of a rectangle: it is a cell, then."""

from __future__ import annotations

from collections.abc import Iterable

from review_app.detection.areas import MAX_RULES
from review_app.domain.content import Form, PageContent
from review_app.domain.geometry import Rect

_CELL = 16.0
_ON, _PAST = 2.0, 4.0  # points: how near a line is on an edge, and how far beyond a corner it runs on


class Rules:
    """All thin lines of a page, by the height (or, for upright ones, the column) they lie at."""

    def __init__(self, page: PageContent) -> None:
        self._level: dict[int, list[Rect]] = {}
        self._upright: dict[int, list[Rect]] = {}
        rules = [d.rect for d in page.drawings if d.form is Form.RULE]
        for rect in rules[:MAX_RULES]:
            if rect.width >= rect.height:
                self._level.setdefault(int((rect.y0 + rect.y1) / 2 // _CELL), []).append(rect)
            else:
                self._upright.setdefault(int((rect.x0 + rect.x1) / 2 // _CELL), []).append(rect)

    def past(self, r: Rect) -> int:
        """How many lines lie on an edge of a rectangle and go on beyond it."""
        count = 0
        for line in _near(self._level, (r.y0, r.y1)):
            on = min(abs(a - b) for a in (line.y0, line.y1) for b in (r.y0, r.y1)) <= _ON
            beyond = line.x0 < r.x0 - _PAST or line.x1 > r.x1 + _PAST
            count += on and beyond and line.x0 <= r.x1 and line.x1 >= r.x0
        for line in _near(self._upright, (r.x0, r.x1)):
            on = min(abs(a - b) for a in (line.x0, line.x1) for b in (r.x0, r.x1)) <= _ON
            beyond = line.y0 < r.y0 - _PAST or line.y1 > r.y1 + _PAST
            count += on and beyond and line.y0 <= r.y1 and line.y1 >= r.y0
        return count


def _near(found: dict[int, list[Rect]], edges: tuple[float, float]) -> Iterable[Rect]:
    cells = {int((edge + by) // _CELL) for edge in edges for by in (-2 * _ON, 2 * _ON)}
    for cell in cells:
        yield from found.get(cell, ())
