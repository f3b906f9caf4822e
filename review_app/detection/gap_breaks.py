"""What is missing between a line and the next: its end, whole lines, the start of the next."""

from __future__ import annotations

from review_app.detection import torn
from review_app.detection.gap_signs import LEAST_HOLE, TORN, Gap, View, is_loose, is_near, signs_of, widest
from review_app.detection.text_columns import Column, Run
from review_app.domain.geometry import Rect

_MARGIN = 48.0  # points at the top and foot of a page that hold headers, numbers, stamps
_LEAST_BAND = 1.7  # pitches: from here on a line more would have room
_LEAST_TAIL = 40.0  # points (detection reference 2.8)
_SHORT_TAIL = 0.16  # of the width of the column
_LEAST_END = 2.0  # heights of a word: a line ends or begins so far from the edge of its column


def between(i: int, column: Column, known: View) -> Gap | None:
    """What is missing between line ``i`` of a column and the next; None when nothing says that it is."""
    above, below = column.runs[i], column.runs[i + 1]
    step = below.y1 - above.y1
    last = above.words[-1].text
    is_torn = torn.is_torn(last, below.words[0].text) and not torn.is_named([w.text for w in above.words])
    is_empty = _is_empty_item(above)
    is_band = step >= _LEAST_BAND * column.pitch
    tail, head = _tail(i, column), _head(i, column)
    if is_empty:
        tail = Rect(above.x1 + column.space, above.y0, column.right, above.y1)
    foot = below.y1 - column.pitch + 0.15 * column.height
    band = Rect(column.left, above.y1 + 1, column.right, max(above.y1 + 1, foot)) if is_band else None
    pieces = [band, head]
    if is_torn or is_empty or not torn.is_ended(last):
        pieces.insert(0, tail)
    rects = tuple(piece for piece in pieces if piece is not None)
    if not rects or any(_is_other(run, column, known) for run in (above, below)):
        return None
    signs = signs_of(rects, column, known)
    if not signs.odds:
        if is_empty and _heads_a_list(above, below):
            return None
        if above.row == 0 or _is_centred(above, column) or _is_centred(below, column):
            return None  # a head or a title
        if not is_empty and not (_in_prose(i, column, is_torn) if is_band else _goes_down(i, column, head)):
            return None
    extra = step - column.paragraph
    if is_band and not signs.odds and _is_spaced(i, column):
        return None
    if is_band:
        # Between paragraphs some room is meant to be empty, the more so where nothing else speaks.
        least = 0.0 if is_torn or is_empty else 0.5 if signs.odds else 1.7
        if extra < least * column.pitch:
            return None
    elif not (is_torn or is_empty or (signs.odds and _is_short(last, extra, head, column))):
        return None
    odds, reasons = signs.odds, [_named(band, tail, head, is_empty)]
    if band is not None or tail is None or head is None:
        odds -= 0.4
    if tail is not None and rects == (tail,) and tail.width < _SHORT_TAIL * (column.right - column.left):
        odds -= 1.2  # where words are set by hand, a line may end so far from the edge
    if is_torn:
        odds += TORN
        reasons.append("the sentence is torn")
    has_items = is_empty and _has_items(column, above)
    if has_items:
        odds += 1.0
        reasons.append("the other items have theirs")
    lines = max(0, round(step / column.pitch) - 1) + (tail in rects) / 2 + (head is not None) / 2
    return Gap(
        rects,
        odds,
        (*reasons, *signs.reasons),
        max(1.0, float(lines)),
        signs.codes,
        has_sign=bool(signs.odds or is_torn or has_items),
    )


def _is_spaced(i: int, column: Column) -> bool:
    """True when the lines right above or below stand as far apart: double spacing, not a gap."""
    runs = column.runs
    step = runs[i + 1].y1 - runs[i].y1
    beside = [runs[k + 1].y1 - runs[k].y1 for k in (i - 1, i + 1) if 0 <= k < len(runs) - 1]
    return step < 2.6 * column.pitch and any(abs(other - step) <= 0.1 * step for other in beside)


def _is_short(last: str, extra: float, head: Rect | None, column: Column) -> bool:
    """True when the end of a line beside a code is no end of a paragraph."""
    return head is not None or not torn.is_ended(last) or extra < 0.3 * column.pitch


def _named(band: Rect | None, tail: Rect | None, head: Rect | None, is_empty: bool) -> str:
    if is_empty:
        return "an item of a list without its words"
    if band is not None:
        return "lines are missing in the text"
    if tail is not None and head is not None:
        return "a line stops early and the next begins late"
    return "a line of text stops early" if tail is not None else "a line of text begins late"


