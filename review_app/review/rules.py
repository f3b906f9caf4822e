"""What the acting person may change now: by role, and by what another person is looking at.

One gate for every change a person makes, also for undo: a use case that forgets to ask is refused all the
same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from review_app.domain.errors import RuleBroken
from review_app.domain.people import READS_ONLY
from review_app.domain.vocabulary import Status
from review_app.store.journal import Change

if TYPE_CHECKING:
    from review_app.review.session import Session

HELD = ("span.", "page.", "record.", "undo", "redo")
"""Actions that a hold stops: what comes in and goes out does not wait for a look at the past."""
TWO_PEOPLE = frozenset({
    "span.proposed", "span.reviewed", "span.approved", "span.returned", "span.withdrawn",
})
"""Actions that move a span between two people."""
LOCKED = frozenset({Status.PROPOSED, Status.APPROVED})
"""While a span is one of these it is what the other person sees: it stays as it is."""
_OF_SPANS = frozenset({"span_codes", "decisions"})


def check(
    session: Session, action: str, changes: Sequence[Change], *, by_machine: bool = False
) -> None:
    """Refuse what may not be.

    Raises:
        RuleBroken: see the module; nothing was changed.
        StepWaits: an earlier step of this person is still to be recorded.
    """
    if by_machine:
        return
    session.waiting.must_be_over()
    if session.role in READS_ONLY:
        raise RuleBroken(
            "An auditor changes nothing", why="who checks a review must not be part of it",
            todo="Work under another role to change something",
        )
    if session.hold and action.startswith(HELD):
        raise RuleBroken(session.hold)
    if action not in TWO_PEOPLE:
        _must_be_free(session, ((c.table, c.id, c.before, c.after) for c in changes))


def check_group(session: Session, group_id: str) -> None:
    """Refuse to undo or redo a step that may not be touched now; as :func:`check`."""
    entries = list(session.workspace.queries.group(group_id))
    check(session, "undo", ())
    for entry in entries:
        if not _moves(session, entry.seq):
            _must_be_free(session, ((c["table"], c["id"], c["after"], c["before"]) for c in entry.changes))


def _moves(session: Session, seq: int | None) -> bool:
    """True when an entry moved a span between two people, or took such a move back."""
    while seq is not None:
        entry = session.workspace.journal.entry(seq)
        if entry.action in TWO_PEOPLE:
            return True
        seq = entry.reverts
    return False


def _must_be_free(session: Session, changes: Iterable[tuple[str, str, Any, Any]]) -> None:
    spans: dict[str, str | None] = {}
    for table, row_id, before, after in changes:
        if table == "spans":
            spans[row_id] = str(before["status"]) if before else None
        elif table in _OF_SPANS:
            spans.setdefault(str((after or before)["span_id"]), "")
    for span_id, known in spans.items():
        status = known
        if known == "":
            row = session.workspace.queries.row("spans", span_id)
            status = str(row["status"]) if row is not None else None
        if status in LOCKED:
            raise RuleBroken(
                f"The span is {status} and stays as it is",
                why="another person decides about exactly what was proposed",
                todo="Take the proposal back first" if status == Status.PROPOSED else
                "Let an approver take the approval back first",
            )
