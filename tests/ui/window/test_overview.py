"""The overview beside the desk: what it shows, how one walks in it, and that its export says the same."""

from __future__ import annotations

import html
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeySequence, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog

from review_app.domain.dispositions import document_state
from review_app.domain.geometry import Rect
from review_app.domain.overview import document_figures, percent, together
from review_app.domain.people import Role
from review_app.domain.rows import DocumentRow, PageRow
from review_app.domain.vocabulary import Disposition, Origin, Status
from review_app.reports.drawing import AREAS
from review_app.ui.models.overview import OverviewPagesModel
from review_app.ui.panels.overview import OverviewStrip
from review_app.ui.panels.overview_legend import brushes

WAIT = 30_000
EVIL = "evil\u202e\n<b onclick=x>.txt"


class Blind:
    """A lens through which nothing is seen."""

    def spans(self, document_id: str) -> tuple:
        return ()

    def record(self, document_id: str) -> tuple:
        return ()


def press(window, keys: str) -> None:
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


@pytest.fixture
def window(qtbot, desk, open_window, seeds: Path, tmp_path: Path):
    """The memo and an article of an odd name, under one case."""
    memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    odd = tmp_path / EVIL
    odd.write_bytes((seeds / "1993-news-article.txt").read_bytes())
    desk.filing.file_under([memo, desk.intake.add(odd).document_id], "F-2016/77")
    window = open_window(desk)
    window.current.show_document(memo)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    window.page.setFocus()
    return window


@pytest.fixture
def dialog(qtbot, window):
    press(window, "Alt+7")
    dialog = window.commands.overview.dialog
    assert not dialog.isModal(), "it stands beside the desk"
    qtbot.waitUntil(lambda: dialog.overview is not None, timeout=WAIT)
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    return dialog


def figures(page_count: int, spans: list, document: str = "d1"):
    row = DocumentRow(document, None, "0" * 64, "m", "text/plain", page_count, Disposition.UNKNOWN, "")
    pages = [PageRow(document, n, 612.0, 792.0) for n in range(1, page_count + 1)]
    return document_figures(row, pages, spans, document_state(page_count, spans, []))


def cell(model, row: int, column: int) -> str:
    return model.index(row, column).data()


def test_it_shows_what_is_withheld_and_follows_each_decision(qtbot, window, dialog):
    share = percent(dialog.overview.documents[0].pages[2].amounts.agency_undecided)
    assert cell(dialog.pages, 2, OverviewPagesModel.WITHHELD) == share != "0%"
    assert dialog.codes.index(0, 0).data() == "code not stated"
    assert "undecided: 2" in dialog.summary.text()
    ids = [s.id for s in window.current.spans]
    window.current.select(ids[:1])
    window.action_table["review.confirm"].trigger()
    qtbot.waitUntil(lambda: "undecided: 1" in dialog.summary.text(), timeout=WAIT)
    window.current.select(ids)
    window.action_table["review.reject"].trigger()
    qtbot.waitUntil(lambda: "rejected (not counted): 2" in dialog.summary.text(), timeout=WAIT)
    assert "Withheld: 0%" in dialog.summary.text() and dialog.codes.rowCount() == 0
    window.action_table["edit.undo"].trigger()
    qtbot.waitUntil(lambda: "undecided: 1" in dialog.summary.text(), timeout=WAIT)


def test_keys_walk_and_return_goes_there(qtbot, window, dialog):
    strip = dialog.strip
    assert strip.hasFocus() and strip.current_page[1] == window.page.current_page
    press(dialog, "Home")
    press(dialog, "Right")
    press(dialog, "Right")
    assert strip.current_page[1] == 3 and window.page.current_page == 1, "walking turns no page"
    assert "Page 3" in strip.accessibleDescription() and "2 to review" in strip.accessibleDescription()
    press(dialog, "Return")
    assert window.page.current_page == 3
    press(dialog, "End")
    assert strip.current_page[1] == 4
    at = strip.cell_rect(1).center()
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert window.page.current_page == 2
    dialog.page_table.setCurrentIndex(dialog.pages.index(2, 0))
    dialog.page_table.activated.emit(dialog.pages.index(2, 0))
    assert window.page.current_page == 3


