"""Errors for people: what happened, why it matters, what to do. Each knows its exit code.

No message ever holds text of a document.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ReviewError(Exception):
    """Base of all errors a person is meant to read.

    Args:
        what: what happened, one sentence without a full stop at the end.
        why: why it matters; may be empty.
        todo: what to do now; may be empty.
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "defect"

    def __init__(self, what: str, *, why: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.todo = todo

    def __str__(self) -> str:
        """All three parts as sentences on one line. The first may begin with a file name: it stays so."""
        parts = [self.what, *(f"{p[0].upper()}{p[1:]}" for p in (self.why, self.todo) if p)]
        return " ".join(f"{p.rstrip('.')}." for p in parts if p)

    def to_wire(self) -> dict[str, str]:
        """Plain values for the pipe between a child and its parent."""
        return {"code": self.code, "what": self.what, "why": self.why, "todo": self.todo}


class UsageError(ReviewError):
    """The call itself is wrong."""

    exit_code = 2
    code = "usage"


class InputRefused(ReviewError):
    """The file cannot be taken: missing, unreadable, corrupt, unsupported, empty, over a limit."""

    exit_code = 3
    code = "refused"


class PasswordNeeded(InputRefused):
    """The file is encrypted and no password that opens it was given."""

    code = "password"


class OutOfMemory(InputRefused):
    """The document, or a page of it, needs more memory than a child process may use."""

    code = "memory"


class ChildDied(InputRefused):
    """A child process ended while it worked on a document: the document is refused, the program goes on."""

    code = "child_died"


class ChildTimedOut(InputRefused):
    """A child process took longer than its limit on a document and was ended."""

    code = "child_timed_out"


class VerificationFailed(ReviewError):
    """A finished file did not pass verification; nothing was written."""

    exit_code = 4
    code = "verification"


class EnvironmentProblem(ReviewError):
    """Disk full, no permission on our own folders, a locked or a newer workspace."""

    exit_code = 5
    code = "environment"


class WorkspaceLocked(EnvironmentProblem):
    """Another process holds the workspace."""

    code = "locked"


class StepWaits(WorkspaceLocked):
    """Another program is writing; what the person decided is kept and tried again until it is recorded."""

    code = "waits"


class LogDoesNotVerify(ReviewError):
    """The audit log does not verify."""

    exit_code = 6
    code = "log"


class RuleBroken(ReviewError):
    """A rule of the domain says no; nothing was changed."""

    exit_code = 2
    code = "rule"


class Cancelled(ReviewError):
    """Stopped by the user."""

    exit_code = 130
    code = "cancelled"


_BY_CODE: dict[str, type[ReviewError]] = {
    cls.code: cls
    for cls in (
        UsageError, InputRefused, PasswordNeeded, OutOfMemory, ChildDied, ChildTimedOut,
        VerificationFailed, EnvironmentProblem, WorkspaceLocked, StepWaits, LogDoesNotVerify, RuleBroken,
        Cancelled,
    )
}

# Gravest first; 0 and 130 are not in the contest (contract, "Exit codes").
GRAVITY = (1, 6, 5, 4, 3, 2)


def from_wire(values: dict[str, Any]) -> ReviewError:
    """The error that :meth:`ReviewError.to_wire` described; an unknown code becomes a plain ReviewError."""
    cls = _BY_CODE.get(str(values.get("code")), ReviewError)
    return cls(
        str(values.get("what", "unknown error"))[:2000],
        why=str(values.get("why", ""))[:2000],
        todo=str(values.get("todo", ""))[:2000],
    )


def gravest(codes: list[int]) -> int:
    """The exit code of a batch: the gravest of its members' codes, 0 when all went well."""
    for code in GRAVITY:
        if code in codes:
            return code
    return max(codes, default=0)
