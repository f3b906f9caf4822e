"""The limits of the bands, moved over the open document: three numbers and a way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QToolButton, QVBoxLayout, QWidget

from review_app.domain.bands import DEFAULT, Limits
from review_app.ui import words
from review_app.ui.panels.flow import FlowRow

STEP = 5
"""Percent that an arrow key, a turn of the wheel or a menu's step moves a limit by."""


class LimitsPanel(QWidget):
    """Every move takes effect at once. Says what is hidden."""

    limits_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limits = DEFAULT
        self.start = DEFAULT
        """Where the limits stand until somebody moves them."""
        self.shown = self._box(self.tr("Show spans from this confidence on"))
        self.likely = self._box(self.tr("Call spans likely from this confidence on"))
        self.certain = self._box(self.tr("Call spans certain from this confidence on"))
        self.reset = QToolButton(self)
        self.reset.setText("↺")
        self.reset.setAutoRaise(True)
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reset.setAccessibleName(self.tr("Reset the limits"))
        self.reset.setToolTip(self.tr("Reset the limits"))
        self.reset.clicked.connect(lambda: self.limits_wanted.emit(self.start))
        self._hidden = QLabel(self)
        self._hidden.setTextFormat(Qt.TextFormat.PlainText)
        self._hidden.setAccessibleName(self.tr("Hidden spans"))
        row = FlowRow(self)  # where letters are large, the limits stand below one another
        for text, box in ((self.tr("show from"), self.shown), (words.likely_from(), self.likely),
                          (words.certain_from(), self.certain)):
            pair = QWidget(row)
            label = QLabel(text, pair)
            label.setBuddy(box)
            together = QHBoxLayout(pair)
            together.setContentsMargins(0, 0, 0, 0)
            together.setSpacing(3)
            together.addWidget(label)
            together.addWidget(box)
            row.flow.addWidget(pair)
        row.flow.addWidget(self.reset)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 0, 4, 0)
        whole.setSpacing(2)
        whole.addWidget(row)
        whole.addWidget(self._hidden)
        self.show_limits(DEFAULT)
        self.show_hidden(0)

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self.shown, self.likely, self.certain, self.reset]

    @property
    def hidden_text(self) -> str:
        """What is said of hidden spans, empty when none is hidden."""
        return "" if self._hidden.isHidden() else self._hidden.text()

    def show_limits(self, limits: Limits) -> None:
        """The limits are these now."""
        self._limits = limits
        pairs = ((self.shown, limits.shown), (self.likely, limits.likely), (self.certain, limits.certain))
        for box, value in pairs:
            box.blockSignals(True)
            if box.value() != round(value * 100):
                box.setValue(round(value * 100))
            box.blockSignals(False)
        self.reset.setEnabled(limits != self.start)

    def set_start(self, limits: Limits) -> None:
        """The limits go back to these when they are reset."""
        self.start = limits
        self.reset.setEnabled(self._limits != limits)

    def show_hidden(self, count: int) -> None:
        """So many spans of the shown document lie below the limit."""
        text = self.tr("{count} hidden below {limit}%; nothing is deleted")
        self._hidden.setText(text.format(count=count, limit=round(self._limits.shown * 100)))
        self._hidden.setVisible(count > 0)

    def _box(self, name: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(0, 100)
        box.setSingleStep(STEP)
        box.setSuffix("%")
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.valueChanged.connect(self._on_moved)
        return box

    def _on_moved(self) -> None:
        certain, likely = self.certain.value() / 100, self.likely.value() / 100
        if certain < likely:  # one limit pushes the other along
            if self.sender() is self.likely:
                certain = likely
            else:
                likely = certain
        self.limits_wanted.emit(Limits(certain, likely, self.shown.value() / 100))
