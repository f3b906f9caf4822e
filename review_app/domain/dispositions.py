"""What became of each page, and what follows from that for the document.

The list is that of the domain reference, section 4.2, with the special ones of 4.1 that also befall single
pages. What follows for the document is derived here and compared with what its stamp says; neither ever
overwrites the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Protocol

from review_app.domain.codes import find_code
from review_app.domain.display import pages_in_words
from review_app.domain.findings import CodeReading, Extent
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Disposition, Kind, Origin, Status, Verdict


class PageDisposition(StrEnum):
    """What became of a page."""

    RELEASED_IN_FULL = "released_in_full"
    RELEASED_IN_PART = "released_in_part"
    WITHHELD_IN_FULL = "withheld_in_full"
    REFERRED = "referred"
    CONSULTATION = "consultation"
    NOT_RESPONSIVE = "not_responsive"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    MISSING = "missing"
    BLANK_IN_ORIGINAL = "blank_in_original"
    PLACEHOLDER_SHEET = "placeholder_sheet"
    LEGEND = "legend"
    COVER_LETTER = "cover_letter"


_P = PageDisposition

NO_CONTENT = frozenset({_P.BLANK_IN_ORIGINAL, _P.LEGEND, _P.COVER_LETTER})
"""Pages that are no part of what was asked for: they decide nothing about the document."""
WITHHELD = frozenset({_P.WITHHELD_IN_FULL, _P.PLACEHOLDER_SHEET})
"""Pages of which nothing is released; a sheet stands for the pages that were taken out."""
OUTSIDE = frozenset({_P.NOT_RESPONSIVE, _P.DUPLICATE})
"""Pages that the request does not reach, or reaches elsewhere: neither is a denial (domain reference 4.1)."""
NEEDS_DETAIL = frozenset({_P.DUPLICATE})
"""Dispositions that say nothing without their detail: a duplicate names the kept copy."""
_ALONE = {
    _P.REFERRED: Disposition.REFERRED, _P.CONSULTATION: Disposition.CONSULTATION,
    _P.NOT_RESPONSIVE: Disposition.NOT_RESPONSIVE, _P.DUPLICATE: Disposition.DUPLICATE,
    _P.WITHDRAWN: Disposition.WITHDRAWN, _P.MISSING: Disposition.MISSING,
}
"""What a document is called of which every page is this."""


class SpanFacts(Protocol):
    """What is asked of a span."""

    @property
    def page(self) -> int:
        """Page, from 1."""

    @property
    def kind(self) -> Kind:
        """How it looks."""

    @property
    def origin(self) -> Origin:
        """Who withheld it."""

    @property
    def status(self) -> Status:
        """How far it has come; a rejected one does not count."""

    @property
    def codes(self) -> Sequence[CodeReading]:
        """Its codes."""

    @property
    def extent(self) -> Extent | None:
        """How much is withheld."""


@dataclass(frozen=True, slots=True)
class SetDisposition:
    """What a person said of a page."""

    page: int
    disposition: PageDisposition
    detail: str = ""
    actor: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class PageState:
    """A page as it stands: its disposition, who says so (None: it follows from its spans), how many spans
    count on it and how many of them nobody has decided about. ``stands_for`` is the number of pages of the
    original, more than one for a sheet that says so."""

    number: int
    disposition: PageDisposition
    said: SetDisposition | None = None
    spans: int = 0
    undecided: int = 0
    stands_for: int = 1

    @property
    def id(self) -> str:
        """The page's number, as lists want it."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class DocumentState:
    """What follows for a document.

    ``derived`` is what its pages and the agency's spans say, ``stamped`` what its stamp says, ``after`` what
    it would be if this review were carried out: released spans shown, our own marks withheld.
    ``mismatch`` says in words where stamp and pages differ, empty when they agree or one is not known.
    """

    pages: tuple[PageState, ...]
    derived: Disposition
    stamped: Disposition
    after: Disposition
    mismatch: str = ""
    undecided: int = 0
    counts: Mapping[PageDisposition, int] = field(default_factory=dict)
    """Pages of the original by disposition; a sheet counts for the pages it stands for."""


