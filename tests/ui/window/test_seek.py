"""Search and mark through its window: search, leave hits out, mark, undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from review_app.domain.vocabulary import Origin
from review_app.review.seeking import Mode

WAIT = 30_000
Left = Qt.MouseButton.LeftButton


@pytest.fixture
def memo(desk, seeds):
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


@pytest.fixture
def window(qtbot, desk, memo, open_window):
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


@pytest.fixture
def dialog(window, qtbot):
    window.action_table["mark.seek"].trigger()
    dialog = window.commands.seek.dialog
    qtbot.waitUntil(dialog.isVisible)
    yield dialog
    dialog.close()
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)  # the place of a hit may be looked for


def search(qtbot, window, dialog):
    QTest.mouseClick(dialog.go, Left)
    qtbot.waitUntil(lambda: not dialog._is_searching and not window.status.is_busy, timeout=WAIT)


def own(desk, memo):
    return [s for s in desk.spans(memo) if s.origin is Origin.REVIEWER]


def test_hits_are_looked_at_left_out_and_marked_in_one_step(qtbot, window, desk, memo, dialog):
    QTest.keyClicks(dialog.line, "secretary")
    search(qtbot, window, dialog)
    count = dialog.model.rowCount()
    assert count >= 2 and dialog.mark.text() == f"&Mark {count} hits"
    dialog.view.selectRow(0)
    qtbot.waitUntil(lambda: window.page._found is not None, timeout=WAIT)
    QTest.keyClick(dialog.view, Qt.Key.Key_Space)
    assert dialog.model.included_count == count - 1
    dialog.codes.setText("b6")
    QTest.mouseClick(dialog.mark, Left)
    qtbot.waitUntil(lambda: len(own(desk, memo)) == count - 1, timeout=WAIT)
    assert {s.codes[0].code for s in own(desk, memo)} == {"(b)(6)"}
    qtbot.waitUntil(lambda: dialog._count.text().startswith(f"Marks made: {count - 1};"), timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    window.action_table["edit.undo"].trigger()
    assert own(desk, memo) == []


def test_a_hit_is_seen_though_its_page_lies_behind_the_window(qtbot, window, desk, memo, dialog):
    assert dialog._count.text().startswith("Nothing is searched yet")
    QTest.keyClicks(dialog.line, "xyzzy")
    search(qtbot, window, dialog)
    assert dialog._count.text().startswith("No hits")
    dialog.line.clear()
    QTest.keyClicks(dialog.line, "1:30")
    search(qtbot, window, dialog)
    assert dialog._count.text().startswith("1 hit, 1 included") and dialog.mark.text() == "&Mark 1 hit"
    assert dialog.picture.isHidden()
    dialog.view.selectRow(0)
    qtbot.waitUntil(lambda: not dialog.picture.isHidden(), timeout=WAIT)
    assert dialog.picture.pixmap().width() > 300, "with what stands beside it"
    dialog.line.clear()
    QTest.keyClicks(dialog.line, "secretary")
    QTest.mouseClick(dialog.go, Left)
    assert dialog.picture.isHidden(), "another search"
    qtbot.waitUntil(lambda: not dialog._is_searching and not window.status.is_busy, timeout=WAIT)


def test_every_way_to_search_asks_for_what_it_needs(qtbot, window, dialog, tmp_path):
    (tmp_path / "names.txt").write_text("Secretary\nJustice\n", encoding="utf-8")
    dialog.mode.setCurrentIndex(dialog.mode.findData("list"))
    dialog.set_phrases(tmp_path / "names.txt")
    assert dialog.query().mode is Mode.LIST and dialog.query().phrases == ("Secretary", "Justice")
    dialog.mode.setCurrentIndex(dialog.mode.findData("patterns"))
    dialog.patterns.item(1).setCheckState(Qt.CheckState.Checked)
    assert len(dialog.query().patterns) == 1 and not dialog.fuzzy.isEnabled()
    dialog.mode.setCurrentIndex(dialog.mode.findData("expression"))
    dialog.expression.setText("(")
    search(qtbot, window, dialog)
    assert dialog._count.text().startswith("The regular expression cannot be read")
    assert not dialog.mark.isEnabled()


def test_who_only_looks_can_search_and_marks_nothing(qtbot, window, desk, memo, dialog):
    QTest.keyClicks(dialog.line, "secretary")
    search(qtbot, window, dialog)
    assert dialog.mark.isEnabled()
    window.commands.seek.set_writable(False)
    assert not dialog.mark.isEnabled()
    dialog.mark_wanted.emit(dialog.model.included, [], "")
    assert not window.status.is_busy and own(desk, memo) == []
