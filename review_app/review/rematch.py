"""What a new scan means for what is recorded: the same thing again, something new, something gone.

Pure functions over rows and findings. Spans are matched by their place (domain reference 8.2, rule 13:
intersection over union of at least 0.5), in text files by their lines. What a person touched is *locked*: it
is never changed or removed, and nothing is suggested anew where it lies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import field

from review_app.domain.findings import RecordReading, SpanFinding
from review_app.domain.geometry import overlap, share_inside
from review_app.domain.rows import RecordRow, SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import FieldStatus, Kind

SAME_PLACE = 0.5
"""Least overlap of two findings that are one (domain reference 8.2, rule 13)."""
INSIDE = 0.8
"""Share of a new finding inside a locked span from which on it is no news: a decided box found in parts."""


@dataclass(slots=True)
class SpanMatch:
    """``same``: recorded spans that were found again and may be brought up to date."""

    same: list[tuple[SpanRow, SpanFinding]] = field(default_factory=list)
    new: list[SpanFinding] = field(default_factory=list)
    gone: list[SpanRow] = field(default_factory=list)


@dataclass(slots=True)
class RecordMatch:
    """As :class:`SpanMatch`, for the fields of the record."""

    same: list[tuple[RecordRow, RecordReading]] = field(default_factory=list)
    new: list[RecordReading] = field(default_factory=list)
    gone: list[RecordRow] = field(default_factory=list)


def match_spans(
    recorded: Sequence[SpanRow], found: Sequence[SpanFinding], touched: Collection[str] = ()
) -> SpanMatch:
    """Match the findings of a new scan with the recorded spans.

    Args:
        recorded: all spans of the document.
        found: all findings of the new scan.
        touched: ids of spans that are locked whatever their row says.
    """
    out = SpanMatch()
    locked = [r for r in recorded if r.id in touched or r.is_touched]
    is_locked = {r.id for r in locked}
    taken_rows: set[str] = set()
    taken: set[int] = set()
    for _, number, row in _pairs(recorded, found):
        if number in taken or row.id in taken_rows:
            continue
        taken.add(number)
        taken_rows.add(row.id)
        if row.id not in is_locked:
            out.same.append((row, found[number]))
    locked_on = _by_page(locked)
    for number, finding in enumerate(found):
        if number not in taken and not any(_settles(row, finding) for row in _near(locked_on, finding)):
            out.new.append(finding)
    out.gone = [r for r in recorded if r.id not in taken_rows and r.id not in is_locked]
    return out


def match_record(recorded: Sequence[RecordRow], found: Sequence[RecordReading]) -> RecordMatch:
    """Match the readings of a new scan with the recorded fields: by value, else by place. A field that a
    person confirmed, corrected or rejected stays, and is not suggested anew."""
    out = RecordMatch()
    rows, readings = list(recorded), list(found)
    for is_same in (_same_value_and_place, _same_value, _same_field_place):
        for row in list(rows):
            hit = next((r for r in readings if r.field is row.field and is_same(row, r)), None)
            if hit is not None:
                rows.remove(row)
                readings.remove(hit)
                if row.status is FieldStatus.SUGGESTED:
                    out.same.append((row, hit))
    settled = [r for r in recorded if r.status is not FieldStatus.SUGGESTED]
    out.new = [
        r for r in readings
        if not any(s.field is r.field and (_same_value(s, r) or _same_field_place(s, r)) for s in settled)
    ]
    out.gone = [r for r in rows if r.status is FieldStatus.SUGGESTED]
    return out


def alike(row: SpanRow, finding: SpanFinding) -> float:
    """How much two places are one, 0 to 1: by source lines where both have them, else by area on the page."""
    if row.lines is not None and finding.lines is not None:
        (a0, a1), (b0, b1) = row.lines, finding.lines
        common = min(a1, b1) - max(a0, b0) + 1
        return max(0, common) / (max(a1, b1) - min(a0, b0) + 1)
    return overlap(row.rects, finding.rects) if row.page == finding.page else 0.0


def _pairs(
    recorded: Sequence[SpanRow], found: Sequence[SpanFinding]
) -> list[tuple[float, int, SpanRow]]:
    rows_on = _by_page(recorded)
    pairs = []
    for number, finding in enumerate(found):
        for row in _near(rows_on, finding):
            score = alike(row, finding)
            # Two kinds may lie on one another: a whole page and the box that fills it.
            if score >= SAME_PLACE and (row.kind is Kind.PAGE) == (finding.kind is Kind.PAGE):
                pairs.append((score + (0.01 if row.kind is finding.kind else 0.0), number, row))
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].id))


def _settles(row: SpanRow, finding: SpanFinding) -> bool:
    """True when a locked span already says all there is to say of a finding."""
    if (row.kind is Kind.PAGE) != (finding.kind is Kind.PAGE):
        return False
    return alike(row, finding) >= SAME_PLACE or (
        row.page == finding.page and share_inside(finding.rects, row.rects) >= INSIDE
    )


_OF_LINES = 0


def _by_page(rows: Iterable[SpanRow]) -> dict[int, list[SpanRow]]:
    """Rows by page; those of text files, whose pages may be cut anew, together."""
    out: defaultdict[int, list[SpanRow]] = defaultdict(list)
    for row in rows:
        out[row.page].append(row)
        if row.lines is not None:
            out[_OF_LINES].append(row)
    return out


def _near(rows_on: dict[int, list[SpanRow]], finding: SpanFinding) -> list[SpanRow]:
    if finding.lines is None:
        return rows_on.get(finding.page, [])
    here = {row.id: row for row in (*rows_on.get(_OF_LINES, ()), *rows_on.get(finding.page, ()))}
    return list(here.values())


def _same_value_and_place(row: RecordRow, reading: RecordReading) -> bool:
    return _same_value(row, reading) and row.rect.as_list() == reading.rect.as_list()


def _same_value(row: RecordRow, reading: RecordReading) -> bool:
    return row.value == reading.value and row.page == reading.page


def _same_field_place(row: RecordRow, reading: RecordReading) -> bool:
    return row.page == reading.page and overlap((row.rect,), (reading.rect,)) >= SAME_PLACE
