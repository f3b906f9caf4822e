"""What is painted on a page besides its text, and the characters it could cover.

Drawings are read on every page; pictures, looks and single characters only where something could be a box,
because most pages have nothing of the kind and each of these costs as much as reading the text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pymupdf

from review_app.domain.content import Colour, Drawing, Form, Glyph, Image, Look
from review_app.domain.geometry import Rect, bounds
from review_app.domain.values import dataclass
from review_app.engine import glyphs, looks
from review_app.engine.geometry import Frame, Matrix, moved
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.shapes import MAX_DRAWINGS, Collector

if TYPE_CHECKING:
    from review_app.engine.documents import Document

MAX_LOOKS = 2_000
"""Places looked at on one page; what is beyond them is judged by its declared colour."""

MAX_DRAWN = 1_500_000
"""Pixels. Where a larger picture, a scan, lies below the boxes, the page is not drawn for their looks:
decoding the picture would cost more than all the rest. What is painted after them is looked for instead."""

MAX_SHAPES_DRAWN = 8_000
"""A page with more shapes is not drawn: antialiasing a hundred thousand long lines takes twenty seconds."""

MAX_TONES = 40
"""Different pictures of one page whose pixels are looked at."""

WHOLE_PAGE = 0.75
"""A larger area is a ground, not a box (detection reference, 2.2), unless it is dark: it may cover a page."""

DARK = 0.25

MAX_IMAGE_PART = 0.6
"""A picture over more of the page is a scan of it."""

MIN_WIDTH, MIN_HEIGHT = 1.5, 4.0
"""Points. Parts of a bar may be narrow, none is lower than the smallest type."""

OPAQUE = 0.85


@dataclass(frozen=True, slots=True)
class Painted:
    """All of one page."""

    drawings: tuple[Drawing, ...]
    images: tuple[Image, ...]
    glyphs: tuple[Glyph, ...]


def of_page(
    document: Document,
    page: Any,
    listing: Any,
    number: int,
    frame: Frame,
    extra: Sequence[Rect],
    words: Sequence[Rect],
) -> Painted:
    """Reads one page.

    Args:
        document: told about what could not be read.
        page: the page without marks of ours.
        listing: its display list, annotations included.
        number: its number, for warnings.
        frame: its measures.
        extra: further places whose characters are wanted (page space).
        words: the places of all words, those that are not painted included.
    """
    to_page = frame.unrotated_to_page()
    drawings = _drawings(document, page, number, frame, to_page)
    images = _images(document, page, listing, number, frame, to_page)
    area = frame.rect.area
    wanted = [i for i, d in enumerate(drawings) if covers(d, area)]
    pictures = [i for i, image in enumerate(images) if image.tone is not None]
    drawable = len(drawings) <= MAX_SHAPES_DRAWN
    heavy = [i.rect for i in images if i.width_px * i.height_px > MAX_DRAWN]
    if (wanted or pictures) and drawable and not _any_under(heavy, [drawings[i].rect for i in wanted]):
        rects = [drawings[i].rect for i in wanted] + [images[i].rect for i in pictures]
        try:
            canvas = looks.Canvas(listing, bounds(rects).intersect(frame.rect))
            for i in wanted[:MAX_LOOKS]:
                drawings[i] = replace(drawings[i], look=canvas.look(drawings[i].rect))
            for i in pictures:
                images[i] = replace(images[i], look=canvas.look(images[i].rect))
        except MUPDF_ERRORS:
            document.warn(
                f"Page {number} could not be drawn: its boxes are judged by their description alone"
            )
    elif wanted:
        _hide_covered(document, page, number, drawings, wanted, to_page)
    places = [drawings[i].rect for i in wanted] + [images[i].rect for i in pictures] + list(extra)
    found: list[Glyph] = []
    # Tracing the text costs as much as reading it: a bar with nothing under or on it needs none.
    inside = glyphs.Places(places)
    if places and any(inside.touches(word) for word in words):
        try:
            found, more = glyphs.of_page(page, places, to_page)
            if more:
                document.warn(
                    f"Of the characters in boxes of page {number} only {glyphs.MAX_GLYPHS} were looked at"
                )
        except MUPDF_ERRORS:
            document.warn(f"The text under the boxes of page {number} is damaged and could not be read")
    return Painted(tuple(drawings), tuple(images), tuple(found))


def covers(drawing: Drawing, page_area: float) -> bool:
    """True for an opaque area that could be a box or a part of one."""
    if drawing.form is Form.HATCH:
        return _is_sized(drawing.rect, page_area)
    if drawing.form not in (Form.RECTANGLE, Form.LINE) or drawing.fill is None or drawing.opacity < OPAQUE:
        return False
    if drawing.is_blended and luminance(drawing.fill) >= 0.25:
        return False
    if drawing.form is Form.RECTANGLE and luminance(drawing.fill) < DARK:
        return min(drawing.rect.width, drawing.rect.height) >= MIN_HEIGHT
    return _is_sized(drawing.rect, page_area)


def _any_under(pictures: Sequence[Rect], boxes: Sequence[Rect]) -> bool:
    return any(not p.intersect(b).is_empty for p in pictures for b in boxes[:200])


def _hide_covered(
    document: Document,
    page: Any,
    number: int,
    drawings: list[Drawing],
    wanted: Sequence[int],
    to_page: Matrix,
) -> None:
    """Gives what a later picture covers the look of the paper: it is no box that people see."""
    try:
        orders = _orders(page, to_page)
    except MUPDF_ERRORS:
        document.warn(f"The pictures of page {number} are damaged and could not be judged")
        return
    covers_of = [(Rect(*map(float, place)), order) for place, order in orders.items()]
    for i in wanted:
        d = drawings[i]
        if any(
            order > d.order and place.intersect(d.rect).area > 0.8 * d.rect.area for place, order in covers_of
        ):
            drawings[i] = replace(d, look=Look((1.0, 1.0, 1.0), 1.0))


def luminance(colour: Colour) -> float:
    """Brightness as the eye has it, 0 to 1."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def _is_sized(rect: Rect, page_area: float) -> bool:
    return rect.height >= MIN_HEIGHT and rect.width >= MIN_WIDTH and rect.area <= WHOLE_PAGE * page_area


