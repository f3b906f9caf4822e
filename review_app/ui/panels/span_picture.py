"""The cropped picture of the selected span: what the page shows there, with the span's outline."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from shiboken6 import isValid

from review_app.domain.errors import ReviewError
from review_app.domain.geometry import Rect, bounds
from review_app.domain.pictures import PictureKey, Rank, Wish
from review_app.domain.rows import SpanRow
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


class SpanPicture(QLabel):
    """As high as the span needs, up to :attr:`LINES` lines of text; empty while nothing is selected."""

    LINES = 5

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        prepare()
        self._images: Images | None = None
        self._size_of: PageSize | None = None
        self._span: SpanRow | None = None
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
        place = (span.document_id, span.page, span.rects) if span is not None and span.rects else ()
        self._span = span if place else None
        if not place:
            self._era += 1
            self._asked = ()
            self._timer.stop()
            self.hide()
            if self._images is not None:
                self._images.want(self, (), lambda _wish, _picture: None)
        elif place != self._asked[:3]:
            self._timer.start()

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().lineSpacing() * self.LINES)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange and self._span is not None:
            self._timer.start()  # a screen with other pixels: what was sharp there is not sharp here
        return super().event(event)

    def _ask(self) -> None:
        span, images, size_of = self._span, self._images, self._size_of
        if span is None or images is None or size_of is None:
            return
        try:
            width, height = size_of(span.page)
        except (IndexError, ValueError, KeyError):
            return
        clip = bounds(span.rects).inset(-AROUND_PT).intersect(Rect(0, 0, width, height))
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
        key = PictureKey(span.document_id, span.page, pixels, (left, top, max(left + 1, right),
                                                               max(top + 1, bottom)))
        self._asked = (span.document_id, span.page, span.rects)
        self._era += 1
        era, me = self._era, weakref.ref(self)

        def came(_wish: Wish, picture: object) -> None:
            def show() -> None:
                label = me()
                if label is not None and isValid(label) and label._era == era:
                    label._show(span, key, ratio, picture)

            call_on_main_thread(show)

        images.want(self, [Wish(key, Rank.AHEAD)], came)

    def _show(self, span: SpanRow, key: PictureKey, ratio: float, picture: object) -> None:
        if isinstance(picture, ReviewError) or key.part is None:
            self.hide()
            return
        image = QImage(picture.data, picture.width, picture.height, picture.stride,
                       QImage.Format.Format_RGB32).copy()
        painter = QPainter(image)
        painter.setPen(QPen(QColor(theme.span_colour(span.origin, span.status)), 1.4 * ratio))
        for rect in span.rects:
            painter.drawRect(QRectF(rect.x0 * key.scale - key.part[0], rect.y0 * key.scale - key.part[1],
                                    rect.width * key.scale, rect.height * key.scale))
        painter.end()
        image.setDevicePixelRatio(ratio)
        self.setPixmap(QPixmap.fromImage(image))
        self.setFixedHeight(round(image.height() / ratio) + 2)
        self.show()
