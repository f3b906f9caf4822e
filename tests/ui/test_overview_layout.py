"""Where pages stand in the strip: each once, in order, and found again by its place."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_app.ui.panels.overview_layout import StripLayout

PAGE, HEADING = 100, 20


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 30), max_size=12), st.integers(1, 12))
def test_each_page_has_a_place_of_its_own_and_is_found_there(counts: list[int], columns: int) -> None:
    layout = StripLayout(counts, columns, PAGE, HEADING)
    places = [layout.place(at) for at in range(sum(counts))]
    assert len(set(places)) == len(places) == layout.count
    assert [layout.page_at(*place) for place in places] == list(range(layout.count))
    assert places == sorted(places), "in the order of reading"
    assert all(column < columns for _, column in places)
    assert layout.height == sum(HEADING if row.is_heading else PAGE for row in layout.rows)
    headings = [s for row in layout.rows if row.is_heading for s in row.stretches]
    assert [s.document for s in headings] == (list(range(len(counts))) if len(counts) > 1 else [])
    for at in range(layout.count):
        down, up = layout.below(at, 1), layout.below(at, -1)
        assert layout.place(up)[0] <= layout.place(at)[0] <= layout.place(down)[0]
        assert layout.place(down)[1] <= layout.place(at)[1] or layout.place(down)[0] > layout.place(at)[0]
        assert layout.row_at(layout.tops[places[at][0]]) == places[at][0]


def test_short_documents_stand_side_by_side_and_long_ones_alone() -> None:
    layout = StripLayout([1, 2, 1, 25, 2], 10, PAGE, HEADING)
    assert [layout.place(at) for at in (0, 1, 2, 3, 4, 14, 29)] == [
        (1, 0), (1, 3), (1, 4), (1, 6), (3, 0), (4, 0), (7, 0)]
    assert layout.page_at(1, 1) == -1 and layout.page_at(0, 0) == -1 and layout.page_at(99, 0) == -1
    assert [layout.below(3, by) for by in (-1, 1, 2, 99)] == [3, 10, 20, 30]


def test_one_document_needs_no_heading() -> None:
    layout = StripLayout([25], 10, PAGE, HEADING)
    assert [row.is_heading for row in layout.rows] == [False] * 3 and layout.height == 3 * PAGE
    assert StripLayout([], 10, PAGE, HEADING).height == StripLayout([0], 10, PAGE, HEADING).height == 0
