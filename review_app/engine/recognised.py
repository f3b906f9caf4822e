"""The text of a page that became a picture, read from that picture alone and laid over it unseen.

Only pixels that are in the copy are read, so nothing can come back that was taken out of them. Words that lie
at a box are left out. The font has no shapes and lists no letter but those that stand on some page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name

from review_app.domain.geometry import Rect
from review_app.engine import ocr_turned
from review_app.engine.geometry import Frame
from review_app.engine.gstate import mul
from review_app.engine.ocr_picture import has_ink
from review_app.engine.ocr_types import EngineFailed, Found, Picture, Recogniser
from review_app.engine.operators import number
from review_app.engine.regions import Regions

FONT = "RvOcr"
"""How the fonts of such text are called in a page's resources; numbers follow. No word: it may be removed."""

LEAST_SURE = 0.3
_CODES = 255
_ADVANCE = 500
_LOW, _HIGH = -200, 800


def pages_of(pdf: Any) -> set[int]:
    """Pages (from 1) of a finished file whose text was recognised by this program."""
    found = set()
    for index, page in enumerate(pdf.pages, start=1):
        resources = page.obj.get("/Resources")
        fonts = resources.get("/Font") if isinstance(resources, Dictionary) else None
        if isinstance(fonts, Dictionary) and any(key.startswith(f"/{FONT}") for key in dict(fonts)):
            found.add(index)
    return found


class TextLayer:
    """Unseen text for pages of one new file. Call :meth:`finish` before it is written.

    ``words`` counts those that were laid over pictures, ``failed`` the pages that could not be read.
    """

    def __init__(self, pdf: pikepdf.Pdf, engine: Recogniser) -> None:
        self._pdf = pdf
        self._engine = engine
        self._codes: dict[str, tuple[int, int]] = {}
        self._fonts: list[Any] = []
        self.words = 0
        self.failed: list[int] = []

    @property
    def title(self) -> str:
        """What reads, for people."""
        return self._engine.title

    def over(
        self, page: int, values: NDArray[np.uint8], frame: Frame, boxes: Sequence[Rect]
    ) -> tuple[bytes, dict[str, Any]]:
        """Operators of the text of a picture, and the fonts they need by name.

        Args:
            page: the page's number.
            values: the page's pixels, marked places already overwritten; rows of RGB.
            frame: the page's measures.
            boxes: marked places and boxes, in page space.
        """
        try:
            found = self._read(values, frame)
        except EngineFailed:
            self.failed.append(page)
            return b"", {}
        regions = Regions(list(boxes))
        out, fonts = [b"BT 3 Tr"], {}
        for word in found:
            place = Rect(word.x0, word.y0, word.x1, word.y1)
            if word.sure < LEAST_SURE or place.is_empty or regions.near(place):
                continue
            for part in self._parts(word.text):
                fonts[f"/{FONT}{part[0] + 1}"] = self._fonts[part[0]]
                out.append(_shown(part, place, frame))
                self.words += 1
        return (b"\n".join([*out, b"ET"]), fonts) if len(out) > 1 else (b"", {})

    def _read(self, values: NDArray[np.uint8], frame: Frame) -> list[Found]:
        grey = np.ascontiguousarray(values[:, :, 1])
        if not has_ink(grey):
            return []
        sx, sy = frame.width / grey.shape[1], frame.height / grey.shape[0]
        dpi = max(70, round(72 / sx))
        return [
            Found(f.text, f.x0 * sx, f.y0 * sy, f.x1 * sx, f.y1 * sy, f.sure)
            for f in ocr_turned.read(self._engine, Picture(grey, dpi))
        ]

    def _parts(self, text: str) -> list[tuple[int, bytes, float, float]]:
        """A word as stretches of one font: its number, codes, and where it begins and ends (0 to 1)."""
        shown = [c for c in text if c.isprintable() and not c.isspace()]
        parts: list[tuple[int, bytes, float, float]] = []
        for at, char in enumerate(shown):
            font, code = self._code(char)
            begin, end = at / len(shown), (at + 1) / len(shown)
            if parts and parts[-1][0] == font:
                parts[-1] = (font, parts[-1][1] + bytes([code]), parts[-1][2], end)
            else:
                parts.append((font, bytes([code]), begin, end))
        return parts

    def _code(self, char: str) -> tuple[int, int]:
        if char not in self._codes:
            font, code = divmod(len(self._codes), _CODES)
            if font == len(self._fonts):
                self._fonts.append(self._pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type3)))
            self._codes[char] = font, code + 1
        return self._codes[char]

    def finish(self) -> None:
        """Writes the fonts: their codes, widths and letters."""
        shape = None
        for at, font in enumerate(self._fonts):
            own = {code: char for char, (number_, code) in self._codes.items() if number_ == at}
            shape = shape or self._pdf.make_stream(
                b"%d 0 0 %d %d %d d1" % (_ADVANCE, _LOW, _ADVANCE, _HIGH)
            )
            font.FontBBox = [0, _LOW, _ADVANCE, _HIGH]
            font.FontMatrix = [0.001, 0, 0, 0.001, 0, 0]
            font.FirstChar, font.LastChar = 1, len(own)
            font.Widths = Array([_ADVANCE] * len(own))
            font.CharProcs = Dictionary(g=shape)
            font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([1, *([Name.g] * len(own))]))
            font.Resources = Dictionary()
            font.ToUnicode = self._pdf.make_stream(_to_unicode(own))


def _shown(part: tuple[int, bytes, float, float], place: Rect, frame: Frame) -> bytes:
    """A stretch of a word fitted into its place."""
    font, codes, begin, end = part
    runs_down = place.height > 1.5 * place.width and len(codes) > 2
    size = place.width if runs_down else place.height
    length = (place.height if runs_down else place.width) * (end - begin)
    wide = 100.0 * length / (len(codes) * size * _ADVANCE / 1000)
    low = size * -_LOW / 1000
    if runs_down:
        local = (0.0, 1.0, 1.0, 0.0, place.x0 + low, place.y0 + place.height * begin)
    else:
        local = (1.0, 0.0, 0.0, -1.0, place.x0 + place.width * begin, place.y1 - low)
    matrix = mul(local, frame.to_user)
    return b"/%s%d %s Tf %s Tz %s Tm <%s> Tj" % (
        FONT.encode(), font + 1, number(round(size, 3)), number(round(wide, 2)),
        b" ".join(number(round(v, 4)) for v in matrix), codes.hex().encode(),
    )


def _to_unicode(codes: dict[int, str]) -> bytes:
    rows = [b"<%02x> <%s>" % (c, t.encode("utf-16-be").hex().encode()) for c, t in sorted(codes.items())]
    blocks = [
        b"%d beginbfchar\n%s\nendbfchar" % (len(part), b"\n".join(part))
        for part in (rows[i : i + 100] for i in range(0, len(rows), 100))
    ]
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n" + b"\n".join(blocks)
        + b"\nendcmap CMapName currentdict /CMap defineresource pop end end"
    )
