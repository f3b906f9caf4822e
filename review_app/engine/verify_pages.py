"""Each page of a release copy beside the page it was made from: text, ink and pictures at the marks, and the
rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.domain.verification import Channel, Finding, Kept
from review_app.engine import verify_kept, verify_peel
from review_app.engine.documents import Document
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.regions import Regions
from review_app.engine.relay import DEFENDED
from review_app.engine.verify_crop import outside
from review_app.engine.verify_images import left_in_pictures
from review_app.engine.verify_links import Links
from review_app.engine.verify_ocr import MarkReader
from review_app.engine.verify_pagecheck import PageCheck
from review_app.engine.verify_places import (
    bounds,
    codes_of,
    compact,
    drawn_rect,
    is_picture_text,
    left,
    neighbours,
    printed,
)
from review_app.engine.verify_relaid import Relaid
from review_app.engine.verify_removed import by_mark, user_boxes
from review_app.engine.verify_text import (
    PAGE_SCALE,
    Box,
    Char,
    TextPage,
    apart,
    drawn,
    handle_of,
    touched,
)
from review_app.engine.verify_words import Needles, parts

MAX_TOLD = 200
"""Places of words that stand elsewhere unmarked that are told one by one."""

NEAR = 0.1
"""Points that a word may move and still stand where it stood."""

MAX_CHANGED = 0.002
"""Share of a page's pixels outside the marks and the codes that may differ."""

ENOUGH = 5
"""Places where people see a word, unmarked, after which further ones are not looked at."""


