"""Where the time of a start goes, from the first line of the program to the first page, by stage.

    python tests/bench/start.py FILE [--rounds 10] [--against CHECKOUT]

Starts the program on FILE in a process of its own, its modules compiled as in an installed program, and says
the processor time of each stage in milliseconds: the least of all rounds and their median, then that of the
children and the time on the clock. With another checkout (an earlier state of the program) both take turns.
Uses the screen of the environment, none when there is none. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHILDREN, CLOCK = "children until then", "on the clock"

SCRIPT = """
import json, os, sys, time
from contextlib import suppress
from pathlib import Path

seen, clock = [], time.perf_counter()
def mark(stage):
    seen.append((stage, time.process_time() * 1000))
def after(owner, name, stage, then=lambda: None):
    was = getattr(owner, name)
    def call(*args, **named):
        done = was(*args, **named)
        mark(stage)
        then()
        return done
    setattr(owner, name, staticmethod(call) if stage == "workspace" else call)
def used(pid):
    spent = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):  # it has ended
            spent += int(thread.read_text().split()[0])
    return spent / 1e6

mark("interpreter")
import review_app.cli.main, review_app.cli.window
mark("command line")
from review_app.ui import app
mark("use cases")
def load_window():
    import PySide6.QtWidgets
    from PySide6.QtCore import QTimer
    mark("PySide6")
    from review_app.ui import launch
    from review_app.ui.page_view.view import PageView
    mark("modules of the window")
    after(launch, "_application", "application")
    after(launch.MainWindow, "__init__", "window built")
    after(launch.MainWindow, "show", "shown")
    was, watch = PageView.paintEvent, QTimer()
    def paint(self, event):
        was(self, event)
        if self.page_count and not watch.isActive():
            watch.timeout.connect(lambda: self.is_waiting or told())
            watch.start(5)
    PageView.paintEvent = paint
def told():
    mark("first page painted")
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    took = (time.perf_counter() - clock) * 1000
    print(json.dumps([seen, [used(pid) for pid in children], took]), flush=True)
    os._exit(0)
after(app.Desk, "open", "workspace")
after(app.Desk, "warm", "child started", load_window)
app.run(Path(sys.argv[1]), "bench", [Path(sys.argv[2])])
"""


def start(checkout: Path, workspace: Path, file: Path) -> dict[str, float]:
    """Milliseconds by stage of one start."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(checkout), "PYTHONPYCACHEPREFIX": str(workspace.parent / "compiled")}
    if not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(workspace), str(file)], env=environment, capture_output=True,
        text=True, check=False, timeout=120, cwd=checkout,
    )
    if done.returncode or not done.stdout:
        raise SystemExit(f"the program did not show a page:\n{done.stderr[-2000:]}")
    seen, children, clock = json.loads(done.stdout.splitlines()[-1])
    rows, before = {}, 0.0
    for stage, at in seen:
        rows[stage] = rows.get(stage, 0.0) + at - before
        before = at
    return {**rows, "all of the window": before, CHILDREN: sum(children), CLOCK: clock}


def main() -> None:
    """Start in turns and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--against", type=Path)
    given = parser.parse_args()
    checkouts = [ROOT, *([given.against.resolve()] if given.against else [])]
    rounds: dict[Path, list[dict[str, float]]] = {c: [] for c in checkouts}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(given.rounds + 1):
            for number, checkout in enumerate(checkouts):
                took = start(checkout, Path(folder) / f"w{number}", given.file.resolve())
                if turn:  # the first one makes the workspace and compiles
                    rounds[checkout].append(took)
    print(f"{'ms of processor time, least / median':36}", *(f"{c.name:>18}" for c in checkouts))
    for stage in rounds[ROOT][0]:
        figures = [[r[stage] for r in rounds[c]] for c in checkouts]
        print(f"{stage:36}", *(f"{min(f):8.1f} /{statistics.median(f):8.1f}" for f in figures))


if __name__ == "__main__":
    main()
