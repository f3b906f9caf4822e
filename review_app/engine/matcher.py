"""Many byte strings looked for in one pass over the data, letter case of ASCII ignored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

HEAD = 5
"""Bytes of the shortest pattern."""

_LEVELS = (HEAD, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300)
_BITS = 21
_CHUNK = 1 << 20
_PRIME = np.uint32(0x01000193)
_MIX = np.uint32(2654435761)


class Matcher:
    """Finds every occurrence of every pattern.

    The first five bytes of all patterns are marked in a table, and most positions of the data go at that. Of
    the others longer and longer prefixes are looked up, so that a position is compared with the few patterns
    that share its beginning, however many patterns there are: time is linear in the data and in what is
    found.

    Args:
        patterns: in lower case as far as ASCII goes, none shorter than HEAD.
        owners: for each pattern the number that ``find`` gives for it.
    """

    def __init__(self, patterns: Sequence[bytes], owners: Sequence[int]) -> None:
        order = sorted(range(len(patterns)), key=lambda i: len(patterns[i]))
        self._patterns = [patterns[i] for i in order]
        self._owners = np.array([owners[i] for i in order], dtype=np.int64)
        self._given = np.array(order, dtype=np.int64)
        self._table = np.zeros(1 << _BITS, dtype=bool)
        self._steps: list[_Step] = []
        lengths = np.array([len(p) for p in self._patterns], dtype=np.int64)
        for level, size in enumerate(_LEVELS):
            first = int(np.searchsorted(lengths, size))
            if first == len(lengths):
                break
            above = _LEVELS[level + 1] if level + 1 < len(_LEVELS) else 1 << 62
            hashes = _hashes(self._patterns[first:], size)
            if level == 0:
                self._table[hashes >> np.uint32(32 - _BITS)] = True
            self._steps.append(_Step(size, hashes, first, int(np.searchsorted(lengths, above)) - first))

    def without(self, dead: NDArray[np.bool_]) -> Matcher:
        """A matcher for the patterns of the other owners.

        Args:
            dead: by owner, True for those nobody asks for.
        """
        kept = np.flatnonzero(~dead[self._owners]).tolist()
        kept.sort(key=lambda i: self._given[i])
        return Matcher([self._patterns[i] for i in kept], self._owners[kept].tolist())

    def find(self, data: bytes, dead: NDArray[np.bool_] | None = None) -> Iterator[tuple[int, int]]:
        """The owner and the offset of every occurrence, in the order of the offsets and then of the patterns.

        Args:
            data: where to look.
            dead: by owner, True for those nobody asks for.
        """
        if not self._steps or len(data) < HEAD:
            return
        small = data.lower()
        array = np.frombuffer(small, dtype=np.uint8)
        for start in range(0, len(array), _CHUNK):
            part = array[start : start + _CHUNK + HEAD - 1]
            count = len(part) - HEAD + 1
            if count < 1:
                break
            value = part[:count].astype(np.uint32)
            for i in range(1, HEAD):
                value *= _PRIME
                value += part[i : i + count]
            mixed = value * _MIX
            near = np.flatnonzero(self._table[mixed >> np.uint32(32 - _BITS)])
            if near.size:
                yield from self._among(small, array, near + start, value[near], mixed[near], dead)

    def _among(
        self, small: bytes, array: NDArray[np.uint8], places: NDArray[np.int64], value: NDArray[np.uint32],
        mixed: NDArray[np.uint32], dead: NDArray[np.bool_] | None,
    ) -> Iterator[tuple[int, int]]:
        """Of the positions whose first bytes some pattern has: where a whole one stands."""
        pairs: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        last = HEAD
        for step in self._steps:
            if step.size > last:
                inside = places <= len(array) - step.size
                places, value = places[inside], value[inside]
                for i in range(last, step.size):
                    value = value * _PRIME + array[places + i]
                mixed = value * _MIX
                last = step.size
            at, which, longer = step.look(places, mixed)
            pairs.append((at, which))
            places, value = places[longer], value[longer]
            if not places.size:
                break
        at, which = (np.concatenate(part) for part in zip(*pairs, strict=True))
        if dead is not None:
            alive = ~dead[self._owners[which]]
            at, which = at[alive], which[alive]
        order = np.lexsort((self._given[which], at))
        at, which = at[order], which[order]
        owners = self._owners[which].tolist()
        for place, pattern, owner in zip(at.tolist(), which.tolist(), owners, strict=True):
            if small.startswith(self._patterns[pattern], place):
                yield owner, place


class _Step:
    """The patterns of one range of lengths, by the hash of their first bytes.

    Args:
        size: how many bytes that are.
        hashes: of the patterns of this and of all longer ranges, the shortest first.
        first: the number of the first.
        own: how many of them belong to this range.
    """

    def __init__(self, size: int, hashes: NDArray[np.uint32], first: int, own: int) -> None:
        self.size = size
        self._numbers = np.argsort(hashes[:own], kind="stable") + first
        self._hashes, group = np.unique(hashes, return_inverse=True)
        self._counts = np.bincount(group[:own], minlength=len(self._hashes))
        self._begins = np.cumsum(self._counts) - self._counts
        self._is_longer = np.zeros(len(self._hashes), dtype=bool)
        self._is_longer[group[own:]] = True

    def look(
        self, places: NDArray[np.int64], mixed: NDArray[np.uint32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Positions with each pattern that shares their hash, and the positions (by index) at which a longer
        pattern may stand."""
        group = np.searchsorted(self._hashes, mixed)
        group[group == len(self._hashes)] = 0
        here = np.flatnonzero(self._hashes[group] == mixed)
        group = group[here]
        counts = self._counts[group]
        at = np.repeat(places[here], counts)
        begins = np.repeat(self._begins[group] - np.cumsum(counts) + counts, counts)
        return at, self._numbers[begins + np.arange(len(at))], here[self._is_longer[group]]


def _hashes(patterns: Sequence[bytes], size: int) -> NDArray[np.uint32]:
    """Of the first ``size`` bytes of each."""
    columns = np.frombuffer(b"".join([p[:size] for p in patterns]), dtype=np.uint8).reshape(-1, size)
    value = columns[:, 0].astype(np.uint32)
    for i in range(1, size):
        value = value * _PRIME + columns[:, i]
    return value * _MIX
