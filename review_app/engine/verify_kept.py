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
from review_app.engine.verify_text import PAGE_SCALE, TextPage, apart, drawn

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
        return bool(a.size) and int(a.max()) - int(a.min()) > _EVEN and int(apart(a, b).max()) <= PIXEL_LEVELS

    return asked


def faded(
    words: Sequence[Word], marks: Sequence[Rect], before: TextPage, after: TextPage, unit: float
) -> int:
    """How many words (page space, those at ``marks`` left out) the original shows and the output leaves
    blank: their text is still there, their letters are gone from the font."""
    first, second = before.picture(PAGE_SCALE), after.picture(PAGE_SCALE)
    if first.shape != second.shape:
        return 0
    regions, scale, count = Regions(marks), PAGE_SCALE / unit, 0
    # What is blank now and showed more before differs by half of it somewhere: few rows of a page do.
    odd = (apart(first, second) > _EVEN // 2).any(axis=1)
    rows = [0, *np.cumsum(odd).tolist()]
    last = len(rows) - 1
    for x0, y0, x1, y1, text, *_ in words:
        # The middle of the line: boxes of words reach into the lines above and below.
        top, bottom = y0 + 0.4 * (y1 - y0), y0 + 0.75 * (y1 - y0)
        v0, v1 = max(0, int(top * scale)), int(bottom * scale) + 1
        if v1 <= v0 or v0 >= last or rows[v0] == rows[min(v1, last)]:
            continue
        u0, u1 = max(0, int(x0 * scale)), int(x1 * scale) + 1
        a, b = first[v0:v1, u0:u1], second[v0:v1, u0:u1]
        if not a.size or int(b.max()) - int(b.min()) > _EVEN or not any(map(str.isalnum, text)):
            continue
        if int(a.max()) - int(a.min()) > 2 * _EVEN and not regions.near(Rect(x0, y0, x1, y1)):
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
