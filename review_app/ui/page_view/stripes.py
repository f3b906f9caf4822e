"""What of the window looks different when spans do: a stripe across it for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion

from review_app.domain.geometry import bounds
from review_app.domain.rows import SpanRow
from review_app.ui.page_view.painting import LABEL_MARGIN_PX

if TYPE_CHECKING:
    from review_app.ui.page_view.view import PageView

MANY = 60
"""Spans from which on the whole window is painted: so many stripes cost as much to put together."""


def stripes(view: PageView, spans: Sequence[SpanRow]) -> QRegion:
    """The part of the viewport to paint anew when these spans, as they were and as they are, look different.

    As wide as the window: a label may stand in the margin of the page, far from its span.
    """
    window = view.viewport().rect()
    if len(spans) > MANY or view.shaping.shape is not None:
        return QRegion(window)
    found = QRegion()
    for area in _stripes(view, spans, window):
        found = found.united(area)
    return found


def _stripes(view: PageView, spans: Iterable[SpanRow], window: QRect) -> Iterable[QRect]:
    pages = view.visible_pages
    for span in spans:
        if span.rects and span.page in pages:
            place = view.window_rect(span.page, bounds(span.rects))
            top = max(0, floor(place.top() - LABEL_MARGIN_PX))
            bottom = min(window.height(), ceil(place.bottom() + LABEL_MARGIN_PX))
            if bottom > top:
                yield QRect(0, top, window.width(), bottom - top)
