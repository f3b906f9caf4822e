"""One call for what many signals ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Once:
    """While something is held, what follows from it waits, and is done once when it has ended: before
    anything else happens, so that nobody meets what is out of date."""

    def __init__(self) -> None:
        self._depth = 0

    @property
    def is_held(self) -> bool:
        """True while something is going on that ends with the call."""
        return self._depth > 0

    @contextmanager
    def held(self, then: Callable[[], object]) -> Iterator[None]:
        """Call ``then`` at the end of the block, or of the block around it; also when the block raises."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                then()
