"""What is different between two lists of rows, so that views refresh only what changed.

Rows are frozen and read again only when they changed: the same object is the same row. Comparing ten thousand
objects by identity takes a quarter of a millisecond, comparing their values a hundred times that. Each view
of a document asks for the same two lists after a change: the answers of the last few are kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import compress, count
from operator import is_not
from typing import Any, TypeVar

T = TypeVar("T")

_known: deque[tuple[tuple[Any, ...], tuple[Any, ...], list[Any], list[Any], bool]] = deque(maxlen=3)
"""Answers about tuples, which cannot change: with and without what a limit hides, and one more. The last of
each says that every row which came stands where one went."""


def differences(old: Sequence[T], new: Sequence[T]) -> tuple[list[T], list[T]]:
    """The rows of ``old`` that are not in ``new``, and the other way round, each in its order.

    A row that was replaced by another object is in both lists. Rows are told by identity, and those that
    stayed are taken to stand in the same order.
    """
    if old is new:
        return [], []
    for before, after, gone, come, _ in _known:
        if before is old and after is new:
            return list(gone), list(come)
    found = _compared(old, new)
    if isinstance(old, tuple) and isinstance(new, tuple):
        _known.append((old, new, *found, False))
    return found


def are_in_place(old: Sequence[T], new: Sequence[T]) -> bool:
    """Whether every row of ``new`` that is not in ``old`` stands where one of ``old`` stood, and all others
    where they were."""
    if old is new or any(before is old and after is new and known for before, after, _, _, known in _known):
        return True
    return len(old) == len(new) and sum(map(is_not, old, new)) == len(differences(old, new)[1])


def remember(old: tuple[T, ...], new: tuple[T, ...], gone: Sequence[T], come: Sequence[T]) -> None:
    """Who replaced rows of ``old`` where they stand knows what :func:`differences` would find in ``new``:
    none has to look for it."""
    _known.append((old, new, list(gone), list(come), True))


def _compared(old: Sequence[T], new: Sequence[T]) -> tuple[list[T], list[T]]:
    if len(old) == len(new):
        changed = list(compress(range(len(old)), map(is_not, old, new)))
        if len(changed) <= 1 or {id(old[i]) for i in changed}.isdisjoint(id(new[i]) for i in changed):
            return [old[i] for i in changed], [new[i] for i in changed]
    shorter = min(len(old), len(new))
    head = next(compress(count(), map(is_not, old, new)), shorter)
    tail = next(compress(count(), map(is_not, reversed(old), reversed(new))), shorter)
    tail = min(tail, shorter - head)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    stayed = {id(row) for row in before} & {id(row) for row in after}
    return [r for r in before if id(r) not in stayed], [r for r in after if id(r) not in stayed]
