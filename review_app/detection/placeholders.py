"""Signs printed in the place of text: block characters and rows of X."""

from __future__ import annotations

import re

from review_app.detection.flow import Flow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Disposition

_BLOCKS = re.compile(
    r"[\u2580-\u2588\u25a0\u25ae\u25ac]{2,400}(?: [\u2580-\u2588\u25a0\u25ae\u25ac]{2,400}){0,40}"
)
# Four or more capital X as a word; not a masked number of the original ("XXXX-1234").
_CROSSES = re.compile(r"(?<![\w-])X{4,60}(?![\w-])")
_FRAME = re.compile(r"DELETED PAGE|DUPLICATION FEE|FOR THIS PAGE", re.IGNORECASE)

_SMALL = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Found at flow offsets ``start:end``."""

    start: int
    end: int
    confidence: float
    reasons: tuple[str, ...]


def _goes_on(flow: Flow, start: int) -> bool:
    """True for blocks alone on a line below one that breaks off after a comma or a small word: a title set in
    two lines."""
    index = flow.line_index(start)
    if index == 0 or re.search(r"\w", flow.texts[index][:2000]):
        return False
    words = flow.texts[index - 1][:2000].split()
    return (
        len(words) >= 3
        and flow.lines[index - 1].page == flow.lines[index].page
        and (words[-1].endswith(",") or words[-1] in _SMALL)
    )


def find(flow: Flow, disposition: Disposition) -> list[Placeholder]:
    """All placeholders; none under ``RELEASED IN FULL``."""
    if disposition is Disposition.RELEASED_IN_FULL:
        return []
    found: list[Placeholder] = []
    in_part = disposition in (Disposition.RELEASED_IN_PART, Disposition.WITHHELD_IN_FULL)
    for match in _BLOCKS.finditer(flow.text):
        size = len(match.group())
        line = flow.texts[flow.line_index(match.start())]
        # Without a stamp, blocks alone on a line or with figures may be a chart or a progress bar.
        words = re.findall(r"[A-Za-z]{2,}", line[:2000])
        told = (len(words) >= 3 and "%" not in line[:2000]) or _goes_on(flow, match.start())
        if size >= (3 if in_part else 4) and (in_part or told):
            sure = 0.85 if in_part else 0.7
            found.append(
                Placeholder(
                    match.start(),
                    match.end(),
                    sure,
                    ("block characters in the place of text",),
                )
            )
    if in_part:
        for match in _CROSSES.finditer(flow.text):
            line = flow.texts[flow.line_index(match.start())][:2000]
            others = re.sub(r"X{3,}|\W", "", line)
            if _FRAME.search(line) or not others:
                continue  # the frame of a deleted-page sheet, or a ruled line
            found.append(
                Placeholder(
                    match.start(),
                    match.end(),
                    0.6,
                    ("a row of X in the place of a word", "the document is marked as released in part"),
                )
            )
    return found
