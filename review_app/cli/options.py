"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from review_app.domain.errors import InputRefused
from review_app.review.places import default_actor, default_workspace

PathType = click.Path(path_type=Path)

# Paths are checked by the commands themselves: a missing input is "refused" (3), not "wrong usage" (2).
workspace_option: Callable[[Any], Any] = click.option(
    "--workspace", type=PathType, envvar="REVIEW_APP_WORKSPACE", metavar="DIR",
    help="Workspace folder; default is your data folder.",
)
actor_option: Callable[[Any], Any] = click.option(
    "--actor", envvar="REVIEW_APP_ACTOR", metavar="NAME", help="Who reviews; default is your login name."
)
password_option: Callable[[Any], Any] = click.option(
    "--password-file", type=PathType, metavar="F", help="Passwords for encrypted files, one a line."
)


def workspace_or_default(workspace: Path | None) -> Path:
    """The chosen workspace folder, or the user's own."""
    return workspace if workspace is not None else default_workspace()


def actor_or_default(actor: str | None) -> str:
    """The reviewer's name, or the login name."""
    return (actor or "").strip() or default_actor()


def read_passwords(path: Path | None) -> tuple[str, ...]:
    """The lines of a password file.

    Raises:
        InputRefused: the file cannot be read.
    """
    if path is None:
        return ()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused(
            "The password file cannot be read", why=type(error).__name__,
            todo="Give a UTF-8 text file with one password a line",
        ) from error
    return tuple(line for line in text.splitlines() if line)
