"""Where the withholding is: how much of each page, by whom, under which code, decided or not.

Areas are shares of a page, 0 to 1, so that a map counts no more than a letter; sums of them are in pages.
Rectangles of several spans over one another count once in each figure: an area that two codes or both
origins claim is in the figures of both, so that figures of parts may add up to more than that of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, fields
from math import fsum

from review_app.domain.areas import covered
from review_app.domain.codes import find_code
from review_app.domain.dispositions import DocumentState, PageState
from review_app.domain.geometry import Rect
from review_app.domain.rows import CaseRow, DocumentRow, PageRow, SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import ExemptionStatus, Kind, Origin, Status


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is withheld: of one page as a share, of several in pages.

    ``withheld`` is all of it, ``decided`` what is left without the suggestions nobody decided about; the
    others are by who withheld it, and apart for what is not decided.
    """

    withheld: float = 0.0
    decided: float = 0.0
    agency: float = 0.0
    agency_undecided: float = 0.0
    reviewer: float = 0.0
    reviewer_undecided: float = 0.0

    @classmethod
    def sum(cls, parts: Sequence[Amounts]) -> Amounts:
        """All together, the same in any order."""
        return cls(**{f.name: fsum(getattr(p, f.name) for p in parts) for f in fields(cls)})


@dataclass(frozen=True, slots=True)
class Patch:
    """A withheld area of a page as it is drawn: within the page, in points."""

    rect: Rect
    origin: Origin
    is_undecided: bool


@dataclass(frozen=True, slots=True)
class CodeFigures:
    """What is withheld under one code; without a code, what of it has none stated, or none that can be read.

    ``area`` is in pages, ``decided_area`` without the suggestions nobody decided about.
    """

    code: str
    exemption_status: ExemptionStatus
    spans: int
    undecided: int
    pages: int
    area: float
    decided_area: float

    @property
    def id(self) -> str:
        """What tells it from the others."""
        return self.code or f"?{self.exemption_status}"


@dataclass(frozen=True, slots=True)
class PageFigures:
    """One page. ``under`` has a row for each code on it, and for what has none; ``undecided`` counts the
    spans that wait for a person. ``held`` are the spans that count, as they were measured."""

    page: PageRow
    state: PageState
    amounts: Amounts = Amounts()
    patches: tuple[Patch, ...] = ()
    under: tuple[CodeFigures, ...] = ()
    undecided: int = 0
    held: tuple[SpanRow, ...] = field(default=(), repr=False, compare=False)

    @property
    def id(self) -> str:
        """What tells it from the others, also among several documents."""
        return f"{self.page.document_id}.{self.page.number}"

    @property
    def spans(self) -> int:
        """How many spans count."""
        return len(self.held)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes stated on it, in order."""
        return tuple(row.code for row in self.under if row.code)

    def without_code(self, status: ExemptionStatus) -> int:
        """How many spans have no code for this reason."""
        return sum(row.spans for row in self.under if not row.code and row.exemption_status is status)


@dataclass(frozen=True, slots=True)
class Totals:
    """A document or a case in a row. ``amounts`` are in pages; ``rejected`` spans are in no other figure."""

    pages: int = 0
    touched: int = 0
    """Pages of which something is withheld."""
    whole: int = 0
    """Pages of which everything is withheld."""
    spans: int = 0
    agency: int = 0
    reviewer: int = 0
    undecided: int = 0
    rejected: int = 0
    amounts: Amounts = Amounts()

    @property
    def share(self) -> float:
        """How much is withheld of all pages, 0 to 1."""
        return min(1.0, self.amounts.withheld / self.pages) if self.pages else 0.0

    @property
    def decided_share(self) -> float:
        """As ``share``, of what is decided."""
        return min(1.0, self.amounts.decided / self.pages) if self.pages else 0.0


@dataclass(frozen=True, slots=True)
class DocumentFigures:
    """One document."""

    document: DocumentRow
    state: DocumentState
    pages: tuple[PageFigures, ...]
    codes: tuple[CodeFigures, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Overview:
    """One document, or all of a case, or several."""

    documents: tuple[DocumentFigures, ...]
    codes: tuple[CodeFigures, ...]
    totals: Totals
    case: CaseRow | None = None
    cases: Mapping[str, str] = field(default_factory=dict)
    """The number of each document's case, by document id; those under none are left out."""

    @property
    def page_count(self) -> int:
        """Pages of all documents."""
        return self.totals.pages


