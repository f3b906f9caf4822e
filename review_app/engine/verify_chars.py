"""The characters of a page as PDFium has them, read many at a time.

PDFium gives one character a call. Called by address from C loops (``map``) and into an array, a box costs a
third of what it does with Python's own conversions, and what is done with boxes is done on arrays.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import compress, repeat
from typing import Any

import numpy as np
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

STRIDE = 8
"""Every so many characters one is asked for its place."""

_FAR = 1e6
"""Points beyond every page."""

_BLOCK = 64
"""Characters whose common places are asked for at once."""

_SMALL_PAGE = 600
"""Characters up to which every one is looked at."""

_PAIRS = 500_000
"""Pairs of a box and a rectangle that are compared at once."""

Boxes = NDArray[np.float64]
"""One row a box: left, bottom, right, top in PDF user space, points."""

Indexes = NDArray[np.int64]


def _by_address(function: Any, result: Any, *arguments: Any) -> Any:
    """A function of PDFium that takes addresses as numbers."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_P, _I = ctypes.c_void_p, ctypes.c_int
_char_box = _by_address(raw_api.FPDFText_GetCharBox, _I, _P, _I, _P, _P, _P, _P)
_unicode = _by_address(raw_api.FPDFText_GetUnicode, ctypes.c_uint, _P, _I)
_is_generated = _by_address(raw_api.FPDFText_IsGenerated, _I, _P, _I)
_text_object = _by_address(raw_api.FPDFText_GetTextObject, _P, _P, _I)
_count_rects = _by_address(raw_api.FPDFText_CountRects, _I, _P, _I, _I)
_rect = _by_address(raw_api.FPDFText_GetRect, _I, _P, _I, _P, _P, _P, _P)
_text = _by_address(raw_api.FPDFText_GetText, _I, _P, _I, _I, _P)
_D = ctypes.c_double
_bounded = _by_address(raw_api.FPDFText_GetBoundedText, _I, _P, _D, _D, _D, _D, _P, _I)
_count_objects = _by_address(raw_api.FPDFPage_CountObjects, _I, _P)
_object = _by_address(raw_api.FPDFPage_GetObject, _P, _P, _I)
_kind = _by_address(raw_api.FPDFPageObj_GetType, _I, _P)
_bounds = _by_address(raw_api.FPDFPageObj_GetBounds, _I, _P, _P, _P, _P, _P)


