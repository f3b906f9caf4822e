"""Characters in a box: which are painted over it for people to read, and which it hides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from review_app.detection import codes as code_lists
from review_app.detection.areas import Area, alike, luminance
from review_app.domain.content import Glyph, Word
from review_app.domain.geometry import Rect, bounds
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Provenance

_ROW = 24.0
_DATE = re.compile(r"[\s\d./:-]*")
_LABEL = re.compile(
    r"(?:redacted|withheld|sealed|privileged?|confidential|excised|deleted|sanitized|"
    r"out of scope|non.?responsive|"
    r"filed under seal|personal|private|protected|work product|attorney client|"
    r"gelakt|weggelakt|buiten verzoek)"
    r"(?:[\s,:;/-]+(?:in (?:full|part)|material|information|content|under seal|for|by|to|and))*",
    re.IGNORECASE,
)


class Glyphs:
    """The characters of a page by rows, asked for those in a place."""

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self._rows: dict[int, list[Glyph]] = {}
        for glyph in glyphs:
            self._rows.setdefault(int((glyph.rect.y0 + glyph.rect.y1) / 2 // _ROW), []).append(glyph)

    def inside(self, rect: Rect) -> list[Glyph]:
        """Those with their middle in ``rect``."""
        found: list[Glyph] = []
        for row in range(int(rect.y0 // _ROW), int(rect.y1 // _ROW) + 1):
            for glyph in self._rows.get(row, ()):
                g = glyph.rect
                if rect.x0 <= (g.x0 + g.x1) / 2 <= rect.x1 and rect.y0 <= (g.y0 + g.y1) / 2 <= rect.y1:
                    found.append(glyph)
        return found


@dataclass(frozen=True, slots=True)
class Covered:
    """``over``: the text read in the box. ``hidden``: the characters it covers, blanks left out."""

    over: str
    over_count: int
    hidden: tuple[Glyph, ...]

    @property
    def rect(self) -> Rect:
        """The place of the hidden characters."""
        return bounds(glyph.rect for glyph in self.hidden)


def of_area(area: Area, glyphs: Glyphs, *, is_scan: bool = False) -> Covered:
    """Sorts the characters in an area by what people see of them.

    Args:
        area: the place.
        glyphs: the characters of its page.
        is_scan: the page is a picture. Text put over it that is not painted is then what a recognition
        program
            read in the finished page, box included, and is not hidden by the box.
    """
    inside = glyphs.inside(area.rect)
    over: list[Glyph] = []
    under: list[Glyph] = []
    same_colour: list[Glyph] = []
    is_white = area.colour is not None and luminance(area.colour) > 0.93
    for glyph in inside:
        covering = area.order_at((glyph.rect.x0 + glyph.rect.x1) / 2, (glyph.rect.y0 + glyph.rect.y1) / 2)
        if covering < 0:
            continue  # in the gap between two bars: neither read nor hidden
        if glyph.order < covering:
            if glyph.is_shown or not (area.is_image and is_white):
                under.append(glyph)
        elif not glyph.is_shown and is_scan:
            continue
        elif not glyph.is_shown or alike(glyph.colour, area.colour):
            # Printed in the colour of the box: hidden all the same. On white it is no box that hides it.
            if not is_white:
                same_colour.append(glyph)
        else:
            over.append(glyph)
    if not _DATE.fullmatch(text_of(same_colour).strip()):
        under += same_colour  # a date on top, in the colour of the box, is the mark of the tool that drew it
    seen = {(g.text, round(g.rect.x0), round(g.rect.y0)) for g in over}
    hidden = [
        g for g in under if not g.text.isspace() and (g.text, round(g.rect.x0), round(g.rect.y0)) not in seen
    ]
    text = text_of(over)
    if not _is_text(hidden):
        hidden = []
    return Covered(text, sum(1 for g in over if not g.text.isspace()), tuple(_once(hidden)))


def of_frame(rect: Rect, words: Iterable[Word]) -> Covered:
    """The text in an outline, which hides nothing. On a scan it is what a recognition program read there."""
    inside = [
        word
        for word in words
        if rect.contains_point((word.rect.x0 + word.rect.x1) / 2, (word.rect.y0 + word.rect.y1) / 2)
    ]
    return Covered(" ".join(word.text for word in inside), sum(len(word.text) for word in inside), ())


def _once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Without the copies that fake bold type."""
    seen: set[tuple[str, int, int]] = set()
    out: list[Glyph] = []
    for g in glyphs:
        key = (g.text, round(g.rect.x0), round(g.rect.y0))
        if key not in seen:
            seen.add(key)
            out.append(g)
    return out


def _is_text(glyphs: Sequence[Glyph]) -> bool:
    """True when the characters say something that was to be withheld: not a row of one sign, not the code or
    the label that a tool prints under its own box."""
    letters = [g for g in glyphs if g.text.isalnum() or g.text == "\ufffd"]
    if len(letters) < 2 or len({g.text for g in letters}) < 2:
        return False
    text = text_of(glyphs).strip()
    if len(text) > 80:
        return True
    return _LABEL.fullmatch(text.strip(" [](){}.,")) is None and not is_code(text)


def is_code(text: str) -> bool:
    """True when the text is a list of exemption codes and nothing else."""
    return len(text) <= 80 and code_lists.read_list(text, Provenance.IN_BOX).complete


def is_label(text: str) -> bool:
    """True for the words that stand in a box to say that something was withheld."""
    return _LABEL.fullmatch(text.strip(" [](){}.,\n")) is not None


def text_of(glyphs: Sequence[Glyph]) -> str:
    """The characters as a reader sees them, rows by newlines, gaps as blanks."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: ((g.rect.y0 + g.rect.y1) / 2, g.rect.x0)):
        middle = (glyph.rect.y0 + glyph.rect.y1) / 2
        if rows and middle <= rows[-1][0].rect.y1 and middle - rows[-1][0].rect.y0 < 1.2 * glyph.rect.height:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    out: list[str] = []
    for row in rows:
        row.sort(key=lambda g: g.rect.x0)
        text = ""
        for before, glyph in zip([None, *row], row, strict=False):
            if (
                before is not None
                and glyph.rect.x0 - before.rect.x1 > 0.2 * glyph.rect.height
                and not text.endswith(" ")
            ):
                text += " "
            text += glyph.text
        out.append(text)
    return "\n".join(out)
