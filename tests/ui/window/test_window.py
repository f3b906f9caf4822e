"""The window on a real desk: real store, real children, real clicks and keys."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit

from review_app.domain.vocabulary import Kind, Origin, Status, Verdict
from review_app.review.desk import Desk
from review_app.ui.actions import TABLE
from review_app.ui.models.rows import ACCESSIBLE

Left = Qt.MouseButton.LeftButton
WAIT = 30_000


def press(window, keys: str) -> None:
    """Press a key sequence wherever the focus is."""
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


@pytest.fixture
def memo(desk: Desk, seeds: Path) -> str:
    """The sample memo, recorded; its document id."""
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


def spoken(model, row: int) -> str:
    """What a screen reader says of an item."""
    return model.index(row, 0).data(ACCESSIBLE)


@pytest.fixture
def window(qtbot, desk, memo, open_window):
    """A window that shows the memo."""
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


def test_the_memo_opens_with_its_two_suggested_spans(window):
    assert window.windowTitle() == "1992-briefing-memo.txt — Review App"
    assert [s.status for s in window.current.spans] == [Status.SUGGESTED] * 2
    assert window.spans.model.rowCount() == 2
    assert "2 to review" in spoken(window.documents.model, 0)
    assert window.page.page_count == window.current.document.page_count
    assert window.status.page.text().startswith("page 1 of ")
    fields = {window.record.model.row_at(r).field for r in range(window.record.model.rowCount())}
    assert {"case_id", "review_authority", "disposition"} <= {str(f) for f in fields}


def test_a_row_of_the_table_selects_the_span_on_the_page(window, qtbot):
    view = window.spans.view
    QTest.mouseClick(view.viewport(), Left, pos=view.visualRect(window.spans.model.index(1, 0)).center())
    wanted = window.current.spans[1]
    assert window.page.selected == (wanted.id,)
    assert window.inspector._title.text().startswith(f"Page {wanted.page} · blank · agency")
    qtbot.waitUntil(lambda: window.inspector.history.count() >= 1)


def place_of(window, span) -> QPoint:
    """Where the middle of a span is in the page view's window."""
    window.page.bring_rect_into_view(span.page, span.rects[0])
    return window.page.window_rect(span.page, span.rects[0]).center().toPoint()


def test_a_click_on_the_page_selects_the_row(window, qtbot):
    span = window.current.spans[0]
    QTest.mouseClick(window.page.viewport(), Left, pos=place_of(window, span))
    rows = window.spans.view.selectionModel().selectedRows()
    assert [i.row() for i in rows] == [0]
    other = window.current.spans[1]
    with_ctrl = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(window.page.viewport(), Left, with_ctrl, place_of(window, other))
    assert set(window.current.selected_ids) == {span.id, other.id}
    assert window.inspector._title.text() == "2 spans selected"


def test_confirm_reject_and_reopen_are_one_key_each(window, desk, memo):
    press(window, "N")
    first, second = (s.id for s in window.current.spans)
    assert window.current.selected_ids == (first,)
    press(window, "C")
    assert desk.spans(memo)[0].status is Status.CONFIRMED
    press(window, "N")
    assert window.current.selected_ids == (second,)
    press(window, "X")
    assert desk.spans(memo)[1].status is Status.REJECTED
    assert not window.action_table["review.next_undecided"].isEnabled()
    press(window, "O")
    assert desk.spans(memo)[1].status is Status.SUGGESTED
    assert [window.spans.model.index(r, 4).data() for r in (0, 1)] == ["✓ confirmed", "? suggested"]
    assert "1 to review" in spoken(window.documents.model, 0)


def test_the_next_undecided_span_goes_round(window):
    first, second = (s.id for s in window.current.spans)
    press(window, "N")
    press(window, "N")
    assert window.current.selected_ids == (second,)
    press(window, "N")
    assert window.current.selected_ids == (first,)
    press(window, "P")
    assert window.current.selected_ids == (second,)


def test_all_spans_are_decided_in_one_step_and_undone_in_one(window, desk, memo):
    press(window, "Ctrl+A")
    press(window, "C")
    assert {s.status for s in desk.spans(memo)} == {Status.CONFIRMED}
    assert window.action_table["edit.undo"].text() == "&Undo confirm span"
    press(window, "Ctrl+Z")
    assert {s.status for s in desk.spans(memo)} == {Status.SUGGESTED}
    press(window, "Ctrl+Shift+Z")
    assert {s.status for s in desk.spans(memo)} == {Status.CONFIRMED}


