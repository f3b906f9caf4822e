"""Colours and patterns of the window, for light and dark palettes.

Paper stays white in both: a document is evidence and is shown as it is. So what is drawn *on* paper has
one set of colours, what is drawn beside it (the desk round the pages, lists, badges) has two.

Origin and status are never told by colour alone. Blue and vermilion are the pair of the Okabe-Ito
palette that stays apart in all common kinds of colour blindness; both were darkened until they have a
contrast of at least 4.5 to 1 on white.
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap

from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Kind, Origin, Status

AGENCY_ON_PAPER = QColor("#0059A8")
AGENCY_ON_BLACK = QColor("#6CB4F5")
REVIEWER_ON_PAPER = QColor("#B84300")
REJECTED_ON_PAPER = QColor("#5F6670")

HATCHED_KINDS = frozenset({Kind.BLACK_BOX, Kind.FILLED_BOX, Kind.WHITE_BOX, Kind.BLANK})
"""Kinds with nothing to read inside: they may be hatched and hold a label."""

LABELLED_INSIDE = HATCHED_KINDS | {Kind.PAGE}
"""Kinds whose label may lie inside at the top edge; the others lie over text and get a small tab."""


class Glyph(Enum):
    """The small sign of a status, drawn as lines so that it needs no font."""

    QUESTION = "question"
    CHECK = "check"
    CROSS = "cross"
    ARROW = "arrow"
    DOUBLE_CHECK = "double_check"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a status is drawn: width and dash pattern in view pixels (empty for a solid line), sign,
    word; a double line has a thin one inside."""

    width: float
    dashes: tuple[float, ...]
    glyph: Glyph
    word: str
    is_double: bool = False


STROKES: dict[Status, Stroke] = {
    Status.SUGGESTED: Stroke(2.0, (7.0, 4.0), Glyph.QUESTION, "suggested"),
    Status.CONFIRMED: Stroke(2.0, (), Glyph.CHECK, "confirmed"),
    Status.REJECTED: Stroke(1.0, (), Glyph.CROSS, "rejected"),
    Status.PROPOSED: Stroke(2.0, (10.0, 3.0, 2.0, 3.0), Glyph.ARROW, "proposed"),
    Status.APPROVED: Stroke(2.0, (), Glyph.DOUBLE_CHECK, "approved", is_double=True),
    Status.RETURNED: Stroke(2.0, (2.0, 3.0), Glyph.BACK, "returned"),
}


def span_colour(origin: Origin, status: Status) -> QColor:
    """Colour of a span on paper."""
    if status is Status.REJECTED:
        return REJECTED_ON_PAPER
    return AGENCY_ON_PAPER if origin is Origin.AGENCY else REVIEWER_ON_PAPER


def line_brushes(origin: Origin, status: Status, ratio: float) -> tuple[QBrush, QBrush]:
    """What to fill horizontal and vertical lines of a span's outline with: plain, or dashes for the status.

    Dashes as a filled pattern cost a hundredth of what a dashed pen costs (measured: ten dashed
    outlines a frame took 2 ms), and they lie on whole device pixels.
    """
    colour = QColor(span_colour(origin, status))
    colour.setAlpha(215)
    dashes = STROKES[status].dashes
    if not dashes:
        return QBrush(colour), QBrush(colour)
    lengths = [max(1, round(length * ratio)) for length in dashes]
    brushes = []
    for is_flat in (True, False):
        tile = QPixmap(sum(lengths) if is_flat else 1, 1 if is_flat else sum(lengths))
        tile.fill(Qt.GlobalColor.transparent)
        painter = QPainter(tile)
        at = 0
        for i, length in enumerate(lengths):
            if i % 2 == 0:
                painter.fillRect(at if is_flat else 0, 0 if is_flat else at,
                                 length if is_flat else 1, 1 if is_flat else length, colour)
            at += length
        painter.end()
        tile.setDevicePixelRatio(ratio)
        brushes.append(QBrush(tile))
    return brushes[0], brushes[1]


def hatch_brush(colour: QColor, ratio: float, *, spacing: int = 8, alpha: int = 70) -> QBrush:
    """Thin diagonal lines, ``spacing`` view pixels apart, sharp at ``ratio`` device pixels per view pixel."""
    side = max(4, round(spacing * ratio))
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    line = QColor(colour)
    line.setAlpha(alpha)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(line, max(1.0, ratio)))
    for shift in (-side, 0, side):  # three lines, so that the tile's corners meet its neighbours'
        painter.drawLine(shift - 1, side + 1, shift + side + 1, -1)
    painter.end()
    tile.setDevicePixelRatio(ratio)
    return QBrush(tile)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours beside the paper, light or dark.

    ``agency``, ``reviewer``, ``rejected`` are for text and marks on list backgrounds (contrast at least
    4.5 to 1 on the palette's base); ``desk`` is what pages lie on; ``edge`` the line round a page;
    ``muted`` text on the desk; ``focus`` the keyboard focus; ``halo`` the ring round a selected span;
    ``found`` the outline of a place shown to the reader; ``marker`` selected text; ``warning`` what went
    wrong, on paper; ``quiet`` lesser words and ``alarm`` what went wrong, on list backgrounds.
    """

    is_dark: bool
    desk: QColor
    edge: QColor
    muted: QColor
    focus: QColor
    agency: QColor
    reviewer: QColor
    rejected: QColor
    paper: QColor
    ink: QColor
    faint: QColor
    halo: QColor
    found: QColor
    marker: QColor
    warning: QColor
    quiet: QColor
    alarm: QColor

    @classmethod
    def of(cls, palette: QPalette) -> Theme:
        """The theme that goes with a palette."""
        dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
        return cls(
            is_dark=dark,
            desk=QColor("#26292E") if dark else QColor("#D5D8DC"),
            edge=QColor("#0F1113") if dark else QColor("#9AA0A8"),
            muted=QColor("#B4BAC2") if dark else QColor("#4A5058"),
            focus=palette.color(QPalette.ColorRole.Highlight),
            agency=QColor("#6CB4F5") if dark else AGENCY_ON_PAPER,
            reviewer=QColor("#FF9A57") if dark else REVIEWER_ON_PAPER,
            rejected=QColor("#A7AEB8") if dark else REJECTED_ON_PAPER,
            paper=QColor("#FFFFFF"),
            ink=QColor("#1B1F24"),
            faint=QColor("#8B9199"),
            halo=QColor("#FFC020"),
            found=QColor("#7B2FBF"),
            marker=QColor("#B9D6FF"),
            warning=QColor("#A8201A"),
            quiet=QColor("#A9B0B9") if dark else QColor("#5A616A"),
            alarm=QColor("#FF8A7A") if dark else QColor("#A8201A"),
        )


USUAL_LINE = 15
"""Height of a line of text, in view pixels, for which what is painted by hand is as large as usual."""


def grown(font: QFont) -> float:
    """How many times as large as usual letters of this font are, never less than once."""
    return max(1.0, QFontMetrics(font).height() / USUAL_LINE)
