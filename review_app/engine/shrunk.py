"""A page's scans decoded once, no finer than a picture of it needs: drawn again, nothing is decoded.

The engine decodes an image anew for each picture of its page: a Letter page at 300 dpi in colour takes 70 ms
of JPEG for a picture at 100 dpi, 185 from 150 dpi on, with a decoder that uses no vector instructions. Here a
JPEG is decoded by Pillow (27 ms at half its size, 45 whole) and all else by the engine; the page's list is
made with the small image in place of the large one. The small one is never less than what the engine itself
would scale from, so the page looks the same within the codec's own loss.

Only for looking at a page: detection, search and release copies read the engine's own pixels.
"""

from __future__ import annotations

import io
import math
import warnings
from typing import TYPE_CHECKING, Any

import pymupdf

from review_app.domain.values import dataclass
from review_app.engine.mupdf import MUPDF_ERRORS

if TYPE_CHECKING:
    from PIL.Image import Image

    from review_app.engine.documents import Document

LARGE_IMAGE = 1_000_000
"""Pixels of an image that is worth it; smaller ones are left to the engine."""

_SMALLEST = 8
"""The greatest part by which an image is made smaller: what JPEG gives for nothing."""

_MODES = {1: "L", 3: "RGB"}
"""Pillow's name of as many colours."""

_SLACK = 2
"""Pixels by which an image must be larger than its place on the picture to be halved, as in the engine."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A page's display list with its scans decoded.

    Attributes:
        listing: the ``pymupdf.DisplayList``.
        good_to: pixels a point up to which it is as sharp as the page; infinity when nothing was left out.
        bytes_held: of the decoded images.
        is_whole: no large image is left that the engine decodes into its store when the list is run.
    """

    listing: Any
    good_to: float = math.inf
    bytes_held: int = 0
    is_whole: bool = False


@dataclass(slots=True)
class _Placed:
    """An image as the page shows it: its largest width and height in points."""

    width: float
    height: float