def draw(window, page: int = 1) -> None:
    """Draw an area on the page with the mouse."""
    window.page.go_to_page(page)
    view = window.page.viewport()
    start, end = QPoint(view.width() // 2 - 120, 200), QPoint(view.width() // 2 + 80, 240)
    QTest.mousePress(view, Left, pos=start)
    QTest.mouseMove(view, QPoint(start.x() + 60, start.y() + 20))
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, Left, pos=end)


def test_a_drawn_span_gets_codes_and_a_note(window, desk, memo):
    press(window, "D")
    assert window.page.tool == "draw"
    draw(window)
    mark = next(s for s in desk.spans(memo) if s.origin is Origin.REVIEWER)
    assert mark.kind is Kind.MARK
    assert window.current.selected_ids == (mark.id,)
    press(window, "V")
    press(window, "E")
    assert window.focusWidget() is window.inspector.codes
    QTest.keyClicks(window.inspector.codes, "(b)(1)")
    QTest.keyClick(window.inspector.codes, Qt.Key.Key_Return)
    press(window, "W")
    assert window.focusWidget() is window.inspector.note
    QTest.keyClicks(window.inspector.note, "names a source")
    QTest.keyClick(window.inspector.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    mark = next(s for s in desk.spans(memo) if s.id == mark.id)
    assert [c.code for c in mark.codes] == ["(b)(1)"]
    assert mark.note == "names a source"
    assert window.page.hasFocus(), "the page has the keyboard again"


def test_a_mark_is_drawn_with_the_keyboard_alone(window, desk, memo):
    press(window, "Alt+2")
    press(window, "D")
    view = window.page
    QTest.keyClick(view, Qt.Key.Key_Down)
    for _ in range(6):
        QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert [s.origin for s in desk.spans(memo)].count(Origin.REVIEWER) == 1


def test_an_own_mark_is_removed_by_key_and_not_rejected(window, desk, memo):
    press(window, "D")
    draw(window)
    assert not window.action_table["review.reject"].isEnabled()
    press(window, "Del")
    assert len(desk.spans(memo)) == 2
    assert window.current.selected_ids == ()
    press(window, "Ctrl+Z")
    assert len(desk.spans(memo)) == 3


def test_a_decision_takes_the_justification_along(window, desk, memo):
    press(window, "N")
    press(window, "Alt+5")
    window.inspector.reason.setFocus()
    QTest.keyClicks(window.inspector.reason, "still sensitive")
    QTest.keyClick(window.inspector.reason, Qt.Key.Key_Return)
    press(window, "S")
    decision = desk.spans(memo)[0].decision
    assert (decision.verdict, decision.justification) == (Verdict.SUSTAIN, "still sensitive")
    assert window.spans.model.index(0, 6).data() == "sustain"
    press(window, "R")
    assert desk.spans(memo)[0].decision.verdict is Verdict.RELEASE


def test_every_action_that_is_on_is_run_by_its_key(window, monkeypatch):
    """In the whole window, with everything that could swallow a key: each table, list and field."""
    press(window, "N")
    ran: list[str] = []
    monkeypatch.setattr(window.action_table, "_run", lambda spec: ran.append(spec.id))
    for place in (window.page, window.spans.view, window.documents.view, window.record.view):
        place.setFocus()
        for spec, action in window.action_table.all():
            if not action.isEnabled() or not place.isVisible():
                continue
            for key in spec.keys:
                ran.clear()
                press(window, key)
                is_own = place is window.page and spec.id in ("view.next_page", "view.previous_page")
                assert ran == [spec.id] or is_own, (spec.id, key, place)
    assert ran


def test_a_dropped_file_is_added(window, qtbot, desk, seeds):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(seeds / "1993-news-article.txt"))])
    event = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, data, Left, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)
    qtbot.waitUntil(lambda: len(desk.documents()) == 2, timeout=WAIT)
    qtbot.waitUntil(lambda: window.documents.model.rowCount() == 2, timeout=WAIT)


