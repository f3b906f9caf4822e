"""Who works on a review, and in which role."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may do (domain reference, section 9.1)."""

    ANALYST = "analyst"
    SECOND_REVIEWER = "second_reviewer"
    APPROVER = "approver"
    AUDITOR = "auditor"


READS_ONLY = frozenset({Role.AUDITOR})
"""Roles that change nothing."""
RETURNS = frozenset({Role.SECOND_REVIEWER, Role.APPROVER})
"""Roles that review what others propose, and may return it."""
APPROVES = frozenset({Role.APPROVER})
"""Roles that approve."""
