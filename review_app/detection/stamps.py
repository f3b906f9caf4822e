"""Release and review stamps: what their fields say, voted over all the places where they are printed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from review_app.detection import codes as code_lists
from review_app.detection import columns, dates, labels, people, ticks, votes, worn
from review_app.detection.anchors import Mark, skeleton
from review_app.detection.families import Family, FieldRule, families
from review_app.detection.flow import Collapsed, Flow
from review_app.detection.readings import Reading, match_pattern
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Field

_NAME_WORD = re.compile(r"[A-Z][A-Za-z'\-]*\.?(?:-[A-Z][a-z]+)?|(?:de|del|la|van|von|der|di)")
_TITLE = re.compile(
    r",\s*(?:Senior |Acting |Deputy )?(?:Reviewer|Reviewing Officer|Director|Chief|Officer)\b.*$", re.I
)
_MARKINGS = frozenset({"UNCLASSIFIED", "CONFIDENTIAL", "SECRET"})
_UPPER_REPAIR = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B", "l": "I", "|": "I", "!": "I"})


@dataclass(frozen=True, slots=True)
class Stamps:
    """All readings after the vote, and the flow stretches that stamps cover (start, end)."""

    readings: tuple[Reading, ...]
    covered: tuple[tuple[int, int], ...]
    families: frozenset[str]


def read(
    flow: Flow,
    view: Collapsed,
    marks: Mapping[str, list[Mark]],
    *,
    today: datetime.date | None = None,
    known: Sequence[Family] | None = None,
    names: Sequence[str] = (),
) -> Stamps:
    """Read all stamps of a document.

    Args:
        flow: the document.
        view: the same with white space collapsed.
        marks: what a finder with the anchors of the families found in it, by family name.
        today: two-digit years are not later; default is the current date.
        known: the families to look for; default is all of ``resources/stamps``.
        names: of reviewers that people confirmed; a worn name is read as the one it resembles.
    """
    found: list[Reading] = []
    covered: list[tuple[int, int]] = []
    taken: list[tuple[int, int]] = []  # in collapsed text: attribute pages hold no stamps of other kinds
    for family in families() if known is None else known:
        own = marks.get(family.name, [])
        if family.is_labels:
            headings = [flow.line_index(view.offset(mark.start)) for mark in own]
            for number, mark in enumerate(own):
                stop = headings[number + 1] if number + 1 < len(own) else len(flow.texts)
                readings, stretch = labels.read(family, flow, view, mark, stop)
                if len(readings) >= family.least:
                    found.extend(readings)
                    taken.append(stretch)
            if family.columns and not taken:
                found.extend(columns.without_heading(family, flow))
            continue
        for cluster in _clusters(family, own, flow, view):
            if any(a <= cluster[0].start < b for a, b in taken) and family.name != "state-systematic":
                continue
            readings = _read_cluster(family, cluster, flow, view, today, names)
            if len({r.field for r in readings}) >= family.least:
                found.extend(readings)
                low = min(view.offset(cluster[0].start), min(r.start for r in readings))
                high = max(view.offset(cluster[-1].end), max(r.end for r in readings))
                covered.append((low, high))
    voted = votes.elect(found, flow)
    return Stamps(tuple(voted), tuple(sorted(covered)), frozenset(r.family for r in voted))


def _page_at(offset: int, flow: Flow) -> int:
    return flow.lines[flow.line_index(offset)].page


def _page(mark: Mark, flow: Flow, view: Collapsed) -> int:
    return _page_at(view.offset(mark.start), flow)


def _clusters(family: Family, marks: list[Mark], flow: Flow, view: Collapsed) -> list[list[Mark]]:
    """Marks that belong to one printing of the stamp: near each other on one page, each name once."""
    clusters: list[list[Mark]] = []
    current: list[Mark] = []
    for mark in marks:
        if not mark.text.islower() and view.text[mark.start : mark.end].islower():
            continue  # words of a sentence: a stamp prints its labels with a capital
        far = bool(current) and (
            mark.start - current[-1].end > family.reach
            or _page(mark, flow, view) != _page(current[-1], flow, view)
        )
        names = {m.name for m in current}
        if far or (mark.name in names and (mark.name in family.leads or mark.name in family.before)):
            clusters.append(current)
            current = []
            names = set()
        if mark.name in names:
            continue
        if not current and mark.name not in family.leads | family.before:
            continue
        current.append(mark)
    clusters.append(current)
    return [c for c in clusters if any(m.name in family.leads for m in c)]


def _read_cluster(
    family: Family,
    cluster: list[Mark],
    flow: Flow,
    view: Collapsed,
    today: datetime.date | None,
    names: Sequence[str],
) -> list[Reading]:
    by_name = {
        mark.name: (mark, cluster[i + 1].start if i + 1 < len(cluster) else len(view.text))
        for i, mark in enumerate(cluster)
    }
    found: list[Reading] = []
    # Names last: how worn the rest of the stamp is tells how far letters can be trusted.
    for rule in sorted(family.rules, key=lambda r: r.type in ("name", "name_before")):
        worn_print = any(_is_worn(m, view) for m in cluster) or any(not r.clean for r in found)
        reading: Reading | None = None
        if rule.type == "ticked":
            reading = ticks.read(family, rule, cluster[0].start, cluster[-1].end, view)
        elif rule.at and rule.at in by_name:
            reading = _at(family, rule, by_name[rule.at][0], view, flow)
        elif rule.before and rule.type == "pattern" and rule.before in by_name:
            reading = _pattern_before(family, rule, by_name[rule.before][0], view)
        elif rule.before and rule.before in by_name:
            reading = _name_before(family, rule, by_name[rule.before][0], view, flow, names)
            if reading is None and rule.else_at in by_name:
                mark = by_name[rule.else_at][0]
                start, end = view.span(mark.start, mark.end)
                # Only where no printing of the stamp gives a name.
                reading = Reading(
                    rule.field, rule.else_value, start, end, 0.9 * mark.score, family.name, slot=votes.ELSE
                )
        for name in rule.after:
            if reading is None and name in by_name:
                mark, stop = by_name[name]
                reading = _behind(
                    family, rule, mark, stop, view, flow, today, names if worn_print else (), names
                )
                if reading is not None:
                    reading = replace(reading, label=view.offset(mark.start))
        for name in rule.lost_label_after:
            if reading is not None or name not in by_name:
                continue
            mark, _ = by_name[name]
            lost = replace(rule, within=rule.lost_within, starts_within=None)
            reading = _behind(family, lost, mark, len(view.text), view, flow, today, lost=True)
            if reading is not None:
                reading = replace(reading, confidence=0.85 * reading.confidence, clean=False)
        if reading is None and names and rule.type in ("name", "name_before"):
            reading = _name_anywhere(family, rule, cluster, flow, view, names)
        if reading is not None and _page_at(reading.start, flow) == _page(cluster[0], flow, view):
            found.append(replace(reading, slot=reading.slot or rule.slot))
    return found


def _name_anywhere(
    family: Family, rule: FieldRule, cluster: list[Mark], flow: Flow, view: Collapsed, names: Sequence[str]
) -> Reading | None:
    """Where the label of the name was lost: a known name in the stamp."""
    low = max(0, cluster[0].start - rule.within)
    window = view.text[low : cluster[-1].end + rule.within + 20]
    hit = people.within(window, names)
    if hit is None:
        return None
    name, start, end, sure = hit
    start, end = view.span(low + start, low + end)
    return Reading(rule.field, name, start, end, 0.75 * sure, family.name, False)


def _is_worn(mark: Mark, view: Collapsed) -> bool:
    return view.text[mark.start : mark.end].lower() != mark.text.lower()


def _at(family: Family, rule: FieldRule, mark: Mark, view: Collapsed, flow: Flow) -> Reading:
    start, end = view.span(mark.start, mark.end)
    value = rule.value
    if rule.type == "printed":
        # As printed, in capitals or not; where letters were misread the wording of the data file.
        printed = " ".join(flow.raw(start, end).split())
        value = printed if printed.lower() == mark.text.lower() else mark.text
    return Reading(rule.field, value, start, end, mark.score, family.name, mark.score > 0.999)


def _behind(
    family: Family,
    rule: FieldRule,
    mark: Mark,
    stop: int,
    view: Collapsed,
    flow: Flow,
    today: datetime.date | None,
    likely: Sequence[str] = (),
    names: Sequence[str] = (),
    *,
    lost: bool = False,
) -> Reading | None:
    limit = min(stop, mark.end + rule.within + 2)
    window = view.text[mark.end : limit]
    if rule.type == "date":
        date = dates.find(window, today=today, forms=rule.forms, full_year=rule.full_year)
        if date is None:
            look = worn.search if lost else worn.find
            date = look(window, today=today, forms=rule.forms, full_year=rule.full_year)
        if date is None or (rule.starts_within is not None and date.start > rule.starts_within):
            return None
        if rule.padded and date.single_figure:
            return None  # a figure of the day or month was lost
        if rule.field is not Field.DOC_DATE and date.iso > (today or datetime.date.today()).isoformat():
            return None  # no review or release lies ahead: a figure was misread
        start, end = view.span(mark.end + date.start, mark.end + date.end)
        return Reading(
            rule.field, date.iso, start, end, mark.score * date.certainty, family.name, not date.repaired
        )
    if rule.type == "pattern":
        value = match_pattern(rule, window)
        if value is None:
            return None
        text, low, high, sure = value
        start, end = view.span(mark.end + low, mark.end + high)
        return Reading(rule.field, text, start, end, mark.score * sure, family.name, sure > 0.99)
    if rule.type == "codes":
        listed = code_lists.leading(window)
        if listed is None:
            return None
        text, low, high, sure = listed
        start, end = view.span(mark.end + low, mark.end + high)
        return Reading(rule.field, text, start, end, mark.score * sure, family.name, sure > 0.9)
    if rule.type == "name":
        return _name(family, rule, mark, window, limit == stop, view, flow, likely, names)
    return None


def _pattern_before(family: Family, rule: FieldRule, mark: Mark, view: Collapsed) -> Reading | None:
    """An identifier that ends close before the anchor."""
    low = max(0, mark.start - rule.within)
    value = match_pattern(rule, view.text[low : mark.start])
    if value is None:
        return None
    text, first, last, sure = value
    start, end = view.span(low + first, low + last)
    return Reading(rule.field, text, start, end, mark.score * sure, family.name, sure > 0.99)


def _name(
    family: Family,
    rule: FieldRule,
    mark: Mark,
    window: str,
    bounded: bool,
    view: Collapsed,
    flow: Flow,
    likely: Sequence[str],
    names: Sequence[str],
) -> Reading | None:
    text = window.lstrip(" .:;,-_|")
    low = mark.end + len(window) - len(text)
    cut = re.search(r"(?<![A-Za-z0-9])\d(?:\d|\s?/)|:|\bDate\b", text)
    if cut is not None:
        text = text[: cut.start()]
        if cut.group() == ":":  # the last word before it is the next label, misread
            text = text.rstrip().rpartition(" ")[0]
    elif not bounded:
        # Nothing known follows: the name ends with its line.
        first, _ = view.span(low, low + 1)
        index = flow.line_index(first)
        text = text[: max(0, flow.starts[index] + len(flow.texts[index]) - first)]
    bare = text.rstrip(" .,:;-_|")
    if re.search(r"\b(?:[A-Z]|Jr)$", bare) and text[len(bare) :].startswith("."):
        bare += "."  # the stop of an initial belongs to the name
    text = _without_label(bare, family)
    value = _clean_name(text, rule.words)
    start, end = view.span(low, low + len(text))
    if text and names and (value is None or not value[1] or likely or value[0] in names):
        known = people.known(text, names)
        if known is not None:
            name, sure = known
            return Reading(rule.field, name, start, end, mark.score * sure, family.name, sure > 0.95)
    if value is None:
        return None
    name, clean = value
    if likely or (names and people.resembles(name, names)):
        # A name nobody confirmed yet, in worn print or a letter away from a known one: a suggestion only.
        return Reading(rule.field, name, start, end, 0.6 * mark.score, family.name, False)
    return Reading(rule.field, name, start, end, mark.score * (0.99 if clean else 0.8), family.name, clean)


def _without_label(text: str, family: Family) -> str:
    """The name without a misread label behind it ("SAM PELL DATF"): the label's own rule finds the date."""
    head, _, last = text.rpartition(" ")
    if head and any(
        Levenshtein.distance(skeleton(last), skeleton(anchor.text.rstrip(" :")), score_cutoff=1) <= 1
        for anchor in family.anchors
        if 4 <= len(anchor.text) <= 6
    ):
        return head.rstrip(" .,:;-_|")
    return text


