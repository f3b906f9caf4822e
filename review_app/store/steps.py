"""Undo and redo read from the log itself: which entries stand, which step comes next.

An entry is undone when an entry that stands reverts it; reverts of reverts alternate. An entry at an even
distance from the act it goes back to (the act itself, a redo) has the act's effect; at an odd distance
(an undo) it takes it away.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from review_app.domain.rows import LogRow
from review_app.domain.values import dataclass
from review_app.store.database import Database

Step = tuple[str, str]
"""A group of entries, and the action that began it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    seq: int
    actor: str
    action: str
    group: str
    reverts: int | None
    is_empty: bool


def undone_by(connection: sqlite3.Connection, seq: int) -> int | None:
    """The entry that stands and undoes entry ``seq``; None when that entry stands itself."""
    chain = [seq]
    while True:
        row = connection.execute(
            "SELECT min(seq) FROM audit_log WHERE reverts = ? AND seq > ?", (chain[-1], chain[-1])
        ).fetchone()
        if row[0] is None:
            return chain[1] if len(chain) % 2 == 0 else None
        chain.append(row[0])


def in_the_way(connection: sqlite3.Connection, entry: LogRow) -> int | None:
    """The number of a later entry that keeps ``entry`` from being undone; None when nothing does.

    That is a later entry that touched one of the same rows, unless it was undone itself or only undid
    something later than ``entry``: such pairs cancel each other.
    """
    rows = {(c["table"], c["id"]) for c in entry.changes}
    found: set[int] = set()
    for row_id in {row_id for _, row_id in rows}:
        found.update(r[0] for r in connection.execute(
            "SELECT seq FROM log_index WHERE id = ? AND seq > ?", (row_id, entry.seq)
        ))
    for seq in sorted(found):
        reverts, text = connection.execute(
            "SELECT reverts, changes FROM audit_log WHERE seq = ?", (seq,)
        ).fetchone()
        if reverts is not None and reverts > entry.seq:
            continue
        if rows.isdisjoint((c["table"], c["id"]) for c in json.loads(text)):
            continue  # it concerns what belongs to the row (a code of the span), not the row
        if undone_by(connection, seq) is None:
            return seq
    return None


class Steps:
    """Finds the next undo and redo of an actor, newest entry first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Per question: the head it was answered at, and the answer. Entries that have nothing to do with
        # the question (a long intake) are looked at once, not again after every commit.
        self._known: dict[tuple[str, str, frozenset[str]], tuple[int, Step | None]] = {}
        self._origins: dict[int, tuple[int, str]] = {}

    def undoable(self, actor: str, excluded: frozenset[str]) -> Step | None:
        """The latest step of ``actor`` that stands and is not ``excluded``."""
        return self._answer("undo", actor, excluded)

    def redoable(self, actor: str, excluded: frozenset[str]) -> Step | None:
        """The latest undo of ``actor`` that stands, unless a new act that is not ``excluded`` followed."""
        return self._answer("redo", actor, excluded)

    def _answer(self, question: str, actor: str, excluded: frozenset[str]) -> Step | None:
        key = (question, actor, excluded)
        with self._database.reading() as connection:
            head = connection.execute("SELECT coalesce(max(seq), 0) FROM audit_log").fetchone()[0]
            since, answer = self._known.get(key, (-1, None))
            if since != head:
                if since < 0 or any(_matters(e, actor, excluded) for e in _newest_first(connection, since)):
                    answer = (_find_undo if question == "undo" else _find_redo)(
                        connection, actor, excluded, self._origins)
                self._known[key] = (head, answer)
            return answer


def _find_undo(
    connection: sqlite3.Connection, actor: str, excluded: frozenset[str], origins: dict[int, tuple[int, str]]
) -> Step | None:
    undone: set[int] = set()
    for entry in _newest_first(connection):
        if entry.seq in undone:
            continue
        if entry.reverts is not None:
            undone.add(entry.reverts)
        if entry.actor != actor or entry.is_empty:
            continue
        distance, action = _origin(connection, entry, origins)
        if distance % 2 == 0 and action not in excluded:
            return entry.group, action
    return None


def _find_redo(
    connection: sqlite3.Connection, actor: str, excluded: frozenset[str], origins: dict[int, tuple[int, str]]
) -> Step | None:
    undone: set[int] = set()
    for entry in _newest_first(connection):
        is_own = entry.actor == actor
        if is_own and entry.reverts is None and _matters(entry, actor, excluded):
            return None
        if entry.seq in undone:
            continue
        if entry.reverts is not None:
            undone.add(entry.reverts)
            distance, action = _origin(connection, entry, origins)
            if is_own and distance % 2 == 1 and action not in excluded:
                return entry.group, action
    return None


def _matters(entry: _Entry, actor: str, excluded: frozenset[str]) -> bool:
    return entry.reverts is not None or (
        entry.actor == actor and entry.action not in excluded and not entry.is_empty
    )


def _newest_first(connection: sqlite3.Connection, since: int = 0) -> Iterator[_Entry]:
    cursor = connection.execute(
        "SELECT seq, actor, action, group_id, reverts, changes = '[]' FROM audit_log"
        " WHERE seq > ? ORDER BY seq DESC", (since,)
    )
    for seq, actor, action, group, reverts, is_empty in cursor:
        yield _Entry(seq, actor, action, group or "", reverts, bool(is_empty))


def _origin(
    connection: sqlite3.Connection, entry: _Entry, known: dict[int, tuple[int, str]]
) -> tuple[int, str]:
    """How many reverts lie between ``entry`` and the act it goes back to, and what that act was.

    ``known`` keeps the answers: an entry never changes, and after sixty steps back each step would ask for
    all of them again.
    """
    if entry.reverts is None:
        return 0, entry.action
    if entry.seq not in known:
        distance, reverts, action = 0, entry.reverts, entry.action
        seq = entry.seq
        while reverts is not None and reverts < seq:  # a log edited from outside may point forward
            row = connection.execute(
                "SELECT reverts, action FROM audit_log WHERE seq = ?", (reverts,)
            ).fetchone()
            if row is None:
                break
            distance, seq, reverts, action = distance + 1, reverts, row[0], row[1]
        known[entry.seq] = distance, action
    return known[entry.seq]
