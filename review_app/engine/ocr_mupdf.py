"""MuPDF's own recognition: Tesseract inside the library, with language files from a folder.

It needs no program on the machine, only ``eng.traineddata`` and the like (4 MB). It costs about twice the
processor time of the program (detection reference 5) and is one long call: only the end of the child ends
it, so it stands second.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pymupdf

from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.ocr_types import EngineFailed, Found, Picture

NAME = "MuPDF"
_SUFFIX = ".traineddata"
_UNKNOWN = 0.75  # it does not say how sure it is


def version() -> str:
    """Of the library."""
    return str(pymupdf.mupdf_version)


def languages(tessdata: str) -> tuple[str, ...]:
    """The languages in a folder, none when it is not there."""
    if not tessdata:
        return ()
    try:
        names = [path.name.removesuffix(_SUFFIX) for path in Path(tessdata).glob(f"*{_SUFFIX}")]
    except OSError:
        return ()
    return tuple(sorted(name for name in names if name != "osd"))


class MuPdf:
    """Reads pictures inside this process.

    Args:
        languages: of those in the folder.
        tessdata: the folder.
    """

    def __init__(self, languages: tuple[str, ...], tessdata: str) -> None:
        self._languages = "+".join(languages)
        self._tessdata = tessdata
        self.title = f"{NAME} {version()} ({self._languages})"

    def read(self, picture: Picture) -> list[Found]:
        """The words of a picture, in reading order.

        Raises:
            EngineFailed: the library fails, for example on damaged language files.
        """
        height, width = picture.pixels.shape
        try:
            # In grey it finds nothing and says nothing (1.27.2.3).
            colours = np.repeat(picture.pixels[:, :, None], 3, axis=2)
            pixmap = pymupdf.Pixmap(pymupdf.csRGB, width, height, colours.tobytes(), False)
            pixmap.set_dpi(picture.dpi, picture.dpi)
            made = pixmap.pdfocr_tobytes(compress=False, language=self._languages, tessdata=self._tessdata)
            with pymupdf.Document(stream=made, filetype="pdf") as read:
                page: Any = read[0]
                scale = width / page.rect.width
                words = page.get_text("words", flags=pymupdf.TEXT_PRESERVE_WHITESPACE)
        except MUPDF_ERRORS:
            raise EngineFailed(
                f"{NAME} could not recognise it; the language files may be damaged or of another version"
            ) from None
        return [
            Found(text, x0 * scale, y0 * scale, x1 * scale, y1 * scale, _UNKNOWN)
            for x0, y0, x1, y1, text, *_ in words if text.strip() and x1 > x0 and y1 > y0
        ]