def _drawings(document: Document, page: Any, number: int, frame: Frame, to_page: Matrix) -> list[Drawing]:
    turned = frame.turn in (90, 270)
    collector = Collector(
        Rect(0.0, 0.0, frame.height if turned else frame.width, frame.width if turned else frame.height)
    )
    failed: list[BaseException] = []

    def take(path: Mapping[str, Any]) -> None:
        try:
            collector.take(path)
        except BaseException as error:  # noqa: BLE001 -- what leaves this function crashes MuPDF's C++
            failed.append(error)

    try:
        # A function instead of a list: a page of a hundred thousand shapes is never held as a whole.
        page.get_cdrawings(extended=True, callback=take)
    except MUPDF_ERRORS:
        document.warn(f"The drawings of page {number} are damaged and could not be read")
        return []
    if failed:
        raise failed[0]
    found = collector.finish()
    if collector.dropped:
        document.warn(f"Page {number} has {collector.seen} drawn shapes; only {MAX_DRAWINGS} were looked at")
    if frame.turn == 0:
        return found
    return [replace(d, rect=moved(d.rect, to_page)) for d in found]


def _images(
    document: Document, page: Any, listing: Any, number: int, frame: Frame, to_page: Matrix
) -> list[Image]:
    found: list[Image] = []
    try:
        infos = page.get_image_info()
    except MUPDF_ERRORS:
        document.warn(f"The pictures of page {number} are damaged and could not be read")
        return []
    area = frame.rect.area
    wanted = False
    for info in infos:
        try:
            place = moved(Rect.of(info["bbox"]), to_page)
            found.append(Image(place, int(info["width"]), int(info["height"])))
        except (ValueError, KeyError):
            continue
        wanted = wanted or _could_be_box(place, area)
    if not wanted:
        return found
    try:
        orders = _orders(page, to_page)
        tones = _tones(listing, area)
    except MUPDF_ERRORS:
        document.warn(f"The pictures of page {number} are damaged and could not be judged")
        return found
    return [
        replace(image, order=_at(orders, image.rect, -1), tone=_at(tones, image.rect, None))
        if _could_be_box(image.rect, area)
        else image
        for image in found
    ]


def _could_be_box(rect: Rect, page_area: float) -> bool:
    return rect.area <= MAX_IMAGE_PART * page_area and rect.width >= 6 and rect.height >= 5


Place = tuple[int, int, int, int]


def _key(rect: Rect) -> Place:
    return round(rect.x0), round(rect.y0), round(rect.x1), round(rect.y1)


def _at(found: Mapping[Place, Any], rect: Rect, default: Any) -> Any:
    """What is known of a place; the same picture is told by two readers with a rounding between them."""
    key = _key(rect)
    if key in found:
        return found[key]
    near = (k for k in found if all(abs(a - b) <= 1 for a, b in zip(k, key, strict=True)))
    return next((found[k] for k in near), default)


def _orders(page: Any, to_page: Matrix) -> dict[Place, int]:
    found: dict[Place, int] = {}
    for order, (kind, box) in enumerate(page.get_bboxlog()):
        if kind in ("fill-image", "fill-imgmask") and all(math.isfinite(v) for v in box):
            try:
                found[_key(moved(Rect.of(box), to_page))] = order
            except ValueError:
                continue
    return found


def _tones(listing: Any, page_area: float) -> dict[Place, Any]:
    """The tone of each picture by its place; the same picture is decoded once."""
    mupdf = pymupdf.mupdf
    textpage = pymupdf.TextPage(
        listing.get_textpage(pymupdf.TEXT_PRESERVE_IMAGES | pymupdf.TEXT_MEDIABOX_CLIP)
    )
    # With the picture itself, so that no other can take its address while it is known by it.
    known: dict[int, tuple[Any, Look | None]] = {}
    found: dict[Place, Any] = {}
    for block in textpage.this:
        if block.m_internal.type != mupdf.FZ_STEXT_BLOCK_IMAGE:
            continue
        box = block.m_internal.bbox
        try:
            rect = Rect.of((box.x0, box.y0, box.x1, box.y1))
        except ValueError:
            continue
        if not _could_be_box(rect, page_area):
            continue
        image = block.i_image()
        pointer = image.m_internal_value()
        if pointer not in known:
            if len(known) >= MAX_TONES:
                continue
            known[pointer] = (image, looks.tone_of(image))
        tone = known[pointer][1]
        if tone is not None:
            found[_key(rect)] = tone
    return found
