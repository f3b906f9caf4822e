"""Draws the boxes of a release copy and the codes on them, as real text (domain reference, 4 and 7).

A code stands in its box; shrunk, when the box is small; else in the margin at the same height; else at the
foot of the page. Nothing drawn here is derived from what was removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pymupdf

from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.domain.values import dataclass
from review_app.engine.geometry import Frame
from review_app.engine.operators import number

FONT = "Rv"
LARGEST, SMALLEST = 9.0, 4.5
_FOOT = 6.0
_PAD = 1.5
_LINE = 0.5
_ROW = 24.0
_SAME = 3.0  # points by which boxes at one place may differ


@dataclass(frozen=True, slots=True)
class Box:
    """One rectangle to draw, in page space, of a mark."""

    mark: Mark
    rect: Rect
    is_main: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a mark's codes were written: ``box``, ``margin`` or ``foot``; and where on the page."""

    mark: str
    page: int
    where: str
    rect: Rect
    text: str


def text_of(mark: Mark) -> str:
    """What is printed for a mark; characters that the font has not are shown as question marks."""
    text = ", ".join(mark.codes) or mark.label
    plain = " ".join(text.split())
    return plain.encode("cp1252", "replace").decode("cp1252")


def needs_room(box: Box) -> bool:
    """True when a box has a code that does not fit into it."""
    text = text_of(box.mark)
    return box.is_main and bool(text) and _inside(box.rect, text) is None


def draw(
    page: int, frame: Frame, boxes: Sequence[Box], taken: Sequence[Rect], *, black: bool = False
) -> tuple[bytes, list[Placed]]:
    """The operators that draw boxes and codes on a page, and where the codes are.

    Args:
        page: its number.
        frame: its measures.
        boxes: what to draw.
        taken: where words stand, so that codes in the margin cover none.
        black: black boxes with white codes instead of white ones with a black border.
    """
    out = [b"q " + b" ".join(number(v) for v in frame.to_user) + b" cm"]
    placed: list[Placed] = []
    # All that is black, then all that is white: boxes that overlap show one outline, no line crosses a box.
    for box in boxes:
        out.append(b"0 g " + _area(box.rect))
    for box in boxes if not black else ():
        r = box.rect
        out.append(b"1 g " + _area(r.inset(min(_LINE, r.width / 4, r.height / 4))))
    blocked = [*taken, *(b.rect for b in boxes)]
    printed = _Printed()  # where boxes overlap, a code on another one could not be read
    foot = 8.0
    for box, text, owners in _together(boxes):
        inside = _inside(box.rect, text)
        if inside is not None:
            same = printed.near(inside[1])
            if any(p.text == text for p in same):
                there = next(p for p in same if p.text == text)
                placed += [replace(there, mark=owner) for owner in owners]
                continue
            if same:
                inside = _aside(box.rect, inside, printed)
            where, size, rect = "box", *inside
        else:
            beside = _beside(box.rect, text, frame, blocked)
            if beside is not None:
                where, size, rect = "margin", *beside
            else:
                wide = width(text, _FOOT)
                if foot + wide > frame.width - 8:
                    foot = 8.0
                rect = Rect(foot, frame.height - _FOOT * 1.3 - 2, foot + wide, frame.height - 2)
                while any(not rect.intersect(b).is_empty for b in blocked) and rect.y0 > _FOOT * 2:
                    rect = Rect(rect.x0, rect.y0 - 1, rect.x1, rect.y1 - 1)
                foot += wide + 8
                where, size = "foot", _FOOT
        blocked.append(rect)
        colour = b"1 g" if black and where == "box" else b"0 g"
        baseline = rect.y0 + size * 0.95
        # page space runs down: the letters are turned back upright
        out.append(
            b"BT %s 0 Tc 0 Tw 100 Tz 0 Ts 0 Tr /%s %s Tf 1 0 0 -1 %s %s Tm %s Tj ET"
            % (colour, FONT.encode("ascii"), number(size), number(rect.x0), number(baseline), _literal(text))
        )
        own = [Placed(owner, page, where, rect, text) for owner in owners]
        placed += own
        printed.add(own[0])
    out.append(b"Q")
    return b"\n".join(out), placed


