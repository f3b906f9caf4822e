"""The main job from the command line, on the samples: process, look at the result, verify."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from review_app.cli.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Call the program in this process: exit code, stdout, stderr."""

    def call(*args: object) -> tuple[int, str, str]:
        code = main([str(a) for a in args])
        out, err = capfdbinary.readouterr()
        return code, out.decode("utf-8"), err.decode("utf-8")

    return call


def _record(scan: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for reading in scan["record"]:
        found.setdefault(reading["field"], []).append(reading["value"])
    return found


def _check_memo(scan: dict[str, Any], void: list[list[int]]) -> None:
    assert [s["lines"] for s in scan["spans"]] == void
    for span in scan["spans"]:
        assert (span["kind"], span["origin"], span["exemption_status"]) == ("blank", "agency", "not_stated")
        assert span["codes"] == [] and span["evidence"] and span["rects"]
    record = _record(scan)
    assert record["marking_at_release"] == ["UNCLASSIFIED"]
    assert record["log_number"] == ["9213910"]
    assert record["disposition"] == ["released_in_part"]
    assert record["control_number"] == ["01530"]
    assert record["doc_date"] == ["1992-04-29"]
    assert record["review_authority"] == ["ROBERT WILLER"]
    assert record["review_date"] == ["1996-06-17"]
    assert record["case_id"] == ["90019152"]
    assert record["reviewing_office"] and record["from"] and record["to"] and record["subject"]
    assert record["attachments"]
    for reading in scan["record"]:
        assert reading["raw"] and 0 < reading["confidence"] <= 1
        assert 1 <= reading["page"] <= scan["page_count"]
        x0, y0, x1, y1 = reading["rect"]
        assert 0 <= x0 < x1 <= 612 and 0 <= y0 < y1 <= 792


def test_scan_of_the_sample_memo_and_article(run: Run, seeds: Path) -> None:
    code, out, _ = run("scan", seeds / "1992-briefing-memo.txt", seeds / "1993-news-article.txt", "--json")
    assert code == 0
    memo, article = (json.loads(line) for line in out.splitlines())
    _check_memo(memo, [[79, 82], [87, 88]])
    assert article["spans"] == [] and article["record"] == [] and article["warnings"] == []
    assert article["page_count"] >= 1


def test_scan_of_the_real_memo_and_article(run: Run, shared: Path) -> None:
    files = sorted((shared / "seeds").glob("*.txt"))
    code, out, _ = run("scan", *files, "--json")
    assert code == 0
    memo, article = (json.loads(line) for line in out.splitlines())
    _check_memo(memo, [[81, 84], [89, 90]])
    assert article["spans"] == [] and article["record"] == [] and article["warnings"] == []


def test_process_records_annotates_and_verifies(run: Run, seeds: Path, tmp_path: Path) -> None:
    work, out_folder = tmp_path / "work", tmp_path / "out"
    code, out, err = run(
        "process", seeds, "--workspace", work, "--out", out_folder, "--case", "C-1", "--actor", "Ortiz"
    )
    assert code == 0, err
    assert "1992-briefing-memo.txt" in out and "released_in_part" in out and "ROBERT WILLER" in out

    copies = sorted(p.name for p in out_folder.iterdir())
    assert copies == ["1992-briefing-memo.annotated.pdf", "1993-news-article.annotated.pdf"]
    with sqlite3.connect(work / "review.db") as db:
        assert db.execute("select count(*) from documents where state = 'ready'").fetchone() == (2,)
        assert db.execute("select count(*) from spans").fetchone() == (2,)
        assert db.execute("select number from cases").fetchall() == [("C-1",)]
    db.close()

    memo = out_folder / copies[0]
    code, out, err = run("log", "verify", "--workspace", work, "--anchor", memo)
    assert code == 0, out + err
    code, again, _ = run("scan", memo, "--json")
    assert code == 0
    assert len(json.loads(again)["spans"]) == 2


def test_process_twice_scans_nothing_twice(run: Run, seeds: Path, tmp_path: Path) -> None:
    for expected in ("", "recorded before"):
        code, out, err = run("process", seeds, "--workspace", tmp_path / "w", "--out", tmp_path / "out")
        assert code == 0, err
        assert expected in out
    assert len(list((tmp_path / "out").iterdir())) == 2, "an unchanged earlier copy is replaced, not doubled"
    with sqlite3.connect(tmp_path / "w" / "review.db") as db:
        assert db.execute("select count(*) from documents").fetchone() == (2,)
    db.close()


def test_an_annotated_copy_reads_back_as_the_same_spans(run: Run, seeds: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.pdf"
    _, first, _ = run("scan", seeds / "1992-briefing-memo.txt", "--json")
    marks = tmp_path / "marks.json"
    marks.write_text(first, encoding="utf-8")
    code, _, err = run("annotate", seeds / "1992-briefing-memo.txt", "-o", copy, "--marks", marks)
    assert code == 0, err
    _, second, _ = run("scan", copy, "--json")
    wanted = (
        "id", "page", "kind", "origin", "status", "rects", "codes", "exemption_status", "lines", "extent",
    )
    one, two = json.loads(first)["spans"], json.loads(second)["spans"]
    assert [{k: s.get(k) for k in wanted} for s in two] == [{k: s.get(k) for k in wanted} for s in one]
    with pikepdf.open(copy) as pdf:
        kinds = [str(a.Subtype) for page in pdf.pages for a in page.get("/Annots", [])]
    assert len(kinds) >= 2


def test_a_reviewers_mark_becomes_a_redact_annotation(run: Run, seeds: Path, tmp_path: Path) -> None:
    marks = tmp_path / "marks.json"
    mark = {"page": 1, "rects": [[100, 100, 300, 140]], "codes": [{"code": "(b)(6)", "raw": "B6"}]}
    marks.write_text(json.dumps({"spans": [mark | {"note": "a note"}]}), encoding="utf-8")
    copy = tmp_path / "copy.pdf"
    article = seeds / "1993-news-article.txt"
    code, _, err = run("annotate", article, "-o", copy, "--marks", marks, "--no-sheet")
    assert code == 0, err
    with pikepdf.open(copy) as pdf:
        redact = [a for a in pdf.pages[0].Annots if a.Subtype == "/Redact"]
        assert len(pdf.pages) == 1, "no review sheet"
        assert len(redact) == 1
        assert "/QuadPoints" in redact[0] and str(redact[0].OverlayText) == "(b)(6)"


@pytest.mark.parametrize("marks", [
    "not json", "[]", '{"spans": 1}', '{"spans": [{"page": 1}]}',
    '{"spans": [{"page": 99, "rects": [[1,1,9,9]]}]}',
    '{"spans": [{"page": 1, "rects": [[1,1,1,9]]}]}', '{"spans": [{"page": 1, "rects": [[-90,-90,-1,-1]]}]}',
    '{"sha256": "00", "spans": []}', '{"spans": [{"page": 1, "rects": []}]}', '{"spans": [[]]}',
])
def test_bad_marks_are_refused_and_nothing_is_written(
    run: Run, seeds: Path, tmp_path: Path, marks: str
) -> None:
    file = tmp_path / "marks.json"
    file.write_text(marks, encoding="utf-8")
    copy = tmp_path / "copy.pdf"
    code, _, err = run("annotate", seeds / "1993-news-article.txt", "-o", copy, "--marks", file)
    assert code == 3
    assert err.count("\n") == 1 and "Traceback" not in err
    assert not copy.exists()


def test_the_original_is_never_overwritten(run: Run, seeds: Path, tmp_path: Path) -> None:
    file = tmp_path / "memo.txt"
    before = (seeds / "1992-briefing-memo.txt").read_bytes()
    file.write_bytes(before)
    code, _, err = run("annotate", file, "-o", file)
    assert code == 3 and "original" in err
    assert file.read_bytes() == before


def test_acts_on_single_files_are_logged_when_a_workspace_is_named(
    run: Run, seeds: Path, tmp_path: Path
) -> None:
    memo, copy, work = seeds / "1992-briefing-memo.txt", tmp_path / "copy.pdf", tmp_path / "w"
    assert run("scan", memo, "--workspace", work, "--actor", "Ortiz")[0] == 0
    assert run("annotate", memo, "-o", copy, "--workspace", work, "--actor", "Ortiz")[0] == 0
    code, out, _ = run("log", "list", "--workspace", work, "--json")
    assert code == 0
    entries = [json.loads(line) for line in out.splitlines()]
    assert [e["action"] for e in entries] == ["file.scan", "file.annotate"]
    assert {e["actor"] for e in entries} == {"Ortiz"}
    assert run("log", "verify", "--workspace", work, "--anchor", copy)[0] == 0


def test_log_export_and_filters(run: Run, seeds: Path, tmp_path: Path) -> None:
    work = tmp_path / "w"
    run("process", seeds, "--workspace", work, "--actor", "=Ortiz")
    code, _, _ = run("log", "export", "-o", tmp_path / "log.json", "--workspace", work)
    assert code == 0
    entries = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    assert entries[0]["prev_hash"] == "0" * 64
    assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1))
    assert run("log", "export", "-o", tmp_path / "log.csv", "--workspace", work)[0] == 0
    table = (tmp_path / "log.csv").read_text(encoding="utf-8")
    assert "'=Ortiz" in table and ",=Ortiz" not in table, "a spreadsheet must not run what a name says"
    assert run("log", "export", "-o", tmp_path / "log.xml", "--workspace", work)[0] == 2
    code, out, _ = run("log", "list", "--workspace", work, "--action", "export.annotated", "--json")
    assert len(out.splitlines()) == 2


