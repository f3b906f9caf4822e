"""The text of a page as PDFium reads it: which characters lie under a mark, and which words people see.

PDFium gives all text of a page, also what lies outside the crop box, in hidden layers, unpainted or under
pictures; whether a word is seen is told by drawing the page with and without it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect

_STRIDE = 6
_SMALL_PAGE = 600
"""Characters up to which every one is looked at."""

MIN_SEEN = 1.5
"""Points: lower letters nobody reads (redaction reference 7, step 5)."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in PDF user space, points."""


@dataclass(frozen=True, slots=True)
class Char:
    """A character: its index on the page, its code point and its box in user space."""

    index: int
    code: int
    box: Box
    is_generated: bool = False

    @property
    def text(self) -> str:
        """The character, a replacement character where the file does not say which it is."""
        return chr(self.code) if 0 < self.code < 0x110000 and not 0xD800 <= self.code < 0xE000 else "\ufffd"


def open_pdfium(data: bytes, password: str | None = None) -> Any:
    """``pypdfium2.PdfDocument`` over bytes.

    Raises:
        InputRefused: PDFium cannot open it.
    """
    try:
        return pdfium.PdfDocument(data, password=password or None)
    except (pdfium.PdfiumError, ValueError):
        raise InputRefused(
            "The PDF cannot be opened by PDFium", why="many readers would refuse it",
            todo="Get the file again from its source",
        ) from None


