"""Whole pages, and the same mark at the same place elsewhere: one entry, one undo."""

from __future__ import annotations

import pytest

from review_app.domain.errors import RuleBroken
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Kind, Origin
from review_app.review.changes import Changes
from review_app.store.journal import Change
from tests.unit.review.conftest import DOCUMENT


@pytest.fixture
def desk(case):
    return case.desk


@pytest.fixture
def memo():
    return DOCUMENT


def own(desk, document_id):
    return [s for s in desk.spans(document_id) if s.origin is Origin.REVIEWER]


def test_whole_pages_are_marked_once(desk, memo):
    count = len(desk.pages(memo))
    assert len(desk.marking.draw_pages(memo, range(1, count + 1), codes=["b1"])) == count
    marks = own(desk, memo)
    assert {m.kind for m in marks} == {Kind.PAGE} and {m.codes[0].code for m in marks} == {"(b)(1)"}
    sheet = desk.pages(memo)[0]
    assert marks[0].rects == (Rect(0, 0, sheet.width, sheet.height),)
    assert desk.marking.draw_pages(memo, [1]) == []
    desk.history.undo()
    assert own(desk, memo) == []
    with pytest.raises(RuleBroken):
        desk.marking.draw_pages(memo, [count + 1])


def test_a_mark_is_repeated_where_it_is_not_yet_and_undone_in_one_step(desk, memo):
    other = "doc-2"
    desk._session.commit("document.added", [
        Change("documents", other, None, {
            "id": other, "sha256": "1" * 64, "name": "b.txt", "media_type": "text/plain", "page_count": 1,
            "state": "ready"}),
        Change("pages", "doc-2.1", None, {
            "id": "doc-2.1", "document_id": other, "number": 1, "width": 612.0, "height": 792.0}),
    ], Changes(), actor="review-app", quiet=True)
    source = desk.marking.draw(memo, 1, [Rect(100, 60, 300, 80)], codes=["b6", "b7C"], note="header")
    targets = [(memo, 1), (memo, 2), (other, 1)]
    assert len(desk.marking.repeat([source], targets)) == 2
    copy = own(desk, other)[0]
    assert copy.rects == (Rect(100, 60, 300, 80),) and copy.note == "header"
    assert [c.code for c in copy.codes] == ["(b)(6)", "(b)(7)(C)"]
    assert desk.marking.repeat([source], targets) == []
    desk.history.undo()
    assert [s.id for s in own(desk, memo)] == [source] and own(desk, other) == []


def test_what_the_agency_withheld_is_not_repeated(desk, memo):
    agency = next(s.id for s in desk.spans(memo) if s.origin is Origin.AGENCY)
    with pytest.raises(RuleBroken):
        desk.marking.repeat([agency], [(memo, 2)])
