"""The cropped picture of a place on a page, a span most of all: what stands there, with an outline."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from shiboken6 import isValid

from review_app.domain.errors import ReviewError
from review_app.domain.geometry import Rect, bounds
from review_app.domain.pictures import PictureKey, Rank, Wish
from review_app.domain.rows import SpanRow
from review_app.domain.values import dataclass
from review_app.ui import theme
from review_app.ui.bridge import call_on_main_thread, prepare
from review_app.ui.page_view.source import PageImagesLike

AROUND_PT = 10.0
"""How much of the page is shown around a span, in points: a line above and one below."""
MOST_SCALE, LEAST_SCALE = 2.0, 0.8
"""Pixels a point: larger shows no more, smaller cannot be read."""
AFTER_MS = 90
"""The picture is asked for when the selection has rested so long."""

PageSize = Callable[[int], tuple[float, float]]


class Images(PageImagesLike, Protocol):
    """What draws pages."""


@dataclass(frozen=True, slots=True)
class _Place:
    document_id: str
    page: int
    rects: tuple[Rect, ...]
    colour: QColor


class SpanPicture(QLabel):
    """As high as the span needs, up to :attr:`LINES` lines of text; empty while nothing is selected.

    ``aside`` points of the page stand at the left and at the right of it.
    """

    LINES = 5

    def __init__(self, parent: QWidget | None = None, *, aside: float = AROUND_PT) -> None:
        super().__init__(parent)
        prepare()
        self._aside = aside
        self._images: Images | None = None
        self._size_of: PageSize | None = None
        self._place: _Place | None = None
        self._era = 0
        self._asked: tuple[object, ...] = ()
        self.setAccessibleName(self.tr("Picture of the span"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._ask)
        self.hide()

    def set_source(self, images: Images, size_of: PageSize) -> None:
        """Take pictures from here; ``size_of`` gives width and height of a page of the shown document."""
        self._images, self._size_of = images, size_of

    def show_span(self, span: SpanRow | None) -> None:
        """Another span is selected, or none, or several."""
        if span is None or not span.rects:
            self.clear_place()
        else:
            colour = theme.span_colour(span.origin, span.status)
            self.show_place(span.document_id, span.page, span.rects, colour)

    def show_place(self, document_id: str, page: int, rects: Sequence[Rect], colour: QColor) -> None:
        """This place of the shown document, its areas outlined in ``colour``."""
        place = _Place(document_id, page, tuple(rects), colour)
        self._place = place
        if (document_id, page, place.rects) != self._asked:
            self._timer.start()

    def clear_place(self) -> None:
        """Nothing is to be seen."""
        self._place = None
        self._era += 1
        self._asked = ()
        self._timer.stop()
        self.hide()
        if self._images is not None:
            self._images.want(self, (), lambda _wish, _picture: None)

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().lineSpacing() * self.LINES)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange and self._place is not None:
            self._timer.start()  # a screen with other pixels: what was sharp there is not sharp here
        return super().event(event)

    def _ask(self) -> None:
        place, images, size_of = self._place, self._images, self._size_of
        if place is None or images is None or size_of is None:
            return
        try:
            width, height = size_of(place.page)
        except (IndexError, ValueError, KeyError):
            return
        area = bounds(place.rects)
        clip = Rect(area.x0 - self._aside, area.y0 - AROUND_PT, area.x1 + self._aside, area.y1 + AROUND_PT)
        clip = clip.intersect(Rect(0, 0, width, height))
        room = self.parentWidget().width() if self.parentWidget() is not None else 280
        ratio, tall = self.devicePixelRatioF(), self.sizeHint().height()
        if clip.is_empty or room < 40:
            return
        # All of it across, and down as long as it can be read; of a taller span its beginning.
        across, down = (room - 28) / clip.width, max(LEAST_SCALE, tall / clip.height)
        scale = max(0.3, min(MOST_SCALE, across, down))
        clip = Rect(clip.x0, clip.y0, clip.x1, min(clip.y1, clip.y0 + tall / scale))
        pixels = scale * ratio
        edges = (clip.x0, clip.y0, min(clip.x1, width), min(clip.y1, height))
        left, top, right, bottom = (int(v * pixels) for v in edges)
        key = PictureKey(place.document_id, place.page, pixels, (left, top, max(left + 1, right),
                                                               max(top + 1, bottom)))
        self._asked = (place.document_id, place.page, place.rects)
        self._era += 1
        era, me = self._era, weakref.ref(self)

        def came(_wish: Wish, picture: object) -> None:
            def show() -> None:
                label = me()
                if label is not None and isValid(label) and label._era == era:
                    label._show(place, key, ratio, picture)

            call_on_main_thread(show)

        images.want(self, [Wish(key, Rank.AHEAD)], came)

    def _show(self, place: _Place, key: PictureKey, ratio: float, picture: object) -> None:
        if isinstance(picture, ReviewError) or key.part is None:
            self.hide()
            return
        image = QImage(picture.data, picture.width, picture.height, picture.stride,
                       QImage.Format.Format_RGB32).copy()
        painter = QPainter(image)
        painter.setPen(QPen(place.colour, 1.4 * ratio))
        for rect in place.rects:
            painter.drawRect(QRectF(rect.x0 * key.scale - key.part[0], rect.y0 * key.scale - key.part[1],
                                    rect.width * key.scale, rect.height * key.scale))
        painter.end()
        image.setDevicePixelRatio(ratio)
        self.setPixmap(QPixmap.fromImage(image))
        self.setFixedHeight(round(image.height() / ratio) + 2)
        self.show()
