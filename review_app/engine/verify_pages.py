"""Each page of a release copy beside the page it was made from: text, ink and pictures at the marks, and the
rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import Any

import pypdfium2.raw as raw_api

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.domain.verification import Channel, Finding, Kept
from review_app.engine import verify_added, verify_kept, verify_peel
from review_app.engine.documents import Document
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.relay import DEFENDED
from review_app.engine.verify_crop import outside
from review_app.engine.verify_images import left_in_pictures
from review_app.engine.verify_links import Links
from review_app.engine.verify_ocr import MarkReader
from review_app.engine.verify_pagecheck import PageCheck
from review_app.engine.verify_places import (
    Neighbours,
    OtherAnnotations,
    bounds,
    codes_of,
    drawn_rect,
    left,
    printed,
)
from review_app.engine.verify_relaid import Relaid
from review_app.engine.verify_removed import Removed, by_mark, user_boxes
from review_app.engine.verify_standing import Standing
from review_app.engine.verify_text import (
    Box,
    Char,
    TextPage,
    drawn,
    handle_of,
    touched,
)
from review_app.engine.verify_words import Needles

MAX_NEW = 200
"""Words of a page that are new and told one by one."""

MAX_PICTURES = 8

MAX_CHANGED = 0.002
"""Share of a page's pixels outside the marks and the codes that may differ."""


MAX_TEXT = 50_000_000
"""Characters of pages that are kept until all is known that was removed; further pages are read again."""

MAX_OPEN = 500_000
"""Characters of pages, in both files, that stay open for the search: some hundred bytes each."""

_OBJECT = 10
"""Characters that an object of a page counts for."""

_LIGHT = (raw_api.FPDF_PAGEOBJ_TEXT, raw_api.FPDF_PAGEOBJ_PATH)
"""What a page may hold and stay open: PDFium keeps decoded pictures."""


