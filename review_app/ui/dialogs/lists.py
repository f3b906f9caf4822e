"""Small windows that only show something: problems of this session, keyboard shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from review_app.ui import words
from review_app.ui.actions import MENUS, Actions, plain_text
from review_app.ui.panels.tables import table_of_texts
from review_app.ui.problems import Message, Problems

_N = QT_TRANSLATE_NOOP

KEYS_IN_PLACES = (
    (_N("lists", "Page"), _N("lists", "Scroll"), _N("lists", "arrows, PgUp, PgDown, Space, Home, End")),
    (_N("lists", "Page"), _N("lists", "Try a page again that could not be shown"), _N("lists", "Return")),
    (_N("lists", "Pages"), _N("lists", "Go to another page"), _N("lists", "arrows, PgUp, PgDown, Home, End")),
    (_N("lists", "Bookmarks"), _N("lists", "Go to the place"), _N("lists", "Return")),
    (_N("lists", "Documents"), _N("lists", "Select several"), _N("lists", "Shift+arrows")),
    (_N("lists", "Draw"), _N("lists", "Move the crosshair (finely)"), _N("lists", "arrows (Ctrl+arrows)")),
    (_N("lists", "Draw"), _N("lists", "Stretch an area from the crosshair"), _N("lists", "Shift+arrows")),
    (_N("lists", "Draw"), _N("lists", "Make the mark"), _N("lists", "Return")),
    (_N("lists", "Draw"), _N("lists", "Drop the area, then the tool"), _N("lists", "Esc")),
    (_N("lists", "Codes"), _N("lists", "Cite what is written"), _N("lists", "Return")),
    (_N("lists", "Note"), _N("lists", "Write the note"), _N("lists", "Ctrl+Return")),
    (_N("lists", "Codes, note"), _N("lists", "Back to what is stored"), _N("lists", "Esc")),
    (_N("lists", "Record"), _N("lists", "Confirm or reject the selected fields"), _N("lists", "C, X")),
)
"""Keys that mean something in one place only, and so stand in no menu."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("lists", text)


class _Window(QDialog):
    """A window with a Close button that stays beside the work."""

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.body = QVBoxLayout(self)

    def finish(self) -> None:
        """Put the Close button under everything else."""
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        self.body.addWidget(buttons)


class ProblemsDialog(_Window):
    """All problems of this session, newest first. Words can be copied."""

    def __init__(self, problems: Problems, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("lists", "Problems"), parent)
        self.resize(640, 320)
        self.list = QListWidget(self)
        self.list.setWordWrap(True)
        self.list.setAlternatingRowColors(True)
        self.list.setAccessibleName(QCoreApplication.translate("lists", "Problems of this session"))
        self.body.addWidget(self.list)
        self.finish()
        self._none = QLabel(QCoreApplication.translate("lists", "No problem in this session."), self.list)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(self.list)
        inside.addWidget(self._none)
        for message in problems.problems:
            self._add(message)
        problems.added.connect(self._add)

    def _add(self, message: Message) -> None:
        if message.is_problem:
            self._none.hide()
            self.list.insertItem(0, f"{message.at}  {message.text}")
            self.list.item(0).setToolTip(words.tip(message.text))


class ShortcutsDialog(_Window):
    """Every action with its keys, made from the action table."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("lists", "Keyboard shortcuts"), parent)
        self.resize(560, 560)
        self._find = QLineEdit(self)
        self._find.setPlaceholderText(QCoreApplication.translate("lists", "filter"))
        self._find.setAccessibleName(QCoreApplication.translate("lists", "Filter the shortcuts"))
        self._find.setClearButtonEnabled(True)
        lines: list[tuple[str, str, str]] = []
        for spec, action in actions.all():
            menu = plain_text(QCoreApplication.translate("menus", MENUS[spec.menu]))
            keys = "  or  ".join(
                k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts()
            )
            # Those of the codes say which; undo and redo would name a step.
            text = action.text() if spec.id.startswith("mark.code_") else \
                QCoreApplication.translate("actions", spec.text)
            name = plain_text(text).rstrip("…")
            lines.append((menu, name, keys))
        lines += [(_tr(place), _tr(what), _tr(keys)) for place, what, keys in KEYS_IN_PLACES]
        self.table = table_of_texts([_tr("Menu"), _tr("Action"), _tr("Keys")], lines, (1,), self)
        self.table.setAccessibleName(_tr("Keyboard shortcuts"))
        self.body.addWidget(self._find)
        self.body.addWidget(self.table)
        self.finish()
        self._find.textChanged.connect(self._filter)

    def _filter(self, text: str) -> None:
        for row in range(self.table.rowCount()):
            cells = (self.table.item(row, c).text() for c in range(3))
            self.table.setRowHidden(row, text.casefold() not in " ".join(cells).casefold())
