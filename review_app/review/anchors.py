"""The head of the log that a report or a picture of ours carries."""

from __future__ import annotations

import re
from pathlib import Path

from review_app.domain.rows import LogHead

READ_BYTES = 65_536
"""It stands near the beginning, in plain text, whatever the form."""
# What stands before it cannot come from a name of a document: that would be escaped.
_HEAD = re.compile(
    rb'(?:<meta name="review-app-log-head" content="|<metadata>review-app log head |'
    rb"Description\0review-app log head )(\d{1,18}) ([0-9a-f]{64})"
)


def head_in(path: Path) -> LogHead | None:
    """The head in a report (HTML) or a picture (SVG, PNG) that this program exported; None in any other file,
    and in one that cannot be read. Annotated copies carry theirs as PDFs do: a child reads it."""
    try:
        with path.open("rb") as file:
            beginning = file.read(READ_BYTES)
    except OSError:
        return None
    found = None if beginning.startswith(b"%PDF") else _HEAD.search(beginning)
    return LogHead(int(found[1]), found[2].decode("ascii")) if found is not None else None
