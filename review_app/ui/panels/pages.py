"""The pages of the document: what became of each, what follows for the document, and how to say otherwise."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.display import ranges
from review_app.domain.dispositions import DocumentState, PageDisposition
from review_app.domain.vocabulary import Disposition
from review_app.ui import words
from review_app.ui.models.pages import PagesModel
from review_app.ui.panels.columns import Columns
from review_app.ui.panels.tables import EmptyNote, plain_table, selected_ids


class PagesPanel(QWidget):
    """Above the document, then its pages, below the form that says what became of some of them."""

    page_chosen = Signal(int)
    wanted = Signal(str, str, str)
    """Somebody says what became of pages: the pages as written, the disposition, the detail."""
    shown = Signal()
    """It came on screen."""
    taken_back = Signal(str)
    """What was said of these pages is to be taken back: the pages as written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: DocumentState | None = None
        self.model = PagesModel(self)
        self.view = plain_table(self)
        self.view.setModel(self.model)
        self.view.setSelectionMode(self.view.SelectionMode.ExtendedSelection)
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.setAccessibleName(self.tr("Pages"))
        self.view.setAccessibleDescription(self.tr("What became of each page of the document"))
        wide = self.fontMetrics().averageCharWidth()
        self.columns = Columns(
            self.view, PagesModel.SAID, at_most={PagesModel.DISPOSITION: wide * 30}, name="pages")
        self._empty = EmptyNote(self.view)
        self.outcome = QLabel(self)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setWordWrap(True)
        self.outcome.setAccessibleName(self.tr("What follows for the document"))
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.outcome.setSizePolicy(policy)
        self.pages = QLineEdit(self)
        self.pages.setAccessibleName(self.tr("Pages, for example 1-3, 7"))
        self.pages.setPlaceholderText("1-3, 7")
        self.pages.setMinimumWidth(wide * 11)
        self.pages.setMaximumWidth(wide * 18)
        self.choice = QComboBox(self)
        self.choice.setAccessibleName(self.tr("Disposition of these pages"))
        self.choice.view().setAccessibleName(self.tr("Dispositions"))
        for value in PageDisposition:
            self.choice.addItem(words.of(value), str(value))
        self.detail = QLineEdit(self)
        self.detail.setAccessibleName(self.tr("Detail: kept copy of a duplicate, other agency"))
        self.detail.setPlaceholderText(self.tr("kept copy, other agency …"))
        self.set = QPushButton(self.tr("Set"), self)
        self.set.setAccessibleName(self.tr("Set the disposition of these pages"))
        self.clear = QPushButton(self.tr("Take back"), self)
        self.clear.setAccessibleName(self.tr("Take back what was said of these pages"))
        self._lay_out()
        self.setFocusProxy(self.view)
        self._can_write = True
        self._is_document = False
        self.set.clicked.connect(self._on_set)
        self.clear.clicked.connect(lambda: self.taken_back.emit(self.pages.text()))
        for line in (self.pages, self.detail):
            line.returnPressed.connect(self._on_set)
        self.view.clicked.connect(lambda index: self.page_chosen.emit(self.model.row_at(index.row()).number))
        self.view.activated.connect(
            lambda index: self.page_chosen.emit(self.model.row_at(index.row()).number))
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.show_state(None)

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self.view, self.pages, self.choice, self.detail, self.set, self.clear]

    def set_writable(self, is_writable: bool, reason: str = "") -> None:
        """Whether anything can be said of a page now, and if not, why."""
        self._can_write = is_writable
        for widget in (self.pages, self.choice, self.detail, self.set, self.clear):
            widget.setToolTip(words.tip(reason or widget.accessibleName()))
        self._enable()

    def show_state(self, state: DocumentState | None, why: str = "") -> None:
        """The pages of the shown document changed; None when none is shown, or when they are not, ``why``."""
        if state == self._state and state is not None:
            return
        self._state = state
        self.model.set_rows(state.pages if state else ())
        self._empty.say("" if state else why or self.tr("No document is shown."))
        self.outcome.setText(self._outcome(state) if state else "")
        self.outcome.setVisible(state is not None)
        self._is_document = state is not None
        self._enable()

    def ask_for(self, page: int) -> QWidget:
        """The form is about this page now, unless more are selected; returns where the keyboard goes."""
        chosen = self._chosen()
        if len(chosen) < 2 or page not in chosen:
            self.pages.setText(str(page))
            state = self._state.pages[page - 1] if self._state and page <= len(self._state.pages) else None
            if state is not None:
                self.choice.setCurrentIndex(self.choice.findData(str(state.disposition)))
                self.detail.setText(state.said.detail if state.said else "")
        return self.choice

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _chosen(self) -> list[int]:
        return [int(i) for i in selected_ids(self.view)]

    def _on_selection_changed(self) -> None:
        chosen = self._chosen()
        if chosen:
            self.pages.setText(ranges(sorted(chosen)))
        if len(chosen) == 1 and self.view.hasFocus():
            self.page_chosen.emit(chosen[0])

    def _on_set(self) -> None:
        if self.set.isEnabled():
            self.wanted.emit(self.pages.text(), str(self.choice.currentData()), self.detail.text())

    def _enable(self) -> None:
        for widget in (self.pages, self.choice, self.detail, self.set, self.clear):
            widget.setEnabled(self._can_write and self._is_document)

    def _outcome(self, state: DocumentState) -> str:
        stamped = words.of(state.stamped) if state.stamped is not Disposition.UNKNOWN else self.tr("nothing")
        lines = [self.tr("Stamp: {stamped} · by its pages: {derived}").format(
            stamped=stamped, derived=words.of(state.derived))]
        if state.mismatch:
            lines.append(f"⚠ {state.mismatch[0].upper()}{state.mismatch[1:]}.")
        elif state.stamped is state.derived:
            lines[0] += self.tr("  ✓ they agree")
        if state.after is not state.derived:
            after = self.tr("If this review is carried out: {after}")
            lines.append(after.format(after=words.of(state.after)))
        counts = ((value, state.counts.get(value, 0)) for value in PageDisposition)
        pages = " · ".join(f"{words.of(value)} {count}" for value, count in counts if count)
        if pages:
            lines.append(self.tr("Pages: {pages}").format(pages=pages))
        if state.undecided:
            said = self.tr("1 undecided suggestion is counted as withheld so far.") if state.undecided == 1 \
                else self.tr("{count} undecided suggestions are counted as withheld so far.")
            lines.append(said.format(count=state.undecided))
        return "\n".join(lines)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(6, 2, 6, 4)
        form.setVerticalSpacing(4)
        first = QHBoxLayout()
        first.addWidget(self.pages)
        first.addWidget(self.choice, 1)
        second = QHBoxLayout()
        second.addWidget(self.detail, 1)
        second.addWidget(self.set)
        second.addWidget(self.clear)
        label = QLabel(self.tr("Pages"), self)
        label.setBuddy(self.pages)
        detail = QLabel(self.tr("Detail"), self)
        detail.setBuddy(self.detail)
        form.addRow(label, first)
        form.addRow(detail, second)
        self.outcome.setContentsMargins(6, 4, 6, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.outcome)
        layout.addWidget(self.view, 1)
        layout.addLayout(form)
