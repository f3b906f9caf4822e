"""Pages that end the child that draws them: drawn again only when a person says so. Kept for one run."""

from __future__ import annotations

import threading
from collections import Counter

from review_app.domain.errors import ChildDied, ChildTimedOut, OutOfMemory, ReviewError
from review_app.domain.pictures import PATIENCE_S, Rank

STRIKES = 2
"""A page that has ended so many children is not drawn again by itself. Once may be chance: a machine that was
short of memory just then. What nobody looks at (a page ahead, a thumbnail) has one try."""

PAGES = 5
"""A document with so many such pages is drawn where somebody looks, and nowhere else."""


def is_fatal(error: ReviewError) -> bool:
    """True for an error that cost a child."""
    return isinstance(error, ChildDied | ChildTimedOut | OutOfMemory)


class Quarantine:
    """What each page has cost. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._strikes: Counter[tuple[str, int]] = Counter()
        self._errors: dict[tuple[str, int], ReviewError] = {}

    def refusal(self, document_id: str, page: int, rank: Rank, patience_s: float) -> ReviewError | None:
        """Why this page is not to be drawn now, None when it may be.

        Args:
            document_id: which document.
            page: which page.
            rank: what for.
            patience_s: how long it may take. More than usual: a person asked to try again.
        """
        if patience_s > PATIENCE_S:
            return None
        key = document_id, page
        with self._lock:
            if self._strikes[key] >= (STRIKES if rank is Rank.VISIBLE else 1):
                return self._errors[key]
            if rank is not Rank.VISIBLE and sum(1 for d, _ in self._errors if d == document_id) >= PAGES:
                return ReviewError(
                    f"Page {page} is drawn only when it is looked at",
                    why=f"{PAGES} pages of this document have each ended the process that drew them",
                )
        return None

    def failed(self, document_id: str, page: int, error: ReviewError) -> None:
        """Drawing or reading the page ended with this error; only one that cost a child counts."""
        if is_fatal(error):
            with self._lock:
                self._strikes[document_id, page] += 1
                self._errors[document_id, page] = error

    def worked(self, document_id: str, page: int) -> None:
        """The page was drawn: what it has cost is forgotten."""
        with self._lock:
            if self._errors.pop((document_id, page), None) is not None:
                del self._strikes[document_id, page]
