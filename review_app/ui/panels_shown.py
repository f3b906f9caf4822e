"""Which panels stand beside the page: each can be hidden, and the page takes its room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

if TYPE_CHECKING:
    from review_app.ui.main_window import MainWindow

DOCUMENTS, PICTURES, SPANS, RECORD, DETAILS, OVERVIEW = (
    "documents", "pictures", "spans", "record", "details", "overview")
PANELS = (DOCUMENTS, PICTURES, SPANS, DETAILS)
"""What stands beside the page; the record is a tab among the lists of spans, the overview a window."""


class PanelsShown(QObject):
    """Made by the window before its panels are; hides and shows them, and knows how wide they were."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._hidden: set[str] = set()
        self._before_alone: set[str] = set()
        self._sizes: dict[QSplitter, list[int]] = {}

    @property
    def hidden(self) -> frozenset[str]:
        """Panels that are not shown, by name."""
        is_open = self._window.commands.is_overview_open
        return frozenset(self._hidden if is_open else {*self._hidden, OVERVIEW})

    def toggle(self, name: str) -> None:
        """Hide a panel, or show it where it was."""
        if name == OVERVIEW:
            self._toggle_overview()
        else:
            self._put(self._hidden ^ {name})

    def toggle_all(self) -> None:
        """The page alone; once more brings back what stood beside it."""
        if set(PANELS) <= self._hidden:
            self._put(set() if set(PANELS) <= self._before_alone else self._before_alone)
        else:
            self._before_alone = set(self._hidden)
            self._put(self._hidden | set(PANELS))

    def reveal(self, widget: QWidget) -> None:
        """Show the panel in which a widget stands: somebody wants to go there."""
        needed = {n for n, panel in self._all().items() if panel is widget or panel.isAncestorOf(widget)}
        if needed & self._hidden:
            self._put(self._hidden - needed)

    def restore(self, hidden: Collection[str]) -> None:
        """Hide these panels and show all others; names that are not known are passed over."""
        self._put({*hidden} & {*PANELS, RECORD})

    def know(self, split: QSplitter, sizes: Sequence[int]) -> None:
        """The parts of a splitter were so large when all of them were last shown, in an earlier window."""
        self._sizes[split] = list(sizes)

    def sizes(self, split: QSplitter) -> list[int]:
        """The sizes of the parts of a splitter, as they were when all of them were last shown."""
        now = split.sizes()
        return now if all(now) else self._sizes.get(split, now)

    def apply(self) -> None:
        """Show what is to be shown now: a blind second look shows no lists of documents and pages."""
        window = self._window
        lists, both, _ = window.splits
        for name, panel in self._panels().items():
            panel.setVisible(name not in self._hidden)
        both.setVisible(window.together.blind.lens is None and not {DOCUMENTS, PICTURES} <= self._hidden)
        lists.setVisible(not {SPANS, DETAILS} <= self._hidden)
        window.right.setTabVisible(window.right.indexOf(window.record), RECORD not in self._hidden)

    def _panels(self) -> dict[str, QWidget]:
        window = self._window
        return dict(zip(PANELS, (window.left, window.places, window.right, window.inspector), strict=True))

    def _all(self) -> dict[str, QWidget]:
        return {**self._panels(), RECORD: self._window.record}

    def _put(self, hidden: set[str]) -> None:
        window = self._window
        for split in window.splits:
            if split.isVisible() and all(split.sizes()):  # before there is a window its sizes are of no room
                self._sizes[split] = split.sizes()
        self._hidden = hidden
        focus = QApplication.focusWidget()
        has_left = focus is not None and any(
            panel is focus or panel.isAncestorOf(focus) for name, panel in self._all().items()
            if name in hidden)
        self.apply()
        for split in window.splits:
            if split in self._sizes and not any(split.widget(n).isHidden() for n in range(split.count())):
                split.setSizes(self._sizes[split])
        window.side.shares.follow()
        if has_left:
            window.comfort.start.give_keyboard()

    def _toggle_overview(self) -> None:
        overview = self._window.commands.overview
        if OVERVIEW in self.hidden:
            overview.show()
        elif overview.dialog is not None:
            overview.dialog.close()
