"""The page view beside Okular and qpdfview, and all its other figures, in one run.

    python tests/bench/view.py [--rounds 7] [--files DIR] [--only screen] [--quick]

Makes its files (5,000 pages of text, 300 scans at 300 dpi as CCITT and as JPEG), starts the three programs in
turns on a screen without a monitor, and watches that screen's pixels: from the start of the process to the
first page, from Page Down to the first change and to the last. Then the benches of the parts follow: opening
in the running program, scrolling, jumps, zoom, tiles and memory (``page_view.py``), search (``search.py``),
pages that hurt (``hostile_pages.py``). Exits with 1 when an aim is missed. Needs Xvfb, openbox, okular and
qpdfview for the comparison and says so where they are missing.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import view_screen  # noqa: E402
from view_screen import OKULAR, OURS, QPDFVIEW, Screen, Viewer  # noqa: E402

START_LIMIT_S, KEY_LIMIT_S = 30.0, 4.0
KEYS = 12
"""Presses of Page Down in one showing; the first two are not counted."""
AIMS_START = {OKULAR.name: 1.0, QPDFVIEW.name: 1.3}
AIM_START_CPU_S, AIM_OPEN_MS = 0.45, 100.0
AIM_TEXT_KEY, AIM_SCAN_KEY = 1.2, 1.0


def p95(values: list[float]) -> float:
    """The 95th percentile, the largest of a short list."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


class Verdicts:
    """Prints a line for each aim and remembers whether one was missed."""

    def __init__(self) -> None:
        self.missed = 0

    def say(self, what: str, value: float, aim: float, unit: str) -> None:
        is_met = value <= aim
        self.missed += not is_met
        print(f"  {'met   ' if is_met else 'MISSED'} {what}: {value:.2f} {unit}, aim {aim:g}", flush=True)


