"""Links, bookmarks and the language of a release copy beside those of the original, as PDFium reads both.

What stays must be what the original has: a link with another target, or one that the original does not have,
fails the copy, and so does a link on a mark or one whose address holds what was removed. What may stay and is
gone is a loss, as of words (issue: text, links and pixels outside the marks unchanged).
"""

from __future__ import annotations

import ctypes
import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw_api

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.domain.values import dataclass
from review_app.domain.verification import Channel, Check, Finding
from review_app.engine.documents import Document
from review_app.engine.geometry import Frame
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.regions import Regions
from review_app.engine.relay import DEFENDED
from review_app.engine.safelinks import MAX_LINKS, MAX_TITLE, MAX_TITLES, is_plain, unescaped
from review_app.engine.verify_words import Needles

NEAR = 0.1
"""Points that a link's area or the place it leads to may differ: they are written with two decimals."""

logging.getLogger("pypdfium2._helpers.document").setLevel(logging.ERROR)  # odd outlines are no news here

_EDGE = 0.05
_HIDDEN = 2
_MOST = 100_000
_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Seen:
    """A link: its area in page space, and where it leads: a page (from 1) with a height in user space, or an
    address; neither for another kind."""

    rect: Rect
    page: int = 0
    top: float | None = None
    address: str = ""

    def leads_as(self, other: Seen) -> bool:
        """True when it leads where ``other`` does; a height that is not told is the whole page."""
        if (self.page, self.address) != (other.page, other.address):
            return False
        return self.top is None or other.top is None or abs(self.top - other.top) <= NEAR

    def lies_as(self, other: Seen) -> bool:
        """True when both have one area."""
        pairs = zip(self.rect.as_list(), other.rect.as_list(), strict=True)
        return all(abs(a - b) <= NEAR for a, b in pairs)


class Links:
    """Collects the links of each page of both files; judged once all is known that was removed.

    Args:
        first: the original as PDFium has it.
        second: the output.
    """

    def __init__(self, first: Any, second: Any) -> None:
        self._first = first
        self._second = second
        self._pages: dict[int, tuple[list[Seen], list[Seen]]] = {}
        self._relaid: dict[int, Sequence[Rect]] = {}

    def look(
        self, number: int, first: Any, second: Any, frames: tuple[Frame | None, Frame], relaid: Sequence[Rect]
    ) -> None:
        """The links of one page, both pages open (pypdfium2), with the lines that were laid anew on it."""
        before = links_on(self._first, first, frames[0]) if frames[0] is not None else []
        after = links_on(self._second, second, frames[1])
        if before or after:
            self._pages[number] = before, after
            self._relaid[number] = relaid

    def judged(
        self, marks: Mapping[int, Sequence[Mark]], gaps: Mapping[str, Gap], needles: Needles,
        public: Iterable[str], *, is_blind: bool,
    ) -> tuple[list[Finding], int, int]:
        """What is wrong, how many links of the original may stay, and how many of these are there.

        Args:
            marks: by page.
            gaps: what was to become of the gap of each mark: links on lines laid anew go.
            needles: what was removed.
            public: removed words that people see, unmarked: in an address they are told and do not fail.
            is_blind: something was removed that cannot be read: no address can be checked.
        """
        found: list[Finding] = []
        total = kept = 0
        seen = frozenset(public)
        for number, (before, after) in sorted(self._pages.items()):
            own = marks.get(number, ())
            regions = Regions([r.inset(_EDGE) for m in own for r in m.rects])
            lost = {s.address for s in before if s.address and regions.near(s.rect)}
            rest = list(before)
            there: list[Seen] = []
            for link in after:
                what = _wrong(link, rest, regions, lost)
                if what:
                    found.append(Finding(Channel.ANNOTATION, what, page=number, rect=link.rect))
                else:
                    there.append(link)
                found += _in_address(link, number, needles, seen)
            band = self._near_marks(number, own, gaps)
            gone = {s.address for s in before if s.address and band.near(s.rect)}
            for link in before:
                may = bool(link.page) or (
                    not is_blind and is_plain(link.address) and link.address not in gone
                    and not _words_in(link.address, needles, short=True)
                )
                if may and not band.near(link.rect) and total < MAX_LINKS:
                    total += 1
                    kept += any(link.lies_as(other) for other in there)
        return found, total, kept

    def _near_marks(self, number: int, marks: Sequence[Mark], gaps: Mapping[str, Gap]) -> Regions:
        """Where links may be gone: at the marks, and on the lines that were laid anew for them."""
        areas = [r.inset(-1.0) for m in marks for r in m.rects] + list(self._relaid.get(number, ()))
        for mark in marks:
            if gaps.get(mark.id) in DEFENDED:  # wherever its line runs
                for r in mark.rects:
                    areas += [Rect(-_MOST, r.y0, _MOST, r.y1), Rect(r.x0, -_MOST, r.x1, _MOST)]
        return Regions(areas)


