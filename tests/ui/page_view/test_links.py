"""Links and actions of a document do nothing here: it is pictures and words, never a program."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pymupdf
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QDesktopServices, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from review_app.domain.geometry import Rect
from review_app.engine.documents import open_document
from review_app.engine.render import render


@pytest.fixture
def active(tmp_path: Path) -> Path:
    """A page full of actions: on opening, a web address, a program to launch, JavaScript, a far file."""
    path = tmp_path / "active.pdf"
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 100), "click here")
        actions = (
            "/S/URI/URI(http://127.0.0.1:9/visited)", f"/S/Launch/F({tmp_path / 'launched'})",
            "/S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:9/'\\))",
            f"/S/GoToR/F({tmp_path / 'far.pdf'})/D[0/Fit]", "/S/SubmitForm/F(http://127.0.0.1:9/form)",
        )
        refs = []
        for at, action in enumerate(actions):
            xref = pdf.get_new_xref()
            top = 700 - 30 * at
            pdf.update_object(
                xref,
                f"<</Type/Annot/Subtype/Link/Rect[60 {top} 400 {top + 25}]/Border[0 0 1]/A<<{action}>>>>",
            )
            refs.append(f"{xref} 0 R")
        pdf.xref_set_key(page.xref, "Annots", f"[{' '.join(refs)}]")
        pdf.xref_set_key(page.xref, "AA", f"<</O<<{actions[1]}>>>>")
        pdf.xref_set_key(pdf.pdf_catalog(), "OpenAction", f"<<{actions[2]}>>")
        pdf.save(path)
    return path


def test_drawing_and_reading_such_a_page_starts_and_fetches_nothing(active, monkeypatch) -> None:
    def never(*args: object, **named: object) -> None:
        raise AssertionError("a document made the program do something")

    monkeypatch.setattr(subprocess, "Popen", never)
    monkeypatch.setattr(socket.socket, "connect", never)
    before = sorted(active.parent.iterdir())
    with open_document(active) as document:
        assert render(document, 1, 1.0).width == 595
        assert document.content(1).lines
    assert sorted(active.parent.iterdir()) == before


def test_clicks_keys_and_tooltips_on_a_page_open_nothing(qtbot, view, monkeypatch) -> None:
    """The view knows no link: whatever the page shows, a click on it is a click on paper."""
    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    for y in (90, 100, 400):
        at = view.window_rect(1, Rect(80, y, 80, y)).topLeft().toPoint()
        for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
            qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, at)
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        QApplication.sendEvent(
            view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, view.viewport().mapToGlobal(QPoint(at)))
        )
        assert QToolTip.text() == ""
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened == []


def test_nothing_in_the_window_can_open_an_address() -> None:
    """Planted against: the day somebody adds a call, this asks whether a document can reach it."""
    room = Path(__file__).resolve().parents[3] / "review_app" / "ui" / "page_view"
    words = ("openUrl", "QDesktopServices", "webbrowser", "QTextBrowser", "OpenExternalLinks", "subprocess")
    found = {f"{path.name}: {w}" for path in room.glob("*.py") for w in words if w in path.read_text("utf-8")}
    assert not found
