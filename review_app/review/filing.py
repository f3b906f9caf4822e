"""Which documents are under review, and in which case: remove, put back, file under a case.

Removing leaves a tombstone: the document's row says ``removed``, everything that was found and decided
stays in the store and in the log, and putting it back brings all of it along.
"""

from __future__ import annotations

from collections.abc import Sequence

from review_app.domain.errors import RuleBroken
from review_app.domain.rows import DocumentRow
from review_app.review.changes import Changes
from review_app.review.forms import Row, new_id, now
from review_app.review.session import Session
from review_app.store.journal import Change

READY, REMOVED = "ready", "removed"

MAX_NUMBER = 100
"""Characters of a case number; the longest that agencies print have about forty."""


class Filing:
    """Removes documents, puts them back, and files them under cases. Each step is one entry of the log."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def remove(self, ids: Sequence[str]) -> Changes:
        """Take documents out of the review; undo or :meth:`restore` brings them back as they were.

        Raises:
            RuleBroken: one is not there (any more); none is removed then.
        """
        return self._move("document.removed", ids, READY, REMOVED)

    def restore(self, ids: Sequence[str]) -> Changes:
        """Put removed documents back, with all that was found and decided.

        Raises:
            RuleBroken: one is not among the removed (any more); none is put back then.
        """
        return self._move("document.restored", ids, REMOVED, READY)

    def removed(self) -> list[DocumentRow]:
        """The documents that were removed, in the order they came in."""
        return self._session.workspace.queries.removed_documents()

    def file_under(self, ids: Sequence[str], number: str) -> Changes:
        """File documents under the case with this number, opened now when it is new; no number takes them
        out of their case.

        Raises:
            RuleBroken: a document is not there (any more), or the number is none.
        """
        number = " ".join(number.split())
        if len(number) > MAX_NUMBER or not number.isprintable():
            raise RuleBroken(
                "This is no case number",
                why=f"it has more than {MAX_NUMBER} characters or odd ones among them",
                todo="Give the number as the agency prints it",
            )
        changes: list[Change] = []
        case_id: str | None = None
        opened: frozenset[str] = frozenset()
        if number:
            found = self._session.workspace.queries.case_by_number(number)
            case_id = found.id if found is not None else new_id("case")
            if found is None:
                opened = frozenset({case_id})
                row: Row = {"id": case_id, "number": number, "title": "", "opened_at": now()}
                changes.append(Change("cases", case_id, None, row))
        moved = []
        for document_id in dict.fromkeys(ids):
            before = self._live(document_id)
            if before["case_id"] != case_id:
                moved.append(document_id)
                changes.append(Change("documents", document_id, before, {**before, "case_id": case_id}))
        if not moved:
            return Changes()
        touched = Changes(documents=frozenset(moved), cases=opened)
        self._session.commit("document.filed", changes, touched)
        return touched | Changes(log=True)

    def _move(self, action: str, ids: Sequence[str], old: str, new: str) -> Changes:
        changes = []
        for document_id in dict.fromkeys(ids):
            before = self._live(document_id) if old == READY else self._removed(document_id)
            changes.append(Change("documents", document_id, before, {**before, "state": new}))
        if not changes:
            return Changes()
        moved = frozenset(change.id for change in changes)
        touched = Changes(documents=moved, spans=moved, record=moved)
        self._session.commit(action, changes, touched)
        return touched | Changes(log=True)

    def _live(self, document_id: str) -> Row:
        row = self._session.row("documents", document_id)
        if row["state"] != READY:
            raise RuleBroken("The document is not under review", why="it was removed, or is still coming in",
                             todo="Look at the list again")
        return row

    def _removed(self, document_id: str) -> Row:
        row = self._session.row("documents", document_id)
        if row["state"] != REMOVED:
            raise RuleBroken("The document was not removed", todo="Look at the list again")
        return row


def recalled(session: Session, sha256: str) -> tuple[DocumentRow | None, bool]:
    """The document with these bytes, and whether it had to be put back for that: who adds a removed file
    again gets it with all that was decided about it, not a second one beside it."""
    known = session.workspace.queries.document_by_sha(sha256)
    if known is not None:
        return known, False
    gone = [d for d in session.workspace.queries.removed_documents() if d.sha256 == sha256]
    if not gone:
        return None, False
    Filing(session).restore([gone[-1].id])
    return session.workspace.queries.document_by_sha(sha256), True
