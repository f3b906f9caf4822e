"""The text of a page as PDFium reads it: which characters lie under a mark, and which words people see.

PDFium gives all text of a page, also what lies outside the crop box, in hidden layers, unpainted or under
pictures; whether a word is seen is told by drawing the page with and without it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.engine.geometry import Matrix, apply
from review_app.engine.regions import Regions

_STRIDE = 8
_SMALL_PAGE = 600
"""Characters up to which every one is looked at."""

PAGE_SCALE = 0.75
"""Pixels a point of whole pages. PDFium draws letters three times faster so than at 1 (measured: 1.9 ms and
5.8 ms a page), and a letter of 6 points still darkens its place by more than the threshold."""

_char_box = raw_api.FPDFText_GetCharBox

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


@dataclass(frozen=True, slots=True)
class Thing:
    """A page object at the top of a page: its handle, kind and bounds in user space."""

    handle: Any
    kind: int
    box: Box


def things_of(page: Any) -> list[Thing]:
    """The objects of a page in the order of painting."""
    found = []
    sides = [ctypes.c_float() for _ in range(4)]
    for index in range(raw_api.FPDFPage_CountObjects(page.raw)):
        handle = raw_api.FPDFPage_GetObject(page.raw, index)
        if raw_api.FPDFPageObj_GetBounds(handle, *sides):
            left, bottom, right, top = (s.value for s in sides)
            found.append(Thing(handle, raw_api.FPDFPageObj_GetType(handle), (left, bottom, right, top)))
    return found


def address(handle: Any) -> int:
    """A handle as a number, to tell objects apart."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


