"""What a task is asked: its parameters, and its ways to say something before it is done."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from review_app.domain.errors import EnvironmentProblem, InputRefused, UsageError
from review_app.domain.ocr import OcrSettings
from review_app.domain.values import dataclass
from review_app.engine import documents

Part = Callable[[dict[str, Any]], None]
ProgressTo = Callable[[int, int], None]
Prefer = Callable[[], Sequence[int]]
Begin = Callable[[int], None]
Room = Callable[[int], memoryview | None]
Result = tuple[dict[str, Any], bytes | memoryview]


@dataclass(frozen=True, slots=True)
class Request:
    """A task's parameters and its ways to say something before it is done."""

    params: dict[str, Any]
    part: Part
    progress: ProgressTo
    prefer: Prefer = tuple
    """Asks which pages are looked at now, the most wanted first."""
    begin: Begin = lambda page: None
    """Says which page is worked on from now on, 0 when the pages are over. Each time the work has a page's
    processor time anew: a page that is read and then recognised may say so twice."""
    room: Room = lambda size: None
    """Where an answer's payload of so many bytes may be written, so that it crosses in no further copy; None
    where there is no such place."""

    @property
    def path(self) -> Path:
        """The document's file."""
        return Path(str(self.params["path"]))

    @property
    def name(self) -> str:
        """The name to show and to judge the type by: the file's own when none was given."""
        return str(self.params.get("name") or self.path.name)

    @property
    def passwords(self) -> tuple[str, ...]:
        """Passwords to try."""
        return tuple(str(p) for p in self.params.get("passwords") or ())

    @property
    def ocr(self) -> OcrSettings:
        """How pages without a usable text layer are read; the default when nothing is said.

        Raises:
            UsageError: it is not said in the form of :class:`OcrSettings`.
        """
        try:
            return OcrSettings.of(self.params.get("ocr"))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise UsageError("The choices for recognising text are not of their form") from None

    @property
    def is_in_place(self) -> bool:
        """True for a file that may be read where it lies, not whole: it is the workspace's own, or the
        request says what state it must be in (``state``)."""
        return bool(self.params.get("in_place"))

    def must_be_in_state(self, found: os.stat_result) -> None:
        """The file is the one that was looked at, where the request says which: ``state`` holds its inode,
        size in bytes, and time of change in nanoseconds.

        Raises:
            InputRefused: it is not.
        """
        wanted = self.params.get("state")
        if wanted and list(wanted) != [found.st_ino, found.st_size, found.st_mtime_ns]:
            raise InputRefused(
                "The file changed while it was read", why="what was read may be half old and half new",
                todo="Wait until it is written, then add it again",
            )

    def must_be(self, document: documents.Document) -> None:
        """The bytes of a document are those that were recorded, where the request says which (``sha256``).

        Raises:
            EnvironmentProblem: they are not; nothing may be shown or made of them under the old name.
        """
        wanted = self.params.get("sha256")
        if wanted and wanted != document.sha256:
            raise EnvironmentProblem(
                "The file was changed or exchanged since it was first read",
                why="what is made of it now would pass for that document",
                todo="Restore it from a backup, or add the true file again",
            )