def document_state(
    page_count: int, spans: Iterable[SpanFacts], said: Iterable[SetDisposition], *,
    read: Mapping[int, Disposition] | None = None, stamped: Disposition = Disposition.UNKNOWN,
) -> DocumentState:
    """The pages of a document one by one, and what follows from them.

    A page is what a person said of it; else withheld in full when a span covers all of it (not responsive
    when only scope codes stand there); else released in part when a span that is not rejected lies on it;
    else what the scan read of it (``read``), as far as it tells more; else released in full.

    Args:
        page_count: pages of the copy.
        spans: of the whole document; rejected ones do not count.
        said: what persons said of pages.
        read: what the scan said of single pages.
        stamped: what the stamp says of the document.
    """
    return PageByPage().state(page_count, spans, said, read=read, stamped=stamped)


class PageByPage:
    """What follows for one document, kept page by page: after a decision one page is looked at again, not
    thousands. The answer is always that of :func:`document_state`. Not for two threads at once."""

    def __init__(self) -> None:
        self._spans: dict[int, SpanFacts] = {}  # by identity; held, so that no other gets the same
        self._said: dict[int, SetDisposition] = {}
        self._read: dict[int, Disposition] = {}
        self._pages: list[PageState] = []
        self._later: list[PageDisposition] = []

    def state(
        self, page_count: int, spans: Iterable[SpanFacts], said: Iterable[SetDisposition], *,
        read: Mapping[int, Disposition] | None = None, stamped: Disposition = Disposition.UNKNOWN,
    ) -> DocumentState:
        """As :func:`document_state`. A page is looked at when a span on it is another object than at the last
        call, or something else was said or read of it."""
        known, by_hand, scanned = {id(s): s for s in spans}, {s.page: s for s in said}, dict(read or {})
        if page_count != len(self._pages):
            self._pages = [PageState(n, _P.RELEASED_IN_FULL) for n in range(1, page_count + 1)]
            self._later = [_P.RELEASED_IN_FULL] * page_count
            changed = set(range(1, page_count + 1))
        else:
            changed = {(known.get(i) or self._spans[i]).page for i in known.keys() ^ self._spans.keys()}
            changed |= _differing(by_hand, self._said) | _differing(scanned, self._read)
        self._spans, self._said, self._read = known, by_hand, scanned
        here: dict[int, list[SpanFacts]] = {n: [] for n in changed if 1 <= n <= page_count}
        for span in known.values() if here else ():
            if span.page in here and span.status is not Status.REJECTED:
                here[span.page].append(span)
        for number, on_page in here.items():
            self._pages[number - 1], self._later[number - 1] = _page(
                number, on_page, by_hand.get(number), scanned.get(number, Disposition.UNKNOWN))
        pages = tuple(self._pages)
        derived = whole(p.disposition for p in pages)
        counts: Counter[PageDisposition] = Counter()
        for page in pages:
            counts[page.disposition] += page.stands_for
        return DocumentState(
            pages, derived, stamped, whole(self._later), _mismatch(stamped, derived, pages),
            sum(p.undecided for p in pages), counts,
        )


def _page(
    number: int, here: Sequence[SpanFacts], found: SetDisposition | None, scanned: Disposition
) -> tuple[PageState, PageDisposition]:
    """A page as it stands, and what it would be if this review were carried out."""
    agency = [s for s in here if s.origin is Origin.AGENCY]
    disposition = found.disposition if found else _of_spans(agency, scanned)
    kept = [s for s in here if not _is_released(s)]
    later = found.disposition if found and found.disposition not in _FOLLOWS else _of_spans(
        kept, scanned if len(kept) == len(here) else Disposition.UNKNOWN)
    return PageState(
        number, disposition, found, len(agency), sum(s.status is Status.SUGGESTED for s in agency),
        _stands_for(agency) if disposition in WITHHELD else 1,
    ), later


def _differing(one: Mapping[int, object], other: Mapping[int, object]) -> set[int]:
    return {n for n in one.keys() | other.keys() if one.get(n) != other.get(n)}


