"""Pictures of pages for the window: drawn in the background by two children, what is on screen first."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from review_app.domain.errors import Cancelled, ChildDied, ChildTimedOut, ReviewError
from review_app.domain.geometry import Rect
from review_app.domain.pictures import PlacedWord, Rank, Wish
from review_app.domain.values import dataclass
from review_app.review.quarantine import Quarantine, is_fatal
from review_app.review.session import Session
from review_app.workers.pool import Answer, Pool
from review_app.workers.scheduler import Lane, Scheduler

RENDER_TIMEOUT_S = 10.0
"""Longest time to wait for a picture or for words that a use case needs now, in seconds."""

FORESEE_S = 1.0
"""Longest time a child may be at opening a file that nobody has asked to see yet, in seconds."""

FIRST_SIZES_S = 5.0
"""The same at the start of the program, while there is nothing else that it could hold up."""

_FIRST_ALONE_S = 0.5
"""The very first picture has the machine to itself for so long, in seconds: what comes beside it, and the
child for that, would make it come later."""

_LOOK_S = 0.1
"""How often the back lane looks whether the front sits at a picture that nobody wants any more."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered page: ``data`` is ``height`` rows of ``stride`` bytes, 4 bytes a pixel in the order
    blue, green, red, unused."""

    width: int
    height: int
    stride: int
    data: bytes | memoryview


OnDone = Callable[[Wish, Picture | ReviewError], None]
OnWords = Callable[[list[PlacedWord] | ReviewError], None]


class PageImages:
    """Draws pages of stored documents. Thread-safe.

    Args:
        session: the open workspace.
        pool: two children: one for what is on screen, one for all else, which steps in for the first.
    """

    def __init__(self, session: Session, pool: Pool) -> None:
        self._session = session
        self._pool = pool
        self._scheduler = Scheduler()
        self._quarantine = Quarantine()
        self._listeners: dict[Hashable, OnDone] = {}
        self._word_wishes: OrderedDict[tuple[str, int, bool], list[OnWords]] = OrderedDict()
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._stops: dict[Lane, threading.Event] = {}
        self._threads: list[threading.Thread] = []
        self._first_until = 0.0
        self._has_drawn = threading.Event()
        self._foreseeing: threading.Thread | None = None

    def picture(self, document_id: str, page: int, scale: float, clip: Rect | None = None) -> Picture:
        """Render now and wait. ``clip`` in page space cuts the picture.

        Raises:
            ReviewError: the page cannot be shown; the message says why.
        """
        wishes = {"page": page, "scale": scale, "clip": clip.as_list() if clip else None}
        return self._render(document_id, wishes, self._closed, RENDER_TIMEOUT_S)

    def want(self, asker: Hashable, wishes: Sequence[Wish], on_done: OnDone) -> None:
        """Replace all that ``asker`` wants, most important first; returns at once.

        ``on_done`` runs on a background thread, at most once for each wish (and once more for its coarse
        picture, which then comes first). What is left out and has not begun is never drawn; what has begun
        may still come.
        """
        with self._changed:
            if self._closed.is_set():
                return
            if wishes:
                self._listeners[asker] = on_done
            else:
                self._listeners.pop(asker, None)
            self._scheduler.wish(asker, wishes)
            if wishes:
                self._start()
            self._stop_abandoned()
            self._changed.notify_all()

    def want_words(self, document_id: str, page: int, on_done: OnWords, *, letters: bool = False) -> None:
        """The words of a page soon, the newest wish first; returns at once. ``on_done`` runs on a background
        thread. The edges of their ``letters`` double the work."""
        with self._changed:
            if self._closed.is_set():
                return
            key = document_id, page, letters
            self._word_wishes.setdefault(key, []).append(on_done)
            self._word_wishes.move_to_end(key)
            self._start()
            self._changed.notify_all()

    def words(self, document_id: str, page: int, *, letters: bool = False) -> list[PlacedWord]:
        """The words of a page in reading order, with the edges of their ``letters``. Blocks.

        Raises:
            ReviewError: the page cannot be read.
        """
        refused = self._quarantine.refusal(document_id, page, Rank.VISIBLE, 0.0)
        if refused is not None:
            raise refused
        try:
            answer = self._ask(
                "words", document_id, {"page": page, "letters": letters}, self._closed, RENDER_TIMEOUT_S)
        except ReviewError as error:
            self._failed(document_id, page, error)
            raise
        return [PlacedWord(Rect.of(w[:4]), str(w[4]), int(w[5]), tuple(*w[6:]))
                for w in answer.values["words"]]

    def foresee(self, params: dict[str, Any], *, limit_s: float = FORESEE_S) -> None:
        """The pages of this file will be wanted in a moment: a child opens it meanwhile. Returns at once;
        nothing is said of a file that cannot be opened.

        Args:
            params: what a task about its pages starts from.
            limit_s: longest time the child may be at it, in seconds.
        """
        def open_it() -> None:
            with contextlib.suppress(ReviewError):
                self._pool.ask("open", params, cancel=self._closed, timeout_s=limit_s)

        self._foreseeing = threading.Thread(target=open_it, name="foresee", daemon=True)
        self._foreseeing.start()

    def first_sizes(
        self, params: dict[str, Any], cancel: threading.Event | None
    ) -> Mapping[str, Any] | None:
        """How many pages a file has and the sizes of the first, from the child that will draw them; None when
        it ended over that, or took too long. Blocks.

        Args:
            params: as for :meth:`foresee`.
            cancel: when set, :class:`Cancelled` is raised.

        Raises:
            ReviewError: the file cannot be opened.
        """
        self._has_drawn.clear()
        if self._foreseeing is not None:
            self._foreseeing.join()  # the same child then; another would have to be started
        try:
            return self._pool.ask("first_pages", params, cancel=cancel, timeout_s=FIRST_SIZES_S).values
        except (ChildDied, ChildTimedOut):
            return None

    def wait_for_first(self) -> None:
        """Return when the first picture since :meth:`first_sizes` is drawn, or is long in coming."""
        self._has_drawn.wait(_FIRST_ALONE_S)

    def unlock(self, document_id: str, password: str) -> None:
        """Open a recorded document with this password, and keep it for this run; it is never stored. Blocks.

        Raises:
            PasswordNeeded: that is not its password.
            ReviewError: the document cannot be opened.
        """
        params = {**self._session.page_params(document_id), "passwords": [password]}
        self._pool.ask("open", params, cancel=self._closed, timeout_s=RENDER_TIMEOUT_S)
        self._session.remember_passwords(self._session.document(document_id).sha256, [password])

    def close(self) -> None:
        """Forget all wishes, stop what is being rendered, and end the threads."""
        with self._changed:
            self._closed.set()
            self._listeners.clear()
            self._word_wishes.clear()
            for stop in self._stops.values():
                stop.set()
            self._has_drawn.set()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _render(
        self, document_id: str, wishes: dict[str, Any], cancel: threading.Event, timeout_s: float
    ) -> Picture:
        answer = self._ask("render", document_id, wishes, cancel, timeout_s)
        values = answer.values
        width, height, stride = int(values["width"]), int(values["height"]), int(values["stride"])
        if width < 1 or height < 1 or stride < 4 * width or len(answer.payload) != stride * height:
            raise ReviewError(f"The picture of page {wishes['page']} is damaged", todo="Try again")
        return Picture(width, height, stride, answer.payload)

    def _failed(self, document_id: str, page: int, error: ReviewError) -> None:
        self._quarantine.failed(document_id, page, error)
        if is_fatal(error) and not self._closed.is_set():
            # The next page that does so must find a child that is up already.
            with contextlib.suppress(ReviewError):
                self._pool.warm()

    def _ask(
        self, task: str, document_id: str, wishes: dict[str, Any], cancel: threading.Event, timeout_s: float
    ) -> Answer:
        params = self._session.page_params(document_id)
        try:
            return self._pool.ask(task, {**params, **wishes}, cancel=cancel, timeout_s=timeout_s)
        except ReviewError:
            if cancel.is_set():
                raise
            fresh = self._session.page_params(document_id)
            if fresh["path"] == params["path"]:
                raise
            # It was recorded just then, and its file has another place now.
            return self._pool.ask(task, {**fresh, **wishes}, cancel=cancel, timeout_s=timeout_s)

    def _start(self) -> None:
        if self._threads:
            return
        self._first_until = time.monotonic() + _FIRST_ALONE_S
        self._threads = [
            threading.Thread(target=self._work, args=(lane,), name=f"pages-{lane}", daemon=True)
            for lane in Lane
        ]
        self._threads.append(threading.Thread(target=self._watch, name="pages-watch", daemon=True))
        for thread in self._threads:
            thread.start()

    def _work(self, lane: Lane) -> None:
        while (taken := self._take(lane)) is not None:
            wish, stop, listeners = taken
            if wish is None:
                self._tell_words()
                continue
            outcome = self._draw(wish, stop)
            with self._changed:
                del self._stops[lane]
                # Also those who came to want it while it was drawn.
                listeners |= self._listening(wish)
                self._scheduler.ended(lane, drawn=isinstance(outcome, Picture))
                self._first_until = 0.0
                self._has_drawn.set()
                self._changed.notify_all()
                if self._closed.is_set():
                    return
            if not isinstance(outcome, Cancelled):
                for on_done in listeners.values():
                    on_done(wish, outcome)

    def _watch(self) -> None:
        """Stop what holds up the page on screen, also while both lanes are at work and neither looks."""
        with self._changed:
            while not self._closed.is_set():
                self._stop_abandoned()
                self._changed.wait(_LOOK_S if self._stops else None)

    def _take(self, lane: Lane) -> tuple[Wish | None, threading.Event, dict[Hashable, OnDone]] | None:
        """What a lane is to draw next, waiting until there is something; no wish where words are wanted.
        None at the end."""
        with self._changed:
            while not self._closed.is_set():
                alone_s = self._first_until - time.monotonic() if lane is Lane.BACK else 0.0
                if alone_s > 0:
                    self._changed.wait(alone_s)
                    continue
                if lane is Lane.BACK and self._word_wishes:
                    # Somebody points at them: before any page ahead.
                    return None, self._closed, {}
                wish = self._scheduler.next(lane)
                if wish is not None:
                    stop = self._stops[lane] = threading.Event()
                    # The other lane may have something to step in for.
                    self._changed.notify_all()
                    return wish, stop, self._listening(wish)
                self._stop_abandoned()
                self._changed.wait(self._patience(lane))
            return None

    def _patience(self, lane: Lane) -> float | None:
        """Seconds a lane with nothing to do may sleep; None until it is woken."""
        if lane is Lane.FRONT or Lane.FRONT not in self._stops:
            return None
        until = self._scheduler.waits()
        return _LOOK_S if until is None else min(until, _LOOK_S)

    def _tell_words(self) -> None:
        with self._changed:
            if not self._word_wishes:
                return
            (document_id, page, letters), listeners = self._word_wishes.popitem()
        found: list[PlacedWord] | ReviewError
        try:
            found = self.words(document_id, page, letters=letters)
        except ReviewError as error:
            found = error
        except Exception as error:  # noqa: BLE001 - the border of a job: the other wishes must go on
            found = ReviewError(
                f"The words of page {page} could not be read because of a defect ({type(error).__name__})"
            )
        if not self._closed.is_set():
            for on_done in listeners:
                on_done(found)

    def _listening(self, wish: Wish) -> dict[Hashable, OnDone]:
        askers = self._scheduler.askers(wish)
        return {asker: self._listeners[asker] for asker in askers if asker in self._listeners}

    def _stop_abandoned(self) -> None:
        for lane, stop in self._stops.items():
            if self._scheduler.is_abandoned(lane) or self._scheduler.is_in_the_way(lane):
                stop.set()

    def _draw(self, wish: Wish, stop: threading.Event) -> Picture | ReviewError:
        key = wish.key
        wishes = {
            "page": key.page, "scale": key.scale, "turn": key.turn,
            "part": list(key.part) if key.part is not None else None,
            "next_scale": self._scheduler.sharp_of(wish).scale if wish.is_coarse else None,
        }
        refused = self._quarantine.refusal(key.document_id, key.page, wish.rank, wish.patience_s)
        if refused is not None:
            return refused
        try:
            picture = self._render(key.document_id, wishes, stop, wish.patience_s)
        except ReviewError as error:
            self._failed(key.document_id, key.page, error)
            return error
        except Exception as error:  # noqa: BLE001 - the border of a job: the other wishes must go on
            return ReviewError(
                f"Page {key.page} could not be shown because of a defect ({type(error).__name__})",
                todo="Try again",
            )
        self._quarantine.worked(key.document_id, key.page)
        return picture
