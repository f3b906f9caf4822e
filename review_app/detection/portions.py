"""Portion marks: ``(C)``, ``(S/NF)`` at the start of a paragraph, subject or title (domain reference 2.1).

They tell how the original was classified even where the released copy carries ``UNCLASSIFIED`` at its top
(trap 39). A ``(c)`` may also be a list item, a donor's restriction or a copyright sign (trap 37), so marks
are believed only in capitals, where the next word begins with one, and not in a list of letters.
"""

from __future__ import annotations

import re

from review_app.detection.flow import Flow
from review_app.detection.readings import Reading
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Field

FAMILY = "portions"
_LEVELS = {"TS": "TOP SECRET", "S": "SECRET", "C": "CONFIDENTIAL", "LOU": "LIMITED OFFICIAL USE",
           "SBU": "SENSITIVE BUT UNCLASSIFIED", "U": "UNCLASSIFIED"}
_RANK = tuple(_LEVELS.values())
_MARK = re.compile(
    r"^\s{0,30}(?:(?:SUBJ(?:ECT)?|TITLE|RE)\s?:\s*)?(?:\d{1,2}\.\s*|[-*\u2022]\s*)?"
    r"\((?P<level>TS|S|C|LOU|SBU|U)(?P<rest>(?://?\s?[A-Z][A-Z/ ]{1,20})?)"
    r"(?P<all>\s?-\s?ENTIRE TEXT)?\)\s{0,4}[\"'A-Z0-9]"
)
_ENTIRE = re.compile(r"^\s{0,30}(?:\d{1,2}\.\s*)?\(?(?P<level>TS|S|C|LOU|U)\s?-\s?ENTIRE TEXT\b")
_ITEM = re.compile(r"^\s{0,30}\((?P<letter>[ABDE])\)\s")
LEAST = 2


@dataclass(frozen=True, slots=True)
class _Mark:
    level: str
    start: int
    end: int
    sure: bool


def _marks(flow: Flow) -> list[_Mark]:
    found: list[_Mark] = []
    for index, text in enumerate(flow.texts):
        head = text[:120]
        if "(" not in head[:60] and "ENTIRE" not in head:
            continue
        if _ITEM.match(head):
            return []  # a list of letters: (A), (B), (C)
        match = _ENTIRE.match(head) or _MARK.match(head)
        if match is not None:
            at = flow.starts[index]
            whole = "ENTIRE TEXT" in match.group() or ":" in head[: match.start("level")]
            found.append(_Mark(_LEVELS[match.group("level")], at + match.start("level"),
                               at + match.end("level"), whole or bool(match.groupdict().get("rest"))))
    return found


def _believed(marks: list[_Mark]) -> bool:
    return len(marks) >= LEAST or any(mark.sure for mark in marks)


def all_unclassified(flow: Flow) -> bool:
    """True when paragraphs carry portion marks and each says ``(U)``."""
    marks = _marks(flow)
    return _believed(marks) and all(mark.level == "UNCLASSIFIED" for mark in marks)


def read(flow: Flow) -> list[Reading]:
    """The original classification that the portion marks tell: the highest of them, or nothing.

    Marks that all say ``(U)`` tell nothing of the whole.
    """
    marks = _marks(flow)
    levels = {mark.level for mark in marks} - {"UNCLASSIFIED"}
    if not levels or not _believed(marks):
        return []
    top = min(levels, key=_RANK.index)
    mark = next(m for m in marks if m.level == top)
    sure = 0.85 if any(m.sure and m.level == top for m in marks) else 0.75
    return [Reading(Field.ORIGINAL_CLASSIFICATION, top, mark.start, mark.end, sure, FAMILY, True, True)]
