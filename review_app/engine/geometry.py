"""The one place that turns page space into PDF user space and back.

Page space is what is displayed: CropBox cut, Rotate turned, UserUnit multiplied in. MuPDF's own page
matrix is used, because PyMuPDF's ``rotation_matrix`` is wrong for a rotated page with a UserUnit (measured
on 1.27.2.3: words land 480 points away) and its ``transformation_matrix`` for a rotated page with an
offset CropBox.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pymupdf

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass

Matrix = tuple[float, float, float, float, float, float]
Quad = tuple[float, float, float, float, float, float, float, float]

PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
"""The matrix that leaves everything where it is."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One page's measures: ``to_page`` turns PDF user space into page space, ``to_user`` back.

    ``width`` and ``height`` are points as displayed; ``turn`` is the page's rotation, 0, 90, 180 or 270
    degrees clockwise; ``unit`` its UserUnit.
    """

    width: float
    height: float
    to_page: Matrix
    to_user: Matrix
    turn: int
    unit: float

    @property
    def rect(self) -> Rect:
        """The whole page in page space."""
        return Rect(0.0, 0.0, self.width, self.height)

    def rect_to_page(self, user: Sequence[float]) -> Rect:
        """A rectangle of user space in page space.

        Raises:
            ValueError: not four finite numbers.
        """
        return moved(Rect.of(user), self.to_page)

    def rect_to_user(self, rect: Rect) -> Rect:
        """A rectangle of page space in user space (there, ``y0`` is the lower edge)."""
        return moved(rect, self.to_user)

    def quad_to_user(self, rect: Rect) -> Quad:
        """QuadPoints of a rectangle, in the order that programs really use: the upper left corner as
        displayed, upper right, lower left, lower right."""
        points = [
            apply(self.to_user, x, y)
            for x, y in ((rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x0, rect.y1), (rect.x1, rect.y1))
        ]
        (a, b), (c, d), (e, f), (g, h) = points
        return (a, b, c, d, e, f, g, h)

    def unrotated_to_page(self) -> Matrix:
        """From PyMuPDF's unrotated page space (``get_drawings``) to page space.

        There the origin is the upper left corner of the CropBox before rotation, in points.
        """
        width, height = (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)
        return {
            0: PLAIN,
            90: (0.0, 1.0, -1.0, 0.0, height, 0.0),
            180: (-1.0, 0.0, 0.0, -1.0, width, height),
            270: (0.0, -1.0, 1.0, 0.0, 0.0, width),
        }[self.turn]


def frame_of(page: Any) -> Frame:
    """The frame of a ``pymupdf.Page`` of a PDF.

    Raises:
        ValueError: the page's measures are not finite or leave nothing to see.
    """
    mupdf = pymupdf.mupdf
    box, ctm = mupdf.FzRect(), mupdf.FzMatrix()
    mupdf.pdf_page_transform(mupdf.pdf_page_from_fz_page(fz_page(page)), box, ctm)
    to_page: Matrix = (ctm.a, ctm.b, ctm.c, ctm.d, ctm.e, ctm.f)
    shown = moved(Rect.of((box.x0, box.y0, box.x1, box.y1)), to_page)
    determinant = ctm.a * ctm.d - ctm.b * ctm.c
    if not (shown.width > 0 and shown.height > 0 and 1e-9 < abs(determinant) < 1e9):
        raise ValueError("the page has no area")
    is_upright = abs(ctm.a) > abs(ctm.b)
    turn = (180 if ctm.a < 0 else 0) if is_upright else (270 if ctm.b < 0 else 90)
    return Frame(shown.width, shown.height, to_page, inverse(to_page), turn, abs(determinant) ** 0.5)


class TreeSizes:
    """Sizes of pages from the page tree alone, for thousands of them. Only while the document is open.

    Args:
        pdf: the ``pymupdf.Document``.
    """

    def __init__(self, pdf: Any) -> None:
        mupdf = pymupdf.mupdf
        raw = pdf.this
        self._kept = raw if isinstance(raw, mupdf.PdfDocument) else mupdf.pdf_document_from_fz_document(raw)
        self._raw = self._kept.m_internal
        # The engine's plain structures, used again for each page: objects around them took most of the time.
        self._box, self._ctm = mupdf.fz_rect(), mupdf.fz_matrix()
        self._page, self._transform = mupdf.ll_pdf_lookup_page_obj, mupdf.ll_pdf_page_obj_transform

    def of(self, number: int) -> tuple[float, float]:
        """Width and height in points as displayed of a page (from 1), without loading the page.

        Raises:
            ValueError: the measures are not finite or leave nothing to see; and what MuPDF raises.
        """
        box, ctm = self._box, self._ctm
        self._transform(self._page(self._raw, number - 1), box, ctm)
        wide, high = box.x1 - box.x0, box.y1 - box.y0
        a, b, c, d = ctm.a, ctm.b, ctm.c, ctm.d
        width, height = abs(a) * wide + abs(c) * high, abs(b) * wide + abs(d) * high
        if not (0 < width < math.inf and 0 < height < math.inf and 1e-9 < abs(a * d - b * c) < 1e9):
            raise ValueError("the page has no area")
        return width, height


def fz_page(page: Any) -> Any:
    """MuPDF's own page of a ``pymupdf.Page``."""
    return page.this if isinstance(page.this, pymupdf.mupdf.FzPage) else page.this.super()


def apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    """A point through a matrix."""
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def moved(rect: Rect, m: Matrix) -> Rect:
    """The bounds of a rectangle put through a matrix."""
    if m == PLAIN:
        return rect
    corners = ((rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x0, rect.y1), (rect.x1, rect.y1))
    points = [apply(m, x, y) for x, y in corners]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Rect(min(xs), min(ys), max(xs), max(ys))


def inverse(m: Matrix) -> Matrix:
    """The inverse matrix.

    Raises:
        ValueError: it has none.
    """
    det = m[0] * m[3] - m[1] * m[2]
    if det == 0:
        raise ValueError("a flat matrix has no inverse")
    a, b, c, d = m[3] / det, -m[1] / det, -m[2] / det, m[0] / det
    return (a, b, c, d, -(m[4] * a + m[5] * c), -(m[4] * b + m[5] * d))
