"""Full-text search over released text. Recoverable text never comes in here."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence

from review_app.domain.rows import Hit
from review_app.store.database import Database

# The printers' hyphens, dashes and minus signs are one, so are all spaces. The soft hyphen is one of them:
# text written with an embedded font reads "-" as U+00AD, and numbers are full of it (performance study,
# section 0).
_FOLDED = {
    **dict.fromkeys([0x00AD, *range(0x2010, 0x2016), 0x2212], "-"),
    **dict.fromkeys([0x00A0, 0x2007, 0x202F, 0x2060, 0xFEFF], " "),
}
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
_SOFT = re.compile(r"[^\W\d_]+(?:\u00ad+\s*[^\W\d_]+)+")
_SNIPPET_WORDS = 16
_WORD = re.compile(r"\w+")

TOGETHER = 200
"""Pages that are indexed in one transaction, or whose hits are told together: 10 to 20 ms."""

MAX_HITS = 10_000
"""More hits help nobody, and a list of them fills the memory of the window."""


def joined(text: str) -> str:
    """The words with a soft hyphen in them, written without it: where it really was one, people search so."""
    return " ".join(word for _, _, word in soft_words(text))


def fold(text: str) -> str:
    """Text in the form that is indexed and searched: dashes and spaces alike."""
    return text.translate(_FOLDED).encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def terms(text: str) -> list[tuple[str, bool]]:
    """What a person typed, folded: each word or ``"quoted phrase"``, and whether it is only a beginning
    (``word*``)."""
    found = []
    for phrase, word in _TERM.findall(fold(text)):
        term = phrase or word
        stem = term.rstrip("*")
        if any(char.isalnum() for char in stem):
            found.append((stem, term != stem and not phrase))
    return found


def soft_words(text: str) -> list[tuple[int, int, str]]:
    """The words with a soft hyphen: first offset, the one behind the last, and the word without it."""
    return [
        (match.start(), match.end(), re.sub(r"[\u00ad\s]+", "", match.group()))
        for match in _SOFT.finditer(text)
    ] if "\u00ad" in text else []


def match_expression(text: str) -> str:
    """What a person typed as an FTS5 expression: all words, ``"quoted words"`` as a phrase, ``word*`` as a
    beginning. Everything is quoted, so that no input is syntax. Empty when there is nothing to search."""
    return " ".join(f'"{stem}"' + ("*" if begins else "") for stem, begins in terms(text))


class Index:
    """The words of released pages. Not journaled: it can be made anew from the originals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, document_id: str, page: int, text: str) -> None:
        """Index the text of a page in place of what was indexed for it before.

        Raises:
            EnvironmentProblem: disk full, opened for reading only and the like.
        """
        self.add_all(document_id, {page: text})

    def add_all(self, document_id: str, texts: Mapping[int, str]) -> None:
        """Index the text of pages, by number, in place of what was indexed for them before. A transaction for
        every TOGETHER pages: one for each would take ten times as long, and one for all would hold up marks.

        Raises:
            EnvironmentProblem: disk full, opened for reading only and the like.
        """
        pages = sorted(texts)
        for start in range(0, len(pages), TOGETHER):
            # Folded before the lock is taken.
            rows = [
                (page, f"{fold(texts[page])}\n{fold(joined(texts[page]))}")
                for page in pages[start : start + TOGETHER]
            ]
            with self._database.writing(durable=False) as connection:
                for page, text in rows:
                    _put(connection, document_id, page, text)

    def remove(self, document_id: str) -> None:
        """Take a document out of the index.

        Raises:
            EnvironmentProblem: disk full, opened for reading only and the like.
        """
        with self._database.writing(durable=False) as connection:
            connection.execute(
                "DELETE FROM page_text WHERE rowid IN (SELECT key FROM page_text_keys WHERE document_id = ?)",
                (document_id,),
            )
            connection.execute("DELETE FROM page_text_keys WHERE document_id = ?", (document_id,))

    def pages(
        self, document_ids: Collection[str], phrase: str = "", *, first: str = ""
    ) -> Iterator[tuple[str, int, str]]:
        """Document, page and text of the pages in the index, document by document, by page.

        The text is folded (:func:`fold`), one character for one. With ``phrase`` only pages that hold its
        words side by side, case and accents aside, are told; pages are read as they are asked for.

        Args:
            document_ids: which documents.
            phrase: words; a phrase without a letter or digit tells no page.
            first: the document to begin with.

        Raises:
            EnvironmentProblem: the database cannot be read.
        """
        words = " ".join(_WORD.findall(fold(phrase)))
        if phrase and not words:
            return
        match = "page_text MATCH :words AND " if phrase else ""
        rest = [i for i in document_ids if i != first]
        with self._database.snapshot() as connection:
            for group in ([first] if first in document_ids else [], rest):
                # One walk through the index in the order the pages came in: the first page is there at once.
                for document_id, page, text in connection.execute(
                    f"SELECT t.document_id, t.page, t.text FROM page_text AS t WHERE {match}t.document_id IN"
                    " (SELECT value FROM json_each(:documents)) ORDER BY t.rowid",
                    {"words": f'"{words}"', "documents": json.dumps(group)},
                ) if group else ():
                    # The last line holds words once more, without their soft hyphens.
                    yield str(document_id), int(page), str(text).rpartition("\n")[0]

    def find(self, text: str, document_id: str | None = None, limit: int = 200) -> list[Hit]:
        """As :meth:`stream`, the first ``limit`` hits at once."""
        return [hit for hits in self.stream(text, document_id, limit) for hit in hits]

    def stream(
        self, text: str, document_id: str | None = None, limit: int = MAX_HITS
    ) -> Iterator[list[Hit]]:
        """Pages that hold all the words: best first, or in page order within one document; a list of up to
        TOGETHER at a time, so that the first are there before the rest is looked at.

        Case and accents are ignored. Any text may be given; one without a letter or digit finds nothing.

        Raises:
            EnvironmentProblem: the database cannot be read.
        """
        expression = match_expression(text)
        if not expression:
            return
        # The first list by itself: to put thousands of pages in order takes twice as long.
        places = self._places(expression, document_id, min(limit, TOGETHER))
        yield from self._told(expression, document_id, places)
        if len(places) == TOGETHER < limit:
            told = {key for key, _, _ in places}
            rest = [p for p in self._places(expression, document_id, limit) if p[0] not in told]
            yield from self._told(expression, document_id, rest)

    def _places(self, expression: str, document_id: str | None, limit: int) -> list[tuple[int, str, int]]:
        """Key, document and page of the pages that match, in order. Places first: to cut the words around a
        hit out of its page takes fifty times as long."""
        order = "rank, k.document_id, k.page" if document_id is None else "k.page"
        with self._database.reading() as connection:
            return [tuple(row) for row in connection.execute(
                "SELECT k.key, k.document_id, k.page FROM page_text AS t"
                " JOIN page_text_keys AS k ON k.key = t.rowid"
                " JOIN documents AS d ON d.id = k.document_id AND d.state = 'ready'"
                " WHERE page_text MATCH :text AND (:document IS NULL OR k.document_id = :document)"
                f" ORDER BY {order} LIMIT :limit",
                {"text": expression, "document": document_id, "limit": limit},
            )]

    def _told(
        self, expression: str, document_id: str | None, places: Sequence[tuple[int, str, int]]
    ) -> Iterator[list[Hit]]:
        """The hits at these places, with the words around them."""
        for start in range(0, len(places), TOGETHER):
            some = places[start : start + TOGETHER]
            keys = [key for key, _, _ in some]
            # Pages of one document lie side by side: one run through them, instead of a search for each.
            is_run = document_id is not None and keys == sorted(keys)
            # Else one run through all: the plus keeps SQLite from searching anew for each key, which takes
            # long for the beginning of a word.
            which = "rowid BETWEEN ? AND ?" if is_run else f"+rowid IN ({','.join('?' * len(keys))})"
            with self._database.reading() as connection:
                said = {row[0]: row[1] for row in connection.execute(
                    f"SELECT rowid, snippet(page_text, 0, '', '', '…', {_SNIPPET_WORDS}) FROM page_text"
                    f" WHERE page_text MATCH ? AND {which}",
                    (expression, *((keys[0], keys[-1]) if is_run else keys)),
                )}
            yield [
                Hit(document, int(page), " ".join(said[key].split()))
                for key, document, page in some if key in said  # it may have been taken out meanwhile
            ]


def _put(connection: sqlite3.Connection, document_id: str, page: int, text: str) -> None:
    found = connection.execute(
        "SELECT key FROM page_text_keys WHERE document_id = ? AND page = ?", (document_id, page)
    ).fetchone()
    if found is None:
        key = connection.execute(
            "INSERT INTO page_text_keys (document_id, page) VALUES (?, ?)", (document_id, page)
        ).lastrowid
    else:
        key = found[0]
        connection.execute("DELETE FROM page_text WHERE rowid = ?", (key,))
    connection.execute(
        "INSERT INTO page_text (rowid, text, document_id, page) VALUES (?, ?, ?, ?)",
        (key, text, document_id, page),
    )
