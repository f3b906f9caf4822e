"""The audit log: who did what, when, and what was before and after. The log is never written here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.display import isolated
from review_app.domain.rows import LogLine, LogRow
from review_app.ui import words
from review_app.ui.models.log import LogModel
from review_app.ui.panels.columns import Columns
from review_app.ui.panels.lines_view import LinesView
from review_app.ui.panels.log_filter import LogFilter
from review_app.ui.panels.tables import EmptyNote, plain_table, table_of_texts
from review_app.ui.tab_order import in_order

MAX_DETAIL_ROWS = 400
"""Of an entry with more changed values (a large intake) the first ones are listed."""
FOLLOW_MS = 400
"""A filtered list follows new entries after this pause: deciding must not wait for it."""


class LogSource(Protocol):
    """What the window asks of the log."""

    def numbers(self, **filters: Any) -> Sequence[int]:
        """The numbers of the entries that pass, newest first."""

    def lines(self, numbers: Sequence[int]) -> Sequence[LogLine | None]:
        """Entries as a list shows them."""

    def entry(self, seq: int) -> LogRow | None:
        """One whole entry."""

    def actors(self) -> list[str]:
        """Everybody in the log."""

    def actions(self) -> list[str]:
        """Every action in the log."""


class LogDialog(QDialog):
    """Filters, then entries, newest first; before and after of the selected entry below."""

    verify_wanted = Signal()
    place_wanted = Signal(object)
    """Somebody wants to see the place of this entry: LogRow."""
    past_wanted = Signal(object)
    """Somebody wants to see the page as it was after this entry: LogRow."""
    export_wanted = Signal(object)
    """The entries of these numbers are to be exported."""
    looked = Signal(int)
    """The user has looked at the log up to this entry."""

    def __init__(
        self, log: LogSource, name: Callable[[str], str], documents: Callable[[], Iterable[tuple[str, str]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Audit log"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(1080, 680)
        self._log = log
        self._documents = documents
        self._head = 0
        self._are_choices_old = True
        self._looked: int | None = None
        self.filter = LogFilter(self)
        self.model = LogModel(log.lines, name, self)
        self.view = plain_table(view=LinesView(self.model.texts, frozenset({LogModel.SEQ}), self))
        self.view.setModel(self.model)
        self.view.setSelectionMode(self.view.SelectionMode.SingleSelection)
        self.view.setAccessibleName(self.tr("Entries of the audit log"))
        self._set_widths()
        self._empty = EmptyNote(self.view)
        self._empty.say(self.tr("No entry passes the filter."))
        self.count = self._label(self.tr("How many entries are listed"))
        self._entry = self._label(self.tr("Selected entry"))
        self.detail = self._make_detail()
        self.place = self._button(self.tr("&Show place"), self.tr("Show on the page what this entry changed"))
        self.past = self._button(self.tr("As &it was then"), self.tr(
            "Show the page with its spans as they were after this entry; nothing can be changed there"))
        self.seen = self._button(self.tr("I have &looked"), self.tr(
            "From now on, what others do after the newest entry is new to you"))
        self.export = self._button(self.tr("&Export…"), self.tr("Write the listed entries to a file"))
        self.verify = self._button(self.tr("&Verify now"), self.tr("Verify the log now"))
        # The main window's key works here too: this window has the keyboard when one thinks of it.
        QShortcut(QKeySequence("Ctrl+Shift+L"), self, self.verify.click)
        self.outcome = self._label(self.tr("Result of the check"))
        close = self._button(self.tr("&Close"), self.tr("Close"))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(FOLLOW_MS)
        self._lay_out(close)
        self._later.timeout.connect(self._offer)
        self._later.timeout.connect(self._list)
        close.clicked.connect(self.close)
        self.verify.clicked.connect(self._on_verify)
        self.export.clicked.connect(lambda: self.export_wanted.emit(self.model.numbers))
        self.seen.clicked.connect(lambda: self.looked.emit(self._head))
        self.place.clicked.connect(lambda: self._emit(self.place_wanted))
        self.past.clicked.connect(lambda: self._emit(self.past_wanted))
        self.filter.changed.connect(self._list)
        self.view.activated.connect(lambda _index: self._emit(self.place_wanted))
        self.view.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.model.rowsInserted.connect(self._follow)
        self._on_current_changed(QModelIndex(), QModelIndex())

    def show_head(self, seq: int) -> None:
        """The log has this many entries now."""
        if seq != self._head:
            self._head = seq
            self._are_choices_old = True
            self._enable_seen()
        if self._are_choices_old and not self.isVisible():
            self._offer()
        if self.isVisible():
            self._later.start()  # names may have come, and a filter may let the new entries through
        if not self.isVisible() or not self.filter.filters_or_none():
            self._list()

    def show_new(self, since: int, me: str, *, can_mark: bool, only: bool = False) -> None:
        """What is new to ``me`` came after entry ``since``; ``only`` lists nothing else."""
        self.filter.set_looked(since, me)
        self._looked = since if can_mark else None
        self._enable_seen()
        if only:
            self.filter.reset()
            self.filter.others.setChecked(True)
        elif self.filter.others.isChecked():
            self._list()

    def show_result(self, problems: Sequence[Any]) -> None:
        """The answer of the check."""
        self.verify.setEnabled(True)
        if not problems:
            self.outcome.setText(self.tr(
                "✓ The log verifies: {count} entries, each chained to the one before, and all tables are as "
                "their history says."
            ).format(count=self._head))
            return
        lines = [self.tr("⚠ The log does not verify: {count} problems.").format(count=len(problems))]
        lines += [f"{_where(p)}: {p.text}" for p in problems[:5]]
        self.outcome.setText("\n".join(lines))

    @property
    def current_entry(self) -> LogRow | None:
        """The selected entry."""
        index = self.view.currentIndex()
        return self._log.entry(self.model.number(index.row())) if index.isValid() else None

    def _enable_seen(self) -> None:
        self.seen.setEnabled(self._looked is not None and self._looked < self._head)

    def _offer(self) -> None:
        """Let the filter offer who, what and which documents are in the log now."""
        if self._are_choices_old:
            self._are_choices_old = False
            self.filter.set_choices(self._log.actors(), self._log.actions(), self._documents())

    def _list(self) -> None:
        """List what the filter lets through; what was selected stays so when it is still there."""
        filters = self.filter.filters_or_none()
        if filters is None:
            return
        index = self.view.currentIndex()
        chosen = self.model.number(index.row()) if index.isValid() else 0
        was_newest = index.isValid() and index.row() == 0
        numbers = self._log.numbers(**filters) if filters else range(self._head, 0, -1)
        self.model.set_numbers(numbers)
        text = self.tr("{count} of {all} entries") if filters else self.tr("{all} entries")
        self.count.setText(text.format(count=f"{len(numbers):,}", all=f"{self._head:,}"))
        self.export.setEnabled(bool(numbers))
        row = 0 if was_newest or not chosen else self.model.row_of(chosen)
        if len(numbers) and self.view.currentIndex().row() != row:
            self.view.selectRow(row or 0)
        elif not numbers:
            self._on_current_changed(QModelIndex(), QModelIndex())

    def _emit(self, signal: Any) -> None:
        entry = self.current_entry
        if entry is not None:
            signal.emit(entry)

    def _set_widths(self) -> None:
        # Fixed widths: measuring contents would fetch the whole log.
        wide = self.fontMetrics().averageCharWidth()
        for column, characters in (
            (LogModel.SEQ, 11), (LogModel.AT, 24), (LogModel.ACTOR, 22), (LogModel.ACTION, 34),
        ):
            self.view.setColumnWidth(column, wide * characters)
        self.columns = Columns(self.view, LogModel.DOCUMENT, name="log", measures=False)

    def _make_detail(self) -> QTableWidget:
        detail = table_of_texts(
            [self.tr("Row"), self.tr("Value of"), self.tr("Before"), self.tr("After")], (), (2, 3), self)
        detail.setAccessibleName(self.tr("Before and after of the selected entry"))
        return detail

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAccessibleName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleName(name)
        button.setToolTip(words.tip(name))
        button.setAutoDefault(False)
        return button

    def _lay_out(self, close: QPushButton) -> None:
        below = QWidget(self)
        inner = QVBoxLayout(below)
        inner.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self._entry, 1)
        row.addWidget(self.place)
        row.addWidget(self.past)
        inner.addLayout(row)
        inner.addWidget(self.detail, 1)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.setAccessibleName(self.tr("Entries and details"))
        split.addWidget(self.view)
        split.addWidget(below)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.verify)
        buttons.addWidget(self.outcome, 1)
        buttons.addWidget(self.count)
        self.count.setWordWrap(False)
        for button in (self.seen, self.export, close):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.filter)
        layout.addWidget(split, 1)
        layout.addLayout(buttons)
        in_order(*self.filter.tab_stops, self.view, self.place, self.past, self.detail, self.verify,
                 self.seen, self.export, close)

    def _on_verify(self) -> None:
        self.verify.setEnabled(False)
        self.outcome.setText(self.tr("Checking…"))
        self.verify_wanted.emit()

    def _follow(self, _parent: QModelIndex, first: int, last: int) -> None:
        """New entries push the old ones down: the newest stays selected when it was."""
        if self.view.currentIndex().row() == last + 1 and first == 0:
            self.view.selectRow(0)

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        entry = self._log.entry(self.model.number(current.row())) if current.isValid() else None
        for button in (self.place, self.past):
            button.setEnabled(entry is not None)
        if entry is None:
            self._entry.setText(self.tr("This entry is missing from the log.") if current.isValid() else "")
            self.detail.setRowCount(0)
            return
        self._entry.setText(self.tr("Entry {seq}: {action}, by {actor} at {at} (UTC). Hash {hash}…").format(
            seq=entry.seq, action=words.action(entry.action), actor=isolated(entry.actor),
            at=words.moment(entry.at), hash=entry.hash[:16],
        ))
        self._show_values(differences(entry))

    def _show_values(self, values: list[tuple[str, str, str, str]]) -> None:
        listed = values[:MAX_DETAIL_ROWS]
        self.detail.setRowCount(len(listed) + (len(values) > len(listed)))
        for row, cells in enumerate(listed):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(isolated(" ".join(text.split())))
                item.setToolTip(words.tip("\n".join(map(isolated, text.splitlines()))))
                self.detail.setItem(row, column, item)
        if len(values) > len(listed):
            more = self.tr("… and {count} more values").format(count=len(values) - len(listed))
            self.detail.setItem(len(listed), 0, QTableWidgetItem(more))


def differences(entry: LogRow) -> list[tuple[str, str, str, str]]:
    """Row, column, before and after of each value that an entry changed. A missing row is all ``–``."""
    found: list[tuple[str, str, str, str]] = []
    for change in entry.changes:
        before = change.get("before")
        after = change.get("after")
        row = f"{change.get('table')} {change.get('id')}"
        for column in dict.fromkeys([*(before or {}), *(after or {})]):
            old = before.get(column) if before else None
            new = after.get(column) if after else None
            if before is not None and after is not None and old == new:
                continue
            if old in (None, "") and new in (None, ""):
                continue
            found.append((row, str(column), _cell(old), _cell(new)))
    return found


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _where(problem: Any) -> str:
    parts = [str(p) for p in (problem.table, problem.id) if p]
    if problem.seq is not None:
        parts.insert(0, f"#{problem.seq}")
    return " ".join(parts) or "log"
