"""The audit log as a table that holds only the rows that are looked at.

The newest entry is row 0. Rows are fetched in blocks of 256 by their numbers and the 64 last used blocks are
kept as the texts that are painted, so that a million entries scroll as one list (performance reference,
section 4). A filter is the list of the numbers it lets through: nothing else is read for it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, Qt

from review_app.domain.display import isolated
from review_app.domain.rows import LogLine
from review_app.ui import words
from review_app.ui.models.rows import ACCESSIBLE, ALIGNMENT, DISPLAY

BLOCK = 256
KEPT_BLOCKS = 64

Lines = Callable[[Sequence[int]], Sequence[LogLine | None]]
"""``lines(numbers)``: the entries of these numbers in their order, None where the log has a hole."""
Texts = tuple[str, str, str, str, str]


class LogModel(QAbstractTableModel):
    """Number, time, who, action and document of each entry."""

    SEQ, AT, ACTOR, ACTION, DOCUMENT = range(5)

    def __init__(self, lines: Lines, name: Callable[[str], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._name = name
        self._numbers: Sequence[int] = range(0)
        self._blocks: OrderedDict[int, tuple[Texts, ...]] = OrderedDict()
        self._titles = [
            QCoreApplication.translate("LogModel", "No."),
            QCoreApplication.translate("LogModel", "When (UTC)"),
            QCoreApplication.translate("LogModel", "Who"),
            QCoreApplication.translate("LogModel", "Action"),
            QCoreApplication.translate("LogModel", "Document"),
        ]
        self._of_entry = QCoreApplication.translate("LogModel", " of entry {seq}")

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers of the entries that are listed, newest first."""
        return self._numbers

    def set_numbers(self, numbers: Sequence[int]) -> None:
        """List these entries and no others; descending. New ones on top of the same are put there."""
        old = self._numbers
        added = len(numbers) - len(old)
        if len(old) and added >= 0 and type(numbers) is type(old) and isinstance(old, (range, array)) \
                and numbers[added:] == old:
            if not added:
                return
            self._blocks.pop((len(old) - 1) // BLOCK, None)  # the newest one is not full
            self.beginInsertRows(QModelIndex(), 0, added - 1)
            self._numbers = numbers
            self.endInsertRows()
            return
        self.beginResetModel()
        self._numbers = numbers
        self._blocks.clear()
        self.endResetModel()

    def number(self, row: int) -> int:
        """The number of the entry in a row."""
        return self._numbers[row]

    def row_of(self, seq: int) -> int | None:
        """Where an entry stands, None when it is not listed."""
        if not isinstance(self._numbers, (range, array)):  # numbers that stay in the database know best
            try:
                return self._numbers.index(seq)
            except ValueError:
                return None
        row = bisect_left(self._numbers, -seq, key=lambda n: -n)
        return row if row < len(self._numbers) and self._numbers[row] == seq else None

    def texts(self, row: int) -> Texts:
        """The five cells of a row. An entry that is missing (then the log does not verify) is all ``?``."""
        # Blocks are counted from the oldest entry, so that new entries do not move the full ones.
        count = len(self._numbers)
        place = count - 1 - row
        key = place // BLOCK
        block = self._blocks.get(key)
        if block is None:
            first, last = max(0, count - (key + 1) * BLOCK), count - key * BLOCK
            numbers = self._numbers[first:last]
            block = tuple(self._row(n, line) for n, line in zip(numbers, self._lines(numbers), strict=True))
            self._blocks[key] = block
            if len(self._blocks) > KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        elif next(reversed(self._blocks)) != key:
            self._blocks.move_to_end(key)
        return block[len(block) - 1 - place % BLOCK]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._numbers)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._titles)

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        if role in (DISPLAY, ACCESSIBLE):
            return self.texts(index.row())[index.column()]
        if role == ALIGNMENT and index.column() == self.SEQ:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == DISPLAY:
            return self._titles[section]
        return None

    def _row(self, number: int, line: LogLine | None) -> Texts:
        if line is None:
            return str(number), "?", "?", "?", "?"
        action = words.action(line.action)
        if line.reverts is not None:
            action += self._of_entry.format(seq=line.reverts)
        return (str(number), words.moment(line.at), isolated(line.actor), action,
                ", ".join(self._name(i) for i in line.documents))
