"""Paints one frame of the page view: pages, their pictures or why there is none, spans, drafts, places."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from review_app.domain.errors import ReviewError
from review_app.domain.geometry import Rect, turned
from review_app.domain.values import dataclass
from review_app.ui.page_view.cache import PieceKey
from review_app.ui.page_view.chips import HEIGHT
from review_app.ui.page_view.hit import SpanIndex
from review_app.ui.page_view.labels import tr
from review_app.ui.page_view.layout import StripLayout
from review_app.ui.page_view.overlay import Overlay
from review_app.ui.page_view.pictures import Pictures
from review_app.ui.page_view.tiles import area_of
from review_app.ui.page_view.tools import Draft
from review_app.ui.theme import REVIEWER_ON_PAPER, Theme, grown

_LABEL_MARGIN_PX = 9.0
_CAPTION_PX, _CAPTION_HEIGHT = 10, 14.0

_HIT_MARKER, _HIT_LINE = QColor("#FFE3A3"), QColor("#B35C00")
"""Words that were searched: on paper in any theme. The line keeps 4.5 to 1 against the paper."""


@dataclass(slots=True)
class Found:
    """A place shown to the reader: an outline that stays, with a caption, and a ring that flashes."""

    page: int
    rect: Rect
    caption: str = ""
    flashes_left: int = 0


@dataclass(slots=True)
class Frame:
    """All that one frame shows. ``left`` and ``top`` are where the window lies on the strip; ``stripe`` is
    from where to where it is painted, in view pixels."""

    layout: StripLayout
    pictures: Pictures
    spans: SpanIndex
    theme: Theme
    left: float
    top: float
    width: float
    height: float
    ratio: float
    stripe: tuple[float, float] = (0.0, math.inf)
    selected: Collection[str] = ()
    draft: Draft | None = None
    cross: tuple[int, float, float] | None = None
    text_rects: Callable[[int], Sequence[Rect]] = lambda page: ()
    hits: Callable[[int], Sequence[Sequence[Rect]]] = lambda page: ()
    found: Found | None = None
    has_focus: bool = False
    hint: str = ""
    font: QFont = field(default_factory=QFont)

    @property
    def seen(self) -> tuple[float, float]:
        """From where to where something has to be painted; a page may reach a pixel out of its place."""
        return max(0.0, self.stripe[0] - 2), min(self.height, self.stripe[1] + 2)


def retry_button(page: QRectF, window: QRectF) -> QRectF:
    """Where the button of a page without a picture lies: in the middle of what shows of the page."""
    shown = page.intersected(window)
    middle = shown.center() if not shown.isEmpty() else page.center()
    return QRectF(middle.x() - 60, middle.y() + 34, 120, 30)


def label_margin(font: QFont) -> float:
    """How far a label or ring may reach beyond its span, in view pixels; spans that near are painted, too."""
    return HEIGHT * grown(font) + _LABEL_MARGIN_PX


class FramePainter:
    """Paints frames; keeps what is dear to make (pens, hatches, labels) between them."""

    def __init__(self) -> None:
        self.overlay = Overlay()

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint a whole frame."""
        window = QRectF(0, 0, frame.width, frame.height)
        self.overlay.prepare(frame.font, frame.ratio)
        pages = frame.layout.visible(frame.top, frame.top + frame.height)
        upper, lower = frame.seen
        _desk(painter, frame, pages, window)
        if not frame.layout.page_count:
            _hint(painter, frame, window)
        for number in frame.layout.visible(frame.top + upper, frame.top + lower):
            self._page(painter, frame, number, window)
        if frame.found is not None and frame.found.page in pages:
            _found(painter, frame, frame.found)
        if frame.cross is not None and frame.cross[0] in pages:
            _cross(painter, frame, frame.cross)
        if frame.draft is not None and frame.draft.page in pages:
            _draft(painter, frame, frame.draft)
        if frame.has_focus:
            pen = QPen(frame.theme.focus, 2)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(window.adjusted(1, 1, -1, -1))

    def _page(self, painter: QPainter, frame: Frame, number: int, window: QRectF) -> None:
        layout = frame.layout
        page = _on_screen(frame, layout.page_rect(number))
        outer = page.adjusted(-0.5, -0.5, 0.5, 0.5)
        shows = self._pictures(painter, frame, number, page, window)
        for hit in frame.hits(number):
            _hit(painter, frame, number, hit, window)
        for rect in frame.text_rects(number):
            # Multiplied, as a marker pen would: the letters below stay as dark as they are.
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.fillRect(_place(frame, number, rect), frame.theme.marker)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setPen(QPen(frame.theme.edge, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(outer)
        upper, lower = frame.seen
        seen = Rect(frame.left, frame.top + upper, frame.left + frame.width, frame.top + lower)
        placed = frame.spans.within(number, layout.shown(number, seen.inset(-label_margin(frame.font))))
        self.overlay.paint(painter, placed, page, layout.scale, frame.selected, layout.turn)
        problem = frame.pictures.error(number)
        if problem is not None and not shows:  # last: hatching over the words could not be read
            _problem(painter, frame, number, problem, page, window)


    def _pictures(
        self, painter: QPainter, frame: Frame, number: int, page: QRectF, window: QRectF
    ) -> bool:
        """The picture of a page, or tiles of it. True when all of it that is in the window is sharp."""
        layout, ratio = frame.layout, frame.ratio
        pieces = frame.pictures.cut(number, layout.size(number), layout.scale * ratio, layout.turn)
        if pieces.is_whole:
            sharp = frame.pictures.exact(pieces.whole)
            if sharp is None:
                _stale(painter, frame, number, page, [page.intersected(window)], pieces.whole)
                return False
            sharp.image.setDevicePixelRatio(ratio)
            painter.drawImage(page.topLeft(), sharp.image)
            return True
        missing, there = [], []
        area = area_of(-page.left(), -page.top(), window.width(), window.height(), ratio)
        for key in pieces.tiles(area):
            left, top, right, bottom = key.part or (0, 0, 0, 0)
            at = page.topLeft() + QPointF(left, top) / ratio
            tile = frame.pictures.exact(key)
            if tile is None:
                size = QPointF(right - left, bottom - top) / ratio
                missing.append(QRectF(at, at + size).intersected(window))
            else:
                there.append((at, tile.image))
        if missing:
            _stale(painter, frame, number, page, missing, pieces.whole)
        for at, image in there:
            image.setDevicePixelRatio(ratio)
            painter.drawImage(at, image)
        return not missing


def _stale(
    painter: QPainter, frame: Frame, number: int, page: QRectF, areas: Sequence[QRectF], key: PieceKey
) -> None:
    """What stands in for a sharp picture in these areas of a page: another one of it, scaled, or paper."""
    stale = frame.pictures.exact(key) or frame.pictures.stand_in(key)
    if stale is None:
        for area in areas:
            painter.fillRect(area, frame.theme.paper)
        if frame.pictures.error(number) is None:
            _waiting(painter, frame, number, page)
        return
    image = stale.image
    image.setDevicePixelRatio(1.0)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for area in areas:
        shown, part = _visible_part(page, area, image.width(), image.height())
        painter.drawImage(shown, image, part)


def _desk(painter: QPainter, frame: Frame, pages: Sequence[int], window: QRectF) -> None:
    """What pages lie on, only where none lies: filling it all costs a fifth of a frame."""
    colour, end, width = frame.theme.desk, 0.0, window.width()
    for number in pages:
        # A picture may be a pixel smaller than its page; what it leaves must not stay as it was.
        page = _on_screen(frame, frame.layout.page_rect(number)).adjusted(2, 2, -2, -2)
        painter.fillRect(QRectF(0, end, width, page.top() - end), colour)
        painter.fillRect(QRectF(0, page.top(), page.left(), page.height()), colour)
        painter.fillRect(QRectF(page.right(), page.top(), width - page.right(), page.height()), colour)
        end = page.bottom()
    if end < window.height():
        painter.fillRect(QRectF(0, end, width, window.height() - end), colour)


def _on_screen(frame: Frame, rect: Rect) -> QRectF:
    """A page on screen, its corner on a device pixel so that a sharp picture stays sharp."""
    x = round((rect.x0 - frame.left) * frame.ratio) / frame.ratio
    y = round((rect.y0 - frame.top) * frame.ratio) / frame.ratio
    return QRectF(x, y, rect.width, rect.height)


def _visible_part(page: QRectF, window: QRectF, width: int, height: int) -> tuple[QRectF, QRectF]:
    """What shows of a page and the part of its picture that goes there: scaling the rest is wasted time."""
    shown = page.intersected(window)
    across, down = width / page.width(), height / page.height()
    return shown, QRectF(
        (shown.left() - page.left()) * across, (shown.top() - page.top()) * down,
        shown.width() * across, shown.height() * down,
    )


def _place(frame: Frame, number: int, rect: Rect) -> QRectF:
    layout = frame.layout
    page, scale = _on_screen(frame, layout.page_rect(number)), layout.scale
    if layout.turn:
        rect = turned(rect, layout.turn, *layout.page_size(number))
    return QRectF(
        page.left() + rect.x0 * scale, page.top() + rect.y0 * scale, rect.width * scale, rect.height * scale
    )


def _hint(painter: QPainter, frame: Frame, window: QRectF) -> None:
    if frame.hint:
        painter.setPen(frame.theme.muted)
        painter.setFont(frame.font)
        painter.drawText(window.adjusted(24, 24, -24, -24), _CENTRE, frame.hint)


def _waiting(painter: QPainter, frame: Frame, number: int, page: QRectF) -> None:
    painter.setPen(frame.theme.faint)
    painter.setFont(frame.font)
    window = QRectF(0, 0, frame.width, frame.height)
    words = tr("page {number}").format(number=number)
    painter.drawText(page.intersected(window), Qt.AlignmentFlag.AlignCenter, words)


def _problem(
    painter: QPainter, frame: Frame, number: int, problem: ReviewError, page: QRectF, window: QRectF
) -> None:
    button = retry_button(page, window)
    words = [
        tr("Page {number} cannot be shown").format(number=number), problem.what, problem.why, problem.todo,
    ]
    text = "\n".join(dict.fromkeys(w for w in words if w))
    width = max(80.0, min(page.width() - 24, 420.0))
    box = QRectF(button.center().x() - width / 2, button.top() - 160, width, 150)
    how = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
    painter.setFont(frame.font)
    painter.setPen(frame.theme.warning)  # before measuring: without a pen Qt measures nothing
    plate = painter.boundingRect(box, how, text).united(button).adjusted(-8, -8, 8, 8)
    painter.fillRect(plate, frame.theme.paper)
    painter.drawText(box, how, text)
    painter.setPen(QPen(frame.theme.ink, 1))
    painter.setBrush(QColor("#EEF0F2"))
    painter.drawRect(button)
    painter.drawText(button, Qt.AlignmentFlag.AlignCenter, tr("Try again"))


def _hit(painter: QPainter, frame: Frame, number: int, rects: Sequence[Rect], window: QRectF) -> None:
    """Words that were searched: marked and underlined, so that they are no selected text and no span."""
    for rect in rects:
        area = _place(frame, number, rect).adjusted(-1, -1, 1, 1)
        if not area.intersects(window):
            continue
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.fillRect(area, _HIT_MARKER)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 2.0), _HIT_LINE)


