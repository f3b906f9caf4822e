"""The heading of a released e-mail: the first block of From, Sent, To and Subject lines.

A value ends at a gap (a margin code or another column stands behind it). Mail addresses cut off by the
review (``Example, A <``) keep the name. Only the newest message is read: the others are quoted below it.
"""

from __future__ import annotations

import re

from review_app.detection import codes, dates
from review_app.detection.flow import Flow
from review_app.detection.readings import Reading
from review_app.domain.vocabulary import Field, Provenance

FAMILY = "email"
_LABEL = re.compile(
    r"^\s{0,60}(?P<label>From|To|Cc|Bcc|Sent|Date|Subject|Subj|Attachments|Importance)\s?(?P<colon>:?)(?P<gap>\s*)(?P<value>.*)$"
)
_FIELDS = {"From": Field.FROM, "To": Field.TO, "Subject": Field.SUBJECT, "Subj": Field.SUBJECT}
_FIRST_LINES = 40
_BLOCK = 12
# Another column or a code of the margin behind the value.
_TAIL = re.compile(r"\s{3,}\S.*$|\s+(?:\(?[bB]\)?\(?\d\)?(?:\([A-F]\))?[,;]?\s?)+$|\s*<\s*$")


def read(flow: Flow, skipped: frozenset[int]) -> list[Reading]:
    """Fields of the first heading; empty when there is none.

    Args:
        flow: the document.
        skipped: flow lines that belong to stamps.
    """
    head = [i for i, text in enumerate(flow.texts[:400]) if text.strip() and i not in skipped][:_FIRST_LINES]
    for position, index in enumerate(head):
        match = _LABEL.match(flow.texts[index][:300])
        if match is None or match.group("label") != "From":
            continue
        block = _block(flow, head[position : position + _BLOCK])
        if {"Sent", "Date"} & set(block) and ("To" in block or {"Subject", "Subj"} & set(block)):
            return _readings(flow, block)
        return []
    return []


def _block(flow: Flow, lines: list[int]) -> dict[str, tuple[int, re.Match[str]]]:
    """The labels of one heading: it ends at the first label that comes again, or after three other lines."""
    found: dict[str, tuple[int, re.Match[str]]] = {}
    other = 0
    for index in lines:
        match = _LABEL.match(flow.texts[index][:300])
        if match is None or not (
            match.group("colon") or len(match.group("gap")) >= 3 or not match.group("value")
        ):
            other += 1
            if other > 3:
                break
            continue
        if match.group("label") in found:
            break
        found[match.group("label")] = (index, match)
        if match.group("label") in ("Subject", "Subj"):
            break
    return found


def _readings(flow: Flow, block: dict[str, tuple[int, re.Match[str]]]) -> list[Reading]:
    found: list[Reading] = []
    for label, (index, match) in block.items():
        column = match.start("value")
        value = _TAIL.sub("", match.group("value")).rstrip(" ;,<[")
        start = flow.starts[index] + column
        if not value or not any(c.isalnum() for c in value):
            continue
        if len(value) < 40 and codes.read_list(value, Provenance.BESIDE).complete:
            continue  # the name itself was withheld
        sure = 0.9 if match.group("colon") else 0.75
        if label in ("Sent", "Date"):
            date = dates.find(value, forms=("mondy", "dmony", "mdy"), full_year=True)
            if date is not None:
                found.append(
                    Reading(
                        Field.DOC_DATE,
                        date.iso,
                        start + date.start,
                        start + date.end,
                        sure * date.certainty,
                        FAMILY,
                    )
                )
        elif label in _FIELDS:
            # Offsets are of the folded text, which is as long as the printed one.
            printed = " ".join(flow.raw(start, start + len(value)).split())
            found.append(Reading(_FIELDS[label], printed, start, start + len(value), sure, FAMILY))
    return found
