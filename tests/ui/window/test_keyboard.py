"""Everything without a mouse: each action by its key and by the letters of the menus, each field by Tab."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from review_app.domain.errors import ReviewError
from review_app.domain.geometry import Rect
from review_app.ui.actions import MENUS, TABLE

WAIT = 60_000
MOST_STOPS = 250


@pytest.fixture
def window(qtbot, desk, open_window, seeds: Path):
    """The memo with a mark of one's own, which is selected."""
    memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    desk.intake.add(seeds / "1993-news-article.txt")
    mark = desk.marking.draw(memo, 3, [Rect(72, 300, 300, 320)], codes=["(b)(6)"])
    window = open_window(desk)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    window.current.show_document(memo)
    window.current.select([mark])
    qtbot.waitUntil(lambda: not window.page.is_waiting, timeout=WAIT)
    window.page.setFocus()
    return window


@pytest.fixture
def ran(window):
    """The ids of the actions that keys and menus run; nothing else happens."""
    found: list[str] = []
    window.action_table._run = lambda spec: found.append(spec.id)
    return found


# -- actions -------------------------------------------------------------------------------------------


def test_every_action_that_can_be_used_now_answers_to_its_key_in_the_window(window, ran):
    usable = [s for s in TABLE if window.action_table[s.id].isEnabled() and s.keys]
    assert len(usable) > 50
    for spec in usable:
        for key in spec.keys:
            ran.clear()
            sequence = QKeySequence(key, QKeySequence.SequenceFormat.PortableText)
            QTest.keySequence(window.focusWidget(), sequence)
            assert ran == [spec.id], key


def open_menu(window, menu_id: str) -> QMenu:
    title = next(a for a in window.menuBar().actions() if a.menu().objectName() == f"menu.{menu_id}")
    letter = title.text()[title.text().index("&") + 1]
    QTest.keyClick(window, letter.lower(), Qt.KeyboardModifier.AltModifier)
    menu = QApplication.activePopupWidget()
    assert menu is title.menu(), menu_id
    return menu


def by_menu(window, menu_id: str) -> list[str]:
    """Open a menu by its letter and run each of its entries by the arrow keys and Return."""
    entries = [a for a in window.findChild(QMenu, f"menu.{menu_id}").actions() if not a.isSeparator()]
    reached = []
    for number in range(sum(a.isEnabled() for a in entries)):
        menu = open_menu(window, menu_id)
        for _ in range(number + (menu.activeAction() is None)):
            QTest.keyClick(menu, Qt.Key.Key_Down)
        reached.append(menu.activeAction())
        QTest.keyClick(menu, Qt.Key.Key_Return)
        assert not menu.isVisible()
    assert reached == [a for a in entries if a.isEnabled()]
    return [a.objectName() for a in reached]


@pytest.mark.parametrize("menu_id", list(MENUS))
def test_every_action_that_can_be_used_now_is_run_from_its_menu_by_keys(window, ran, menu_id):
    usable = [s.id for s in TABLE if s.menu == menu_id and window.action_table[s.id].isEnabled()]
    assert by_menu(window, menu_id) == usable
    assert ran == usable


def test_no_menu_is_higher_than_a_small_screen(window):
    """Qt breaks a higher one into columns that cover the window."""
    for menu_id in MENUS:
        height = window.findChild(QMenu, f"menu.{menu_id}").sizeHint().height()
        assert 0 < height < 760, menu_id


def test_a_list_without_problems_says_so(window, qtbot):
    QTest.keyClick(window.page, Qt.Key.Key_F8)
    dialog = next(d for d in window.findChildren(QDialog) if d.isVisible())
    assert dialog._none.isVisible() and dialog.list.count() == 0
    window.problems.report(ReviewError("The disk is full", why="no room", todo="Make room"))
    assert dialog.list.count() == 1 and not dialog._none.isVisible()
    dialog.close()


