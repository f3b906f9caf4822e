"""Recognised pages on disk: kept whole, or taken for not kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from review_app.engine.ocr_cache import Cache, Entry
from review_app.engine.ocr_types import Found

SHA = "ab" * 32
ENTRY = Entry("Tesseract 5 (eng)", (Found("RELEASE", 1.5, 2, 30, 12, 0.9), Found("é", 31, 2, 40, 12, 0.5)))


def file(folder: Path) -> Path:
    return folder / "ab" / SHA / "3.json"


def test_a_reading_is_kept(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path), SHA)
    assert cache.get(3) is None
    cache.put(3, ENTRY)
    assert cache.get(3) == ENTRY
    assert cache.get(3, "Tesseract 5 (eng)") == ENTRY
    assert cache.get(3, "Tesseract 5 (nld)") is None, "another recipe reads anew"
    assert Cache(str(tmp_path), "cd" * 32).get(3) is None
    assert [p.name for p in file(tmp_path).parent.iterdir()] == ["3.json"]
    cache.drop(3)
    assert cache.get(3) is None
    cache.drop(3)


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cache = Cache("", SHA)
    cache.put(3, ENTRY)
    cache.drop(3)
    assert cache.get(3) is None and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("harm", [
    lambda data: b"", lambda data: data[:-5], lambda data: data.replace(b"RELEASE", b"DELETED"),
    lambda data: b"\xff" * 500, lambda data: data.partition(b"\n")[2], lambda data: b"[" * 100_000,
])
def test_a_damaged_entry_counts_as_none(tmp_path: Path, harm) -> None:
    cache = Cache(str(tmp_path), SHA)
    cache.put(3, ENTRY)
    file(tmp_path).write_bytes(harm(file(tmp_path).read_bytes()))
    assert cache.get(3) is None
    cache.put(3, ENTRY)
    assert cache.get(3) == ENTRY


def test_an_entry_of_another_page_counts_as_none(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path), SHA)
    cache.put(3, ENTRY)
    file(tmp_path).rename(file(tmp_path).with_name("4.json"))
    assert cache.get(4) is None


def test_a_folder_that_cannot_be_written_costs_only_the_reading(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands here", encoding="utf-8")
    cache = Cache(str(tmp_path / "cache"), SHA)
    cache.put(3, ENTRY)
    assert cache.get(3) is None
