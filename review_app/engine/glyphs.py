"""Characters with their place in the order of painting, on the pages where something could cover them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from review_app.domain.content import Glyph
from review_app.domain.geometry import Rect
from review_app.engine.geometry import PLAIN, Matrix, moved
from review_app.engine.shapes import colour_of

MAX_GLYPHS = 60_000
"""Characters handed on of one page: ten times a page set in the smallest type."""

MAX_PLACES = 2_000
"""A page with more places that could cover text is a map or a pattern."""

_MANY_NEAR = 20
"""With more places at one stretch of text, those of the character's own row are fewer."""

_ROW = 24.0  # points: places are looked up by the rows they cross


class Places:
    """Many rectangles, asked whether a character stands in one."""

    def __init__(self, rects: Sequence[Rect]) -> None:
        self._rows: dict[int, list[Rect]] = {}
        for rect in rects[:MAX_PLACES]:
            for row in range(int(rect.y0 // _ROW), int(rect.y1 // _ROW) + 1):
                self._rows.setdefault(row, []).append(rect)

    def has_point(self, x: float, y: float) -> bool:
        """True when a point lies in one of the places."""
        for r in self._rows.get(int(y // _ROW), ()):  # noqa: SIM110 - for every character: any() costs twice
            if r.x0 <= x <= r.x1 and r.y0 <= y <= r.y1:
                return True
        return False

    def near(self, box: Rect) -> list[Rect]:
        """The places that share a point with ``box``, each once."""
        found = {
            id(r): r
            for row in range(int(box.y0 // _ROW), int(box.y1 // _ROW) + 1)
            for r in self._rows.get(row, ())
            if r.x0 <= box.x1 and box.x0 <= r.x1 and r.y0 <= box.y1 and box.y0 <= r.y1
        }
        return list(found.values())

    def touches(self, rect: Rect) -> bool:
        """True when any of ``rect`` lies in one of the places."""
        return any(
            r.x0 < rect.x1 and rect.x0 < r.x1 and r.y0 < rect.y1 and rect.y0 < r.y1
            for row in range(int(rect.y0 // _ROW), int(rect.y1 // _ROW) + 1)
            for r in self._rows.get(row, ())
        )


def of_page(page: Any, places: Sequence[Rect], to_page: Matrix) -> tuple[list[Glyph], bool]:
    """The characters in ``places`` (page space), and whether there were more than MAX_GLYPHS.

    Raises:
        MUPDF_ERRORS: the text is damaged.
    """
    wanted = Places(places)
    found: list[Glyph] = []
    plain = to_page == PLAIN
    for span in page.get_texttrace():
        box = span.get("bbox")
        order = int(span["seqno"])
        colour = colour_of(span.get("color")) or _grey(span.get("color"))
        shown = int(span.get("type", 0)) != 3 and float(span.get("opacity", 1.0)) > 0.02
        here = _near(wanted, box, to_page)
        if here is not None and not here:
            continue  # nearly all text stands elsewhere: its characters are not even looked at
        for char in span["chars"]:
            x0, y0, x1, y1 = char[3]
            if not (-1e7 < x0 <= x1 < 1e7 and -1e7 < y0 <= y1 < 1e7):
                continue
            rect = None if plain else moved(Rect(x0, y0, x1, y1), to_page)
            if rect is None:
                x, y = (x0 + x1) / 2, (y0 + y1) / 2
            else:
                x, y = (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2
            if here is None:
                if not wanted.has_point(x, y):
                    continue
            else:
                for r in here:
                    if r.x0 <= x <= r.x1 and r.y0 <= y <= r.y1:
                        break
                else:
                    continue
            if rect is None:
                rect = Rect(x0, y0, x1, y1)
            if len(found) >= MAX_GLYPHS:
                return found, True
            code = int(char[0])
            found.append(Glyph(chr(code) if 0 < code < 0x110000 else "\ufffd", rect, order, colour, shown))
    return found, False


def _near(wanted: Places, box: Sequence[float] | None, to_page: Matrix) -> list[Rect] | None:
    """The places that a stretch of text could touch, None when they must be looked up for each character:
    its extent is not known or makes no sense, or the places are many."""
    try:
        found = None if box is None else wanted.near(moved(Rect.of(box), to_page))
    except ValueError:
        return None
    return None if found is not None and len(found) > _MANY_NEAR else found


def _grey(value: Any) -> tuple[float, float, float]:
    if isinstance(value, (int, float)):
        return (float(value), float(value), float(value))
    if value and len(value) == 1:
        return (float(value[0]),) * 3
    if value and len(value) == 4:
        c, m, y, k = (float(v) for v in value)
        return ((1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k))
    return (0.0, 0.0, 0.0)
