"""A page that a child cannot survive costs its document that page, not the whole.

A child says which page it begins. When it crashes there, or needs more time than a page may take, the scan
is asked for again without that page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from review_app.domain.errors import ChildTimedOut, OutOfMemory, ReviewError
from review_app.workers.conversation import Answer, ChildCrashed

MAX_SPARED = 3
"""Pages of one document that are left out. One with more of them is refused: each costs a new start."""


OnPage = Callable[[int], None]
OnProgress = Callable[[int, int], None]
Once = Callable[[dict[str, Any], OnPage | None, OnProgress | None, float | None], Answer]
"""One try: the parameters, who hears the number of each page that begins (0 when the pages are over), who
hears the progress, and the seconds it may take."""


def ask(
    once: Once, params: dict[str, Any], *, on_progress: OnProgress | None, timeout_s: float | None,
    page_s: float = 0.0,
) -> Answer:
    """Scan, and scan again without a page on which the child crashed or took too long.

    The pages left out go to the child in ``without`` (number to reason); it warns of them in its result.
    A child that was killed from outside says nothing about a page: that is an error at once.

    Args:
        once: asks one child.
        params: of the task ``scan``.
        on_progress: as for the pool; never told less than before.
        timeout_s: for all tries together.
        page_s: seconds that each page done for the first time adds to it.

    Raises:
        ReviewError: what ``once`` raises where no page is at fault, or too many are.
    """
    without: dict[str, str] = {}
    until = None if timeout_s is None else time.monotonic() + timeout_s
    best = 0

    def forward(done: int, total: int) -> None:
        nonlocal best, until
        if done > best:
            if until is not None:
                until += (done - best) * page_s
            best = done
            if on_progress is not None:
                on_progress(done, total)

    while True:
        at = 0

        def begins(page: int) -> None:
            nonlocal at
            at = page

        # Whole on the first try: the number stands in the error, for people.
        left = until - time.monotonic() if until is not None and without else timeout_s
        try:
            return once(params | {"without": without} if without else params, begins, forward, left)
        except (ChildCrashed, ChildTimedOut, OutOfMemory) as error:
            late = until is not None and time.monotonic() >= until
            if late or at < 1 or str(at) in without or len(without) >= MAX_SPARED:
                raise
            without[str(at)] = _reason(error)


def _reason(error: ReviewError) -> str:
    if isinstance(error, ChildTimedOut):
        return "reading it takes too long"
    if isinstance(error, OutOfMemory):
        return "reading it needs more memory than the process that reads it may use"
    return "it ends the process that reads it"
