"""Every action by its name: type a few letters, press Return."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QEvent, QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPalette,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.values import dataclass
from review_app.ui import why_not
from review_app.ui.action_spec import ActionSpec
from review_app.ui.actions import MENUS, Actions, plain_text
from review_app.ui.matching import match
from review_app.ui.models.rows import ACCESSIBLE, DISPLAY, TOOL_TIP
from review_app.ui.theme import Theme

ROW = int(Qt.ItemDataRole.UserRole) + 1
SHOWN_ROWS = 12
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def _tr(text: str) -> str:
    return QCoreApplication.translate("palette", text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One action as the list shows it; ``reason`` is empty when it can be used now."""

    spec: ActionSpec
    name: str
    menu: str
    keys: str
    tip: str
    reason: str
    places: tuple[int, ...] = ()
    """Characters of the name that were typed."""

    @property
    def spoken(self) -> str:
        """The line in words, for those who hear it."""
        parts = [self.name, self.menu, self.keys]
        if self.reason:
            parts.append(_tr("not now: {reason}").format(reason=self.reason))
        return ", ".join(p for p in parts if p)


class PaletteModel(QAbstractListModel):
    """The actions that fit what was typed, the best first."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._all: list[Entry] = []
        self._rows: list[Entry] = []
        self.recent: list[str] = []
        """Ids of the actions last chosen here, the newest first."""

    def read(self) -> None:
        """Take the actions as they are now."""
        self._all = [self._entry(spec, action) for spec, action in self._actions.all()]

    def filter(self, typed: str) -> None:
        """Show what fits."""
        typed = typed.strip()
        found: list[tuple[int, int, Entry]] = []
        for order, entry in enumerate(self._all):
            score = self._score(typed, entry)
            if score is not None:
                value, places = score
                found.append((-value - (0 if entry.reason else 5), order, _with(entry, places)))
        if not typed:
            place = {action_id: i for i, action_id in enumerate(self.recent)}
            found = [(place.get(e.spec.id, len(place) + bool(e.reason)), order, e) for _, order, e in found]
        self.beginResetModel()
        self._rows = [entry for _, _, entry in sorted(found, key=lambda f: f[:2])]
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        """What stands in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        entry = self.entry(index.row())
        if entry is None:
            return None
        if role == DISPLAY:
            return entry.name
        if role == ACCESSIBLE:
            return entry.spoken
        if role == TOOL_TIP:
            return entry.reason or entry.tip
        return entry if role == ROW else None

    @staticmethod
    def _score(typed: str, entry: Entry) -> tuple[int, tuple[int, ...]] | None:
        if not typed:
            return 0, ()
        in_name = match(typed, entry.name)
        if in_name is not None:
            return 1000 + in_name.score * 10 - min(len(entry.name), 9), in_name.places
        if typed.replace(" ", "").casefold() in entry.keys.replace(" ", "").casefold().split(","):
            return 1500, ()
        for value, text in ((500, f"{entry.menu} {entry.name}"), (100, f"{entry.name} {entry.tip}")):
            elsewhere = match(typed, text)
            # Of longer texts only what really stands in them: single letters are in every sentence.
            if elsewhere is not None and elsewhere.score >= 30 * len(typed.split()):
                return value + elsewhere.score, ()
        return None

    def _entry(self, spec: ActionSpec, action: QAction) -> Entry:
        native = QKeySequence.SequenceFormat.NativeText
        return Entry(
            spec, plain_text(action.text()).rstrip("…"),
            plain_text(QCoreApplication.translate("menus", MENUS[spec.menu])),
            ", ".join(k.toString(native) for k in action.shortcuts()),
            QCoreApplication.translate("actions", spec.tip) if spec.tip else "",
            why_not.reason(spec, self._actions.state),
        )


def _with(entry: Entry, places: tuple[int, ...]) -> Entry:
    return Entry(entry.spec, entry.name, entry.menu, entry.keys, entry.tip, entry.reason, places)


