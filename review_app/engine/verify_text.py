"""The text of a page as PDFium reads it: which characters lie under a mark, and which words people see.

PDFium gives all text of a page, also what lies outside the crop box, in hidden layers, unpainted or under
pictures; whether a word is seen is told by drawing the page with and without it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence, Set
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.engine.geometry import Matrix, apply
from review_app.engine.verify_chars import (
    STRIDE,
    Boxes,
    CharTable,
    has_ink,
    meeting,
    objects_of,
    text_of,
    touching,
)

PAGE_SCALE = 0.75
"""Pixels a point of whole pages. PDFium draws letters three times faster so than at 1 (measured: 1.9 ms and
5.8 ms a page), and a letter of 6 points still darkens its place by more than the threshold."""

MIN_SEEN = 1.5
"""Points: lower letters nobody reads (redaction reference 7, step 5)."""

FAINT = 12
"""Of 255: letters that differ less from their ground nobody sees. Text is removed as unseen below 10."""

MAX_GROUPS = 6
"""Pictures of a page that are drawn to tell which of its words are seen."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in PDF user space, points."""

Pixels = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of a drawn page."""


@dataclass(slots=True)
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


class Thing(NamedTuple):
    """A page object at the top of a page: its address, kind and bounds in user space."""

    number: int
    kind: int
    box: Box

    @property
    def handle(self) -> Any:
        """PDFium's handle of it."""
        return handle_of(self.number)


def things_of(page: Any) -> list[Thing]:
    """The objects of a page in the order of painting."""
    return [Thing(*row) for row in objects_of(page.raw)]


