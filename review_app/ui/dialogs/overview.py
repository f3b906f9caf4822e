"""Where the withholding is: a window beside the desk, brought up to date as things are decided."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.overview import Overview, percent
from review_app.ui import words
from review_app.ui.models.overview import OverviewCodesModel, OverviewPagesModel
from review_app.ui.models.rows import RowsModel
from review_app.ui.panels.columns import Columns
from review_app.ui.panels.flow import FlowRow
from review_app.ui.panels.overview import OverviewStrip
from review_app.ui.panels.overview_legend import Legend
from review_app.ui.panels.tables import EmptyNote, plain_table
from review_app.ui.tab_order import in_order

DOCUMENT, CASE = "document", "case"
"""What the window can be about."""


class OverviewDialog(QDialog):
    """The strip of pages above, the tables below: each page and each code, sorted as one likes.

    Args:
        name: tells a document by its id.
        export: the action of the main window that writes what is shown; the button is on when it is.
    """

    page_wanted = Signal(str, int)
    """Somebody wants to see this page: id of its document, number."""
    scope_changed = Signal(str)
    export_wanted = Signal()
    shown = Signal()
    """The window came up, and may have to be brought up to date."""

    def __init__(self, name: Callable[[str], str], export: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Overview of what is withheld"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(900, 680)
        self._export = export
        self.scope = QComboBox(self)
        self.scope.setAccessibleName(self.tr("What the overview is of"))
        self.scope.view().setAccessibleName(self.tr("Document or case"))
        self.summary = self._label(self.tr("Figures of all pages"))
        self.note = self._label(self.tr("What to know of these figures"))
        self.legend = Legend(self)
        self.strip = OverviewStrip(name, self)
        self.pages = OverviewPagesModel(name, self)
        self.codes = OverviewCodesModel(self)
        self.page_table = self._table(self.pages, self.tr("Shares by page"), OverviewPagesModel.CODES)
        self.code_table = self._table(self.codes, self.tr("Shares by code"), 0)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName(self.tr("Tables"))
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.page_table, self.tr("By &page"))
        self.tabs.addTab(self.code_table, self.tr("By &code"))
        self.export = QPushButton(self.tr("&Export…"), self)
        self.export.setAccessibleName(self.tr("Export as report or picture"))
        self.export.setAutoDefault(False)
        close = QPushButton(self.tr("C&lose"), self)
        close.setAccessibleName(self.tr("Close"))
        close.setAutoDefault(False)
        self._empty = [EmptyNote(view) for view in (self.page_table, self.code_table)]
        self._lay_out(close)
        close.clicked.connect(self.close)
        self.export.clicked.connect(self.export_wanted)
        export.changed.connect(self._enable)
        self.strip.page_wanted.connect(self.page_wanted)
        self.page_table.activated.connect(lambda index: self._want(index.row()))
        self.page_table.selectionModel().currentRowChanged.connect(
            lambda current, _previous: self._follow(current.row()))
        self.scope.activated.connect(lambda _index: self.scope_changed.emit(self.scope.currentData()))
        self._overview: Overview | None = None
        self.show_overview(None, self.tr("No document is open."))

    @property
    def overview(self) -> Overview | None:
        """What is shown."""
        return self._overview

    def set_scopes(self, case: str, documents: int, scope: str) -> None:
        """Offer the shown document, and its case of so many documents when it is under one."""
        self.scope.clear()
        self.scope.addItem(self.tr("This document"), DOCUMENT)
        if case:
            count = self.tr("1 document") if documents == 1 else self.tr("{count} documents").format(
                count=documents)
            self.scope.addItem(self.tr("Case {case} ({documents})").format(
                documents=count, case=words.short(case, 40)), CASE)
        self.scope.setCurrentIndex(max(0, self.scope.findData(scope)))
        self._head.fit()

    def show_overview(self, overview: Overview | None, why: str = "", note: str = "") -> None:
        """Show these figures; none because of ``why``. ``note`` is what to know of them."""
        self._overview = overview
        self.strip.show_overview(overview, why)
        pages = [p for d in overview.documents for p in d.pages] if overview is not None else []
        several = overview is not None and len(overview.documents) > 1
        self.page_table.setColumnHidden(OverviewPagesModel.DOCUMENT, not several)
        self.pages.set_rows(pages)
        if overview is not None:
            self.codes.show(overview)
        else:
            self.codes.set_rows(())
        nothing = why or (self.tr("Nothing is withheld.") if pages else self.tr("There are no pages."))
        for empty in self._empty:
            empty.say(nothing)
        self.summary.setText(_summary(overview) if overview is not None else why)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._enable()

    def mark(self, document_id: str, page: int) -> None:
        """The desk shows this page: mark it."""
        self.strip.set_current(document_id, page)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _enable(self) -> None:
        self.export.setEnabled(self._overview is not None and self._export.isEnabled())
        self.export.setToolTip(words.tip(self._export.toolTip()))

    def _follow(self, row: int) -> None:
        """Who goes through the table sees in the strip where that is."""
        if self.page_table.hasFocus() and 0 <= row < self.pages.rowCount():
            page = self.pages.row_at(row).page
            self.strip.set_current(page.document_id, page.number)

    def _want(self, row: int) -> None:
        page = self.pages.row_at(row).page
        self.page_wanted.emit(page.document_id, page.number)

    def _table(self, model: RowsModel, name: str, stretched: int) -> QTableView:
        view = plain_table(self)
        view.setModel(model)
        view.setSelectionMode(view.SelectionMode.SingleSelection)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.setAccessibleName(name)
        header = view.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)  # back to the order of the document
        view.setSortingEnabled(True)
        wide = self.fontMetrics().averageCharWidth()
        Columns(view, stretched, at_most={OverviewPagesModel.DISPOSITION: wide * 30,
                                          OverviewPagesModel.DOCUMENT: wide * 24} if stretched else None)
        return view

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAccessibleName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _lay_out(self, close: QPushButton) -> None:
        self._head = FlowRow(self)  # with large text the legend goes below
        self._head.flow.addWidget(self.scope)
        self._head.flow.addWidget(self.legend)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.setAccessibleName(self.tr("Strip and tables"))
        split.setChildrenCollapsible(False)
        split.addWidget(self.strip)
        split.addWidget(self.tabs)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addStretch(0)
        foot.addWidget(self.export)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._head)
        layout.addWidget(self.summary)
        layout.addWidget(split, 1)
        layout.addLayout(foot)
        in_order(self.scope, self.strip, self.tabs, self.page_table, self.code_table, self.export, close)


def _summary(overview: Overview) -> str:
    tr, totals = OverviewDialog.tr, overview.totals
    text = tr("Withheld: {share} of the area, {decided} decided. Pages: {pages}, with something withheld: "
              "{touched}, withheld whole: {whole}. Spans: {spans}, undecided: {undecided}, "
              "rejected (not counted): {rejected}.")
    return text.format(
        share=percent(totals.share), decided=percent(totals.decided_share), pages=f"{totals.pages:,}",
        touched=f"{totals.touched:,}", whole=f"{totals.whole:,}", spans=f"{totals.spans:,}",
        undecided=f"{totals.undecided:,}", rejected=f"{totals.rejected:,}")
