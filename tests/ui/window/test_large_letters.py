"""Letters twice as large: every word of the desk and of its dialogs can be read at 1280 by 800 pixels."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton

from review_app.domain.geometry import Rect
from tests.ui.fits import clipped

WAIT = 60_000
SCREEN = QSize(1280, 800)


@pytest.fixture
def letters(qapp, request):
    """How many times as large as usual letters are."""
    times = getattr(request, "param", 2)
    before = qapp.font()
    font = qapp.font()
    font.setPointSizeF(font.pointSizeF() * times)
    qapp.setFont(font)
    yield times
    qapp.setFont(before)


@pytest.fixture
def window(letters, qtbot, desk, open_window, seeds: Path):
    memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    desk.intake.add(seeds / "1993-news-article.txt")
    mark = desk.marking.draw(memo, 3, [Rect(72, 300, 300, 320)], codes=["(b)(6)", "(b)(7)(C)"], note="why")
    desk.filing.file_under([memo], "90019152")
    desk.proposals.propose([mark])
    window = open_window(desk)
    window.resize(SCREEN)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    window.current.show_document(memo)
    window.current.select([mark])
    qtbot.waitUntil(lambda: not window.page.is_waiting, timeout=WAIT)
    return window


def look(window, qtbot) -> list[str]:
    for _ in range(3):
        QApplication.processEvents()
    assert window.width() <= SCREEN.width() and window.height() <= SCREEN.height(), window.size()
    return clipped(window)


@pytest.mark.parametrize("letters", [1, 2], indirect=True)
def test_the_desk_can_be_read(window, qtbot):
    found = look(window, qtbot)
    for tabs in (window.left, window.places, window.right):
        for n in range(tabs.count()):
            tabs.setCurrentIndex(n)
            found += [f"{tabs.tabText(n)}: {f}" for f in look(window, qtbot) if f not in found]
    assert not found, "\n".join(found)


def test_the_windows_of_the_shelf_can_be_read(window, qtbot):
    found = []
    for name in ("log", "problems", "shortcuts", "about"):
        window.shelf.show(name)
        dialog = window.shelf.dialog(name)
        found += [f"{name}: {f}" for f in unreadable(dialog)]
        dialog.close()
    assert not found, "\n".join(found)


def test_the_dialogs_of_actions_can_be_read(window, qtbot):
    found = []
    for action in (
        "mark.seek", "help.palette", "view.go_to_page", "mark.favourites", "mark.pages", "mark.repeat",
        "file.case", "review.role", "review.return", "review.second_look", "log.as_of", "export.release_case",
    ):
        before = {d for d in window.findChildren(QDialog) if d.isVisible()}
        window.action_table[action].trigger()
        opened = [d for d in window.findChildren(QDialog) if d.isVisible() and d not in before]
        assert opened or not window.action_table[action].isEnabled(), action
        for dialog in opened:
            found += [f"{action}: {f}" for f in unreadable(dialog)]
            dialog.close()
    assert not found, "\n".join(found)


def test_a_release_can_be_read(window, qtbot):
    window.action_table["export.release"].trigger()
    dialog = window.commands.release.dialog
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.preview, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    found = unreadable(dialog)
    dialog.close()
    assert not found, "\n".join(found)


def test_the_overview_can_be_read(window, qtbot):
    window.action_table["view.overview"].trigger()
    dialog = window.commands.overview.dialog
    qtbot.waitUntil(lambda: dialog.overview is not None, timeout=WAIT)
    found = unreadable(dialog)
    dialog.close()
    assert not found, "\n".join(found)


def test_start_page_settings_and_help_can_be_read(window, qtbot):
    window.action_table["edit.settings"].trigger()
    dialog, found = window.comfort.settings, []
    for row in range(dialog.groups.count()):
        dialog.groups.setCurrentRow(row)
        found += [f"settings {row}: {f}" for f in unreadable(dialog)]
    dialog.reject()
    window.comfort.show_help("first-steps")
    found += [f"help: {f}" for f in unreadable(window.comfort.help)]
    window.comfort.help.close()
    window.action_table["file.start"].trigger()
    assert window.comfort.start.page.isVisible()
    found += [f"start page: {f}" for f in look(window, qtbot)]
    assert window.comfort.start.page.horizontalScrollBar().maximum() == 0
    assert not found, "\n".join(found)


def unreadable(dialog: QDialog) -> list[str]:
    QApplication.processEvents()
    found = clipped(dialog)
    if dialog.width() > SCREEN.width() or dialog.height() > SCREEN.height():
        found.append(f"larger than the screen: {dialog.size().toTuple()}")
    return found


def test_words_without_room_would_be_noticed(window, qtbot):
    extra = QPushButton("as long as the widest of them all", window)
    extra.setGeometry(0, 0, 60, 30)
    extra.show()
    assert len(clipped(window)) == 1
    extra.hide()
    far = QLabel("far", window)
    far.move(5_000, 10)
    far.adjustSize()
    far.show()
    assert len(clipped(window)) == 1
