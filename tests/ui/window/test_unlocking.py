"""A recorded document that is encrypted asks for its password when it is looked at in another run."""

from __future__ import annotations

import pymupdf
import pytest
from PySide6.QtWidgets import QInputDialog

from review_app.review.desk import Desk

SECRET = "sesame-7f3"


@pytest.fixture
def locked(tmp_path):
    path = tmp_path / "locked.pdf"
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "a page of it")
        document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=SECRET, owner_pw="own")
    with Desk.open(tmp_path / "workspace", "M. Ortiz", jobs=1) as desk:
        desk.intake.add(path, passwords=[SECRET])
    return path


def question(window):
    return next((d for d in window.findChildren(QInputDialog) if d.isVisible()), None)


def answer(window, qtbot, text: str | None) -> str:
    qtbot.waitUntil(lambda: question(window) is not None, timeout=20_000)
    dialog = question(window)
    label = dialog.labelText()
    if text is None:
        dialog.reject()
    else:
        dialog.setTextValue(text)
        dialog.accept()
    return label


def test_the_password_is_asked_until_it_is_right_and_stored_nowhere(
    locked, desk, open_window, qtbot, tmp_path
):
    window = open_window(desk)
    assert "locked.pdf" in answer(window, qtbot, "wrong")
    assert "does not open it" in answer(window, qtbot, SECRET)
    qtbot.waitUntil(lambda: window.page.pictures.bytes_held > 0, timeout=20_000)
    assert question(window) is None
    for file in (tmp_path / "workspace").rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes(), file.name


def test_who_gives_no_password_can_ask_again_at_the_page(locked, desk, open_window, qtbot):
    window = open_window(desk)
    answer(window, qtbot, None)
    qtbot.waitUntil(lambda: window.page.is_failed(1), timeout=20_000)
    qtbot.wait(1)
    assert question(window) is None, "nobody is pressed"
    assert window.page.retry_page(1)
    answer(window, qtbot, SECRET)
    qtbot.waitUntil(lambda: window.page.pictures.bytes_held > 0, timeout=20_000)
