"""Two people: who proposes, who looks a second time, who approves, and what is returned with a reason.

A span travels ``confirmed -> proposed -> approved`` or ``returned``; returned it can be changed and proposed
again (domain reference, section 9.2). Each step is a row that stays: a returned proposal keeps both opinions.
While a span is proposed or approved nobody changes it (see :mod:`review_app.review.rules`).
"""

from __future__ import annotations

from collections.abc import Sequence

from review_app.domain.errors import RuleBroken
from review_app.domain.people import APPROVES, RETURNS, Role
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Status
from review_app.review.changes import Changes
from review_app.review.forms import Row, new_id, now
from review_app.review.session import Session
from review_app.store.journal import Change

PROPOSED, REVIEWED, APPROVED, RETURNED, WITHDRAWN = (
    "proposed", "reviewed", "approved", "returned", "withdrawn",
)
"""The steps, as ``reviews.step`` holds them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a span between two people. ``is_override``: the rule that approver and proposer differ was
    set aside, and ``reason`` says why."""

    span_id: str
    step: str
    actor: str
    role: Role
    reason: str
    is_override: bool
    at: str


class Proposals:
    """Moves of spans between people. Each call is one audit entry and one step of undo."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def propose(self, ids: Sequence[str], reason: str = "") -> Changes:
        """Hand confirmed or returned spans to the other person.

        Raises:
            RuleBroken: one is neither; then none is proposed.
        """
        return self._move(ids, PROPOSED, Status.PROPOSED, {Status.CONFIRMED, Status.RETURNED}, reason)

    def review(self, ids: Sequence[str], reason: str = "") -> Changes:
        """A second reviewer has looked at proposals and lets them go on to the approver.

        Raises:
            RuleBroken: one is not proposed, the role may not, or it is the person's own proposal.
        """
        self._must_be(RETURNS, "A second reviewer or an approver looks a second time")
        self._must_be_another(ids, "looks a second time")
        return self._move(ids, REVIEWED, Status.PROPOSED, {Status.PROPOSED}, reason)

    def approve(self, ids: Sequence[str], reason: str = "", *, override: bool = False) -> Changes:
        """Approve proposals.

        Args:
            ids: the spans.
            reason: needed with ``override``.
            override: approve also what one proposed oneself; it is recorded as such, with the reason.

        Raises:
            RuleBroken: one is not proposed, the role may not, or it is the person's own proposal.
        """
        self._must_be(APPROVES, "Only an approver approves")
        own = self._own(ids)
        if override and not reason.strip():
            raise RuleBroken(
                "An exception needs its reason", why="the log must show why one person did what two should",
                todo="Write why nobody else can approve",
            )
        if own and not override:
            raise self._same_person("approves")
        return self._move(
            ids, APPROVED, Status.APPROVED, {Status.PROPOSED}, reason, overridden=frozenset(own)
        )

    def return_(self, ids: Sequence[str], reason: str) -> Changes:
        """Give proposals back. The one who proposed reads the reason, changes the span and proposes again.

        Raises:
            RuleBroken: no reason is given, one is not proposed, or the role may not.
        """
        self._must_be(RETURNS, "A second reviewer or an approver returns proposals")
        if not reason.strip():
            raise RuleBroken(
                "A returned proposal needs its reason", why="who proposed it must know what to change",
                todo="Write what is wrong with it",
            )
        return self._move(ids, RETURNED, Status.RETURNED, {Status.PROPOSED}, reason)

    def withdraw(self, ids: Sequence[str], reason: str = "") -> Changes:
        """Take proposals back, so that they can be changed; an approver also takes approvals back, with a
        reason.

        Raises:
            RuleBroken: one is neither proposed nor approved, or an approval is taken back without the role
                or the reason.
        """
        if any(self._session.row("spans", i)["status"] == Status.APPROVED for i in ids):
            self._must_be(APPROVES, "Only an approver takes an approval back")
            if not reason.strip():
                raise RuleBroken(
                    "Taking an approval back needs its reason", why="others may rely on it already",
                    todo="Write why it does not hold any more",
                )
        return self._move(ids, WITHDRAWN, Status.CONFIRMED, {Status.PROPOSED, Status.APPROVED}, reason)

    def steps(self, span_id: str) -> list[Step]:
        """All steps of a span, oldest first."""
        rows = self._session.workspace.queries.rows_of_span("reviews", span_id)
        return [
            Step(span_id, str(r["step"]), str(r["actor"]), Role(str(r["role"])), str(r["reason"]),
                 bool(r["is_override"]), str(r["at"]))
            for r in rows
        ]

    def is_own(self, span_id: str) -> bool:
        """True when the acting person made the proposal that stands."""
        return span_id in self._own([span_id])

    def _own(self, ids: Sequence[str]) -> list[str]:
        own = []
        for span_id in ids:
            last = next((s for s in reversed(self.steps(span_id)) if s.step == PROPOSED), None)
            if last is not None and _same(last.actor, self._session.actor):
                own.append(span_id)
        return own

    def _move(
        self, ids: Sequence[str], step: str, status: Status, wanted: set[Status], reason: str, *,
        overridden: frozenset[str] = frozenset(),
    ) -> Changes:
        changes: list[Change] = []
        touched: list[tuple[str, str]] = []
        at, clean = now(), " ".join(reason.split())
        for span_id in dict.fromkeys(ids):
            before = self._session.row("spans", span_id)
            if before["status"] not in wanted:
                names = " or ".join(sorted(wanted))
                raise RuleBroken(
                    f"A span that is {before['status']} cannot be {step}", why=f"it must be {names} first",
                    todo="Confirm it first" if step == PROPOSED else "Choose spans that are proposed",
                )
            review_id = new_id("rw")
            row: Row = {
                "id": review_id, "span_id": span_id, "step": step, "actor": self._session.actor,
                "role": str(self._session.role), "reason": clean,
                "is_override": int(span_id in overridden), "at": at,
            }
            changes.append(Change("reviews", review_id, None, row))
            if before["status"] != status:
                changes.append(Change("spans", span_id, before, {**before, "status": str(status)}))
            touched.append((str(before["document_id"]), span_id))
        if not changes:
            return Changes()
        result = Changes.of_spans(touched)
        self._session.commit(f"span.{step}", changes, result)
        return result | Changes(log=True)

    def _must_be(self, roles: frozenset[Role], what: str) -> None:
        if self._session.role not in roles:
            raise RuleBroken(
                what, why=f"you work here as {str(self._session.role).replace('_', ' ')}",
                todo="Choose another role if it is yours",
            )

    def _must_be_another(self, ids: Sequence[str], what: str) -> None:
        if self._own(ids):
            raise self._same_person(what)

    def _same_person(self, what: str) -> RuleBroken:
        return RuleBroken(
            f"Who proposed a span is not the one who {what}", why="two people must have looked at it",
            todo="Let another person do it, or give a reason with Review › Approve own proposal",
        )


def _same(one: str, other: str) -> bool:
    """The same person, however the name is written: capitals and spaces make no second person."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
