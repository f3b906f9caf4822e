"""The line above the page: what the stamps say of the document, each value leading to its place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QToolButton, QWidget

from review_app.domain.rows import RecordRow
from review_app.domain.vocabulary import Disposition, Field, FieldStatus
from review_app.ui import words

FIELDS = (
    Field.MARKING_AT_RELEASE, Field.DISPOSITION, Field.REVIEW_AUTHORITY, Field.REVIEW_DATE, Field.CASE_ID,
)
"""What the line says, in this order. A document without a date of review shows that of its release."""

_INSTEAD = {Field.REVIEW_DATE: Field.RELEASE_DATE, Field.CASE_ID: Field.DOC_NO}
_MOST = 40
"""Characters of one value; all of it is in its tip."""
_CLAIMED = (FieldStatus.CORRECTED, FieldStatus.CONFIRMED)


def chosen(record: Sequence[RecordRow]) -> list[RecordRow]:
    """The rows of the line: for each field what a person said, else what the machine is surest of."""
    best: dict[Field, RecordRow] = {}
    for row in record:
        if row.status is not FieldStatus.REJECTED and row.value:
            known = best.get(row.field)
            if known is None or _weight(row) > _weight(known):
                best[row.field] = row
    return [row for field in FIELDS if (row := best.get(field) or best.get(_INSTEAD.get(field, field)))]


def _weight(row: RecordRow) -> tuple[bool, float]:
    return row.status in _CLAIMED, row.confidence


def said(row: RecordRow) -> str:
    """The value of a row as people read it."""
    if row.field is Field.DISPOSITION:
        try:
            return words.short_disposition(Disposition(row.value))
        except ValueError:
            return row.value
    return row.value


class Banner(QFrame):
    """Marking, disposition, review authority, date and case of the shown document. Hidden without any.

    What nobody has confirmed yet carries a question mark. Where the line is too narrow for all, the last ones
    are left out; the tab *Record* has them.
    """

    place_wanted = Signal(int, object)
    """A value was clicked: its page and rectangle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAccessibleName(self.tr("What the stamps say"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._rows: list[RecordRow] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 0, 4, 0)
        self._row.setSpacing(0)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the line is cut, not the window
        self._buttons = [self._button(field) for field in FIELDS]
        self._row.addStretch(1)
        self.hide()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return list(self._buttons)

    @property
    def texts(self) -> list[str]:
        """What is shown, from left to right."""
        return [b.text() for b in self._buttons if not b.isHidden()]

    def show_record(self, record: Sequence[RecordRow]) -> None:
        """Another document is shown, or its record is another now."""
        self._rows = chosen(record)
        for button, row in zip(self._buttons, self._rows, strict=False):
            value, name = said(row), words.of(row.field)
            mark = "" if row.status in _CLAIMED else " ?"
            button.setText(words.short(value, _MOST).replace("&", "&&") + mark)
            state = words.of(row.status)
            tip = self.tr("{field}: {value}\n{state}, page {page}; a click goes there")
            button.setToolTip(words.tip(tip.format(field=name, value=value, state=state, page=row.page)))
            button.setAccessibleName(self.tr("{field}: {value}").format(field=name, value=value))
            button.setAccessibleDescription(
                self.tr("{state}, page {page}; goes to its place").format(state=state, page=row.page))
        self.setVisible(bool(self._rows))
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        """Show as many values as have room, the first ones first; at least one."""
        margins = self._row.contentsMargins()
        left = self.width() - margins.left() - margins.right()
        for place, button in enumerate(self._buttons):
            is_there = place < len(self._rows)
            left -= button.sizeHint().width() if is_there else 0
            button.setVisible(is_there and (left >= 0 or place == 0))

    def _button(self, field: Field) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"banner.{field}")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRaise(True)
        button.setAccessibleName(words.of(field))
        button.clicked.connect(lambda: self._go(button))
        self._row.addWidget(button)
        return button

    def _go(self, button: QToolButton) -> None:
        row = self._rows[self._buttons.index(button)]
        self.place_wanted.emit(row.page, row.rect)
