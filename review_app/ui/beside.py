"""A second document beside the first one, to look at: another version, an answer, its own page 400."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from review_app.domain.display import isolated
from review_app.domain.errors import ReviewError
from review_app.domain.rows import DocumentRow
from review_app.ui import words
from review_app.ui.current import Current
from review_app.ui.page_view.source import DocumentSource
from review_app.ui.page_view.view import PageView

if TYPE_CHECKING:
    from review_app.review.desk import Desk

REREAD_MS = 300
"""Milliseconds after a step until the spans are read again: not within a key press."""

_NAME = 48


class Beside(QWidget):
    """A page view of its own with a list of documents over it. Nothing can be changed in it.

    The view is made when it is first wanted. With *scroll together* it follows the pages of the first.
    """

    closed = Signal()

    def __init__(self, desk: Desk, current: Current, first: PageView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("beside")
        self.setAccessibleName(self.tr("Second document, to look at"))
        self._desk = desk
        self._current = current
        self._first = first
        self._shown_id = ""
        self.view: PageView | None = None
        self.documents = QComboBox(self)
        self.documents.setAccessibleName(self.tr("Document beside"))
        self.documents.view().setAccessibleName(self.tr("Document beside"))
        self.documents.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.documents.setMinimumContentsLength(8)
        self.documents.activated.connect(self._on_chosen)
        self.together = QCheckBox(self.tr("Scroll together"), self)
        self.together.toggled.connect(self._follow)
        self._close = QToolButton(self)
        self._close.setText("✕")
        self._close.setAutoRaise(True)
        self._close.setToolTip(self.tr("Close the second document"))
        self._close.setAccessibleName(self.tr("Close the second document"))
        self._close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(4, 2, 2, 2)
        head.addWidget(self.documents, 1)
        head.addWidget(self.together)
        head.addWidget(self._close)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REREAD_MS)
        self._timer.timeout.connect(self._reread)
        current.documents_changed.connect(lambda _rows: self._on_documents())
        current.log_changed.connect(self._on_step)
        current.lens_changed.connect(self._on_lens)
        first.page_changed.connect(lambda _page: self._follow())
        self.hide()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self.documents, self.together, self._close]

    @property
    def shown_id(self) -> str:
        """Id of the document that is shown, empty while none is."""
        return self._shown_id

    def toggle(self) -> None:
        """Show the second document, or put it away. It starts with the one after the first in the list."""
        if not self.isHidden():
            self.stop()
            self.hide()
            self._first.setFocus()
            return
        self._make_view()
        self.show()
        self._fill()
        if not self._shown_id and self.documents.count():
            ids = [d.id for d in self._current.documents]
            at = ids.index(self._current.document.id) if self._current.document else -1
            self.show_document(ids[(at + 1) % len(ids)])
        self.documents.setFocus()

    def show_document(self, document_id: str) -> None:
        """Show this document from its first page."""
        view = self._make_view()
        try:
            pages = self._desk.pages(document_id)
            spans = self._desk.spans(document_id)
        except ReviewError:  # removed meanwhile; the list says so
            pages, spans = [], []
        self._shown_id = document_id if pages else ""
        view.set_document(self._shown_id or None, pages)
        view.set_source(DocumentSource(self._desk.page_images, document_id) if pages else None)
        view.set_limits(self._current.limits)
        view.set_spans([s for s in spans if self._current.limits.shows(s)])
        view.fit_width()
        self._choose()
        self._follow()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._timer.stop()
        self._shown_id = ""
        if self.view is not None:
            self.view.set_document(None, [])
            self.view.set_source(None)

    def _make_view(self) -> PageView:
        if self.view is None:
            self.view = PageView(self)
            self.view.setAccessibleName(self.tr("Pages of the second document"))
            self.view.set_hint(self.tr("Choose a document above."))
            self.view.shaping.is_allowed = False
            self._column.addWidget(self.view, 1)
            QWidget.setTabOrder(self._close, self.view)
        return self.view

    def _on_chosen(self, place: int) -> None:
        self.show_document(str(self.documents.itemData(place)))

    def _on_documents(self) -> None:
        if not self.isHidden():
            self._fill()

    def _on_lens(self, lens: object) -> None:
        """The past or a blind second look is shown: what stands now must not be seen beside it."""
        if lens is not None and not self.isHidden():
            self.toggle()

    def _on_step(self) -> None:
        if self._shown_id:
            self._timer.start()

    def _reread(self) -> None:
        if self.view is not None and self._shown_id:
            try:
                spans = self._desk.spans(self._shown_id)
            except ReviewError:  # the store is gone: others say so
                return
            self.view.set_spans([s for s in spans if self._current.limits.shows(s)])

    def _fill(self) -> None:
        rows: Sequence[DocumentRow] = self._current.documents
        with QSignalBlocker(self.documents):
            self.documents.clear()
            for row in rows:
                self.documents.addItem(words.short(isolated(row.name), _NAME), row.id)
        if self._shown_id and all(row.id != self._shown_id for row in rows):
            self.stop()
        self._choose()

    def _choose(self) -> None:
        with QSignalBlocker(self.documents):
            self.documents.setCurrentIndex(self.documents.findData(self._shown_id) if self._shown_id else -1)

    def _follow(self) -> None:
        if self.together.isChecked() and self.view is not None and self._shown_id:
            self.view.go_to_page(min(self._first.current_page, self.view.page_count))
