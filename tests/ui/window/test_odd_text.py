"""Text that looks like HTML or like a shortcut is shown as it is, wherever it comes from."""

from __future__ import annotations

import pytest
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QInputDialog, QLabel, QToolButton, QWidget

from review_app.ui.dialogs.ask import Ask
from review_app.ui.panels.code_chips import CodeChips

TRAP = "<b>x<img src=y>"


@pytest.fixture
def asked(qtbot):
    """Opens a question, and gives its label."""
    window = QWidget()
    qtbot.addWidget(window)

    def ask(question) -> QLabel:
        question(Ask(window))
        dialog = window.findChild(QInputDialog)
        label = dialog.findChild(QLabel)
        assert Qt.mightBeRichText(label.text())  # else nothing is tried here
        return label

    yield ask
    window.findChild(QInputDialog).reject()


def test_the_name_of_a_file_is_no_html_where_its_password_is_asked(asked):
    label = asked(lambda ask: ask.password(f"{TRAP}.pdf", False, lambda _text: None, lambda: None))
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert TRAP in label.text()


def test_the_labels_of_pages_are_no_html_and_not_wider_than_the_screen(asked):
    label = asked(lambda ask: ask.page("1", 2, (TRAP, "i" * 5_000), lambda _text: None))
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert len(label.text()) < 200


def test_a_code_with_an_ampersand_shows_it_on_its_chip(qtbot, span):
    chips = CodeChips()
    qtbot.addWidget(chips)
    chips.show_spans((span(1, codes=("(a)&(b)", "x" * 300)),), is_enabled=True)
    texts = [c.text() for c in chips.findChildren(QToolButton)]
    assert "(a)&&(b)" in texts
    assert max(map(len, texts)) < 60
