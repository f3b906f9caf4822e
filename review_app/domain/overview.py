"""Where the withholding is: how much of each page, by whom, under which code, decided or not.

Areas are shares of a page, 0 to 1, so that a map counts no more than a letter; sums of them are in pages.
Rectangles of several spans over one another count once in each figure: an area that two codes or both
origins claim is in the figures of both, so that figures of parts may add up to more than that of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import fsum

from review_app.domain.areas import covered
from review_app.domain.codes import find_code
from review_app.domain.dispositions import DocumentState, PageState
from review_app.domain.geometry import Rect
from review_app.domain.rows import CaseRow, DocumentRow, PageRow, SpanRow
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
class PageFigures:
    """One page. ``codes`` are those stated on it, in order; ``unstated`` counts spans without one and
    ``illegible`` those whose code cannot be read; ``undecided`` those that wait for a person."""

    page: PageRow
    state: PageState
    amounts: Amounts = Amounts()
    patches: tuple[Patch, ...] = ()
    spans: int = 0
    undecided: int = 0
    codes: tuple[str, ...] = ()
    unstated: int = 0
    illegible: int = 0


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
    document: DocumentRow, pages: Sequence[PageRow], spans: Iterable[SpanRow], state: DocumentState
) -> DocumentFigures:
    """Measure a document.

    Args:
        document: which.
        pages: its pages; one whose size is not known has no area, unless it is withheld whole.
        spans: all of them; rejected ones are counted apart, those on no page of the document not at all.
        state: what became of its pages.
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
    found: list[PageFigures] = []
    codes: dict[_Key, list[tuple[int, int, float, float]]] = {}
    origins: dict[Origin, int] = dict.fromkeys(Origin, 0)
    for page_state in state.pages:
        page = sizes.get(page_state.number) or PageRow(document.id, page_state.number, 0.0, 0.0)
        here = of_page[page_state.number]
        for span in here:
            origins[span.origin] += 1
        found.append(_page(page, page_state, here, codes))
    totals = Totals(
        pages=len(found), touched=sum(bool(p.spans) for p in found),
        whole=sum(p.amounts.withheld >= 1.0 for p in found), spans=sum(p.spans for p in found),
        agency=origins[Origin.AGENCY], reviewer=origins[Origin.REVIEWER],
        undecided=sum(p.undecided for p in found), rejected=rejected,
        amounts=Amounts.sum([p.amounts for p in found]),
    )
    rows = [
        CodeFigures(
            code, status, sum(r[0] for r in parts), sum(r[1] for r in parts), len(parts),
            fsum(r[2] for r in parts), fsum(r[3] for r in parts),
        )
        for (code, status), parts in codes.items()
    ]
    return DocumentFigures(document, state, tuple(found), _in_order(rows), totals)


def together(
    documents: Sequence[DocumentFigures], case: CaseRow | None = None, cases: Mapping[str, str] | None = None
) -> Overview:
    """Several documents as one."""
    parts = [d.totals for d in documents]
    totals = Totals(
        **{f.name: sum(getattr(t, f.name) for t in parts) for f in fields(Totals) if f.name != "amounts"},
        amounts=Amounts.sum([t.amounts for t in parts]),
    )
    by_code: dict[str, list[CodeFigures]] = {}
    for document in documents:
        for row in document.codes:
            by_code.setdefault(row.id, []).append(row)
    codes = [
        CodeFigures(
            rows[0].code, rows[0].exemption_status, sum(r.spans for r in rows),
            sum(r.undecided for r in rows), sum(r.pages for r in rows), fsum(r.area for r in rows),
            fsum(r.decided_area for r in rows),
        )
        for rows in by_code.values()
    ]
    return Overview(tuple(documents), _in_order(codes), totals, case, dict(cases or {}))


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


def _page(
    page: PageRow, state: PageState, spans: Sequence[SpanRow],
    codes: dict[_Key, list[tuple[int, int, float, float]]],
) -> PageFigures:
    """Measure a page, and add what it holds of each code to ``codes``."""
    if not spans:
        return PageFigures(page, state)
    places = [_place(span, page) for span in spans]
    measured: dict[tuple[int, ...], float] = {}

    def share(holds: Callable[[SpanRow], bool]) -> float:
        chosen = tuple(i for i, span in enumerate(spans) if holds(span))
        if chosen not in measured:
            measured[chosen] = _share([spans[i] for i in chosen], [places[i] for i in chosen], page)
        return measured[chosen]

    def is_open(span: SpanRow) -> bool:
        return span.status is Status.SUGGESTED

    agency, reviewer = Origin.AGENCY, Origin.REVIEWER
    amounts = Amounts(
        withheld=share(lambda s: True), decided=share(lambda s: not is_open(s)),
        agency=share(lambda s: s.origin is agency and not is_open(s)),
        agency_undecided=share(lambda s: s.origin is agency and is_open(s)),
        reviewer=share(lambda s: s.origin is reviewer and not is_open(s)),
        reviewer_undecided=share(lambda s: s.origin is reviewer and is_open(s)),
    )
    under: dict[_Key, set[str]] = {}
    for span in spans:
        for key in keys_of(span):
            under.setdefault(key, set()).add(span.id)
    for key, ids in under.items():
        def holds(span: SpanRow, ids: set[str] = ids) -> bool:
            return span.id in ids

        def decided(span: SpanRow, ids: set[str] = ids) -> bool:
            return span.id in ids and not is_open(span)

        undecided = sum(is_open(s) for s in spans if s.id in ids)
        codes.setdefault(key, []).append((len(ids), undecided, share(holds), share(decided)))
    patches = tuple(
        Patch(rect, span.origin, is_open(span))
        for span, rects in zip(spans, places, strict=True) for rect in rects
    )
    stated = sorted((code for code, _ in under if code), key=_code_order)
    return PageFigures(
        page, state, amounts, patches, len(spans), sum(map(is_open, spans)), tuple(stated),
        len(under.get(("", ExemptionStatus.NOT_STATED), ())),
        len(under.get(("", ExemptionStatus.ILLEGIBLE), ())),
    )


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


def _in_order(rows: Iterable[CodeFigures]) -> tuple[CodeFigures, ...]:
    """Codes as their table has them, those it does not know after them; what has none comes last."""
    return tuple(sorted(rows, key=lambda r: (not r.code, _code_order(r.code), r.exemption_status)))


def _code_order(code: str) -> tuple[bool, str, str]:
    known = find_code(code)
    return known is None, known.scheme if known is not None else "", code
