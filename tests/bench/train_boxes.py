#!/usr/bin/env python3
"""Learns which places are withheld boxes, and writes ``resources/boxes/trees.json``.

    python tests/bench/train_boxes.py MEASURES.npz... [--out FILE] [--trees N]
    python tests/bench/train_boxes.py --measure OUT.npz --seed N --pages N

The second form makes pages (``woo_pages.py``) and keeps the measures of every place on them; the first learns
from such files. Only learning needs scikit-learn (1.5 or newer), which the program does not: put it in an
environment of its own. Pages come from this project's own drawing and from released records in the public
domain: nothing else may be learned from (detection reference 2.6).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from review_app.detection import raster_features  # noqa: E402

FILE = ROOT / "resources" / "boxes" / "trees.json"


def measured(seed: int, pages: int) -> dict[str, NDArray[np.float32]]:
    """The measures of every place on made pages, and how well it fits a box there (IoU)."""
    import woo_scans

    from review_app.detection import raster_paper, raster_places, raster_skew
    from review_app.engine import documents, render

    rows, fits, of_page = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        for i in range(pages):
            made = woo_scans.page(seed + i, scan=woo_scans.SCANS[i % len(woo_scans.SCANS)])
            path.write_bytes(made.pdf())
            with documents.open_document(path) as document:
                drawn = render.tones(document, 1)
            assert drawn is not None
            tones, paper = raster_paper.evened(drawn[0])
            angle = raster_skew.angle_of(tones, paper)
            views = [(0.0, tones)] + (
                [(angle, raster_skew.turned_back(tones, angle, paper))] if angle else []
            )
            for turn, view in views:
                found = raster_places.candidates(view, paper)
                rows.append(raster_features.measure(view, paper, [f.place for f in found]))
                for f in found:
                    rect = raster_places.page_space(f.place.box, turn, view.shape, drawn[1])
                    fits.append(max((rect.iou(truth) for _, truth in made.boxes), default=0.0))
                    of_page.append(seed + i)
    return {"X": np.concatenate(rows), "Y": np.array(fits, np.float32), "G": np.array(of_page)}


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--trees", type=int, default=200)
    parser.add_argument("--measure", type=Path)
    parser.add_argument("--seed", type=int, default=60000)
    parser.add_argument("--pages", type=int, default=110)
    args = parser.parse_args()
    if args.measure:
        np.savez_compressed(args.measure, **measured(args.seed, args.pages))
        return 0
    parts = [np.load(file) for file in args.files]
    rows = np.concatenate([part["X"] for part in parts])
    fits = np.concatenate([part["Y"] for part in parts])
    weights = np.concatenate(
        [np.full(len(part["Y"]), float(part["W"]) if "W" in part else 1.0, np.float32) for part in parts]
    )
    made = learned(rows, fits, weights, args.trees)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(rows)} places, {int((fits >= 0.5).sum())} boxes, {args.out.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
