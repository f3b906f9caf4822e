"""The log, and undo and redo over it: nothing is erased, a step back is another entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from review_app.domain.errors import RuleBroken
from review_app.domain.rows import LogHead, LogRow
from review_app.review import rules
from review_app.review.changes import Changes
from review_app.review.session import Session
from review_app.store.journal import Problem

ACTION_WORDS = {
    "document.added": "add document",
    "document.page": "record a page",
    "document.recorded": "record the stamps",
    "document.abandoned": "abandon a broken intake",
    "document.assigned": "assign document to case",
    "document.removed": "remove document",
    "document.restored": "put document back",
    "document.filed": "file document under a case",
    "document.rescanned": "scan again",
    "case.opened": "open case",
    "span.confirmed": "confirm span",
    "span.rejected": "reject span",
    "span.reopened": "reopen span",
    "span.drawn": "draw mark",
    "span.repeated": "repeat mark",
    "span.found": "mark hits of a search",
    "span.cited": "cite codes",
    "span.noted": "write note",
    "span.noted_internally": "write internal note",
    "span.reshaped": "reshape span",
    "span.removed": "remove mark",
    "span.decided": "decide",
    "page.disposition": "set page disposition",
    "page.disposition_cleared": "take back page disposition",
    "span.proposed": "propose span",
    "span.reviewed": "second review of span",
    "span.approved": "approve span",
    "span.returned": "return span",
    "span.withdrawn": "take proposal back",
    "person.role": "take a role",
    "log.looked": "look at the log",
    "sample.drawn": "draw a sample for a second look",
    "sample.mark": "mark in a second look",
    "sample.unmark": "take back a mark of a second look",
    "sample.page": "finish a page of a second look",
    "sample.ended": "end a second look",
    "record.confirmed": "confirm field",
    "record.corrected": "correct field",
    "record.rejected": "reject field",
    "export.annotated": "export annotated copy",
    "export.release": "write release copy",
    "export.overview": "export overview",
    "release.gaps": "decide about gaps",
    "file.scan": "scan a file",
    "file.annotate": "annotate a file",
    "file.verify": "check a file for what it hides",
    "file.redact": "make a release copy of a file",
    "file.print": "print a document",
    "undo": "undo",
    "redo": "redo",
}
"""Each action of the log in words."""

NOT_UNDOABLE = frozenset({
    "person.role", "log.looked", "sample.drawn", "sample.page", "sample.ended",
    "document.added", "document.page", "document.recorded", "document.abandoned", "document.assigned",
    "case.opened", "export.annotated", "export.release", "export.overview", "file.scan", "file.annotate",
    "file.verify", "file.redact", "file.print",
})
"""Undo covers what a reviewer decides about spans and fields, not what came in or went out."""


_OF_SPANS = frozenset({"spans", "span_codes", "decisions", "internal_notes"})
"""Tables whose rows are spans or belong to one."""


def action_words(action: str) -> str:
    """An action in words; an unknown one as it is."""
    return ACTION_WORDS.get(action, action)


class History:
    """The audit log and undo and redo for the acting reviewer. Both survive a restart."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._documents: dict[str, str] = {}  # span id to document id, which never changes

    def undo_text(self) -> str | None:
        """What undo would take back, None when there is nothing."""
        found = self._session.workspace.journal.undoable(self._session.actor, NOT_UNDOABLE)
        return action_words(found[1]) if found else None

    def redo_text(self) -> str | None:
        """What redo would bring back, None when there is nothing."""
        found = self._session.workspace.journal.redoable(self._session.actor, NOT_UNDOABLE)
        return action_words(found[1]) if found else None

    def can_undo(self) -> bool:
        """True when undo has something to take back."""
        return self.undo_text() is not None

    def can_redo(self) -> bool:
        """True when redo has something to bring back."""
        return self.redo_text() is not None

    def undo(self) -> Changes:
        """Take back the reviewer's latest step.

        Raises:
            RuleBroken: nothing to undo, or a later entry changed the same row.
        """
        found = self._session.workspace.journal.undoable(self._session.actor, NOT_UNDOABLE)
        if found is None:
            raise RuleBroken("There is nothing to undo")
        return self._revert(found[0], "undo")

    def redo(self) -> Changes:
        """Bring back what undo took.

        Raises:
            RuleBroken: nothing to redo, or a later entry changed the same row.
        """
        found = self._session.workspace.journal.redoable(self._session.actor, NOT_UNDOABLE)
        if found is None:
            raise RuleBroken("There is nothing to redo")
        return self._revert(found[0], "redo")

    def log(self, **filters: Any) -> list[LogRow]:
        """Entries, newest first; filters as in the store's ``log`` query."""
        return self._session.workspace.queries.log(**filters)

    def of_span(self, span_id: str) -> list[LogRow]:
        """The entries that touched a span, its codes or its decisions, oldest first."""
        return self._session.workspace.queries.span_history(span_id)

    def documents_of(self, entry: LogRow) -> list[str]:
        """The ids of the documents an entry is about, each once, in the order of its changes."""
        found: dict[str, None] = {}
        for change in entry.changes:
            row = change.get("after") or change.get("before") or {}
            if change.get("table") == "documents":
                found[str(change.get("id"))] = None
            elif row.get("document_id"):
                found[str(row["document_id"])] = None
            elif row.get("span_id") and (document := self._document_of_span(str(row["span_id"]))):
                found[document] = None
        return list(found)

    def _document_of_span(self, span_id: str) -> str | None:
        """The document of a span, also of one that was removed: the log still knows it."""
        if span_id not in self._documents:
            span = self._session.workspace.queries.row("spans", span_id)
            if span is not None:
                self._documents[span_id] = str(span["document_id"])
            else:
                for entry in self.of_span(span_id):
                    for change in entry.changes:
                        if change["table"] == "spans" and change["id"] == span_id:
                            row = change["after"] or change["before"]
                            self._documents[span_id] = str(row["document_id"])
        return self._documents.get(span_id)

    def head(self) -> LogHead:
        """The newest entry."""
        return self._session.workspace.journal.head()

    def verify(self) -> list[Problem]:
        """Recompute the chain and compare the live tables with their history; empty when all is well."""
        return self._session.workspace.journal.verify()

    def check_anchor(self, seq: int, digest: str) -> list[Problem]:
        """Whether the log still holds the state an export was made from; empty when it does."""
        return self._session.workspace.journal.check_anchor(seq, digest)

    def check_originals(self) -> list[Problem]:
        """Whether every document's original is there with the bytes that came in. Reads all of them.

        Raises:
            EnvironmentProblem: an original is there and cannot be read.
        """
        problems = []
        originals = self._session.workspace.originals
        for document in self._session.workspace.queries.documents():
            if not originals.path(document.sha256).is_file():
                text = "its original is missing from originals/"
            elif not originals.is_intact(document.sha256):
                text = "its original is not the file that came in: it was changed or exchanged"
            else:
                continue
            problems.append(Problem(None, "documents", document.id, text))
        return problems

    def _revert(self, group_id: str, action: str) -> Changes:
        journal = self._session.workspace.journal
        rules.check_group(self._session, group_id)
        entries = journal.revert_group(group_id, self._session.actor, action)
        return self._session.tell(self._touched(entries))

    def _touched(self, entries: Iterable[LogRow]) -> Changes:
        found = Changes(log=True)
        for entry in entries:
            tables = {str(change["table"]) for change in entry.changes}
            ids = frozenset(self.documents_of(entry))
            if "record_fields" in tables:
                found |= Changes(record=ids)
            if tables - {"record_fields", *_OF_SPANS}:
                found |= Changes(spans=ids, documents=ids)
            elif tables & _OF_SPANS:
                found |= Changes.of_spans(self._spans_of(entry))
        return found

    def _spans_of(self, entry: LogRow) -> Iterator[tuple[str, str]]:
        """The spans that an entry is about, each with its document."""
        for change in entry.changes:
            row = change.get("after") or change.get("before") or {}
            if change["table"] == "spans":
                yield str(row["document_id"]), str(change["id"])
            elif document := self._document_of_span(str(row.get("span_id"))):
                yield document, str(row["span_id"])
