"""The start page: what stands in the middle of the window while no document is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.values import dataclass
from review_app.ui import words

WIDE_CHARACTERS = 96
"""The page grows no wider than this: longer lines are hard to read."""
MOST_ROWS = 8
KEY = int(Qt.ItemDataRole.UserRole)
MISSING = KEY + 1


@dataclass(frozen=True, slots=True)
class Recent:
    """Something that was open before: ``key`` leads to it, ``name`` and ``about`` are shown. ``is_missing``
    is None while nobody has looked."""

    key: str
    name: str
    about: str = ""
    is_missing: bool | None = None


class RecentList(QWidget):
    """What was open before, the newest first. Return opens, Del takes out of the list."""

    wanted = Signal(str)
    forgotten = Signal(str)

    def __init__(self, title: str, gone: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._gone = gone
        self.title = QLabel(title, self)
        self.view = _Rows(self)
        self.view.setAccessibleName(title)
        self.view.setAccessibleDescription(self.tr("Return opens, Del takes out of the list"))
        self.title.setBuddy(self.view)
        self.title.setWordWrap(True)
        self.forget = QToolButton(self)
        self.forget.setText(self.tr("Take out"))
        self.forget.setToolTip(self.tr("Take the chosen line out of this list (Del); nothing else changes"))
        self.forget.setAccessibleName(self.tr("Take out of the list: {title}").format(title=title))
        self.forget.setAutoRaise(True)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self.view)
        self.view.itemActivated.connect(lambda item: self._open(item))
        self.view.itemClicked.connect(lambda item: self._open(item))
        self.view.delete_pressed.connect(self._forget)
        self.view.currentRowChanged.connect(lambda row: self.forget.setEnabled(row >= 0))
        self.forget.clicked.connect(self._forget)

    def show_recent(self, found: Sequence[Recent]) -> None:
        """Show these; the row that had the keyboard keeps it."""
        at = self.view.currentRow()
        self.view.clear()
        for one in found[:MOST_ROWS]:
            name = words.short(one.name, 60)
            text = f"⚠ {name} — {self._gone}" if one.is_missing else name
            item = QListWidgetItem(f"{text}\n{words.short(one.about, 90)}" if one.about else text)
            item.setData(KEY, one.key)
            item.setData(MISSING, bool(one.is_missing))
            item.setToolTip(words.tip(f"{one.name}\n{one.about}".strip()))
            item.setData(int(Qt.ItemDataRole.AccessibleTextRole), ", ".join(filter(None, (text, one.about))))
            self.view.addItem(item)
        self.view.setCurrentRow(min(at, self.view.count() - 1))
        self.forget.setEnabled(self.view.currentRow() >= 0)
        self.setVisible(self.view.count() > 0)
        self._fit()

    def _fit(self) -> None:
        """As high as its rows: the page scrolls, not each list in it."""
        rows = self.view.count()
        height = sum(max(self.view.sizeHintForRow(i), 1) + 2 * self.view.spacing() for i in range(rows))
        self.view.setFixedHeight(height + 2 * self.view.frameWidth() + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _open(self, item: QListWidgetItem) -> None:
        if not item.data(MISSING):
            self.wanted.emit(str(item.data(KEY)))

    def _forget(self) -> None:
        item = self.view.currentItem()
        if item is not None:
            self.forgotten.emit(str(item.data(KEY)))


class _Rows(QListWidget):
    delete_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSpacing(3)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)


class StartPage(QScrollArea):
    """Ways in, each an action of the menus, and what was open before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Start page"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.buttons: list[QPushButton] = []
        body = QWidget(self)
        body.setBackgroundRole(QPalette.ColorRole.Base)
        body.setAutoFillBackground(True)
        self._middle = QWidget(body)
        self._column = QVBoxLayout(self._middle)
        self._column.setSpacing(10)
        self._heading = QLabel(self.tr("Review App"), self._middle)
        self.word = self._sentence()
        self._ways = QVBoxLayout()
        self._ways.setSpacing(4)
        self.documents = RecentList(self.tr("Documents looked at last"), self.tr("no longer here"), self)
        self.workspaces = RecentList(self.tr("Other workspaces"), self.tr("not there now"), self)
        self.keys = self._sentence()
        self._column.addWidget(self._heading)
        self._column.addWidget(self.word)
        self._column.addLayout(self._ways)
        self._column.addWidget(self.documents)
        self._column.addWidget(self.workspaces)
        self._column.addWidget(self.keys)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self._middle, 20)
        across.addStretch(1)
        down = QVBoxLayout(body)
        down.setContentsMargins(12, 16, 12, 16)
        down.addLayout(across)
        down.addStretch(1)
        self.setWidget(body)
        self._measure()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [*self.buttons, self.documents.view, self.documents.forget, self.workspaces.view,
                self.workspaces.forget]

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Offer these actions as the ways in; each keeps its own words and key."""
        for action in actions:
            button, tip = QPushButton(self._middle), self._sentence()
            button.setAutoDefault(True)
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda b=button, t=tip, a=action: self._name(b, t, a))
            self._name(button, tip, action)
            row = QHBoxLayout()
            row.addWidget(button)
            row.addStretch(1)
            self._ways.addLayout(row)
            self._ways.addWidget(tip)
            self._ways.addSpacing(6)
            self.buttons.append(button)
        self.setFocusProxy(self.buttons[0])

    def say(self, text: str, keys: str) -> None:
        """What this page is, and the keys that are needed most."""
        self.word.setText(text)
        self.keys.setText(keys)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.widget() is not None:
            self._measure()

    def _measure(self) -> None:
        """What depends on how large the letters are."""
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.8)
        self._heading.setFont(font)
        self._middle.setMaximumWidth(self.fontMetrics().averageCharWidth() * WIDE_CHARACTERS)

    @staticmethod
    def _name(button: QPushButton, tip: QLabel, action: QAction) -> None:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        # Without the underlined letters of the menu: here they would be keys of their own.
        button.setText(action.text().replace("&&", "\0").replace("&", "").replace("\0", "&&"))
        about = action.toolTip().replace(f" ({keys})", "").replace("\n", ". ")
        tip.setText(f"{keys} · {about}" if keys else about)
        button.setAccessibleDescription(tip.text())
        button.setEnabled(action.isEnabled())

    def _sentence(self) -> QLabel:
        label = QLabel(self._middle)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label
