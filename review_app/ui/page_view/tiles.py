"""How a page is cut into pieces that are drawn one by one. Knows no Qt.

A page is one piece while it is small. At a deep zoom it is cut into tiles, of which only those in the window
are drawn, and a coarse picture of the whole page lies under them until they are there.

All measures are device pixels of the page as it is turned, from its left upper corner.
"""

from __future__ import annotations

import math

from review_app.domain.values import dataclass
from review_app.ui.page_view.cache import Area, PieceKey

WHOLE_PIXELS = 6_000_000
"""A page of up to so many pixels (24 MB) is one piece: a Letter page up to 265% on a plain screen. Whole it
scrolls without a gap, and a scan is decoded and scaled once. Two of them and one ahead fit into the cache."""

UNDER_PIXELS = 1_000_000
"""Pixels of the coarse picture under the tiles: a Letter page at about 100 dpi, drawn as fast as a jump."""

TILE_WIDTH, TILE_HEIGHT = 1024, 512
"""2 MB. Broad, for reading goes down: the row that comes next is drawn before it is in view."""

_SLIVER = 2
"""A last row or column narrower than this joins the one before: whether it is there at all depends on how the
size of the page was rounded."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A page at one zoom.

    Attributes:
        whole: the piece that shows all of it; of its true scale only where ``is_whole``.
        is_whole: it is not cut into tiles.
        width: of the page, in device pixels.
        height: of the page, in device pixels.
    """

    whole: PieceKey
    is_whole: bool
    width: int
    height: int
    scale_e4: int

    def tiles(self, area: Area) -> list[PieceKey]:
        """The tiles that show an area, those nearest to its middle first; the whole page where it is not
        cut. None for an area beside the page."""
        left, top = max(0, area[0]), max(0, area[1])
        right, bottom = min(self.width, area[2]), min(self.height, area[3])
        if left >= right or top >= bottom:
            return []
        if self.is_whole:
            return [self.whole]
        columns, rows = _count(self.width, TILE_WIDTH), _count(self.height, TILE_HEIGHT)
        middle_x, middle_y = (left + right) / 2 / TILE_WIDTH - 0.5, (top + bottom) / 2 / TILE_HEIGHT - 0.5
        places = [
            (column, row)
            for row in range(min(rows - 1, top // TILE_HEIGHT), min(rows, -(-bottom // TILE_HEIGHT)))
            for column in range(min(columns - 1, left // TILE_WIDTH), min(columns, -(-right // TILE_WIDTH)))
        ]
        # Row by row from the middle, as they are read.
        places.sort(key=lambda at: (abs(at[1] - middle_y), abs(at[0] - middle_x)))
        return [self._tile(column, row, columns, rows) for column, row in places]

    def _tile(self, column: int, row: int, columns: int, rows: int) -> PieceKey:
        left, top = column * TILE_WIDTH, row * TILE_HEIGHT
        right = self.width if column == columns - 1 else left + TILE_WIDTH
        bottom = self.height if row == rows - 1 else top + TILE_HEIGHT
        whole = self.whole
        return PieceKey(
            whole.document_id, whole.page, self.scale_e4, 4 * (right - left) * (bottom - top), whole.turn,
            (left, top, right, bottom),
        )


def cut(document_id: str, page: int, size: tuple[float, float], scale: float, turn: int = 0) -> Cut:
    """Cut a page.

    Args:
        document_id: the document.
        page: number from 1.
        size: width and height in points, as turned.
        scale: device pixels a point.
        turn: degrees clockwise that the page is turned by.
    """
    scale_e4 = max(1, int(scale * 10_000))
    true = scale_e4 / 10_000
    width, height = (max(1, math.ceil(side * true - 1e-6)) for side in size)
    is_whole = width * height <= WHOLE_PIXELS
    of_whole = scale_e4
    if not is_whole:
        of_whole = max(1, int(math.sqrt(UNDER_PIXELS / (size[0] * size[1])) * 10_000))
    expected = int(4 * size[0] * size[1] * (of_whole / 10_000) ** 2)
    return Cut(PieceKey(document_id, page, of_whole, expected, turn), is_whole, width, height, scale_e4)


def area_of(x: float, y: float, width: float, height: float, ratio: float) -> Area:
    """A window of a size in view pixels that lies at x and y from the corner of a page, in device pixels."""
    return (
        math.floor(x * ratio), math.floor(y * ratio),
        math.ceil((x + width) * ratio), math.ceil((y + height) * ratio),
    )


def _count(length: int, tile: int) -> int:
    return max(1, -(-(length - _SLIVER) // tile))
