"""Release copies of several documents in one go: each is made only when nothing of it is left to settle."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from review_app.domain.errors import Cancelled, ReviewError
from review_app.domain.releases import Settings
from review_app.domain.rows import Progress
from review_app.domain.values import dataclass
from review_app.review.release_copies import Delivered, ReleaseCopies


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: a copy, or why there is none. Neither: it was stopped before its turn."""

    document_id: str
    delivered: Delivered | None = None
    error: ReviewError | None = None


def release_all(
    releases: ReleaseCopies, document_ids: Sequence[str], *, cancel: threading.Event | None = None,
    progress: Callable[[Progress], None] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Make the release copies of these documents into ``exports/``, one after the other. Blocks; for a job.

    A document with anything unsettled or left open gets no copy: nobody looks at each of many, so nothing is
    taken as known. One that is refused or fails holds up no other.

    Args:
        releases: the use case.
        document_ids: which documents.
        cancel: when set, the copy that is being made is dropped and no other is begun; those that are
            delivered stay.
        progress: hears of documents done.
        on_outcome: hears of each document as it is done.

    Returns:
        One outcome for each document, in their order.
    """
    found: list[Outcome] = []
    for number, document_id in enumerate(document_ids):
        if progress is not None:
            progress(Progress(number, len(document_ids)))
        outcome = Outcome(document_id)
        if cancel is None or not cancel.is_set():
            try:
                draft = releases.draft(document_id)
                plan = releases.plan(draft, cancel=cancel)
                outcome = Outcome(document_id, releases.make(draft, plan, Settings(), cancel=cancel))
            except Cancelled:
                pass
            except ReviewError as error:
                outcome = Outcome(document_id, error=error)
        found.append(outcome)
        if on_outcome is not None:
            on_outcome(outcome)
    return found
