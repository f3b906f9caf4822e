"""Selecting text with pointer and keys. The view owns what others see; this owns the gesture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent

from review_app.domain.geometry import Rect
from review_app.ui.page_view.page_text import PageText, Unit
from review_app.ui.page_view.selection import Selection
from review_app.ui.page_view.source import PageSource
from review_app.ui.page_view.texts import Texts

if TYPE_CHECKING:
    from review_app.ui.page_view.view import PageView

_Key = Qt.Key
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier

_MOVES: Mapping[int, tuple[Unit, bool, bool]] = {
    _Key.Key_Left: (Unit.CHARACTER, False, False), _Key.Key_Right: (Unit.CHARACTER, True, False),
    _Key.Key_Up: (Unit.LINE, False, True), _Key.Key_Down: (Unit.LINE, True, True),
    _Key.Key_Home: (Unit.LINE, False, False), _Key.Key_End: (Unit.LINE, True, False),
}
"""Key to unit, direction, and whether it goes to the next line instead of to the end of this one."""

_WITH_CTRL: Mapping[int, Unit] = {
    _Key.Key_Left: Unit.WORD, _Key.Key_Right: Unit.WORD, _Key.Key_Home: Unit.PAGE, _Key.Key_End: Unit.PAGE,
}


class TextTool(QObject):
    """The selected text of the document in a view.

    ``changed`` says whether any text is selected now.
    """

    changed = Signal(bool)

    def __init__(self, view: PageView) -> None:
        super().__init__(view)
        self._view = view
        self.texts = Texts(self)
        self.selection = Selection()
        self.is_dragging = False
        self._since_double = QElapsedTimer()
        self._double_at = QPointF()
        self._had = False
        self.texts.arrived.connect(self._on_arrived)

    def set_source(self, source: PageSource | None) -> None:
        """Select in another document; nothing is selected in it."""
        self.texts.set_source(source)
        self.clear()

    def clear(self) -> bool:
        """Select nothing; False when nothing was selected."""
        had = not self.selection.is_empty
        self.selection.clear()
        self.is_dragging = False
        self._tell()
        return had

    def rects(self, page: int) -> tuple[Rect, ...]:
        """Where the selected text of a page stands."""
        return () if self.selection.is_empty else self.selection.rects(page, self.texts.get)

    def is_on_text(self, at: QPointF) -> bool:
        """True when a drag from a position in the window would select text."""
        spot = self._view.place_at(at)
        text = self.texts.get(spot[0]) if spot is not None else None
        return text is not None and spot is not None and text.is_on_text(spot[1], spot[2])

    # -- pointer ---------------------------------------------------------------------------------

    def begin(self, at: QPointF, unit: Unit = Unit.CHARACTER) -> bool:
        """Begin to select at a position in the window; False when there is no text."""
        spot = self._view.place_at(at)
        text = self.texts.get(spot[0]) if spot is not None else None
        if spot is None or text is None or not text.is_on_text(spot[1], spot[2]):
            return False
        self.selection.start(spot[0], text.offset_at(spot[1], spot[2]), text, unit)
        self.is_dragging = True
        self._tell()
        return True

    def drag(self, at: QPointF) -> None:
        """Move the end of the selection to a position in the window."""
        page = self._view.page_near(at)
        text = self.texts.get(page) if page else None
        if text is not None:
            self.selection.extend(page, text.offset_at(*self._view.place_on(page, at)), text)
            self._tell()

    def end(self) -> None:
        """The button was let go."""
        self.is_dragging = False

    def double_click(self, at: QPointF) -> bool:
        """Select the word there; a third click soon after takes the line. False when there is no text."""
        self._since_double.start()
        self._double_at = at
        return self.begin(at, Unit.WORD)

    def is_third_click(self, at: QPointF) -> bool:
        """True when a press follows a double click closely, in time and place."""
        hints = QGuiApplication.styleHints()
        return (
            self._since_double.isValid()
            and not self._since_double.hasExpired(hints.mouseDoubleClickInterval())
            and (at - self._double_at).manhattanLength() < hints.startDragDistance()
        )

    # -- keys ------------------------------------------------------------------------------------

    def wants(self, event: QKeyEvent) -> bool:
        """True for keys that change a selection which is there."""
        if self.selection.is_empty:
            return False
        if event.key() == _Key.Key_Escape:
            return True
        return event.key() in _MOVES and bool(event.modifiers() & _SHIFT)

    def key_press(self, event: QKeyEvent) -> bool:
        """True when the key did something here."""
        if not self.wants(event):
            return False
        if event.key() == _Key.Key_Escape:
            return self.clear()
        head = self.selection.head
        text = self.texts.get(head[0]) if head is not None else None
        if head is None or text is None:
            return True
        unit, forward, by_line = _MOVES[event.key()]
        if event.modifiers() & _CTRL and event.key() in _WITH_CTRL:
            unit = _WITH_CTRL[event.key()]
        self.selection.move(unit, forward, text, self._view.page_count, by_line=by_line)
        self._show_head()
        self._tell()
        return True

    def _show_head(self) -> None:
        head = self.selection.head
        text = self.texts.get(head[0]) if head is not None else None
        if head is None or text is None or not len(text):
            return
        at = min(head[1], len(text) - 1)
        rects = text.rects(at, at + 1) or text.rects(*text.around(at, Unit.WORD))
        if rects:
            self._view.bring_into_view(head[0], rects[0].x0, rects[0].y1)

    # -- what is selected ------------------------------------------------------------------------

    def text(self) -> str | None:
        """The selected text; None while words of a page in it are on their way. Text that a box hides is
        never in it."""
        # Each page is asked for, so that all of them come; too many would push each other out.
        found: dict[int, PageText | None] = {page: self.texts.get(page) for page in self.selection.pages()}
        return self.selection.text(lambda page: found.get(page))

    def areas(self) -> list[tuple[int, tuple[Rect, ...]]]:
        """Where the selected text stands: pages with rectangles, one for each line."""
        found = [(page, self.rects(page)) for page in self.selection.pages()]
        return [(page, rects) for page, rects in found if rects]

    def _on_arrived(self, page: int) -> None:
        if page in self.selection.pages():
            self._view.viewport().update()

    def _tell(self) -> None:
        self._view.viewport().update()
        has = not self.selection.is_empty
        if has != self._had:
            self._had = has
            self.changed.emit(has)