def _wrong(link: Seen, rest: list[Seen], regions: Regions, lost: set[str]) -> str:
    """What is wrong with a link of the output, empty when nothing is; takes its twin out of ``rest``."""
    same = [other for other in rest if link.lies_as(other)]
    twin = next((other for other in same if link.leads_as(other)), None)
    if twin is not None:
        rest.remove(twin)
    if regions.near(link.rect):
        return "a link lies in a marked place"
    if link.address and link.address in lost:
        return "a link leads to the address of a link that a mark covers"
    if not same:
        return "a link that the original does not have"
    return "" if twin is not None else "a link leads elsewhere than in the original"


def _in_address(link: Seen, number: int, needles: Needles, public: frozenset[str]) -> list[Finding]:
    found = []
    for word in sorted(_words_in(link.address, needles, short=False)):
        shown = word in public
        what = (
            "a removed word that is seen unmarked is also in the address of a link" if shown
            else "a removed word is in the address of a link"
        )
        found += [
            Finding(Channel.ANNOTATION, what, not shown, page=number, rect=link.rect, mark=mark)
            for mark in needles.marks_of(word)
        ]
    return found


def _words_in(text: str, needles: Needles, *, short: bool) -> set[str]:
    """Removed words in an address or a title, whatever signs stand between the letters."""
    if not text or not len(needles):
        return set()
    plain = unescaped(text)
    parts = re.sub(r"[\W_]+", " ", plain)
    found: set[str] = set()
    for form in (plain, parts, parts.replace(" ", "")):
        found |= set(needles.in_text(form, short=short))
        found |= set(needles.in_bytes(form.encode("utf-8", "replace"), syntax=True))
    return found


def links_on(document: Any, page: Any, frame: Frame) -> list[Seen]:
    """The links of an open page that readers follow."""
    found: list[Seen] = []
    if raw_api.FPDFPage_GetAnnotCount(page.raw) <= 0:
        return found
    at, handle = ctypes.c_int(0), raw_api.FPDF_LINK()
    while len(found) < MAX_LINKS and raw_api.FPDFLink_Enumerate(page.raw, at, handle):
        sides = raw_api.FS_RECTF()
        if not raw_api.FPDFLink_GetAnnotRect(handle, sides) or _is_hidden(page, handle):
            continue
        area = frame.rect_to_page((sides.left, sides.bottom, sides.right, sides.top))
        found.append(_target(document, handle, area))
    return found


def _is_hidden(page: Any, link: Any) -> bool:
    annotation = raw_api.FPDFLink_GetAnnot(page.raw, link)
    if not annotation:
        return False
    try:
        return bool(raw_api.FPDFAnnot_GetFlags(annotation) & _HIDDEN)
    finally:
        raw_api.FPDFPage_CloseAnnot(annotation)


