"""The table view that the list panels share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from review_app.ui.models.rows import ID_ROLE, RowsModel

MEASURED_ROWS = 100
"""Rows measured for the width of a column: the words of later rows come from the same lists."""

FEWEST_CHARACTERS = 10
"""A column that takes what is left over keeps room for so many."""

FEW_ROWS = 8
"""Changed rows that are measured by themselves."""

PADDING_PX = 11
ARROW_PX = 14


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


def fit_columns(view: QTableView, stretched: int, *, at_most: Mapping[int, int] | None = None) -> None:
    """Keep columns as wide as their words, now and when the rows change; ``stretched`` takes what is left.

    ``at_most`` limits columns in pixels; longer words end in dots there.

    Qt's own fitting keeps room for a sort arrow in every heading, which costs a narrow panel a column.
    """
    model, header = view.model(), view.horizontalHeader()
    header.setMinimumSectionSize(16)
    for column in range(model.columnCount()):
        is_stretched = column == stretched
        header.setSectionResizeMode(
            column, QHeaderView.ResizeMode.Stretch if is_stretched else QHeaderView.ResizeMode.Fixed
        )

    def fit() -> None:
        metrics = view.fontMetrics()
        for column in range(model.columnCount()):
            if column == stretched:
                continue
            rows = range(min(model.rowCount(), MEASURED_ROWS))
            texts = {str(model.index(row, column).data()) for row in rows}
            texts.add(str(model.headerData(column, Qt.Orientation.Horizontal)))
            width = max(metrics.horizontalAdvance(t) for t in texts) + PADDING_PX
            if header.isSortIndicatorShown() and header.sortIndicatorSection() == column:
                width += ARROW_PX
            view.setColumnWidth(column, min(width, (at_most or {}).get(column, width)))
        leave_room()

    def leave_room() -> None:
        """What is left over may be nothing where letters are large: then the table scrolls sideways."""
        title = str(model.headerData(stretched, Qt.Orientation.Horizontal))
        least = max(view.fontMetrics().horizontalAdvance(title) + PADDING_PX,
                    view.fontMetrics().averageCharWidth() * FEWEST_CHARACTERS)
        taken = sum(header.sectionSize(c) for c in range(model.columnCount()) if c != stretched)
        fits = view.viewport().width() - taken >= least
        mode = QHeaderView.ResizeMode.Stretch if fits else QHeaderView.ResizeMode.Fixed
        if header.sectionResizeMode(stretched) != mode:
            header.setSectionResizeMode(stretched, mode)
        if not fits and header.sectionSize(stretched) != least:
            header.resizeSection(stretched, least)

    def follow(first: QModelIndex, last: QModelIndex) -> None:
        """A few rows say something else: their columns may have to grow; all are measured after a reset."""
        if last.row() - first.row() >= FEW_ROWS:
            fit()
            return
        metrics = view.fontMetrics()
        for column in range(first.column(), last.column() + 1):
            if column == stretched:
                continue
            texts = {str(model.index(row, column).data()) for row in range(first.row(), last.row() + 1)}
            width = max(metrics.horizontalAdvance(t) for t in texts) + PADDING_PX
            width = min(width, (at_most or {}).get(column, width))
            if width > view.columnWidth(column):
                view.setColumnWidth(column, width)

    model.modelReset.connect(fit)
    model.rowsInserted.connect(fit)
    model.dataChanged.connect(follow)
    header.sortIndicatorChanged.connect(fit)
    view.viewport().installEventFilter(_Resized(leave_room, view))
    OnFont(view, fit)


class _Resized(QObject):
    """Calls a function after a widget got another size."""

    def __init__(self, then: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._then = then

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._then()
        return False
