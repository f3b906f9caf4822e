"""Commands that change what is seen and nothing else: search and its hits, turning."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from review_app.domain.errors import Cancelled, ReviewError
from review_app.domain.rows import Hit
from review_app.review.search import Query
from review_app.ui.bridge import Bridge, Job, call_on_main_thread
from review_app.ui.current import Current
from review_app.ui.dialogs.ask import Ask
from review_app.ui.page_view.view import PageView
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from review_app.review.desk import Desk


class Looking(QObject):
    """The part of the window's commands that reads only. Its heir gives it what it looks at."""

    hits_found = Signal(object)
    """The first hits of a search, or none at all."""
    more_hits_found = Signal(object)
    hit_shown = Signal(object)
    """The page view went to this hit."""

    _desk: Desk
    _bridge: Bridge
    _current: Current
    _problems: Problems
    _page: PageView
    _ask: Ask

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._search: Job | None = None
        self._hits: list[Hit] = []
        self._hit: Hit | None = None

    @property
    def hit_count(self) -> int:
        """Pages that the last search found."""
        return len(self._hits)

    # Search -------------------------------------------------------------------------------------------

    def find(self, text: str, everywhere: bool) -> None:
        """Search, list the pages, and mark the words on the pages; what was searched before is forgotten."""
        shown_id = self._current.document.id if self._current.document else None
        within = None if everywhere else shown_id
        self._forget_hits()
        self._page.hits.search(Query(text).places)
        told = count(1)

        def tell(hits: list[Hit]) -> None:
            call_on_main_thread(lambda: self._take_hits(hits, is_first=next(told) == 1)
                                if self._search is job else None)

        def on_end(error: ReviewError | None) -> None:
            if self._search is not job:
                return
            self._search = None
            if error is not None and not isinstance(error, Cancelled):
                self._problems.report(error)
            elif next(told) == 1:
                self.hits_found.emit([])

        job = self._bridge.run(
            lambda _progress, cancel: self._desk.search.stream(text, within, tell, cancel),
            self.tr("Searching"),
        )
        self._search = job
        job.succeeded.connect(lambda _count: on_end(None))
        job.failed.connect(on_end)

    def forget_search(self) -> None:
        """No word is marked on the pages any more."""
        self._forget_hits()
        self._page.hits.search(None)

    def show_hit(self, hit: Hit, _text: str = "", *, is_last: bool = False) -> None:
        """Go to the page of a hit, and to the first (or last) of the words there."""
        self._current.show_document(hit.document_id)
        self._hit = hit
        self._page.hits.show(hit.page, is_last=is_last)
        self.hit_shown.emit(hit)

    def next_hit(self) -> None:
        self._step_hit(1)

    def previous_hit(self) -> None:
        self._step_hit(-1)

    def _step_hit(self, by: int) -> None:
        """The next place on the page, else the next page in the list, round at the ends."""
        if not self._hits:
            return
        here, shown = self._hit, self._current.document
        is_here = here is not None and shown is not None and here.document_id == shown.id
        if is_here and self._page.hits.step(by):
            return
        at = self._hits.index(here) if here in self._hits else (-1 if by > 0 else 0)
        self.show_hit(self._hits[(at + by) % len(self._hits)], is_last=by < 0)

    def _forget_hits(self) -> None:
        if self._search is not None:
            self._search.cancel()  # nobody waits for those hits any more
            self._search = None
        self._hits, self._hit = [], None

    def _take_hits(self, hits: list[Hit], *, is_first: bool) -> None:
        self._hits += hits
        (self.hits_found if is_first else self.more_hits_found).emit(hits)

    # View ---------------------------------------------------------------------------------------------

    def fit_selection(self) -> None:
        self._page.fit_selection()

    def rotate_right(self) -> None:
        self._page.rotate(90)

    def rotate_left(self) -> None:
        self._page.rotate(-90)
