"""How somebody arranged panels and columns is there at the next start, and can be put back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from review_app.domain.people import Role
from review_app.ui import layout_kept, settings
from review_app.ui.layout_kept import ColumnsKept, PanelsKept
from review_app.ui.models.spans import SpansModel
from review_app.ui.settings_table import COLUMNS, PANELS

WAIT = 60_000


@pytest.fixture
def start(qtbot, desk, open_window, seeds: Path):
    """Opens a window as the program does at its start, and closes it as it does at its end."""
    desk.intake.add(seeds / "1992-briefing-memo.txt")

    def opened():
        window = open_window(desk, is_arranged=True)
        qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
        QApplication.processEvents()
        return window

    return opened


def end(window, qtbot) -> None:
    window.comfort.keep_arrangement()
    window.close()
    qtbot.waitUntil(window.isHidden, timeout=WAIT)


def titles(view) -> list[str]:
    """The headings as they stand, from left to right."""
    header = view.horizontalHeader()
    columns = [header.logicalIndex(v) for v in range(header.count())]
    return [view.model().headerData(c, Qt.Orientation.Horizontal) for c in columns
            if not header.isSectionHidden(c)]


def drag_edge(view, column: int, by: int) -> None:
    header = view.horizontalHeader()
    edge = header.sectionViewportPosition(column) + header.sectionSize(column) - 1
    at = QPoint(edge, header.height() // 2)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(header.viewport(), at + QPoint(by, 0))
    QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(by, 0))


def test_panels_tabs_and_columns_are_there_at_the_next_start(start, qtbot):
    window = start()
    first = titles(window.spans.view)
    whole = window.splits[2]
    wide = [s + d for s, d in zip(whole.sizes(), (40, -90, 50), strict=True)]
    whole.setSizes(wide)
    window.left.setCurrentIndex(1)
    view, header = window.spans.view, window.spans.view.horizontalHeader()
    width = header.sectionSize(SpansModel.KIND)
    drag_edge(view, SpansModel.KIND, 25)
    assert header.sectionSize(SpansModel.KIND) == width + 25
    header.moveSection(header.visualIndex(SpansModel.STATUS), 0)
    window.spans.columns.show_column(SpansModel.BAND, False)
    view.sortByColumn(SpansModel.PAGE, Qt.SortOrder.DescendingOrder)
    wanted = titles(view)
    assert wanted != first and "Band" not in wanted
    end(window, qtbot)

    again = start()
    assert again.splits[2].sizes() == wide and again.left.currentIndex() == 1
    header = again.spans.view.horizontalHeader()
    assert titles(again.spans.view) == wanted
    assert header.sectionSize(SpansModel.KIND) == width + 25, "rows that come do not take it back"
    assert (header.sortIndicatorSection(), header.sortIndicatorOrder()) == (
        SpansModel.PAGE, Qt.SortOrder.DescendingOrder)
    pages = [again.spans.model.row_at(n).page for n in range(again.spans.model.rowCount())]
    assert pages == sorted(pages, reverse=True)

    again.action_table["view.reset_layout"].trigger()
    assert titles(again.spans.view) == first
    assert header.sectionSize(SpansModel.KIND) == width
    assert settings.get(PANELS) == PanelsKept() and settings.get(COLUMNS.of("spans")) == ColumnsKept()


def test_the_first_window_has_panels_in_which_words_can_be_read(start, open_window, desk, qtbot):
    window = start()
    plain = open_window(desk)
    plain.resize(window.size())
    for given, laid in zip(window.splits, plain.splits, strict=True):
        for one, other in zip(given.sizes(), laid.sizes(), strict=True):
            assert abs(one - other) <= 4, "what was kept is nothing, so it changes nothing"


def test_the_record_has_a_share_of_the_height_of_its_own(start, qtbot):
    window = start()
    lists, bar = window.splits[0], window.right.tabBar()
    of_spans = lists.sizes()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    of_record = lists.sizes()
    assert of_record[0] > of_spans[0], "the details of a span leave it room for three rows"
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(2).center())
    assert lists.sizes() == of_record
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(0).center())
    assert lists.sizes() == of_spans
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    lists.setSizes([of_record[0] - 30, of_record[1] + 30])
    drawn = lists.sizes()
    end(window, qtbot)

    again = start()
    lists, bar = again.splits[0], again.right.tabBar()
    assert again.right.currentIndex() == 1 and lists.sizes() == drawn
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(0).center())
    assert lists.sizes() == of_spans, "what is not on screen is kept, too"
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    again.action_table["view.reset_layout"].trigger()
    assert lists.sizes()[0] == of_record[0]


def test_columns_are_chosen_by_keys(start, qtbot):
    window = start()
    before = titles(window.spans.view)
    window.spans.view.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window.spans.view, Qt.Key.Key_K, both)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert titles(window.spans.view) == [before[0], *before[2:]]
    for column in range(window.spans.model.columnCount()):
        if titles(window.spans.view) != [before[-1]]:
            window.spans.columns.show_column(column, False) if before[-1] != \
                window.spans.model.headerData(column, Qt.Orientation.Horizontal) else None
    assert titles(window.spans.view) == [before[-1]]
    last = [a for a in window.spans.columns.menu().actions() if a.isCheckable() and a.isChecked()]
    assert [a.isEnabled() for a in last] == [False], "one column always stays"


@pytest.mark.parametrize("stored", [
    "", "x", "[]", "{\"order\": [0, \"a\"]}", "{\"order\": 7}", "{\"widths\": [[0]]}",
    "{\"widths\": [[0, -5]]}", json.dumps({"order": list(range(500))}),
])
def test_what_makes_no_sense_is_as_if_it_were_not_there(stored):
    settings.store().setValue("layout/columns/spans", stored)
    assert settings.get(COLUMNS.of("spans")) == ColumnsKept()


def test_what_does_not_fit_a_table_is_left_out(start, qtbot):
    window = start()
    before = titles(window.spans.view)
    window.spans.columns.restore(ColumnsKept((0, 1), ((99, 50),), tuple(range(7)), 44))
    assert titles(window.spans.view) == before
    kept = ColumnsKept((1, 0), ((0, 30),), (1,), 0, True)
    assert layout_kept.columns(layout_kept.plain(kept)) == kept
    panels = PanelsKept(((1, 2), (3,)), (0, 1))
    assert layout_kept.panels(layout_kept.plain(panels)) == panels


BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def test_panels_are_hidden_by_key_and_the_page_takes_their_room(start, qtbot):
    window = start()
    wide, sizes = window.page.width(), [split.sizes() for split in window.splits]
    for key, panel in ((Qt.Key.Key_1, window.left), (Qt.Key.Key_8, window.places),
                       (Qt.Key.Key_3, window.right), (Qt.Key.Key_5, window.inspector)):
        QTest.keyClick(window.page, key, BOTH)
        assert panel.isHidden()
        assert not panel.parentWidget().isVisible() or key in (Qt.Key.Key_1, Qt.Key.Key_3)
    QApplication.processEvents()
    assert window.page.width() > wide * 1.7
    assert window.action_table["view.page_alone"].isChecked()
    QTest.keyClick(window.page, Qt.Key.Key_F11)
    QApplication.processEvents()
    assert [split.sizes() for split in window.splits] == sizes
    assert window.page.width() == wide
    QTest.keyClick(window.page, Qt.Key.Key_F11)
    assert window.left.isHidden() and window.inspector.isHidden()
    assert not window.action_table["view.show_documents"].isChecked()


def test_who_goes_to_a_hidden_panel_gets_it_and_who_hides_one_stays_in_the_window(start, qtbot):
    window = start()
    window.action_table["view.page_alone"].trigger()
    window.action_table["view.show_record"].trigger()
    assert not window.right.isTabVisible(window.right.indexOf(window.record))
    window.action_table["view.record"].trigger()
    assert window.right.isVisible() and window.right.currentWidget() is window.record
    assert window.record.isAncestorOf(window.focusWidget())
    assert window.inspector.isHidden() and window.left.isHidden()
    window.action_table["view.show_spans"].trigger()
    assert window.right.isHidden() and window.focusWidget() is window.page
    window.current.select([window.current.spans[0].id])
    window.action_table["view.inspector"].trigger()
    assert window.inspector.isVisible() and window.inspector.isAncestorOf(window.focusWidget())


def test_what_is_hidden_and_the_overview_are_so_at_the_next_start(start, qtbot):
    window = start()
    sizes = window.splits[2].sizes()
    for name in ("pictures", "details", "record", "overview"):
        window.action_table[f"view.show_{name}"].trigger()
    assert window.commands.overview.dialog.isVisible()
    assert window.action_table["view.show_overview"].isChecked()
    end(window, qtbot)
    assert settings.get(PANELS).hidden == ("details", "pictures", "record")

    again = start()
    assert again.places.isHidden() and again.inspector.isHidden() and again.left.isVisible()
    assert not again.right.isTabVisible(again.right.indexOf(again.record))
    assert again.splits[2].sizes() == sizes
    overview = again.commands.overview
    qtbot.waitUntil(lambda: overview.dialog is not None and overview.dialog.isVisible(), timeout=WAIT)
    overview.dialog.close()
    assert not again.action_table["view.show_overview"].isChecked()
    again.action_table["view.reset_layout"].trigger()
    assert again.places.isVisible() and again.inspector.isVisible()
    assert settings.get(PANELS) == PanelsKept()


def test_names_of_panels_that_nobody_knows_hide_nothing(start):
    window = start()
    window.comfort.panels.restore(("page", "", "left"))
    assert window.page.isVisible() and not window.comfort.panels.hidden - {"overview"}


def test_a_second_look_hides_the_lists_on_the_left_whatever_was_shown(start, desk):
    window = start()
    window.action_table["view.show_pictures"].trigger()
    both = window.left.parentWidget()
    desk.people.take_role(Role.SECOND_REVIEWER, "B. Lindqvist")
    desk.second_look.draw(1)
    window.together.blind.begin()
    assert not both.isVisible()
    window.action_table["view.show_pictures"].trigger()
    assert not both.isVisible(), "the lists tell what was found"
    window.together.blind.leave()
    assert both.isVisible() and window.places.isVisible()


def test_widths_of_the_hits_of_search_and_mark_are_kept(start, qtbot):
    window = start()
    window.action_table["mark.seek"].trigger()
    view = window.commands.seek.dialog.view
    width = view.columnWidth(1)
    drag_edge(view, 1, 40)
    assert view.columnWidth(1) == width + 40
    end(window, qtbot)

    again = start()
    again.action_table["mark.seek"].trigger()
    assert again.commands.seek.dialog.view.columnWidth(1) == width + 40
    again.commands.seek.dialog.close()
    again.action_table["view.reset_layout"].trigger()
    assert again.commands.seek.dialog.view.columnWidth(1) == width
    assert settings.get(COLUMNS.of("hits")) == ColumnsKept()