class _Lines(QStyledItemDelegate):
    """A line: the name with the typed letters bold, its menu, its keys at the end."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        return QSize(100, round(option.fontMetrics.height() * 1.6))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        entry: Entry = index.data(ROW)
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        theme, palette = Theme.of(option.palette), option.palette
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        group = QPalette.ColorGroup.Active
        role = QPalette.ColorRole.HighlightedText if is_chosen else QPalette.ColorRole.Text
        ink = palette.color(group, role)
        quiet = ink if is_chosen else theme.quiet
        pad = option.fontMetrics.averageCharWidth()
        area = option.rect.adjusted(pad, 0, -pad, 0)
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.save()
        painter.setFont(option.font)
        painter.setPen(quiet)
        keys_width = option.fontMetrics.horizontalAdvance(entry.keys)
        right = Qt.LayoutDirection.RightToLeft == option.direction
        keys_at = QRect(area.left() if right else area.right() - keys_width, area.top(), keys_width + 1,
                        area.height())
        painter.drawText(keys_at, vertical | Qt.AlignmentFlag.AlignRight, entry.keys)
        painter.setPen(quiet if entry.reason else ink)
        room = area.width() - keys_width - 2 * pad
        used = self._name(painter, option, entry, QRect(
            area.right() - room if right else area.left(), area.top(), room, area.height()), right)
        left = room - used - pad
        if left > 4 * pad:
            painter.setPen(quiet)
            text = f"{entry.menu} — {entry.reason}" if entry.reason else entry.menu
            spot = QRect(area.right() - room if right else area.left() + used + pad, area.top(), left,
                         area.height())
            elided = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, left)
            painter.drawText(spot, vertical | (Qt.AlignmentFlag.AlignRight if right else
                                               Qt.AlignmentFlag.AlignLeft), elided)
        painter.restore()

    @staticmethod
    def _name(
        painter: QPainter, option: QStyleOptionViewItem, entry: Entry, area: QRect, right: bool
    ) -> int:
        """Paint the name and return how wide it is, in pixels."""
        text = option.fontMetrics.elidedText(entry.name, Qt.TextElideMode.ElideRight, area.width())
        layout = QTextLayout(text, option.font)
        bold = QTextCharFormat()
        bold.setFontWeight(700)
        bold.setFontUnderline(True)
        ranges = []
        for place in entry.places:
            if place < len(text):
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = place, 1, bold
                ranges.append(part)
        layout.setFormats(ranges)
        choice = QTextOption()
        choice.setTextDirection(Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight)
        choice.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(choice)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(area.width())
        layout.endLayout()
        top = area.top() + (area.height() - line.height()) / 2
        layout.draw(painter, QRect(area.left(), round(top), 0, 0).topLeft())
        return round(line.naturalTextWidth()) + 1


class PaletteDialog(QDialog):
    """Opens over the window and goes when something is chosen, on Esc, or when another window is used."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(_tr("Find an action"))
        self.setAccessibleName(_tr("Find an action"))
        self._actions = actions
        self.model = PaletteModel(actions, self)
        frame = QFrame(self)
        frame.setFrameShape(QFrame.Shape.StyledPanel)
        frame.setFrameShadow(QFrame.Shadow.Raised)
        self.line = QLineEdit(frame)
        self.line.setPlaceholderText(_tr("What do you want to do? Type a few letters"))
        self.line.setAccessibleName(_tr("Letters of the action"))
        self.line.setClearButtonEnabled(True)
        self.view = QListView(frame)
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Lines(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setAccessibleName(_tr("Actions that fit"))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.word = QLabel(frame)
        self.word.setTextFormat(Qt.TextFormat.PlainText)
        self.word.setWordWrap(True)
        self.word.setAccessibleName(_tr("About this action"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        inner = QVBoxLayout(frame)
        for widget in (self.line, self.view, self.word):
            inner.addWidget(widget)
        self.line.textChanged.connect(self._filter)
        self.line.returnPressed.connect(self.accept)
        self.line.installEventFilter(self)
        self.view.clicked.connect(lambda _index: self.accept())
        self.view.selectionModel().currentChanged.connect(lambda *_: self._describe())

    def ask(self) -> None:
        """Show all actions as they can be used now, and wait for letters."""
        self.model.read()
        self.line.clear()
        self._filter("")
        self._place()
        self.show()
        self.raise_()
        self.activateWindow()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def accept(self) -> None:
        """Run what is chosen; what cannot be used now stays on the screen, with the reason."""
        entry = self.model.entry(self.view.currentIndex().row())
        if entry is None or entry.reason:
            return
        self.model.recent = [entry.spec.id, *(i for i in self.model.recent if i != entry.spec.id)][:5]
        super().accept()
        self.parentWidget().activateWindow()
        self._actions[entry.spec.id].trigger()

    def eventFilter(self, _watched: object, event: QEvent) -> bool:
        """Keys that move in the list, though the line has the keyboard."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _MOVES:
            self._move(Qt.Key(event.key()))
            return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isVisible() and not self.isActiveWindow():
            self.reject()

    def _move(self, key: Qt.Key) -> None:
        count, row = self.model.rowCount(), self.view.currentIndex().row()
        if not count:
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -SHOWN_ROWS,
                Qt.Key.Key_PageDown: SHOWN_ROWS}[key]
        # One step goes round at the ends, a page stops there.
        to = (row + step) % count if abs(step) == 1 else min(max(row + step, 0), count - 1)
        self.view.setCurrentIndex(self.model.index(to))

    def _filter(self, typed: str) -> None:
        self.model.filter(typed)
        self.view.setCurrentIndex(self.model.index(0))
        self._describe()

    def _describe(self) -> None:
        entry = self.model.entry(self.view.currentIndex().row())
        if entry is None:
            self.word.setText(_tr("No action fits these letters."))
        elif entry.reason:
            self.word.setText(_tr("Not now: {reason}.").format(reason=entry.reason.rstrip(".")))
        else:
            self.word.setText(entry.tip or f"{entry.menu} › {entry.name}")

    def _place(self) -> None:
        """Over the upper part of the window, wide enough for the longest names in this font."""
        window, metrics = self.parentWidget(), QFontMetrics(self.font())
        width = min(metrics.averageCharWidth() * 90, window.width() - 2 * metrics.height())
        row = round(metrics.height() * 1.6)
        height = min(row * (SHOWN_ROWS + 4), window.height() - 2 * metrics.height())
        self.resize(width, height)
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - width) // 2,
                  corner.y() + min(window.height() // 8, window.height() - height))
