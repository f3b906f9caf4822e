"""Digits and a few letters as plain strokes.

Line numbers and the boxes of characters without a glyph are drawn with these, not written: a line number
is not text of the document, so no reader may find it in the page's text.
"""

from __future__ import annotations

# Each shape on a grid 4 wide and 6 high, a list of polylines; "z" closes one.
_SHAPES = {
    "0": "0,1.5 0,4.5 1,6 3,6 4,4.5 4,1.5 3,0 1,0 z",
    "1": "0.8,4.8 2.2,6 2.2,0|0.8,0 3.6,0",
    "2": "0,4.7 1,6 3,6 4,4.9 4,3.9 0,0 4,0",
    "3": "0,5 1,6 3,6 4,5 4,4 3,3.2 1.6,3.2|3,3.2 4,2.3 4,1 3,0 1,0 0,1",
    "4": "3,0 3,6 0,1.8 4,1.8",
    "5": "3.7,6 0.4,6 0.2,3.3 1.2,3.8 2.8,3.8 4,2.8 4,1.1 3,0 1,0 0,0.9",
    "6": "3.7,5.2 2.8,6 1.2,6 0,4.6 0,1.2 1,0 3,0 4,1.1 4,2.4 3,3.5 1.2,3.5 0,2.4",
    "7": "0,6 4,6 1.4,0",
    "8": "1,3.2 0.1,4.1 0.1,5 1,6 3,6 3.9,5 3.9,4.1 3,3.2 z|1,3.2 0,2.2 0,1 1,0 3,0 4,1 4,2.2 3,3.2",
    "9": "0.3,0.8 1.2,0 2.8,0 4,1.4 4,4.8 3,6 1,6 0,4.9 0,3.6 1,2.5 2.8,2.5 4,3.6",
    "A": "0,0 2,6 4,0|0.7,2 3.3,2",
    "B": "0,0 0,6 2.8,6 3.7,5.2 3.7,4 2.8,3.2 0,3.2|2.8,3.2 4,2.3 4,0.9 3,0 0,0",
    "C": "4,1 3,0 1,0 0,1.5 0,4.5 1,6 3,6 4,5",
    "D": "0,0 0,6 2.6,6 4,4.5 4,1.5 2.6,0 z",
    "E": "4,6 0,6 0,0 4,0|0,3.1 3.2,3.1",
    "F": "4,6 0,6 0,0|0,3.1 3.2,3.1",
    "U": "0,6 0,1.4 1,0 3,0 4,1.4 4,6",
    "+": "2,1.2 2,4.8|0.2,3 3.8,3",
}

ADVANCE = 5.6  # grid units from one shape to the next
HEIGHT = 6.0
SHAPES = tuple(_SHAPES)


def name_of(char: str) -> str:
    """The resource name under which a shape's form is kept."""
    return "Sp" if char == "+" else f"S{char}"


def path_of(char: str) -> bytes:
    """PDF path operators of one shape, stroked, on its 4 by 6 grid."""
    out = ["0.75 w 1 J 1 j"]
    for part in _SHAPES[char].split("|"):
        points = part.split()
        closed = points[-1] == "z"
        for i, point in enumerate(points[:-1] if closed else points):
            out.append(f"{point.replace(',', ' ')} {'l' if i else 'm'}")
        out.append("s" if closed else "S")
    return " ".join(out).encode("ascii")


def draw(text: str, x: float, y: float, height: float) -> bytes:
    """Operators that draw ``text`` with its lower left corner at (x, y) in PDF space, ``height`` points high.

    The shapes must be in the page's XObject resources under :func:`name_of`.
    """
    scale = height / HEIGHT
    return b"".join(
        b"q %.3f 0 0 %.3f %.2f %.2f cm /%s Do Q\n"
        % (scale, scale, x + i * ADVANCE * scale, y, name_of(char).encode("ascii"))
        for i, char in enumerate(text)
    )


def width(text: str, height: float) -> float:
    """Width in points of :func:`draw`'s output."""
    return ((len(text) - 1) * ADVANCE + 4) * height / HEIGHT
