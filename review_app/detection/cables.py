"""The heading of a State Department cable: from, to, subject, date; its number without an attribute page."""

from __future__ import annotations

import datetime
import re

from review_app.detection.flow import Flow
from review_app.detection.readings import Reading, level_of
from review_app.detection.stamps import Stamps
from review_app.domain.vocabulary import Field

FAMILY = "cable"
# Date-time group: precedence letters, day and time in Greenwich time, month and year ("O 081931Z JUL 79").
_GROUP = re.compile(
    r"^\s{0,20}(?:[ZOPRYFI]{1,2}\s){1,4}\s{0,6}(?P<day>\d{2})\d{4}Z\s{1,4}(?P<mon>[A-Z]{3})\s{1,4}(?P<year>\d{2}|\d{4})\b"
)
_FROM = re.compile(r"^\s{0,20}FM\s{1,4}(?P<value>\S.{1,100})$")
_TO = re.compile(r"^\s{0,20}TO\s{1,4}(?P<value>\S.{1,100})$")
_SUBJECT = re.compile(r"^\s{0,20}SUBJ(?:ECT)?\s?:\s*(?P<value>\S.{1,200})$")
_FIELD = re.compile(r"^\s{0,20}(?:REFS?|TAGS|E\.?O\.?|SUBJ(?:ECT)?|\d{1,2}\.|[A-Z]{1,12}\s?:)")
# Banner: the level, often with its letters spaced, then post and number.
_BANNER = re.compile(
    r"^\s{0,20}(?P<level>(?:[A-Z] ){7,30}[A-Z]|[A-Z][A-Z ]{4,24}[A-Z])\s{1,6}"
    r"(?P<number>[A-Z]{2,12}(?: [A-Z]{2,12}){0,2} \d{4,6})\s*$"
)
_SPACED = re.compile(r"^\s{0,20}(?P<level>(?:[A-Z] ){6,30}[A-Z])(?=\s)")
_LINES = 70
_FULL_LINE = 45  # cables break their lines at 64 to 69 characters
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def read(flow: Flow, stamps: Stamps) -> list[Reading]:
    """Fields of the first cable heading; empty when the document is no cable."""
    begin = next((i for i, text in enumerate(flow.texts[:400]) if _GROUP.match(text[:120])), None)
    if begin is None:
        return []
    found: dict[Field, Reading] = {}
    group = _GROUP.match(flow.texts[begin][:120])
    if group is not None:
        _put_date(flow, begin, group, found)
    for index in range(begin + 1, min(len(flow.texts), begin + _LINES)):
        text = flow.texts[index][:300]
        for field, pattern in ((Field.FROM, _FROM), (Field.TO, _TO), (Field.SUBJECT, _SUBJECT)):
            match = pattern.match(text)
            if match is None or field in found:
                continue
            last = _continued(flow, index) if field is Field.SUBJECT else index
            start = flow.starts[index] + match.start("value")
            end = flow.starts[last] + len(flow.texts[last].rstrip())
            value = " ".join(flow.raw(start, end).split())
            found[field] = Reading(field, value, start, end, 0.95, FAMILY)
        if Field.SUBJECT in found:
            break
    if "aad-attributes" not in stamps.families:
        _banner(flow, begin, found)
    return list(found.values())


def _put_date(flow: Flow, index: int, group: re.Match[str], found: dict[Field, Reading]) -> None:
    year = int(group.group("year"))
    if year < 100:
        year += 2000 if 2000 + year <= datetime.date.today().year else 1900
    if group.group("mon") not in _MONTHS:
        return
    try:
        date = datetime.date(year, _MONTHS.index(group.group("mon")) + 1, int(group.group("day")))
    except ValueError:
        return
    start = flow.starts[index] + group.start("day")
    found[Field.DOC_DATE] = Reading(
        Field.DOC_DATE, date.isoformat(), start, flow.starts[index] + group.end(), 0.93, FAMILY
    )


def _continued(flow: Flow, index: int) -> int:
    """A cable's subject runs on in indented lines, or right below a line that was full."""
    last = index
    while last + 1 < len(flow.texts) and last - index < 4:
        text = flow.texts[last + 1]
        line, above = flow.lines[last + 1], flow.lines[last]
        if not text.strip() or _FIELD.match(text) or len(text) > 120 or line.page != above.page:
            break
        if line.rect.y0 - above.rect.y0 > 1.6 * above.rect.height:
            break  # a PDF has no blank lines: a wider step ends the subject
        indented = len(text) - len(text.lstrip()) >= 4
        if line.words and flow.lines[index].words:
            indented = indented or line.words[0].rect.x0 - flow.lines[index].words[0].rect.x0 > 12.0
        if not indented and len(flow.texts[last].rstrip()) < _FULL_LINE:
            break
        last += 1
    return last


def _banner(flow: Flow, begin: int, found: dict[Field, Reading]) -> None:
    for index in range(begin, min(len(flow.texts), begin + _LINES)):
        match = _BANNER.match(flow.texts[index][:120])
        spaced = _SPACED.match(flow.texts[index][:120])
        level = (
            level_of(match.group("level")) if match else level_of(spaced.group("level")) if spaced else None
        )
        if level is None:
            continue
        picked = match or spaced
        if picked is None:
            continue
        at = flow.starts[index]
        found[Field.ORIGINAL_CLASSIFICATION] = Reading(
            Field.ORIGINAL_CLASSIFICATION,
            level,
            at + picked.start("level"),
            at + picked.end("level"),
            0.8,
            FAMILY,
        )
        if match:
            found[Field.DOC_NO] = Reading(
                Field.DOC_NO,
                " ".join(match.group("number").split()),
                at + match.start("number"),
                at + match.end("number"),
                0.8,
                FAMILY,
            )
        return
