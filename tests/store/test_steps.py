"""Undo and redo: entries that revert entries, read from the log alone."""

from __future__ import annotations

import pytest

from review_app.domain.errors import RuleBroken
from review_app.store.workspace import Workspace

NOT_UNDOABLE = frozenset({"document.added", "document.page", "export.annotated"})


@pytest.fixture
def desk(filled: Workspace) -> Workspace:
    """Two spans of one document; nothing that counts as a step of ``ana`` but confirming ``s1``."""
    return filled


def undo(workspace: Workspace, actor: str = "ana") -> str:
    step = workspace.journal.undoable(actor, NOT_UNDOABLE)
    assert step is not None
    workspace.journal.revert_group(step[0], actor, "undo")
    return step[1]


def redo(workspace: Workspace, actor: str = "ana") -> str:
    step = workspace.journal.redoable(actor)
    assert step is not None
    workspace.journal.revert_group(step[0], actor, "redo")
    return step[1]


def note(workspace: Workspace, rows, text: str, actor: str = "ana") -> int:
    return workspace.journal.commit(
        actor, "span.noted", [rows.edit(workspace, "spans", "s1", note=text)]
    ).seq


def test_undo_is_an_entry_with_sides_swapped(desk):
    done = desk.journal.entry(3)
    undone = desk.journal.revert(3, "ana")
    assert (undone.seq, undone.action, undone.reverts) == (4, "undo", 3)
    assert undone.changes == [
        {**c, "before": c["after"], "after": c["before"]} for c in reversed(done.changes)
    ]
    assert desk.queries.span("s1").status == "suggested"
    again = desk.journal.revert(4, "ana", action="redo")
    assert again.reverts == 4
    assert desk.queries.span("s1").status == "confirmed"
    assert desk.journal.verify() == []


def test_undo_is_refused_after_a_later_change_of_the_same_row(desk, rows):
    later = note(desk, rows, "later")
    with pytest.raises(RuleBroken, match=f"entry {later} .*same row"):
        desk.journal.revert(3, "ana")
    assert desk.journal.head().seq == later


def test_undo_is_refused_even_when_the_later_changes_lead_back(desk, rows):
    """The row looks as after entry 3, but two steps that stand have touched it."""
    first = note(desk, rows, "x")
    note(desk, rows, "")
    with pytest.raises(RuleBroken, match=f"entry {first} "):
        desk.journal.revert(3, "ana")


def test_undo_is_possible_once_the_later_change_is_undone(desk, rows):
    later = note(desk, rows, "later")
    desk.journal.revert(later, "ana")
    desk.journal.revert(3, "ana")
    assert desk.queries.span("s1").status == "suggested"
    assert desk.journal.verify() == []


def test_undo_is_refused_when_the_later_change_was_redone(desk, rows):
    later = note(desk, rows, "later")
    desk.journal.revert(desk.journal.revert(later, "ana").seq, "ana")
    with pytest.raises(RuleBroken, match=f"entry {later} "):
        desk.journal.revert(3, "ana")


def test_a_later_change_of_another_row_is_not_in_the_way(desk, rows):
    """A code of the span is another row than the span."""
    desk.journal.commit("ana", "span.cited", [rows.edit(desk, "span_codes", "c1", code="(b)(3)")])
    desk.journal.revert(3, "ana")
    assert desk.queries.span("s1").status == "suggested"


def test_the_same_entry_is_undone_once(desk):
    desk.journal.revert(3, "ana")
    with pytest.raises(RuleBroken, match="undone already, by entry 4"):
        desk.journal.revert(3, "bob")


def test_an_entry_that_changed_nothing_cannot_be_undone(desk):
    seq = desk.journal.commit("ana", "file.annotated", []).seq
    with pytest.raises(RuleBroken, match="changed nothing"):
        desk.journal.revert(seq, "ana")


def test_undoing_a_mark_that_something_hangs_on_names_that_entry(desk, rows):
    drawn = desk.journal.commit("ana", "span.drawn", [rows.span("s2")]).seq
    decided = desk.journal.commit("bob", "span.decided", [rows.decision(span_id="s2")]).seq
    with pytest.raises(RuleBroken, match=f"Entry {decided} added something that belongs to it"):
        desk.journal.revert(drawn, "ana")
    desk.journal.revert(decided, "bob")
    desk.journal.revert(drawn, "ana")
    assert desk.queries.span("s2") is None
    assert desk.journal.verify() == []


def test_changes_of_one_row_in_one_entry_are_undone_backwards(desk, rows):
    first = rows.edit(desk, "spans", "s1", note="a")
    from review_app.store.journal import Change

    seq = desk.journal.commit("ana", "span.noted", [
        first, Change("spans", "s1", first.after, {**first.after, "note": "b"}),
    ]).seq
    desk.journal.revert(seq, "ana")
    assert desk.queries.span("s1").note == ""
    assert desk.journal.verify() == []


