"""Which entries of the log are listed: who, what, when, which document, which words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from review_app.domain.display import isolated
from review_app.ui import words

TYPING_MS = 150
"""After the last letter typed, before the list follows."""
_DAY = re.compile(r"\d{4}(-\d\d){0,2}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d(:\d\d){0,2}")
_KINDS = (
    ("span.", QT_TRANSLATE_NOOP("log", "anything about spans")),
    ("page.", QT_TRANSLATE_NOOP("log", "anything about pages")),
    ("record.", QT_TRANSLATE_NOOP("log", "anything about the record")),
    ("document.", QT_TRANSLATE_NOOP("log", "anything about documents")),
)


class LogFilter(QWidget):
    """The row of fields above the list. ``filters`` are those of the log's ``numbers``."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.who = self._box(self.tr("Who"))
        self.action = self._box(self.tr("Action"))
        self.document = self._box(self.tr("Document"))
        self.since = self._line(self.tr("From this UTC day or time"), self.tr("2026-01-31"))
        self.until = self._line(self.tr("Up to this UTC day or time"), self.tr("2026-01-31 14:30"))
        self.words = self._line(self.tr("Words, their beginnings, or a \"phrase\""), self.tr("words"))
        self.words.setClearButtonEnabled(True)
        self.others = QCheckBox(self.tr("&new to me"), self)
        self.others.setAccessibleName(self.tr("Only what others did since I last looked"))
        self.others.setToolTip(self.others.accessibleName())
        self.clear = QPushButton(self.tr("All entries"), self)
        self.clear.setAccessibleName(self.tr("Take all filters away"))
        self.clear.setAutoDefault(False)
        self.trouble = QLabel(self)
        self.trouble.setAccessibleName(self.tr("What is wrong with the filter"))
        self.trouble.hide()
        self._looked = 0
        self._me = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self.apply)
        self._lay_out()
        for box in (self.who, self.action, self.document):
            box.currentIndexChanged.connect(self.apply)
        for line in (self.since, self.until, self.words):
            line.textEdited.connect(lambda _text: self._timer.start())
            line.returnPressed.connect(self.apply)
        self.words.textChanged.connect(lambda text: None if text else self.apply())
        self.others.toggled.connect(self.apply)
        self.clear.clicked.connect(self.reset)

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self.words, self.since, self.until, self.others, self.who, self.action, self.document,
                self.clear]

    def set_choices(
        self, actors: Iterable[str], actions: Iterable[str], documents: Iterable[tuple[str, str]]
    ) -> None:
        """What can be chosen now; ``documents`` are ids with names."""
        kinds = [(QCoreApplication.translate("log", text), value) for value, text in _KINDS]
        self._fill(self.who, self.tr("everybody"), [(isolated(a), a) for a in actors])
        self._fill(self.action, self.tr("any action"),
                   [*kinds, *sorted((words.action(a), a) for a in actions)])
        self._fill(self.document, self.tr("all documents"), [(name, i) for i, name in documents])

    def set_looked(self, seq: int, me: str) -> None:
        """Up to which entry ``me`` has looked at the log."""
        self._looked, self._me = seq, me

    @property
    def filters(self) -> dict[str, Any]:
        """What is set; raises ValueError for a time that is none."""
        found: dict[str, Any] = {
            "actor": self.who.currentData(), "action": self.action.currentData(),
            "document_id": self.document.currentData(), "since": moment(self.since.text()),
            "until": moment(self.until.text()), "words": self.words.text().strip() or None,
        }
        if self.others.isChecked():
            found.update(after_seq=self._looked, not_by=self._me)
        return {key: value for key, value in found.items() if value is not None}

    def filters_or_none(self) -> dict[str, Any] | None:
        """What is set; None while a time is written that is none."""
        try:
            return self.filters
        except ValueError:
            return None

    def apply(self) -> None:
        """Let the list follow now."""
        self._timer.stop()
        if self.filters_or_none() is None:
            self.trouble.setText(self.tr("⚠ Write a time as 2026, 2026-01, 2026-01-31 or 2026-01-31 14:30."))
            self.trouble.show()
            return
        self.trouble.hide()
        self.changed.emit()

    def reset(self) -> None:
        """Take all filters away."""
        for widget in (self.who, self.action, self.document, self.others, self.words):
            widget.blockSignals(True)
        for box in (self.who, self.action, self.document):
            box.setCurrentIndex(0)
        for line in (self.since, self.until, self.words):
            line.clear()
        self.others.setChecked(False)
        for widget in (self.who, self.action, self.document, self.others, self.words):
            widget.blockSignals(False)
        self.apply()

    def _fill(self, box: QComboBox, everything: str, choices: list[tuple[str, str]]) -> None:
        known = [(box.itemText(i), box.itemData(i)) for i in range(1, box.count())]
        if known == choices and box.count():
            return
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem(everything, None)
        for text, value in choices:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(chosen)) if chosen is not None else 0)
        box.blockSignals(False)

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.view().setAccessibleName(name)
        box.setToolTip(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        return box

    def _line(self, name: str, hint: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setAccessibleName(name)
        line.setToolTip(words.tip(name))
        line.setPlaceholderText(hint)
        return line

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        rows = (
            ((self.tr("&Words"), self.words), (self.tr("&From"), self.since), (self.tr("&to"), self.until),
             ("", self.others)),
            ((self.tr("W&ho"), self.who), (self.tr("&Action"), self.action),
             (self.tr("&Document"), self.document), ("", self.clear)),
        )
        for row, cells in enumerate(rows):
            for place, (text, widget) in enumerate(cells):
                if text:
                    label = QLabel(text, self)
                    label.setBuddy(widget)
                    grid.addWidget(label, row, place * 2)
                grid.addWidget(widget, row, place * 2 + 1)
        grid.addWidget(self.trouble, 2, 0, 1, 8)
        for place in range(3):
            grid.setColumnStretch(place * 2 + 1, 1)


def moment(text: str) -> str | None:
    """A UTC time as the log writes it, only as exact as it was given; None for an empty text.

    Raises:
        ValueError: it is no time.
    """
    clean = text.strip()
    if not clean:
        return None
    if _DAY.fullmatch(clean):
        date.fromisoformat(f"{clean}-01-01"[:10])
        return clean
    if not _TIME.fullmatch(clean):
        raise ValueError("not a time")
    clean = clean.replace(" ", "T")
    datetime.fromisoformat(clean if ":" in clean else f"{clean}:00")
    return clean
