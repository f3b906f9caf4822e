"""Draws spans over a page: origin by colour and form, status by line and sign, never colour alone.

Agency spans (already withheld in the released copy) have a translucent outline, thin hatching and a
filled corner. Reviewer spans (proposed here) have thick brackets and a light tint. Labels are small and
lie inside at the top edge where nothing is there to be read; over text there is only a small tab.

Nearly everything is filled rectangles on whole device pixels: a dashed pen costs a hundred times as much,
and lines between pixels look tired. What a span looks like at a zoom is worked out once and kept as a list
of strokes beside its page's corner; scrolling only plays the lists again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap, QPolygonF

from review_app.domain.bands import DEFAULT
from review_app.domain.geometry import Rect
from review_app.domain.rows import SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Band, Kind, Origin, Status
from review_app.ui import theme
from review_app.ui.page_view import chips, labels
from review_app.ui.page_view.hit import Placed
from review_app.ui.page_view.outline import Block, blocks, turned_block

_LOOKS_KEPT = 2_000
"""Strokes kept: some 5 KB a span; what a walk over 50,000 spans made must not stay."""

_CROSS_KEPT = 16_000
"""Square view pixels up to which the cross through a rejected span is kept as a picture: translucent lines
take ten times as long to draw. Larger ones are few, and would take too much memory."""

_HALO_DARK = QColor(20, 24, 30)
_HALO_BRIGHT = QColor("#FFC020")
_PAPER = QColor("#FFFFFF")


@dataclass(slots=True)
class _Strokes:
    """How to draw a span, measured from the corner of its page in view pixels, in this order."""

    fills: list[tuple[QRectF, QBrush | QColor]] = field(default_factory=list)
    corners: list[tuple[QPolygonF, QColor]] = field(default_factory=list)
    crosses: list[tuple[QPointF, QPointF]] = field(default_factory=list)
    cross_pen: QPen | None = None
    crossed: list[tuple[QPointF, QPixmap]] = field(default_factory=list)
    labels: list[tuple[QPointF, QPixmap]] = field(default_factory=list)

    def play(self, painter: QPainter) -> None:
        for area, brush in self.fills:
            painter.fillRect(area, brush)
        if self.corners:
            painter.setPen(Qt.PenStyle.NoPen)
            for shape, colour in self.corners:
                painter.setBrush(colour)
                painter.drawPolygon(shape)
        if self.cross_pen is not None:
            painter.setPen(self.cross_pen)
            for start, stop in self.crosses:
                painter.drawLine(start, stop)
        for at, label in (*self.crossed, *self.labels):
            painter.drawPixmap(at, label)


@dataclass(slots=True)
class _Look:
    """What of a span does not change with the zoom, and its strokes for the zoom they were made for."""

    span: SpanRow
    blocks: tuple[Block, ...]
    texts: tuple[tuple[str, float], ...]
    made_for: tuple[float, float, int, bool, Band] = (0.0, 0.0, 0, False, Band.LIKELY)
    strokes: _Strokes = field(default_factory=_Strokes)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Points of the turned page to view pixels from its corner, on whole device pixels."""

    scale: float
    ratio: float
    page_width: float
    turn: int
    page_size: tuple[float, float]

    def snap(self, pixels: float) -> float:
        return round(pixels * self.ratio) / self.ratio

    def at(self, points: float) -> float:
        return round(points * self.scale * self.ratio) / self.ratio

    def area(self, rect: Rect) -> QRectF:
        left, top = self.at(rect.x0), self.at(rect.y0)
        return QRectF(left, top, self.at(rect.x1) - left, self.at(rect.y1) - top)


