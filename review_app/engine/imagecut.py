"""Overwrites the pixels of images under boxes, at native resolution, in the image's own codec if possible.

JPEG keeps its quantisation tables and subsampling, so that blocks no box touches come out as they went in
but for rounding; CCITT and JBIG2 (for which no free encoder is at hand) become CCITT Group 4; JPEG 2000 keeps
its rate; everything else is Flate, with PNG predictors where they were used. What is overwritten
becomes white; soft and stencil masks are overwritten with one value too, or the shape would stay in them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Stream

from review_app.domain.geometry import Rect
from review_app.engine import masked, pixels
from review_app.engine.geometry import Matrix, apply, inverse, moved
from review_app.engine.glyphcut import Page
from review_app.engine.gstate import State
from review_app.engine.operators import Entries, Operand, Unsure, string
from review_app.engine.paths import holds
from review_app.engine.pdffonts import resource

_BLEED = 3.0
"""Images that reach farther than this many points over the page's edge lose what is outside: scans with a
bleed of a hair are not encoded anew for it."""

_MARGIN = 2.0
_MOST = 0.97
_CROPPED = 0.9
_FAR = 30_000.0

_KEYS = {
    b"/BPC": "/BitsPerComponent", b"/CS": "/ColorSpace", b"/D": "/Decode", b"/DP": "/DecodeParms",
    b"/F": "/Filter", b"/H": "/Height", b"/IM": "/ImageMask", b"/I": "/Interpolate", b"/W": "/Width",
}
_NAMES = {
    b"/G": "/DeviceGray", b"/RGB": "/DeviceRGB", b"/CMYK": "/DeviceCMYK", b"/I": "/Indexed",
    b"/AHx": "/ASCIIHexDecode", b"/A85": "/ASCII85Decode", b"/LZW": "/LZWDecode", b"/Fl": "/FlateDecode",
    b"/RL": "/RunLengthDecode", b"/CCF": "/CCITTFaxDecode", b"/DCT": "/DCTDecode",
}

Quad = tuple[tuple[float, float], ...]


class ImageCutter:
    """Cuts images; equal cuts of one image give one object."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], tuple[Any, Matrix | None]] = {}
        self._bare: dict[tuple[int, int], Any] = {}
        self.cut_images = 0

    def window(self, page: Page, state: State, image: Any) -> Rect:
        """What may be seen of an image: the page, and on pages with marks what it is clipped to, with a
        margin, so that its edge stays as it was."""
        if state.clip is None or image is None or not page.regions.boxes:
            return page.crop
        place = moved(Rect(0.0, 0.0, 1.0, 1.0), state.ctm)
        pixel = max(place.width / max(1, int(image.Width)), place.height / max(1, int(image.Height)))
        clip = state.clip.inset(-max(_MARGIN, 1.5 * pixel))
        shown = page.crop.intersect(clip)
        # Cropped in a program of layout, most pictures lose little: they are not encoded anew for it.
        return shown if place.intersect(shown).area < _CROPPED * place.area else page.crop

    def without_unseen(self, pdf: pikepdf.Pdf, image: Any) -> Any:
        """The image without pixels that its mask hides whole; itself where these show nothing."""
        key = image.objgen
        masks = [image[n] for n in ("/SMask", "/Mask") if isinstance(image.get(n), Stream)]
        if not masks or key == (0, 0):
            return image
        if key not in self._bare:
            self._bare[key] = image
            try:
                hidden = masked.hidden(image, masks[0], is_soft="/SMask" in image)
                if hidden is not None:
                    made = pixels.rewritten(pdf, image, lambda w, h: hidden)
                    for name in ("/SMask", "/Mask"):
                        if name in image:
                            made[name] = image[name]
                    self._bare[key] = pdf.make_indirect(made)
                    self.cut_images += 1
            except pixels.BAD:
                pass  # a mask of a kind that is not read hides nothing that we know of
        return self._bare[key]

    def touched(self, page: Page, ctm: Matrix, crop: Rect) -> list[Rect]:
        """The boxes that an image drawn with this matrix meets, and what lies outside ``crop`` as boxes."""
        place = moved(Rect(0.0, 0.0, 1.0, 1.0), ctm)
        boxes = [page.regions.boxes[i] for i in page.regions.hits(place)]
        if place.x0 < crop.x0 - _BLEED:
            boxes.append(Rect(-_FAR, -_FAR, crop.x0, _FAR))
        if place.x1 > crop.x1 + _BLEED:
            boxes.append(Rect(crop.x1, -_FAR, _FAR, _FAR))
        if place.y0 < crop.y0 - _BLEED:
            boxes.append(Rect(-_FAR, -_FAR, _FAR, crop.y0))
        if place.y1 > crop.y1 + _BLEED:
            boxes.append(Rect(-_FAR, crop.y1, _FAR, _FAR))
        return boxes

    def cut(
        self, pdf: pikepdf.Pdf, image: Any, ctm: Matrix, boxes: Sequence[Rect], crop: Rect
    ) -> tuple[Any, Matrix | None]:
        """The image without what lies in the boxes: a new one, itself when nothing is hit, None when all is.

        The matrix, where there is one, puts an image that was trimmed to the page (``crop``) into its place.

        Raises:
            Unsure: it cannot be decoded or encoded.
        """
        place = moved(Rect(0.0, 0.0, 1.0, 1.0), ctm)
        if any(holds(box, place) for box in boxes):
            return None, None
        try:
            back = inverse(ctm)
        except ValueError:
            return None, None  # without area: nobody sees it
        quads = [_quad(box, place, back) for box in boxes]
        quads = [q for q in quads if _meets(q)]
        if not quads:
            return image, None
        # Trimmed, a picture is fitted to other pixels by readers: only where much of it is off the page.
        shown = place.intersect(crop)
        window = _window(image, ctm, back, shown) if shown.area < _MOST * place.area else None
        key = (image.objgen, tuple(quads), window) if image.is_indirect and image.objgen != (0, 0) else None
        if key is not None and key in self._made:
            return self._made[key]
        found = _overwritten(pdf, image, quads, window), _shift(image, window)
        self.cut_images += 1
        if key is not None:
            self._made[key] = found
        return found

    def from_inline(self, pdf: pikepdf.Pdf, entries: Entries, data: bytes, resources: Any) -> Any:
        """An inline image as an image object.

        Raises:
            Unsure: its entries are damaged.
        """
        image = pdf.make_stream(data)
        for i in range(0, len(entries) - 1, 2):
            name = _KEYS.get(entries[i], entries[i].decode("latin-1"))
            if name in ("/Length", "/L"):
                continue
            image[name] = _value(entries[i + 1], resources if name == "/ColorSpace" else None)
        image.Type, image.Subtype = Name.XObject, Name.Image
        if "/Filter" in image:
            filters: Any = image.Filter
            parms: Any = image.get("/DecodeParms")
            image.write(data, filter=filters, decode_parms=parms)
        return image


