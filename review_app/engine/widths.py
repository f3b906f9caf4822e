"""How wide a text would be in a font of the document, for texts that do not stand in it.

Letters that the document's font has are measured by its own widths. An embedded font holds only the letters
that were used: the rest is taken from the standard font that is nearest in looks, scaled to the letters that
both have. An attacker has the whole font; for him the rest is exact.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pymupdf

from review_app.engine.operators import Unsure
from review_app.engine.pdffonts import PdfFont

_SERIF = ("times", "serif", "roman", "georgia", "garamond", "cambria", "palatino", "century", "minion")
_SANS = ("sans", "arial", "helvet", "calibri", "verdana", "tahoma", "segoe", "carlito")
_FIXED = ("courier", "mono", "consol", "typewriter")


class FontWidths:
    """Widths of characters in em, in one font."""

    def __init__(self, font: PdfFont) -> None:
        self._known: dict[str, float] = {}
        for code in font.codes():
            text = font.text(code)
            if len(text) == 1 and text != "\ufffd" and text not in self._known:
                try:
                    width = font.width(code)
                    if font.kind == "type0":
                        is_there = font.cid(code) in font.by_cid
                    else:
                        is_there = text.isspace() or font.ink(code) is not None
                except Unsure:
                    continue
                if width > 0 and is_there:
                    self._known[text] = width
        self._other = _standard(font.name)
        self._scale = self._ratio()

    def _ratio(self) -> float:
        own = other = 0.0
        for char, width in self._known.items():
            near = float(self._other.glyph_advance(ord(char)))
            if char.isalpha() and near > 0:
                own, other = own + width, other + near
        return own / other if other > 0 else 1.0

    def char(self, char: str) -> float:
        """Width of one character in em."""
        found = self._known.get(char)
        if found is None:
            found = self._known[char] = float(self._other.glyph_advance(ord(char))) * self._scale
        return found

    def text(self, text: str, spacing: float = 0.0) -> float:
        """Width of a text in em; ``spacing`` stands behind each character."""
        return sum(map(self.char, text)) + spacing * len(text)


@cache
def _base(name: str) -> Any:
    return pymupdf.Font(name)


def _standard(name: str) -> Any:
    plain = name.lower()
    bold = "bold" in plain or "black" in plain
    slanted = "italic" in plain or "oblique" in plain
    if any(part in plain for part in _FIXED):
        family = ("cour", "cobo", "coit", "cobi")
    elif any(part in plain for part in _SERIF) and not any(part in plain for part in _SANS):
        family = ("tiro", "tibo", "tiit", "tibi")
    else:
        family = ("helv", "hebo", "heit", "hebi")
    return _base(family[bold + 2 * slanted])
