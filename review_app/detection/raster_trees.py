"""How likely a place is a withheld box, from its measures: boosted trees, learned once, shipped as numbers.

The numbers are in ``resources/boxes/trees.json``; ``tests/bench/train_boxes.py`` makes them, from pages that
are drawn by this project and from released pages in the public domain (detection reference 2.6). Nothing is
learned while the program runs, and nothing but numpy is needed.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from review_app.domain.resources import resource_path

FILE = ("boxes", "trees.json")


@dataclass(frozen=True)
class Trees:
    """Trees side by side, each as wide as the largest: which measure a node asks, its limit, where it goes on
    (left when not above the limit), and what a leaf adds."""

    names: tuple[str, ...]
    start: float
    measure: NDArray[np.intp]
    limit: NDArray[np.float32]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: NDArray[np.float32]
    depth: int

    def odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The log-odds of each row of measures."""
        count = len(rows)
        trees = np.arange(len(self.measure))[None, :]
        at = np.zeros((count, len(self.measure)), np.intp)
        each = np.arange(count)[:, None]
        for _ in range(self.depth):
            asked = self.measure[trees, at]
            goes_left = rows[each, np.maximum(asked, 0)] <= self.limit[trees, at]
            at = np.where(asked < 0, at, np.where(goes_left, self.left[trees, at], self.right[trees, at]))
        return np.asarray(self.start + self.value[trees, at].sum(axis=1), np.float64)


@functools.cache
def shipped() -> Trees:
    """The trees that come with the program."""
    return made(json.loads(resource_path(*FILE).read_text(encoding="utf-8")))


def made(data: dict[str, object]) -> Trees:
    """Trees from what the file holds: ``names``, ``start``, and for each tree its nodes as ``[measure, limit,
    left, right]`` or ``[value]``."""
    trees = data["trees"]
    assert isinstance(trees, list)
    names = data["names"]
    assert isinstance(names, list)
    most = max(len(tree) for tree in trees)
    shape = (len(trees), most)
    measure, left, right = (np.full(shape, -1, np.intp) for _ in range(3))
    limit, value = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for t, tree in enumerate(trees):
        for n, node in enumerate(tree):
            if len(node) == 1:
                value[t, n] = node[0]
            else:
                measure[t, n], limit[t, n], left[t, n], right[t, n] = node
    depth = max(_depth(tree, 0) for tree in trees)
    return Trees(
        tuple(str(n) for n in names), float(str(data["start"])), measure, limit, left, right, value, depth
    )


def _depth(tree: list[list[float]], at: int) -> int:
    node = tree[at]
    return 0 if len(node) == 1 else 1 + max(_depth(tree, int(node[2])), _depth(tree, int(node[3])))
