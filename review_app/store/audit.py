"""Verifying: the chain, the tables against their history, the guards of the log, and anchors."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from review_app.domain.rows import Problem
from review_app.store.chain import FIRST_PREV_HASH, Fold, Row, entries
from review_app.store.migrations import JOURNALED, LOG_TRIGGERS, MIGRATIONS


def verify(connection: sqlite3.Connection) -> list[Problem]:
    """All that does not fit, in the order guards, entries, rows; empty when all is well.

    The connection must see one snapshot. Its ``text_factory`` may be changed.
    """
    try:
        return _problems(connection)
    except sqlite3.OperationalError as error:
        # sqlite3 itself raises this one, without a code, for text that is no UTF-8. Such bytes must be seen
        # as a wrong value, not end the check. Reading all text that way would take three times as long.
        if getattr(error, "sqlite_errorcode", None) is not None:
            raise
    connection.text_factory = _any_text
    return _problems(connection)


def _problems(connection: sqlite3.Connection) -> list[Problem]:
    found = _schema(connection)
    problems = [*_guards(connection), *_form(found)]
    if found.get("audit_log", ("",))[0] != "table":
        return problems
    fold = Fold(JOURNALED)
    for values in entries(connection):
        fold.add(values)
    problems += fold.problems
    for table in JOURNALED:
        if table in found:
            problems += _compare(connection, table, fold.state[table])
    return problems


def check_anchor(connection: sqlite3.Connection, seq: int, digest: str) -> list[Problem]:
    """Whether entry ``seq`` is there and has this hash; number 0 stands for an empty log and always holds."""
    if seq == 0 and digest == FIRST_PREV_HASH:
        return []
    row = connection.execute("SELECT hash FROM audit_log WHERE seq = ?", (seq,)).fetchone()
    if row is None:
        last = connection.execute("SELECT max(seq) FROM audit_log").fetchone()[0] or 0
        return [Problem(None, None, None,
                        f"the export was made when the log had entry {seq}, now it ends at entry {last}: "
                        "its end was cut off, or this is another workspace")]
    if row[0] != digest:
        return [Problem(seq, None, None,
                        "its hash is not the one that the export carries: the log was rewritten, "
                        "or this is another workspace")]
    return []


def _guards(connection: sqlite3.Connection) -> Iterator[Problem]:
    """The triggers must be ours and no others: a foreign one could change rows behind every commit."""
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    for name, sql in LOG_TRIGGERS.items():
        if name not in found:
            yield Problem(None, "audit_log", None, f"the guard {name} was taken away")
        elif found.pop(name).split() != sql.split():
            yield Problem(None, "audit_log", None, f"the guard {name} was changed")
    for _ in found:
        yield Problem(None, None, None, "a trigger was added that this program did not make")


def _form(found: dict[str, tuple[str, str]]) -> Iterator[Problem]:
    """Tables and their indexes must be as the migrations make them: a view would show what somebody likes."""
    with contextlib.closing(sqlite3.connect(":memory:")) as fresh:
        for _, migration in MIGRATIONS:
            migration(fresh.execute)
        expected = _schema(fresh)
        owners = dict(fresh.execute("SELECT name, tbl_name FROM sqlite_master").fetchall())
    for name, (kind, form) in expected.items():
        if kind not in ("table", "index") or owners[name] not in (*JOURNALED, "audit_log"):
            continue
        what = "it" if kind == "table" else f"its index {name}"
        if name not in found:
            yield Problem(None, owners[name], None, f"{what} was taken away from outside")
        elif found[name] != (kind, form):
            yield Problem(None, owners[name], None, f"{what} was given another form from outside")


def _schema(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    rows = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: (kind, " ".join(sql.split())) for name, kind, sql in rows}


def _compare(connection: sqlite3.Connection, table: str, expected: dict[str, Row]) -> Iterator[Problem]:
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(f'SELECT * FROM "{table}"')
    names = [d[0] for d in cursor.description]
    for values in cursor:
        live: dict[str, Any] = dict(zip(names, values, strict=True))
        row_id = live.get("id")
        history = expected.pop(row_id, None) if isinstance(row_id, str) else None
        if history is None:
            yield Problem(None, table, str(row_id), "it is in the table, not in the log: added from outside")
        elif history != live:
            columns = ", ".join(sorted(n for n in {*history, *live} if history.get(n) != live.get(n)))
            yield Problem(None, table, str(row_id), f"{columns}: not what the log says: changed from outside")
    for row_id in expected:
        yield Problem(None, table, row_id, "it is in the log, not in the table: removed from outside")


def _any_text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")
