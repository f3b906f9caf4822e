"""Draws spans over a page: origin by colour and form, status by line and sign, never colour alone.

Agency spans (already withheld in the released copy) have a translucent outline, thin hatching and a
filled corner. Reviewer spans (proposed here) have thick brackets and a light tint. Labels are small and
lie inside at the top edge where nothing is there to be read; over text there is only a small tab.

Everything but labels is filled rectangles on whole device pixels: a dashed pen costs a hundred times as
much, and lines between pixels look tired.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPolygonF

from review_app.domain.geometry import Rect
from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import Kind, Origin, Status
from review_app.ui import theme
from review_app.ui.page_view import chips, labels
from review_app.ui.page_view.hit import Placed
from review_app.ui.page_view.outline import Block, blocks

_HALO_DARK = QColor(20, 24, 30)
_HALO_BRIGHT = QColor("#FFC020")


@dataclass(slots=True)
class _Look:
    """What of a span does not change with the zoom: its outline, and its labels with their widths."""

    blocks: tuple[Block, ...]
    texts: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a page lies in the window: points to view pixels, on whole device pixels."""

    page: QRectF
    scale: float
    ratio: float

    def x(self, points: float) -> float:
        return round((self.page.left() + points * self.scale) * self.ratio) / self.ratio

    def y(self, points: float) -> float:
        return round((self.page.top() + points * self.scale) * self.ratio) / self.ratio

    def area(self, rect: Rect) -> QRectF:
        left, top = self.x(rect.x0), self.y(rect.y0)
        return QRectF(left, top, self.x(rect.x1) - left, self.y(rect.y1) - top)


class Overlay:
    """Paints the spans of a page. Holds brushes and finished labels for one pixel ratio."""

    def __init__(self) -> None:
        self._ratio = 0.0
        self._font = QFont()
        self._chips = chips.Chips()
        self._strokes: dict[tuple[Origin, Status], tuple[QBrush, QBrush]] = {}
        self._hatches: dict[bool, QBrush] = {}
        self._looks: dict[str, _Look] = {}

    def prepare(self, font: QFont, ratio: float) -> None:
        """Use a font and a ratio of device to view pixels; what was made for others is dropped."""
        if ratio == self._ratio and font == self._font:
            return
        self._ratio, self._font = ratio, QFont(font)
        self._chips.prepare(font, ratio)
        self._strokes.clear()
        self._hatches.clear()
        self._looks.clear()

    def forget_spans(self) -> None:
        """The spans changed: outlines and labels are made anew."""
        self._looks.clear()

    def paint(
        self, painter: QPainter, spans: Sequence[Placed], page: QRectF, scale: float,
        selected: Collection[str],
    ) -> None:
        """Draw the spans of a page that lies at ``page`` (view pixels), ``scale`` view pixels to a point."""
        if not spans:
            return
        spot = _Spot(page, scale, self._ratio)
        painter.setBrushOrigin(page.topLeft())
        for placed in spans:
            if placed.span.id not in selected:
                self._span(painter, placed.span, spot, is_selected=False)
        for placed in spans:
            if placed.span.id in selected:
                self._span(painter, placed.span, spot, is_selected=True)

    def _span(self, painter: QPainter, span: SpanRow, spot: _Spot, *, is_selected: bool) -> None:
        look = self._looks.get(span.id)
        if look is None:
            texts = tuple((text, self._chips.width(text)) for text in labels.variants(span))
            look = self._looks[span.id] = _Look(blocks(span.rects), texts)
        for block in look.blocks:
            areas = [spot.area(area) for area in block.areas]
            self._fill(painter, span, areas)
            self._outline(painter, span, block, areas, spot)
            if is_selected:
                _halo(painter, block, areas, spot)
        if look.blocks:
            self._label(painter, span, look, spot, is_selected=is_selected)

    def _fill(self, painter: QPainter, span: SpanRow, areas: Sequence[QRectF]) -> None:
        if span.status is Status.REJECTED:
            return
        if span.origin is Origin.REVIEWER:
            tint = QColor(theme.span_colour(span.origin, span.status))
            tint.setAlpha(30)
            for area in areas:
                painter.fillRect(area, tint)
        elif span.kind in theme.HATCHED_KINDS:
            for area in areas:
                painter.fillRect(area, self._hatch(span.kind is Kind.BLACK_BOX))

    def _outline(
        self, painter: QPainter, span: SpanRow, block: Block, areas: Sequence[QRectF], spot: _Spot
    ) -> None:
        stroke, brushes = theme.STROKES[span.status], self._lines(span.origin, span.status)
        _band(painter, block, spot, 0.0, stroke.width, *brushes)
        if stroke.is_double and areas[0].height() > 10:
            _band(painter, block, spot, -4.0, 1.0, *brushes)
        colour = theme.span_colour(span.origin, span.status)
        if span.origin is Origin.AGENCY:
            _corner(painter, areas[0], theme.AGENCY_ON_BLACK if span.kind is Kind.BLACK_BOX else colour)
        else:
            width = 2.0 if span.status is Status.REJECTED else 4.0
            _bracket(painter, areas[0], colour, width, is_left=True)
            _bracket(painter, areas[-1], colour, width, is_left=False)
        if span.status is Status.REJECTED:
            thin = QColor(colour)
            thin.setAlpha(150)
            painter.setPen(QPen(thin, 1.0))
            for area in areas:
                painter.drawLine(area.topLeft(), area.bottomRight())
                painter.drawLine(area.bottomLeft(), area.topRight())

    def _label(
        self, painter: QPainter, span: SpanRow, look: _Look, spot: _Spot, *, is_selected: bool
    ) -> None:
        block = look.blocks[0]
        whole, first = spot.area(block.bounds), spot.area(block.areas[0])
        is_empty = span.kind in theme.LABELLED_INSIDE and span.status is not Status.REJECTED
        if is_empty and whole.height() > chips.HEIGHT:
            y = whole.top() + min(2.0, (whole.height() - chips.HEIGHT) / 2)
            beside = [a for a in map(spot.area, block.areas) if a.top() < y + chips.HEIGHT]
            left, right = max(a.left() for a in beside), min(a.right() for a in beside)
            for text, width in look.texts:
                if width + 14 <= right - left:
                    # At the right: stray marks and printed codes in the area mostly stand at the left.
                    self._chips.draw(painter, span, text, right - 11 - width, y)
                    return
        page = spot.page
        if is_selected:
            text, width = look.texts[0]
            x = max(page.left() + 2, min(first.left(), page.right() - width - 2))
            y = whole.top() - chips.HEIGHT - 6
            self._chips.draw(painter, span, text, x, y if y >= page.top() else whole.bottom() + 6)
            return
        if span.origin is Origin.REVIEWER and span.codes:
            # Over text a label would hide what is to be judged; the outer margin of the page is free.
            text, width = look.texts[-1]
            x, middle = page.right() - width - 3, first.top() + min(first.height(), 20.0) / 2
            if x > whole.right() + 4:
                self._chips.draw(painter, span, text, x, middle - chips.HEIGHT / 2)
        if first.height() >= 6 and first.width() >= 6:
            x, y = first.left() - chips.TAB * 0.45, first.top() - chips.TAB * 0.55
            self._chips.draw(painter, span, "", x, y)

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


