"""Blind second looks: what is drawn, what is hidden, what is compared."""

from __future__ import annotations

import pytest

from review_app.domain.errors import RuleBroken
from review_app.domain.geometry import Rect
from review_app.domain.people import Role

DOCUMENT = "doc-1"
SAME, OTHER = Rect(72, 100, 500, 140), Rect(72, 400, 500, 440)


@pytest.fixture
def look(case):
    """The first person has confirmed the span on page 1; then another one sits down."""
    case.desk.marking.confirm(["sp-1"])
    case.desk.people.take_role(Role.SECOND_REVIEWER, "ben")
    return case.desk.second_look


def test_a_sample_is_stored_with_its_seed_and_can_be_drawn_again(look):
    sample = look.draw(1, seed=5)
    assert (sample.seed, sample.population, sample.looker, sample.is_open) == (5, 2, "ben", True)
    assert look.current() == sample
    with pytest.raises(RuleBroken, match="not finished"):
        look.draw(1)
    look.end(sample.id)
    assert look.current() is None
    assert [(p.document_id, p.page) for p in look.draw(1, seed=5).pages] == [
        (p.document_id, p.page) for p in sample.pages]


def test_nobody_checks_what_they_did_themselves(case, look):
    case.desk.people.take_role(Role.APPROVER, "ortiz")
    with pytest.raises(RuleBroken, match="no page to look at"):
        look.draw(5)
    case.desk.people.take_role(Role.SECOND_REVIEWER, "ben")
    with pytest.raises(RuleBroken, match="no page to look at"):
        look.draw(5, documents=["other"])
    for size in (0, 1001):
        with pytest.raises(RuleBroken, match="1 to 1000"):
            look.draw(size)


def test_the_whole_way_with_its_rate(case, look):
    sample = look.draw(9)
    assert sorted(p.page for p in sample.pages) == [1, 2]
    assert look.spans(sample.id, DOCUMENT) == [], "nothing of the first person is seen"
    slip = look.mark(sample.id, DOCUMENT, 1, OTHER)
    look.unmark(sample.id, [slip])
    look.mark(sample.id, DOCUMENT, 1, SAME)
    look.mark(sample.id, DOCUMENT, 2, OTHER)
    assert [(s.page, s.rects) for s in look.spans(sample.id, DOCUMENT)] == [(1, (SAME,)), (2, (OTHER,))]
    with pytest.raises(RuleBroken, match="when the last page is done"):
        look.agreement(sample.id)
    assert look.finish_page(sample.id, DOCUMENT, 1).is_open
    done = look.finish_page(sample.id, DOCUMENT, 2)
    assert done.state == "done" and look.current() is None and look.finished() == [done]
    found = look.agreement(sample.id)
    assert (found.first, found.second, found.pairs, found.page_rate) == (1, 2, 1, 0.5)
    assert found.span_rate == pytest.approx(2 / 3)
    assert [(p.page, p.only_second) for p in found.pages if not p.agrees] == [(2, ((OTHER,),))]
    case.desk.people.take_role(Role.ANALYST, "ortiz")
    case.desk.marking.reject(["sp-1"])
    assert look.agreement(sample.id) == found, "later changes do not move the rate"
    assert case.desk.history.verify() == []


def test_a_done_page_stays_and_other_pages_are_not_touched(look):
    sample = look.draw(1, seed=5)
    page = sample.pages[0].page
    mark = look.mark(sample.id, DOCUMENT, page, OTHER)
    with pytest.raises(RuleBroken, match="not in the sample"):
        look.mark(sample.id, DOCUMENT, 3 - page, OTHER)
    with pytest.raises(RuleBroken, match="no extent"):
        look.mark(sample.id, DOCUMENT, page, Rect(5, 5, 5, 5))
    look.finish_page(sample.id, DOCUMENT, page)
    for act in (lambda: look.unmark(sample.id, [mark]), lambda: look.mark(sample.id, DOCUMENT, page, SAME),
                lambda: look.end(sample.id)):
        with pytest.raises(RuleBroken, match="over already"):
            act()


def test_marks_are_undone_pages_are_not(case, look):
    sample = look.draw(9)
    look.mark(sample.id, DOCUMENT, 1, OTHER)
    assert case.desk.history.undo_text() == "mark in a second look"
    case.desk.history.undo()
    assert look.spans(sample.id, DOCUMENT) == []
    look.finish_page(sample.id, DOCUMENT, 1)
    assert case.desk.history.undo_text() is None


def test_what_nobody_decided_is_nobodys_opinion(case, look):
    """The suggestion on page 2 waits: leaving the page unmarked is agreement."""
    sample = look.draw(9)
    look.mark(sample.id, DOCUMENT, 1, SAME)
    for page in (1, 2):
        look.finish_page(sample.id, DOCUMENT, page)
    assert look.agreement(sample.id).span_rate == 1.0