def test_a_key_that_does_nothing_says_why(window, qtbot):
    status = window.status
    window.current.select(())
    QTest.keyClick(window.page, Qt.Key.Key_C)
    assert status.hint.text() == "Confirm: Select a span first"
    qtbot.waitUntil(lambda: "Select a span first" in window.page.accessibleDescription())
    window.spans.view.setFocus()
    QTest.keyClick(window.spans.view, Qt.Key.Key_F3)
    assert status.hint.text().startswith("Find next: Search for something")
    window.status._brief.timeout.emit()
    assert not status.hint.text(), "it goes again"
    window.finder.line.setFocus()
    window.action_table["edit.find"].trigger()
    QTest.keyClicks(window.finder.line, "xc")
    assert window.finder.line.text() == "xc" and not status.hint.text(), "letters are text here"
    window.page.setFocus()
    QTest.keyClick(window.page, Qt.Key.Key_D)
    assert status.hint.text().startswith("Draw:"), "a key that does something says nothing else"
    QTest.keyClick(window.page, Qt.Key.Key_C)
    assert status.hint.text().startswith("Confirm:")
    window.status._brief.timeout.emit()
    assert status.hint.text().startswith("Draw:")


def test_no_letter_of_a_field_takes_that_of_a_menu(window):
    def letter(text: str) -> str:
        return text[text.index("&") + 1].lower()

    taken = {letter(a.text()): a.text() for a in window.menuBar().actions()}
    fields = [w.text() for w in window.findChildren(QLabel) if w.buddy() is not None and "&" in w.text()]
    assert len(fields) > 3
    assert [text for text in fields if letter(text) in taken] == []


def test_an_action_that_is_in_no_menu_would_be_noticed(window, ran):
    window.findChild(QMenu, "menu.log").removeAction(window.action_table["log.verify"])
    usable = [s.id for s in TABLE if s.menu == "log" and window.action_table[s.id].isEnabled()]
    assert by_menu(window, "log") != usable


# -- focus ---------------------------------------------------------------------------------------------


def takes_keys(root: QWidget) -> list[QWidget]:
    """What of a window takes input now."""
    found = []
    for widget in root.findChildren(QWidget):
        policy = widget.focusPolicy()
        if widget.isVisible() and widget.isEnabled() and widget.window() is root and policy & \
                Qt.FocusPolicy.TabFocus and widget.focusProxy() is None \
                and not widget.objectName().startswith("qt_"):
            found.append(widget)
    return found


