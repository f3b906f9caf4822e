"""Who works here and as what, and up to where each person has looked at the log."""

from __future__ import annotations

from review_app.domain.errors import EnvironmentProblem, RuleBroken
from review_app.domain.people import READS_ONLY, Role
from review_app.review.changes import Changes
from review_app.review.forms import Row, new_id, now
from review_app.review.session import Session
from review_app.store.journal import Change

MAX_NAME = 200
"""Longest name of a person, in characters."""


class People:
    """The acting person. A role is an entry of the log, so that each entry can be read with its role."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def role(self) -> Role:
        """What the acting person works as."""
        return self._session.role

    def hold(self, reason: str) -> None:
        """Let nothing about spans, pages and record be changed, for this reason; empty ends that."""
        self._session.hold = reason

    def stored_role(self) -> Role | None:
        """What the acting person last worked as in this workspace; None when nobody said."""
        row = self._session.workspace.queries.by_name("people", self._session.actor)
        return Role(str(row["role"])) if row is not None else None

    def take_role(self, role: Role, name: str = "") -> Changes:
        """Work as ``role`` from now on; with ``name`` another person sits down. Looking only (auditor) is a
        matter of this run and not recorded.

        Raises:
            EnvironmentProblem: the workspace is opened for reading only, and the role would write.
            RuleBroken: the name is longer than a name is.
        """
        name = " ".join(name.split()) or self._session.actor
        if len(name) > MAX_NAME:
            raise RuleBroken(
                f"The name has {len(name)} characters", why=f"it stands in every entry of the log, so "
                f"{MAX_NAME} are the most", todo="Write a shorter name",
            )
        if role not in READS_ONLY and self._session.workspace.read_only:
            raise EnvironmentProblem(
                "The workspace is opened for reading only", why="a reviewer writes with every decision",
                todo="Close it, and open it for writing",
            )
        before = self._session.actor, self._session.role
        self._session.actor, self._session.role = name, role
        try:
            if role not in READS_ONLY:
                self._record(role)
        except (EnvironmentProblem, RuleBroken):
            self._session.actor, self._session.role = before
            raise
        return self._session.tell(Changes(log=True))

    def _record(self, role: Role) -> None:
        row = self._session.workspace.queries.by_name("people", self._session.actor)
        if (Role(str(row["role"])) if row is not None else Role.ANALYST) is role:
            return
        row_id = str(row["id"]) if row is not None else new_id("pn")
        after: Row = {"id": row_id, "name": self._session.actor, "role": str(role), "at": now()}
        self._session.commit("person.role", [Change("people", row_id, row, after)], Changes())

    def looked_at(self) -> int:
        """The number of the entry up to which the acting person has looked at the log; 0 at first."""
        row = self._session.workspace.queries.by_name("looks", self._session.actor)
        return int(str(row["seq"])) if row is not None else 0

    def mark_looked(self, seq: int) -> Changes:
        """The acting person has looked at the log up to entry ``seq``."""
        row = self._session.workspace.queries.by_name("looks", self._session.actor)
        if row is not None and int(str(row["seq"])) >= seq:
            return Changes()
        row_id = str(row["id"]) if row is not None else new_id("lk")
        after: Row = {"id": row_id, "name": self._session.actor, "seq": seq, "at": now()}
        self._session.commit("log.looked", [Change("looks", row_id, row, after)], Changes())
        return Changes(log=True)
