"""Where the pages of a paper ended, in a text made from it: only the two signs that leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BANNER = re.compile(
    r"\s*(?:UNCLASSIFIED|CONFIDENTIAL|(?:TOP )?SECRET|(?:LIMITED )?OFFICIAL USE(?: ONLY)?"
    r"|SENSITIVE BUT UNCLASSIFIED)\s*"
)
_STAMP = re.compile(r"Review Authority\s*:", re.IGNORECASE)

_LEAST_ON_PAGE = 8
"""A banner with fewer lines of text above it on its page is a page head, not a foot."""

_BLANKS_BEFORE_STAMP = 3


def page_feet(lines: Sequence[str]) -> frozenset[int]:
    """Indexes of the lines that are the last of a page of the original paper.

    A classification banner alone on its line, between blank lines and in the middle of a document; and a
    release stamp (a line with ``Review Authority:``) behind at least three blank lines. A line behind
    which nothing follows ends no page.
    """
    feet: set[int] = set()
    last = len(lines) - 1
    while last >= 0 and not lines[last].strip():
        last -= 1
    on_page = blanks = 0
    for i, line in enumerate(lines[:last]):
        if not line.strip():
            blanks += 1
            continue
        is_banner = (
            on_page >= _LEAST_ON_PAGE and blanks >= 1 and not lines[i + 1].strip()
            and _BANNER.fullmatch(line) is not None
        )
        is_stamp = on_page > 0 and blanks >= _BLANKS_BEFORE_STAMP and _STAMP.search(line) is not None
        blanks = 0
        on_page += 1
        if is_banner or is_stamp:
            feet.add(i)
            on_page = 0
        if "\f" in line:
            on_page = 0
    return frozenset(feet)
