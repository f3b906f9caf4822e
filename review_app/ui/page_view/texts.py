"""The words of the pages on screen, asked for when they are needed and kept while they fit."""

from __future__ import annotations

import weakref
from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from review_app.domain.errors import ReviewError
from review_app.domain.pictures import PlacedWord
from review_app.ui.bridge import call_on_main_thread, prepare
from review_app.ui.page_view.page_text import PageText
from review_app.ui.page_view.source import PageSource

KEPT = 64
"""Pages whose words are kept: a page of text takes about 100 kB."""


class Texts(QObject):
    """Pages as text to point at. ``arrived`` carries the page whose words came. Main thread only."""

    arrived = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        prepare()
        self._source: PageSource | None = None
        self._held: OrderedDict[int, PageText] = OrderedDict()
        self._asked: set[int] = set()
        self._lettered: set[int] = set()
        self._failed: set[int] = set()
        self._era = 0

    def set_source(self, source: PageSource | None) -> None:
        """Take words from another document; those of the last one go."""
        self._source = source
        self._held.clear()
        self._asked.clear()
        self._lettered.clear()
        self._failed.clear()
        self._era += 1

    def get(self, page: int) -> PageText | None:
        """The text of a page; None while it is on its way, which this call begins."""
        found = self._held.get(page)
        if found is not None:
            self._held.move_to_end(page)
            return found
        if self._source is not None and page not in self._asked:
            self._asked.add(page)
            self._ask(self._source, page)
        return None

    def want_letters(self, page: int) -> None:
        """Somebody is about to draw here: the edges of letters come too, in place of the words alone."""
        if self._source is not None and page and page not in self._lettered:
            self._lettered.add(page)
            self._ask(self._source, page, letters=True)

    def try_again(self, page: int) -> None:
        """The words of a page that could not be read are asked for anew when they are needed next."""
        if page in self._failed:
            self._failed.discard(page)
            self._lettered.discard(page)
            self._held.pop(page, None)

    def peek(self, page: int) -> PageText | None:
        """The text of a page if it is here; asks for nothing."""
        return self._held.get(page)

    def _ask(self, source: PageSource, page: int, *, letters: bool = False) -> None:
        era, self_ref = self._era, weakref.ref(self)

        def on_main_thread(found: list[PlacedWord] | ReviewError) -> None:
            texts = self_ref()
            if texts is not None and isValid(texts) and texts._era == era:
                texts._on_words(page, found, letters=letters)

        def told(found: list[PlacedWord] | ReviewError) -> None:
            call_on_main_thread(lambda: on_main_thread(found))

        if letters:
            source.want_words(page, told, letters=True)
        else:
            source.want_words(page, told)

    def _on_words(self, page: int, found: list[PlacedWord] | ReviewError, *, letters: bool) -> None:
        if letters and isinstance(found, ReviewError):
            return  # the words are what there is
        if not letters:
            self._asked.discard(page)
            if page in self._lettered and page in self._held:
                return  # those with letters were quicker
        # A page whose words cannot be read has none to select; its picture says what is wrong.
        if isinstance(found, ReviewError):
            self._failed.add(page)
            found = []
        else:
            self._failed.discard(page)
        self._held[page] = PageText(found)
        while len(self._held) > KEPT:
            self._lettered.discard(self._held.popitem(last=False)[0])
        self.arrived.emit(page)
