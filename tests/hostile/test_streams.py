"""The standard streams in every state a caller may leave them in, and Ctrl-C at the first moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from review_app.cli.output import counted
from review_app.domain.errors import InputRefused

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="shell redirections and devices of POSIX systems")
linux = pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a thing of Linux")


def _shell(line: str, folder: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    program = f"{sys.executable} -m review_app"
    return subprocess.run(
        ["sh", "-c", line.replace("review-app", program)], capture_output=True, timeout=120, check=False,
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder), **env},
    )


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    path = tmp_path / "memo.txt"
    path.write_text("A line of text.\n" * 5, encoding="utf-8")
    return path


@posix
@pytest.mark.parametrize("args", ["scan memo.txt --json", "scan memo.txt", "process memo.txt --workspace w"])
def test_closed_standard_output_is_an_error_in_words(memo: Path, args: str) -> None:
    """A free descriptor 1 would go to the database; and silence must not pass for success."""
    done = _shell(f"review-app {args} >&-", memo.parent)
    assert done.returncode == 5, done.stderr
    assert b"standard output" in done.stderr and b"Traceback" not in done.stderr
    if args.startswith("process"):
        assert _shell("review-app log verify --workspace w", memo.parent).returncode == 0


@linux
@pytest.mark.parametrize("args", [
    "scan memo.txt --json", "scan memo.txt", "codes list", "codes list US-FOIA --json", "--help", "--version",
])
def test_a_full_disk_under_standard_output_is_five(memo: Path, args: str) -> None:
    done = _shell(f"review-app {args} >/dev/full", memo.parent)
    assert (done.returncode, done.stderr.count(b"\n")) == (5, 1), done.stderr
    assert b"No space left" in done.stderr


@linux
@pytest.mark.parametrize(("redirection", "args", "code"), [
    ("2>&-", "scan nope.txt", 3), ("2>/dev/full", "scan nope.txt", 3), ("2>/dev/full", "scan --nope", 2),
    ("<&- >&- 2>&-", "scan memo.txt", 5), ("<&-", "scan memo.txt", 0), ("| true", "--help", 0),
])
def test_the_exit_code_holds_where_nobody_hears_the_news(
    memo: Path, redirection: str, args: str, code: int
) -> None:
    assert _shell(f"review-app {args} {redirection}", memo.parent).returncode == code


@posix
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_name_that_the_terminal_cannot_show_is_escaped(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "\u0416\u4e2d.txt"
    path.write_text("A line of text.\n", encoding="utf-8")
    done = _shell(f"review-app scan '{path.name}'", tmp_path, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"\\u0416\\u4e2d.txt: 1 page,")
    done = _shell(f"review-app scan '{path.name}' --json", tmp_path, PYTHONIOENCODING=encoding)
    assert json.loads(done.stdout.decode("utf-8"))["file"] == path.name


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="macOS and Windows have no such names")
def test_json_is_utf8_also_for_a_name_that_is_not(tmp_path: Path) -> None:
    name = os.fsdecode(b"bad\xffname.txt")
    (tmp_path / name).write_text("A line of text.\n", encoding="utf-8")
    done = _shell("review-app scan bad*.txt --json", tmp_path)
    assert json.loads(done.stdout.decode("utf-8"))["file"] == name


@posix
def test_ctrl_c_while_the_program_still_loads_ends_in_silence(tmp_path: Path) -> None:
    """Stopped within the import of the command line, as by a person who changes their mind at once."""
    script = (
        "import os, signal, sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'review_app.cli.main': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Stop())\n"
        "import runpy; sys.argv = ['review-app', 'codes', 'list']\n"
        "runpy.run_module('review_app', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=60, check=False, cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_message_keeps_the_file_name_as_it_is() -> None:
    refused = InputRefused("memo.pdf is empty", why="there is nothing in it", todo="look")
    assert str(refused) == "memo.pdf is empty. There is nothing in it. Look."


def test_one_is_not_many() -> None:
    assert (counted(1, "page"), counted(2, "page"), counted(0, "page")) == ("1 page", "2 pages", "0 pages")