class CharTable:
    """Boxes of the characters of a page, read when first asked for.

    Args:
        raw: PDFium's handle of the text.
        count: characters on the page.
        text: all text of the page.
    """

    def __init__(self, raw: Any, count: int, text: str) -> None:
        self._handle = ctypes.cast(raw, _P).value
        self._count = count
        self._text = text
        self._boxes = np.zeros((count, 4), dtype=np.float64)
        self._is_read = np.zeros(count, dtype=bool)
        self._start = self._boxes.ctypes.data
        self._samples: tuple[Indexes, Boxes] | None = None
        self._covered: tuple[Indexes, Boxes] | None = None

    def boxes(self, indexes: Indexes) -> Boxes:
        """The boxes of characters' ink; all zero for a character that has none."""
        new = indexes[~self._is_read[indexes]]
        if new.size:
            self._is_read[new] = True
            at = self._start + 32 * new
            left, bottom, right, top = ((at + 8 * side).tolist() for side in range(4))
            deque(map(_char_box, repeat(self._handle), new.tolist(), left, right, bottom, top), maxlen=0)
        return self._boxes[indexes]

    def near_boxes(self, indexes: Indexes) -> tuple[Boxes, NDArray[np.bool_]]:
        """The boxes of characters, or of the last ones with ink shortly before them; and which have one."""
        boxes = self.boxes(indexes)
        has = has_ink(boxes)
        if not has.all():
            boxes = boxes.copy()
            for back in range(1, STRIDE):
                todo = np.flatnonzero(~has & (indexes >= back))
                if not todo.size:
                    break
                boxes[todo] = self.boxes(indexes[todo] - back)
                has[todo] = has_ink(boxes[todo])
        return boxes, has

    def codes(self, indexes: Indexes) -> list[int]:
        """Code points."""
        return list(map(_unicode, repeat(self._handle), indexes.tolist()))

    def generated(self, indexes: Indexes) -> list[bool]:
        """Which characters PDFium added between words and lines."""
        return [value == 1 for value in map(_is_generated, repeat(self._handle), indexes.tolist())]

    def objects(self, indexes: Indexes) -> list[int]:
        """The addresses of the text objects that characters belong to; 0 without one."""
        return [value or 0 for value in map(_text_object, repeat(self._handle), indexes.tolist())]

    def near(self, rects: Sequence[Sequence[float]]) -> Indexes:
        """The characters that may lie in rectangles, in order."""
        if self._count <= _SMALL_PAGE:
            return np.arange(self._count)
        mask = np.zeros(self._count, dtype=bool)
        if not self._have_area:
            begins, places = self._sampled()
            samples = meeting_any(places, rects)
            if samples.any():
                mask |= np.repeat(samples, np.diff(begins, append=self._count))
        blocks, areas = self._areas()
        parts = meeting_any(areas, rects)
        for block in np.unique(blocks[parts]).tolist():  # with the blanks around it
            mask[max(0, block * _BLOCK - STRIDE) : (block + 1) * _BLOCK + STRIDE] = True
        return np.flatnonzero(mask)

    @cached_property
    def _have_area(self) -> bool:
        """True when all characters that say something have a width and a height: the text that PDFium finds
        in the widest of all rectangles is the text of the page, and nothing in it is without a letter."""
        if len(self._text) != self._count:
            return False
        units = np.empty(4 * self._count + 8, dtype=np.uint16)
        got = _bounded(self._handle, -_FAR, _FAR, _FAR, -_FAR, units.ctypes.data, len(units))
        found = units[: max(0, got)].tobytes().decode("utf-16-le", "replace").rstrip("\0")
        return found == self._text or found.split() == self._text.split()

    def _areas(self) -> tuple[Indexes, Boxes]:
        """The areas of all characters with ink, one for each text object in a block, and their blocks.

        Exact, where samples are not: the last letters of a line lie beyond the last sample on it. PDFium
        leaves characters of no height or width out of these areas; samples find those.
        """
        if self._covered is None:
            starts = range(0, self._count, _BLOCK)
            areas = np.zeros((self._count + len(starts), 4), dtype=np.float64)
            at = areas.ctypes.data
            counts = []
            for start in starts:
                counts.append(max(0, _count_rects(self._handle, start, _BLOCK)))
                for i in range(counts[-1]):  # of those counted last
                    _rect(self._handle, i, at, at + 24, at + 16, at + 8)
                    at += 32
            areas = areas[: sum(counts)]
            high = areas[:, 3] - areas[:, 1]
            areas[:, 0] -= high  # blanks at its ends are left out of an area
            areas[:, 2] += high
            self._covered = np.repeat(np.arange(len(counts)), counts), areas
        return self._covered

    def _sampled(self) -> tuple[Indexes, Boxes]:
        """Where stretches of characters begin and, with room to spare, where they lie.

        Every eighth character is asked for its place: characters between two samples lie near one of them,
        except on a page whose characters are drawn in no order, and there the stretch between is large.
        """
        if self._samples is None:
            indexes = np.append(np.arange(0, self._count - 1, STRIDE), self._count - 1)
            boxes, has = self.near_boxes(indexes)
            indexes, boxes = indexes[has], boxes[has]
            high = boxes[:, 3] - boxes[:, 1]
            size = np.where(high <= 0, boxes[:, 2] - boxes[:, 0], high)
            after = np.vstack([boxes[1:], boxes[-1:]])
            reach = 0.65 * np.clip(np.maximum(size, np.append(size[1:], size[-1:])), 4.0, 60.0)
            places = np.stack([
                np.minimum(boxes[:, 0], after[:, 0]) - reach, np.minimum(boxes[:, 1], after[:, 1]) - reach,
                np.maximum(boxes[:, 2], after[:, 2]) + reach, np.maximum(boxes[:, 3], after[:, 3]) + reach,
            ], axis=1)
            indexes[:1] = 0  # what has no ink before the first sample belongs to it
            self._samples = indexes, places
        return self._samples


