"""Before a release copy: what goes, what its gaps give away, what is left to settle, and how it is made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.display import isolated
from review_app.domain.guessing import Gap, Level, ReleasePlan
from review_app.domain.releases import Draft, Settings
from review_app.ui import release_words, words
from review_app.ui.dialogs.release_options import ReleaseOptions
from review_app.ui.dialogs.release_points import Point, find_points
from review_app.ui.models.release_marks import ReleaseMarksModel
from review_app.ui.panels.columns import Columns
from review_app.ui.panels.tables import plain_table
from review_app.ui.tab_order import in_order

GAPS = (Gap.CONSTANT, Gap.ROUND, Gap.LINE, Gap.KEEP)

POINT_LINES = 5
ROOMY_LINES = 42
"""Lines of text on the screen from which on the options are shown at once."""

class ReleasePreview(QWidget):
    """Shows a draft with its plan. Decides nothing: it asks."""

    gap_wanted = Signal(object, object)
    """Ids of marks, and the gap they are to have."""
    accept_wanted = Signal(object, object)
    """Ids of marks, and the level that each gives away: to be accepted with a reason."""
    span_wanted = Signal(str)
    place_wanted = Signal(object)
    """A place where a word that goes also stands."""
    marks_wanted = Signal(object)
    """Such places: they are to be marked, too."""
    names_wanted = Signal(object)
    """The file with the reviewer's own list."""
    release_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None
        self._plan: ReleasePlan | None = None
        self._pictures: frozenset[int] = frozenset()
        self._points: list[Point] = []
        self._next = 0
        self.out: Path | None = None
        """Where the reviewer wants the copy; None for the suggestion."""
        self.model = ReleaseMarksModel(self)
        self._make_lists()
        self._make_gap_row()
        self._make_options()
        self._lay_out()

    # -- shown -------------------------------------------------------------------------------------------

    @property
    def draft(self) -> Draft | None:
        """What is shown."""
        return self._draft

    @property
    def plan(self) -> ReleasePlan | None:
        """Its plan."""
        return self._plan

    @property
    def settings(self) -> Settings:
        """How the copy is to be made."""
        return self.options.settings(self._pictures)

    @property
    def points(self) -> tuple[Point, ...]:
        """What is to settle."""
        return tuple(self._points)

    def show_plan(self, draft: Draft, plan: ReleasePlan, suggestion: Path) -> None:
        """A document's marks and their plan."""
        if self._draft is None or self._draft.document_id != draft.document_id:
            self._pictures, self.out = frozenset(), None
            self.knows.setChecked(False)
        self._draft, self._plan, self._next = draft, plan, 0
        self._suggestion = suggestion
        self._show_out()
        self.model.show_plan(draft, plan, self.settings)
        if draft.marks:
            self.view.selectRow(0)
        self._show_state()

    def refresh(self, draft: Draft) -> None:
        """The same marks with other codes, decisions or states."""
        self._draft = draft
        self.model.refresh(draft, self.settings)
        self._show_state()

    def forget(self) -> None:
        """Nobody looks any more: the words of the document go."""
        self._draft = self._plan = None
        self.model.clear()
        self.detail.clear()
        self.list.clear()
        self._points = []

    def say(self, text: str) -> None:
        """A sentence under the list, for what was refused."""
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def select(self, ids: Sequence[str]) -> None:
        """Select these marks."""
        self.view.clearSelection()
        for row in (self.model.row_of(i) for i in ids[:1]):
            if row is not None:
                self.view.selectRow(row)
                self.view.scrollTo(self.model.index(row, 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return on a mark or on a point goes to its place."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) \
                and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if watched is self.view:
                self._go_to_mark()
                return True
            if watched is self.list:
                self._act_on_point()
                return True
        return super().eventFilter(watched, event)

    # -- making ------------------------------------------------------------------------------------------

    def _make_lists(self) -> None:
        self._head = self._text(self.tr("What the copy is made of"))
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("To settle before the release"))
        self.list.setWordWrap(True)
        self.list.installEventFilter(self)
        self.list.itemDoubleClicked.connect(lambda _item: self._act_on_point())
        self.list.currentRowChanged.connect(lambda _row: self._show_point())
        self.settle = QPushButton(self.tr("&Show the first"), self)
        self.settle.clicked.connect(self._act_on_point)
        self.mark_too = QPushButton(self.tr("M&ark them too"), self)
        self.mark_too.setToolTip(words.tip(self.tr(
            "Marks every one of these places, with the codes of the mark whose words stand there")))
        self.mark_too.clicked.connect(self._mark_too)
        self.view = plain_table(self)
        self.view.setModel(self.model)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setAccessibleName(self.tr("Marks and the words that go"))
        self.view.setAccessibleDescription(
            self.tr("The words are shown here only; they are in no log and no file"))
        self.view.installEventFilter(self)
        wide = self.fontMetrics().averageCharWidth()
        columns = ReleaseMarksModel
        Columns(self.view, columns.WORDS, at_most={
            columns.CODES: 18 * wide, columns.GAP: 24 * wide, columns.GUESS: 34 * wide,
            columns.STATE: 20 * wide})
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._show_selected())
        self.view.doubleClicked.connect(lambda _index: self._go_to_mark())
        self.detail = QPlainTextEdit(self)
        self.detail.setReadOnly(True)
        self.detail.setTabChangesFocus(True)
        self.detail.setAccessibleName(self.tr("The words of the selected mark that go, whole"))
        self.detail.setFixedHeight(self.fontMetrics().lineSpacing() * 3 + 12)
        self._note = self._text(self.tr("What was refused"))
        self._note.hide()

    def _make_gap_row(self) -> None:
        self.gap = QComboBox(self)
        self.gap.setAccessibleName(self.tr("What becomes of the gap of the selected marks"))
        self.gap.view().setAccessibleName(self.gap.accessibleName())
        self.gap.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.gap.setMinimumContentsLength(24)
        self.gap.activated.connect(self._on_gap)
        self.gap.currentTextChanged.connect(lambda text: self.gap.setToolTip(words.tip(text)))
        self._gap_label = QLabel(self.tr("&Gap of the selected marks"), self)
        self._gap_label.setBuddy(self.gap)
        self.picture = QCheckBox(self.tr("Page as a &picture"), self)
        self.picture.setToolTip(words.tip(self.tr(
            "Turns the page into a picture: nothing of its text is left to search or read aloud")))
        self.picture.clicked.connect(self._on_picture)
        self.accept = QPushButton(self.tr("A&ccept with a reason…"), self)
        self.accept.clicked.connect(self._on_accept)
        self.go_to = QPushButton(self.tr("Show &mark"), self)
        self.go_to.clicked.connect(self._go_to_mark)

    def _make_options(self) -> None:
        self.options = ReleaseOptions(self)
        self.options.changed.connect(self._on_settings)
        self.options.names_wanted.connect(self.names_wanted)
        self.more = QPushButton(self.tr("&Options"), self)
        self.more.setCheckable(True)
        self.more.setAutoDefault(False)
        self.more.setToolTip(words.tip(self.tr("Method, boxes, what is printed without a code, own names")))
        self.more.toggled.connect(self.options.setVisible)
        # With large letters on a small screen the list of marks needs their room.
        lines = self.screen().availableGeometry().height() // self.fontMetrics().lineSpacing()
        self.more.setChecked(lines >= ROOMY_LINES)
        self.options.setVisible(self.more.isChecked())
        self._place = QLineEdit(self)
        self._place.setReadOnly(True)
        self._place.setAccessibleName(self.tr("Where the copy is written"))
        self.choose = QPushButton(self.tr("C&hoose…"), self)
        self.choose.setAccessibleName(self.tr("Choose where the copy is written"))
        self.choose.clicked.connect(self._choose_out)
        self.knows = QCheckBox(self.tr("I &know what is left open (▲), release all the same"), self)
        self.knows.toggled.connect(lambda _on: self._show_state())
        self.release = QPushButton(self.tr("&Release"), self)
        self.release.clicked.connect(self.release_wanted)
        self.close_button = QPushButton(self.tr("Close"), self)
        self.close_button.clicked.connect(self.close_wanted)
        for button in (self.settle, self.mark_too, self.accept, self.go_to, self.choose, self.release,
                       self.close_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        points = QHBoxLayout()
        points.addWidget(self.list, 1)
        acts_on = QVBoxLayout()
        acts_on.addWidget(self.settle)
        acts_on.addWidget(self.mark_too)
        acts_on.addStretch(1)
        points.addLayout(acts_on)
        gaps = QHBoxLayout()
        gaps.addWidget(self._gap_label)
        gaps.addWidget(self.gap, 1)
        acts = QHBoxLayout()
        acts.addWidget(self.picture)
        acts.addStretch(1)
        acts.addWidget(self.more)
        for widget in (self.accept, self.go_to):
            acts.addWidget(widget)
        out = QHBoxLayout()
        label = QLabel(self.tr("&File"), self)
        label.setBuddy(self._place)
        out.addWidget(label)
        out.addWidget(self._place, 1)
        out.addWidget(self.choose)
        end = QHBoxLayout()
        end.addWidget(self.knows, 1)
        end.addWidget(self.release)
        end.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._head)
        layout.addLayout(points)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.detail)
        layout.addLayout(gaps)
        layout.addLayout(acts)
        layout.addWidget(self._note)
        layout.addWidget(self.options)
        layout.addLayout(out)
        layout.addLayout(end)
        in_order(self.list, self.settle, self.mark_too, self.view, self.detail, self.gap, self.picture,
                 self.more, self.accept, self.go_to)

    def _text(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAccessibleName(name)
        return label

    # -- doing -------------------------------------------------------------------------------------------

    def _selected(self) -> list[int]:
        ranges = self.view.selectionModel().selection()
        return sorted({row for r in ranges for row in range(r.top(), r.bottom() + 1)})

    def _ids(self) -> tuple[str, ...]:
        return tuple(self.model.span(row).id for row in self._selected())

    def _on_gap(self, index: int) -> None:
        self.gap_wanted.emit(self._ids(), Gap(self.gap.itemData(index)))

    def _on_accept(self) -> None:
        levels: dict[str, Level] = {}
        by_gap: dict[Gap, list[str]] = {}
        for row in self._selected():
            plan = self.model.plan(row)
            if plan is not None and not self.model.is_settled(row):
                gap = self.model.gap(row)
                by_gap.setdefault(gap, []).append(plan.mark)
                levels[plan.mark] = self.model.level(row)
        if levels:
            self.accept_wanted.emit(by_gap, levels)

    def _on_picture(self, on: bool) -> None:
        pages = {self.model.span(row).page for row in self._selected()}
        self._pictures = self._pictures | pages if on else self._pictures - pages
        self._on_settings()

    def _on_settings(self) -> None:
        if self._draft is not None:
            self.model.refresh(self._draft, self.settings)
            self._show_state()

    def _go_to_mark(self) -> None:
        rows = self._selected()
        if rows:
            self.span_wanted.emit(self.model.span(rows[0]).id)

    def _act_on_point(self) -> None:
        row = self.list.currentRow()
        if not 0 <= row < len(self._points):
            return
        point = self._points[row]
        if point.pages:
            self._pictures |= frozenset(point.pages)
            self._on_settings()
        elif point.places:
            place = point.places[self._next % len(point.places)]
            self._next += 1
            self.place_wanted.emit(place)
            self._show_point()
        elif point.ids:
            self.select(point.ids)
            self.span_wanted.emit(point.ids[0])

    def _mark_too(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._points) and self._points[row].places:
            self.marks_wanted.emit(self._points[row].places)

    def _choose_out(self) -> None:
        dialog = QFileDialog(self, self.tr("Write release copy"), str(self._suggestion.parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("PDF (*.pdf)"))
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(self._suggestion.name)
        dialog.fileSelected.connect(self._on_out)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_out(self, name: str) -> None:
        self.out = Path(name)
        self._show_out()

    def _show_out(self) -> None:
        self._place.setText(isolated(self.out or self._suggestion))
        self._place.setToolTip(words.tip(self._place.text()))

    def _show_state(self) -> None:
        draft, plan = self._draft, self._plan
        if draft is None or plan is None:
            return
        pages = self.tr("1 page") if len(draft.pages) == 1 else self.tr("{count} pages").format(
            count=len(draft.pages))
        self._head.setText(self.tr(
            "Marks that are removed: {marks}, on {pages}. Spans the agency withheld stay as they are: {kept}."
        ).format(marks=len(draft.marks), pages=pages, kept=draft.kept))
        if plan.has_tags:
            self._head.setText(self._head.text() + " " + self.tr(
                "The tags of the document (its structure, for reading aloud) are not carried over."))
        self._points = find_points(draft, plan, self.settings)
        row = self.list.currentRow()
        self.list.clear()
        for point in self._points:
            self.list.addItem(QListWidgetItem(point.line))
        if not self._points:
            self.list.addItem(QListWidgetItem(self.tr("✓ Nothing is left to settle.")))
        self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        lines = min(POINT_LINES, max(1, self.list.count()))
        self.list.setFixedHeight(lines * (self.fontMetrics().lineSpacing() + 4) + 8)
        is_open = any(not p.stops for p in self._points)
        self.knows.setVisible(is_open)
        self.release.setEnabled(
            not any(p.stops for p in self._points) and (not is_open or self.knows.isChecked()))
        self._show_point()
        self._show_selected()

    def _show_point(self) -> None:
        row = self.list.currentRow()
        point = self._points[row] if 0 <= row < len(self._points) else None
        is_page = point is not None and bool(point.pages)
        places = point.places if point is not None else ()
        said = self.tr("&Show the first")
        if places and self._next:
            said = self.tr("&Show the next ({number} of {count})").format(
                number=self._next % len(places) + 1, count=len(places))
        self.settle.setText(self.tr("Make it a p&icture") if is_page else said)
        self.settle.setEnabled(point is not None and bool(point.ids or point.pages or places))
        self.mark_too.setVisible(bool(places))

    def _show_selected(self) -> None:
        rows = self._selected()
        settings = self.settings
        plan = self.model.plan(rows[0]) if rows else None
        self.detail.setPlainText(
            f"{self.model.words(rows[0])}\n{self.model.guess(rows[0])}" if plan is not None else "")
        self.gap.clear()
        if plan is not None:
            offered = {d.gap: d for d in plan.defences}
            for gap in GAPS:
                if gap in offered:
                    why = offered[gap].refused
                    text = why or release_words.guess_line(offered[gap].guess, plan.kind)
                    self.gap.addItem(f"{release_words.gap(gap)} — {text}", str(gap))
                    # What cannot be had here stands there all the same, with its reason.
                    self.gap.model().item(self.gap.count() - 1).setEnabled(not why)
            self.gap.setCurrentIndex(self.gap.findData(str(self.model.gap(rows[0]))))
        pages = {self.model.span(row).page for row in rows}
        is_picture = bool(pages) and all(settings.is_picture(p) for p in pages)
        self.gap.setEnabled(plan is not None)
        self.picture.setEnabled(bool(pages) and not settings.raster)
        self.picture.setChecked(is_picture)
        self.accept.setEnabled(any(not self.model.is_settled(row) for row in rows))
        self.go_to.setEnabled(bool(rows))
