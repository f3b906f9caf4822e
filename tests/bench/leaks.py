#!/usr/bin/env python3
"""The verifier: what it finds, what it flags wrongly, and how long it takes.

    python tests/bench/leaks.py [--quick] [--show] [--x-ray]

Prints one table and exits with 1 when an aim is missed. Parts that need ../shared are left out without it.
``--quick`` reads fewer documents and tries every third case; ``--show`` lists each miss (file and count; no
text of the documents); ``--x-ray`` installs the x-ray package into an environment of its own, removed
afterwards, and compares; ``--only`` runs one part.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "engine")]

import careless  # noqa: E402
import leak_channels  # noqa: E402
import pymupdf  # noqa: E402
import survives  # noqa: E402

from review_app.domain.errors import InputRefused  # noqa: E402
from review_app.domain.geometry import Rect  # noqa: E402
from review_app.domain.marks import Mark  # noqa: E402
from review_app.domain.verification import Verification  # noqa: E402
from review_app.engine import documents, verify  # noqa: E402
from review_app.workers import verifying  # noqa: E402
from review_app.workers.request import Request  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
MAX_RATIO = 1.0


@dataclass
class Table:
    rows: list[bool] = field(default_factory=list)

    def add(self, what: str, figure: str, aim: str, good: bool) -> None:
        self.rows.append(good)
        print(f"{'  ' if good else '! '}{what:<66} {figure:>18}   {aim}", flush=True)


def alone(path: Path) -> tuple[Verification, float]:
    begin = time.process_time()
    request = Request({"path": str(path)}, lambda part: None, lambda a, b: None)
    with documents.open_document(path) as document:
        return verifying.alone(document, request), time.process_time() - begin


def filings(table: Table, show: bool, with_xray: bool) -> None:
    folder = CORPUS / "leaks_xray"
    expected = json.loads((folder / "xray_expectations.json").read_text())
    wanted = hit = false = pages = places = 0
    seconds = 0.0
    for path in sorted(folder.glob("*.pdf")):
        found, took = alone(path)
        pages, seconds = pages + found.page_count, seconds + took
        covered = [f for f in found.leaks if str(f.channel) == "covered_text"]
        places += len(covered)
        if expected[path.name]["expected_leaks"]:
            wanted += 1
            hit += bool(found.leaks)
            if show:
                print(f"    {path.name}: {len(covered)} places, {len(found.leaks)} findings")
        elif found.leaks:
            false += 1
            if show:
                print(f"    {path.name}: {Counter(str(f.channel) for f in found.leaks)} where none should be")
    table.add("court filings that leak: files found", f"{hit}/{wanted}", "all", hit == wanted)
    table.add("clean court filings with an alarm", str(false), "0", false == 0)
    speed = pages / seconds
    table.add("court filings: pages a CPU second", f"{speed:.1f}", "no aim", True)
    if with_xray:
        xray(table, folder, places, seconds)
    else:
        print("  side by side with the x-ray package: left out (--x-ray)")


XRAY = """
import json, sys, time, asyncio, inspect
import xray
begin = time.process_time()
count = 0
for path in json.load(sys.stdin):
    try:
        found = xray.inspect(path)
        if inspect.isawaitable(found):
            found = asyncio.run(found)
        count += sum(len(v) for v in found.values())
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)
print(json.dumps([count, time.process_time() - begin]))
"""


def xray(table: Table, folder: Path, ours: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as place:
        steps = [
            [sys.executable, "-m", "venv", place],
            [f"{place}/bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "x-ray"],
        ]
        for step in steps:
            if subprocess.run(step, capture_output=True, check=False).returncode:
                print("  side by side with the x-ray package: it cannot be installed here")
                return
        done = subprocess.run(
            [f"{place}/bin/python", "-c", XRAY], capture_output=True, text=True, check=False,
            input=json.dumps([str(p) for p in sorted(folder.glob("*.pdf"))]),
        )
        if done.returncode:
            print("  side by side with the x-ray package: it does not run here")
            return
        count, took = json.loads(done.stdout.splitlines()[-1])
        table.add("places found on the filings, ours and x-ray's", f"{ours} / {count}", "more", ours > count)
        table.add(
            "CPU seconds for the filings, ours and x-ray's", f"{seconds:.2f} / {took:.2f}", "fewer",
            seconds < took,
        )


def releases(table: Table, quick: bool, show: bool) -> None:
    """Clean documents: whatever is flagged is looked at by hand."""
    for name, folder, step in (
        ("State releases", "state_hrc", 4), ("cables", "nara_aad", 4), ("CIA bulletins", "cia_cib", 4),
        ("Mueller volume", "mueller_retypeset", 1), ("JFK releases", "nara_jfk2025", 3),
    ):
        files = sorted((CORPUS / folder).glob("*.pdf"))[:: step if quick else 1]
        flagged = pages = 0
        channels: Counter[str] = Counter()
        seconds = 0.0
        for path in files:
            try:
                found, took = alone(path)
            except InputRefused as error:
                print(f"    {path.name}: {error}")
                continue
            pages, seconds = pages + found.page_count, seconds + took
            if found.leaks:
                flagged += 1
                channels.update({str(f.channel) for f in found.leaks})
                if show:
                    print(f"    {path.name}: {[(str(f.channel), f.page, f.count) for f in found.leaks][:6]}")
        why = ", ".join(f"{c} {n}" for c, n in channels.items()) or "none"
        what = f"{name}: flagged of {len(files)} files, {pages} pages ({why})"
        table.add(what, str(flagged), "looked at", True)
        table.add(f"{name}: pages a CPU second", f"{pages / max(seconds, 0.01):.1f}", "no aim", True)


def recipes(table: Table, quick: bool, show: bool) -> None:
    """Every case through every careless recipe: what survives must be caught, what is clean must pass."""
    names = leak_channels.names()[:: 3 if quick else 1]
    with tempfile.TemporaryDirectory() as folder:
        for recipe, make in careless.RECIPES.items():
            caught = left = clean = passed = crashed = letters = 0
            for name in names:
                case = leak_channels.make(name)
                try:
                    data = make(case.data, case.marks, case.password)
                except Exception:  # noqa: BLE001 - the recipes crash, as measured in the reference
                    crashed += 1
                    continue
                original, output = Path(folder) / "o.pdf", Path(folder) / "r.pdf"
                original.write_bytes(case.data)
                output.write_bytes(data)
                found = verify.release(
                    original, output, case.marks, passwords=[case.password] if case.password else []
                )
                truth = survives.places(data, leak_channels.SECRET) if not case.is_listed else []
                if truth or recipe == "covered":
                    left += 1
                    caught += not found.passed
                    if found.passed and show:
                        print(f"    {recipe} {name}: not caught")
                elif recipe == "raster":
                    clean += 1
                    passed += found.passed
                    if not found.passed and show:
                        print(f"    {recipe} {name}: {[f.what for f in found.leaks]}")
                else:
                    letters += not found.passed
            table.add(
                f"{recipe}: the word survives, caught ({crashed} crashed)", f"{caught}/{left}", "all",
                caught == left,
            )
            if recipe == "raster":
                table.add("raster: clean, passed", f"{passed}/{clean}", "all", passed == clean)
            else:
                table.add(f"{recipe}: failed for what no text search sees", str(letters), "no aim", True)


def speed(table: Table, quick: bool) -> None:
    """200 pages of text with 5 marks each: the plain recipe against the verifier."""
    count = 40 if quick else 200
    rng = random.Random(1)
    words = [
        "".join(rng.choice("abcdefghijklmnoprstuvwy") for _ in range(rng.randint(2, 10))) for _ in range(3000)
    ]
    doc = pymupdf.open()
    for _ in range(count):
        page = doc.new_page()
        for row in range(45):
            text = " ".join(rng.choice(words) for _ in range(11))
            page.insert_text((72, 72 + 14.4 * row), text, fontsize=11)
    data = doc.tobytes(garbage=3, deflate=True)
    doc = pymupdf.open(stream=data, filetype="pdf")
    places = [rng.sample(page.get_text("words"), 5) for page in doc]
    marks = [
        Mark(f"m{n}-{i}", n, (Rect(w[0], w[1] + 3, w[2], w[3] - 3),), ("(b)(6)",))
        for n, chosen in enumerate(places, 1) for i, w in enumerate(chosen)
    ]
    begin = time.process_time()
    doc = pymupdf.open(stream=data, filetype="pdf")
    for page, chosen in zip(doc, places, strict=True):
        for w in chosen:
            page.add_redact_annot(pymupdf.Rect(w[0], w[1] + 3, w[2], w[3] - 3))
        page.apply_redactions()
    made = doc.tobytes(garbage=4, deflate=True, clean=True)
    plain = time.process_time() - begin
    with tempfile.TemporaryDirectory() as folder:
        original, output = Path(folder) / "o.pdf", Path(folder) / "r.pdf"
        original.write_bytes(data)
        output.write_bytes(made)
        begin = time.process_time()
        found = verify.release(original, output, marks)
        took = time.process_time() - begin
    assert found.kept is not None
    table.add(
        f"{count} pages, 5 marks each: CPU seconds, plain recipe / verifier", f"{plain:.2f} / {took:.2f}",
        f"<= {MAX_RATIO:g}x", took <= MAX_RATIO * plain,
    )
    table.add(
        "the same: words outside the marks kept", f"{found.kept.kept_words}/{found.kept.words}", ">= 0.999",
        found.kept.share >= 0.999,
    )
    leaks = Counter(str(f.channel) for f in found.leaks)
    table.add("the same: alarms", str(dict(leaks) or 0), "0", not leaks)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--x-ray", action="store_true")
    parser.add_argument("--only", choices=("filings", "releases", "recipes", "speed"))
    options = parser.parse_args()
    table = Table()
    if options.only in (None, "speed"):
        speed(table, options.quick)
    if CORPUS.is_dir():
        if options.only in (None, "filings"):
            filings(table, options.show, options.x_ray)
        if options.only in (None, "releases"):
            releases(table, options.quick, options.show)
    else:
        print("../shared is not there: court filings and releases are left out")
    if options.only in (None, "recipes"):
        recipes(table, options.quick, options.show)
    return 0 if all(table.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
