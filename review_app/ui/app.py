"""Starts the window: desk first, Qt second, so that the children come up beside Qt's own start.

No document is ever opened in this process: pages come as pictures from the children.
"""

from __future__ import annotations

import gc
import os
import stat
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from review_app.domain.errors import ReviewError
from review_app.domain.people import Role
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


def is_heard() -> bool:
    """Whether somebody may read standard error: a terminal, a pipe or a file.

    A desktop starts programs with none of these (or with the socket of its journal): a message there is lost.
    """
    try:
        number = sys.stderr.fileno()
        mode = os.fstat(number).st_mode
    except (AttributeError, OSError, ValueError):  # no standard error at all, as under pythonw
        return False
    return os.isatty(number) or stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def run(
    folder: Path, actor: str, files: Sequence[Path] = (), *, read_only: bool = False,
    role: Role | None = None, is_named: bool = False,
) -> int:
    """Open the window on a workspace, add ``files``, and return when the window is closed: 0, 1 after a
    defect of ours, 130 when Ctrl-C closed it. ``is_named``: somebody said who reviews, so that the name of
    the settings does not count.

    Raises:
        EnvironmentProblem: the workspace cannot be opened. Said in a message box where standard error is
            read by nobody.
        ImportError: Qt or a system library it needs is missing.
    """
    _fence()
    # Nothing that comes up is garbage; to look for some while it does costs 15 ms. The window ends this.
    gc.disable()
    with ExitStack() as stack:
        try:
            # Who only wants to look may; who brings files along is told that they cannot be added.
            desk = stack.enter_context(
                Desk.open(folder, actor, read_only=read_only, role=role, falls_back=not files)
            )
            desk.warm(files)
        except ReviewError as error:
            if not is_heard():
                from review_app.ui.launch import say_in_a_window

                say_in_a_window(error)
            raise
        # Only here: Qt takes as long to load as a child takes to start, and both do it at the same time.
        from review_app.ui.launch import show_until_closed

        return show_until_closed(desk, files, is_named=is_named, has_role=role is not None)
