"""The audit log as a chain: the hash of an entry, and the state that a run of entries adds up to.

The hash (contract, "The workspace") is SHA-256 over ``prev_hash`` followed by the UTF-8 JSON (keys sorted,
no spaces, non-ASCII as is) of the other columns but ``hash``. ``changes`` goes in as the column holds it,
as text, so that checking needs nothing but the columns and no agreement on how numbers are written.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from review_app.domain.rows import LogRow, Problem

Row = dict[str, str | int | float | None]
"""A table row as plain values, by column name."""

FIRST_PREV_HASH = "0" * 64
"""``prev_hash`` of entry 1, and the hash of an empty log."""

COLUMNS = ("seq", "at", "actor", "action", "group_id", "reverts", "changes", "prev_hash", "hash")
"""Columns of ``audit_log``."""

SELECT = f"SELECT {', '.join(COLUMNS)} FROM audit_log"
"""Entries in the order of :data:`COLUMNS`."""


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, non-ASCII as is.

    Raises:
        ValueError: the value holds NaN or an infinity, which JSON has not.
    """
    return _ENCODER.encode(value)


def entry_hash(
    seq: int, at: str, actor: str, action: str, group_id: str | None, reverts: int | None, changes: str,
    prev_hash: str,
) -> str:
    """The hash of an entry from its other columns, 64 hexadecimal digits."""
    body = canonical({
        "seq": seq, "at": at, "actor": actor, "action": action, "group_id": group_id, "reverts": reverts,
        "changes": changes,
    })
    # A log edited from outside may hold bytes that are no text; they must count, not stop the check.
    return hashlib.sha256((prev_hash + body).encode("utf-8", "surrogateescape")).hexdigest()


def read_changes(text: Any) -> list[dict[str, Any]] | None:
    """The ``changes`` column as a list of ``{table, id, before, after}``; None when it is not one."""
    try:
        changes = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None
    if not isinstance(changes, list):
        return None
    for change in changes:
        if not isinstance(change, dict) or not {"table", "id", "before", "after"} <= change.keys():
            return None
        if not isinstance(change["table"], str) or not isinstance(change["id"], str):
            return None
        if not all(side is None or isinstance(side, dict) for side in (change["before"], change["after"])):
            return None
    return changes


def log_row(values: Iterable[Any]) -> LogRow:
    """An entry from its columns; changes that cannot be read (edited from outside) are an empty list."""
    seq, at, actor, action, group_id, reverts, changes, prev_hash, own_hash = values
    return LogRow(seq, at, actor, action, group_id, reverts, read_changes(changes) or [], prev_hash, own_hash)


class Fold:
    """Entries applied one after the other, in memory: what the tables must hold.

    ``state`` is table name -> row id -> row; ``problems`` lists what does not fit, without any content.
    """

    def __init__(self, tables: Iterable[str]) -> None:
        self.state: dict[str, dict[str, Row]] = {table: {} for table in tables}
        self.problems: list[Problem] = []
        self.seq = 0
        self.hash = FIRST_PREV_HASH

    def add(self, values: tuple[Any, ...]) -> None:
        """Check the next entry (columns as in :data:`COLUMNS`) against the chain and apply its changes."""
        seq, at, actor, action, group_id, reverts, changes, prev_hash, own_hash = values
        if seq != self.seq + 1:
            self._say(seq, text=f"entry {self.seq + 1} is missing before it")
        if prev_hash != self.hash:
            self._say(seq, text="it does not follow the entry before it: the chain is broken here")
        if own_hash != _hash_of_any(seq, at, actor, action, group_id, reverts, changes, prev_hash):
            self._say(seq, text="its content does not match its hash: it was changed after it was written")
        # Go on from what is stored, so that one edit is one problem and not one for every later entry.
        self.seq, self.hash = seq, own_hash
        self._apply(seq, changes)

    def _apply(self, seq: int, text: Any) -> None:
        changes = read_changes(text)
        if changes is None:
            self._say(seq, text="its changes cannot be read")
            return
        for change in changes:
            table, row_id, after = change["table"], change["id"], change["after"]
            rows = self.state.get(table)
            if rows is None:
                self._say(seq, table, row_id, "it changes a table that has no history")
                continue
            if rows.get(row_id) != change["before"]:
                self._say(seq, table, row_id, "it starts from a row that the entries before it do not give")
            if after is None:
                rows.pop(row_id, None)
            else:
                rows[row_id] = after

    def _say(self, seq: int, table: str | None = None, row_id: str | None = None, text: str = "") -> None:
        self.problems.append(Problem(seq, table, row_id, text))


def _hash_of_any(*values: Any) -> str | None:
    try:
        return entry_hash(*values)
    except (TypeError, ValueError):
        return None


def entries(connection: sqlite3.Connection, up_to: int | None = None) -> Iterator[tuple[Any, ...]]:
    """The entries' columns, oldest first, up to and with number ``up_to``."""
    cursor = connection.cursor()
    cursor.row_factory = None
    if up_to is None:
        yield from cursor.execute(f"{SELECT} ORDER BY seq")
    else:
        yield from cursor.execute(f"{SELECT} WHERE seq <= ? ORDER BY seq", (up_to,))
