"""Opening a file in the running program, for ``tests/bench/view.py``.

    python tests/bench/view_open.py FILE [--rounds 5]

A real window on a real desk, offscreen, with its children up. Prints two figures of each round as JSON:
milliseconds until the first page is shown sharp, and seconds until the sizes of all pages are known.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from review_app.domain.vocabulary import Arrival
from review_app.review.desk import Desk
from review_app.ui.bridge import Bridge
from review_app.ui.main_window import MainWindow
from review_app.ui.page_view.view import PageView

MARK = 0xFF00FF


def until(application: QApplication, is_so: Callable[[], bool], limit_s: float = 30.0) -> float:
    """Let the program run until something is so; seconds it took."""
    start = time.perf_counter()
    while not is_so():
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        time.sleep(0.0005)  # as the program waits: asking without end took a core away from the children
        if time.perf_counter() - start > limit_s:
            raise SystemExit("the page was not shown in time")
    return time.perf_counter() - start


def is_blurred(view: PageView) -> bool:
    """True while something in the window is not sharp; what is fetched ahead does not count."""
    return view._refresh_timer.isActive() or view._pictures.is_showing_less


def shows_mark(window: MainWindow) -> bool:
    """Whether the first page is painted: its mark is in what the view draws."""
    image = window.page.viewport().grab().toImage()
    return any(
        image.pixel(x, y) & 0xFFFFFF == MARK
        for y in range(0, image.height() // 3, 6)
        for x in range(0, image.width(), 12)
    )


def is_copied(desk: Desk) -> bool:
    """Whether the file is known to its last page: its scan has begun, which is after that."""
    return any(
        d.coming is not None and d.coming.state is Arrival.SCANNING for d in desk.incoming.documents()
    )


def one(path: Path) -> dict[str, float]:
    """Open ``path`` once, in a program that has nothing else to do."""
    with tempfile.TemporaryDirectory() as folder, Desk.open(Path(folder) / "w", "bench") as desk:
        application = QApplication.instance() or QApplication(sys.argv[:1])
        bridge = Bridge()
        window = MainWindow(desk, bridge)
        bridge.attach(desk)
        window.resize(1280, 1000)
        window.show()
        desk.warm()
        desk.warm_rest()  # as the program does once its first page is there
        until(application, lambda: window.isVisible())
        settled = time.perf_counter() + 1.0  # the children come up
        until(application, lambda: time.perf_counter() > settled)
        view = window.page
        start = time.perf_counter()
        window.commands.add_files([path])
        until(application, lambda: view.page_count > 0 and not is_blurred(view))
        first = time.perf_counter() - start
        is_painted = shows_mark(window)
        until(application, lambda: is_copied(desk))
        whole = time.perf_counter() - start
        window.commands.cancel_jobs()
        window.close()
        until(application, lambda: window.isHidden())
        bridge.shutdown()
    return {"first_ms": first * 1000, "sizes_s": whole, "painted": float(is_painted)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    for _ in range(given.rounds):
        print(json.dumps(one(given.file)), flush=True)