class TextPage:
    """A page open for reading; its text is read when first asked for. Close it."""

    def __init__(self, document: Any, number: int) -> None:
        try:
            self.page = document[number - 1]
        except (pdfium.PdfiumError, RuntimeError) as error:
            raise InputRefused(f"Page {number} cannot be read by PDFium") from error
        self._number = number
        self._text: Any = None
        self._boxes: dict[int, Box | None] = {}
        self._sides = tuple(ctypes.c_double() for _ in range(4))
        self._samples: tuple[list[tuple[int, int]], NDArray[np.float64]] | None = None
        self._things: list[Thing] | None = None
        self._places: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
        self._pictures: dict[float, NDArray[np.uint8]] = {}

    def close(self) -> None:
        """Gives the memory back."""
        if self._text is not None:
            self._text.close()
        self.page.close()

    @property
    def raw(self) -> Any:
        """PDFium's handle of the text.

        Raises:
            InputRefused: it cannot be read.
        """
        if self._text is None:
            try:
                self._text = self.page.get_textpage()
            except (pdfium.PdfiumError, RuntimeError) as error:
                raise InputRefused(f"Page {self._number} cannot be read by PDFium") from error
        return self._text.raw

    @cached_property
    def count(self) -> int:
        """Characters, those that PDFium adds between words and lines included."""
        return max(0, int(raw_api.FPDFText_CountChars(self.raw)))

    @cached_property
    def text(self) -> str:
        """All text of the page."""
        if not self.count:
            return ""
        size = self.count + 1
        buffer = ctypes.create_string_buffer(2 * size + 2)
        got = raw_api.FPDFText_GetText(
            self.raw, 0, self.count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        )
        return buffer.raw[: 2 * max(0, got - 1)].decode("utf-16-le", "replace")

    @property
    def things(self) -> list[Thing]:
        """The objects of the page, looked up once."""
        if self._things is None:
            self._things = things_of(self.page)
        return self._things

    def picture(self, scale: float) -> NDArray[np.uint8]:
        """The page in grey, drawn once for each scale."""
        if scale not in self._pictures:
            self._pictures[scale] = drawn(self.page, scale)
        return self._pictures[scale]

    def box(self, index: int) -> Box | None:
        """The box of a character's ink in user space; None where it has none."""
        if index in self._boxes:
            return self._boxes[index]
        left, right, bottom, top = self._sides
        found: Box | None = None
        if _char_box(self.raw, index, left, right, bottom, top):
            a, b, c, d = left.value, bottom.value, right.value, top.value
            found = (a, b, c, d) if c > a or d > b else None
        self._boxes[index] = found
        return found

    def index_of(self, offset: int) -> int:
        """The character that stands at an offset of ``text``."""
        return int(raw_api.FPDFText_GetCharIndexFromTextIndex(self.raw, offset))

    def chars_at(self, rects: Sequence[Box]) -> list[Char]:
        """The characters that a rectangle touches so far that they belong to it (``touched``)."""
        found = []
        places = Regions([Rect(*rect) for rect in rects])
        for start, end in self._near(rects):
            for index in range(start, end):
                box = self.box(index)
                if box is not None and any(touched(box, rects[i]) for i in places.hits(Rect(*box))):
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
        """Stretches of characters that may lie in the rectangles."""
        if self.count <= _SMALL_PAGE:
            return [(0, self.count)] if self.count else []
        stretches, places = self._sampled()
        near = np.zeros(len(stretches), dtype=bool)
        for rect in rects:
            near |= meeting(places, rect)
        found: list[tuple[int, int]] = []
        for at in np.flatnonzero(near).tolist():
            begin, end = stretches[at]
            if found and begin <= found[-1][1]:
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
        return found

    def _sampled(self) -> tuple[list[tuple[int, int]], NDArray[np.float64]]:
        """Stretches of characters and, with room to spare, where they lie.

        Every eighth character is asked for its place: characters between two samples lie near one of them,
        except on a page whose characters are drawn in no order, and there the stretch between is large.
        """
        if self._samples is None:
            found = [
                (index, box) for index in [*range(0, self.count - 1, _STRIDE), self.count - 1]
                if (box := self._any_box(index)) is not None
            ]
            indexes = [index for index, _ in found]
            boxes = np.array([box for _, box in found], dtype=np.float64).reshape(-1, 4)
            ends = [*indexes[1:], self.count]
            high = boxes[:, 3] - boxes[:, 1]
            size = np.where(high <= 0, boxes[:, 2] - boxes[:, 0], high)
            after = np.vstack([boxes[1:], boxes[-1:]])
            reach = 0.65 * np.clip(np.maximum(size, np.append(size[1:], size[-1:])), 4.0, 60.0)
            places = np.stack([
                np.minimum(boxes[:, 0], after[:, 0]) - reach, np.minimum(boxes[:, 1], after[:, 1]) - reach,
                np.maximum(boxes[:, 2], after[:, 2]) + reach, np.maximum(boxes[:, 3], after[:, 3]) + reach,
            ], axis=1)
            begins = [0, *indexes[1:]]  # what has no ink before the first sample belongs to it
            self._samples = list(zip(begins, ends, strict=True)), places
        return self._samples

    def _any_box(self, index: int) -> Box | None:
        for at in range(index, max(-1, index - _STRIDE), -1):
            box = self.box(at)
            if box is not None:
                return box
        return None

    def unseen(
        self, stretches: Sequence[tuple[int, int]], scale: float = PAGE_SCALE
    ) -> list[tuple[int, int]]:
        """Those of the stretches of characters (first, behind the last) that nobody sees on the page.

        An even area shows no text. Where something else lies at the place, the page is drawn as readers show
        it, then without the text objects of the stretches; a stretch under which fewer than a fiftieth of the
        pixels change is not seen.
        """
        boxes = [self.bounds(start, end) for start, end in stretches]
        unseen = {i for i, box in enumerate(boxes) if box is None or _size(box) < MIN_SEEN}
        frame = PageFrame(self.page)
        before = self.picture(scale)
        todo = []
        for i, box in enumerate(boxes):
            if box is None or i in unseen:
                continue
            x0, y0, x1, y1 = frame.pixels(box, scale, before.shape)
            part = before[y0:y1, x0:x1]
            if part.size == 0 or int(part.max()) - int(part.min()) < 24:
                unseen.add(i)  # an even area shows no letters
            elif self._is_over(box):
                todo.append((i, (x0, y0, x1, y1)))
        if todo:
            objects = {}
            for i, _ in todo:
                for index in range(*stretches[i]):
                    thing = raw_api.FPDFText_GetTextObject(self.raw, index)
                    if thing:
                        objects[address(thing)] = thing
            for thing in objects.values():
                raw_api.FPDFPageObj_SetIsActive(thing, 0)
            after = drawn(self.page, scale)
            for thing in objects.values():
                raw_api.FPDFPageObj_SetIsActive(thing, 1)
            changed = np.abs(before.astype(np.int16) - after.astype(np.int16)) > 24
            for i, (x0, y0, x1, y1) in todo:
                if changed[y0:y1, x0:x1].mean() < 0.02:
                    unseen.add(i)
        return [stretches[i] for i in sorted(unseen)]

    def _is_over(self, box: Box) -> bool:
        """True when something else lies at a place, or another text: it could hide the text, or be what is
        seen."""
        if self._places is None:
            text = raw_api.FPDF_PAGEOBJ_TEXT
            self._places = (
                np.array([t.box for t in self.things if t.kind != text], dtype=np.float64).reshape(-1, 4),
                np.array([t.box for t in self.things if t.kind == text], dtype=np.float64).reshape(-1, 4),
            )
        others, texts = self._places
        if len(others) and bool(meeting(others, box).any()):
            return True
        wide, high = 0.3 * (box[2] - box[0]), 0.5 * (box[3] - box[1])
        inner = (box[0] + wide, box[1] + high, box[2] - wide, box[3] - high)
        return int(meeting(texts, inner).sum()) > 1

    def bounds_of_run(self, start: int, end: int) -> Box | None:
        """The box of a line of characters; of a long one from every eighth: near enough for pixels."""
        bounds: Box | None = None
        step = _STRIDE if end - start > 10 * _STRIDE else 1
        for index in {*range(start, end, step), end - 1}:
            box = self._any_box(index) if index >= start else None
            if box is not None and _size(box) > 0.1:  # the box of a blank has no ink
                bounds = box if bounds is None else _union(bounds, box)
        return bounds

    def bounds(self, start: int, end: int) -> Box | None:
        """The box of a word in user space, from its first, middle and last letter; None without ink."""
        bounds: Box | None = None
        for index in {start, (start + end) // 2, end - 1} if end > start else ():
            box = self._any_box(index)
            if box is not None:
                bounds = box if bounds is None else _union(bounds, box)
        return bounds


class PageFrame:
    """From user space to the page as PDFium draws it: crop box and rotation, but not UserUnit."""

    def __init__(self, page: Any) -> None:
        self.width, self.height = page.get_size()
        self._page = page

    @cached_property
    def _matrix(self) -> Matrix:
        (a, b), (c, d), (e, f) = (self._asked(x, y) for x, y in ((1000, 0), (0, 1000), (0, 0)))
        return ((a - e) / 1000, (b - f) / 1000, (c - e) / 1000, (d - f) / 1000, e, f)

    def _asked(self, x: float, y: float) -> tuple[float, float]:
        dx, dy = ctypes.c_int(), ctypes.c_int()
        fine = 1000
        raw_api.FPDF_PageToDevice(
            self._page.raw, 0, 0, int(self.width * fine), int(self.height * fine), 0, x, y, dx, dy
        )
        return dx.value / fine, dy.value / fine

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of user space in points of the drawn page, origin top left."""
        return apply(self._matrix, x, y)

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


def meeting(boxes: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    """Which rows of ``boxes`` share area with a box."""
    return np.asarray(
        (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])
    )


def _union(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _size(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1]) if box[3] - box[1] <= 0 else box[3] - box[1]
