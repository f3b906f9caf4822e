"""The command ``redact``: a copy only when the attack finds nothing; exit codes, report, log."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from review_app.cli.main import main
from review_app.engine import ocr_rapid
from review_app.engine.ocr_tesseract import find_program
from review_app.workers.pool import Pool

sys.path.append(str(Path(__file__).resolve().parents[1] / "engine"))

import leak_channels
from redact_made import SECRET, every_byte, pdfium_text

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def _run(*args: object) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        code = main([str(a) for a in args])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return _run


def _files(folder: Path, name: str = "t01_simple_font", **more: object) -> tuple[Path, Path, Path]:
    case = leak_channels.make(name)
    original, marks = folder / "memo.pdf", folder / "m.json"
    original.write_bytes(case.data)
    marks.write_text(json.dumps({**more, "spans": [
        {"id": m.id, "page": m.page, "rects": [r.as_list() for r in m.rects], "codes": [{"code": "(b)(6)"}]}
        for m in case.marks
    ]}), encoding="utf-8")
    return original, marks, folder / "out.pdf"


def _first_case() -> str:
    return next(c.name for c in leak_channels.cases() if c.name.startswith("t01"))


def test_a_release_copy_with_its_report_and_log(run: Run, tmp_path: Path) -> None:
    original, marks, out = _files(tmp_path, _first_case())
    before = original.read_bytes()
    report, work = tmp_path / "r.json", tmp_path / "w"
    code, data, said = run(
        "redact", original, "--marks", marks, "-o", out, "--report", report, "--workspace", work,
    )
    assert code == 0, said
    assert data == "" and "verified" in said and "characters removed" in said and SECRET not in said
    assert original.read_bytes() == before
    assert SECRET.encode() not in every_byte(out.read_bytes()) and "(b)(6)" in pdfium_text(out.read_bytes())
    paper = json.loads(report.read_text(encoding="utf-8"))
    assert paper["passed"] and paper["made"]["codes"][0]["where"] == "box"
    assert SECRET not in report.read_text(encoding="utf-8")
    code, listed, _ = run("log", "list", "--workspace", work)
    assert code == 0 and "release copy" in listed
    assert run("verify", out, "--original", original, "--marks", marks)[0] == 0


@pytest.mark.parametrize("method", ["remove", "raster"])
def test_same_input_same_bytes(run: Run, method: str, tmp_path: Path) -> None:
    original, marks, out = _files(tmp_path, _first_case())
    made = []
    for _ in range(2):
        code, _, said = run("redact", original, "--marks", marks, "-o", out, "--method", method)
        assert code == 0, said
        made.append(out.read_bytes())
    assert made[0] == made[1]
    assert SECRET not in pdfium_text(made[0])


def test_what_cannot_be_removed_is_refused_and_the_raster_offered(run: Run, tmp_path: Path) -> None:
    original, marks, out = _files(tmp_path, _first_case())
    with pikepdf.open(io.BytesIO(original.read_bytes())) as pdf:
        pdf.pages[0].contents_add(b"1 2 3 Zz")
        pdf.save(original)
    code, _, said = run("redact", original, "--marks", marks, "-o", out)
    assert code == 3 and "Page 1" in said and "--method raster" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.json", "memo.pdf"]
    assert run("redact", original, "--marks", marks, "-o", out, "--raster-page", "1")[0] == 0


def test_a_copy_that_leaks_is_not_written(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: what the burner wrote is exchanged for the original before the attack."""
    original, marks, out = _files(tmp_path, _first_case())
    from review_app.review import releasing

    real = releasing.Pool.ask

    def ask(pool: releasing.Pool, task: str, params: dict[str, object], **more: object) -> object:
        answer = real(pool, task, params, **more)
        if task == "redact":
            Path(str(params["out"])).write_bytes(original.read_bytes())
        return answer

    monkeypatch.setattr(releasing.Pool, "ask", ask)
    code, data, said = run("redact", original, "--marks", marks, "-o", out, "--report", tmp_path / "r.json")
    assert code == 4 and data == "" and "did not pass verification" in said and SECRET not in said
    assert "m1" in said
    assert not out.exists() and not (tmp_path / "r.json").exists()


