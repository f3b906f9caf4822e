"""The bookmarks of the document: where it says its parts begin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTreeView, QVBoxLayout, QWidget

from review_app.domain.outline import OutlineEntry
from review_app.ui.models.outline import OutlineModel

FEW = 60
"""So many bookmarks are shown unfolded; of more, the first level alone."""


class _Tree(QTreeView):
    """Return goes to a place on every platform; Qt leaves that to the platform."""

    chosen = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class OutlinePanel(QWidget):
    """A tree of bookmarks; a click or Return goes to the place. Their titles are text of the document."""

    place_wanted = Signal(int, float)
    """Somebody wants to see this page at this height, in points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = OutlineModel(self)
        self.view = _Tree(self)
        self.view.setModel(self.model)
        self.view.setHeaderHidden(True)
        self.view.setUniformRowHeights(True)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.setIndentation(14)
        self.view.setAccessibleName(self.tr("Bookmarks of the document"))
        self._note = QLabel(self)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._note)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.view.clicked.connect(self._go)
        self.view.chosen.connect(self._go)
        self.show_note(self.tr("No document is open."))

    def show_entries(self, entries: Sequence[OutlineEntry], *, is_cut: bool = False) -> None:
        """Show these bookmarks."""
        self.model.set_entries(entries)
        if len(entries) <= FEW:
            self.view.expandAll()
        self.view.setVisible(bool(entries))
        self._say("" if entries else self.tr("This document has no bookmarks."))
        if is_cut:
            self._say(self.tr("There are more bookmarks than are shown: the first {count}.").format(
                count=len(entries)))

    def show_note(self, text: str) -> None:
        """No bookmarks, for this reason."""
        self.model.set_entries(())
        self.view.hide()
        self._say(text)

    def show_page(self, page: int) -> None:
        """The page view is at this page: mark the part it belongs to, where it can be seen."""
        index = self.model.index_for_page(page)
        while index.parent().isValid() and not self.view.isExpanded(index.parent()):
            index = index.parent()
        if index != self.view.currentIndex():
            self.view.setCurrentIndex(index)

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))
        self._note.setContentsMargins(8, 12, 8, 12)

    def _go(self, index: QModelIndex) -> None:
        entry = self.model.entry(index)
        if entry.page:
            self.place_wanted.emit(entry.page, entry.top)
