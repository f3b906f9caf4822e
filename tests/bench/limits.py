"""What a move of the limits of the bands costs: 10,000 suggestions on 200 pages in the real window.

    QT_QPA_PLATFORM=offscreen python tests/bench/limits.py [--aim-ms 30]

Prints CPU milliseconds of the main thread for one move (spans chosen, table, page, actions; the repaint
that follows is the page view's own bench), and exits with 1 when a median is above the aim.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Band
from review_app.review.desk import Desk
from review_app.ui.bridge import Bridge
from review_app.ui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
SPANS = 10_000
MOVES = {
    "show from, steps of 5%": ("shown", (5, 10, 15, 20, 25, 30, 35, 30, 25, 20, 15, 10, 5, 0)),
    "show from, far jumps": ("shown", (50, 0, 90, 10, 70, 20, 95, 5, 60, 0)),
    "likely from, steps of 5%": ("likely", (65, 70, 75, 80, 75, 70, 65, 60, 55, 50, 55, 60)),
    "certain from, steps of 5%": ("certain", (85, 80, 75, 70, 75, 80, 85, 90, 95, 90)),
}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--aim-ms", type=float, default=30.0)
    aim = options.parse_args().aim_ms
    application = QApplication([])
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        with Desk.open(Path(folder) / "workspace", "bench") as desk:
            desk.intake.add(ROOT / "seeds" / "1992-briefing-memo.txt")
            bridge = Bridge()
            window = MainWindow(desk, bridge)
            bridge.attach(desk)
            window.show()
            while window.status.is_busy:
                application.processEvents()
            fill(window)
            print(f"{f'move, {SPANS} spans':30} {'median ms':>10} {'worst ms':>10} {'aim':>6}")
            for name, (which, values) in MOVES.items():
                median, worst = measure(application, window, which, values)
                missed |= median > aim
                word = "  MISSED" if median > aim else ""
                print(f"{name:30} {median:10.1f} {worst:10.1f} {aim:6.0f}{word}")
            window.close()
            while not window.isHidden():
                application.processEvents()
            bridge.shutdown()
    return 1 if missed else 0


def fill(window: MainWindow) -> None:
    """Ten thousand suggestions of every confidence, fifty on a page."""
    seed = window.current.all_spans[0]
    window.current.all_spans = tuple(
        replace(seed, id=f"sp-{n}", page=1 + n // 50, confidence=(n * 37 % 100) / 100, band=band(n),
                rects=(Rect(72, 14 * (n % 50), 300, 14 * (n % 50) + 10),))
        for n in range(SPANS)
    )
    window.current._show_spans()


def band(number: int) -> Band:
    share = number * 37 % 100
    return Band.CERTAIN if share >= 90 else Band.LIKELY if share >= 60 else Band.POSSIBLE


def measure(
    application: QApplication, window: MainWindow, which: str, values: tuple[int, ...]
) -> tuple[float, float]:
    """Median and worst CPU milliseconds of a move."""
    box = getattr(window.spans.limits, which)
    taken = []
    for value in values:
        begun = time.process_time()
        box.setValue(value)
        taken.append((time.process_time() - begun) * 1000)
        application.processEvents()
    return statistics.median(taken), max(taken)


if __name__ == "__main__":
    sys.exit(main())
