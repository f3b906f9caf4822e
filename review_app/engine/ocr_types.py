"""What every recognition engine takes and gives."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from review_app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A page, or a part of it, as grey pixels ``[row, column]``, 0 black to 255 white, at ``dpi``."""

    pixels: NDArray[np.uint8]
    dpi: int


@dataclass(frozen=True, slots=True)
class Found:
    """A recognised word: its place in pixels of the picture, and how sure the engine is, 0 to 1."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    sure: float


class EngineFailed(Exception):
    """A page could not be recognised. Its text says why, in words for people, and holds no document text."""


class Recogniser(Protocol):
    """An engine that is ready to read pages.

    ``title`` names it for people with version and languages: ``Tesseract 5.3.0 (eng)``.
    """

    title: str

    def read(self, picture: Picture) -> list[Found]:
        """The words of a picture.

        Raises:
            EngineFailed: it cannot be read.
        """
        ...
