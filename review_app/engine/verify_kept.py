"""What nobody marked: are its words, their places and its pixels still those of the original?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pymupdf
import pypdfium2.raw as raw_api
from numpy.typing import NDArray

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.engine.geometry import Frame, fz_page
from review_app.engine.regions import Regions
from review_app.engine.verify_text import PAGE_SCALE, Box, TextPage, apart, drawn

NEAR = 0.1
"""Points that a word may move (issue)."""

PIXEL_LEVELS = 48
"""Of 255: what counts as another pixel. Below it lie rounding at edges and the loss of a JPEG."""

MAX_ASKED = 40
"""Words of a page that are gone of which it is asked, by drawing the page, whether anybody saw them."""

MAX_COARSE = 0.02
"""Share of a page (redaction reference 8, V10)."""

_EVEN = 24
"""Of 255: an area whose tones differ by no more shows nothing."""

_BEHIND = 0.25
"""Of a word's height: how far a second layer of it lies aside."""

_READABLE = 1.5
"""Points: lower words cannot be read."""

FEW = 6
"""Pixels that differ by chance."""

_GONE = 0.4
"""Of the ink of a word or a field: what is gone beyond it cannot be read any more."""

_DARK, _LIGHT = 128, 208
"""Of 255: ink, and paper without it."""

_ICON = 24.0
_LETTER = 14.0

_AROUND = 3.0
"""Points around a mark in which pixels may change: the border of the box is drawn there."""


@dataclass(frozen=True, slots=True)
class Words:
    """Counts of one page: words outside the marks, those found again at their place, those that moved."""

    total: int
    kept: int
    moved: int


_FLAGS = pymupdf.TEXTFLAGS_WORDS & ~pymupdf.TEXT_PRESERVE_IMAGES

Word = tuple[float, float, float, float, str, int, int, int]
"""A word as MuPDF gives it: its box, its text, its block, its line and its number in the line."""


def words_of(page: Any, *, annotations: bool = False, as_drawn: bool = False) -> list[Word]:
    """The words of a ``pymupdf.Page`` in page space, without or with those of its annotations; ``as_drawn``
    the letters themselves, not what /ActualText says in their place."""
    mupdf = pymupdf.mupdf
    flags = _FLAGS | pymupdf.TEXT_IGNORE_ACTUALTEXT if as_drawn else _FLAGS
    if annotations and page.annot_xrefs():
        text = page.get_displaylist(annots=1).get_textpage(flags)
    else:  # straight from the content: a display list of it would be read once
        options = mupdf.FzStextOptions()
        options.flags = flags
        text = mupdf.FzStextPage(fz_page(page), options)
    words: list[Word] = pymupdf.TextPage(text).extractWORDS()
    return words


def compare_words(
    before: Sequence[Word], after: Sequence[Word], marks: Sequence[Rect], moved: Sequence[Rect] = (),
    was_seen: Callable[[Rect], bool] | None = None, is_same: Callable[[Rect], bool] | None = None,
) -> Words:
    """How many words outside the marks are still there.

    Args:
        before: words of the original page.
        after: words of the output page, in the same space.
        marks: what was marked: a word that touches it is not counted.
        moved: where lines were laid anew on purpose: there the word alone counts, not its place.
        was_seen: asked of a word that is gone; one that nobody saw is no loss, it goes on purpose.
        is_same: asked of a word whose box is higher or lower than it was, which tells of other letters of its
            font and not of its own place: does the page look there as it did?
    """
    exact = {(w[4], w[0], w[1]) for w in after}
    places: dict[str, list[tuple[float, float]]] = {}
    regions, relaid = Regions(marks), Regions(moved)
    rest = [w for w in before if (w[4], w[0], w[1]) not in exact]  # a mark may graze one that is in its place
    total = kept = len(before) - len(rest)
    gone = 0
    for word in rest:
        x0, y0, x1, y1, text = word[:5]
        rect = Rect(x0, y0, x1, y1)
        if regions.near(rect):
            continue
        total += 1
        if not places:
            for own in after:
                places.setdefault(own[4], []).append((own[0], own[1]))
        there = places.get(text, ())
        is_there = any(abs(x0 - x) <= NEAR and abs(y0 - y) <= NEAR for x, y in there)
        if is_there or (there and relaid.near(rect)):
            kept += 1
        elif any(
            abs(y0 - w[1]) <= NEAR and w[0] - NEAR <= x0 and x1 <= w[2] + NEAR and text in w[4]
            for w in after
        ):
            kept += 1  # a code printed right beside it is read as one word with it
        elif _stood_behind(before, word, there) or (
            is_same is not None and any(abs(x0 - x) <= NEAR for x, _ in there) and is_same(rect)
        ):
            kept += 1
        elif was_seen is not None and not any(was_seen(r) for r in _gone_from(rect, text, after)):
            total -= 1
        else:
            gone += bool(there)
    return Words(total, kept, gone)


