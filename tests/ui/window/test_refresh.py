"""After a change the window reads what changed, and shows what it would show had it read everything."""

from __future__ import annotations

import pytest

from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Verdict

MARKS = 40


@pytest.fixture
def memo(desk, seeds):
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


@pytest.fixture
def window(desk, memo, open_window):
    desk.marking.draw_all(memo, [
        (1 + n % 2, [Rect(80 + n, 90 + 10 * n, 200 + n, 98 + 10 * n)]) for n in range(MARKS)])
    return open_window(desk)


def everything(window, desk, memo):
    """What the window shows is what the desk would say, in its order, in every view."""
    rows = desk.spans(memo)
    assert list(window.current.all_spans) == rows
    assert window.spans.model.ids() == [r.id for r in rows]
    assert [window.spans.model.row_at(n) for n in range(len(rows))] == rows
    model = window.spans.model
    assert [model.index(n, model.STATUS).data() for n in range(len(rows))] == [
        model._columns[model.STATUS].text(r) for r in rows]
    for number in (1, 2):
        on_page = {p.span.id: p.span for p in window.page._spans.on_page(number)}
        assert on_page == {r.id: r for r in rows if r.page == number and r.rects}
    assert window.current.warnings == desk.warnings(memo)
    undecided = sum(r.is_undecided for r in rows)
    assert window.spans.chips.undecided.text() == f"Undecided {undecided}"
    assert window.current.documents[0].undecided_count == undecided


def test_every_kind_of_change_ends_as_if_all_had_been_read(window, desk, memo):
    found = [s.id for s in desk.spans(memo) if s.origin == "agency"]
    own = [s.id for s in desk.spans(memo) if s.origin == "reviewer"]
    marking, history = desk.marking, desk.history
    steps = [
        lambda: marking.confirm(found[:1]), lambda: marking.reject(found),
        lambda: marking.cite([*found, own[3]], ["(b)(1)"]), lambda: marking.annotate(own[0], "a note"),
        lambda: desk.decisions.decide([found[0], own[1]], Verdict.SUSTAIN),
        lambda: marking.draw(memo, 1, [Rect(100, 60, 200, 70)]), lambda: marking.remove(own[5:9]),
        lambda: marking.reshape(own[0], [Rect(80, 700, 200, 710)]), history.undo, history.undo,
        history.undo, history.redo, lambda: marking.remove(own), history.undo,
    ]
    for step in steps:
        step()
        everything(window, desk, memo)


def test_rows_that_did_not_change_stay_the_same_objects(window, desk, memo):
    before = {s.id: s for s in window.current.all_spans}
    own = next(s.id for s in desk.spans(memo) if s.origin == "reviewer")
    desk.marking.annotate(own, "another note")
    changed = [s.id for s in window.current.all_spans if before[s.id] is not s]
    assert changed == [own]


def test_a_large_entry_tells_a_span_only_its_own_changes(desk, memo):
    ids = desk.marking.draw_all(memo, [(1, [Rect(80, 90, 200, 98)])] * 60, codes=["(b)(6)"])
    drawn = desk.history.of_span(ids[7])[0]
    assert {c["table"] for c in drawn.changes} == {"spans", "span_codes"}
    assert {c["after"].get("span_id", c["id"]) for c in drawn.changes} == {ids[7]}