class Overlay:
    """Paints the spans of a page. Holds brushes and finished labels for one pixel ratio."""

    def __init__(self) -> None:
        self.limits = DEFAULT
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

    def paint(
        self, painter: QPainter, spans: Sequence[Placed], page: QRectF, scale: float,
        selected: Collection[str], turn: int = 0,
    ) -> None:
        """Draw the spans of a page that lies at ``page`` (view pixels), ``scale`` view pixels to a point,
        turned by ``turn`` degrees clockwise."""
        if not spans:
            return
        size = (page.width() / scale, page.height() / scale)
        grid = _Grid(scale, self._ratio, page.width(), turn, size[::-1] if turn in (90, 270) else size)
        painter.translate(page.topLeft())
        for placed in spans:
            if placed.span.id not in selected:
                self._strokes_of(placed.span, grid, is_selected=False).play(painter)
        for placed in spans:
            if placed.span.id in selected:
                self._strokes_of(placed.span, grid, is_selected=True).play(painter)
        painter.translate(-page.topLeft())

    def _strokes_of(self, span: SpanRow, grid: _Grid, *, is_selected: bool) -> _Strokes:
        look = self._looks.get(span.id)
        if look is None or (look.span is not span and look.span != span):
            if len(self._looks) >= _LOOKS_KEPT:
                del self._looks[next(iter(self._looks))]  # one by one: to drop all at once takes 40 ms
            texts = tuple((text, self._chips.width(text)) for text in labels.variants(span))
            look = self._looks[span.id] = _Look(span, blocks(span.rects), texts)
        wanted = (grid.scale, grid.page_width, grid.turn, is_selected, self.limits.band(span))
        if look.made_for == wanted:
            return look.strokes
        look.made_for, look.strokes = wanted, _Strokes()
        shown = look.blocks
        if grid.turn:
            shown = tuple(turned_block(block, grid.turn, *grid.page_size) for block in shown)
        for block in shown:
            areas = [grid.area(area) for area in block.areas]
            self._fill(look.strokes, span, areas)
            self._outline(look.strokes, span, block, areas, grid)
            if is_selected:
                _halo(look.strokes, block, areas, grid)
        if shown:
            self._label(look.strokes, span, shown[0], look.texts, grid, is_selected=is_selected)
        return look.strokes

    def _fill(self, strokes: _Strokes, span: SpanRow, areas: Sequence[QRectF]) -> None:
        if span.status is Status.REJECTED or span.is_provisional:
            return  # not hatched: what is found so far may change
        if span.origin is Origin.REVIEWER:
            tint = QColor(theme.span_colour(span.origin, span.status))
            tint.setAlpha(30)
            for area in areas:
                strokes.fills.append((area, tint))
        elif span.kind in theme.HATCHED_KINDS:
            for area in areas:
                strokes.fills.append((area, self._hatch(span.kind is Kind.BLACK_BOX)))

    def _outline(
        self, strokes: _Strokes, span: SpanRow, block: Block, areas: Sequence[QRectF], grid: _Grid
    ) -> None:
        stroke, brushes = theme.STROKES[span.status], self._lines(span.origin, span.status)
        _band(strokes, block, grid, 0.0, stroke.width, *brushes)
        if stroke.is_double and areas[0].height() > 10:
            _band(strokes, block, grid, -4.0, 1.0, *brushes)
        colour = theme.span_colour(span.origin, span.status)
        if span.origin is Origin.AGENCY:
            band = self.limits.band(span) if span.status is Status.SUGGESTED else Band.CERTAIN
            _corner(strokes, areas[0], theme.AGENCY_ON_BLACK if span.kind is Kind.BLACK_BOX else colour, band)
        else:
            width = 2.0 if span.status is Status.REJECTED else 4.0
            _bracket(strokes, areas[0], colour, width, is_left=True)
            _bracket(strokes, areas[-1], colour, width, is_left=False)
        if span.status is Status.REJECTED:
            thin = QColor(colour)
            thin.setAlpha(150)
            strokes.cross_pen = QPen(thin, 1.0)
            for area in areas:
                if area.width() * area.height() <= _CROSS_KEPT:
                    strokes.crossed.append((area.topLeft(), _cross(area, strokes.cross_pen, grid.ratio)))
                    continue
                strokes.crosses.append((area.topLeft(), area.bottomRight()))
                strokes.crosses.append((area.bottomLeft(), area.topRight()))

    def _label(
        self, strokes: _Strokes, span: SpanRow, block: Block, texts: Sequence[tuple[str, float]],
        grid: _Grid, *, is_selected: bool,
    ) -> None:
        def put(text: str, x: float, y: float) -> None:
            at = QPointF(grid.snap(x), grid.snap(y))
            strokes.labels.append((at, self._chips.picture(span, text)))

        whole, first = grid.area(block.bounds), grid.area(block.areas[0])
        is_empty = span.kind in theme.LABELLED_INSIDE and span.status is not Status.REJECTED
        if is_empty and whole.height() > self._chips.height:
            y = whole.top() + min(2.0, (whole.height() - self._chips.height) / 2)
            beside = [a for a in map(grid.area, block.areas) if a.top() < y + self._chips.height]
            left, right = max(a.left() for a in beside), min(a.right() for a in beside)
            for text, width in texts:
                if width + 14 <= right - left:
                    # At the right: stray marks and printed codes in the area mostly stand at the left.
                    put(text, right - 11 - width, y)
                    return
        if is_selected:
            text, width = texts[0]
            x = max(2.0, min(first.left(), grid.page_width - width - 2))
            y = whole.top() - self._chips.height - 6
            put(text, x, y if y >= 0 else whole.bottom() + 6)
            return
        if span.origin is Origin.REVIEWER and span.codes:
            # Over text a label would hide what is to be judged; the outer margin of the page is free.
            text, width = texts[-1]
            x, middle = grid.page_width - width - 3, first.top() + min(first.height(), 20.0) / 2
            if x > whole.right() + 4:
                put(text, x, middle - self._chips.height / 2)
        if first.height() >= 6 and first.width() >= 6:
            put("", first.left() - self._chips.tab * 0.45, first.top() - self._chips.tab * 0.55)

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
    strokes: _Strokes, block: Block, grid: _Grid, outwards: float, width: float,
    flat: QBrush | QColor, upright: QBrush | QColor,
) -> None:
    """A line of ``width`` along the outline, its outer side ``outwards`` of it (inside when negative).

    Flat pieces own the corners, so that a translucent line is not laid on itself there.
    """
    inner = outwards - width
    for edge in block.edges:
        at = grid.at(edge.at)
        across = at - outwards if edge.side < 0 else at + inner
        if edge.is_flat:
            start = grid.at(edge.start) + (-outwards if edge.start_is_free else inner)
            stop = grid.at(edge.stop) + (outwards if edge.stop_is_free else -inner)
            strokes.fills.append((QRectF(start, across, stop - start, width), flat))
        else:
            start = grid.at(edge.start) + (-inner if edge.start_is_free else inner)
            stop = grid.at(edge.stop) + (inner if edge.stop_is_free else -inner)
            strokes.fills.append((QRectF(across, start, width, stop - start), upright))


