"""Bad input: one clear line, the contract's exit code, the batch goes on, nothing is half recorded."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pymupdf
import pytest

from review_app.cli.main import main

GOOD = "A line of text.\n" * 5


def _pdf(path: Path, text: str = "Released text of a small page") -> Path:
    with pymupdf.open() as doc:
        doc.new_page().insert_text((72, 72), text)
        doc.save(path)
    return path


def _empty(path: Path) -> Path:
    path.with_suffix(".txt").write_bytes(b"")
    return path.with_suffix(".txt")


def _missing(path: Path) -> Path:
    return path.with_suffix(".txt")


def _garbage_text(path: Path) -> Path:
    path.with_suffix(".txt").write_bytes(bytes((i * 197 + 31) % 256 for i in range(5000)))
    return path.with_suffix(".txt")


def _garbage_pdf(path: Path) -> Path:
    path.with_suffix(".pdf").write_bytes(bytes((i * 197 + 31) % 256 for i in range(5000)))
    return path.with_suffix(".pdf")


def _truncated(path: Path) -> Path:
    whole = _pdf(path.with_suffix(".pdf")).read_bytes()
    path.with_suffix(".pdf").write_bytes(whole[:60])
    return path.with_suffix(".pdf")


def _encrypted(path: Path) -> Path:
    _pdf(path.with_suffix(".src"))
    with pikepdf.open(path.with_suffix(".src")) as pdf:
        pdf.save(path.with_suffix(".pdf"), encryption=pikepdf.Encryption(owner="o", user="secret"))
    return path.with_suffix(".pdf")


def _no_pages(path: Path) -> Path:
    with pikepdf.new() as pdf:
        pdf.save(path.with_suffix(".pdf"))
    return path.with_suffix(".pdf")


def _nul_bytes(path: Path) -> Path:
    path.with_suffix(".txt").write_bytes(b"some text\0\0\0 and more\n" * 20)
    return path.with_suffix(".txt")


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _device(path: Path) -> Path:
    return Path("/dev/zero")


REFUSED = [_empty, _missing, _garbage_text, _garbage_pdf, _truncated, _encrypted, _no_pages, _nul_bytes]
if sys.platform.startswith("linux"):
    REFUSED += [_fifo, _device]


@pytest.mark.parametrize("make", REFUSED, ids=lambda f: f.__name__.strip("_"))
def test_refused_in_one_line_and_the_rest_goes_on(
    make: Callable[[Path], Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "good.txt"
    good.write_text(GOOD, encoding="utf-8")
    bad = make(tmp_path / "bad")
    work = tmp_path / "w"

    assert main(["scan", str(bad), str(good), "--json"]) == 3
    out, err = capfd.readouterr()
    assert [json.loads(line)["file"] for line in out.splitlines()] == [str(good)]
    assert len(err.splitlines()) == 1 and bad.name in err and "Traceback" not in err

    assert main(["process", str(bad), str(good), "--workspace", str(work)]) == 3
    out, err = capfd.readouterr()
    refusals = [line for line in err.splitlines() if line.startswith("review-app: ")]
    assert len(refusals) == 1 and bad.name in refusals[0]
    with sqlite3.connect(work / "review.db") as db:
        assert db.execute("select name from documents").fetchall() == [("good.txt",)]
    db.close()
    originals = [p for p in (work / "originals").rglob("*") if p.is_file()]
    assert len(originals) == 1, "nothing of a refused file stays"
    assert main(["log", "verify", "--workspace", str(work)]) == 0


def test_a_folder_is_taken_by_process_only(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert main(["scan", str(folder)]) == 3
    assert main(["process", str(folder), "--workspace", str(tmp_path / "w")]) == 3, "an empty folder"
    (folder / "a.txt").write_text(GOOD, encoding="utf-8")
    (folder / ".hidden").write_text(GOOD, encoding="utf-8")
    assert main(["process", str(folder), "--workspace", str(tmp_path / "w")]) == 0
    assert ".hidden" not in capfd.readouterr().out


def test_an_encrypted_pdf_opens_with_its_password(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = _encrypted(tmp_path / "locked")
    passwords = tmp_path / "passwords"
    passwords.write_text("wrong\nsecret\n", encoding="utf-8")
    assert main(["scan", str(file)]) == 3
    assert "password" in capfd.readouterr().err
    assert main(["scan", str(file), "--password-file", str(passwords)]) == 0
    work = tmp_path / "w"
    main(["process", str(file), "--workspace", str(work), "--password-file", str(passwords)])
    capfd.readouterr()
    for path in [work / "review.db", *(p for p in work.glob("review.db-*"))]:
        assert b"secret" not in path.read_bytes(), "passwords are never stored"


@pytest.mark.parametrize(("raw", "expected"), [
    ("Grüße aus Köln, façade, naïve, señor. ".encode("latin-1") * 8, "Grüße aus Köln"),
    ("The office sent regards – “quoted” – from Köln, as always. ".encode("cp1252") * 8, "“quoted”"),
    ("Grüße aus Köln\n".encode("utf-16"), "Grüße aus Köln"),
    ("\ufeffGrüße aus Köln\n".encode("utf-16-le"), "Grüße aus Köln"),
    ("\ufeffGrüße aus Köln\n".encode(), "Grüße aus Köln"),
])
def test_other_encodings_are_decoded_never_garbled(raw: bytes, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(raw)
    assert main(["process", str(file), "--workspace", str(tmp_path / "w")]) == 0
    with sqlite3.connect(tmp_path / "w" / "review.db") as db:
        (text,) = db.execute("select text from page_text").fetchone()
    db.close()
    assert expected.replace("–", "-") in text.replace("–", "-")
    assert "Ã" not in text and "\ufffd" not in text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", [
    "line\nbreak.txt", "right\u202eto\u202cleft.txt", "q\"uo'te.txt", "\u0645\u0644\u0641.txt", "文書.txt",
    b"odd-\xff.txt", "-option.txt", " .txt", "a" * 250 + ".txt",
])
def test_odd_names_are_accepted_and_shown_escaped(
    name: str | bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / os.fsdecode(name)
    file.write_text(GOOD, encoding="utf-8")
    assert main(["process", str(file), "--workspace", str(tmp_path / "w")]) == 0
    out, err = capfd.readouterr()
    for said in (out, err):
        assert "\u202e" not in said and "\udcff" not in said
    rows = [line for line in out.splitlines() if "annotated" in line]
    assert rows
    assert main(["scan", str(file), "--json"]) == 0
    out, _ = capfd.readouterr()
    assert len(out.splitlines()) == 1, "a newline in a name does not break the line of JSON"


def test_a_workspace_held_by_another_process_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "w"
    holder = (
        "import sys; from pathlib import Path; from review_app.store.workspace import Workspace; "
        f"w = Workspace.open(Path({str(work)!r})); print('held', flush=True); sys.stdin.read(); w.close()"
    )
    file = tmp_path / "a.txt"
    file.write_text(GOOD, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2],
    ) as other:
        assert other.stdout is not None and other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        assert main(["process", str(file), "--workspace", str(work)]) == 5
        err = capfd.readouterr().err
        assert len(err.splitlines()) == 1 and "another" in err.lower()
        assert main(["log", "verify", "--workspace", str(work)]) == 0, "the auditor may look meanwhile"
        other.stdin.close()
    assert main(["process", str(file), "--workspace", str(work)]) == 0


def test_a_workspace_from_a_newer_version_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    work, file = tmp_path / "w", tmp_path / "a.txt"
    file.write_text(GOOD, encoding="utf-8")
    assert main(["process", str(file), "--workspace", str(work)]) == 0
    with sqlite3.connect(work / "review.db") as db:
        db.execute("pragma user_version = 9999")
    db.close()
    before = (work / "review.db").read_bytes()
    capfd.readouterr()
    assert main(["process", str(file), "--workspace", str(work)]) == 5
    assert "newer" in capfd.readouterr().err
    assert (work / "review.db").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions in another way")
def test_no_permission_to_read_is_a_refusal(tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text(GOOD, encoding="utf-8")
    file.chmod(0)
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o055)
    # Root may read everything, so root becomes somebody else first, once the program is loaded.
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[3]); from review_app.cli.main import main; "
        "import review_app.cli.process; from pathlib import Path; "
        "from review_app.store.workspace import Workspace; "
        "Workspace.open(Path(sys.argv[2])).close(); "
        "[os.chown(p, 65534, 65534) for p in [sys.argv[2], *Path(sys.argv[2]).rglob('*')]] "
        "if os.geteuid() == 0 else None; "
        "os.geteuid() or (os.setegid(65534), os.seteuid(65534)); "
        "raise SystemExit(main(['process', sys.argv[1], '--workspace', sys.argv[2]]))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(file), str(tmp_path / "w"), str(root)],
        capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert done.returncode == 3, done.stderr
    assert "ermission" in done.stderr and "Traceback" not in done.stderr


def test_a_full_disk_is_said_in_words_and_records_nothing_half(tmp_path: Path) -> None:
    """The child of this test may write files of at most 200 KB, as on a disk that fills up."""
    file = tmp_path / "big.txt"
    file.write_text("words and more words on a line\n" * 30000, encoding="utf-8")
    small = tmp_path / "small.txt"
    small.write_text(GOOD, encoding="utf-8")
    work = tmp_path / "w"
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
        "from review_app.cli.main import main; raise SystemExit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "process", str(file), "--workspace", str(work)],
        capture_output=True, text=True, timeout=120, check=False, cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr and "disk" in done.stderr.lower()
    assert main(["log", "verify", "--workspace", str(work)]) == 0
    with sqlite3.connect(work / "review.db") as db:
        assert db.execute("select count(*) from documents").fetchone() == (0,)
    db.close()
    assert main(["process", str(small), "--workspace", str(work)]) == 0, "with room again, work goes on"
