"""The spans of the shown document: table, and the chips that filter it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from review_app.domain.bands import Limits
from review_app.domain.rows import Coming, SpanRow
from review_app.domain.vocabulary import Arrival
from review_app.ui.differences import differences
from review_app.ui.models.spans import SpansModel
from review_app.ui.panels.columns import Columns
from review_app.ui.panels.filter_chips import FilterChips
from review_app.ui.panels.limits import LimitsPanel
from review_app.ui.panels.tables import EmptyNote, plain_table, select_ids, selected_ids


class SpansPanel(QWidget):
    """Selecting rows here selects the spans on the page, and the other way round."""

    spans_chosen = Signal(object)
    """The user selected these spans: list of ids."""
    filter_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = SpansModel(self)
        self.view = plain_table(self)
        self.view.setModel(self.model)
        self.view.setSelectionMode(self.view.SelectionMode.ExtendedSelection)
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.setAccessibleName(self.tr("Spans"))
        self.view.setAccessibleDescription(self.tr("Withheld spans of the shown document"))
        header = self.view.horizontalHeader()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.view.setSortingEnabled(True)
        self.columns = Columns(self.view, SpansModel.CODES, name="spans")
        self.chips = FilterChips(self)
        self.chips.changed.connect(self._on_chip)
        self.limits = LimitsPanel(self)
        # A few rows are always seen, however much room the chips above them take.
        self.view.setMinimumHeight(self.view.verticalHeader().defaultSectionSize() * 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.chips)
        layout.addWidget(self.limits)
        layout.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self._empty = EmptyNote(self.view)
        self._has_document = False
        self._instead = ""
        self._hidden_count = 0
        self._count = 0
        self._waiting = 0
        self._test: Callable[[SpanRow], bool] | None = None
        self._counted: tuple[SpanRow, ...] = ()
        self._coming: Coming | None = None
        self._shown_ids: frozenset[str] | None = None
        self._wanted: tuple[str, ...] = ()
        self._is_following = False
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.model.modelReset.connect(self._on_model_reset)
        self.model.rowsInserted.connect(self._on_model_reset)
        self.show_spans(())

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [*self.chips.tab_stops, *self.limits.tab_stops, self.view]

    @property
    def is_undecided_only(self) -> bool:
        """Whether only undecided spans are listed."""
        return self.chips.filter.undecided

    def set_undecided_only(self, on: bool) -> None:
        """List undecided spans only, or all."""
        self.chips.set_undecided(on)

    def show_limits(self, limits: Limits) -> None:
        """The bands lie elsewhere now; the spans that are shown follow."""
        self.limits.show_limits(limits)
        self.model.set_limits(limits)

    def show_spans(self, rows: tuple[SpanRow, ...], everything: tuple[SpanRow, ...] | None = None) -> None:
        """The spans that are shown changed; ``everything`` are those and the hidden ones."""
        hidden = len(everything) - len(rows) if everything is not None else 0
        self._hidden_count = hidden
        self.limits.show_hidden(hidden)
        self._shown_ids = frozenset(s.id for s in rows) if hidden else None
        self.model.set_rows_filtered(everything if everything is not None else rows, self._wanted_rows())
        gone, come = differences(self._counted, rows)
        self._counted = rows
        self._waiting += sum(s.is_undecided for s in come) - sum(s.is_undecided for s in gone)
        self.chips.show_counts(rows, self._waiting)
        self._count = len(rows)
        self._say_why_empty()

    def show_document(self, is_open: bool, coming: Coming | None = None) -> None:
        """A document is shown, or none, or its scan went on; its spans follow."""
        self._has_document = is_open
        self._coming = coming
        self._say_why_empty()

    def say_instead(self, text: str) -> None:
        """What an empty table says while it cannot know what was found; empty for its own words."""
        self._instead = text
        self._say_why_empty()

    def select(self, ids: Iterable[str]) -> None:
        """The selection changed elsewhere."""
        self._wanted = tuple(ids)
        visible = [i for i in self._wanted if self.model.row_of(i) is not None]
        if sorted(selected_ids(self.view)) == sorted(visible):
            return
        self._is_following = True
        try:
            select_ids(self.view, self.model, visible)
        finally:
            self._is_following = False

    def _say_why_empty(self) -> None:
        if not self._has_document:
            text = ""
        elif self._instead:
            text = self._instead
        elif self._coming is not None:
            text = self.tr("Not scanned: nobody knows yet what is withheld here.") \
                if self._coming.state is Arrival.FAILED else self.tr("Nothing was found so far.")
        elif self._hidden_count and not self._count:
            text = self.tr("All spans of this document are hidden. Lower the limit they are shown from.")
        elif self._count and not replace(self.chips.filter, undecided=False).is_open:
            text = self.tr("No span passes the chips above. All (Shift+U) lists every span again.")
        elif self._count and self.is_undecided_only:
            text = self.tr("All spans of this document are decided. N goes on to the next document.")
        else:
            # Not "nothing is withheld": what nobody found may still be there to be seen.
            text = self.tr("The program found no withheld span here. It does not see everything: look at the "
                           "pages, and draw (D) what it missed.")
        self._empty.say(text)

    def _on_chip(self) -> None:
        self._test = self.chips.filter.test()
        self._say_why_empty()
        self.model.set_filter(self._wanted_rows())
        self.filter_changed.emit()

    def _wanted_rows(self) -> Callable[[SpanRow], bool] | None:
        ids, test = self._shown_ids, self._test
        if ids is None:
            return test
        return (lambda s: s.id in ids) if test is None else (lambda s: s.id in ids and test(s))

    def _on_model_reset(self, *_: object) -> None:
        self.select(self._wanted)

    def _on_selection_changed(self) -> None:
        if not self._is_following:
            self.spans_chosen.emit(selected_ids(self.view))
