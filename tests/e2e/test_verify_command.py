"""The command ``verify``: exit codes, the table, the certificate, the log."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from review_app.cli.main import main

sys.path.append(str(Path(__file__).resolve().parents[1] / "engine"))

import careless
import leak_channels

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def _run(*args: object) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        code = main([str(a) for a in args])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return _run


def _files(tmp_path: Path, name: str, recipe: str) -> tuple[Path, Path, Path]:
    case = leak_channels.make(name)
    original, output, marks = tmp_path / "o.pdf", tmp_path / "r.pdf", tmp_path / "m.json"
    original.write_bytes(case.data)
    output.write_bytes(careless.RECIPES[recipe](case.data, case.marks, case.password))
    marks.write_text(json.dumps({"spans": [
        {"id": m.id, "page": m.page, "rects": [r.as_list() for r in m.rects], "codes": list(m.codes)}
        for m in case.marks
    ]}), encoding="utf-8")
    return original, output, marks


def test_a_file_alone(run: Run, tmp_path: Path, seeds: Path) -> None:
    original, _, _ = _files(tmp_path, "t42_covered", "plain")
    code, out, _ = run("verify", original)
    assert code == 4 and "FAILED" in out and "text under a box" in out
    assert leak_channels.SECRET not in out
    code, out, _ = run("verify", original, seeds / "1993-news-article.txt", tmp_path / "none.pdf", "--json")
    first, second = (json.loads(line) for line in out.splitlines())
    assert code == 4, "the gravest of found and refused"
    assert not first["passed"] and second["passed"] and first["findings"][0]["count"] == 10


def test_a_release_copy(run: Run, tmp_path: Path) -> None:
    original, output, marks = _files(tmp_path, "d01_outline", "garbage")
    code, out, _ = run("verify", output, "--original", original, "--marks", marks, "--json")
    paper = json.loads(out)
    assert code == 4 and paper["certificate"] == 1 and paper["mark_count"] == 1
    assert any(f["leak"] and f["mark"] == "m1" for f in paper["findings"])
    assert leak_channels.SECRET.lower() not in out.lower()
    clean = pymupdf.open(output)
    clean.set_toc([])
    fresh = tmp_path / "fresh.pdf"
    clean.save(fresh, garbage=4)
    work = tmp_path / "w"
    code, out, _ = run(
        "verify", fresh, "--original", original, "--marks", marks, "--json", "--workspace", work,
    )
    paper = json.loads(out)
    assert code == 0 and paper["passed"] and paper["audit_head"] == {"seq": 0, "hash": "0" * 64}
    assert paper["kept"]["words"] == paper["kept"]["kept_words"] > 10
    code, out, _ = run("log", "list", "--workspace", work)
    assert code == 0 and "check a file" in out


def test_wrong_calls_and_wrong_files(run: Run, tmp_path: Path) -> None:
    original, output, marks = _files(tmp_path, "t01_simple_font", "garbage")
    assert run("verify", output, "--original", original)[0] == 2
    assert run("verify", output, output, "--original", original, "--marks", marks)[0] == 2
    assert run("verify", tmp_path / "none.pdf")[0] == 3
    value = json.loads(marks.read_text(encoding="utf-8"))
    marks.write_text(json.dumps({**value, "sha256": "0" * 64}), encoding="utf-8")
    code, out, err = run("verify", output, "--original", original, "--marks", marks)
    assert code == 3 and out == "" and "another file" in err
    value["spans"][0]["page"] = 9
    marks.write_text(json.dumps(value), encoding="utf-8")
    code, _, err = run("verify", output, "--original", original, "--marks", marks)
    assert code == 3 and "page 9" in err
    marks.write_text("{", encoding="utf-8")
    assert run("verify", output, "--original", original, "--marks", marks)[0] == 3
