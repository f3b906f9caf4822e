"""Read models: rows as values of the domain, and what is not to be seen."""

from __future__ import annotations

from contextlib import closing

import pytest

from review_app.domain.errors import EnvironmentProblem
from review_app.domain.geometry import Rect
from review_app.domain.rows import CaseRow, DecisionRow, PageRow
from review_app.domain.vocabulary import (
    Disposition,
    Field,
    FieldStatus,
    Kind,
    Origin,
    Provenance,
    Status,
    Verdict,
)
from review_app.store.journal import Change


@pytest.fixture
def desk(filled, rows):
    commit = filled.journal.commit
    commit("ana", "case.opened", [
        Change("cases", "k2", None, {"number": "B-2", "title": "second"}),
        Change("cases", "k1", None, {"number": "A-1", "title": "first"}),
    ])
    commit("review-app", "document.page", [
        rows.page(number=2),
        rows.span("s2", page=2, rects="[[10.0,300.0,20.0,310.0]]", lines=None, extent=None),
        rows.span("s3", page=2, rects="[[10.0,100.0,20.0,110.0]]", status="rejected"),
        rows.code("c2", position=1, code="1.4(d)", raw="E.O. 13526 1.4(d)", provenance="in_box"),
        rows.field("f2", page=2), rows.field(),
    ])
    commit("ana", "span.decided", [rows.decision()])
    commit("bob", "span.decided", [rows.decision("v2", verdict="release", actor="bob",
                                                 at="2024-05-02T11:00:00.000000Z")])
    return filled


def test_cases(desk):
    assert desk.queries.cases() == [CaseRow("k1", "A-1", "first"), CaseRow("k2", "B-2", "second")]
    assert desk.queries.case_by_number("B-2").id == "k2"
    assert desk.queries.case_by_number("b-2") is None


def test_documents_and_their_counts(desk, rows):
    desk.journal.commit("ana", "document.added", [rows.document(
        "d0", sha256="7" * 64, case_id="k1", warnings='["w"]', added_at="2024-04-01T00:00:00.000000Z")])
    older, document = desk.queries.documents()
    assert (older.id, older.case_id, older.warnings, older.span_count) == ("d0", "k1", ("w",), 0)
    assert (document.id, document.disposition, document.page_count) == (
        "d1", Disposition.RELEASED_IN_PART, 2)
    assert (document.span_count, document.undecided_count) == (2, 1)  # the rejected one does not count
    assert desk.queries.document("d1") == document
    assert desk.queries.document_by_sha("7" * 64) == older
    assert desk.queries.document("nobody") is None
    assert desk.queries.document_by_sha("8" * 64) is None


def test_pages(desk):
    assert desk.queries.pages("d1") == [PageRow("d1", 1, 612.0, 792.0), PageRow("d1", 2, 612.0, 792.0)]


def test_spans_by_page_and_place_with_codes_and_the_newest_decision(desk):
    first, second, third = desk.queries.spans("d1")
    assert [s.id for s in (first, second, third)] == ["s1", "s3", "s2"]
    assert (first.kind, first.origin, first.status) == (Kind.BLANK, Origin.AGENCY, Status.CONFIRMED)
    assert first.rects == (Rect(72.0, 140.5, 540.0, 190.0),)
    assert (first.lines, first.extent.lines, first.extent.stated) == ((14, 17), 4, False)
    assert [(c.code, c.raw, c.provenance) for c in first.codes] == [
        ("(b)(1)", "B1", Provenance.MARGIN), ("1.4(d)", "E.O. 13526 1.4(d)", Provenance.IN_BOX)]
    assert first.decision == DecisionRow("s1", Verdict.RELEASE, "", "bob", "2024-05-02T11:00:00.000000Z")
    assert (third.lines, third.extent, third.codes, third.decision) == (None, None, (), None)
    assert desk.queries.span("s1") == first
    assert desk.queries.span("nobody") is None
    assert [d.verdict for d in desk.queries.decisions("s1")] == [Verdict.SUSTAIN, Verdict.RELEASE]


def test_an_undone_decision_makes_the_one_before_it_current(desk):
    desk.journal.revert(desk.journal.head().seq, "bob")
    assert desk.queries.span("s1").decision.verdict is Verdict.SUSTAIN
    desk.journal.revert(desk.journal.head().seq, "bob", action="redo")
    assert desk.queries.span("s1").decision.verdict is Verdict.RELEASE


def test_record_fields(desk):
    first, second = desk.queries.record("d1")
    assert (first.id, first.field, first.value, first.status) == (
        "f1", Field.CASE_ID, "90019152", FieldStatus.SUGGESTED)
    assert first.rect == Rect(72.0, 700.0, 540.0, 715.0)
    assert second.page == 2


def test_rows_as_stored(desk, rows):
    assert desk.queries.row("spans", "s1") == {**rows.span().after, "status": "confirmed"}
    assert desk.queries.row("spans", "nobody") is None
    assert [r["id"] for r in desk.queries.rows_of_span("span_codes", "s1")] == ["c1", "c2"]
    assert [r["id"] for r in desk.queries.rows_of_span("decisions", "s1")] == ["v1", "v2"]
    with pytest.raises(ValueError, match="no journaled table"):
        desk.queries.row("audit_log; DROP TABLE spans", "1")


