"""Shares of pages and codes: what counts, what does not, and what is kept apart."""

from __future__ import annotations

import random
from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_app.domain.dispositions import document_state
from review_app.domain.findings import CodeReading
from review_app.domain.geometry import Rect
from review_app.domain.overview import Amounts, DocumentFigures, document_figures, percent, share_of, together
from review_app.domain.rows import DocumentRow, PageRow, SpanRow
from review_app.domain.vocabulary import (
    Band,
    Disposition,
    ExemptionStatus,
    Kind,
    Origin,
    Provenance,
    Status,
)

WIDTH, HEIGHT = 100.0, 200.0


def span(number: int, page: int = 1, rects: tuple[tuple[float, ...], ...] = ((0, 0, 100, 20),),
         origin: Origin = Origin.AGENCY, status: Status = Status.CONFIRMED, kind: Kind = Kind.BLACK_BOX,
         codes: tuple[str, ...] = (), exemption: ExemptionStatus = ExemptionStatus.NOT_STATED) -> SpanRow:
    return SpanRow(
        id=f"s{number}", document_id="d", page=page, kind=kind, origin=origin, status=status,
        rects=tuple(Rect.of(r) for r in rects), confidence=0.9, band=Band.LIKELY, detector="x", evidence="y",
        exemption_status=ExemptionStatus.STATED if codes else exemption,
        codes=tuple(CodeReading(c, c, Provenance.IN_BOX) for c in codes),
    )


def measured(spans: list[SpanRow], pages: int = 2, document_id: str = "d") -> DocumentFigures:
    document = DocumentRow(document_id, None, "0" * 64, "memo.pdf", "application/pdf", pages,
                           Disposition.UNKNOWN, "2026-01-01T00:00:00Z")
    rows = [PageRow(document_id, n, WIDTH, HEIGHT) for n in range(1, pages + 1)]
    return document_figures(document, rows, spans, document_state(pages, spans, []))


def test_overlaps_count_once_and_nothing_counts_beyond_the_page() -> None:
    figures = measured([span(1, rects=((0, 0, 100, 40),)), span(2, rects=((-50, 20, 500, 60),))])
    assert figures.pages[0].amounts.withheld == pytest.approx(0.3)
    assert figures.pages[1].amounts == Amounts()
    assert figures.totals.amounts.withheld == pytest.approx(0.3)
    assert figures.totals.share == pytest.approx(0.15)


def test_origins_and_what_is_undecided_stand_apart() -> None:
    figures = measured([
        span(1, rects=((0, 0, 100, 20),)),
        span(2, rects=((0, 20, 100, 60),), status=Status.SUGGESTED),
        span(3, rects=((0, 60, 100, 80),), origin=Origin.REVIEWER, status=Status.PROPOSED),
        span(4, rects=((0, 0, 100, 40),), origin=Origin.REVIEWER, status=Status.SUGGESTED),
    ])
    assert figures.pages[0].amounts == Amounts(
        withheld=pytest.approx(0.4), decided=pytest.approx(0.2), agency=pytest.approx(0.1),
        agency_undecided=pytest.approx(0.2), reviewer=pytest.approx(0.1),
        reviewer_undecided=pytest.approx(0.2))
    assert [(p.origin, p.is_undecided) for p in figures.pages[0].patches] == [
        (Origin.AGENCY, False), (Origin.AGENCY, True), (Origin.REVIEWER, False), (Origin.REVIEWER, True)]
    assert (figures.totals.agency, figures.totals.reviewer, figures.totals.undecided) == (2, 2, 2)


def test_a_page_withheld_whole_is_all_of_it_also_when_its_size_is_not_known() -> None:
    whole = span(1, page=2, kind=Kind.PAGE, rects=((10, 10, 20, 20),))
    assert measured([whole]).pages[1].amounts.withheld == 1.0
    document = DocumentRow("d", None, "0" * 64, "m", "application/pdf", 2, Disposition.UNKNOWN, "")
    figures = document_figures(document, [], [whole, span(2)], document_state(2, [whole], []))
    assert [p.amounts.withheld for p in figures.pages] == [0.0, 1.0]
    assert (figures.totals.whole, figures.totals.touched, figures.totals.share) == (1, 2, 0.5)


def test_rejected_spans_are_counted_apart_and_in_nothing_else() -> None:
    figures = measured([span(n, status=Status.REJECTED, codes=("(b)(1)",)) for n in range(3)])
    assert figures.totals.rejected == 3
    assert figures.codes == () and figures.totals.amounts == Amounts() and figures.totals.spans == 0
    assert all(p.patches == () and p.spans == 0 for p in figures.pages)


