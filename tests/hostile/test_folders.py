"""Folders and files in odd relations: in and out the same, one inside the other, links, the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from review_app.cli.main import main
from review_app.domain.errors import EnvironmentProblem
from review_app.review.desk import Desk

Run = Callable[..., tuple[int, str, str]]
posix = pytest.mark.skipif(os.name != "posix", reason="links and devices of POSIX systems")


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def call(*args: object) -> tuple[int, str, str]:
        code = main([str(a) for a in args])
        out, err = capfdbinary.readouterr()
        return code, out.decode("utf-8"), err.decode("utf-8")

    return call


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"Text of file {name}.\n", encoding="utf-8")
    return folder


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_the_output_folder_may_be_the_input_folder(run: Run, inbox: Path, tmp_path: Path) -> None:
    for _ in range(2):  # the second time its own copies lie among the input
        code, _, err = run("process", inbox, "--out", inbox, "--workspace", tmp_path / "w")
        assert code == 0 and "2 of 2 recorded" in err, err
        assert _names(inbox) == ["one.annotated.pdf", "one.txt", "two.annotated.pdf", "two.txt"]


def test_the_output_folder_may_lie_around_or_inside_the_input(run: Run, inbox: Path, tmp_path: Path) -> None:
    assert run("process", inbox, "--out", tmp_path, "--workspace", tmp_path / "w")[0] == 0
    for _ in range(2):
        code, _, err = run("process", inbox, "--out", inbox / "out", "--workspace", tmp_path / "w")
        assert code == 0 and "2 of 2 recorded" in err, err
    assert _names(inbox / "out") == ["one.annotated.pdf", "two.annotated.pdf"]


def test_a_workspace_among_the_input_is_not_input(run: Run, inbox: Path, tmp_path: Path) -> None:
    assert run("process", inbox, "--workspace", inbox)[0] == 0  # the folder is the workspace, too
    code, _, err = run("process", inbox, "--workspace", tmp_path / "other")
    assert code == 0 and "2 of 2 recorded" in err, err


@posix
def test_links_in_a_circle_are_one_refused_file(run: Run, inbox: Path, tmp_path: Path) -> None:
    (inbox / "loop").symlink_to("loop")
    (inbox / "self").symlink_to(".")
    code, _, err = run("process", inbox, "--workspace", tmp_path / "w")
    assert code == 3 and "2 of 3 recorded" in err, err


def test_a_name_that_no_file_can_have_is_refused(run: Run, tmp_path: Path) -> None:
    code, _, err = run("process", tmp_path / ("x" * 5000), "--workspace", tmp_path / "w")
    assert code == 3 and "cannot be read" in err


def test_a_folder_with_the_name_of_a_copy_is_left_alone(run: Run, inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "one.annotated.pdf").mkdir(parents=True)
    assert run("process", inbox / "one.txt", "--out", out, "--workspace", tmp_path / "w")[0] == 0
    assert _names(out) == ["one.annotated-2.pdf", "one.annotated.pdf"]


def test_the_same_bytes_give_one_copy(run: Run, inbox: Path, tmp_path: Path) -> None:
    shutil.copy(inbox / "one.txt", inbox / "same.txt")
    again = inbox / ".." / inbox.name / "one.txt"
    code, out, _ = run("process", inbox, again, "--workspace", tmp_path / "w", "--jobs", 4)
    assert code == 0 and len(out.splitlines()) == 5
    copies = _names(tmp_path / "w" / "exports")
    assert copies in (
        ["one.annotated.pdf", "two.annotated.pdf"], ["same.annotated.pdf", "two.annotated.pdf"]
    )


def test_an_exchanged_original_is_noticed_never_exported_and_put_right_by_the_true_file(
    run: Run, inbox: Path, tmp_path: Path
) -> None:
    workspace = tmp_path / "w"
    assert run("process", inbox, "--workspace", workspace)[0] == 0
    with sqlite3.connect(workspace / "review.db") as db:
        document, sha = db.execute("SELECT id, sha256 FROM documents WHERE name = 'one.txt'").fetchone()
    db.close()
    original = workspace / "originals" / sha[:2] / f"{sha}.txt"
    original.chmod(0o600)
    original.write_text("something else", encoding="utf-8")
    with Desk.open(workspace, "ortiz") as desk, pytest.raises(EnvironmentProblem, match="exchanged"):
        desk.exporting.annotated(document)
    code, out, err = run("log", "verify", "--workspace", workspace)
    assert code == 6 and "its original is not the file that came in" in out
    assert "1 problem." in err
    assert run("process", inbox / "one.txt", "--workspace", workspace)[0] == 0
    assert run("log", "verify", "--workspace", workspace)[0] == 0
    original.unlink()
    code, out, _ = run("log", "verify", "--workspace", workspace)
    assert code == 6 and "its original is missing" in out


def test_an_empty_workspace_name_is_wrong_usage(
    run: Run, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for args in (["process", inbox], ["scan", inbox / "one.txt"], ["log", "list"]):
        code, _, err = run(*args, "--workspace", "")
        assert code == 2 and "workspace folder is empty" in err
    assert _names(tmp_path) == ["in"]


def test_annotate_names_the_file_it_refuses(run: Run, tmp_path: Path) -> None:
    code, _, err = run("annotate", tmp_path / "nope.pdf", "-o", tmp_path / "o.pdf")
    assert code == 3 and "nope.pdf" in err and len(err.splitlines()) == 1


def test_an_act_is_logged_or_not_done(run: Run, inbox: Path, tmp_path: Path) -> None:
    """The first entry's copy carries the head of an empty log, and holds as an anchor."""
    workspace, out = tmp_path / "w", tmp_path / "o.pdf"
    assert run("annotate", inbox / "one.txt", "-o", out, "--workspace", workspace)[0] == 0
    assert run("log", "verify", "--workspace", workspace, "--anchor", out)[0] == 0
    with sqlite3.connect(workspace / "review.db") as db:
        db.execute("CREATE TRIGGER full BEFORE INSERT ON acts BEGIN SELECT RAISE(ABORT, 'no'); END")
    db.close()
    code, _, err = run("annotate", inbox / "one.txt", "-o", tmp_path / "p.pdf", "--workspace", workspace)
    assert code != 0 and not (tmp_path / "p.pdf").exists(), err
    files = inbox / "one.txt", inbox / "two.txt"
    code, out_text, err = run("scan", *files, "--json", "--workspace", workspace)
    assert code != 0 and out_text == "" and len(err.splitlines()) == 2  # each was tried


