"""What the window has of pages, two people, second looks and the past: panels, and who hears of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from review_app.domain.dispositions import PageDisposition, page_numbers
from review_app.ui.current import Current
from review_app.ui.page_view.view import PageView
from review_app.ui.panels.pages import PagesPanel

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.ui.commands import Commands


class Together(QObject):
    """Made by the window; knows the panels of this part and nothing of where they stand."""

    def __init__(
        self, desk: Desk, current: Current, commands: Commands, page: PageView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._current = current
        self._commands = commands
        self._page = page
        self._is_stale = False
        self.pages = PagesPanel()
        self.pages.page_chosen.connect(page.go_to_page)
        self.pages.wanted.connect(self._set_disposition)
        self.pages.taken_back.connect(self._clear_disposition)
        self.pages.shown.connect(self._refresh_pages)
        for signal in (current.document_changed, current.document_refreshed, current.spans_changed,
                       current.record_changed, current.log_changed):
            signal.connect(self._on_news)

    def _on_news(self, *_: object) -> None:
        """After the page is painted, and only when somebody sees it: deciding must stay within its frame."""
        if not self._is_stale and self.pages.isVisible():
            self._is_stale = True
            QTimer.singleShot(0, self, self._refresh_pages)

    def _refresh_pages(self) -> None:
        self._is_stale = False
        document = self._current.document
        is_in = document is not None and document.coming is None
        spans = self._current.all_spans
        self.pages.show_state(self._desk.dispositions.of_document(document.id, spans) if is_in else None)

    def _set_disposition(self, pages: str, disposition: str, detail: str) -> None:
        document = self._current.document
        if document is not None:
            self._commands.attempt(lambda: self._desk.dispositions.set(
                document.id, page_numbers(pages, document.page_count), PageDisposition(disposition), detail))

    def _clear_disposition(self, pages: str) -> None:
        document = self._current.document
        if document is not None:
            self._commands.attempt(lambda: self._desk.dispositions.clear(
                document.id, page_numbers(pages, document.page_count)))
