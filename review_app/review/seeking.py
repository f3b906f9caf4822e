"""Search and mark: phrases, lists, expressions and patterns in the released text, and marks on the hits.

Hits hold text of documents: they are shown, never logged. Marks take whole words, because a place inside a
word is known only roughly, and a letter too few would be a leak.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from enum import StrEnum
from pathlib import Path

from review_app.domain.errors import Cancelled, ChildDied, ChildTimedOut, InputRefused, RuleBroken
from review_app.domain.geometry import Rect, bounds, same_place
from review_app.domain.patterns import BrokenPattern, Pattern, find, load
from review_app.domain.pictures import PlacedWord
from review_app.domain.rows import Progress
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Origin
from review_app.review.marking import SAME_PLACE, Area, Marking, code_reading
from review_app.review.page_images import PageImages
from review_app.review.places import pattern_folders
from review_app.review.session import Session
from review_app.store.index import fold
from review_app.workers.pool import Pool

MOST_HITS = 20_000
"""More than anybody can look through; then the search ends and says so."""
MOST_PHRASES, MOST_LIST_BYTES = 5_000, 1024 * 1024
BATCH_PAGES, BATCH_S = 100, 10.0
"""Pages that a child searches at a time, and the seconds it may take: some 0.5 MB of text."""
_CONTEXT = 48


class Mode(StrEnum):
    """What is sought."""

    PHRASE = "phrase"
    LIST = "list"
    EXPRESSION = "expression"
    PATTERNS = "patterns"


@dataclass(frozen=True, slots=True)
class Query:
    """What is sought and how.

    ``phrases`` for a phrase or a list, ``expression`` for a regular expression, ``patterns`` ids of patterns.
    ``fuzzy``: least likeness of a hit in percent, for texts with misread letters; 0 and 100 mean exact.
    """

    mode: Mode
    phrases: tuple[str, ...] = ()
    expression: str = ""
    patterns: tuple[str, ...] = ()
    whole_words: bool = True
    match_case: bool = False
    fuzzy: int = 0


@dataclass(frozen=True, slots=True)
class SeekHit:
    """A place in the released text, with the words around it: the ``nth`` of its page that reads so."""

    id: str
    document_id: str
    page: int
    nth: int
    label: str
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of hits that were to be marked. ``unplaced`` could not be found on their page again."""

    marks: tuple[str, ...]
    already: int = 0
    unplaced: tuple[SeekHit, ...] = ()


@dataclass(slots=True)
class _Rule:
    label: str
    expression: str
    check: str = ""
    ignores_case: bool = True
    phrase: str = ""
    """Words that a page must hold side by side; empty when that cannot be said."""
    compiled: re.Pattern[str] | None = None
    """Set for what is safe to run here; anything a person wrote runs in a child."""


@dataclass(slots=True)
class _Plan:
    rules: list[_Rule]
    fuzzy: int = 0
    whole_words: bool = True
    match_case: bool = False
    is_remote: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_remote = any(rule.compiled is None for rule in self.rules)


