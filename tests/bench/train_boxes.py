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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import box_samples  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from review_app.detection import raster_features  # noqa: E402

FILE = ROOT / "resources" / "boxes" / "trees.json"

WEIGHTS = {"woo": 1.0, "bare": 1.0, "older": 1.0, "full": 1.5, "part": 1.5}
"""How much a place counts, by the sort of page: there are few real pages."""


def learned(
    rows: NDArray[np.float32], fits: NDArray[np.float32], weights: NDArray[np.float32], trees: int
) -> dict[str, object]:
    """Boosted trees as plain numbers."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=trees,
        max_leaf_nodes=14,
        learning_rate=0.08,
        min_samples_leaf=25,
        l2_regularization=2.0,
        random_state=1,
        early_stopping=False,
    )
    model.fit(rows, fits >= 0.5, sample_weight=weights)
    told = []
    for (tree,) in model._predictors:
        nodes = []
        for node in tree.nodes:
            if node["is_leaf"]:
                nodes.append([round(float(node["value"]), 4)])
            else:
                nodes.append(
                    [
                        int(node["feature_idx"]),
                        round(float(node["num_threshold"]), 5),
                        int(node["left"]),
                        int(node["right"]),
                    ]
                )
        told.append(nodes)
    start = float(np.ravel(model._baseline_prediction)[0])
    return {"names": list(raster_features.NAMES), "start": round(start, 4), "trees": told}


def _measured(job: tuple[box_samples.Part, Path]) -> tuple[str, Path]:
    """Measures one part of the pages, unless that is done."""
    part, folder = job
    path = folder / f"{part.name}.npz"
    if not path.exists():
        rows, fits = box_samples.measured(part)
        half = folder / f"{part.name}.half.npz"
        np.savez_compressed(half, X=rows, Y=fits)
        half.rename(path)
    return part.sort, path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--trees", type=int, default=220)
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
        loaded = [(WEIGHTS[sort], np.load(path)) for sort, path in files]
        rows = np.concatenate([part["X"] for _, part in loaded])
        fits = np.concatenate([part["Y"] for _, part in loaded])
        weights = np.concatenate([np.full(len(part["Y"]), weight, np.float32) for weight, part in loaded])
    try:
        made_trees = learned(rows, fits, weights, args.trees)
    except ImportError as error:
        print(f"learning needs scikit-learn: {error}", file=sys.stderr)
        return 2
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(made_trees, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(rows)} places, {int((fits >= 0.5).sum())} boxes, {args.out.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