def test_files_are_opened_by_dialog(qtbot, desk, open_window, seeds):
    window = open_window(desk)
    assert window.current.document is None
    press(window, "Ctrl+O")
    dialog = window.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.filesSelected.emit([str(seeds / "1992-briefing-memo.txt")])
    dialog.reject()
    qtbot.waitUntil(lambda: len(window.current.spans) == 2, timeout=WAIT)
    assert window.windowTitle().startswith("1992-briefing-memo.txt")


def test_one_refused_file_has_its_line_and_the_others_come_in(qtbot, desk, open_window, seeds, tmp_path):
    empty = tmp_path / "empty\u202efdp.txt"
    empty.write_bytes(b"")
    window = open_window(desk)
    window.commands.add_files([empty, tmp_path / "missing.pdf", seeds / "1993-news-article.txt"])
    qtbot.waitUntil(lambda: len(desk.documents()) == 1 and not window.status.is_busy, timeout=WAIT)
    lines = [m.text for m in window.problems.problems]
    assert len(lines) == 2
    assert "empty\\u202efdp.txt" in lines[0]
    assert "missing.pdf" in lines[1]
    assert window.status.problems.text() == "⚠ problems: 2"
    assert window.message_bar.text == lines[-1]
    QTest.mouseClick(window.status.problems, Left)
    listed = window.shelf.dialog("problems").list
    assert listed.count() == 2
    assert "missing.pdf" in listed.item(0).text()
    press(window, "Shift+Esc")
    assert window.message_bar.isHidden()


def test_a_folder_is_taken_file_by_file(qtbot, desk, open_window, seeds):
    window = open_window(desk)
    window.commands.add_files([seeds])
    qtbot.waitUntil(lambda: len(desk.documents()) == 2 and not window.status.is_busy, timeout=WAIT)
    assert window.problems.problems == []


def test_of_the_files_that_come_in_the_first_is_shown(window, qtbot, desk, seeds, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("Nothing is withheld in this line.\n", encoding="utf-8")
    window.commands.add_files([seeds / "1993-news-article.txt", other])
    qtbot.waitUntil(lambda: len(desk.documents()) == 3 and not window.status.is_busy, timeout=WAIT)
    assert window.current.document.name == "1993-news-article.txt"


def test_a_file_that_is_known_is_shown_and_said_to_be_known(window, qtbot, desk, seeds):
    window.commands.add_files([seeds / "1992-briefing-memo.txt"])
    qtbot.waitUntil(lambda: "already" in window.message_bar.text, timeout=WAIT)
    assert len(desk.documents()) == 1


def encrypted(path: Path) -> Path:
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 200))
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user="sesame"))
    return path


def test_an_encrypted_file_asks_until_the_password_is_right(qtbot, desk, open_window, tmp_path):
    window = open_window(desk)
    window.commands.add_files([encrypted(tmp_path / "locked.pdf")])
    for attempt, is_last in (("wrong", False), ("sesame", True)):
        qtbot.waitUntil(lambda: window.findChild(QInputDialog) is not None, timeout=WAIT)
        dialog = window.findChild(QInputDialog)
        line = dialog.findChild(QLineEdit)
        assert line.echoMode() is QLineEdit.EchoMode.Password
        assert ("does not open" in dialog.labelText()) is is_last
        QTest.keyClicks(line, attempt)
        QTest.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda d=dialog: window.findChild(QInputDialog) is not d, timeout=WAIT)
    qtbot.waitUntil(lambda: len(desk.documents()) == 1 and not window.status.is_busy, timeout=WAIT)
    assert window.problems.problems == []
    for file in desk.folder.rglob("*"):
        if file.is_file():
            assert b"sesame" not in file.read_bytes(), file.name


def test_no_password_given_is_one_problem_and_the_next_file_comes(qtbot, desk, open_window, tmp_path, seeds):
    window = open_window(desk)
    window.commands.add_files([encrypted(tmp_path / "locked.pdf"), seeds / "1993-news-article.txt"])
    qtbot.waitUntil(lambda: window.findChild(QInputDialog) is not None, timeout=WAIT)
    QTest.keyClick(window.findChild(QInputDialog), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(desk.documents()) == 1 and not window.status.is_busy, timeout=WAIT)
    assert len(window.problems.problems) == 1


def test_the_annotated_copy_is_written_in_the_background(window, qtbot, desk):
    press(window, "Ctrl+E")
    assert window.status.work_text.startswith("Writing the annotated copy of 1992-briefing-memo.txt")
    assert window.action_table["review.next_undecided"].isEnabled(), "one can go on meanwhile"
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    written = list(desk.exports_folder.glob("*.pdf"))
    assert len(written) == 1
    assert written[0].read_bytes().startswith(b"%PDF-")
    assert str(written[0]) in window.message_bar.text


