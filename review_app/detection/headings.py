"""Memo headings: who wrote to whom, when, about what, with which attachments, under which numbers.

Nothing is read unless the document carries a release stamp or phrase, or a whole memo heading (FROM with
TO or SUBJECT in capitals): a newspaper article has none and gets no field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import cache

from rapidfuzz import fuzz

from review_app.detection import dates
from review_app.detection.flow import Flow
from review_app.detection.readings import Reading, level_of
from review_app.domain.resources import resource_path
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Field

# A heading stands at the top: this many lines with text are looked at for it.
HEAD_LINES = 60
# Furniture (numbers, markings) stands this near the start or end of the document or of a page.
FURNITURE = 12
FAMILY = "heading"

_LABEL = re.compile(
    r"^\s{0,40}(?P<label>TO|FROM|SUBJECT|SUBJ|THROUGH|THRU|VIA|DATE|MEMORANDUM FOR|RE|INFO|CC|REF|DRAFTED BY|"
    r"CLEARANCES?)\s?(?P<colon>[:;])\s*(?P<value>.*)$"
)
_FIELDS = {
    "TO": Field.TO,
    "MEMORANDUM FOR": Field.TO,
    "FROM": Field.FROM,
    "SUBJECT": Field.SUBJECT,
    "SUBJ": Field.SUBJECT,
    "RE": Field.SUBJECT,
}
_ATTACHMENTS = re.compile(
    r"^\s{0,40}(?:attachments?|enclosures?|tabs)\s?[:;.-]\s*(?P<value>.*)$", re.IGNORECASE
)
_ITEM = re.compile(
    r"^\s{0,40}(?P<item>(?:tab|attachment|enclosure|annex)\s+[A-Z0-9]{1,3}\b.*\S|"
    r"(?:\d{1,2}|[A-Z])\s?[.)]\s+\S.*?)\s*$",
    re.IGNORECASE,
)
_INLINE_TAB = re.compile(r"(?i:tab)\s+[A-Z0-9]{1,3}\s?[-:.]")
_MARKING = re.compile(
    rf"^(?P<level>[A-Z01|][A-Z01|a-z ]{{4,40}}[A-Z])(?:\s{{1,40}}(?P<number>{dates.DIGIT}{{7}}))?$"
)
_LOG = re.compile(r"^\d{7}$")
_CONTROL = re.compile(rf"^{dates.DIGIT}{{5,6}}$")
# "TO: (Officer designation, room number)" is the print of a form; "(C) TALKS" has a portion mark.
_FORM_HINT = re.compile(r"\((?!(?:U|C|S|TS|LOU|SBU)[)/])[A-Za-z]{3,}")
_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.IGNORECASE)
_SECTION = re.compile(r"^\s*(?:[IVX]+\.|\d+\.|[A-Z][A-Z .,&'-]{2,}:?$)")
# "EAP - Richard H. Solomon, Mary Jak HS": initials written beside the typed name, read as text.
_INITIALS = re.compile(r"^(?P<name>.*?[a-z]\w*),\s+(?P<rest>(?:[A-Za-z.]+\s+){1,3}[A-Z]{2,3})$")
_OFFICE_WORDS = re.compile(
    r"\b(?:Secretary|Director|Deputy|Assistant|Ambassador|Acting|Chief|Office|Bureau|Counsel\w*|"
    r"Advis[eo]r|Coordinator|Minister|General|Legal|Under|Special|Division|Desk|and|of|the|for)\b"
)


@dataclass(frozen=True, slots=True)
class _Words:
    agencies: tuple[str, ...]
    types: tuple[str, ...]


@cache
def _words() -> _Words:
    data = json.loads(resource_path("stamps", "headings.json").read_text(encoding="utf-8"))
    return _Words(tuple(data["agencies"]), tuple(data["types"]))


def read(
    flow: Flow, covered: Collection[tuple[int, int]], *, released: bool, marked: bool, numbered: bool
) -> list[Reading]:
    """Heading fields of the document.

    Args:
        flow: the document.
        covered: flow stretches that stamps cover: their dates and numbers are not the document's.
        released: the document carries a release stamp or phrase.
        marked: and of a kind that comes with a marking at release.
        numbered: and of the office whose log and control numbers stand at the top.
    """
    head = [i for i, text in enumerate(flow.texts) if text.strip()][:HEAD_LINES]
    labels = _labels(flow, head)
    is_memo = Field.FROM in labels and (Field.TO in labels or Field.SUBJECT in labels)
    if not released and not is_memo:
        return []
    readings = list(labels.values()) if is_memo else []
    body = min((flow.line_index(r.start) for r in labels.values()), default=head[-1] + 1 if head else 0)
    stamp_lines = {
        i for a, b in covered for i in range(flow.line_index(a), flow.line_index(max(a, b - 1)) + 1)
    }
    free = [i for i in head if i not in stamp_lines]
    if is_memo:
        above = [i for i in free if i < body]
        readings += _agency_and_type(flow, above, covered)
        readings += _attachments(flow)
    date = _document_date(
        flow,
        [i for i in free if i < body] if is_memo else free[:FURNITURE],
        labels=_label_lines(flow, head, "DATE"),
    )
    if date is not None and (is_memo or date.family == FAMILY + ":iso"):
        readings.append(date)
    if marked:
        readings += [
            r
            for r in _furniture(flow, stamp_lines, date)
            if r.field is Field.MARKING_AT_RELEASE or numbered or (is_memo and released)
        ]
    return readings


def _labels(flow: Flow, head: list[int]) -> dict[Field, Reading]:
    """The first block of labels; each at most 25 lines below the one before."""
    found: dict[Field, Reading] = {}
    last: int | None = None
    for position, index in enumerate(head):
        match = _LABEL.match(flow.texts[index][:400])
        if match is None or match.group("label") not in _FIELDS:
            continue
        if last is not None and position - last > 12:
            break
        field = _FIELDS[match.group("label")]
        reading = _label_value(flow, head, position, field, match)
        if reading is not None and field not in found:
            found[field] = reading
            last = position
    return found


def _label_lines(flow: Flow, head: list[int], label: str) -> list[int]:
    found = []
    for position, index in enumerate(head):
        match = _LABEL.match(flow.texts[index][:400])
        if match and match.group("label") == label:
            found.append(index)
            if not match.group("value").strip() and position + 1 < len(head):
                found.append(head[position + 1])
    return found


def _label_value(
    flow: Flow, head: list[int], position: int, field: Field, match: re.Match[str]
) -> Reading | None:
    index = head[position]
    sure = 0.95 if match.group("colon") == ":" else 0.85
    if match.group("value").strip():
        start, last = flow.starts[index] + match.start("value"), index
    else:
        if position + 1 >= len(head):
            return None
        index = last = head[position + 1]
        text = flow.texts[index]
        if _LABEL.match(text[:400]) or index - head[position] > 4:
            return None  # a label without a value
        start = flow.starts[index] + len(text) - len(text.lstrip())
        sure -= 0.03
    if field is Field.SUBJECT:
        last = _continued(flow, last)
    end = flow.starts[last] + len(flow.texts[last].rstrip())
    if end - start > 400:
        return None
    value = " ".join(flow.raw(start, end).split())
    if field is Field.FROM:
        initials = _INITIALS.match(value)
        if initials and not _OFFICE_WORDS.search(initials.group("rest")):
            value, sure = initials.group("name"), sure - 0.1
    if not value or _FORM_HINT.match(value):
        return None
    return Reading(field, value, start, end, sure, FAMILY)


def _continued(flow: Flow, index: int) -> int:
    """The last line of a subject that runs on: full lines with no gap below them, at most three more."""
    lengths = sorted(len(text.rstrip()) for text in flow.texts if text.strip())
    full = 0.6 * lengths[int(0.8 * (len(lengths) - 1))]
    last = index
    while last + 1 < len(flow.texts) and last - index < 3:
        text = flow.texts[last + 1]
        bare = text.strip()
        line, above = flow.lines[last + 1], flow.lines[last]
        if not bare or len(bare) > 120 or _LABEL.match(text[:400]) or _SECTION.match(bare):
            break
        if _WEEKDAY.match(bare) or dates.whole(bare[:40]):
            break  # when the meeting is
        if line.page == above.page and line.rect.y0 - above.rect.y1 > above.rects[-1].height:
            break  # a PDF has no blank lines: a wider step ends the subject
        if len(flow.texts[last].rstrip()) < full and not text.startswith((" ", "\t")):
            break  # a line with room left was not broken
        last += 1
    return last


def _agency_and_type(flow: Flow, above: list[int], covered: Collection[tuple[int, int]]) -> list[Reading]:
    found: list[Reading] = []
    kinds: set[Field] = set()
    for index in above:
        text = flow.texts[index].strip()
        if not 4 <= len(text) <= 80:
            continue
        for field, names in ((Field.ORIGINATING_AGENCY, _words().agencies), (Field.DOC_TYPE, _words().types)):
            if field in kinds or (field is Field.DOC_TYPE and not text.isupper()):
                continue
            score = max(fuzz.ratio(_bare(text), _bare(name)) for name in names)
            if score < 92 or (field is Field.ORIGINATING_AGENCY and _belongs_to_stamp(flow, index, covered)):
                continue
            start = flow.starts[index] + len(flow.texts[index]) - len(flow.texts[index].lstrip())
            found.append(
                Reading(field, " ".join(text.split()), start, start + len(text), 0.93 * score / 100, FAMILY)
            )
            kinds.add(field)
    return found


def _belongs_to_stamp(flow: Flow, index: int, covered: Collection[tuple[int, int]]) -> bool:
    """The agency's name right above a stamp is the stamp's own first line."""
    end = flow.starts[index] + len(flow.texts[index])
    return any(0 <= a - end <= 3 for a, _ in covered)


def _bare(text: str) -> str:
    return re.sub(r"[^a-z ]", "", text.lower())


def _attachments(flow: Flow) -> list[Reading]:
    """One reading for each attachment listed under ``Attachments:``."""
    for index, line in enumerate(flow.texts):
        match = _ATTACHMENTS.match(line[:400]) if len(line) < 400 else None
        if match is None:
            continue
        found: list[Reading] = []
        if match.group("value").strip():
            found += _inline(flow, index, match)
            if not found:
                continue
        blanks = 0
        styles = {"word"} if found else set()
        for below in range(index + 1, min(len(flow.texts), index + 60)):
            text = flow.texts[below]
            if not text.strip():
                blanks += 1
                if blanks > 2:
                    break
                continue
            item = _ITEM.match(text[:400])
            style = _style(item.group("item"), len(found)) if item else ""
            if item is None or not style or (styles and style not in styles):
                break
            styles.add(style)
            blanks = 0
            start = flow.starts[below] + item.start("item")
            value = " ".join(item.group("item").split())
            found.append(
                Reading(Field.ATTACHMENTS, value, start, start + len(item.group("item")), 0.93, FAMILY)
            )
        if found:
            return found
    return []


def _style(item: str, before: int) -> str:
    """How a list item is marked; a figure or letter must be the next one ("I. MAIN POINTS" is a heading)."""
    mark = re.match(r"\w+", item)
    if mark is None:
        return ""
    if len(mark.group()) > 2:
        return "word"
    if mark.group().isdigit():
        return "figure" if int(mark.group()) == before + 1 else ""
    return "letter" if mark.group().upper() == chr(ord("A") + before) else ""


def _inline(flow: Flow, index: int, match: re.Match[str]) -> list[Reading]:
    """Attachments on the label's own line: ``Tab 1 - A; Tab 2 - B``, or one item."""
    value, at = match.group("value").rstrip(), flow.starts[index] + match.start("value")
    starts = [m.start() for m in _INLINE_TAB.finditer(value)]
    if not starts:
        if len(value) > 120:
            return []
        return [Reading(Field.ATTACHMENTS, " ".join(value.split()), at, at + len(value), 0.8, FAMILY)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(value)], strict=True):
        item = value[start:end].rstrip(" ;,")
        found.append(
            Reading(
                Field.ATTACHMENTS, " ".join(item.split()), at + start, at + start + len(item), 0.9, FAMILY
            )
        )
    return found


