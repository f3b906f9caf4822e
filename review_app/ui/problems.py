"""What went wrong in this session, and what the message bar shows now."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from review_app.domain.errors import Cancelled, ReviewError
from review_app.domain.values import dataclass
from review_app.review.places import write_crash_file


@dataclass(frozen=True, slots=True)
class Message:
    """One line for a person. ``is_problem`` tells an error from a piece of news; ``passes`` one about the
    last step, which is over once a later step worked."""

    at: str
    text: str
    is_problem: bool
    passes: bool = False


class Problems(QObject):
    """Messages of this session, oldest first. They live as long as the window and hold no document text."""

    added = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problems: list[Message] = []

    def report(self, error: ReviewError, subject: str = "", *, passes: bool = False) -> None:
        """Keep an error and show it. ``subject`` is what it is about, for example a file name as shown.

        What the user cancelled is no error and is not kept.
        """
        if isinstance(error, Cancelled):
            return
        text = str(error)
        if error.code == ReviewError.code and error.__cause__ is not None:  # a defect of ours, in a job
            path = write_crash_file(error.__cause__)
            if path:
                text += " " + self.tr("A file without document text says where: {path}").format(path=path)
        if subject and subject not in text:
            text = f"{subject}: {text}"
        message = Message(_now(), text, is_problem=True, passes=passes)
        self.problems.append(message)
        self.added.emit(message)

    def tell(self, text: str) -> None:
        """Show a piece of news; it is not kept."""
        self.added.emit(Message(_now(), text, is_problem=False))


def _now() -> str:
    return datetime.now().astimezone().strftime("%H:%M:%S")