def _value(operand: Operand, resources: Any) -> Any:
    if isinstance(operand, Entries):
        found = Dictionary()
        for i in range(0, len(operand) - 1, 2):
            found[operand[i].decode("latin-1")] = _value(operand[i + 1], None)
        return found
    if isinstance(operand, list):
        return Array([_value(o, resources) for o in operand])
    if operand in (b"true", b"false"):
        return operand == b"true"
    if operand[:1] == b"/":
        named = resource(resources, "/ColorSpace", operand) if resources is not None else None
        return named if named is not None else Name(_NAMES.get(operand, operand.decode("latin-1")))
    if operand[:1] in (b"(", b"<"):
        return pikepdf.String(string(operand))
    value = float(operand)
    return int(value) if value == int(value) else value


def _quad(box: Rect, place: Rect, back: Matrix) -> Quad:
    box = box.intersect(place.inset(-1.0))
    corners = ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
    return tuple((round(u, 9), round(v, 9)) for u, v in (apply(back, x, y) for x, y in corners))


def _meets(quad: Quad) -> bool:
    us, vs = [u for u, _ in quad], [v for _, v in quad]
    return min(us) < 1 and max(us) > 0 and min(vs) < 1 and max(vs) > 0 and max(us) > min(us)


def _window(image: Any, ctm: Matrix, back: Matrix, shown: Rect) -> pixels.Window | None:
    """The pixels of an upright image that lie on the page; None when it cannot be trimmed exactly."""
    upright = min(abs(ctm[0]), abs(ctm[1])) < 1e-9 and min(abs(ctm[2]), abs(ctm[3])) < 1e-9
    masks = [image[n] for n in ("/SMask", "/Mask") if isinstance(image.get(n), Stream)]
    width, height = int(image.Width), int(image.Height)
    if not upright or shown.is_empty or any((int(m.Width), int(m.Height)) != (width, height) for m in masks):
        return None
    part = moved(shown, back)
    x0, x1 = max(0, math.floor(part.x0 * width)), min(width, math.ceil(part.x1 * width))
    y0, y1 = max(0, math.floor((1 - part.y1) * height)), min(height, math.ceil((1 - part.y0) * height))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _shift(image: Any, window: pixels.Window | None) -> Matrix | None:
    """The place of a window in its image's unit square."""
    if window is None:
        return None
    width, height = int(image.Width), int(image.Height)
    x0, y0, x1, y1 = window
    return ((x1 - x0) / width, 0.0, 0.0, (y1 - y0) / height, x0 / width, 1 - y1 / height)


