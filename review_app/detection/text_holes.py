"""Words missing from the middle of a sentence in a text file: blanks stand where the box was.

A program that turns a released page into text keeps the width of a withheld stretch. Told only in documents
released in part; the blanks of tables and of columns stand under each other, those of withheld words do not
(domain reference 5.3 c).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from review_app.detection.flow import Flow, Place
from review_app.domain.geometry import Rect

DETECTOR, CONFIDENCE = "text_hole", 0.85
REASON = "blanks in the middle of a sentence"

_HOLE = re.compile(r"(?<=[a-z,])[ \t]{6,}(?=[a-z])")  # the width is the reference's, 5.3 c
_EDGE = re.compile(r"\s{3,}\S")
_BEFORE = 3
"""Words: fewer before the blanks may be a label or a cell."""

_NEAR = 2
"""Lines above and below whose blanks must not end at the same column."""


def find(flow: Flow, skipped: Container[int]) -> Iterator[Place]:
    """The places of such blanks, from top to bottom.

    Args:
        flow: the document; only lines of text files are looked at.
        skipped: flow lines of stamps, legends and of findings that are told already.
    """
    for index, line in enumerate(flow.lines):
        if line.number is None or index in skipped or "      " not in line.text.replace("\t", "      "):
            continue
        for hole in _HOLE.finditer(line.text):
            if len(line.text[: hole.start()].split()) < _BEFORE or _is_column(flow, index, hole.end()):
                continue
            yield Place(line.page, _rects(flow, index, hole.start(), hole.end()), (line.number, line.number))


def _is_column(flow: Flow, index: int, column: int) -> bool:
    beside = range(max(0, index - _NEAR), min(len(flow.lines), index + _NEAR + 1))
    return any(
        abs(edge.end() - 1 - column) <= 1
        for at in beside if at != index and flow.lines[at].page == flow.lines[index].page
        for edge in _EDGE.finditer(flow.lines[at].text)
    )


def _rects(flow: Flow, index: int, start: int, end: int) -> tuple[Rect, ...]:
    """Between the two words; the whole line where it is wrapped between them."""
    line = flow.lines[index]
    left = [word.rect for word in line.words if word.end <= start]
    right = [word.rect for word in line.words if word.start >= end]
    if left and right and abs(left[-1].y0 - right[0].y0) < 1 and left[-1].x1 < right[0].x0:
        return (Rect(left[-1].x1, left[-1].y0, right[0].x0, left[-1].y1),)
    return line.rects
