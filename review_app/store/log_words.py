"""The words of an entry of the log, for the index that finds them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from review_app.store.index import fold

_SILENT = frozenset({
    "id", "document_id", "span_id", "case_id", "sample_id", "sha256", "output_sha256", "head_hash", "rect",
    "rects", "at", "added_at", "opened_at", "lines", "extent", "warnings", "evidence", "detector", "author",
    "media_type", "first",
})
"""Columns nobody searches by a word: numbers, places, times, and the machine's own standing phrases."""
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')


def words_of(actor: str, action: str, changes: Sequence[Mapping[str, Any]]) -> str:
    """Who, what, and the texts that an entry put in, changed or took away."""
    found: dict[str, None] = {actor: None, action: None}
    for change in changes:
        before, after = change["before"] or {}, change["after"] or {}
        for side, other in ((before, after), (after, before)):
            for column, value in side.items():
                if isinstance(value, str) and value and column not in _SILENT \
                        and (not other or other.get(column) != value):
                    found[value] = None
    return fold("\n".join(found))


def match_words(text: str) -> str:
    """What a person typed, as an FTS5 expression: every word must begin a word of the entry, ``"a phrase"``
    and what is written together, ``(b)(1)``, must stand together. Empty when there is nothing to search."""
    terms = []
    for phrase, word in _TERM.findall(fold(text)):
        term = (phrase or word).rstrip("*")
        if any(char.isalnum() for char in term):
            terms.append(f'"{term}"*')
    return " ".join(terms)
