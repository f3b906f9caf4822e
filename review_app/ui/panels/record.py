"""The record of the shown document: what its stamps and headings say."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from review_app.domain.rows import RecordRow
from review_app.ui.models.record import RecordModel
from review_app.ui.panels.columns import Columns
from review_app.ui.panels.record_form import RecordForm
from review_app.ui.panels.tables import EmptyNote, plain_table, select_ids, selected_ids

MOST_WARNINGS = 4
"""Warnings shown here; all of them stand above the page."""

_VERDICTS = {Qt.Key.Key_C: "confirm", Qt.Key.Key_X: "reject"}


class RecordPanel(QWidget):
    """Field, value, raw text, page, confidence and status. A row shows its place on the page."""

    place_wanted = Signal(int, object)
    fields_chosen = Signal()
    verdict_wanted = Signal(str)
    """A letter was pressed in the list: ``confirm`` or ``reject`` the selected fields."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RecordModel(self)
        self.view = plain_table(self)
        self.view.installEventFilter(self)
        self.view.setModel(self.model)
        self.view.setSelectionMode(self.view.SelectionMode.ExtendedSelection)
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.setAccessibleName(self.tr("Record"))
        self.view.setAccessibleDescription(self.tr("What the stamps and headings of the document say"))
        self.columns = Columns(self.view, RecordModel.VALUE, at_most={
            RecordModel.FIELD: self.fontMetrics().averageCharWidth() * 18,
            RecordModel.RAW: self.fontMetrics().averageCharWidth() * 14,
        }, name="record")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self._warnings = QLabel(self)
        self._warnings.setTextFormat(Qt.TextFormat.PlainText)
        self._warnings.setWordWrap(True)
        self._warnings.setContentsMargins(6, 4, 6, 2)
        self._warnings.setAccessibleName(self.tr("What does not fit together"))
        self._warnings.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._warnings.hide()
        self.form = RecordForm(self)
        self.form.place_wanted.connect(self.place_wanted)
        self.form.left.connect(lambda: self.view.setFocus())
        layout.addWidget(self._warnings)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.form)
        self.setFocusProxy(self.view)
        self._empty = EmptyNote(self.view)
        self._selected: list[str] = []
        self._is_open = False
        self._instead = ""
        self.view.clicked.connect(self._show_place)
        self.view.activated.connect(self._show_place)
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.model.modelReset.connect(self._on_model_reset)
        self.model.rowsInserted.connect(self._on_model_reset)

    @property
    def selected(self) -> list[RecordRow]:
        """The selected fields, from top to bottom."""
        rows = [self.model.row_of(i) for i in selected_ids(self.view)]
        return [self.model.row_at(r) for r in rows if r is not None]

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self.view, *self.form.tab_stops]

    def show_warnings(self, texts: tuple[str, ...]) -> None:
        """What does not fit together in the document, as it stands now."""
        lines = [f"⚠ {t[:1].upper()}{t[1:]}" for t in texts[:MOST_WARNINGS]]
        if len(texts) > MOST_WARNINGS:
            more = len(texts) - MOST_WARNINGS
            lines.append(self.tr("… and {count} more above the page").format(count=more))
        self._warnings.setText("\n".join(lines))
        self._warnings.setVisible(bool(lines))

    def _show_form(self) -> None:
        chosen = self.selected
        self.form.show_field(chosen[0] if len(chosen) == 1 else None)

    def show_record(self, rows: tuple[RecordRow, ...]) -> None:
        """The record changed."""
        self.model.set_rows(rows)
        self._show_form()

    def show_document(self, is_open: bool) -> None:
        """A document is shown, or none; its record follows."""
        self._is_open = is_open
        self._say_why_empty()

    def say_instead(self, text: str) -> None:
        """What an empty record says while it cannot know what was read; empty for its own words."""
        self._instead = text
        self._say_why_empty()

    def _say_why_empty(self) -> None:
        text = self._instead or self.tr("No stamp or heading was read in this document.")
        self._empty.say(text if self._is_open else "")

    def select(self, ids: Iterable[str]) -> None:
        """Select these fields and show the place of the first."""
        select_ids(self.view, self.model, ids)
        if self.selected:
            self.place_wanted.emit(self.selected[0].page, self.selected[0].rect)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In this list the letters that confirm and reject mean its fields, never a span elsewhere."""
        if watched is self.view and isinstance(event, QKeyEvent) and event.key() in _VERDICTS \
                and event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.verdict_wanted.emit(_VERDICTS[event.key()])
                return True
        return super().eventFilter(watched, event)

    def _show_place(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        self.place_wanted.emit(row.page, row.rect)

    def _on_selection_changed(self) -> None:
        self._selected = selected_ids(self.view)
        self._show_form()
        self.fields_chosen.emit()
        # Moving with the arrow keys shows the place as a click does.
        if len(self._selected) == 1 and self.view.hasFocus():
            row = self.selected[0]
            self.place_wanted.emit(row.page, row.rect)

    def _on_model_reset(self, *_: object) -> None:
        select_ids(self.view, self.model, self._selected)
        self._show_form()
        self.fields_chosen.emit()
