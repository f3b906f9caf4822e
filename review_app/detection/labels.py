"""Pages of ``label: value`` lines under a heading, such as the attribute page of an archived cable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from review_app.detection import codes as code_lists
from review_app.detection import columns, dates, worn
from review_app.detection.anchors import Mark, skeleton
from review_app.detection.families import MAX_LINE, Family, FieldRule
from review_app.detection.flow import Collapsed, Flow
from review_app.detection.readings import Reading, level_of, match_pattern
from review_app.domain.vocabulary import Provenance

# Longest page worth reading, in lines: the real ones have about 90.
MAX_LINES = 200
_SPECK = re.compile(r"(?<=[A-Za-z])[.,'`_~^](?=[A-Za-z])")
_COLON = re.compile(r"(?<=\w)\s?[:;]|\s:")
_NULLS = frozenset({"", "n/a", "na", "none", "n/a.", "-"})


def read(
    family: Family, flow: Flow, view: Collapsed, mark: Mark, stop: int
) -> tuple[list[Reading], tuple[int, int]]:
    """The ``label: value`` lines below a heading that has its line for itself, up to line ``stop``."""
    start, end = view.span(mark.start, mark.end)
    first, index = flow.line_index(start), flow.line_index(max(start, end - 1))
    lines = " ".join(flow.texts[first : index + 1]) if index <= first + 1 else ""  # it may be broken once
    if not 0 < len(lines) <= 200 or lines.split() != flow.text[start:end].split():
        return [], (0, 0)
    rules = {skeleton(rule.label): rule for rule in family.rules}
    found: list[Reading] = []
    seen: set[str] = set()
    last, begun = index, ""
    for i, at in _lines(family, flow, rules, index + 1, min(stop, index + MAX_LINES)):
        text = flow.texts[i][at[0] : at[1]]
        label, colon, value = _split(text[:200], rules)
        key = skeleton(_SPECK.sub("", label.strip()))
        if not colon and i + 1 < stop and flow.texts[i + 1].lstrip().startswith(":"):
            colon = ":"  # it stands on the next line, with the value
        elif begun and colon and _rule(f"{begun} {key}", rules) is not None:
            key = f"{begun} {key}"  # the line broke within the label
        begun = key if not colon and len(key.split()) <= 2 and at[0] == 0 else ""
        if (not colon and not (family.columns and key in rules)) or key in seen:
            continue
        rule = _rule(key, rules)
        if rule is None or (len(key) == 3 and key not in rules and not _is_date(rule, value)):
            continue
        seen.add(key)
        last = i
        reading = _label_value(family, rule, value.strip(), flow, i, at[0] + len(label) + 1, at[1])
        if family.columns and not value.strip() and i + 1 < stop:
            below = flow.texts[i + 1][:200]
            head = len(below) - len(below.lstrip(" :"))
            if ":" not in below[head:] or below.lstrip().startswith(":"):
                reading = _label_value(family, rule, below[head:].strip(), flow, i + 1, head)
        if reading is not None:
            found.append(reading)
    if family.columns:
        shaped = columns.read(family, flow, index + 1, min(stop, index + MAX_LINES))
        have = {reading.field for reading in found}
        found.extend(reading for reading in shaped if reading.field not in have)
        last = max([last, *(flow.line_index(reading.start) for reading in shaped)])
    begin = view.text.find(" ", mark.end)
    close = flow.starts[last] + len(flow.texts[last])
    return found, (begin if begin >= 0 else mark.end, _collapsed_before(view, close))


def _collapsed_before(view: Collapsed, offset: int) -> int:
    low, high = 0, len(view.text)
    while low < high:
        middle = (low + high) // 2
        if view.offset(middle) < offset:
            low = middle + 1
        else:
            high = middle
    return low


def _lines(
    family: Family, flow: Flow, rules: dict[str, FieldRule], first: int, stop: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    """The lines to look at, each with its columns; a line of a form is cut where another label begins."""
    for i in range(first, stop):
        text = flow.texts[i]
        cuts = [0]
        if family.columns and len(text) < 200 and text.count(":") > 1:
            bones = skeleton(text)
            for label, rule in rules.items():
                at = bones.find(f" {label} ", 6) if len(label) >= 6 else -1
                if at > 0 and bones[at + len(label) + 1 :].lstrip().startswith(":"):
                    cuts.append(at + 1)
                elif rule.type == "date" and (short := bones.find(f" {label} :", 6)) > 0:
                    cuts.append(short + 1)
        cuts = sorted(set(cuts))
        for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
            yield i, (start, end)


def _split(text: str, rules: dict[str, FieldRule]) -> tuple[str, str, str]:
    """Label, colon, value; where the colon was lost, by a label that the line begins with."""
    match = _COLON.search(text)
    if match is not None:
        return text[: match.start()], ":", text[match.end() :]
    bones = skeleton(text)
    for known in sorted(rules, key=len, reverse=True):
        if len(known) >= 6 and bones.startswith(known + " "):
            return text[: len(known)], " ", text[len(known) + 1 :]
    word, _, rest = text.strip().partition(" ")
    near = _rule(skeleton(word), rules)
    if near is not None and _is_date(near, rest):
        at = text.index(word) + len(word)
        return text[:at], " ", text[at + 1 :]
    return text, "", ""


def _is_date(rule: FieldRule, value: str) -> bool:
    """True where the label is that of a date and nothing but a date follows."""
    return rule.type == "date" and dates.whole(value.strip(" :")) is not None


def _rule(key: str, rules: dict[str, FieldRule]) -> FieldRule | None:
    """The rule of the label that ``key`` is, or the only one that it is near."""
    return rules.get(key) or _near_label(key.replace("vv", "w"), rules)


def _near_label(key: str, rules: dict[str, FieldRule]) -> FieldRule | None:
    if not 3 <= len(key) <= 40:
        return None
    near = [
        rule for known, rule in rules.items()
        if Levenshtein.distance(key, known, score_cutoff=2) <= (1 if len(known) < 12 else 2)
    ]
    return near[0] if len(near) == 1 else None


def _label_value(
    family: Family,
    rule: FieldRule,
    value: str,
    flow: Flow,
    index: int,
    column: int,
    stop: int | None = None,
) -> Reading | None:
    if value.lower() in _NULLS:
        return None
    at = flow.starts[index] + column
    text = flow.texts[index][:stop]
    start = at + len(text[column:]) - len(text[column:].lstrip())
    end = flow.starts[index] + len(text.rstrip())
    sure, clean = 0.98, True
    if rule.type == "date":
        date = dates.find(value, full_year=rule.full_year) or worn.find(value, full_year=rule.full_year)
        if date is None:
            return None
        value, sure, clean = date.iso, 0.98 * date.certainty, not date.repaired
    elif rule.type == "pattern":
        match = match_pattern(rule, value[:MAX_LINE])
        if match is None:
            return None
        value, sure, clean = match[0], 0.98 * match[3], match[3] > 0.99
    elif rule.type == "level":
        level = level_of(value)
        if level is None:
            return None
        value = level
    elif rule.type == "listed":
        listed = columns.listed(rule, value)
        if listed is None:
            return None
        value, sure = listed
    elif rule.type == "phrase":
        phrase = columns.phrase(rule, value)
        if phrase is None:
            return None
        value = phrase
    elif rule.type == "codes":
        codes = code_lists.read_list(value, Provenance.RELEASE_LINE)
        if not codes.codes:
            return None
        value = codes.canonical
    else:
        value = " ".join(value.split())
    return Reading(rule.field, value, start, end, sure, family.name, clean, rule.fallback, flow.starts[index])
