"""Documents on their way in: in the list and on the page view before anything of them is recorded.

Nothing here is stored. What a page shows by itself is provisional: it can be looked at, not decided about,
and the recorded result of the whole scan replaces it. A run that ends early leaves nothing behind.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from itertools import chain, repeat
from pathlib import Path

from review_app.domain.errors import ReviewError, RuleBroken
from review_app.domain.findings import SpanFinding
from review_app.domain.rows import Coming, DocumentRow, PageRow, SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Arrival, Disposition
from review_app.review.changes import Changes
from review_app.review.forms import now
from review_app.store.originals import Staged

TELL_EVERY_S = 0.3
"""News of pages that nobody looks at are told together, at most so often; in seconds."""


@dataclass(slots=True)
class Entry:
    """A document on its way in.

    Attributes:
        row: as the list shows it; without a hash until its copy is made.
        pages: the sizes of those not measured yet are estimates.
        source: the file as it was given, looked into until there is a copy.
        state: inode, size and time of change of ``source`` when it was first looked at.
        staged: the copy in the workspace.
        wanted: the pages on screen.
    """

    row: DocumentRow
    pages: tuple[PageRow, ...]
    source: Path
    state: tuple[int, int, int]
    passwords: tuple[str, ...]
    staged: Staged | None = None
    spans: dict[int, tuple[SpanRow, ...]] = field(default_factory=dict)
    wanted: tuple[int, ...] = ()
    told_at: float = 0.0


class Incoming:
    """The register of documents on their way in. May be used from any thread.

    Args:
        tell: hands changes to the views.
    """

    def __init__(self, tell: Callable[[Changes], object]) -> None:
        self._tell = tell
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()

    # -- for the window --------------------------------------------------------------------------

    def documents(self) -> list[DocumentRow]:
        """In the order they came."""
        with self._lock:
            return [entry.row for entry in self._entries.values()]

    def document(self, document_id: str) -> DocumentRow | None:
        """One document, None when it is not on its way (any more)."""
        with self._lock:
            entry = self._entries.get(document_id)
            return entry.row if entry is not None else None

    def pages(self, document_id: str) -> list[PageRow]:
        """Its pages, in order; dispositions are not known yet."""
        with self._lock:
            entry = self._entries.get(document_id)
            return list(entry.pages) if entry is not None else []

    def spans(self, document_id: str) -> list[SpanRow]:
        """What was found so far, by page and place."""
        with self._lock:
            entry = self._entries.get(document_id)
            return [s for n in sorted(entry.spans) for s in entry.spans[n]] if entry is not None else []

    def look_at(self, document_id: str, pages: Sequence[int]) -> None:
        """These pages are on screen, the most wanted first: they are scanned next."""
        with self._lock:
            for known, entry in self._entries.items():
                entry.wanted = tuple(pages) if known == document_id else ()

    # -- for intake ------------------------------------------------------------------------------

    def add(
        self, document_id: str, source: Path, name: str, *, state: tuple[int, int, int], media_type: str,
        page_count: int, sizes: Sequence[Sequence[float]], passwords: Sequence[str] = (),
        staged: Staged | None = None,
    ) -> None:
        """A document is known well enough to be shown.

        Args:
            document_id: its id from now on.
            source: where it lies.
            name: as people call it.
            state: of ``source``; see :class:`Entry`.
            media_type: what it is.
            page_count: all its pages.
            sizes: those of the first pages, in points.
            passwords: what opens it.
            staged: its copy, when it is made already.
        """
        pages = _pages(document_id, page_count, sizes)
        row = DocumentRow(
            document_id, None, staged.sha256 if staged else "", name, media_type, page_count,
            Disposition.UNKNOWN, now(), coming=Coming(Arrival.WAITING, 0, page_count),
        )
        with self._lock:
            self._entries[document_id] = Entry(row, pages, source, state, tuple(passwords), staged)
        self._tell(Changes(incoming=frozenset({document_id})))

    def measured(self, document_id: str, page_count: int, sizes: Sequence[Sequence[float]]) -> None:
        """The sizes of more pages are known, from the first on; told only where an estimate was wrong."""
        pages = _pages(document_id, page_count, sizes)
        with self._lock:
            entry = self._entries.get(document_id)
            if entry is None or entry.pages == pages:
                return
            entry.pages = pages
            entry.row = replace(entry.row, page_count=page_count)
        ids = frozenset({document_id})
        self._tell(Changes(incoming=ids, pages=ids))

    def copied(self, document_id: str, staged: Staged) -> bool:
        """There is a copy in the workspace, which is looked into from now on. False when the document has
        left."""
        with self._lock:
            entry = self._entries.get(document_id)
            if entry is None:
                return False
            entry.staged = staged
            entry.row = replace(entry.row, sha256=staged.sha256)
            return True

    def entry(self, document_id: str) -> Entry:
        """The entry itself.

        Raises:
            RuleBroken: it is not on its way (any more).
        """
        with self._lock:
            found = self._entries.get(document_id)
        if found is None:
            raise RuleBroken("The document is no longer being added", todo="Open the file again")
        return found

    def with_sha(self, sha256: str) -> str | None:
        """The id of the document with these bytes that is on its way."""
        with self._lock:
            return next((i for i, e in self._entries.items() if e.row.sha256 == sha256), None)

    def begin(self, document_id: str) -> None:
        """Its scan begins; what an earlier try found is forgotten."""
        with self._lock:
            entry = self._entries.get(document_id)
            if entry is not None:
                entry.spans.clear()
        self._set(document_id, Coming(Arrival.SCANNING, 0, len(entry.pages) if entry else 0), soon=True)

    def advance(self, document_id: str, done: int, total: int) -> None:
        """So many of its pages are read."""
        self._set(document_id, Coming(Arrival.SCANNING, done, total), soon=False)

    def fail(self, document_id: str, error: ReviewError) -> None:
        """Its scan failed: it stays in the list with the reason, and can be tried again."""
        self._set(document_id, Coming(Arrival.FAILED, problem=str(error)), soon=True)

    def wanted(self, document_id: str) -> tuple[int, ...]:
        """The pages on screen, the most wanted first."""
        with self._lock:
            entry = self._entries.get(document_id)
            return entry.wanted if entry is not None else ()

    def found(self, document_id: str, page: int, findings: Sequence[SpanFinding]) -> None:
        """What one page shows by itself. Told at once when the page is on screen."""
        rows = tuple(
            _provisional(document_id, number, finding) for number, finding in enumerate(findings, start=1)
        )
        with self._lock:
            entry = self._entries.get(document_id)
            if entry is None:
                return
            entry.spans[page] = rows
            is_seen = page in entry.wanted
        self._news(document_id, soon=is_seen)

    def remove(self, document_id: str) -> Entry | None:
        """It is recorded, or nobody wants it any more. The views are not told: that is for the caller."""
        with self._lock:
            return self._entries.pop(document_id, None)

    def _set(self, document_id: str, coming: Coming, *, soon: bool) -> None:
        with self._lock:
            entry = self._entries.get(document_id)
            if entry is None:
                return
            entry.row = replace(entry.row, coming=coming)
        self._news(document_id, soon=soon)

    def _news(self, document_id: str, *, soon: bool) -> None:
        with self._lock:
            entry = self._entries.get(document_id)
            at = time.monotonic()
            if entry is None or (not soon and at - entry.told_at < TELL_EVERY_S):
                return
            entry.told_at = at
        self._tell(Changes(incoming=frozenset({document_id})))


def _pages(document_id: str, count: int, sizes: Sequence[Sequence[float]]) -> tuple[PageRow, ...]:
    """Rows of all pages: those not measured yet are taken to be as most of the measured ones."""
    known = [(float(width), float(height)) for width, height in sizes]
    [(usual, _)] = Counter(known).most_common(1)
    rest = repeat(usual, count - len(known))
    return tuple(PageRow(document_id, n, w, h) for n, (w, h) in enumerate(chain(known, rest), start=1))


def _provisional(document_id: str, number: int, finding: SpanFinding) -> SpanRow:
    return SpanRow(
        id=f"{document_id}.early.{finding.page}.{number}", document_id=document_id, page=finding.page,
        kind=finding.kind, origin=finding.origin, status=finding.status, rects=finding.rects,
        confidence=finding.confidence, band=finding.band, detector=finding.detector,
        evidence=finding.evidence, exemption_status=finding.exemption_status, codes=finding.codes,
        lines=finding.lines, extent=finding.extent, is_provisional=True,
    )