def test_the_annotated_copy_goes_where_the_dialog_says(window, qtbot, tmp_path):
    press(window, "Ctrl+Shift+E")
    dialog = window.findChild(QFileDialog)
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(tmp_path / "mine.pdf"))
    dialog.reject()
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert (tmp_path / "mine.pdf").is_file()


def blocking(bridge_window, qtbot):
    """A job that runs until it is cancelled."""
    began = threading.Event()

    def work(_progress, cancel: threading.Event) -> None:
        began.set()
        assert cancel.wait(20)

    job = bridge_window._bridge.run(work, "Waiting")
    qtbot.waitUntil(began.is_set, timeout=WAIT)
    return job


def test_running_work_is_shown_and_cancelled_by_button_and_by_key(window, qtbot):
    for cancel in (lambda: QTest.mouseClick(window.status._cancel, Left), lambda: press(window, "Ctrl+.")):
        job = blocking(window, qtbot)
        assert window.status.work_text == "Waiting"
        assert window.action_table["file.cancel_jobs"].isEnabled()
        with qtbot.waitSignal(job.finished, timeout=WAIT):
            cancel()
        assert window.status.work_text == ""
        assert not window.action_table["file.cancel_jobs"].isEnabled()


def test_closing_while_work_runs_cancels_it_and_then_closes(window, qtbot):
    job = blocking(window, qtbot)
    window.close()
    assert job.was_cancelled
    assert not window.isHidden(), "it closes when the work has ended"
    qtbot.waitUntil(window.isHidden, timeout=WAIT)


def test_a_note_that_is_being_typed_survives_closing(window, desk, memo, qtbot):
    press(window, "N")
    press(window, "W")
    QTest.keyClicks(window.inspector.note, "half a th")
    window.close()
    qtbot.waitUntil(window.isHidden, timeout=WAIT)
    assert desk.spans(memo)[0].note == "half a th"


def test_the_log_shows_before_and_after_and_verifies(window, qtbot):
    press(window, "N")
    press(window, "C")
    press(window, "Ctrl+L")
    log = window.shelf.dialog("log")
    assert log.isVisible()
    assert log.view.verticalHeader().isHidden()
    assert [log.model.index(0, c).data() for c in (2, 3, 4)] == [
        "M. Ortiz", "confirm span", "1992-briefing-memo.txt"]
    rows = [[log.detail.item(r, c).text() for c in (1, 2, 3)] for r in range(log.detail.rowCount())]
    assert ["status", "suggested", "confirmed"] in rows
    QTest.mouseClick(log.verify, Left)
    qtbot.waitUntil(lambda: log.outcome.text().startswith("✓"), timeout=WAIT)
    assert window.status.log.text().startswith("log ok · entry ")


def test_an_open_log_follows_what_is_done(window):
    press(window, "Ctrl+L")
    log = window.shelf.dialog("log")
    before = log.model.rowCount()
    window.activateWindow()
    window.current.select([window.current.spans[0].id])
    window.action_table["review.confirm"].trigger()
    assert log.model.rowCount() == before + 1
    assert log.view.currentIndex().row() == 0, "the newest entry stays selected"
    assert log.model.index(0, 3).data() == "confirm span"


def test_an_edit_from_outside_is_seen_by_the_check(window, desk, qtbot):
    import sqlite3

    with sqlite3.connect(desk.folder / "review.db") as database:
        database.execute("UPDATE spans SET note = 'changed behind the program'")
    database.close()
    press(window, "Ctrl+L")
    log = window.shelf.dialog("log")
    QTest.mouseClick(log.verify, Left)
    qtbot.waitUntil(lambda: log.outcome.text().startswith("⚠"), timeout=WAIT)
    assert "spans" in log.outcome.text()
    assert window.status.log.text().startswith("⚠ log does not verify")