class Seeking:
    """Searches the index, page by page, and marks what was found."""

    def __init__(self, session: Session, marking: Marking, images: PageImages, pool: Pool) -> None:
        self._session = session
        self._marking = marking
        self._images = images
        self._pool = pool

    def patterns(self) -> tuple[list[Pattern], list[BrokenPattern]]:
        """The patterns there are, ours and the office's, and the files that cannot be used."""
        return load(pattern_folders())

    def find(
        self, query: Query, document_ids: Sequence[str], on_hits: Callable[[list[SeekHit]], None], *,
        first: str = "", cancel: threading.Event | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> int:
        """Tell the hits in these documents as they are found; returns how many. Blocks.

        Args:
            query: what is sought.
            document_ids: where.
            on_hits: called in this thread with each new hits, by document and page.
            first: the document to begin with.
            cancel: when set, the search ends.
            progress: told how many pages were searched.

        Raises:
            RuleBroken: the query says nothing, or its expression cannot be read.
            InputRefused: an expression takes too long.
            Cancelled: ``cancel`` was set.
        """
        plan = self._plan(query)
        phrase = plan.rules[0].phrase if len(plan.rules) == 1 and not plan.fuzzy else ""
        pages = self._session.workspace.index.pages(document_ids, phrase, first=first)
        count = looked = 0
        for batch in _batches(pages, plan.is_remote):
            if cancel is not None and cancel.is_set():
                raise Cancelled("Stopped")
            found = self._in_texts(plan, [text for _, _, text in batch], cancel)
            hits: list[SeekHit] = []
            for (document_id, page, text), places in zip(batch, found, strict=True):
                hits += _hits(document_id, page, text, places)
            looked += len(batch)
            if hits:
                hits = hits[: MOST_HITS - count]
                count += len(hits)
                on_hits(hits)
            if progress is not None:
                progress(Progress(looked, 0))
            if count >= MOST_HITS:
                break
        return count

    def place(self, query: Query, hit: SeekHit) -> tuple[Rect, ...]:
        """Where a hit stands on its page, a rectangle for each line; none when it is not found there. Blocks.

        Raises:
            ReviewError: the page cannot be read.
        """
        return self._places(self._plan(query), hit.document_id, hit.page, [hit]).get(hit.id, ())

    def mark(
        self, query: Query, hits: Sequence[SeekHit], *, codes: Sequence[str] = (), note: str = "",
        cancel: threading.Event | None = None, progress: Callable[[Progress], None] | None = None,
    ) -> Outcome:
        """Propose to withhold these hits, in one step. Blocks; call it from a job.

        Raises:
            Cancelled: ``cancel`` was set; nothing was marked then.
            ReviewError: a page cannot be read; nothing was marked then.
        """
        plan = self._plan(query)
        readings = tuple(code_reading(c) for c in dict.fromkeys(codes))
        by_page: dict[tuple[str, int], list[SeekHit]] = {}
        for hit in hits:
            by_page.setdefault((hit.document_id, hit.page), []).append(hit)
        there: dict[str, dict[int, list[tuple[Rect, ...]]]] = {}
        areas: list[Area] = []
        unplaced: list[SeekHit] = []
        already = 0
        for done, ((document_id, page), on_page) in enumerate(by_page.items()):
            if cancel is not None and cancel.is_set():
                raise Cancelled("Stopped")
            if progress is not None:
                progress(Progress(done, len(by_page)))
            if document_id not in there:
                there[document_id] = self._own_marks(document_id)
            taken = there[document_id].setdefault(page, [])
            places = self._places(plan, document_id, page, on_page)
            for hit in on_page:
                rects = places.get(hit.id, ())
                if not rects:
                    unplaced.append(hit)
                elif any(same_place(rects, other, SAME_PLACE) for other in taken):
                    already += 1
                else:
                    taken.append(rects)
                    reason = f"found by search: {hit.label}" if query.mode is Mode.PATTERNS else \
                        "found by search and marked by the reviewer"
                    areas.append(Area(document_id, page, rects, readings, note.strip(), reason=reason))
        marks = self._marking.draw_areas(areas, action="span.found")
        return Outcome(tuple(marks), already, tuple(unplaced))

    def _own_marks(self, document_id: str) -> dict[int, list[tuple[Rect, ...]]]:
        found: dict[int, list[tuple[Rect, ...]]] = {}
        for span in self._session.workspace.queries.spans(document_id):
            if span.origin is Origin.REVIEWER:
                found.setdefault(span.page, []).append(span.rects)
        return found

    def _places(
        self, plan: _Plan, document_id: str, page: int, hits: Sequence[SeekHit]
    ) -> dict[str, tuple[Rect, ...]]:
        """The hits of a page found again among its words: the same text, in the same order."""
        words = self._images.words(document_id, page)
        text, starts = _text_of(words)
        found = self._in_texts(plan, [text], None)[0]
        waiting: dict[str, list[tuple[int, int]]] = {}
        for start, end, _ in found:
            waiting.setdefault(_plain(text[start:end]), []).append((start, end))
        places: dict[str, tuple[Rect, ...]] = {}
        for hit in hits:
            alike = waiting.get(_plain(hit.text), [])
            if hit.nth < len(alike):
                places[hit.id] = _rects(words, starts, *alike[hit.nth])
        return places

    def _in_texts(
        self, plan: _Plan, texts: Sequence[str], cancel: threading.Event | None
    ) -> list[list[tuple[int, int, str]]]:
        """Start, end and label of each hit in each text, in order, none inside another one."""
        if plan.fuzzy:
            from review_app.review.fuzzy import alike  # rapidfuzz is not needed to start

            found = [[
                (start, end, rule.label) for rule in plan.rules
                for start, end in alike(rule.label, text, plan.fuzzy, whole_words=plan.whole_words,
                                        match_case=plan.match_case)
            ] for text in texts]
        elif plan.is_remote:
            found = self._ask(plan, texts, cancel)
        else:
            found = [[
                (start, end, rule.label) for rule in plan.rules if rule.compiled is not None
                for start, end in find(rule.compiled, "", text, MOST_HITS)
            ] for text in texts]
        return [_apart(hits) for hits in found]

    def _ask(
        self, plan: _Plan, texts: Sequence[str], cancel: threading.Event | None
    ) -> list[list[tuple[int, int, str]]]:
        expressions = [[rule.expression, rule.check, rule.ignores_case] for rule in plan.rules]
        try:
            answer = self._pool.ask("seek", {
                "texts": list(texts), "expressions": expressions, "limit": MOST_HITS,
            }, cancel=cancel, timeout_s=BATCH_S)
        except (ChildTimedOut, ChildDied):
            raise InputRefused(
                "The expression takes too long", why="it tries too many ways to read the same words",
                todo="Write it without repeats inside of repeats, such as (a+)+",
            ) from None
        found: list[list[tuple[int, int, str]]] = [[] for _ in texts]
        for number, start, end, rule in answer.values["hits"]:
            found[int(number)].append((int(start), int(end), plan.rules[int(rule)].label))
        return found

    def _plan(self, query: Query) -> _Plan:
        if query.mode is Mode.EXPRESSION:
            if not query.expression.strip():
                raise RuleBroken("There is nothing to search for", todo="Write a regular expression")
            expression = fold(query.expression)
            try:
                re.compile(expression)
            except (re.error, RecursionError, OverflowError) as error:
                why = error.msg if isinstance(error, re.error) else "it is too deep"
                raise RuleBroken("The regular expression cannot be read", why=why,
                                 todo="Write it in the form of Python's re") from None
            if query.whole_words:
                expression = rf"(?<!\w)(?:{expression})(?!\w)"
            return _Plan([_Rule(query.expression, expression, ignores_case=not query.match_case)])
        if query.mode is Mode.PATTERNS:
            known = {p.id: p for p in self.patterns()[0]}
            chosen = [known[i] for i in query.patterns if i in known]
            if not chosen:
                raise RuleBroken("No pattern is chosen", todo="Choose what to search for")
            return _Plan([_Rule(p.name, p.expression, p.check, ignores_case=False) for p in chosen])
        phrases = [" ".join(p.split()) for p in query.phrases]
        rules = [_literal(p, query) for p in dict.fromkeys(phrases) if any(c.isalnum() for c in p)]
        if not rules:
            raise RuleBroken("There is nothing to search for", todo="Write words with a letter or a figure")
        fuzzy = query.fuzzy if 0 < query.fuzzy < 100 else 0
        return _Plan(rules, fuzzy, query.whole_words, query.match_case)


def read_phrases(path: Path) -> tuple[str, ...]:
    """The phrases of a text file, one a line; empty lines and lines that begin with ``#`` are left out.

    Raises:
        InputRefused: it cannot be read, is no text, or holds too much or nothing.
    """
    try:
        if path.stat().st_size > MOST_LIST_BYTES:
            raise InputRefused("The list is too long", why="it is larger than 1 MB", todo="Split it")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputRefused("The list is no UTF-8 text", todo="Save it as plain text in UTF-8") from None
    except OSError as error:
        raise InputRefused("The list cannot be read", why=(error.strerror or "").lower()) from None
    lines = (" ".join(line.split()) for line in text.splitlines())
    phrases = tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not phrases or len(phrases) > MOST_PHRASES:
        raise InputRefused(
            "The list holds no phrase" if not phrases else f"The list holds more than {MOST_PHRASES} phrases",
            todo="Write one phrase a line",
        )
    return phrases


def _literal(phrase: str, query: Query) -> _Rule:
    # Between words anything blank, also a new line; a word may be broken by a hyphen at the end of a line.
    expression = r"\s+".join(re.escape(word) for word in fold(phrase).split())
    if query.whole_words:
        expression = rf"(?<!\w){expression}(?!\w)"
    compiled = re.compile(expression, 0 if query.match_case else re.IGNORECASE)
    return _Rule(phrase, expression, "", not query.match_case, phrase if query.whole_words else "", compiled)


def _batches(
    pages: Iterable[tuple[str, int, str]], is_remote: bool
) -> Iterator[list[tuple[str, int, str]]]:
    """Few pages at first, so that the first hit is there at once; then more."""
    size, batch = (8 if is_remote else 4), list[tuple[str, int, str]]()
    for page in pages:
        batch.append(page)
        if len(batch) >= size:
            yield batch
            batch, size = [], min(BATCH_PAGES, size * 2)
    if batch:
        yield batch


def _apart(hits: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """By place; of hits that lie over one another the longest first one."""
    kept: list[tuple[int, int, str]] = []
    for hit in sorted(hits, key=lambda h: (h[0], -h[1])):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


def _hits(
    document_id: str, page: int, text: str, places: Sequence[tuple[int, int, str]]
) -> Iterator[SeekHit]:
    seen: dict[str, int] = {}
    for number, (start, end, label) in enumerate(places):
        said = _plain(text[start:end])
        nth = seen[said] = seen.get(said, -1) + 1
        yield SeekHit(
            f"{document_id}.{page}.{number}", document_id, page, nth, label,
            _plain(text[max(0, start - _CONTEXT):start]), said, _plain(text[end:end + _CONTEXT]),
        )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _text_of(words: Sequence[PlacedWord]) -> tuple[str, list[int]]:
    """The words of a page as one folded text, and where each begins in it."""
    parts: list[str] = []
    starts: list[int] = []
    length, last = 0, None
    for word in words:
        if starts:
            parts.append(" " if word.line == last else "\n")
            length += 1
        last = word.line
        starts.append(length)
        folded = fold(word.text)
        parts.append(folded)
        length += len(folded)
    return "".join(parts), starts


def _rects(words: Sequence[PlacedWord], starts: Sequence[int], start: int, end: int) -> tuple[Rect, ...]:
    """The whole words that a hit touches, a rectangle for each line."""
    lines: dict[int, list[Rect]] = {}
    for word, at in zip(words, starts, strict=True):
        if at < end and at + len(word.text) > start:
            lines.setdefault(word.line, []).append(word.rect)
    return tuple(bounds(rects) for rects in lines.values())
