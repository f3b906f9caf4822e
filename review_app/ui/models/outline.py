"""The bookmarks of a document as a tree."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QModelIndex, QObject, Qt

from review_app.domain.display import isolated
from review_app.domain.outline import OutlineEntry
from review_app.ui import words
from review_app.ui.models.rows import ACCESSIBLE, DISPLAY, TOOL_TIP


class OutlineModel(QAbstractItemModel):
    """Bookmarks below each other as the document has them. An item's internal id is its place in the list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[OutlineEntry, ...] = ()
        self._parents: list[int] = []
        self._rows: list[int] = []
        self._below: dict[int, list[int]] = {-1: []}
        self._by_page: list[tuple[int, int]] = []

    def set_entries(self, entries: Sequence[OutlineEntry]) -> None:
        """Show these bookmarks; each lies below the last one before it that is less deep."""
        self.beginResetModel()
        self._entries = tuple(entries)
        self._parents, self._rows, self._below = [], [], {-1: []}
        path: list[int] = []
        for number, entry in enumerate(self._entries):
            del path[entry.depth:]
            parent = path[-1] if path else -1
            siblings = self._below.setdefault(parent, [])
            self._parents.append(parent)
            self._rows.append(len(siblings))
            siblings.append(number)
            path.append(number)
        self._by_page = sorted(
            ((e.page, n) for n, e in enumerate(self._entries) if e.page), key=lambda pair: pair[0])
        self.endResetModel()

    def entry(self, index: QModelIndex) -> OutlineEntry:
        """The bookmark of an item."""
        return self._entries[index.internalId()]

    def index_for_page(self, page: int) -> QModelIndex:
        """The last bookmark at or before a page: where somebody is who looks at it."""
        after = bisect_right(self._by_page, page, key=lambda pair: pair[0])
        if not after:
            return QModelIndex()
        # Of several on one page the first: the others may stand further down than what is in view.
        first = bisect_left(self._by_page, self._by_page[after - 1][0], key=lambda pair: pair[0])
        number = self._by_page[first][1]
        return self.createIndex(self._rows[number], 0, number)

    def index(self, row: int, column: int, parent: QModelIndex | None = None) -> QModelIndex:
        below = self._below.get(self._number(parent), [])
        if column != 0 or not 0 <= row < len(below):
            return QModelIndex()
        return self.createIndex(row, 0, below[row])

    def parent(self, index: QModelIndex | None = None) -> Any:
        if index is None:
            return QObject.parent(self)
        number = self._parents[index.internalId()] if index.isValid() else -1
        return QModelIndex() if number < 0 else self.createIndex(self._rows[number], 0, number)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self._below.get(self._number(parent), []))

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 1

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        entry = self.entry(index)
        if role == DISPLAY:
            return isolated(entry.title) or _tr("(without a title)")
        if role in (ACCESSIBLE, TOOL_TIP):
            where = (_tr("page {page}").format(page=entry.page) if entry.page
                     else _tr("leads to no page of this document"))
            said = f"{isolated(entry.title)}, {where}"
            return words.tip(said) if role == TOOL_TIP else said
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        kept = Qt.ItemFlag.ItemIsSelectable
        if self.entry(index).page:
            kept |= Qt.ItemFlag.ItemIsEnabled
        elif self.rowCount(index):
            kept |= Qt.ItemFlag.ItemIsEnabled  # it leads nowhere, but what is below it may
        return kept

    @staticmethod
    def _number(index: QModelIndex | None) -> int:
        return index.internalId() if index is not None and index.isValid() else -1


def _tr(text: str) -> str:
    return QCoreApplication.translate("OutlineModel", text)
