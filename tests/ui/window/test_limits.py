"""The limits of the bands, moved in a real window: what is hidden, said, remembered, and how fast."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from review_app.domain.bands import DEFAULT, Limits, band_of
from review_app.domain.geometry import Rect
from review_app.review.changes import Changes
from review_app.review.forms import dumps
from review_app.store.journal import Change
from review_app.ui import limits_kept, settings

WAIT = 30_000
CONFIDENCES = (0.3, 0.5, 0.7, 0.95)


def press(window, keys: str) -> None:
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


@pytest.fixture
def window(qtbot, desk, seeds, open_window):
    """The memo with four suggestions from unsure to certain, in the order of the page."""
    memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    old = [desk._session.row("spans", s.id) for s in desk.spans(memo)]
    fresh = [{**old[0], "id": f"sp-{n}", "confidence": c, "page": 1,
              "rects": dumps([[72, 100 + 50 * n, 300, 120 + 50 * n]]),
              "band": "certain" if c >= 0.9 else "likely" if c >= 0.6 else "possible"}
             for n, c in enumerate(CONFIDENCES)]
    desk._session.commit("document.page", [
        *(Change("spans", str(r["id"]), r, None) for r in old),
        *(Change("spans", str(r["id"]), None, r) for r in fresh),
    ], Changes(), actor="review-app")
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


def listed(window) -> list[str]:
    return window.spans.model.ids()


def bands(window) -> list[str]:
    column = window.spans.model.BAND
    return [window.spans.model.index(r, column).data() for r in range(window.spans.model.rowCount())]


def test_spans_below_the_limit_leave_page_table_and_navigation_but_nothing_is_recorded(window, desk):
    head = desk.history.head()
    window.spans.limits.shown.setValue(60)
    assert listed(window) == ["sp-2", "sp-3"]
    assert [p.span.id for p in window.page._spans.on_page(1)] == ["sp-2", "sp-3"]
    assert window.spans.limits.hidden_text.startswith("2 hidden below 60%")
    assert "Undecided 2" in window.spans.chips.undecided.text()
    assert [d.undecided_count for d in window.current.documents] == [2], "what is hidden asks for no decision"
    press(window, "N")
    assert window.current.selected_ids == ("sp-2",)
    press(window, "N")
    press(window, "N")
    assert window.current.selected_ids == ("sp-2",), "round to the first that is shown"
    press(window, "Ctrl+A")
    assert set(window.current.selected_ids) == {"sp-2", "sp-3"}
    window.spans.limits.shown.setValue(0)
    assert listed(window) == [f"sp-{n}" for n in range(4)] and window.spans.limits.hidden_text == ""
    assert [d.undecided_count for d in window.current.documents] == [4]
    assert desk.history.head() == head and len(desk.spans(window.current.document.id)) == 4


def test_what_a_person_decided_stays_in_sight(window, desk):
    desk.marking.reject(["sp-0"])
    press(window, "]")
    window.spans.limits.shown.setValue(100)
    assert listed(window) == ["sp-0"]
    desk.history.undo()
    assert listed(window) == [], "a mere suggestion again"
    assert "hidden" in window.spans._empty.text()
    press(window, "N")
    assert "below the limit" in window.message_bar.text


def test_moved_limits_say_another_band_in_the_table_and_beside_the_span(window):
    assert bands(window) == ["○ possible", "○ possible", "◐ likely", "● certain"]
    window.current.select(["sp-1"])
    assert window.inspector._sure.text().startswith("Possible")
    assert "detector" in window.inspector._sure.text()
    window.spans.limits.likely.setValue(40)
    assert bands(window) == ["○ possible", "◐ likely", "◐ likely", "● certain"]
    assert window.inspector._sure.text().startswith("Likely")
    window.spans.limits.certain.setValue(20)
    assert window.spans.limits.likely.value() == 20, "one limit pushes the other along"
    assert bands(window)[3] == "● certain" and window.current.limits == Limits(0.2, 0.2, 0.0)


def test_the_corner_on_the_page_shows_the_band_by_its_form(window):
    page = window.page
    window.current.select(["sp-0"])  # so that it is in view
    before = page.grab().toImage()
    window.spans.limits.likely.setValue(20)
    assert page.grab().toImage() != before


def test_the_keyboard_does_all_of_it(window):
    press(window, "B")
    assert window.focusWidget() is window.spans.limits.shown
    window.page.setFocus()
    for _ in range(7):
        press(window, "]")
    assert window.current.limits.shown == 0.35 and listed(window) == ["sp-1", "sp-2", "sp-3"]
    press(window, "[")
    assert window.current.limits.shown == 0.3 and len(listed(window)) == 4
    press(window, "Shift+B")
    assert window.current.limits == DEFAULT
    assert not window.action_table["view.reset_limits"].isEnabled()


def test_limits_are_remembered_for_the_workspace(window, desk, tmp_path):
    window.spans.limits.shown.setValue(45)
    window.close()
    assert limits_kept.load(desk.folder) == Limits(shown=0.45)
    assert limits_kept.load(tmp_path / "another") == DEFAULT
    settings.store().setValue(limits_kept._of(desk.folder).key, ["x", "y"])
    assert limits_kept.load(desk.folder) == DEFAULT, "a damaged file is no reason not to start"
    limits_kept.save(desk.folder, DEFAULT)


def test_many_spans_follow_a_move_and_what_was_hidden_comes_back_as_it_was(window):
    """Two thousand suggestions; how fast ten thousand are is printed by tests/bench/limits.py."""
    seed = window.current.all_spans[0]
    window.current.all_spans = tuple(
        replace(seed, id=f"sp-{n}", page=1 + n // 50, confidence=(n % 100) / 100,
                band=band_of((n % 100) / 100),
                rects=(Rect(72, 10 * (n % 50), 300, 10 * (n % 50) + 8),))
        for n in range(2_000)
    )
    window.current._show_spans()
    everything = bands(window)
    for value in (50, 0, 35, 95, 60):
        window.spans.limits.shown.setValue(value)
        assert window.spans.model.rowCount() == 20 * (100 - value)
    window.spans.limits.certain.setValue(70)
    window.spans.limits.reset.click()
    assert bands(window) == everything
