"""Filters over a long log, its lines, and a document as it was: compared with the plain reading."""

from __future__ import annotations

import itertools

import pytest

from review_app.domain.errors import EnvironmentProblem
from review_app.store.journal import Change
from review_app.store.log_queries import Stored
from review_app.store.workspace import Workspace

ACTIONS = ("span.noted", "span.cited", "record.noted")


@pytest.fixture
def long(workspace, rows) -> Workspace:
    """Two documents, and sixty entries of three people that change notes of their spans."""
    commit = workspace.journal.commit
    commit("ana", "document.added", [rows.document("d1", name="Bericht über Öl.txt")])
    commit("ana", "document.added", [rows.document("d2", sha256="6" * 64, name="other.txt")])
    commit("review-app", "document.page", [rows.page("d1"), rows.span("s1", note="start")])
    commit("review-app", "document.page", [rows.page("d2"), rows.span("s2", document_id="d2", note="start")])
    for number in range(60):
        span = f"s{number % 2 + 1}"
        commit(("ana", "ben", "cho")[number % 3], ACTIONS[number % len(ACTIONS)], [
            rows.edit(workspace, "spans", span, note=f"note {number} of (b)(1) sustained")])
    return workspace


def plain(workspace: Workspace, **filters) -> list[int]:
    return [e.seq for e in workspace.queries.log(**filters)]


@pytest.mark.parametrize("filters", [
    {}, {"actor": "ana"}, {"actor": "nobody"}, {"action": "span.cited"}, {"action": "span."},
    {"document_id": "d1"}, {"document_id": "d2", "actor": "ben"},
    {"actor": "ana", "action": "record.noted", "document_id": "d1"},
], ids=str)
def test_a_filter_lets_through_what_the_plain_reading_does(long, filters):
    assert list(long.log.numbers(**filters)) == plain(long, **filters)


def test_time_is_filtered_to_the_letter(long):
    entries = long.queries.log()
    middle = entries[30].at
    assert list(long.log.numbers(since=middle)) == plain(long, since=middle)
    assert list(long.log.numbers(until=middle)) == plain(long, until=middle)
    assert list(long.log.numbers(since=middle, until=middle, actor=entries[30].actor)) == [entries[30].seq]
    day = middle[:10]
    assert list(long.log.numbers(since=day, until=day)) == plain(long, since=day, until=day)
    assert list(long.log.numbers(since="9999")) == [] == list(long.log.numbers(until="1999-12-31"))
    for first in range(0, 64, 7):
        for last in range(0, 64, 9):
            times = {"since": entries[first].at, "until": entries[last].at}
            assert list(long.log.numbers(**times)) == plain(long, **times)
    assert isinstance(long.log.numbers(since=day), range), "no number is copied when all of a time is asked"


def test_a_clock_that_was_put_back_loses_no_entry(long, outside):
    """Entry 20 says a time far behind: the entries of a day do not lie together then."""
    with outside(long) as shell:
        shell.execute("UPDATE audit_log SET at = '1999-01-01T00:00:00Z' WHERE seq = 20")
    assert 20 not in long.log.numbers(since="2000") and len(long.log.numbers(since="2000")) == 63
    assert list(long.log.numbers(until="1999")) == [20]
    with outside(long) as shell:
        shell.execute("UPDATE audit_log SET at = '9999-01-01T00:00:00Z' WHERE seq = 30")
    both = {"since": "2000", "until": "9000"}
    for filters in ({"since": "2000"}, {"until": "9000"}, both, {"until": "9999"}):
        assert list(long.log.numbers(**filters)) == plain(long, **filters), filters


def test_others_entries_after_a_number(long):
    wanted = [e.seq for e in long.queries.log() if e.seq > 40 and e.actor != "ana"]
    assert list(long.log.numbers(after_seq=40, not_by="ana")) == wanted
    assert list(long.log.numbers(after_seq=64)) == []


@pytest.mark.parametrize(("words", "found"), [
    ("sustained", 60), ("SUST", 60), ("note 31", 2), ('"note 31 of"', 2), ("(b)(1)", 60), ("(b)(2)", 0),
    ("ol", 1), ("Öl", 1), ("bericht", 1), ("ben", 20), ("ben note cited", 20), ("tained", 0), ("%", 0),
    ('" OR', 0), ("start", 4),
])
def test_words_are_found_by_their_beginning(long, words, found):
    """Entry 31 puts a note in, the next one on the same span takes it away: both are found."""
    assert len(long.log.numbers(words=words)) == found


def test_filters_add_up(long):
    seen = long.log.numbers(words="sustained", actor="ana", document_id="d1", since="2000", until="9999")
    wanted = set(plain(long, actor="ana", document_id="d1", text="sustained"))
    assert set(seen) == wanted and list(seen) == sorted(wanted, reverse=True)


def test_lines_name_documents_also_of_what_was_removed(long, rows):
    long.journal.commit("ana", "span.decided", [rows.decision("v1", "s2")])
    long.journal.commit("ana", "span.removed", [
        rows.removal(long, "decisions", "v1"), rows.removal(long, "spans", "s2")])
    head = long.journal.head().seq
    decided, missing, first = long.log.lines([head - 1, 999, 1])
    assert decided is not None and decided.documents == ("d2",) and decided.action == "span.decided"
    assert missing is None
    assert first is not None and (first.actor, first.documents, first.reverts) == ("ana", ("d1",), None)


