"""What a step back or forth changed, so that the window can show it: undo must never work out of sight."""

from __future__ import annotations

import json
from collections.abc import Iterable

from review_app.domain.geometry import Rect
from review_app.domain.rows import LogRow
from review_app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids in the order of the log; ``place`` is where a span is or was (page and first rectangle)."""

    spans: tuple[str, ...]
    fields: tuple[str, ...]
    place: tuple[int, Rect] | None


def touched(entries: Iterable[LogRow]) -> Touched:
    """The spans and record fields that these entries changed."""
    spans: dict[str, None] = {}
    fields: dict[str, None] = {}
    place: tuple[int, Rect] | None = None
    for entry in entries:
        for change in entry.changes:
            row = change.get("after") or change.get("before") or {}
            table = change.get("table")
            if table == "spans":
                spans[str(change["id"])] = None
                rects = json.loads(row.get("rects") or "[]")
                if place is None and rects:
                    place = int(row["page"]), Rect.of(rects[0])
            elif table == "record_fields":
                fields[str(change["id"])] = None
            elif row.get("span_id"):
                spans[str(row["span_id"])] = None
    return Touched(tuple(spans), tuple(fields), place)
