"""The help: every page whole, every link and action true, F1 where somebody is, nothing fetched."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from review_app import __version__
from review_app.domain.resources import resource_path
from review_app.ui import help_pages
from review_app.ui.actions import MENUS, TABLE, plain_text
from review_app.ui.dialogs.about import OPTIONAL, parts
from review_app.ui.dialogs.lists import KEYS_IN_PLACES
from review_app.ui.help_pages import ORDER
from review_app.ui.settings_table import TABLE as SETTINGS

ACTIONS = {(plain_text(MENUS[s.menu]), plain_text(s.text).rstrip("…")) for s in TABLE}
KEYS = {k for s in TABLE for k in s.keys}
PLACES = {part for _, _, keys in KEYS_IN_PLACES for part in re.split(r"[ ,()]+", keys)}
PLAIN = {"Shift+arrows", "Ctrl+arrows", "Ctrl+Shift+arrows", "Return", "Ctrl+Return", "Esc", "Tab"}
"""Keys of single places, as the page that shows them all writes them."""
IS_KEY = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)*(?:F\d{1,2}|[A-Z]|[\d\[\].,/+-]|arrows|Return|Esc|Tab|Del"
                    r"|Space|PgUp|PgDown|Left|Right|Up|Down)")


def faults(text: str) -> list[str]:
    """Actions and keys a page names that do not exist, and links that lead nowhere."""
    # A menu's path may go over a line's end.
    text = re.sub(r"\s+", " ", text)
    wrong = [f"{menu} › {name}" for menu, name in re.findall(r"\*(\w+) › ([^*]+)\*", text)
             if (menu, name) not in ACTIONS]
    wrong += [key for key in re.findall(r"`([^`]+)`", text)
              if IS_KEY.fullmatch(key) and key not in KEYS | PLAIN]
    wrong += [f"{name} ({key})" for menu, name, key in re.findall(r"\*(\w+) › ([^*]+)\*,? \(?`([^`]+)`", text)
              if key in KEYS and not any(
                  key in s.keys for s in TABLE if plain_text(s.text).rstrip("…") == name)
              and f"`{key}` goes" not in text]
    folder = resource_path("help")
    return wrong + [link for link in re.findall(r"\]\(([^)]+)\)", text) if not (folder / link).is_file()]


@pytest.mark.parametrize("name", ORDER)
def test_a_page_names_nothing_that_is_not_there(name: str):
    page = help_pages.load(name)
    assert page.title and len(page.text) > 400
    assert faults(page.text) == []
    assert "http" not in page.text.replace("http(s)", ""), "nothing outside is needed"


def test_what_a_page_must_not_say_would_be_noticed():
    text = "*File › Fly* (`Ctrl+Alt+F12`), [gone](gone.md), *Edit › Undo* (`Ctrl+Y`), *Edit › Undo* (`F5`)"
    assert faults(text) == ["File › Fly", "Ctrl+Alt+F12", "Undo (Ctrl+Y)", "Undo (F5)", "gone.md"]


def test_the_contents_are_the_pages_that_come_with_the_program():
    assert {p.stem for p in resource_path("help").glob("*.md")} == set(ORDER)


def test_every_action_and_key_is_on_the_page_of_shortcuts():
    text = help_pages.load("shortcuts").text
    for spec in TABLE:
        name = help_pages.name_of(spec)
        keys = ", ".join(f"`{help_pages.native(k)}`" for k in spec.keys) or "–"
        assert f"| {help_pages._escaped(name)} | {keys} |" in text, spec.id
    for place, what, _ in KEYS_IN_PLACES:
        assert f"| {place} | {help_pages._escaped(what)} |" in text


def test_every_setting_is_on_its_page():
    text = help_pages.load("settings").text
    for setting in SETTINGS:
        assert f"`{setting.key}`" in text and help_pages._escaped(setting.help) in text, setting.key


def test_the_help_says_what_the_log_does_not_prove():
    assert "proves tampering. It does not prevent it" in help_pages.load("audit-log").text


@pytest.fixture
def window(desk, open_window, seeds, qtbot):
    desk.intake.add(seeds / "1992-briefing-memo.txt")
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=30_000)
    return window


def press(widget, key: str) -> None:
    QTest.keySequence(widget, QKeySequence(key))


def test_f1_opens_the_page_about_where_somebody_is(window):
    for key, page in (("Alt+2", "spans"), ("Alt+4", "record"), ("Alt+6", "deciding"),
                      ("Alt+1", "first-steps"), ("Ctrl+F", "marking")):
        window.activateWindow()
        press(window.focusWidget(), key)
        press(window.focusWidget(), "F1")
        assert window.comfort.help.page == page, key
        window.comfort.help.close()
    window.activateWindow()
    window.page.setFocus()
    press(window.page, "D")
    press(window.page, "F1")
    assert window.comfort.help.page == "marking"


def test_f1_works_in_other_windows(window, qtbot):
    with qtbot.waitActive(window):
        window.activateWindow()
    window.action_table["log.show"].trigger()
    log = window.shelf.dialog("log")
    qtbot.waitUntil(lambda: QApplication.activeWindow() is log)
    press(log.focusWidget() or log, "F1")
    assert window.comfort.help.page == "audit-log"


@pytest.fixture
def help_window(window):
    window.comfort.show_help("first-steps")
    return window.comfort.help


def test_links_stay_inside_and_back_goes_back(help_window):
    assert not help_window.back.isEnabled()
    help_window.reader.anchorClicked.emit(QUrl("spans.md"))
    assert help_window.page == "spans" and help_window.contents.currentItem().text() == "Spans and bands"
    for link in ("https://example.org/x.md", "file:///etc/passwd", "nowhere.md", "mailto:a@b"):
        help_window.reader.anchorClicked.emit(QUrl(link))
        assert help_window.page == "spans", link
    press(help_window.reader, "Alt+Left")
    assert help_window.page == "first-steps" and not help_window.back.isEnabled()


def test_pictures_come_from_the_help_alone(help_window):
    reader = help_window.reader
    assert reader.loadResource(2, QUrl("pictures/desk.png")).width() <= reader.viewport().width()
    for name in ("https://example.org/desk.png", "file:///etc/hostname", "../../LICENSE", "pictures/no.png"):
        assert reader.loadResource(2, QUrl(name)) is None


def test_a_search_lists_pages_and_marks_the_words(help_window):
    QTest.keyClicks(help_window.search, "tampering")
    contents = help_window.contents
    assert [contents.item(i).text() for i in range(contents.count())] == ["The audit log"]
    QTest.keyClick(help_window.search, Qt.Key.Key_Return)
    assert help_window.page == "audit-log" and len(help_window.reader.extraSelections()) >= 1
    help_window.search.setText("tampering xyzzy")
    assert help_window.contents.count() == 0 and help_window.word.text() == "No page has all these words."
    help_window.search.clear()
    assert help_window.contents.count() == len(ORDER) and help_window.reader.extraSelections() == []


def test_a_missing_page_is_said(window, monkeypatch, tmp_path):
    monkeypatch.setattr(help_pages, "resource_path", lambda *parts: tmp_path.joinpath(*parts))
    window.comfort.show_help("record")
    assert "missing" in window.comfort.help.reader.toPlainText()


def test_about_names_versions_licences_and_places(window):
    window.action_table["help.about"].trigger()
    about = window.shelf.dialog("about")
    words = " ".join(label.text() for label in about.findChildren(type(window.spans.limits._hidden)))
    assert __version__ in words and "Affero" in words and str(window._desk.folder) in words
    rows = {about.table.item(r, 0).text(): [about.table.item(r, c).text() for c in (1, 2)]
            for r in range(about.table.rowCount())}
    assert rows["pikepdf"][1].startswith("MPL") and "Vera" in rows["DejaVu Sans Mono"][1]
    for part in parts():
        assert (part.version and part.licence != "–") or part.name in OPTIONAL, part
        assert part.licence != "not said", part
    about.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "pymupdf 1." in copied and __version__ in copied
    assert "1992" not in copied and str(window._desk.folder) not in copied and "M. Ortiz" not in copied
    assert about.copy.text() == "Copied"
    about.close()
    assert about.copy.text() == "&Copy versions"