_Key = tuple[str, ExemptionStatus]


def document_figures(
    document: DocumentRow, pages: Sequence[PageRow], spans: Iterable[SpanRow], state: DocumentState,
    before: DocumentFigures | None = None,
) -> DocumentFigures:
    """Measure a document.

    Args:
        document: which.
        pages: its pages; one whose size is not known has no area, unless it is withheld whole.
        spans: all of them; rejected ones are counted apart, those on no page of the document not at all.
        state: what became of its pages.
        before: figures of the same document: pages that are as they were are not measured again.
    """
    sizes = {p.number: p for p in pages}
    of_page: dict[int, list[SpanRow]] = {p.number: [] for p in state.pages}
    rejected = 0
    for span in spans:
        if span.page not in of_page:
            continue
        if span.status is Status.REJECTED:
            rejected += 1
        else:
            of_page[span.page].append(span)
    known = {p.page.number: p for p in before.pages} if before is not None else {}
    found: list[PageFigures] = []
    for page_state in state.pages:
        page = sizes.get(page_state.number) or PageRow(document.id, page_state.number, 0.0, 0.0)
        here = tuple(of_page[page_state.number])
        old = known.get(page_state.number)
        same = old is not None and old.held == here and old.page == page and old.state == page_state
        found.append(old if old is not None and same else _page(page, page_state, here))
    origins = Counter(span.origin for page in found for span in page.held)
    totals = Totals(
        pages=len(found), touched=sum(bool(p.held) for p in found),
        whole=sum(p.amounts.withheld >= 1.0 for p in found), spans=origins.total(),
        agency=origins[Origin.AGENCY], reviewer=origins[Origin.REVIEWER],
        undecided=sum(p.undecided for p in found), rejected=rejected,
        amounts=Amounts.sum([p.amounts for p in found]),
    )
    codes = _put_together(row for page in found for row in page.under)
    return DocumentFigures(document, state, tuple(found), codes, totals)


def together(
    documents: Sequence[DocumentFigures], case: CaseRow | None = None, cases: Mapping[str, str] | None = None
) -> Overview:
    """Several documents as one."""
    parts = [d.totals for d in documents]
    totals = Totals(
        **{f.name: sum(getattr(t, f.name) for t in parts) for f in fields(Totals) if f.name != "amounts"},
        amounts=Amounts.sum([t.amounts for t in parts]),
    )
    codes = _put_together(row for document in documents for row in document.codes)
    return Overview(tuple(documents), codes, totals, case, dict(cases or {}))


def keys_of(span: SpanRow) -> tuple[_Key, ...]:
    """What a span counts under: each of its codes once, or that it has none: not stated is not the same as
    not to be read, and neither is no reason."""
    if span.codes:
        return tuple((code, ExemptionStatus.STATED) for code in dict.fromkeys(c.code for c in span.codes))
    is_illegible = span.exemption_status is ExemptionStatus.ILLEGIBLE
    return (("", ExemptionStatus.ILLEGIBLE if is_illegible else ExemptionStatus.NOT_STATED),)


def share_of(rects: Iterable[Rect], width: float, height: float) -> float:
    """How much of a page of this size the rectangles cover, 0 to 1."""
    area = width * height
    if width <= 0.0 or height <= 0.0:
        return 0.0
    return min(1.0, covered(_within(rects, width, height)) / area)


