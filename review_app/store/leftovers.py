"""Documents whose intake broke off: taken back row by row, as an entry of the log."""

from __future__ import annotations

from review_app.domain.errors import RuleBroken
from review_app.store.database import Database
from review_app.store.index import Index
from review_app.store.journal import Change, Journal

ACTOR = "review-app"
"""Who takes back what a broken run left: the program itself."""

# Children before parents; each with the condition that finds the rows of one document.
_OF_SPANS = "span_id IN (SELECT id FROM spans WHERE document_id = ?)"
_ROWS = (
    ("span_codes", _OF_SPANS), ("decisions", _OF_SPANS), ("reviews", _OF_SPANS),
    ("internal_notes", _OF_SPANS),
    ("page_dispositions", "document_id = ?"), ("spans", "document_id = ?"),
    ("pages", "document_id = ?"), ("record_fields", "document_id = ?"), ("exports", "document_id = ?"),
    ("documents", "id = ?"),
)


def incoming_ids(database: Database) -> list[tuple[str, str]]:
    """Id and SHA-256 of every document whose last page is not in."""
    with database.reading() as connection:
        rows = connection.execute("SELECT id, sha256 FROM documents WHERE state = 'incoming'").fetchall()
    return [(row[0], row[1]) for row in rows]


def abandon(database: Database, journal: Journal, index: Index, document_id: str) -> None:
    """See :meth:`review_app.store.workspace.Workspace.abandon`."""
    with database.writing(durable=True) as connection:
        found = connection.execute("SELECT state FROM documents WHERE id = ?", (document_id,)).fetchone()
        if found is not None and found[0] != "incoming":
            raise RuleBroken(
                "The document is recorded whole", why="only a broken intake is taken back",
                todo="Remove the document instead",
            )
        if found is not None:
            changes = [
                Change(table, row["id"], dict(row), None)
                for table, condition in _ROWS
                for row in connection.execute(
                    f'SELECT * FROM "{table}" WHERE {condition} ORDER BY id', (document_id,)
                ).fetchall()
            ]
            journal.commit(ACTOR, "document.abandoned", changes)
        index.remove(document_id)
