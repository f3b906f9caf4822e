"""How somebody arranged the window: panels, and columns of its tables. Plain values, no widgets."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from review_app.domain.values import dataclass

MOST_PX = 20_000
MOST_PARTS = 64


@dataclass(frozen=True, slots=True)
class ColumnsKept:
    """Columns of one table, by their numbers in its model.

    Attributes:
        order: all of them from left to right; empty as long as nothing is kept.
        widths: pixels of those that somebody drew.
        hidden: those that are not shown.
        sort: the one that the table is sorted by, -1 for none.
        is_descending: from the last to the first.
    """

    order: tuple[int, ...] = ()
    widths: tuple[tuple[int, int], ...] = ()
    hidden: tuple[int, ...] = ()
    sort: int = -1
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class PanelsKept:
    """Sizes of the parts of each splitter in pixels, which tab of each panel is in front, which panels are
    hidden, and whether the window of the overview is open."""

    sizes: tuple[tuple[int, ...], ...] = ()
    tabs: tuple[int, ...] = ()
    hidden: tuple[str, ...] = ()
    has_overview: bool = False


def plain(kept: ColumnsKept | PanelsKept) -> str:
    """What the file of the settings holds."""
    return json.dumps(asdict(kept))


def columns(value: Any) -> ColumnsKept:
    """Columns as the file holds them.

    Raises:
        ValueError, TypeError: it makes no sense.
    """
    if isinstance(value, ColumnsKept):
        return value
    found = _object(value)
    widths = tuple((_number(c, 0), _number(w, 1)) for c, w in _list(found.get("widths", [])))
    return ColumnsKept(
        _numbers(found.get("order", []), 0), widths, _numbers(found.get("hidden", []), 0),
        _number(found.get("sort", -1), -1), bool(found.get("is_descending", False)),
    )


def panels(value: Any) -> PanelsKept:
    """Panels as the file holds them.

    Raises:
        ValueError, TypeError: it makes no sense.
    """
    if isinstance(value, PanelsKept):
        return value
    found = _object(value)
    sizes = tuple(_numbers(s, 0) for s in _list(found.get("sizes", [])))
    return PanelsKept(
        sizes, _numbers(found.get("tabs", []), 0), tuple(str(n) for n in _list(found.get("hidden", []))),
        bool(found.get("has_overview", False)))


def _object(value: Any) -> dict[str, Any]:
    found = json.loads(value)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_PARTS:
        raise ValueError("no short list")
    return value


def _numbers(value: Any, low: int) -> tuple[int, ...]:
    return tuple(_number(v, low) for v in _list(value))


def _number(value: Any, low: int) -> int:
    if not isinstance(value, int) or not low <= value <= MOST_PX:
        raise ValueError("no such number")
    return value
