"""Words of a scan's text layer that its picture does not show, taken off a page before anything reads it.

A scan that was recognised first and blacked out later still holds the words beside its picture: they lie on
pixels of one dark tone, or in an empty frame on bare paper. Such text must reach neither the search index nor
the record (contract, "The workspace"). What a recognition program read in the finished page has ink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
_EVEN = 40
"""Of 255: bare paper differs by less."""


def without_unseen(
    content: PageContent, tones: NDArray[np.uint8], scale: float, boxes: Sequence[Candidate]
) -> tuple[PageContent, tuple[Recoverable, ...]]:
    """The page with blanks in the place of words that nobody sees, and where they are.

    Args:
        content: a scanned page.
        tones: its picture, ``[row, column]``, 0 black to 255 white; ``scale`` in pixels a point.
        boxes: what the pixels show; on bare paper only words in an empty frame are left out, for many text
            layers stand a little beside their picture.
    """
    frames = [box.rect for box in boxes if box.is_empty]
    lines: list[Line] = []
    places: list[Recoverable] = []
    for line in content.lines:
        hidden = [word for word in line.words if _is_unseen(word, tones, scale, frames)]
        places += [Recoverable(content.number, w.rect, sum(not c.isspace() for c in w.text)) for w in hidden]
        lines.append(blanked(line, hidden) if hidden else line)
    return (replace(content, lines=tuple(lines)), tuple(places)) if places else (content, ())


def under_spans(places: Sequence[Recoverable], spans: Sequence[SpanFinding]) -> tuple[Recoverable, ...]:
    """One count for each rectangle of a told span that covers such words; the others say nothing sure."""
    found = []
    for span in spans:
        for rect in span.rects:
            held = [p for p in places if p.page == span.page and rect.contains_point(*_middle(p.rect))]
            if sum(p.characters for p in held) > 1:
                found.append(Recoverable(span.page, rect, sum(p.characters for p in held)))
    return tuple(found)


def _is_unseen(word: Word, tones: NDArray[np.uint8], scale: float, frames: Sequence[Rect]) -> bool:
    if not any(c.isalnum() for c in word.text):
        return False
    rect = word.rect
    is_turned = len(word.text) > 2 and rect.height > 1.5 * rect.width
    across, along = (rect.width, rect.height) if is_turned else (rect.height, rect.width)
    if across < _LOWEST:
        return False
    wider = max(0.0, _NARROWEST * across - along) / 2
    by_x, by_y = (0.0, wider) if is_turned else (wider, 0.0)
    top, foot = round((rect.y0 - by_y) * scale), round((rect.y1 + by_y) * scale)
    left, right = round((rect.x0 - by_x) * scale), round((rect.x1 + by_x) * scale)
    part = tones[max(0, top) : max(0, foot), max(0, left) : max(0, right)]
    if not part.size:
        return False
    rows = part.T if is_turned else part
    middle = rows[rows.shape[0] // 2]
    if np.count_nonzero(middle >= DARK) <= _STRAY * middle.size + 1:
        dark = np.count_nonzero(rows >= DARK, axis=1) <= _STRAY * middle.size + 1
        return bool(np.count_nonzero(dark) >= _COVERED * dark.size)
    if not any(frame.contains_point(*_middle(rect)) for frame in frames):
        return False
    return int(part.max()) - int(part.min()) < _EVEN


def _middle(rect: Rect) -> tuple[float, float]:
    return (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2
