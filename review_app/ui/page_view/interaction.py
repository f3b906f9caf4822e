"""What pointer and keys do in the page view. The view owns what others see; this owns the gesture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent

from review_app.ui.page_view.labels import tr
from review_app.ui.page_view.page_text import Unit
from review_app.ui.page_view.tools import DrawTool

if TYPE_CHECKING:
    from review_app.ui.page_view.view import PageView

_Key = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier

STEP_POINTS = 6.0
FINE_STEP_POINTS = 1.0
"""How far one key press moves the crosshair: half a line of type; with Ctrl one point."""

_SLACK_PX = 4.0
_DRAG_STARTS_PX = 4.0
_EDGE_SCROLL_MS = 30

_ARROWS = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}
_SCROLL_KEYS = {
    _Key.Key_PageUp, _Key.Key_PageDown, _Key.Key_Home, _Key.Key_End, _Key.Key_Space, *_ARROWS,
}
_ENTER = {_Key.Key_Return, _Key.Key_Enter}
_DRAW_KEYS = {*_ARROWS, *_ENTER, _Key.Key_Escape}


class Interaction(QObject):
    """Turns events into calls on the view."""

    def __init__(self, view: PageView) -> None:
        super().__init__(view)
        self._view = view
        self.drawing = DrawTool()
        self._pressed_at: QPointF | None = None
        self._pan_from: QPointF | None = None
        self._last_pointer = QPointF()
        self._edge_timer = QTimer(self)
        self._edge_timer.setInterval(_EDGE_SCROLL_MS)
        self._edge_timer.timeout.connect(self._on_edge_timer)
        view.text_tool.texts.arrived.connect(self._on_words)

    def reset(self) -> None:
        """Drop every gesture in progress."""
        self.drawing.reset()
        self._view.shaping.finish()
        self._view.text_tool.clear()
        self._pressed_at = None
        self._pan_from = None
        self._edge_timer.stop()
        self._view.viewport().update()

    # -- pointer ---------------------------------------------------------------------------------

    def mouse_press(self, event: QMouseEvent) -> None:
        """Begin a click, a draft or a pan."""
        view, at = self._view, event.position()
        if event.button() is Qt.MouseButton.MiddleButton:
            self._pan_from = at
            view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed_at = at
        if view.tool == "select" and not event.modifiers() & (_CTRL | _SHIFT) and view.shaping.begin(at):
            return
        if view.tool == "select" and view.text_tool.is_third_click(at):
            view.text_tool.begin(at, Unit.LINE)
        elif view.tool == "draw":
            spot = view.place_at(at)
            if spot is not None:
                self.drawing.press(*spot)
                view.text_tool.texts.want_letters(spot[0])
                view.viewport().update()

    def mouse_move(self, event: QMouseEvent) -> None:
        """Go on with a draft or a pan, or show what is under the pointer."""
        view, at = self._view, event.position()
        if self._pan_from is not None:
            moved = at - self._pan_from
            self._pan_from = at
            view.scroll_by(-moved.x(), -moved.y())
        elif self._pressed_at is not None and self._shapes:
            if (at - self._pressed_at).manhattanLength() >= _DRAG_STARTS_PX or view.shaping.shape.is_changed:
                view.shaping.drag(at, snaps=not event.modifiers() & _ALT)
        elif self._pressed_at is not None and (self.drawing.draft is not None or self._selects(at)):
            self._last_pointer = at
            self._drag_to(at)
            if view.viewport().rect().contains(at.toPoint()):
                self._edge_timer.stop()
            elif not self._edge_timer.isActive():
                self._edge_timer.start()
        else:
            self.show_cursor(at)

    def mouse_release(self, event: QMouseEvent) -> None:
        """End a click, a draft or a pan."""
        view, at = self._view, event.position()
        if event.button() is Qt.MouseButton.MiddleButton and self._pan_from is not None:
            self._pan_from = None
            self.show_cursor(at)
            return
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed_at is None:
            return
        pressed_at, self._pressed_at = self._pressed_at, None
        self._edge_timer.stop()
        draft = self.drawing.draft
        if draft is not None and draft.is_large_enough and not event.modifiers() & _ALT:
            snapped = view.shaping.snap(draft.page, draft.rect)
            draft.fixed, draft.moving = (snapped.x0, snapped.y0), (snapped.x1, snapped.y1)
        drawn = self.drawing.release()
        view.viewport().update()
        if self._shapes:
            if view.shaping.shape.is_changed:
                view.shaping.finish()
                return
            view.shaping.cancel()
        if view.text_tool.is_dragging:
            view.text_tool.end()
        elif drawn is not None:
            view.area_drawn.emit(*drawn)
        elif (at - pressed_at).manhattanLength() < _DRAG_STARTS_PX:
            self._click(at, extend=bool(event.modifiers() & (_CTRL | _SHIFT)))

    @property
    def _shapes(self) -> bool:
        """True while the pointer holds a span."""
        shape = self._view.shaping.shape
        return shape is not None and not shape.by_keys

    def double_click(self, event: QMouseEvent) -> None:
        """Select the word under the pointer."""
        if event.button() is not Qt.MouseButton.LeftButton or self._view.tool != "select":
            return
        self._pressed_at = event.position()
        self._view.text_tool.double_click(event.position())

    def _selects(self, at: QPointF) -> bool:
        """True while a drag selects text; it begins where the button went down, on text."""
        view, pressed = self._view, self._pressed_at
        if view.tool != "select" or pressed is None:
            return False
        if view.text_tool.is_dragging:
            return True
        return (at - pressed).manhattanLength() >= _DRAG_STARTS_PX and view.text_tool.begin(pressed)

    def show_cursor(self, at: QPointF) -> None:
        """The pointer's shape says what a click would do."""
        view = self._view
        if view.tool == "draw":
            shape = Qt.CursorShape.CrossCursor
            spot = view.place_at(at)
            if spot is not None:  # so that they are here when the button goes down
                view.text_tool.texts.want_letters(spot[0])
        elif (grip := view.shaping.cursor_at(at)) is not None:
            shape = grip
        elif view.span_at(at) is not None or view.failed_page_at(at):
            shape = Qt.CursorShape.PointingHandCursor
        elif view.text_tool.is_on_text(at):
            shape = Qt.CursorShape.IBeamCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        if view.viewport().cursor().shape() is not shape:
            view.viewport().setCursor(shape)

    def _click(self, at: QPointF, *, extend: bool) -> None:
        view = self._view
        failed = view.failed_page_at(at)
        if failed:
            self._retry(failed)
            return
        span_id = view.span_at(at, slack_px=_SLACK_PX)
        if span_id is None and extend and not view.text_tool.selection.is_empty:
            view.text_tool.drag(at)
            return
        view.text_tool.clear()
        if span_id is not None:
            view.span_clicked.emit(span_id, extend)
        elif view.tool == "select":
            view.background_clicked.emit()

    def _on_words(self, page: int) -> None:
        """The words of a page came while an area is drawn there: those that go are listed now."""
        draft = self.drawing.draft
        if (draft is not None and draft.page == page) or self._view.shaping.shape is not None:
            self._view.viewport().update()

    def _drag_to(self, at: QPointF) -> None:
        draft = self.drawing.draft
        if self._view.text_tool.is_dragging:
            self._view.text_tool.drag(at)
        elif draft is not None:
            self.drawing.drag(*self._view.place_on(draft.page, at))
            self._view.viewport().update()

    def _on_edge_timer(self) -> None:
        """The pointer is held outside the window while drawing: the page comes to it."""
        if self.drawing.draft is None and not self._view.text_tool.is_dragging:
            self._edge_timer.stop()
            return
        box, at = self._view.viewport().rect(), self._last_pointer
        dx = min(0.0, at.x()) + max(0.0, at.x() - box.right())
        dy = min(0.0, at.y()) + max(0.0, at.y() - box.bottom())
        self._view.scroll_by(max(-40.0, min(40.0, dx)), max(-40.0, min(40.0, dy)))
        self._drag_to(at)

    # -- wheel and gestures ----------------------------------------------------------------------

    def wheel(self, event: QWheelEvent) -> bool:
        """Ctrl and wheel zooms about the pointer; False leaves the event to the scroll bars."""
        if not event.modifiers() & _CTRL:
            return False
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            # 120 is one notch; a trackpad sends many small turns, each its part of a step.
            self._view.zoom_about(1.2 ** (turned / 120), event.position())
        event.accept()
        return True

    def gesture(self, event: QNativeGestureEvent) -> bool:
        """Two fingers apart or together zoom about their middle."""
        if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._view.zoom_about(1.0 + event.value(), event.position())
        event.accept()
        return True

    # -- keys ------------------------------------------------------------------------------------

    def wants(self, event: QKeyEvent) -> bool:
        """True for keys that belong to the view while it has the focus, whatever shortcuts there are."""
        if self._view.tool == "select" and (
            self._view.shaping.wants(event) or self._view.text_tool.wants(event)
        ):
            return True
        if event.modifiers() & (_CTRL | Qt.KeyboardModifier.AltModifier):
            return self._view.tool == "draw" and event.key() in _ARROWS and bool(event.modifiers() & _CTRL)
        if event.key() in _ENTER and self._view.is_failed(self._view.current_page):
            return True
        return event.key() in (_SCROLL_KEYS | (_DRAW_KEYS if self._view.tool == "draw" else set()))

    def key_press(self, event: QKeyEvent) -> bool:
        """True when the key did something here."""
        if self._view.tool == "draw" and self._draw_key(event):
            return True
        if self._view.tool == "select" and (
            self._view.text_tool.key_press(event) or self._view.shaping.key_press(event)
        ):
            return True
        return self._retry_key(event) or self._scroll_key(event)

    def _draw_key(self, event: QKeyEvent) -> bool:
        view, key = self._view, event.key()
        if key == _Key.Key_Escape:
            if self.drawing.cancel():
                self._pressed_at = None
                self._edge_timer.stop()
            else:
                view.set_tool("select")
            view.viewport().update()
            return True
        if key in _ENTER:
            if self.drawing.draft is None or self._pressed_at is not None:
                return False
            drawn = self.drawing.release()
            view.viewport().update()
            if drawn is not None:
                view.area_drawn.emit(*drawn)
            return True
        if key not in _ARROWS or self._pressed_at is not None:
            return False
        self._move_cross(_ARROWS[key], event.modifiers())
        return True

    def _move_cross(self, direction: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
        view, drawing = self._view, self.drawing
        if drawing.cross is None or not view.shows_place(*drawing.cross):
            spot = view.middle_place()
            if spot is None:
                return
            drawing.place_cross(*spot)
            view.announce(tr("The crosshair is in the middle of the window"))
            view.viewport().update()
            if not modifiers & _SHIFT:
                return  # the first key shows where the crosshair is
        step = FINE_STEP_POINTS if modifiers & _CTRL else STEP_POINTS
        page = drawing.cross[0]
        move = drawing.stretch if modifiers & _SHIFT else drawing.step
        dx, dy = view.heading(*direction)  # the keys go as the screen does, also on a turned page
        move(dx * step, dy * step, view.page_size(page))
        view.bring_into_view(*drawing.cross)
        view.viewport().update()

    def _retry(self, page: int) -> bool:
        self._view.text_tool.texts.try_again(page)
        return self._view.retry_page(page)

    def _retry_key(self, event: QKeyEvent) -> bool:
        if event.key() in _ENTER:
            return self._retry(self._view.current_page)
        return False

    def _scroll_key(self, event: QKeyEvent) -> bool:
        view, key = self._view, event.key()
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        window = view.viewport().height()
        line = view.verticalScrollBar().singleStep()
        if key in _ARROWS and not event.modifiers() & _CTRL:
            dx, dy = _ARROWS[key]
            view.scroll_by(dx * line, dy * line)
        elif key in (_Key.Key_PageDown, _Key.Key_PageUp) and event.modifiers() & _CTRL:
            (view.next_page if key == _Key.Key_PageDown else view.previous_page)()
        elif key == _Key.Key_PageDown or (key == _Key.Key_Space and not event.modifiers() & _SHIFT):
            view.scroll_by(0, window - line)
        elif key in (_Key.Key_PageUp, _Key.Key_Space):
            view.scroll_by(0, line - window)
        elif key == _Key.Key_Home:
            view.verticalScrollBar().setValue(0)
        elif key == _Key.Key_End:
            view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        else:
            return False
        return True


