"""Crash files hold where, never what."""

from __future__ import annotations

from pathlib import Path

import pytest

from review_app.review import places


def test_a_crash_file_names_places_and_no_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "crash_folder", lambda: tmp_path)
    secret = "withheld words"
    try:
        try:
            raise KeyError(secret)
        except KeyError as first:
            raise ValueError(f"about {secret}") from first
    except ValueError as error:
        path = places.write_crash_file(error)
    assert path is not None
    text = path.read_text(encoding="utf-8")
    assert "builtins.ValueError" in text and "builtins.KeyError" in text and "test_places.py" in text
    assert secret not in text and secret not in path.name


def test_where_no_crash_file_can_be_written_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr(places, "crash_folder", lambda: tmp_path / "file")
    assert places.write_crash_file(ValueError("x")) is None
