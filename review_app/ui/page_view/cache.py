"""Rendered pieces of pages, bounded by bytes, the least recently used dropped first. Knows no Qt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import field
from typing import Generic, TypeVar

from review_app.domain.values import dataclass

T = TypeVar("T")

Area = tuple[int, int, int, int]
"""Left, top, right and bottom in device pixels from the corner of a page."""


@dataclass(frozen=True, slots=True)
class PieceKey:
    """One rendered page or a part of it: the document, the page from 1, the scale in ten-thousandths of a
    pixel per point, the degrees clockwise that the page is turned by, and the part, None for the whole.

    The scale is a whole number so that the same zoom reached on two ways is the same key.
    ``bytes_expected`` is what the piece will take, 0 when nobody reckoned it; not part of the key.
    """

    document_id: str
    page: int
    scale_e4: int
    bytes_expected: int = field(default=0, compare=False)
    turn: int = 0
    part: Area | None = None

    @property
    def scale(self) -> float:
        """Pixels per point."""
        return self.scale_e4 / 10_000


class PieceCache(Generic[T]):
    """Least-recently-used store of pieces, at most ``budget`` bytes except for what is pinned.

    Args:
        budget: bytes.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._held: OrderedDict[PieceKey, tuple[T, int]] = OrderedDict()
        self._scales: dict[tuple[str, int, int], list[PieceKey]] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: object) -> bool:
        return key in self._held

    @property
    def bytes_held(self) -> int:
        """Bytes of all pieces together."""
        return self._bytes

    def get(self, key: PieceKey) -> T | None:
        """The piece, which now counts as just used; None when it is not here."""
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def stand_in(self, key: PieceKey) -> tuple[PieceKey, T] | None:
        """The best whole piece of the same page at another scale: the next finer, else the finest coarser."""
        keys = self._scales.get((key.document_id, key.page, key.turn))
        if not keys:
            return None
        finer = [k for k in keys if k.scale_e4 >= key.scale_e4]
        best = min(finer, key=lambda k: k.scale_e4) if finer else max(keys, key=lambda k: k.scale_e4)
        piece = self.get(best)
        return None if piece is None else (best, piece)

    def put(self, key: PieceKey, piece: T, size: int, pinned: Collection[PieceKey] = ()) -> None:
        """Keep a piece of ``size`` bytes; older ones go until the budget holds, never those in ``pinned``.

        What is on screen must be pinned: dropping it would only make the view ask for it again, for ever.
        """
        self._drop(key)
        self._held[key] = (piece, size)
        if key.part is None:
            self._scales.setdefault((key.document_id, key.page, key.turn), []).append(key)
        self._bytes += size
        excess = self._bytes - self.budget
        if excess <= 0:
            return
        going = []
        for old, (_, old_size) in self._held.items():
            if old != key and old not in pinned:
                going.append(old)
                excess -= old_size
                if excess <= 0:
                    break
        for old in going:
            self._drop(old)

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self._scales.clear()
        self._bytes = 0

    def _drop(self, key: PieceKey) -> None:
        found = self._held.pop(key, None)
        if found is None:
            return
        self._bytes -= found[1]
        if key.part is not None:
            return
        of_page = self._scales[(key.document_id, key.page, key.turn)]
        of_page.remove(key)
        if not of_page:
            del self._scales[(key.document_id, key.page, key.turn)]
