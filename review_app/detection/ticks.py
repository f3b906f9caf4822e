"""Forms with boxes to tick: which option was ticked, where that can be read.

Unticked options say nothing (trap 47), and a tick written by hand is rarely in the text layer: then the
form is present and its choice unknown (domain reference 3.1, State-B).
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from review_app.detection.anchors import skeleton
from review_app.detection.families import Family, FieldRule
from review_app.detection.flow import Collapsed
from review_app.detection.readings import Reading

_SIGN = r"[XxVv*\u2713\u2714\u2717\u2718]"
_BOX = re.compile(rf"(?:[(\[]\s?{_SIGN}\s?[)\]]?|(?<![A-Za-z]){_SIGN}\s?[)\]]|[\u2611\u2612])\s?")
_EMPTY = re.compile(r"\s[(\[]")
_AFTER = re.compile(rf"^\s?[:.]?\s?(?:[(\[]?\s?{_SIGN}(?![A-Za-z])\s?[)\]]?|[\u2611\u2612])")
AROUND = 60
LEAST = 80.0
"""Least likeness, of 100, of a worn option."""


def read(family: Family, rule: FieldRule, start: int, end: int, view: Collapsed) -> Reading | None:
    """The value of the option ticked in a form that covers ``start:end`` of the collapsed text.

    None when no tick can be read, or ticks that say different things.
    """
    low = max(0, start - AROUND)
    text = view.text[low : end + max(AROUND, rule.within)]
    ticked = _after(rule, text) if rule.ticks == "after" else _before(rule, text)
    decided = {value: place for value, place in ticked.items() if value}
    if len(decided) != 1:
        return None
    value, (at, stop) = next(iter(decided.items()))
    first, last = view.span(low + at, low + stop)
    return Reading(rule.field, value, first, last, 0.85, family.name)


def _before(rule: FieldRule, text: str) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for sign in _BOX.finditer(text):
        rest = text[sign.end() :]
        box = _EMPTY.search(rest)
        label = skeleton(rest[: box.start()] if box is not None else rest[:40]).strip()
        scores = [(fuzz.ratio(label[: len(option) + 2], skeleton(option)), option, value)
                  for option, value in rule.options]
        score, option, value = max(scores, default=(0.0, "", ""))
        if score >= LEAST:
            found.setdefault(value, (sign.end(), min(len(text), sign.end() + len(option))))
    return found


def _after(rule: FieldRule, text: str) -> dict[str, tuple[int, int]]:
    bones = skeleton(text)
    found: dict[str, tuple[int, int]] = {}
    taken: list[tuple[int, int]] = []
    for option, value in sorted(rule.options, key=lambda o: -len(o[0])):
        for match in re.finditer(rf"(?<![a-z]){re.escape(skeleton(option))}(?![a-z])", bones):
            at, stop = match.span()
            if any(a < stop and at < b for a, b in taken):
                continue
            taken.append((at, stop))
            if _AFTER.match(text[stop:]):
                found.setdefault(value, (at, stop))
    return found
