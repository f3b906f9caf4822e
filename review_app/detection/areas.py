"""From drawings and pictures to areas that could be withheld boxes: rows joined, frames put together.

Nothing is judged here but shape: :mod:`review_app.detection.boxes` decides what an area is.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from review_app.domain.content import Colour, Drawing, Form, PageContent, Word
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass

OPAQUE = 0.85  # less lets the text below be read (detection reference, 2.2)
DARK_MARKER = 0.25  # a marker pen darker than this hides what it is drawn over
WHOLE_PAGE = 0.75
ONLY, DARK = 0.97, 0.25  # a page that shows so much of one dark tone is covered by it
MIN_HEIGHT, MIN_WIDTH = 4.2, 5.0
SAME_COLOUR = 0.06
PURE_IMAGE = 0.97  # a picture is a box only if its own pixels are one tone (detection reference, 2.2)
MAX_CELLS = 3_000  # a page with more filled rectangles is a map or a pattern: the largest are looked at
MAX_FRAMES = 1_000
MAX_RULES = 2_000  # a page with more thin lines is a map or a spreadsheet: no frames are looked for in it
WORD_GAP = 0.6  # of the height: bars over neighbouring words are one bar


@dataclass(frozen=True, slots=True)
class Area:
    """A place that could be a box.

    ``first`` and ``last`` are its drawings' places in the order of painting; ``pieces`` the drawings a joined
    bar was made of, each with its place in that order. ``colour`` is what is seen of it, None for an outline.
    ``declared`` is the colour its drawing names.
    """

    rect: Rect
    colour: Colour | None
    declared: Colour | None
    first: int
    last: int
    is_frame: bool = False
    is_hatched: bool = False
    is_image: bool = False
    has_border: bool = False
    is_clipped: bool = False
    share: float = 1.0
    pieces: tuple[tuple[Rect, int], ...] = ()

    def order_at(self, x: float, y: float) -> int:
        """The place in the order of painting of what covers a point; -1 where a gap between two bars is."""
        if not self.pieces:
            return self.last
        return max((n for r, n in self.pieces if r.contains_point(x, y)), default=-1)


def luminance(colour: Colour) -> float:
    """Brightness as the eye has it, 0 to 1."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def alike(a: Colour | None, b: Colour | None, by: float = SAME_COLOUR) -> bool:
    """True when two colours differ by no more than ``by`` in each part."""
    if a is None or b is None:
        return a is b
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) <= by


Rows = dict[int, list[Word]]
_ROW = 12.0