def _clean_name(text: str, words: tuple[int, int]) -> tuple[str, bool] | None:
    """A person's name as printed, with misread capitals mended; None when it cannot be one."""
    text = _TITLE.sub("", " ".join(text.split()))
    text = " ".join(w for w in text.split() if w not in _MARKINGS)  # printed across the stamp
    mended = []
    for word in text.split():
        own = [c for c in word if c.isalpha()]
        if own and sum(c.isupper() for c in own) * 2 > len(own) and len(word) > 1:
            fixed = word.translate(_UPPER_REPAIR)
            mended.append(fixed if fixed.isupper() or not word.isalpha() else word)
        else:
            mended.append(word)
    letters = [c for w in mended for c in w if c.isalpha()]
    if any(w.isupper() and len(w) > 2 for w in mended) and sum(c.isupper() for c in letters) >= 0.7 * len(
        letters
    ):
        while (
            mended and re.search(r"[a-z]", mended[-1]) and not re.match(r"Jr\b|Mc|Mac|De|Le|O'", mended[-1])
        ):
            mended.pop()  # a label behind a name in capitals: "Datc"
        if any(
            re.search(r"[a-z]", w)
            and not re.fullmatch(r"(?:Mc|Mac|De|Le|O'|Di|La)[A-Z'-]+\.?|Jr\.?", w.rstrip(","))
            for w in mended
        ):
            return None  # a misread capital: which one, nobody can tell
    name = " ".join(mended)
    parts = name.split()
    if not words[0] <= len(parts) <= words[1] or not all(_NAME_WORD.fullmatch(p.rstrip(",")) for p in parts):
        return None
    if sum(len(p) > 2 for p in parts) < min(2, words[0]):
        return None
    return name, name == text


