"""How likely a place is a withheld box, from its measures: boosted trees, learned once, shipped as numbers.

Two sets of them: the first judges each place on its own, the second with what the first said of all the
others on its page. The numbers are in ``resources/boxes/trees.json``; ``tests/bench/train_boxes.py`` makes
them, from pages that are drawn by this project and from released pages in the public domain (detection
reference 2.6). Nothing is learned while the program runs, and nothing but numpy is needed.
"""

from __future__ import annotations

import functools
import json

import numpy as np
from numpy.typing import NDArray

from review_app.domain.resources import resource_path
from review_app.domain.values import dataclass

FILE = ("boxes", "trees.json")


@dataclass(frozen=True)
class Trees:
    """The nodes of all trees in one row: which measure a node asks, its limit, where it goes on when the
    measure is not above the limit and when it is, and what a leaf adds. A leaf goes on to itself."""

    names: tuple[str, ...]
    start: float
    first: NDArray[np.int32]
    measure: NDArray[np.int32]
    limit: NDArray[np.float32]
    next: NDArray[np.int32]
    value: NDArray[np.float32]
    depth: int

    def odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The log-odds of each row of measures."""
        count, wide = rows.shape
        flat = np.ascontiguousarray(rows).ravel()
        begin = (np.arange(count, dtype=np.int32) * wide)[:, None]
        at = np.broadcast_to(self.first, (count, len(self.first)))
        for _ in range(self.depth):
            above = flat.take(begin + self.measure.take(at)) > self.limit.take(at)
            at = self.next.take(2 * at + above)
        return np.asarray(self.start + self.value.take(at).sum(axis=1), np.float64)


@functools.cache
def shipped() -> tuple[Trees, Trees]:
    """The trees that come with the program: for places on their own, and with the others of their page."""
    data = json.loads(resource_path(*FILE).read_text(encoding="utf-8"))
    return made(data["first"]), made(data["second"])


def made(data: dict[str, object]) -> Trees:
    """Trees from what the file holds: ``names``, ``start``, and for each tree its nodes as ``[measure, limit,
    left, right]`` or ``[value]``."""
    trees = data["trees"]
    assert isinstance(trees, list)
    names = data["names"]
    assert isinstance(names, list)
    first = np.cumsum([0, *(len(tree) for tree in trees)])[:-1].astype(np.int32)
    nodes = [(begin, n, node) for begin, tree in zip(first.tolist(), trees, strict=True)
             for n, node in enumerate(tree)]
    measure, limit = np.zeros(len(nodes), np.int32), np.full(len(nodes), np.inf, np.float32)
    following, value = np.zeros(2 * len(nodes), np.int32), np.zeros(len(nodes), np.float32)
    for i, (begin, n, node) in enumerate(nodes):
        if len(node) == 1:
            value[i] = node[0]
            following[2 * i : 2 * i + 2] = begin + n
        else:
            measure[i], limit[i] = node[0], node[1]
            following[2 * i : 2 * i + 2] = begin + node[2], begin + node[3]
    depth = max(_depth(tree, 0) for tree in trees)
    told, start = tuple(str(n) for n in names), float(str(data["start"]))
    return Trees(told, start, first, measure, limit, following, value, depth)


def _depth(tree: list[list[float]], at: int) -> int:
    node = tree[at]
    return 0 if len(node) == 1 else 1 + max(_depth(tree, int(node[2])), _depth(tree, int(node[3])))
