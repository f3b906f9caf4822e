"""Hits of a search and mark, each included or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from review_app.domain.display import shown
from review_app.review.seeking import SeekHit
from review_app.ui.models.rows import ACCESSIBLE, ALIGNMENT, DISPLAY, TOOL_TIP

CHECK = int(Qt.ItemDataRole.CheckStateRole)
_ON, _OFF = int(Qt.CheckState.Checked.value), int(Qt.CheckState.Unchecked.value)


class HitsModel(QAbstractTableModel):
    """Hits come in batches while the search runs; each is included until somebody says otherwise."""

    MARK, DOCUMENT, PAGE, LABEL, TEXT = range(5)

    def __init__(self, document_name: Callable[[str], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = document_name
        self._hits: list[SeekHit] = []
        self._included = bytearray()
        self._titles = (self.tr("Mark"), self.tr("Document"), self.tr("P."), self.tr("What"),
                        self.tr("In context"))

    def clear(self) -> None:
        """A new search begins."""
        self.beginResetModel()
        self._hits, self._included = [], bytearray()
        self.endResetModel()

    def add(self, hits: Sequence[SeekHit]) -> None:
        """These were found."""
        if hits:
            count = len(self._hits)
            self.beginInsertRows(QModelIndex(), count, count + len(hits) - 1)
            self._hits += hits
            self._included += b"\1" * len(hits)
            self.endInsertRows()

    def hit(self, row: int) -> SeekHit:
        """The hit in a row."""
        return self._hits[row]

    @property
    def included(self) -> list[SeekHit]:
        """The hits that are to be marked."""
        return [hit for hit, on in zip(self._hits, self._included, strict=True) if on]

    @property
    def included_count(self) -> int:
        """How many are to be marked."""
        return sum(self._included)

    def include(self, rows: Iterable[int], on: bool) -> None:
        """Include rows, or leave them out."""
        rows = list(rows)
        for row in rows:
            self._included[row] = on
        if rows:
            self.dataChanged.emit(self.index(min(rows), self.MARK), self.index(max(rows), self.MARK))

    def toggle(self, rows: Iterable[int]) -> None:
        """Turn rows round: all on, unless all are on."""
        rows = list(rows)
        self.include(rows, not all(self._included[r] for r in rows))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._titles)

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        if role not in (DISPLAY, CHECK, ACCESSIBLE, TOOL_TIP, ALIGNMENT):
            return None
        column = index.column()
        if column == self.MARK:
            on = self._included[index.row()]
            if role == CHECK:
                return _ON if on else _OFF
            return (self.tr("included") if on else self.tr("left out")) if role == ACCESSIBLE else None
        if role == CHECK:
            return None
        if role == ALIGNMENT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter) \
                if column == self.PAGE else None
        hit = self._hits[index.row()]
        if column == self.DOCUMENT:
            return self._name(hit.document_id)
        if column == self.PAGE:
            return str(hit.page)
        if column == self.LABEL:
            return hit.label
        return f"…{shown(hit.before[-36:])} ▸{shown(hit.text)}◂ {shown(hit.after)}…"

    def setData(self, index: QModelIndex, value: Any, role: int = CHECK) -> bool:
        if role != CHECK or index.column() != self.MARK:
            return False
        self.include([index.row()], int(getattr(value, "value", value)) == _ON)
        return True

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == self.MARK else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal and role in (DISPLAY, ACCESSIBLE):
            return self._titles[section]
        return None