def _band(
    painter: QPainter, block: Block, spot: _Spot, outwards: float, width: float, flat: QBrush, upright: QBrush
) -> None:
    """A line of ``width`` along the outline, its outer side ``outwards`` of it (inside when negative).

    Flat pieces own the corners, so that a translucent line is not laid on itself there.
    """
    inner = outwards - width
    for edge in block.edges:
        if edge.is_flat:
            start = spot.x(edge.start) + (-outwards if edge.start_is_free else inner)
            stop = spot.x(edge.stop) + (outwards if edge.stop_is_free else -inner)
            y = spot.y(edge.at)
            painter.fillRect(
                QRectF(start, y - outwards if edge.side < 0 else y + inner, stop - start, width), flat
            )
        else:
            start = spot.y(edge.start) + (-inner if edge.start_is_free else inner)
            stop = spot.y(edge.stop) + (inner if edge.stop_is_free else -inner)
            x = spot.x(edge.at)
            painter.fillRect(
                QRectF(x - outwards if edge.side < 0 else x + inner, start, width, stop - start), upright
            )


def _corner(painter: QPainter, area: QRectF, colour: QColor) -> None:
    side = min(9.0, area.height() * 0.6, area.width() * 0.5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    tip = area.topRight()
    painter.drawPolygon(QPolygonF([tip, tip - QPointF(side, 0), tip + QPointF(0, side)]))


def _bracket(painter: QPainter, area: QRectF, colour: QColor, width: float, *, is_left: bool) -> None:
    """A thick square bracket, half its stem outside the area so that it hides little of it."""
    serif = min(9.0, area.width() / 3)
    bar = min(width * 0.75, area.height() / 3)
    stem = (area.left() if is_left else area.right()) - width / 2
    start = stem if is_left else stem + width - serif
    painter.fillRect(QRectF(stem, area.top(), width, area.height()), colour)
    painter.fillRect(QRectF(start, area.top(), serif, bar), colour)
    painter.fillRect(QRectF(start, area.bottom() - bar, serif, bar), colour)


def _halo(painter: QPainter, block: Block, areas: Sequence[QRectF], spot: _Spot) -> None:
    """A selected span: a bright ring with a dark rim round the outline, and a knob at each corner."""
    dark, bright = QBrush(_HALO_DARK), QBrush(_HALO_BRIGHT)
    _band(painter, block, spot, 5.0, 5.0, dark, dark)
    _band(painter, block, spot, 4.0, 3.0, bright, bright)
    first, last = areas[0].adjusted(-2.5, -2.5, 2.5, 2.5), areas[-1].adjusted(-2.5, -2.5, 2.5, 2.5)
    for point in (first.topLeft(), first.topRight(), last.bottomLeft(), last.bottomRight()):
        knob = QRectF(point.x() - 3.5, point.y() - 3.5, 7, 7)
        painter.fillRect(knob, dark)
        painter.fillRect(knob.adjusted(1, 1, -1, -1), QColor("#FFFFFF"))
