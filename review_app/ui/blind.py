"""A blind second look in the window: what it hides, where it goes next, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from review_app.domain.geometry import Rect
from review_app.domain.rows import RecordRow, SpanRow
from review_app.ui import words
from review_app.ui.current import Current
from review_app.ui.panels.mode_bar import ModeBar
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.review.second_look import Sample

DEFAULT_PAGES = 10
ACTIONS = ("review.page_done", "review.leave_look", "review.end_look")


class BlindLens:
    """Documents without what anybody found: only one's own marks of the sample, and no record."""

    def __init__(self, sample: Sample, spans: Callable[[str, str], Sequence[SpanRow]]) -> None:
        self.sample = sample
        self._spans = spans

    def spans(self, document_id: str) -> Sequence[SpanRow]:
        """One's own marks."""
        return self._spans(self.sample.id, document_id)

    def record(self, document_id: str) -> Sequence[RecordRow]:
        """Nothing: stamps name the codes of what is withheld."""
        return ()


class Blind(QObject):
    """Begins, goes on with and ends second looks."""

    place_wanted = Signal(str, int, object)
    """Somebody wants to see a place: document, page, rectangle."""

    def __init__(
        self, desk: Desk, current: Current, problems: Problems, bar: ModeBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._current = current
        self._problems = problems
        self._bar = bar
        self._window = window

    @property
    def lens(self) -> BlindLens | None:
        """The second look that is shown, None when none is."""
        lens = self._current.lens
        return lens if isinstance(lens, BlindLens) else None

    def begin(self) -> None:
        """Go on with the second look that is open, or ask how many pages to draw."""
        if self._desk.second_look.current() is not None:
            self._enter()
            return
        dialog = QtWidgets.QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Blind second look"))
        dialog.setInputMode(QtWidgets.QInputDialog.InputMode.IntInput)
        dialog.setIntRange(1, 1000)
        dialog.setIntValue(DEFAULT_PAGES)
        dialog.setLabelText(self.tr(
            "How many pages, drawn at random from all documents that you did not work on?\n"
            "You mark what you would withhold without seeing what others found; then the two are compared."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.intValueSelected.connect(self._begin)
        dialog.open()

    def page_done(self) -> None:
        """The page of the sample on screen is done: go on with the next, or show what came of it."""
        lens = self.lens
        page = lens.sample.next_page if lens else None
        if lens is None or page is None:
            return
        sample = self._desk.second_look.finish_page(lens.sample.id, page.document_id, page.page)
        if sample.is_open:
            self._enter()
        else:
            self.leave()
            self.show_result(sample)

    def leave(self) -> None:
        """Stop looking for now; the sample waits."""
        if self.lens is not None:
            self._window.page.set_tool("select")
            self._current.look_through(None)
            if self._desk.second_look.current() is not None:
                self._problems.tell(self.tr("The second look waits for you: F9 goes on with it."))

    def give_up(self) -> None:
        """End the sample for good, without a rate."""
        lens = self.lens
        if lens is not None:
            self._desk.second_look.end(lens.sample.id)
            self.leave()

    def draw(self, page: int, rect: Rect) -> bool:
        """Take a drawn area as a blind mark; False when no second look is shown."""
        lens, document = self.lens, self._current.document
        if lens is None or document is None:
            return False
        self._current.select([self._desk.second_look.mark(lens.sample.id, document.id, page, rect)])
        return True

    def remove(self) -> bool:
        """Take the selected blind marks back; False when no second look is shown."""
        lens = self.lens
        if lens is None:
            return False
        self._desk.second_look.unmark(lens.sample.id, self._current.selected_ids)
        return True

    def show_results(self) -> None:
        """What came of the newest finished second look."""
        finished = self._desk.second_look.finished()
        if finished:
            self.show_result(finished[0])
        else:
            self._problems.tell(self.tr("No second look is finished yet. F9 begins one."))

    def show_result(self, sample: Sample) -> None:
        """The rates of a finished sample and where the two differ."""
        from review_app.ui.dialogs.agreement import AgreementDialog  # not needed to start

        dialog = AgreementDialog(sample, self._desk.second_look.agreement(sample.id),
                                 self._current.document_name, self._window)
        dialog.place_wanted.connect(self.place_wanted)
        dialog.open()

    def _begin(self, size: int) -> None:
        self._window.commands.attempt(lambda: (self._desk.second_look.draw(size), self._enter()))

    def _enter(self) -> None:
        sample = self._desk.second_look.current()
        page = sample.next_page if sample is not None else None
        if sample is None or page is None:
            return
        # First the lens: not for a moment is anything of the first person on screen.
        self._current.look_through(BlindLens(sample, self._desk.second_look.spans))
        self._current.show_document(page.document_id)
        self._window.page.go_to_page(page.page)
        self._window.page.set_tool("draw")
        self._window.page.setFocus()
        number = sample.pages.index(page) + 1
        name = words.short(self._current.document_name(page.document_id), 40)
        self._bar.say(self.tr(
            "◎ Blind second look, {number} of {count}: page {page} of {name}. Mark what you would withhold; "
            "what others found is hidden."
        ).format(number=number, count=len(sample.pages), page=page.page, name=name), ACTIONS)
