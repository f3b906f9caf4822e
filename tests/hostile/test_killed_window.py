"""A window that is killed at any moment: what it had shown as decided is there, and the log verifies.

Twenty windows on one workspace, one after the other, each killed at a random moment while it decides about
span after span. They are forked from a process that has loaded the program once, so that most of the time
goes into deciding. A span counts as shown when its row in the list says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="windows are forked and killed as POSIX does")

KILLS = 20

SCRIPT = """
import json, os, random, select, signal, sys
from pathlib import Path
from review_app.domain.vocabulary import Status
from review_app.review.desk import Desk
from review_app.store.journal import Change
from review_app.store.workspace import Workspace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from review_app.ui.bridge import Bridge
from review_app.ui.main_window import MainWindow

folder, kills, lies = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "lies"
SPANS = 600


def prepare():
    rows = [Change("documents", "d1", None, {
        "id": "d1", "case_id": None, "sha256": "0" * 64, "name": "memo.txt", "media_type": "text/plain",
        "page_count": 1, "disposition": "released_in_part", "state": "ready", "warnings": "[]",
        "added_at": "2026-01-01T00:00:00Z"})]
    rows.append(Change("pages", "d1.1", None, {
        "id": "d1.1", "document_id": "d1", "number": 1, "width": 612.0, "height": 792.0,
        "disposition": "unknown"}))
    for n in range(SPANS):
        y = 10 + n / 2
        rows.append(Change("spans", f"s{n:05}", None, {
            "id": f"s{n:05}", "document_id": "d1", "page": 1, "kind": "blank", "origin": "agency",
            "status": "suggested", "rects": json.dumps([[72.0, y, 500.0, y + 9]]), "confidence": 0.9,
            "band": "likely", "detector": "blanks", "evidence": "why", "exemption_status": "not_stated",
            "lines": None, "extent": None, "raw": "", "note": "", "author": "review-app",
            "at": "2026-01-01T00:00:00Z"}))
    with Workspace.open(folder) as workspace:
        workspace.journal.commit("review-app", "document.added", rows)


def window(pipe):
    app = QApplication(["window", "-style", "Fusion"])
    desk = Desk.open(folder, "M. Ortiz", jobs=1)
    bridge = Bridge()
    made = MainWindow(desk, bridge)
    bridge.attach(desk)
    made.show()
    turn = random.Random(os.getpid())

    def decide():
        todo = next(s for s in made.current.spans if s.status is Status.SUGGESTED)
        made.current.select([todo.id])
        made.action_table[turn.choice(("review.confirm", "review.reject", "review.sustain"))].trigger()
        row = made.spans.model.row_at(made.spans.model.row_of(todo.id))
        verdict = row.decision.verdict if row.decision else ""
        status = "rejected" if lies else row.status
        os.write(pipe, f"{row.id} {status} {verdict or '-'}\\n".encode())

    timer = QTimer()
    timer.timeout.connect(decide)
    timer.start(0)
    app.exec()


def killed(chance):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read)
            window(write)
        finally:
            os._exit(1)
    os.close(write)
    told, wanted = b"", chance.randint(1, 10)
    while told.count(b"\\n") < wanted:
        piece = os.read(read, 4096)
        if not piece:
            break
        told += piece
    select.select([], [], [], chance.random() * 0.01)  # not always right after a line was told
    os.kill(pid, signal.SIGKILL)
    while piece := os.read(read, 4096):
        told += piece
    os.close(read)
    _, status = os.waitpid(pid, 0)
    lines = told.decode().split("\\n")[:-1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -1, [line.split() for line in lines]


prepare()
chance, shown, signals, problems = random.Random(), {}, [], []
for _ in range(kills):
    signal_number, lines = killed(chance)
    signals.append(signal_number)
    shown.update((i, (status, verdict)) for i, status, verdict in lines)
    with Workspace.open(folder) as workspace:
        problems += map(str, workspace.journal.verify())
with Workspace.open(folder) as workspace:
    stored = {s.id: (str(s.status), str(s.decision.verdict) if s.decision else "-")
              for s in workspace.queries.spans("d1")}
wrong = [i for i, said in shown.items() if stored[i] != said]
print(json.dumps({"signals": signals, "shown": len(shown), "wrong": len(wrong), "problems": problems}))
"""


def run(tmp_path: Path, kills: int, mode: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "w"), str(kills), mode], capture_output=True, text=True,
        timeout=240, check=False, env={
            **os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_what_twenty_killed_windows_had_shown_is_there(tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtWidgets", reason="Qt cannot be loaded here", exc_type=ImportError)
    found = run(tmp_path, KILLS, "true")
    assert found["signals"] == [9] * KILLS
    assert found["problems"] == [] and found["wrong"] == 0
    assert found["shown"] >= KILLS


def test_a_window_that_shows_what_is_not_stored_would_be_noticed(tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtWidgets", reason="Qt cannot be loaded here", exc_type=ImportError)
    found = run(tmp_path, 2, "lies")
    assert found["wrong"] > 0
