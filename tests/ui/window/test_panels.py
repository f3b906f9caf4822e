"""The panels by themselves: what a click or a key says, and what a row shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from review_app.domain.errors import Cancelled, InputRefused, ReviewError
from review_app.domain.rows import DecisionRow, Hit, LogRow
from review_app.domain.vocabulary import Status, Verdict
from review_app.ui.panels.codes_edit import CodesEdit, split_codes
from review_app.ui.panels.documents import DocumentsPanel
from review_app.ui.panels.find import FindPanel
from review_app.ui.panels.inspector import SpanInspector
from review_app.ui.panels.message_bar import MessageBar
from review_app.ui.panels.record import RecordPanel
from review_app.ui.panels.spans import SpansPanel
from review_app.ui.panels.tables import selected_ids
from review_app.ui.problems import Problems

Left = Qt.MouseButton.LeftButton
Ctrl = Qt.KeyboardModifier.ControlModifier


def shown(qtbot, widget):
    qtbot.addWidget(widget)
    widget.resize(480, 420)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def click_row(panel, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    spot = panel.view.visualRect(panel.model.index(row, 0)).center()
    QTest.mouseClick(panel.view.viewport(), Left, modifier, spot)


# -- spans -----------------------------------------------------------------------------------------


def test_clicking_rows_says_which_spans(qtbot, span):
    panel = shown(qtbot, SpansPanel())
    panel.show_spans((span(1), span(2), span(3)))
    said: list[list[str]] = []
    panel.spans_chosen.connect(said.append)
    click_row(panel, 1)
    click_row(panel, 2, Ctrl)
    assert said == [["s2"], ["s2", "s3"]]


def test_following_a_selection_says_nothing_back(qtbot, span):
    panel = shown(qtbot, SpansPanel())
    panel.show_spans((span(1), span(2)))
    said: list[list[str]] = []
    panel.spans_chosen.connect(said.append)
    panel.select(["s2"])
    assert said == []
    assert [i.row() for i in panel.view.selectionModel().selectedRows()] == [1]


def test_chips_count_and_filter(qtbot, span):
    panel = shown(qtbot, SpansPanel())
    panel.show_spans((span(1), span(2, status=Status.CONFIRMED), span(3)))
    assert (panel.chips.undecided.text(), panel.chips.all.text()) == ("Undecided 2", "All 3")
    QTest.mouseClick(panel.chips.undecided, Left)
    assert panel.model.ids() == ["s1", "s3"]
    QTest.mouseClick(panel.chips.all, Left)
    assert panel.model.ids() == ["s1", "s2", "s3"]


def test_a_span_that_the_filter_hides_stays_selected(qtbot, span):
    panel = shown(qtbot, SpansPanel())
    panel.show_spans((span(1), span(2)))
    panel.set_undecided_only(True)
    click_row(panel, 0)
    said: list[list[str]] = []
    panel.spans_chosen.connect(said.append)
    panel.select(["s1"])
    panel.show_spans((span(1, status=Status.CONFIRMED), span(2)))
    assert panel.model.ids() == ["s2"]
    assert said == [], "deciding must not drop what is selected"
    panel.set_undecided_only(False)
    assert [i.data() for i in panel.view.selectionModel().selectedRows()] == ["1"]


# -- documents, record, find -------------------------------------------------------------------------


def test_choosing_a_document_says_which(qtbot, document_row):
    panel = shown(qtbot, DocumentsPanel())
    assert not panel._empty.isHidden()
    panel.show_documents((document_row(1), document_row(2)))
    assert panel._empty.isHidden()
    said: list[str] = []
    panel.document_chosen.connect(said.append)
    panel.show_document(document_row(1))
    assert said == []
    click_row(panel, 1)
    assert said == ["d2"]


def test_a_record_field_shows_its_place_by_click_and_by_key(qtbot, record_row):
    panel = shown(qtbot, RecordPanel())
    rows = (record_row(1), record_row(2))
    panel.show_record(rows)
    said: list[tuple[int, object]] = []
    panel.place_wanted.connect(lambda page, rect: said.append((page, rect)))
    panel.view.setFocus()
    click_row(panel, 0)
    assert (1, rows[0].rect) in said
    said.clear()
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert said == [(2, rows[1].rect)]
    assert [r.id for r in panel.selected] == ["r2"]


def test_find_says_the_words_and_lists_hits(qtbot):
    panel = shown(qtbot, FindPanel(lambda i: "memo.txt"))
    said: list[tuple[str, bool]] = []
    panel.search_wanted.connect(lambda text, everywhere: said.append((text, everywhere)))
    QTest.keyClicks(panel.line, "prison goods")
    QTest.keyClick(panel.line, Qt.Key.Key_Return)
    assert said == [("prison goods", False)]
    hit = Hit("d1", 2, "made in\n prisons")
    panel.show_hits([hit])
    assert panel.hits.item(0).text() == "memo.txt, page 2\nmade in prisons"
    chosen: list[tuple[Hit, str]] = []
    panel.hit_chosen.connect(lambda h, w: chosen.append((h, w)))
    QTest.keyClick(panel.hits, Qt.Key.Key_Return)
    assert chosen == [(hit, "prison goods")]
    panel.show_hits([])
    assert "Nothing found" in panel._count.text()


# -- codes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "codes"), [
    ("", []), ("(b)(1)", ["(b)(1)"]), (" (b)(1), 1.4(d) ;b6,, (b)(1)", ["(b)(1)", "1.4(d)", "b6"]),
])
def test_codes_are_split_at_commas(text, codes):
    assert split_codes(text) == codes


def test_return_cites_and_leaves(qtbot):
    edit = shown(qtbot, CodesEdit())
    edit.show_codes([])
    edit.setFocus()
    said: list[list[str]] = []
    edit.cited.connect(said.append)
    QTest.keyClicks(edit, "(b)(1)")
    with qtbot.waitSignal(edit.left):
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert said == [["(b)(1)"]]
    assert not edit.completer().popup().isVisible()


def test_a_code_is_completed_behind_the_comma(qtbot):
    edit = shown(qtbot, CodesEdit())
    edit.show_codes(["(b)(1)"])
    edit.setFocus()
    QTest.keyClicks(edit, ", 1.4(d")
    popup = edit.completer().popup()
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert edit.text() == "(b)(1), 1.4(d)"


def test_short_forms_and_words_find_a_code(qtbot):
    edit = shown(qtbot, CodesEdit())
    completer = edit.completer()
    for typed, code in (("b7c", "(b)(7)(C)"), ("25x1", "25X1"), ("personal priv", "(b)(6)")):
        completer.setCompletionPrefix(typed)
        assert completer.completionCount() >= 1, typed
        found = [completer.completionModel().index(r, 0).data() for r in range(completer.completionCount())]
        assert any(f.startswith(code) for f in found), (typed, found)


def test_escape_puts_back_what_is_stored(qtbot):
    edit = shown(qtbot, CodesEdit())
    edit.show_codes(["(b)(6)"])
    edit.setFocus()
    said: list[list[str]] = []
    edit.cited.connect(said.append)
    edit.completer().setCompletionPrefix("zzz")
    QTest.keyClicks(edit, "zzz")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == "(b)(6)"
    assert said == []


@pytest.mark.parametrize(("typed", "cited"), [("(b)(5)", [["(b)(5)"]]), ("(b)(", [])])
def test_leaving_the_line_cites_whole_codes_only(qtbot, typed, cited):
    edit = shown(qtbot, CodesEdit())
    other = QLineEdit(edit.parentWidget())
    qtbot.addWidget(other)
    other.show()
    edit.setFocus()
    said: list[list[str]] = []
    edit.cited.connect(said.append)
    edit.setText(typed)
    edit.focusOutEvent(_focus_out())
    assert said == cited


def _focus_out():
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent

    return QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason)


# -- inspector -----------------------------------------------------------------------------------------


@pytest.fixture
def inspector(qtbot):
    log = [LogRow(7, "2026-02-03T04:05:06Z", "ana", "span.confirmed", None, None, [], "", "")]
    return shown(qtbot, SpanInspector(lambda _id: log))


def test_a_span_is_told_in_words(inspector, span, qtbot):
    decision = DecisionRow("s1", Verdict.SUSTAIN, "names a source", "ana", "2026-02-03T04:05:06Z")
    inspector.show_spans((span(1, codes=["(b)(1)"], note="look again", decision=decision),))
    assert inspector._title.text() == "Page 1 · blank · agency"
    assert inspector._state.text() == "? suggested"
    assert inspector._evidence.text() == "lines of tabs between two sentences"
    assert inspector._sure.text().startswith("Likely: ")
    assert inspector.codes.text() == "(b)(1)"
    assert inspector.note.toPlainText() == "look again"
    assert inspector._decision.text() == "sustain, ana, 2026-02-03 04:05:06"
    assert inspector.reason.text() == "names a source"
    qtbot.waitUntil(lambda: inspector.history.count() == 1)
    assert inspector.history.item(0).text() == "2026-02-03 04:05:06  ana: confirm span"


def test_several_spans_share_codes_and_have_no_common_note(inspector, span):
    inspector.show_spans((span(1, codes=["(b)(1)"]), span(2, codes=["(b)(1)"])))
    assert inspector._title.text() == "2 spans selected"
    assert inspector.codes.text() == "(b)(1)"
    assert inspector.note.isEnabled()
    inspector.show_spans((span(1, codes=["(b)(1)"]), span(2)))
    assert inspector.codes.text() == ""


def test_a_note_is_written_by_key_and_when_left(inspector, span):
    inspector.show_spans((span(1),))
    said: list[tuple[str, str]] = []
    inspector.public.written.connect(lambda i, t: said.append((i, t)))
    inspector.note.setFocus()
    QTest.keyClicks(inspector.note, "ask state")
    QTest.keyClick(inspector.note, Qt.Key.Key_Return, Ctrl)
    assert said == [("s1", "ask state")]
    inspector.note.focusOutEvent(_focus_out())
    assert len(said) == 1, "the same note is not written twice"


def test_a_note_is_written_before_another_span_is_shown(inspector, span):
    inspector.show_spans((span(1),))
    said: list[tuple[str, str]] = []
    inspector.public.written.connect(lambda i, t: said.append((i, t)))
    inspector.note.setPlainText("first span's note")
    inspector.show_spans((span(2),))
    assert said == [("s1", "first span's note")]
    assert inspector.note.toPlainText() == ""


def test_news_of_the_same_span_do_not_overwrite_what_is_being_typed(inspector, span):
    inspector.show_spans((span(1),))
    inspector.note.setFocus()
    QTest.keyClicks(inspector.note, "half a th")
    inspector.show_spans((span(1, status=Status.CONFIRMED),))
    assert inspector.note.toPlainText() == "half a th"
    assert inspector._state.text() == "✓ confirmed"


def test_nothing_can_be_typed_in_a_read_only_workspace(inspector, span):
    inspector.set_writable(False)
    inspector.show_spans((span(1),))
    assert not inspector.codes.isEnabled()
    assert not inspector.note.isEnabled()
    assert not inspector.reason.isEnabled()


# -- messages ------------------------------------------------------------------------------------------


def test_a_problem_is_shown_whole_and_kept(qtbot):
    problems = Problems()
    bar = shown(qtbot, MessageBar())
    problems.added.connect(bar.show_message)
    error = InputRefused("The file is empty", why="nothing can be found in it", todo="Ask for it again")
    problems.report(error, "memo.txt")
    assert bar.text == "memo.txt: The file is empty. Nothing can be found in it. Ask for it again."
    assert [m.text for m in problems.problems] == [bar.text]
    bar.dismiss()
    assert bar.text == ""
    assert len(problems.problems) == 1


def test_a_defect_in_a_job_leaves_a_crash_file_without_its_message(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    error = ReviewError("The program made a mistake")
    error.__cause__ = ValueError("MARKER text of a document")
    problems = Problems()
    problems.report(error)
    files = list(tmp_path.rglob("crash-*.txt"))
    assert len(files) == 1
    assert str(files[0]) in problems.problems[0].text
    assert "MARKER" not in problems.problems[0].text + files[0].read_text(encoding="utf-8")


def test_what_was_cancelled_is_no_problem(qtbot):
    problems = Problems()
    problems.report(Cancelled("Stopped"))
    problems.tell("written")
    assert problems.problems == []




def test_three_thousand_spans_are_selected_and_read_back_at_once(qtbot, span):
    """Row by row Qt takes a tenth of a second here, and a bulk reject asks for the selection six times."""
    panel = SpansPanel()
    qtbot.addWidget(panel)
    panel.show_spans(tuple(span(n) for n in range(1, 3001)))
    ids = [f"s{n}" for n in range(1, 3001) if n != 1500]
    panel.select(ids)
    assert selected_ids(panel.view) == ids
    assert len(panel.view.selectionModel().selection()) == 2, "stretches, not single rows"