def _tail(i: int, column: Column) -> Rect | None:
    """The empty end of a line into which the first word of the next would have gone."""
    above, below = column.runs[i], column.runs[i + 1]
    fits = below.words[0].rect.width + 2 * column.space + 6
    least = max(_LEAST_END * column.height, _LEAST_TAIL, fits, 2 * column.ragged + 8)
    if _right(i, column) - above.x1 <= least:
        return None
    return Rect(above.x1 + column.space, above.y0, column.right, above.y1)


def _goes_down(i: int, column: Column, head: Rect | None) -> bool:
    """True when the next line begins where this one, or its paragraph, does, and one of them is long."""
    above, below = column.runs[i], column.runs[i + 1]
    wide = 0.55 * (column.right - column.left)
    beside = [*column.runs[max(0, i - 1) : i], below, *column.runs[i + 2 : i + 3]]
    if not any(run.width >= wide for run in beside):
        return False
    return (
        head is not None
        or any(abs(x - below.x0) <= 3 for x in _starts(above))
        or 0 < above.x0 - below.x0 < 4 * column.height
    )


def _right(i: int, column: Column) -> float:
    """Where the lines of the paragraph end: a quotation is narrower than its column."""
    run = column.runs[i]
    if run.x0 - column.left < _LEAST_END * column.height:
        return column.right
    own = [run]
    for step in (-1, 1):
        at = i + step
        while (
            0 <= at < len(column.runs)
            and is_near(column.runs[at], column.runs[at - step], column)
            and (abs(column.runs[at].x0 - run.x0) <= 3)
        ):
            own.append(column.runs[at])
            at += step
    return max(other.x1 for other in own) if len(own) > 1 else column.right


def _head(i: int, column: Column) -> Rect | None:
    """The empty start of a line that does not begin a paragraph, a list or a quotation."""
    run = column.runs[i + 1]
    offset = run.x0 - column.left
    if offset <= (_LEAST_END if torn.goes_on(run.words[0].text) else 4.0) * column.height:
        return None
    beside = [column.runs[i], *column.runs[i + 2 : i + 3]]
    if any(abs(x - run.x0) <= 3.0 for other in beside for x in _starts(other)):
        return None
    return Rect(column.left, run.y0, run.x0 - column.space, run.y1)


def _starts(run: Run) -> list[float]:
    """Where a line begins, and where its text does behind the label of a list."""
    return [w.rect.x0 for w in run.words[: 2 if torn.is_label(run.words[0].text) else 1]]


def _is_empty_item(run: Run) -> bool:
    return len(run.words) == 1 and torn.is_label(run.words[0].text)


def _heads_a_list(item: Run, below: Run) -> bool:
    """True when what follows an item's label is an item of its own, further in: an agenda may have nothing to
    say of a point but its parts."""
    return len(below.words) > 1 and torn.is_label(below.words[0].text) and below.x0 > item.x0 + 4.0


def _has_items(column: Column, item: Run) -> bool:
    """True when another line of the column begins with a label of the same kind, and has its words."""
    label = item.words[0].text
    shape = [c.isdigit() for c in label], [c for c in label if not c.isalnum()]
    for run in column.runs:
        other = run.words[0].text
        if (
            len(run.words) > 2
            and abs(run.x0 - item.x0) < 3
            and ([c.isdigit() for c in other], [c for c in other if not c.isalnum()]) == shape
        ):
            return True
    return False


def _is_other(run: Run, column: Column, known: View) -> bool:
    """True for what is no line of text: at the edge of the page, cells, a row of dots, specks of a scan."""
    return (
        run.y1 <= _MARGIN
        or run.y0 >= known.content.height - _MARGIN
        or run.y1 - run.y0 < 0.4 * column.height
        or is_loose(run, column)
        or torn.has_leaders([word.text for word in run.words])
    )


def _is_centred(run: Run, column: Column) -> bool:
    before, behind = run.x0 - column.left, column.right - run.x1
    return min(before, behind) > _LEAST_END * column.height and abs(before - behind) < column.height


def _in_prose(i: int, column: Column, is_torn: bool) -> bool:
    """True when running text stands above and below, not a heading or the parts of a letter."""
    runs = column.runs
    wide = 0.55 * (column.right - column.left)
    before = i > 0 and is_near(runs[i - 1], runs[i], column) and runs[i - 1].width >= wide
    if any(widest(run) > LEAST_HOLE * column.height for run in runs[i : i + 2]) and not is_torn:
        return False  # a running head: its title left, the number right
    above = before and (is_torn or torn.is_ended(runs[i].words[-1].text))
    if not above and (runs[i].width < wide or abs(runs[i].x0 - column.left) > 3):
        return False
    after = i + 2 < len(runs) and is_near(runs[i + 1], runs[i + 2], column) and runs[i + 2].width >= wide
    return (runs[i + 1].width >= wide and len(runs[i + 1].words) >= 4) or (is_torn and after)