def test_an_edited_table_is_found_by_verify(run: Run, seeds: Path, tmp_path: Path) -> None:
    work = tmp_path / "w"
    run("process", seeds, "--workspace", work)
    with sqlite3.connect(work / "review.db") as db:
        db.execute("update spans set status = 'rejected'")
    db.close()
    code, out, err = run("log", "verify", "--workspace", work)
    assert code == 6
    assert "spans" in out and "verify" in err


def test_an_anchor_of_another_workspace_does_not_verify(run: Run, seeds: Path, tmp_path: Path) -> None:
    run("process", seeds, "--workspace", tmp_path / "a", "--out", tmp_path / "out")
    run("process", seeds, "--workspace", tmp_path / "b")
    copy = tmp_path / "out" / "1992-briefing-memo.annotated.pdf"
    assert run("log", "verify", "--workspace", tmp_path / "a", "--anchor", copy)[0] == 0
    assert run("log", "verify", "--workspace", tmp_path / "b", "--anchor", copy)[0] == 6


def test_codes_and_doctor(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("codes", "list")
    assert code == 0 and "US-FOIA" in out
    code, out, _ = run("codes", "list", "UK-FOIA", "--json")
    assert code == 0 and len(out.splitlines()) > 20
    assert all(json.loads(line)["code_id"].startswith("UK-FOIA:") for line in out.splitlines())
    code, out, _ = run("codes", "show", "B6")
    assert code == 0 and "(b)(6)" in out
    assert run("codes", "show", "no such code")[0] == 3
    code, out, _ = run("doctor", "--workspace", tmp_path / "w")
    assert code == 0 and "child process: started" in out


def test_an_offices_own_stamps(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "stamps"
    own.mkdir()
    (own / "county.json").write_text(json.dumps({
        "kind": "stamp", "family": "county", "anchors": [{"name": "a", "text": "Archive File", "lead": True}],
        "fields": [{"field": "case_id", "after": "a", "type": "pattern",
                    "patterns": [{"pattern": "K-{d:4}", "value": "K"}]}],
    }))
    (own / "broken.json").write_text("{")
    (tmp_path / "page.txt").write_text("Archive File K-1234\n")
    code, out, _ = run("scan", tmp_path / "page.txt", "--json", "--stamps", own)
    found = json.loads(out)
    assert code == 0 and [r["value"] for r in found["record"]] == ["K"]
    assert found["warnings"] == ["the stamp file broken.json is not used: it is not JSON (line 1)"]
    assert run("scan", tmp_path / "page.txt", "--stamps", tmp_path / "missing")[0] == 3
    monkeypatch.setenv("REVIEW_APP_STAMPS", str(own))
    code, out, _ = run("doctor", "--json", "--workspace", tmp_path / "w")
    said = next(c for c in map(json.loads, out.splitlines()) if c["name"] == "stamp families")
    assert code == 0 and "your own: county" in said["text"] and "broken.json is not used" in said["text"]


@pytest.mark.parametrize("args", [
    ["--help"], ["process", "--help"], ["scan", "--help"], ["annotate", "--help"], ["verify", "--help"],
    ["log", "--help"],
    ["log", "list", "--help"], ["log", "verify", "--help"], ["log", "export", "--help"], ["codes", "--help"],
    ["codes", "list", "--help"], ["codes", "show", "--help"], ["doctor", "--help"], ["open", "--help"],
])
def test_every_command_has_help_with_an_example(run: Run, args: list[str]) -> None:
    code, out, _ = run(*args)
    assert code == 0 and "Example: review-app" in out


@pytest.mark.parametrize("args", [
    ["process"], ["scan"], ["annotate", "x.txt"], ["log", "nothing"], ["scan", "--no"],
])
def test_wrong_usage_is_two(run: Run, args: list[str]) -> None:
    assert run(*args)[0] == 2


@pytest.mark.parametrize("name", ["compare", "report", "case"])
def test_a_command_of_a_later_version_is_not_taken_for_a_file(run: Run, name: str) -> None:
    code, out, err = run(name, "memo.pdf")
    assert code == 2 and out == "" and f"no command {name}" in err


def test_ocr_that_is_demanded_must_be_there(
    run: Run, seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, work = seeds / "1993-news-article.txt", tmp_path / "w"
    monkeypatch.setenv("PATH", str(tmp_path))  # no Tesseract there
    assert run("process", article, "--workspace", work, "--ocr", "never")[0] == 0
    assert run("process", article, "--workspace", work)[0] == 0
    for wanted in (["--ocr", "always"], ["--ocr-engine", "tesseract"], ["--ocr-lang", "nld"]):
        code, _, err = run("process", article, "--workspace", work, *wanted)
        assert code == 5 and "Tesseract" in err and "doctor" in err
    assert run("process", article, "--workspace", work, "--ocr-lang", "../eng")[0] == 2
    assert run("process", article, "--workspace", work, "--ocr", "maybe")[0] == 2


def _program(*args: object, **env: str) -> subprocess.Popen[bytes]:
    display = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return subprocess.Popen(
        [sys.executable, "-m", "review_app", *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2], start_new_session=True,
        # A suite that was itself started in the background ignores SIGINT, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        env={**{k: v for k, v in os.environ.items() if k not in display}, **env},
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks for a display as Linux has it")
@pytest.mark.parametrize("args", [[], ["memo.txt"], ["open", "memo.txt"]])
def test_without_a_display_the_window_names_process(args: list[str], tmp_path: Path) -> None:
    with _program(*args, REVIEW_APP_WORKSPACE=str(tmp_path / "w")) as done:
        _, err = done.communicate(timeout=60)
    assert done.returncode == 5
    assert b"review-app process" in err and b"Traceback" not in err


def test_headless_commands_never_import_qt(seeds: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from review_app.cli.main import main; "
        f"code = main(['process', {str(seeds)!r}, '--workspace', {str(tmp_path / 'w')!r}]); "
        "never = ('PySide6', 'shiboken6', 'pymupdf', 'pikepdf', 'pypdfium2'); "
        "bad = [m for m in sys.modules if m.split('.')[0] in never]; "
        "print(code, bad)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 []"


def test_ctrl_c_ends_with_130_and_leaves_no_half_document(seeds: Path, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    text = (seeds / "1992-briefing-memo.txt").read_text(encoding="utf-8")
    for number in range(60):
        (folder / f"memo-{number:02}.txt").write_text(text + f"copy {number}\n", encoding="utf-8")
    with _program("process", folder, "--workspace", tmp_path / "w", "--jobs", 1) as done:
        while not list((tmp_path / "w" / "exports").glob("*.pdf")):
            assert done.poll() is None, "ended before it could be stopped"
        done.send_signal(signal.SIGINT)
        _, err = done.communicate(timeout=60)
    assert done.returncode == 130, err
    assert b"Traceback" not in err
    with sqlite3.connect(tmp_path / "w" / "review.db") as db:
        ready, pages = (
            db.execute("select count(*), coalesce(sum(page_count), 0) from documents where state = 'ready'")
            .fetchone()
        )
        assert 0 < ready < 60
        assert db.execute("select count(*) from documents where state = 'incoming'").fetchone() == (0,)
        assert db.execute("select count(*) from pages").fetchone() == (pages,)
    db.close()
    assert main(["log", "verify", "--workspace", str(tmp_path / "w")]) == 0


def test_a_reader_that_goes_away_is_no_error(seeds: Path) -> None:
    with _program("codes", "list", "--json") as done:
        assert done.stdout is not None
        done.stdout.close()
        assert done.stderr is not None
        err = done.stderr.read()
        done.wait(timeout=60)
    assert b"Traceback" not in err and b"BrokenPipe" not in err
    assert done.returncode == 0


def test_process_rescan_says_what_changed_and_keeps_decisions(run: Run, seeds: Path, tmp_path: Path) -> None:
    memo, where = seeds / "1992-briefing-memo.txt", ("--workspace", tmp_path / "w")
    assert run("process", memo, *where)[0] == 0
    code, _, err = run("process", memo, memo, *where, "--rescan")
    assert code == 0 and err.count("scanned again") == 1 and "nothing new, 2 kept" in err
    assert "scanned again" not in run("process", memo, *where)[2]