def _gone_from(word: Rect, text: str, after: Sequence[Word]) -> list[Rect]:
    """What is gone of a word of which a part still stands at its place: letters that nobody saw, as part of
    a word that people see."""
    left = [word]
    for x0, y0, x1, y1, other, *_ in after:
        is_part = other in text and abs(y0 - word.y0) <= NEAR and abs(y1 - word.y1) <= NEAR
        if is_part and word.x0 - NEAR <= x0 and x1 <= word.x1 + NEAR:
            left = [
                piece for r in left
                for piece in (Rect(r.x0, r.y0, min(r.x1, x0), r.y1), Rect(max(r.x0, x1), r.y0, r.x1, r.y1))
                if piece.width > NEAR
            ]
    return left


def _stood_behind(
    before: Sequence[Word], word: Word, there: Sequence[tuple[float, float]]
) -> bool:
    """True for a word that the original has twice at one place, one behind the other (shadows, bold type made
    of two layers), and that is still there once."""
    x0, y0, _, y1, text = word[:5]
    near = _BEHIND * (y1 - y0)
    left = [(u, v) for u, v in there if abs(u - x0) <= near and abs(v - y0) <= near]
    return bool(left) and any(
        w[4] == text and w[:4] != word[:4] and abs(w[0] - u) <= NEAR and abs(w[1] - v) <= NEAR
        for w in before for u, v in left
    )


def sees(page: Any, unit: float) -> Callable[[Rect], bool]:
    """Whether anything is to be seen at a place of a pypdfium2 page (page space): text in the colour of its
    ground, behind a picture, unpainted or clipped away leaves an even area."""
    drawing: list[NDArray[np.uint8]] = []

    def asked(rect: Rect) -> bool:
        if rect.height < _READABLE:
            return False
        if not drawing:
            drawing.append(drawn(page, 2.0))
        tones = drawing[0]
        scale = 2.0 / unit
        x0, x1 = max(0, int(rect.x0 * scale)), int(rect.x1 * scale) + 1
        y0, y1 = max(0, int(rect.y0 * scale)), int(rect.y1 * scale) + 1
        part = tones[y0:y1, x0:x1]
        return bool(part.size) and int(part.max()) - int(part.min()) > _EVEN

    return asked


def same_look(before: TextPage, after: TextPage, unit: float) -> Callable[[Rect], bool]:
    """Whether a place (page space) shows the same on both pages, and shows something at all."""

    def asked(rect: Rect) -> bool:
        first, second = before.picture(PAGE_SCALE), after.picture(PAGE_SCALE)
        if first.shape != second.shape:
            return False
        scale = PAGE_SCALE / unit
        x0, y0 = max(0, int(rect.x0 * scale)), max(0, int(rect.y0 * scale))
        x1, y1 = int(rect.x1 * scale) + 1, int(rect.y1 * scale) + 1
        a, b = first[y0:y1, x0:x1], second[y0:y1, x0:x1]
        if not a.size or int(a.max()) - int(a.min()) <= _EVEN:
            return False
        if int(apart(a, b).max()) <= PIXEL_LEVELS:
            return True
        # Patterns are drawn a pixel aside of where plain text is: ink that is near is the same ink.
        ink = int(np.count_nonzero(apart(b, np.full_like(b, np.median(b))) > PIXEL_LEVELS))
        return int(np.count_nonzero(_vanished(b, a))) <= _GONE * ink

    return asked


