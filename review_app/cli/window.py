"""``review-app [FILE...]``: the window."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from review_app.cli.options import (
    PathType,
    actor_option,
    actor_or_default,
    workspace_option,
    workspace_or_default,
)
from review_app.domain.errors import EnvironmentProblem
from review_app.domain.people import Role

_APT = (
    "apt-get install -y libglib2.0-0 libegl1 libgl1 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-image0 libxcb-render-util0 "
    "libxcb-xkb1 fonts-dejavu-core"
)
"""What a bare Debian needs for Qt; the README names the same packages."""


@click.command("open", epilog="Example: review-app open memo.pdf article.txt")
@click.argument("files", nargs=-1, type=PathType)
@workspace_option
@actor_option
@click.option("--role", type=click.Choice([str(role) for role in Role]), envvar="REVIEW_APP_ROLE",
              help="What you work as; default is what you last worked as. An auditor only looks.")
@click.option("--read-only", is_flag=True, help="Look only; nothing can be changed.")
def open_window(
    files: tuple[Path, ...], workspace: Path | None, actor: str | None, role: str | None, read_only: bool
) -> int:
    """Open the window, adding FILES first."""
    _check_display()
    try:
        from review_app.ui.app import run  # only the window loads Qt, and it does so inside ``run``

        return run(
            workspace_or_default(workspace), actor_or_default(actor), list(files), read_only=read_only,
            role=Role(role) if role else None, is_named=bool((actor or "").strip()),
        )
    except ImportError as error:
        raise EnvironmentProblem(
            f"The window cannot start ({error})",  # names the library; nothing of a document is loaded yet
            why="a system library that Qt needs is missing",
            todo=f"On Debian or Ubuntu: {_APT}. Or work without a window: review-app process FILE",
        ) from error


def _check_display() -> None:
    """Qt ends the process when it finds no screen: say it in words before."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or platform not in ("", "xcb", "wayland"):
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise EnvironmentProblem(
            "There is no display to open a window on",
            why="neither DISPLAY nor WAYLAND_DISPLAY is set",
            todo="Without a window use: review-app process FILE --out DIR",
        )
    if platform != "wayland" and os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        import ctypes  # only where there is a question to ask of it

        try:
            ctypes.CDLL("libxcb-cursor.so.0")
        except OSError as error:
            raise EnvironmentProblem(
                "The window cannot start", why="the system library libxcb-cursor0 is missing",
                todo=f"On Debian or Ubuntu: {_APT}. Or work without a window: review-app process FILE",
            ) from error