def _name_before(
    family: Family, rule: FieldRule, mark: Mark, view: Collapsed, flow: Flow, names: Sequence[str]
) -> Reading | None:
    """A name in mixed case right before the anchor: on its line, or alone on the line above."""
    start, _ = view.span(mark.start, mark.end)
    index = flow.line_index(start)
    column = start - flow.starts[index]
    head = flow.texts[index][max(0, column - 400) : column]
    at = flow.starts[index] + max(0, column - 400)
    if not head.strip() and index > 0:
        head, at = flow.texts[index - 1][:400], flow.starts[index - 1]
        whole_line = True
    else:
        whole_line = False
    tokens = list(re.finditer(r"\S+", head))
    known = people.at_the_end([t.group() for t in tokens[-6:]], names)
    if known is None and names and len(tokens) == 1 and index > 0:
        # The line broke within the name.
        above = flow.texts[index - 1][-100:]
        known = people.at_the_end([*above.split()[-5:], tokens[0].group()], names)
        known = (*known[:2], 1) if known is not None else None
    if known is not None:
        name, sure, count = known
        low, high = tokens[-count].start(), tokens[-1].end()
        return Reading(rule.field, name, at + low, at + high, mark.score * sure, family.name, sure > 0.95)
    picked: list[re.Match[str]] = []
    for token in reversed(tokens):
        if not re.fullmatch(
            r"[A-Z][a-z'\-]+(?:[A-Z][a-z]+)?,?|[A-Z]\.?|[A-Z][a-z]?\.|Jr\.?|II+", token.group()
        ):
            break
        picked.append(token)
    picked.reverse()
    if whole_line and len(picked) != len(tokens):
        return None
    if not rule.words[0] <= len(picked) <= rule.words[1] or sum(len(t.group()) > 2 for t in picked) < 2:
        return None
    low, high = picked[0].start(), picked[-1].end()
    value = " ".join(head[low:high].split())
    if names and (_is_worn(mark, view) or people.resembles(value, names)):
        return Reading(rule.field, value, at + low, at + high, 0.6 * mark.score, family.name, False)
    return Reading(rule.field, value, at + low, at + high, 0.97 * mark.score, family.name)
