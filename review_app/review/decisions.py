"""What this review says of a span: sustain, release or refer."""

from __future__ import annotations

from collections.abc import Sequence

from review_app.domain.vocabulary import Status, Verdict
from review_app.review.changes import Changes
from review_app.review.forms import new_id, now
from review_app.review.session import Session
from review_app.store.journal import Change


class Decisions:
    """Decisions are added, never edited: the newest one of a span counts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def decide(self, ids: Sequence[str], verdict: Verdict, justification: str = "") -> Changes:
        """Record ``verdict`` for each span. A suggestion that is decided about is thereby confirmed.

        Raises:
            RuleBroken: a span is not there any more.
        """
        changes: list[Change] = []
        touched: set[tuple[str, str]] = set()
        at = now()
        for span_id in dict.fromkeys(ids):
            span = self._session.row("spans", span_id)
            if span["status"] in (Status.SUGGESTED, Status.REJECTED):
                changes.append(Change("spans", span_id, span, {**span, "status": str(Status.CONFIRMED)}))
            decision_id = new_id("dc")
            changes.append(Change("decisions", decision_id, None, {
                "id": decision_id, "span_id": span_id, "verdict": str(verdict),
                "justification": justification.strip(), "actor": self._session.actor, "at": at,
            }))
            touched.add((str(span["document_id"]), span_id))
        if not changes:
            return Changes()
        result = Changes.of_spans(touched)
        self._session.commit("span.decided", changes, result)
        return result | Changes(log=True)
