"""The codes of the selected spans as chips: favourites on the keys 1 to 9, and every other code they have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QToolButton, QVBoxLayout, QWidget

from review_app.domain.codes import NEEDS_STATUTE, all_codes, lacks_statute
from review_app.domain.display import isolated
from review_app.domain.rows import SpanRow
from review_app.ui import words
from review_app.ui.panels.flow import FlowRow

_MOST = 40
"""Characters of a code on its chip."""


@cache
def statutes() -> tuple[tuple[str, str], ...]:
    """The statutes that the tables know for (b)(3): code and title."""
    return tuple((c.canonical, c.short_title) for c in all_codes()
                 if c.kind == "statute" and c.canonical.startswith(NEEDS_STATUTE))


class _Statutes(QComboBox):
    """Opens its list when its key is pressed: the arrow keys alone would choose with each step."""

    left = Signal()
    """Nothing was chosen, and the keyboard may go elsewhere."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.ShortcutFocusReason:
            QTimer.singleShot(0, self, self.showPopup)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.showPopup()
        else:
            super().keyPressEvent(event)


class CodeChips(QWidget):
    """A pressed chip is a code that all selected spans have; pressing takes it away or gives it to all."""

    toggled = Signal(str, bool)
    """A code, and whether it is to be cited now."""
    statute_chosen = Signal(str)
    """The statute that (b)(3) stands for: a code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._favourites: tuple[str, ...] = ()
        self._spans: tuple[SpanRow, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._chips: list[QToolButton] = []
        self._row = FlowRow(self)
        self.statute = _Statutes(self)  # the panel gives it a row of its own
        self.statute.setAccessibleName(self.tr("Statute of (b)(3)"))
        self.statute.view().setAccessibleName(self.tr("Statutes"))
        # A long title must not make the panel wider.
        self.statute.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.statute.setMinimumContentsLength(12)
        self.statute.addItem(self.tr("(b)(3) by which statute? (Shift+E)"), "")
        self.statute.activated.connect(self._on_statute)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._row)
        self.statute.hide()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard: the chips have keys of their own."""
        return [self.statute]

    def set_favourites(self, codes: Sequence[str]) -> None:
        """Other codes are on the keys."""
        self._favourites = tuple(codes)
        self.show_spans(self._spans, is_enabled=self.isEnabled())

    def show_spans(self, spans: tuple[SpanRow, ...], *, is_enabled: bool) -> None:
        """Other spans are selected, or their codes are others now."""
        self._spans = spans
        self.setEnabled(is_enabled and bool(spans))
        held = [frozenset(c.code for c in s.codes) for s in spans]
        common = frozenset.intersection(*held) if held else frozenset()
        some = frozenset().union(*held)
        others = [c for c in dict.fromkeys(c.code for s in spans[:200] for c in s.codes)
                  if c not in self._favourites][:12]
        wanted = (self._favourites, tuple(others), common, some)
        if wanted != self._shown:
            self._shown = wanted
            self._make(others, common, some)
            self._fit()
        bare = any(lacks_statute(h) for h in held)
        if bare and self.statute.count() == 1:  # the tables are read when somebody may choose of them
            for code, title in statutes():
                self.statute.addItem(f"{code} · {title}", code)
        self.statute.setVisible(bare and is_enabled)
        self.statute.setCurrentIndex(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Set the height outright: the form around it does not follow a height that depends on the width."""
        self._row.fit()
        self.setFixedHeight(self._row.height())

    def _make(self, others: Sequence[str], common: frozenset[str], some: frozenset[str]) -> None:
        codes = [*enumerate(self._favourites, start=1), *((0, code) for code in others)]
        while len(self._chips) < len(codes):
            chip = QToolButton(self._row)
            chip.setCheckable(True)
            chip.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as codes are read
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the line above and the keys 1 to 9 do the same
            chip.clicked.connect(self._on_clicked)
            self._chips.append(chip)
            self._row.flow.addWidget(chip)
        for chip, (key, code) in zip(self._chips, codes, strict=False):
            sign = "" if code in common or code not in some else " ◐"
            # Whole it is in the line above; one "&" alone is Qt's mark of a shortcut and would not be seen.
            text = words.short(isolated(code), _MOST).replace("&", "&&")
            chip.setText((f"{key} {text}" if key else text) + sign)
            chip.setProperty("code", code)
            chip.setChecked(code in common)
            name = self.tr("Code {code}, key {key}") if key else self.tr("Code {code}")
            chip.setAccessibleName(name.format(code=isolated(code), key=key))
            chip.show()
        for chip in self._chips[len(codes):]:
            chip.hide()

    def _on_clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, QToolButton):
            self.toggled.emit(str(chip.property("code")), chip.isChecked())

    def _on_statute(self) -> None:
        code = str(self.statute.currentData())
        if code:
            self.statute_chosen.emit(code)
            self.statute.left.emit()
