"""Small labels with the sign of a status, made once and drawn as finished pictures."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import Origin, Status
from review_app.ui import theme
from review_app.ui.theme import Glyph

HEIGHT = 15.0
"""Of a label with text, in view pixels, where letters are as large as usual."""

TAB = 11.0
"""Side of a label that is only a sign, likewise."""

_FONT_PIXELS = 10
_KEPT = 1024


class Chips:
    """Labels for one font and one ratio of device to view pixels. They grow with the letters of the window:
    ``height`` and ``tab`` are those of a label with text and of a sign alone, in view pixels."""

    def __init__(self) -> None:
        self.height, self.tab = HEIGHT, TAB
        self._ratio = 1.0
        self._font = QFont()
        self._metrics = QFontMetricsF(self._font)
        self._made: dict[tuple[str, Origin, Status], QPixmap] = {}
        self._widths: dict[str, float] = {}

    def prepare(self, font: QFont, ratio: float) -> None:
        """Use another font or ratio; finished labels are dropped."""
        larger = theme.grown(font)
        self.height, self.tab = float(round(HEIGHT * larger)), float(round(TAB * larger))
        self._ratio = ratio
        self._font = QFont(font)
        self._font.setPixelSize(round(_FONT_PIXELS * larger))
        self._metrics = QFontMetricsF(self._font)
        self._made.clear()
        self._widths.clear()

    def width(self, text: str) -> float:
        """Width of the label for ``text`` in view pixels."""
        if not text:
            return self.tab
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= _KEPT:
                self._widths.clear()
            width = self._widths[text] = float(int(self._metrics.horizontalAdvance(text)) + self.height + 7)
        return width

    def picture(self, span: SpanRow, text: str) -> QPixmap:
        """The label of a span; an empty text gives the sign alone."""
        key = (text, span.origin, span.status)
        chip = self._made.get(key)
        if chip is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            chip = self._made[key] = self._make(text, span.origin, span.status)
        return chip

    def _make(self, text: str, origin: Origin, status: Status) -> QPixmap:
        """Hollow while a person has not decided, filled once confirmed."""
        height = self.height if text else self.tab
        width = self.width(text)
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
        margin = height / 5 if text else 2.0
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
