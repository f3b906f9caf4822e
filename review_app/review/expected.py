"""Files that are added in a moment: copied and opened while the window that will show them is still built."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from review_app.domain.errors import ReviewError
from review_app.review.page_images import FIRST_SIZES_S, PageImages
from review_app.review.seals import WHOLE_BYTES, State, state_of
from review_app.store.originals import Originals, Staged


class Expecting:
    """Makes ready what is expected. For one thread at a time.

    Args:
        originals: where copies are staged.
        images: draws the pages, and opens files before that.
    """

    def __init__(self, originals: Originals, images: PageImages) -> None:
        self._originals = originals
        self._images = images
        self._copies: dict[Path, _Copy] = {}

    def expect(self, path: Path) -> None:
        """Begin with this file. Returns at once, and says nothing of what goes wrong."""
        state = file_state(path)
        if state is None or path in self._copies:
            return
        if state[1] > WHOLE_BYTES:  # looked at where it lies
            self._images.foresee(look_params(path, path.name, state, ()), limit_s=FIRST_SIZES_S)
            return
        self._copies[path] = _Copy(self._originals, self._images, path, state)

    def take(self, path: Path, state: State | None) -> Staged | None:
        """The copy of an expected file, now the caller's; waits until it is made. None where there is none,
        which another try says in words, or where the file is not in this state any more."""
        copy = self._copies.pop(path, None)
        return copy.take(state) if copy is not None else None

    def close(self) -> None:
        """Nobody wants them after all."""
        while self._copies:
            self._copies.popitem()[1].take(None)


class _Copy:
    """Of one file, made in a thread of its own."""

    def __init__(self, originals: Originals, images: PageImages, path: Path, state: State) -> None:
        self._originals = originals
        self._images = images
        self._path = path
        self._state = state
        self._staged: Staged | None = None
        self._thread = threading.Thread(target=self._make, name="expected", daemon=True)
        self._thread.start()

    def take(self, state: State | None) -> Staged | None:
        self._thread.join()
        staged, self._staged = self._staged, None
        if staged is not None and state != self._state:
            self._originals.discard(staged)
            return None
        return staged

    def _make(self) -> None:
        with suppress(ReviewError, OSError):
            self._staged = staged = self._originals.stage(self._path)
            params = look_params(staged.path, staged.name, state_of(staged.path), ())
            self._images.foresee(params, limit_s=FIRST_SIZES_S)


def look_params(path: Path, name: str, state: State, passwords: Sequence[str]) -> dict[str, Any]:
    """What the tasks are told that look at a file on its way in: the same for all, so that a child opens it
    once."""
    return {
        "path": str(path), "name": name, "passwords": list(passwords), "in_place": True, "state": list(state),
    }


def file_state(path: Path) -> State | None:
    """The state of a file that may be looked at where it lies; None for what is not there or is no file:
    copying then refuses it in its own words."""
    try:
        return state_of(path) if path.is_file() else None
    except (OSError, ValueError):
        return None
