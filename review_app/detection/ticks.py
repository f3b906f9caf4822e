"""Forms with boxes to tick: which option was ticked, where that can be read.

Unticked options say nothing (trap 47), and a tick written by hand is rarely in the text layer: then the
form is present and its choice unknown (domain reference 3.1, State-B).
"""

from __future__ import annotations

import re

from review_app.detection.anchors import skeleton
from review_app.detection.families import Family, FieldRule
from review_app.detection.flow import Collapsed
from review_app.detection.readings import Reading

_BEFORE = re.compile(r"(?:[(\[]\s?(?P<sign>[XxVv*\u2713\u2714\u2717\u2718])\s?[)\]]|[\u2611\u2612])\s?$")
_AFTER = re.compile(r"^\s?:?\s?(?:[(\[]?\s?[Xx\u2713\u2714\u2717\u2718](?![A-Za-z])\s?[)\]]?|[\u2611\u2612])")
AROUND = 60


def read(family: Family, rule: FieldRule, start: int, end: int, view: Collapsed) -> Reading | None:
    """The value of the option ticked in a form that covers ``start:end`` of the collapsed text.

    None when no tick can be read, or ticks that say different things.
    """
    low = max(0, start - AROUND)
    text = view.text[low : end + max(AROUND, rule.within)]
    bones = skeleton(text)
    ticked: dict[str, tuple[int, int]] = {}
    taken: list[tuple[int, int]] = []
    for option, value in sorted(rule.options, key=lambda o: -len(o[0])):
        for match in re.finditer(rf"(?<![a-z]){re.escape(skeleton(option))}(?![a-z])", bones):
            at, stop = match.span()
            if any(a < stop and at < b for a, b in taken):
                continue
            taken.append((at, stop))
            sign = _AFTER.match(text[stop:]) if rule.ticks == "after" else _BEFORE.search(text[:at])
            if sign is not None and value:
                ticked.setdefault(value, (at, stop))
    if len(ticked) != 1:
        return None
    value, (at, stop) = next(iter(ticked.items()))
    first, last = view.span(low + at, low + stop)
    return Reading(rule.field, value, first, last, 0.85, family.name)
