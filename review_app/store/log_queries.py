"""Reading a long log: which entries a filter lets through, their lines for a list, a document as it was.

A million entries answer in tens of milliseconds, because each filter is one index that holds all it needs;
several filters are put together as sets of entry numbers.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar, overload

from review_app.domain.errors import EnvironmentProblem
from review_app.domain.rows import LogLine, LogRow, RecordRow, SpanRow
from review_app.store.chain import SELECT, Row, log_row, read_changes
from review_app.store.database import Database
from review_app.store.log_words import match_words, what, who
from review_app.store.queries import record_from, spans_from

_AT_ONCE = 500
MANY = 150_000
"""More numbers than these are not all read to list the first of them (665,600: 230 ms)."""
_PIECE = 4096
_KEPT = 64
T = TypeVar("T")


class LogQueries:
    """Reads of the audit log. May be used from any thread; a read waits for a running commit.

    Every method raises :class:`EnvironmentProblem` when the database cannot be read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def numbers(
        self, *, actor: str | None = None, not_by: str | None = None, action: str | None = None,
        since: str | None = None, until: str | None = None, after_seq: int | None = None,
        document_id: str | None = None, words: str = "",
    ) -> Sequence[int]:
        """The numbers of the entries that pass all filters, newest first.

        Args:
            actor: exactly this one.
            not_by: not this one.
            action: exactly this one, or with a trailing ``.`` all that begin so (``span.``).
            since: UTC ISO 8601, a date or a time; entries from then on.
            until: UTC ISO 8601, a date or a time; entries up to and including it (a whole day for a date).
            after_seq: only entries with a greater number.
            document_id: entries that touched the document or anything of it.
            words: each begins a word of the entry (who, what, texts put in or taken away).
        """
        with self._reading() as connection:
            head = connection.execute("SELECT coalesce(max(seq), 0) FROM audit_log").fetchone()[0]
            sets: list[Sequence[int]] = [range(head, after_seq or 0, -1)]
            if since is not None or until is not None:
                sets.append(_between(connection, since or "", until))
            if document_id is not None:
                sets.append(_numbers(connection, "log_index WHERE id = ?", document_id))
            expression = match_words(words) if words else ""
            if words and not expression:
                return range(0)
            if bool(actor is not None) + bool(action is not None) + bool(words) == 1 and not words:
                alone = self._alone(connection, actor, action, len(sets) == 1 and not_by is None)
                if isinstance(alone, Stored):
                    return alone if not after_seq else _common([*sets, array("q", alone)])
                sets.append(alone)
            elif expression or actor is not None or action is not None:
                terms = [who(actor)] if actor is not None else []
                terms += [what(action)] if action is not None else []
                low, high = _span_of(sets)
                sets.append(_numbers(
                    connection, "log_text WHERE log_text MATCH ? AND rowid BETWEEN ? AND ?",
                    " ".join([*terms, expression]), low, high, column="rowid",
                ))
            if not_by is not None:
                low, high = _span_of(sets)
                own = set(_numbers(connection, "audit_log WHERE actor = ? AND seq BETWEEN ? AND ?",
                                   not_by, low, high))
                sets = [[n for n in _common(sets) if n not in own]]
        return _common(sets)

    def _alone(
        self, connection: sqlite3.Connection, actor: str | None, action: str | None, may_be_stored: bool
    ) -> Sequence[int]:
        """What one indexed column lets through: so many numbers are left where they are stored."""
        column, source = "seq", "audit_log WHERE actor = ?"
        value = actor if actor is not None else str(action)
        if actor is None and value.endswith("."):
            column, source, value = "rowid", "log_text WHERE log_text MATCH ?", what(value)
        elif actor is None:
            source = "audit_log WHERE action = ?"
        if may_be_stored:
            count = connection.execute(f"SELECT count(*) FROM {source}", (value,)).fetchone()[0]
            if count > MANY:
                return Stored(self._database, source, column, value, count)
        return _numbers(connection, source, value, column=column)

    def lines(self, numbers: Sequence[int]) -> list[LogLine | None]:
        """The entries of these numbers as a list shows them, in their order; None where there is none."""
        with self._reading() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None
            found: dict[int, tuple[str, str, str, int | None, str]] = {}
            for chunk in _chunks(numbers):
                holes = ",".join("?" * len(chunk))
                found.update(
                    (row[0], row[1:]) for row in cursor.execute(
                        "SELECT seq, at, actor, action, reverts, changes FROM audit_log"
                        f" WHERE seq IN ({holes})", chunk,
                    )
                )
            about = {seq: _about(row[4]) for seq, row in found.items()}
            owners = _documents_of(connection, {s for _, spans in about.values() for s in spans})
        lines: list[LogLine | None] = []
        for number in numbers:
            row = found.get(number)
            if row is None:
                lines.append(None)
                continue
            documents, spans = about[number]
            ids = dict.fromkeys([*documents, *(owners[s] for s in spans if s in owners)])
            lines.append(LogLine(number, row[0], row[1], row[2], row[3], tuple(ids)))
        return lines

    def entries(self, numbers: Sequence[int]) -> Iterator[LogRow]:
        """The whole entries of these numbers, in their order; those that are missing are left out."""
        for chunk in _chunks(numbers):
            holes = ",".join("?" * len(chunk))
            with self._reading() as connection:
                cursor = connection.cursor()
                cursor.row_factory = None
                rows = {row[0]: row for row in cursor.execute(f"{SELECT} WHERE seq IN ({holes})", chunk)}
            yield from (log_row(rows[n]) for n in chunk if n in rows)

    def actors(self) -> list[str]:
        """Everybody who is in the log, by name."""
        return self._each("actor")

    def actions(self) -> list[str]:
        """Every action that is in the log, by name."""
        return self._each("action")

    def last_before(self, moment: str) -> int:
        """The number of the newest entry made up to and including ``moment`` (a whole day for a date); 0 when
        there is none."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT coalesce(max(seq), 0) FROM audit_log WHERE at < ?", (after(moment),)
            ).fetchone()
            return int(row[0])

    def document_at(self, document_id: str, seq: int) -> dict[str, dict[str, Row]]:
        """The rows of a document and of all that belongs to it, as they were after entry ``seq``: table ->
        id -> row. Only entries about the document are read."""
        state: dict[str, dict[str, Row]] = {}
        with self._reading() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None
            for (text,) in cursor.execute(
                "SELECT a.changes FROM log_index AS i JOIN audit_log AS a ON a.seq = i.seq"
                " WHERE i.id = ? AND i.seq <= ? ORDER BY i.seq", (document_id, seq),
            ):
                for change in read_changes(text) or ():
                    rows = state.setdefault(change["table"], {})
                    if change["after"] is None:
                        rows.pop(change["id"], None)
                    else:
                        rows[change["id"]] = change["after"]
        spans = {i for i, row in state.get("spans", {}).items() if row.get("document_id") == document_id}
        # An entry may be about several documents: what is another's does not belong here.
        return {
            table: {
                i: row for i, row in rows.items()
                if i == document_id or row.get("document_id") == document_id or row.get("span_id") in spans
            }
            for table, rows in state.items()
        }

    def spans_at(self, document_id: str, seq: int) -> list[SpanRow]:
        """The spans of a document with codes and decisions, as they were after entry ``seq``."""
        state = self.document_at(document_id, seq)
        with self._reading():
            return spans_from(*(
                list(state.get(table, {}).values())
                for table in ("spans", "span_codes", "decisions", "internal_notes")
            ))

    def record_at(self, document_id: str, seq: int) -> list[RecordRow]:
        """The record fields of a document, as they were after entry ``seq``."""
        state = self.document_at(document_id, seq)
        with self._reading():
            return record_from(list(state.get("record_fields", {}).values()))

    def _each(self, column: str) -> list[str]:
        """The different values of an indexed column: one step of the index for each."""
        with self._reading() as connection:
            found = []
            row = connection.execute(f"SELECT min({column}) FROM audit_log").fetchone()
            while row[0] is not None:
                found.append(str(row[0]))
                row = connection.execute(
                    f"SELECT min({column}) FROM audit_log WHERE {column} > ?", (row[0],)
                ).fetchone()
            return found

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._database.reading() as connection:
            try:
                yield connection
            except (ValueError, TypeError, LookupError, AttributeError) as error:
                raise EnvironmentProblem(
                    "review.db holds a value that this program did not write",
                    why="somebody changed it from outside", todo="Run: review-app log verify",
                ) from error


class Stored(Sequence[int]):
    """Numbers of entries in descending order that stay in the database: what is looked at is read.

    It is what the log held when it was made: later entries are not in it, as nothing is ever taken out.
    """

    def __init__(self, database: Database, source: str, column: str, value: str, count: int) -> None:
        """``source`` is a table with the condition that ``value`` fulfils; ``column`` holds the numbers."""
        self._database = database
        self._source = source
        self._column = column
        self._value = value
        self._count = count
        self._pieces: OrderedDict[int, array[int]] = OrderedDict()
        with database.reading() as connection:
            self._head = connection.execute("SELECT coalesce(max(seq), 0) FROM audit_log").fetchone()[0]

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, key: int) -> int: ...

    @overload
    def __getitem__(self, key: slice) -> Sequence[int]: ...

    def __getitem__(self, key: int | slice) -> int | Sequence[int]:
        if isinstance(key, slice):
            places = range(*key.indices(self._count))
            if len(places) > _PIECE:
                return array("q", self)[key]
            return array("q", (self[place] for place in places))
        place = key + self._count if key < 0 else key
        if not 0 <= place < self._count:
            raise IndexError(key)
        return self._piece(place // _PIECE)[place % _PIECE]

    def __iter__(self) -> Iterator[int]:
        with self._database.reading() as connection:
            return iter(_numbers(connection, f"{self._source} AND {self._column} <= ?",
                                 self._value, self._head, column=self._column))

    def index(self, value: int, start: int = 0, stop: int | None = None) -> int:
        """Where a number stands; ValueError when it does not."""
        with self._database.reading() as connection:
            there, above = connection.execute(
                f"SELECT sum({self._column} = ?), count(*) FROM {self._source}"
                f" AND {self._column} BETWEEN ? AND ?", (value, self._value, value, self._head),
            ).fetchone()
        if not there:
            raise ValueError(value)
        return int(above) - 1

    def _piece(self, number: int) -> array[int]:
        piece = self._pieces.get(number)
        if piece is None:
            with self._database.reading() as connection:
                found = connection.execute(
                    f"SELECT json_group_array({self._column}) FROM (SELECT {self._column} FROM {self._source}"
                    f" AND {self._column} <= ? ORDER BY {self._column} DESC LIMIT ? OFFSET ?)",
                    (self._value, self._head, _PIECE, number * _PIECE),
                ).fetchone()[0]
            piece = self._pieces[number] = array("q", sorted(json.loads(found), reverse=True))
            if len(self._pieces) > _KEPT:
                self._pieces.popitem(last=False)
        return piece


def after(moment: str) -> str:
    """The first text that lies behind every time that begins with ``moment``."""
    return f"{moment}\U0010ffff"


def _span_of(sets: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Least and greatest number that can be in all of them."""
    if any(not s for s in sets):
        return 1, 0
    return max(s[-1] for s in sets), min(s[0] for s in sets)


