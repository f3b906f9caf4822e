"""Other ways to see documents than as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from review_app.domain.rows import RecordRow, SpanRow


class PastLens:
    """Documents as they were after an entry of the log."""

    def __init__(
        self, seq: int, spans: Callable[[str, int], Sequence[SpanRow]],
        record: Callable[[str, int], Sequence[RecordRow]],
    ) -> None:
        self.seq = seq
        self._spans = spans
        self._record = record

    def spans(self, document_id: str) -> Sequence[SpanRow]:
        """The spans as they were."""
        return self._spans(document_id, self.seq)

    def record(self, document_id: str) -> Sequence[RecordRow]:
        """The record as it was."""
        return self._record(document_id, self.seq)
