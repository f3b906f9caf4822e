"""Small pictures of pages: asked for while in view, at the back of the queue, kept while they fit."""

from __future__ import annotations

import weakref
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from review_app.domain.errors import ReviewError
from review_app.domain.pictures import PictureKey, Rank, Wish
from review_app.ui.bridge import call_on_main_thread, prepare
from review_app.ui.page_view.cache import PieceCache, PieceKey
from review_app.ui.page_view.pictures import Piece
from review_app.ui.page_view.source import PageSource, PictureLike

BUDGET_BYTES = 24 * 2**20
"""Pictures kept: about 200 pages at the least scale; those scrolled past longest ago go first."""

LEAST_SCALE = 18 / 72
"""Pixels a point a page is drawn with at least: below 18 dpi lines of type melt into grey."""

MOST_SCALE = 36 / 72
"""Pixels a point at most, for wide panels on dense screens."""


class Thumbnails(QObject):
    """What is known of the small pictures of one document. Main thread only.

    ``arrived`` carries the page whose picture or failure came.
    """

    arrived = Signal(int)

    def __init__(self, parent: QObject | None = None, *, budget: int = BUDGET_BYTES) -> None:
        super().__init__(parent)
        prepare()
        self._cache: PieceCache[Piece] = PieceCache(budget)
        self._source: PageSource | None = None
        self._document_id = ""
        self._asked: dict[PictureKey, Wish] = {}
        self._failed: set[int] = set()
        self._era = 0

    @property
    def is_waiting(self) -> bool:
        """True while pictures are on their way."""
        return bool(self._asked)

    @property
    def bytes_held(self) -> int:
        """Bytes of pictures kept."""
        return self._cache.bytes_held

    def set_source(self, source: PageSource | None, document_id: str) -> None:
        """Take pictures of another document; those of the last one stay while they fit."""
        self.want(())
        self._era += 1
        self._source = source
        self._document_id = document_id
        self._asked = {}
        self._failed.clear()
        if source is None:
            self._cache.clear()

    def key(self, page: int, scale: float) -> PieceKey:
        """The picture of a page at ``scale`` device pixels a point, within what is drawn at all."""
        bounded = min(max(scale, LEAST_SCALE), MOST_SCALE)
        # Tenths, so that a few pixels more or less of the panel do not draw all pages anew.
        return PieceKey(self._document_id, page, round(bounded * 20) * 500)

    def picture(self, key: PieceKey) -> Piece | None:
        """The picture, or the same page at another scale; None when neither is here."""
        found = self._cache.get(key)
        if found is None:
            other = self._cache.stand_in(key)
            found = other[1] if other else None
        return found

    def has_failed(self, page: int) -> bool:
        """True when the page could not be drawn."""
        return page in self._failed

    def want(self, keys: Sequence[PieceKey]) -> None:
        """Replace all that is wanted, most important first: what is no longer in view is not drawn."""
        if self._source is None:
            return
        missing = [k for k in keys if k not in self._cache and k.page not in self._failed]
        wishes = {}
        for key in missing:
            wish = Wish(PictureKey(key.document_id, key.page, key.scale), Rank.THUMBNAIL)
            wishes[wish.key] = wish
        if wishes.keys() != self._asked.keys():
            self._asked = wishes
            self._ask(self._source, list(wishes.values()))

    def _ask(self, source: PageSource, wishes: Sequence[Wish]) -> None:
        era, self_ref = self._era, weakref.ref(self)

        def on_main_thread(wish: Wish, result: PictureLike | ReviewError) -> None:
            thumbnails = self_ref()
            if thumbnails is not None and isValid(thumbnails) and thumbnails._era == era:
                thumbnails._on_result(wish, result)

        source.want(wishes, lambda wish, result: call_on_main_thread(lambda: on_main_thread(wish, result)))

    def _on_result(self, wish: Wish, result: PictureLike | ReviewError) -> None:
        page = wish.key.page
        self._asked.pop(wish.key, None)
        try:
            if isinstance(result, ReviewError):
                raise result
            piece = Piece(result)
        except ReviewError:
            if not wish.is_coarse:
                self._failed.add(page)  # the page view says why
        else:
            key = PieceKey(wish.key.document_id, page, round(wish.key.scale * 10_000))
            self._cache.put(key, piece, piece.size_bytes)
        self.arrived.emit(page)
