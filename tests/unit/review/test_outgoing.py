"""A file on its way out appears whole or not at all, and a broken run leaves nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from review_app.domain.errors import EnvironmentProblem, InputRefused, UsageError
from review_app.review import outgoing as outgoing_module
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


WRITER = """
import os, sys
from pathlib import Path
from review_app.review.outgoing import outgoing
with outgoing(Path(sys.argv[1]), None) as part:
    is_empty = list(part.parent.iterdir()) == []
    part.write_text("half", encoding="utf-8")
    print(is_empty, flush=True)
    sys.stdin.readline()
    os._exit(1)
"""


def writer(target: Path) -> subprocess.Popen[str]:
    """Another program in the middle of writing ``target``; a line on its input kills it there."""
    found = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[3])
    assert found.stdout is not None and found.stdout.readline() == "True\n"
    return found


def kill(program: subprocess.Popen[str]) -> None:
    program.communicate("\n")
    assert program.returncode == 1


def test_what_a_killed_program_left_goes_with_the_next_export_or_a_sweep(tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    kill(writer(target))
    assert len(list(tmp_path.iterdir())) == 1
    kill(writer(target))  # it began in an empty folder
    assert len(list(tmp_path.iterdir())) == 1
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_exports_to_one_name_at_a_time_do_not_meet(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    with outgoing(target, source) as part:
        part.write_text("first", encoding="utf-8")
        with pytest.raises(EnvironmentProblem, match="being written by another export"), outgoing(
            target, source
        ):
            pytest.fail("the block was entered")
        with outgoing(tmp_path / "other.pdf", source) as beside:
            beside.write_text("beside", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "first"
    with outgoing(target, source) as part:
        part.write_text("second", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "second"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["memo.txt", "other.pdf", "out.pdf"]


@pytest.mark.skipif(os.name != "posix", reason="folders are locked on POSIX systems only")
def test_an_export_of_another_program_is_left_alone_while_it_lives(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    other = writer(target)
    try:
        with pytest.raises(EnvironmentProblem, match="being written by another export"), outgoing(
            target, source
        ):
            pytest.fail("the block was entered")
        assert [p.read_text(encoding="utf-8") for p in tmp_path.glob("*/out.pdf")] == ["half"]
    finally:
        kill(other)
    with outgoing(target, source) as part:
        part.write_text("new", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "new"


def test_without_the_lock_two_exports_would_meet(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing_module, "_lock", lambda _folder, _target: None)
    monkeypatch.setattr(outgoing_module, "_written", _Forgetful())
    with pytest.raises(EnvironmentProblem, match="cannot be written"), outgoing(
        tmp_path / "out.pdf", source
    ) as part:
        part.write_text("first", encoding="utf-8")
        with outgoing(tmp_path / "out.pdf", source) as second:
            second.write_text("second", encoding="utf-8")


class _Forgetful(set[Path]):
    def __contains__(self, _folder: object) -> bool:
        return False


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
