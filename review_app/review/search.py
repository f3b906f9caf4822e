"""Search over released text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from threading import Event

from review_app.domain.errors import Cancelled
from review_app.domain.rows import Hit
from review_app.review.session import Session
from review_app.store import index


class Query:
    """What a person searched, to be found again in the text of a page: as the index found it.

    Dashes and spaces are alike, case and accents do not count, words are whole unless a ``*`` ends them, and
    a word with a soft hyphen is also found without it.
    """

    def __init__(self, text: str) -> None:
        self._terms = [
            ([token for token, _, _ in _tokens(stem)], begins) for stem, begins in index.terms(text)
        ]

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the words stand in a text: first offset and the one behind the last, in order, none inside
        another."""
        tokens = _tokens(index.fold(text))
        joined = [
            (token, start, end) for start, end, word in index.soft_words(text)
            for token, _, _ in _tokens(index.fold(word))
        ]
        found = [
            place for term, begins in self._terms
            for line in (tokens, joined) for place in _matches(line, term, begins=begins)
        ]
        kept: list[tuple[int, int]] = []
        for start, end in sorted(found, key=lambda place: (place[0], -place[1])):
            if not kept or end > kept[-1][1]:
                kept.append((start, end))
        return kept


_Token = tuple[str, int, int]


def _tokens(text: str) -> list[_Token]:
    """The words of a folded text as the index cuts them: runs of letters and digits, small, without accents.
    """
    found: list[_Token] = []
    letters: list[str] = []
    start = 0
    for at, char in enumerate(f"{text} "):
        if char.isalnum():
            if not letters:
                start = at
            letters += (c for c in unicodedata.normalize("NFD", char.lower()) if not unicodedata.combining(c))
        elif letters and not unicodedata.combining(char):
            found.append(("".join(letters), start, at))
            letters = []
    return found


def _matches(tokens: list[_Token], term: list[str], *, begins: bool) -> list[tuple[int, int]]:
    """Where the words of a term follow one another; of the last only the beginning where ``begins``."""
    size = len(term)
    found = []
    for at in range(len(tokens) - size + 1):
        words = [token for token, _, _ in tokens[at : at + size]]
        last_fits = words[-1].startswith(term[-1]) if begins else words[-1] == term[-1]
        if last_fits and words[:-1] == term[:-1]:
            found.append((tokens[at][1], tokens[at + size - 1][2]))
    return found


class Search:
    """Full-text search; recoverable text is never in the index."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, text: str, document_id: str | None = None, limit: int = 200) -> list[Hit]:
        """Pages that hold all words of ``text``, best first, at most ``limit``. Empty text finds nothing."""
        if not text.strip():
            return []
        return self._session.workspace.index.find(text, document_id, limit)

    def stream(
        self, text: str, document_id: str | None, on_hits: Callable[[list[Hit]], object],
        cancel: Event | None = None,
    ) -> int:
        """As :meth:`find`, without such a limit: hits are handed on as they are found, 200 at a time.

        Returns:
            How many there are.

        Raises:
            Cancelled: ``cancel`` was set.
        """
        count = 0
        for hits in self._session.workspace.index.stream(text, document_id):
            if cancel is not None and cancel.is_set():
                raise Cancelled("Stopped")
            count += len(hits)
            on_hits(hits)
        return count
