"""Scanning again on a real workspace with real children: what the machine said changes, decisions stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from review_app.domain.errors import RuleBroken
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Field, Status, Verdict
from review_app.review.changes import Changes
from review_app.review.desk import Desk
from review_app.review.forms import dumps
from review_app.review.rescan import Rescanned
from review_app.store.journal import Change

MACHINE = "review-app"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        yield desk


@pytest.fixture
def memo(desk: Desk, seeds: Path) -> str:
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


def machine_says(desk: Desk, changes: list[Change]) -> None:
    """Make the record look as if an earlier version of the detectors had written it."""
    desk._session.commit("document.page", changes, Changes(), actor=MACHINE)


def row(desk: Desk, table: str, row_id: str) -> dict:
    return desk._session.row(table, row_id)


def plant_another_past(desk: Desk, memo: str) -> tuple[str, str]:
    """One span the detectors do not find today, one they find with other words; their ids."""
    first, second = desk.spans(memo)
    stale = {**row(desk, "spans", first.id), "id": "sp-stale", "rects": dumps([[10, 10, 60, 20]]),
             "lines": dumps([1, 1])}
    old = row(desk, "spans", second.id)
    machine_says(desk, [Change("spans", "sp-stale", None, stale),
                        Change("spans", second.id, old, {**old, "confidence": 0.5, "evidence": "once"})])
    return "sp-stale", second.id


def test_the_same_scan_again_changes_nothing_and_writes_no_entry(desk: Desk, memo: str) -> None:
    before, head = (desk.spans(memo), desk.record(memo)), desk.history.head()
    done = desk.rescanning.again(memo)
    assert done == Rescanned(kept=2) and done.in_words() == "nothing new, 2 kept"
    assert (desk.spans(memo), desk.record(memo)) == before and desk.history.head() == head
    assert desk.history.undo_text() is None
    assert desk.search.find("Secretary"), "the text is still found"


def test_suggestions_are_brought_up_to_date_in_one_step_that_undo_takes_back(desk: Desk, memo: str) -> None:
    stale, changed = plant_another_past(desk, memo)
    lost = next(s for s in desk.spans(memo) if s.id not in (stale, changed))
    machine_says(desk, [Change("spans", lost.id, row(desk, "spans", lost.id), None)])
    before, head = desk.spans(memo), desk.history.head().seq
    done = desk.rescanning.again(memo)
    assert (done.new, done.changed, done.gone, done.kept) == (1, 1, 1, 0)
    assert done.in_words() == "1 new, 1 changed, 1 gone, 0 kept"
    assert desk.history.head().seq == head + 1
    after = {s.id: s for s in desk.spans(memo)}
    assert stale not in after and after[changed].evidence != "once" and len(after) == 2
    assert desk.history.undo_text() == "scan again"
    desk.history.undo()
    assert desk.spans(memo) == before
    desk.history.redo()
    assert {s.id for s in desk.spans(memo)} == set(after)
    assert desk.history.verify() == []


@pytest.mark.parametrize("act", ["confirm", "reject", "cite", "note", "decide", "reopen"])
def test_what_a_person_did_is_never_changed(desk: Desk, memo: str, act: str) -> None:
    stale, changed = plant_another_past(desk, memo)
    for span_id in (stale, changed):
        if act == "confirm":
            desk.marking.confirm([span_id])
        elif act == "reject":
            desk.marking.reject([span_id])
        elif act == "cite":
            desk.marking.cite([span_id], ["(b)(1)"])
        elif act == "note":
            desk.marking.annotate(span_id, "look at this again")
        elif act == "decide":
            desk.decisions.decide([span_id], Verdict.REFER)
        else:  # nothing of it shows in the row any more; the log knows
            desk.marking.reject([span_id])
            desk.marking.reopen([span_id])
    desk.marking.draw(memo, 1, [Rect(100, 500, 200, 540)], codes=["(b)(6)"])
    before = desk.spans(memo)
    assert not desk.rescanning.again(memo).is_news
    assert desk.spans(memo) == before
    assert desk.history.verify() == []


def test_what_was_undone_altogether_is_the_machines_again_only_if_nobody_touched_it(
    desk: Desk, memo: str
) -> None:
    """The fault planted: without a person's act the same past is rewritten."""
    plant_another_past(desk, memo)
    assert desk.rescanning.again(memo).is_news


def test_fields_a_person_decided_stay_and_others_are_read_again(desk: Desk, memo: str) -> None:
    case = next(r for r in desk.record(memo) if r.field is Field.CASE_ID)
    subject = next(r for r in desk.record(memo) if r.field is Field.SUBJECT)
    machine_says(desk, [Change("record_fields", subject.id, row(desk, "record_fields", subject.id),
                               {**row(desk, "record_fields", subject.id), "value": "misread"})])
    desk.record_fields.correct(case.id, "90019199")
    done = desk.rescanning.again(memo)
    assert done.fields == 1 and "record fields changed: 1" in done.in_words()
    after = {r.id: r for r in desk.record(memo)}
    assert after[case.id].value == "90019199" and after[subject.id].value == subject.value


def test_a_decision_made_while_it_compares_is_not_lost(desk: Desk, memo: str) -> None:
    _, changed = plant_another_past(desk, memo)
    real, calls = desk.rescanning._compare, []

    def compare(*args):
        out = real(*args)
        if not calls:  # between the reading and the writing somebody rejects the span
            calls.append(1)
            desk.marking.reject([changed])
        return out

    desk.rescanning._compare = compare  # type: ignore[method-assign]
    desk.rescanning.again(memo)
    span = next(s for s in desk.spans(memo) if s.id == changed)
    assert (span.status, span.evidence) == (Status.REJECTED, "once")
    assert desk.history.verify() == []


def test_a_document_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(RuleBroken):
        desk.rescanning.again("doc-nowhere")
