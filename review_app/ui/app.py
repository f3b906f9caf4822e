"""Starts the window: desk first, Qt second, so that the children come up beside Qt's own start.

No document is ever opened in this process: pages come as pictures from the children.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from review_app.review.desk import Desk

OUTSIDE = ("pymupdf", "pikepdf", "pypdfium2", "numpy")
"""Only child processes load these: a hostile document can then end a child, never the window."""


def _fence() -> None:
    """Let every import of :data:`OUTSIDE` fail from here on.

    None in ``sys.modules`` does that. A library that only tries for numpy (sqlite-utils) goes on without it,
    and saves the window a tenth of a second.
    """
    for name in OUTSIDE:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def run(folder: Path, actor: str, files: Sequence[Path] = (), *, read_only: bool = False) -> int:
    """Open the window on a workspace, add ``files``, and return when the window is closed: 0, 1 after a
    defect of ours, 130 when Ctrl-C closed it.

    Raises:
        EnvironmentProblem: the workspace cannot be opened; nothing was shown.
        ImportError: Qt or a system library it needs is missing.
    """
    _fence()
    with Desk.open(folder, actor, read_only=read_only) as desk:
        desk.warm()
        # Only here: Qt takes as long to load as a child takes to start, and both do it at the same time.
        from review_app.ui.launch import show_until_closed

        return show_until_closed(desk, files)
