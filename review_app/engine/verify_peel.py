"""What is painted under a mark: the page drawn again without the box that covers the place.

PDFium draws the page with the covering rectangles, and the text that may stand in the box, switched off. What
is left in the place must be of one tone.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

from review_app.domain.geometry import Rect
from review_app.engine.verify_chars import meeting
from review_app.engine.verify_text import Box, TextPage, Thing, address, drawn

SCALE = 2.0
"""Pixels a point: 144 dpi."""

LEVELS = 40
"""Of 255. What the loss of a JPEG leaves beside an edge is lower."""

_MIN_PIXELS = 4
_EDGE = 6
_PALE = 0.05
_SAME = 0.6
_COVERS = 0.5


def is_cover(page: Any, thing: Thing, mark: Box) -> bool:
    """True for a plain rectangle, filled or outlined, that covers a mark or frames it.

    Not for a pattern, a shading or a masked area: these can show what they should hide.
    """
    common = _common(thing.box, mark) if thing.kind == raw_api.FPDF_PAGEOBJ_PATH else 0.0
    if common <= 0:
        return False
    handle = thing.handle
    if raw_api.FPDFPath_CountSegments(handle) > 6:
        return False
    area = (mark[2] - mark[0]) * (mark[3] - mark[1])
    own = (thing.box[2] - thing.box[0]) * (thing.box[3] - thing.box[1])
    if common < _COVERS * area and not (own > 0 and common > 0.9 * own and own > 0.25 * area):
        return False
    bitmap = raw_api.FPDFPageObj_GetRenderedFillPattern(page.pdf.raw, handle)
    if bitmap:
        raw_api.FPDFBitmap_Destroy(bitmap)
        return False
    return not raw_api.FPDFPageObj_HasTransparency(handle) or _is_solid(handle)


def _is_solid(handle: Any) -> bool:
    parts = [ctypes.c_uint() for _ in range(4)]
    return bool(raw_api.FPDFPageObj_GetFillColor(handle, *parts)) and parts[3].value < 255


def _common(a: Box, b: Box) -> float:
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return wide * high if wide > 0 and high > 0 else 0.0


class Peeler:
    """The places of one page, looked at under their boxes.

    Args:
        page: the page.
        allowed: handles of the text objects that may stand in the boxes (codes and labels).
        marks: all marked places of the page, in user space: where two overlap, the cover of one lies partly
            in the other.
    """

    def __init__(self, page: TextPage, allowed: Sequence[Any] = (), marks: Sequence[Box] = ()) -> None:
        self._marks = tuple(marks)
        self._places = np.array(self._marks, dtype=np.float64).reshape(-1, 4)
        self._page = page.page
        self._things = page.things
        self._boxes = np.array([t.box for t in self._things], dtype=np.float64).reshape(-1, 4)
        self._allowed = {address(handle): handle for handle in allowed}
        top = {t.number for t in self._things} if self._allowed else set()
        self._inner = [handle for key, handle in self._allowed.items() if key not in top]

    def _at(self, mark: Box) -> list[Thing]:
        return [self._things[i] for i in np.flatnonzero(meeting(self._boxes, mark)).tolist()]

    def pictures_at(self, mark: Box) -> bool:
        """True when a picture or a form lies at the place."""
        kinds = (raw_api.FPDF_PAGEOBJ_IMAGE, raw_api.FPDF_PAGEOBJ_FORM)
        return any(t.kind in kinds for t in self._at(mark))

    def is_only_pictures(self, mark: Box) -> bool:
        """True when nothing but pictures lies at the place, covers left out."""
        rest = [t for t in self._at(mark) if not is_cover(self._page, t, mark)
                and t.number not in self._allowed]
        return bool(rest) and all(t.kind == raw_api.FPDF_PAGEOBJ_IMAGE for t in rest)

    def under(self, mark: Box, clip: Rect, *, pictures: bool = True) -> NDArray[np.uint8]:
        """The place without its covers, in grey at SCALE.

        Args:
            mark: the place in user space.
            clip: the same in points as drawn.
            pictures: False: without pictures, too.
        """
        near = np.flatnonzero(meeting(self._places, mark)).tolist()
        places = [mark, *(self._marks[i] for i in near if self._marks[i] != mark)]
        here = self._at(mark)
        off = [t.handle for t in here if any(is_cover(self._page, t, m) for m in places)]
        if not pictures:
            off += [t.handle for t in here if t.kind == raw_api.FPDF_PAGEOBJ_IMAGE]
        off += [t.handle for t in here if t.number in self._allowed]
        off += self._inner
        for handle in off:
            raw_api.FPDFPageObj_SetIsActive(handle, 0)
        try:
            return drawn(self._page, SCALE, clip)
        finally:
            for handle in off:
                raw_api.FPDFPageObj_SetIsActive(handle, 1)


    def bare(self, scale: float, clip: Rect) -> NDArray[np.uint8]:
        """A part of the page without the covers of all marked places and what may stand in them, in grey.

        Args:
            scale: pixels a point.
            clip: the part, in points as drawn.
        """
        off = [t.handle for t in self._things if any(is_cover(self._page, t, m) for m in self._marks)]
        off += [*self._allowed.values()]
        for handle in off:
            raw_api.FPDFPageObj_SetIsActive(handle, 0)
        try:
            return drawn(self._page, scale, clip)
        finally:
            for handle in off:
                raw_api.FPDFPageObj_SetIsActive(handle, 1)


    def pictures(self, mark: Box) -> list[Any]:
        """The pictures at a place."""
        return [t.handle for t in self._at(mark) if t.kind == raw_api.FPDF_PAGEOBJ_IMAGE]

    def alone(self, picture: Any, mark: Box, clip: Rect, *, ground: int = 255) -> NDArray[np.uint8]:
        """A place with nothing but one of the pictures there; on black, its mask shows."""
        off = [t.handle for t in self._at(mark) if address(t.handle) != address(picture)]
        for handle in off:
            raw_api.FPDFPageObj_SetIsActive(handle, 0)
        try:
            return drawn(self._page, SCALE, clip, ground=ground)
        finally:
            for handle in off:
                raw_api.FPDFPageObj_SetIsActive(handle, 1)


def faint(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> bool:
    """True when a place still shows what the original shows there, however pale.

    The edge is left out: there the loss of a JPEG mixes what was removed with what stays.
    """
    if before.shape != after.shape or min(before.shape) <= 4 * _EDGE:
        return False
    a, b = (p[_EDGE:-_EDGE, _EDGE:-_EDGE].astype(np.float64) for p in (before, after))
    return bool(a.std() > _EDGE and b.std() > _PALE and alike_tones(a, b) > _SAME)


def alike_tones(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """How much the tones of two pictures go together: 1 in all, 0 in nothing."""
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return abs(float((a * b).sum())) / norm if norm > 0 else 0.0


def residue(picture: NDArray[np.uint8], keep: Sequence[tuple[int, int, int, int]] = ()) -> int:
    """Pixels that differ from the commonest tone of a place; 0 for so few that they show nothing.

    Args:
        picture: the place in grey.
        keep: pixel rectangles (x0, y0, x1, y1) of neighbours that may reach into the place.
    """
    inner = picture[1:-1, 1:-1]
    if inner.size == 0:
        return 0
    odd = _odd(inner)
    _leave_out(odd, keep)
    count = int(odd.sum())
    return count if count >= max(_MIN_PIXELS, 0.0005 * inner.size) else 0


def _odd(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The pixels that differ from the commonest tone of a picture."""
    return np.asarray(np.abs(picture.astype(np.int16) - _tone(picture)) > LEVELS)