def starts(on: Screen, path: Path, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds and CPU seconds from start to the first page, by viewer, in turns.

    Ours starts on a workspace that is there, as on any day but the first; what was begun in it is never
    finished, so the file is new each time.
    """
    took: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(rounds + 1):
            for viewer in (QPDFVIEW, OKULAR, OURS):
                start = time.perf_counter()
                with view_screen.shown(viewer, on, path, Path(folder) / "w") as process:
                    if on.wait_for_page(START_LIMIT_S) is None:
                        raise SystemExit(f"{viewer.name} showed no page")
                    if turn:  # the first one reads programs and fonts from the disk
                        took[viewer.name].append(
                            (time.perf_counter() - start, view_screen.cpu_s(process.pid))
                        )
    return took


def keys(on: Screen, viewer: Viewer, path: Path) -> list[tuple[float, float]]:
    """Seconds from Page Down to the first and to the last change, for each press."""
    took = []
    with tempfile.TemporaryDirectory() as folder, view_screen.shown(viewer, on, path, Path(folder) / "w"):
        if on.wait_for_page(START_LIMIT_S) is None:
            raise SystemExit(f"{viewer.name} showed no page")
        time.sleep(2.0)
        on.click(view_screen.WIDTH // 2, view_screen.HEIGHT // 2)
        time.sleep(0.5)
        for press in range(KEYS):
            before = on.middle()
            on.press("Next")
            changed = on.changes_after(before, KEY_LIMIT_S)
            if changed is not None and press >= 2:
                took.append(changed)
    return took


def compare(on: Screen, files: Path, rounds: int, verdicts: Verdicts) -> None:
    """Ours and theirs on one screen."""
    print(f"start of the process to first page, {rounds} rounds")
    took = starts(on, files / "text.pdf", rounds)
    for name, rows in took.items():
        wall, cpu = [r[0] for r in rows], [r[1] for r in rows]
        print(
            f"  {name:10} {min(wall):6.2f} s least, {statistics.median(wall):6.2f} median, "
            f"{p95(wall):6.2f} p95; CPU {statistics.median(cpu):5.2f} s with children",
            flush=True,
        )
    ours = statistics.median(r[0] for r in took[OURS.name])
    for name, aim in AIMS_START.items():
        verdicts.say(f"start against {name}", ours / statistics.median(r[0] for r in took[name]), aim, "x")
    verdicts.say(
        "own CPU at the first page", statistics.median(r[1] for r in took[OURS.name]), AIM_START_CPU_S, "s"
    )
    for name, other, aim in (
        ("text.pdf", QPDFVIEW, AIM_TEXT_KEY),
        ("ccitt.pdf", OKULAR, AIM_SCAN_KEY),
        ("jpeg.pdf", OKULAR, AIM_SCAN_KEY),
    ):
        pressed: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for _ in range(max(2, rounds // 2)):
            for viewer in (other, OURS):
                pressed[viewer.name] += keys(on, viewer, files / name)
        print(f"page down in {name}, {len(pressed[OURS.name])} presses")
        for viewer_name, rows in pressed.items():
            first, last = [r[0] * 1000 for r in rows], [r[1] * 1000 for r in rows]
            print(
                f"  {viewer_name:10} first change {statistics.median(first):6.1f} ms median, "
                f"{p95(first):6.1f} p95; last change {statistics.median(last):6.1f} / {p95(last):6.1f}",
                flush=True,
            )
        for what, of in (("median", statistics.median), ("p95", p95)):
            mine, theirs = (of([r[0] for r in pressed[v.name]]) for v in (OURS, other))
            verdicts.say(f"page down against {other.name}, {what}", mine / theirs, aim, "x")


def opened(path: Path, rounds: int, verdicts: Verdicts) -> None:
    """Opening in the running program."""
    print(f"opening {path.name} in the running program, {rounds} rounds")
    said = subprocess.run(
        [sys.executable, str(HERE / "view_open.py"), str(path), "--rounds", str(rounds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        text=True,
    ).stdout
    rows = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    if not all(row["painted"] for row in rows):
        raise SystemExit("the first page was not painted")
    first = [row["first_ms"] for row in rows]
    print(f"  first page sharp: {statistics.median(first):.0f} ms median, {max(first):.0f} most")
    verdicts.say("first sharp page", statistics.median(first), AIM_OPEN_MS, "ms")
    sizes = [row["sizes_s"] for row in rows]
    verdicts.say("sizes of all pages", statistics.median(sizes), 0.25, "s")


def part(name: str, verdicts: Verdicts) -> None:
    """A bench of its own; it says its aims itself."""
    print(f"\n== {name}", flush=True)
    done = subprocess.run(
        [sys.executable, str(HERE / name)], check=False, env=dict(os.environ, QT_QPA_PLATFORM="offscreen")
    )
    verdicts.missed += done.returncode != 0


def main() -> int:
    """Run it all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--files", type=Path, help="where the files are made, or are from an earlier run")
    parser.add_argument("--only", choices=("screen", "open"))
    parser.add_argument("--quick", action="store_true", help="smaller files: the figures are then no verdict")
    given = parser.parse_args()
    verdicts = Verdicts()
    with tempfile.TemporaryDirectory() as folder:
        files = given.files or Path(folder)
        making = [
            sys.executable,
            str(HERE / "view_files.py"),
            str(files),
            *(["--quick"] if given.quick else []),
        ]
        subprocess.run(making, check=True)
        missing = view_screen.missing()
        if missing:
            print(f"no comparison: {', '.join(missing)} not found")
        elif given.only != "open":
            with view_screen.screen() as on:
                compare(on, files, given.rounds, verdicts)
        if given.only != "screen":
            opened(files / "text.pdf", given.rounds, verdicts)
            opened(files / "jpeg.pdf", given.rounds, verdicts)
    if given.only is None:
        for name in ("page_view.py", "search.py", "hostile_pages.py"):
            part(name, verdicts)
    print(f"\n{'all aims met' if not verdicts.missed else f'{verdicts.missed} missed'}")
    return 1 if verdicts.missed else 0


if __name__ == "__main__":
    sys.exit(main())
