"""Settings: declared once, typed, checked; what users stored before is read; no file stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QMainWindow

from review_app.domain.bands import DEFAULT, Limits
from review_app.domain.guessing import Gap
from review_app.domain.ocr import OcrEngine, OcrMode
from review_app.domain.people import Role
from review_app.ui import codes_kept, geometry_kept, limits_kept, settings
from review_app.ui.settings import Kind
from review_app.ui.settings_table import (
    CACHE,
    CERTAIN,
    GAP,
    GROUPS,
    LIKELY,
    LIMITS,
    OCR_ENGINE,
    OCR_LANGUAGES,
    OCR_MODE,
    ROLE,
    SHOWN,
    TABLE,
    TESSDATA,
    TEXT_SIZE,
    THEME,
)


@pytest.fixture(autouse=True)
def fresh(qapp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A file of settings for each test."""
    from PySide6.QtCore import QSettings

    before = Path(settings.store().fileName()).parent.parent
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    yield
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(before))


def write(text: str | bytes) -> Path:
    path = settings.location()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_every_setting_is_declared_in_full():
    assert len({s.key for s in TABLE}) == len(TABLE)
    for setting in TABLE:
        assert setting.label and setting.help.endswith((".", ".)")), setting.key
        assert setting.group in GROUPS and (setting.group == "kept") is (setting.kind is Kind.KEPT)
        assert bool(setting.effect) is (setting.kind is not Kind.KEPT), setting.key
        if setting.kind is not Kind.KEPT:
            assert setting.parse(setting.default) == setting.default, "the default makes sense"
            assert setting.parse(str(setting.default)) == setting.default, "also as the file has it"


def test_the_choices_are_the_programs_own():
    assert {value for value, _ in GAP.choices} == set(Gap)
    assert {value for value, _ in OCR_MODE.choices} == set(OcrMode)
    assert {value for value, _ in OCR_ENGINE.choices} == set(OcrEngine)
    assert {value for value, _ in ROLE.choices} == {"last", *Role}


def test_a_value_comes_back_and_its_default_is_not_written():
    assert settings.put(TEXT_SIZE, 150) == settings.get(TEXT_SIZE) == 150
    assert settings.is_set(TEXT_SIZE) and "text_size=150" in written()
    settings.put(TEXT_SIZE, 100)
    assert not settings.is_set(TEXT_SIZE) and "text_size" not in written()


def written() -> str:
    settings.store().sync()
    return settings.location().read_text(encoding="utf-8")


@pytest.mark.parametrize(("setting", "value"), [
    (TEXT_SIZE, 500), (TEXT_SIZE, "x"), (THEME, "pink"), (OCR_LANGUAGES, "../eng"), (CACHE, None),
    (TESSDATA, "a\0b"), (TESSDATA, ["a", "b"]),
])
def test_what_makes_no_sense_is_refused(setting, value):
    with pytest.raises((ValueError, TypeError)):
        settings.put(setting, value)
    assert settings.get(setting) == setting.default and not settings.is_set(setting)


def test_what_users_stored_before_is_read(qtbot, tmp_path: Path):
    """The file as the program wrote it before settings were declared."""
    name = limits_kept.of_workspace(tmp_path / "ws")
    write(f"[codes]\nfavourites=s.40(2), (b)(6)\nlast=(b)(1)\n\n[limits]\n{name}=0.45, 0.6, 0.9\n\n"
          "[window]\nmaximised=false\nplace=40, 50, 700, 500\n")
    assert codes_kept.favourites() == ("s.40(2)", "(b)(6)") and codes_kept.last_used() == ("(b)(1)",)
    assert limits_kept.load(tmp_path / "ws") == Limits(shown=0.45)
    window = QMainWindow()
    qtbot.addWidget(window)
    geometry_kept.restore(window)
    assert window.geometry() == QRect(40, 50, 700, 500)
    assert settings.problem(TABLE) is None


def test_limits_of_the_settings_count_where_nobody_moved_them(tmp_path: Path):
    limits_kept.save(tmp_path / "moved", Limits(shown=0.45))
    settings.put(SHOWN, 30)
    assert limits_kept.load(tmp_path / "other") == Limits(shown=0.3)
    assert limits_kept.load(tmp_path / "moved") == Limits(shown=0.45)
    limits_kept.save(tmp_path / "moved", DEFAULT)  # moved by hand to where they stood at first
    assert limits_kept.load(tmp_path / "moved") == DEFAULT
    settings.put(LIKELY, 95)
    settings.put(CERTAIN, 90)
    assert limits_kept.start() == DEFAULT, "together they make no sense"


def test_forgetting_a_family_forgets_every_workspace(tmp_path: Path):
    for name in "ab":
        limits_kept.save(tmp_path / name, Limits(shown=0.45))
    assert settings.is_set(LIMITS)
    settings.forget(LIMITS)
    assert not settings.is_set(LIMITS) and limits_kept.load(tmp_path / "a") == DEFAULT


def test_values_that_make_no_sense_are_named_once_and_the_start_values_count():
    write("[window]\ntheme=pink\ntext_size=@Invalid()\n[limits]\nabc=x\n[pages]\ncache_mb=1, 2\n")
    problem = settings.problem(TABLE)
    assert problem is not None
    assert "Colours" in problem.what and "Memory for pictures" in problem.what
    assert "Limits of the bands" in problem.what and problem.why and problem.todo
    assert [settings.get(s) for s in (THEME, TEXT_SIZE, CACHE)] == ["system", 100, 128]


def test_what_a_newer_version_wrote_stays_and_is_said():
    write("[settings]\nversion=99\n[sparkle]\nlevel=11\n[window]\ntheme=dark\n")
    problem = settings.problem(TABLE)
    assert problem is not None and "newer version" in problem.what
    assert settings.get(THEME) == "dark"
    settings.put(TEXT_SIZE, 120)
    assert "level=11" in written() and "version=99" in written()


@pytest.mark.parametrize("damage", [
    b"\x00\xff\xfe garbage [[[ \n=\n]", b"[window\ntext_size=150\n", b"\xff" * 3000])
def test_a_damaged_file_is_copied_and_stops_nothing(damage: bytes):
    path = write(damage)
    problem = settings.problem(TABLE)
    assert settings.get(THEME) == "system"
    settings.put(TEXT_SIZE, 120)
    assert settings.get(TEXT_SIZE) == 120
    assert problem is not None and "damaged" in problem.what, "it is said"
    assert path.with_name(path.name + ".damaged").read_bytes() == damage


def test_a_folder_in_its_place_is_said():
    settings.location().mkdir(parents=True)
    problem = settings.problem(TABLE)
    assert problem is not None and settings.get(THEME) == "system"


def test_cancel_puts_back_members_of_families_too(tmp_path: Path):
    limits_kept.save(tmp_path / "a", Limits(shown=0.45))
    before = settings.snapshot()
    settings.forget(LIMITS)
    settings.put(THEME, "dark")
    assert set(settings.restore(before, TABLE)) == {LIMITS, THEME}
    assert limits_kept.load(tmp_path / "a") == Limits(shown=0.45) and settings.get(THEME) == "system"
    assert settings.restore(before, TABLE) == []