@pytest.mark.parametrize(("option", "value", "code", "found"), [
    ("--since", "garbage", 2, 0), ("--since", "2026-13", 2, 0), ("--until", "2026-02-30", 2, 0),
    ("--since", "2001", 0, 1), ("--until", "2001-01-01", 0, 0), ("--since", "20010101", 0, 1),
    ("--since", "9999-12-31T23:00+05:00", 0, 0), ("--until", "9999-12-31 23:00", 0, 1),
])
def test_times_are_iso_8601_or_wrong_usage(
    run: Run, inbox: Path, tmp_path: Path, option: str, value: str, code: int, found: int
) -> None:
    workspace = tmp_path / "w"
    assert run("scan", inbox / "one.txt", "--workspace", workspace)[0] == 0
    got, out, _ = run("log", "list", "--workspace", workspace, option, value, "--json")
    assert (got, len(out.splitlines())) == (code, found)


def test_passwords_keep_their_odd_characters(run: Run, tmp_path: Path) -> None:
    import pikepdf

    path, words = tmp_path / "locked.pdf", tmp_path / "words.txt"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="caf\u00e9\u2028x"))
    words.write_bytes("\ufeffcaf\u00e9\u2028x\r\n".encode())
    code, out, err = run("scan", path, "--json", "--password-file", words)
    assert code == 0 and json.loads(out)["page_count"] == 1, err
    copy, workspace = tmp_path / "copy.pdf", tmp_path / "w"
    anchored = ("log", "verify", "--workspace", workspace, "--anchor", copy)
    args = ("annotate", path, "-o", copy, "--workspace", workspace, "--password-file", words)
    assert run(*args)[0] == 0
    assert run(*anchored)[0] == 3  # the copy of an encrypted file is encrypted
    assert run(*anchored, "--password-file", words)[0] == 0
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    for bad in ("latin.txt", "missing.txt"):
        code, _, err = run("scan", path, "--password-file", tmp_path / bad)
        assert code == 3 and bad in err and "Error" not in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="permissions of POSIX systems")
