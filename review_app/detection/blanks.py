"""Blocks that lost their text: lines with nothing but tabs and stray signs, and what speaks for them.

A scan whose text was blanked out is read as an empty table: tabs, and a stray sign a line. A gap alone is
no redaction (domain reference, rule 4): the document must be released in part, or the text around the
gap must be broken; under ``RELEASED IN FULL`` nothing is reported.
"""

from __future__ import annotations

import re

from review_app.detection.flow import Flow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Disposition

# Signs that the edges of a blanked box leave behind; they count as nothing.
_EDGE = re.compile(r"[\s_\-.:;,'\"|~^*=`\u00b7\u2022]+")
_FORM = re.compile(r"_{3,}|\.{4,}|-{6,}|={4,}|\*{4,}")
MAX_RESIDUE = 2
_LONGEST_VOID = 200  # characters of one void line

_ORPHAN = re.compile(r"^(?:-\s)?--\s+(?P<word>[A-Z]\w+)")
_LIST_ITEM = re.compile(r"^\s{0,8}(?:-|o|\u2022|\*|\d{1,2}\.)\s")
_BACKWARD = frozenset(
    {
        "However",
        "They",
        "This",
        "These",
        "Those",
        "Nevertheless",
        "He",
        "She",
        "It",
        "Therefore",
        "Moreover",
        "But",
        "Such",
        "Their",
        "Instead",
    }
)
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Blank:
    """Flow lines ``first`` to ``last`` (inclusive) lost their text."""

    first: int
    last: int
    confidence: float
    reasons: tuple[str, ...]

    @property
    def line_count(self) -> int:
        """How many lines of the text layer it covers."""
        return self.last - self.first + 1


def find(flow: Flow, disposition: Disposition, skipped: frozenset[int] = frozenset()) -> list[Blank]:
    """All blanked blocks.

    Args:
        flow: the document.
        disposition: what its stamps say of the whole.
        skipped: flow lines that are furniture or boilerplate.
    """
    if disposition is Disposition.RELEASED_IN_FULL:
        return []
    found: list[Blank] = []
    index, count = 0, len(flow.texts)
    while index < count:
        if index in skipped or not is_void(flow.texts[index]):
            index += 1
            continue
        last = index
        scan = index + 1
        while scan < count and scan <= last + 2:
            if is_void(flow.texts[scan]):
                last = scan
            elif flow.texts[scan].strip():
                break
            scan += 1
        blank = _judge(flow, index, last, disposition)
        if blank is not None:
            found.append(blank)
        index = last + 1
    return found


def is_void(text: str) -> bool:
    """True for a line of tabs (or column bars) with at most two stray signs."""
    if "\t" not in text and "|" not in text:
        return False
    if len(text) > _LONGEST_VOID or _FORM.search(text):
        return False
    residue = len(_EDGE.sub("", text))
    tabs, bars = text.count("\t"), text.count("|")
    if tabs >= 2 or bars >= 3:
        return residue <= MAX_RESIDUE
    return tabs == 1 and residue == 0 and bool(text.strip())


def _judge(flow: Flow, first: int, last: int, disposition: Disposition) -> Blank | None:
    void = [flow.texts[i] for i in range(first, last + 1) if is_void(flow.texts[i])]
    if _beside_table(flow, first, last):
        return None
    tabs = max(text.count("\t") + text.count("|") for text in void)
    stray = any(_EDGE.sub("", text) or text.strip() for text in void)
    if len(void) >= 2:
        sure = 0.9 if stray else 0.7 if tabs >= 3 else 0.0
        reasons = [
            f"{len(void)} lines that hold only tabs and stray signs"
            if stray
            else f"{len(void)} lines that hold only tabs"
        ]
    else:
        sure = 0.7 if tabs >= 3 and stray else 0.0
        reasons = ["a line that holds only tabs and a stray sign"]
    if not sure:
        return None
    orphan = orphan_near(flow, first, last)
    if orphan:
        sure += 0.05
        reasons.append(orphan)
    if _between_sentences(flow, first, last):
        reasons.append("it stands between complete paragraphs of the text")
    if disposition is Disposition.RELEASED_IN_PART:
        sure = min(0.97, sure + 0.04)
        reasons.append("the document is marked as released in part")
    elif orphan:
        sure = 0.5  # nothing says that anything was withheld; only the broken text speaks
    else:
        return None
    return Blank(first, last, sure, tuple(reasons))


def _beside_table(flow: Flow, first: int, last: int) -> bool:
    """True when the next line with text, above or below, is a row of a table with real cells."""
    for step, start in ((-1, first - 1), (1, last + 1)):
        index = start
        while 0 <= index < len(flow.texts) and abs(index - start) <= 3:
            text = flow.texts[index][:400]
            if text.strip():
                cells = [c for c in re.split(r"\t+|\s\|\s|(?<=\S) {3,}(?=\S)", text) if _EDGE.sub("", c)]
                if len(cells) >= 2 and ("\t" in text or "|" in text):
                    return True
                break
            index += step
    return False


def _between_sentences(flow: Flow, first: int, last: int) -> bool:
    above = next(
        (flow.texts[i].strip() for i in range(first - 1, max(-1, first - 4), -1) if flow.texts[i].strip()), ""
    )
    below = next(
        (
            flow.texts[i].strip()
            for i in range(last + 1, min(len(flow.texts), last + 4))
            if flow.texts[i].strip()
        ),
        "",
    )
    return above[-1:] in (".", "!", "?", ")") and bool(below)


def orphan_near(flow: Flow, first: int, last: int) -> str:
    """Words about a sub-item just below whose parent item is not there; empty when there is none."""
    seen = 0
    for index in range(last + 1, min(len(flow.texts), last + 14)):
        text = flow.texts[index]
        if not text.strip():
            continue
        seen += 1
        if seen > _NEAR:
            break
        match = _ORPHAN.match(text)
        if match:
            if _parent_above(flow, index, last):
                return ""
            if match.group("word") in _BACKWARD:
                return (
                    "the sub-item below has no item above it and begins with a word that points back "
                    "at missing text"
                )
            return "the sub-item below has no item above it"
        if _LIST_ITEM.match(text):
            return ""
    return ""


def _parent_above(flow: Flow, index: int, stop: int) -> bool:
    return any(
        _LIST_ITEM.match(flow.texts[i]) and not _ORPHAN.match(flow.texts[i]) for i in range(stop + 1, index)
    )
