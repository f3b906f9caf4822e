"""The audit log: who did what, when, and what was before and after. The log is never written here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.display import shown
from review_app.domain.rows import LogRow
from review_app.ui import words
from review_app.ui.models.log import Fetch, LogModel
from review_app.ui.panels.tables import plain_table

MAX_DETAIL_ROWS = 400
"""Of an entry with more changed values (a large intake) the first ones are listed."""


class LogDialog(QDialog):
    """Entries above, newest first; before and after of the selected entry below."""

    verify_wanted = Signal()

    def __init__(
        self, fetch: Fetch, documents: Callable[[LogRow], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Audit log"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(980, 640)
        self.model = LogModel(fetch, documents, self)
        self.view = plain_table(self)
        self.view.setModel(self.model)
        self.view.setSelectionMode(self.view.SelectionMode.SingleSelection)
        self.view.setAccessibleName(self.tr("Entries of the audit log"))
        self._set_widths()
        self._entry = QLabel(self)
        self._entry.setTextFormat(Qt.TextFormat.PlainText)
        self._entry.setWordWrap(True)
        self._entry.setAccessibleName(self.tr("Selected entry"))
        self._entry.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail = QTableWidget(0, 4, self)
        self.detail.setHorizontalHeaderLabels(
            [self.tr("Row"), self.tr("Value of"), self.tr("Before"), self.tr("After")]
        )
        self.detail.setAccessibleName(self.tr("Before and after of the selected entry"))
        self.detail.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.detail.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.detail.setAlternatingRowColors(True)
        self.detail.setTabKeyNavigation(False)
        self.detail.setWordWrap(False)
        self.detail.setShowGrid(False)
        self.detail.verticalHeader().hide()
        self.detail.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.detail.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in (2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.verify = QPushButton(self.tr("&Verify now"), self)
        self.verify.setAccessibleName(self.tr("Verify the log now"))
        self.verify.setAutoDefault(False)
        self.verify.clicked.connect(self._on_verify)
        # The main window's key works here too: this window has the keyboard when one thinks of it.
        QShortcut(QKeySequence("Ctrl+Shift+L"), self, self.verify.click)
        self.outcome = QLabel(self)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setWordWrap(True)
        self.outcome.setAccessibleName(self.tr("Result of the check"))
        close = QPushButton(self.tr("&Close"), self)
        close.setAccessibleName(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        self._lay_out(close)
        self.view.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.model.rowsInserted.connect(self._follow)

    def show_head(self, seq: int) -> None:
        """The log has this many entries now."""
        self.model.set_head(seq)
        if not self.view.currentIndex().isValid() and seq:
            self.view.selectRow(0)

    def show_result(self, problems: Sequence[Any]) -> None:
        """The answer of the check."""
        self.verify.setEnabled(True)
        count = self.model.rowCount()
        if not problems:
            self.outcome.setText(self.tr(
                "✓ The log verifies: {count} entries, each chained to the one before, and all tables are as "
                "their history says."
            ).format(count=count))
            return
        lines = [self.tr("⚠ The log does not verify: {count} problems.").format(count=len(problems))]
        lines += [f"{_where(p)}: {p.text}" for p in problems[:5]]
        self.outcome.setText("\n".join(lines))

    def _set_widths(self) -> None:
        # Fixed widths: measuring contents would fetch the whole log.
        wide = self.fontMetrics().averageCharWidth()
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        for column, characters in (
            (LogModel.SEQ, 9), (LogModel.AT, 24), (LogModel.ACTOR, 22), (LogModel.ACTION, 30),
        ):
            self.view.setColumnWidth(column, wide * characters)

    def _lay_out(self, close: QPushButton) -> None:
        below = QWidget(self)
        inner = QVBoxLayout(below)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._entry)
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
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addLayout(buttons)

    def _on_verify(self) -> None:
        self.verify.setEnabled(False)
        self.outcome.setText(self.tr("Checking…"))
        self.verify_wanted.emit()

    def _follow(self, _parent: QModelIndex, first: int, last: int) -> None:
        """New entries push the old ones down: the newest stays selected when it was."""
        if self.view.currentIndex().row() == last + 1 and first == 0:
            self.view.selectRow(0)

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        entry = self.model.entry(current.row()) if current.isValid() else None
        if entry is None:
            self._entry.setText(self.tr("This entry is missing from the log.") if current.isValid() else "")
            self.detail.setRowCount(0)
            return
        self._entry.setText(self.tr("Entry {seq}: {action}, by {actor} at {at} (UTC). Hash {hash}…").format(
            seq=entry.seq, action=words.action(entry.action), actor=shown(entry.actor),
            at=words.moment(entry.at), hash=entry.hash[:16],
        ))
        self._show_values(differences(entry))

    def _show_values(self, values: list[tuple[str, str, str, str]]) -> None:
        listed = values[:MAX_DETAIL_ROWS]
        self.detail.setRowCount(len(listed) + (len(values) > len(listed)))
        for row, cells in enumerate(listed):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(" ".join(text.split()))
                item.setToolTip(words.tip(text))
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
