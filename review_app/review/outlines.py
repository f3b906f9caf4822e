"""Bookmarks and page labels of documents, read in a child and kept for the documents looked at last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from review_app.domain.errors import ReviewError
from review_app.domain.outline import Outline
from review_app.review.session import Session
from review_app.workers.pool import Pool

TIMEOUT_S = 10.0
"""Longest time a document's bookmarks may take, in seconds: twenty thousand take about one."""

KEPT = 16
"""Outlines kept; a few thousand bookmarks are about a megabyte."""

OnOutline = Callable[[Outline | ReviewError], None]


class Outlines:
    """Reads outlines. Thread-safe.

    Args:
        session: the open workspace.
        pool: children that answer at once.
    """

    def __init__(self, session: Session, pool: Pool) -> None:
        self._session = session
        self._pool = pool
        self._kept: OrderedDict[str, Outline] = OrderedDict()
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._wanted: tuple[str, OnOutline] | None = None
        self._thread: threading.Thread | None = None

    def of(self, document_id: str) -> Outline:
        """The outline of a document, also of one that is on its way in. Blocks.

        Raises:
            ReviewError: the document cannot be opened, or its outline cannot be read in time.
        """
        with self._changed:
            known = self._kept.get(document_id)
            if known is not None:
                self._kept.move_to_end(document_id)
                return known
        params = self._session.page_params(document_id)
        answer = self._pool.ask("outline", params, cancel=self._closed, timeout_s=TIMEOUT_S)
        try:
            found = Outline.of(answer.values, int(answer.values["page_count"]))
        except (ValueError, TypeError, KeyError) as error:
            raise ReviewError(
                "The bookmarks of this document are damaged", todo="Go on without them"
            ) from error
        with self._changed:
            self._kept[document_id] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def want(self, document_id: str, on_done: OnOutline) -> None:
        """The outline of a document soon; returns at once. ``on_done`` runs on a background thread. An older
        wish that has not begun is forgotten: somebody leafs through documents."""
        with self._changed:
            if self._closed.is_set():
                return
            self._wanted = document_id, on_done
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="outlines", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self) -> None:
        """Forget all wishes, stop what is being read, and end the thread."""
        with self._changed:
            self._closed.set()
            self._wanted = None
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                while self._wanted is None and not self._closed.is_set():
                    self._changed.wait()
                if self._wanted is None:
                    return
                (document_id, on_done), self._wanted = self._wanted, None
            found: Outline | ReviewError
            try:
                found = self.of(document_id)
            except ReviewError as error:
                found = error
            except Exception as error:  # noqa: BLE001 - the border of a job: the thread must go on
                found = ReviewError(
                    f"The bookmarks could not be read because of a defect ({type(error).__name__})")
            if not self._closed.is_set():
                on_done(found)
