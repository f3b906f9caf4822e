"""How much work a regular expression of somebody else's stamp file can make.

A careless pattern such as ``(a+)+$`` tries as many ways as there are subsets of the text, and a search cannot
be interrupted. So the ways are counted before the pattern is used.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

MOST_WAYS = 10_000_000
"""Ways a pattern may match from one place; the built-in families need a quarter of a million at most."""

# The parser that re itself compiles with; it has no public name.
_PARSER: Any = importlib.import_module("re._parser")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def ways(pattern: str, length: int) -> int:
    """An upper bound of the ways in which ``pattern`` can be tried on ``length`` characters from one place.

    Counts stop a little above :data:`MOST_WAYS`.

    Raises:
        re.error: it is no regular expression.
        RecursionError: it is nested too deeply.
    """
    return _all_of(_PARSER.parse(pattern), length)


def _all_of(items: Iterable[tuple[Any, Any]], length: int) -> int:
    total = 1
    for operation, value in items:
        total *= _one(str(operation), value, length)
        if total > MOST_WAYS:
            return MOST_WAYS + 1
    return total


def _one(operation: str, value: Any, length: int) -> int:
    if operation in _REPEATS:
        least, most, body = value
        each = _all_of(body, length)
        most = min(int(most), max(length, int(least)))
        return most - least + 1 if each == 1 else _repeated(each, int(least), most)
    if operation == "BRANCH":
        return sum(_all_of(branch, length) for branch in value[1])
    if operation == "SUBPATTERN":
        return _all_of(value[3], length)
    if operation in ("ASSERT", "ASSERT_NOT"):
        return _all_of(value[1], length)
    if operation == "ATOMIC_GROUP":
        return _all_of(value, length)
    if operation == "GROUPREF_EXISTS":
        return _all_of(value[1], length) + (_all_of(value[2], length) if value[2] else 1)
    return 1


def _repeated(each: int, least: int, most: int) -> int:
    total, power = 0, 1
    for times in range(most + 1):
        total += power if times >= least else 0
        power *= each
        if total > MOST_WAYS or power > MOST_WAYS:
            return MOST_WAYS + 1 if times < most or total > MOST_WAYS else total
    return total
