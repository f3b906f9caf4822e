"""The graphics state of a content stream, as far as it decides where something is painted."""

from __future__ import annotations

import math
from dataclasses import field
from typing import Any

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.engine.geometry import Matrix, inverse
from review_app.engine.operators import Unsure
from review_app.engine.pdffonts import PdfFont
from review_app.engine.unseen import Colour

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def mul(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that applies ``first`` and ``then`` after it."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def stretch(m: Matrix) -> float:
    """The largest factor by which a matrix stretches a line."""
    a, b, c, d = m[:4]
    half = (a * a + b * b + c * c + d * d) / 2
    return math.sqrt(half + math.sqrt(max(0.0, half * half - (a * d - b * c) ** 2)))


def back_from(ctm: Matrix) -> Matrix:
    """From user space to the space of a matrix.

    Raises:
        Unsure: it has no area.
    """
    try:
        return inverse(ctm)
    except ValueError:
        raise Unsure("a box crosses a drawing that has no area") from None


@dataclass
class Text:
    """Text state (ISO 32000-1, 9.3): it stays from one text object to the next.

    ``named`` is the font's name and size as the stream gives them, empty where they came another way.
    """

    font: PdfFont | None = None
    size: float = 0.0
    char: float = 0.0
    word: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0
    named: bytes = b""


@dataclass
class State:
    """What ``q`` saves: matrix, pen, patterns in use, the clip's bounds, colour, text state.

    ``colour`` is that of fills, None when it cannot be told; ``opaque`` without transparency; ``clear`` when
    nothing painted can be seen; ``tangled`` when the clip is no rectangle, so that its bounds say too much;
    ``windows`` the strings (:class:`Seen`) whose letters are part of the clip.
    """

    ctm: Matrix
    width: float = 1.0
    cap: int = 0
    join: int = 0
    miter: float = 10.0
    dash: tuple[float, ...] = ()
    dash_phase: float = 0.0
    fill_pattern: Any = None
    stroke_pattern: Any = None
    clip: Rect | None = None
    colour: Colour | None = (0.0, 0.0, 0.0)
    space: bytes = b"/DeviceGray"
    opaque: bool = True
    clear: bool = False
    tangled: bool = False
    windows: tuple[int, ...] = ()
    text: Text = field(default_factory=Text)

    def saved(self) -> State:
        """A copy that later changes leave alone."""
        other, text = object.__new__(State), object.__new__(Text)  # ``copy.copy`` takes five times as long
        other.__dict__.update(self.__dict__)
        text.__dict__.update(self.text.__dict__)
        other.text = text
        return other