@pytest.mark.parametrize(("spans", "wanted"), [
    ([{"page": 9, "rects": [[1, 1, 9, 9]]}], "page 9"),
    ([{"page": 1, "rects": [[700, 1, 709, 9]]}], "without area"),
    ([{"page": 1, "rects": [[1, 1, 1, 9]]}], "Entry 1"),
    ({}, "list of spans"),
])
def test_bad_marks_are_refused(run: Run, spans: object, wanted: str, tmp_path: Path) -> None:
    original, marks, out = _files(tmp_path, _first_case())
    marks.write_text(json.dumps({"spans": spans}), encoding="utf-8")
    code, _, said = run("redact", original, "--marks", marks, "-o", out)
    assert code == 3 and wanted in said and not out.exists()


def test_marks_for_another_file_are_refused(run: Run, tmp_path: Path) -> None:
    original, marks, out = _files(tmp_path, _first_case(), sha256="0" * 64)
    code, _, said = run("redact", original, "--marks", marks, "-o", out)
    assert code == 3 and "another file" in said and not out.exists()


def test_the_original_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    original, marks, _ = _files(tmp_path, _first_case())
    before = original.read_bytes()
    assert run("redact", original, "--marks", marks, "-o", original)[0] == 3
    assert run("redact", original, "--marks", marks, "-o", tmp_path / "a", "--report", tmp_path / "a")[0] == 2
    assert original.read_bytes() == before


def test_a_text_file_becomes_pages(run: Run, tmp_path: Path) -> None:
    source, marks, out = tmp_path / "a.txt", tmp_path / "m.json", tmp_path / "o.pdf"
    source.write_text("The officer Quixwarden spoke first\n", encoding="utf-8")
    code, data, _ = run("scan", source, "--json")
    assert code == 0
    page = json.loads(data)["pages"][0]
    span = {"page": 1, "rects": [[0, 0, page["width"], 200]]}
    marks.write_text(json.dumps({"spans": [span]}), encoding="utf-8")
    code, _, said = run("redact", source, "--marks", marks, "-o", out)
    assert code == 0, said
    assert SECRET.encode() not in every_byte(out.read_bytes())


def test_the_gap_of_a_name_tells_nothing_unless_asked_to(run: Run, tmp_path: Path) -> None:
    original, marks, out = _files(tmp_path, _first_case())
    said = {}
    for gap in ("auto", "keep", "line"):
        code, _, said[gap] = run("redact", original, "--marks", marks, "-o", out, "--gap", gap)
        assert code == 0, said[gap]
        code, data, _ = run("verify", out, "--original", original, "--marks", marks, "--json")
        (check,) = [c for c in json.loads(data)["checks"] if c["name"].startswith("defended gaps")]
        assert check["note"].startswith("0 of" if gap != "keep" else f"{check['count']} of")
    assert "1 of constant width" in said["auto"] and "1 as wide as what was removed" in said["keep"]
    assert "1 with the rest of their line removed" in said["line"]


def test_a_mark_chooses_its_gap(run: Run, tmp_path: Path) -> None:
    original, marks, out = _files(tmp_path, _first_case())
    value = json.loads(marks.read_text(encoding="utf-8"))
    value["spans"][0]["gap"] = "round"
    marks.write_text(json.dumps(value), encoding="utf-8")
    code, _, said = run("redact", original, "--marks", marks, "-o", out)
    assert code == 0 and "1 rounded" in said
    value["spans"][0]["gap"] = "wide"
    marks.write_text(json.dumps(value), encoding="utf-8")
    assert run("redact", original, "--marks", marks, "-o", out)[0] == 3