class Pages:
    """Both files open, page by page: ``check`` each, then, with all that was removed known, ``search`` each.

    Each page is opened once in either file, and again only where a removed word stands on it. Close it.
    """

    def __init__(
        self, before: Document, after: Document, first: Any, second: Any, needles: Needles,
        by_page: Mapping[int, Sequence[Mark]], gaps: Mapping[str, Gap] | None, *, has_masks: bool,
        gone: Removed, links: Links, reader: MarkReader, read: Set[int] = frozenset(),
    ) -> None:
        self._before = before
        self._after = after
        self._first = first
        self._second = second
        self._needles = needles
        self._by_page = by_page
        self._known_gaps = gaps
        self._gaps = gaps or {}
        self._has_masks = has_masks
        self._gone = gone
        self._links = links
        self._reader = reader
        self._read = read
        self._standing = Standing(before, after, needles, read)
        self._others = OtherAnnotations(before)
        self._texts: dict[int, str] = {}
        self._room = MAX_TEXT
        self._to_read: set[int] = set()
        self._opened: dict[int, tuple[TextPage, TextPage, Relaid, ExitStack]] = {}
        self._open_room = MAX_OPEN

    def check(self, number: int) -> PageCheck:
        """Everything about one page that asks for no removed word; learns those of its marks.

        Raises:
            InputRefused: PDFium cannot read the page.
            EnvironmentProblem: recognition was demanded and there is no engine.
        """
        frame = self._after.frame(number)
        if frame is None:
            result = self.learn(number)
            if self._before.frame(number) is not None:
                result.findings.append(Finding(Channel.READERS, "the page cannot be read", page=number))
            return result
        result = PageCheck()
        marks = self._by_page.get(number, ())
        with self._open(number, frame, marks, again=True) as page:
            words = self._gone.learn(self._first_page, number, marks) if marks else None
            allowed = self._text_at_marks(page, number, frame, marks, result)
            if marks:
                self._gaps_at_marks(number, marks, result)
                self._ink_at_marks(page, number, frame, marks, allowed, result)
                if self._reader.wants(page, self._first_page):
                    self._to_read.add(number)
            result.findings += outside(page, number, frame)
            frames = self._before.frame(number), frame
            self._links.look(number, self._first_page.page, page.page, frames, self._relaid.strips)
            self._kept(page, number, frame, marks, words, result)
            if len(page.text) <= self._room:
                self._texts[number] = page.text
                self._room -= len(page.text)
        return result

    def learn(self, number: int) -> PageCheck:
        """Only learns what the marks cover of a page that the output does not have.

        Raises:
            InputRefused: PDFium cannot read the page.
            EnvironmentProblem: recognition was demanded and there is no engine.
        """
        marks = self._by_page.get(number, ())
        if marks:
            with closing(TextPage(self._first, number)) as page:
                self._gone.learn(page, number, marks)
        return PageCheck()

    def ready(self) -> None:
        """Call it once every page was checked: now all is known that was removed."""
        self._standing.ready()

    def search(self, number: int) -> PageCheck:
        """Removed words on a page; to be called behind ``ready``.

        Raises:
            InputRefused: PDFium cannot read the page.
            EnvironmentProblem: recognition was demanded and there is no engine.
        """
        result = PageCheck()
        frame = self._after.frame(number)
        if frame is None:
            return result
        text = self._texts.pop(number, None)
        is_there = text is None or self._standing.may_be_in(text)
        if not is_there and number not in self._to_read:
            if number in self._opened:
                self._opened.pop(number)[-1].close()
            return result
        marks = self._by_page.get(number, ())
        with self._open(number, frame, marks) as page:
            if is_there:
                self._standing.look(page, self._first_page, number, frame, marks, result)
            if number in self._to_read:
                allowed = self._text_at_marks(page, number, frame, marks, PageCheck())
                peeler = self._peeler(page, frame, marks, [*allowed, *self._relaid.codes])
                self._reader.look(peeler, page, number, frame, marks, self._needles)
        return result

    @contextmanager
    def _open(
        self, number: int, frame: Frame, marks: Sequence[Mark], *, again: bool = False
    ) -> Iterator[TextPage]:
        """A page of the output, with that of the original beside it; ``again`` when it may still be asked
        for: some stay open."""
        own_codes = codes_of(marks)
        with ExitStack() as opened:
            if number in self._opened:
                page, self._first_page, self._relaid, before = self._opened.pop(number)
                opened.push(before)
            else:
                page = opened.enter_context(closing(TextPage(self._second, number)))
                first = opened.enter_context(closing(TextPage(self._first, number)))
                self._first_page = first
                self._relaid = Relaid(
                    first, page, frame, marks, self._known_gaps,
                    lambda own: not left(own, own_codes) and any(c.text.isalnum() for c in own),
                )
            yield page
            if again:
                both = (page, self._first_page)
                size = sum(p.count + _OBJECT * len(p.things) for p in both)
                if size <= self._open_room and all(t.kind in _LIGHT for p in both for t in p.things):
                    self._open_room -= size
                    self._opened[number] = (*both, self._relaid, opened.pop_all())

    def close(self) -> None:
        """Closes what is still open."""
        for *_, opened in self._opened.values():
            opened.close()
        self._opened.clear()

    def _text_at_marks(
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark], result: PageCheck
    ) -> list[Any]:
        """V2: characters left in the places. Gives the text objects that may stand there."""
        allowed: list[Any] = []
        boxes = {mark.id: user_boxes(frame, mark.rects) for mark in marks}
        chars, hits = page.chars_by([box for group in boxes.values() for box in group])
        if not chars:
            return allowed
        own_codes = codes_of(marks)
        printed: set[int] = set()
        for number_, own in page.by_object(chars).items():
            if number_ and not left(own, own_codes) and any(c.text.isalnum() for c in own):
                allowed.append(handle_of(number_))
                printed.update(c.index for c in own)
        groups = by_mark(chars, hits, boxes)
        for mark in marks:
            # Where marks overlap, half of the code of one may stand in the other: it is whole as an object.
            own = [c for c in groups[mark.id] if c.index not in printed]
            count = left(own, own_codes)
            if count and not all(self._is_relaid(own, rect, frame) for rect in mark.rects):
                result.findings.append(Finding(
                    Channel.UNDER_MARK, "characters are left in a marked place", page=number,
                    rect=frame.rect_to_page(bounds(own)), count=count, mark=mark.id,
                ))
        return allowed

    def _is_relaid(self, chars: Sequence[Char], rect: Rect, frame: Frame) -> bool:
        """True when what stands in a marked rectangle is the rest of its line, laid anew."""
        (box,) = user_boxes(frame, [rect])
        here = any(touched(c.box, box) for c in chars)
        return not here or self._relaid.holds(rect)

    def _gaps_at_marks(self, number: int, marks: Sequence[Mark], result: PageCheck) -> None:
        """V13: the gaps, measured again."""
        result.gaps = self._relaid.measured()
        places = {mark.id: mark.rects[0] for mark in marks}
        for mark, is_same in result.gaps.items():
            if is_same and self._gaps.get(mark) in DEFENDED:
                result.findings.append(Finding(
                    Channel.WIDTH, "a gap that was to be defended is as wide as what was removed",
                    page=number, rect=places[mark], mark=mark,
                ))
        for line in self._relaid.moved:
            if not line.is_in_order and line.is_single:
                result.findings.append(Finding(
                    Channel.KEPT, "the words of a line are in another order", page=number, rect=line.strip,
                    mark=line.mark.id,
                ))

    def _ink_at_marks(
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark], allowed: Sequence[Any],
        result: PageCheck,
    ) -> None:
        """V3, V4."""
        covers = self._relaid.covers
        allowed = [*allowed, *self._relaid.codes]
        peeler = self._peeler(page, frame, marks, allowed)
        if covers:
            self._under_covers(page, allowed, number, frame, marks, result)
        shown_rects = [r.intersect(frame.rect) for mark in marks for r in mark.rects]
        around = Neighbours(page, frame, user_boxes(frame, shown_rects))
        for mark in marks:
            for rect in mark.rects:
                shown = rect.intersect(frame.rect)
                if shown.is_empty:
                    continue
                clip = drawn_rect(shown, frame)
                (box,) = user_boxes(frame, [shown])
                keep = around.at(box, clip)
                count = verify_peel.residue(peeler.under(box, clip), keep)
                if count and peeler.is_only_pictures(box) and not self._is_left(peeler, box, clip):
                    count = 0
                if not count and peeler.pictures_at(box):
                    count = verify_peel.residue(peeler.under(box, clip, pictures=False), keep)
                    count = count or self._pale(peeler, box, clip)
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

    def _peeler(
        self, page: TextPage, frame: Frame, marks: Sequence[Mark], allowed: Sequence[Any]
    ) -> verify_peel.Peeler:
        places = [*user_boxes(frame, [r for mark in marks for r in mark.rects]), *self._relaid.covers]
        return verify_peel.Peeler(page, [*allowed, *self._relaid.objects], places)

    def _pale(self, peeler: verify_peel.Peeler, box: Box, clip: Rect) -> int:
        """Pixels of a place where a picture shows what was removed, pale or behind another one."""
        before = drawn(self._first_page.page, verify_peel.SCALE, clip)
        if verify_peel.faint(before, peeler.under(box, clip)):
            return before.size
        several = peeler.pictures(box)[:MAX_PICTURES]
        grounds = (*([255] if len(several) > 1 else []), *([0] if self._has_masks else []))
        alone = (peeler.alone(p, box, clip, ground=g) for p in several for g in grounds)
        return before.size if any(verify_peel.faint(before, after) for after in alone) else 0

    def _under_covers(
        self, page: TextPage, allowed: Sequence[Any], number: int, frame: Frame, marks: Sequence[Mark],
        result: PageCheck,
    ) -> None:
        """V3 for the boxes of lines that were laid anew: they do not stand where the marks are."""
        peeler = verify_peel.Peeler(page, allowed, self._relaid.covers)
        around = Neighbours(page, frame, self._relaid.covers)
        for box in self._relaid.covers:
            shown = frame.rect_to_page(box).intersect(frame.rect).inset(1.0)
            if min(shown.width, shown.height) < 1.0:
                continue
            clip = drawn_rect(shown, frame)
            keep = around.at(box, clip)
            count = verify_peel.residue(peeler.under(box, clip), keep)
            if count:  # grounds and rules may lie there: the box stands where nobody marked
                count = verify_peel.added(self._first_page, peeler.under(box, clip), box, clip, keep)
            if count:
                near = min(marks, key=lambda m: -max(r.iou(shown) for r in m.rects))
                result.findings.append(Finding(
                    Channel.RESIDUE, "something is still painted under a box", page=number, rect=shown,
                    count=count, mark=near.id,
                ))

    def _is_left(self, peeler: verify_peel.Peeler, box: Box, clip: Rect) -> bool:
        """Whether the pixels of a picture at a place have to do with what the original shows there."""
        before = drawn(self._first_page.page, verify_peel.SCALE, clip)
        return verify_peel.alike(before, peeler.under(box, clip))

    def _kept(
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark],
        known: Sequence[verify_kept.Word] | None, result: PageCheck,
    ) -> None:
        """V10; ``known`` are the words of the original, where they were read."""
        original = self._before.frame(number)
        if original is None:
            return
        first = self._first_page
        relaid = self._relaid.strips
        wide = [*(r for mark in marks for r in mark.rects), *relaid]
        drawn_wide = [drawn_rect(r, frame) for r in wide]
        codes = [text for mark in marks for text in (*mark.codes, mark.label) if text]
        is_read = number in self._read
        if verify_kept.is_one_picture(page, codes, is_read=is_read):
            was_picture = verify_kept.is_one_picture(first) and not is_read
            # Their gaps were laid anew before the page was drawn: the letters of their lines stand elsewhere.
            wide += [line.strip for line in self._relaid.lines if self._gaps.get(line.mark.id) in DEFENDED]
            share = verify_kept.compare_coarsely(first.page, page.page, original.unit, frame.unit, wide)
            if not was_picture:
                # Made a picture on purpose: its words are gone, so only its looks can be compared.
                result.pictures.append(number)
                if share > verify_kept.MAX_COARSE:
                    what = "the picture of the page does not show what the page showed"
                    result.findings.append(Finding(Channel.KEPT, what, page=number))
                return
        try:
            before = known if known is not None else verify_kept.words_of(self._before.page(number))
            after = verify_kept.words_of(self._after.page(number))
            others = [r for mark in marks for r in mark.rects], relaid
            same = verify_kept.same_look(first, page, original.unit or 1.0)
            asked = verify_kept.was_seen(first, original), same
            words = verify_kept.compare_words(before, after, *others, *asked)
            if words.kept < words.total:  # the copy has no /ActualText, which the original may have
                before = verify_kept.words_of(self._before.page(number), as_drawn=True)
                words = max(words, verify_kept.compare_words(before, after, *others, *asked), key=_share)
            pixels, changed = verify_kept.compare_pixels(first, page, drawn_wide)
        except MUPDF_ERRORS:
            result.findings.append(Finding(Channel.READERS, "the page cannot be read by MuPDF", page=number))
            return
        if changed >= verify_kept.FEW:
            blank = verify_kept.faded(before, wide, first, page, original.unit or 1.0)
            words = replace(words, kept=max(0, words.kept - blank))
            icons = [drawn_rect(frame.rect_to_page(b), frame) for b in verify_kept.annotations_of(first)]
            if verify_kept.torn(first, page, [*drawn_wide, *printed(page, frame, codes), *icons]):
                result.torn.append(number)
        if changed > MAX_CHANGED * pixels:
            # Codes without room stand in the margin or at the foot; what readers draw is left out.
            drawn_wide += [*printed(page, frame, codes), *self._others.on(number, original)]
            pixels, changed = verify_kept.compare_pixels(first, page, drawn_wide, snapped=True)
        # Reading the original's page once more costs: without marks, only where MuPDF reads something new.
        if not is_read and (marks or Counter(w[4] for w in after) - Counter(w[4] for w in before)):
            places = wide, codes_of(marks), frame.rect_to_page, asked[1]
            result.findings += verify_added.findings(number, first, page, *places)[:MAX_NEW]
        result.kept = Kept(words.total, words.kept, words.moved, pixels, changed)
        result.worst_page = changed / pixels if pixels else 0.0


def _share(words: verify_kept.Words) -> float:
    return words.kept / words.total if words.total else 1.0
