"""Release copies where something goes wrong: never a file under the final name, always a reason."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pymupdf
import pytest

from review_app.cli.main import main
from review_app.domain.errors import Cancelled
from review_app.review import releasing

sys.path.append(str(Path(__file__).resolve().parents[1] / "engine"))

from redact_made import pdfium_text

Run = Callable[..., tuple[int, str]]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def _run(*args: object) -> tuple[int, str]:
        capfdbinary.readouterr()
        code = main([str(a) for a in args])
        return code, capfdbinary.readouterr()[1].decode()

    return _run


@contextmanager
def _disk_of(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes: the nearest thing to a full disk that needs no rights."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _files(folder: Path, pages: int = 1, text: str = "We saw Garcia at the gate") -> tuple[Path, Path, Path]:
    original, marks = folder / "memo.pdf", folder / "m.json"
    with pymupdf.open() as doc:
        for _ in range(pages):
            doc.new_page().insert_text((72, 72), text)
        rect = list(doc[0].search_for("Garcia")[0])
        doc.save(original)
    span = {"page": 1, "rects": [rect], "codes": ["(b)(6)"]}
    marks.write_text(json.dumps({"spans": [span]}), encoding="utf-8")
    return original, marks, folder / "out.pdf"


@pytest.mark.parametrize("size", [0, 300, 1500])
def test_a_full_disk_leaves_no_file(size: int, run: Run, tmp_path: Path) -> None:
    """Nothing can be written; the copy breaks off; the copy is there and its report is not."""
    original, marks, out = _files(tmp_path)
    report = tmp_path / "r.json"
    with _disk_of(size):
        code, said = run("redact", original, "--marks", marks, "-o", out, "--report", report)
    assert code == 5 and "Traceback" not in said and "Garcia" not in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.json", "memo.pdf"]


@pytest.mark.parametrize("stop_at", ["maker", "attacker"])
def test_stopped_half_way_leaves_no_file(
    stop_at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, marks, out = _files(tmp_path, pages=40)
    cancel = threading.Event()
    real = releasing.Pool.ask

    def ask(pool: releasing.Pool, task: str, params: dict[str, object], **more: object) -> object:
        if task == "verify" and stop_at == "attacker":
            cancel.set()  # while the finished copy waits under its working name
        return real(pool, task, params, **more)

    monkeypatch.setattr(releasing.Pool, "ask", ask)
    with pytest.raises(Cancelled):
        releasing.release(
            original, out, json.loads(marks.read_text(encoding="utf-8")), cancel=cancel,
            on_progress=lambda done, _: cancel.set() if stop_at == "maker" and done >= 3 else None,
        )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.json", "memo.pdf"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_request_to_end_leaves_no_file(number: signal.Signals, tmp_path: Path) -> None:
    """As soon as there is an unfinished copy. Between making its folder and minding it an interrupt may leave
    the folder, empty; the next run takes it away."""
    original, marks, out = _files(tmp_path, pages=40)
    running = subprocess.Popen(
        [sys.executable, "-m", "review_app", "redact", str(original), "--marks", str(marks), "-o", str(out)],
        stderr=subprocess.PIPE, cwd=ROOT,
        # Who runs the tests in the background, or by nohup, has these ignored, and so would the command.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    while running.poll() is None and not any(tmp_path.glob("*.part/*")):
        pass
    running.send_signal(number)
    said = running.communicate(timeout=60)[1]
    # Python ends with the signal itself where the interrupt comes between two lines of the way out.
    assert running.returncode in (130, -signal.SIGINT) and b"Traceback" not in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.json", "memo.pdf"]


def test_a_signed_file_says_that_its_signature_is_gone(run: Run, tmp_path: Path) -> None:
    original, marks, out = _files(tmp_path)
    with pikepdf.open(original, allow_overwriting_input=True) as pdf:
        field = pdf.make_indirect(pikepdf.Dictionary(
            FT=pikepdf.Name.Sig, T=pikepdf.String("Signature1"), Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget, Rect=[0, 0, 0, 0], P=pdf.pages[0].obj,
            V=pikepdf.Dictionary(Type=pikepdf.Name.Sig, Filter=pikepdf.Name("/Adobe.PPKLite")),
        ))
        pdf.pages[0].Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
        pdf.save(original)
    code, said = run("redact", original, "--marks", marks, "-o", out)
    assert code == 0 and "signature" in said
    with pikepdf.open(out) as pdf:
        assert "/AcroForm" not in pdf.Root and "/Annots" not in pdf.pages[0]


def test_right_to_left_and_ligatures(run: Run, tmp_path: Path) -> None:
    """Letters stored against the direction of reading, and one glyph that stands for two letters."""
    original, marks, out = tmp_path / "memo.pdf", tmp_path / "m.json", tmp_path / "out.pdf"
    font = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    if not font.exists():
        pytest.skip("DejaVu Sans is not installed")
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_font(fontname="F9", fontfile=str(font))
        page.insert_text((72, 72), "\u05d0\u05d1\u05d2 \u05de\u05e9\u05d4 \u05d3\u05d4\u05d5", fontname="F9")
        page.insert_text((72, 112), "the o\ufb03ce of Sto\ufb04er is shut", fontname="F9")
        words = page.get_text("words")
        rects = [list(sorted(w[:4] for w in words if w[1] < 90)[1])]
        rects += [list(w[:4]) for w in words if w[4].startswith("Sto")]
        doc.save(original)
    spans = [{"page": 1, "rects": [r]} for r in rects]
    marks.write_text(json.dumps({"spans": spans}), encoding="utf-8")
    code, said = run("redact", original, "--marks", marks, "-o", out)
    assert code == 0, said
    text = pdfium_text(out.read_bytes())
    assert "\u05e9" not in text and "Sto" not in text and "\ufb04" not in text
    assert "shut" in text and ("\u05d0" in text or "\ufb2e" in text)
