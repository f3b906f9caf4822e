"""An export that the log knows is there, also when the program was killed before the file had its name."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from review_app.review.desk import Desk
from review_app.review.outgoing import PREFIX

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import os, signal, sys
from pathlib import Path
from review_app.review.desk import Desk

with Desk.open(Path(sys.argv[1]), "ortiz", jobs=1) as desk:
    [document] = desk.documents()
    Path.replace = lambda self, target: os.kill(os.getpid(), signal.SIGKILL)
    desk.exporting.annotated(document.id, out=Path(sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
@pytest.mark.parametrize("place", ["exports", "elsewhere"])
def test_killed_between_the_entry_and_the_name(tmp_path: Path, place: str) -> None:
    workspace = tmp_path / "w"
    out = (workspace / "exports" if place == "exports" else tmp_path) / "copy.pdf"
    with Desk.open(workspace, "ortiz", jobs=1) as desk:
        memo = tmp_path / "memo.txt"
        memo.write_text("a memo of one line\n")
        document_id = desk.intake.add(memo).document_id
        out.parent.mkdir(exist_ok=True)
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(workspace), str(out)], cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert not out.exists()
    with Desk.open(workspace, "ortiz", jobs=1) as desk:
        [row] = desk._workspace.queries.exports(document_id)
        assert hashlib.sha256(out.read_bytes()).hexdigest() == row["sha256"]
        assert desk.history.verify() == []
    assert not list(out.parent.glob(f"{PREFIX}*"))


def test_what_is_not_what_was_recorded_is_not_moved(tmp_path: Path) -> None:
    from review_app.review import outgoing

    out = tmp_path / "copy.pdf"
    part = outgoing._workshop(out) / out.name
    part.parent.mkdir()
    part.write_bytes(b"half a file")
    assert outgoing.finish({str(out): "0" * 64, "\0odd": "1" * 64}) == [] and not out.exists()
    assert outgoing.finish({str(out): hashlib.sha256(b"half a file").hexdigest()}) == [out]
    assert out.read_bytes() == b"half a file" and not part.parent.exists()