def _found(painter: QPainter, frame: Frame, found: Found) -> None:
    area = _place(frame, found.page, found.rect).adjusted(-2, -2, 2, 2)
    colour = QColor(frame.theme.found)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if found.flashes_left % 2:
        painter.setPen(QPen(colour, 4))
        painter.drawRect(area.adjusted(-4, -4, 4, 4))
    tint = QColor(colour)
    tint.setAlpha(22)
    painter.fillRect(area, tint)
    painter.setPen(QPen(colour, 1.5))
    painter.drawRect(area)
    if found.caption:
        font = QFont(frame.font)
        larger = grown(frame.font)
        font.setPixelSize(round(_CAPTION_PX * larger))
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(found.caption) + 8
        high = _CAPTION_HEIGHT * larger
        above = QRectF(area.left(), area.top() - high - 2, width, high)
        painter.fillRect(above, colour)
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, found.caption)


def _draft(painter: QPainter, frame: Frame, draft: Draft) -> None:
    area = _place(frame, draft.page, draft.rect)
    tint = QColor(REVIEWER_ON_PAPER)
    tint.setAlpha(40)
    painter.fillRect(area, tint)
    line = Qt.PenStyle.SolidLine if draft.is_large_enough else Qt.PenStyle.DotLine
    painter.setPen(QPen(REVIEWER_ON_PAPER, 1.6, line))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area)


def _cross(painter: QPainter, frame: Frame, cross: tuple[int, float, float]) -> None:
    number, x, y = cross
    page = _on_screen(frame, frame.layout.page_rect(number))
    at = _place(frame, number, Rect(x, y, x, y)).topLeft()
    for colour, width in ((QColor(255, 255, 255, 190), 3.0), (REVIEWER_ON_PAPER, 1.0)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QPointF(page.left(), at.y()), QPointF(page.right(), at.y()))
        painter.drawLine(QPointF(at.x(), page.top()), QPointF(at.x(), page.bottom()))
    painter.setPen(QPen(REVIEWER_ON_PAPER, 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, 6.0, 6.0)


_CENTRE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


