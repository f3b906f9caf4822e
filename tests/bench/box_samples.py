"""The places that ``train_boxes.py`` learns from, with what each of them is.

Made pages are known exactly. Of released American records, boxes are what keeps all the rules for a box and
has an exemption code of the text layer attached; all places in documents released in full are none; other
places are left out, for nobody has said what they are. Documents of the gold pages, and every third document
that was released in full, are never learned from: ``boxes.py`` measures on them.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent), str(ROOT / "tests" / "unit" / "detection")]

import numpy as np  # noqa: E402
import scanned  # noqa: E402
import woo_scans  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from review_app.detection import raster, raster_features, raster_places, scan  # noqa: E402
from review_app.detection.raster_pixels import Grey  # noqa: E402
from review_app.domain.geometry import Rect  # noqa: E402
from review_app.domain.vocabulary import Provenance  # noqa: E402
from review_app.engine import documents, render  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
SEED = 60_000
"""Fresh seeds of ``woo.py`` begin at a million."""

ROUNDS, EACH = 12, 22
"""Pages of each generator are made in so many rounds of so many."""

SURE, OUT_OF = 2.0, -9.0


@dataclass(frozen=True)
class Part:
    """Pages that are measured together: their sort, and seeds or files."""

    sort: str
    name: str
    seeds: tuple[int, ...] = ()
    files: tuple[Path, ...] = ()


def parts(*, small: bool = False) -> list[Part]:
    """All pages to learn from; the same each time."""
    rounds = 1 if small else ROUNDS
    full, part = documents_learned()
    out: list[Part] = []
    for i in range(0, len(full), 8 if small else 1):
        out += [Part("full", full[i].stem, files=(full[i],))]
    for i in range(0, len(part), 8 if small else 1):
        out += [Part("part", part[i].stem, files=(part[i],))]
    for i in range(rounds):
        out += [_seeds("woo", SEED + EACH * i), _seeds("bare", SEED + 10_000 + EACH * i)]
        out += [_seeds("older", SEED + 20_000 + 30 * (i // 6), 30)] if i % 6 == 0 else []
    return out


def _seeds(sort: str, first: int, count: int = EACH) -> Part:
    return Part(sort, f"{sort}{first}", tuple(range(first, first + count)))


def gold_documents() -> set[str]:
    """Names of the files that hold gold pages."""
    told = json.loads((CORPUS / "groundtruth" / "boxes_gold_us_dev.json").read_text("utf-8"))
    return {Path(entry["file"]).name for entry in told["pages"]}


def held_out(name: str) -> bool:
    """True for every third document, by its name."""
    return zlib.crc32(name.encode()) % 3 == 0


def documents_learned() -> tuple[list[Path], list[Path]]:
    """Documents released in full, and documents with withheld boxes."""
    gold = gold_documents()
    full, part = [], []
    with (CORPUS / "groundtruth" / "hrc_stamps.csv").open(encoding="utf-8", newline="") as file:
        for entry in csv.DictReader(file):
            path = CORPUS / "state_hrc" / Path(entry["file"]).name
            if path.name in gold or not path.exists():
                continue
            if entry["ocr_release"] == "PART":
                part.append(path)
            elif entry["ocr_release"] == "FULL" and not held_out(path.name):
                full.append(path)
    part += [path for path in sorted((CORPUS / "cia_cib").glob("*.pdf")) if path.name not in gold]
    return sorted(full), part


@dataclass(frozen=True)
class Measured:
    """The places of some pages: measures, how well each fits a box (IoU; below 0 where nobody knows), left,
    top, right, bottom in pixels and source, and the number of the view they were seen in."""

    rows: NDArray[np.float32]
    fits: NDArray[np.float32]
    at: NDArray[np.float32]
    view: NDArray[np.int32]


UNKNOWN = -1.0


def measured(part: Part) -> Measured:
    """Every place of these pages."""
    way = {"woo": _made, "bare": _made, "older": _older, "full": _full, "part": _part}[part.sort]
    rows, fits = [np.zeros((0, len(raster_features.NAMES)), np.float32)], [np.zeros(0, np.float32)]
    at, view = [np.zeros((0, 5), np.float32)], [np.zeros(0, np.int32)]
    for number, (more, found, fit) in enumerate(way(part)):
        boxes = [(f.place.box.x0, f.place.box.y0, f.place.box.x1, f.place.box.y1) for f in found]
        sources = [f.place.source for f in found]
        rows.append(more)
        fits.append(fit)
        at.append(np.array([(*b, s) for b, s in zip(boxes, sources, strict=True)], np.float32).reshape(-1, 5))
        view.append(np.full(len(fit), number, np.int32))
    return Measured(np.concatenate(rows), np.concatenate(fits), np.concatenate(at), np.concatenate(view))


Measures = Iterator[tuple[NDArray[np.float32], Sequence[raster_places.Found], NDArray[np.float32]]]


def _made(part: Part) -> Measures:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        for i, seed in enumerate(part.seeds):
            scan_kind = woo_scans.SCANS[i % len(woo_scans.SCANS)]
            made = woo_scans.page(seed, scan=scan_kind, withheld=False if part.sort == "bare" else None)
            path.write_bytes(made.pdf())
            with documents.open_document(path) as document:
                drawn = render.tones(document, 1)
            assert drawn is not None
            yield from _against(*drawn, [rect for _, rect in made.boxes])


def _older(part: Part) -> Measures:
    """The other generator: four kinds of boxes and none, six ways to scan."""
    kinds = (*scanned.KINDS, None)
    for i, seed in enumerate(part.seeds):
        made = scanned.page(seed, kinds[i % 5], scanned.SCANS[i // 5 % 6])
        yield from _against(made.tones, made.scale, [rect for _, rect in made.boxes])


def _against(tones: Grey, scale: float, truth: Sequence[Rect]) -> Measures:
    for rows, rects, found in places(tones, scale):
        fits = [max((r.iou(t) for t in truth), default=0.0) for r in rects]
        yield rows, found, np.array(fits, np.float32)


def places(
    tones: Grey, scale: float
) -> Iterator[tuple[NDArray[np.float32], list[Rect], list[raster_places.Found]]]:
    """The places of a page as it is, and of the page turned back, with their measures."""
    for turn, view, paper in raster.views(tones):
        found = raster_places.candidates(view, paper)
        rows = raster_features.measure(view, paper, [f.place for f in found])
        yield rows, [raster_places.page_space(f.place.box, turn, view.shape, scale) for f in found], found


def _full(part: Part) -> Measures:
    for path in part.files:
        with documents.open_document(path) as document:
            for number in range(1, document.page_count + 1):
                if not raster.is_scan(document.content(number)):
                    continue
                drawn = render.tones(document, number)
                if drawn is not None:
                    for rows, rects, found in places(*drawn):
                        yield rows, found, np.zeros(len(rects), np.float32)


def _part(part: Part) -> Measures:
    """Places that keep the rules and have a code; what lies in one without fitting is a part of it."""
    for path in part.files:
        seen, looks = {}, {}
        with documents.open_document(path) as document:
            pages = [document.content(n) for n in range(1, document.page_count + 1)]
            for page in pages:
                drawn = render.tones(document, page.number) if raster.is_scan(page) else None
                if drawn is not None:
                    seen[page.number] = list(places(*drawn))
                    looks[page.number] = _by_rule(seen[page.number])
        spans = [s for s in scan.document(pages, looks=looks).spans if s.detector == "raster"]
        for number, views in seen.items():
            boxes = [
                span.rects[0] for span in spans
                if span.page == number
                and any(code.provenance is not Provenance.MARGIN_SHARED for code in span.codes)
            ]
            for rows, rects, found in views:
                fits = np.array([max((r.iou(b) for b in boxes), default=0.0) for r in rects], np.float32)
                known = np.array(
                    [
                        fit >= 0.5 or any(r.intersect(b).area > 0.8 * r.area for b in boxes)
                        for r, fit in zip(rects, fits, strict=True)
                    ],
                    np.bool_,
                )
                yield rows, found, np.where(known, fits, np.float32(UNKNOWN))


def _by_rule(
    views: Sequence[tuple[NDArray[np.float32], list[Rect], list[raster_places.Found]]]
) -> tuple[raster.Candidate, ...]:
    """The places that keep all the rules of the reference, without the trees."""
    out: list[raster.Candidate] = []
    for _, rects, found in views:
        place = {id(f.place): rect for f, rect in zip(found, rects, strict=True)}
        odds = np.array([SURE if f.place.plain or f.by_rule else OUT_OF for f in found], np.float64)
        for one in raster_places.chosen(found, odds):
            rect = place[id(one.place)]
            if not any(rect.iou(other.rect) > 0.3 for other in out):
                out.append(raster.candidate(one, rect))
    return tuple(out)
