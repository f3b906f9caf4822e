"""Cutting pages: every pixel in one tile, nothing drawn that is not near the window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from review_app.ui.page_view.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    UNDER_PIXELS,
    WHOLE_PIXELS,
    Cut,
    area_of,
    cut,
)

LETTER = (612.0, 792.0)


def covered(pieces: Cut, area: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    return [key.part for key in pieces.tiles(area) if key.part is not None]


def test_a_small_page_is_one_piece() -> None:
    pieces = cut("d", 3, LETTER, 2.0, 90)
    assert pieces.is_whole
    assert pieces.tiles((0, 0, 100, 100)) == [pieces.whole]
    assert (pieces.whole.page, pieces.whole.scale, pieces.whole.turn, pieces.whole.part) == (3, 2.0, 90, None)


@given(
    width=st.floats(20, 3000), height=st.floats(20, 3000), scale=st.floats(2.0, 20.0),
    left=st.integers(-500, 20_000), top=st.integers(-500, 20_000),
)
def test_tiles_cover_what_is_in_the_window_once_and_little_else(
    width: float, height: float, scale: float, left: int, top: int
) -> None:
    pieces = cut("d", 1, (width, height), scale)
    window = (left, top, left + 1280, top + 800)
    tiles = pieces.tiles(window)
    wanted = (max(0, left), max(0, top), min(pieces.width, left + 1280), min(pieces.height, top + 800))
    if wanted[0] >= wanted[2] or wanted[1] >= wanted[3]:
        assert tiles == []
        return
    if pieces.is_whole:
        assert pieces.width * pieces.height <= WHOLE_PIXELS
        return
    parts = covered(pieces, window)
    assert len(parts) == len(tiles) <= 12
    shown = sum(
        max(0, min(r, wanted[2]) - max(x, wanted[0])) * max(0, min(b, wanted[3]) - max(y, wanted[1]))
        for x, y, r, b in parts
    )
    assert shown == (wanted[2] - wanted[0]) * (wanted[3] - wanted[1]), "no gap, no pixel twice"
    for x, y, r, b in parts:
        assert 0 <= x < r <= pieces.width and 0 <= y < b <= pieces.height
        assert r - x > 2 or pieces.width <= 2
        assert x < wanted[2] and r > wanted[0] and y < wanted[3] and b > wanted[1]
    assert all(key.bytes_expected <= 4 * (TILE_WIDTH + 2) * (TILE_HEIGHT + 2) for key in tiles)


def test_a_page_a_hair_wider_than_its_tiles_has_no_sliver() -> None:
    """Whether the last column is there at all depends on how the size of the page was rounded."""
    scale = 8.0
    pieces = cut("d", 1, ((3 * TILE_WIDTH + 1) / scale, 2000.0), scale)
    rights = {part[2] for part in covered(pieces, (0, 0, 9_999, 512))}
    assert rights == {TILE_WIDTH, 2 * TILE_WIDTH, 3 * TILE_WIDTH + 1}


def test_the_picture_under_the_tiles_is_small() -> None:
    pieces = cut("d", 1, LETTER, 10.6)
    assert not pieces.is_whole
    assert pieces.whole.bytes_expected <= 4 * UNDER_PIXELS


def test_the_area_of_a_window_is_in_whole_device_pixels() -> None:
    assert area_of(-10.0, 20.0, 100.0, 50.0, 2.0) == (-20, 40, 180, 140)
    assert area_of(-10.0, 21.0, 100.0, 50.0, 1.25) == (-13, 26, 113, 89)
