"""The commands that make and move marks. As all commands they change no view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from review_app.domain.geometry import Rect
from review_app.domain.page_ranges import parse_pages
from review_app.review.marking import code_reading
from review_app.ui import codes_kept
from review_app.ui.current import Current
from review_app.ui.dialogs.ask import Ask
from review_app.ui.page_view.view import PageView
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from review_app.review.desk import Desk


class MarkCommands(QObject):
    """Whole pages, repeating, moving."""

    focus_wanted = Signal(str)
    codes_used = Signal(object)
    """These codes were cited: list of str."""
    filter_wanted = Signal(str)
    """A chip above the spans is pressed: ``page``, ``mine``, or ``clear`` for none."""
    favourites_changed = Signal()

    def __init__(
        self, desk: Desk, current: Current, problems: Problems, page: PageView, ask: Ask,
        attempt: Callable[[Callable[[], object]], bool], parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._current = current
        self._problems = problems
        self._page = page
        self._ask = ask
        self._attempt = attempt

    def whole_page(self) -> None:
        """Propose to withhold the page in view."""
        self._mark_pages((self._page.current_page,))

    def pages(self) -> None:
        """Ask for pages and propose to withhold them."""
        document = self._current.document
        if document is not None:
            self._ask.pages(
                self.tr("Mark whole pages"),
                self.tr("Pages to withhold, 1 to {count}, like 3, 5-8:").format(count=document.page_count),
                str(self._page.current_page),
                lambda text: self._attempt(lambda: self._mark_pages(parse_pages(text, document.page_count))),
            )

    def repeat(self) -> None:
        """Ask where to make the selected marks once more, at the same place."""
        document = self._current.document
        if document is None:
            return
        ids = self._current.selected_ids
        self._ask.repeat(
            document.page_count, has_case=document.case_id is not None,
            then=lambda text, scope: self._attempt(lambda: self._repeat(ids, text, scope)),
        )

    def adjust(self) -> None:
        """Put the keyboard where the selected mark is, and say how it moves."""
        self._page.set_tool("select")
        self.focus_wanted.emit("page")
        self._page.announce(self.tr("Ctrl and arrows move the mark, Ctrl Shift and arrows its end"))
        self._problems.tell(self.tr(
            "Ctrl+arrows move the mark, Ctrl+Shift+arrows its lower right corner; Esc drops the movement."
        ))

    def favourite(self, key: int) -> None:
        """Cite the code on a key for the selected spans, or take it away where all have it."""
        codes = codes_kept.favourites()
        if not 1 <= key <= len(codes):
            self._problems.tell(self.tr("There is no code on this key."))
            return
        code, spans = codes[key - 1], self._current.selected
        has = bool(spans) and all(any(c.code == code for c in s.codes) for s in spans)
        self._desk.marking.set_code([s.id for s in spans], code, not has)
        if not has:
            self.codes_used.emit([code])

    def favourites(self) -> None:
        """Ask which codes stand on the keys 1 to 9."""
        self._ask.pages(
            self.tr("Codes on the keys 1 to 9"),
            self.tr("Nine codes, separated by commas, in the order of the keys (empty: those of the start):"),
            ", ".join(codes_kept.favourites()), self._set_favourites,
        )

    def press_chip(self, name: str) -> None:
        """Press a chip above the spans."""
        self.filter_wanted.emit(name)

    def _set_favourites(self, text: str) -> None:
        parts = [p.strip() for p in text.replace(";", ",").split(",")]
        codes_kept.set_favourites(code_reading(p).code for p in parts if p)
        self.favourites_changed.emit()

    def reshape(self, span_id: str, rects: Sequence[Rect]) -> None:
        """A span was moved or resized on the page."""
        self._desk.marking.reshape(span_id, rects)

    def _mark_pages(self, pages: Sequence[int]) -> None:
        document = self._current.document
        if document is None:
            return
        ids = self._desk.marking.draw_pages(document.id, pages)
        if ids:
            self._current.select(ids)
        else:
            self._problems.tell(self.tr("These pages are marked whole already."))

    def _repeat(self, ids: Sequence[str], text: str, scope: str) -> None:
        here = self._current.document
        if here is None:
            return
        documents = [
            d for d in self._current.documents
            if d.coming is None and (d.id == here.id or scope == "all" or (
                scope == "case" and d.case_id == here.case_id and d.case_id is not None))
        ]
        targets: list[tuple[str, int]] = []
        for document in documents:
            # In other documents a page that is not there is no mistake: they have as many as they have.
            pages = parse_pages(text, document.page_count if document.id == here.id else max(
                document.page_count, here.page_count))
            targets += [(document.id, n) for n in pages if n <= document.page_count]
        made = self._desk.marking.repeat(ids, targets)
        self._problems.tell(self.tr("Marks made: {count}. Undo takes them back in one step.").format(
            count=len(made)) if made else self.tr("Nothing to do: the mark is at that place already."))
