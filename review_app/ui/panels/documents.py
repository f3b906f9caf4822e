"""The documents of the workspace: cases, what is in them and how far it is, at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QFont, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.display import isolated
from review_app.domain.rows import CaseRow, DocumentRow
from review_app.domain.vocabulary import Arrival
from review_app.ui import words
from review_app.ui.models.documents import ORDERS, REMOVED, ROW_ROLE, DocumentsModel, Group, group_line
from review_app.ui.models.rows import ID_ROLE
from review_app.ui.theme import Theme
from review_app.ui.typing import clearable

_GAP = 4


class _TwoLines(QStyledItemDelegate):
    """A name with a sign before it and what is left to do below: the sign and the words say the same, so that
    nobody needs the colour."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(80, 2 * option.fontMetrics.height() + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        painter.save()
        style = option.widget.style()
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        item = index.data(ROW_ROLE)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
        ink, theme = option.palette.color(role), Theme.of(option.palette)
        box = option.rect.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        height = option.fontMetrics.height()

        def mirrored(room: QRect) -> QRect:
            return QStyle.visualRect(option.direction, option.rect, room)

        upper = QRect(box.left(), box.top(), box.width(), height)
        lower = QRect(box.left(), box.top() + height, box.width(), height)
        if isinstance(item, Group):
            bold = QFont(option.font)
            bold.setBold(not item.is_removed)
            self._write(painter, mirrored(upper), item.title, bold, ink)
            self._write(painter, mirrored(lower), group_line(item), option.font,
                        ink if is_selected else theme.quiet)
        else:
            sign, _ = words.document_state(item)
            wide = option.fontMetrics.horizontalAdvance("00%" if sign.endswith("%") else "??") + _GAP
            colour = ink if is_selected else self._colour(item, theme, ink)
            bold = QFont(option.font)
            bold.setBold(True)
            painter.setFont(bold)
            painter.setPen(colour)
            painter.drawText(mirrored(QRect(upper.left(), upper.top(), wide, height)),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, sign)
            upper.setLeft(upper.left() + wide)
            lower.setLeft(upper.left())
            if item.warnings:
                mark = f"⚠ {len(item.warnings)}"
                room = option.fontMetrics.horizontalAdvance(mark) + _GAP
                painter.setFont(option.font)
                painter.setPen(ink if is_selected else theme.alarm)
                painter.drawText(mirrored(upper),
                                 Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, mark)
                upper.setRight(upper.right() - room)
            self._write(painter, mirrored(upper), isolated(item.name), option.font, ink,
                        Qt.TextElideMode.ElideMiddle)
            self._write(painter, mirrored(lower), words.document_line(item), option.font,
                        ink if is_selected else theme.quiet)
        painter.restore()

    @staticmethod
    def _colour(row: DocumentRow, theme: Theme, ink: object) -> object:
        if row.coming is not None:
            return theme.alarm if row.coming.state is Arrival.FAILED else theme.quiet
        return theme.reviewer if row.undecided_count else theme.agency if row.span_count else ink

    @staticmethod
    def _write(
        painter: QPainter, room: QRect, text: str, font: QFont, ink: object,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        painter.setFont(font)
        painter.setPen(ink)
        said = painter.fontMetrics().elidedText(text, elide, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, said)


class _Tree(QTreeView):
    """A tree whose menu comes by mouse and by key, at the item it is about."""

    menu_wanted = Signal(object)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        self.menu_wanted.emit(at)


class DocumentsPanel(QWidget):
    """A tree of cases and documents with a filter. The current document is the one on the page view; several
    can be selected, to be removed or filed together."""

    document_chosen = Signal(str)
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = DocumentsModel(self)
        self.view = self._make_tree()
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setAccessibleName(self.tr("Filter the documents"))
        self.filter.setToolTip(self.tr("Words of the name, case number, disposition or state"))
        clearable(self.filter)
        self.order = QComboBox(self)
        self.order.setAccessibleName(self.tr("Order of the documents"))
        self.order.setToolTip(self.tr("Order of the documents"))
        self.order.addItems([self.tr_model(title) for title, _ in ORDERS])
        self.order.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.order.setMinimumContentsLength(9)
        self.order.view().setAccessibleName(self.tr("Orders to choose from"))
        self._empty = QLabel(self)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        top = QHBoxLayout()
        top.setContentsMargins(4, 4, 4, 0)
        top.addWidget(self.filter, 1)
        top.addWidget(self.order)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self._shown_id = ""
        self._folded = {REMOVED}
        self._is_telling = False
        self._menu_actions: tuple[QAction | None, ...] = ()
        self._connect_signals()
        self.show_documents(())

    def _make_tree(self) -> _Tree:
        view = _Tree(self)
        view.setModel(self.model)
        view.setItemDelegate(_TwoLines(view))
        view.setHeaderHidden(True)
        view.setUniformRowHeights(True)  # else each of thousands of rows is measured
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setExpandsOnDoubleClick(True)
        view.setIndentation(14)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setAccessibleName(self.tr("Documents"))
        view.setAccessibleDescription(self.tr("Cases and documents, and what is left to do"))
        return view

    def _connect_signals(self) -> None:
        self.model.modelReset.connect(self._after_reset)
        self.model.modelAboutToBeReset.connect(self._before_reset)
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.view.collapsed.connect(lambda i: self._fold(i, is_folded=True))
        self.view.expanded.connect(lambda i: self._fold(i, is_folded=False))
        self.view.menu_wanted.connect(self._show_menu)
        self.filter.textChanged.connect(self.model.set_filter)
        self.filter.returnPressed.connect(self._choose_first)
        self.order.currentIndexChanged.connect(self.model.set_order)

    def tr_model(self, text: str) -> str:
        """A text of the model's in the language of the window."""
        return self.model.tr(text)

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self.filter, self.order, self.view]

    def set_menu(self, actions: Sequence[QAction | None]) -> None:
        """What the menu of a document offers; None is a separator."""
        self._menu_actions = tuple(actions)

    def show_documents(
        self, rows: Sequence[DocumentRow], cases: Sequence[CaseRow] = (), removed: Sequence[DocumentRow] = ()
    ) -> None:
        """The documents changed."""
        self.model.set_rows(rows, cases, removed)
        self._say_empty(bool(rows or removed))
        self._mark_shown()

    def show_document(self, row: DocumentRow | None) -> None:
        """Another document is on the page view."""
        self._shown_id = row.id if row else ""
        self._mark_shown(bring=True)

    @property
    def selected_ids(self) -> list[str]:
        """Selected documents under review, also those still coming in."""
        return [row.id for row, is_removed in self._selected() if not is_removed]

    @property
    def removed_ids(self) -> list[str]:
        """Selected documents among the removed ones; all of them when their group is selected."""
        found = dict.fromkeys(row.id for row, is_removed in self._selected() if is_removed)
        for group, index in self.model.groups():
            if group.is_removed and self.view.selectionModel().isSelected(index):
                found |= dict.fromkeys(row.id for row in group.rows)
        return list(found)

    def neighbour(self, ids: Sequence[str]) -> str:
        """The document to show when these are gone: the next one below, else the one above; "" without."""
        order, gone = self.model.ids(), set(ids)
        at = min((n for n, i in enumerate(order) if i in gone), default=0)
        rest = [i for i in order[at:] if i not in gone] + [i for i in reversed(order[:at]) if i not in gone]
        return rest[0] if rest else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.filter.clear()
        elif event.key() == Qt.Key.Key_Down and self.filter.hasFocus():
            self.view.setFocus()
        else:
            super().keyPressEvent(event)

    # ----------------------------------------------------------------------------------------------

    def _selected(self) -> list[tuple[DocumentRow, bool]]:
        found = []
        for index in self.view.selectionModel().selectedIndexes():
            item = self.model.value(index)
            if isinstance(item, DocumentRow):
                group = self.model.value(index.parent()) if index.parent().isValid() else None
                found.append((item, group is not None and group.is_removed))
        return found

    def _say_empty(self, has_any: bool) -> None:
        is_bare = self.model.rowCount() == 0
        self._empty.setText(
            self.tr("No document matches the filter.") if has_any else
            self.tr("No documents yet.\nOpen files, or drop files and folders here."))
        self._empty.setVisible(is_bare)
        self.view.setVisible(not is_bare)
        self.filter.setEnabled(has_any)
        self.order.setEnabled(has_any)

    def _before_reset(self) -> None:
        self._kept = [row.id for row, _ in self._selected()]

    def _after_reset(self) -> None:
        for group, index in self.model.groups():
            is_open = group.key not in self._folded or self.model.is_filtered
            if is_open != self.view.isExpanded(index):
                self._is_telling = True
                self.view.setExpanded(index, is_open)
                self._is_telling = False
        # The view folds everything when it is reset, and forgets what was selected.
        kept = self._kept if len(self._kept) > 1 else [self._shown_id]
        self._select([i for i in map(self.model.index_of, kept) if i.isValid()])
        if self.filter.text() or self.model.rowCount():
            self._say_empty(True)

    def _fold(self, index: QModelIndex, *, is_folded: bool) -> None:
        item = self.model.value(index)
        if self._is_telling or self.model.is_filtered or not isinstance(item, Group):
            return
        if is_folded:
            self._folded.add(item.key)
        else:
            self._folded.discard(item.key)

    def _select(self, indexes: Sequence[QModelIndex], *, bring: bool = False) -> None:
        selection = QItemSelection()
        for index in indexes:
            selection.select(index, index)
        self._is_telling = True
        model = self.view.selectionModel()
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if indexes:
            model.setCurrentIndex(indexes[-1], QItemSelectionModel.SelectionFlag.NoUpdate)
            if bring:
                self.view.scrollTo(indexes[-1])
        self._is_telling = False
        self.selection_changed.emit()

    def _mark_shown(self, *, bring: bool = False) -> None:
        chosen = self.selected_ids
        if self._shown_id in chosen or (self.removed_ids and not bring):
            return
        index = self.model.index_of(self._shown_id)
        self._select([index] if index.isValid() else [], bring=bring)

    def _choose_first(self) -> None:
        ids = self.model.ids()
        if ids:
            self.document_chosen.emit(ids[0])

    def _on_selection_changed(self) -> None:
        if self._is_telling:
            return
        self.selection_changed.emit()
        chosen = self.selected_ids
        if len(chosen) == 1 and chosen[0] != self._shown_id and not self.removed_ids:
            self.document_chosen.emit(chosen[0])

    def _show_menu(self, at: object) -> None:
        if not str(self.view.currentIndex().data(ID_ROLE) or "") and not self.removed_ids:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._menu_actions:
            if action is None:
                menu.addSeparator()
            elif action.isEnabled():
                menu.addAction(action)
        menu.popup(at)