class TextPage:
    """A page open for reading. Close it."""

    def __init__(self, document: Any, number: int) -> None:
        try:
            self.page = document[number - 1]
            self._text = self.page.get_textpage()
        except (pdfium.PdfiumError, RuntimeError) as error:
            raise InputRefused(f"Page {number} cannot be read by PDFium") from error
        self.raw = self._text.raw
        self.count = max(0, raw_api.FPDFText_CountChars(self.raw))
        self.text = self._whole()

    def close(self) -> None:
        """Gives the memory back."""
        self._text.close()
        self.page.close()

    def _whole(self) -> str:
        if not self.count:
            return ""
        size = self.count + 1
        buffer = ctypes.create_string_buffer(2 * size + 2)
        got = raw_api.FPDFText_GetText(
            self.raw, 0, self.count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        )
        return buffer.raw[: 2 * max(0, got - 1)].decode("utf-16-le", "replace")

    def box(self, index: int) -> Box | None:
        """The box of a character's ink in user space; None where it has none."""
        values = [ctypes.c_double() for _ in range(4)]
        if not raw_api.FPDFText_GetCharBox(self.raw, index, *values):
            return None
        left, right, bottom, top = (v.value for v in values)
        return (left, bottom, right, top) if right > left or top > bottom else None

    def index_of(self, offset: int) -> int:
        """The character that stands at an offset of ``text``."""
        return int(raw_api.FPDFText_GetCharIndexFromTextIndex(self.raw, offset))

    def chars_at(self, rects: Sequence[Box]) -> list[Char]:
        """The characters that a rectangle touches so far that they belong to it (``touched``)."""
        found = []
        for start, end in self._near(rects):
            for index in range(start, end):
                box = self.box(index)
                if box is not None and any(touched(box, rect) for rect in rects):
                    found.append(Char(
                        index, int(raw_api.FPDFText_GetUnicode(self.raw, index)), box,
                        bool(raw_api.FPDFText_IsGenerated(self.raw, index) == 1),
                    ))
        return found

    def chars_meeting(self, rect: Box) -> list[Char]:
        """The characters whose ink shares area with a rectangle, however little."""
        found = []
        for start, end in self._near([rect]):
            for index in range(start, end):
                box = self.box(index)
                if box is not None and _meets(box, rect):
                    found.append(Char(index, 0, box))
        return found

    def _near(self, rects: Sequence[Box]) -> list[tuple[int, int]]:
        """Stretches of characters that may lie in the rectangles.

        Every sixth character is asked for its place: characters between two samples lie near one of them,
        except on a page whose characters are drawn in no order, and there the stretch between is large.
        """
        if self.count <= _SMALL_PAGE:
            return [(0, self.count)] if self.count else []
        found: list[tuple[int, int]] = []
        last: Box | None = None
        for index in range(0, self.count + _STRIDE, _STRIDE):
            box = self._any_box(min(index, self.count - 1))
            span = box if last is None or box is None else _union(last, box)
            if span is not None:
                reach = 1.5 * max(4.0, min(60.0, span[3] - span[1] if last is None else _size(box or span)))
                wide = (span[0] - reach, span[1] - reach, span[2] + reach, span[3] + reach)
                if any(_meets(wide, rect) for rect in rects):
                    begin, end = max(0, index - _STRIDE), min(self.count, index + _STRIDE)
                    if found and begin <= found[-1][1]:
                        found[-1] = (found[-1][0], end)
                    else:
                        found.append((begin, end))
            last = box
        return found

    def _any_box(self, index: int) -> Box | None:
        for at in range(index, max(-1, index - _STRIDE), -1):
            box = self.box(at)
            if box is not None:
                return box
        return None

    def unseen(self, stretches: Sequence[tuple[int, int]], scale: float = 2.0) -> list[tuple[int, int]]:
        """Those of the stretches of characters (first, behind the last) that nobody sees on the page.

        The page is drawn as readers show it, then without the text objects of the stretches; a stretch under
        which fewer than a fiftieth of the pixels change is not seen.
        """
        boxes = [self.bounds(start, end) for start, end in stretches]
        unseen = {i for i, box in enumerate(boxes) if box is None or _size(box) < MIN_SEEN}
        todo = [i for i in range(len(boxes)) if i not in unseen]
        if todo:
            objects = {}
            for i in todo:
                for index in range(*stretches[i]):
                    thing = raw_api.FPDFText_GetTextObject(self.raw, index)
                    if thing:
                        objects[ctypes.cast(thing, ctypes.c_void_p).value] = thing
            before = drawn(self.page, scale)
            for thing in objects.values():
                raw_api.FPDFPageObj_SetIsActive(thing, 0)
            after = drawn(self.page, scale)
            for thing in objects.values():
                raw_api.FPDFPageObj_SetIsActive(thing, 1)
            changed = np.abs(before.astype(np.int16) - after.astype(np.int16)) > 24
            frame = PageFrame(self.page)
            for i in todo:
                x0, y0, x1, y1 = frame.pixels(boxes[i] or (0, 0, 0, 0), scale, before.shape)
                part = changed[y0:y1, x0:x1]
                if part.size == 0 or part.mean() < 0.02:
                    unseen.add(i)
        return [stretches[i] for i in sorted(unseen)]

    def bounds_of_run(self, start: int, end: int) -> Box | None:
        """The box of a line of characters, from every sixth of them: close enough to look at its pixels."""
        bounds: Box | None = None
        for index in {*range(start, end, _STRIDE), end - 1}:
            box = self._any_box(index) if index >= start else None
            if box is not None:
                bounds = box if bounds is None else _union(bounds, box)
        return bounds

    def bounds(self, start: int, end: int) -> Box | None:
        """The box of the ink of a stretch of characters in user space; None where there is none."""
        bounds: Box | None = None
        for index in range(start, end):
            box = self.box(index)
            if box is not None:
                bounds = box if bounds is None else _union(bounds, box)
        return bounds