@pytest.mark.parametrize(("gap", "wanted"), [("auto", 0), ("constant", 4)])
def test_gaps_nobody_asked_to_defend_are_kept_where_the_copy_does_not_pass(
    gap: str, wanted: int, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted fault: the copy whose line was laid anew is exchanged for the original before the attack."""
    original, marks, out = _files(tmp_path, _first_case())
    from review_app.review import releasing

    real = releasing.Pool.ask

    def ask(pool: releasing.Pool, task: str, params: dict[str, object], **more: object) -> object:
        answer = real(pool, task, params, **more)
        if task == "redact" and params["gap"] != "keep":
            Path(str(params["out"])).write_bytes(original.read_bytes())
        return answer

    monkeypatch.setattr(releasing.Pool, "ask", ask)
    code, _, said = run("redact", original, "--marks", marks, "-o", out, "--gap", gap)
    assert code == wanted and out.exists() == (wanted == 0)
    assert ("its gap keeps the width" in said) == (wanted == 0)
    if wanted == 0:
        assert SECRET.encode() not in every_byte(out.read_bytes())


def test_pictures_are_read_again_only_where_there_is_a_reader(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, marks, out = _files(tmp_path, _first_case())
    common = ("redact", original, "--marks", marks, "-o", out, "--reocr")
    code, _, said = run(*common)
    assert code == 2 and "--method raster" in said and not out.exists()
    if find_program() is not None:
        report = tmp_path / "r.json"
        code, _, said = run(*common, "--method", "raster", "--report", report)
        assert code == 0 and "read again by Tesseract" in said, said
        assert "opening" in pdfium_text(out.read_bytes()) and SECRET not in pdfium_text(out.read_bytes())
        paper = json.loads(report.read_text(encoding="utf-8"))
        assert paper["made"]["reocr"]["words"] > 5 and paper["ocr"]["ran"]
        assert run("verify", out, "--original", original, "--marks", marks)[0] == 0
        out.unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    started: list[str] = []
    bare = Pool.ask
    monkeypatch.setattr(
        Pool, "ask", lambda self, task, *a, **k: (started.append(task), bare(self, task, *a, **k))[1]
    )
    code, _, said = run(*common, "--method", "raster")
    if ocr_rapid.version() is None:
        assert code == 5 and "No engine" in said and started == ["ocr"] and not out.exists()


@pytest.mark.parametrize(("choice", "code", "word"), [
    ("list", 0, "listed"), ("accept", 0, "accepted"), ("refuse", 4, ""),
])
def test_words_that_also_stand_unmarked_are_listed_accepted_or_refused(
    run: Run, choice: str, code: int, word: str, tmp_path: Path
) -> None:
    original, marks, out = _files(tmp_path, "t45_two_pages")
    report = tmp_path / "r.json"
    found, _, said = run(
        "redact", original, "--marks", marks, "-o", out, "--report", report, "--elsewhere", choice
    )
    assert found == code, said
    assert SECRET.lower() not in said.lower() and "page 2" in said
    if code:
        assert "also stands unmarked at 1 place" in said and not out.exists() and not report.exists()
        assert sorted(p.name for p in tmp_path.iterdir()) == ["m.json", "memo.pdf"]
    else:
        there = json.loads(report.read_text(encoding="utf-8"))["made"]["elsewhere"]
        assert there == {"places": 1, "decision": choice} and ("not decided" in said) == (choice == "list")
        assert ("accepted" in said) == (word == "accepted")


def test_where_nothing_else_stands_nothing_is_to_decide(run: Run, tmp_path: Path) -> None:
    original, marks, out = _files(tmp_path, _first_case())
    report = tmp_path / "r.json"
    code, _, said = run(
        "redact", original, "--marks", marks, "-o", out, "--report", report, "--elsewhere", "refuse"
    )
    assert code == 0 and "unmarked" not in said, said
    assert json.loads(report.read_text(encoding="utf-8"))["made"]["elsewhere"]["decision"] == "none needed"
