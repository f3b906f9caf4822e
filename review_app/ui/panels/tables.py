"""The table view that the list panels share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from review_app.ui import words
from review_app.ui.models.rows import ID_ROLE, RowsModel


def plain_table(parent: QWidget | None = None, view: QTableView | None = None) -> QTableView:
    """A read-only table of whole rows, without a vertical header; ``view`` where another kind is wanted.

    The vertical header stays hidden: with it a model reset while scrolled far down takes seconds
    (performance reference, "traps").
    """
    view = QTableView(parent) if view is None else view
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setAlternatingRowColors(True)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setCornerButtonEnabled(False)
    view.verticalHeader().hide()
    OnFont(view, lambda: view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + 8))
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return view


def table_of_texts(
    headings: Sequence[str], rows: Sequence[Sequence[str]], stretched: Sequence[int],
    parent: QWidget | None = None,
) -> QTableWidget:
    """A table that holds its few texts itself; columns are as wide as their words, those ``stretched`` take
    the rest."""
    table = QTableWidget(len(rows), len(headings), parent)
    plain_table(view=table)
    table.setHorizontalHeaderLabels(list(headings))
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    for column in stretched:
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(words.tip(text))
            table.setItem(row, column, item)
    return table


class OnFont(QObject):
    """Calls something now, and again whenever the words of a widget have another size."""

    def __init__(self, widget: QWidget, call: Callable[[], object]) -> None:
        super().__init__(widget)
        self._call = call
        widget.installEventFilter(self)
        call()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FontChange:
            self._call()
        return False


class EmptyNote(QLabel):
    """A word in the middle of a list that has nothing to list, so that nobody waits for rows to come."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view.viewport())
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setForegroundRole(view.foregroundRole())
        layout = QVBoxLayout(view.viewport())
        layout.addWidget(self)
        self._view = view
        view.model().modelReset.connect(self._follow)
        view.model().rowsInserted.connect(self._follow)
        self.hide()

    def say(self, text: str) -> None:
        """What to say while there is no row."""
        self.setText(text)
        self.setAccessibleName(text)
        self._follow()

    def _follow(self) -> None:
        self.setVisible(bool(self.text()) and self._view.model().rowCount() == 0)


def selected_ids(view: QTableView) -> list[str]:
    """The ids of the selected rows, from top to bottom."""
    # Not selectedRows(): it asks the model about every cell (3,000 rows: 100 ms, this way 2 ms).
    ranges = view.selectionModel().selection()
    rows = sorted({row for r in ranges for row in range(r.top(), r.bottom() + 1)})
    model = view.model()
    return [str(model.index(row, 0).data(ID_ROLE)) for row in rows]


def select_ids(view: QTableView, model: RowsModel, ids: Iterable[str]) -> None:
    """Select the rows of these ids and no others, and bring the last one into view."""
    rows = [r for r in (model.row_of(i) for i in ids) if r is not None]
    selection = QItemSelection()
    last = model.columnCount() - 1
    for first, stop in _stretches(rows):
        selection.select(model.index(first, 0), model.index(stop, last))
    view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    if rows:
        index = model.index(rows[-1], 0)
        view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        view.scrollTo(index)


def _stretches(rows: list[int]) -> list[tuple[int, int]]:
    """Neighbouring rows put together, first and last of each stretch: Qt is slow with many single rows."""
    found: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