def faded(
    words: Sequence[Word], marks: Sequence[Rect], before: TextPage, after: TextPage, unit: float
) -> int:
    """How many words (page space, those at ``marks`` left out) the original shows and the output hides: their
    text is still there, but their letters are gone from the font or something was painted over them."""
    first, second = before.picture(PAGE_SCALE), after.picture(PAGE_SCALE)
    lost = _vanished(first, second)
    if not lost.any():
        return 0
    regions, scale, count = Regions(marks), PAGE_SCALE / unit, 0
    rows = [0, *np.cumsum(lost.any(axis=1)).tolist()]  # few rows of a page have lost any ink
    last = len(rows) - 1
    for x0, y0, x1, y1, text, *_ in words:
        u0, u1 = max(0, int(x0 * scale)), int(x1 * scale) + 1
        v0, v1 = max(0, int(y0 * scale)), int(y1 * scale) + 1
        if v0 >= last or rows[v0] == rows[min(v1, last)]:
            continue
        gone = int(np.count_nonzero(lost[v0:v1, u0:u1]))
        if gone < FEW or not any(map(str.isalnum, text)):
            continue
        a = first[v0:v1, u0:u1]
        ink = np.count_nonzero(apart(a, np.full_like(a, np.median(a))) > PIXEL_LEVELS)
        if gone > _GONE * ink and not regions.near(Rect(x0, y0, x1, y1)):
            count += 1
    return count


def was_seen(page: TextPage, frame: Frame) -> Callable[[Rect], bool]:
    """Whether anybody saw the text at a place of a page (page space): what is covered was not seen, even
    where a little of its place is not covered."""
    plain = sees(page.page, frame.unit)
    asked = 0

    def seen(rect: Rect) -> bool:
        nonlocal asked
        if not plain(rect):
            return False
        asked += 1
        user = frame.rect_to_user(rect)
        own = page.chars_at([(user.x0, user.y0, user.x1, user.y1)]) if asked <= MAX_ASKED else []
        return not own or not page.unseen([(own[0].index, own[-1].index + 1)])

    return seen


