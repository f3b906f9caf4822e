"""What each mark takes out of each line: the stretches of glyphs that go, their width and place."""

from __future__ import annotations

import math
from collections.abc import Sequence

from review_app.domain.marks import Mark
from review_app.domain.values import dataclass
from review_app.engine.glyphcut import Glyph, Page

_SAME_LINE = 0.5
"""Share of an em by which baselines of one line may differ: raised figures belong to it, the next line of
tight type (0.79 em) does not."""

_WORD_GAP = 0.15
"""Share of an em from which on a space between two letters parts words."""


@dataclass(eq=False)
class Stretch:
    """Glyphs of one line that one mark removes, in the order of writing.

    ``rect`` is the number of the mark's rectangle among all of the page; ``em`` the size of the type along
    the line in points of user space; ``start`` and ``end`` lie along the line.
    """

    mark: str
    rect: int
    glyphs: list[Glyph]
    em: float
    start: float
    end: float

    @property
    def text(self) -> str:
        """What goes, words parted by one space."""
        out = ""
        end = 0.0
        for glyph in self.glyphs:
            at = along(glyph)
            if out and at - end > _WORD_GAP * self.em and not out.endswith(" "):
                out += " "
            out += glyph.text
            end = at + advance(glyph)
        return " ".join(out.split())

    @property
    def visible(self) -> list[Glyph]:
        """Its glyphs but for blanks."""
        return [g for g in self.glyphs if g.text.strip()]

    @property
    def width(self) -> float:
        """From the origin of its first letter to the end of its last, in points of user space."""
        return self.end - self.start


def size(glyph: Glyph) -> float:
    """The size of the type along the line, in points of user space."""
    return math.hypot(*glyph.em)


def height(glyph: Glyph) -> float:
    """The size of the type across the line, in points of user space: where text is stretched another one."""
    return glyph.high or size(glyph)


def way(glyph: Glyph) -> tuple[float, float]:
    """The direction of writing, a vector of length 1."""
    length = size(glyph) or 1.0
    return glyph.em[0] / length, glyph.em[1] / length


def along(glyph: Glyph) -> float:
    """How far along its line a glyph's origin stands, in points of user space."""
    x, y = way(glyph)
    return glyph.at[0] * x + glyph.at[1] * y


def across(glyph: Glyph) -> float:
    """How far across, to the left of the direction of writing, its baseline lies."""
    x, y = way(glyph)
    return glyph.at[1] * x - glyph.at[0] * y


def advance(glyph: Glyph) -> float:
    """The way from a glyph's origin to the next one's, the spaces of the text state with it."""
    return -glyph.shift / 1000 * size(glyph)


def is_parallel(a: Glyph, b: Glyph) -> bool:
    """True when two glyphs are written in one direction."""
    (p, q), (r, s) = way(a), way(b)
    return p * r + q * s > 0.999


def on_one_line(a: Glyph, b: Glyph) -> bool:
    """True when two glyphs stand on one line."""
    return is_parallel(a, b) and abs(across(a) - across(b)) < _SAME_LINE * max(height(a), height(b))


def lines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs grouped by their lines, each in the order of writing."""
    found: list[list[Glyph]] = []
    rows: dict[tuple[int, int, int], list[list[Glyph]]] = {}
    for glyph in glyphs:
        if not size(glyph):
            continue
        x, y = way(glyph)
        step = 40.0
        row = int(across(glyph) // step)
        turn = (round(x * 10), round(y * 10))
        for near in (row, row - 1, row + 1):
            line = next(
                (one for one in rows.get((*turn, near), ()) if on_one_line(one[0], glyph)), None
            )
            if line is not None:
                line.append(glyph)
                break
        else:
            line = [glyph]
            rows.setdefault((*turn, row), []).append(line)
            found.append(line)
    for line in found:
        line.sort(key=along)
    return found


def stretches(page: Page, marks: Sequence[Mark]) -> list[Stretch]:
    """The stretches of a decided page in the order in which it shows them; those without a letter are left
    out."""
    owners = [mark.id for mark in marks for _ in mark.rects]
    by_rect: dict[int, list[Glyph]] = {}
    for glyph in page.glyphs:
        for i in glyph.covered if glyph.gone else ():
            by_rect.setdefault(i, []).append(glyph)
    found = []
    for i, own in sorted(by_rect.items()):
        for line in lines(own):
            shown = [g for g in line if g.text.strip()]
            if shown:
                last = shown[-1]
                found.append(Stretch(
                    owners[i], i, line, max(size(g) for g in shown), along(shown[0]),
                    along(last) + advance(last) - last.char * size(last),
                ))
    order = {id(glyph): i for i, glyph in enumerate(page.glyphs)}
    return sorted(found, key=lambda s: order[id(s.glyphs[0])])
