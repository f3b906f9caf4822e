"""Each setting does what its sentence says; the dialog applies at once, and Cancel takes all back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeySequence, QPalette
from PySide6.QtTest import QTest

from review_app.domain.bands import DEFAULT, Limits
from review_app.domain.guessing import Gap
from review_app.domain.ocr import OcrMode
from review_app.domain.people import Role
from review_app.review.desk import Desk
from review_app.ui import codes_kept, geometry_kept, limits_kept, look, settings
from review_app.ui.launch import sit_down
from review_app.ui.settings import Kind
from review_app.ui.settings_table import (
    ADVANCE,
    CACHE,
    CERTAIN,
    GAP,
    LIKELY,
    NAME,
    OCR_LANGUAGES,
    OCR_MODE,
    OPENS,
    PLACE,
    ROLE,
    SHOWN,
    TABLE,
    TESSDATA,
    TEXT_SIZE,
    THEME,
    ZOOM,
)

WAIT = 30_000


@pytest.fixture(autouse=True)
def as_before(qapp):
    """What a test sets is gone after it, and so is its effect."""
    palette, font = QPalette(qapp.palette()), QFont(qapp.font())
    settings.store().clear()
    yield
    settings.store().clear()
    look.apply(qapp)
    qapp.setPalette(palette)
    qapp.setFont(font)


@pytest.fixture
def memo(desk, seeds) -> str:
    desk.intake.add(seeds / "1993-news-article.txt")
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


@pytest.fixture
def window(qtbot, desk, memo, open_window):
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


@pytest.fixture
def dialog(window):
    press(window.page, "Ctrl+,")
    return window.comfort.settings


def press(widget, key: str) -> None:
    QTest.keySequence(widget, QKeySequence(key))


def choose(dialog, setting, value) -> None:
    """As a person does: the editor of the row gets another value."""
    editor = dialog.rows[setting.key].editor
    if setting.kind is Kind.CHOICE:
        editor.setCurrentIndex(editor.findData(value))
        editor.activated.emit(editor.currentIndex())
    elif setting.kind is Kind.NUMBER:
        editor.setValue(value)
    else:
        editor.setText(value)
        editor.editingFinished.emit()


# -- the dialog ----------------------------------------------------------------------------------------


def test_every_setting_has_its_row_and_words(dialog):
    assert set(dialog.rows) == {s.key for s in TABLE}
    for setting in TABLE:
        row = dialog.rows[setting.key]
        assert row.name.text() == setting.label and setting.help in row.help.text()
    assert dialog.shown == [s.key for s in TABLE if s.group == "window"]


def test_pages_and_search(dialog):
    QTest.keyClick(dialog.groups, Qt.Key.Key_Down)
    assert dialog.shown == [ZOOM.key, CACHE.key]
    press(dialog.groups, "Ctrl+F")
    QTest.keyClicks(dialog.search, "dark")
    assert dialog.shown == [THEME.key], "words of a choice are found, too"
    dialog.search.setText("xyzzy")
    assert dialog.shown == [] and not dialog.nothing.isHidden()
    dialog.search.clear()
    assert dialog.shown == [ZOOM.key, CACHE.key]


def test_the_keyboard_alone_reaches_and_changes(dialog):
    seen = set()
    dialog.groups.setFocus()
    for _ in range(30):
        widget = dialog.focusWidget()
        seen.add(widget)
        if widget is dialog.rows[TEXT_SIZE.key].editor:
            QTest.keyClick(widget, Qt.Key.Key_Up)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert settings.get(TEXT_SIZE) >= 110
    assert {dialog.rows[k].editor for k in dialog.shown} <= seen


def test_cancel_takes_everything_back_with_its_effect(dialog, window, qapp):
    size = qapp.font().pointSizeF()
    codes_kept.remember(["(b)(1)"])
    choose(dialog, TEXT_SIZE, 150)
    choose(dialog, THEME, "dark")
    choose(dialog, SHOWN, 95)
    assert qapp.font().pointSizeF() == size * 1.5 and window.current.limits.shown == 0.95
    dialog.buttons.button(dialog.buttons.StandardButton.Cancel).click()
    assert qapp.font().pointSizeF() == size
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() > 128
    assert window.current.limits == DEFAULT and not settings.is_set(THEME)
    assert codes_kept.last_used() == ("(b)(1)",)


def test_ok_keeps_and_each_row_has_a_way_back(dialog, window):
    choose(dialog, ZOOM, "150")
    choose(dialog, CACHE, 64)
    back = dialog.rows[CACHE.key].back
    back.click()
    assert not settings.is_set(CACHE) and not back.isEnabled()
    assert dialog.rows[CACHE.key].editor.value() == 128
    dialog.buttons.button(dialog.buttons.StandardButton.Ok).click()
    assert settings.get(ZOOM) == "150" and window.page.zoom == 150


def test_all_shown_go_back_at_once(dialog):
    choose(dialog, TEXT_SIZE, 120)
    choose(dialog, ZOOM, "150")
    dialog.defaults.click()
    assert not settings.is_set(TEXT_SIZE) and settings.get(ZOOM) == "150", "only those of this page"


def test_what_makes_no_sense_is_said_and_not_kept(dialog, window, qtbot):
    choose(dialog, OCR_LANGUAGES, "../x")
    row = dialog.rows[OCR_LANGUAGES.key]
    assert "eng+nld" in row.fault.text() and not settings.is_set(OCR_LANGUAGES)
    choose(dialog, OCR_LANGUAGES, "eng+nld")
    assert row.fault.isHidden() and settings.get(OCR_LANGUAGES) == "eng+nld"
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)


# -- what each does ------------------------------------------------------------------------------------


def test_theme(window, qapp, qtbot):
    for theme, is_dark in (("dark", True), ("light", False), ("dark", True), ("system", False)):
        settings.put(THEME, theme)
        window.comfort.applying.apply(THEME)
        assert (qapp.palette().color(QPalette.ColorRole.Base).lightness() < 128) is is_dark, theme
    assert window.page.viewport().palette().color(QPalette.ColorRole.Window).lightness() > 128
    window.problems.tell("something to read")
    bar = window.message_bar
    settings.put(THEME, "dark")
    window.comfort.applying.apply(THEME)
    chip = window.spans.chips.mine  # it has a style sheet, which keeps the colours of the time it was set
    qtbot.waitUntil(lambda: chip.grab().toImage().pixelColor(3, chip.height() // 2).lightness() < 128)
    qtbot.waitUntil(lambda: bar.palette().color(QPalette.ColorRole.Window).lightness() < 128)
    assert bar.palette().color(QPalette.ColorRole.WindowText).lightness() > 128, "its words can be read"


def test_text_size(window, qtbot):
    before = window.spans.view.fontMetrics().height()
    settings.put(TEXT_SIZE, 200)
    window.comfort.applying.apply(TEXT_SIZE)
    qtbot.waitUntil(lambda: window.spans.view.fontMetrics().height() > 1.8 * before)
    assert window.spans.view.verticalHeader().defaultSectionSize() > 1.8 * before, "rows grow, too"


@pytest.mark.parametrize(("value", "fit"), [("width", "width"), ("page", "page"), ("150", None)])
def test_zoom_at_first(desk, memo, open_window, value: str, fit: str | None):
    settings.put(ZOOM, value)
    window = open_window(desk)
    assert window.page.fit == fit
    if fit is None:
        assert window.page.zoom == 150


def test_memory_for_pictures(window, qtbot):
    qtbot.waitUntil(lambda: window.page.pictures.bytes_held > 0, timeout=WAIT)
    settings.put(CACHE, 32)
    window.comfort.applying.apply(CACHE)
    assert window.page.pictures._cache.budget == 32 * 2**20


@pytest.mark.parametrize(("after", "key", "moves"), [
    ("never", "C", False), ("found", "C", True), ("found", "X", True), ("found", "S", False),
    ("decided", "S", True), ("decided", "C", False), ("both", "R", True), ("both", "C", True),
])
def test_what_goes_on_by_itself(window, memo, after: str, key: str, moves: bool):
    settings.put(ADVANCE, after)
    window.current.show_document(memo)
    first, second = (s.id for s in window.current.spans[:2])
    window.current.select([first])
    press(window.page, key)
    assert window.current.selected_ids == ((second,) if moves else (first,))


def test_nothing_is_left_to_go_on_to(window, memo):
    settings.put(ADVANCE, "both")
    window.current.show_document(memo)
    press(window.page, "N")
    for _ in window.current.spans:
        press(window.page, "C")
    assert window.current.waiting == frozenset()
    assert len(window.current.selected_ids) == 1 and not window.problems.problems


def test_name_and_role(tmp_path):
    settings.put(NAME, "  A.  Adams ")
    settings.put(ROLE, Role.APPROVER)
    with Desk.open(tmp_path / "ws", "login") as desk:
        sit_down(desk, is_named=False, has_role=False)
        assert (desk.actor, desk.people.role) == ("A. Adams", Role.APPROVER)
        assert [e.action for e in desk.history.log()] == ["person.role"], "one entry for both"
    with Desk.open(tmp_path / "ws", "login", role=Role.ANALYST) as desk:
        sit_down(desk, is_named=True, has_role=True)
        assert (desk.actor, desk.people.role) == ("login", Role.ANALYST), "said at the start"
    settings.forget(ROLE)
    with Desk.open(tmp_path / "ws", "login") as desk:
        sit_down(desk, is_named=False, has_role=False)
        assert (desk.actor, desk.people.role) == ("A. Adams", Role.APPROVER), "the role they had here"
    with Desk.open(tmp_path / "ws", "login", read_only=True) as desk:
        sit_down(desk, is_named=False, has_role=False)
        assert desk.actor == "login"


def test_bands(window, dialog):
    choose(dialog, SHOWN, 40)
    assert window.current.limits == Limits(shown=0.4) and not window.spans.limits.reset.isEnabled()
    window.current.set_limits(Limits(shown=0.7))
    choose(dialog, SHOWN, 50)
    assert window.current.limits == Limits(shown=0.7), "somebody moved them here"
    assert window.action_table["view.reset_limits"].isEnabled()
    window.commands.reset_limits()
    assert window.current.limits == Limits(shown=0.5)
    choose(dialog, LIKELY, 95)
    assert "below that of likely" in dialog.rows[LIKELY.key].fault.text()
    choose(dialog, CERTAIN, 95)
    assert limits_kept.start() == Limits(0.95, 0.95, 0.5)


def test_recognising_text_goes_into_the_next_scan(desk, memo, open_window, qtbot, tmp_path):
    settings.put(OCR_MODE, OcrMode.NEVER)
    window = open_window(desk)
    assert desk.scan_options["ocr"]["mode"] == "never"
    press(window.page, "Ctrl+,")
    dialog = window.comfort.settings
    choose(dialog, TESSDATA, str(tmp_path))
    choose(dialog, OCR_MODE, "always")
    choose(dialog, OCR_LANGUAGES, "xyz")
    asked = desk.scan_options["ocr"]
    assert (asked["mode"], asked["languages"], asked["tessdata"]) == ("always", ["xyz"], str(tmp_path))
    assert asked["cache"].startswith(str(desk.folder))
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert window.problems.problems, "a language that is not there is said now, not after the scan"
    dialog.reject()
    assert desk.scan_options["ocr"]["mode"] == "never"
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)


def test_a_damaged_file_opens_the_window_with_one_message(desk, memo, open_window, qtbot):
    path = settings.location()
    settings.store().sync()
    path.write_bytes(b"\x00\xff garbage [[[\n")
    window = open_window(desk)
    assert window.current.document.id == memo and window.page.fit == "width"
    assert [p.text for p in window.problems.problems if "settings" in p.text] == [window.message_bar.text]
    assert "damaged" in window.message_bar.text and "Edit › Settings" in window.message_bar.text
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    path.unlink()


def test_gaps_nobody_decided_about(desk, memo, open_window, dialog):
    assert desk.releases.draft(memo).gap is Gap.AUTO
    choose(dialog, GAP, "line")
    assert desk.releases.draft(memo).gap is Gap.LINE
    dialog.reject()
    assert desk.releases.draft(memo).gap is Gap.AUTO
    settings.put(GAP, "constant")
    other = open_window(desk)
    assert desk.releases.draft(memo).gap is Gap.CONSTANT
    other.current.show_document(None)


def test_what_is_shown_at_the_start(desk, memo, open_window, qtbot):
    article = next(d.id for d in desk.documents() if d.id != memo)
    first = open_window(desk)
    qtbot.waitUntil(lambda: not first.status.is_busy, timeout=WAIT)
    assert first.current.document.id == memo, "what has something to decide"
    first.current.show_document(article)
    first.close()
    settings.put(OPENS, "last")
    second = open_window(desk)
    qtbot.waitUntil(lambda: not second.status.is_busy, timeout=WAIT)
    assert second.current.document.id == article
    second.close()
    settings.put(OPENS, "start")
    assert open_window(desk).current.document is None


def test_the_layout_goes_back(window):
    settings.put(PLACE, (40, 50, 700, 500))
    first = [s.sizes() for s in window.splits]
    window.splits[2].setSizes([600, 300, 300])
    window.setGeometry(30, 30, 700, 500)
    window.action_table["view.reset_layout"].trigger()
    assert not settings.is_set(PLACE)
    area = geometry_kept.screens()[0]
    assert window.width() == min(1280, area.width()) and window.height() == min(800, area.height())
    if area.width() >= 1280 and area.height() >= 800:
        assert [s.sizes() for s in window.splits] == first
