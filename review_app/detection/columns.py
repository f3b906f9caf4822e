"""Forms whose labels and values were read as two columns, so that the values stand without their labels.

Values are told by their shape and their order (domain reference 3.4, trap 26); what has no shape of its own
(a name, a title) stays unread.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from review_app.detection import dates
from review_app.detection.anchors import skeleton
from review_app.detection.families import Family, FieldRule
from review_app.detection.flow import Flow
from review_app.detection.readings import Reading, level_of, match_pattern
from review_app.domain.vocabulary import Field

LINES = 45
"""A form of this kind fits on one page of about as many lines."""
LEAST = 86.0
"""Least likeness, of 100, of a worn phrase."""
_SYSTEM = re.compile(r"^\W*(?:JFK|HSCA|ARRB)\b")


def listed(rule: FieldRule, text: str) -> tuple[str, float] | None:
    """The values of a list such as ``1A; LC; 4``, canonical, with the least certainty; None without one.

    Characters that scans confuse are taken as equal. Where a token is no value of the list, nothing is said.
    """
    known = {_figure(key): (key, value) for key, value in rule.values}
    ends: dict[str, list[str]] = {}
    for bones in known:
        if len(bones) == 2:
            ends.setdefault(bones[1], []).append(bones)
    found: list[str] = []
    sure = 0.95
    for token in re.split(r"[;,\s]+", text):
        bare = re.sub(r"(?<=\w)[.,'`_^~](?=\w)", "", token.strip(".:-\u2014_~'`"))
        hit = known.get(_figure(bare)) if bare else None
        if hit is None and len(bare) == 1:  # a figure was lost: where one value ends so, it is that
            whole = ends.get(_figure(bare), [])
            hit = known[whole[0]] if len(whole) == 1 else None
        if hit is None and not any(c.isalnum() for c in bare):
            continue
        if hit is None:
            return None  # one of them cannot be read: the others alone would be another list
        if bare.upper() != hit[0].upper():
            sure = 0.8
        if hit[1] not in found:
            found.append(hit[1])
    return (", ".join(found), sure) if found else None


def _figure(text: str) -> str:
    return skeleton(text).replace("(", "").replace(")", "").replace("g", "c")


def phrase(rule: FieldRule, text: str) -> str | None:
    """The value of the first phrase of the rule that ``text`` holds, else of the one it resembles most."""
    bones = _letters(text)
    for wording, value in rule.values:
        if _letters(wording) in bones:
            return value
    scores = [(fuzz.partial_ratio(_letters(wording), bones), value) for wording, value in rule.values]
    score, value = max(scores, default=(0.0, ""))
    return value if score >= LEAST and len(bones) >= 6 else None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]+", " ", skeleton(text)).strip()


def _rule(family: Family, field: Field) -> FieldRule | None:
    return next((rule for rule in family.rules if rule.field is field), None)


def _only_listed(rule: FieldRule, text: str) -> bool:
    """Nothing but values of the list, at least one of them with a letter (a lone figure may be a count)."""
    known = {_figure(key) for key, _ in rule.values}
    tokens = [t.strip(".:-\u2014_|~'") for t in re.split(r"[;,\s]+", text)]
    tokens = [t for t in tokens if t]
    return bool(tokens) and all(_figure(t) in known for t in tokens) and any(len(t) > 1 for t in tokens)


def read(family: Family, flow: Flow, first: int, stop: int) -> list[Reading]:
    """The values of a form between two flow lines, told by their shape."""
    found: dict[Field, Reading] = {}
    number, level = _rule(family, Field.DOC_NO), _rule(family, Field.ORIGINAL_CLASSIFICATION)
    codes, status = _rule(family, Field.EXEMPTIONS), _rule(family, Field.DISPOSITION)
    page = flow.lines[first].page if first < len(flow.lines) else 0

    def put(rule: FieldRule, value: str, index: int, sure: float) -> None:
        start = flow.starts[index] + len(flow.texts[index]) - len(flow.texts[index].lstrip())
        end = flow.starts[index] + len(flow.texts[index].rstrip())
        found.setdefault(rule.field, Reading(rule.field, value, start, end, sure, family.name, sure > 0.9))

    for index in range(first, min(stop, first + LINES, len(flow.texts))):
        text = flow.texts[index].strip().strip(":").strip()
        if not text or len(text) > 120 or flow.lines[index].page != page:
            continue
        if number is not None and Field.DOC_NO not in found:
            match = match_pattern(number, text)
            if match is not None and match[2] - match[1] >= len(text) - 4:
                put(number, match[0], index, 0.9 * match[3])
                continue
        if Field.DOC_NO not in found:
            continue  # the number is the first value of the form
        before_level = Field.ORIGINAL_CLASSIFICATION not in found
        name = level_of(text) if level is not None and before_level else None
        date = dates.whole(text)
        if level is not None and name is not None:
            put(level, name, index, 0.85)
        elif codes is not None and not before_level and _only_listed(codes, text):
            value = listed(codes, text)
            if value is not None:
                put(codes, value[0], index, 0.9 * value[1])
        elif status is not None and not before_level and (said := phrase(status, text)) is not None:
            put(status, said, index, 0.85)
        elif date is not None:
            wanted = Field.DOC_DATE if before_level else Field.REVIEW_DATE
            rule = _rule(family, wanted)
            if rule is not None:
                put(rule, date.iso, index, 0.8 * date.certainty)
    return list(found.values()) if len(found) >= family.least else []


def without_heading(family: Family, flow: Flow) -> list[Reading]:
    """The same where the heading was lost: a record number alone on its line, with its system right below."""
    number = _rule(family, Field.DOC_NO)
    if number is None:
        return []
    found: list[Reading] = []
    last = -LINES
    for index, text in enumerate(flow.texts):
        if not 12 <= len(text.strip()) <= 24 or index < last + LINES:
            continue
        match = match_pattern(number, text)
        if match is None or match[2] - match[1] < len(text.strip()) - 2:
            continue
        below = [t for t in flow.texts[index + 1 : index + 4] if t.strip()]
        if any(_SYSTEM.match(t) for t in below[:2]):
            found.extend(read(family, flow, index, len(flow.texts)))
            last = index
    return found