class PageFrame:
    """From user space to the page as PDFium draws it: crop box and rotation, but not UserUnit."""

    def __init__(self, page: Any) -> None:
        self.width, self.height = page.get_size()
        self._page = page

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of user space in points of the drawn page, origin top left."""
        dx, dy = ctypes.c_int(), ctypes.c_int()
        size = 1000
        wide, high = int(self.width * size / 100), int(self.height * size / 100)
        raw_api.FPDF_PageToDevice(self._page.raw, 0, 0, wide, high, 0, x, y, dx, dy)
        return dx.value * self.width / wide, dy.value * self.height / high

    def rect(self, box: Box) -> Rect:
        """A box of user space in points of the drawn page."""
        return Rect.of((*self.point(box[0], box[1]), *self.point(box[2], box[3])))

    def pixels(self, box: Box, scale: float, shape: Sequence[int]) -> tuple[int, int, int, int]:
        """A box of user space in pixels, cut to a picture of ``shape`` (rows, columns)."""
        r = self.rect(box)
        x0, y0 = max(0, int(r.x0 * scale)), max(0, int(r.y0 * scale))
        return x0, y0, min(shape[1], int(r.x1 * scale) + 1), min(shape[0], int(r.y1 * scale) + 1)


def drawn(page: Any, scale: float, clip: Rect | None = None) -> NDArray[np.uint8]:
    """The page, or a part of it (points as drawn), in grey as PDFium shows it, annotations included."""
    width, height = page.get_size()
    part = clip or Rect(0.0, 0.0, width, height)
    wide, high = max(1, round(part.width * scale)), max(1, round(part.height * scale))
    bitmap = pdfium.PdfBitmap.new_native(wide, high, raw_api.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, wide, high)
    matrix = raw_api.FS_MATRIX(scale, 0, 0, scale, -part.x0 * scale, -part.y0 * scale)
    raw_api.FPDF_RenderPageBitmapWithMatrix(
        bitmap.raw, page.raw, matrix, raw_api.FS_RECTF(0, 0, wide, high), raw_api.FPDF_ANNOT
    )
    return np.array(bitmap.to_numpy().reshape(high, -1)[:, :wide], copy=True)


def touched(box: Box, rect: Box) -> bool:
    """True when a character belongs to a marked rectangle: its middle lies in it, or a quarter of its width
    does at half of its height (measured: a box that covers more of a letter is not read past, redaction
    reference 3)."""
    across = _overlap(box[0], box[2], rect[0], rect[2])
    along = _overlap(box[1], box[3], rect[1], rect[3])
    return across > 0.25 and along > 0.5


def _overlap(a0: float, a1: float, b0: float, b1: float) -> float:
    size = a1 - a0
    if size <= 0:
        return 1.0 if b0 <= a0 <= b1 else 0.0
    return max(0.0, min(a1, b1) - max(a0, b0)) / size


def _meets(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _union(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _size(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1]) if box[3] - box[1] <= 0 else box[3] - box[1]


def runs(chars: Iterable[Char]) -> list[str]:
    """The characters as stretches of text: once in the order of the file, once as they stand on the page.

    Letters drawn in no order make words only by their place.
    """
    ordered = list(chars)
    found = [_joined(ordered, by_index=True)]
    rows: list[list[Char]] = []
    for char in sorted(ordered, key=lambda c: -(c.box[1] + c.box[3])):
        middle = (char.box[1] + char.box[3]) / 2
        for row in rows:
            if row[0].box[1] <= middle <= row[0].box[3] or (
                char.box[1] <= (row[0].box[1] + row[0].box[3]) / 2 <= char.box[3]
            ):
                row.append(char)
                break
        else:
            rows.append([char])
    found += [_joined(sorted(row, key=lambda c: c.box[0]), by_index=False) for row in rows]
    return [run for run in dict.fromkeys(found) if run.strip()]


def _joined(chars: Sequence[Char], *, by_index: bool) -> str:
    out = ""
    last: Char | None = None
    for char in chars:
        if char.is_generated or char.text.isspace():
            last, out = None, out + " "
            continue
        if last is not None:
            gap = char.box[0] - last.box[2]
            size = max(char.box[3] - char.box[1], last.box[3] - last.box[1], 2.0)
            if char.index != last.index + 1 if by_index else gap > 0.3 * size:
                out += " "
        out += char.text
        last = char
    return out
