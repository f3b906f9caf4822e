"""What the window loads before its first page: nothing that costs time and is not needed for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from review_app.review.desk import Desk

HEAVY = (
    "numpy", "pymupdf", "fitz", "pikepdf", "pypdfium2", "PIL", "sqlite_utils", "rich", "rapidfuzz", "pluggy",
    "asyncio", "multiprocessing", "concurrent.futures", "unittest", "xml", "http", "ssl", "email", "ctypes",
    "importlib.metadata", "importlib.resources", "PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtPdf",
    "review_app.cli.process", "review_app.cli.redact", "review_app.review.health",
    "review_app.ui.applying", "review_app.ui.look", "review_app.ui.help_pages", "review_app.ui.dialogs.help",
    "review_app.ui.dialogs.settings", "review_app.ui.dialogs.about", "review_app.ui.dialogs.palette",
    "review_app.review.standalone", "review_app.review.release_copies", "review_app.review.seeking",
    "review_app.review.second_look", "review_app.review.rescan", "review_app.review.exporting",
    "review_app.domain.releases", "review_app.ui.dialogs.log", "review_app.ui.dialogs.lists", "html",
    "review_app.engine", "review_app.detection", "review_app.workers.tasks",
    "review_app.ui.seek_commands", "review_app.ui.release_commands", "review_app.ui.release_case_commands",
    "review_app.ui.overview_commands", "review_app.ui.printing", "review_app.ui.dialogs.agreement",
)
"""Some of them took a tenth of a second each; all are there for children, exports or the command line."""

SCRIPT = """
import gc, json, sys
from PySide6.QtCore import QTimer
from review_app.domain.codes import all_codes
from review_app.ui import launch
{plant}
def show(self, shown=launch.MainWindow.show):
    shown(self)
    started.update(document=self.current.document is not None, start_page=self.comfort.start.page is not None,
                   codes=all_codes.cache_info().currsize, jobs=len(self._bridge.running))
    QTimer.singleShot(0, self.close)
launch.MainWindow.show = show
launch.MOMENT_MS = 30_000
started = {{}}
early = [m for m in {heavy!r} if sys.modules.get(m)]
from review_app.cli.main import main
code = main(["open", "--workspace", *sys.argv[1:]])
heavy = [m for m in {heavy!r} if sys.modules.get(m)]
print(json.dumps({{**started, "code": code, "heavy": heavy, "early": early, "frozen": gc.get_freeze_count(),
                   "collects": gc.isenabled()}}))
"""


def started(tmp_path: Path, plant: str = "", *files: Path) -> dict:
    Desk.open(tmp_path / "ws", "M. Ortiz").close()  # the first time tables are made, with sqlite-utils
    script = tmp_path / "start.py"
    script.write_text(SCRIPT.format(plant=plant, heavy=HEAVY), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "ws"), *map(str, files)], capture_output=True, text=True,
        timeout=90, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[3]),
             "XDG_CONFIG_HOME": str(tmp_path / "settings")},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_start_loads_nothing_heavy(tmp_path: Path) -> None:
    seen = started(tmp_path)
    assert seen["code"] == 0 and seen["heavy"] == [], seen
    assert seen["frozen"] > 10_000 and seen["collects"], "what was loaded is never looked through for garbage"


def test_the_list_is_awake(tmp_path: Path) -> None:
    """A planted fault: a heavy import anywhere on the way is told."""
    assert started(tmp_path, plant="import concurrent.futures")["heavy"] == ["concurrent.futures"]


def test_what_is_not_seen_is_not_made(tmp_path: Path, seeds: Path) -> None:
    """The start page, while a file is on its way in; the tables of codes, before somebody types one; the
    check of the log, before there is a page."""
    alone = started(tmp_path)
    assert alone["start_page"] and not alone["document"] and alone["codes"] == alone["jobs"] == 0
    seen = started(tmp_path, "", seeds / "1992-briefing-memo.txt")
    assert seen["document"] and not seen["start_page"], "shown for the first time with its document"
    assert seen["codes"] == 0 and seen["heavy"] == []
    assert started(tmp_path, "", tmp_path / "not there.pdf")["start_page"], "where the file is refused"


def test_the_look_at_what_is_made_is_awake(tmp_path: Path) -> None:
    """A planted fault: codes read too early are told."""
    assert started(tmp_path, "all_codes()")["codes"] == 1
