"""Acts on single files that a workspace shall remember."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from review_app.cli.options import chosen
from review_app.domain.display import shown
from review_app.domain.rows import LogHead
from review_app.review.desk import Desk


class Logbook:
    """The log of a workspace, or of none: then nothing is written."""

    def __init__(self, desk: Desk | None, actor: str) -> None:
        self._desk = desk
        self.actor = actor

    def head(self) -> LogHead | None:
        """The log's head as it is now; None where there is no workspace."""
        return self._desk.history.head() if self._desk is not None else None

    def write(self, kind: str, path: Path, sha256: str, output_sha256: str = "") -> None:
        """Write that ``kind`` was done to the file ``path``.

        Raises:
            EnvironmentProblem: the workspace cannot be written.
        """
        if self._desk is not None:
            self._desk.acts.record(kind, shown(path.name), sha256, output_sha256)


@contextmanager
def logbook(workspace: Path | None, actor: str) -> Iterator[Logbook]:
    """The workspace stays open for the whole command: what it does is either logged or not done.

    Raises:
        EnvironmentProblem: the workspace cannot be opened.
        UsageError: its name is empty.
    """
    if workspace is None:
        yield Logbook(None, actor)
        return
    with Desk.open(chosen(workspace), actor, jobs=1) as desk:
        yield Logbook(desk, actor)
