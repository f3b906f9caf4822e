"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from review_app.domain.display import shown
from review_app.domain.errors import InputRefused, UsageError
from review_app.review.places import default_actor, default_workspace

# Paths are checked by the commands themselves: a missing or unreadable input is "refused" (3), not "wrong
# usage" (2), and the rest of a batch goes on.
PathType = click.Path(path_type=Path, readable=False)
_EMPTY = Path("\0")
_MAX_NAME = 200
_MAX_PASSWORD_BYTES = 1024 * 1024


class _FolderType(click.Path):
    """A folder's path that remembers being empty: ``Path("")`` is the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As any path, but for the empty name."""
        return _EMPTY if value == "" else super().convert(value, param, ctx)


FolderType = _FolderType(path_type=Path, readable=False)

workspace_option: Callable[[Any], Any] = click.option(
    "--workspace", type=FolderType, envvar="REVIEW_APP_WORKSPACE", metavar="DIR",
    help="Workspace folder; default is your data folder.",
)
actor_option: Callable[[Any], Any] = click.option(
    "--actor", envvar="REVIEW_APP_ACTOR", metavar="NAME", help="Who reviews; default is your login name."
)
password_option: Callable[[Any], Any] = click.option(
    "--password-file", type=PathType, metavar="F", help="Passwords for encrypted files, one a line."
)


def workspace_or_default(workspace: Path | None) -> Path:
    """The chosen workspace folder, or the user's own.

    Raises:
        UsageError: an empty name was given.
    """
    return chosen(workspace) if workspace is not None else default_workspace()


def chosen(folder: Path) -> Path:
    """``folder`` as given, unless its name is empty.

    ``--workspace "$UNSET"`` would otherwise make a workspace of the current folder; who means that writes
    a dot.

    Raises:
        UsageError: the name is empty.
    """
    if folder == _EMPTY:
        raise UsageError("The name of the workspace folder is empty", todo="Name a folder after --workspace")
    return folder


def actor_or_default(actor: str | None) -> str:
    """The reviewer's name, or the login name.

    Raises:
        UsageError: it is longer than a name is.
    """
    name = (actor or "").strip() or default_actor()
    if len(name) > _MAX_NAME:
        raise UsageError(
            f"The name of the reviewer has {len(name)} characters",
            why=f"it stands in every entry of the log, so {_MAX_NAME} are the most",
            todo="Give a name after --actor",
        )
    return name


def read_passwords(path: Path | None) -> tuple[str, ...]:
    """The lines of a password file, without their line ends and a byte order mark.

    Raises:
        InputRefused: the file cannot be read.
    """
    if path is None:
        return ()
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_PASSWORD_BYTES + 1)
    except OSError as error:
        raise InputRefused(
            f"The password file {shown(path)} cannot be read ({error.strerror})", todo="Check the path",
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    if text is None or len(data) > _MAX_PASSWORD_BYTES:
        raise InputRefused(
            f"{shown(path)} is no password file", why="it is too large, or no UTF-8 text",
            todo="Give a text file in UTF-8 with one password a line",
        )
    # Only line ends end a line: a password may hold any other control or separator character.
    return tuple(line for line in text.replace("\r\n", "\n").split("\n") if line)