def test_a_case_has_all_its_documents(qtbot, window, dialog):
    assert dialog.scope.count() == 2 and "F-2016/77 (2 documents)" in dialog.scope.itemText(1)
    dialog.scope.setCurrentIndex(1)
    dialog.scope.activated.emit(1)
    qtbot.waitUntil(lambda: len(dialog.overview.documents) == 2, timeout=WAIT)
    assert dialog.pages.rowCount() == 5
    assert not dialog.page_table.isColumnHidden(OverviewPagesModel.DOCUMENT)
    name = cell(dialog.pages, 4, OverviewPagesModel.DOCUMENT)
    assert name == "evil\\u202e\\n<b onclick=x>.txt"
    other = dialog.overview.documents[1].document.id
    dialog.strip.setFocus()
    press(dialog, "End")
    press(dialog, "Return")
    assert window.current.document.id == other and window.page.current_page == 1
    qtbot.waitUntil(lambda: dialog.overview.case is not None, timeout=WAIT)
    press(dialog, "Up")
    assert dialog.strip.current_page[1] == 1


def test_the_report_says_what_the_window_says(qtbot, window, dialog, tmp_path: Path):
    out = tmp_path / "o.html"
    window.commands.overview.export_to(out)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    said = html.unescape(out.read_text("utf-8"))
    for row in range(dialog.pages.rowCount()):
        assert f'<td class="n">{cell(dialog.pages, row, OverviewPagesModel.WITHHELD)}</td>' in said
    for column in range(1, 6):
        assert f'<td class="n">{dialog.codes.index(0, column).data()}</td>' in said
    assert "The overview is written" in window.message_bar.text
    window.commands.overview.export_to(tmp_path / "gone" / "o.svg")
    qtbot.waitUntil(lambda: bool(window.problems.problems), timeout=WAIT)
    assert "no folder" in str(window.problems.problems[-1])
    window.commands.overview.export_to(tmp_path / "o.doc")
    assert ".svg" in str(window.problems.problems[-1])


def test_the_file_dialog_offers_a_name_and_both_pictures(qtbot, window, dialog):
    dialog.export.click()
    [asked] = window.findChildren(QFileDialog) or dialog.findChildren(QFileDialog)
    assert [Path(f).name for f in asked.selectedFiles()] == ["1992-briefing-memo.overview.html"]
    assert [f[-7:] for f in asked.nameFilters()] == ["*.html)", "(*.svg)", "(*.png)"]
    asked.reject()
    qtbot.waitUntil(lambda: not dialog.findChildren(QFileDialog), timeout=WAIT)


def test_a_second_look_shows_nothing_of_it(qtbot, window, dialog, desk):
    desk.people.take_role(Role.SECOND_REVIEWER, "B. Lindqvist")
    window.together.show_person()
    window.action_table["review.second_look"].trigger()
    asked = window.findChild(QInputDialog)
    asked.setIntValue(1)
    asked.accept()
    qtbot.waitUntil(lambda: dialog.overview is None, timeout=WAIT)
    assert "Hidden" in dialog.summary.text() and dialog.pages.rowCount() == dialog.codes.rowCount() == 0
    assert not dialog.export.isEnabled() and not window.action_table["view.overview"].isEnabled()
    window.action_table["review.leave_look"].trigger()
    qtbot.waitUntil(lambda: dialog.overview is not None, timeout=WAIT)
    assert dialog.export.isEnabled()


def test_a_second_look_waits_for_no_reader(qtbot, window, dialog):
    """It is hidden in the same moment, also while figures are being read that somebody else made."""
    overview, ready = window.commands.overview, threading.Event()
    overview._reader = threading.Thread(target=ready.wait, args=(10,))
    overview._reader.start()
    window.current.look_through(Blind())
    assert dialog.overview is None and dialog.pages.rowCount() == 0
    ready.set()
    overview._reader.join()
    window.current.look_through(None)
    qtbot.waitUntil(lambda: dialog.overview is not None, timeout=WAIT)


def test_an_auditor_looks_and_exports_nothing(qtbot, window, dialog, desk):
    desk.people.take_role(Role.AUDITOR, "C. Aud")
    window.together.show_person()
    assert not dialog.export.isEnabled() and "auditor" in dialog.export.toolTip().lower()
    assert window.action_table["view.overview"].isEnabled()


# -- the strip by itself --------------------------------------------------------------------------------


