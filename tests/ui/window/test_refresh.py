"""After a change the window reads what changed, and shows what it would show had it read everything."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Verdict
from review_app.ui.differences import differences, remember
from review_app.ui.once import Once
from review_app.ui.page_view import view as page_view
from review_app.ui.panels.span_map import SpanMap

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
    pictures = window.parts.pictures
    pictures._take_spans()
    for number in (1, 2):
        on_page = {p.span.id: p.span for p in pictures._spans.on_page(number)}
        assert on_page == {r.id: r for r in rows if r.page == number and r.rects}
    ticks_like_new(window.parts.map, desk.pages(memo), rows)
    assert like_painted_anew(window.page.viewport())
    assert like_painted_anew(pictures.viewport())
    undecided = sum(r.is_undecided for r in rows)
    assert window.spans.chips.undecided.text() == f"Undecided {undecided}"
    assert window.current.documents[0].undecided_count == undecided


def ticks_like_new(span_map, pages, rows):
    """The map has the ticks of one that got these spans all at once."""
    span_map._take()
    fresh = SpanMap(span_map._view)
    fresh.resize(span_map.size())
    fresh.set_pages(pages)
    fresh.set_spans(rows)
    fresh._settle.stop()
    fresh._take()
    assert list(span_map.ticks().items()) == list(fresh.ticks().items())
    assert span_map._places == fresh._places
    kept = span_map._ticks_drawn().toImage()
    span_map._drawn = None
    assert span_map._ticks_drawn().toImage() == kept
    assert span_map.accessibleDescription() == fresh.accessibleDescription()
    fresh.deleteLater()


def on_screen(widget: QWidget) -> QImage:
    """What stands on the screen there now; nothing is painted for it."""
    top = widget.window()
    whole = top.screen().grabWindow(top.winId()).toImage()
    return whole.copy(widget.rect().translated(widget.mapTo(top, widget.rect().topLeft())))


def like_painted_anew(widget: QWidget) -> bool:
    """Only what changed was painted, and it looks as if all had been."""
    QApplication.sendPostedEvents()
    before = on_screen(widget)
    widget.repaint()
    return on_screen(widget) == before


def test_every_kind_of_change_ends_as_if_all_had_been_read(window, desk, memo, qtbot):
    pictures, parts = window.parts.pictures, window.parts
    qtbot.waitUntil(lambda: not window.page.is_waiting and bool(pictures._dispositions) and all(
        pictures.thumbnails.picture(pictures.thumbnails.key(n, pictures._scale(n)))
        for n in pictures.visible_pages) and not parts._reread_timer.isActive()
        and not parts._reader.is_alive(), timeout=30_000)
    found = [s.id for s in desk.spans(memo) if s.origin == "agency"]
    own = [s.id for s in desk.spans(memo) if s.origin == "reviewer"]
    marking, history = desk.marking, desk.history
    steps = [
        lambda: window.current.select(own[2:5]), lambda: window.current.select(own[4:5]),
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


def test_a_stripe_that_was_forgotten_is_seen_on_the_screen(window, desk, memo, qtbot, monkeypatch):
    qtbot.waitUntil(lambda: not window.page.is_waiting, timeout=30_000)
    assert like_painted_anew(window.page.viewport())
    monkeypatch.setattr(page_view, "stripes", lambda view, spans: QRegion())
    desk.marking.remove([s.id for s in desk.spans(memo) if s.origin == "reviewer" and s.page == 1])
    assert not like_painted_anew(window.page.viewport())


def test_the_actions_are_looked_at_once_for_each_decision(window, desk, memo, monkeypatch):
    own = [s.id for s in desk.spans(memo) if s.origin == "agency"]
    window.current.select(own[:1])
    table, states = window.action_table, []
    refresh = table.refresh
    monkeypatch.setattr(table, "refresh", lambda state: (states.append(state), refresh(state)))
    table["review.confirm"].trigger()
    assert len(states) == 1
    assert table["review.reopen"].isEnabled()
    assert not table["review.confirm"].isEnabled()
    assert table["edit.undo"].isEnabled()


def test_what_waits_is_done_once_at_the_end_also_after_a_failure():
    once, calls = Once(), []
    with pytest.raises(RuntimeError), once.held(lambda: calls.append("outer")):
        with once.held(lambda: calls.append("inner")):
            assert once.is_held
        assert calls == []
        raise RuntimeError
    assert calls == ["outer"]
    assert not once.is_held


def test_an_answer_that_is_known_is_about_these_lists_alone():
    old, new = ([],), ([],)
    remember(old, new, ["gone"], ["come"])
    assert differences(old, new) == (["gone"], ["come"])
    equal = (*list(old),)
    assert equal == old
    assert differences(equal, new) == ([old[0]], [new[0]])


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
