"""How the right side shares its height: the list in front above, the details of the span below.

Beside the table of spans the details matter most. The record and the pages have a form of their own, and with
the room that the spans leave them three of their rows could be seen: they have a share of their own.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSplitter, QTabWidget

UPPER_PERCENT = 58
"""How much of the height record and pages have until somebody draws it otherwise."""


class ListShares(QObject):
    """Keeps one share for the first tab, and one for all others; the one that is drawn holds for its own."""

    def __init__(self, tabs: QTabWidget, split: QSplitter) -> None:
        super().__init__(split)
        self._tabs, self._split = tabs, split
        self._is_first = tabs.currentIndex() == 0
        self._other: tuple[int, ...] = ()
        tabs.currentChanged.connect(self._on_tab)

    @property
    def other(self) -> tuple[int, ...]:
        """The share that is not on screen, in pixels; empty while nobody wanted it."""
        return self._other

    def arrange(self, other: tuple[int, ...] = ()) -> None:
        """The share on screen holds for the tab in front; ``other`` for the rest."""
        self._other = other if len(other) == self._split.count() and all(other) else ()

    def reset(self) -> None:
        """The share on screen is that of the spans, whatever is in front: begin anew."""
        self._other, self._is_first = (), True
        self.follow()

    def follow(self) -> None:
        """A part that was hidden is back: the share is that of the tab in front."""
        self._on_tab(self._tabs.currentIndex())

    def _on_tab(self, index: int) -> None:
        is_first, shown = index == 0, self._split.sizes()
        if is_first == self._is_first or (any(shown) and not all(shown)):
            return  # one part alone has all the height, whichever list is in front
        self._is_first = is_first
        wanted, self._other = self._other, tuple(shown)
        whole = sum(shown)
        if wanted and whole:
            self._split.setSizes([size * whole // sum(wanted) for size in wanted])
        elif whole and not is_first:
            upper = max(shown[0], whole * UPPER_PERCENT // 100)
            self._split.setSizes([upper, whole - upper])
