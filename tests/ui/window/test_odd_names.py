"""Names of files in any script, with anything in them: shown whole, and they turn nothing beside them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QWidget,
)

from review_app.domain.display import END_ISOLATE, ISOLATE, LEFT_TO_RIGHT
from review_app.domain.geometry import Rect

WAIT = 60_000
NAMES = (
    "\u05de\u05d6\u05db\u05e8 (2).txt",  # Hebrew, and signs that take the direction of their surroundings
    "\u0645\u0630\u0643\u0631\u0629\u202efdp.txt",  # Arabic, and an override that would hide the real ending
    "\u6a5f\u5bc6 \u4e8c.txt",
    "a\nb \U0001f600.txt",
)


def loose(text: str) -> bool:
    """Whether something in a text may turn its surroundings round or move to another line: control and format
    characters, or letters written from right to left that nothing keeps together."""
    depth = 0
    for char in text:
        if char in (ISOLATE, LEFT_TO_RIGHT):
            depth += 1
        elif char == END_ISOLATE:
            depth -= 1
        elif (unicodedata.category(char) in ("Cc", "Cf") and char != "\n") or (
                depth == 0 and unicodedata.bidirectional(char) in ("R", "AL", "AN")):
            return True
    return depth != 0


def said(root: QWidget) -> list[str]:
    """All texts of a window that stand beside other words: labels, buttons, lists, tips, spoken names."""
    found = [root.windowTitle()]
    for widget in [root, *root.findChildren(QWidget)]:
        found += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        if isinstance(widget, (QLabel, QAbstractButton)):
            found.append(widget.text())
        elif isinstance(widget, QComboBox):
            found += [widget.itemText(n) for n in range(widget.count())]
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            found += _cells(widget.model(), QModelIndex())
    return [text for text in found if text]


def _cells(model, parent: QModelIndex) -> list[str]:
    found = []
    for row in range(min(model.rowCount(parent), 60)):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
        for column in range(columns):
            index = model.index(row, column, parent)
            found += [str(index.data(role) or "") for role in (
                Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole,
                Qt.ItemDataRole.AccessibleTextRole)]
        if not isinstance(model, (QAbstractListModel, QAbstractTableModel)):
            found += _cells(model, model.index(row, 0, parent))
    return found


@pytest.fixture
def folder(tmp_path: Path, seeds: Path) -> Path:
    odd = tmp_path / "odd \u05ea\u05d9\u05e7"
    odd.mkdir()
    for number, name in enumerate(NAMES):
        (odd / name).write_bytes((seeds / "1993-news-article.txt").read_bytes() + b"\n" * number)
    return odd


@pytest.fixture
def window(qtbot, desk, folder, open_window):
    for name in NAMES:
        desk.intake.add(folder / name)
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


def test_the_desk_shows_every_name_and_none_turns_its_surroundings_round(window, desk, folder, qtbot):
    assert [text for text in said(window) if loose(text)] == []
    everything = "\n".join(said(window))
    for part in ("\u05de\u05d6\u05db\u05e8", "\\u202efdp.txt", "\u6a5f\u5bc6", "a\\nb \U0001f600.txt"):
        assert part in everything
    window.documents.filter.setText("\u05de\u05d6\u05db\u05e8")
    qtbot.waitUntil(lambda: window.documents.model.rowCount() == 1, timeout=WAIT)
    window.documents.filter.setText("")
    (folder / "\u05e8\u05d9\u05e7.txt").write_bytes(b"")
    window.commands.add_files([folder / "\u05e8\u05d9\u05e7.txt"])
    qtbot.waitUntil(lambda: bool(window.problems.problems), timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert not loose(window.message_bar.text) and "\u05e8\u05d9\u05e7" in window.message_bar.text
    for name in ("problems", "log"):
        window.shelf.show(name)
        dialog = window.shelf.dialog(name)
        if name == "log":
            dialog.view.selectRow(dialog.model.rowCount() - 1)
        assert [text for text in said(dialog) if loose(text)] == []
        dialog.close()


def test_a_loose_name_would_be_noticed(window):
    label = QLabel(NAMES[0], window)
    assert [text for text in said(window) if loose(text)] == [label.text()]
    label.setText(f"{ISOLATE}{NAMES[0]}")
    assert loose(label.text()), "what is opened and not closed"
    assert loose("a\u202eb") and not loose("a\nb")


def test_the_release_dialog_and_what_is_suggested_for_a_file_hold_no_sign_that_is_not_seen(
    window, desk, qtbot
):
    first = window.current.documents[0].id
    window.current.show_document(first)
    desk.marking.draw(first, 1, [Rect(72, 100, 200, 120)], codes=["(b)(6)"])
    window.action_table["export.release"].trigger()
    dialog = window.commands.release.dialog
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.preview, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert [text for text in said(dialog) if loose(text)] == []
    assert "\u05de\u05d6\u05db\u05e8" in "\n".join(said(dialog))
    dialog.close()
    for document in window.current.documents[:2]:
        window.current.show_document(document.id)
        window.action_table["export.annotated_as"].trigger()
        asked = window.findChild(QFileDialog)
        suggested = Path(asked.selectedFiles()[0]).name
        asked.close()
        asked.deleteLater()
        QApplication.processEvents()
        assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in suggested)
        assert suggested.endswith(".annotated.pdf")
        made = desk.exporting.annotated(document.id)
        assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in made.name)


@pytest.fixture
def right_to_left(qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_desk_works_laid_out_from_right_to_left(right_to_left, desk, seeds, open_window, qtbot):
    memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    span = desk.spans(memo)[0]
    desk.marking.cite([span.id], ["(b)(1)"])
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    places = [w.mapTo(window, QPoint(0, 0)).x() for w in (window.right, window.page, window.left)]
    assert places == sorted(places), "what stands left elsewhere stands right here"
    window.current.select([span.id])
    qtbot.waitUntil(lambda: not window.page.is_waiting, timeout=WAIT)
    assert f"{LEFT_TO_RIGHT}(b)(1){END_ISOLATE}" in said(window), "(1)(b) would be another code"
    assert window.inspector.codes.layoutDirection() is Qt.LayoutDirection.LeftToRight
    window.current.select(())
    middle = window.page.window_rect(span.page, span.rects[1]).center().toPoint()
    QTest.mouseClick(window.page.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert window.current.selected_ids == (span.id,), "the page is where it is painted"