def objects_of(page: Any) -> list[tuple[int, int, tuple[float, float, float, float]]]:
    """The page objects of PDFium's page, in the order of painting: address, kind, box in user space.

    Objects without bounds are left out.
    """
    whole = ctypes.cast(page, _P).value
    count = _count_objects(whole)
    numbers = list(map(_object, repeat(whole), range(count)))
    sides = np.zeros((count, 4), dtype=np.float32)
    at = sides.ctypes.data + 16 * np.arange(count)
    left, bottom, right, top = ((at + 4 * side).tolist() for side in range(4))
    has = list(map(_bounds, numbers, left, bottom, right, top))
    rows = zip(numbers, map(_kind, numbers), sides.tolist(), strict=True)
    return [(number, kind, (x0, y0, x1, y1)) for number, kind, (x0, y0, x1, y1) in compress(rows, has)]


def text_of(raw: Any, count: int) -> str:
    """All text of a page, from PDFium's handle of it."""
    units = np.empty(count + 2, dtype=np.uint16)
    got = _text(ctypes.cast(raw, _P).value, 0, count, units.ctypes.data)
    return units[: max(0, got - 1)].tobytes().decode("utf-16-le", "replace")


def has_ink(boxes: Boxes) -> NDArray[np.bool_]:
    """Which boxes have an extent."""
    return np.asarray((boxes[:, 2] > boxes[:, 0]) | (boxes[:, 3] > boxes[:, 1]))


def meeting(boxes: Boxes, box: Sequence[float]) -> NDArray[np.bool_]:
    """Which rows of ``boxes`` share area with a box."""
    return np.asarray(
        (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])
    )


def meeting_any(boxes: Boxes, rects: Sequence[Sequence[float]]) -> NDArray[np.bool_]:
    """Which rows of ``boxes`` share area with any of the rectangles."""
    found = np.zeros(len(boxes), dtype=bool)
    for part in _in_parts(boxes, rects):
        found |= _pairs(boxes, part).any(axis=0)
    return found


def touching(boxes: Boxes, rects: Sequence[Sequence[float]]) -> list[Indexes]:
    """For each rectangle the rows of ``boxes`` that belong to it: ``verify_text.touched`` of those that meet
    it."""
    found: list[Indexes] = []
    inked = has_ink(boxes)
    for part in _in_parts(boxes, rects):
        owners, near = np.nonzero(_pairs(boxes, part) & inked)
        own, area = boxes[near], part[owners]
        is_in = (_share(own, area, 0) > 0.25) & (_share(own, area, 1) > 0.5)
        owners, near = owners[is_in], near[is_in]
        found += np.split(near, np.searchsorted(owners, np.arange(1, len(part))))
    return found


def _in_parts(boxes: Boxes, rects: Sequence[Sequence[float]]) -> Iterator[Boxes]:
    """The rectangles as rows, so many at a time that all pairs with the boxes fit into little memory."""
    rows = np.array(rects, dtype=np.float64).reshape(-1, 4)
    step = max(1, _PAIRS // max(1, len(boxes)))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def _pairs(boxes: Boxes, rows: Boxes) -> NDArray[np.bool_]:
    """For each rectangle (row) which boxes (column) share area with it."""
    x0, y0, x1, y1 = boxes.T
    left, bottom, right, top = rows.T[:, :, None]
    return np.asarray((y0 < top) & (y1 > bottom) & (x0 < right) & (x1 > left))


def _share(boxes: Boxes, rects: Boxes, axis: int) -> NDArray[np.float64]:
    """How much of each box lies in its rectangle along one axis; a box without extent there lies in it whole
    or not at all."""
    low, high = boxes[:, axis], boxes[:, axis + 2]
    first, last = rects[:, axis], rects[:, axis + 2]
    size = high - low
    common = np.minimum(high, last) - np.maximum(low, first)
    flat = (first <= low) & (low <= last)
    return np.where(size > 0, np.maximum(common, 0.0) / np.where(size > 0, size, 1.0), flat)
