"""The start page: ways in, what was open before, and the way to another workspace and to the sample."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from review_app.review.desk import Desk
from review_app.ui import settings, start_page
from review_app.ui.limits_kept import of_workspace
from review_app.ui.panels.start import KEY, MISSING
from review_app.ui.settings_table import DOCUMENTS, RECENT, WORKSPACES

WAIT = 30_000


@pytest.fixture(autouse=True)
def nothing_kept(qapp):
    settings.store().clear()
    yield
    settings.store().clear()


@pytest.fixture
def empty(desk, open_window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(start_page, "sample_workspace", lambda: tmp_path / "sample")
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


def press(widget, key: str) -> None:
    QTest.keySequence(widget, QKeySequence(key))


def rows(recent) -> list[tuple[str, bool]]:
    items = [recent.view.item(i) for i in range(recent.view.count())]
    return [(item.data(KEY), item.data(MISSING)) for item in items]


def test_an_empty_workspace_shows_the_ways_in(empty):
    page = empty.comfort.start.page
    assert page.isVisible() and not empty.page.isVisible() and not empty.parts.map.isVisible()
    assert [(b.text(), b.accessibleDescription().split(" · ")[0]) for b in page.buttons] == [
        ("Open files…", "Ctrl+O"), ("Add a folder…", "Ctrl+Alt+F"),
        ("Open another workspace…", "Ctrl+Shift+O"), ("Try the sample", "Ctrl+Alt+S")]
    assert empty._desk.folder.name in page.word.text() and "drop" in page.word.text()
    assert all(key in page.keys.text() for key in ("N ", "C ", "F1 "))
    assert page.documents.isHidden() and page.workspaces.isHidden()
    assert empty.focusWidget() is page.buttons[0]


def test_no_page_is_made_while_a_document_is_there(desk, seeds, open_window):
    desk.intake.add(seeds / "1992-briefing-memo.txt")
    window = open_window(desk)
    assert window.comfort.start.page is None and window.page.isVisible()


@pytest.mark.parametrize("has_document", [False, True])
def test_a_file_given_at_the_start_is_the_first_thing_shown(desk, seeds, open_window, qtbot, has_document):
    if has_document:
        desk.intake.add(seeds / "1992-briefing-memo.txt")
    window = open_window(desk, expects_file=True)
    shown = []
    window.current.document_changed.connect(lambda row: shown.append(row and row.name))
    assert window.comfort.start.page is None and window.page.isVisible() and window.current.document is None
    window.commands.add_files([seeds / "1993-news-article.txt"])
    qtbot.waitUntil(lambda: not window.status.is_busy and window.current.document is not None, timeout=WAIT)
    assert shown == ["1993-news-article.txt"] and window.comfort.start.page is None


def test_where_the_file_given_at_the_start_is_refused_the_start_page_or_a_document_stands(
    desk, seeds, open_window, qtbot, tmp_path
):
    window = open_window(desk, expects_file=True)
    window.commands.add_files([tmp_path / "not there.pdf"])
    qtbot.waitUntil(lambda: window.comfort.start.page is not None, timeout=WAIT)
    assert window.comfort.start.page.isVisible() and not window.page.isVisible()
    assert "not there" in window.message_bar.text
    window.commands.add_files([seeds / "1993-news-article.txt"])
    qtbot.waitUntil(lambda: not window.status.is_busy and window.page.isVisible(), timeout=WAIT)
    other = open_window(desk, expects_file=True)
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    other.commands.add_files([nothing])
    assert other.current.document is not None and other.comfort.start.page is None


def test_the_keyboard_alone_opens_files(empty, seeds, qtbot):
    QTest.keyClick(empty.focusWidget(), Qt.Key.Key_Space)
    dialog = next(d for d in empty.findChildren(QFileDialog) if d.isVisible())
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
    dialog.filesSelected.emit([str(seeds / "1992-briefing-memo.txt")])
    dialog.reject()
    qtbot.waitUntil(lambda: empty.page.isVisible(), timeout=WAIT)
    assert not empty.comfort.start.page.isVisible() and empty.focusWidget() is empty.page
    qtbot.waitUntil(lambda: not empty.status.is_busy, timeout=WAIT)
    with qtbot.waitActive(empty):
        empty.activateWindow()
    press(empty.page, "Ctrl+W")
    page = empty.comfort.start.page
    assert page.isVisible() and empty.focusWidget() is page.buttons[0]
    assert rows(page.documents) == [(empty.current.documents[0].id, False)]
    seen = set()
    for _ in range(6):
        seen.add(empty.focusWidget())
        QTest.keyClick(empty.focusWidget(), Qt.Key.Key_Tab)
    assert {*page.buttons, page.documents.view} <= seen
    press(page, "Alt+1")
    press(empty.focusWidget(), "Alt+2")
    assert empty.focusWidget() is page.buttons[0]
    page.documents.view.setFocus()
    page.documents.view.setCurrentRow(0)
    QTest.keyClick(page.documents.view, Qt.Key.Key_Return)
    assert empty.current.document is not None and empty.page.isVisible()


def test_a_folder_is_added_and_files_are_dropped(empty, seeds, qtbot):
    press(empty.focusWidget(), "Ctrl+Alt+F")
    dialog = next(d for d in empty.findChildren(QFileDialog) if d.isVisible())
    assert dialog.fileMode() is QFileDialog.FileMode.Directory
    dialog.reject()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(seeds))])
    page = empty.comfort.start.page
    assert not page.acceptDrops() and not page.viewport().acceptDrops(), "the window takes it"
    empty.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                               Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: len(empty.current.documents) == 2 and not empty.status.is_busy, timeout=WAIT)


def test_documents_that_were_removed_are_shown_as_gone_and_can_be_taken_out(desk, seeds, open_window, qtbot):
    first = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    second = desk.intake.add(seeds / "1993-news-article.txt").document_id
    window = open_window(desk)
    window.current.show_document(second)
    desk.filing.remove([first])
    press(window.page, "Ctrl+W")
    recent = window.comfort.start.page.documents
    assert rows(recent) == [(second, False), (first, True)]
    assert "no longer here" in recent.view.item(1).text()
    recent.view.setCurrentRow(1)
    QTest.keyClick(recent.view, Qt.Key.Key_Return)
    assert window.current.document is None, "there is nothing to open"
    QTest.keyClick(recent.view, Qt.Key.Key_Delete)
    assert rows(recent) == [(second, False)]
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    window.close()
    assert settings.get(DOCUMENTS.of(of_workspace(desk.folder))) == (second,)
    assert "memo" not in settings.location().read_text(encoding="utf-8"), "no names of documents are kept"


def test_workspaces_are_kept_and_missing_ones_shown_as_missing(empty, qtbot, tmp_path):
    other, gone = tmp_path / "90019152", tmp_path / "gone"
    Desk.open(other, "M. Ortiz").close()
    settings.put(WORKSPACES, [str(other), str(gone), str(empty._desk.folder)])
    start = empty.comfort.start
    start.show_document(None)
    recent = start.page.workspaces
    qtbot.waitUntil(lambda: rows(recent) == [(str(other), False), (str(gone), True)], timeout=WAIT)
    assert "not there now" in recent.view.item(1).text()
    recent.view.setCurrentRow(1)
    recent.forget.click()
    assert rows(recent) == [(str(other), False)]
    start.remember()
    assert settings.get(WORKSPACES) == (str(empty._desk.folder), str(other))
    settings.put(RECENT, 0)
    start.remember()
    assert settings.get(WORKSPACES) == () and settings.get(DOCUMENTS.of("x")) == ()


def test_another_workspace_follows_when_this_window_closes(empty, tmp_path, seeds):
    other = tmp_path / "other"
    with Desk.open(other, "M. Ortiz") as desk:
        desk.intake.add(seeds / "1992-briefing-memo.txt")
    press(empty.focusWidget(), "Ctrl+Shift+O")
    dialog = next(d for d in empty.findChildren(QFileDialog) if d.isVisible())
    dialog.fileSelected.emit(str(other))
    dialog.reject()
    assert empty.isHidden()
    desk, files = empty.comfort.start.successor
    try:
        assert desk.folder == other and desk.actor == "M. Ortiz" and files == ()
        assert len(desk.documents()) == 1
    finally:
        desk.close()


def test_what_cannot_be_opened_leaves_everything_as_it_is(empty, tmp_path):
    start = empty.comfort.start
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("x", encoding="utf-8")
    start.open_workspace(full)
    assert "no workspace, and not empty" in empty.problems.problems[-1].text
    assert sorted(p.name for p in full.iterdir()) == ["letter.txt"]
    start.open_workspace(empty._desk.folder)
    assert empty.message_bar.text == "This workspace is open already."
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "review.db").write_bytes(b"no database")
    start.open_workspace(newer)
    assert len(empty.problems.problems) == 2
    assert empty.isVisible() and start.successor is None


def test_a_note_that_cannot_be_stored_keeps_the_window_and_its_workspace(empty, tmp_path, monkeypatch):
    monkeypatch.setattr(empty.inspector, "write_kept_notes", lambda: False)
    empty.comfort.start.open_workspace(tmp_path / "other")
    assert empty.isVisible() and empty.comfort.start.successor is None
    Desk.open(tmp_path / "other", "M. Ortiz").close()  # free again


def test_the_sample_has_a_workspace_of_its_own(empty, tmp_path, seeds, open_window, qtbot):
    press(empty.focusWidget(), "Ctrl+Alt+S")
    assert empty.isHidden() and empty._desk.documents() == []
    desk, files = empty.comfort.start.successor
    with desk:
        assert desk.folder == tmp_path / "sample" and [f.parent for f in files] == [seeds, seeds]
        window = open_window(desk)
        assert "sample" in window.comfort.start.page.word.text()
        assert "workspace of its own" in window.message_bar.text, "nobody takes it for their own"
        window.action_table["help.sample"].trigger()
        qtbot.waitUntil(lambda: len(window.current.documents) == 2, timeout=WAIT)
        qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
        window.comfort.start.remember()
        assert str(desk.folder) not in settings.get(WORKSPACES)
        press(window.page, "Ctrl+W")
        window.action_table["help.sample"].trigger()
        assert window.current.document is not None
        window.close()


SCRIPT = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from review_app.ui import launch
seen = []
def show(self, shown=launch.MainWindow.show):
    shown(self)
    seen.append((self._desk.folder.name, len(seen)))
    if len(seen) == 1:
        QTimer.singleShot(50, lambda: self.comfort.start.open_workspace(Path(sys.argv[2])))
    else:
        QTimer.singleShot(50, self.close)
launch.MainWindow.show = show
from review_app.cli.main import main
code = main(["open", "--workspace", sys.argv[1]])
from review_app.ui import settings
from review_app.ui.settings_table import WORKSPACES
print(json.dumps([code, seen, [Path(f).name for f in settings.get(WORKSPACES)]]))
"""


def test_the_program_goes_from_one_workspace_to_the_next(tmp_path):
    script = tmp_path / "go.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "one"), str(tmp_path / "two")], capture_output=True,
        text=True, timeout=90, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[3]),
             "XDG_CONFIG_HOME": str(tmp_path / "settings")},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [0, [["one", 0], ["two", 1]], ["two", "one"]]
    for name in ("one", "two"):
        Desk.open(tmp_path / name, "M. Ortiz").close()  # both are free again
        shutil.rmtree(tmp_path / name)
