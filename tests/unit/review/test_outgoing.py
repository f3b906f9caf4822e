"""A file on its way out appears whole or not at all, and a broken run leaves nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from review_app.domain.errors import EnvironmentProblem, InputRefused, UsageError
from review_app.review.outgoing import outgoing, sweep


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "memo.txt"
    path.write_text("as received", encoding="utf-8")
    return path


def test_it_takes_its_name_when_the_block_ends(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    target.write_text("old", encoding="utf-8")
    with outgoing(target, source) as part:
        part.write_text("new", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "old"
    assert target.read_text(encoding="utf-8") == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["memo.txt", "out.pdf"]


def test_nothing_is_left_of_a_broken_one(source: Path, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), outgoing(tmp_path / "out.pdf", source) as part:
        part.write_text("half", encoding="utf-8")
        (part.parent / ".annotated-of-a-killed-child.part").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert [p.name for p in tmp_path.iterdir()] == ["memo.txt"]


def test_what_a_killed_program_left_goes_with_the_next_export_or_a_sweep(
    source: Path, tmp_path: Path
) -> None:
    unfinished = [outgoing(tmp_path / "out.pdf", source) for _ in range(2)]  # never left: they were killed
    for name in ("first", "second"):
        part = unfinished[name == "second"].__enter__()
        assert list(part.parent.iterdir()) == []
        (part.parent / name).write_text("half", encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 2
    sweep(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["memo.txt"]


def test_the_source_is_never_replaced(source: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.pdf"
    link.symlink_to(source)
    for target in (source, link):
        with pytest.raises(InputRefused, match="overwrite the original"), outgoing(target, source):
            pytest.fail("the block was entered")
    assert source.read_text(encoding="utf-8") == "as received"


@pytest.mark.skipif(os.name != "posix", reason="FIFOs and devices of POSIX systems")
def test_a_device_or_a_folder_is_not_replaced(source: Path, tmp_path: Path) -> None:
    """An annotated copy to /dev/stdout once took the device's place."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    for name in ("fifo", "link", "folder"):
        with pytest.raises(UsageError, match=r"not a regular file|is a folder"), outgoing(
            tmp_path / name, source
        ):
            pytest.fail("the block was entered")
    assert (tmp_path / "fifo").is_fifo() and (tmp_path / "link").is_symlink()


def test_a_missing_folder_is_named(source: Path, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"there is no folder .*nowhere"), outgoing(
        tmp_path / "nowhere" / "out.pdf", source
    ):
        pytest.fail("the block was entered")
