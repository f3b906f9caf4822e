"""Moments of doubt: what a reviewer sees after a step, and that nothing typed is lost or goes elsewhere."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from review_app.domain.errors import WorkspaceLocked
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import FieldStatus, Origin, Status
from review_app.review.desk import Desk
from review_app.ui import words
from review_app.ui.launch import at_rest

resource = pytest.importorskip("resource", reason="a full disk is made with a limit of Unix")

WAIT = 30_000


def press(window, keys: str) -> None:
    """Press a key sequence wherever the focus is."""
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow: SQLite meets the same refusal as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def memo(desk: Desk, seeds: Path) -> str:
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


@pytest.fixture
def article(desk: Desk, memo: str, seeds: Path) -> str:
    return desk.intake.add(seeds / "1993-news-article.txt").document_id


@pytest.fixture
def window(qtbot, desk, memo, article, open_window):
    """A window on the memo, with the article beside it."""
    window = open_window(desk)
    window.current.show_document(memo)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


def write_note(window, text: str) -> None:
    press(window, "W")
    QTest.keyClicks(window.inspector.note, text)
    QTest.keyClick(window.inspector.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


# -- undo is seen ------------------------------------------------------------------------------------


def test_undo_goes_to_the_document_and_the_span_it_changed(window, desk, memo, article):
    press(window, "N")
    span = window.current.selected_ids
    press(window, "C")
    window.current.show_document(article)
    press(window, "Ctrl+Z")
    assert desk.spans(memo)[0].status is Status.SUGGESTED
    assert window.current.document.id == memo
    assert window.current.selected_ids == span
    assert window.page.selected == span
    window.current.show_document(article)
    press(window, "Ctrl+Shift+Z")
    assert (window.current.document.id, window.current.selected_ids) == (memo, span)


def test_undo_of_a_code_or_a_decision_selects_its_span(window):
    press(window, "N")
    span = window.current.selected_ids
    press(window, "S")
    window.current.select(())
    press(window, "Ctrl+Z")
    assert window.current.selected_ids == span


def test_undo_of_a_drawn_mark_shows_where_it_was(window, desk, memo):
    desk.marking.draw(memo, 4, [Rect(100, 500, 300, 540)])
    window.page.go_to_page(1)
    press(window, "Ctrl+Z")
    assert not [s for s in desk.spans(memo) if s.origin is Origin.REVIEWER]
    assert window.page.current_page == 4


def test_undo_of_a_corrected_field_shows_the_record(window, desk, memo):
    field = desk.record(memo)[2]
    desk.record_fields.correct(field.id, "DECLASSIFIED")
    assert window.right.currentWidget() is window.spans
    press(window, "Ctrl+Z")
    assert window.right.currentWidget() is window.record
    assert [f.id for f in window.record.selected] == [field.id]


# -- what is refused is not lost ---------------------------------------------------------------------


def test_a_note_that_a_full_disk_refused_stays_and_is_written_later(window, desk, memo):
    press(window, "N")
    first = window.current.selected_ids[0]
    with full_disk():
        write_note(window, "names a source")
    assert "disk" in window.message_bar.text
    assert not desk.spans(memo)[0].note
    assert window.inspector.note.toPlainText() == "names a source"
    assert window.inspector.public.unsaved.isVisible(), "the screen says that this is not stored"
    with full_disk():
        press(window, "J")
    assert window.current.selected_ids != (first,)
    assert (window.inspector.note.toPlainText(), window.inspector.public.unsaved.isVisible()) == ("", False)
    press(window, "K")
    assert window.inspector.note.toPlainText() == "names a source"
    press(window, "J")
    assert {s.id: s.note for s in desk.spans(memo)}[first] == "names a source"
    assert not window.inspector.public.unsaved.isVisible()


def test_a_note_that_cannot_be_stored_holds_the_window_open_once(window, desk, memo):
    press(window, "N")
    with full_disk():
        write_note(window, "names a source")
        window.close()
        assert window.isVisible()
        assert "not stored" in window.message_bar.text
    window.close()
    assert not window.isVisible()
    assert desk.spans(memo)[0].note == "names a source"


def test_escape_gives_a_refused_note_up(window, desk, memo):
    press(window, "N")
    with full_disk():
        write_note(window, "names a source")
        press(window, "W")
        QTest.keyClick(window.inspector.note, Qt.Key.Key_Escape)
    assert not window.inspector.public.unsaved.isVisible()
    assert window.inspector.note.toPlainText() == ""
    assert window.inspector.write_kept_notes()
    assert not desk.spans(memo)[0].note


def test_a_refused_mark_leaves_the_screen_as_stored_and_its_message_goes_with_the_next(window, desk, memo):
    press(window, "N")
    with full_disk():
        press(window, "C")
    assert "disk" in window.message_bar.text
    assert window.spans.model.index(0, 4).data() == "? suggested"
    press(window, "J")
    assert window.message_bar.text, "moving about is no step that worked"
    press(window, "K")
    press(window, "C")
    assert desk.spans(memo)[0].status is Status.CONFIRMED
    assert window.message_bar.text == ""
    assert len(window.problems.problems) == 1, "it stays in the list"


# -- keys mean what is looked at ---------------------------------------------------------------------


def test_letters_in_the_record_list_mean_its_fields_and_no_span(window, desk, memo):
    press(window, "N")
    press(window, "Alt+4")
    window.record.view.selectRow(1)
    field = window.record.selected[0].id
    press(window, "C")
    status = {f.id: f.status for f in desk.record(memo)}
    assert status[field] is FieldStatus.CONFIRMED
    press(window, "X")
    assert {f.id: f.status for f in desk.record(memo)}[field] is FieldStatus.REJECTED
    assert {s.status for s in desk.spans(memo)} == {Status.SUGGESTED}
    press(window, "Alt+2")
    press(window, "C")
    assert desk.spans(memo)[0].status is Status.CONFIRMED, "on the page they mean the span again"


def test_all_findings_are_rejected_though_an_own_mark_is_selected_too(window, desk, memo):
    desk.marking.draw(memo, 1, [Rect(100, 100, 300, 140)])
    press(window, "Ctrl+A")
    press(window, "X")
    assert [s.status for s in desk.spans(memo) if s.origin is Origin.AGENCY] == [Status.REJECTED] * 2
    assert [s.status for s in desk.spans(memo) if s.origin is Origin.REVIEWER] == [Status.CONFIRMED]


# -- answers -----------------------------------------------------------------------------------------


def test_verifying_the_log_gives_an_answer_and_the_check_at_the_start_none(window, qtbot):
    window.commands.check_log()
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert window.message_bar.text == "" and window.status.log.text().startswith("log ok")
    press(window, "Ctrl+Shift+L")
    qtbot.waitUntil(lambda: "The log verifies" in window.message_bar.text, timeout=WAIT)


def test_a_log_that_does_not_verify_is_said_aloud_at_the_start(qtbot, desk, memo, open_window):
    with closing(sqlite3.connect(desk.folder / "review.db")) as other, other:
        other.execute("UPDATE spans SET note = 'planted'")
    window = open_window(desk)
    at_rest(window, desk)
    qtbot.waitUntil(lambda: "does not verify" in window.message_bar.text, timeout=WAIT)


def test_verifying_the_log_finds_an_exchanged_original(window, qtbot, desk):
    original = next(p for p in (desk.folder / "originals").rglob("*.txt"))
    original.chmod(0o600)
    original.write_text("something else", encoding="utf-8")
    press(window, "Ctrl+Shift+L")
    qtbot.waitUntil(lambda: "does not verify" in window.message_bar.text, timeout=WAIT)


def test_an_empty_list_says_why(window, article, memo):
    def said(panel) -> str:
        return panel._empty.text() if panel._empty.isVisibleTo(panel) else ""

    assert said(window.spans) == ""
    window.current.show_document(article)
    assert "found no withheld span" in said(window.spans)
    assert said(window.record) != "" or window.record.model.rowCount()
    window.current.show_document(memo)
    press(window, "U")
    assert said(window.spans) == ""
    press(window, "Ctrl+A")
    press(window, "C")
    assert "decided" in said(window.spans)
    press(window, "U")
    assert said(window.spans) == ""


def test_the_draw_tool_says_how_it_is_used_without_a_mouse(window):
    press(window, "D")
    assert "Shift" in window.status.hint.text()
    QTest.keyClick(window.page, Qt.Key.Key_Escape)
    assert window.status.hint.text() == ""


def encrypted(path: Path) -> Path:
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 200))
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user="sesame"))
    return path


def test_a_password_is_asked_after_the_other_files_and_not_while_somebody_types(
    window, qtbot, desk, memo, tmp_path
):
    other = tmp_path / "other.txt"
    other.write_text("Nothing is withheld in this line.\n", encoding="utf-8")
    press(window, "N")
    press(window, "W")
    window.commands.add_files([encrypted(tmp_path / "locked.pdf"), other])
    qtbot.waitUntil(lambda: window.findChild(QInputDialog) is not None, timeout=WAIT)
    assert other.name in [d.name for d in window.current.documents], "the file behind the locked one is in"
    dialog = window.findChild(QInputDialog)
    assert window.current.document.id == memo, "no other document comes up under the fingers"
    QTest.keyClicks(window.focusWidget(), "names a source")
    assert not dialog.isVisible()
    assert window.inspector.note.toPlainText() == "names a source"
    QTest.keyClick(window.inspector.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.isVisible, timeout=WAIT)
    dialog.reject()
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert len(window.problems.problems) == 1


def test_the_tab_key_goes_through_the_window_in_the_order_of_reading(window):
    press(window, "N")
    inspector = window.inspector
    stops = []
    for _ in range(40):
        stops.append(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        if window.focusWidget() is stops[0]:
            break
    banner = [w for w in window.parts.banner.tab_stops if not w.isHidden()]
    wanted = [window.page, *banner, window.left.tabBar(), *window.documents.tab_stops,
              window.places.tabBar(), window.parts.pictures, window.right.tabBar(),
              window.spans.chips.undecided, *window.spans.chips.tab_stops[2:],
              *window.spans.limits.tab_stops[:3], window.spans.view, *inspector.tab_stops,
              window.status.problems,
              window.status.log, window.status.who]
    for off in [w for w in inspector.tab_stops if not w.isEnabled() or w.isHidden()]:
        wanted.remove(off)
    assert stops == wanted


def test_the_history_of_a_span_says_which_codes_and_which_verdict(window, desk, memo, qtbot):
    press(window, "N")
    desk.marking.cite(window.current.selected_ids, ["(b)(1)", "(b)(6)"])
    press(window, "S")
    history = window.inspector.history
    qtbot.waitUntil(lambda: history.count() >= 3)
    said = [history.item(r).text() for r in range(history.count())]
    assert said[0].endswith("decide — sustain")
    assert said[1].endswith("cite codes — (b)(1), (b)(6)")
    assert said[2].endswith("found on the page")


def test_codes_are_cited_once_and_a_removed_mark_leaves_no_problem(window, desk, memo):
    """The line of codes took itself for edited after Return, and cited again for a mark that was gone."""
    desk.marking.draw(memo, 1, [Rect(100, 100, 300, 140)])
    window.current.select([next(s.id for s in desk.spans(memo) if s.origin is Origin.REVIEWER)])
    press(window, "E")
    QTest.keyClicks(window.inspector.codes, "(b)(1)")
    QTest.keyClick(window.inspector.codes, Qt.Key.Key_Return)
    assert not window.inspector.codes.is_edited
    press(window, "Del")
    assert len(desk.spans(memo)) == 2
    assert window.problems.problems == []


def test_codes_that_a_full_disk_refused_stay_typed_and_are_cited_with_the_next_step(window, desk, memo):
    press(window, "N")
    press(window, "E")
    QTest.keyClicks(window.inspector.codes, "(b)(1)")
    with full_disk():
        QTest.keyClick(window.inspector.codes, Qt.Key.Key_Return)
    assert not desk.spans(memo)[0].codes
    assert (window.inspector.codes.text(), window.inspector.codes.is_edited) == ("(b)(1)", True)
    press(window, "J")
    assert [c.code for c in desk.spans(memo)[0].codes] == ["(b)(1)"]


# -- names of any length -----------------------------------------------------------------------------


def test_a_long_name_never_widens_the_window(window, qtbot, tmp_path, desk):
    width = window.width()
    window.setMaximumWidth(16_777_215)
    window.problems.tell(f"The annotated copy is written: /tmp/{'x' * 240}.annotated.pdf")
    window.commands.add_files([tmp_path / f"{'y' * 240}.txt"])
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert "y" * 240 in window.message_bar.text
    long = tmp_path / f"{'z' * 240}.txt"
    long.write_text("Nothing is withheld in this line.\n", encoding="utf-8")
    window.commands.add_files([long])
    qtbot.waitUntil(lambda: window.current.document.name == long.name, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    press(window, "Ctrl+E")
    assert window.status.work_text.startswith("Writing the annotated copy of zzz")
    assert window.minimumSizeHint().width() <= width, "also while work runs"
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert window.minimumSizeHint().width() <= width
    assert window.width() == width


def test_a_long_name_keeps_its_two_ends():
    assert words.short("a.pdf") == "a.pdf"
    assert words.short("a" * 50 + "b" * 50, 21) == "a" * 10 + "…" + "b" * 10


# -- another program writes ----------------------------------------------------------------------------


@contextmanager
def another_writer(desk: Desk) -> Iterator[None]:
    """A shell or sqlite-utils that has begun to write and has not ended."""
    with closing(sqlite3.connect(desk.folder / "review.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_step_kept_out_by_another_writer_is_kept_and_recorded_for_the_span_it_meant(
    window, desk, memo, qtbot
):
    press(window, "N")
    first = window.current.selected_ids[0]
    before = desk.history.head().seq
    with another_writer(desk):
        began = time.monotonic()
        press(window, "C")
        # The key itself waits 0.1 s; the bound leaves room for a busy machine and none for the old 2 s.
        assert time.monotonic() - began < 1.5
        assert "not recorded yet" in window.message_bar.text and desk.step_waits
        assert desk.spans(memo)[0].status is Status.SUGGESTED, "the screen shows what is stored"
        press(window, "J")
        second = window.current.selected_ids[0]
        assert second != first
        press(window, "X")
        assert "keep their order" in window.message_bar.text
        assert desk.spans(memo)[1].status is Status.SUGGESTED
    qtbot.waitUntil(lambda: not desk.step_waits, timeout=WAIT)
    found = {s.id: s.status for s in desk.spans(memo)}
    assert (found[first], found[second]) == (Status.CONFIRMED, Status.SUGGESTED)
    assert [e.action for e in desk.history.log()][:desk.history.head().seq - before] == ["span.confirmed"]
    assert "is recorded" in window.message_bar.text
    assert desk.history.verify() == []


def test_a_note_kept_out_by_another_writer_is_written_once_and_says_so(window, desk, memo, qtbot):
    press(window, "N")
    before = desk.history.head().seq
    with another_writer(desk):
        write_note(window, "names a source")
        assert window.inspector.public.unsaved.isVisible()
        window.close()
        assert window.isVisible() and "not recorded" in window.message_bar.text
    qtbot.waitUntil(lambda: not desk.step_waits, timeout=WAIT)
    assert desk.spans(memo)[0].note == "names a source"
    assert desk.history.head().seq == before + 1
    assert not window.inspector.public.unsaved.isVisible()


def test_a_step_that_waited_is_refused_when_its_span_changed_meanwhile(window, desk, memo, qtbot):
    press(window, "N")
    first = window.current.selected_ids[0]
    with another_writer(desk):
        press(window, "C")
        assert desk.step_waits
    waiting = desk._session.waiting
    step, waiting.step = waiting.step, None
    desk.marking.reject([first])
    waiting.step = step
    assert window.side.waiting.settle() and not desk.step_waits
    assert desk.spans(memo)[0].status is Status.REJECTED and desk.history.verify() == []
    assert "changed" in window.message_bar.text


def test_reading_does_not_wait_for_work_that_waits_for_another_writer(window, desk, memo, qtbot):
    with another_writer(desk), ThreadPoolExecutor(1) as threads:
        began = time.monotonic()
        job = threads.submit(desk.marking.confirm, [desk.spans(memo)[0].id])
        slowest = 0.0
        while not job.done():
            asked = time.monotonic()
            desk.spans(memo)
            slowest = max(slowest, time.monotonic() - asked)
        assert time.monotonic() - began >= 2.0, "work beside the window has more patience"
        assert slowest < 1.0
        with pytest.raises(WorkspaceLocked):
            job.result()
    assert not desk.step_waits, "only what the window decides is kept"