def test_whole_entries_come_in_the_order_asked(long):
    assert [e.seq for e in long.log.entries(range(64, 0, -1))] == list(range(64, 0, -1))
    assert [e.seq for e in long.log.entries([3, 999, 1])] == [3, 1]
    assert next(iter(long.log.entries([7]))) == long.journal.entry(7)


def test_who_and_what_is_in_the_log(long):
    assert long.log.actors() == ["ana", "ben", "cho", "review-app"]
    assert long.log.actions() == ["document.added", "document.page", *sorted(ACTIONS)]


def test_a_document_as_it_was(long):
    for seq in (0, 1, 3, 10, 33, 64):
        whole = long.journal.state_at(seq)
        state = long.log.document_at("d1", seq)
        for table in ("documents", "pages", "spans"):
            wanted = {i: r for i, r in whole[table].items() if i == "d1" or r.get("document_id") == "d1"}
            assert state.get(table, {}) == wanted, (seq, table)


def test_the_last_entry_of_a_day(long):
    entries = long.queries.log()
    assert long.log.last_before(entries[5].at) == entries[5].seq
    assert long.log.last_before("9999") == 64 and long.log.last_before("1999") == 0


def test_a_log_from_before_the_index_is_indexed_when_it_is_migrated(long, outside, monkeypatch):
    from review_app.store import migrations

    wanted = {w: list(long.log.numbers(words=w)) for w in ("sustained", "note 31", "bericht")}
    with outside(long, keep_guards=True) as shell:
        for table in itertools.chain(("log_text",), migrations.JOURNALED[9:][::-1]):
            shell.execute(f"DROP TABLE {table}")
        for index in ("actor", "action", "at"):
            shell.execute(f"DROP INDEX audit_log_{index}")
        shell.execute("DELETE FROM _sqlite_migrations WHERE name > 'm0002'")
        shell.execute("PRAGMA user_version = 1")
    folder = long.folder
    long.close()
    with Workspace.open(folder, read_only=True) as reader:  # in a copy of its own
        assert {w: list(reader.log.numbers(words=w)) for w in wanted} == wanted
        assert reader.journal.verify() == []
    assert not (folder / "backups").exists()
    with Workspace.open(folder) as workspace:
        assert {w: list(workspace.log.numbers(words=w)) for w in wanted} == wanted
        assert workspace.journal.verify() == []


def test_a_value_from_outside_is_said_in_words(long, outside):
    with outside(long) as shell:
        shell.execute("""UPDATE audit_log SET changes =
            '[{"table":"decisions","id":"x","before":null,"after":{"span_id":"gone"}}]' WHERE seq = 5""")
        shell.execute("INSERT INTO log_index VALUES ('gone', 6)")
        shell.execute("""UPDATE audit_log SET changes =
            '[{"table":"spans","id":"gone","before":null,"after":{}}]' WHERE seq = 6""")
    with pytest.raises(EnvironmentProblem, match="did not write"):
        long.log.lines([5])


def test_a_change_without_a_text_leaves_who_and_what(workspace):
    workspace.journal.commit("ana", "case.opened", [Change("cases", "c1", None, {"number": "A 7"})])
    assert list(workspace.log.numbers(words="ana case.opened A 7")) == [1]


@pytest.mark.parametrize(
    "filters", [{"actor": "ana"}, {"action": "span.cited"}, {"action": "span."}], ids=str)
def test_many_numbers_stay_where_they_are_stored(long, rows, monkeypatch, filters):
    """With a low mark for what is many, and pieces of seven."""
    monkeypatch.setattr("review_app.store.log_queries.MANY", 10)
    monkeypatch.setattr("review_app.store.log_queries._PIECE", 7)
    monkeypatch.setattr("review_app.store.log_queries._KEPT", 2)
    wanted = plain(long, **filters)
    stored = long.log.numbers(**filters)
    assert isinstance(stored, Stored) and len(stored) == len(wanted)
    assert list(stored) == wanted == [stored[i] for i in range(len(wanted))]
    assert list(stored[5:9]) == wanted[5:9] and list(stored[::-1]) == wanted[::-1]
    assert stored[-1] == wanted[-1]
    assert [stored.index(n) for n in wanted] == list(range(len(wanted)))
    for value in (0, 3, 999):
        if value not in wanted:
            with pytest.raises(ValueError, match=str(value)):
                stored.index(value)
    with pytest.raises(IndexError):
        stored[len(wanted)]
    long.journal.commit("ana", "span.cited", [rows.edit(long, "spans", "s1", note="later")])
    assert list(stored) == wanted, "what came later is not in it"
    assert list(long.log.numbers(**filters)) == plain(long, **filters)


def test_who_and_what_are_exact_also_beside_words(long, rows):
    """A name within a text, or the beginning of another name, is not the person."""
    long.journal.commit("ana b", "span.noted", [
        rows.edit(long, "spans", "s1", note="ana span.cited sustained")])
    for filters in ({"actor": "ana", "action": "span."}, {"actor": "ana b", "action": "span.noted"},
                    {"actor": "ben", "action": "span.cited"}):
        assert list(long.log.numbers(**filters)) == plain(long, **filters), filters
        found = long.log.numbers(words="sustained", **filters)
        assert list(found) == plain(long, text="sustained", **filters), filters