def words_by_row(page: PageContent) -> Rows:
    """The places of the words of a page, by the height of their middle."""
    rows: Rows = {}
    for line in page.lines:
        for word in line.words:
            rows.setdefault(int((word.rect.y0 + word.rect.y1) / 2 // _ROW), []).append(word)
    return rows


def on_rows(rows: Rows, y0: float, y1: float) -> Iterator[Word]:
    """The words whose middle lies between two heights, or little above or below."""
    for row in range(int(y0 // _ROW), int(y1 // _ROW) + 1):
        yield from rows.get(row, ())


def of_page(page: PageContent, words: Rows) -> list[Area]:
    """All areas of a page that are large enough, rows of equal bars joined, sorted from top to bottom."""
    whole = page.width * page.height
    cells = _filled(page, whole)
    if len(cells) > MAX_CELLS:
        cells = sorted(cells, key=lambda a: -a.rect.area)[:MAX_CELLS]
    grid = _grid(cells) | _chart(cells)
    bars = joined([cell for cell in cells if cell not in grid], words)
    found = [*bars, *_images(page, whole), *_hatched(page, whole)]
    frames = [*_frames(page, whole), *_of_rules(page, whole)]
    frames = sorted(frames, key=lambda a: -a.rect.area)[:MAX_FRAMES]
    cells_of_table = _grid(frames)
    frames = [frame for frame in frames if frame not in cells_of_table]
    found = _with_borders(found, frames)
    found = [a for a in found if a.rect.width >= MIN_WIDTH and a.rect.height >= MIN_HEIGHT]
    return sorted(found, key=lambda a: (a.rect.y0, a.rect.x0))


def _filled(page: PageContent, whole: float) -> list[Area]:
    found: list[Area] = []
    for d in page.drawings:
        if d.form not in (Form.RECTANGLE, Form.LINE) or d.fill is None or d.opacity < OPAQUE:
            continue
        if d.is_blended and luminance(d.fill) >= DARK_MARKER:
            continue  # a marker pen: the text is read through it
        if d.rect.height < MIN_HEIGHT or d.rect.width < 1.5:
            continue
        if d.rect.area > WHOLE_PAGE * whole and (
            d.look is None or d.look.share < ONLY or luminance(d.fill) >= DARK
        ):
            continue  # the ground of a page, unless nothing but it can be seen
        seen = d.look.colour if d.look is not None and d.look.share >= 0.5 else d.fill
        found.append(
            Area(
                d.rect,
                seen,
                d.fill,
                d.order,
                d.order,
                is_clipped=d.is_clipped,
                has_border=d.stroke is not None and luminance(d.stroke) < 0.85 and d.stroke_width > 0,
                share=d.look.share if d.look is not None else 1.0,
            )
        )
    return found


def _images(page: PageContent, whole: float) -> list[Area]:
    return [
        Area(i.rect, i.look.colour, i.tone.colour, i.order, i.order, is_image=True, share=i.look.share)
        for i in page.images
        if i.tone is not None and i.look is not None and i.tone.share >= PURE_IMAGE and i.order >= 0
    ]


def _hatched(page: PageContent, whole: float) -> list[Area]:
    return [
        Area(
            d.rect,
            d.stroke or (0.0, 0.0, 0.0),
            None,
            d.order,
            d.order,
            is_hatched=True,
            share=d.look.share if d.look is not None else 1.0,
        )
        for d in page.drawings
        if d.form is Form.HATCH and d.rect.area <= WHOLE_PAGE * whole
    ]


def _grid(cells: Sequence[Area]) -> set[Area]:
    """Cells of a shaded table: each has a neighbour of the same height on its side, and one of the same width
    above or below, edges shared. Bars over words have the one, bars over lines the other."""

    def key(*values: float) -> tuple[int, ...]:
        return tuple(round(v) for v in values)

    tops = {key(c.rect.y0, c.rect.x0, c.rect.x1) for c in cells}
    feet = {key(c.rect.y1, c.rect.x0, c.rect.x1) for c in cells}
    lefts = {key(c.rect.x0, c.rect.y0, c.rect.y1) for c in cells}
    rights = {key(c.rect.x1, c.rect.y0, c.rect.y1) for c in cells}
    found = set()
    for c in cells:
        r = c.rect
        side = key(r.x1, r.y0, r.y1) in lefts or key(r.x0, r.y0, r.y1) in rights
        stack = key(r.y1, r.x0, r.x1) in tops or key(r.y0, r.x0, r.x1) in feet
        if side and stack:
            found.add(c)
    return found


def _text_between(a: Rect, b: Rect, rows: Rows) -> bool:
    """True when a word, a comma say, stands in the gap between two bars of a row."""
    left, right = min(a.x1, b.x1), max(a.x0, b.x0)
    if right - left < 1.0:
        return False
    y0, y1 = max(a.y0, b.y0), min(a.y1, b.y1)
    return any(
        w.rect.x0 >= left - 1.5
        and w.rect.x1 <= right + 1.5
        and y0 - 2 <= (w.rect.y0 + w.rect.y1) / 2 <= y1 + 2
        for w in on_rows(rows, y0 - 2, y1 + 2)
    )


def joined(areas: Iterable[Area], words: Rows) -> list[Area]:
    """Bars of one colour and height that follow each other on a row, as one bar each. Where a word can be
    read
    between two bars they stay two."""
    found: list[Area] = []
    open_bars: list[Area] = []
    for area in sorted(areas, key=lambda a: ((a.rect.y0 + a.rect.y1) / 2, a.rect.x0)):
        # Sorted by their middle, what is far above cannot go on any more.
        middle = (area.rect.y0 + area.rect.y1) / 2
        still: list[Area] = []
        for bar in open_bars:
            (
                still
                if bar.rect.y1 >= middle - 2 * area.rect.height and bar.rect.y1 > area.rect.y0 - 30
                else found
            ).append(bar)
        open_bars = still
        open_bars.append(area)
        if len(open_bars) > 1:
            open_bars = _merge_last(open_bars, words)
    return [*found, *open_bars]


def _merge_last(bars: list[Area], words: Rows) -> list[Area]:
    last = bars.pop()
    again = True
    while again:
        again = False
        for i in range(len(bars) - 1, max(-1, len(bars) - 40), -1):
            if _continues(bars[i], last) and not _text_between(bars[i].rect, last.rect, words):
                last = _union(bars.pop(i), last)
                again = True
                break
    bars.append(last)
    return bars


def _chart(cells: Sequence[Area]) -> set[Area]:
    """Bars of a chart: three or more on one base, as wide as each other, of different heights."""
    bases: dict[tuple[int, int], list[Area]] = {}
    for cell in cells:
        bases.setdefault((round(cell.rect.y1), round(cell.rect.width)), []).append(cell)
    found: set[Area] = set()
    for group in bases.values():
        if len(group) >= 3 and len({round(cell.rect.height) for cell in group}) >= 3:
            found.update(group)
    return found


def _continues(a: Area, b: Area) -> bool:
    if a.has_border or b.has_border or not alike(a.colour, b.colour):
        return False  # an outline says where a box ends
    low = min(a.rect.height, b.rect.height)
    slack = 0.15 * low + 1.0
    if abs(a.rect.y0 - b.rect.y0) > slack or abs(a.rect.y1 - b.rect.y1) > slack:
        return False
    gap = max(a.rect.x0, b.rect.x0) - min(a.rect.x1, b.rect.x1)
    return gap <= WORD_GAP * low


def _union(a: Area, b: Area) -> Area:
    wide = a if a.rect.area >= b.rect.area else b
    return replace(
        wide,
        rect=a.rect.union(b.rect),
        first=min(a.first, b.first),
        last=max(a.last, b.last),
        share=min(a.share, b.share),
        is_clipped=a.is_clipped or b.is_clipped,
        pieces=(*(a.pieces or ((a.rect, a.last),)), *(b.pieces or ((b.rect, b.last),))),
    )


def _frames(page: PageContent, whole: float) -> list[Area]:
    return [
        Area(d.rect, None, None, d.order, d.order, is_frame=True, has_border=True)
        for d in page.drawings
        if d.form is Form.FRAME
        and d.rect.area <= WHOLE_PAGE * whole
        and d.stroke is not None
        and luminance(d.stroke) < 0.85
    ]


def _of_rules(page: PageContent, whole: float) -> list[Area]:
    """Frames of four thin lines that meet in the corners, and do not run on beyond them."""
    rules = [d for d in page.drawings if d.form is Form.RULE]
    if len(rules) < 4 or len(rules) > MAX_RULES:
        return []
    level = sorted((d for d in rules if d.rect.width > d.rect.height), key=_middle_y)
    upright = sorted((d for d in rules if d.rect.width <= d.rect.height), key=_middle_x)
    columns = [_middle_x(d) for d in upright]
    ends: dict[tuple[int, int], list[Drawing]] = {}
    for d in level:
        ends.setdefault((round(d.rect.x0 / 3), round(d.rect.x1 / 3)), []).append(d)
    found: list[Area] = []
    for same in ends.values():
        for top, foot in itertools.pairwise(same):
            rect = Rect(top.rect.x0, _middle_y(top), top.rect.x1, max(_middle_y(top), _middle_y(foot)))
            if rect.height < MIN_HEIGHT or rect.area > WHOLE_PAGE * whole:
                continue
            sides = [_side(upright, columns, x, rect) for x in (rect.x0, rect.x1)]
            if all(side is not None for side in sides):
                orders = [d.order for d in (top, foot, *sides) if d is not None]
                found.append(Area(rect, None, None, min(orders), max(orders), is_frame=True, has_border=True))
    return found


def _middle_y(d: Drawing) -> float:
    return (d.rect.y0 + d.rect.y1) / 2


def _middle_x(d: Drawing) -> float:
    return (d.rect.x0 + d.rect.x1) / 2


def _side(upright: Sequence[Drawing], columns: Sequence[float], x: float, rect: Rect) -> Drawing | None:
    for i in range(bisect_left(columns, x - 2), len(upright)):
        if columns[i] > x + 2:
            return None
        r = upright[i].rect
        if abs(r.y0 - rect.y0) <= 2.5 and abs(r.y1 - rect.y1) <= 2.5:
            return upright[i]
    return None


def _with_borders(areas: Sequence[Area], frames: Sequence[Area]) -> list[Area]:
    """The areas, each told whether a frame stands around it, and the frames that stand alone."""
    by_place: dict[tuple[int, int], list[int]] = {}
    for i, area in enumerate(areas):
        r = area.rect
        by_place.setdefault((int(r.x0 // 50), int(r.y0 // 50)), []).append(i)
    out = list(areas)
    alone: list[Area] = []
    for frame in frames:
        cell = int(frame.rect.x0 // 50), int(frame.rect.y0 // 50)
        owner = None
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for i in by_place.get((cell[0] + dx, cell[1] + dy), ()):
                    if out[i].rect.iou(frame.rect) > 0.7:
                        owner = i
        if owner is None:
            if not any(frame.rect.iou(other.rect) > 0.9 for other in alone[-50:]):
                alone.append(frame)
        else:
            out[owner] = replace(out[owner], has_border=True)
    return [*out, *alone]
