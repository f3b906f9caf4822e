"""One task with one child, and its endings in words a person can use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from review_app.domain.errors import (
    Cancelled,
    ChildDied,
    ChildTimedOut,
    EnvironmentProblem,
    ReviewError,
    UsageError,
    from_wire,
)
from review_app.domain.values import dataclass
from review_app.workers import answers
from review_app.workers.children import Child
from review_app.workers.limits import Limits
from review_app.workers.protocol import Frame, FrameKind, FrameTooLarge, ProtocolError
from review_app.workers.watch import Guard, Verdict

_DOING = {
    "scan": "reading and scanning the document",
    "open": "opening the document",
    "pages": "reading the document's page sizes",
    "first_pages": "reading the document's page sizes",
    "render": "drawing a page",
    "words": "reading the words of a page",
    "annotate": "writing the annotated copy",
    "anchor": "reading the document's log anchor",
    "ocr": "looking for engines that recognise text",
}

_ONLY_THIS = "Only this document is affected, the program goes on"
_LOOK = "Open the file in another viewer to see whether it is damaged, or leave it out"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task gave back: plain values, and bytes for a picture (else empty)."""

    values: dict[str, Any]
    payload: bytes | memoryview = b""


Hearers = tuple[
    Callable[[dict[str, Any]], None] | None, Callable[[int, int], None] | None,
    Callable[[], Sequence[int]] | None, Callable[[int], None] | None,
]
"""Who hears parts and progress, who answers what is looked at now, and who hears that a page begins."""


class ChildCrashed(ChildDied):
    """A child ended while it worked, and not because somebody killed it: what it worked on is to blame."""


class Conversation:
    """One task with one child."""

    def __init__(
        self, child: Child, number: int, task: str,
        on_part: Callable[[dict[str, Any]], None] | None, on_progress: Callable[[int, int], None] | None,
        on_turn: Callable[[], Sequence[int]] | None = None, on_page: Callable[[int], None] | None = None,
        page_s: float = 0.0,
    ) -> None:
        self._child = child
        self._number = number
        self._task = task
        self._on_part = on_part
        self._on_progress = on_progress
        self._on_turn = on_turn
        self._on_page = on_page
        self._page_s = page_s
        self._done = 0
        self.child_is_good = False
        self._begun = False

    def send(self, params: dict[str, Any]) -> bool:
        """Hand over the task. False when the child is gone.

        Raises:
            UsageError: larger than a request may be; the child is as good as before.
        """
        try:
            self._child.send(Frame(FrameKind.ASK, self._number, self._task, body=params))
        except FrameTooLarge as error:
            self.child_is_good = True
            raise UsageError(f"Too much for one request: {error}") from None
        except OSError:
            return False
        return True

    def listen(self, guard: Guard) -> Answer | None:
        """Take what comes until the task is done. None when the child was gone before it began.

        Raises:
            ReviewError: what the task raised, or ChildDied.
        """
        while True:
            try:
                frame = self._child.receive()
                guard.heard()
                if frame is None:
                    break
                answer = self._take_in(frame, guard)
                if answer is not None:
                    self.child_is_good = not frame.last
                    return answer
            except ProtocolError as error:
                if not self._child.collect(0.02):
                    raise _nonsense(self._task, error) from None
                break  # it died while it spoke: say how, that is the cause
            except OSError:
                break
        self._child.kill()
        self._child.collect()
        if not self._begun:
            return None
        raise _died(self._child, self._task)

    def _take_in(self, frame: Frame, guard: Guard) -> Answer | None:
        if frame.number != self._number:
            raise ProtocolError("an answer to another question")
        if frame.kind is FrameKind.BEGUN:
            self._begun = True
            return None
        if frame.kind is FrameKind.PART:
            answers.check_part(self._task, frame.body)
            if self._on_part is not None:
                self._on_part(frame.body)
            return None
        if frame.kind is FrameKind.PROGRESS:
            done, total = frame.body.get("done"), frame.body.get("total")
            if not isinstance(done, int) or not isinstance(total, int):
                raise ProtocolError("progress without numbers")
            if self._done < done <= min(total, answers.MAX_PAGES):  # only what is new buys time
                guard.allow((done - self._done) * self._page_s)
                self._done = done
            if self._on_progress is not None:
                self._on_progress(done, total)
            return None
        if frame.kind is FrameKind.TURN:
            pages = list(self._on_turn()) if self._on_turn is not None else []
            self._child.send(Frame(FrameKind.PREFER, self._number, body={"pages": pages}))
            return None
        if frame.kind is FrameKind.PAGE:
            page = frame.body.get("page")
            if not isinstance(page, int):
                raise ProtocolError("a page without a number")
            if self._on_page is not None:
                self._on_page(page)
            return None
        if frame.kind is FrameKind.ERROR:
            self.child_is_good = not frame.last
            raise from_wire(frame.body)
        if frame.kind is not FrameKind.DONE:
            raise ProtocolError("an unexpected kind of frame")
        answers.check_answer(self._task, frame.body, len(frame.payload))
        return Answer(frame.body, frame.payload)


def doing(task: str) -> str:
    """What a task does, in words that follow "while"."""
    return _DOING.get(task, f"the task {task!r}")


def lost(task: str) -> ChildDied:
    """Two children in a row were gone before they could be given the task."""
    return ChildDied(f"Two child processes ended before they could begin {doing(task)}", todo="Try again")


def cannot_start(why: str) -> EnvironmentProblem:
    """No child can be started: not the document's fault."""
    return EnvironmentProblem(
        "A child process that opens documents cannot be started", why=why,
        todo="Run 'review-app doctor' to see what is missing",
    )


def _died(child: Child, task: str) -> ReviewError:
    ending = child.ending()
    if ending.over_cpu_limit:
        return ChildTimedOut(
            f"The child process used more than {child.limits.cpu_seconds} seconds of processor time, or "
            f"{child.limits.page_seconds} for one page, while {doing(task)}", why=_ONLY_THIS, todo=_LOOK,
        )
    why = f"{ending.hint}. {_ONLY_THIS}" if ending.hint else _ONLY_THIS
    kind = ChildDied if ending.was_killed else ChildCrashed
    todo = "Try again" if ending.was_killed else _LOOK
    return kind(f"The child process {ending.how} while {doing(task)}", why=why, todo=todo)


def _nonsense(task: str, error: ProtocolError) -> ChildDied:
    return ChildDied(
        f"The child process sent damaged data while {doing(task)} ({error}) and was ended",
        why=_ONLY_THIS, todo=_LOOK,
    )


def took_too_long(verdict: Verdict, task: str, timeout_s: float | None, limits: Limits) -> ReviewError:
    """The error of a task that the watch ended."""
    if verdict is Verdict.CANCELLED:
        return Cancelled("Stopped")
    if verdict is Verdict.SILENT:
        how = f"said nothing for {limits.silence_seconds:g} seconds"
    else:
        how = f"took longer than {timeout_s:g} seconds"
    return ChildTimedOut(
        f"The child process {how} while {doing(task)} and was ended", why=_ONLY_THIS, todo=_LOOK,
    )
