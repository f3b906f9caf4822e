"""What of the window looks different when spans do: a stripe across it for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion

from review_app.domain.geometry import Rect, bounds
from review_app.domain.rows import SpanRow
from review_app.ui.page_view.painting import label_margin

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


def stripe_of(view: PageView, page: int) -> QRect:
    """The part of the viewport to paint anew when a page has another picture, or none: why it has none may
    not find room on it."""
    window = view.viewport().rect()
    if view.shaping.shape is not None or view.is_failed(page):
        return window
    place = view.window_rect(page, Rect(0.0, 0.0, *view.page_size(page)))
    return QRect(0, floor(place.top()) - 2, window.width(), ceil(place.height()) + 4).intersected(window)


def _stripes(view: PageView, spans: Iterable[SpanRow], window: QRect) -> Iterable[QRect]:
    pages, margin = view.visible_pages, label_margin(view.font())
    for span in spans:
        if span.rects and span.page in pages:
            place = view.window_rect(span.page, bounds(span.rects))
            top = max(0, floor(place.top() - margin))
            bottom = min(window.height(), ceil(place.bottom() + margin))
            if bottom > top:
                yield QRect(0, top, window.width(), bottom - top)
