"""Colours and forms of pictures that go out: on paper, so the same for everybody.

Origin and being decided are never told by colour alone: what the agency withheld is a full area with a sign
left of the page, what a reviewer did has bars and a frame and its sign on the right; what is undecided is
hatched, each in its own direction, and its sign is thin. Blue and vermilion stay apart for all common kinds
of colour blindness.
"""

from __future__ import annotations

from review_app.domain.values import dataclass

AGENCY, REVIEWER = "#0059a8", "#b84300"
PAPER, EDGE, INK, QUIET = "#ffffff", "#9aa0a8", "#1b1f24", "#4a5058"
SPACING = 4
"""Pixels from one line of a pattern to the next."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a rectangle is drawn. ``lines`` is empty for a full area, else which way its lines go: ``/``,
    ``\\`` or ``|``. ``edge`` is the colour of its frame, empty for none; ``thin`` takes a part of a sign."""

    colour: str
    lines: str = ""
    edge: str = ""
    is_thin: bool = False


LOOKS: dict[str, Look] = {
    "paper": Look(PAPER, edge=EDGE),
    "agency": Look(AGENCY, edge=AGENCY),
    "agency-undecided": Look(AGENCY, "/"),
    "reviewer": Look(REVIEWER, "|", REVIEWER),
    "reviewer-undecided": Look(REVIEWER, "\\"),
    "tick-agency": Look(AGENCY),
    "tick-agency-undecided": Look(AGENCY, is_thin=True),
    "tick-reviewer": Look(REVIEWER),
    "tick-reviewer-undecided": Look(REVIEWER, is_thin=True),
}


@dataclass(frozen=True, slots=True)
class Type:
    """How a line of text is drawn: its size in pixels, its colour, whether ``x`` is its middle."""

    size: float
    colour: str = INK
    is_bold: bool = False
    is_centred: bool = False


TYPES: dict[str, Type] = {
    "title": Type(16.0, is_bold=True), "heading": Type(12.0, is_bold=True), "note": Type(11.0, QUIET),
    "number": Type(11.0, is_bold=True, is_centred=True), "share": Type(10.0, QUIET, is_centred=True),
}