def _numbers(
    connection: sqlite3.Connection, source: str, *values: str | int, column: str = "seq"
) -> Sequence[int]:
    """Numbers in descending order. ``source`` is ours, never a user's."""
    # One JSON array of 200,000 numbers is read in half the time of as many rows.
    found = connection.execute(
        f"SELECT json_group_array({column}) FROM (SELECT {column} FROM {source})", values
    ).fetchone()[0]
    return array("q", sorted(json.loads(found), reverse=True))


def _between(connection: sqlite3.Connection, since: str, until: str | None) -> Sequence[int]:
    """Entries by time. Time goes on from entry to entry, so they lie together; not where a clock was put
    back, and then they are collected one by one."""
    end = after(until) if until is not None else after("")
    first, last, head = (connection.execute(
        "SELECT (SELECT seq FROM audit_log WHERE at >= :since AND at < :end ORDER BY at LIMIT 1),"
        " (SELECT seq FROM audit_log WHERE at >= :since AND at < :end ORDER BY at DESC LIMIT 1),"
        " (SELECT max(seq) FROM audit_log)", {"since": since, "end": end},
    ).fetchone())
    if first is None:
        return range(0)
    # What is looked through to be sure that they lie together: they themselves, or all others.
    if last - first > head // 2:
        low, below = connection.execute(
            "SELECT coalesce(max(seq), 0), count(*) FROM audit_log WHERE at < ?", (since,)).fetchone()
        high, above = connection.execute(
            "SELECT coalesce(min(seq), ? + 1), count(*) FROM audit_log WHERE at >= ?", (head, end)).fetchone()
        together = (below, low) == (first - 1, first - 1) and (above, high) == (head - last, last + 1)
    else:
        together = connection.execute(
            "SELECT min(seq), max(seq), count(*) FROM audit_log WHERE at >= ? AND at < ?", (since, end)
        ).fetchone() == (first, last, last - first + 1)
    if together:
        return range(last, first - 1, -1)
    return _numbers(connection, "audit_log WHERE at >= ? AND at < ?", since, end)


