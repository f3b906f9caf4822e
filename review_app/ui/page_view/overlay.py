"""Draws spans over a page: origin by colour and form, status by line and sign, never colour alone.

Agency spans (already withheld in the released copy) have a translucent outline, thin hatching and a
filled corner. Reviewer spans (proposed here) have thick brackets and a light tint. Labels are small and
lie inside at the top edge where nothing is there to be read; over text there is only a small tab.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from review_app.domain.geometry import Rect
from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import Kind, Origin, Provenance, Status
from review_app.ui import theme
from review_app.ui.page_view import labels
from review_app.ui.page_view.hit import Placed
from review_app.ui.theme import Glyph

_CHIP_HEIGHT = 15.0
_TAB = 11.0
_FONT_PIXELS = 10
_CHIPS_KEPT = 1024


class Overlay:
    """Paints the spans of a page. Holds pens, brushes and finished labels for one pixel ratio."""

    def __init__(self) -> None:
        self._ratio = 0.0
        self._strokes: dict[tuple[Origin, Status], tuple[QBrush, QBrush]] = {}
        self._hatches: dict[bool, QBrush] = {}
        self._chips: dict[tuple[str, Origin, Status], QPixmap] = {}
        self._texts: dict[str, tuple[tuple[str, float], ...]] = {}
        self._font = QFont()
        self._metrics = QFontMetricsF(self._font)

    def prepare(self, font: QFont, ratio: float) -> None:
        """Use a font family and a ratio of device to view pixels; what was made for others is dropped."""
        if ratio == self._ratio and font.family() == self._font.family():
            return
        self._ratio = ratio
        self._font = QFont(font)
        self._font.setPixelSize(_FONT_PIXELS)
        self._metrics = QFontMetricsF(self._font)
        self._strokes.clear()
        self._hatches.clear()
        self._chips.clear()
        self._texts.clear()

    def forget_texts(self) -> None:
        """The spans changed: labels are made anew."""
        self._texts.clear()

    def paint(
        self, painter: QPainter, spans: Sequence[Placed], page: QRectF, scale: float,
        selected: Collection[str],
    ) -> None:
        """Draw the spans of a page that lies at ``page`` (view pixels), ``scale`` view pixels to a point."""
        if not spans:
            return
        painter.setBrushOrigin(page.topLeft())
        for placed in spans:
            if placed.span.id not in selected:
                self._paint_span(painter, placed.span, page, scale, is_selected=False)
        for placed in spans:
            if placed.span.id in selected:
                self._paint_span(painter, placed.span, page, scale, is_selected=True)

    def _paint_span(
        self, painter: QPainter, span: SpanRow, page: QRectF, scale: float, *, is_selected: bool
    ) -> None:
        first: QRectF | None = None
        for rect in span.rects:
            area = self._place(rect, page, scale)
            self._fill(painter, span, area)
            self._outline(painter, span, area)
            if is_selected:
                _halo(painter, area)
            if first is None:
                first = area
        if first is not None:
            self._label(painter, span, first, page, is_selected=is_selected)

    def _fill(self, painter: QPainter, span: SpanRow, area: QRectF) -> None:
        if span.status is Status.REJECTED:
            return
        if span.origin is Origin.AGENCY:
            if span.kind in theme.HATCHED_KINDS:
                painter.fillRect(area, self._hatch(span.kind is Kind.BLACK_BOX))
            return
        tint = QColor(theme.span_colour(span.origin, span.status))
        tint.setAlpha(30)
        painter.fillRect(area, tint)

    def _outline(self, painter: QPainter, span: SpanRow, area: QRectF) -> None:
        flat, upright = self._lines(span.origin, span.status)
        stroke = theme.STROKES[span.status]
        _frame(painter, area, stroke.width, flat, upright)
        if stroke.is_double and area.height() > 10:
            _frame(painter, area.adjusted(4, 4, -4, -4), 1.0, flat, upright)
        colour = theme.span_colour(span.origin, span.status)
        if span.origin is Origin.AGENCY:
            corner = min(9.0, area.height() * 0.6, area.width() * 0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.AGENCY_ON_BLACK if span.kind is Kind.BLACK_BOX else colour)
            tip = area.topRight()
            painter.drawPolygon(QPolygonF([tip, tip - QPointF(corner, 0), tip + QPointF(0, corner)]))
        else:
            _brackets(painter, area, colour, 2.0 if span.status is Status.REJECTED else 4.0)
        if span.status is Status.REJECTED:
            thin = QColor(colour)
            thin.setAlpha(150)
            painter.setPen(QPen(thin, 1.0))
            painter.drawLine(area.topLeft(), area.bottomRight())
            painter.drawLine(area.bottomLeft(), area.topRight())

    def _label(
        self, painter: QPainter, span: SpanRow, area: QRectF, page: QRectF, *, is_selected: bool
    ) -> None:
        texts = self._texts.get(span.id)
        if texts is None:
            texts = tuple((text, self._chip_width(text)) for text in labels.variants(span))
            self._texts[span.id] = texts
        inside = span.kind in theme.LABELLED_INSIDE and area.height() >= _CHIP_HEIGHT + 4
        if inside:
            for text, width in texts:
                if width + 16 <= area.width():
                    x = area.left() + 3
                    if any(code.provenance is Provenance.IN_BOX for code in span.codes):
                        x = area.right() - 12 - width  # the code printed in the box stays readable
                    self._draw_chip(painter, span, text, QPointF(x, area.top() + 2))
                    return
        if is_selected:
            text, width = texts[0]
            x = max(page.left() + 2, min(area.left(), page.right() - width - 2))
            y = area.top() - _CHIP_HEIGHT - 6
            self._draw_chip(painter, span, text, QPointF(x, y if y >= page.top() else area.bottom() + 6))
            return
        if span.origin is Origin.REVIEWER and span.codes:
            # Over text a label would hide what is to be judged; the outer margin of the page is free.
            text, width = texts[-1]
            middle = area.top() + min(area.height(), 20.0) / 2
            spot = QPointF(page.right() - width - 3, middle - _CHIP_HEIGHT / 2)
            if spot.x() > area.right() + 4:
                self._draw_chip(painter, span, text, spot)
        if area.height() >= 6 and area.width() >= 6:
            self._draw_chip(painter, span, "", QPointF(area.left() - _TAB * 0.45, area.top() - _TAB * 0.55))

    def _draw_chip(self, painter: QPainter, span: SpanRow, text: str, at: QPointF) -> None:
        key = (text, span.origin, span.status)
        chip = self._chips.get(key)
        if chip is None:
            if len(self._chips) >= _CHIPS_KEPT:
                self._chips.clear()
            chip = self._chips[key] = self._make_chip(text, span.origin, span.status)
        ratio = self._ratio
        painter.drawPixmap(QPointF(round(at.x() * ratio) / ratio, round(at.y() * ratio) / ratio), chip)

    def _chip_width(self, text: str) -> float:
        return float(int(self._metrics.horizontalAdvance(text)) + _CHIP_HEIGHT + 7)

    def _make_chip(self, text: str, origin: Origin, status: Status) -> QPixmap:
        """A label: hollow while a person has not decided, filled once confirmed."""
        height = _CHIP_HEIGHT if text else _TAB
        width = self._chip_width(text) if text else _TAB
        chip = QPixmap(round(width * self._ratio), round(height * self._ratio))
        chip.setDevicePixelRatio(self._ratio)
        chip.fill(Qt.GlobalColor.transparent)
        colour = theme.span_colour(origin, status)
        is_filled = status in (Status.CONFIRMED, Status.APPROVED)
        front = QColor("#FFFFFF") if is_filled else colour
        painter = QPainter(chip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(colour if is_filled else QColor(255, 255, 255, 242))
        painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), 2.5, 2.5)
        margin = 3.0 if text else 2.0
        side = height - 2 * margin
        paint_glyph(painter, theme.STROKES[status].glyph, QRectF(margin, margin, side, side), front)
        if text:
            painter.setPen(front)
            font = QFont(self._font)
            font.setStrikeOut(status is Status.REJECTED)
            painter.setFont(font)
            painter.drawText(
                QRectF(height + 1, 0, width - height, height),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text,
            )
        painter.end()
        return chip

    def _place(self, rect: Rect, page: QRectF, scale: float) -> QRectF:
        """Where a rectangle lies in the window, its edges on device pixels: crisp, and quick to fill."""
        ratio = self._ratio
        left = round((page.left() + rect.x0 * scale) * ratio)
        top = round((page.top() + rect.y0 * scale) * ratio)
        right = round((page.left() + rect.x1 * scale) * ratio)
        bottom = round((page.top() + rect.y1 * scale) * ratio)
        return QRectF(left / ratio, top / ratio, (right - left) / ratio, (bottom - top) / ratio)

    def _lines(self, origin: Origin, status: Status) -> tuple[QBrush, QBrush]:
        key = (origin, status)
        brushes = self._strokes.get(key)
        if brushes is None:
            brushes = self._strokes[key] = theme.line_brushes(origin, status, self._ratio)
        return brushes

    def _hatch(self, on_black: bool) -> QBrush:
        brush = self._hatches.get(on_black)
        if brush is None:
            colour = theme.AGENCY_ON_BLACK if on_black else theme.AGENCY_ON_PAPER
            brush = self._hatches[on_black] = theme.hatch_brush(colour, self._ratio)
        return brush


def _frame(painter: QPainter, area: QRectF, width: float, flat: QBrush, upright: QBrush) -> None:
    """Four lines inside the edge of an area."""
    left, top, across, down = area.left(), area.top(), area.width(), area.height()
    painter.fillRect(QRectF(left, top, across, width), flat)
    painter.fillRect(QRectF(left, top + down - width, across, width), flat)
    painter.fillRect(QRectF(left, top + width, width, down - 2 * width), upright)
    painter.fillRect(QRectF(left + across - width, top + width, width, down - 2 * width), upright)


def _brackets(painter: QPainter, area: QRectF, colour: QColor, width: float) -> None:
    """Thick square brackets, their stems outside the area so that they hide nothing of it."""
    serif = min(9.0, area.width() / 3)
    left, right, top, down = area.left() - width / 2, area.right() - width / 2, area.top(), area.height()
    bar = min(width * 0.75, down / 3)
    for stem, start in ((left, left), (right, right + width - serif)):
        painter.fillRect(QRectF(stem, top, width, down), colour)
        painter.fillRect(QRectF(start, top, serif, bar), colour)
        painter.fillRect(QRectF(start, top + down - bar, serif, bar), colour)


def _halo(painter: QPainter, area: QRectF) -> None:
    """A selected span: a bright ring with a dark rim outside the outline, and a knob at each corner."""
    dark, bright = QBrush(QColor(20, 24, 30)), QBrush(QColor("#FFC020"))
    _frame(painter, area.adjusted(-5, -5, 5, 5), 1.0, dark, dark)
    _frame(painter, area.adjusted(-4, -4, 4, 4), 3.0, bright, bright)
    _frame(painter, area.adjusted(-1, -1, 1, 1), 1.0, dark, dark)
    ring = area.adjusted(-2.5, -2.5, 2.5, 2.5)
    for point in (ring.topLeft(), ring.topRight(), ring.bottomLeft(), ring.bottomRight()):
        knob = QRectF(point.x() - 3.5, point.y() - 3.5, 7, 7)
        painter.fillRect(knob, dark)
        painter.fillRect(knob.adjusted(1, 1, -1, -1), QColor("#FFFFFF"))


def paint_glyph(painter: QPainter, glyph: Glyph, box: QRectF, colour: QColor) -> None:
    """Draw the sign of a status into a square; lines only, so that no font is needed."""
    side, left, top = box.width(), box.left(), box.top()

    def line(*points: tuple[float, float]) -> None:
        painter.drawPolyline(QPolygonF([QPointF(left + x * side, top + y * side) for x, y in points]))

    pen = QPen(colour, max(1.3, side * 0.17))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if glyph is Glyph.QUESTION:
        line((0.22, 0.25), (0.35, 0.08), (0.62, 0.08), (0.78, 0.25), (0.72, 0.42), (0.5, 0.55), (0.5, 0.68))
        painter.drawPoint(QPointF(left + 0.5 * side, top + 0.97 * side))
    elif glyph is Glyph.CHECK:
        line((0.1, 0.55), (0.38, 0.85), (0.92, 0.15))
    elif glyph is Glyph.CROSS:
        line((0.15, 0.15), (0.85, 0.85))
        line((0.15, 0.85), (0.85, 0.15))
    elif glyph is Glyph.ARROW:
        line((0.08, 0.5), (0.9, 0.5))
        line((0.58, 0.18), (0.9, 0.5), (0.58, 0.82))
    elif glyph is Glyph.DOUBLE_CHECK:
        line((0.0, 0.55), (0.22, 0.8), (0.6, 0.2))
        line((0.38, 0.7), (0.5, 0.82), (1.0, 0.2))
    else:
        line((0.9, 0.8), (0.9, 0.45), (0.1, 0.45))
        line((0.38, 0.15), (0.1, 0.45), (0.38, 0.75))
