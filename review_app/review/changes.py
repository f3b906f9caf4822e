"""What a change touched: views refresh from this alone."""

from __future__ import annotations

from collections.abc import Iterable

from review_app.domain.values import dataclass

_NONE: frozenset[str] = frozenset()
_NO_PAIRS: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Changes:
    """Which kind of thing changed, and which ids. ``spans`` and ``record`` hold the ids of *documents*
    whose spans or record fields changed: every view that shows them shows them by document. ``only`` narrows
    ``spans`` down: pairs of document and span id; a document of ``spans`` without any pair may have changed
    in all its spans. ``incoming`` are documents on their way in that came a step further, failed or left;
    nothing of them is recorded. ``pages`` are documents whose page sizes are known better now."""

    cases: frozenset[str] = _NONE
    documents: frozenset[str] = _NONE
    spans: frozenset[str] = _NONE
    record: frozenset[str] = _NONE
    exports: frozenset[str] = _NONE
    incoming: frozenset[str] = _NONE
    pages: frozenset[str] = _NONE
    log: bool = False
    only: frozenset[tuple[str, str]] = _NO_PAIRS

    @classmethod
    def of_spans(cls, pairs: Iterable[tuple[str, str]]) -> Changes:
        """These spans changed, each with its document, and with them the counts of the documents."""
        only = frozenset(pairs)
        documents = frozenset(document for document, _ in only)
        return cls(documents=documents, spans=documents, only=only)

    def spans_of(self, document_id: str) -> frozenset[str] | None:
        """The spans of a document that changed; None when that may be all of them."""
        if document_id not in self.spans:
            return _NONE
        return frozenset(span for document, span in self.only if document == document_id) or None

    @property
    def _whole(self) -> frozenset[str]:
        return self.spans - {document for document, _ in self.only}

    def __or__(self, other: Changes) -> Changes:
        """Both together."""
        whole = self._whole | other._whole
        return Changes(
            self.cases | other.cases, self.documents | other.documents, self.spans | other.spans,
            self.record | other.record, self.exports | other.exports, self.incoming | other.incoming,
            self.pages | other.pages, self.log or other.log,
            frozenset(p for p in self.only | other.only if p[0] not in whole),
        )

    def __bool__(self) -> bool:
        """True when anything changed."""
        return bool(self.cases or self.documents or self.spans or self.record or self.exports
                    or self.incoming or self.pages or self.log)