def _overwritten(
    pdf: pikepdf.Pdf, image: Any, quads: Sequence[Quad], window: pixels.Window | None
) -> Any:
    try:
        made = pixels.rewritten(pdf, image, lambda w, h: area(w, h, quads), window)
        for name in ("/SMask", "/Mask"):
            mask = image.get(name)
            if isinstance(mask, Stream):
                made[name] = pixels.rewritten(pdf, mask, lambda w, h: area(w, h, quads), window)
            elif mask is not None:
                made[name] = mask
    except pixels.BAD:
        raise Unsure("a box meets an image that cannot be decoded") from None
    return made


def area(width: int, height: int, quads: Sequence[Quad]) -> NDArray[np.bool_]:
    """The pixels of an image that quads of its unit square touch, however little."""
    found = np.zeros((height, width), np.bool_)
    for quad in quads:
        points = [(u * width, (1 - v) * height) for u, v in quad]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x0, x1 = max(0, math.floor(min(xs) + 1e-6)), min(width, math.ceil(max(xs) - 1e-6))
        y0, y1 = max(0, math.floor(min(ys) + 1e-6)), min(height, math.ceil(max(ys) - 1e-6))
        if x1 <= x0 or y1 <= y0:
            continue
        upright = all(
            abs(a[0] - b[0]) < 1e-6 or abs(a[1] - b[1]) < 1e-6
            for a, b in zip(points, points[1:] + points[:1], strict=True)
        )
        if upright:
            found[y0:y1, x0:x1] = True
            continue
        # A turned image: a pixel is touched when no side of the quad has all of the pixel outside.
        left, top = np.meshgrid(np.arange(x0, x1, dtype=float), np.arange(y0, y1, dtype=float))
        inside = np.ones(left.shape, np.bool_)
        turn = sum(
            (b[0] - a[0]) * (b[1] + a[1]) for a, b in zip(points, points[1:] + points[:1], strict=True)
        )
        for a, b in zip(points, points[1:] + points[:1], strict=True):
            nx, ny = b[1] - a[1], a[0] - b[0]
            if turn < 0:
                nx, ny = -nx, -ny
            # the corner of the pixel that lies farthest inside
            far = (left + (nx > 0) - a[0]) * nx + (top + (ny > 0) - a[1]) * ny
            inside &= far > 0
        found[y0:y1, x0:x1] |= inside
    return found