class Pages:
    """Both files open, page by page."""

    def __init__(
        self, before: Document, after: Document, first: Any, second: Any, needles: Needles,
        by_page: Mapping[int, Sequence[Mark]], gaps: Mapping[str, Gap] | None, *, has_masks: bool,
        plain: dict[int, list[verify_kept.Word]], links: Links, reader: MarkReader,
        read: Set[int] = frozenset(),
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
        self._plain = plain
        self._links = links
        self._reader = reader
        self._read = read
        self._seen: Counter[str] = Counter()
        self._told = 0
        self._public = needles.ignored()

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
        own_codes = codes_of(marks)
        self._relaid = Relaid(
            self._first_page, page, frame, marks, self._known_gaps,
            lambda own: not left(own, own_codes) and any(c.text.isalnum() for c in own),
        )
        try:
            allowed = self._text_at_marks(page, number, frame, marks, result)
            self._words_elsewhere(page, number, frame, marks, result)
            if marks:
                self._gaps_at_marks(number, marks, result)
                self._ink_at_marks(page, number, frame, marks, allowed, result)
            result.findings += outside(page, number, frame)
            frames = self._before.frame(number), frame
            self._links.look(number, self._first_page.page, page.page, frames, self._relaid.strips)
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

    def _words_elsewhere(
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark], result: PageCheck
    ) -> None:
        """V5, V12: removed words that stand on the page, seen or not."""
        there = self._standing(page, frame, marks)
        if not there:
            return
        places = user_boxes(frame, [rect for mark in marks for rect in mark.rects])
        odd = [
            not hidden and not (
                self._is_as_before(page, box, number in self._read) or self._was_seen(text, box)
            ) for text, box, hidden in there
        ]
        asked = frozenset(text for (text, _, _), is_odd in zip(there, odd, strict=True) if is_odd)
        before = self._seen_before(number, frame, marks, asked) if asked else Counter()
        for (text, box, hidden), is_odd in zip(there, odd, strict=True):
            shown = not hidden
            if is_odd:
                before[text] -= 1
                shown = before[text] >= 0 or _is_around_mark(text, box, places)
            result.seen[text] += shown
            if shown:
                self._seen[text] += 1
                self._told += 1
                if self._seen[text] == ENOUGH:
                    self._public.add(text)
            what = (
                "a removed word also stands here, unmarked" if shown
                else "a removed word is left in text that nobody sees" if hidden
                else "a removed word stands here, where the original did not show it"
            )
            if shown and self._told > MAX_TOLD:
                continue
            rect = frame.rect_to_page(box) if box is not None else None
            for mark in self._needles.marks_of(text):
                result.findings.append(
                    Finding(Channel.HIDDEN_TEXT, what, not shown, page=number, rect=rect, mark=mark)
                )

    def _is_as_before(self, page: TextPage, box: Box | None, is_read: bool) -> bool:
        """True when the original shows the same at a place: what is seen now was seen then. Pixels that were
        drawn anew (``is_read``) need only be alike."""
        first, second = self._first_page.picture(PAGE_SCALE), page.picture(PAGE_SCALE)
        if box is None or first.shape != second.shape:
            return False
        x0, y0, x1, y1 = page.frame.pixels(box, PAGE_SCALE, first.shape)
        a, b = first[y0:y1, x0:x1], second[y0:y1, x0:x1]
        if is_read:
            return verify_peel.alike(a, b, 0.7)
        return a.size > 0 and int(apart(a, b).max()) < 48

    def _was_seen(self, text: str, box: Box | None) -> bool:
        """True when the original shows the same letters at the same place, whatever was drawn beside it.

        They may have been part of a longer word there: a mark that ends within a word leaves the rest of it.
        """
        if box is None:
            return False
        own = [
            c for c in self._first_page.chars_at([box])
            if not c.is_generated and c.box[0] > box[0] - NEAR and c.box[2] < box[2] + NEAR
        ]
        if compact("".join(c.text for c in own)) != compact(text) or not own:
            return False
        return not self._first_page.unseen([(own[0].index, own[-1].index + 1)])

    def _seen_before(
        self, number: int, frame: Frame, marks: Sequence[Mark], asked: Set[str]
    ) -> Counter[str]:
        original = self._before.frame(number) or frame
        standing = self._standing(self._first_page, original, marks, asked)
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
        self, page: TextPage, frame: Frame, marks: Sequence[Mark], asked: Set[str] | None = None
    ) -> list[tuple[str, Box | None, bool]]:
        """Removed words on a page outside of the marks: word, place, and whether nobody sees it.

        A word that was seen in ENOUGH places is public: it is looked for no further, unless it is ``asked``
        for.
        """
        if asked is None:
            places = self._needles.places(page.text, ignored=self._public)
        else:
            places = [p for p in self._needles.places(page.text) if p[0] in asked]
        if not places:
            return []
        boxes = user_boxes(frame, [r for mark in marks for r in mark.rects])
        regions = Regions([Rect(*box) for box in boxes])
        last = len(page.text) - 1
        stretches = [
            (page.index_of(at), page.index_of(min(last, at + len(text) - 1)) + 1) for text, at in places
        ]
        there = []
        for (text, _), stretch, box in zip(places, stretches, page.all_bounds(stretches), strict=True):
            if box is not None and any(touched(box, boxes[i]) for i in regions.hits(Rect(*box))):
                continue  # told as left in its place, or the code that was asked for
            there.append((text, stretch, box))
        unseen = set(page.unseen([stretch for _, stretch, _ in there]))
        return [
            (text, box, stretch in unseen and not is_picture_text(page, frame, box))
            for text, stretch, box in there
        ]

    def _ink_at_marks(
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark], allowed: Sequence[Any],
        result: PageCheck,
    ) -> None:
        """V3, V4."""
        covers = self._relaid.covers
        allowed = [*allowed, *self._relaid.codes]
        places = [*user_boxes(frame, [r for mark in marks for r in mark.rects]), *covers]
        peeler = verify_peel.Peeler(page, [*allowed, *self._relaid.objects], places)
        if self._reader.wants(page, self._first_page):
            self._reader.look(peeler, page, number, frame, marks, self._needles)
        if covers:
            self._under_covers(page, allowed, number, frame, marks, result)
        for mark in marks:
            for rect in mark.rects:
                shown = rect.intersect(frame.rect)
                if shown.is_empty:
                    continue
                clip = drawn_rect(shown, frame)
                (box,) = user_boxes(frame, [shown])
                keep = neighbours(page, frame, box, clip)
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

    def _under_covers(
        self, page: TextPage, allowed: Sequence[Any], number: int, frame: Frame, marks: Sequence[Mark],
        result: PageCheck,
    ) -> None:
        """V3 for the boxes of lines that were laid anew: they do not stand where the marks are."""
        peeler = verify_peel.Peeler(page, allowed, self._relaid.covers)
        for box in self._relaid.covers:
            shown = frame.rect_to_page(box).intersect(frame.rect).inset(1.0)
            if min(shown.width, shown.height) < 1.0:
                continue
            clip = drawn_rect(shown, frame)
            keep = neighbours(page, frame, box, clip)
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
        self, page: TextPage, number: int, frame: Frame, marks: Sequence[Mark], result: PageCheck
    ) -> None:
        """V10."""
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
            before, after = self._words_before(number), verify_kept.words_of(self._after.page(number))
            others = [r for mark in marks for r in mark.rects], relaid
            asked = (
                verify_kept.was_seen(first, original),
                verify_kept.same_look(first, page, original.unit or 1.0),
            )
            words = verify_kept.compare_words(before, after, *others, *asked)
            if words.kept < words.total:  # the copy has no /ActualText, which the original may have
                before = verify_kept.words_of(self._before.page(number), as_drawn=True)
                words = max(words, verify_kept.compare_words(before, after, *others, *asked), key=_share)
            pixels, changed = verify_kept.compare_pixels(first, page, drawn_wide)
        except MUPDF_ERRORS:
            result.findings.append(Finding(Channel.READERS, "the page cannot be read by MuPDF", page=number))
            return
        if changed:
            blank = verify_kept.faded(before, wide, first, page, original.unit or 1.0)
            words = replace(words, kept=max(0, words.kept - blank))
        if changed > MAX_CHANGED * pixels:
            # Codes that found no room in their boxes stand in the margin or at the foot of the page.
            drawn_wide += printed(page, frame, codes)
            pixels, changed = verify_kept.compare_pixels(first, page, drawn_wide, snapped=True)
        result.kept = Kept(words.total, words.kept, words.moved, pixels, changed)
        result.worst_page = changed / pixels if pixels else 0.0

    def _words_before(self, number: int) -> Sequence[verify_kept.Word]:
        if number in self._plain:
            return self._plain.pop(number)
        return verify_kept.words_of(self._before.page(number))


def _share(words: verify_kept.Words) -> float:
    return words.kept / words.total if words.total else 1.0


def _is_around_mark(text: str, box: Box | None, marked: Sequence[Box]) -> bool:
    """True for a phrase on a line with a mark, each of whose words is looked for by itself.

    What stood between its words was removed: "was [gone] shown" is no "was shown" that somebody left. Were
    one of the words not there before, it would be told alone.
    """
    if box is None or len(parts(text)) < 2:
        return False
    return any(
        min(box[3], other[3]) - max(box[1], other[1]) > 0.5 * min(box[3] - box[1], other[3] - other[1])
        and other[0] < box[2] + NEAR
        and other[2] > box[0] - NEAR
        for other in marked
    )
