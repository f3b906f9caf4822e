"""The removed words: what the marks cover on the original, as PDFium and as MuPDF read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.engine.documents import Document
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.verify_kept import Word, words_of
from review_app.engine.verify_ocr import MarkReader
from review_app.engine.verify_text import Box, Char, TextPage
from review_app.engine.verify_words import Needles


def user_boxes(frame: Frame, rects: Sequence[Rect]) -> list[Box]:
    """Rectangles of page space as boxes of PDF user space."""
    found = []
    for rect in rects:
        user = frame.rect_to_user(rect)
        found.append((user.x0, user.y0, user.x1, user.y1))
    return found


class Removed:
    """What the marks cover, learned page by page.

    Args:
        before: the original.
        needles: filled with the removed words.
        reader: recognises what has no text.

    Attributes:
        chars: the removed characters, by mark.
    """

    def __init__(self, before: Document, needles: Needles, reader: MarkReader) -> None:
        self.chars: dict[str, set[str]] = defaultdict(set)
        self._before = before
        self._needles = needles
        self._reader = reader

    def learn(self, page: TextPage, number: int, marks: Sequence[Mark]) -> Sequence[Word] | None:
        """Adds what the marks of one page cover, read from the original's page.

        Gives the words of the page for later, None where its annotations show words, too.

        Raises:
            InputRefused: the page cannot be read.
            EnvironmentProblem: recognition was demanded and there is no engine.
        """
        frame = self._before.frame(number)
        if frame is None:
            raise InputRefused(f"Page {number} of the original cannot be read")
        boxes = {mark.id: user_boxes(frame, mark.rects) for mark in marks}
        chars, hits = page.chars_by([box for group in boxes.values() for box in group])
        groups = by_mark(chars, hits, boxes)
        for mark in marks:
            own = groups[mark.id]
            for run in runs(own):
                self._needles.add(mark.id, run)
            self.chars[mark.id] |= {c.text for c in own if c.text.isalnum()}
        words = self._by_mupdf(number, marks)
        mute = [mark for mark in marks if not self.chars[mark.id]]
        if mute and self._reader.wants(page):
            self._reader.learn(page, frame, mute, self._needles)
        return words

    def _by_mupdf(self, number: int, marks: Sequence[Mark]) -> Sequence[Word] | None:
        """Words whose middle lies in a mark, as MuPDF reads the page with its annotations."""
        try:
            page = self._before.page(number)
            words = words_of(page, annotations=True)
            is_plain = not page.annot_xrefs()
            readings = [words]
            # /ActualText over a whole line gives its letters other places, or none: they are read as drawn.
            if not all(self.chars[mark.id] for mark in marks) or b"/ActualText" in page.read_contents():
                readings.append(words_of(page, as_drawn=True))
        except MUPDF_ERRORS:
            return None
        for reading in readings:
            self._in_marks(reading, marks)
        return words if is_plain else None

    def _in_marks(self, words: Sequence[Word], marks: Sequence[Mark]) -> None:
        for mark in marks:
            for rect in mark.rects:
                x0, y0, x1, y1 = rect.x0, rect.y0, rect.x1, rect.y1
                near = [w for w in words if w[1] <= y1 and w[3] >= y0 and w[0] <= x1 and w[2] >= x0]
                run = [
                    w[4] for w in near
                    if y0 <= (w[1] + w[3]) / 2 <= y1 and x0 <= (w[0] + w[2]) / 2 <= x1
                    and min(w[2], x1) - max(w[0], x0) > 0.95 * (w[2] - w[0])
                ]
                if run:
                    self._needles.add(mark.id, " ".join(run))
                    self.chars[mark.id] |= {c for word in run for c in word if c.isalnum()}


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