def test_found_text_lists_pages_and_shows_the_place(window, qtbot):
    press(window, "Ctrl+F")
    assert window.focusWidget() is window.finder.line
    QTest.keyClicks(window.finder.line, "customs officers")
    QTest.keyClick(window.finder.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.finder.hits.count() >= 1, timeout=WAIT)
    QTest.keyClick(window.finder.hits, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.page.hits.current is not None, timeout=WAIT)
    page, first = window.page.hits.current
    places = window.page.hits.on_page(page)
    assert first == 0 and page == window.page.current_page
    area = window.page.window_rect(page, places[0][0])
    assert window.page.viewport().rect().contains(area.toAlignedRect())
    for number in range(1, len(places)):
        press(window, "F3")
        assert window.page.hits.current == (page, number)
    press(window, "F3")  # the last one here: on to the next page in the list
    qtbot.waitUntil(lambda: window.page.hits.current not in (None, (page, len(places) - 1)), timeout=WAIT)
    assert window.page.hits.current[0] != page
    assert window.finder.hits.currentRow() == 1
    press(window, "Shift+F3")
    qtbot.waitUntil(lambda: window.page.hits.current == (page, len(places) - 1), timeout=WAIT)
    window.finder.line.clear()
    assert window.page.hits.on_page(page) == ()
    assert not window.action_table["edit.find_next"].isEnabled()


def test_a_record_field_jumps_to_its_stamp(window, qtbot):
    press(window, "Alt+4")
    assert window.right.currentWidget() is window.record
    view, model = window.record.view, window.record.model
    row = next(r for r in range(model.rowCount()) if str(model.row_at(r).field) == "case_id")
    view.scrollTo(model.index(row, 0))
    with qtbot.waitSignal(window.current.place_wanted) as wanted:
        QTest.mouseClick(view.viewport(), Left, pos=view.visualRect(model.index(row, 0)).center())
    assert wanted.args == [model.row_at(row).page, model.row_at(row).rect]


def test_a_record_field_is_confirmed_corrected_and_undone(window, desk, memo, qtbot):
    press(window, "Alt+4")
    model = window.record.model
    row = next(r for r in range(model.rowCount()) if str(model.row_at(r).field) == "review_authority")
    field_id = model.row_at(row).id
    window.record.view.selectRow(row)
    press(window, "Shift+C")

    def stored():
        return next(f for f in desk.record(memo) if f.id == field_id)

    assert str(stored().status) == "confirmed"
    press(window, "Ctrl+T")
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue("R. WILLER")
    dialog.accept()
    assert (stored().value, str(stored().status)) == ("R. WILLER", "corrected")
    press(window, "Ctrl+Z")
    assert str(stored().status) == "confirmed"


def test_go_to_page_asks_and_goes(window, qtbot):
    press(window, "Ctrl+G")
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue("2")
    dialog.accept()
    assert window.page.current_page == 2
    assert window.status.page.text().startswith("page 2 of ")


def test_zoom_is_shown(window):
    press(window, "Ctrl+0")
    assert window.status.page.text().endswith("100%")
    press(window, "Ctrl++")
    assert window.page.zoom > 100
    press(window, "Ctrl+1")
    assert window.page.fit == "width"


def test_each_panel_is_one_key_away(window):
    press(window, "N")
    for keys, widget in (
        ("Alt+1", window.documents.view), ("Alt+2", window.page), ("Alt+3", window.spans.view),
        ("Alt+4", window.record.view), ("Alt+5", window.inspector.codes), ("Ctrl+F", window.finder.line),
    ):
        press(window, keys)
        assert window.focusWidget() is widget, keys
        assert widget.isVisible(), keys


def test_a_workspace_opened_read_only_says_so_and_changes_nothing(qtbot, desk, memo, open_window, seeds):
    desk.close()
    with Desk.open(desk.folder, "auditor", read_only=True) as reader:
        window = open_window(reader)
        assert "read-only" in window.message_bar.text
        before = reader.history.head()
        window.commands.add_files([seeds / "1993-news-article.txt"])
        assert "no file can be added" in window.message_bar.text
        window.current.select([window.current.spans[0].id])
        on = [s.id for s in TABLE if s.changes and window.action_table[s.id].isEnabled()]
        assert on == []
        press(window, "C")
        press(window, "D")
        assert reader.history.head() == before
        assert reader.spans(memo)[0].status is Status.SUGGESTED
        assert not window.inspector.codes.isEnabled()
        window.close()
        qtbot.waitUntil(window.isHidden, timeout=WAIT)


def test_quit_closes(window, qtbot):
    press(window, "Ctrl+Q")
    qtbot.waitUntil(window.isHidden, timeout=WAIT)
