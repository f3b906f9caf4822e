"""Pages that hurt, through a real child: bounded time and memory, warnings that name them, the rest read."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from review_app.domain.findings import ScanResult
from review_app.domain.geometry import Rect
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.workers.limits import Limits
from review_app.workers.pool import Pool

sys.path.insert(0, str(Path(__file__).parent))
import heavy_pages
from heavy_pages import BOX, HEAVY, laid, layer, turned

MAX_MIB = 700
"""Memory of a child on all of them, in MiB; it may use 2048."""
PAGE_SECONDS = 20

UPRIGHT = (612, 0, 0, 792, 0, 0)
linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc of Linux")


def scan(path: Path, *, page_seconds: int = PAGE_SECONDS) -> tuple[ScanResult, list[int], list[dict], int]:
    """The result, the pages whose reading began, the parts, and the child's peak of memory in MiB."""
    parts: list[dict] = []
    with Pool(1, limits=Limits(page_seconds=page_seconds)) as pool:
        params = {"path": str(path), "ocr": OcrSettings(OcrMode.NEVER).to_json()}
        answer = pool.ask("scan", params, on_part=parts.append, timeout_s=300)
        status = Path(f"/proc/{pool.pids[0]}/status").read_text() if os.name == "posix" else ""
    peak = re.search(r"VmHWM:\s+(\d+)", status)
    mib = int(peak[1]) // 1024 if peak else 0
    return ScanResult.of(answer.values), [p["page"] for p in parts], parts, mib


@linux
def test_each_page_that_hurts_is_borne_and_the_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "heavy.pdf"
    path.write_bytes(heavy_pages.document(*HEAVY.values()))
    number = {name: at for at, name in enumerate(HEAVY, 2)}
    result, pages, parts, mib = scan(path)
    assert pages == list(range(1, len(HEAVY) + 3))
    assert "Line 39" in parts[0]["text"] and parts[0]["text"] == parts[-1]["text"], "plain pages are read"
    assert mib < MAX_MIB
    assert not any("left out" in warning for warning in result.warnings), "each is read within its time"
    said = " ".join(result.warnings)
    for name in ("a hundred thousand lines", "a hundred thousand dots"):
        assert f"Page {number[name]} has 100000 drawn shapes" in said
    for name in ("forms two thousand deep", "saved a hundred thousand times"):
        assert f"The text of page {number[name]} is damaged" in said
    scans = {number[name] for name in HEAVY if "pixel" in name} | {
        number[name] for name in ("all black", "all white", "a chequerboard", "stripes", "noise")
    }
    assert not scans & {span.page for span in result.spans}, "no look of a whole page is a withholding"
    assert "Line 39" in parts[number["a font that is not there"] - 1]["text"]


@linux
def test_a_page_that_takes_too_long_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(heavy_pages.document(heavy_pages.bomb))
    result, pages, parts, _ = scan(path, page_seconds=2)
    assert pages == [1, 2, 3] and parts[0]["text"] == parts[2]["text"] and not parts[1]["text"]
    assert "Page 2 was left out, for reading it takes too long; look at the page itself" in result.warnings
    assert not result.spans


LAID = {
    "upright": laid(UPRIGHT),
    "turned by the page, 90": laid((0, -792, 612, 0, 0, 792), MediaBox=[0, 0, 612, 792], Rotate=90),
    "turned by the page, 180": laid((-612, 0, 0, -792, 612, 792), Rotate=180),
    "turned by the page, 270": laid((0, 792, -612, 0, 612, 0), Rotate=270),
    "mirrored and mirrored back": laid((-612, 0, 0, 792, 612, 0)),
    "cut off": laid(UPRIGHT, CropBox=[36, 72, 576, 720]),
    "in inches": laid((612 / 72, 0, 0, 792 / 72, 0, 0), MediaBox=[0, 0, 8.5, 11], UserUnit=72),
    "skewed": laid(turned(1.5)),
    "text layer off its place": laid(UPRIGHT, layer((1, 0, 0, 1, 150, -200))),
    "text layer turned": laid(UPRIGHT, layer((0, 1, -1, 0, 700, 0))),
    "text layer far too large": laid(UPRIGHT, layer((3, 0, 0, 3, -200, -900))),
    "text layer mirrored": laid(UPRIGHT, layer((-1, 0, 0, 1, 612, 0))),
}
"""The same scan laid in different ways. Where the page is turned, the picture is turned the other way."""


def test_the_box_of_a_scan_is_found_however_the_scan_lies(tmp_path: Path) -> None:
    path = tmp_path / "laid.pdf"
    path.write_bytes(heavy_pages.document(*LAID.values()))
    result, *_ = scan(path)
    number = {name: at for at, name in enumerate(LAID, 2)}
    places = {name: [s.rects[0] for s in result.spans if s.page == at] for name, at in number.items()}
    wanted = dict.fromkeys(LAID, Rect(*BOX))
    wanted["cut off"] = Rect(BOX[0] - 36, BOX[1] - 72, BOX[2] - 36, BOX[3] - 72)
    wanted["mirrored and mirrored back"] = Rect(612 - BOX[2], BOX[1], 612 - BOX[0], BOX[3])
    wide, high = 792 / 612, 612 / 792
    for name in ("turned by the page, 90", "turned by the page, 270"):  # drawn to the shape of the page
        wanted[name] = Rect(BOX[0] * wide, BOX[1] * high, BOX[2] * wide, BOX[3] * high)
    missed = {
        name: found for name, found in places.items() if not any(wanted[name].iou(r) > 0.7 for r in found)
    }
    assert not missed
    assert all(len(found) == 1 for found in places.values()), {k: len(v) for k, v in places.items()}
    # A layer that has words under the box is told, wherever in the text they belong; without one nothing is.
    with_layer = {at for name, at in number.items() if name.startswith("text layer")}
    assert {found.page for found in result.recoverable} <= with_layer
    assert not any("unreadable" in warning for warning in result.warnings)
