"""What MuPDF says under its breath: a picture it could not decode is painted black or left out, and no error.

Such a page looks withheld and is not. MuPDF keeps its warnings in a store; here they are read for one page
and judged. Their text may quote the document: it is never handed on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pymupdf

from review_app.domain.values import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOST = (
    "padding truncated image",  # what is missing is painted black, or white, as the colours have it
    "Ignoring error during interpretation",  # drawing: an object was left out
    "read error; treating as end of file",
    "Failed to read JPX",
    "image width is zero",
    "image height is zero",
    "image is too large",
    "unknown colorspace",
    "cannot load image",
    "invalid image",
)
"""Said of a picture that is not, or not wholly, shown. Seen with each way of damage in
tests/hostile/test_unreadable.py."""

_CUT_JPEG = "premature end of file in jpeg"
"""Also said where only the end mark is missing, which costs nothing: see :meth:`Heard.is_cut_off`."""

CUT_SHARE = 0.01
"""Of a page's pixels in the middle grey. One line of type is 1 to 2 per cent of a page."""


@dataclass(slots=True)
class Heard:
    """What was said within a block, once it is over.

    Attributes:
        error: an error was named, wherever. (That a stream ends early is said of empty ones, too.)
        lost: of a picture, or a part of one, that is not shown.
        cut: of a JPEG that ends early; whether pixels are missing the pixels tell.
    """

    error: bool = False
    lost: bool = False
    cut: bool = False

    def is_cut_off(self, tones: NDArray[np.uint8]) -> bool:
        """True for a drawn picture (its tones) of a JPEG that ended so early that pixels are missing: the
        decoder paints them in the exact middle grey."""
        return self.cut and bool(((tones >= 127) & (tones <= 129)).mean() > CUT_SHARE)


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear what MuPDF says of what is done in the block.

    What it decoded badly is forgotten, so that it is decoded, and said of it, again where it is used again.
    """
    pymupdf.TOOLS.reset_mupdf_warnings()
    heard = Heard()
    try:
        yield heard
    finally:
        said = pymupdf.TOOLS.mupdf_warnings()
        heard.error = "error" in said
        heard.lost = any(words in said for words in _LOST)
        heard.cut = _CUT_JPEG in said
        if heard.lost or heard.cut:
            pymupdf.TOOLS.store_shrink(100)
