"""Each page of a release copy beside the page it was made from: text, ink and pictures at the marks, and the
rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pypdfium2.raw as raw_api

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.domain.verification import Channel, Check, Finding, Kept
from review_app.engine import verify_kept, verify_peel
from review_app.engine.documents import Document
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.regions import Regions
from review_app.engine.verify_crop import outside
from review_app.engine.verify_images import left_in_pictures
from review_app.engine.verify_removed import by_mark, user_boxes
from review_app.engine.verify_text import (
    PAGE_SCALE,
    Box,
    Char,
    PageFrame,
    TextPage,
    address,
    drawn,
    touched,
)
from review_app.engine.verify_words import Needles, folded, letters

MAX_TOLD = 200
"""Places of words that stand elsewhere unmarked that are told one by one."""

MAX_CHANGED = 0.002
"""Share of a page's pixels outside the marks and the codes that may differ."""

ENOUGH = 5
"""Places where people see a word, unmarked, after which further ones are not looked at."""

_SIGNS = "()[]{}.,;:/-\u2010\u2011\u2013\u2014_&+\u00a7\ufffd"
"""What stands in codes and labels beside letters."""

_WORD = re.compile(r"\w")


@dataclass
class PageCheck:
    """What the pages together gave.

    ``seen``: needles that people see unmarked, with their count. ``worst_page``: the greatest share of
    changed pixels of a page. ``pictures``: pages that are one picture now and were not before.
    """

    findings: list[Finding] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    kept: Kept = field(default_factory=Kept)
    worst_page: float = 0.0
    pictures: list[int] = field(default_factory=list)

    def __iadd__(self, other: PageCheck) -> PageCheck:
        self.findings += other.findings
        self.seen += other.seen
        a, b = self.kept, other.kept
        self.kept = Kept(
            a.words + b.words, a.kept_words + b.kept_words, a.moved_words + b.moved_words,
            a.pixels + b.pixels, a.changed_pixels + b.changed_pixels, a.links + b.links,
            a.kept_links + b.kept_links,
        )
        self.worst_page = max(self.worst_page, other.worst_page)
        self.pictures += other.pictures
        return self

    def checks(self, marks: int) -> list[Check]:
        """The checks that pages can pass or fail."""
        bad = Counter(f.channel for f in self.findings if f.is_leak)
        return [
            Check("no text in a marked place", not bad[Channel.UNDER_MARK], marks),  # V2
            Check("nothing painted in a marked place", not bad[Channel.RESIDUE], marks),  # V3, V4
            Check("no pixels of a marked place in pictures", not bad[Channel.IMAGE], marks),
            Check("no removed word in text that nobody sees", not bad[Channel.HIDDEN_TEXT]),  # V5
            Check("nothing outside the visible page", not bad[Channel.OUTSIDE_CROP]),
        ]


