"""Pictures of pages for the window: asked for in the background, visible pages first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from review_app.domain.errors import ReviewError
from review_app.domain.geometry import Rect
from review_app.review.session import Session
from review_app.workers.pool import Pool

RENDER_TIMEOUT_S = 10.0
"""Longest time a page may take to become a picture, in seconds; then it shows a message instead."""

Key = tuple[str, int, float]
"""Document id, page number from 1, scale in pixels per point."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered page: ``data`` is ``height`` rows of ``stride`` bytes, 4 bytes a pixel in the order
    blue, green, red, unused."""

    width: int
    height: int
    stride: int
    data: bytes


class PageImages:
    """Renders stored documents in one child of its own, newest wish first."""

    def __init__(self, session: Session, pool: Pool) -> None:
        self._session = session
        self._pool = pool
        self._wishes: dict[Key, Callable[[Picture | ReviewError], None]] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None

    def picture(self, document_id: str, page: int, scale: float, clip: Rect | None = None) -> Picture:
        """Render now and wait. ``clip`` in page space cuts the picture.

        Raises:
            ReviewError: the page cannot be shown; the message says why.
        """
        params = self._session.child_params(self._session.document(document_id))
        answer = self._pool.ask(
            "render",
            {**params, "page": page, "scale": scale, "clip": clip.as_list() if clip else None},
            cancel=self._cancel, timeout_s=RENDER_TIMEOUT_S,
        )
        values = answer.values
        width, height, stride = int(values["width"]), int(values["height"]), int(values["stride"])
        if width < 1 or height < 1 or stride < 4 * width or len(answer.payload) != stride * height:
            raise ReviewError(f"The picture of page {page} is damaged", todo="Try again")
        return Picture(width, height, stride, answer.payload)

    def request(
        self, document_id: str, page: int, scale: float, on_done: Callable[[Picture | ReviewError], None]
    ) -> None:
        """Render soon; ``on_done`` runs on a background thread. A wish already waiting moves to the front."""
        key = (document_id, page, scale)
        with self._changed:
            if self._closed:
                return
            self._wishes.pop(key, None)
            self._wishes[key] = on_done
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="page-images", daemon=True)
                self._thread.start()
            self._changed.notify()

    def forget(self, wanted: Collection[Key]) -> None:
        """Drop every waiting wish that is not in ``wanted``."""
        with self._changed:
            for key in [k for k in self._wishes if k not in wanted]:
                del self._wishes[key]

    def words(self, document_id: str, page: int) -> list[tuple[Rect, str]]:
        """The words of a page with their rectangles. Blocks.

        Raises:
            ReviewError: the page cannot be read.
        """
        params = self._session.child_params(self._session.document(document_id))
        answer = self._pool.ask("words", {**params, "page": page}, cancel=self._cancel,
                                timeout_s=RENDER_TIMEOUT_S)
        return [(Rect.of(w[:4]), str(w[4])) for w in answer.values["words"]]

    def close(self) -> None:
        """Forget all wishes, stop what is being rendered, and end the thread."""
        with self._changed:
            self._closed = True
            self._wishes.clear()
            self._cancel.set()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._wishes and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                key, on_done = self._wishes.popitem()  # the newest: what is on screen now
            try:
                outcome: Picture | ReviewError = self.picture(*key)
            except ReviewError as error:
                outcome = error
            except Exception as error:  # noqa: BLE001 - the border of a job: the other wishes must go on
                outcome = ReviewError(
                    f"Page {key[1]} could not be shown because of a defect ({type(error).__name__})",
                    todo="Try again",
                )
            if not self._closed:
                on_done(outcome)
