"""A table of frozen rows: what the three list models share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress, count
from operator import attrgetter, ne
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from review_app.domain.values import dataclass
from review_app.ui.differences import are_in_place, differences

T = TypeVar("T")

PATCHED = 64
"""Changed rows that are told one by one; more are told together."""

# Plain ints: comparing Qt's enums in data() doubles its cost (performance reference, section 4).
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOL_TIP = int(Qt.ItemDataRole.ToolTipRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
ID_ROLE = int(Qt.ItemDataRole.UserRole) + 1

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column: its heading, the text of a cell, what it is sorted by, its tool tip.

    ``spoken`` is what a screen reader says where the text is only a sign, ``heading`` the title in full where
    the column is too narrow for it.
    """

    title: str
    text: Callable[[T], str]
    sort: Callable[[T], Any]
    tip: Callable[[T], str] | None = None
    spoken: Callable[[T], str] | None = None
    is_number: bool = False
    heading: str = ""


class RowsModel(QAbstractTableModel, Generic[T]):
    """Rows with an ``id``. Cells are turned into text once, when the rows come.

    Rows are replaced as a whole; when the same ids come in the same order only the cells are told as
    changed, so that a view keeps its selection and its place.
    """

    def __init__(self, columns: Sequence[Column[T]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._all: tuple[T, ...] = ()
        self._rows: list[T] = []
        self._texts: list[tuple[str, ...]] = []
        self._row_of: dict[str, int] = {}
        self._known: dict[str, tuple[T, tuple[str, ...]]] = {}
        self._keep: Callable[[T], bool] | None = None
        self._sort: tuple[int, bool] | None = None

    def set_rows(self, rows: Sequence[T]) -> None:
        """Show these rows, in their order unless the user chose one."""
        if not self._patch(rows, self._keep):
            self._take(rows)
            self._arrange()

    def set_rows_filtered(self, rows: Sequence[T], keep: Callable[[T], bool] | None) -> None:
        """Show of these rows those that ``keep`` says; all when None. The same ``keep`` as before must say
        the same of a row as before."""
        if keep is not self._keep or not self._patch(rows, keep):
            self._keep = keep
            self._take(rows)
            self._arrange()

    def _patch(self, rows: Sequence[T], keep: Callable[[T], bool] | None) -> bool:
        """Take over a few changed rows where they stand; False when more than that has to be done."""
        gone, come = differences(self._all, rows)
        if len(gone) > PATCHED or len(come) > PATCHED or [_id(r) for r in gone] != [_id(r) for r in come]:
            return False
        if not are_in_place(self._all, rows):
            return False
        for old, new in zip(gone, come, strict=True):
            is_in = _id(old) in self._row_of
            if is_in is not (keep is None or keep(new)):
                return False
            if is_in and self._sort is not None:
                key = self._columns[self._sort[0]].sort
                if key(old) != key(new):
                    return False
        self._all = tuple(rows)
        last = len(self._columns) - 1
        for old, new in zip(gone, come, strict=True):
            kept = self._known.get(_id(old)) if old == new else None
            known = (new, kept[1]) if kept is not None else (new, tuple(c.text(new) for c in self._columns))
            self._known[_id(new)] = known
            row = self._row_of.get(_id(new))
            if row is not None:
                self._rows[row], self._texts[row] = known
                if kept is None:
                    self.dataChanged.emit(self.index(row, 0), self.index(row, last))
        return True

    def _take(self, rows: Sequence[T]) -> None:
        if rows is self._all:
            return
        self._all = tuple(rows)
        # After one mark all rows come anew, and all but one are equal to those before: comparing them costs
        # a fifth of making their texts again (3,000 rows on a busy machine: 6 ms and 31 ms).
        known = self._known
        self._known = {}
        for row in self._all:
            old = known.get(_id(row))
            if old is not None and (old[0] is row or old[0] == row):
                self._known[_id(row)] = old

    def set_filter(self, keep: Callable[[T], bool] | None) -> None:
        """Show only the rows that ``keep`` says; None shows all."""
        self._keep = keep
        self._arrange()

    def retell(self, column: int, concerns: Callable[[T], bool]) -> None:
        """Make the texts of a column anew: what they depend on besides the rows is another now.

        ``concerns`` names the rows whose text may be another.
        """
        tell = self._columns[column].text
        for row_id, (value, texts) in self._known.items():
            if not concerns(value):
                continue
            text = tell(value)
            if text != texts[column]:
                self._known[row_id] = value, (*texts[:column], text, *texts[column + 1:])
        texts_now = [self._known[_id(row)][1] for row in self._rows]
        if texts_now != self._texts:
            self._texts = texts_now
            self.dataChanged.emit(self.index(0, column), self.index(len(self._rows) - 1, column))

    def row_at(self, row: int) -> T:
        """The value in a row."""
        return self._rows[row]

    def row_of(self, row_id: str) -> int | None:
        """Where an id stands, None when it is not shown."""
        return self._row_of.get(row_id)

    def texts(self, column: int, most: int) -> set[str]:
        """What the first ``most`` cells of a column say, without asking for each as Qt does."""
        return {texts[column] for texts in self._texts[:most]}

    def ids(self) -> list[str]:
        """The shown ids, from top to bottom."""
        return [_id(r) for r in self._rows]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        if role == ACCESSIBLE:
            speak = self._columns[index.column()].spoken
            return speak(self._rows[index.row()]) if speak else self._texts[index.row()][index.column()]
        if role == DISPLAY:
            return self._texts[index.row()][index.column()]
        if role == TOOL_TIP:
            column = self._columns[index.column()]
            return column.tip(self._rows[index.row()]) if column.tip else None
        if role == ALIGNMENT:
            return _RIGHT if self._columns[index.column()].is_number else None
        if role == ID_ROLE:
            return _id(self._rows[index.row()])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == DISPLAY:
            return self._columns[section].title
        if role in (TOOL_TIP, ACCESSIBLE):
            return self._columns[section].heading or self._columns[section].title
        if role == ALIGNMENT and self._columns[section].is_number:
            return _RIGHT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 goes back to the order the rows came in."""
        self._sort = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self._arrange()

    def _arrange(self) -> None:
        rows = list(self._all if self._keep is None else filter(self._keep, self._all))
        if self._sort is not None:
            column, backwards = self._sort
            rows.sort(key=self._columns[column].sort, reverse=backwards)
        ids = list(map(_id, rows))
        known = self._known
        fresh = [row for row, row_id in enumerate(ids) if row_id not in known]
        for row in fresh:
            known[ids[row]] = rows[row], tuple(c.text(rows[row]) for c in self._columns)
        texts = [known[row_id][1] for row_id in ids]
        old = list(self._row_of)
        if ids == old:
            self._rows, self._texts = rows, texts
            if fresh:
                self.dataChanged.emit(
                    self.index(fresh[0], 0), self.index(fresh[-1], len(self._columns) - 1)
                )
            return
        row_of = dict(zip(ids, range(len(ids)), strict=True))
        end = self._begin(old, ids)
        self._rows, self._texts, self._row_of = rows, texts, row_of
        end()
        if fresh and end != self.endResetModel:
            self.dataChanged.emit(self.index(fresh[0], 0), self.index(fresh[-1], len(self._columns) - 1))

    def _begin(self, old: list[str], new: list[str]) -> Callable[[], None]:
        """Tell the views what is about to happen: one stretch of rows comes, or anything else.

        Rows that go are a reset, too: Qt would take them out of the selection and select others.
        """
        head = next(compress(count(), map(ne, old, new)), min(len(old), len(new)))
        many = abs(len(new) - len(old))
        if len(old) < len(new) and new[head + many:] == old[head:]:
            self.beginInsertRows(QModelIndex(), head, head + many - 1)
            return self.endInsertRows
        self.beginResetModel()
        return self.endResetModel


_id = attrgetter("id")
