"""Committing: one entry, one transaction, hash as the contract says, and what is refused."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from review_app.domain.errors import EnvironmentProblem, RuleBroken
from review_app.domain.vocabulary import Status
from review_app.store.journal import Change
from review_app.store.workspace import Workspace


def raw_log(workspace: Workspace) -> list[dict]:
    with closing(sqlite3.connect(workspace.folder / "review.db")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(r) for r in connection.execute("SELECT * FROM audit_log ORDER BY seq")]


def test_an_empty_log_has_a_head(workspace):
    assert (workspace.journal.head().seq, workspace.journal.head().hash) == (0, "0" * 64)
    assert workspace.journal.verify() == []


def test_the_hash_is_the_contracts_written_out_by_hand(filled, rows):
    """Anybody can check the chain from the columns alone."""
    filled.journal.commit("Zoë", "span.noted", [rows.edit(filled, "spans", "s1", note="naïve — “quoted”\n")])
    previous = "0" * 64
    for row in raw_log(filled):
        own, prev_hash = row.pop("hash"), row.pop("prev_hash")
        body = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert prev_hash == previous
        assert own == hashlib.sha256((prev_hash + body).encode("utf-8")).hexdigest()
        previous = own
    assert previous == filled.journal.head().hash


def test_a_pinned_hash():
    """The form may never change: every log written so far depends on it."""
    from review_app.store.chain import entry_hash

    assert entry_hash(1, "2024-01-01T00:00:00Z", "é", "a.b", None, None, "[]", "0" * 64) == hashlib.sha256(
        ("0" * 64 + '{"action":"a.b","actor":"é","at":"2024-01-01T00:00:00Z","changes":"[]",'
         '"group_id":null,"reverts":null,"seq":1}').encode()
    ).hexdigest()


def test_an_entry_holds_its_rows_and_can_be_read_back(filled):
    entry = filled.journal.entry(3)
    assert (entry.seq, entry.actor, entry.action, entry.reverts) == (3, "ana", "span.confirmed", None)
    assert [(c["table"], c["id"]) for c in entry.changes] == [("spans", "s1")]
    assert entry.changes[0]["before"]["status"] == "suggested"
    assert entry.changes[0]["after"]["status"] == "confirmed"
    assert filled.queries.log() == [filled.journal.entry(n) for n in (3, 2, 1)]
    with pytest.raises(RuleBroken, match="no entry 4"):
        filled.journal.entry(4)


def test_what_commit_returns_is_what_is_stored(workspace, rows):
    returned = workspace.journal.commit("ana", "document.added", [rows.document()], group="g1")
    assert returned == workspace.journal.entry(1)
    assert returned.group_id == "g1"


def test_a_new_row_may_leave_out_columns_that_have_a_default(workspace, rows):
    workspace.journal.commit("ana", "document.added", [rows.document()])
    workspace.journal.commit("ana", "span.drawn", [Change("spans", "s9", None, {
        "document_id": "d1", "page": 2, "kind": "mark", "origin": "reviewer", "status": Status.CONFIRMED,
        "rects": "[]",
    })])
    row = workspace.queries.row("spans", "s9")
    assert (row["id"], row["confidence"], row["note"], row["lines"]) == ("s9", 1.0, "", None)
    assert type(row["status"]) is str
    assert workspace.journal.verify() == []


def test_an_act_without_rows_is_an_entry_too(workspace):
    assert workspace.journal.commit("ana", "file.annotated", []).seq == 1
    assert workspace.journal.verify() == []


@pytest.mark.parametrize("change", [
    Change("nothing", "x", None, {"id": "x"}),
    Change("audit_log", "1", None, {"id": "1"}),
    Change("cases", "x", None, None),
    Change("cases", "x", None, {"id": "y", "number": "1"}),
    Change("cases", "x", None, {"id": "x", "number": "1", "color": "red"}),
    Change("cases", "x", None, {"id": "x", "number": 1}),
    Change("cases", "x", None, {"id": "x", "number": None}),
    Change("cases", "x", None, {"id": "x"}),
    Change("cases", "x", {"id": "x", "number": "1"}, None),
    Change("pages", "x", None, {"document_id": "d", "number": 1, "width": float("nan"), "height": 1.0}),
    Change("pages", "x", None, {"document_id": "d", "number": 2**63, "width": 1.0, "height": 1.0}),
    Change("pages", "x", None, {"document_id": "d", "number": 1.5, "width": 1.0, "height": 1.0}),
    Change("pages", "x", None, {"document_id": "d", "number": 1, "width": "1", "height": 1.0}),
])
def test_a_value_is_refused_rather_than_converted(workspace, change):
    with pytest.raises(ValueError, match=r"journaled|row|column|hold"):
        workspace.journal.commit("ana", "case.opened", [change])
    assert workspace.journal.head().seq == 0


def test_text_that_utf8_cannot_hold_is_stored_escaped(workspace, rows):
    """A file name of undecodable bytes, and the same row as ``before`` later."""
    coming = rows.document(name="odd\udcff.txt", state="incoming")
    workspace.journal.commit("ana", "document.added", [coming])
    workspace.journal.commit("ana", "document.recorded", [
        Change("documents", "d1", coming.after, {**coming.after, "state": "ready"}),
    ])
    assert workspace.queries.document("d1").name == "odd\\udcff.txt"
    assert workspace.journal.verify() == []


def test_a_row_that_changed_meanwhile_is_refused(filled, rows):
    stale = rows.edit(filled, "spans", "s1", note="mine")
    filled.journal.commit("bob", "span.noted", [rows.edit(filled, "spans", "s1", note="his")])
    with pytest.raises(RuleBroken, match="changed meanwhile"):
        filled.journal.commit("ana", "span.noted", [stale])
    assert filled.queries.span("s1").note == "his"
    assert filled.journal.head().seq == 4


@pytest.mark.parametrize("make", [
    lambda rows: rows.span(),  # there already
    lambda rows: Change("spans", "s2", rows.span("s2").after, None),  # not there
])
def test_a_row_that_came_or_went_meanwhile_is_refused(filled, rows, make):
    with pytest.raises(RuleBroken, match="changed meanwhile"):
        filled.journal.commit("ana", "span.drawn", [make(rows)])
    assert filled.journal.head().seq == 3


def test_all_or_nothing(filled, rows):
    """A good row before a bad one leaves nothing behind, in the tables or in the log."""
    bad = Change("spans", "s1", {**filled.queries.row("spans", "s1"), "note": "never so"}, None)
    with pytest.raises(RuleBroken):
        filled.journal.commit("ana", "span.drawn", [rows.span("s2"), bad])
    assert filled.queries.span("s2") is None
    assert filled.journal.head().seq == 3
    filled.journal.commit("ana", "span.drawn", [rows.span("s2")])
    assert filled.journal.verify() == []


def test_a_row_without_its_owner_is_refused(filled, rows):
    with pytest.raises(RuleBroken, match="no longer there"):
        filled.journal.commit("ana", "span.drawn", [rows.span("s2", document_id="nobody")])
    assert filled.journal.head().seq == 3


def test_the_same_bytes_are_recorded_once(filled, rows):
    with pytest.raises(RuleBroken, match="does not fit"):
        filled.journal.commit("ana", "document.added", [rows.document("d2")])
    filled.journal.commit("ana", "document.removed", [rows.edit(filled, "documents", "d1", state="removed")])
    filled.journal.commit("ana", "document.added", [rows.document("d2")])
    assert [d.id for d in filled.queries.documents()] == ["d2"]


def test_durable_commits_wait_for_the_disk(workspace, rows):
    """FULL for what a person decided, NORMAL for what a machine found, and back again."""
    seen = []
    for durable in (False, True, False, True):
        workspace.journal.commit("ana", "x", [], durable=durable)
        seen.append(workspace._database.connection.execute("PRAGMA synchronous").fetchone()[0])
    assert seen == [1, 2, 1, 2]


def test_jobs_commit_beside_the_main_thread(filled, rows):
    """Four threads on one journal: every entry is there once and the chain holds."""
    def job(name: str) -> int:
        for number in range(25):
            filled.journal.commit(name, "span.drawn", [rows.span(f"{name}-{number}")], durable=False)
        return len(filled.queries.spans("d1"))

    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(job, f"job{n}") for n in range(4)]
        assert filled.journal.verify() == []  # one state, while they write
        assert max(r.result() for r in running) == 1 + 4 * 25
    assert filled.journal.head().seq == 3 + 4 * 25
    assert len(filled.queries.spans("d1")) == 1 + 4 * 25
    assert filled.journal.verify() == []


def test_a_closed_workspace_says_so(workspace):
    workspace.close()
    with pytest.raises(EnvironmentProblem, match="closed"):
        workspace.journal.head()
    with pytest.raises(EnvironmentProblem, match="closed"):
        workspace.journal.commit("ana", "x", [])


def test_another_writer_is_named_not_waited_for_for_ever(filled, rows):
    """Somebody holds a write transaction in a shell."""
    with closing(sqlite3.connect(filled.folder / "review.db", isolation_level=None)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        filled._database.connection.execute("PRAGMA busy_timeout=10")
        with pytest.raises(EnvironmentProblem, match="Another program is writing"):
            filled.journal.commit("ana", "x", [])
        shell.execute("ROLLBACK")
    assert filled.journal.commit("ana", "x", []).seq == 4
