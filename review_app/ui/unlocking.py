"""The password of a recorded document that is encrypted: asked for when a page is wanted, never stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from review_app.domain.display import isolated
from review_app.domain.errors import PasswordNeeded, ReviewError
from review_app.domain.pictures import Wish
from review_app.ui import words
from review_app.ui.bridge import Bridge, call_on_main_thread
from review_app.ui.current import Current
from review_app.ui.dialogs.ask import Ask
from review_app.ui.page_view.source import DocumentSource, OnDone, PageImagesLike, PictureLike
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from review_app.review.desk import Desk


class Unlocking(QObject):
    """Hands out sources of pages that ask for a password where one is missing. Main thread only."""

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, problems: Problems, ask: Ask, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._current = current
        self._problems = problems
        self._ask = ask
        self._asking = ""

    def source(self, document_id: str) -> DocumentSource:
        """The pages of a document."""
        def tell() -> None:
            if isValid(self):
                self._want_password(document_id)

        return _Source(self._desk.page_images, document_id, lambda: call_on_main_thread(tell))

    def _want_password(self, document_id: str, *, is_retry: bool = False) -> None:
        if self._asking and not is_retry:
            return  # every page on screen says so; one question is enough
        row = self._desk.document(document_id)
        if row is None:
            return
        self._asking = document_id

        def give_up() -> None:
            self._asking = ""

        self._ask.password(row.name, is_retry, lambda text: self._try(document_id, text), give_up)

    def _try(self, document_id: str, password: str) -> None:
        row = self._desk.document(document_id)
        name = words.short(isolated(row.name)) if row is not None else document_id
        job = self._bridge.run(
            lambda _progress, _cancel: self._desk.page_images.unlock(document_id, password),
            self.tr("Opening {name}").format(name=name),
        )

        def on_failed(error: ReviewError) -> None:
            if isinstance(error, PasswordNeeded):
                self._want_password(document_id, is_retry=True)
            else:
                self._asking = ""
                self._problems.report(error, name)

        def on_opened(_: object) -> None:
            self._asking = ""
            shown_now = self._current.document
            if shown_now is not None and shown_now.id == document_id:
                self._current.document_changed.emit(shown_now)  # all that shows its pages asks again

        job.succeeded.connect(on_opened)
        job.failed.connect(on_failed)


class _Source(DocumentSource):
    def __init__(self, images: PageImagesLike, document_id: str, on_locked: Callable[[], None]) -> None:
        super().__init__(images, document_id)
        self._on_locked = on_locked

    def want(self, wishes: Sequence[Wish], on_done: OnDone) -> None:
        """See :class:`PageSource`."""
        def hear(wish: Wish, result: PictureLike | ReviewError) -> None:
            if isinstance(result, PasswordNeeded):
                self._on_locked()
            on_done(wish, result)

        super().want(wishes, hear)