def of(document: Document, page: Any, scale: float, most_bytes: int) -> Shrunk:
    """The page with its scans decoded for ``scale`` pixels a point.

    The engine's store is empty afterwards where it had to be changed; nothing small is ever left in it. A
    page without such images, or with images that would take too much, is listed as it is.

    Args:
        document: the page's document.
        page: the ``pymupdf.Page``.
        scale: pixels a point that the page is to be drawn at.
        most_bytes: that the decoded images may take together.

    Raises:
        What PyMuPDF raises on a damaged page.
    """
    plain = page.get_displaylist(annots=1)
    large = [image for image in page.get_images() if image[2] * image[3] > LARGE_IMAGE]
    if not large:
        return Shrunk(plain, is_whole=True)
    mupdf = pymupdf.mupdf
    pdf = mupdf.pdf_document_from_fz_document(document.pdf.this)
    found: list[tuple[Any, Any]] = []
    held, good_to = 0, math.inf
    try:
        places = _places(plain)
        chosen = []
        for xref, *_ in large:
            key = mupdf.pdf_new_indirect(pdf, xref, 0)
            image = mupdf.pdf_load_image(pdf, key)  # the very one of the list: the store has it
            place = places.get(int(image.m_internal.this))
            if place is None or not _is_plain(image):
                continue
            part = _part(image.w(), image.h(), place, scale)
            held += (image.w() // part) * (image.h() // part) * max(1, image.n())
            if held > most_bytes:
                return Shrunk(plain)
            if part > 1:
                width, height = image.w() // part, image.h() // part
                good_to = min(good_to, _good_to(width, place.width), _good_to(height, place.height))
            chosen.append((xref, key, image, part))
        for xref, key, image, part in chosen:
            found.append((key, _decoded(document, xref, image, part)))
    except MUPDF_ERRORS:
        return Shrunk(plain)  # the drawing says what is wrong
    if not found:
        return Shrunk(plain)
    # What is in the store under an image's number is what a list that is made now takes for the image.
    pymupdf.TOOLS.store_shrink(100)
    try:
        for key, small in found:
            mupdf.ll_pdf_store_item(key.m_internal, small.m_internal, small.w() * small.h())
        return Shrunk(page.get_displaylist(annots=1), good_to, held, len(found) == len(large))
    finally:
        pymupdf.TOOLS.store_shrink(100)


def _part(width: int, height: int, place: _Placed, scale: float) -> int:
    """By how much an image may be made smaller and still be no smaller than its place on the picture."""
    part = 1
    while part < _SMALLEST and width // (2 * part) >= place.width * scale + _SLACK \
            and height // (2 * part) >= place.height * scale + _SLACK:
        part *= 2
    return part


def _good_to(pixels: int, points: float) -> float:
    """Up to how many pixels a point so many pixels are enough for so many points."""
    return (pixels - _SLACK) / points if points > 0 else math.inf


def _is_plain(image: Any) -> bool:
    """True for an image that is no more than its pixels: no mask, nothing transparent."""
    inner = image.m_internal
    return not (inner.imagemask or inner.use_colorkey or inner.mask) and bool(inner.colorspace) \
        and bool(_compressed(image))


def _compressed(image: Any) -> Any:
    return pymupdf.mupdf.ll_fz_compressed_image_buffer(image.m_internal)


class _Survey(pymupdf.mupdf.FzDevice2):  # type: ignore[misc]
    """Hears of the images that a list draws, and of nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.use_virtual_fill_image()
        self.places: dict[int, _Placed] = {}

    def fill_image(self, context: Any, image: Any, matrix: Any, alpha: float, colours: Any) -> None:
        place = self.places.setdefault(int(image.this), _Placed(0.0, 0.0))
        place.width = max(place.width, math.hypot(matrix.a, matrix.b))
        place.height = max(place.height, math.hypot(matrix.c, matrix.d))


def _places(listing: Any) -> dict[int, _Placed]:
    mupdf = pymupdf.mupdf
    survey = _Survey()
    everywhere = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
    mupdf.fz_run_display_list(listing.this, survey, mupdf.FzMatrix(), everywhere, mupdf.FzCookie())
    mupdf.fz_close_device(survey)
    return survey.places


def _decoded(document: Document, xref: int, image: Any, part: int) -> Any:
    """An ``FzImage`` of the pixels of another, each side ``1 / part`` of it."""
    mupdf = pymupdf.mupdf
    pixmap = _jpeg(document, xref, image, part)
    if pixmap is None:
        made, *_ = mupdf.ll_fz_get_pixmap_from_image(image.m_internal, None, None)
        pixmap = _reduced(mupdf.FzPixmap(made), part)
    small = mupdf.fz_new_image_from_pixmap(pixmap, mupdf.FzImage())
    small.m_internal.interpolate = image.m_internal.interpolate
    return small


def _reduced(pixmap: Any, part: int) -> Any:
    """The mean of each ``part`` by ``part`` pixels: as the engine does it, in half the time."""
    mupdf = pymupdf.mupdf
    mode = _MODES.get(pixmap.n())
    if part == 1 or mode is None or pixmap.alpha():
        return pixmap
    from PIL import Image  # a child that shows no scan comes up without it

    samples, stride = mupdf.fz_pixmap_samples_memoryview(pixmap), mupdf.fz_pixmap_stride(pixmap)
    whole = Image.frombuffer(mode, (pixmap.w(), pixmap.h()), samples, "raw", mode, stride, 1)
    return _pixmap(whole.reduce(part), pixmap.colorspace())


def _jpeg(document: Document, xref: int, image: Any, part: int) -> Any | None:
    """A JPEG's pixels as an ``FzPixmap``. None where another decoder might see other colours, or sees damage:
    then the engine decodes it, and says what is wrong."""
    mupdf = pymupdf.mupdf
    inner, compressed = image.m_internal, _compressed(image)
    mode = _MODES.get(inner.n)
    if compressed.params.type != mupdf.FZ_IMAGE_JPEG or inner.bpc != 8 or inner.use_decode or mode is None \
            or document.pdf.xref_get_key(xref, "DecodeParms")[0] != "null":
        return None
    from PIL import Image

    data = mupdf.fz_buffer_extract_copy(mupdf.FzBuffer(mupdf.ll_fz_keep_buffer(compressed.buffer)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=("JPEG",))
        if picture.mode != mode or picture.size != (image.w(), image.h()):
            return None
        if part > 1:
            picture.draft(None, (image.w() // part, image.h() // part))
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return _pixmap(picture, image.colorspace())


def _pixmap(picture: Image, colours: Any) -> Any:
    """The same pixels for the engine. Plain red, green and blue in the order of the page's picture: else it
    turns them all round before it makes them smaller."""
    mupdf = pymupdf.mupdf
    order = picture.mode
    if order == "RGB" and mupdf.fz_colorspace_is_device(colours):
        order, colours = "BGR", mupdf.FzColorspace(mupdf.FzColorspace.Fixed_BGR)
    pixmap = mupdf.fz_new_pixmap(colours, *picture.size, mupdf.FzSeparations(), 0)
    mupdf.fz_pixmap_samples_memoryview(pixmap)[:] = picture.tobytes("raw", order)
    return pixmap