def _target(document: Any, link: Any, area: Rect) -> Seen:
    action = raw_api.FPDFLink_GetAction(link)
    kind = raw_api.FPDFAction_GetType(action) if action else raw_api.PDFACTION_GOTO
    if kind == raw_api.PDFACTION_URI:
        size = int(raw_api.FPDFAction_GetURIPath(document.raw, action, None, 0))
        buffer = ctypes.create_string_buffer(max(1, size))
        raw_api.FPDFAction_GetURIPath(document.raw, action, buffer, size)
        return Seen(area, address=buffer.value.decode("utf-8", "replace") or _OTHER)
    place = raw_api.FPDFLink_GetDest(document.raw, link) if kind == raw_api.PDFACTION_GOTO else None
    if not place:
        return Seen(area, address=_OTHER)
    index = int(raw_api.FPDFDest_GetDestPageIndex(document.raw, place))
    if not 0 <= index < len(document):
        return Seen(area, address=_OTHER)
    has_x, has_y, has_zoom = (raw_api.FPDF_BOOL() for _ in range(3))
    x, y, zoom = (raw_api.FS_FLOAT() for _ in range(3))
    told = raw_api.FPDFDest_GetLocationInPage(place, has_x, has_y, has_zoom, x, y, zoom)
    return Seen(area, index + 1, float(y.value) if told and has_y.value else None)


def bookmarks(
    before: Document, first: Any, second: Any, needles: Needles, *, is_blind: bool
) -> tuple[list[Finding], Check]:
    """Bookmarks that the original does not have, and those that may stay and are gone.

    A title counts as lost only when both PDFium and MuPDF read it in the original: readers differ in what
    they make of damaged outlines.
    """
    there, here, other = _titles(first), _titles(second), _titles_by_mupdf(before)
    strange = here - (there | other)
    found = []
    if strange:
        found.append(Finding(
            Channel.METADATA, "bookmarks that the original does not have, or that lead elsewhere",
            count=strange.total(), where="Outlines",
        ))
    may = Counter({
        key: count for key, count in (there & other).items()
        if not is_blind and not _words_in(key[0], needles, short=True)
    })
    lost = (may - here).total()
    note = f"{may.total() - lost} of {may.total()} kept"
    return found, Check("bookmarks that may stay kept", not lost and not strange, may.total(), note)


def _key(title: str) -> str:
    """A title as two readers give it alike."""
    return " ".join(title.split())


def _titles(document: Any) -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    try:
        for item in document.get_toc():
            place = item.get_dest()
            index = place.get_index() if place is not None else None
            found[(_key(item.get_title()), -1 if index is None else index + 1)] += 1
            if found.total() >= MAX_TITLES:
                break
    except (pdfium.PdfiumError, ValueError, AttributeError):
        return Counter()
    return found


def _titles_by_mupdf(document: Document) -> Counter[tuple[str, int]]:
    try:
        titles = document.pdf.get_toc(simple=True)[:MAX_TITLES]
    except MUPDF_ERRORS:
        return Counter()
    plain = [(_key(str(title)), int(page)) for _, title, page in titles]
    return Counter(
        (title, page) for title, page in plain
        if page >= 1 and title.isprintable() and 0 < len(title) <= MAX_TITLE
    )


def language(before: Document, after: Any) -> list[Finding]:
    """A language that the original does not name, and a lie about tags in the output (``pikepdf.Pdf``)."""
    found = []
    named = after.Root.get("/Lang")
    if named is not None and str(named).casefold() != _language_of(before).casefold():
        found.append(Finding(Channel.METADATA, "it names another language", where="Catalog/Lang"))
    if "/MarkInfo" in after.Root and "/StructTreeRoot" not in after.Root:
        what = "it says that it is tagged and holds no tags"
        found.append(Finding(Channel.METADATA, what, where="Catalog/MarkInfo"))
    return found


def _language_of(document: Document) -> str:
    try:
        return str(document.pdf.xref_get_key(document.pdf.pdf_catalog(), "Lang")[1])
    except MUPDF_ERRORS:
        return ""
