"""Read models for lists, search, exports and reports.

Documents that are not all in, or removed, are not seen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from review_app.domain.errors import EnvironmentProblem
from review_app.domain.findings import CodeReading, Extent
from review_app.domain.geometry import Rect
from review_app.domain.rows import CaseRow, DecisionRow, DocumentRow, LogRow, PageRow, RecordRow, SpanRow
from review_app.domain.vocabulary import (
    Band,
    Disposition,
    ExemptionStatus,
    Field,
    FieldStatus,
    Kind,
    Origin,
    Provenance,
    Status,
    Verdict,
)
from review_app.store.chain import COLUMNS, Row, log_row
from review_app.store.database import Database
from review_app.store.journal import storable
from review_app.store.migrations import JOURNALED

_LIVE = "EXISTS (SELECT 1 FROM documents AS d WHERE d.id = {}.document_id AND d.state = 'ready')"
_LOG = f"SELECT {', '.join(f'a.{c}' for c in COLUMNS)} FROM audit_log AS a"
# SQLite takes the large entries apart; each change names the ids of what it is about in plain text.
_OWN_CHANGES = """CASE WHEN length(a.changes) < 20000 OR NOT json_valid(a.changes) THEN a.changes ELSE (
    SELECT '[' || coalesce(group_concat(e.value), '') || ']' FROM json_each(a.changes) AS e
    WHERE instr(e.value, '"' || :id || '"')) END"""
_SPAN_LOG = f"""
    SELECT {', '.join(_OWN_CHANGES if c == 'changes' else f'a.{c}' for c in COLUMNS)}
    FROM audit_log AS a JOIN log_index AS i ON i.seq = a.seq WHERE i.id = :id ORDER BY a.seq"""
# span_count counts what stands, without rejected spans: two ranges of the index, half the time of comparing.
_DOCUMENT = """
    SELECT d.*, (SELECT count(*) FROM spans AS s WHERE s.document_id = d.id AND s.status < 'rejected') +
        (SELECT count(*) FROM spans AS s WHERE s.document_id = d.id AND s.status > 'rejected') AS span_count,
        (SELECT count(*) FROM spans AS s WHERE s.document_id = d.id AND s.status = 'suggested') AS undecided
    FROM documents AS d WHERE d.state = '{}'"""
_UNTOUCHED = """
    SELECT s.document_id, count(*) FROM spans AS s
    WHERE s.status = 'suggested' AND s.confidence < ? AND s.origin <> 'reviewer' AND s.note = ''
    AND NOT EXISTS (SELECT 1 FROM decisions AS v WHERE v.span_id = s.id)
    AND NOT EXISTS (SELECT 1 FROM internal_notes AS n WHERE n.span_id = s.id)
    AND NOT EXISTS (SELECT 1 FROM span_codes AS c WHERE c.span_id = s.id AND c.provenance = 'reviewer')
    GROUP BY s.document_id"""
_READY, _REMOVED = _DOCUMENT.format("ready"), _DOCUMENT.format("removed")


class Queries:
    """Reads. May be used from any thread; a read waits for a running commit.

    Every method raises :class:`EnvironmentProblem` when the database cannot be read or holds a value that
    the program did not write.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def row(self, table: str, row_id: str) -> Row | None:
        """A row of a journaled table as it is stored, whatever the state of its document.

        Raises:
            ValueError: no such table; a defect of the caller.
        """
        with self._reading() as connection:
            found = connection.execute(f'SELECT * FROM "{_known(table)}" WHERE id = ?', (row_id,)).fetchone()
            return dict(found) if found is not None else None

    def rows_of_span(self, table: str, span_id: str) -> list[Row]:
        """The rows of ``span_codes`` (by position), ``decisions``, ``reviews`` (oldest first) or
        ``internal_notes`` (one at most) of a span."""
        order = {"span_codes": "position", "decisions": "at", "reviews": "at", "internal_notes": "at"}[table]
        with self._reading() as connection:
            rows = connection.execute(f"SELECT * FROM {table} WHERE span_id = ? ORDER BY {order}, rowid",
                                      (span_id,))
            return [dict(row) for row in rows]

    def by_name(self, table: str, name: str) -> Row | None:
        """The row of ``people`` or ``looks`` of a person, as stored."""
        with self._reading() as connection:
            found = connection.execute(
                f'SELECT * FROM "{_known(table)}" WHERE name = ?', (storable(name),)
            ).fetchone()
            return dict(found) if found is not None else None

    def samples(self, looker: str | None) -> list[Row]:
        """The samples that a person looks at, or all, oldest first, as stored."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT * FROM samples WHERE :name IS NULL OR looker = :name ORDER BY at, rowid",
                {"name": storable(looker) if looker is not None else None},
            )
            return [dict(row) for row in rows]

    def sample_pages(self, sample_id: str) -> list[Row]:
        """The pages of a sample in the order they were drawn, as stored."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT * FROM sample_pages WHERE sample_id = ? ORDER BY position", (sample_id,)
            )
            return [dict(row) for row in rows]

    def sample_marks(self, sample_id: str) -> list[Row]:
        """The blind marks of a sample, oldest first, as stored."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT * FROM sample_marks WHERE sample_id = ? ORDER BY at, rowid", (sample_id,)
            )
            return [dict(row) for row in rows]

    def pages_scanned(self, document_id: str) -> dict[int, Disposition]:
        """What the scan said of pages of a document, by number; without those of which it said nothing."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT number, disposition FROM pages AS p WHERE document_id = ? AND disposition <> ?"
                f" AND {_LIVE.format('p')}", (document_id, str(Disposition.UNKNOWN)))
            return {row[0]: Disposition(row[1]) for row in rows}

    def of_document(self, table: str, document_id: str) -> list[Row]:
        """The rows of a table with ``document_id`` and ``at`` of a document, oldest first, as stored."""
        with self._reading() as connection:
            rows = connection.execute(
                f'SELECT * FROM "{_known(table)}" WHERE document_id = ? ORDER BY at, rowid', (document_id,)
            )
            return [dict(row) for row in rows]

    def export_paths(self) -> list[str]:
        """The path of every export of any document, each once."""
        with self._reading() as connection:
            return [row[0] for row in connection.execute("SELECT DISTINCT path FROM exports")]

    def export_hashes(self) -> dict[str, str]:
        """The SHA-256 of what was last exported to each path."""
        with self._reading() as connection:
            rows = connection.execute("SELECT path, sha256 FROM exports ORDER BY head_seq, rowid")
            return {row[0]: row[1] for row in rows}

    def exports(self, document_id: str) -> list[Row]:
        """What was exported of a document, oldest first, as stored."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT * FROM exports WHERE document_id = ? ORDER BY head_seq, rowid", (document_id,)
            )
            return [dict(row) for row in rows]

    def cases(self) -> list[CaseRow]:
        """All cases, by number."""
        with self._reading() as connection:
            return [_case(row) for row in connection.execute("SELECT * FROM cases ORDER BY number")]

    def case_by_number(self, number: str) -> CaseRow | None:
        """The case with this number, None when there is none."""
        with self._reading() as connection:
            row = connection.execute("SELECT * FROM cases WHERE number = ?", (number,)).fetchone()
            return _case(row) if row is not None else None

    def documents(self) -> list[DocumentRow]:
        """All documents, in the order they came in."""
        with self._reading() as connection:
            return [_document(row) for row in connection.execute(f"{_READY} ORDER BY d.added_at, d.rowid")]

    def removed_documents(self) -> list[DocumentRow]:
        """The documents that were removed, in the order they came in."""
        with self._reading() as connection:
            return [_document(row) for row in connection.execute(f"{_REMOVED} ORDER BY d.added_at, d.rowid")]

    def undecided_below(self, confidence: float) -> dict[str, int]:
        """Document id to how many of its undecided spans are less sure than this and touched by nobody (as
        ``SpanRow.is_touched``): those that a limit hides. Documents without one are left out."""
        with self._reading() as connection:
            return dict(connection.execute(_UNTOUCHED, (confidence,)))

    def document(self, document_id: str) -> DocumentRow | None:
        """One document, None when it is not there."""
        with self._reading() as connection:
            row = connection.execute(f"{_READY} AND d.id = ?", (document_id,)).fetchone()
            return _document(row) if row is not None else None

    def document_by_sha(self, sha256: str) -> DocumentRow | None:
        """The document with these bytes, None when they are not recorded."""
        with self._reading() as connection:
            row = connection.execute(f"{_READY} AND d.sha256 = ?", (sha256,)).fetchone()
            return _document(row) if row is not None else None

    def has_original(self, sha256: str) -> bool:
        """True when any document, also an incoming or a removed one, came from these bytes."""
        with self._reading() as connection:
            row = connection.execute("SELECT 1 FROM documents WHERE sha256 = ? LIMIT 1", (sha256,)).fetchone()
            return row is not None

    def pages(self, document_id: str) -> list[PageRow]:
        """The pages of a document, in order."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM pages AS p WHERE document_id = ? AND {_LIVE.format('p')} ORDER BY number",
                (document_id,),
            )
            return [
                PageRow(r["document_id"], r["number"], r["width"], r["height"], Disposition(r["disposition"]))
                for r in rows
            ]

    def spans(self, document_id: str) -> list[SpanRow]:
        """The spans of a document by page and place, each with its codes and its current decision."""
        found = self._spans("document_id = ?", document_id)
        return sorted(found, key=lambda s: (s.page, *((s.rects[0].y0, s.rects[0].x0) if s.rects else (0, 0))))

    def span(self, span_id: str) -> SpanRow | None:
        """One span, None when it is not there."""
        return next(iter(self._spans("id = ?", span_id)), None)

    def some_spans(self, span_ids: Iterable[str]) -> list[SpanRow]:
        """Those of these spans that are there, in no order."""
        return self._spans("id IN (SELECT value FROM json_each(?))", json.dumps(list(span_ids)))

    def record(self, document_id: str) -> list[RecordRow]:
        """The record fields of a document by page and place."""
        with self._reading() as connection:
            found = [_record(row) for row in connection.execute(
                f"SELECT * FROM record_fields AS f WHERE document_id = ? AND {_LIVE.format('f')}"
                " ORDER BY rowid", (document_id,),
            )]
        return sorted(found, key=lambda r: (r.page, r.rect.y0, r.rect.x0))

    def confirmed(self, field: Field) -> list[str]:
        """The values of a field that people confirmed or wrote themselves, the most frequent first."""
        with self._reading() as connection:
            return [str(row[0]) for row in connection.execute(
                f"SELECT value FROM record_fields AS f WHERE field = ? AND status IN (?, ?) AND"
                f" {_LIVE.format('f')} GROUP BY value ORDER BY count(*) DESC, value LIMIT 1000",
                (str(field), str(FieldStatus.CONFIRMED), str(FieldStatus.CORRECTED)),
            )]

    def decisions(self, span_id: str) -> list[DecisionRow]:
        """All decisions on a span, oldest first; the last one is current."""
        with self._reading() as connection:
            return [_decision(row) for row in connection.execute(
                "SELECT * FROM decisions WHERE span_id = ? ORDER BY at, rowid", (span_id,))]

    def group(self, group_id: str) -> list[LogRow]:
        """The entries of one act, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(f"{_LOG} WHERE a.group_id = ? ORDER BY a.seq", (group_id,))
            return [log_row(row) for row in rows]

    def span_history(self, span_id: str) -> list[LogRow]:
        """The entries that touched a span, its codes or its decisions, oldest first.

        Of an entry with many changes (ten thousand spans confirmed at once) ``changes`` holds only those that
        name the span.
        """
        with self._reading() as connection:
            rows = connection.execute(_SPAN_LOG, {"id": span_id})
            return [log_row(row) for row in rows]

    def log(
        self, *, actor: str | None = None, action: str | None = None, since: str | None = None,
        until: str | None = None, document_id: str | None = None, text: str | None = None,
        before_seq: int | None = None, limit: int | None = None,
    ) -> list[LogRow]:
        """Entries of the audit log, newest first.

        Args:
            actor: exactly this one.
            action: exactly this one, or with a trailing ``.`` all that begin so (``span.``).
            since: UTC ISO 8601, a date or a time; entries from then on.
            until: UTC ISO 8601, a date or a time; entries up to and including it (a whole day for a date).
            document_id: entries that touched the document or anything of it.
            text: occurs in actor, action or changes; case of ASCII letters is ignored.
            before_seq: only entries with a smaller number, to go on where a list ended.
            limit: at most so many.
        """
        where, values = ["1"], dict[str, Any]()

        def restrict(condition: str, **named: Any) -> None:
            where.append(condition)
            values.update(named)

        if actor is not None:
            restrict("a.actor = :actor", actor=actor)
        if action is not None and action.endswith("."):
            restrict("substr(a.action, 1, length(:action)) = :action", action=action)
        elif action is not None:
            restrict("a.action = :action", action=action)
        if since is not None:
            restrict("a.at >= :since", since=since)
        if until is not None:
            restrict("substr(a.at, 1, length(:until)) <= :until", until=until)
        if document_id is not None:
            restrict("a.seq IN (SELECT seq FROM log_index WHERE id = :document)", document=document_id)
        if text:
            pattern = "".join(f"\\{c}" if c in "\\%_" else c for c in text)
            restrict(
                "(a.actor LIKE :text ESCAPE '\\' OR a.action LIKE :text ESCAPE '\\'"
                " OR a.changes LIKE :text ESCAPE '\\')", text=f"%{pattern}%",
            )
        if before_seq is not None:
            restrict("a.seq < :before", before=before_seq)
        values["limit"] = -1 if limit is None else limit
        with self._reading() as connection:
            rows = connection.execute(
                f"{_LOG} WHERE {' AND '.join(where)} ORDER BY a.seq DESC LIMIT :limit", values
            )
            return [log_row(row) for row in rows]

    def _spans(self, condition: str, value: str) -> list[SpanRow]:
        chosen = f"SELECT id FROM spans AS s WHERE s.{condition} AND {_LIVE.format('s')}"
        codes: dict[str, list[CodeReading]] = {}
        current: dict[str, DecisionRow] = {}
        with self._reading() as connection:
            for row in connection.execute(
                f"SELECT * FROM span_codes WHERE span_id IN ({chosen}) ORDER BY position, rowid", (value,)
            ):
                codes.setdefault(row["span_id"], []).append(_code(row))
            for row in connection.execute(
                f"SELECT * FROM decisions WHERE span_id IN ({chosen}) ORDER BY at, rowid", (value,)
            ):
                current[row["span_id"]] = _decision(row)
            internal = dict(connection.execute(
                f"SELECT span_id, text FROM internal_notes WHERE span_id IN ({chosen})", (value,)).fetchall())
            return [
                _span(row, tuple(codes.get(row["id"], ())), current.get(row["id"]),
                      internal.get(row["id"], ""))
                for row in connection.execute(
                    f"SELECT * FROM spans WHERE id IN ({chosen}) ORDER BY rowid", (value,)
                )
            ]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._database.reading() as connection:
            try:
                yield connection
            except (ValueError, TypeError, LookupError, AttributeError) as error:
                if isinstance(error, _CallerError):
                    raise
                raise EnvironmentProblem(
                    "review.db holds a value that this program did not write",
                    why="somebody changed it from outside", todo="Run: review-app log verify",
                ) from error


def spans_from(
    spans: Sequence[Row], codes: Sequence[Row], decisions: Sequence[Row], notes: Sequence[Row]
) -> list[SpanRow]:
    """Spans from rows as the log holds them, by page and place."""
    of_span: dict[str, list[CodeReading]] = {}
    for row in sorted(codes, key=lambda r: int(str(r["position"]))):
        of_span.setdefault(str(row["span_id"]), []).append(_code(cast(sqlite3.Row, row)))
    current = {str(r["span_id"]): _decision(cast(sqlite3.Row, r))
               for r in sorted(decisions, key=lambda r: str(r["at"]))}
    internal = {str(r["span_id"]): str(r["text"]) for r in notes}
    found = [
        _span(cast(sqlite3.Row, row), tuple(of_span.get(str(row["id"]), ())), current.get(str(row["id"])),
              internal.get(str(row["id"]), ""))
        for row in spans
    ]
    return sorted(found, key=lambda s: (s.page, *((s.rects[0].y0, s.rects[0].x0) if s.rects else (0, 0))))


def record_from(rows: Sequence[Row]) -> list[RecordRow]:
    """Record fields from rows as the log holds them, by page and place."""
    return sorted((_record(cast(sqlite3.Row, row)) for row in rows),
                  key=lambda r: (r.page, r.rect.y0, r.rect.x0))


class _CallerError(ValueError):
    """A defect of the caller, not of the database."""


def _known(table: str) -> str:
    if table not in JOURNALED:
        raise _CallerError(f"no journaled table {table!r}")
    return table


def _case(row: sqlite3.Row) -> CaseRow:
    return CaseRow(row["id"], row["number"], row["title"])


def _document(row: sqlite3.Row) -> DocumentRow:
    return DocumentRow(
        id=row["id"], case_id=row["case_id"], sha256=row["sha256"], name=row["name"],
        media_type=row["media_type"], page_count=row["page_count"],
        disposition=Disposition(row["disposition"]), added_at=row["added_at"],
        span_count=row["span_count"], undecided_count=row["undecided"],
        warnings=tuple(str(w) for w in json.loads(row["warnings"])),
    )


def _code(row: sqlite3.Row) -> CodeReading:
    return CodeReading(row["code"], row["raw"], Provenance(row["provenance"]), row["confidence"])


def _decision(row: sqlite3.Row) -> DecisionRow:
    return DecisionRow(row["span_id"], Verdict(row["verdict"]), row["justification"], row["actor"], row["at"])


# A list of spans is read again after every change of one of them: what is in JSON is read once.
@lru_cache(maxsize=8192)
def _rects(text: str) -> tuple[Rect, ...]:
    return tuple(Rect.of(r) for r in json.loads(text))


@lru_cache(maxsize=1024)
def _lines(text: str) -> tuple[int, int]:
    first, last = json.loads(text)
    return int(first), int(last)


@lru_cache(maxsize=1024)
def _extent(text: str) -> Extent | None:
    return Extent.of(json.loads(text))


def _span(
    row: sqlite3.Row, codes: tuple[CodeReading, ...], decision: DecisionRow | None, internal: str
) -> SpanRow:
    return SpanRow(
        id=row["id"], document_id=row["document_id"], page=row["page"], kind=Kind(row["kind"]),
        origin=Origin(row["origin"]), status=Status(row["status"]),
        rects=_rects(row["rects"]), confidence=row["confidence"],
        band=Band(row["band"]), detector=row["detector"], evidence=row["evidence"],
        exemption_status=ExemptionStatus(row["exemption_status"]), codes=codes,
        lines=_lines(row["lines"]) if row["lines"] is not None else None,
        extent=_extent(row["extent"]) if row["extent"] is not None else None,
        raw=row["raw"], note=row["note"], author=row["author"], at=row["at"],
        decision=decision, internal_note=internal,
    )


def _record(row: sqlite3.Row) -> RecordRow:
    return RecordRow(
        id=row["id"], document_id=row["document_id"], field=Field(row["field"]), value=row["value"],
        raw=row["raw"], page=row["page"], rect=Rect.of(json.loads(row["rect"])), confidence=row["confidence"],
        status=FieldStatus(row["status"]),
    )
