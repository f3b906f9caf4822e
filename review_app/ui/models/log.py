"""The audit log as a table that holds only the rows that are looked at.

The newest entry is row 0. Rows are fetched in blocks of 256 by their number and the 64 last used blocks
are kept, so that a million entries scroll as one list (performance reference, section 4).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, Qt

from review_app.domain.display import shown
from review_app.domain.rows import LogRow
from review_app.ui import words
from review_app.ui.models.rows import ACCESSIBLE, ALIGNMENT, DISPLAY

BLOCK = 256
KEPT_BLOCKS = 64

Fetch = Callable[[int, int], list[LogRow]]
"""``fetch(before_seq, limit)``: entries with a smaller number, newest first."""


class LogModel(QAbstractTableModel):
    """Number, time, who, action and document of each entry."""

    SEQ, AT, ACTOR, ACTION, DOCUMENT = range(5)

    def __init__(
        self, fetch: Fetch, documents: Callable[[LogRow], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._documents = documents
        self._count = 0
        self._blocks: OrderedDict[int, dict[int, LogRow]] = OrderedDict()
        self._titles = [
            QCoreApplication.translate("LogModel", "No."),
            QCoreApplication.translate("LogModel", "When (UTC)"),
            QCoreApplication.translate("LogModel", "Who"),
            QCoreApplication.translate("LogModel", "Action"),
            QCoreApplication.translate("LogModel", "Document"),
        ]

    def set_head(self, seq: int) -> None:
        """The number of the newest entry. New entries are put on top."""
        added = seq - self._count
        if added == 0:
            return
        self._blocks.clear()
        if added > 0:
            self.beginInsertRows(QModelIndex(), 0, added - 1)
            self._count = seq
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._count = seq
            self.endResetModel()

    def entry(self, row: int) -> LogRow | None:
        """The entry in a row; None where the log has a hole (then it does not verify)."""
        seq = self._count - row
        # Blocks are counted from the oldest entry, so that new entries do not move the full ones.
        number = (seq - 1) // BLOCK
        block = self._blocks.get(number)
        if block is None:
            top = min(self._count, (number + 1) * BLOCK)
            block = {e.seq: e for e in self._fetch(top + 1, top - number * BLOCK)}
            self._blocks[number] = block
            if len(self._blocks) > KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(number)
        return block.get(seq)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._count

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._titles)

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        if role == ALIGNMENT and index.column() == self.SEQ:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in (DISPLAY, ACCESSIBLE):
            return None
        entry = self.entry(index.row())
        if entry is None:
            return str(self._count - index.row()) if index.column() == self.SEQ else "?"
        return self._text(entry, index.column())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == DISPLAY:
            return self._titles[section]
        return None

    def _text(self, entry: LogRow, column: int) -> str:
        if column == self.SEQ:
            return str(entry.seq)
        if column == self.AT:
            return words.moment(entry.at)
        if column == self.ACTOR:
            return shown(entry.actor)
        if column == self.ACTION:
            text = words.action(entry.action)
            if entry.reverts is not None:
                text += QCoreApplication.translate("LogModel", " of entry {seq}").format(seq=entry.reverts)
            return text
        return self._documents(entry)
