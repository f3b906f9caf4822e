"""Real workspaces on a real disk, and rows to put into them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from review_app.store.journal import Change
from review_app.store.migrations import LOG_TRIGGERS
from review_app.store.workspace import Workspace

SHA = "5" * 64


class Rows:
    """Rows as the use cases write them; any column can be given."""

    @staticmethod
    def document(row_id: str = "d1", **given: Any) -> Change:
        return Change("documents", row_id, None, {
            "id": row_id, "case_id": None, "sha256": SHA, "name": "memo.txt", "media_type": "text/plain",
            "page_count": 2, "disposition": "released_in_part", "state": "ready", "warnings": "[]",
            "added_at": "2024-05-01T10:00:00.000000Z", **given,
        })

    @staticmethod
    def page(document_id: str = "d1", number: int = 1, **given: Any) -> Change:
        row_id = f"{document_id}.{number}"
        return Change("pages", row_id, None, {
            "id": row_id, "document_id": document_id, "number": number, "width": 612.0, "height": 792.0,
            "disposition": "unknown", **given,
        })

    @staticmethod
    def span(row_id: str = "s1", **given: Any) -> Change:
        return Change("spans", row_id, None, {
            "id": row_id, "document_id": "d1", "page": 1, "kind": "blank", "origin": "agency",
            "status": "suggested", "rects": "[[72.0,140.5,540.0,190.0]]", "confidence": 0.93,
            "band": "certain", "detector": "lines", "evidence": "4 lines of tabs",
            "exemption_status": "not_stated", "lines": "[14,17]", "extent": '{"lines":4,"stated":false}',
            "raw": "", "note": "", "author": "review-app", "at": "2024-05-01T10:00:00.000000Z", **given,
        })

    @staticmethod
    def code(row_id: str = "c1", span_id: str = "s1", **given: Any) -> Change:
        return Change("span_codes", row_id, None, {
            "id": row_id, "span_id": span_id, "position": 0, "code": "(b)(1)", "raw": "B1",
            "provenance": "margin", "confidence": 1.0, **given,
        })

    @staticmethod
    def decision(row_id: str = "v1", span_id: str = "s1", **given: Any) -> Change:
        return Change("decisions", row_id, None, {
            "id": row_id, "span_id": span_id, "verdict": "sustain", "justification": "", "actor": "ana",
            "at": "2024-05-01T11:00:00.000000Z", **given,
        })

    @staticmethod
    def field(row_id: str = "f1", **given: Any) -> Change:
        return Change("record_fields", row_id, None, {
            "id": row_id, "document_id": "d1", "field": "case_id", "value": "90019152",
            "raw": "Case 90019152", "page": 1, "rect": "[72.0,700.0,540.0,715.0]",
            "confidence": 0.99, "status": "suggested", **given,
        })

    @staticmethod
    def edit(workspace: Workspace, table: str, row_id: str, **values: Any) -> Change:
        """An update of a live row."""
        row = workspace.queries.row(table, row_id)
        assert row is not None
        return Change(table, row_id, row, {**row, **values})

    @staticmethod
    def removal(workspace: Workspace, table: str, row_id: str) -> Change:
        """A deletion of a live row."""
        row = workspace.queries.row(table, row_id)
        assert row is not None
        return Change(table, row_id, row, None)


@pytest.fixture
def rows() -> type[Rows]:
    return Rows


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace") as opened:
        yield opened


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    """A document with a page and a span, in three entries."""
    workspace.journal.commit("ana", "document.added", [Rows.document()])
    workspace.journal.commit("review-app", "document.page", [Rows.page(), Rows.span(), Rows.code()])
    confirmed = Rows.edit(workspace, "spans", "s1", status="confirmed")
    workspace.journal.commit("ana", "span.confirmed", [confirmed])
    return workspace


@pytest.fixture
def outside() -> Callable[..., Any]:
    """A hand on the database that does not belong to the program: SQL with the log's guards away."""
    @contextmanager
    def hand(workspace: Workspace, *, keep_guards: bool = False) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(workspace.folder / "review.db", isolation_level=None)) as connection:
            if not keep_guards:
                for name in LOG_TRIGGERS:
                    connection.execute(f"DROP TRIGGER {name}")
            try:
                yield connection
            finally:
                if not keep_guards:
                    for sql in LOG_TRIGGERS.values():
                        connection.execute(sql)
    return hand
