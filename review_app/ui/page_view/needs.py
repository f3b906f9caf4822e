"""Which pieces the window needs now, and which it comes to if the scroll goes on as it goes. Knows no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from review_app.domain.geometry import Rect
from review_app.ui.page_view.cache import PieceKey
from review_app.ui.page_view.layout import StripLayout
from review_app.ui.page_view.tiles import TILE_HEIGHT, area_of

if TYPE_CHECKING:
    from review_app.ui.page_view.pictures import Pictures


def needed(
    layout: StripLayout, pictures: Pictures, window: Rect, ratio: float, current: int, *,
    is_going_down: bool,
) -> tuple[list[PieceKey], list[PieceKey]]:
    """Pieces that are in view, the most important first, and pieces that come into view next.

    Args:
        layout: of the strip.
        pictures: knows how pages are cut, and what is here.
        window: on the strip, in view pixels.
        ratio: device pixels a view pixel.
        current: the page that comes first.
        is_going_down: where the scroll is heading.
    """
    pages = layout.visible(window.y0, window.y1)
    ordered = sorted(pages, key=lambda n: (abs(n - current), n))
    shown = _pieces(layout, pictures, ordered, window, ratio)
    # A row of tiles further, and the next page: at a deep zoom only when it is near.
    reach = TILE_HEIGHT / ratio if is_going_down else -TILE_HEIGHT / ratio
    ahead = _pieces(layout, pictures, pages, _moved(window, reach), ratio)
    beyond = pages.stop if is_going_down else pages.start - 1
    if 1 <= beyond <= layout.page_count:
        page = layout.page_rect(beyond)
        to = page.y0 - window.y0 if is_going_down else page.y1 - window.y1
        if abs(to) < window.height + abs(reach) or _is_whole(layout, pictures, beyond, ratio):
            ahead += _pieces(layout, pictures, [beyond], _moved(window, to), ratio)
    have = set(shown)
    return shown, [key for key in ahead if key not in have]


def seen(pages: range, page_count: int, current: int, is_going_down: bool) -> tuple[int, ...]:
    """The numbers of the pages in view, the current one first, and of those that come into view next."""
    after = [pages.stop] if pages.stop <= page_count else []
    before = [pages.start - 1] if pages.start > 1 else []
    ordered = sorted(pages, key=lambda n: (abs(n - current), n))
    return (*ordered, *(after + before if is_going_down else before + after))


def _is_whole(layout: StripLayout, pictures: Pictures, page: int, ratio: float) -> bool:
    return pictures.cut(page, layout.size(page), layout.scale * ratio, layout.turn).is_whole


def _moved(window: Rect, by: float) -> Rect:
    return Rect(window.x0, window.y0 + by, window.x1, window.y1 + by)


def _pieces(
    layout: StripLayout, pictures: Pictures, pages: Iterable[int], window: Rect, ratio: float
) -> list[PieceKey]:
    found: list[PieceKey] = []
    for number in pages:
        page = layout.page_rect(number)
        pieces = pictures.cut(number, layout.size(number), layout.scale * ratio, layout.turn)
        area = area_of(window.x0 - page.x0, window.y0 - page.y0, window.width, window.height, ratio)
        found += pictures.needed(pieces, area)
    return found
