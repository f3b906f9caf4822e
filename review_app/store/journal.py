"""The one function that writes: rows and the audit entry that holds them, in one transaction.

The journal proves tampering, it does not prevent it: who can write the file can rewrite the whole log.
What notices that is an anchor, the head that an exported file carries (:meth:`Journal.check_anchor`).
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from review_app.domain.errors import RuleBroken
from review_app.domain.rows import LogHead, LogRow, Problem
from review_app.domain.values import dataclass
from review_app.store import audit, steps
from review_app.store.chain import (
    FIRST_PREV_HASH,
    SELECT,
    Fold,
    Row,
    canonical,
    entries,
    entry_hash,
    log_row,
)
from review_app.store.database import Database
from review_app.store.faults import of_sqlite_error
from review_app.store.log_words import words_of
from review_app.store.tables import Table, tables_of

__all__ = ["Change", "Journal", "Problem", "Row"]


@dataclass(frozen=True, slots=True)
class Change:
    """A row of ``table`` before and after; None where there is no row."""

    table: str
    id: str
    before: Row | None
    after: Row | None


class Journal:
    """The audit log and the only way to change a journaled table. May be used from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.reading() as connection:
            self._tables: Mapping[str, Table] = tables_of(connection)
        self._steps = steps.Steps(database)

    def commit(
        self, actor: str, action: str, changes: Sequence[Change], *, group: str | None = None,
        reverts: int | None = None, durable: bool = True,
    ) -> LogRow:
        """Apply ``changes`` and append one entry that holds them, in one transaction.

        Columns that a new row leaves out get their default; a changed row names all columns. Text that
        UTF-8 cannot hold (lone surrogates, from undecodable file names) is stored as ``\\udcff``.

        Args:
            actor: who decided.
            action: what was done, for example ``span.confirmed``.
            changes: may be empty for an act that changes no row.
            group: entries of one act share it; a fresh one when None.
            reverts: the entry whose changes these undo.
            durable: on the disk when the call returns (``synchronous=FULL``); for what a person decided.

        Raises:
            RuleBroken: a row is not as its ``before`` says (changed meanwhile), or a row would be left
                twice or without its owner; nothing was recorded.
            EnvironmentProblem: disk full, opened for reading only and the like; nothing was recorded.
            ValueError: a change that no table can hold; a defect of the caller.
        """
        with self._transaction(durable=durable) as connection:
            return self._append(connection, actor, action, changes, group or _new_group(), reverts)

    def head(self) -> LogHead:
        """The newest entry; number 0 and 64 zeros for an empty log."""
        with self._database.reading() as connection:
            return _head(connection)

    def entry(self, seq: int) -> LogRow:
        """The entry with number ``seq``.

        Raises:
            RuleBroken: there is none.
        """
        with self._database.reading() as connection:
            return _entry(connection, seq)

    def revert(self, seq: int, actor: str, *, action: str = "undo") -> LogRow:
        """Undo entry ``seq``: commit its changes with sides swapped. Reverting the revert is redo.

        Raises:
            RuleBroken: a later entry that still stands touched the same row (the message has its number),
                the entry is undone already, or it changed nothing.
            EnvironmentProblem: as for :meth:`commit`.
        """
        with self._transaction(durable=True) as connection:
            return self._append_revert(connection, _entry(connection, seq), actor, action, _new_group())

    def revert_group(self, group_id: str, actor: str, action: str) -> list[LogRow]:
        """Undo every entry of a group that is not undone yet, newest first, in one transaction.

        Returns:
            The new entries, which share a group of their own.

        Raises:
            RuleBroken: as for :meth:`revert`; nothing was recorded then.
            EnvironmentProblem: as for :meth:`commit`.
        """
        with self._transaction(durable=True) as connection:
            rows = connection.execute(
                f"{SELECT} WHERE group_id = ? ORDER BY seq DESC", (group_id,)
            ).fetchall()
            if not rows:
                raise RuleBroken("There is no such step in the log", todo="Look at the log again")
            group = _new_group()
            standing = [e for e in map(log_row, rows) if e.changes and not steps.undone_by(connection, e.seq)]
            if not standing:
                raise RuleBroken("This step is undone already", todo="Look at the log again")
            return [self._append_revert(connection, entry, actor, action, group) for entry in standing]

    def undoable(self, actor: str, actions_excluded: Collection[str] = ()) -> tuple[str, str] | None:
        """The latest step of ``actor`` that undo would take back: its group and what was done first.

        Read from the log alone, so that it survives a restart. Acts in ``actions_excluded`` and acts
        without changes are passed over.
        """
        return self._steps.undoable(actor, frozenset(actions_excluded))

    def redoable(self, actor: str, actions_excluded: Collection[str] = ()) -> tuple[str, str] | None:
        """The step that redo would bring back: the group of its undo and what was done first.

        None once ``actor`` did something new after the undo; ``actions_excluded`` do not count as new.
        """
        return self._steps.redoable(actor, frozenset(actions_excluded))

    def verify(self) -> list[Problem]:
        """Recompute the chain, fold all entries and compare with the live tables; empty when all is well.

        Works on one snapshot while others go on writing. A cut-off tail that was cut from the tables too
        leaves no trace in here: see :meth:`check_anchor`.

        Raises:
            EnvironmentProblem: the database cannot be read at all.
        """
        with self._database.snapshot() as connection:
            return audit.verify(connection)

    def check_anchor(self, seq: int, digest: str) -> list[Problem]:
        """Whether the log still holds the state that an export was made from.

        Args:
            seq: entry number that the export carries.
            digest: hash of that entry that the export carries.
        """
        with self._database.reading() as connection:
            return audit.check_anchor(connection, seq, digest)

    def state_at(self, seq: int) -> dict[str, dict[str, Row]]:
        """All journaled rows as they were after entry ``seq`` (0: before the first): table -> id -> row.

        Raises:
            RuleBroken: the log has no such entry.
        """
        with self._database.snapshot() as connection:
            if not 0 <= seq <= _head(connection).seq:
                raise RuleBroken(f"The log has no entry {seq}", todo="Look at the log again")
            fold = Fold(self._tables)
            for values in entries(connection, up_to=seq):
                fold.add(values)
            return fold.state

    def _append_revert(
        self, connection: sqlite3.Connection, entry: LogRow, actor: str, action: str, group: str
    ) -> LogRow:
        if not entry.changes:
            raise RuleBroken(f"Entry {entry.seq} changed nothing", why="there is nothing to undo in it")
        later = steps.in_the_way(connection, entry)
        if later is not None:
            raise _in_the_way(entry.seq, _entry(connection, later))
        swapped = [Change(c["table"], c["id"], c["after"], c["before"]) for c in reversed(entry.changes)]
        return self._append(connection, actor, action, swapped, group, entry.seq)

    def _append(
        self, connection: sqlite3.Connection, actor: str, action: str, changes: Sequence[Change], group: str,
        reverts: int | None,
    ) -> LogRow:
        if not actor or not action:
            raise ValueError("an entry names who did what")
        plain = [self._apply(connection, change) for change in changes]
        text = canonical(plain)
        head = _head(connection)
        seq, at = head.seq + 1, datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        actor, action = storable(actor), storable(action)
        digest = entry_hash(seq, at, actor, action, group, reverts, text, head.hash)
        connection.execute(
            "INSERT INTO audit_log (seq, at, actor, action, group_id, reverts, changes, prev_hash, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, at, actor, action, group, reverts, text, head.hash, digest),
        )
        connection.executemany(
            "INSERT INTO log_index (id, seq) VALUES (?, ?)",
            [(owner, seq) for owner in _concerned(connection, plain)],
        )
        connection.execute(
            "INSERT INTO log_text (rowid, text) VALUES (?, ?)", (seq, words_of(actor, action, plain))
        )
        return LogRow(seq, at, actor, action, group, reverts, plain, head.hash, digest)

    def _apply(self, connection: sqlite3.Connection, change: Change) -> dict[str, Any]:
        table = self._tables.get(change.table)
        if table is None:
            raise ValueError(f"no journaled table {change.table!r}")
        row_id = storable(change.id)
        before = table.row(row_id, change.before, storable, complete=True)
        after = table.row(row_id, change.after, storable, complete=before is not None)
        if before is None and after is None:
            raise ValueError("a change without a row")
        if before is None and after is not None:
            try:
                connection.execute(table.insert, tuple(after.values()))
            except sqlite3.IntegrityError as error:
                if _is_taken(connection, table, row_id):
                    raise _changed_meanwhile() from error
                raise of_sqlite_error(error) from error
        else:
            live = connection.execute(table.select, (row_id,)).fetchone()
            if live is None or dict(live) != before:
                raise _changed_meanwhile()
            if after is None:
                connection.execute(table.delete, (row_id,))
            else:
                connection.execute(table.update, (*after.values(), row_id))
        return {"table": table.name, "id": row_id, "before": before, "after": after}

    @contextmanager
    def _transaction(self, *, durable: bool) -> Iterator[sqlite3.Connection]:
        first_new = 1

        def explain(connection: sqlite3.Connection) -> RuleBroken | None:
            return _orphan(connection, first_new)

        with self._database.writing(durable=durable, explain=explain) as connection:
            first_new = _head(connection).seq + 1
            yield connection


