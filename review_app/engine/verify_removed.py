"""The removed words: what the marks cover on the original, as PDFium and as MuPDF read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.engine import verify_kept
from review_app.engine.documents import Document
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.verify_ocr import MarkReader
from review_app.engine.verify_text import Box, Char, TextPage
from review_app.engine.verify_words import Needles

CACHED_PAGES = 300
"""Pages whose words are read once and kept: thirty megabytes."""


def user_boxes(frame: Frame, rects: Sequence[Rect]) -> list[Box]:
    """Rectangles of page space as boxes of PDF user space."""
    found = []
    for rect in rects:
        user = frame.rect_to_user(rect)
        found.append((user.x0, user.y0, user.x1, user.y1))
    return found


def removed_words(
    before: Document, pdfium: Any, by_page: Mapping[int, Sequence[Mark]], needles: Needles,
    reader: MarkReader,
) -> tuple[dict[str, set[str]], dict[int, list[verify_kept.Word]]]:
    """Fills ``needles`` with what the marks cover; ``reader`` recognises what has no text.

    Gives the removed characters by mark, and the words of some pages for later.

    Raises:
        InputRefused: a marked page cannot be read.
        EnvironmentProblem: recognition was demanded and there is no engine.
    """
    removed: dict[str, set[str]] = defaultdict(set)
    plain: dict[int, list[verify_kept.Word]] = {}
    for number, marks in by_page.items():
        frame = before.frame(number)
        if frame is None:
            raise InputRefused(f"Page {number} of the original cannot be read")
        boxes = {mark.id: user_boxes(frame, mark.rects) for mark in marks}
        page = TextPage(pdfium, number)
        try:
            chars, hits = page.chars_by([box for group in boxes.values() for box in group])
            groups = by_mark(chars, hits, boxes)
            for mark in marks:
                own = groups[mark.id]
                for run in runs(own):
                    needles.add(mark.id, run)
                removed[mark.id] |= {c.text for c in own if c.text.isalnum()}
            _by_mupdf(before, number, marks, needles, removed, plain)
            mute = [mark for mark in marks if not removed[mark.id]]
            if mute and reader.wants(page):
                reader.learn(page, frame, mute, needles)
        finally:
            page.close()
    return removed, plain


def _by_mupdf(
    before: Document, number: int, marks: Sequence[Mark], needles: Needles, removed: dict[str, set[str]],
    plain: dict[int, list[verify_kept.Word]],
) -> None:
    """Words whose middle lies in a mark, as MuPDF reads the page with its annotations."""
    try:
        page = before.page(number)
        words = verify_kept.words_of(page, annotations=True)
        if len(plain) < CACHED_PAGES and not page.annot_xrefs():
            plain[number] = words
    except MUPDF_ERRORS:
        return
    boxes = np.array([w[:4] for w in words], dtype=np.float64).reshape(-1, 4)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    least = 0.95 * (boxes[:, 2] - boxes[:, 0])
    for mark in marks:
        for rect in mark.rects:
            common = np.minimum(boxes[:, 2], rect.x1) - np.maximum(boxes[:, 0], rect.x0)
            is_in = (rect.y0 <= y) & (y <= rect.y1) & (rect.x0 <= x) & (x <= rect.x1) & (common > least)
            run = [words[i][4] for i in np.flatnonzero(is_in).tolist()]
            if run:
                needles.add(mark.id, " ".join(run))
                removed[mark.id] |= {c for word in run for c in word if c.isalnum()}


def by_mark(
    chars: Sequence[Char], hits: Sequence[Sequence[int]], boxes: Mapping[str, Sequence[Box]]
) -> dict[str, list[Char]]:
    """The characters that belong to the rectangles of each mark.

    Args:
        chars: those of all rectangles (``TextPage.chars_by``).
        hits: for each rectangle the positions of its own among them.
        boxes: the rectangles of each mark, in the same order.
    """
    found: dict[str, list[Char]] = {}
    at = 0
    for name, group in boxes.items():
        own = {i for hit in hits[at : at + len(group)] for i in hit}
        found[name] = [chars[i] for i in sorted(own)]
        at += len(group)
    return found


def runs(chars: Iterable[Char]) -> list[str]:
    """The characters as stretches of text: once in the order of the file, once as they stand on the page.

    Letters drawn in no order make words only by their place.
    """
    ordered = list(chars)
    found = [_joined(ordered, by_index=True)]
    rows: list[list[Char]] = []
    for char in sorted(ordered, key=lambda c: -(c.box[1] + c.box[3])):
        middle = (char.box[1] + char.box[3]) / 2
        for row in rows:
            if row[0].box[1] <= middle <= row[0].box[3] or (
                char.box[1] <= (row[0].box[1] + row[0].box[3]) / 2 <= char.box[3]
            ):
                row.append(char)
                break
        else:
            rows.append([char])
    found += [_joined(sorted(row, key=lambda c: c.box[0]), by_index=False) for row in rows]
    return [run for run in dict.fromkeys(found) if run.strip()]


def _joined(chars: Sequence[Char], *, by_index: bool) -> str:
    out = ""
    last: Char | None = None
    for char in chars:
        if char.is_generated or char.text.isspace():
            last, out = None, out + " "
            continue
        if last is not None:
            gap = char.box[0] - last.box[2]
            size = max(char.box[3] - char.box[1], last.box[3] - last.box[1], 2.0)
            if char.index != last.index + 1 if by_index else gap > 0.3 * size:
                out += " "
        out += char.text
        last = char
    return out
