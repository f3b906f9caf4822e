"""What stands around the page view: pages, bookmarks, the map, the line of the stamps; names of pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from review_app.domain.dispositions import PageDisposition
from review_app.domain.errors import ReviewError
from review_app.domain.outline import Outline
from review_app.domain.rows import DocumentRow, PageRow
from review_app.ui.beside import Beside
from review_app.ui.bridge import call_on_main_thread
from review_app.ui.current import Current
from review_app.ui.page_view.source import DocumentSource
from review_app.ui.page_view.view import PageView
from review_app.ui.panels.banner import Banner
from review_app.ui.panels.outline import OutlinePanel
from review_app.ui.panels.page_pictures import PicturesPanel
from review_app.ui.panels.span_map import SpanMap

if TYPE_CHECKING:
    from review_app.review.desk import Desk

PATIENCE_MS = 150
"""Milliseconds a document is shown before its bookmarks are asked for: its first page comes first, and who
leafs through documents wants none of them."""

FOLLOW_MS = 30
"""Milliseconds after which the small pictures of pages follow the page in view."""

REREAD_MS = 250
"""Milliseconds after a change until the dispositions of pages are read again: not within a key press."""


class Parts(QObject):
    """Has the panels of pages and bookmarks, the map and the banner, and keeps them with the page view."""

    labels_changed = Signal()
    stopping = Signal()
    """The window is closing, and the desk with it: whoever reads in a thread of its own ends that."""

    def __init__(self, desk: Desk, current: Current, page: PageView, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._page = page
        self.pictures = PicturesPanel(window)
        self.bookmarks = OutlinePanel(window)
        self.map = SpanMap(page, window)
        self.banner = Banner(window)
        self.beside = Beside(desk, current, page, window)
        self.beside.closed.connect(self.beside.toggle)
        self._document_id = ""
        self.outline = Outline()
        self._reader: threading.Thread | None = None
        self._ask_timer = self._timer(PATIENCE_MS, self._ask)
        self._reread_timer = self._timer(REREAD_MS, self._reread)
        self._current = current
        current.document_refreshed.connect(lambda _row: self._reread_timer.start())
        current.spans_changed.connect(self._on_spans)
        current.record_changed.connect(self.banner.show_record)
        self.banner.place_wanted.connect(current.want_place)
        self._follow_timer = self._timer(FOLLOW_MS, lambda: self.pictures.set_current(page.current_page))
        page.page_changed.connect(self._on_page)
        self.pictures.page_wanted.connect(page.go_to_page)
        self.bookmarks.place_wanted.connect(self._go)
        self.map.place_wanted.connect(self._go)

    def show_document(self, row: DocumentRow | None, pages: tuple[PageRow, ...]) -> None:
        """Another document is shown."""
        self._document_id = row.id if row is not None else ""
        source = DocumentSource(self._desk.page_images, row.id) if row is not None else None
        self.pictures.set_document(self._document_id, source, pages)
        self.map.set_pages(pages)
        self._take(Outline())
        self.bookmarks.show_note(self.tr("Reading the bookmarks…") if row is not None else
                                  self.tr("No document is open."))
        self._follow()
        if row is not None:
            self._ask_timer.start()
        else:
            self._ask_timer.stop()

    def set_pages(self, pages: tuple[PageRow, ...]) -> None:
        """The sizes of the pages are others now: they come in as a document is read."""
        self.pictures.set_pages(pages)
        self.map.set_pages(pages)
        self.map.set_spans(self._current.spans)

    def stop(self) -> None:
        """Ask nothing more: the window is closing, and the desk with it."""
        for timer in (self._ask_timer, self._reread_timer, self._follow_timer):
            timer.stop()
        self.stopping.emit()
        self.beside.stop()
        if self._reader is not None:
            self._reader.join(timeout=5.0)

    def _timer(self, interval_ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(call)
        return timer

    def _ask(self) -> None:
        document_id = self._document_id

        def on_done(found: Outline | ReviewError) -> None:
            call_on_main_thread(lambda: self._on_outline(document_id, found))

        self._desk.outlines.want(document_id, on_done)

    def _on_outline(self, document_id: str, found: Outline | ReviewError) -> None:
        if not isValid(self) or document_id != self._document_id:
            return
        if isinstance(found, ReviewError):  # no problem to solve: the document can be reviewed without
            self.bookmarks.show_note(self.tr("The bookmarks cannot be read: {what}").format(what=found.what))
            return
        self.bookmarks.show_entries(found.entries, is_cut=found.is_cut)
        self._take(found)
        self._follow()

    def _take(self, outline: Outline) -> None:
        self.outline = outline
        self.pictures.set_labels(outline.labels)
        self.labels_changed.emit()

    def _on_page(self, number: int) -> None:
        """The page comes first: its small pictures follow when it is painted, no more often than one sees."""
        self.bookmarks.show_page(number)
        if not self._follow_timer.isActive():
            self._follow_timer.start()

    def _follow(self) -> None:
        self.pictures.set_current(self._page.current_page)
        self.bookmarks.show_page(self._page.current_page)

    def _go(self, page: int, top: float) -> None:
        self._page.go_to_page(page)
        if top > 0:
            self._page.bring_into_view(page, 0.0, top)

    def _on_spans(self, spans: object) -> None:
        self.pictures.set_spans(spans)
        self.map.set_spans(spans)
        self._reread_timer.start()

    def _reread(self) -> None:
        """Find out what became of each page, said by somebody or following from its spans. In a thread: on
        thousands of pages it takes a tenth of a second, and somebody may be scrolling."""
        document, spans, desk = self._current.document, self._current.all_spans, self._desk
        if document is None or document.coming is not None:
            self.pictures.set_dispositions({})
            return
        if self._reader is not None and self._reader.is_alive():
            self._reread_timer.start()
            return
        document_id = document.id

        def read() -> None:
            with suppress(ReviewError):  # removed meanwhile, or the disk is gone: others say so
                state = desk.dispositions.of_document(document_id, spans)
                found = {page.number: page.disposition for page in state.pages}
                call_on_main_thread(lambda: self._on_dispositions(document_id, found))

        self._reader = threading.Thread(target=read, name="dispositions", daemon=True)
        self._reader.start()

    def _on_dispositions(self, document_id: str, found: Mapping[int, PageDisposition]) -> None:
        if isValid(self) and document_id == self._document_id:
            self.pictures.set_dispositions(found)