class Pages:
    """Both files open, page by page."""

    def __init__(
        self, before: Document, after: Document, first: Any, second: Any, needles: Needles,
        by_page: Mapping[int, Sequence[Mark]], moved_areas: Mapping[int, Sequence[Rect]], *, has_masks: bool,
        plain: dict[int, list[verify_kept.Word]],
    ) -> None:
        self._before = before
        self._after = after
        self._first = first
        self._second = second
        self._needles = needles
        self._by_page = by_page
        self._moved = moved_areas
        self._has_masks = has_masks
        self._plain = plain
        self._seen: Counter[str] = Counter()

    def check(self, number: int) -> PageCheck:
        """Everything about one page.

        Raises:
            InputRefused: PDFium cannot read the page.
        """
        result = PageCheck()
        frame = self._after.frame(number)
        if frame is None:
            if self._before.frame(number) is not None:
                result.findings.append(Finding(Channel.READERS, "the page cannot be read", page=number))
            return result
        marks = self._by_page.get(number, ())
        page = TextPage(self._second, number)
        try:
            self._first_page = TextPage(self._first, number)
        except InputRefused:
            page.close()
            raise
        try:
            allowed = self._text_at_marks(page, number, frame, marks, result)
            self._words_elsewhere(page, number, frame, marks, result)
            if marks:
                self._ink_at_marks(page, number, frame, marks, allowed, result)
            result.findings += outside(page, number, frame)
            self._kept(page, number, frame, marks, result)
        finally:
            self._first_page.close()
            page.close()
        return result

    def _text_at_marks(
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark], result: PageCheck
    ) -> list[Any]:
        """V2: characters left in the places. Gives the text objects that may stand there."""
        allowed: list[Any] = []
        boxes = {mark.id: user_boxes(frame, mark.rects) for mark in marks}
        chars = page.chars_at([box for group in boxes.values() for box in group]) if marks else []
        if not chars:
            return allowed
        codes = sorted(
            {_compact(t) for mark in marks for t in (*mark.codes, mark.label) if _compact(t)},
            key=len, reverse=True,
        )
        objects: dict[int, tuple[Any, list[Char]]] = {}
        for char in chars:
            handle = raw_api.FPDFText_GetTextObject(page.raw, char.index)
            if handle:
                objects.setdefault(address(handle), (handle, []))[1].append(char)
        for handle, own in objects.values():
            if not _left(own, codes) and any(c.text.isalnum() for c in own):
                allowed.append(handle)
        groups = by_mark(chars, boxes)
        for mark in marks:
            own = groups[mark.id]
            left = _left(own, codes)
            if left:
                result.findings.append(Finding(
                    Channel.UNDER_MARK, "characters are left in a marked place", page=number,
                    rect=frame.rect_to_page(_bounds(own)), count=left, mark=mark.id,
                ))
        return allowed

    def _words_elsewhere(
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark], result: PageCheck
    ) -> None:
        """V5, V12: removed words that stand on the page, seen or not."""
        there = self._standing(page, frame, marks)
        if not there:
            return
        before: Counter[str] | None = None
        for text, box, hidden in there:
            shown = not hidden
            if shown and not self._is_as_before(page, box):
                if before is None:
                    before = self._seen_before(number, frame, marks)
                before[text] -= 1
                shown = before[text] >= 0
            result.seen[text] += shown
            self._seen[text] += shown
            what = (
                "a removed word also stands here, unmarked" if shown
                else "a removed word is left in text that nobody sees" if hidden
                else "a removed word stands here, where the original did not show it"
            )
            if shown and self._seen.total() > MAX_TOLD:
                continue
            rect = frame.rect_to_page(box) if box is not None else None
            for mark in self._needles.marks_of(text):
                result.findings.append(
                    Finding(Channel.HIDDEN_TEXT, what, not shown, page=number, rect=rect, mark=mark)
                )

    def _is_as_before(self, page: TextPage, box: Box | None) -> bool:
        """True when the original shows the same at a place: what is seen now was seen then."""
        first, second = self._first_page.picture(PAGE_SCALE), page.picture(PAGE_SCALE)
        if box is None or first.shape != second.shape:
            return False
        x0, y0, x1, y1 = PageFrame(page.page).pixels(box, PAGE_SCALE, first.shape)
        a, b = first[y0:y1, x0:x1], second[y0:y1, x0:x1]
        return a.size > 0 and int(np.abs(a.astype(np.int16) - b).max()) < 48

    def _seen_before(self, number: int, frame: Frame, marks: Sequence[Mark]) -> Counter[str]:
        original = self._before.frame(number) or frame
        standing = self._standing(self._first_page, original, marks)
        return Counter(text for text, _, hidden in standing if not hidden) + self._in_annotations(number)

    def _in_annotations(self, number: int) -> Counter[str]:
        """Removed words that fields and stamps of the original show: flattened, they become page content."""
        try:
            if not self._before.page(number).annot_xrefs():
                return Counter()
            shown, plain = (
                " ".join(w[4] for w in verify_kept.words_of(self._before.page(number), annotations=a))
                for a in (True, False)
            )
        except MUPDF_ERRORS:
            return Counter()
        found = Counter(text for text, _ in self._needles.places(shown))
        return found - Counter(text for text, _ in self._needles.places(plain))

    def _standing(
        self, page: TextPage, frame: Frame, marks: Sequence[Mark]
    ) -> list[tuple[str, Box | None, bool]]:
        """Removed words on a page outside of the marks: word, place, and whether nobody sees it.

        A word that was seen in ENOUGH places is public: it is looked for no further.
        """
        places = [found for found in self._needles.places(page.text) if self._seen[found[0]] < ENOUGH]
        if not places:
            return []
        boxes = user_boxes(frame, [r for mark in marks for r in mark.rects])
        regions = Regions([Rect(*box) for box in boxes])
        there = []
        for text, offset in places:
            start = page.index_of(offset)
            stretch = (start, page.index_of(min(len(page.text) - 1, offset + len(text) - 1)) + 1)
            bounds = page.bounds(*stretch)
            if bounds is not None and any(touched(bounds, boxes[i]) for i in regions.hits(Rect(*bounds))):
                continue  # told as left in its place, or the code that was asked for
            there.append((text, stretch, bounds))
        unseen = set(page.unseen([stretch for _, stretch, _ in there]))
        return [
            (text, box, stretch in unseen and not self._is_picture_text(page, frame, box))
            for text, stretch, box in there
        ]

    def _is_picture_text(self, page: TextPage, frame: Frame, box: Box | None) -> bool:
        """True for the unseen text of a scan: a picture fills the page and shows ink at the place."""
        if box is None:
            return False
        rect = frame.rect_to_page(box)
        part = rect.intersect(frame.rect)
        if part.area < 0.5 * rect.area or part.is_empty:
            return False
        pictures = [t for t in page.things if t.kind == raw_api.FPDF_PAGEOBJ_IMAGE]
        area = sum(frame.rect_to_page(t.box).intersect(frame.rect).area for t in pictures)
        if area < 0.5 * frame.rect.area:
            return False
        picture = drawn(page.page, 2.0, _drawn_rect(part, frame))
        return int(picture.max()) - int(picture.min()) > 80

    def _ink_at_marks(
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark], allowed: Sequence[Any],
        result: PageCheck,
    ) -> None:
        """V3, V4."""
        places = user_boxes(frame, [r for mark in marks for r in mark.rects])
        peeler = verify_peel.Peeler(page, allowed, places)
        for mark in marks:
            for rect in mark.rects:
                shown = rect.intersect(frame.rect)
                if shown.is_empty:
                    continue
                clip = _drawn_rect(shown, frame)
                (box,) = user_boxes(frame, [shown])
                keep = _neighbours(page, frame, box, clip)
                count = verify_peel.residue(peeler.under(box, clip), keep)
                if count and peeler.is_only_pictures(box) and not self._is_left(peeler, box, clip):
                    count = 0
                if not count and peeler.pictures_at(box):
                    count = verify_peel.residue(peeler.under(box, clip, pictures=False), keep)
                if count:
                    result.findings.append(Finding(
                        Channel.RESIDUE, "something is still painted in a marked place", page=number,
                        rect=shown, count=count, mark=mark.id,
                    ))
                left = left_in_pictures(page.page, box) if self._has_masks else 0
                if left:
                    result.findings.append(Finding(
                        Channel.IMAGE, "a picture still holds what a mark covers", page=number, rect=shown,
                        count=left, mark=mark.id,
                    ))

    def _is_left(self, peeler: verify_peel.Peeler, box: Box, clip: Rect) -> bool:
        """Whether the pixels of a picture at a place have to do with what the original shows there."""
        before = drawn(self._first_page.page, verify_peel.SCALE, clip)
        return verify_peel.alike(before, peeler.under(box, clip))

    def _kept(
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark], result: PageCheck
    ) -> None:
        """V10."""
        original = self._before.frame(number)
        if original is None:
            return
        first = self._first_page
        wide = [*(r for mark in marks for r in mark.rects), *self._moved.get(number, ())]
        drawn_wide = [_drawn_rect(r, frame) for r in wide]
        codes = [text for mark in marks for text in (*mark.codes, mark.label) if text]
        if verify_kept.is_one_picture(page, codes):
            was_picture = verify_kept.is_one_picture(first)
            share = verify_kept.compare_coarsely(first.page, page.page, original.unit, frame.unit, wide)
            if not was_picture:
                # Made a picture on purpose: its words are gone, so only its looks can be compared.
                result.pictures.append(number)
                if share > verify_kept.MAX_COARSE:
                    what = "the picture of the page does not show what the page showed"
                    result.findings.append(Finding(Channel.KEPT, what, page=number))
                return
        try:
            words = verify_kept.compare_words(
                self._words_before(number),
                verify_kept.words_of(self._after.page(number)),
                [r for mark in marks for r in mark.rects], self._moved.get(number, ()),
                verify_kept.sees(first.page, original.unit),
            )
            pixels, changed = verify_kept.compare_pixels(first, page, drawn_wide)
        except MUPDF_ERRORS:
            result.findings.append(Finding(Channel.READERS, "the page cannot be read by MuPDF", page=number))
            return
        if changed > MAX_CHANGED * pixels:
            # Codes that found no room in their boxes stand in the margin or at the foot of the page.
            drawn_wide += self._printed(page, frame, codes)
            pixels, changed = verify_kept.compare_pixels(first, page, drawn_wide, snapped=True)
        result.kept = Kept(words.total, words.kept, words.moved, pixels, changed)
        result.worst_page = changed / pixels if pixels else 0.0


    def _printed(self, page: TextPage, frame: Frame, codes: Sequence[str]) -> list[Rect]:
        """Where codes stand on the page of the output, in points as drawn."""
        found = []
        text = page.text
        for code in dict.fromkeys(codes):
            at = text.find(code)
            while at >= 0:
                box = page.bounds(page.index_of(at), page.index_of(at + len(code) - 1) + 1)
                if box is not None:
                    found.append(_drawn_rect(frame.rect_to_page(box), frame))
                at = text.find(code, at + len(code))
        return found

    def _words_before(self, number: int) -> Sequence[verify_kept.Word]:
        if number in self._plain:
            return self._plain.pop(number)
        return verify_kept.words_of(self._before.page(number))


