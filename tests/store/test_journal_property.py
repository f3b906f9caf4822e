"""Whatever is committed, undone and redone: the log adds up to the tables."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_app.domain.errors import RuleBroken
from review_app.store.journal import Change
from review_app.store.migrations import JOURNALED
from review_app.store.workspace import Workspace

ACTORS = ("ana", "bob")
TEXT = st.text(max_size=6)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 2), st.integers(0, 3), TEXT, st.sampled_from(ACTORS)),
        st.tuples(st.just("cut"), st.integers(0, 2), st.integers(0, 3), TEXT, st.sampled_from(ACTORS)),
        st.tuples(st.just("both"), st.integers(0, 2), st.integers(0, 3), TEXT, st.sampled_from(ACTORS)),
        st.tuples(st.just("revert"), st.integers(1, 30), st.just(0), TEXT, st.sampled_from(ACTORS)),
        st.tuples(st.just("undo"), st.just(0), st.just(0), TEXT, st.sampled_from(ACTORS)),
        st.tuples(st.just("redo"), st.just(0), st.just(0), TEXT, st.sampled_from(ACTORS)),
    ), max_size=25,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace to copy: making one takes longer than all that a test does in it."""
    folder = tmp_path_factory.mktemp("store") / "empty"
    Workspace.open(folder).close()
    return folder


@pytest.fixture
def copies(empty: Path) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as place:
        count = iter(range(10_000))

        def copy() -> Path:
            return Path(shutil.copytree(empty, Path(place) / str(next(count))))
        yield copy


def live_tables(workspace: Workspace) -> dict[str, dict[str, dict]]:
    with closing(sqlite3.connect(workspace.folder / "review.db")) as connection:
        connection.row_factory = sqlite3.Row
        return {t: {r["id"]: dict(r) for r in connection.execute(f"SELECT * FROM {t}")} for t in JOURNALED}


def fold_by_hand(workspace: Workspace) -> dict[str, dict[str, dict]]:
    state: dict[str, dict[str, dict]] = {t: {} for t in JOURNALED}
    with closing(sqlite3.connect(workspace.folder / "review.db")) as connection:
        for (changes,) in connection.execute("SELECT changes FROM audit_log ORDER BY seq"):
            for change in json.loads(changes):
                if change["after"] is None:
                    del state[change["table"]][change["id"]]
                else:
                    state[change["table"]][change["id"]] = change["after"]
    return state


def change(workspace: Workspace, kind: str, depth: int, number: int, text: str) -> list[Change]:
    """A case, a document in it or a span on that: whatever ``number`` says, new, changed or removed."""
    table = ("cases", "documents", "spans")[depth]
    row_id = f"{table}-{number}"
    before = workspace.queries.row(table, row_id)
    if kind == "cut":
        return [] if before is None else [Change(table, row_id, before, None)]
    new: dict[str, Any] = {
        "cases": {"number": f"{number}", "title": text},
        "documents": {
            "case_id": f"cases-{number}" if number % 2 else None, "sha256": f"{number}", "name": text,
            "media_type": "text/plain", "page_count": len(text), "state": "ready",
        },
        "spans": {
            "document_id": f"documents-{number}", "page": 1, "kind": "mark", "origin": "reviewer",
            "status": "confirmed", "rects": "[]", "note": text, "confidence": len(text) / 7,
        },
    }[table]
    return [Change(table, row_id, before, new if before is None else {**before, **new})]


def act(workspace: Workspace, operation: tuple) -> None:
    kind, first, second, text, actor = operation
    journal = workspace.journal
    if kind == "revert":
        journal.revert(min(first, max(1, journal.head().seq)), actor)
    elif kind in ("undo", "redo"):
        step = journal.undoable(actor) if kind == "undo" else journal.redoable(actor)
        if step is not None:
            journal.revert_group(step[0], actor, kind)
    else:
        changes = change(workspace, "put" if kind == "both" else kind, first, second, text)
        if kind == "both":
            changes += change(workspace, "put", (first + 1) % 3, second, text)
        journal.commit(actor, kind, changes, durable=False)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OPERATIONS)
def test_the_log_adds_up_to_the_tables(copies, operations):
    with Workspace.open(copies()) as workspace:
        for operation in operations:
            before, head = live_tables(workspace), workspace.journal.head()
            try:
                act(workspace, operation)
            except RuleBroken:
                assert live_tables(workspace) == before
                assert workspace.journal.head() == head
        live = live_tables(workspace)
        assert fold_by_hand(workspace) == live
        assert workspace.journal.state_at(workspace.journal.head().seq) == live
        assert workspace.journal.verify() == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OPERATIONS)
def test_undo_all_then_redo_all_comes_back(copies, operations):
    """One reviewer alone can always go back to the start and forth again, step by step."""
    with Workspace.open(copies()) as workspace:
        for operation in operations:
            if operation[0] != "revert":
                try:
                    act(workspace, (*operation[:4], "ana"))
                except RuleBroken:
                    continue
        end = live_tables(workspace)
        steps = 0
        while (step := workspace.journal.undoable("ana")) is not None:
            workspace.journal.revert_group(step[0], "ana", "undo")
            steps += 1
        assert live_tables(workspace) == {t: {} for t in JOURNALED}
        for _ in range(steps):
            step = workspace.journal.redoable("ana")
            assert step is not None
            workspace.journal.revert_group(step[0], "ana", "redo")
        assert live_tables(workspace) == end
        assert workspace.journal.verify() == []


def test_the_property_can_fail(copies):
    """The planted fault: a row written past the journal makes both sums differ."""
    with Workspace.open(copies()) as workspace:
        act(workspace, ("put", 0, 1, "x", "ana"))
        with closing(sqlite3.connect(workspace.folder / "review.db")) as connection, connection:
            connection.execute("UPDATE cases SET title = 'y'")
        assert fold_by_hand(workspace) != live_tables(workspace)
        assert workspace.journal.verify() != []