def test_what_may_not_be_read_is_refused_and_the_rest_goes_on(inbox: Path, tmp_path: Path) -> None:
    """Click takes an unreadable path for wrong usage and would end the batch before it begins."""
    secret, locked = inbox / "secret.txt", inbox / "locked"
    secret.write_text("not for us", encoding="utf-8")
    locked.mkdir()
    secret.chmod(0)
    locked.chmod(0)
    try:
        done = _without_rights("scan", secret, inbox / "one.txt", "--json")
        assert (done.returncode, done.stdout.count(b"\n"), done.stderr.count(b"\n")) == (3, 1, 1), done.stderr
        done = _without_rights("process", inbox, "--workspace", tmp_path / "w")
        assert done.returncode == 3 and b"2 of 4 recorded" in done.stderr, done.stderr
        assert b"locked cannot be read" in done.stderr and b"secret.txt" in done.stderr
        for args in (
            ["annotate", inbox / "one.txt", "-o", tmp_path / "o.pdf", "--marks", secret],
            ["scan", inbox / "one.txt", "--password-file", secret],
            ["log", "verify", "--workspace", tmp_path / "w", "--anchor", secret],
        ):
            done = _without_rights(*args)
            assert (done.returncode, done.stderr.count(b"\n")) == (3, 1), done.stderr
            assert done.stderr.count(b"secret.txt") == 1, done.stderr
        for args in (
            ["process", inbox, "--workspace", locked], ["process", inbox, "--workspace", locked / "w"],
            ["process", inbox, "--workspace", tmp_path / "v", "--out", locked],
            ["log", "export", "--workspace", tmp_path / "w", "-o", locked / "log.csv"],
        ):
            done = _without_rights(*args)
            assert (done.returncode, done.stderr.count(b"\n")) == (5, 1), done.stderr
    finally:
        locked.chmod(0o700)


def _without_rights(*args: object) -> subprocess.CompletedProcess[bytes]:
    """The program, held to the permissions of files also where root runs the tests."""
    command = [sys.executable, "-m", "review_app", *map(str, args)]
    if os.geteuid() == 0:
        drop = "-dac_override,-dac_read_search"
        if shutil.which("setpriv") is None:
            pytest.skip("root may read everything, and setpriv is not here to give that up")
        command = ["setpriv", "--bounding-set", drop, "--inh-caps", drop, *command]
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, cwd=root)


@posix
def test_a_removed_current_folder_is_words(inbox: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    root = Path(__file__).resolve().parents[2]
    for name, code in (("one.txt", 5), (inbox / "one.txt", 0)):
        gone.mkdir(exist_ok=True)
        done = subprocess.run(
            ["sh", "-c", f"cd '{gone}' && rmdir '{gone}' && '{sys.executable}' -m review_app scan '{name}'"],
            capture_output=True, timeout=120, check=False, env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert done.returncode == code, done.stderr


def test_an_export_of_the_log_is_whole_or_not_there(run: Run, inbox: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    assert run("scan", inbox / "one.txt", "--workspace", workspace)[0] == 0
    out = tmp_path / "log.csv"
    out.mkdir()
    assert run("log", "export", "--workspace", workspace, "-o", out)[0] == 2
    out.rmdir()
    if os.name == "posix":
        out.symlink_to("/dev/null")
        assert run("log", "export", "--workspace", workspace, "-o", out)[0] == 2
        assert out.is_symlink()
        out.unlink()
    assert run("log", "export", "--workspace", workspace, "-o", out)[0] == 0
    assert _names(tmp_path) == ["in", "log.csv", "w"]


def test_a_name_is_no_novel(run: Run, inbox: Path, tmp_path: Path) -> None:
    args = ("scan", inbox / "one.txt", "--workspace", tmp_path / "w", "--actor")
    assert run(*args, "a" * 201)[0] == 2
    assert run(*args, "a" * 200)[0] == 0


@pytest.mark.parametrize(("code", "canonical"), [("s.40(2)", "s.40"), ("b1", "(b)(1)"), ("25X1", "25X1")])
def test_a_code_is_found_as_it_is_printed(run: Run, code: str, canonical: str) -> None:
    got, out, _ = run("codes", "show", code, "--json")
    assert got == 0 and canonical in [json.loads(line)["canonical"] for line in out.splitlines()]


def test_a_code_that_no_scheme_has_is_quoted(run: Run) -> None:
    for code in ("", "zz9"):
        got, _, err = run("codes", "show", code)
        assert got == 3 and f"'{code}'" in err


@pytest.mark.parametrize("odd", [
    {"page": 1e999}, {"page": "x"}, {"confidence": float("nan")}, {"confidence": 7}, {"lines": [1e999, 2]},
    {"rects": [[0, 0, 1e999, 5]]}, {"rects": [[0, 0, 5]]}, {"extent": {"lines": "many"}}, {"codes": "b1"},
])
def test_a_marks_file_with_an_odd_value_is_refused(
    run: Run, inbox: Path, tmp_path: Path, odd: dict[str, object]
) -> None:
    span = {"page": 1, "rects": [[72, 72, 200, 90]], "codes": [], **odd}
    marks = tmp_path / "marks.json"
    marks.write_text(json.dumps({"spans": [span]}), encoding="utf-8")
    code, _, err = run("annotate", inbox / "one.txt", "-o", tmp_path / "o.pdf", "--marks", marks)
    assert (code, len(err.splitlines())) == (3, 1) and "span 1" in err, err
    assert not (tmp_path / "o.pdf").exists()
