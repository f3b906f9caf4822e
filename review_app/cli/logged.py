"""Acts on single files that a workspace shall remember."""

from __future__ import annotations

from pathlib import Path

from review_app.domain.display import shown
from review_app.domain.rows import LogHead
from review_app.review.desk import Desk


def log_act(workspace: Path, actor: str, kind: str, name: str, sha256: str, output_sha256: str = "") -> None:
    """Write that ``kind`` was done to a file.

    Raises:
        EnvironmentProblem: the workspace cannot be opened or written.
    """
    with Desk.open(workspace, actor, jobs=1) as desk:
        desk.acts.record(kind, shown(Path(name).name), sha256, output_sha256)


def head_of(workspace: Path, actor: str) -> LogHead:
    """The log's head as it is now.

    Raises:
        EnvironmentProblem: the workspace cannot be opened.
    """
    with Desk.open(workspace, actor, jobs=1) as desk:
        return desk.history.head()