_FOLLOWS = frozenset({_P.RELEASED_IN_FULL, _P.RELEASED_IN_PART, _P.WITHHELD_IN_FULL})
"""What a page is by its spans: it changes with what this review does to them."""


def whole(pages: Iterable[PageDisposition]) -> Disposition:
    """What a document is whose pages are these (domain reference 4.1)."""
    found = set(pages)
    content = found - NO_CONTENT
    if not content:
        return Disposition.UNKNOWN if not found else Disposition.RELEASED_IN_FULL
    if content <= WITHHELD:
        return Disposition.WITHHELD_IN_FULL
    if len(content) == 1 and (alone := _ALONE.get(next(iter(content)))):
        return alone
    counted = content - OUTSIDE
    if not counted:
        return Disposition.NOT_RESPONSIVE
    if counted == {_P.RELEASED_IN_FULL}:
        return Disposition.RELEASED_IN_FULL
    if counted <= WITHHELD:
        return Disposition.WITHHELD_IN_FULL
    if len(counted) == 1 and (alone := _ALONE.get(next(iter(counted)))):
        return alone
    if not counted & {_P.RELEASED_IN_FULL, _P.RELEASED_IN_PART}:
        # Nothing is shown, for more than one reason: what is denied outweighs what others still decide.
        return Disposition.WITHHELD_IN_FULL if counted & WITHHELD else Disposition.REFERRED
    return Disposition.RELEASED_IN_PART


def _of_spans(spans: Sequence[SpanFacts], read: Disposition) -> PageDisposition:
    sheets = [s for s in spans if s.kind is Kind.PAGE]
    if sheets:
        scope = all(_is_scope(s) for s in sheets)
        return _P.NOT_RESPONSIVE if scope else _P.WITHHELD_IN_FULL
    if any(not _is_scope(s) for s in spans):
        return _P.RELEASED_IN_PART
    if read in _ALONE.values() or read is Disposition.WITHHELD_IN_FULL:
        return _P(str(read))
    return _P.RELEASED_IN_FULL


def _is_scope(span: SpanFacts) -> bool:
    """What is only called not responsive is no withholding."""
    return bool(span.codes) and all(
        (row := find_code(c.code)) is not None and row.kind == "scope" for c in span.codes
    )


def _is_released(span: SpanFacts) -> bool:
    decision = getattr(span, "decision", None)
    return decision is not None and decision.verdict is Verdict.RELEASE


def _stands_for(spans: Sequence[SpanFacts]) -> int:
    stated = [
        int(s.extent.number) for s in spans
        if s.extent is not None and s.extent.stated and s.extent.number and s.extent.unit == "page"
    ]
    return max(stated, default=1)


_RELEASED = {Disposition.RELEASED_IN_FULL, Disposition.RELEASED_IN_PART}


def _mismatch(stamped: Disposition, derived: Disposition, pages: Sequence[PageState]) -> str:
    if stamped in (derived, Disposition.UNKNOWN) or derived is Disposition.UNKNOWN:
        return ""
    held = [p.number for p in pages if p.disposition in WITHHELD or p.disposition is _P.RELEASED_IN_PART]
    shown = [p.number for p in pages
             if p.disposition in (_P.RELEASED_IN_FULL, _P.RELEASED_IN_PART)]
    if stamped is Disposition.RELEASED_IN_FULL and held:
        return f"the stamp says released in full, but something is withheld on {pages_in_words(held)}"
    if stamped is Disposition.RELEASED_IN_PART and derived is Disposition.RELEASED_IN_FULL:
        return "the stamp says released in part, but no withheld span was located on any page"
    if stamped is Disposition.RELEASED_IN_PART and derived is Disposition.WITHHELD_IN_FULL:
        return "the stamp says released in part, but every page is withheld in full"
    if stamped is Disposition.WITHHELD_IN_FULL and shown:
        return f"the stamp says withheld in full, but text is released on {pages_in_words(shown)}"
    if stamped not in _RELEASED and shown:
        return f"the stamp says {_words(stamped)}, but text is released on {pages_in_words(shown)}"
    return f"the stamp says {_words(stamped)}, but by its pages the document is {_words(derived)}"


def _words(value: Disposition) -> str:
    return str(value).replace("_", " ")
