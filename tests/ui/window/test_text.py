"""Text of the page, copied and marked, through the window's own keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from review_app.domain.vocabulary import Kind, Origin
from review_app.review.desk import Desk

WAIT = 30_000
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def memo(desk: Desk, seeds: Path) -> str:
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


@pytest.fixture
def window(qtbot, desk, memo, open_window):
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


def press(window, keys: str) -> None:
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


def test_a_line_is_selected_copied_and_marked(window, desk, memo, qtbot):
    page = window.page
    words = desk.page_images.words(memo, 1)
    first = next(word for word in words if word.text == "UNCLASSIFIED")
    line = [word.text for word in words if word.line == first.line]
    page.bring_rect_into_view(1, first.rect)
    qtbot.waitUntil(lambda: page.text_tool.texts.get(1) is not None, timeout=WAIT)
    at = page.window_rect(1, first.rect).center().toPoint()
    QTest.mouseDClick(page.viewport(), LEFT, NONE, at)
    QTest.mouseRelease(page.viewport(), LEFT, NONE, at)
    assert page.selected_text == "UNCLASSIFIED"
    QTest.mousePress(page.viewport(), LEFT, NONE, at)
    QTest.mouseRelease(page.viewport(), LEFT, NONE, at)
    assert page.selected_text == " ".join(line)

    press(window, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == " ".join(line)

    press(window, "M")
    [mark] = [span for span in desk.spans(memo) if span.origin is Origin.REVIEWER]
    assert mark.kind is Kind.MARK and len(mark.rects) == 1
    assert all(
        mark.rects[0].inset(-0.6).contains_point((w.rect.x0 + w.rect.x1) / 2, (w.rect.y0 + w.rect.y1) / 2)
        for w in words if w.line == first.line
    )
    assert window.current.selected_ids == (mark.id,) and not page.has_text_selected
    press(window, "Ctrl+Z")
    assert all(span.origin is not Origin.REVIEWER for span in desk.spans(memo))


def test_text_over_two_pages_becomes_two_marks_in_one_step(window, desk, memo, qtbot):
    tool = window.page.text_tool
    tool.texts.get(1), tool.texts.get(2)
    qtbot.waitUntil(lambda: tool.texts.get(1) is not None and tool.texts.get(2) is not None, timeout=WAIT)
    one = tool.texts.get(1)
    tool.selection.anchor, tool.selection.head = (1, len(one) - 10), (2, 12)
    tool.changed.emit(True)
    window.action_table["mark.text"].trigger()
    assert [s.page for s in desk.spans(memo) if s.origin is Origin.REVIEWER] == [1, 2]
    press(window, "Ctrl+Z")
    assert not [s for s in desk.spans(memo) if s.origin is Origin.REVIEWER]


def test_without_selected_text_neither_is_on(window):
    for name in ("edit.copy", "mark.text"):
        assert not window.action_table[name].isEnabled()