def address(handle: Any) -> int:
    """A handle as a number, to tell objects apart."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def handle_of(number: int) -> Any:
    """The handle of a page object from its address."""
    return ctypes.cast(number, raw_api.FPDF_PAGEOBJECT)


class TextPage:
    """A page open for reading; its text is read when first asked for. Close it."""

    def __init__(self, document: Any, number: int) -> None:
        try:
            self.page = document[number - 1]
        except (pdfium.PdfiumError, RuntimeError) as error:
            raise InputRefused(f"Page {number} cannot be read by PDFium") from error
        self._number = number
        self._text: Any = None
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
        return text_of(self.raw, self.count) if self.count else ""

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

    @cached_property
    def chars(self) -> CharTable:
        """The boxes of the characters."""
        return CharTable(self.raw, self.count, self.text)

    @cached_property
    def frame(self) -> PageFrame:
        """The way from user space to the page as drawn."""
        return PageFrame(self.page)

    def index_of(self, offset: int) -> int:
        """The character that stands at an offset of ``text``."""
        return int(raw_api.FPDFText_GetCharIndexFromTextIndex(self.raw, offset))

    def chars_at(self, rects: Sequence[Box]) -> list[Char]:
        """The characters that a rectangle touches so far that they belong to it (``touched``)."""
        return self.chars_by(rects)[0]

    def chars_by(self, rects: Sequence[Box]) -> tuple[list[Char], list[list[int]]]:
        """The characters that belong to rectangles, and for each rectangle the positions of its own among
        them."""
        indexes = self.chars.near(rects) if self.count else np.zeros(0, dtype=np.int64)
        if not indexes.size:
            return [], [[] for _ in rects]
        boxes = self.chars.boxes(indexes)
        hits = touching(boxes, rects)
        mask = np.zeros(len(indexes), dtype=bool)
        for hit in hits:
            mask[hit] = True
        own = indexes[mask]
        found = list(map(
            Char, own.tolist(), self.chars.codes(own), map(_box, boxes[mask].tolist()),
            self.chars.generated(own),
        ))
        positions = np.cumsum(mask) - 1
        return found, [positions[hit].tolist() for hit in hits]

    def chars_meeting(self, rect: Box) -> list[Char]:
        """The characters whose ink shares area with a rectangle, however little."""
        indexes = self.chars.near([rect]) if self.count else np.zeros(0, dtype=np.int64)
        boxes = self.chars.boxes(indexes)
        mask = meeting(boxes, rect) & has_ink(boxes)
        return [
            Char(index, 0, _box(box))
            for index, box in zip(indexes[mask].tolist(), boxes[mask].tolist(), strict=True)
        ]

    def ink_near(self, rects: Sequence[Box]) -> Boxes:
        """The boxes of characters with ink; of those that share area with a rectangle, all."""
        indexes = self.chars.near(rects) if self.count and rects else np.zeros(0, dtype=np.int64)
        boxes = self.chars.boxes(indexes)
        return boxes[has_ink(boxes)]

    def by_object(self, chars: Sequence[Char]) -> dict[int, list[Char]]:
        """Characters by the address of the text object that they belong to, 0 for none."""
        found: dict[int, list[Char]] = {}
        numbers = self.chars.objects(np.array([c.index for c in chars], dtype=np.int64))
        for number, char in zip(numbers, chars, strict=True):
            found.setdefault(number, []).append(char)
        return found

    def unseen(
        self, stretches: Sequence[tuple[int, int]], scale: float = PAGE_SCALE
    ) -> list[tuple[int, int]]:
        """Those of the stretches of characters (first, behind the last) that nobody sees on the page.

        An even area shows no text. Where something else lies at the place, the page is drawn as readers show
        it, then without the text objects of the stretches; a stretch under which fewer than a fiftieth of the
        pixels change is not seen.
        """
        boxes = self.all_bounds(stretches)
        unseen = {i for i, box in enumerate(boxes) if box is None or _size(box) < MIN_SEEN}
        before = self.picture(scale)
        todo = []
        for i, box in enumerate(boxes):
            if box is None or i in unseen:
                continue
            x0, y0, x1, y1 = self.frame.pixels(box, scale, before.shape)
            part = before[y0:y1, x0:x1]
            if part.size == 0 or int(part.max()) - int(part.min()) < FAINT:
                unseen.add(i)  # an even area shows no letters
            elif self._is_over(box):
                todo.append((i, (x0, y0, x1, y1)))
        objects = {i: set(self.chars.objects(np.arange(*stretches[i]))) - {0} for i, _ in todo}
        for group in self._apart(todo, objects, scale):
            shown = self._without(set().union(*(objects[i] for i, _ in group)), scale)
            changed = apart(before, shown) > FAINT
            for i, (x0, y0, x1, y1) in group:
                if changed[y0:y1, x0:x1].mean() < 0.02:
                    unseen.add(i)
        return [stretches[i] for i in sorted(unseen)]

    def _apart(
        self, todo: Sequence[tuple[int, Pixels]], objects: Mapping[int, Set[int]], scale: float
    ) -> list[list[tuple[int, Pixels]]]:
        """The stretches in groups to be taken off the page together: text of another stretch that goes with
        one must not change the pixels at its place, or unseen text over it would pass for seen.

        Beyond MAX_GROUPS they are taken off together.
        """
        if len(todo) < 2:
            return [list(todo)] if todo else []
        shape = self.picture(scale).shape
        places = {t.number: self.frame.pixels(t.box, scale, shape) for t in self.things}
        groups: list[list[tuple[int, Pixels]]] = []
        for i, place in todo:
            for group in groups:
                if not any(
                    _meet(place, places.get(other)) for j, _ in group for other in objects[j] - objects[i]
                ) and not any(
                    _meet(at, places.get(own)) for j, at in group for own in objects[i] - objects[j]
                ):
                    group.append((i, place))
                    break
            else:
                if len(groups) < MAX_GROUPS:
                    groups.append([(i, place)])
                else:
                    groups[-1].append((i, place))
        return groups

    def _without(self, objects: Set[int], scale: float) -> NDArray[np.uint8]:
        """The page drawn without some of its text objects."""
        handles = [handle_of(number) for number in objects]
        for handle in handles:
            raw_api.FPDFPageObj_SetIsActive(handle, 0)
        try:
            return drawn(self.page, scale)
        finally:
            for handle in handles:
                raw_api.FPDFPageObj_SetIsActive(handle, 1)

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
        return int(np.count_nonzero(meeting(texts, inner))) > 1

    def bounds_of_run(self, start: int, end: int) -> Box | None:
        """The box of a line of characters; of a long one from every eighth: near enough for pixels."""
        if end <= start:
            return None
        step = STRIDE if end - start > 10 * STRIDE else 1
        boxes, has = self.chars.near_boxes(np.append(np.arange(start, end, step), end - 1))
        wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        inked = boxes[has & (np.where(high <= 0, np.maximum(wide, high), high) > 0.1)]  # a blank has no ink
        if not len(inked):
            return None
        return _box([*inked[:, :2].min(axis=0).tolist(), *inked[:, 2:].max(axis=0).tolist()])

    def bounds(self, start: int, end: int) -> Box | None:
        """The box of a word in user space, from its first, middle and last letter; None without ink."""
        return self.all_bounds([(start, end)])[0]

    def all_bounds(self, stretches: Sequence[tuple[int, int]]) -> list[Box | None]:
        """``bounds`` of many words."""
        if not stretches or not self.count:
            return [None for _ in stretches]
        spans = np.array(stretches, dtype=np.int64)
        first, last = spans[:, 0], np.maximum(spans[:, 1] - 1, spans[:, 0])
        some = np.stack([first, (first + spans[:, 1]) // 2, last])
        boxes, has = self.chars.near_boxes(np.clip(some, 0, self.count - 1).ravel())
        boxes = boxes.reshape(3, -1, 4)
        has = has.reshape(3, -1) & (spans[:, 1] > first) & (some >= 0)
        low = np.where(has[:, :, None], boxes[:, :, :2], np.inf).min(axis=0)
        high = np.where(has[:, :, None], boxes[:, :, 2:], -np.inf).max(axis=0)
        rows = np.hstack([low, high]).tolist()
        inked = np.asarray(has.any(axis=0)).tolist()
        return [_box(row) if ok else None for row, ok in zip(rows, inked, strict=True)]


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


def drawn(page: Any, scale: float, clip: Rect | None = None, *, ground: int = 255) -> NDArray[np.uint8]:
    """The page, or a part of it (points as drawn), in grey as PDFium shows it, annotations included, on paper
    of a tone."""
    part = clip or Rect(0.0, 0.0, *page.get_size())
    wide, high = max(1, round(part.width * scale)), max(1, round(part.height * scale))
    pixels = np.full((high, (wide + 3) // 4 * 4), ground, dtype=np.uint8)
    bitmap = raw_api.FPDFBitmap_CreateEx(
        wide, high, raw_api.FPDFBitmap_Gray, pixels.ctypes.data_as(ctypes.c_void_p), pixels.shape[1]
    )
    matrix = raw_api.FS_MATRIX(scale, 0, 0, scale, -part.x0 * scale, -part.y0 * scale)
    raw_api.FPDF_RenderPageBitmapWithMatrix(
        bitmap, page.raw, matrix, raw_api.FS_RECTF(0, 0, wide, high), raw_api.FPDF_ANNOT
    )
    raw_api.FPDFBitmap_Destroy(bitmap)
    return pixels[:, :wide]


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


def apart(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """By how much the tones of two pictures differ."""
    return np.asarray(np.maximum(a, b) - np.minimum(a, b))


def _box(row: Sequence[float]) -> Box:
    return row[0], row[1], row[2], row[3]


def _meet(a: Pixels, b: Pixels | None) -> bool:
    """True where two places share more than a line of pixels: neighbouring lines of text do not."""
    return b is not None and min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1


def _size(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1]) if box[3] - box[1] <= 0 else box[3] - box[1]
