"""The window of the log: filters, the place of an entry, the past on the page, export, what is new."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog

from review_app.domain.people import Role
from review_app.domain.vocabulary import Status
from review_app.review.desk import Desk

WAIT = 30_000


def press(window, keys: str) -> None:
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


@pytest.fixture
def memo(desk: Desk, seeds: Path) -> str:
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


@pytest.fixture
def window(qtbot, desk, memo, open_window):
    desk.intake.add(Path(__file__).parents[3] / "seeds" / "1993-news-article.txt")
    first, second = (s.id for s in desk.spans(memo))
    desk.marking.confirm([first])
    desk.marking.annotate(first, "foreign relations")
    desk.marking.reject([second])
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


@pytest.fixture
def log(window):
    press(window, "Ctrl+L")
    return window.shelf.dialog("log")


def listed(log) -> list[str]:
    return [log.model.texts(r)[3] for r in range(log.model.rowCount())]


def choose(box, text: str) -> None:
    box.setCurrentIndex(box.findText(text))


def test_it_opens_on_the_newest_entry_with_before_and_after(log, desk):
    assert log.model.rowCount() == desk.history.head().seq
    assert listed(log)[:3] == ["reject span", "write note", "confirm span"]
    assert log.view.currentIndex().row() == 0
    log.view.selectRow(1)
    cells = [[log.detail.item(r, c).text() for c in (1, 2, 3)] for r in range(log.detail.rowCount())]
    assert ["note", "", "foreign relations"] in cells
    assert log.count.text() == f"{desk.history.head().seq} entries"
    assert log.seen.isEnabled()


@pytest.mark.parametrize(("name", "text", "wanted"), [
    ("who", "M. Ortiz", {"reject span", "write note", "confirm span", "add document"}),
    ("action", "write note", {"write note"}),
    ("action", "anything about spans", {"reject span", "write note", "confirm span"}),
    ("document", "1993-news-article.txt", {"add document", "record a page", "record the stamps"}),
])
def test_choosing_lists_only_what_fits(log, name, text, wanted):
    choose(getattr(log.filter, name), text)
    assert set(listed(log)) == wanted
    log.filter.clear.click()
    assert len(set(listed(log))) > len(wanted)


def test_words_and_times_are_typed(log, qtbot):
    QTest.keyClicks(log.filter.words, "foreign rel")
    qtbot.waitUntil(lambda: listed(log) == ["write note"])
    assert log.count.text().startswith("1 of ")
    log.filter.words.clear()
    assert len(listed(log)) > 3
    QTest.keyClicks(log.filter.until, "1999-12-31")
    QTest.keyClick(log.filter.until, Qt.Key.Key_Return)
    assert listed(log) == [] and not log.export.isEnabled() and not log.place.isEnabled()
    QTest.keyClicks(log.filter.since, "last week")
    QTest.keyClick(log.filter.since, Qt.Key.Key_Return)
    assert log.filter.trouble.isVisible() and "2026-01-31" in log.filter.trouble.text()


def test_an_entry_shows_its_place(window, log, desk, memo):
    window.current.show_document(window.current.documents[1].id)
    choose(log.filter.action, "write note")
    log.view.selectRow(0)
    log.place.click()
    assert window.current.document.id == memo
    assert window.current.selected_ids == (desk.spans(memo)[0].id,)
    choose(log.filter.action, "any action")
    desk.people.take_role(Role.APPROVER)
    log.filter.clear.click()
    log.view.selectRow(0)
    log.place.click()
    assert "about nothing that can be shown" in window.message_bar.text


def test_the_past_is_shown_and_cannot_be_changed(window, log, desk, memo, qtbot):
    choose(log.filter.action, "confirm span")
    log.view.selectRow(0)
    log.past.click()
    assert [s.status for s in window.current.spans] == [Status.CONFIRMED, Status.SUGGESTED]
    assert window.current.spans[0].note == ""
    assert "As it was after entry" in window.together.bar.text and "confirm span" in window.together.bar.text
    for action in ("review.confirm", "mark.draw_tool", "edit.undo", "review.disposition", "file.open"):
        assert not window.action_table[action].isEnabled()
        assert "The page shows the past" in window.action_table[action].toolTip()
    window.current.select([window.current.spans[0].id])
    assert not window.inspector.note.isEnabled() and not window.inspector.codes.isEnabled()
    head = desk.history.head()
    window.commands.attempt(lambda: desk.marking.confirm([window.current.spans[1].id]))
    assert desk.history.head() == head and "past" in window.message_bar.text
    window.current.show_document(window.current.documents[1].id)
    assert window.current.spans == () and window.together.bar.text
    window.action_table["log.now"].trigger()
    window.current.show_document(memo)
    assert [s.status for s in window.current.spans] == [Status.CONFIRMED, Status.REJECTED]
    assert not window.together.bar.text and window.action_table["edit.undo"].isEnabled()
    assert "past" not in window.action_table["review.confirm"].toolTip()


def test_the_past_of_a_day_is_asked_for(window, desk, qtbot):
    def answer(text: str) -> None:
        window.action_table["log.as_of"].trigger()
        dialog = window.findChild(QInputDialog)
        dialog.setTextValue(text)
        dialog.accept()
        qtbot.waitUntil(lambda: window.findChild(QInputDialog) is None)

    answer("yesterday")
    assert "That is no day" in window.message_bar.text
    answer("1999-12-31")
    assert "Nothing was in the log then" in window.message_bar.text
    answer(desk.history.log(limit=1)[0].at[:10])
    assert f"after entry {desk.history.head().seq}" in window.together.bar.text
    window.action_table["log.now"].trigger()


def test_what_is_listed_is_exported(window, log, tmp_path, qtbot):
    choose(log.filter.action, "anything about spans")
    log.export.click()
    dialog = log.findChild(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("mine.csv")
    dialog.accept()
    qtbot.waitUntil(lambda: "3 entries of the log are written" in window.message_bar.text, timeout=WAIT)
    with (tmp_path / "mine.csv").open(encoding="utf-8", newline="") as file:
        assert [r["action"] for r in csv.DictReader(file)] == [
            "span.confirmed", "span.noted", "span.rejected"]


def test_a_filtered_list_follows_after_the_decision(window, log, desk, memo, qtbot):
    choose(log.filter.action, "write note")
    desk.marking.annotate(desk.spans(memo)[1].id, "second")
    assert len(listed(log)) == 1
    qtbot.waitUntil(lambda: len(listed(log)) == 2)
    assert log.model.texts(log.view.currentIndex().row())[0] == log.model.texts(0)[0]


def test_what_others_did_is_new_until_one_has_looked(window, desk, memo, qtbot):
    log_of = window.shelf.dialog
    press(window, "F7")
    assert set(listed(log_of("log"))) == {"record a page", "record the stamps"}, "the machine's entries"
    log_of("log").seen.click()
    qtbot.waitUntil(lambda: listed(log_of("log")) == [])
    assert not log_of("log").seen.isEnabled() or desk.people.looked_at() < desk.history.head().seq
    desk.people.take_role(Role.ANALYST, "ben")
    desk.marking.annotate(desk.spans(memo)[0].id, "by ben")
    desk.people.take_role(Role.ANALYST, "M. Ortiz")
    press(window, "F7")
    assert listed(log_of("log")) == ["write note"]


def test_an_auditor_sees_a_copy_on_write_protected_media(qtbot, window, open_window, tmp_path):
    """Nothing is written there: no lock, no working file of SQLite, and the log verifies."""
    window.close()
    qtbot.waitUntil(window.isHidden, timeout=WAIT)
    copy = tmp_path / "elsewhere"
    folder = window._desk.folder
    window._desk.close()
    shutil.copytree(folder, copy)
    before = {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}
    for path in [copy, *(p for p in copy.rglob("*") if p.is_dir())]:
        path.chmod(0o500)
    try:
        with Desk.open(copy, "eve", role=Role.AUDITOR, jobs=1) as reader:
            other = open_window(reader)
            qtbot.waitUntil(lambda: not other.status.is_busy, timeout=WAIT)
            assert other.status.who.text() == "auditor: eve (read-only)"
            assert "for an auditor" in other.message_bar.text
            press(other, "Ctrl+L")
            log = other.shelf.dialog("log")
            assert log.model.rowCount() == reader.history.head().seq and not log.seen.isEnabled()
            log.verify.click()
            qtbot.waitUntil(lambda: log.outcome.text().startswith("✓"), timeout=WAIT)
            log.past.click()
            assert other.together.bar.text
            qtbot.waitUntil(lambda: not other.page.is_waiting, timeout=WAIT)
            other.close()
            qtbot.waitUntil(other.isHidden, timeout=WAIT)
        if os.geteuid() != 0:  # a superuser writes in spite of the modes: SQLite leaves its working files
            assert {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()} == before
        assert not [p for p in copy.rglob("*") if p not in before and p.is_file()
                    and not p.name.startswith("review.db-")]
        assert (copy / "workspace.lock") not in set(copy.iterdir()) - set(before)
    finally:
        for path in [copy, *(p for p in copy.rglob("*") if p.is_dir())]:
            path.chmod(0o700)
