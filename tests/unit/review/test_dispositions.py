"""Saying what became of pages: one entry, one step of undo, and what follows for the document."""

from __future__ import annotations

import pytest

from review_app.domain.dispositions import PageDisposition
from review_app.domain.errors import RuleBroken
from review_app.domain.vocabulary import Disposition

DOCUMENT = "doc-1"
P = PageDisposition


def pages(case) -> list[PageDisposition]:
    return [p.disposition for p in case.desk.dispositions.of_document(DOCUMENT).pages]


def test_a_range_is_set_in_one_entry_and_undone_in_one_step(case):
    before = case.desk.history.head().seq
    case.desk.dispositions.set(DOCUMENT, [1, 2], P.NOT_RESPONSIVE)
    assert case.desk.history.head().seq == before + 1
    assert pages(case) == [P.NOT_RESPONSIVE] * 2
    assert case.told[-1].documents == {DOCUMENT} and case.told[-1].log
    assert case.desk.history.undo_text() == "set page disposition"
    assert case.desk.history.undo().documents == {DOCUMENT}
    assert pages(case) == [P.RELEASED_IN_PART] * 2
    case.desk.history.redo()
    assert pages(case) == [P.NOT_RESPONSIVE] * 2
    assert case.desk.history.verify() == []


def test_setting_again_changes_the_row_and_saying_the_same_writes_nothing(case):
    set_ = case.desk.dispositions.set
    set_(DOCUMENT, [1], P.REFERRED, " to  CIA ")
    set_(DOCUMENT, [1, 2], P.REFERRED, "to CIA")
    [entry] = case.desk.history.log(limit=1)
    assert [c["after"]["page"] for c in entry.changes] == [2]
    head = case.desk.history.head()
    assert not set_(DOCUMENT, [1, 2], P.REFERRED, "to CIA")
    assert case.desk.history.head() == head
    set_(DOCUMENT, [2], P.MISSING)
    state = case.desk.dispositions.of_document(DOCUMENT)
    assert [(p.said.disposition, p.said.detail, p.said.actor) for p in state.pages] == [
        (P.REFERRED, "to CIA", "ortiz"), (P.MISSING, "", "ortiz")]


def test_taken_back_what_follows_from_the_spans_counts_again(case):
    case.desk.dispositions.set(DOCUMENT, [1], P.LEGEND)
    case.desk.dispositions.clear(DOCUMENT, [1, 2])
    assert pages(case) == [P.RELEASED_IN_PART] * 2
    head = case.desk.history.head()
    assert not case.desk.dispositions.clear(DOCUMENT, [1])
    assert case.desk.history.head() == head


def test_a_duplicate_names_its_twin(case):
    with pytest.raises(RuleBroken, match="must name the page"):
        case.desk.dispositions.set(DOCUMENT, [1], P.DUPLICATE, "  ")
    case.desk.dispositions.set(DOCUMENT, [1], P.DUPLICATE, "page 2")
    assert pages(case)[0] is P.DUPLICATE


@pytest.mark.parametrize("page", [0, 3])
def test_a_page_that_is_not_there_is_refused(case, page):
    head = case.desk.history.head()
    with pytest.raises(RuleBroken, match=f"no page {page}"):
        case.desk.dispositions.set(DOCUMENT, [1, page], P.LEGEND)
    with pytest.raises(RuleBroken, match="500 are the most"):
        case.desk.dispositions.set(DOCUMENT, [1], P.REFERRED, "x" * 501)
    assert case.desk.history.head() == head


def test_the_stamp_is_what_a_person_made_of_it(case):
    state = case.desk.dispositions.of_document(DOCUMENT)
    assert (state.stamped, state.derived, state.mismatch) == (
        Disposition.RELEASED_IN_PART, Disposition.RELEASED_IN_PART, "")
    case.desk.record_fields.correct("rf-disposition", "released_in_full")
    state = case.desk.dispositions.of_document(DOCUMENT)
    assert state.stamped is Disposition.RELEASED_IN_FULL and "pages 1-2" in state.mismatch
    case.desk.record_fields.reject(["rf-disposition"])
    assert case.desk.dispositions.of_document(DOCUMENT).stamped is Disposition.UNKNOWN
    assert case.desk.dispositions.of_document("gone") is None


def test_what_was_said_of_pages_on_an_earlier_day(case):
    case.desk.dispositions.set(DOCUMENT, [1], P.LEGEND)
    then = case.desk.history.head().seq
    before = case.desk.dispositions.of_document(DOCUMENT)
    case.desk.dispositions.set(DOCUMENT, [1, 2], P.MISSING)
    case.desk.marking.reject(["sp-2"])
    case.desk.record_fields.correct("rf-disposition", "missing")
    assert case.desk.dispositions.of_document(DOCUMENT, seq=then) == before
    assert case.desk.dispositions.of_document(DOCUMENT).stamped is Disposition.MISSING