def _together(boxes: Sequence[Box]) -> list[tuple[Box, str, list[str]]]:
    """Boxes with something to print, their text and their marks; those at one place print as one."""
    found: dict[tuple[int, ...], tuple[Box, list[str], list[str]]] = {}
    for box in boxes:
        text = text_of(box.mark)
        if not box.is_main or not text:
            continue
        r = box.rect
        place = tuple(round(v / _SAME) for v in (r.x0, r.y0, r.x1, r.y1))
        _, texts, owners = found.setdefault(place, (box, [], []))
        if text not in texts:
            texts.append(text)
        owners.append(box.mark.id)
    return [(box, ", ".join(texts), owners) for box, texts, owners in found.values()]


class _Printed:
    """Codes by their height on the page, asked quickly which of them stand at a place."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Placed]] = {}

    def add(self, code: Placed) -> None:
        for row in self._heights(code.rect):
            self._rows.setdefault(row, []).append(code)

    def near(self, rect: Rect) -> list[Placed]:
        return [p for row in self._heights(rect) for p in self._rows.get(row, ()) if p.rect.meets(rect)]

    def _heights(self, rect: Rect) -> range:
        return range(int(rect.y0 // _ROW), int(rect.y1 // _ROW) + 1)


def _aside(box: Rect, inside: tuple[float, Rect], printed: _Printed) -> tuple[float, Rect]:
    """Another place for a text in its box, where no code stands; where there is none, the middle."""
    size, rect = inside
    xs = (rect.x0, box.x0 + _PAD, box.x1 - _PAD - rect.width)
    ys = (rect.y0, box.y0 + 0.5, box.y1 - 0.5 - rect.height)
    for y in ys:
        for x in xs:
            other = Rect(x, y, x + rect.width, y + rect.height)
            if not printed.near(other):
                return size, other
    return inside


def _area(r: Rect) -> bytes:
    return b"%s %s %s %s re f" % tuple(number(v) for v in (r.x0, r.y0, r.width, r.height))


def width(text: str, size: float) -> float:
    """Width of a text as codes are printed, in points."""
    return size * _em(text)


@cache
def _em(text: str) -> float:
    return float(pymupdf.get_text_length(text, fontname="helv", fontsize=1.0))


def _literal(text: str) -> bytes:
    return b"<" + text.encode("cp1252").hex().encode("ascii") + b">"


def _inside(box: Rect, text: str) -> tuple[float, Rect] | None:
    """Size and place of a text in the middle of a box, None when it would be too small to read."""
    wide, high = box.width - 2 * _PAD, box.height - 1.0
    if wide <= 0 or high <= 0:
        return None
    size = min(LARGEST, high / 1.2, wide / max(1e-6, width(text, 1.0)))
    if size < SMALLEST:
        return None
    across = width(text, size)
    x, y = (box.x0 + box.x1 - across) / 2, (box.y0 + box.y1) / 2 - size * 0.6
    return size, Rect(x, y, x + across, y + size * 1.2)


def _beside(box: Rect, text: str, frame: Frame, blocked: Sequence[Rect]) -> tuple[float, Rect] | None:
    """Size and place in the right or left margin at the height of a box, where nothing stands."""
    for size in (8.0, 7.0, 6.0):
        across, height = width(text, size), size * 1.2
        y = min(max(2.0, (box.y0 + box.y1 - height) / 2), frame.height - height - 2)
        for x in (frame.width - across - 4, 4.0, box.x1 + 1, box.x0 - across - 1):
            rect = Rect(x, y, x + across, y + height)
            if 2 <= x <= frame.width - across - 2 and not any(map(rect.meets, blocked)):
                return size, rect
    return None
