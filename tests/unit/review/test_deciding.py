"""Marking, deciding, correcting, undoing: each is one entry, one transaction, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from review_app.domain.errors import RuleBroken
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import (
    ExemptionStatus,
    FieldStatus,
    Kind,
    Origin,
    Provenance,
    Status,
    Verdict,
)
from review_app.review.changes import Changes
from review_app.review.desk import Desk
from review_app.store.journal import Change
from tests.unit.review.conftest import DOCUMENT, Case


def _statuses(case: Case) -> list[str]:
    return [str(s.status) for s in case.desk.spans(DOCUMENT)]


def _actions(case: Case) -> list[str]:
    return [e.action for e in reversed(case.desk.history.log())][1:]


def test_confirm_reject_and_reopen_are_one_entry_each(case: Case) -> None:
    marking = case.desk.marking
    marking.confirm(["sp-1", "sp-2"])
    assert _statuses(case) == ["confirmed", "confirmed"]
    marking.reject(["sp-2"])
    marking.reopen(["sp-1"])
    assert _statuses(case) == ["suggested", "rejected"]
    assert _actions(case) == ["span.confirmed", "span.rejected", "span.reopened"]
    assert all(DOCUMENT in c.spans and c.log for c in case.told)


def test_what_changes_nothing_is_no_entry(case: Case) -> None:
    case.desk.marking.confirm(["sp-1"])
    assert not case.desk.marking.confirm(["sp-1"])
    assert not case.desk.marking.annotate("sp-1", "")
    assert not case.desk.marking.cite(["sp-1"], [])
    assert _actions(case) == ["span.confirmed"]


def test_a_drawn_mark_is_the_reviewers_and_cut_at_the_page(case: Case) -> None:
    span_id = case.desk.marking.draw(DOCUMENT, 2, [Rect(500, 700, 700, 900)], codes=["B6", "B6"], note="why")
    span = next(s for s in case.desk.spans(DOCUMENT) if s.id == span_id)
    assert (span.origin, span.kind, span.status) == (Origin.REVIEWER, Kind.MARK, Status.CONFIRMED)
    assert span.rects == (Rect(500, 700, 612, 792),)
    assert [(c.code, c.raw, c.provenance) for c in span.codes] == [("(b)(6)", "B6", Provenance.REVIEWER)]
    assert (span.author, span.note, span.exemption_status) == ("ortiz", "why", ExemptionStatus.STATED)


@pytest.mark.parametrize(("page", "rect"), [
    (1, Rect(700, 10, 800, 20)), (1, Rect(10, 10, 11, 200)), (3, Rect(10, 10, 50, 50)),
    (0, Rect(10, 10, 50, 50)),
])
def test_a_mark_off_the_page_or_of_no_area_is_refused(case: Case, page: int, rect: Rect) -> None:
    with pytest.raises(RuleBroken):
        case.desk.marking.draw(DOCUMENT, page, [rect])
    assert _actions(case) == []


def test_citing_replaces_codes_and_keeps_order_and_canonical_forms(case: Case) -> None:
    case.desk.marking.cite(["sp-1", "sp-2"], ["b1", "1.4(d)"])
    case.desk.marking.cite(["sp-1"], ["1.4(d)", "State Code 12"])
    first, second = case.desk.spans(DOCUMENT)
    assert [c.code for c in first.codes] == ["1.4(d)", "State Code 12"]
    assert [c.code for c in second.codes] == ["(b)(1)", "1.4(d)"]
    assert first.exemption_status is ExemptionStatus.STATED
    case.desk.marking.cite(["sp-1"], [])
    assert case.desk.spans(DOCUMENT)[0].exemption_status is ExemptionStatus.NOT_STATED


def test_only_own_marks_can_be_removed_and_only_findings_rejected(case: Case) -> None:
    own = case.desk.marking.draw(DOCUMENT, 1, [Rect(10, 10, 50, 50)], codes=["B6"])
    case.desk.decisions.decide([own], Verdict.SUSTAIN, "personal")
    with pytest.raises(RuleBroken):
        case.desk.marking.reject([own])
    with pytest.raises(RuleBroken):
        case.desk.marking.remove(["sp-1"])
    case.desk.marking.remove([own])
    assert [s.id for s in case.desk.spans(DOCUMENT)] == ["sp-1", "sp-2"]
    case.desk.history.undo()
    back = next(s for s in case.desk.spans(DOCUMENT) if s.id == own)
    assert back.codes and back.decision is not None and back.decision.justification == "personal"


def test_a_decision_confirms_and_the_newest_counts(case: Case) -> None:
    case.desk.decisions.decide(["sp-1"], Verdict.SUSTAIN)
    case.desk.decisions.decide(["sp-1"], Verdict.RELEASE, "published since")
    span = case.desk.spans(DOCUMENT)[0]
    assert span.status is Status.CONFIRMED and span.decision is not None
    assert (span.decision.verdict, span.decision.justification) == (Verdict.RELEASE, "published since")
    case.desk.history.undo()
    span = case.desk.spans(DOCUMENT)[0]
    assert span.decision is not None and span.decision.verdict is Verdict.SUSTAIN


def test_undo_and_redo_go_step_by_step_and_survive_a_restart(case: Case, tmp_path: Path) -> None:
    case.desk.marking.confirm(["sp-1", "sp-2"])
    case.desk.marking.annotate("sp-1", "a note")
    assert case.desk.history.undo_text() == "write note"
    case.desk.close()
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        changes = desk.history.undo()
        assert changes.spans == {DOCUMENT}
        desk.history.undo()
        assert [str(s.status) for s in desk.spans(DOCUMENT)] == ["suggested", "suggested"]
        assert not desk.history.can_undo(), "what came in is not undone"
        desk.history.redo()
        desk.history.redo()
        assert not desk.history.can_redo()
        assert desk.spans(DOCUMENT)[0].note == "a note"
        assert desk.history.verify() == []
        with pytest.raises(RuleBroken):
            desk.history.redo()


def test_an_export_or_intake_in_between_does_not_end_redo(case: Case) -> None:
    case.desk.marking.confirm(["sp-1"])
    case.desk.history.undo()
    case.desk.acts.record("scan", "other.pdf", "1" * 64)
    assert case.desk.history.redo_text() == "confirm span"
    case.desk.marking.annotate("sp-2", "a new step")
    assert not case.desk.history.can_redo()


def test_undo_is_refused_where_another_person_changed_the_row_since(case: Case, tmp_path: Path) -> None:
    case.desk.marking.confirm(["sp-1"])
    case.desk.close()
    with Desk.open(tmp_path / "w", "miller", jobs=1) as desk:
        assert not desk.history.can_undo(), "another person's step"
        desk.marking.annotate("sp-1", "mine")
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk, pytest.raises(RuleBroken, match=r"entry \d+|\d"):
        desk.history.undo()


def test_record_fields_are_confirmed_corrected_and_rejected(case: Case) -> None:
    fields = case.desk.record_fields
    fields.confirm(["rf-review_date"])
    fields.correct("rf-review_date", " 1996-06-18 ")
    row = next(r for r in case.desk.record(DOCUMENT) if r.id == "rf-review_date")
    assert (row.value, row.raw, row.status) == ("1996-06-18", "1996-06-17", FieldStatus.CORRECTED)
    for part in ("1996", "1996-06"):
        fields.correct("rf-review_date", part)
        assert next(r for r in case.desk.record(DOCUMENT) if r.id == "rf-review_date").value == part
    for bad in ("", "18 June", "1996-13-01", "1996-13", "0000", "00/00/0000", "96", "1996-6"):
        with pytest.raises(RuleBroken):
            fields.correct("rf-review_date", bad)
    with pytest.raises(RuleBroken):
        fields.correct("rf-disposition", "mostly")
    fields.correct("rf-disposition", "released_in_full")
    fields.reject(["rf-disposition"])
    assert case.told[-1].record == {DOCUMENT}


def test_the_history_of_a_span_names_what_touched_it(case: Case) -> None:
    case.desk.marking.cite(["sp-1"], ["B6"])
    case.desk.decisions.decide(["sp-1"], Verdict.REFER)
    case.desk.marking.confirm(["sp-2"])
    assert [e.action for e in case.desk.history.of_span("sp-1")] == [
        "document.added", "span.cited", "span.decided",
    ]


def test_the_log_knows_the_document_of_every_entry(case: Case) -> None:
    case.desk.marking.confirm(["sp-1"])
    case.desk.decisions.decide(["sp-1"], Verdict.REFER)
    own = case.desk.marking.draw(DOCUMENT, 1, [Rect(10, 10, 50, 50)])
    case.desk.decisions.decide([own], Verdict.SUSTAIN)
    case.desk.marking.remove([own])
    case.desk.record_fields.confirm(["rf-review_date"])
    entries = case.desk.history.log()
    assert [case.desk.history.documents_of(e) for e in entries] == [[DOCUMENT]] * len(entries)


def test_a_span_that_is_gone_is_said_in_words(case: Case) -> None:
    for act in (case.desk.marking.confirm, case.desk.marking.remove):
        with pytest.raises(RuleBroken, match="no longer there"):
            act(["sp-99"])


def test_a_listener_that_left_hears_nothing(case: Case) -> None:
    heard: list[object] = []
    leave = case.desk.subscribe(heard.append)
    leave()
    leave()
    case.desk.marking.confirm(["sp-1"])
    assert heard == [] and len(case.told) == 1


def test_the_warnings_follow_the_decisions(case: Case) -> None:
    assert case.desk.warnings(DOCUMENT) == ()
    case.desk.marking.reject(["sp-1", "sp-2"])
    assert case.desk.warnings(DOCUMENT) == ("released_in_part but no span was found",)
    case.desk.record_fields.correct("rf-disposition", "released_in_full")
    assert case.desk.warnings(DOCUMENT) == ()
    case.desk.marking.reopen(["sp-1"])
    assert case.desk.warnings(DOCUMENT) == ("released_in_full but withheld text was found",)
    assert case.desk.warnings("another") == ()


def test_scans_know_the_names_that_people_confirmed(case: Case) -> None:
    case.desk._session.commit("test.field", [Change("record_fields", "rf-name", None, {
        "id": "rf-name", "document_id": DOCUMENT, "field": "review_authority", "value": "R0BERT WILLER",
        "raw": "R0BERT WILLER", "page": 1, "rect": "[1,1,9,9]", "confidence": 0.5, "status": "suggested",
    })], Changes())
    assert case.desk._session.what_is_known()["names"] == []
    case.desk.record_fields.correct("rf-name", "ROBERT WILLER")
    assert case.desk._session.what_is_known()["names"] == ["ROBERT WILLER"]
    case.desk.record_fields.reject(["rf-name"])
    assert case.desk._session.what_is_known()["names"] == []
