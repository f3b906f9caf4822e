"""A page as plain values: what detection sees, whatever library read it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum

from review_app.domain.geometry import Rect, bounds
from review_app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A stretch of a line's text without white space, and its rectangle in page space.

    ``start`` is the offset of its first character in ``Line.text``.
    """

    text: str
    start: int
    rect: Rect

    @property
    def end(self) -> int:
        """Offset behind its last character in ``Line.text``."""
        return self.start + len(self.text)


def _end_of(word: Word) -> int:
    return word.end


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text.

    ``words`` stand in the order of the text.

    ``text`` keeps tabs of a text file as they are. ``number`` is the 1-based line number of the source
    file and is None for a PDF. A line of a text file that is wrapped on the page is still one line:
    its ``rects`` list the printed rows. ``rect`` bounds all of it.
    """

    text: str
    page: int
    rects: tuple[Rect, ...]
    words: Sequence[Word] = ()
    number: int | None = None

    @property
    def rect(self) -> Rect:
        """The bounding rectangle, in points."""
        return bounds(self.rects)

    def rects_of(self, start: int, end: int) -> tuple[Rect, ...]:
        """The rectangles of the words that touch ``text[start:end]``, joined row by row.

        Falls back to the whole line where no word is touched (a line of white space).
        """
        rows: list[Rect] = []
        # Words stand in the order of the text: the search starts at the first that can touch.
        for at in range(bisect_right(self.words, start, key=_end_of), len(self.words)):
            word = self.words[at]
            if word.start >= end:
                break
            part = word.rect
            if word.start < start or word.end > end:
                # Within a word the advance is taken as even: exact for monospaced pages,
                # within a character for the others.
                unit = part.width / max(1, len(word.text))
                part = Rect(
                    part.x0 + unit * max(0, start - word.start), part.y0,
                    part.x1 - unit * max(0, word.end - end), part.y1,
                )
            if rows and abs(rows[-1].y0 - part.y0) < 1.0 and part.x0 >= rows[-1].x0:
                rows[-1] = rows[-1].union(part)
            else:
                rows.append(part)
        return tuple(rows) or self.rects


Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the page, drawn, shows in a place: its commonest ``colour``, and the ``share`` (0 to 1) of the
    pixels that are within 24 of 255 levels of it. ``dark`` is the share of pixels darker than the middle."""

    colour: Colour
    share: float
    dark: float = 0.0


class Form(StrEnum):
    """What a drawing is, as far as withheld boxes are concerned."""

    RECTANGLE = "rectangle"  # axis-parallel, corners may be round
    LINE = "line"  # a stroke so thick that it is seen as a bar; ``rect`` has its thickness in it
    FRAME = "frame"  # the outline of a rectangle, nothing inside
    HATCH = "hatch"  # an area of slanting strokes, or filled with a pattern
    RULE = "rule"  # a thin horizontal or vertical line, stroked or filled
    SHAPE = "shape"  # anything else


@dataclass(frozen=True, slots=True)
class Drawing:
    """A vector shape: filled or stroked rectangle or path, in page space.

    ``order`` counts what is painted on the page, from 0: text and pictures with a lower number lie under
    it. ``opacity`` is that of the fill (of the stroke for a LINE). ``is_blended`` is True for what is
    mixed with the
    page below it (a marker pen). ``is_clipped`` is True when part of it is cut away; ``rect`` is what is
    left. ``look`` is known for opaque areas of the size of a word and more.
    """

    rect: Rect
    fill: Colour | None
    stroke: Colour | None
    stroke_width: float
    is_rectangle: bool
    form: Form = Form.SHAPE
    order: int = -1
    opacity: float = 1.0
    is_blended: bool = False
    is_clipped: bool = False
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A placed picture: where it stands on the page and its native size in pixels.

    ``order`` as for a drawing, -1 when not known. ``tone`` is the look of its own pixels at native
    resolution and ``look`` that of its place on the page; both only for pictures that could be boxes.
    """

    rect: Rect
    width_px: int
    height_px: int
    order: int = -1
    tone: Look | None = None
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character of a page on which something could cover it.

    ``order`` as for a drawing; ``is_shown`` is False for text that is not painted (render mode 3, or wholly
    transparent).
    """

    text: str
    rect: Rect
    order: int
    colour: Colour
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation of the loaded file. ``is_own`` marks one that this program wrote."""

    subtype: str
    rects: tuple[Rect, ...]
    title: str
    subject: str
    contents: str
    name: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class PageContent:
    """Everything detection may look at on one page.

    ``number`` counts from 1, ``width`` and ``height`` are points as displayed. ``has_text`` is False
    for a page without a usable text layer. ``glyphs`` are the characters in and at whatever could be a
    box, and
    empty on a page without such a thing. ``is_review_sheet`` marks a page
    that an annotated copy of ours appended: it is never searched. ``is_unreadable`` marks a page of which a
    picture, or all, could not be read: what is blank or black on it is no sign of a withholding.
    ``recognised_by`` names the engine that read the lines, or some of them, from the page's picture; empty
    when they are the file's own text.
    """

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    drawings: tuple[Drawing, ...] = ()
    images: tuple[Image, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    glyphs: tuple[Glyph, ...] = ()
    is_text_file: bool = False
    is_review_sheet: bool = False
    is_unreadable: bool = False
    recognised_by: str = ""

    @property
    def text(self) -> str:
        """The lines joined by newlines."""
        return "\n".join(line.text for line in self.lines)

    @property
    def has_text(self) -> bool:
        """True when at least one character is on the page."""
        return any(line.text.strip() for line in self.lines)