def test_what_has_no_code_is_a_row_of_its_own_and_never_none() -> None:
    figures = measured([
        span(1, codes=("(b)(6)", "(b)(1)", "(b)(1)")), span(2, rects=((0, 10, 100, 30),), codes=("(b)(1)",)),
        span(3, page=2, codes=("(b)(1)",), status=Status.SUGGESTED), span(4), span(5, page=2),
        span(6, exemption=ExemptionStatus.ILLEGIBLE),
    ])
    rows = [(c.code, str(c.exemption_status), c.spans, c.undecided, c.pages) for c in figures.codes]
    assert rows == [
        ("(b)(1)", "stated", 3, 1, 2), ("(b)(6)", "stated", 1, 0, 1),
        ("", "illegible", 1, 0, 1), ("", "not_stated", 2, 0, 2),
    ]
    first = figures.codes[0]
    assert (first.area, first.decided_area) == (pytest.approx(0.25), pytest.approx(0.15))
    page = figures.pages[0]
    assert page.codes == ("(b)(1)", "(b)(6)")
    assert [page.without_code(s) for s in ExemptionStatus] == [0, 1, 1]


def test_documents_together_add_up() -> None:
    one = measured([span(1, codes=("(b)(1)",)), span(2, page=2)], document_id="d")
    two = measured([span(3, rects=((0, 0, 100, 200),), codes=("(b)(1)",))], pages=3, document_id="e")
    both = together([one, two])
    assert both.page_count == 5 and both.totals.spans == 3 and both.totals.touched == 3
    assert both.totals.amounts.withheld == pytest.approx(1.2)
    assert both.totals.share == pytest.approx(1.2 / 5)
    assert [(c.code, c.pages, c.area) for c in both.codes] == [
        ("(b)(1)", 2, pytest.approx(1.1)), ("", 1, pytest.approx(0.1))]
    assert together([]).totals.share == 0.0


def test_a_document_without_pages() -> None:
    figures = measured([], pages=0)
    assert figures.pages == () and figures.totals.share == 0.0


_EDGES = st.tuples(*[st.integers(-50, 250)] * 4)
_SPANS = st.lists(st.builds(
    span, st.integers(1, 10_000), st.integers(1, 2), st.lists(_EDGES, min_size=1, max_size=3).map(tuple),
    st.sampled_from(Origin), st.sampled_from(Status), st.sampled_from([Kind.BLANK, Kind.MARK, Kind.PAGE]),
    st.lists(st.sampled_from(["(b)(1)", "(b)(6)"]), max_size=2).map(tuple),
), max_size=8, unique_by=lambda s: s.id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_SPANS, st.randoms(use_true_random=False))
def test_shares_are_shares_in_any_order(spans: list[SpanRow], dice: random.Random) -> None:
    figures = measured(spans)
    for page in figures.pages:
        a = page.amounts
        assert all(0.0 <= getattr(a, f.name) <= 1.0 for f in fields(Amounts))
        parts = (a.agency, a.agency_undecided, a.reviewer, a.reviewer_undecided)
        assert max(parts) - 1e-9 <= a.withheld <= sum(parts) + 1e-9
        assert max(a.agency, a.reviewer) - 1e-9 <= a.decided <= a.withheld + 1e-9
    assert 0.0 <= figures.totals.share <= 1.0
    for code in figures.codes:
        assert 0.0 <= code.decided_area <= code.area + 1e-9 and code.area <= code.pages
    shuffled = list(spans)
    dice.shuffle(shuffled)
    other = measured(shuffled)
    assert [p.amounts for p in other.pages] == [p.amounts for p in figures.pages]
    assert other.codes == figures.codes and other.totals == figures.totals


@pytest.mark.parametrize(("share", "text"), [
    (0.0, "0%"), (0.0001, "<0.1%"), (0.001, "0.1%"), (0.1234, "12.3%"), (0.9999, "99.9%"), (1.0, "100%"),
])
def test_something_is_never_nothing_and_less_than_all_never_all(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_page_without_size_has_no_share() -> None:
    assert share_of([Rect(0, 0, 10, 10)], 0.0, 792.0) == 0.0


def test_only_pages_that_changed_are_measured_again() -> None:
    spans = [span(1, codes=("(b)(1)",)), span(2, page=2), span(3, page=2)]
    before = measured(spans)
    spans[2] = span(3, page=2, status=Status.REJECTED)
    document = before.document
    rows = [PageRow("d", n, WIDTH, HEIGHT) for n in (1, 2)]
    again = document_figures(document, rows, spans, document_state(2, spans, []), before)
    assert again.pages[0] is before.pages[0] and again.pages[1] is not before.pages[1]
    assert again == measured(spans)
