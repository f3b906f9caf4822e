"""Columns of a table: as wide as their words until somebody wants them otherwise, which is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from review_app.ui import settings
from review_app.ui.layout_kept import ColumnsKept
from review_app.ui.models.rows import RowsModel
from review_app.ui.settings_table import COLUMNS

MEASURED_ROWS = 100
"""Rows measured for the width of a column: the words of later rows come from the same lists."""

FEWEST_CHARACTERS = 10
"""A column that takes what is left over keeps room for so many."""

FEW_ROWS = 8
"""Changed rows that are measured by themselves."""

MOST_MEASURED = 2_000
"""Texts whose width is kept: what cells say comes from few words, and a decision must not measure them."""

PADDING_PX = 11
ARROW_PX = 14
LEAST_PX = 16


class Columns(QObject):
    """Which columns a table shows, in which order, how wide, and sorted by which.

    Columns are as wide as their words, now and when the rows change, and ``stretched`` takes what is left; a
    column that somebody drew to another width keeps that. With a ``name`` all of it is kept between two
    starts. Qt's own fitting keeps room for a sort arrow in every heading: a narrow panel loses a column.
    """

    def __init__(
        self, view: QTableView, stretched: int, *, at_most: Mapping[int, int] | None = None, name: str = "",
        measures: bool = True,
    ) -> None:
        """``at_most`` limits columns in pixels; longer words end in dots there. Without ``measures`` columns
        keep the widths they have: words that are not here yet are not fetched for that."""
        super().__init__(view)
        self.view = self._view = view
        self._stretched = stretched
        self._at_most = dict(at_most or {})
        self._name = name
        self._measures = measures
        self._first = {c: view.columnWidth(c) for c in range(view.model().columnCount())}
        self._own: dict[int, int] = {}
        self._widths: dict[str, int] = {}
        self._is_fitting = False
        self._is_changed = False
        model, header = view.model(), view.horizontalHeader()
        header.setMinimumSectionSize(LEAST_PX)
        # A heading that follows what is selected is painted with each step, and for that goes through all
        # rows of a column: with 10,000 selected a tenth of a second.
        header.setSelectionModel(QItemSelectionModel(model, header))
        header.setSectionsMovable(bool(name))
        mode = QHeaderView.ResizeMode.Interactive if name else QHeaderView.ResizeMode.Fixed
        for column in range(model.columnCount()):
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if column == stretched else mode)
        model.modelReset.connect(self.fit)
        model.rowsInserted.connect(self.fit)
        model.dataChanged.connect(self._follow)
        header.sortIndicatorChanged.connect(self._on_sorted)
        header.sectionResized.connect(self._on_resized)
        header.sectionMoved.connect(self._on_moved)
        if name:
            header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            header.customContextMenuRequested.connect(lambda at: self.menu().popup(header.mapToGlobal(at)))
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)
        self.fit()
        if name:
            self.restore(settings.get(COLUMNS.of(name)))

    # -- for people ------------------------------------------------------------------------------

    def menu(self) -> QMenu:
        """A menu of the columns, to show and to hide each; one always stays."""
        model, header = self._view.model(), self._view.horizontalHeader()
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = [c for c in range(model.columnCount()) if not header.isSectionHidden(c)]
        for visual in range(header.count()):
            column = header.logicalIndex(visual)
            title = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) or \
                model.headerData(column, Qt.Orientation.Horizontal)
            action = QAction(str(title).replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(column in shown)
            action.setEnabled(shown != [column])
            action.toggled.connect(lambda on, c=column: self.show_column(c, on))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.tr("As at first"), self.reset)
        return menu

    def ask(self) -> None:
        """Show the menu below the heading, for keys."""
        header = self._view.horizontalHeader()
        menu = self.menu()
        menu.popup(header.mapToGlobal(QPoint(0, header.height())))
        menu.setActiveAction(menu.actions()[0])

    def show_column(self, column: int, on: bool) -> None:
        """Show a column, or hide it."""
        self._view.setColumnHidden(column, not on)
        self._is_changed = True
        self.fit()

    def reset(self) -> None:
        """All columns as they are at first."""
        header = self._view.horizontalHeader()
        self._own = {}
        for column in range(header.count()):
            self._view.setColumnHidden(column, False)
            header.moveSection(header.visualIndex(column), column)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.fit()
        self._is_changed = False
        if self._name:
            settings.forget(COLUMNS.of(self._name))

    # -- kept ------------------------------------------------------------------------------------

    def state(self) -> ColumnsKept:
        """What is kept of them."""
        header = self._view.horizontalHeader()
        columns = range(header.count())
        return ColumnsKept(
            tuple(header.logicalIndex(v) for v in columns), tuple(sorted(self._own.items())),
            tuple(c for c in columns if header.isSectionHidden(c)),
            header.sortIndicatorSection() if header.isSortIndicatorShown() else -1,
            header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder,
        )

    def restore(self, kept: ColumnsKept) -> None:
        """Put them as they were kept; what does not fit this table is left out."""
        header = self._view.horizontalHeader()
        columns = set(range(header.count()))
        if set(kept.order) == columns:
            for visual, column in enumerate(kept.order):
                header.moveSection(header.visualIndex(column), visual)
        if set(kept.hidden) < columns:
            for column in kept.hidden:
                self._view.setColumnHidden(column, True)
        self._own = {c: max(LEAST_PX, w) for c, w in kept.widths if c in columns and c != self._stretched}
        if kept.sort in columns and self._view.isSortingEnabled():
            order = Qt.SortOrder.DescendingOrder if kept.is_descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(kept.sort, order)
        self.fit()
        self._is_changed = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        # First what happened: a view that is being taken down must not be asked for its parts.
        if kind == QEvent.Type.Resize:
            if watched is not self._view:
                self._leave_room()
        elif kind == QEvent.Type.FontChange and watched is self._view:
            self._widths.clear()
            self.fit()
        elif kind == QEvent.Type.Hide and watched is self._view:
            self.keep()
        return False

    def keep(self) -> None:
        """Remember them, if somebody changed them and they are kept at all."""
        if self._is_changed and self._name:
            self._is_changed = False
            settings.put(COLUMNS.of(self._name), self.state())

    # -- widths ----------------------------------------------------------------------------------

    def fit(self, *_: Any) -> None:
        """Measure the words of all columns."""
        model, header = self._view.model(), self._view.horizontalHeader()
        for column in range(model.columnCount()):
            if column == self._stretched or header.isSectionHidden(column):
                continue
            if not self._measures:
                self._set_width(column, self._own.get(column, self._first[column]))
                continue
            texts = _texts(model, column)
            texts.add(str(model.headerData(column, Qt.Orientation.Horizontal)))
            width = max(map(self._width_of, texts)) + PADDING_PX
            if header.isSortIndicatorShown() and header.sortIndicatorSection() == column:
                width += ARROW_PX
            self._set_width(column, self._own.get(column, min(width, self._at_most.get(column, width))))
        self._leave_room()

    def _leave_room(self) -> None:
        """What is left over may be nothing where letters are large: then the table scrolls sideways."""
        view, header, stretched = self._view, self._view.horizontalHeader(), self._stretched
        if header.isSectionHidden(stretched):
            return
        title = str(view.model().headerData(stretched, Qt.Orientation.Horizontal))
        least = max(view.fontMetrics().horizontalAdvance(title) + PADDING_PX,
                    view.fontMetrics().averageCharWidth() * FEWEST_CHARACTERS)
        taken = sum(header.sectionSize(c) for c in range(header.count()) if c != stretched)
        fits = view.viewport().width() - taken >= least
        mode = QHeaderView.ResizeMode.Stretch if fits else QHeaderView.ResizeMode.Fixed
        self._is_fitting = True
        if header.sectionResizeMode(stretched) != mode:
            header.setSectionResizeMode(stretched, mode)
        if not fits and header.sectionSize(stretched) != least:
            header.resizeSection(stretched, least)
        self._is_fitting = False

    def _follow(self, first: QModelIndex, last: QModelIndex) -> None:
        """A few rows say something else: their columns may have to grow; all are measured after a reset."""
        if not self._measures:
            return
        if last.row() - first.row() >= FEW_ROWS:
            self.fit()
            return
        view, model = self._view, self._view.model()
        for column in range(first.column(), last.column() + 1):
            if column == self._stretched or column in self._own or view.isColumnHidden(column):
                continue
            texts = {str(model.index(row, column).data()) for row in range(first.row(), last.row() + 1)}
            width = max(map(self._width_of, texts)) + PADDING_PX
            width = min(width, self._at_most.get(column, width))
            if width > view.columnWidth(column):
                self._set_width(column, width)

    def _width_of(self, text: str) -> int:
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= MOST_MEASURED:
                self._widths.clear()
            width = self._widths[text] = self._view.fontMetrics().horizontalAdvance(text)
        return width

    def _set_width(self, column: int, width: int) -> None:
        self._is_fitting = True
        self._view.setColumnWidth(column, width)
        self._is_fitting = False

    def _on_resized(self, column: int, old: int, new: int) -> None:
        # Hidden is 0 wide; the stretched one follows the others.
        if self._is_fitting or not new or not old or column == self._stretched or not self._name:
            return
        self._own[column] = new
        self._is_changed = True
        self._leave_room()

    def _on_moved(self, *_: Any) -> None:
        self._is_changed = True

    def _on_sorted(self, *_: Any) -> None:
        self._is_changed = True
        self.fit()


def _texts(model: QAbstractItemModel, column: int) -> set[str]:
    """What the measured cells of a column say."""
    if isinstance(model, RowsModel):
        return model.texts(column, MEASURED_ROWS)
    return {str(model.index(row, column).data()) for row in range(min(model.rowCount(), MEASURED_ROWS))}