def _drawn_rect(rect: Rect, frame: Frame) -> Rect:
    """Page space in points as PDFium draws the page: without UserUnit."""
    u = frame.unit or 1.0
    return Rect(rect.x0 / u, rect.y0 / u, rect.x1 / u, rect.y1 / u)


def _compact(text: str) -> str:
    return "".join(_WORD.findall(folded(text)))


def _left(chars: Sequence[Char], codes: Sequence[str]) -> int:
    """Characters at a place that are not those of a code or label.

    Signs that no code has count, too: a font without a map reads as such.
    """
    text = _compact("".join(c.text if c.text != "\ufffd" else "x" for c in chars))
    for code in codes:
        text = text.replace(code, "")
    odd = sum(1 for c in chars if not c.text.isalnum() and not c.text.isspace() and c.text not in _SIGNS)
    return letters(text) + odd


def _bounds(chars: Sequence[Char]) -> Box:
    boxes = [c.box for c in chars]
    return (
        min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    )


def _neighbours(page: TextPage, frame: Frame, box: Box, clip: Rect) -> list[tuple[int, int, int, int]]:
    """Pixel rectangles, in the picture of a place, of characters that reach into it and belong outside."""
    found = []
    wide = (box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1)
    for char in page.chars_meeting(wide):
        if touched(char.box, box):
            continue
        r = _drawn_rect(frame.rect_to_page(char.box), frame)
        s = verify_peel.SCALE
        found.append((
            int((r.x0 - clip.x0) * s) - 1, int((r.y0 - clip.y0) * s) - 1,
            int((r.x1 - clip.x0) * s) + 2, int((r.y1 - clip.y0) * s) + 2,
        ))
    return found
