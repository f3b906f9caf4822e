"""The settings, by page, with a search. Made from the table: a setting that is declared has its row here."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from review_app.ui import settings
from review_app.ui.look import roomy, sized
from review_app.ui.settings import Kind, Setting
from review_app.ui.settings_table import GROUPS, TABLE


def _tr(text: str) -> str:
    return QCoreApplication.translate("settings", text)


class Row(QFrame):
    """One setting: its name, what edits it, its sentence, and the way back to its first value."""

    def __init__(
        self, setting: Setting[Any], put: Callable[[Setting[Any], Any], str], parent: QWidget
    ) -> None:
        """``put`` sets a value, None for the first one, and says why it cannot; empty when it did."""
        super().__init__(parent)
        self.setting = setting
        self._put = put
        self._is_showing = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.name = QLabel(_tr(setting.label), self)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setWordWrap(True)
        bold = self.name.font()
        bold.setBold(True)
        self.name.setFont(bold)
        self.choose: QToolButton | None = None
        self.editor = self._make_editor()
        self.editor.setAccessibleName(_tr(setting.label))
        self.editor.setAccessibleDescription(_tr(setting.help))
        self.name.setBuddy(self.editor)
        self.back = QToolButton(self)
        self.back.setText("↺" if setting.kind is not Kind.KEPT else _tr("Forget"))
        text = _tr("Forget: {name}") if setting.kind is Kind.KEPT else \
            _tr("Restore the first value of: {name}")
        self.back.setAccessibleName(text.format(name=_tr(setting.label)))
        self.back.setToolTip(self.back.accessibleName())
        self.back.clicked.connect(lambda: self._set(None))
        self.help = self._sentence(" ".join(filter(None, (_tr(setting.help), _tr(setting.effect or "")))))
        self.fault = self._sentence("")
        self.fault.setAccessibleName(_tr("What is wrong with: {name}").format(name=_tr(setting.label)))
        grid = QGridLayout(self)
        grid.setContentsMargins(4, 8, 4, 8)
        # One below the other: so nothing is cut where letters are large.
        grid.addWidget(self.name, 0, 0, 1, 3)
        grid.addWidget(self.help, 1, 0, 1, 3)
        grid.addWidget(self.editor, 2, 0)
        grid.addWidget(self.back, 2, 2)
        if self.choose is not None:
            grid.addWidget(self.choose, 2, 1)
        grid.addWidget(self.fault, 3, 0, 1, 3)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        self.show_value()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        first = [] if self.setting.kind is Kind.KEPT else [self.editor]
        return [*first, *filter(None, (self.choose,)), self.back]

    def holds(self, words: str) -> bool:
        """True when all these words stand in its name, its sentence or its choices."""
        found = self.setting
        text = " ".join((
            _tr(found.label), _tr(found.help), _tr(GROUPS[found.group]), *(_tr(w) for _, w in found.choices),
        )).casefold()
        return all(word in text for word in words.casefold().split())

    def show_value(self) -> None:
        """Show what is set now."""
        setting, editor = self.setting, self.editor
        self._is_showing = True
        self.back.setEnabled(settings.is_set(setting))
        self._say("")
        if setting.kind is Kind.KEPT:
            editor.setText(_tr("remembered") if settings.is_set(setting) else _tr("nothing is remembered"))
        else:
            value = settings.get(setting)
            if isinstance(editor, QComboBox):
                editor.setCurrentIndex(max(0, editor.findData(str(value))))
            elif isinstance(editor, QSpinBox):
                editor.setValue(int(value))
            elif isinstance(editor, QLineEdit) and editor.text() != value:
                editor.setText(str(value))
        self._is_showing = False

    def _set(self, value: Any) -> None:
        if self._is_showing:
            return
        fault = self._put(self.setting, value)
        if not fault:
            self.show_value()
        self._say(fault)

    def _say(self, fault: str) -> None:
        self.fault.setText(f"⚠ {fault}" if fault else "")
        self.fault.setVisible(bool(fault))

    def _make_editor(self) -> QWidget:
        setting = self.setting
        if setting.kind is Kind.CHOICE:
            box = QComboBox(self)
            for value, word in setting.choices:
                box.addItem(_tr(word), str(value))
            box.view().setAccessibleName(_tr(setting.label))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(18)
            box.activated.connect(lambda _index: self._set(box.currentData()))
            return box
        if setting.kind is Kind.NUMBER:
            number = QSpinBox(self)
            number.setRange(setting.low, setting.high)
            number.setSingleStep(setting.step)
            number.setSuffix(setting.unit)
            number.setKeyboardTracking(False)
            number.valueChanged.connect(self._set)
            return number
        if setting.kind is Kind.KEPT:
            label = QLabel(self)
            label.setTextFormat(Qt.TextFormat.PlainText)
            return label
        line = QLineEdit(self)
        line.editingFinished.connect(lambda: self._set(line.text()))
        if setting.kind is Kind.FOLDER:
            self.choose = QToolButton(self)
            self.choose.setText(_tr("Choose…"))
            self.choose.setAccessibleName(_tr("Choose: {name}").format(name=_tr(setting.label)))
            self.choose.clicked.connect(self._choose_folder)
        return line

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self.window(), _tr(self.setting.label))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._set)
        dialog.open()

    def _sentence(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        label.setSizePolicy(policy)
        return label


class SettingsDialog(QDialog):
    """Each change takes effect at once; Cancel puts back what stood here when the window was opened."""

    def __init__(
        self, applied: Callable[[Setting[Any]], str], show_help: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        """``applied`` is told which setting has another value now, and may say what is wrong with it."""
        super().__init__(parent)
        self.setWindowTitle(_tr("Settings"))
        sized(self, 130, 42)
        self._applied = applied
        self._before = settings.snapshot()
        self._touched: list[Setting[Any]] = []
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(_tr("search"))
        self.search.setAccessibleName(_tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self.groups = QListWidget(self)
        self.groups.setAccessibleName(_tr("Pages of settings"))
        self.groups.addItems([_tr(title) for title in GROUPS.values()])
        roomy(self.groups)
        self.groups.setWordWrap(True)
        self.groups.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows = {s.key: Row(s, self._put, self) for s in TABLE}
        self._headings: dict[str, QLabel] = {}
        self.nothing = QLabel(_tr("No setting has all these words."), self)
        self.nothing.setAccessibleName(_tr("What the search found"))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.RestoreDefaults | QDialogButtonBox.StandardButton.Help, self)
        for button in self.buttons.buttons():
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        self._lay_out()
        self.search.textChanged.connect(self._show_rows)
        self.groups.currentRowChanged.connect(lambda _row: self.search.clear() or self._show_rows())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.helpRequested.connect(lambda: show_help("settings"))
        self.defaults = self.buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)
        self.defaults.setText(_tr("Restore all shown here"))
        self.defaults.clicked.connect(self._restore_shown)
        for key, call in (("F1", lambda: show_help("settings")), ("Ctrl+F", self.search.setFocus)):
            QShortcut(QKeySequence(key), self).activated.connect(call)
        self.groups.setCurrentRow(0)
        self.groups.setFocus()

    @property
    def shown(self) -> list[str]:
        """The keys of the settings that can be seen, in their order."""
        return [key for key, row in self.rows.items() if not row.isHidden()]

    def reject(self) -> None:
        """Put everything back as it was when the window was opened."""
        for setting in settings.restore(self._before, tuple(self._touched)):
            self._applied(setting)
        super().reject()

    def _put(self, setting: Setting[Any], value: Any) -> str:
        before = settings.get(setting)
        if setting not in self._touched:
            self._touched.append(setting)
        try:
            if value is None:
                settings.forget(setting)
            else:
                settings.put(setting, value)
        except (TypeError, ValueError) as error:
            return str(error)
        if not settings.can_write():
            return _tr("This cannot be kept: the file of the settings cannot be written.")
        return self._applied(setting) if setting.is_family or settings.get(setting) != before else ""

    def _restore_shown(self) -> None:
        for key in self.shown:
            row = self.rows[key]
            if row.setting.kind is not Kind.KEPT:
                row.back.click()

    def _show_rows(self, *_: object) -> None:
        words = self.search.text()
        group = list(GROUPS)[max(0, self.groups.currentRow())]
        seen: set[str] = set()
        for row in self.rows.values():
            fits = row.holds(words) if words.strip() else row.setting.group == group
            row.setVisible(fits)
            if fits:
                seen.add(row.setting.group)
        for name, heading in self._headings.items():
            heading.setVisible(name in seen)
        self.nothing.setVisible(not seen)

    def _lay_out(self) -> None:
        body = QWidget(self)
        column = QVBoxLayout(body)
        for name, title in GROUPS.items():
            heading = QLabel(_tr(title), body)
            font = heading.font()
            font.setPointSizeF(font.pointSizeF() * 1.3)
            heading.setFont(font)
            self._headings[name] = heading
            column.addWidget(heading)
            for row in self.rows.values():
                if row.setting.group == name:
                    column.addWidget(row)
        column.addWidget(self.nothing)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setAccessibleName(_tr("Settings of this page"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        self._area = area
        room = self.fontMetrics().horizontalAdvance(self.search.placeholderText())
        self.search.setMinimumWidth(room + 6 * self.fontMetrics().averageCharWidth())
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.groups, 1)
        both = QHBoxLayout()
        both.addLayout(left, 1)
        both.addWidget(area, 3)
        whole = QVBoxLayout(self)
        whole.addLayout(both, 1)
        whole.addWidget(self.buttons)
        stops = [self.search, self.groups, *(w for row in self.rows.values() for w in row.tab_stops)]
        for first, second in pairwise(stops):
            QWidget.setTabOrder(first, second)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """As everywhere, and what gets the keyboard is scrolled into view."""
        moved = super().focusNextPrevChild(forward)
        widget = self.focusWidget()
        if widget is not None and self._area.isAncestorOf(widget):
            self._area.ensureWidgetVisible(widget)
        return moved
