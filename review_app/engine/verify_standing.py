"""Removed words that stand on pages of a release copy outside of the marks, seen or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set

from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.domain.verification import Channel, Finding
from review_app.engine import verify_kept, verify_peel
from review_app.engine.documents import Document
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.regions import Regions
from review_app.engine.verify_pagecheck import PageCheck
from review_app.engine.verify_places import compact, is_picture_text
from review_app.engine.verify_removed import user_boxes
from review_app.engine.verify_text import PAGE_SCALE, Box, TextPage, apart, touched
from review_app.engine.verify_words import Needles, parts

MAX_TOLD = 200
"""Places of words that stand elsewhere unmarked that are told one by one."""

NEAR = 0.1
"""Points that a word may move and still stand where it stood."""

ENOUGH = 5
"""Places where people see a word, unmarked, after which further ones are not looked at."""


class Standing:
    """Looks for removed words, page by page in their order.

    Args:
        before: the original.
        after: the output.
        needles: the removed words.
        read: pages whose text was read from their picture.
    """

    _first_page: TextPage

    def __init__(self, before: Document, after: Document, needles: Needles, read: Set[int]) -> None:
        self._before = before
        self._after = after
        self._needles = needles
        self._read = read
        self._seen: Counter[str] = Counter()
        self._told = 0
        self._public = needles.ignored()

    def ready(self) -> None:
        """Call it once all is known that was removed."""
        self._needles.ready()
        self._public = self._needles.ignored()

    def may_be_in(self, text: str) -> bool:
        """True when a page with this text is to be looked at."""
        return bool(self._needles.places(text, ignored=self._public))

    def look(
        self, page: TextPage, first: TextPage, number: int, frame: Frame, marks: Sequence[Mark],
        result: PageCheck,
    ) -> None:
        """V5, V12: removed words that stand on the page, seen or not; ``first`` is the original's page."""
        self._first_page = first
        there = self._standing(page, frame, marks)
        if not there:
            return
        drawn = self._drawn_text(number)
        there = [
            (text, box, hidden or (drawn is not None and compact(text) not in drawn))
            for text, box, hidden in there
        ]
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

    def _drawn_text(self, number: int) -> str | None:
        """The letters that a page draws, where /ActualText may say others; None without it."""
        try:
            page = self._after.page(number)
            if b"/ActualText" not in page.read_contents():
                return None
            return compact("".join(w[4] for w in verify_kept.words_of(page, as_drawn=True)))
        except MUPDF_ERRORS:
            return None

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