def _corner(strokes: _Strokes, area: QRectF, colour: QColor, band: Band) -> None:
    """The corner of the agency's spans: full where certain, hollow where likely, else a small one."""
    side = min(9.0, area.height() * 0.6, area.width() * 0.5)
    tip = area.topRight()
    for part, paint in {
        Band.CERTAIN: [(1.0, colour)], Band.LIKELY: [(1.0, colour), (0.55, _PAPER)],
        Band.POSSIBLE: [(0.5, colour)],
    }[band]:
        at, reach = tip + QPointF(-side, side) * ((1 - part) * 0.29 if paint is _PAPER else 0), side * part
        strokes.corners.append((QPolygonF([at, at - QPointF(reach, 0), at + QPointF(0, reach)]), paint))


def _cross(area: QRectF, pen: QPen, ratio: float) -> QPixmap:
    """The lines through a rejected span as a picture."""
    picture = QPixmap(max(1, round(area.width() * ratio)) + 1, max(1, round(area.height() * ratio)) + 1)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    here = area.translated(-area.topLeft())
    painter = QPainter(picture)
    painter.setPen(pen)
    painter.drawLine(here.topLeft(), here.bottomRight())
    painter.drawLine(here.bottomLeft(), here.topRight())
    painter.end()
    return picture


def _bracket(strokes: _Strokes, area: QRectF, colour: QColor, width: float, *, is_left: bool) -> None:
    """A thick square bracket, half its stem outside the area so that it hides little of it."""
    serif = min(9.0, area.width() / 3)
    bar = min(width * 0.75, area.height() / 3)
    stem = (area.left() if is_left else area.right()) - width / 2
    start = stem if is_left else stem + width - serif
    strokes.fills += [
        (QRectF(stem, area.top(), width, area.height()), colour),
        (QRectF(start, area.top(), serif, bar), colour),
        (QRectF(start, area.bottom() - bar, serif, bar), colour),
    ]


def _halo(strokes: _Strokes, block: Block, areas: Sequence[QRectF], grid: _Grid) -> None:
    """A selected span: a bright ring with a dark rim round the outline, and a knob at each corner."""
    _band(strokes, block, grid, 5.0, 5.0, _HALO_DARK, _HALO_DARK)
    _band(strokes, block, grid, 4.0, 3.0, _HALO_BRIGHT, _HALO_BRIGHT)
    first, last = areas[0].adjusted(-2.5, -2.5, 2.5, 2.5), areas[-1].adjusted(-2.5, -2.5, 2.5, 2.5)
    for point in (first.topLeft(), first.topRight(), last.bottomLeft(), last.bottomRight()):
        knob = QRectF(point.x() - 3.5, point.y() - 3.5, 7, 7)
        strokes.fills += [(knob, _HALO_DARK), (knob.adjusted(1, 1, -1, -1), _PAPER)]