@pytest.fixture
def strip(qtbot):
    strip = OverviewStrip(lambda document: document)
    qtbot.addWidget(strip)
    strip.resize(700, 400)
    with qtbot.waitExposed(strip):
        strip.show()
    return strip


def test_of_five_thousand_pages_only_those_in_view_are_painted(strip, span):
    strip.show_overview(together([figures(5000, [span(n) for n in range(1, 5001)])]))
    strip.viewport().grab()
    assert 0 < len(strip._pictures) < 60
    bar, times = strip.verticalScrollBar(), []
    for value in range(0, 6000, 150):
        bar.setValue(value)
        before = time.process_time()
        strip.viewport().grab()
        times.append(time.process_time() - before)
    assert sorted(times)[len(times) // 2] < 0.1
    bar.setValue(bar.maximum())
    assert strip.at(QPointF(5, strip.viewport().height() - 10)) >= 4980


def test_headings_are_no_pages_and_columns_are_kept(qtbot, strip, span):
    one, two = figures(3, [span(1)]), figures(20, [], "d2")
    strip.show_overview(together([one, two]))
    assert strip.at(QPointF(20, 5)) == -1, "a heading"
    strip.set_current("d1", 3)
    press(strip, "Down")
    assert strip.current_page == ("d2", 3)
    press(strip, "Up")
    assert strip.current_page == ("d1", 3)
    strip.set_current("d2", 8)
    strip.show_overview(together([figures(3, []), two]))
    assert strip.current_page == ("d2", 8), "new figures leave the mark where it was"
    strip.show_overview(None, "No document is open.")
    assert strip.current_page is None and strip.accessibleDescription() == "No document is open."
    press(strip, "Down")
    assert strip.current_page is None


def test_a_document_without_pages_and_one_with_all_rejected(strip, span):
    strip.show_overview(together([figures(0, [])]))
    strip.viewport().grab()
    rejected = together([figures(1, [span(1, status=Status.REJECTED)])])
    strip.show_overview(rejected)
    strip.set_current("d1", 1)
    assert "nothing withheld" in strip.accessibleDescription()


def test_origin_and_decision_are_forms_and_not_only_colours():
    """Told apart by which pixels are painted, whatever their colour."""
    masks = {}
    for look, brush in brushes(1.0).items():
        image = QImage(24, 24, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.fillRect(image.rect(), brush)
        painter.end()
        masks[look] = frozenset((x, y) for x in range(24) for y in range(24)
                                if QColor(image.pixel(x, y)).lightness() < 200)
    assert set(masks) == set(AREAS) and len(set(masks.values())) == 4
    assert len(masks["agency"]) == 24 * 24


def test_areas_are_where_they_are_on_the_page(strip, span):
    spans = [span(1, rects=(Rect(0, 0, 612, 396),), status=Status.CONFIRMED),
             span(2, rects=(Rect(0, 396, 612, 792),), status=Status.CONFIRMED, origin=Origin.REVIEWER)]
    strip.show_overview(together([figures(2, spans)]))
    image = strip.viewport().grab().toImage()
    for at, (upper, lower) in enumerate((("#0059a8", "#ffffff"), ("#ffffff", "#b84300"))):
        rect = strip.cell_rect(at)
        found = [{image.pixelColor(QPoint(rect.center().x() + dx, y)).name() for dx in range(-8, 8)}
                 for y in (rect.top() + 25, rect.top() + 65)]
        assert upper in found[0] and lower in found[1], at


def test_what_was_drawn_of_a_page_holds_until_the_page_changes(strip, span):
    one, two = span(1), span(2, page=2)
    before = figures(3, [one, two])
    strip.show_overview(together([before]))
    first = strip.viewport().grab().toImage()
    changed = span(2, page=2, status=Status.CONFIRMED)
    row = before.document
    after = document_figures(row, [p.page for p in before.pages], [one, changed],
                             document_state(3, [one, changed], []), before)
    strip.show_overview(together([after]))
    assert set(strip._pictures) == {0, 2}, "the page that changed is drawn anew"
    again = strip.viewport().grab().toImage()
    same = [first.copy(strip.cell_rect(at)) == again.copy(strip.cell_rect(at)) for at in range(3)]
    assert same == [True, False, True]
    palette = strip.palette()
    palette.setColor(palette.ColorRole.Window, QColor("#202020"))
    strip.setPalette(palette)
    assert strip._pictures == {}
