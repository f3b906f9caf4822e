#!/usr/bin/env python3
"""How fast, on how many cores, in how much memory: ``python tests/bench/speed.py [--quick]``.

Prints one table and exits with 1 when an aim is missed. Pages a second are processor time of one process
(reading, drawing, all detectors, no text recognition), so other work on the machine matters little. Two
cores against one is wall time of ``process``, and means something only on a quiet machine: it is tried
again while the load is high, and then printed without being judged. Parts that need ../shared are left out
without it.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "engine"), str(ROOT / "tests" / "hostile")]

import boxes_made  # noqa: E402
import broken_pictures  # noqa: E402
import heavy_pages  # noqa: E402
import pikepdf  # noqa: E402
import pymupdf  # noqa: E402
from PIL import Image  # noqa: E402

from review_app.domain.ocr import OcrMode, OcrSettings  # noqa: E402
from review_app.engine import documents  # noqa: E402
from review_app.workers import scanning  # noqa: E402
from review_app.workers.pool import Pool  # noqa: E402
from review_app.workers.request import Request  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
NO_OCR = OcrSettings(OcrMode.NEVER).to_json()
SCANNED, DIGITAL, TWO_CORES, MEMORY_MIB = 8.0, 40.0, 1.8, 1024
QUIET = 1.0
"""Load of the machine, without this bench, up to which two cores are judged."""

WORDS = [
    "the", "of", "and", "to", "in", "that", "is", "was", "for", "on", "with", "as", "it", "by", "be", "at",
    "minister", "embassy", "delegation", "report", "meeting", "agreement", "secretary", "department", "from",
]


class Table:
    """Prints each figure beside its aim, and remembers what was missed."""

    def __init__(self) -> None:
        self.missed = 0

    def row(self, what: str, measured: str, aim: str = "", *, good: bool = True) -> None:
        """One line."""
        self.missed += not good
        print(f"{what:58}{measured:>22}   {aim:14}{'' if good else '  MISSED'}", flush=True)


def text_page(pdf: pymupdf.Document, rng: random.Random, *, bars: int = 0) -> None:
    """A typed page of 45 lines; with bars in the text."""
    page = pdf.new_page(width=612, height=792)
    lines = [" ".join(rng.choices(WORDS, k=rng.randint(9, 13))) for _ in range(45)]
    page.insert_text((72, 90), lines, fontsize=10.5, fontname="helv", lineheight=1.36)
    for _ in range(bars):
        x, y = rng.uniform(80, 400), 81 + 14.3 * rng.randrange(44)
        page.draw_rect(pymupdf.Rect(x, y, x + rng.uniform(30, 150), y + 12), color=None, fill=(0, 0, 0))


def cable_page(pdf: pymupdf.Document, rng: random.Random) -> None:
    """A page of a telegram: capitals in a font of one width."""
    page = pdf.new_page(width=612, height=792)
    lines = [f"{n}. " + " ".join(rng.choices(WORDS, k=9)).upper() for n in range(1, 50)]
    page.insert_text((60, 60), lines, fontsize=10, fontname="cour", lineheight=1.4)


def saved(pdf: pymupdf.Document, path: Path) -> Path:
    pdf.save(path)
    pdf.close()
    return path


def digital(folder: Path, pages: int) -> dict[str, Path]:
    """Born-digital documents: text, text with bars, cables, boxes drawn in every way."""
    rng = random.Random(11)
    made = {"text": pymupdf.open(), "bars": pymupdf.open(), "cables": pymupdf.open()}
    for _ in range(pages):
        text_page(made["text"], rng)
        text_page(made["bars"], rng, bars=8)
        cable_page(made["cables"], rng)
    found = {name: saved(pdf, folder / f"{name}.pdf") for name, pdf in made.items()}
    data, _ = boxes_made.make(17, pages)
    (folder / "boxes.pdf").write_bytes(data)
    return found | {"boxes": folder / "boxes.pdf"}


def scanned(folder: Path, pages: int, *, kinds: int = 10) -> Path:
    """Typed pages with a few white boxes as 1-bit scans at 300 dpi (CCITT group 4), with their text layer."""
    rng = random.Random(12)
    source = pymupdf.open()
    for _ in range(kinds):
        text_page(source, rng)
        for _ in range(2):
            y = rng.uniform(100, 600)
            box = pymupdf.Rect(90, y, rng.uniform(250, 540), y + rng.uniform(20, 90))
            source[-1].draw_rect(box, color=(0, 0, 0), fill=(1, 1, 1), width=0.5)
    with pikepdf.new() as pdf:
        objects = []
        for page in source:
            pixels = page.get_pixmap(dpi=300, colorspace=pymupdf.csGRAY)
            grey = Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)
            image = pikepdf.Stream(pdf, broken_pictures.g4(grey.point(lambda v: 255 * (v > 127))))
            entries = {
                "Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": grey.width,
                "Height": grey.height, "ColorSpace": pikepdf.Name.DeviceGray,
                **broken_pictures.fax(grey.height, grey.width),
            }
            for key, value in entries.items():
                image[f"/{key}"] = value
            objects.append(pdf.make_indirect(image))
        layer = heavy_pages.layer((1, 0, 0, 1, 0, 0))
        for number in range(pages):
            heavy_pages.page(pdf, heavy_pages.FULL + layer, {"/I": objects[number % kinds]})
        out = io.BytesIO()
        pdf.save(out)
    path = folder / f"scan{pages}.pdf"
    path.write_bytes(out.getvalue())
    return path


def pages_a_second(paths: list[Path]) -> tuple[int, float]:
    """Pages, and pages a second of processor time of this process."""
    params = {"ocr": NO_OCR}
    pages, start = 0, time.process_time()
    for path in paths:
        with documents.open_document(path) as document:
            request = Request({**params, "path": str(path)}, lambda part: None, lambda *step: None)
            scanning.scan(document, request)
            pages += document.page_count
    return pages, pages / (time.process_time() - start)


def speeds(table: Table, folder: Path, *, quick: bool) -> None:
    """One core."""
    pages_a_second([digital(folder, 1)["text"]])  # tables and patterns are read once
    few = 10 if quick else 40
    made = digital(folder, few)
    every = 0.0
    for name, path in made.items():
        count, speed = pages_a_second([path])
        every += count / speed
        table.row(f"born digital, {name}, {count} pages", f"{speed:.1f} pages/s")
    speed = len(made) * few / every
    aim = f">= {DIGITAL:g}"
    table.row("born digital, all made pages", f"{speed:.1f} pages/s", aim, good=speed >= DIGITAL)
    count, speed = pages_a_second([scanned(folder, few)])
    table.row(f"scans, 1 bit, 300 dpi, {count} made pages", f"{speed:.1f} pages/s", f">= {SCANNED:g}",
              good=speed >= SCANNED)
    if not CORPUS.is_dir():
        return
    for name, part, least, what in (
        ("state_hrc", 25, SCANNED, "scans"), ("cia_cib", 5, SCANNED, "scans"),
        ("nara_aad", 20, DIGITAL, "born digital"),
    ):
        files = sorted((CORPUS / name).glob("*.pdf"))[: part // 5 if quick else part]
        count, speed = pages_a_second(files)
        table.row(f"{what}, {name}, {count} pages", f"{speed:.1f} pages/s", f">= {least:g}",
                  good=speed >= least)


def peak_mib(path: Path) -> float:
    """The greatest memory of a child that scans it."""
    with Pool(1) as pool:
        pool.ask("scan", {"path": str(path), "ocr": NO_OCR}, timeout_s=900)
        status = Path(f"/proc/{pool.pids[0]}/status").read_text(encoding="ascii", errors="replace")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def memory(table: Table, folder: Path, *, quick: bool) -> None:
    """The peak of a child on long documents: pages are read one by one, and their content kept packed."""
    few, many = (30, 300) if quick else (300, 3_000)
    rng = random.Random(13)
    text = pymupdf.open()
    for _ in range(many):
        text_page(text, rng)
    for what, path in (
        (f"memory, scan of {few} pages at 300 dpi", scanned(folder, few)),
        (f"memory, text of {many} pages", saved(text, folder / "long.pdf")),
    ):
        mib = peak_mib(path)
        table.row(what, f"{mib:.0f} MiB", f"<= {MEMORY_MIB}", good=mib <= MEMORY_MIB)


def process(files: list[Path], folder: Path, jobs: int) -> tuple[float, float]:
    """Wall seconds of ``process``, and processor seconds of it and its children."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "review_app", "process", *map(str, files), "--jobs", str(jobs),
         "--ocr", "never", "--workspace", str(folder / f"work{jobs}-{time.monotonic_ns()}")],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    wall, after = time.perf_counter() - start, os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def two_cores(table: Table, folder: Path, *, quick: bool) -> None:
    """The same documents with one job and with two, one after the other."""
    source = pymupdf.open(digital(folder, 20)["bars"])
    files = []
    for number in range(8 if quick else 40):
        part = pymupdf.open()
        part.insert_pdf(source, from_page=number % 10, to_page=number % 10 + 8)
        part.set_metadata({"title": f"document {number}, {zlib.crc32(bytes([number]))}"})
        files.append(saved(part, folder / f"document{number}.pdf"))
    best = 0.0
    for _ in range(1 if quick else 3):
        load = os.getloadavg()[0]
        (one, one_cpu), (two, two_cpu) = process(files, folder, 1), process(files, folder, 2)
        ratio, best = one / two, max(best, one / two)
        table.row(
            f"process, {len(files)} documents, load {load:.1f}: one job {one:.1f} s ({one_cpu:.1f} cpu)",
            f"two {two:.1f} s ({two_cpu:.1f})", f"{ratio:.2f}x",
        )
        if load <= QUIET and ratio >= TWO_CORES:
            break
    quiet = load <= QUIET and (os.cpu_count() or 1) >= 2
    table.row(
        "two cores against one" + ("" if quiet else ", NOT JUDGED: the machine is busy"), f"{best:.2f}x",
        f">= {TWO_CORES:g}", good=not quiet or best >= TWO_CORES,
    )


def main() -> int:
    """Runs all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer pages")
    parser.add_argument("--only", choices=["speed", "memory", "cores"], help="one part")
    given = parser.parse_args()
    table = Table()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    parts = {"speed": speeds, "memory": memory, "cores": two_cores}
    with tempfile.TemporaryDirectory(prefix="speed") as folder:
        for name, part in parts.items():
            if given.only in (None, name):
                part(table, Path(folder), quick=given.quick)
    print(f"{table.missed} missed" if table.missed else "all aims met")
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
