"""Search over the released text, and the list of hits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.display import shown
from review_app.domain.rows import Hit
from review_app.ui import words
from review_app.ui.typing import clearable

_HIT = int(Qt.ItemDataRole.UserRole) + 1


class FindPanel(QWidget):
    """Words to find, where to look, and the pages that hold them. A hit shows its page."""

    search_wanted = Signal(str, bool)
    """Words, and whether all documents are searched."""
    search_ended = Signal()
    """The words were wiped out: nothing is searched any more."""
    hit_chosen = Signal(object, str)
    """The hit and the words that were searched."""

    def __init__(self, document_name: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document_name = document_name
        self._words = ""
        self.not_searched: Callable[[bool], str] = lambda _everywhere: ""
        """What a search of this document, or of all, leaves out, in words; empty when it is nothing."""
        label = QLabel(self.tr("&Words"), self)
        self.line = QLineEdit(self)
        self.line.setAccessibleName(self.tr("Words to find"))
        self.line.setPlaceholderText(self.tr("find in released text"))
        clearable(self.line)
        self.line.setToolTip(self.tr(
            'Whole words, all on one page. prison* finds prisons too; "in quotes" finds words side by side.'))
        label.setBuddy(self.line)
        self._go = QPushButton(self)
        self._go.setText(self.tr("Find"))
        self._go.setAccessibleName(self.tr("Find"))
        self.everywhere = QCheckBox(self.tr("In &all documents"), self)
        self.everywhere.setAccessibleName(self.tr("Search all documents"))
        self._count = QLabel(self)
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setWordWrap(True)
        self._count.setAccessibleName(self.tr("Result of the search"))
        self.hits = QListWidget(self)
        self.hits.setAccessibleName(self.tr("Hits"))
        self.hits.setWordWrap(True)
        self.hits.setAlternatingRowColors(True)
        self.hits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.line, 1)
        row.addWidget(self._go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 6, 4, 0)
        layout.addLayout(row)
        layout.addWidget(self.everywhere)
        self._count.setText(self._how())
        layout.addWidget(self._count)
        layout.addWidget(self.hits, 1)
        self.setFocusProxy(self.line)
        self.line.returnPressed.connect(self._search)
        self.line.textChanged.connect(self._on_text)
        self._go.clicked.connect(self._search)
        self.hits.itemActivated.connect(self._on_chosen)
        self.hits.itemClicked.connect(self._on_chosen)

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self.line, self._go, self.everywhere, self.hits]

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """The first hits of the last search, or that there are none."""
        self.hits.clear()
        self._append(hits)
        if hits:
            self.hits.setCurrentRow(0)
            self.hits.setFocus()

    def add_hits(self, hits: Sequence[Hit]) -> None:
        """More hits of the same search; what is chosen stays."""
        self._append(hits)

    def _append(self, hits: Sequence[Hit]) -> None:
        for hit in hits:
            place = self.tr("{name}, page {page}").format(
                name=self._document_name(hit.document_id), page=hit.page
            )
            item = QListWidgetItem(f"{place}\n{shown(' '.join(hit.snippet.split()))}")
            item.setData(_HIT, hit)
            item.setToolTip(words.tip(item.text()))
            self.hits.addItem(item)
        count, left_out = self.hits.count(), self.not_searched(self.everywhere.isChecked())
        said = self.tr("Pages with these words: {count}").format(count=count) if count else self.tr(
            "Nothing found. Whole words are sought, all on one page; a word with * at its end finds all "
            "that begin so.")
        self._count.setText(f"⚠ {left_out}\n{said}" if left_out else said)

    def select_hit(self, hit: Hit) -> None:
        """Point at a hit of the list that is shown on the pages now; the keyboard stays where it is."""
        for row in range(self.hits.count()):
            if self.hits.item(row).data(_HIT) == hit:
                self.hits.setCurrentRow(row)
                return

    def _how(self) -> str:
        return self.tr("Return finds.")

    def _on_text(self, text: str) -> None:
        if not text.strip() and self._words:
            self._words = ""
            self.hits.clear()
            self._count.setText(self._how())
            self.search_ended.emit()

    def _search(self) -> None:
        self._words = self.line.text().strip()
        if self._words:
            self._count.setText(self.tr("Searching…"))
            self.search_wanted.emit(self._words, self.everywhere.isChecked())

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.hit_chosen.emit(item.data(_HIT), self._words)
