"""Search and mark: what to look for, where, the hits to include or leave out, and the marks made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.display import isolated
from review_app.domain.errors import ReviewError
from review_app.domain.geometry import Rect
from review_app.domain.patterns import BrokenPattern, Pattern
from review_app.review.seeking import MOST_HITS, Mode, Outcome, Query, SeekHit, read_phrases
from review_app.ui import words
from review_app.ui.models.hits import HitsModel
from review_app.ui.panels.codes_edit import CodesEdit, split_codes
from review_app.ui.panels.columns import Columns
from review_app.ui.panels.span_picture import SpanPicture
from review_app.ui.panels.tables import plain_table
from review_app.ui.tab_order import in_order
from review_app.ui.theme import REVIEWER_ON_PAPER

PLACE_AFTER_MS = 150
PICTURE_ASIDE_PT = 180.0
"""How much of the line is seen at both sides of a hit, in points."""
FUZZY_START = 85
"""Likeness from which misread words are offered: one or two letters of a dozen may be wrong."""


class SeekDialog(QDialog):
    """Does not block the window: the place of each hit can be looked at while the list stays."""

    search_wanted = Signal(object, str)
    """A query, and where: ``here``, ``case`` or ``all``."""
    stop_wanted = Signal()
    mark_wanted = Signal(object, object, str)
    """Hits, codes and note."""
    place_wanted = Signal(object)
    """Somebody wants to see this hit."""

    def __init__(
        self, patterns: Sequence[Pattern], broken: Sequence[BrokenPattern],
        document_name: Callable[[str], str], *, is_writable: bool, parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Search and mark"))
        self.resize(880, 640)
        self._is_writable = is_writable
        self._is_searching = False
        self._is_marking = False
        self._has_searched = False
        self._left_out = 0
        self._phrases: tuple[str, ...] = ()
        self.model = HitsModel(document_name, self)
        self._make_query(patterns, broken)
        self._make_results()
        self._lay_out()
        self._place_timer = QTimer(self)
        self._place_timer.setSingleShot(True)
        self._place_timer.setInterval(PLACE_AFTER_MS)
        self._place_timer.timeout.connect(self._show_place)
        self._show_mode()
        self._show_counts()

    def query(self) -> Query:
        """What is asked for now."""
        mode = Mode(self.mode.currentData())
        chosen = tuple(
            str(self.patterns.item(n).data(Qt.ItemDataRole.UserRole)) for n in range(self.patterns.count())
            if self.patterns.item(n).checkState() is Qt.CheckState.Checked
        )
        return Query(
            mode, phrases=(self.line.text(),) if mode is Mode.PHRASE else self._phrases,
            expression=self.expression.text(), patterns=chosen, whole_words=self.whole.isChecked(),
            match_case=self.case.isChecked(),
            fuzzy=self.likeness.value() if self.fuzzy.isChecked() and self.fuzzy.isEnabled() else 0,
        )

    def set_phrases(self, path: Path) -> None:
        """Search for the phrases of a file."""
        try:
            self._phrases = read_phrases(path)
        except ReviewError as error:
            self._say(". ".join(p for p in (error.what, error.why, error.todo) if p))
            return
        count = len(self._phrases)
        said = self.tr("{name}: 1 phrase") if count == 1 else self.tr("{name}: {count} phrases")
        self._file.setText(said.format(name=words.short(isolated(path.name), 40), count=count))

    def show_picture(self, hit: SeekHit, rects: Sequence[Rect]) -> None:
        """What stands on the page where this hit is, while it is the chosen one: the page itself may lie
        behind this window."""
        row = self.view.currentIndex().row()
        if 0 <= row < self.model.rowCount() and self.model.hit(row) is hit:
            self.picture.show_place(hit.document_id, hit.page, rects, REVIEWER_ON_PAPER)

    def set_writable(self, is_writable: bool) -> None:
        """Whether marks can be made now."""
        self._is_writable = is_writable
        self._show_counts()

    def begin(self, left_out: int = 0) -> None:
        """A search begins. So many documents are still being read and cannot be searched."""
        self._is_searching = True
        self._left_out = left_out
        self.model.clear()
        self.picture.clear_place()
        self._show_counts()

    def add_hits(self, hits: Sequence[SeekHit]) -> None:
        """More was found."""
        was_empty = self.model.rowCount() == 0
        self.model.add(hits)
        if was_empty and hits:
            self.view.setFocus()
        self._show_counts()

    def end(self, error: ReviewError | None = None) -> None:
        """The search ended, or was refused or stopped."""
        self._is_searching = False
        self._has_searched = error is None
        self._show_counts()
        if error is not None:
            self._say(". ".join(p for p in (error.what, error.why, error.todo) if p))

    def show_marking(self) -> None:
        """Marks are being made."""
        self._is_marking = True
        self._show_counts()

    def show_outcome(self, outcome: Outcome | ReviewError) -> None:
        """Marks were made, or not."""
        self._is_marking = False
        self._show_counts()
        if isinstance(outcome, ReviewError):
            self._say(". ".join(p for p in (outcome.what, outcome.why, outcome.todo) if p))
            return
        parts = [self.tr("Marks made: {count}; undo (Ctrl+Z) takes them back in one step.").format(
            count=len(outcome.marks))]
        if outcome.already:
            parts.append(self.tr("Marked already: {count}.").format(count=outcome.already))
        if outcome.unplaced:
            pages = ", ".join(dict.fromkeys(str(h.page) for h in outcome.unplaced[:20]))
            parts.append(self.tr(
                "Not found again on their pages, so not marked: {count} (pages {pages}). Mark them by hand."
            ).format(count=len(outcome.unplaced), pages=pages))
        self._say(" ".join(parts))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space turns all selected hits on or off; Return shows the place."""
        if watched is self.view and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Space:
                self.model.toggle(self._selected_rows())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._show_place()
                return True
        return super().eventFilter(watched, event)

    # -- making ------------------------------------------------------------------------------------------

    def _make_query(self, patterns: Sequence[Pattern], broken: Sequence[BrokenPattern]) -> None:
        self.mode = QComboBox(self)
        self.mode.setAccessibleName(self.tr("Kind of search"))
        self.mode.view().setAccessibleName(self.tr("Kinds of search"))
        for mode, text in ((Mode.PHRASE, self.tr("Phrase")), (Mode.LIST, self.tr("List of phrases")),
                           (Mode.EXPRESSION, self.tr("Regular expression")),
                           (Mode.PATTERNS, self.tr("Patterns"))):
            self.mode.addItem(text, str(mode))
        self.line = QLineEdit(self)
        self.line.setAccessibleName(self.tr("Phrase to search for"))
        self.line.setPlaceholderText(self.tr("words as they stand in the text"))
        self.expression = QLineEdit(self)
        self.expression.setAccessibleName(self.tr("Regular expression"))
        self.expression.setPlaceholderText(self.tr(r"for example [A-Z]\d{3}-\d+"))
        chooser = QWidget(self)
        self.choose = QPushButton(self.tr("Choose &file…"), chooser)
        self._file = QLabel(self.tr("a text file with one phrase a line"), chooser)
        self._file.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(chooser)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choose)
        row.addWidget(self._file, 1)
        self.patterns = QListWidget(self)
        self.patterns.setAccessibleName(self.tr("Patterns to search for"))
        self.patterns.setMaximumHeight(self.fontMetrics().lineSpacing() * 7)
        self.patterns.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.patterns.setTextElideMode(Qt.TextElideMode.ElideRight)
        for pattern in patterns:
            item = QListWidgetItem(f"{pattern.name} · {pattern.about}" if pattern.about else pattern.name)
            item.setData(Qt.ItemDataRole.UserRole, pattern.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setToolTip(words.tip(", ".join(pattern.examples)))
            self.patterns.addItem(item)
        self._broken = QLabel("\n".join(self.tr("Not used: {file} ({why})").format(
            file=isolated(b.file), why=b.reason) for b in broken), self)
        self._broken.setTextFormat(Qt.TextFormat.PlainText)
        self._broken.setVisible(bool(broken))
        self._what = QStackedWidget(self)
        for widget in (self.line, chooser, self.expression, self.patterns):
            holder = QWidget(self)
            inner = QVBoxLayout(holder)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
            self._what.addWidget(holder)
        self.whole = QCheckBox(self.tr("&Whole words"), self)
        self.whole.setChecked(True)
        self.case = QCheckBox(self.tr("Match &case"), self)
        self.fuzzy = QCheckBox(self.tr("Misread &letters too, likeness from"), self)
        self.fuzzy.setToolTip(self.tr("For recognised text: finds words in which a scanner misread letters"))
        self.likeness = QSpinBox(self)
        self.likeness.setRange(60, 99)
        self.likeness.setValue(FUZZY_START)
        self.likeness.setSuffix("%")
        self.likeness.setAccessibleName(self.tr("Least likeness of misread words"))
        self.scope = QComboBox(self)
        self.scope.setAccessibleName(self.tr("Where to search"))
        self.scope.view().setAccessibleName(self.tr("Places to search"))
        for value, text in (("here", self.tr("this document")), ("case", self.tr("its whole case")),
                            ("all", self.tr("all documents"))):
            self.scope.addItem(text, value)
        self.go = QPushButton(self.tr("&Search"), self)
        self.go.setDefault(True)
        self.mode.currentIndexChanged.connect(self._show_mode)
        self.choose.clicked.connect(self._choose_file)
        self.go.clicked.connect(self._on_go)

    def _make_results(self) -> None:
        self.view = plain_table(self)
        self.view.setModel(self.model)
        self.view.setSelectionMode(self.view.SelectionMode.ExtendedSelection)
        self.view.setAccessibleName(self.tr("Hits"))
        self.view.installEventFilter(self)
        wide = self.fontMetrics().averageCharWidth()
        widths = {HitsModel.MARK: 7, HitsModel.DOCUMENT: 24, HitsModel.PAGE: 6, HitsModel.LABEL: 20}
        for column, characters in widths.items():
            self.view.setColumnWidth(column, characters * wide)
        self.columns = Columns(self.view, HitsModel.TEXT, name="hits", measures=False)
        self.picture = SpanPicture(self, aside=PICTURE_ASIDE_PT)
        self.picture.setAccessibleName(self.tr("Picture of the hit"))
        self._count = QLabel(self)
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setWordWrap(True)
        self._count.setAccessibleName(self.tr("Result"))
        self.all = QPushButton(self.tr("Include &all"), self)
        self.none = QPushButton(self.tr("&Leave all out"), self)
        self.codes = CodesEdit(self)
        self.codes.setAccessibleName(self.tr("Codes of the marks"))
        self.codes.setPlaceholderText(self.tr("exemption codes, separated by commas"))
        self.note = QLineEdit(self)
        self.note.setAccessibleName(self.tr("Note of the marks"))
        self.mark = QPushButton(self)
        self.mark.setAccessibleName(self.tr("Mark the included hits"))
        self.all.clicked.connect(lambda: self.model.include(range(self.model.rowCount()), True))
        self.none.clicked.connect(lambda: self.model.include(range(self.model.rowCount()), False))
        self.mark.clicked.connect(self._on_mark)
        self.model.dataChanged.connect(self._show_counts)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._place_timer.start())
        self.view.clicked.connect(lambda *_: self._place_timer.start())
        for button in (self.choose, self.all, self.none, self.mark):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.mode)
        top.addWidget(self._what, 1)
        top.addWidget(self.go)
        for n in (0, 2):
            top.setAlignment(top.itemAt(n).widget(), Qt.AlignmentFlag.AlignTop)
        options = QHBoxLayout()
        for widget in (self.whole, self.case, self.fuzzy, self.likeness):
            options.addWidget(widget)
        options.addStretch(1)
        within = QLabel(self.tr("&In"), self)
        within.setBuddy(self.scope)
        options.addWidget(within)
        options.addWidget(self.scope)
        counts = QHBoxLayout()
        counts.addWidget(self._count, 1)
        counts.addWidget(self.all)
        counts.addWidget(self.none)
        form = QFormLayout()
        form.addRow(self.tr("C&odes"), self.codes)
        form.addRow(self.tr("&Note"), self.note)
        end = QHBoxLayout()
        end.addStretch(1)
        end.addWidget(self.mark)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self._broken)
        layout.addLayout(options)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.picture)
        layout.addLayout(counts)
        layout.addLayout(form)
        layout.addLayout(end)
        in_order(self.mode, self.line, self.choose, self.expression, self.patterns, self.go, self.whole,
                 self.case, self.fuzzy, self.likeness, self.scope, self.view, self.all, self.none,
                 self.codes, self.note, self.mark)

    # -- doing -------------------------------------------------------------------------------------------

    def _show_mode(self) -> None:
        mode = Mode(self.mode.currentData())
        self._what.setCurrentIndex(self.mode.currentIndex())
        tall = self.patterns.maximumHeight() if mode is Mode.PATTERNS else self.go.sizeHint().height()
        self._what.setFixedHeight(tall)
        is_words = mode in (Mode.PHRASE, Mode.LIST)
        for widget in (self.fuzzy, self.likeness):
            widget.setEnabled(is_words)
        for widget in (self.whole, self.case):
            widget.setEnabled(mode is not Mode.PATTERNS)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("List of phrases"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Text files (*.txt *.csv)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: self.set_phrases(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_go(self) -> None:
        if self._is_searching:
            self.stop_wanted.emit()
        else:
            self.search_wanted.emit(self.query(), str(self.scope.currentData()))

    def _on_mark(self) -> None:
        self.mark_wanted.emit(self.model.included, split_codes(self.codes.text()), self.note.text())

    def _selected_rows(self) -> list[int]:
        ranges = self.view.selectionModel().selection()
        return sorted({row for r in ranges for row in range(r.top(), r.bottom() + 1)})

    def _show_place(self) -> None:
        row = self.view.currentIndex().row()
        if 0 <= row < self.model.rowCount() and self.isVisible():
            self.place_wanted.emit(self.model.hit(row))

    def _show_counts(self) -> None:
        count, chosen = self.model.rowCount(), self.model.included_count
        if self._is_searching:
            text = self.tr("Searching… {count} found so far").format(count=count)
        elif count >= MOST_HITS:
            text = self.tr("The first {count} hits; narrow the search for the others").format(count=count)
        elif count:
            hits = self.tr("1 hit") if count == 1 else self.tr("{count} hits").format(count=count)
            text = self.tr("{hits}, {chosen} included. Space turns selected ones on or off.").format(
                hits=hits, chosen=chosen)
        elif self._has_searched:
            text = self.tr("No hits. Text that a box hides is never searched.")
        else:
            text = self.tr("Nothing is searched yet. What is found can be looked at before it is marked.")
        if self._left_out:
            text += " " + self.tr("⚠ Documents still being read, and not searched: {count}.").format(
                count=self._left_out)
        self._say(text)
        self.go.setText(self.tr("&Stop") if self._is_searching else self.tr("&Search"))
        self.mark.setText(self.tr("&Mark 1 hit") if chosen == 1 else
                          self.tr("&Mark {count} hits").format(count=chosen))
        self.mark.setEnabled(
            self._is_writable and chosen > 0 and not self._is_searching and not self._is_marking)

    def _say(self, text: str) -> None:
        self._count.setText(text)
