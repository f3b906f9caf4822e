"""The list of documents: cases, filter, order, removing and putting back."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from review_app.domain.rows import CaseRow, Coming
from review_app.domain.vocabulary import Arrival, Disposition
from review_app.ui.models.documents import DocumentsModel, Group
from review_app.ui.models.rows import ACCESSIBLE, ID_ROLE, TOOL_TIP
from review_app.ui.panels.documents import DocumentsPanel

WAIT = 30_000
CASES = (CaseRow("c1", "F-2021-001"), CaseRow("c2", "F-2020-777"))


def lines(model: DocumentsModel, parent: QModelIndex | None = None) -> list[object]:
    """The names in the tree; what lies below an item as a list behind it."""
    found: list[object] = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        found.append(index.data())
        if model.rowCount(index):
            found.append(lines(model, index))
    return found


def trigger(window, action_id: str) -> None:
    action = window.action_table[action_id]
    assert action.isEnabled(), action_id
    action.trigger()


# -- the model ---------------------------------------------------------------------------------------


def test_cases_come_first_then_loose_documents_then_the_removed(qtbot, qtmodeltester, document_row):
    model = DocumentsModel()
    rows = [replace(document_row(n, f"{n}.pdf"), case_id=case)
            for n, case in enumerate([None, "c1", "c2", "c1", "gone"], start=1)]
    model.set_rows(rows, CASES, [document_row(9, "old.pdf")])
    qtmodeltester.check(model)
    assert lines(model) == ["Case F-2020-777", ["3.pdf"], "Case F-2021-001", ["2.pdf", "4.pdf"],
                            "1.pdf", "5.pdf", "Removed", ["old.pdf"]]
    assert model.ids() == ["d3", "d2", "d4", "d1", "d5"], "what was removed is no document under review"
    assert model.index_of("d4").data(ID_ROLE) == "d4"
    assert not model.index_of("d77").isValid()


def test_a_list_without_cases_is_flat(qtbot, document_row):
    model = DocumentsModel()
    model.set_rows([document_row(1, "a.pdf"), document_row(2, "b.pdf")], CASES)
    assert lines(model) == ["a.pdf", "b.pdf"]


def test_file_names_are_shown_escaped_and_never_as_markup(qtbot, document_row):
    model = DocumentsModel()
    model.set_rows([document_row(1, "a\nb\u202etxt.<b>pdf", undecided=2, spans=2)], [CaseRow("c1", "x")])
    index = model.index(0, 0)
    assert index.data() == "a\\nb\\u202etxt.<b>pdf"
    assert "&lt;b&gt;" in index.data(TOOL_TIP)


def test_an_item_is_spoken_with_state_disposition_and_warnings(qtbot, document_row):
    model = DocumentsModel()
    row = replace(document_row(1, undecided=1, spans=1), warnings=("page 2: odd",))
    model.set_rows([row])
    said = model.index(0, 0).data(ACCESSIBLE)
    assert said == ("memo.txt · 1 to review · in part · 3 pages · released in part · 1 warning · page 2: odd")
    model.set_rows([replace(row, coming=Coming(Arrival.SCANNING, 1, 3))])
    assert "being scanned, 1 of 3 pages" in model.index(0, 0).data(ACCESSIBLE)


def test_the_filter_looks_at_name_case_disposition_and_state(qtbot, document_row):
    model = DocumentsModel()
    rows = [
        replace(document_row(1, "Memo.pdf", undecided=1, spans=1), case_id="c1"),
        replace(document_row(2, "letter.pdf", spans=1), disposition=Disposition.WITHHELD_IN_FULL),
        replace(document_row(3, "cable.pdf"), warnings=("odd",)),
    ]
    model.set_rows(rows, CASES)
    for text, found in {
        "memo": ["d1"], "f-2021": ["d1"], "withheld": ["d2"], "to review": ["d1"], "warning": ["d3"],
        "PDF": ["d1", "d2", "d3"], "letter memo": [], "  ": ["d1", "d2", "d3"],
    }.items():
        model.set_filter(text)
        assert model.ids() == found, text


def test_a_document_whose_new_state_matches_no_more_leaves_a_filtered_list(qtbot, document_row):
    model = DocumentsModel()
    rows = [document_row(1, undecided=1, spans=1), document_row(2, undecided=1, spans=1)]
    model.set_rows(rows)
    model.set_filter("to review")
    model.set_rows([replace(rows[0], undecided_count=0), rows[1]])
    assert model.ids() == ["d2"]


def test_orders(qtbot, document_row):
    model = DocumentsModel()
    rows = [document_row(1, "b", undecided=1), document_row(2, "A", undecided=5), document_row(3, "c")]
    model.set_rows(rows)
    orders = {}
    for number in range(3):
        model.set_order(number)
        orders[number] = model.ids()
    assert orders == {0: ["d1", "d2", "d3"], 1: ["d2", "d1", "d3"], 2: ["d2", "d1", "d3"]}


def test_one_decision_in_thousands_of_documents_changes_one_item(qtbot, document_row):
    model = DocumentsModel()
    rows = [replace(document_row(n, f"{n}.pdf", undecided=2, spans=2), case_id="c1") for n in range(5000)]
    model.set_rows(rows, CASES)
    told: list[str] = []
    resets: list[int] = []
    model.dataChanged.connect(lambda first, last: told.append(first.data()))
    model.modelReset.connect(lambda: resets.append(1))
    after = [*rows[:4000], replace(rows[4000], undecided_count=1), *rows[4001:]]
    started = time.process_time()
    model.set_rows(after, CASES)
    took = time.process_time() - started
    assert told == ["Case F-2021-001", "4000.pdf"] and not resets
    assert took < 0.05, "a key press must not wait for the list"
    group = model.value(model.index(0, 0))
    assert isinstance(group, Group) and group.undecided_count == 9999


# -- the panel ---------------------------------------------------------------------------------------


@pytest.fixture
def panel(qtbot):
    panel = DocumentsPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 400)
    panel.show()
    return panel


def test_an_empty_list_says_how_to_fill_it_and_a_filter_without_hits_says_so(panel, document_row):
    assert "drop files and folders" in panel._empty.text() and not panel.view.isVisible()
    panel.show_documents([document_row(1)])
    assert panel.view.isVisible()
    QTest.keyClicks(panel.filter, "nothing like it")
    assert panel._empty.text() == "No document matches the filter." and panel._empty.isVisible()
    QTest.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert panel.filter.text() == "" and panel.view.isVisible()


def test_what_is_folded_stays_folded_and_removed_ones_begin_so(panel, document_row):
    rows = [replace(document_row(n), case_id="c1") for n in (1, 2)]
    panel.show_documents(rows, CASES, [document_row(9)])
    case, removed = (index for _, index in panel.model.groups())
    assert panel.view.isExpanded(case) and not panel.view.isExpanded(removed)
    panel.view.collapse(case)
    panel.show_documents([*rows, replace(document_row(3), case_id="c1")], CASES, [document_row(9)])
    assert [panel.view.isExpanded(index) for _, index in panel.model.groups()] == [False, False]
    panel.filter.setText("memo")
    assert [panel.view.isExpanded(index) for _, index in panel.model.groups()] == [True, True]
    panel.filter.clear()
    assert [panel.view.isExpanded(index) for _, index in panel.model.groups()] == [False, False]


def test_the_shown_document_is_selected_also_after_the_list_was_made_anew(panel, document_row):
    chosen: list[str] = []
    panel.document_chosen.connect(chosen.append)
    panel.show_documents([document_row(1), document_row(2)])
    panel.show_document(document_row(2))
    panel.show_documents([document_row(3), document_row(1), document_row(2)])
    assert panel.selected_ids == ["d2"] and chosen == []


def test_several_can_be_selected_without_leaving_the_shown_one(panel, document_row):
    chosen: list[str] = []
    panel.document_chosen.connect(chosen.append)
    panel.show_documents([document_row(n) for n in range(1, 5)])
    panel.show_document(document_row(1))
    panel.view.setFocus()
    for _ in range(2):
        QTest.keyClick(panel.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert panel.selected_ids == ["d1", "d2", "d3"] and chosen == []
    assert panel.neighbour(["d1", "d2", "d3"]) == "d4"
    assert panel.neighbour(["d3", "d4"]) == "d2"
    assert panel.neighbour(["d1", "d2", "d3", "d4"]) == ""


def test_thousands_of_documents_are_painted_and_scrolled_at_once(panel, document_row):
    rows = [replace(document_row(n, f"{n}.pdf", undecided=n % 3), case_id="c1" if n % 2 else None)
            for n in range(5000)]
    panel.show_documents(rows, CASES)
    started = time.process_time()
    bar = panel.view.verticalScrollBar()
    for value in range(0, bar.maximum(), bar.maximum() // 10):
        bar.setValue(value)
        panel.grab()
    assert time.process_time() - started < 1.0


# -- in the window -----------------------------------------------------------------------------------


@pytest.fixture
def two(desk, seeds: Path) -> tuple[str, str]:
    memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    return memo, desk.intake.add(seeds / "1993-news-article.txt").document_id


def test_removing_shows_the_next_one_and_undo_brings_all_of_it_back(qtbot, desk, two, open_window):
    memo, article = two
    desk.marking.confirm([desk.spans(memo)[0].id])
    window = open_window(desk)
    assert window.current.document.id == memo
    trigger(window, "file.remove")
    assert window.current.document.id == article
    assert [d.id for d in desk.documents()] == [article]
    assert "was removed" in window.message_bar.text
    assert window.action_table["edit.undo"].text() == "&Undo remove document"
    trigger(window, "edit.undo")
    assert window.current.document.id == memo
    assert len(window.current.spans) == 2 and window.current.record
    assert desk.history.verify() == []


def test_the_last_document_can_be_removed_and_put_back_from_the_list(qtbot, desk, two, open_window):
    memo, article = two
    window = open_window(desk)
    trigger(window, "file.remove")
    trigger(window, "file.remove")
    assert window.current.document is None and window.page.page_count == 0
    assert not window.action_table["file.remove"].isEnabled()
    group, index = window.documents.model.groups()[-1]
    assert {row.id for row in group.rows} == {memo, article}
    window.documents.view.expand(index)
    window.documents.view.setCurrentIndex(window.documents.model.index_of(article))
    assert window.documents.removed_ids == [article]
    assert window.current.document is None, "what was removed is not shown"
    trigger(window, "file.restore")
    assert window.current.document.id == article
    assert [d.id for d in desk.documents()] == [article]


def test_adding_a_removed_file_again_brings_its_decisions_back(qtbot, desk, two, open_window, seeds):
    memo, _ = two
    span = desk.spans(memo)[0]
    desk.marking.reject([span.id])
    desk.filing.remove([memo])
    window = open_window(desk)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(seeds / "1992-briefing-memo.txt"))])
    window.dropEvent(QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: len(desk.documents()) == 2 and not window.status.is_busy, timeout=WAIT)
    assert str(desk.spans(memo)[0].status) == "rejected"
    assert "had been removed" in window.message_bar.text


def test_filing_under_a_case_is_one_step_of_undo(qtbot, desk, two, open_window):
    window = open_window(desk)
    window.documents.view.selectAll()
    trigger(window, "file.case")
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue(" F-2021-001 ")
    dialog.accept()
    assert lines(window.documents.model) == [
        "Case F-2021-001", ["1992-briefing-memo.txt", "1993-news-article.txt"]]
    trigger(window, "edit.undo")
    assert lines(window.documents.model) == ["1992-briefing-memo.txt", "1993-news-article.txt"]
    assert desk.cases() == []
    trigger(window, "edit.redo")
    assert [d.case_id for d in desk.documents()] == [desk.cases()[0].id] * 2
    assert desk.history.verify() == []


def test_the_number_that_is_printed_is_offered_for_the_case(qtbot, desk, two, open_window):
    window = open_window(desk)
    qtbot.waitUntil(lambda: bool(window.current.record), timeout=WAIT)
    trigger(window, "file.case")
    dialog = window.findChild(QInputDialog)
    assert dialog.textValue() == "90019152"
    dialog.accept()
    assert [c.number for c in desk.cases()] == ["90019152"]
    qtbot.waitUntil(lambda: window.findChild(QInputDialog) is None)
    trigger(window, "file.case")
    window.findChild(QInputDialog).accept()
    assert [c.number for c in desk.cases()] == ["90019152"], "agreeing to what stands there changes nothing"
    qtbot.waitUntil(lambda: window.findChild(QInputDialog) is None)
    trigger(window, "file.next")
    qtbot.waitUntil(lambda: window.current.document.id == two[1])
    trigger(window, "file.case")
    dialog = window.findChild(QInputDialog)
    assert dialog.textValue() == "", "nothing is printed on the article"
    assert "90019152" in dialog.comboBoxItems()
    dialog.reject()


def test_the_menu_of_a_document_offers_what_can_be_done_by_mouse_and_by_key(qtbot, desk, two, open_window):
    window = open_window(desk)
    for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
        place = window.documents.view.visualRect(window.documents.view.currentIndex()).center()
        QApplication.sendEvent(window.documents.view.viewport(), QContextMenuEvent(
            reason, place, window.documents.view.viewport().mapToGlobal(place)))
        menu = window.documents.findChild(QMenu)
        offered = {a.objectName() for a in menu.actions() if not a.isSeparator()}
        assert {"file.case", "file.remove", "file.scan_again", "export.annotated"} <= offered
        assert "file.drop" not in offered and "file.restore" not in offered
        menu.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_folder_is_dropped_with_all_that_is_in_it(qtbot, desk, open_window, seeds, tmp_path):
    folder = tmp_path / "released"
    (folder / "below").mkdir(parents=True)
    (folder / "a.txt").write_text("CASE ID: 1\nOne page.\n", encoding="utf-8")
    (folder / "below" / "b.txt").write_text("CASE ID: 2\nAnother page.\n", encoding="utf-8")
    window = open_window(desk)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    window.dropEvent(QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: len(desk.documents()) == 2 and not window.status.is_busy, timeout=WAIT)
    assert sorted(d.name for d in desk.documents()) == ["a.txt", "b.txt"]
