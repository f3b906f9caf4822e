"""The selected field of the record: its value to correct, what is printed, where, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from review_app.domain.bands import DEFAULT, band_of
from review_app.domain.display import isolated
from review_app.domain.rows import RecordRow
from review_app.domain.vocabulary import DATE_FIELDS, Disposition, Field
from review_app.ui import words

_RAW_CHARACTERS = 300


class ValueEdit(QLineEdit):
    """A value. Return corrects the field; Escape puts back what is stored."""

    dropped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dropped.emit()
        else:
            super().keyPressEvent(event)


class RecordForm(QWidget):
    """One field of the record in full; empty while none or several are selected."""

    corrected = Signal(str, str)
    """Id and the right value."""
    place_wanted = Signal(int, object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: RecordRow | None = None
        self._is_writable = True
        self.value = ValueEdit(self)
        self.value.setAccessibleName(self.tr("Value of the field"))
        self.value.setToolTip(self.tr("Return corrects the field"))
        self.disposition = QComboBox(self)
        self.disposition.setAccessibleName(self.tr("Disposition"))
        self.disposition.view().setAccessibleName(self.tr("Dispositions"))
        for item in Disposition:
            self.disposition.addItem(words.of(item), str(item))
        self._raw = self._label(self.tr("As printed"))
        self._sure = self._label(self.tr("Confidence"))
        self.place = QToolButton(self)
        self.place.setAccessibleName(self.tr("Show the place"))
        self.place.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._buttons = QHBoxLayout()
        self._title = QLabel(self.tr("Val&ue"), self)
        self._title.setBuddy(self.value)
        holder = QHBoxLayout()
        holder.addWidget(self.value, 1)
        holder.addWidget(self.disposition, 1)
        form = QFormLayout(self)
        form.setContentsMargins(6, 4, 6, 4)
        form.setVerticalSpacing(3)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self._title, holder)
        form.addRow(self.tr("Printed"), self._raw)
        form.addRow(self.tr("Place"), self.place)
        form.addRow(self.tr("Confidence"), self._sure)
        form.addRow("", self._buttons)
        self.value.returnPressed.connect(lambda: self._correct(self.value.text()))
        self.value.dropped.connect(self._drop)
        self.disposition.activated.connect(lambda: self._correct(str(self.disposition.currentData())))
        self.place.clicked.connect(self._show_place)
        self.show_field(None)

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        buttons = [self._buttons.itemAt(n).widget() for n in range(self._buttons.count())]
        return [self.value, self.disposition, self.place, *(b for b in buttons if b is not None)]

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Put the actions of the window on buttons."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setText(action.iconText())
            button.setAccessibleName(action.iconText())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def set_writable(self, is_writable: bool) -> None:
        """Whether anything can be changed."""
        self._is_writable = is_writable
        self.show_field(self._row)

    def show_field(self, row: RecordRow | None) -> None:
        """Another field is selected, or its row is another now; what is being typed stays."""
        is_same = row is not None and self._row is not None and row.id == self._row.id
        keeps = is_same and self.value.hasFocus() and row == self._row
        self._row = row
        self.setVisible(row is not None)
        if row is None:
            return
        is_disposition = row.field is Field.DISPOSITION
        self.value.setVisible(not is_disposition)
        self.disposition.setVisible(is_disposition)
        self._title.setText(words.of(row.field))
        if not keeps:
            self.value.setText(row.value)
            self.disposition.setCurrentIndex(self.disposition.findData(row.value))
        self.value.setPlaceholderText(self.tr("year-month-day") if row.field in DATE_FIELDS else "")
        self.value.setReadOnly(not self._is_writable)
        self.disposition.setEnabled(self._is_writable)
        self._raw.setText(words.short(" ".join(isolated(row.raw).split()), _RAW_CHARACTERS))
        self.place.setText(self.tr("page {page} · show").format(page=row.page))
        self._sure.setText(f"{words.of(row.status)} · "
                           + words.confidence(row.confidence, band_of(row.confidence, DEFAULT.certain)))

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setAccessibleName(name)
        return label

    def _correct(self, text: str) -> None:
        if self._row is not None and self._is_writable and text.strip() != self._row.value:
            self.corrected.emit(self._row.id, text)
        self.left.emit()

    def _drop(self) -> None:
        if self._row is not None:
            self.value.setText(self._row.value)
        self.left.emit()

    def _show_place(self) -> None:
        if self._row is not None:
            self.place_wanted.emit(self._row.page, self._row.rect)
