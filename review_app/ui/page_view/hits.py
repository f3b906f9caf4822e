"""The words that were searched, marked on the pages in view, and the way from one to the next.

Words of a page are asked for when the view has come to rest on it, so that a fling through thousands of
pages asks for none. A page's words are those that people can read (see ``Texts``): text that a box hides is
not among them, so it can be no hit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, QTimer

from review_app.domain.geometry import Rect, bounds
from review_app.ui.page_view.page_text import PageText
from review_app.ui.page_view.texts import KEPT

if TYPE_CHECKING:
    from review_app.ui.page_view.view import PageView

Find: TypeAlias = Callable[[str], Sequence[tuple[int, int]]]
"""From the text of a page to the places of what was searched: first offset and the one behind the last."""

REST_MS = 80
"""How long the view must stand still before the words of its pages are asked for, in milliseconds."""

Place = tuple[Rect, ...]
"""Where a hit stands: a rectangle for each line it runs over."""


class Hits(QObject):
    """Hits on the pages of a view. Main thread only."""

    def __init__(self, view: PageView) -> None:
        super().__init__(view)
        self._view = view
        self._find: Find | None = None
        self._places: OrderedDict[int, tuple[PageText, tuple[Place, ...]]] = OrderedDict()
        self._current: tuple[int, int] | None = None
        self._wanted: tuple[int, bool] | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rest)
        view.text_tool.texts.arrived.connect(self._on_words)

    @property
    def current(self) -> tuple[int, int] | None:
        """The hit the reader was brought to: its page and its number there, from 0; None while there is
        none."""
        return self._current

    def search(self, find: Find | None) -> None:
        """Mark what ``find`` finds; None ends that."""
        self._find = find
        self.forget_places()

    def forget_places(self) -> None:
        """The pages are others now; what is searched stays."""
        self._places.clear()
        self._current = self._wanted = None
        self.settle()
        self._view.viewport().update()

    def settle(self) -> None:
        """The view moved: look for hits when it has come to rest."""
        if self._find is not None:
            self._rest.start()

    def on_page(self, page: int) -> tuple[Place, ...]:
        """The hits of a page in the order of its text; none while its words are not known. Asks for
        nothing."""
        if self._find is None:
            return ()
        text = self._view.text_tool.texts.peek(page)
        if text is None:
            return ()
        known = self._places.get(page)
        if known is None or known[0] is not text:
            places = tuple(p for start, end in self._find(text.text) if (p := text.rects(start, end)))
            known = self._places[page] = (text, places)
            while len(self._places) > KEPT:
                self._places.popitem(last=False)
        return known[1]

    def show(self, page: int, *, is_last: bool = False) -> None:
        """Go to a page, and to its first or last hit as soon as its words are known."""
        self._current = None
        self._view.go_to_page(page)
        self._wanted = (page, is_last)
        if self._find is not None and self._view.text_tool.texts.get(page) is not None:
            self._on_words(page)

    def step(self, by: int) -> bool:
        """Go to the next hit of the same page, or the one before; False when that was the last there."""
        if self._current is None:
            return False
        page, index = self._current
        if not 0 <= index + by < len(self.on_page(page)):
            return False
        self._go_to(page, index + by)
        return True

    def _go_to(self, page: int, index: int) -> None:
        self._current = (page, index)
        place = self.on_page(page)[index]
        self._view.highlight_place(page, bounds(place))

    def _on_words(self, page: int) -> None:
        if self._wanted is not None and self._wanted[0] == page:
            is_last = self._wanted[1]
            self._wanted = None
            found = self.on_page(page)
            if found:
                self._go_to(page, len(found) - 1 if is_last else 0)
        if self._find is not None:
            self._view.viewport().update()

    def _on_rest(self) -> None:
        for page in self._view.visible_pages:
            self._view.text_tool.texts.get(page)
