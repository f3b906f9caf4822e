"""Verifying: every guard with a planted fault."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from review_app.domain.errors import RuleBroken
from review_app.store.chain import entry_hash
from review_app.store.migrations import JOURNALED
from review_app.store.workspace import Workspace


def texts(workspace: Workspace) -> list[str]:
    return [str(p) for p in workspace.journal.verify()]


def rehash(connection: sqlite3.Connection, from_seq: int = 1) -> None:
    """What a careful forger does: give every entry the hash its content asks for."""
    previous = "0" * 64
    for row in connection.execute("SELECT * FROM audit_log ORDER BY seq").fetchall():
        seq, at, actor, action, group, reverts, changes, prev_hash, own = row
        if seq >= from_seq:
            prev_hash, own = previous, entry_hash(seq, at, actor, action, group, reverts, changes, previous)
            connection.execute(
                "UPDATE audit_log SET prev_hash = ?, hash = ? WHERE seq = ?", (prev_hash, own, seq)
            )
        previous = own


@pytest.mark.parametrize("statement", [
    "UPDATE audit_log SET actor = 'eve' WHERE seq = 1",
    "UPDATE OR REPLACE audit_log SET seq = 1 WHERE seq = 2",
    "DELETE FROM audit_log WHERE seq = 3",
    "DELETE FROM audit_log",
    "REPLACE INTO audit_log SELECT seq, at, 'eve', action, group_id, reverts, changes, prev_hash, hash"
    " FROM audit_log WHERE seq = 1",
    "INSERT OR REPLACE INTO audit_log SELECT seq, at, 'eve', action, group_id, reverts, changes, prev_hash,"
    " hash FROM audit_log WHERE seq = 3",
    "INSERT INTO audit_log SELECT * FROM audit_log WHERE seq = 2"
    " ON CONFLICT (seq) DO UPDATE SET actor = 'eve'",
    "INSERT INTO audit_log SELECT 9, at, actor, action, group_id, reverts, changes, prev_hash, hash"
    " FROM audit_log WHERE seq = 1",
    "INSERT INTO audit_log SELECT 0, at, actor, action, group_id, reverts, changes, prev_hash, hash"
    " FROM audit_log WHERE seq = 1",
])
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_the_log_refuses_to_be_edited(filled, outside, statement, recursive):
    """REPLACE fires no delete trigger unless recursive_triggers is on, so both ways are tried."""
    before = filled.queries.log()
    with outside(filled, keep_guards=True) as shell:
        shell.execute(f"PRAGMA recursive_triggers={recursive}")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            shell.execute(statement)
    assert filled.queries.log() == before
    assert texts(filled) == []


def test_the_triggers_are_what_refuses(filled, outside):
    """The planted fault of the test above: without them the same statement goes through."""
    with outside(filled) as shell:
        assert shell.execute("UPDATE audit_log SET actor = 'eve' WHERE seq = 1").rowcount == 1


@pytest.mark.parametrize("name", ["audit_log_no_update", "audit_log_no_delete", "audit_log_only_append"])
def test_a_missing_guard_is_seen(filled, outside, name):
    with outside(filled, keep_guards=True) as shell:
        shell.execute(f"DROP TRIGGER {name}")
    assert texts(filled) == [f"audit_log: the guard {name} was taken away"]


def test_a_guard_made_toothless_is_seen(filled, outside):
    with outside(filled, keep_guards=True) as shell:
        shell.execute("DROP TRIGGER audit_log_no_update")
        shell.execute(
            "CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log WHEN 0 BEGIN SELECT 1; END"
        )
    assert texts(filled) == ["audit_log: the guard audit_log_no_update was changed"]


def test_a_foreign_trigger_is_seen(filled, outside):
    with outside(filled, keep_guards=True) as shell:
        shell.execute("CREATE TRIGGER x AFTER INSERT ON spans BEGIN UPDATE spans SET note = 'x'; END")
    assert texts(filled) == ["a trigger was added that this program did not make"]


@pytest.mark.parametrize(("column", "value"), [
    ("at", "1999-01-01T00:00:00Z"), ("actor", "eve"), ("action", "span.rejected"), ("group_id", None),
    ("reverts", 1), ("changes", "[]"), ("prev_hash", "0" * 64), ("hash", "f" * 64),
])
def test_an_edited_entry_is_seen(filled, outside, column, value):
    with outside(filled) as shell:
        shell.execute(f"UPDATE audit_log SET {column} = ? WHERE seq = 2", (value,))
    said = texts(filled)
    assert said and any(line.startswith(("entry 2", "entry 3: it does not follow")) for line in said)


def test_one_edit_of_an_entry_is_one_problem(filled, outside):
    with outside(filled) as shell:
        shell.execute("UPDATE audit_log SET actor = 'eve' WHERE seq = 2")
    assert texts(filled) == [
        "entry 2: its content does not match its hash: it was changed after it was written"
    ]


def test_an_entry_edited_and_hashed_anew_breaks_the_chain_behind_it(filled, outside):
    with outside(filled) as shell:
        shell.execute("UPDATE audit_log SET actor = 'eve' WHERE seq = 2")
        row = shell.execute("SELECT * FROM audit_log WHERE seq = 2").fetchone()
        shell.execute("UPDATE audit_log SET hash = ? WHERE seq = 2", (entry_hash(*row[:8]),))
    assert texts(filled) == ["entry 3: it does not follow the entry before it: the chain is broken here"]


def test_a_log_rewritten_whole_is_seen_by_its_anchor_only(filled, outside):
    anchor = filled.journal.head()
    with outside(filled) as shell:
        shell.execute("UPDATE audit_log SET actor = 'eve' WHERE seq = 2")
        rehash(shell)
    assert texts(filled) == []
    assert "rewritten" in str(filled.journal.check_anchor(anchor.seq, anchor.hash)[0])


def test_swapped_entries_are_seen(filled, outside):
    with outside(filled) as shell:
        shell.execute("UPDATE audit_log SET seq = 99 WHERE seq = 1")
        shell.execute("UPDATE audit_log SET seq = 1 WHERE seq = 2")
        shell.execute("UPDATE audit_log SET seq = 2 WHERE seq = 99")
    said = texts(filled)
    assert any(line.startswith("entry 1: its content") for line in said)
    assert any(line.startswith("entry 2: it does not follow") for line in said)


def test_an_entry_taken_out_of_the_middle_is_seen(filled, outside):
    with outside(filled) as shell:
        shell.execute("DELETE FROM audit_log WHERE seq = 2")
    assert "entry 3: entry 2 is missing before it" in texts(filled)


def test_a_tail_cut_from_the_log_alone_shows_in_the_tables(filled, outside):
    with outside(filled) as shell:
        shell.execute("DELETE FROM audit_log WHERE seq = 3")
    assert texts(filled) == ["spans s1: status: not what the log says: changed from outside"]


def test_a_tail_cut_from_log_and_tables_is_seen_by_an_anchor_only(filled, outside):
    anchor = filled.journal.head()
    with outside(filled) as shell:
        shell.execute("DELETE FROM audit_log WHERE seq = 3")
        shell.execute("UPDATE spans SET status = 'suggested' WHERE id = 's1'")
    assert texts(filled) == []
    [problem] = filled.journal.check_anchor(anchor.seq, anchor.hash)
    assert "had entry 3, now it ends at entry 2" in problem.text


def test_an_anchor_holds_while_the_log_grows(filled, rows):
    anchor = filled.journal.head()
    assert filled.journal.check_anchor(0, "0" * 64) == []
    assert filled.journal.check_anchor(anchor.seq, anchor.hash) == []
    filled.journal.commit("ana", "span.noted", [rows.edit(filled, "spans", "s1", note="x")])
    assert filled.journal.check_anchor(anchor.seq, anchor.hash) == []
    assert filled.journal.check_anchor(0, anchor.hash) != []


@pytest.mark.parametrize("changes", [
    "not json", "{}", "[1]", '[{"table":"spans"}]', '[{"table":1,"id":"x","before":null,"after":null}]',
    '[{"table":"spans","id":"x","before":3,"after":null}]', "[" * 100_000, "",
])
def test_changes_that_are_no_changes_are_a_problem_not_a_crash(filled, outside, changes):
    with outside(filled) as shell:
        shell.execute("UPDATE audit_log SET changes = ? WHERE seq = 3", (changes,))
        rehash(shell)
    said = texts(filled)
    assert "entry 3: its changes cannot be read" in said
    assert filled.queries.log(limit=1)[0].changes == []


def test_bytes_that_are_no_text_are_a_problem_not_a_crash(filled, outside):
    with outside(filled) as shell:
        shell.execute("UPDATE audit_log SET actor = CAST(x'ff00fe' AS TEXT) WHERE seq = 2")
        shell.execute("UPDATE spans SET note = CAST(x'ff' AS TEXT)")
    said = texts(filled)
    assert any(line.startswith("entry 2: its content does not match") for line in said)
    assert "spans s1: note: not what the log says: changed from outside" in said


def test_an_entry_about_a_table_without_history_is_seen(filled, outside):
    change = '[{"after":{"id":"1"},"before":null,"id":"1","table":"page_text"}]'
    with outside(filled) as shell:
        shell.execute("UPDATE audit_log SET changes = ? WHERE seq = 1", (change,))
        rehash(shell)
    assert "entry 1, page_text 1: it changes a table that has no history" in texts(filled)


def test_an_entry_that_starts_from_nowhere_is_seen(filled, outside):
    """Entry 3 rewritten to have started from another row, and every hash made to fit."""
    with outside(filled) as shell:
        [change] = json.loads(shell.execute("SELECT changes FROM audit_log WHERE seq = 3").fetchone()[0])
        change["before"]["status"] = "rejected"
        shell.execute("UPDATE audit_log SET changes = ? WHERE seq = 3", (json.dumps([change]),))
        rehash(shell)
    assert texts(filled) == [
        "entry 3, spans s1: it starts from a row that the entries before it do not give"
    ]


def test_every_journaled_table_is_compared(workspace, rows, outside):
    """A row edited, one added and one removed from outside, in each table that has a history."""
    from review_app.store.journal import Change

    made = {
        "cases": Change("cases", "k1", None, {"number": "A-1", "title": "", "opened_at": ""}),
        "documents": rows.document(case_id="k1"), "pages": rows.page(), "spans": rows.span(),
        "span_codes": rows.code(), "record_fields": rows.field(), "decisions": rows.decision(),
        "acts": Change("acts", "a1", None, {
            "kind": "annotated", "name": "x.pdf", "sha256": "1" * 64, "output_sha256": "2" * 64,
            "at": "2024-05-01T10:00:00Z",
        }),
        "exports": Change("exports", "e1", None, {
            "document_id": "d1", "kind": "annotated", "path": "x.pdf", "sha256": "1" * 64, "head_seq": 1,
            "head_hash": "2" * 64, "at": "2024-05-01T10:00:00Z",
        }),
        "people": Change("people", "p1", None, {"name": "ana", "role": "analyst", "at": "2024"}),
        "looks": Change("looks", "l1", None, {"name": "ana", "seq": 3, "at": "2024"}),
        "page_dispositions": Change("page_dispositions", "pd1", None, {
            "document_id": "d1", "page": 1, "disposition": "duplicate", "detail": "of page 2", "actor": "ana",
            "at": "2024",
        }),
        "reviews": Change("reviews", "r1", None, {
            "span_id": "s1", "step": "proposed", "actor": "ana", "role": "analyst", "at": "2024",
        }),
        "samples": Change("samples", "m1", None, {
            "seed": 7, "population": 1, "looker": "ben", "state": "open", "made_by": "ana", "at": "2024",
        }),
        "sample_pages": Change("sample_pages", "mp1", None, {
            "sample_id": "m1", "position": 0, "document_id": "d1", "page": 1,
        }),
        "sample_marks": Change("sample_marks", "mm1", None, {
            "sample_id": "m1", "document_id": "d1", "page": 1, "rects": "[]", "actor": "ben", "at": "2024",
        }),
        "gap_choices": Change("gap_choices", "g1", None, {
            "document_id": "d1", "span_id": "s1", "gap": "keep", "level": "red", "reason": "public already",
            "rects": "[]", "actor": "ana", "at": "2024",
        }),
        "verifications": Change("verifications", "v1", None, {
            "document_id": "d1", "export_id": "e1", "summary": "passed", "marks": 1, "marks_sha256": "1" * 64,
            "checks": 14, "to_decide": 0, "certificate": "x.json", "certificate_sha256": "2" * 64,
            "at": "2024",
        }),
        "internal_notes": Change("internal_notes", "in1", None, {
            "span_id": "s1", "text": "ours", "actor": "ana", "at": "2024",
        }),
    }
    assert set(made) == set(JOURNALED)
    workspace.journal.commit("ana", "all", list(made.values()))
    column = {"cases": "title", "documents": "name", "pages": "width", "spans": "page", "span_codes": "raw",
              "record_fields": "value", "decisions": "verdict", "exports": "path", "acts": "name",
              "people": "role", "looks": "at", "page_dispositions": "detail", "reviews": "reason",
              "samples": "scope", "sample_pages": "first", "sample_marks": "actor",
              "gap_choices": "reason", "verifications": "summary", "internal_notes": "text"}
    for table, change in made.items():
        live = workspace.queries.row(table, change.id)
        assert live is not None
        with outside(workspace, keep_guards=True) as shell:
            shell.execute(f"UPDATE {table} SET {column[table]} = '77'")
        assert texts(workspace) == [
            f"{table} {change.id}: {column[table]}: not what the log says: changed from outside"
        ]
        names = ", ".join(live)
        with outside(workspace, keep_guards=True) as shell:
            shell.execute(f"DELETE FROM {table}")
        assert texts(workspace) == [
            f"{table} {change.id}: it is in the log, not in the table: removed from outside"
        ]
        with outside(workspace, keep_guards=True) as shell:
            holes = ", ".join("?" * len(live))
            for row in (live, {**live, "id": "new", "number": 5 if table == "pages" else "new",
                               "name": "new", "page": 5, **({} if table == "samples" else
                                                            {"state": "removed"}),
                               **({"span_id": "new"} if table == "internal_notes" else {})}):
                shell.execute(f"INSERT INTO {table} ({names}) VALUES ({holes})", [row[n] for n in live])
        assert texts(workspace) == [f"{table} new: it is in the table, not in the log: added from outside"]
        with outside(workspace, keep_guards=True) as shell:
            shell.execute(f"DELETE FROM {table} WHERE id = 'new'")
    assert texts(workspace) == []


def test_no_table_was_forgotten(workspace, outside):
    """Every table is journaled, a cache, or the log itself: a new one must be put in one of the lists."""
    from review_app.store.migrations import CACHES

    with outside(workspace, keep_guards=True) as shell:
        tables = {r[0] for r in shell.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        strict = {r[1] for r in shell.execute("PRAGMA table_list") if r[5]}
    own = {t for t in tables if not t.startswith(("sqlite_", "_sqlite_", "page_text_", "log_text_"))}
    own |= {"page_text_keys"}
    assert own == {*JOURNALED, *CACHES, "audit_log"}
    assert {*JOURNALED, "audit_log", "log_index", "page_text_keys"} <= strict


def test_problems_hold_no_text_of_a_document(filled, rows, outside):
    written = rows.edit(filled, "spans", "s1", raw="secret words", note="secret words")
    filled.journal.commit("ana", "x", [written])
    with outside(filled) as shell:
        shell.execute("UPDATE spans SET raw = 'other secret words'")
        shell.execute("UPDATE audit_log SET changes = replace(changes, 'secret', 'open') WHERE seq = 4")
    said = " ".join(texts(filled))
    assert said and "words" not in said


def test_the_state_at_each_entry(filled):
    states = [filled.journal.state_at(n) for n in range(4)]
    assert all(not rows for rows in states[0].values()) and set(states[0]) == set(JOURNALED)
    assert list(states[1]["documents"]) == ["d1"] and not states[1]["spans"]
    assert states[2]["spans"]["s1"]["status"] == "suggested"
    assert states[3]["spans"]["s1"] == filled.queries.row("spans", "s1")
    for seq in (-1, 4):
        with pytest.raises(RuleBroken, match=f"no entry {seq}"):
            filled.journal.state_at(seq)


def test_verify_reads_a_copy_that_nobody_may_write(filled, tmp_path: Path):
    folder = filled.folder
    filled.close()
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    with Workspace.open(copy, read_only=True) as read:
        assert read.journal.verify() == []
        assert read.journal.head().seq == 3


@pytest.mark.parametrize(("statements", "said"), [
    (["DROP TABLE decisions"], "decisions: it was taken away from outside"),
    (["ALTER TABLE decisions RENAME TO d2", "CREATE VIEW decisions AS SELECT * FROM d2"],
     "decisions: it was given another form from outside"),
    (["DROP INDEX documents_sha256"], "documents: its index documents_sha256 was taken away from outside"),
    (["ALTER TABLE spans ADD COLUMN extra TEXT"], "spans: it was given another form from outside"),
    (["PRAGMA foreign_keys=OFF", "DROP TABLE audit_log"], "audit_log: it was taken away from outside"),
])
def test_a_changed_schema_is_named(filled, statements, said):
    """A view in the place of a table would show whatever somebody likes, in all else as the log has it."""
    with sqlite3.connect(filled.folder / "review.db", isolation_level=None) as shell:
        for statement in statements:
            shell.execute(statement)
    shell.close()
    assert said in texts(filled)


def test_a_table_of_somebody_else_is_no_fault(filled):
    with sqlite3.connect(filled.folder / "review.db", isolation_level=None) as shell:
        shell.execute("CREATE TABLE notes (text TEXT)")
        shell.execute("ANALYZE")
        shell.execute("VACUUM")
    shell.close()
    assert texts(filled) == []


def test_a_row_id_from_outside_cannot_forge_a_line(filled, outside):
    with outside(filled, keep_guards=True) as shell:
        shell.execute(
            "INSERT INTO cases (id, number) VALUES (char(27) || '[2Jx' || char(10) || 'ok: 3', 'n')"
        )
    (said,) = texts(filled)
    assert said.startswith("cases \\x1b[2Jx\\nok: 3: it is in the table")
