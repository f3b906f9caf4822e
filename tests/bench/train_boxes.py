#!/usr/bin/env python3
"""Learns which places are withheld boxes, and writes ``resources/boxes/trees.json``.

    python tests/bench/train_boxes.py [--out FILE] [--keep DIR] [--trees N] [--jobs N] [--small]

One command makes the file from this repository and ../shared/corpus alone, always the same one. It measures
every place on pages made here (``box_samples.py`` says which) and on released American records in the public
domain, and learns from the measures: nothing else may be learned from (detection reference 2.6). ``--keep``
holds the measures of each part of the pages, so that a second run only measures what is missing; ``--small``
takes a tenth of the pages. Only learning needs scikit-learn (1.5 or newer), which the program does not: put
it in an environment of its own. Exits with 2 when something is missing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import box_samples  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from review_app.detection import raster_context, raster_features  # noqa: E402

FIRST_LEAVES, SECOND_LEAVES = 16, 16

FILE = ROOT / "resources" / "boxes" / "trees.json"

WEIGHTS = {"woo": 1.0, "bare": 1.0, "older": 1.0, "full": 1.5, "part": 1.5}
"""How much a place counts, by the sort of page: there are few real pages."""


FOLDS = 4
"""The second trees learn from what the first say of pages that they have not seen: of each quarter, by
trees that learned from the other three."""

FITS, HALF = 0.65, 0.3
"""A place that shares so much with a box is one, one that shares less than the second is none; between them
it counts as both in shares, so that of two places the better is the likelier."""


@dataclass
class Learned:
    """All places: as ``box_samples.Measured``, with the part of the pages and the weight of each."""

    rows: NDArray[np.float32]
    fits: NDArray[np.float32]
    at: NDArray[np.float32]
    view: NDArray[np.int64]
    part: NDArray[np.int64]
    weight: NDArray[np.float32]


def boosted(
    rows: NDArray[np.float32],
    fits: NDArray[np.float32],
    weights: NDArray[np.float32],
    trees: int,
    leaves: int,
) -> Any:
    """A model of how likely a place is a box."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=trees,
        max_leaf_nodes=leaves,
        learning_rate=0.08,
        min_samples_leaf=25,
        l2_regularization=2.0,
        random_state=1,
        early_stopping=False,
    )
    known = fits >= 0
    rows, fits, weights = rows[known], fits[known], weights[known]
    yes = np.clip((fits - HALF) / (FITS - HALF), 0, 1)
    both = np.concatenate((yes > 0, np.zeros(len(yes), np.bool_)))
    twice = np.concatenate((np.where(yes > 0, yes, 0), 1 - yes)).astype(np.float32) * np.tile(weights, 2)
    counts = twice > 0
    model.fit(np.concatenate((rows, rows))[counts], both[counts], sample_weight=twice[counts])
    return model


def told(model: Any, names: Sequence[str]) -> dict[str, object]:
    """The trees of a model as plain numbers."""
    trees = []
    for (tree,) in model._predictors:
        nodes = []
        for node in tree.nodes:
            if node["is_leaf"]:
                nodes.append([round(float(node["value"]), 3)])
            else:
                limit = float(f"{float(node['num_threshold']):.5g}")
                nodes.append([int(node["feature_idx"]), limit, int(node["left"]), int(node["right"])])
        trees.append(nodes)
    start = float(np.ravel(model._baseline_prediction)[0])
    return {"names": list(names), "start": round(start, 4), "trees": trees}


def learned(all_of: Learned, trees: int) -> dict[str, object]:
    """Both sets of trees."""
    names = (*raster_features.NAMES, *raster_context.NAMES)
    odds = np.zeros(len(all_of.fits), np.float64)
    for fold in range(FOLDS):
        out = all_of.part % FOLDS == fold
        model = boosted(all_of.rows[~out], all_of.fits[~out], all_of.weight[~out], trees, FIRST_LEAVES)
        odds[out] = model.decision_function(all_of.rows[out])
    context = np.zeros((len(odds), len(raster_context.NAMES)), np.float32)
    for number in np.unique(all_of.view):
        of = all_of.view == number
        context[of] = raster_context.of_arrays(all_of.at[of], all_of.rows[of], odds[of])
    first = boosted(all_of.rows, all_of.fits, all_of.weight, trees, FIRST_LEAVES)
    rows = np.concatenate((all_of.rows, context), axis=1)
    second = boosted(rows, all_of.fits, all_of.weight, trees, SECOND_LEAVES)
    return {"first": told(first, raster_features.NAMES), "second": told(second, names)}


def _measured(job: tuple[box_samples.Part, Path]) -> tuple[str, Path]:
    """Measures one part of the pages, unless that is done."""
    part, folder = job
    path = folder / f"{part.name}.npz"
    if not path.exists():
        made = box_samples.measured(part)
        half = folder / f"{part.name}.half.npz"
        np.savez_compressed(half, rows=made.rows, fits=made.fits, at=made.at, view=made.view)
        half.rename(path)
    return part.sort, path


def loaded(files: Sequence[tuple[str, Path]]) -> Learned:
    """The measures of all parts as one."""
    rows, fits, at, view, part, weight = [], [], [], [], [], []
    views = 0
    for number, (sort, path) in enumerate(files):
        one = np.load(path)
        count = len(one["fits"])
        rows.append(one["rows"])
        fits.append(one["fits"])
        at.append(one["at"])
        view.append(one["view"].astype(np.int64) + views)
        part.append(np.full(count, number, np.int64))
        weight.append(np.full(count, WEIGHTS[sort], np.float32))
        views += int(one["view"].max()) + 1 if count else 0
    whole = (np.concatenate(each) for each in (rows, fits, at, view, part, weight))
    return Learned(*whole)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--trees", type=int, default=150)
    parser.add_argument("--keep", type=Path, default=None)
    parser.add_argument("--jobs", type=int, default=2, help="processes that measure")
    parser.add_argument("--small", action="store_true")
    args = parser.parse_args()
    if not box_samples.CORPUS.exists():
        print(f"{box_samples.CORPUS} is not there: the file cannot be made without it", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as made:
        folder = args.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        parts = box_samples.parts(small=args.small)
        with multiprocessing.Pool(args.jobs) as pool:
            files = []
            for sort, path in pool.imap(_measured, [(part, folder) for part in parts], chunksize=1):
                files.append((sort, path))
                print(f"{time.strftime('%H:%M:%S')} {len(files)} of {len(parts)} {path.stem}", flush=True)
        files.sort(key=lambda pair: pair[1].name)
        every = loaded(files)
    try:
        made_trees = learned(every, args.trees)
    except ImportError as error:
        print(f"learning needs scikit-learn: {error}", file=sys.stderr)
        return 2
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(made_trees, separators=(",", ":")) + "\n", encoding="utf-8")
    boxes = int((every.fits >= 0.5).sum())
    print(f"{len(every.fits)} places, {boxes} boxes, {args.out.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
