"""One reading per logical value: the many printings of a stamp outvote a misread one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from review_app.detection.flow import Flow
from review_app.detection.readings import Reading
from review_app.domain.vocabulary import Field

ELSE = "else"
"""Slot of a reading that only stands where no printing of its stamp gives the value itself."""


DOUBTFUL = 0.62
"""Below this a value is a suggestion to look at."""


def elect(found: list[Reading], flow: Flow) -> list[Reading]:
    """The readings to believe, in order; at most one for a value of a field."""
    groups: dict[tuple[str, Field, str], list[Reading]] = defaultdict(list)
    for reading in found:
        groups[reading.family, reading.field, reading.slot].append(reading)
    stamped = {field for (_, field, _), readings in groups.items() if any(not r.fallback for r in readings)}
    kept: list[Reading] = []
    for (family, field, slot), readings in groups.items():
        if slot == ELSE and (family, field, "") in groups:
            continue
        if readings[0].fallback and readings[0].field in stamped:
            continue
        kept.extend(_elect(readings, flow))
    unique: dict[tuple[Field, str], Reading] = {}
    for reading in sorted(kept, key=lambda r: -r.confidence):
        unique.setdefault((reading.field, reading.value), reading)
    return sorted(unique.values(), key=lambda r: r.start)


def _elect(readings: list[Reading], flow: Flow) -> list[Reading]:
    good = [reading for reading in readings if reading.confidence >= DOUBTFUL]
    readings = good or readings  # a doubtful reading says nothing against a good one
    by_value: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_value[reading.value].append(reading)
    # Ties go to readings where nothing had to be mended.
    weight = {v: sum(1.0 if r.clean else 0.6 for r in rs) for v, rs in by_value.items()}
    ranked = sorted(by_value, key=lambda v: (-weight[v], by_value[v][0].start))
    top = ranked[0]
    # A figure lost in print is likelier than one invented.
    figures = {v: max(_figures(r, flow) for r in rs) for v, rs in by_value.items()}
    on_pages = {v: {flow.lines[flow.line_index(r.start)].page for r in rs} for v, rs in by_value.items()}
    kept: list[Reading] = []
    for value in ranked:
        stronger = [u for u in ranked if u != value and weight[u] >= weight[value]]
        pages = on_pages[value]
        if readings[0].field is Field.EXEMPTIONS and any(_codes(value) < _codes(u) for u in stronger):
            continue  # part of a list that was read whole elsewhere
        single = [u for u in ranked if u != value and max(weight[u], weight[value]) <= 1.0]
        near = [u for u in single if Levenshtein.distance(value, u, score_cutoff=2) <= 2]
        if any(figures[u] > figures[value] for u in near):
            continue
        stronger = [u for u in stronger if u not in near or figures[u] == figures[value]]
        if any(_loses(value, u, weight, shared=pages <= on_pages[u]) for u in stronger):
            continue
        if value != top and weight[top] >= 3 and weight[value] <= 1 and pages <= on_pages[top]:
            continue
        first = min(by_value[value], key=lambda r: (not r.clean, r.start))
        miss = 1.0
        for reading in by_value[value][:6]:
            miss *= 1.0 - reading.confidence
        sure = max(first.confidence, min(0.99, 1.0 - miss))
        if len(by_value) > 1:
            sure *= 0.95
        kept.append(replace(first, confidence=min(sure, 0.99)))
    return kept


def _figures(reading: Reading, flow: Flow) -> int:
    return sum(c.isdigit() for c in flow.text[reading.start : reading.end])


def _codes(value: str) -> frozenset[str]:
    return frozenset(value.split(", "))


def _loses(value: str, other: str, weight: dict[str, float], *, shared: bool) -> bool:
    """True when ``value`` is most likely a misreading of ``other``, or either could be one of the other.

    ``shared``: wherever ``value`` was read, ``other`` was read on the same page.
    """
    if Levenshtein.distance(value, other, score_cutoff=2) > 2:
        return False
    if weight[value] == weight[other]:
        return weight[value] <= 1.0  # one word against another: neither is believed
    return weight[value] <= 1.0 or weight[other] >= (1.5 if shared else 4) * weight[value]
