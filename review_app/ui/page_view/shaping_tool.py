"""The gesture of moving and resizing a span: what pointer and keys do to it, and how it is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen

from review_app.domain.geometry import Rect, bounds
from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import Origin
from review_app.ui.page_view.labels import tr
from review_app.ui.page_view.shaping import END, WHOLE, Grip, Shape, grips
from review_app.ui.page_view.taken import Taken, snapped, taken
from review_app.ui.theme import REVIEWER_ON_PAPER, Theme

if TYPE_CHECKING:
    from review_app.ui.page_view.view import PageView

_Key = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ARROWS = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}

GRIP_PX = 7.0
ROOM_PX = 24.0
"""A side that is shorter on the screen has no grip in its middle."""
REACH_PX = 8.0
SNAP_PX = 5.0
STEP_POINTS, HELD_STEP_POINTS = 1.0, 4.0
"""How far one key press moves a span, in points, and how far while the key is held down."""

REST_MS = 600
"""A shape made by keys is recorded when no key came for so long: one entry for one movement."""

_CURSORS = {
    frozenset({"left"}): Qt.CursorShape.SizeHorCursor, frozenset({"right"}): Qt.CursorShape.SizeHorCursor,
    frozenset({"top"}): Qt.CursorShape.SizeVerCursor, frozenset({"bottom"}): Qt.CursorShape.SizeVerCursor,
    frozenset({"left", "top"}): Qt.CursorShape.SizeFDiagCursor, END: Qt.CursorShape.SizeFDiagCursor,
    frozenset({"right", "top"}): Qt.CursorShape.SizeBDiagCursor,
    frozenset({"left", "bottom"}): Qt.CursorShape.SizeBDiagCursor, WHOLE: Qt.CursorShape.SizeAllCursor,
}

_QUARTER = {
    Qt.CursorShape.SizeHorCursor: Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeVerCursor: Qt.CursorShape.SizeHorCursor,
    Qt.CursorShape.SizeFDiagCursor: Qt.CursorShape.SizeBDiagCursor,
    Qt.CursorShape.SizeBDiagCursor: Qt.CursorShape.SizeFDiagCursor,
}
"""The same on a page turned by a quarter."""


class ShapingTool(QObject):
    """Moves and resizes the one selected span of a view; the view says so once the movement has ended."""

    def __init__(self, view: PageView) -> None:
        super().__init__(view)
        self._view = view
        self.is_allowed = True
        self.shape: Shape | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.finish)

    @property
    def span(self) -> SpanRow | None:
        """The span that can be reshaped: the only selected one, when it is a reviewer's own and has a place.

        What the agency withheld stays where it was found.
        """
        span = self._view.selected_row
        if span is None or not self.is_allowed or self._view.tool != "select":
            return None
        return span if span.origin is Origin.REVIEWER and not span.is_provisional else None

    def cancel(self) -> bool:
        """Drop the movement; False when there was none."""
        had, self.shape = self.shape is not None, None
        self._rest.stop()
        if had:
            self._view.viewport().update()
        return had

    def finish(self) -> None:
        """End the movement and say what came of it."""
        shape, self.shape = self.shape, None
        self._rest.stop()
        if shape is not None:
            self._view.viewport().update()
            if shape.is_changed:
                self._view.span_reshaped.emit(shape.span_id, shape.rects)

    # -- pointer ---------------------------------------------------------------------------------

    def grip_at(self, at: QPointF) -> Grip | None:
        """The grip at a position in the window, the whole span inside it; None elsewhere."""
        span = self.span
        if span is None:
            return None
        near: list[tuple[float, Grip]] = []
        for grip, (x, y) in grips(span.rects, self._room()).items():
            spot = self._view.window_rect(span.page, Rect(x, y, x, y)).topLeft()
            near.append(((spot - at).manhattanLength(), grip))
        distance, grip = min(near, key=lambda n: n[0])
        if distance <= REACH_PX:
            return grip
        inside = any(self._view.window_rect(span.page, r).contains(at) for r in span.rects)
        return WHOLE if inside else None

    def _room(self) -> float:
        return ROOM_PX / max(0.01, self._view.scale)

    def cursor_at(self, at: QPointF) -> Qt.CursorShape | None:
        """The pointer's shape over a grip; None elsewhere."""
        grip = self.grip_at(at)
        if grip is None:
            return None
        shape = _CURSORS[grip]
        return _QUARTER.get(shape, shape) if self._view.turn in (90, 270) else shape

    def begin(self, at: QPointF) -> bool:
        """Take hold of the selected span where the button went down; False when nothing is there."""
        span, grip = self.span, self.grip_at(at)
        if span is None or grip is None:
            return False
        self.finish()
        self._view.text_tool.texts.want_letters(span.page)
        self.shape = Shape(span.id, span.page, span.rects, grip, self._view.place_on(span.page, at))
        return True

    def drag(self, at: QPointF, *, snaps: bool) -> None:
        """Move what is held to a position in the window."""
        shape = self.shape
        if shape is None:
            return
        shape.drag(*self._view.place_on(shape.page, at), self._view.page_size(shape.page))
        if snaps and shape.grip != WHOLE and len(shape.rects) == 1:
            shape.rects = (self.snap(shape.page, shape.rects[0]),)
        self._view.viewport().update()

    def snap(self, page: int, rect: Rect) -> Rect:
        """The area with its edges on the edges of letters that are near on the screen."""
        text = self._view.text_tool.texts.get(page)
        reach = SNAP_PX / max(0.01, self._view.scale)
        return snapped(rect, text.words, reach) if text is not None else rect

    # -- keys ------------------------------------------------------------------------------------

    def wants(self, event: QKeyEvent) -> bool:
        """True for the keys that move the selected span, or end its movement."""
        if self.shape is not None and event.key() in (_Key.Key_Escape, _Key.Key_Return, _Key.Key_Enter):
            return True
        return event.key() in _ARROWS and bool(event.modifiers() & _CTRL) and self.span is not None

    def key_press(self, event: QKeyEvent) -> bool:
        """True when the key did something here."""
        if not self.wants(event):
            return False
        if event.key() == _Key.Key_Escape:
            return self.cancel()
        if event.key() not in _ARROWS:
            self.finish()
            return True
        span = self.span
        if span is None:
            return False
        if self.shape is None:
            self.shape = Shape(span.id, span.page, span.rects, WHOLE, by_keys=True)
        dx, dy = self._view.heading(*_ARROWS[event.key()])  # as the screen goes, also on a turned page
        step = HELD_STEP_POINTS if event.isAutoRepeat() else STEP_POINTS
        grip = END if event.modifiers() & _SHIFT else WHOLE
        self.shape.step(dx * step, dy * step, self._view.page_size(span.page), grip=grip)
        end = self.shape.rects[-1]
        self._view.bring_into_view(span.page, end.x1, end.y1)
        self._view.viewport().update()
        self._rest.start()
        return True

    # -- painting --------------------------------------------------------------------------------

    def paint(self, painter: QPainter, theme: Theme, font: QFont) -> None:
        """Paint grips on the selected span, the span where it is being moved to, and the words that go."""
        shape, span = self.shape, self.span
        if shape is not None:
            places = [self._view.window_rect(shape.page, r) for r in shape.rects]
            tint = QColor(REVIEWER_ON_PAPER)
            tint.setAlpha(40)
            for place in places:
                painter.fillRect(place, tint)
            painter.setPen(QPen(REVIEWER_ON_PAPER, 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(places)
            self.paint_taken(painter, theme, font, shape.page, shape.rects)
        if span is not None:
            rects = shape.rects if shape is not None else span.rects
            painter.setPen(QPen(REVIEWER_ON_PAPER, 1.4))
            painter.setBrush(QColor("#FFFFFF"))
            for x, y in grips(rects, self._room()).values():
                spot = self._view.window_rect(span.page, Rect(x, y, x, y)).topLeft()
                painter.drawRect(QRectF(spot.x() - GRIP_PX / 2, spot.y() - GRIP_PX / 2, GRIP_PX, GRIP_PX))

    def paint_taken(
        self, painter: QPainter, theme: Theme, font: QFont, page: int, rects: tuple[Rect, ...]
    ) -> None:
        """List the words that an area takes, beside it."""
        text = self._view.text_tool.texts.get(page)
        if text is None:
            return
        said = in_words(taken(text.words, rects))
        area = self._view.window_rect(page, bounds(rects))
        window = QRectF(self._view.viewport().rect())
        metrics = QFontMetricsF(font)
        how = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        room = QRectF(0, 0, min(440.0, window.width() - 32), metrics.lineSpacing() * 4)
        plate = metrics.boundingRect(room, how, said).adjusted(-7, -4, 7, 4)
        x = min(max(8.0, area.left()), max(8.0, window.right() - plate.width() - 8))
        y = area.bottom() + 10
        if y + plate.height() > window.bottom() - 4:
            y = max(4.0, area.top() - plate.height() - 10)
        plate.moveTo(x, y)
        painter.fillRect(plate, theme.paper)
        painter.setPen(QPen(REVIEWER_ON_PAPER, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(plate)
        painter.setPen(theme.ink)
        painter.setFont(font)
        painter.drawText(plate.adjusted(7, 4, -7, -4), how, said)


_LISTED = 24


def in_words(found: Taken) -> str:
    """The words that go, for the plate beside an area and for screen readers."""
    if not found.whole and not found.in_part:
        return tr("No word is taken.")
    shown, more = found.whole[:_LISTED], len(found.whole) - _LISTED
    parts = []
    if shown:
        listed = " ".join(shown) + (tr(" … and {count} more").format(count=more) if more > 0 else "")
        parts.append(tr("Takes: {words}").format(words=listed))
    if found.in_part:
        parts.append(tr("Cuts: {words}").format(words=" ".join(found.in_part[:_LISTED])))
    return "\n".join(parts)
