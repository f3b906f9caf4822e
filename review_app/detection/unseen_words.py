"""Words of a scan's text layer that its picture does not show, taken off a page before anything reads it.

A scan that was recognised first and blacked out later still holds the words beside its picture: they lie on
pixels of one dark tone, or in an empty frame on bare paper. Such text must reach neither the search index nor
the record (contract, "The workspace"). What a recognition program read in the finished page has ink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from review_app.detection.dark_areas import blanked
from review_app.detection.raster import Candidate
from review_app.domain.content import Line, PageContent, Word
from review_app.domain.findings import Recoverable, SpanFinding
from review_app.domain.geometry import Rect

DARK = 110
"""Of 255: what is lighter in a dark area may be a letter."""
_STRAY = 0.02
"""Of the pixels of a word: noise of the scanner, or of JPEG."""
_COVERED = 0.5
"""A word is covered when this part of its rows is dark from end to end, its middle among them; between
letters there is light."""
_NARROWEST = 0.8
"""Of its height: a lone I or 1 fills its own rectangle, so what stands beside it is looked at too."""
_LOWEST = 4.0
"""Points: what is lower is no line of print but litter that a recognition program left."""
_PARTLY = 0.4
"""Of its length: a word of which a bar covers so much, and as much as it is high, is not read by people.
No letter is dark from head to foot over its own height."""
_EVEN = 40
"""Of 255: bare paper differs by less."""


def without_unseen(
    content: PageContent, tones: NDArray[np.uint8], scale: float, boxes: Sequence[Candidate]
) -> tuple[PageContent, tuple[Recoverable, ...]]:
    """The page with blanks in the place of words that nobody sees, and where they are.

    Words of which a bar covers only a part become blanks too, and are not told: what stands beside the bar
    can be read, and a recognition program may have read the end of the bar as letters.

    Args:
        content: a scanned page.
        tones: its picture, ``[row, column]``, 0 black to 255 white; ``scale`` in pixels a point.
        boxes: what the pixels show; on bare paper only words in an empty frame are left out, for many text
            layers stand a little beside their picture.
    """
    frames = [box.rect for box in boxes if box.is_empty]
    lines: list[Line] = []
    places: list[Recoverable] = []
    is_changed = False
    for line in content.lines:
        seen = {word: _seen(word, tones, scale, frames) for word in line.words}
        places += [
            Recoverable(content.number, w.rect, sum(not c.isspace() for c in w.text))
            for w, how in seen.items() if how is _Seen.NOT
        ]
        gone = [word for word, how in seen.items() if how is not _Seen.ALL]
        lines.append(blanked(line, gone) if gone else line)
        is_changed = is_changed or bool(gone)
    return (replace(content, lines=tuple(lines)), tuple(places)) if is_changed else (content, ())


def under_spans(places: Sequence[Recoverable], spans: Sequence[SpanFinding]) -> tuple[Recoverable, ...]:
    """One count for each rectangle of a told span that covers such words; the others say nothing sure."""
    found = []
    for span in spans:
        for rect in span.rects:
            held = [p for p in places if p.page == span.page and rect.contains_point(*_middle(p.rect))]
            if sum(p.characters for p in held) > 1:
                found.append(Recoverable(span.page, rect, sum(p.characters for p in held)))
    return tuple(found)


class _Seen(Enum):
    ALL = 0
    PART = 1
    NOT = 2


def _seen(word: Word, tones: NDArray[np.uint8], scale: float, frames: Sequence[Rect]) -> _Seen:
    """How much of a word the picture shows."""
    if not any(c.isalnum() for c in word.text):
        return _Seen.ALL
    rect = word.rect
    is_turned = len(word.text) > 2 and rect.height > 1.5 * rect.width
    across, along = (rect.width, rect.height) if is_turned else (rect.height, rect.width)
    if across < _LOWEST:
        return _Seen.ALL
    wider = max(0.0, _NARROWEST * across - along) / 2
    by_x, by_y = (0.0, wider) if is_turned else (wider, 0.0)
    top, foot = round((rect.y0 - by_y) * scale), round((rect.y1 + by_y) * scale)
    left, right = round((rect.x0 - by_x) * scale), round((rect.x1 + by_x) * scale)
    part = tones[max(0, top) : max(0, foot), max(0, left) : max(0, right)]
    if not part.size:
        return _Seen.ALL
    rows = part.T if is_turned else part
    middle = rows[rows.shape[0] // 2]
    if np.count_nonzero(middle >= DARK) <= _STRAY * middle.size + 1:
        dark = np.count_nonzero(rows >= DARK, axis=1) <= _STRAY * middle.size + 1
        return _Seen.NOT if np.count_nonzero(dark) >= _COVERED * dark.size else _Seen.ALL
    if any(frame.contains_point(*_middle(rect)) for frame in frames) \
            and int(part.max()) - int(part.min()) < _EVEN:
        return _Seen.NOT
    return _Seen.PART if _is_cut_by_bar(rows, middle) else _Seen.ALL


def _is_cut_by_bar(rows: NDArray[np.uint8], middle: NDArray[np.uint8]) -> bool:
    """True when a stretch of the word, longer than the word is high, is dark from head to foot."""
    height, length = rows.shape
    least = max(height, round(_PARTLY * length), 2)
    if np.count_nonzero(middle < DARK) < least:
        return False  # nearly every word: no more need be looked at
    solid = np.count_nonzero(rows >= DARK, axis=0) <= _STRAY * height
    ends = np.flatnonzero(~np.concatenate(([False], solid, [False])))
    return bool(np.diff(ends).max() - 1 >= least)


def _middle(rect: Rect) -> tuple[float, float]:
    return (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2