def round_trip(start: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> tuple[list[QWidget], list[QWidget]]:
    """Where Tab goes from a widget until it is there again (a trap ends it too), and which of these look the
    same with the keyboard as without it."""
    window = start.window()
    start.setFocus(Qt.FocusReason.TabFocusReason)
    stops, unseen = [window.focusWidget()], []
    while len(stops) < MOST_STOPS:
        here = stops[-1]
        room = place(here, window).adjusted(-4, -4, 4, 4).intersected(window.rect())
        shown = picture(window, room)
        QTest.keyClick(here, key)
        if window.focusWidget() is not here and picture(window, room) == shown:
            unseen.append(here)
        if window.focusWidget() in stops:
            break
        stops.append(window.focusWidget())
    return stops, unseen[1:] if unseen[:1] == [start] else unseen  # the first one got it by no key


def names(widgets) -> list[str]:
    return [f"{type(w).__name__} {w.accessibleName() or getattr(w, 'text', str)()}" for w in widgets]


def goes_back(stops: list[QWidget], root: QWidget, parts: tuple[QWidget, ...] = ()) -> list[str]:
    """Stops that stand above or before the one that comes before them, within the same part of the window."""

    def part_of(widget: QWidget) -> QWidget:
        return next((p for p in parts if p is widget or p.isAncestorOf(widget)), root)

    found = []
    for before, after in pairwise(stops):
        if part_of(before) is not part_of(after):
            continue
        a, b = place(before, root), place(after, root)
        is_below = b.top() >= a.bottom() - 4
        is_beside = b.bottom() > a.top() + 4 and b.left() >= a.left() and b.top() > a.top() - a.height()
        if not is_below and not is_beside:
            found.append(f"{names([before])} -> {names([after])}")
    return found


def place(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


def picture(window: QWidget, room: QRect) -> QImage:
    return window.grab(room).toImage()


def assert_all_reached(root: QWidget, start: QWidget) -> list[QWidget]:
    stops, unseen = round_trip(start)
    missed = [w for w in takes_keys(root) if w not in stops]
    assert not missed, names(missed)
    back, _ = round_trip(start, Qt.Key.Key_Backtab)
    assert names(back[1:]) == names(reversed(stops[1:])), "Shift+Tab goes the same way back"
    assert not unseen, names(unseen)
    return stops


def test_tab_reaches_every_field_of_the_desk_in_the_order_of_reading(window):
    for index in range(window.right.count()):
        window.right.setCurrentIndex(index)
        QApplication.processEvents()
        stops = assert_all_reached(window, window.page)
        # The page comes first, and what stands above it after it: that is where the work is.
        assert not goes_back(stops, window, (
            window.page, window.left, window.places, window.right, window.inspector, window.status))
    assert len([w for w in stops if not isinstance(w, QTabBar)]) > 20


def dialogs(window, qtbot):
    """Each dialog with fields, and where its keyboard begins."""
    for name in ("log", "problems", "shortcuts"):
        window.shelf.show(name)
        yield window.shelf.dialog(name)
    for action in ("mark.seek", "help.palette", "mark.favourites", "review.role", "mark.repeat", "file.case",
                   "view.go_to_page", "log.as_of"):
        before = {d for d in window.findChildren(QDialog) if d.isVisible()}
        window.action_table[action].trigger()
        yield from [d for d in window.findChildren(QDialog) if d.isVisible() and d not in before]
    window.action_table["view.overview"].trigger()
    overview = window.commands.overview.dialog
    qtbot.waitUntil(lambda: overview.overview is not None, timeout=WAIT)
    yield overview
    window.action_table["export.release"].trigger()
    release = window.commands.release.dialog
    qtbot.waitUntil(lambda: release.pages.currentWidget() is release.preview, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    yield release


def test_tab_reaches_every_field_of_the_dialogs_in_the_order_of_reading(window, qtbot):
    wrong, seen = [], 0
    for dialog in dialogs(window, qtbot):
        dialog.activateWindow()
        QApplication.processEvents()
        title, start = dialog.windowTitle(), dialog.focusWidget() or takes_keys(dialog)[0]
        stops, unseen = round_trip(start)
        wrong += [f"{title}: never reached {n}" for n in names(
            w for w in takes_keys(dialog) if w not in stops)]
        back, _ = round_trip(start, Qt.Key.Key_Backtab)
        if names(back[1:]) != names(reversed(stops[1:])):
            wrong.append(f"{title}: not the same way back {names(stops)} {names(back)}")
        first = min(range(len(stops)), key=lambda n: place(stops[n], dialog).topLeft().toTuple()[::-1])
        wrong += [f"{title}: backwards {n}" for n in goes_back(stops[first:] + stops[:first], dialog)]
        wrong += [f"{title}: focus not seen on {n}" for n in names(unseen)]
        seen += 1
        dialog.close()
    assert not wrong, "\n".join(wrong)
    assert seen == 13


def test_a_trap_a_way_back_and_a_field_that_hides_the_keyboard_would_be_noticed(window):
    trap = QPlainTextEdit(window)  # takes Tab as text
    trap.setGeometry(400, 300, 80, 60)
    trap.show()
    stops, _ = round_trip(trap)
    assert stops == [trap] and window.page in takes_keys(window)
    trap.hide()
    plain = QWidget(window)
    plain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    plain.setGeometry(400, 300, 80, 60)
    plain.show()
    QWidget.setTabOrder(window.page, plain)
    stops, unseen = round_trip(window.page)
    assert stops[1] is plain and unseen == [plain]
    assert goes_back([window.inspector.note, window.inspector.codes], window)
