"""A person's step that another program's transaction keeps out of the log: kept whole, and tried again.

A key must not hold the window up for seconds, and what it decided must not be lost. So the changes
themselves are kept, not the key: trying again does what was decided then, whatever is selected by now, and is
refused like any other step when the rows have changed meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from review_app.domain.errors import StepWaits, WorkspaceLocked
from review_app.domain.values import dataclass
from review_app.review.changes import Changes
from review_app.store.journal import Change
from review_app.store.workspace import Workspace

PATIENCE_S = 0.1
"""How long a key waits for another program that writes, in seconds: most are done by then."""
KEPT = ("span.", "page.", "record.")
"""Actions that are kept: what a person decides about spans, pages and record. Others are only refused."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be committed, as it was decided."""

    action: str
    changes: tuple[Change, ...]
    touched: Changes
    actor: str | None
    group: str | None


class Waiting:
    """At most one step of the thread that asked for it (the window's); a second one is refused meanwhile."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._thread: int | None = None
        self.step: Step | None = None

    def hurry(self) -> None:
        """The steps of this thread do not wait for other programs; they are kept."""
        self._thread = threading.get_ident()
        self._workspace.hurry(PATIENCE_S)

    def must_be_over(self) -> None:
        """Raises StepWaits while an earlier step of this thread is not recorded: they keep their order."""
        if self.step is not None and self._is_here:
            raise StepWaits(
                "The step before this one is not recorded yet",
                why="another program is writing to review.db, and steps keep their order",
                todo="Wait until it is recorded, then repeat this one",
            )

    def keep(
        self, action: str, changes: Sequence[Change], touched: Changes, actor: str | None, group: str | None,
        refusal: WorkspaceLocked,
    ) -> WorkspaceLocked:
        """Keep a step that was refused because another program writes. The error to raise instead."""
        if not self._is_here or not action.startswith(KEPT):
            return refusal
        self.step = Step(action, tuple(changes), touched, actor, group)
        return StepWaits(
            "Another program is writing to review.db", why="your last step is not recorded yet",
            todo="It is kept and tried again by itself; end the other program's write if this stays",
        )

    def try_again(self, commit: Callable[[Step], object]) -> bool:
        """Commit the step that waits; False while it has to wait on.

        Raises:
            ReviewError: it is refused for another reason now, and is kept no longer.
        """
        step, self.step = self.step, None
        if step is None:
            return True
        if self._is_here:
            self._workspace.hurry(0.0)
        try:
            commit(step)
        except StepWaits:
            return False
        finally:
            if self._is_here:
                self._workspace.hurry(PATIENCE_S)
        return True

    @property
    def _is_here(self) -> bool:
        return threading.get_ident() == self._thread
