"""The window's process: no PDF engine in it, a clean end, and defects that leave no document text behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from review_app.review.places import crash_folder
from review_app.ui.launch import CrashHook

FORBIDDEN = ("pymupdf", "fitz", "pikepdf", "pypdfium2", "numpy")
"""Modules that a hostile document could break, or that cost the start a tenth of a second."""

SCRIPT = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from review_app.ui import app, launch

{plant}
folder, memo = sys.argv[1], sys.argv[2]
seen = {{}}

def look():
    windows = [w for w in QApplication.topLevelWidgets() if w.objectName() == "main_window"]
    window = windows[0]
    picture = window.page._pictures.bytes_held
    if len(window.current.spans) == 2 and picture and not window.status.is_busy:
        seen["spans"] = len(window.current.spans)
        window.close()

original = launch.MainWindow.show
def show(self):
    original(self)
    self.watch = QTimer(self)
    self.watch.timeout.connect(look)
    self.watch.start(50)
launch.MainWindow.show = show
code = app.run(Path(folder), "M. Ortiz", [Path(memo)])
seen["code"] = code
seen["forbidden"] = [m for m in {forbidden!r} if sys.modules.get(m)]
print(json.dumps(seen))
"""


def run_window(tmp_path: Path, seeds: Path, plant: str = "") -> dict:
    script = tmp_path / "start.py"
    script.write_text(SCRIPT.format(plant=plant, forbidden=FORBIDDEN), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "ws"), str(seeds / "1992-briefing-memo.txt")],
        capture_output=True, text=True, timeout=90, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_opening_scanning_and_showing_a_document_loads_no_pdf_engine(tmp_path, seeds):
    assert run_window(tmp_path, seeds) == {"spans": 2, "code": 0, "forbidden": []}


def test_a_pdf_engine_in_the_window_would_be_noticed(tmp_path, seeds):
    assert run_window(tmp_path, seeds, plant="import pypdfium2")["forbidden"] == ["pypdfium2"]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal here")
def test_ctrl_c_closes_the_window_and_says_130(tmp_path, seeds):
    done = run_window(tmp_path, seeds, plant="""
import os, signal
launch.MainWindow.close = lambda self: (self.watch.stop(), os.kill(os.getpid(), signal.SIGINT))
""")
    assert done["code"] == 130


def raised(text: str) -> BaseException:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


@pytest.fixture
def logs(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = crash_folder()
    assert tmp_path in folder.parents
    return folder


def test_a_defect_is_said_in_a_window_and_written_without_document_text(qtbot, logs):
    hook = CrashHook()
    error = raised("MARKER text of a document")
    hook(ValueError, error, error.__traceback__)
    box = next(w for w in _boxes() if w.isVisible())
    files = list(logs.glob("crash-*.txt"))
    assert len(files) == 1
    assert str(files[0]) in box.informativeText()
    written = files[0].read_text(encoding="utf-8")
    assert "ValueError" in written
    assert "MARKER" not in written + box.text() + box.informativeText()
    assert hook.crashes == 1
    box.accept()


def test_a_defect_that_repeats_is_said_once(qtbot, logs):
    hook = CrashHook()
    error = raised("again")
    for _ in range(3):
        hook(ValueError, error, error.__traceback__)
    boxes = [w for w in _boxes() if w.isVisible()]
    assert len(boxes) == 1
    assert hook.crashes == 3
    boxes[0].accept()


def _boxes() -> list[QMessageBox]:
    from PySide6.QtWidgets import QApplication

    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]


# -- the workspace cannot be opened -----------------------------------------------------------------

HEARD = "import sys; from review_app.ui.app import is_heard; sys.exit(0 if is_heard() else 9)"


@pytest.mark.parametrize(
    ("where", "is_heard"), [("pipe", True), ("file", True), ("void", False), ("none", False)]
)
def test_who_can_hear_standard_error(tmp_path, where, is_heard):
    with (tmp_path / "file").open("w") as file:
        target = {"pipe": subprocess.PIPE, "file": file, "void": subprocess.DEVNULL, "none": subprocess.PIPE}
        code = "import sys; sys.stderr = None; " * (where == "none") + HEARD
        done = subprocess.run([sys.executable, "-c", code], stderr=target[where], timeout=60, check=False,
                              env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])})
    assert done.returncode == (0 if is_heard else 9)


LOCKED = """
import sys
from pathlib import Path
from review_app.ui import app, launch
from review_app.domain.errors import WorkspaceLocked

launch.SCREENLESS = ()
real = launch.message_box
def box(error):
    from PySide6.QtCore import QTimer
    made = real(error)
    QTimer.singleShot(0, made.accept)
    print(made.text(), made.informativeText(), sep="|")
    return made
launch.message_box = box
try:
    app.run(Path(sys.argv[1]), "M. Ortiz", [Path("memo.txt")])
except WorkspaceLocked as error:
    sys.exit(error.exit_code)
"""


def test_a_workspace_that_is_in_use_is_said_in_a_box_when_nobody_reads_standard_error(tmp_path):
    from review_app.review.desk import Desk

    def start(errors: int) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", LOCKED, str(tmp_path / "ws")], stdout=subprocess.PIPE, stderr=errors,
            text=True, timeout=60, check=False, env={
                **os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        return done.returncode, done.stdout

    with Desk.open(tmp_path / "ws", "M. Ortiz"):
        code, said = start(subprocess.DEVNULL)
        assert code == 5
        assert "is in use by process" in said.split("|")[0]
        assert said.split("|")[1].strip().endswith(".")
        assert start(subprocess.PIPE) == (5, ""), "in a terminal the words stand there"