def _vanished(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Pixels whose tone is near none of those around them in the other picture: letters that stand a pixel
    aside are still there."""
    if first.shape != second.shape:
        return np.zeros(first.shape, np.bool_)
    found = apart(first, second) > PIXEL_LEVELS
    rows = np.flatnonzero(found.any(axis=1))
    if rows.size:
        part = slice(max(0, int(rows[0]) - 1), int(rows[-1]) + 2)
        found[part] &= _beyond(second[part], first[part])
    return np.asarray(found)


def annotations_of(page: TextPage, room: float = _ICON) -> list[Box]:
    """Where a page's annotations lie, in user space, with room for the icons that readers draw of notes."""
    found = []
    for i in range(max(0, raw_api.FPDFPage_GetAnnotCount(page.page.raw))):
        annotation = raw_api.FPDFPage_GetAnnot(page.page.raw, i)
        rect = raw_api.FS_RECTF()
        if annotation and raw_api.FPDFAnnot_GetRect(annotation, rect):
            xs, ys = sorted((rect.left, rect.right)), sorted((rect.bottom, rect.top))
            found.append((xs[0] - room, ys[0] - room, xs[1] + room, ys[1] + room))
        if annotation:
            raw_api.FPDFPage_CloseAnnot(annotation)
    return found


def torn(before: TextPage, after: TextPage, skipped: Sequence[Rect]) -> int:
    """Fields of the page (8 pixels at PAGE_SCALE) of which most of the ink is gone, or where there was none
    and now is.

    Args:
        before: the original's page.
        after: the output's.
        skipped: in points as drawn, what may change.
    """
    first, second = before.picture(PAGE_SCALE), after.picture(PAGE_SCALE)
    if first.shape != second.shape:
        return 0
    # A letter that a mark only touches goes whole: beside a mark as much may be gone as a letter is wide.
    wide = (max(_LETTER, r.height) for r in skipped)
    skipped = [Rect(r.x0 - w, r.y0 - 1, r.x1 + w, r.y1 + 1) for r, w in zip(skipped, wide, strict=True)]
    count = 0
    for one, other in ((first, second), (second, first)):
        lost = _vanished(one, other) & (one < _DARK)
        for down in (-1, 0, 1):  # a rule drawn in two pieces is paler than in one, and still there
            lost &= np.roll(other, down, axis=0) > _LIGHT
        _clear(lost, skipped, PAGE_SCALE)
        if not lost.any():
            continue
        rows, columns = lost.shape[0] // 8, lost.shape[1] // 8
        part = slice(0, 8 * rows), slice(0, 8 * columns)
        dark = one[part] < 255 - 2 * PIXEL_LEVELS
        fields, dark = (p.reshape(rows, 8, columns, 8).sum(axis=(1, 3)) for p in (lost[part], dark))
        count += int(np.count_nonzero((fields >= FEW) & (fields > _GONE * dark)))
    return count


def compare_pixels(
    before: TextPage, after: TextPage, marks: Sequence[Rect], *, snapped: bool = False
) -> tuple[int, int]:
    """Pixels outside the marks, and those of them that differ, as PDFium draws both pages.

    Args:
        before: the original's page.
        after: the output's.
        marks: in points as drawn, boxes that may reach a little beyond them.
        snapped: a letter may stand one pixel aside. PDFium puts letters on whole pixels: a hundredth of a
            point decides on which.
    """
    first, second = before.picture(PAGE_SCALE), after.picture(PAGE_SCALE)
    if first.shape != second.shape:
        return first.size, first.size
    differ = apart(first, second) > PIXEL_LEVELS
    if snapped:
        differ &= _beyond(first, second) | _beyond(second, first)
    _clear(differ, marks, PAGE_SCALE)
    return differ.size, int(np.count_nonzero(differ))


def _beyond(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a pixel has a tone that none of its neighbours in the other picture comes near."""
    low, high = first.astype(np.int16), first.astype(np.int16)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            moved = np.roll(first, (down, right), axis=(0, 1))
            low, high = np.minimum(low, moved), np.maximum(high, moved)
    return np.asarray((second < low - PIXEL_LEVELS) | (second > high + PIXEL_LEVELS))


def is_one_picture(page: TextPage, codes: Sequence[str] = (), *, is_read: bool = False) -> bool:
    """True for a page that is a picture over at least nine tenths of its area and holds no text but codes,
    or, with ``is_read``, text that was read from the picture."""
    text = "" if is_read else page.text
    for code in sorted(codes, key=len, reverse=True):
        text = text.replace(code, " ")
    if any(map(str.isalnum, text)):
        return False
    pictures = [t for t in page.things if t.kind == raw_api.FPDF_PAGEOBJ_IMAGE]
    width, height = page.page.get_size()
    largest = max(((t.box[2] - t.box[0]) * (t.box[3] - t.box[1]) for t in pictures), default=0.0)
    return bool(largest >= 0.9 * width * height)


def compare_coarsely(
    before: Any, after: Any, unit: float, other_unit: float, marks: Sequence[Rect]
) -> float:
    """Share of the fields of about 8 points that show another tone, marks left out: for a page that was made
    a picture, whose letters have other edges.

    Args:
        before: the original's pypdfium2 page.
        after: the output's.
        unit: the original page's UserUnit.
        other_unit: the output page's.
        marks: page space.
    """
    scale = 0.5
    first, second = drawn(before, scale * unit), drawn(after, scale * other_unit)
    high, wide = min(first.shape[0], second.shape[0]) // 4, min(first.shape[1], second.shape[1]) // 4
    if high < 1 or wide < 1:
        return 0.0
    fields = [
        p[: 4 * high, : 4 * wide].reshape(high, 4, wide, 4).mean(axis=(1, 3)) for p in (first, second)
    ]
    differ = np.abs(fields[0] - fields[1]) > PIXEL_LEVELS
    _clear(differ, [m.inset(-8.0) for m in marks], scale / 4)
    return float(differ.mean())


def _clear(differ: NDArray[np.bool_], marks: Sequence[Rect], scale: float) -> None:
    for mark in marks:
        wide = mark.inset(-_AROUND)
        x0, y0 = max(0, int(wide.x0 * scale)), max(0, int(wide.y0 * scale))
        x1, y1 = max(0, int(wide.x1 * scale) + 1), max(0, int(wide.y1 * scale) + 1)
        differ[y0:y1, x0:x1] = False
