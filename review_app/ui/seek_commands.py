"""Search and mark: runs the searches of its window in jobs and makes marks of what it found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from review_app.domain.errors import Cancelled, ReviewError
from review_app.ui.bridge import Bridge, Job, call_on_main_thread
from review_app.ui.current import Current
from review_app.ui.problems import Problems
from review_app.ui.window_commands import WindowCommands

if TYPE_CHECKING:
    from review_app.domain.geometry import Rect
    from review_app.review.desk import Desk
    from review_app.review.seeking import Query, SeekHit
    from review_app.ui.dialogs.seek import SeekDialog
    from review_app.ui.panels.span_picture import PageSize


class SeekCommands(WindowCommands):
    """One window, made when it is first wanted; one search at a time."""

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, problems: Problems,
        go_to_page: Callable[[int], None], size_of: PageSize, parent: QObject,
    ) -> None:
        super().__init__(desk, bridge, current, problems, go_to_page, parent)
        self._size_of = size_of
        self._dialog: SeekDialog | None = None
        self._job: Job | None = None
        self._query: Query | None = None
        self._era = 0
        self._is_writable = not desk.read_only

    @property
    def dialog(self) -> SeekDialog | None:
        """The window, once it was wanted."""
        return self._dialog

    def set_writable(self, is_writable: bool) -> None:
        """Whether marks can be made now."""
        self._is_writable = is_writable
        if self._dialog is not None:
            self._dialog.set_writable(is_writable)

    def show(self) -> None:
        """Bring the window to the front."""
        if self._dialog is None:
            from review_app.ui.dialogs.seek import SeekDialog  # not needed to start

            patterns, broken = self._desk.seeking.patterns()
            self._dialog = SeekDialog(
                patterns, broken, self._current.document_name, is_writable=self._is_writable,
                parent=self._window(),
            )
            self._dialog.picture.set_source(self._desk.page_images, self._size_of)
            self._dialog.search_wanted.connect(self._search)
            self._dialog.stop_wanted.connect(self._stop)
            self._dialog.mark_wanted.connect(self._mark)
            self._dialog.place_wanted.connect(self._show_place)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        self._dialog.line.setFocus()

    def _documents(self, scope: str) -> list[str]:
        here = self._current.document
        return [
            d.id for d in self._current.documents if d.coming is None and (
                scope == "all" or (here is not None and (d.id == here.id or (
                    scope == "case" and d.case_id is not None and d.case_id == here.case_id))))
        ]

    def _search(self, query: Query, scope: str) -> None:
        dialog = self._dialog
        if dialog is None or self._job is not None:
            return
        documents = self._documents(scope)
        coming = sum(d.coming is not None for d in self._current.documents) if scope != "here" else 0
        first = self._current.document.id if self._current.document is not None else ""
        self._era += 1
        era = self._era

        def tell(hits: Sequence[SeekHit]) -> None:
            call_on_main_thread(lambda: self._on_hits(era, hits))

        dialog.begin(coming)
        self._query = query
        job = self._job = self._bridge.run(
            lambda progress, cancel: self._desk.seeking.find(
                query, documents, tell, first=first, cancel=cancel, progress=progress),
            self.tr("Searching"),
        )
        job.succeeded.connect(lambda _count: dialog.end())
        job.failed.connect(lambda error: dialog.end(None if isinstance(error, Cancelled) else error))
        job.finished.connect(self._on_finished)

    def _on_hits(self, era: int, hits: Sequence[SeekHit]) -> None:
        if isValid(self) and era == self._era and self._dialog is not None and isValid(self._dialog):
            self._dialog.add_hits(hits)

    def _on_finished(self) -> None:
        self._job = None

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _mark(self, hits: Sequence[SeekHit], codes: Sequence[str], note: str) -> None:
        dialog, query = self._dialog, self._query
        if dialog is None or query is None or not hits or not self._is_writable:
            return
        dialog.show_marking()
        job = self._bridge.run(
            lambda progress, cancel: self._desk.seeking.mark(
                query, hits, codes=codes, note=note, progress=progress, cancel=cancel),
            self.tr("Marking hits"),
        )
        job.succeeded.connect(dialog.show_outcome)
        job.failed.connect(dialog.show_outcome)

    def _show_place(self, hit: SeekHit) -> None:
        query = self._query
        if query is None:
            return
        self._current.show_document(hit.document_id)
        self._go_to_page(hit.page)
        job = self._bridge.run(
            lambda _progress, _cancel: self._desk.seeking.place(query, hit), self.tr("Looking for the place"))
        job.succeeded.connect(lambda rects: self._on_place(hit, rects))
        job.failed.connect(lambda error: self._on_no_place(error))

    def _on_place(self, hit: SeekHit, rects: Sequence[Rect]) -> None:
        shown = self._current.document.id if self._current.document is not None else ""
        if rects and hit.document_id == shown:
            self._current.want_place(hit.page, rects[0])
            if self._dialog is not None:
                self._dialog.show_picture(hit, rects)

    def _on_no_place(self, error: ReviewError) -> None:
        if not isinstance(error, Cancelled):
            self._problems.report(error, passes=True)