def test_exports(desk):
    for number in (2, 1):
        desk.journal.commit("ana", "export.annotated", [Change("exports", f"e{number}", None, {
            "document_id": "d1", "kind": "annotated", "path": f"{number}.pdf", "sha256": "1" * 64,
            "head_seq": number, "head_hash": "2" * 64, "at": "t",
        })])
    assert [r["path"] for r in desk.queries.exports("d1")] == ["1.pdf", "2.pdf"]


@pytest.mark.parametrize("state", ["incoming", "removed"])
def test_a_document_that_does_not_count_is_not_seen_nor_anything_of_it(desk, rows, state):
    queries = desk.queries
    assert queries.documents() and queries.pages("d1") and queries.spans("d1") and queries.record("d1")
    desk.journal.commit("ana", "x", [rows.edit(desk, "documents", "d1", state=state)])
    assert queries.documents() == queries.pages("d1") == queries.spans("d1") == queries.record("d1") == []
    assert queries.document("d1") is queries.document_by_sha(rows.document().after["sha256"]) is None
    assert queries.span("s1") is None
    assert queries.row("documents", "d1")["state"] == state
    assert queries.has_original(rows.document().after["sha256"])


def test_the_history_of_a_span_holds_its_codes_and_decisions(desk, rows):
    desk.journal.commit("ana", "span.noted", [rows.edit(desk, "spans", "s2", note="another span")])
    desk.journal.commit("ana", "span.cited", [rows.removal(desk, "span_codes", "c1")])
    assert [e.action for e in desk.queries.span_history("s1")] == [
        "document.page", "span.confirmed", "document.page", "span.decided", "span.decided", "span.cited"]
    desk.journal.revert(desk.journal.head().seq, "ana")
    assert desk.queries.span_history("s1")[-1].action == "undo"
    assert desk.queries.span_history("nobody") == []


def test_the_log_can_be_narrowed(desk, rows):
    log = desk.queries.log
    assert [e.seq for e in log()] == [7, 6, 5, 4, 3, 2, 1]
    assert [e.seq for e in log(actor="bob")] == [7]
    assert [e.seq for e in log(action="span.decided")] == [7, 6]
    assert [e.seq for e in log(action="span.")] == [7, 6, 3]
    assert [e.seq for e in log(limit=2)] == [7, 6]
    assert [e.seq for e in log(limit=2, before_seq=6)] == [5, 4]
    assert [e.seq for e in log(document_id="d1")] == [7, 6, 5, 3, 2, 1]  # decisions too, the case not
    assert [e.seq for e in log(text="release-no")] == []
    assert [e.seq for e in log(text="E.O. 13526")] == [5]
    assert [e.seq for e in log(text="e.o. 13526", actor="ana")] == []
    assert log(text="%") == log(text="sp_n") == log(text="a\\b") == []
    assert [e.seq for e in log(text="'; DROP TABLE spans; --")] == []


def test_the_log_of_a_document_keeps_what_is_gone(desk, rows):
    """A code of a span that was removed in the same entry still belongs to its document."""
    desk.journal.commit("ana", "span.drawn", [rows.span("s9"), rows.code("c9", "s9")])
    seq = desk.journal.commit("ana", "span.removed", [
        rows.removal(desk, "span_codes", "c9"), rows.removal(desk, "spans", "s9")]).seq
    assert desk.queries.log(document_id="d1", limit=1)[0].seq == seq
    assert [e.seq for e in desk.queries.span_history("s9")] == [seq - 1, seq]


def test_the_log_by_time(desk):
    log = desk.queries.log
    first, last = desk.journal.entry(1).at, desk.journal.entry(7).at
    assert len(log(since=first, until=last)) == 7
    assert log(since=last[:10] + "T99") == log(until="1999-12-31") == []
    assert [e.seq for e in log(until=first)] == [1]
    assert len(log(since=first[:10], until=last[:10])) == 7  # a date is the whole day


def test_a_value_that_the_program_did_not_write_is_words(desk, outside):
    for column, value in (("rects", "junk"), ("rects", "[[1,2,3]]"), ("rects", "7"), ("kind", "cloud"),
                          ("lines", "[]"), ("lines", "{}"), ("extent", "[1]")):
        before = desk.queries.row("spans", "s1")[column]
        with outside(desk, keep_guards=True) as shell, closing(shell.cursor()) as cursor:
            cursor.execute(f"UPDATE spans SET {column} = ? WHERE id = 's1'", (value,))
        with pytest.raises(EnvironmentProblem, match="did not write"):
            desk.queries.spans("d1")
        with outside(desk, keep_guards=True) as shell:
            shell.execute(f"UPDATE spans SET {column} = ? WHERE id = 's1'", (before,))
    assert len(desk.queries.spans("d1")) == 3


def test_undecided_spans_below_a_limit_are_those_that_nobody_touched(desk, rows):
    """Of a decided, an undecided and a rejected span one is hidden; none that a person wrote to."""
    assert desk.queries.undecided_below(0.0) == {}
    (low,) = desk.queries.undecided_below(1.1).values()
    spans = [s for d in desk.queries.documents() for s in desk.queries.spans(d.id)]
    assert low == sum(s.is_undecided and not s.is_touched for s in spans)
    desk.journal.commit("review-app", "document.page", [
        rows.span("s4", page=2, confidence=0.2), rows.span("s5", page=2, confidence=0.2, note="mine"),
        rows.span("s6", page=2, confidence=0.2), rows.code("c6", span_id="s6", provenance="reviewer"),
    ])
    assert list(desk.queries.undecided_below(0.3).values()) == [1]
