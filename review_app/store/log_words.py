"""The words of an entry of the log, for the index that finds them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from review_app.store.index import fold

_SILENT = frozenset({
    "id", "document_id", "span_id", "case_id", "sample_id", "sha256", "output_sha256", "head_hash", "rect",
    "rects", "at", "added_at", "opened_at", "lines", "extent", "warnings", "evidence", "detector", "author",
    "media_type", "first", "export_id", "marks_sha256", "certificate_sha256", "known_open",
})
"""Columns nobody searches by a word: numbers, places, times, and the machine's own standing phrases."""
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')


def words_of(actor: str, action: str, changes: Sequence[Mapping[str, Any]]) -> str:
    """Who, what, and the texts that an entry put in, changed or took away."""
    found: dict[str, None] = {actor: None, action: None, **dict.fromkeys(_marks(actor, action))}
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


def who(actor: str) -> str:
    """The term that every entry of this person has, and no other entry."""
    return _mark("a", actor)


def what(action: str) -> str:
    """The term that every entry with this action has; for ``span.`` every entry whose action begins so."""
    return _mark("b", action)


def _marks(actor: str, action: str) -> tuple[str, ...]:
    return who(actor), what(action), what(f"{action.partition('.')[0]}.")


def _mark(kind: str, text: str) -> str:
    # One word without a sign in it, that nobody types: names may be made of several words, or of none.
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"xq{kind}{digest}"