def _tone(picture: NDArray[np.uint8]) -> int:
    return int(np.bincount((picture // 8).ravel()).argmax()) * 8 + 4


def _leave_out(odd: NDArray[np.bool_], keep: Sequence[tuple[int, int, int, int]]) -> None:
    """Takes pixel rectangles out of a picture that is one pixel smaller at each side."""
    for x0, y0, x1, y1 in keep:
        odd[max(0, y0 - 1) : max(0, y1 - 1), max(0, x0 - 1) : max(0, x1 - 1)] = False


def added(
    first: TextPage, after: NDArray[np.uint8], place: Box, clip: Rect,
    keep: Sequence[tuple[int, int, int, int]] = (),
) -> int:
    """Pixels of a place that the original does not have there, its text left out.

    Args:
        first: the original's page.
        after: the place in the output, without its box.
        place: the place in user space.
        clip: the same in points as drawn.
        keep: pixel rectangles (x0, y0, x1, y1) of neighbours that may reach into the place.
    """
    texts = [
        t.handle for t in first.things if t.kind == raw_api.FPDF_PAGEOBJ_TEXT and _common(t.box, place) > 0
    ]
    for handle in texts:
        raw_api.FPDFPageObj_SetIsActive(handle, 0)
    try:
        before = drawn(first.page, SCALE, clip)
    finally:
        for handle in texts:
            raw_api.FPDFPageObj_SetIsActive(handle, 1)
    if before.shape != after.shape:
        return int(after.size)
    inner, was = after[1:-1, 1:-1].astype(np.int16), before[1:-1, 1:-1].astype(np.int16)
    tone = _tone(after[1:-1, 1:-1])
    # What is gone from there, and the edge where it was cut, lie between the ground and what was there.
    odd = (inner < np.minimum(was, tone) - LEVELS) | (inner > np.maximum(was, tone) + LEVELS)
    _leave_out(odd, keep)
    count = int(odd.sum())
    return count if count >= max(_MIN_PIXELS, 0.0005 * after.size) else 0


def alike(before: NDArray[np.uint8], after: NDArray[np.uint8], least: float = 0.2) -> bool:
    """True when the ink of two pictures of one place has to do with each other (correlation over ``least``).

    Tells pixels that were left from a code that was drawn into a picture.
    """
    if before.shape != after.shape or before.size == 0:
        return True
    return alike_tones(before.astype(np.float64), after.astype(np.float64)) > least
