"""The chips above the table of spans: undecided, kind, code, notes, page, mine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QMenu, QPushButton, QToolButton, QWidget

from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import Kind
from review_app.ui import words
from review_app.ui.models.span_filter import NO_CODE, SpanFilter
from review_app.ui.panels.flow import FlowRow

MOST_CODES = 40
"""Codes offered, the most frequent first: a longer menu does not fit on the screen."""


class FilterChips(FlowRow):
    """Says which filter is wanted; what it lets through is the panel's."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = SpanFilter()
        self._rows: Sequence[SpanRow] = ()
        self._page = 0
        self._me = ""
        self.all = self._chip(self.tr("All"), self.tr("Show all spans"))
        self.undecided = self._chip(self.tr("Undecided"), self.tr("Show only undecided spans"))
        self.all.setChecked(True)
        group = QButtonGroup(self)
        group.setExclusive(True)
        group.addButton(self.undecided)
        group.addButton(self.all)
        group.buttonClicked.connect(self._on_chip)
        self.page = self._chip(self.tr("Page"), self.tr("Show only the spans of the page in view"))
        self.mine = self._chip(self.tr("Mine"), self.tr("Show only what you drew or decided"))
        self.page.clicked.connect(self._on_chip)
        self.mine.clicked.connect(self._on_chip)
        self.kind = self._menu_chip(self.tr("Kind"), self.tr("Show only some kinds of spans"))
        self.code = self._menu_chip(self.tr("Code"), self.tr("Show only spans with some codes"))
        self.note = self._menu_chip(self.tr("Notes"), self.tr("Show only spans with notes"))
        self.kind.menu().aboutToShow.connect(self._fill_kinds)
        self.note.menu().aboutToShow.connect(self._fill_notes)
        self.code.menu().aboutToShow.connect(self._fill_codes)
        self.flow.setContentsMargins(4, 4, 4, 0)
        for chip in self.tab_stops:
            self.flow.addWidget(chip)

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self.undecided, self.all, self.kind, self.code, self.note, self.page, self.mine]

    def show_counts(self, rows: Sequence[SpanRow], waiting: int) -> None:
        """The spans that could be listed, and how many of them are undecided."""
        self._rows = rows
        before = len(self.undecided.text()), len(self.all.text())
        self.undecided.setText(self.tr("Undecided {count}").format(count=waiting))
        self.all.setText(self.tr("All {count}").format(count=len(rows)))
        if (len(self.undecided.text()), len(self.all.text())) != before:
            self.fit()

    def set_reviewer(self, name: str) -> None:
        """Who looks."""
        self._me = name

    def show_page(self, number: int) -> None:
        """Another page is in view."""
        if number != self._page:
            self._page = number
            if self.page.isChecked():
                self._on_chip()

    def set_undecided(self, on: bool) -> None:
        """List undecided spans only, or all."""
        (self.undecided if on else self.all).setChecked(True)
        self._on_chip()

    def toggle(self, name: str) -> None:
        """Press the chip ``page`` or ``mine``."""
        chip = self.page if name == "page" else self.mine
        chip.toggle()
        self._on_chip()

    def clear(self) -> None:
        """List everything."""
        for chip in (self.page, self.mine):
            chip.setChecked(False)
        self.all.setChecked(True)
        self.filter = SpanFilter()
        self._on_chip()

    def _chip(self, text: str, name: str) -> QPushButton:
        chip = QPushButton(text, self)
        chip.setCheckable(True)
        chip.setAccessibleName(name)
        chip.setToolTip(name)
        # As narrow as its words: all chips stand in one line of a narrow panel.
        chip.setStyleSheet("QPushButton { padding: 2px 6px; }")
        return chip

    def _menu_chip(self, text: str, name: str) -> QToolButton:
        chip = QToolButton(self)
        chip.setText(text)
        chip.setAccessibleName(name)
        chip.setToolTip(name)
        chip.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        chip.setMenu(QMenu(chip))
        return chip

    def _fill_kinds(self) -> None:
        counts = Counter(s.kind for s in self._rows)
        self._fill(self.kind.menu(), [
            (str(kind), f"{words.of(kind)}  ({counts[kind]})", kind in self.filter.kinds)
            for kind in Kind if counts[kind] or kind in self.filter.kinds
        ], self._on_kinds)

    def _fill_codes(self) -> None:
        counts = Counter(c.code for s in self._rows for c in s.codes)
        without = sum(1 for s in self._rows if not s.codes)
        listed = dict.fromkeys([code for code, _ in counts.most_common(MOST_CODES)])
        listed.update(dict.fromkeys(self.filter.codes - {NO_CODE}))
        items = [(NO_CODE, self.tr("no code  ({count})").format(count=without), NO_CODE in self.filter.codes)]
        items += [(code, f"{code}  ({counts[code]})", code in self.filter.codes) for code in listed]
        self._fill(self.code.menu(), items, self._on_codes)

    def _fill_notes(self) -> None:
        self._fill(self.note.menu(), [
            (name, text.format(count=sum(1 for s in self._rows if has(s))), name in self.filter.notes)
            for name, text, has in (
                ("public", self.tr("note that goes with copies  ({count})"), lambda s: s.note),
                ("internal", self.tr("internal note  ({count})"), lambda s: s.internal_note),
            )
        ], self._on_notes)

    def _fill(self, menu: QMenu, items: Iterable[tuple[str, str, bool]], then: object) -> None:
        menu.clear()
        for value, text, on in items:
            action = QAction(text.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(on)
            action.setData(value)
            action.toggled.connect(then)
            menu.addAction(action)

    def _chosen(self, menu: QMenu) -> list[str]:
        return [str(a.data()) for a in menu.actions() if a.isChecked()]

    def _on_kinds(self) -> None:
        self.filter = replace(self.filter, kinds=frozenset(Kind(v) for v in self._chosen(self.kind.menu())))
        self._on_chip()

    def _on_codes(self) -> None:
        self.filter = replace(self.filter, codes=frozenset(self._chosen(self.code.menu())))
        self._on_chip()

    def _on_notes(self) -> None:
        self.filter = replace(self.filter, notes=frozenset(self._chosen(self.note.menu())))
        self._on_chip()

    def _on_chip(self) -> None:
        self.filter = replace(
            self.filter, undecided=self.undecided.isChecked(),
            page=self._page if self.page.isChecked() else None,
            mine=self._me if self.mine.isChecked() else None,
        )
        for chip, chosen, text in (
            (self.kind, len(self.filter.kinds), self.tr("Kind")),
            (self.code, len(self.filter.codes), self.tr("Code")),
            (self.note, len(self.filter.notes), self.tr("Notes")),
        ):
            # The number says what the pressed look says, for those who do not see it.
            chip.setText(f"{text} {chosen}" if chosen else text)
        self.page.setText(self.tr("Page {number}").format(number=self._page)
                          if self.page.isChecked() else self.tr("Page"))
        self.fit()
        self.changed.emit()
