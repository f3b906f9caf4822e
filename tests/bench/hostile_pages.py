#!/usr/bin/env python3
"""Pages that freeze a viewer, in the real window: ``python tests/bench/hostile_pages.py``.

For each page: the longest time in which the window did not answer while the page was being drawn, the time
until another page was back while a second child was there, and the time when all children had just died.
Wall time; exits with 1 when an aim is missed. ``measure`` is for other benches.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "hostile")]

import heavy_pages  # noqa: E402
import pikepdf  # noqa: E402
from pikepdf import Array, Dictionary, Name  # noqa: E402
from PySide6.QtCore import QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from review_app.review.desk import Desk  # noqa: E402
from review_app.ui.bridge import Bridge  # noqa: E402
from review_app.ui.main_window import MainWindow  # noqa: E402

GAP_MS, SPARE_MS, ALONE_MS = 50.0, 100.0, 400.0
SIDE = 40_000
PLAIN = 8
"""Plain pages before the hostile one, and as many behind it: none of them is prefetched with it."""


def tiling_bomb(pdf: pikepdf.Pdf) -> None:
    """Tiles within tiles, each of the smallest step."""
    inner = None
    for _ in range(4):
        resources = Dictionary(Pattern=Dictionary(P=inner)) if inner is not None else Dictionary()
        fill = b"/Pattern cs /P scn 0 0 60 60 re f" if inner is not None else b"0 0 .5 .5 re f"
        tile = pikepdf.Stream(pdf, fill)
        tile.Type, tile.PatternType, tile.PaintType, tile.TilingType = Name.Pattern, 1, 1, 1
        tile.BBox, tile.XStep, tile.YStep, tile.Resources = Array([0, 0, 60, 60]), 1.5, 1.5, resources
        inner = pdf.make_indirect(tile)
    heavy_pages.page(pdf, b"/Pattern cs /P scn 0 0 612 792 re f")
    pdf.pages[-1].obj.Resources.Pattern = Dictionary(P=inner)


def huge_image(pdf: pikepdf.Pdf) -> None:
    """1.6 thousand million pixels."""
    data = heavy_pages._compressed(SIDE * SIDE // 8, b"\x55")
    picture = heavy_pages.image(pdf, data, SIDE, SIDE, 1)
    heavy_pages.page(pdf, heavy_pages.FULL, {"/I": picture})


def many_glyphs(pdf: pikepdf.Pdf) -> None:
    """Three million characters."""
    line = b"(" + b"word of text " * 80 + b") Tj T* "
    heavy_pages.page(pdf, b"BT /F 1 Tf 1 TL 10 780 Td " + line * 2_885 + b"ET ")


HOSTILE: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "form bomb": heavy_pages.bomb, "tiling bomb": tiling_bomb,
    "image 40,000 x 40,000": huge_image, "three million characters": many_glyphs,
}


@dataclass(frozen=True)
class Measured:
    """Milliseconds of wall time; ``ended`` says what the page came to."""

    gap: float
    with_spare: float
    alone: float
    ended: str

    @property
    def is_good(self) -> bool:
        return self.gap <= GAP_MS and self.with_spare <= SPARE_MS and self.alone <= ALONE_MS


def made(make: Callable[[pikepdf.Pdf], None]) -> bytes:
    def plain(pdf: pikepdf.Pdf) -> None:
        heavy_pages.page(pdf, heavy_pages.TEXT)

    with pikepdf.new() as pdf:
        for part in [plain] * PLAIN + [make] + [plain] * PLAIN:
            part(pdf)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


class _Stage:
    """A window with a document that is looked at and not scanned."""

    def __init__(self, folder: Path, path: Path) -> None:
        self.application = QApplication.instance() or QApplication(sys.argv[:1])
        self.desk = Desk.open(folder, "bench")
        self.desk.warm()
        self.bridge = Bridge()
        self.window = MainWindow(self.desk, self.bridge)
        self.bridge.attach(self.desk)
        self.window.show()
        self.arrived: set[int] = set()
        self.window.page._pictures.arrived.connect(self.arrived.add)
        self.document_id = self.desk.intake.begin(path).document_id
        self.application.processEvents()
        self.window.current.show_document(self.document_id)
        self.gap, self._last = 0.0, 0.0
        self._ticks = QTimer()
        self._ticks.setInterval(2)
        self._ticks.timeout.connect(self._tick)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gap, self._last = max(self.gap, now - self._last), now

    def until(self, good: Callable[[], bool], seconds: float) -> float:
        """Run the window until ``good``; milliseconds that took, and the longest gap in ``gap``."""
        start = self._last = time.perf_counter()
        self.gap = 0.0
        self._ticks.start()
        while not good() and time.perf_counter() - start < seconds:
            self.application.processEvents()
            time.sleep(0.0005)
        self._ticks.stop()
        return (time.perf_counter() - start) * 1000

    def shown(self, page: int) -> bool:
        """True when a picture of the page has come."""
        return page in self.arrived and not self.window.page.is_failed(page)

    def close(self) -> None:
        self.window.close()
        self.bridge.shutdown()
        self.desk.close()


def measure(make: Callable[[pikepdf.Pdf], None]) -> Measured:
    """One hostile page in a window of its own."""
    hostile, last = PLAIN + 1, 2 * PLAIN + 1
    with tempfile.TemporaryDirectory() as made_folder:
        folder = Path(made_folder)
        path = folder / "hostile.pdf"
        path.write_bytes(made(make))
        stage = _Stage(folder / "workspace", path)
        try:
            page = stage.window.page
            stage.until(lambda: stage.shown(1), 20)
            page.go_to_page(hostile)
            stage.until(lambda: stage.shown(hostile) or page.is_failed(hostile), 0.5)
            gap = stage.gap
            page.go_to_page(last)
            with_spare = stage.until(lambda: stage.shown(last), 20)
            gap = max(gap, stage.gap)
            page.go_to_page(hostile)
            stage.until(lambda: stage.shown(hostile) or page.is_failed(hostile), 8)
            gap = max(gap, stage.gap)
            ended = "drawn" if stage.shown(hostile) else "left out" if page.is_failed(hostile) else "waiting"
            for pid in stage.desk._interactive.pids:
                os.kill(pid, signal.SIGKILL)
            page.go_to_page(PLAIN - 3)
            alone = stage.until(lambda: stage.shown(PLAIN - 3), 20)
            return Measured(gap * 1000, with_spare, alone, ended)
        finally:
            stage.close()


def main() -> int:
    missed = 0
    print(f"load {os.getloadavg()[0]:.1f}; aims: gap {GAP_MS:.0f} ms, page back {SPARE_MS:.0f} ms with the "
          f"spare, {ALONE_MS:.0f} ms without")
    for name, make in HOSTILE.items():
        found = measure(make)
        missed += not found.is_good
        print(f"{name:26} gap {found.gap:6.1f} ms   back {found.with_spare:6.1f} ms   "
              f"without spare {found.alone:6.1f} ms   {found.ended}{'' if found.is_good else '   MISSED'}",
              flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
