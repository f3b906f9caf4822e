"""Everyone can use it: names for screen readers, labels of fields, a focus order without traps."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QCheckBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTabWidget,
    QToolBar,
    QWidget,
)

SPEAKING = (
    QAbstractButton, QAbstractItemView, QAbstractScrollArea, QCheckBox, QLineEdit, QPlainTextEdit,
    QProgressBar, QTabWidget, QToolBar,
)


def nameless(root: QWidget) -> list[str]:
    """Widgets of ours that a screen reader would call nothing."""
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, SPEAKING) or _is_part_of_qt(widget):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not widget.accessibleName() and not text:
            found.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}")
    return found


def _is_part_of_qt(widget: QWidget) -> bool:
    """Scroll bars, headers, extension and clear buttons that Qt makes and names itself."""
    inner = type(widget).__name__ in ("QHeaderView", "QTableCornerButton", "QTabBar", "QScrollBar")
    owner = widget.parentWidget()
    made_by_qt = widget.objectName().startswith("qt_") or isinstance(owner, (QLineEdit, QTabWidget))
    return inner or made_by_qt or type(owner).__name__ == "QTabBar"


@pytest.fixture
def window(qtbot, desk, open_window, seeds: Path):
    desk.intake.add(seeds / "1992-briefing-memo.txt")
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=30_000)
    return window


def test_every_widget_of_the_window_has_a_name(window):
    assert nameless(window) == []


def test_a_nameless_widget_would_be_noticed(window):
    extra = QLineEdit(window)
    assert len(nameless(window)) == 1
    extra.setAccessibleName("extra")
    assert nameless(window) == []


@pytest.mark.parametrize("name", ["log", "problems", "shortcuts", "about"])
def test_every_widget_of_the_dialogs_has_a_name(window, name):
    window.shelf.show(name)
    dialog = window.shelf.dialog(name)
    assert isinstance(dialog, QDialog)
    assert dialog.windowTitle()
    assert nameless(dialog) == []


def test_every_widget_of_a_release_has_a_name(qtbot, window):
    window.action_table["export.release"].trigger()
    dialog = window.commands.release.dialog
    assert dialog.windowTitle() and nameless(dialog) == []
    dialog.close()
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=30_000)


def test_every_widget_of_the_overview_has_a_name(qtbot, window):
    window.action_table["view.overview"].trigger()
    dialog = window.commands.overview.dialog
    qtbot.waitUntil(lambda: dialog.overview is not None, timeout=30_000)
    assert dialog.windowTitle() and nameless(dialog) == []


def test_labels_with_an_underlined_letter_belong_to_a_field(window):
    labels = [w for w in window.findChildren(QLabel) if "&" in w.text().replace("&&", "")]
    assert labels
    assert [w.text() for w in labels if w.buddy() is None] == []


def test_tab_goes_round_the_whole_window(window, qtbot):
    window.current.select([window.current.spans[0].id])
    window.page.setFocus()
    wanted = {window.page, window.documents.view, window.spans.view, window.inspector.codes,
              window.inspector.note, window.inspector.reason, window.inspector.history}
    seen = set()
    for _ in range(80):
        widget = window.focusWidget()
        seen.add(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        if window.focusWidget() is window.page and wanted <= seen:
            break
    assert wanted <= seen, [w.accessibleName() for w in wanted - seen]
    assert window.focusWidget() is window.page, "Tab leaves every field again"


def test_the_list_of_shortcuts_names_every_action(window):
    from review_app.ui.actions import TABLE
    from review_app.ui.dialogs.lists import KEYS_IN_PLACES

    window.shelf.show("shortcuts")
    table = window.shelf.dialog("shortcuts").table
    assert table.rowCount() == len(TABLE) + len(KEYS_IN_PLACES)
    rows = {table.item(r, 1).text(): table.item(r, 2).text() for r in range(table.rowCount())}
    assert rows["Confirm"] == "C"
    assert rows["Stretch an area from the crosshair"] == "Shift+arrows"
    assert rows["Previous undecided span"] == "P  or  Shift+N"
