"""The documents of the workspace as a tree: cases with their documents, loose documents, the removed ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QAbstractItemModel, QCoreApplication, QModelIndex, QObject, Qt

from review_app.domain.display import isolated, shown
from review_app.domain.rows import CaseRow, DocumentRow
from review_app.domain.values import dataclass
from review_app.ui import words
from review_app.ui.models.rows import ACCESSIBLE, DISPLAY, ID_ROLE, TOOL_TIP

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 2
"""The value of an item itself: a DocumentRow or a Group."""

_TOP = 0  # the internal id of what has no parent; a document of the n-th top item has n + 1

ORDERS: tuple[tuple[str, Callable[[DocumentRow], Any] | None], ...] = (
    (QT_TRANSLATE_NOOP("DocumentsModel", "As added"), None),
    (QT_TRANSLATE_NOOP("DocumentsModel", "Name"), lambda d: d.name.casefold()),
    (QT_TRANSLATE_NOOP("DocumentsModel", "To review"), lambda d: -d.undecided_count),
    (QT_TRANSLATE_NOOP("DocumentsModel", "Warnings"), lambda d: -len(d.warnings)),
    (QT_TRANSLATE_NOOP("DocumentsModel", "Pages"), lambda d: -d.page_count),
    (QT_TRANSLATE_NOOP("DocumentsModel", "Disposition"), lambda d: str(d.disposition)),
)
"""The orders to choose from, and what is compared in each; None keeps the order they came in."""


@dataclass(slots=True, eq=False)
class Group:
    """An item with documents below: a case, or what was removed. ``key`` tells it from all others."""

    key: str
    title: str
    rows: list[DocumentRow] = field(default_factory=list)
    is_removed: bool = False

    @property
    def undecided_count(self) -> int:
        """Spans left to decide in its documents."""
        return sum(d.undecided_count for d in self.rows)


REMOVED = "removed"


def _tr(text: str) -> str:
    return QCoreApplication.translate("DocumentsModel", text)


def group_line(group: Group) -> str:
    """What stands below the title of a group."""
    count = len(group.rows)
    parts = [_tr("1 document") if count == 1 else _tr("{count} documents").format(count=count)]
    if group.is_removed:
        parts.append(_tr("can be put back"))
    else:
        parts.append(words.to_review(group.undecided_count) if group.undecided_count else _tr("reviewed"))
    return " · ".join(parts)


def _spoken(row: DocumentRow) -> str:
    parts = [isolated(row.name), words.document_line(row), words.of(row.disposition)]
    if row.warnings:
        parts.append(words.warnings(len(row.warnings)))
    return " · ".join([*parts, *row.warnings])


def _searched(row: DocumentRow, title: str) -> str:
    text = f"{shown(row.name)} {title} {words.of(row.disposition)} {words.document_state(row)[1]}"
    if row.warnings:
        text += " " + _tr("warnings")
    return unicodedata.normalize("NFKC", text).casefold()


class DocumentsModel(QAbstractItemModel):
    """Top items are the cases by number, then documents of no case, then a group of what was removed.

    Rows are replaced as a whole; when only their values changed, only these items are told as changed, so
    that a view keeps its selection and what is folded.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[DocumentRow, ...] = ()
        self._removed: tuple[DocumentRow, ...] = ()
        self._cases: dict[str, str] = {}
        self._top: list[DocumentRow | Group] = []
        self._places: dict[str, tuple[int, int]] = {}
        self._texts: dict[str, tuple[DocumentRow, str, str]] = {}
        self._wanted: tuple[str, ...] = ()
        self._order = 0

    # -- what is shown ---------------------------------------------------------------------------

    def set_rows(
        self, rows: Sequence[DocumentRow], cases: Sequence[CaseRow] = (), removed: Sequence[DocumentRow] = ()
    ) -> None:
        """Show these documents under these cases; below them, what was removed."""
        before = self._all
        self._all = tuple(rows)
        titles = {c.id: c.number for c in cases}
        is_same_shelf = titles == self._cases and tuple(removed) == self._removed
        self._cases, self._removed = titles, tuple(removed)
        if not is_same_shelf or not self._put_in_place(before):
            self._arrange()

    def set_filter(self, text: str) -> None:
        """Show only documents that hold all these words in name, case number, disposition or state."""
        wanted = tuple(unicodedata.normalize("NFKC", text).casefold().split())
        if wanted != self._wanted:
            self._wanted = wanted
            self._arrange()

    def set_order(self, number: int) -> None:
        """Sort by one of :data:`ORDERS`, within each case."""
        if number != self._order:
            self._order = number
            self._arrange()

    @property
    def is_filtered(self) -> bool:
        """True while a filter hides documents."""
        return bool(self._wanted)

    def ids(self) -> list[str]:
        """The shown documents from top to bottom, without the removed ones."""
        found: list[str] = []
        for item in self._top:
            if isinstance(item, Group):
                found += () if item.is_removed else (d.id for d in item.rows)
            else:
                found.append(item.id)
        return found

    def index_of(self, document_id: str) -> QModelIndex:
        """Where a document stands; an invalid index when it is not shown."""
        place = self._places.get(document_id)
        if place is None:
            return QModelIndex()
        parent, row = place
        return self.createIndex(row, 0, _TOP if parent < 0 else parent + 1)

    def value(self, index: QModelIndex) -> DocumentRow | Group:
        """The document or group of an item."""
        if index.internalId() == _TOP:
            return self._top[index.row()]
        return self._top[index.internalId() - 1].rows[index.row()]

    def groups(self) -> list[tuple[Group, QModelIndex]]:
        """The groups with their items."""
        return [(item, self.createIndex(n, 0, _TOP)) for n, item in enumerate(self._top)
                if isinstance(item, Group)]

    # -- for the view ----------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: QModelIndex | None = None) -> QModelIndex:
        if column != 0 or row < 0 or row >= self.rowCount(parent):
            return QModelIndex()
        under = parent is not None and parent.isValid()
        return self.createIndex(row, 0, parent.row() + 1 if under else _TOP)

    def parent(self, index: QModelIndex | None = None) -> Any:
        if index is None:
            return QObject.parent(self)
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _TOP)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        if parent is None or not parent.isValid():
            return len(self._top)
        if parent.internalId() != _TOP:
            return 0
        item = self._top[parent.row()]
        return len(item.rows) if isinstance(item, Group) else 0

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 1

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        item = self.value(index)
        if role == ROW_ROLE:
            return item
        if isinstance(item, Group):
            if role == DISPLAY:
                return item.title
            if role == ACCESSIBLE:
                return f"{item.title} · {group_line(item)}"
            return "" if role == ID_ROLE else None
        if role == DISPLAY:
            return isolated(item.name)
        if role == ID_ROLE:
            return item.id
        if role == ACCESSIBLE:
            return _spoken(item)
        return words.tip(_spoken(item)) if role == TOOL_TIP else None

    # -- bookkeeping -----------------------------------------------------------------------------

    def _put_in_place(self, before: tuple[DocumentRow, ...]) -> bool:
        """Take values that moved nothing. After one decision that is one row of thousands."""
        if len(before) != len(self._all):
            return False
        key = ORDERS[self._order][1]
        changed = []
        for old, new in zip(before, self._all, strict=True):
            if old is new or old == new:
                continue
            if old.id != new.id or old.case_id != new.case_id:
                return False
            if (key is not None and key(old) != key(new)) or self._matches(old) != self._matches(new):
                return False
            changed.append(new)
        for row in changed:
            index = self.index_of(row.id)
            if not index.isValid():
                continue
            if index.internalId() == _TOP:
                self._top[index.row()] = row
            else:
                self._top[index.internalId() - 1].rows[index.row()] = row
                self.dataChanged.emit(index.parent(), index.parent())
            self.dataChanged.emit(index, index)
        return True

    def _matches(self, row: DocumentRow) -> bool:
        if not self._wanted:
            return True
        title = self._cases.get(row.case_id or "", "")
        known = self._texts.get(row.id)
        if known is None or known[0] is not row or known[1] != title:
            known = self._texts[row.id] = row, title, _searched(row, title)
        return all(word in known[2] for word in self._wanted)

    def _arrange(self) -> None:
        kept = [d for d in self._all if self._matches(d)]
        gone = [d for d in self._removed if self._matches(d)]
        key = ORDERS[self._order][1]
        if key is not None:
            kept.sort(key=key)
        groups: dict[str, Group] = {}
        loose: list[DocumentRow | Group] = []
        for row in kept:
            if row.case_id is None or row.case_id not in self._cases:
                loose.append(row)
                continue
            group = groups.get(row.case_id)
            if group is None:
                title = _tr("Case {number}").format(number=isolated(self._cases[row.case_id]))
                group = groups[row.case_id] = Group(row.case_id, title)
            group.rows.append(row)
        top: list[DocumentRow | Group] = sorted(groups.values(), key=lambda g: g.title.casefold())
        top += loose
        if gone:
            top.append(Group(REMOVED, _tr("Removed"), gone, is_removed=True))
        places = {}
        for number, item in enumerate(top):
            if isinstance(item, Group):
                places.update((row.id, (number, n)) for n, row in enumerate(item.rows))
            else:
                places[item.id] = (-1, number)
        self.beginResetModel()
        self._top, self._places = top, places
        self.endResetModel()
