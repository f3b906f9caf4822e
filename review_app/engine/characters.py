"""What each character needs to be printed: which of the two fonts or a numbered box, and how many cells."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

from review_app.engine import strokes
from review_app.engine.linemap import CELL, SIZE, cells, usual_cells
from review_app.engine.pdfwriter import BLACK, Colour, PdfWriter, number_label

_NO_WIDTH = frozenset("\f\r\n")


class Characters:
    """What each character of the file needs: which font, how many cells."""

    def __init__(self, writer: PdfWriter, lines: Iterable[str]) -> None:
        used: set[str] = set()
        for line in lines:
            used.update(line)
        used -= _NO_WIDTH | {"\t"}
        self.boxed: dict[str, int] = {}
        self.wide: set[str] = set()
        self._widths: dict[str, int] = dict.fromkeys(_NO_WIDTH, 0)
        rare = 0
        for char in sorted(used):
            rare += char > "\uffff"
            if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char != "\u00ad":
                in_mono = in_wide = False  # invisible, or moves the cursor: a reviewer must see it
            else:
                in_mono = writer.mono.has(char)
                in_wide = not in_mono and writer.wide.has(char)
            if rare > 2000:  # the fonts number so many characters above U+FFFF and no more
                in_mono = in_wide = False
            self._widths[char] = usual_cells(char)
            if in_wide:
                self.wide.add(char)
            elif not in_mono:
                label = number_label(char)
                needed = strokes.width(label, SIZE * 0.42) + 2.4
                self._widths[char] = self.boxed[char] = math.ceil(needed / CELL)
        # Rows that avoid all of these are written in one go.
        self.special = {c for c in used if self._widths[c] != 1} | self.wide | set(self.boxed)
        self.special |= _NO_WIDTH | {"\t"}
        self._right_to_left = any(unicodedata.bidirectional(c) in ("R", "AL") for c in used)

    def width(self, char: str) -> int:
        """Cells of a character other than a tab."""
        return self._widths[char]

    def warnings(self) -> tuple[str, ...]:
        """What the reader must know about the characters of this file."""
        out = []
        if self.boxed:
            labels = [number_label(c) for c in sorted(self.boxed)]
            some = ", ".join(labels[:8]) + (" …" if len(labels) > 8 else "")
            out.append(f"Characters without a printable form are shown as boxes with their number: {some}")
        if self._right_to_left:
            out.append("Right-to-left script is shown in the order in which it is stored")
        return tuple(out)

    def draw(
        self, writer: PdfWriter, x: float, top: float, text: str, size: float = SIZE, colour: Colour = BLACK,
        *, bold: bool = False,
    ) -> None:
        """Writes a row of text that may hold anything, in order, so that readers take it out in order."""
        if self.special.isdisjoint(text):
            if text.strip():
                writer.text(x, top, text, size, colour, bold=bold)
            return
        cell = CELL * size / SIZE
        run, run_cell = "", 0
        # The form feed at the end belongs to the special ones: it flushes the last run.
        for char, here in zip(text + "\f", cells(text, self.width), strict=True):
            if char not in self.special:
                run_cell = run_cell if run else here
                run += char
                continue
            if run.strip():
                writer.text(x + run_cell * cell, top, run, size, colour, bold=bold)
            run = ""
            left = x + here * cell
            if char in self.wide:
                writer.wide_char(left, top, char, size, self.width(char) * cell)
            elif char in self.boxed:
                writer.number_box(left, top, char, size, self.boxed[char] * cell)
            elif char != "\t" and char not in _NO_WIDTH:
                # A combining mark stands in the cell of the character before it.
                behind = cell if self.width(char) == 0 and here > 0 else 0.0
                writer.text(left - behind, top, char, size, colour, bold=bold)