def _common(sets: list[Sequence[int]]) -> Sequence[int]:
    """What is in all of them, newest first. Ranges are cut before anything is looked up."""
    ranges = [s for s in sets if isinstance(s, range)]
    others = sorted((s for s in sets if not isinstance(s, range)), key=len)
    if any(not s for s in sets):
        return range(0)
    low, high = _span_of(sets)
    if not others:
        return range(high, low - 1, -1)
    kept: Sequence[int] = others[0]
    if ranges and not (kept[0] <= high and low <= kept[-1]):
        kept = [n for n in kept if low <= n <= high]
    for other in others[1:]:
        known = set(other)
        kept = [n for n in kept if n in known]
    return kept if isinstance(kept, array) else array("q", kept)


def _chunks(values: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield list(values[start:start + _AT_ONCE])


def _about(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The documents that an entry names, and the spans of rows that name only their span."""
    documents: dict[str, None] = {}
    spans: dict[str, None] = {}
    for change in read_changes(text) or ():
        row = change["after"] or change["before"] or {}
        if change["table"] == "documents":
            documents[change["id"]] = None
        elif row.get("document_id"):
            documents[str(row["document_id"])] = None
        elif row.get("span_id"):
            spans[str(row["span_id"])] = None
    return tuple(documents), tuple(spans)


def _documents_of(connection: sqlite3.Connection, spans: set[str]) -> dict[str, str]:
    """The documents of spans, also of spans that were removed: the log still knows those."""
    found: dict[str, str] = {}
    for chunk in _chunks(sorted(spans)):
        holes = ",".join("?" * len(chunk))
        rows = connection.execute(f"SELECT id, document_id FROM spans WHERE id IN ({holes})", chunk)
        found.update((row[0], row[1]) for row in rows)
    for span_id in spans - found.keys():
        row = connection.execute(
            "SELECT a.changes FROM log_index AS i JOIN audit_log AS a ON a.seq = i.seq"
            " WHERE i.id = ? ORDER BY i.seq DESC LIMIT 1", (span_id,),
        ).fetchone()
        for change in (read_changes(row[0]) if row else None) or ():
            if change["table"] == "spans" and change["id"] == span_id:
                found[span_id] = str((change["after"] or change["before"])["document_id"])
    return found
