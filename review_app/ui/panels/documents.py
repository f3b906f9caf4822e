"""The documents of the workspace."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from review_app.domain.rows import DocumentRow
from review_app.ui.models.documents import DocumentsModel
from review_app.ui.panels.tables import fit_columns, plain_table, select_ids, selected_ids


class DocumentsPanel(QWidget):
    """A list: name, pages, open spans, state. The selected document is the one on the page view."""

    document_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = DocumentsModel(self)
        self.view = plain_table(self)
        self.view.setModel(self.model)
        self.view.setSelectionMode(self.view.SelectionMode.SingleSelection)
        self.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.view.setAccessibleName(self.tr("Documents"))
        self.view.setAccessibleDescription(self.tr("Documents of this workspace with pages and open spans"))
        fit_columns(self.view, DocumentsModel.NAME)
        self._empty = QLabel(self.tr("No documents yet.\nOpen files, or drop them here."), self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self._shown_id = ""
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.show_documents(())

    def show_documents(self, rows: tuple[DocumentRow, ...]) -> None:
        """The documents changed."""
        self.model.set_rows(rows)
        self._empty.setVisible(not rows)
        self.view.setVisible(bool(rows))
        self._mark_shown()

    def show_document(self, row: DocumentRow | None) -> None:
        """Another document is on the page view."""
        self._shown_id = row.id if row else ""
        self._mark_shown()

    def _mark_shown(self) -> None:
        if selected_ids(self.view) != [self._shown_id]:
            select_ids(self.view, self.model, [self._shown_id])

    def _on_selection_changed(self) -> None:
        chosen = selected_ids(self.view)
        if chosen and chosen[0] != self._shown_id:
            self.document_chosen.emit(chosen[0])
