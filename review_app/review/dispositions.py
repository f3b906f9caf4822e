"""What became of pages, as persons say it, and what follows for the document."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from review_app.domain.dispositions import (
    NEEDS_DETAIL,
    DocumentState,
    PageByPage,
    PageDisposition,
    SetDisposition,
)
from review_app.domain.errors import RuleBroken
from review_app.domain.rows import RecordRow, SpanRow
from review_app.domain.vocabulary import Disposition, Field, FieldStatus
from review_app.review.changes import Changes
from review_app.review.forms import Row, new_id, now
from review_app.review.session import Session
from review_app.store.journal import Change

MAX_DETAIL = 500
"""Longest detail of a disposition, in characters."""


class Dispositions:
    """Changes to what is said of pages. Each call is one entry of the log and one step of undo."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._shown: tuple[str, PageByPage] = ("", PageByPage())

    def set(
        self, document_id: str, pages: Sequence[int], disposition: PageDisposition, detail: str = ""
    ) -> Changes:
        """Say what became of these pages. ``detail`` names the kept copy, the other agency and the like.

        Raises:
            RuleBroken: a page is not in the document, or a duplicate does not name what it is one of.
        """
        detail = " ".join(detail.split())
        if disposition in NEEDS_DETAIL and not detail:
            raise RuleBroken(
                "A duplicate must name the page that is kept", why="a duplicate without its twin is a page "
                "nobody can find", todo="Write beside it what it is a duplicate of, for example page 3",
            )
        if len(detail) > MAX_DETAIL:
            raise RuleBroken(
                f"The detail has {len(detail)} characters", why=f"{MAX_DETAIL} are the most",
                todo="Write the rest into a note",
            )
        document = self._session.document(document_id)
        wrong = [n for n in pages if not 1 <= n <= document.page_count]
        if wrong:
            raise RuleBroken(
                f"The document has no page {wrong[0]}", todo=f"Choose pages from 1 to {document.page_count}"
            )
        rows = self._rows(document_id)
        at = now()
        changes: list[Change] = []
        for page in dict.fromkeys(pages):
            before = rows.get(page)
            if before is not None and (before["disposition"], before["detail"]) == (str(disposition), detail):
                continue
            row_id = str(before["id"]) if before is not None else new_id("pd")
            changes.append(Change("page_dispositions", row_id, before, {
                "id": row_id, "document_id": document_id, "page": page, "disposition": str(disposition),
                "detail": detail, "actor": self._session.actor, "at": at,
            }))
        return self._commit("page.disposition", document_id, changes)

    def clear(self, document_id: str, pages: Sequence[int]) -> Changes:
        """Take back what persons said of these pages: what follows from their spans counts again."""
        rows = self._rows(document_id)
        changes = [
            Change("page_dispositions", str(rows[page]["id"]), rows[page], None)
            for page in dict.fromkeys(pages) if page in rows
        ]
        return self._commit("page.disposition_cleared", document_id, changes)

    def of_document(
        self, document_id: str, spans: Sequence[SpanRow] | None = None, seq: int | None = None
    ) -> DocumentState | None:
        """The pages of a document and what follows from them; None when it is not there (any more).

        Args:
            document_id: which.
            spans: its spans where the caller has them already: with 10,000 of them reading is most of it.
                Asked again for the same document, only pages are looked at whose spans are other objects.
            seq: as it was after this entry of the log; None for now.
        """
        queries = self._session.workspace.queries
        document = queries.document(document_id)
        if document is None:
            return None
        log, is_kept = self._session.workspace.log, spans is not None and seq is None
        if seq is None:
            rows = list(self._rows(document_id).values())
            spans = queries.spans(document_id) if spans is None else spans
            record = queries.record(document_id)
        else:
            rows = list(log.document_at(document_id, seq).get("page_dispositions", {}).values())
            spans = log.spans_at(document_id, seq) if spans is None else spans
            record = log.record_at(document_id, seq)
        said = [
            SetDisposition(int(str(row["page"])), PageDisposition(str(row["disposition"])),
                           str(row["detail"]), str(row["actor"]), str(row["at"]))
            for row in rows
        ]
        with self._lock:  # the window asks, and what reads beside it
            return self._pages(document_id, is_kept).state(
                document.page_count, spans, said, read=queries.pages_scanned(document_id),
                stamped=_stamped(record, document.disposition),
            )

    def _pages(self, document_id: str, is_kept: bool) -> PageByPage:
        """What is known of the pages of the document whose spans the caller keeps: of the last one alone."""
        if not is_kept:
            return PageByPage()
        if self._shown[0] != document_id:
            self._shown = document_id, PageByPage()
        return self._shown[1]

    def _rows(self, document_id: str) -> dict[int, Row]:
        rows = self._session.workspace.queries.of_document("page_dispositions", document_id)
        return {int(str(row["page"])): row for row in rows}

    def _commit(self, action: str, document_id: str, changes: list[Change]) -> Changes:
        if not changes:
            return Changes()
        touched = Changes(documents=frozenset({document_id}))
        self._session.commit(action, changes, touched)
        return touched | Changes(log=True)


def _stamped(record: Sequence[RecordRow], scanned: Disposition) -> Disposition:
    """What the stamp says: as a person corrected or confirmed it, else as it was read."""
    fields = [f for f in record if f.field is Field.DISPOSITION]
    for status in (FieldStatus.CORRECTED, FieldStatus.CONFIRMED, FieldStatus.SUGGESTED):
        for field in fields:
            if field.status is status and field.value in set(Disposition):
                return Disposition(field.value)
    return Disposition.UNKNOWN if fields else scanned
