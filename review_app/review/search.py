"""Search over released text."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from review_app.domain.errors import Cancelled
from review_app.domain.rows import Hit
from review_app.review.session import Session


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
