"""Search over released text."""

from __future__ import annotations

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