def storable(text: str) -> str:
    """``text`` as UTF-8 can hold it: lone surrogates as ``\\udcff``."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text


def _new_group() -> str:
    return f"g-{secrets.token_hex(8)}"


def _head(connection: sqlite3.Connection) -> LogHead:
    row = connection.execute("SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1").fetchone()
    return LogHead(row[0], row[1]) if row else LogHead(0, FIRST_PREV_HASH)


def _entry(connection: sqlite3.Connection, seq: int) -> LogRow:
    row = connection.execute(f"{SELECT} WHERE seq = ?", (seq,)).fetchone()
    if row is None:
        raise RuleBroken(f"The log has no entry {seq}", todo="Look at the log again")
    return log_row(row)


def _is_taken(connection: sqlite3.Connection, table: Table, row_id: str) -> bool:
    return connection.execute(table.select, (row_id,)).fetchone() is not None


def _concerned(connection: sqlite3.Connection, changes: Sequence[Mapping[str, Any]]) -> set[str]:
    """The rows themselves, and the span and the document that each belongs to."""
    ids: set[str] = set()
    spans: set[str] = set()
    for change in changes:
        ids.add(change["id"])
        for row in (change["before"], change["after"]):
            if row is None:
                continue
            if isinstance(row.get("document_id"), str):
                ids.add(row["document_id"])
            if isinstance(row.get("span_id"), str):
                spans.add(row["span_id"])
    # A span that is changed along with its codes names the document itself.
    for span_id in spans - ids:
        found = connection.execute("SELECT document_id FROM spans WHERE id = ?", (span_id,)).fetchone()
        if found is not None:
            ids.add(found[0])
    return ids | spans


def _orphan(connection: sqlite3.Connection, first_new: int) -> RuleBroken | None:
    """What a broken foreign key means; the transaction that broke it is still open."""
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan is None:
        return None
    row_id = connection.execute(f'SELECT id FROM "{orphan[0]}" WHERE rowid = ?', (orphan[1],)).fetchone()[0]
    made = connection.execute("SELECT max(seq) FROM log_index WHERE id = ?", (row_id,)).fetchone()[0]
    if made is None or made >= first_new:
        return RuleBroken(
            "What this belongs to is no longer there", why="it was removed or undone meanwhile",
            todo="Look at the list again",
        )
    return RuleBroken(
        f"Entry {made} added something that belongs to it", why="that would be left without its owner",
        todo="Undo that entry first",
    )


def _changed_meanwhile() -> RuleBroken:
    return RuleBroken(
        "What was to be changed has changed meanwhile", why="somebody else, or another step, was quicker",
        todo="Look at it again and repeat the step",
    )


def _in_the_way(seq: int, later: LogRow) -> RuleBroken:
    if later.reverts == seq:
        return RuleBroken(f"Entry {seq} is undone already, by entry {later.seq}")
    return RuleBroken(
        f"Entry {seq} cannot be undone: entry {later.seq} ({later.action}) changed the same row later",
        why="undoing it would take that change away unseen", todo="Undo the later entry first",
    )