def percent(share: float) -> str:
    """A share for people: a tenth of a percent; never 0% of something, never 100% of less than all."""
    if share <= 0.0:
        return "0%"
    if share < 0.001:
        return "<0.1%"
    return "100%" if share >= 1.0 else f"{min(share * 100, 99.9):.1f}%"


def _page(page: PageRow, state: PageState, spans: tuple[SpanRow, ...]) -> PageFigures:
    """Measure a page."""
    if not spans:
        return PageFigures(page, state)
    places = [_place(span, page) for span in spans]
    is_open = [span.status is Status.SUGGESTED for span in spans]
    measured: dict[tuple[int, ...], float] = {(): 0.0}

    def share(numbers: Iterable[int]) -> float:
        chosen = tuple(numbers)  # on most pages all figures are of the same spans, or of none
        if chosen not in measured:
            measured[chosen] = _share([spans[i] for i in chosen], [places[i] for i in chosen], page)
        return measured[chosen]

    every = range(len(spans))
    by: dict[tuple[Origin, bool], list[int]] = {(o, b): [] for o in Origin for b in (False, True)}
    under: dict[_Key, list[int]] = {}
    for i, span in enumerate(spans):
        by[span.origin, is_open[i]].append(i)
        for key in keys_of(span):
            under.setdefault(key, []).append(i)
    amounts = Amounts(
        withheld=share(every), decided=share(i for i in every if not is_open[i]),
        agency=share(by[Origin.AGENCY, False]), agency_undecided=share(by[Origin.AGENCY, True]),
        reviewer=share(by[Origin.REVIEWER, False]), reviewer_undecided=share(by[Origin.REVIEWER, True]),
    )
    rows = [
        CodeFigures(
            code, status, len(here), sum(is_open[i] for i in here), 1, share(here),
            share(i for i in here if not is_open[i]),
        )
        for (code, status), here in under.items()
    ]
    patches = tuple(
        Patch(rect, spans[i].origin, is_open[i]) for i in every for rect in places[i]
    )
    return PageFigures(page, state, amounts, patches, _in_order(rows), sum(is_open), spans)


def _share(spans: Sequence[SpanRow], places: Sequence[Sequence[Rect]], page: PageRow) -> float:
    if any(s.kind is Kind.PAGE for s in spans):
        return 1.0
    return share_of((r for rects in places for r in rects), page.width, page.height)


def _place(span: SpanRow, page: PageRow) -> list[Rect]:
    """Where a span lies within its page."""
    if span.kind is Kind.PAGE:
        return [Rect(0.0, 0.0, page.width, page.height)]
    return _within(span.rects, page.width, page.height)


def _within(rects: Iterable[Rect], width: float, height: float) -> list[Rect]:
    sheet = Rect(0.0, 0.0, max(0.0, width), max(0.0, height))
    return [cut for rect in rects if not (cut := sheet.intersect(rect)).is_empty]


def _put_together(rows: Iterable[CodeFigures]) -> tuple[CodeFigures, ...]:
    """One row for each code; the same in any order of the rows."""
    by_code: dict[_Key, list[CodeFigures]] = {}
    for row in rows:
        by_code.setdefault((row.code, row.exemption_status), []).append(row)
    return _in_order([
        CodeFigures(
            code, status, sum(r.spans for r in here), sum(r.undecided for r in here),
            sum(r.pages for r in here), fsum(r.area for r in here), fsum(r.decided_area for r in here),
        )
        for (code, status), here in by_code.items()
    ])


def _in_order(rows: Sequence[CodeFigures]) -> tuple[CodeFigures, ...]:
    """Codes as their table has them, those it does not know after them; what has none comes last."""
    if len(rows) < 2:
        return tuple(rows)
    return tuple(sorted(rows, key=lambda r: (not r.code, _code_order(r.code), r.exemption_status)))


def _code_order(code: str) -> tuple[bool, str, str]:
    known = find_code(code)
    return known is None, known.scheme if known is not None else "", code
