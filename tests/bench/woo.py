#!/usr/bin/env python3
"""How well boxes are found on pages like those of Dutch releases (Woo), made by ``woo_pages.py``.

    python tests/bench/woo.py [--pages N] [--seed N] [--show]

Pages go the whole way: a picture in a PDF, drawn, searched, judged. Without ``--seed`` a fresh one is chosen
and printed. Prints precision, recall and F1 (IoU at least .5, one to one) by kind and by scan, the same for
the area of the boxes, false finds on pages without boxes, and pages a second; and where boxes are lost: no
place was seen there, none fits it by half, it was judged away, another place that overlaps was likelier, or
it was dropped when the document was put together. Exits with 1 when an aim is missed. ``--show`` lists what
is missed and what is false.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import box_samples  # noqa: E402
import numpy as np  # noqa: E402
import woo_pages  # noqa: E402
import woo_scans  # noqa: E402
from boxes import BOXES, Bench, f1, matched, read  # noqa: E402

from review_app.detection import raster_places  # noqa: E402
from review_app.domain.geometry import Rect  # noqa: E402
from review_app.engine import documents, render  # noqa: E402

LOST = ("no place", "poor fit", "judged", "overlap", "later")

AIMS = {"all": 0.9}
"""F1 over all kinds and scans (detection reference 7); single kinds and scans are shown with the same aim
where the aims of the project name none."""


def area(rects: Sequence[Rect]) -> np.ndarray:
    """Which points of a page rectangles cover."""
    out = np.zeros((round(woo_pages.HEIGHT), round(woo_pages.WIDTH)), bool)
    for r in rects:
        out[max(0, round(r.y0)) : round(r.y1), max(0, round(r.x0)) : round(r.x1)] = True
    return out


def lost(path: Path, missed: Sequence[Rect]) -> list[str]:
    """At which step each of these boxes of a page was lost: one of ``LOST``."""
    with documents.open_document(path) as document:
        drawn = render.tones(document, 1)
    assert drawn is not None
    seen: list[tuple[Rect, float]] = []
    kept: list[Rect] = []
    for rows, rects, found in box_samples.places(*drawn):
        odds = raster_places.judged(found, rows) if found else np.zeros(0)
        seen += zip(rects, odds.tolist(), strict=True)
        place = {id(f.place): rect for f, rect in zip(found, rects, strict=True)}
        kept += [place[id(f.place)] for f in raster_places.chosen(found, odds)]
    out = []
    for box in missed:
        fits = max((box.iou(rect) for rect, _ in seen), default=0.0)
        likely = max((odds for rect, odds in seen if box.iou(rect) >= 0.5), default=0.0)
        at = 0 if fits < 0.15 else 1 if fits < 0.5 else 2 if likely < 0 else 3
        out.append(LOST[4 if at == 3 and any(box.iou(rect) >= 0.5 for rect in kept) else at])
    return out


def table(steps: Mapping[str, Counter[str]], counts: Mapping[str, list[int]]) -> None:
    """Where boxes are lost, by kind, by scan, and by both."""
    print(f"  {'boxes lost':20} {'of':>5} " + " ".join(f"{name:>9}" for name in LOST))
    pairs = sorted(name for name in steps if "/" in name)
    for name in (*woo_pages.KINDS, *woo_scans.SCANS, "all", *pairs):
        if steps[name]:
            numbers = " ".join(f"{steps[name][step]:9}" for step in LOST)
            print(f"  {name:20} {counts[name][1]:5} {numbers}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=88)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6, 10**9) if args.seed is None else args.seed
    print(f"seed {seed}")
    bench = Bench(args.show)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    steps: dict[str, Counter[str]] = defaultdict(Counter)
    points, empty, false, seconds = [0, 0, 0], 0, 0, 0.0
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        for i in range(args.pages):
            made = woo_scans.page(seed + i, scan=woo_scans.SCANS[i % len(woo_scans.SCANS)])
            path.write_bytes(made.pdf())
            result = read(path)
            seconds += result.seconds
            truth = [rect for _, rect in made.boxes]
            found = [s.rects[0] for s in result.findings.spans if s.kind in BOXES]
            pairs = matched(truth, found)
            if made.kind == "none":
                empty, false = empty + 1, false + len(found)
            names = (made.kind, made.scan, f"{made.kind}/{made.scan}", "all")
            away = [rect for k, rect in enumerate(truth) if k not in {a for a, _ in pairs}]
            for step in lost(path, away) if away else ():
                for name in names:
                    steps[name][step] += 1
            for name in names:
                t = counts[name]
                t[0], t[1], t[2] = t[0] + len(pairs), t[1] + len(truth), t[2] + len(found)
            gold, told = area(truth), area(found)
            both = int((gold & told).sum())
            points = [points[0] + both, points[1] + int(gold.sum()), points[2] + int(told.sum())]
            for what, rects, side in (("missed", truth, 0), ("false", found, 1)):
                taken = {pair[side] for pair in pairs}
                for k, rect in enumerate(rects):
                    if k not in taken:
                        bench.miss(seed + i, made.kind, made.scan, what, [round(v) for v in rect.as_list()])
    for name in (*woo_pages.KINDS, *woo_scans.SCANS, "all"):
        precision, recall, score = f1(*counts[name])
        bench.add(
            f"{name}: F1",
            score,
            AIMS.get(name, 0.9),
            f"P {precision:.3f} R {recall:.3f} of {counts[name][1]}",
        )
    precision, recall, score = f1(*points)
    bench.add("area: F1", score, 0.93, f"P {precision:.3f} R {recall:.3f}")
    bench.add("pages without boxes: false a page", false / max(1, empty), 0.05, f"{false} on {empty}", True)
    bench.add(
        "pages a second, drawn and searched", args.pages / max(seconds, 1e-6), 6.0, f"{args.pages} pages"
    )
    table(steps, counts)
    print(f"{time.process_time() - start:.0f} s of processor time, the making of the pages included")
    return bench.report()


if __name__ == "__main__":
    sys.exit(main())
