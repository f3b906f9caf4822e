"""A recorded document is scanned again: suggestions are brought up to date, decisions stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event

from review_app.domain.errors import Cancelled, RuleBroken
from review_app.domain.findings import ScanResult, SpanFinding
from review_app.domain.rows import Progress, SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Field, FieldStatus
from review_app.review.changes import Changes
from review_app.review.forms import Row, code_row, dumps, new_id, now, page_row, record_row, span_row
from review_app.review.rematch import RecordMatch, SpanMatch, match_record, match_spans
from review_app.review.scan_request import ask_scan, scan_params
from review_app.review.session import MACHINE, Session
from review_app.store.journal import Change
from review_app.workers.pool import Pool

ATTEMPTS = 3
"""How often the comparison is made anew when a person decides something just then."""

_READ = (
    "page", "kind", "rects", "confidence", "band", "detector", "evidence", "exemption_status", "lines",
    "extent", "raw",
)
"""Columns of a span that are the machine's to change."""


@dataclass(frozen=True, slots=True)
class Rescanned:
    """What a second scan changed: spans that are new, changed, gone and kept as they were, record fields."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    kept: int = 0
    fields: int = 0

    @property
    def is_news(self) -> bool:
        """True when anything of what is listed changed."""
        return bool(self.new or self.changed or self.gone or self.fields)

    def in_words(self) -> str:
        """``3 new, 2 gone, 14 kept``."""
        if not self.is_news:
            return f"nothing new, {self.kept} kept"
        parts = [f"{self.new} new", f"{self.changed} changed" if self.changed else "", f"{self.gone} gone",
                 f"{self.kept} kept",
                 f"record fields changed: {self.fields}" if self.fields else ""]
        return ", ".join(part for part in parts if part)


class Rescanning:
    """Scans recorded documents again."""

    def __init__(self, session: Session, pool: Pool) -> None:
        self._session = session
        self._pool = pool

    def again(
        self, document_id: str, *, passwords: Sequence[str] = (),
        progress: Callable[[Progress], None] | None = None, cancel: Event | None = None,
    ) -> Rescanned:
        """Scan a document again and record what is different. Blocks; call it from a job.

        What a person touched (confirmed, rejected, coded, noted, decided, drawn) is neither changed nor
        removed, and nothing is suggested anew in its place. All that changes is one entry of the log and one
        step of undo; when nothing changes there is no entry.

        Raises:
            RuleBroken: no such document, or it was changed all the time meanwhile.
            InputRefused: the original cannot be opened any more.
            EnvironmentProblem: the original is gone or exchanged, or the workspace cannot be written.
            Cancelled: ``cancel`` was set; nothing was changed.
        """
        document = self._session.document(document_id)
        self._session.remember_passwords(document.sha256, passwords)
        stored = self._session.child_params(document)
        params = scan_params(
            str(stored["path"]), document.name, self._session.passwords(document.sha256),
            sha256=document.sha256, in_place=True, options=self._session.what_is_known(),
        )
        scanned = ask_scan(self._pool, params, progress=progress, cancel=cancel)
        if cancel is not None and cancel.is_set():
            raise Cancelled("Stopped")
        done = self._record(document_id, scanned.result)
        self._session.workspace.index.add_all(document_id, {
            page.number: scanned.texts.get(page.number, "") for page in scanned.result.pages})
        return done

    def _record(self, document_id: str, result: ScanResult) -> Rescanned:
        for attempt in range(1, ATTEMPTS + 1):
            changes, done = self._compare(document_id, result)
            if not changes:
                return done
            ids = frozenset({document_id})
            try:
                self._session.commit("document.rescanned", changes,
                                     Changes(documents=ids, spans=ids, record=ids))
            except RuleBroken:  # somebody decided something between the reading and the writing
                if attempt == ATTEMPTS:
                    raise
                continue
            return done
        raise AssertionError("unreachable")

    def _compare(self, document_id: str, result: ScanResult) -> tuple[list[Change], Rescanned]:
        self._session.document(document_id)  # it may have been removed while it was scanned
        queries = self._session.workspace.queries
        spans, record = queries.spans(document_id), queries.record(document_id)
        match = match_spans(spans, result.spans, self._touched(document_id))
        fields = match_record(record, result.record)
        found = self._span_changes(document_id, match)
        changed = len({c.id if c.table == "spans" else str((c.before or c.after or {})["span_id"])
                       for c in found})
        of_record = self._record_changes(document_id, fields)
        settled = any(r.field is Field.DISPOSITION and r.status is not FieldStatus.SUGGESTED for r in record)
        done = Rescanned(
            new=len(match.new), gone=len(match.gone), changed=changed - len(match.new) - len(match.gone),
            kept=len(spans) - changed + len(match.new), fields=len(of_record),
        )
        whole = self._document_changes(document_id, result, keeps_disposition=settled)
        return [*whole, *found, *of_record], done

    def _touched(self, document_id: str) -> set[str]:
        """The spans of a document that a person ever did something to, from the log."""
        found: set[str] = set()
        for entry in self._session.workspace.queries.log(document_id=document_id, action="span."):
            for change in entry.changes:
                row = change["after"] or change["before"] or {}
                found.add(str(change["id"] if change["table"] == "spans" else row.get("span_id", "")))
        return found

    def _span_changes(self, document_id: str, match: SpanMatch) -> list[Change]:
        changes: list[Change] = []
        for row, finding in match.same:
            changes += self._update(row, finding)
        for row in match.gone:
            codes = self._codes(row.id)
            changes += [Change("span_codes", str(c["id"]), c, None) for c in codes]
            changes.append(Change("spans", row.id, self._session.row("spans", row.id), None))
        for finding in match.new:
            span_id = new_id("sp")
            fresh = span_row(document_id, finding, span_id=span_id, author=MACHINE, at=now())
            changes.append(Change("spans", span_id, None, fresh))
            changes += _new_codes(span_id, finding)
        return changes

    def _update(self, row: SpanRow, finding: SpanFinding) -> list[Change]:
        before = self._session.row("spans", row.id)
        fresh = span_row(row.document_id, finding, span_id=row.id, author=MACHINE, at=row.at)
        after = {**before, **{name: fresh[name] for name in _READ}}
        changes = [Change("spans", row.id, before, after)] if after != before else []
        old, new = self._codes(row.id), _new_codes(row.id, finding)
        if [_plain(c) for c in old] != [_plain(c.after or {}) for c in new]:
            changes += [Change("span_codes", str(c["id"]), c, None) for c in old]
            changes += new
        return changes

    def _codes(self, span_id: str) -> list[Row]:
        return self._session.workspace.queries.rows_of_span("span_codes", span_id)

    def _record_changes(self, document_id: str, match: RecordMatch) -> list[Change]:
        changes: list[Change] = []
        for row, reading in match.same:
            before = self._session.row("record_fields", row.id)
            after = {**record_row(document_id, reading), "id": row.id, "status": before["status"]}
            if after != before:
                changes.append(Change("record_fields", row.id, before, after))
        for row in match.gone:
            changes.append(Change("record_fields", row.id, self._session.row("record_fields", row.id), None))
        for reading in match.new:
            fresh = record_row(document_id, reading)
            changes.append(Change("record_fields", str(fresh["id"]), None, fresh))
        return changes

    def _document_changes(
        self, document_id: str, result: ScanResult, *, keeps_disposition: bool
    ) -> list[Change]:
        before = self._session.row("documents", document_id)
        after = {**before, "page_count": result.page_count, "warnings": dumps(list(result.warnings))}
        if not keeps_disposition:
            after["disposition"] = str(result.disposition)
        changes = [Change("documents", document_id, before, after)] if after != before else []
        old = {p.number for p in self._session.workspace.queries.pages(document_id)}
        for page in result.pages:
            row = page_row(document_id, page)
            was = self._session.row("pages", str(row["id"])) if page.number in old else None
            if was != row:
                changes.append(Change("pages", str(row["id"]), was, row))
        for number in sorted(old - {p.number for p in result.pages}):
            page_id = f"{document_id}.{number}"
            changes.append(Change("pages", page_id, self._session.row("pages", page_id), None))
        return changes


def _new_codes(span_id: str, finding: SpanFinding) -> list[Change]:
    rows = [code_row(span_id, position, reading) for position, reading in enumerate(finding.codes)]
    return [Change("span_codes", str(row["id"]), None, row) for row in rows]


def _plain(code: Row) -> Row:
    return {name: value for name, value in code.items() if name != "id"}