def _document_date(flow: Flow, lines: list[int], *, labels: list[int]) -> Reading | None:
    """The document's own date: a line that is only a date above the heading, or its DATE label."""
    found: list[tuple[dates.Date, int, int]] = []
    for index in [*labels, *lines]:
        text = flow.texts[index]
        if len(text) > 120:
            continue
        shift = 0
        if index in labels:
            match = _LABEL.match(text)
            shift = match.start("value") if match else 0
        date = dates.whole(text[shift:])
        if date is not None:
            found.append(
                (date, flow.starts[index] + shift + date.start, flow.starts[index] + shift + date.end)
            )
    if not found:
        return None
    values = {date.iso for date, _, _ in found}
    if len(values) > 1 and not labels:
        return None  # two dates and nothing that tells them apart
    date, start, end = found[0]
    sure = (0.97 if len(found) > 1 and len(values) == 1 else 0.88) * date.certainty
    iso = date.raw[:1] in "12" and date.raw[4:5] in "/-"
    return Reading(Field.DOC_DATE, date.iso, start, end, sure, FAMILY + (":iso" if iso else ""))


def _furniture(flow: Flow, stamp_lines: set[int], date: Reading | None) -> list[Reading]:
    """Markings and numbers that stand alone at the top or foot of pages of a released document."""
    year = date.value[2:4] if date is not None else ""
    found: dict[Field, Reading] = {}
    for index in _edges(flow):
        text = flow.texts[index].strip()
        if len(text) > 60 or index in stamp_lines:
            continue
        start = flow.starts[index] + len(flow.texts[index]) - len(flow.texts[index].lstrip())
        marking = _MARKING.match(text)
        if marking is not None:
            level = level_of(marking.group("level"))
            # Any other level at the top is the old marking, and whether it was the original one the
            # text layer cannot tell (domain reference, rule 5).
            if level == "UNCLASSIFIED" and Field.MARKING_AT_RELEASE not in found:
                end = start + marking.end("level")
                exact = marking.group("level") == level
                found[Field.MARKING_AT_RELEASE] = Reading(
                    Field.MARKING_AT_RELEASE, level, start, end, 0.95 if exact else 0.85, FAMILY
                )
            if level and marking.group("number") and Field.LOG_NUMBER not in found:
                low = start + marking.start("number")
                found[Field.LOG_NUMBER] = _log(marking.group("number"), low, year, beside=True)
                if sum(c.isdigit() for c in marking.group("number")) < 5:
                    del found[Field.LOG_NUMBER]
        elif _LOG.match(text) and year and text.startswith(year) and Field.LOG_NUMBER not in found:
            found[Field.LOG_NUMBER] = _log(text, start, year, beside=False)
        elif (
            _CONTROL.match(text) and sum(c.isdigit() for c in text) >= 4 and Field.CONTROL_NUMBER not in found
        ):
            found[Field.CONTROL_NUMBER] = Reading(
                Field.CONTROL_NUMBER,
                dates.digits_of(text),
                start,
                start + len(text),
                0.85 if text.isdigit() else 0.65,
                FAMILY,
            )
    return list(found.values())


def _log(number: str, start: int, year: str, *, beside: bool) -> Reading:
    """An Executive Secretariat number: two digits of the year, five of the series."""
    value = dates.digits_of(number)
    sure = (0.95 if year and value.startswith(year) else 0.75 if beside else 0.6) - (
        0.2 if value != number else 0.0
    )
    return Reading(Field.LOG_NUMBER, value, start, start + len(number), sure, FAMILY)


def _edges(flow: Flow) -> list[int]:
    """Lines with text near the start and end of each page, in order."""
    filled: dict[int, list[int]] = {}
    for index, text in enumerate(flow.texts):
        if text.strip():
            filled.setdefault(flow.lines[index].page, []).append(index)
    chosen: set[int] = set()
    for lines in filled.values():
        chosen.update(lines[:FURNITURE])
        chosen.update(lines[-FURNITURE:])
    # A text file has no sure pages: furniture stands between blank lines wherever a page ended.
    if flow.pages and flow.pages[0].is_text_file:
        for index in range(1, len(flow.texts) - 1):
            text = flow.texts[index]
            alone = not flow.texts[index - 1].strip() and not flow.texts[index + 1].strip()
            if alone and len(text) <= 60 and text.strip():
                chosen.add(index)
    return sorted(chosen)