def test_a_group_is_undone_newest_first_in_one_transaction(desk, rows):
    for number, text in enumerate(("a", "b", "c")):
        change = rows.edit(desk, "spans", "s1", note=text)
        desk.journal.commit("ana", "span.noted", [change], group="together")
        assert desk.queries.span("s1").note == "abc"[number]
    made = desk.journal.revert_group("together", "ana", "undo")
    assert [e.reverts for e in made] == [6, 5, 4]
    assert len({e.group_id for e in made}) == 1
    assert desk.queries.span("s1").note == ""
    back = desk.journal.revert_group(made[0].group_id, "ana", "redo")
    assert [e.reverts for e in back] == [9, 8, 7]
    assert desk.queries.span("s1").note == "c"
    assert desk.journal.verify() == []


def test_a_group_that_cannot_be_undone_whole_is_not_undone_at_all(desk, rows):
    desk.journal.commit("ana", "span.drawn", [rows.span("s2")], group="g")
    desk.journal.commit("ana", "span.drawn", [rows.span("s3")], group="g")
    later = desk.journal.commit("bob", "span.noted", [rows.edit(desk, "spans", "s2", note="his")]).seq
    with pytest.raises(RuleBroken, match=f"entry {later}"):
        desk.journal.revert_group("g", "ana", "undo")
    assert desk.queries.span("s3") is not None
    assert desk.journal.head().seq == later


def test_a_group_is_undone_once(desk):
    group = desk.journal.entry(3).group_id
    desk.journal.revert_group(group, "ana", "undo")
    with pytest.raises(RuleBroken, match="undone already"):
        desk.journal.revert_group(group, "ana", "undo")
    with pytest.raises(RuleBroken, match="no such step"):
        desk.journal.revert_group("never", "ana", "undo")


def test_steps_back_and_forth_like_an_editor(desk, rows):
    for text in ("one", "two", "three"):
        note(desk, rows, text)
    assert [undo(desk) for _ in range(4)] == ["span.noted"] * 3 + ["span.confirmed"]
    assert desk.journal.undoable("ana", NOT_UNDOABLE) is None
    assert desk.queries.span("s1").status == "suggested"
    assert [redo(desk) for _ in range(4)] == ["span.confirmed"] + ["span.noted"] * 3
    assert desk.journal.redoable("ana") is None
    assert desk.queries.span("s1").note == "three"
    assert [undo(desk), undo(desk), redo(desk), undo(desk), undo(desk)] == ["span.noted"] * 5
    assert desk.queries.span("s1").note == ""
    assert desk.journal.verify() == []


def test_a_new_act_ends_redo(desk, rows):
    note(desk, rows, "one")
    undo(desk)
    assert desk.journal.redoable("ana") is not None
    note(desk, rows, "other")
    assert desk.journal.redoable("ana") is None
    assert undo(desk) == "span.noted"
    assert redo(desk) == "span.noted"
    assert desk.queries.span("s1").note == "other"
    assert desk.journal.redoable("ana") is None  # what was undone before the new act stays undone


def test_what_does_not_count_as_a_step_is_passed_over(desk, rows):
    note(desk, rows, "one")
    undo(desk)
    desk.journal.commit("ana", "document.added", [rows.document("d2", sha256="6" * 64)])
    assert desk.journal.undoable("ana", NOT_UNDOABLE)[1] == "span.confirmed"
    assert desk.journal.undoable("ana")[1] == "document.added"
    assert desk.journal.redoable("ana") is None
    assert desk.journal.redoable("ana", NOT_UNDOABLE) is not None


def test_each_reviewer_undoes_his_own_steps(desk, rows):
    note(desk, rows, "anas")
    desk.journal.commit("bob", "span.cited", [rows.edit(desk, "span_codes", "c1", code="(b)(6)")])
    assert desk.journal.undoable("carl") is None
    assert undo(desk, "bob") == "span.cited"
    assert undo(desk, "ana") == "span.noted"
    assert redo(desk, "bob") == "span.cited"
    assert desk.queries.span("s1").note == ""


def test_undo_and_redo_survive_a_restart(desk, rows):
    note(desk, rows, "one")
    note(desk, rows, "two")
    undo(desk)
    known = desk.journal.undoable("ana", NOT_UNDOABLE), desk.journal.redoable("ana")
    folder = desk.folder
    desk.close()
    with Workspace.open(folder) as again:
        assert (again.journal.undoable("ana", NOT_UNDOABLE), again.journal.redoable("ana")) == known
        redo(again)
        assert again.queries.span("s1").note == "two"


def test_what_is_remembered_equals_what_is_read_afresh(desk, rows):
    """The answer is kept from call to call; after every kind of entry it must be right."""
    def steps(workspace: Workspace) -> list:
        journal = workspace.journal
        return [(journal.undoable(a, NOT_UNDOABLE), journal.redoable(a)) for a in ("ana", "bob")]

    def check() -> None:
        with Workspace.open(desk.folder, read_only=True) as fresh:
            assert steps(desk) == steps(fresh)

    check()
    for act in (
        lambda: note(desk, rows, "a"), lambda: note(desk, rows, "b", "bob"), lambda: undo(desk, "bob"),
        lambda: undo(desk), lambda: desk.journal.commit("ana", "document.page", [rows.page(number=2)]),
        lambda: redo(desk) if desk.journal.redoable("ana") else None,
        lambda: desk.journal.commit("ana", "file.annotated", []), lambda: note(desk, rows, "c"),
    ):
        act()
        check()
