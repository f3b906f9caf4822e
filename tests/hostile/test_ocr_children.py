"""An engine that hangs: cancelling and killing leave neither a child nor the engine's program behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from review_app.domain.errors import Cancelled, ReviewError
from review_app.workers.pool import Pool

sys.path.append(str(Path(__file__).resolve().parents[1] / "engine"))

from ocr_made import needs_scripts, picture, program

pytestmark = needs_scripts


def waited(file: Path) -> int:
    """The process id that the pretended engine wrote."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if file.exists() and file.read_text().strip():
            return int(file.read_text())
        threading.Event().wait(0.02)
    raise AssertionError("the engine was never started")


def is_gone(pid: int) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return True
            state = ""
        if state == "Z":
            return True  # ended; its parent is gone and init has not collected it yet
        threading.Event().wait(0.02)
    return False


@pytest.mark.parametrize("how", ["cancel", "kill the child"])
def test_nothing_is_left_of_an_engine_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    file = tmp_path / "pid"
    program(tmp_path / "bin", monkeypatch, f"echo $$ > {file}; exec sleep 1000")
    path = picture(tmp_path / "scan.pdf")
    cancel, ended = threading.Event(), []

    def ask(pool: Pool) -> None:
        try:
            pool.ask("scan", {"path": str(path)}, cancel=cancel, timeout_s=100)
        except ReviewError as error:
            ended.append((error, time.monotonic()))

    with Pool(1) as pool:
        asking = threading.Thread(target=ask, args=(pool,))
        asking.start()
        engine = waited(file)
        children = pool.pids
        told = time.monotonic()
        if how == "cancel":
            cancel.set()
        else:
            os.kill(children[0], signal.SIGKILL)
            cancel.set()
        asking.join(30)
        assert isinstance(ended[0][0], Cancelled if how == "cancel" else ReviewError)
        assert ended[0][1] - told < 2.0, "within a second; two on a busy machine"
        assert is_gone(engine)
    assert is_gone(children[0])
