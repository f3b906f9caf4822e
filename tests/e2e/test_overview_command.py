"""``review-app overview`` as a script uses it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from review_app.cli.main import main

Run = Callable[..., tuple[int, str, str]]
CASE = "F-2016/77"


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Call the program in this process: exit code, stdout, stderr."""

    def call(*args: object) -> tuple[int, str, str]:
        code = main([str(a) for a in args])
        out, err = capfdbinary.readouterr()
        return code, out.decode("utf-8"), err.decode("utf-8")

    return call


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Path:
    folder = tmp_path_factory.mktemp("overview") / "w"
    assert main(["process", str(seeds), "--workspace", str(folder), "--case", CASE]) == 0
    return folder


def test_figures_of_a_document_and_of_a_case(run: Run, workspace: Path) -> None:
    code, out, err = run("overview", "1992-briefing-memo.txt", CASE, "--json", "--workspace", workspace)
    assert (code, err) == (0, "")
    memo, case = map(json.loads, out.splitlines())
    assert memo["spans"] == memo["undecided"] == 2 and memo["case"] == CASE
    assert [c["code"] for c in memo["codes"]] == [None]
    assert memo["codes"][0]["exemption_status"] == "not_stated"
    shares = [p["shares"]["agency_undecided"] for p in memo["pages"]]
    assert shares == [0, 0, pytest.approx(memo["areas"]["withheld"]), 0]
    assert memo["disposition"]["stamped"] == "released_in_part"
    assert case["case"] == CASE and [d["file"] for d in case["documents"]].count(memo["file"]) == 1
    assert case["page_count"] == sum(d["page_count"] for d in case["documents"]) == 5
    code, table, _ = run("overview", memo["id"], "--workspace", workspace)
    assert code == 0 and "code not stated" in table and f"{memo['share'] * 100:.1f}%" in table


def test_a_report_and_pictures_are_written_and_logged(run: Run, workspace: Path, tmp_path: Path) -> None:
    for name in ("o.html", "o.svg", "o.png"):
        out_option = ("-o", tmp_path / name)
        code, out, err = run("overview", CASE, *out_option, "--workspace", workspace, "--actor", "ana")
        assert (code, out) == (0, "") and "2 documents" in err
        assert (tmp_path / name).stat().st_size > 2000
    _, listed, _ = run("log", "list", "--action", "export.overview", "--json", "--workspace", workspace)
    entries = [json.loads(line) for line in listed.splitlines()]
    assert [e["actor"] for e in entries] == ["ana"] * 3
    assert f"{entries[0]['seq'] - 1} {entries[0]['prev_hash']}" in (tmp_path / "o.html").read_text("utf-8")
    assert run("log", "verify", "--workspace", workspace)[0] == 0
    for name in ("o.html", "o.svg", "o.png"):
        assert run("log", "verify", "--anchor", tmp_path / name, "--workspace", workspace)[0] == 0
    said = (tmp_path / "o.html").read_text("utf-8")
    (tmp_path / "o.html").write_text(said.replace(entries[0]["prev_hash"], "ab" * 32), encoding="utf-8")
    code, _, err = run("log", "verify", "--anchor", tmp_path / "o.html", "--workspace", workspace)
    assert code == 6 and "does not verify" in err
    (tmp_path / "other.html").write_text("<p>review-app log head</p>", encoding="utf-8")
    assert run("log", "verify", "--anchor", tmp_path / "other.html", "--workspace", workspace)[0] == 3


def test_what_is_not_there_is_named_and_no_report_leaves_it_out(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    out = tmp_path / "o.html"
    code, _, err = run("overview", CASE, "nope\n\u202e.pdf", "-o", out, "--workspace", workspace)
    assert code == 3 and "nope\\n\\u202e.pdf" in err and "Nothing was written" in err and not out.exists()
    code, lines, _ = run("overview", "nope.pdf", CASE, "--json", "--workspace", workspace)
    assert code == 3 and len(lines.splitlines()) == 1
    code, _, err = run("overview", CASE, "-o", tmp_path / "o.pdf", "--workspace", workspace)
    assert code == 2 and ".svg" in err
    code, _, err = run("overview", CASE, "-o", tmp_path / "gone" / "o.svg", "--workspace", workspace)
    assert code == 5 and "no folder" in err
    code, _, err = run("overview", CASE, "--notes", "--workspace", workspace)
    assert code == 2 and "-o" in err
    assert run("overview", "--workspace", workspace)[0] == 2
    assert run("overview", CASE, "--workspace", tmp_path / "none")[0] == 3
    assert not (tmp_path / "none").exists()


def test_it_needs_neither_a_window_nor_a_display(run: Run) -> None:
    code, out, _ = run("overview", "--help")
    assert code == 0 and "Example: review-app overview" in out
    import subprocess

    script = (
        "import sys; from review_app.cli.main import main; main(['overview', '--help'])\n"
        "assert not {'PySide6', 'jinja2', 'PIL'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0
