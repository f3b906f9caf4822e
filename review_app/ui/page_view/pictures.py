"""The pictures of the document on screen: asked for while wanted, kept while they fit."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from shiboken6 import isValid

from review_app.domain.errors import Cancelled, ReviewError
from review_app.domain.pictures import MORE_PATIENCE_S, PATIENCE_S, PictureKey, Rank, Wish
from review_app.ui.bridge import call_on_main_thread, prepare
from review_app.ui.page_view.cache import Area, PieceCache, PieceKey
from review_app.ui.page_view.labels import tr
from review_app.ui.page_view.source import PageSource, PictureLike
from review_app.ui.page_view.tiles import Cut, cut

BUDGET_BYTES = 128 * 2**20
"""Performance study, section 9: 128 MB of pictures keeps the window under 260 MB after 5,000 pages."""

class Piece:
    """A picture and the bytes it looks into: QImage does not keep them alive."""

    __slots__ = ("data", "image")

    def __init__(self, picture: PictureLike) -> None:
        width, height, stride, data = picture.width, picture.height, picture.stride, picture.data
        if width <= 0 or height <= 0 or stride < 4 * width or len(data) < stride * height:
            # It comes from a process that read a hostile file; a wrong size would read past the bytes.
            raise ReviewError(
                tr("The picture of this page came back with a wrong size"),
                why=tr("It cannot be shown as it is"), todo=tr("Try again"),
            )
        self.data = data
        self.image = QImage(data, width, height, stride, QImage.Format.Format_RGB32)

    @property
    def size_bytes(self) -> int:
        return len(self.data)


class Pictures(QObject):
    """Keeps the wish list of the view: what is visible is asked for, what no longer is gets forgotten.

    ``arrived`` carries the page whose picture or error came. Main thread only.
    """

    arrived = Signal(int)

    def __init__(self, parent: QObject | None = None, *, budget: int = BUDGET_BYTES) -> None:
        super().__init__(parent)
        prepare()
        self._cache: PieceCache[Piece] = PieceCache(budget)
        self._source: PageSource | None = None
        self._document_id = ""
        self._asked: dict[PictureKey, Wish] = {}
        self._pinned: frozenset[PieceKey] = frozenset()
        self._errors: dict[int, ReviewError] = {}
        self._tried_again: set[int] = set()
        self._era = 0

    @property
    def bytes_held(self) -> int:
        """Bytes of pictures kept."""
        return self._cache.bytes_held

    def set_budget(self, budget: int) -> None:
        """Keep at most so many bytes; what is more goes when the next picture comes."""
        self._cache.budget = budget

    @property
    def asked(self) -> frozenset[PictureKey]:
        """What was asked for and has not come."""
        return frozenset(self._asked)

    @property
    def is_showing_less(self) -> bool:
        """True while something in view was asked for and has not come."""
        return any(wish.rank is Rank.VISIBLE for wish in self._asked.values())

    def set_source(self, source: PageSource | None) -> None:
        """Take pictures from another source; all wishes and errors of the last one are void.

        Pictures stay while they fit, so that going back to a document shows it at once: a stored document
        never changes. Without a source they go.
        """
        self._let_go()
        self._source = source
        if source is None:
            self._cache.clear()

    def set_document(self, document_id: str) -> None:
        """Pictures wanted from now on are of this document; those of others stay while they fit."""
        if document_id != self._document_id:
            self._let_go()
            self._document_id = document_id

    def cut(self, page: int, size: tuple[float, float], scale: float, turn: int = 0) -> Cut:
        """The pieces that show a page of ``size`` points (as turned) at ``scale`` device pixels per point."""
        return cut(self._document_id, page, size, scale, turn)

    def needed(self, pieces: Cut, area: Area) -> list[PieceKey]:
        """The pieces that an area of a page needs. Under tiles a coarse picture of the page comes first,
        unless one is here that is as good."""
        tiles = pieces.tiles(area)
        if pieces.is_whole or not tiles:
            return tiles
        found = self._cache.stand_in(pieces.whole)
        is_covered = found is not None and found[0].scale_e4 >= pieces.whole.scale_e4
        return tiles if is_covered else [pieces.whole, *tiles]

    def exact(self, key: PieceKey) -> Piece | None:
        """The piece itself, when it is here."""
        return self._cache.get(key)

    def lacks(self, keys: Iterable[PieceKey]) -> bool:
        """True when one of these is not here and may come."""
        return any(map(self._is_missing, keys))

    def stand_in(self, key: PieceKey) -> Piece | None:
        """The same page at another scale, when it is here."""
        found = self._cache.stand_in(key)
        return found[1] if found else None

    def error(self, page: int) -> ReviewError | None:
        """Why a page has no picture."""
        return self._errors.get(page)

    def retry(self, page: int) -> bool:
        """Forget that a page failed; the next :meth:`want` asks again, with more patience. False when it had
        not failed."""
        if self._errors.pop(page, None) is None:
            return False
        self._tried_again.add(page)
        return True

    def want(self, visible: Sequence[PieceKey], ahead: Iterable[PieceKey] = ()) -> None:
        """Replace the wish list: ``visible`` in order of importance, then at most one of ``ahead``.

        Something ahead is asked for only when it fits beside what is visible: otherwise large pages would
        throw each other out and be asked for in turn, for ever. Nothing on screen waits for it.
        """
        near = self._that_fit(visible, ahead)
        self._pinned = frozenset((*visible, *near))
        if self._source is None:
            return
        missing = [self._wish(key, Rank.VISIBLE) for key in visible if self._is_missing(key)]
        missing += [self._wish(key, Rank.AHEAD) for key in near if self._is_missing(key)][:1]
        wishes = {wish.key: wish for wish in missing}
        if wishes.keys() != self._asked.keys():
            self._asked = wishes
            self._ask(self._source, list(wishes.values()))

    def _is_missing(self, key: PieceKey) -> bool:
        return key not in self._cache and key.page not in self._errors

    def _wish(self, key: PieceKey, rank: Rank) -> Wish:
        return Wish(
            PictureKey(key.document_id, key.page, key.scale, key.part, key.turn), rank,
            has_stand_in=self._cache.stand_in(key) is not None,
            patience_s=MORE_PATIENCE_S if key.page in self._tried_again else PATIENCE_S,
        )

    def _that_fit(self, visible: Sequence[PieceKey], ahead: Iterable[PieceKey]) -> list[PieceKey]:
        room = self._cache.budget - sum(k.bytes_expected for k in visible)
        fitting = []
        for key in ahead:
            room -= key.bytes_expected
            if room < 0:
                break
            fitting.append(key)
        return fitting

    def _ask(self, source: PageSource, wishes: Sequence[Wish]) -> None:
        era, self_ref = self._era, weakref.ref(self)

        def on_main_thread(wish: Wish, result: PictureLike | ReviewError) -> None:
            pictures = self_ref()
            if pictures is not None and isValid(pictures) and pictures._era == era:
                pictures._on_result(wish, result)

        source.want(
            wishes, lambda wish, result: call_on_main_thread(lambda: on_main_thread(wish, result))
        )

    def _on_result(self, wish: Wish, result: PictureLike | ReviewError) -> None:
        page = wish.key.page
        self._asked.pop(wish.key, None)
        if isinstance(result, Cancelled):
            return
        if not isinstance(result, ReviewError):
            try:
                piece = Piece(result)
            except ReviewError as problem:
                result = problem
            else:
                self._errors.pop(page, None)
                self._tried_again.discard(page)
                key = PieceKey(
                    wish.key.document_id, page, round(wish.key.scale * 10_000), turn=wish.key.turn,
                    part=wish.key.part,
                )
                self._cache.put(key, piece, piece.size_bytes, self._pinned)
                self.arrived.emit(page)
                return
        if not wish.is_coarse:  # the sharp one follows, and may do better
            self._errors[page] = result
            self.arrived.emit(page)

    def _let_go(self) -> None:
        self._era += 1
        if self._source is not None and self._asked:
            self._ask(self._source, ())
        self._asked = {}
        self._errors.clear()
        self._tried_again.clear()
        self._pinned = frozenset()
