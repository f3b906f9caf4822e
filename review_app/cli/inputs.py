"""Which files a command is to take: those named, and those in the folders named."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from review_app.domain.display import shown
from review_app.domain.errors import InputRefused, ReviewError

_OWN_FOLDERS = ("originals", "exports", "backups")
_OWN_FILES = ("review.db", "review.db-wal", "review.db-shm", "workspace.lock")


def collect(
    paths: Sequence[Path], *, out: Path, ours: Collection[Path]
) -> tuple[list[Path], list[tuple[Path, ReviewError]]]:
    """Files as given, and those in folders, in order of name, each once; and folders that give none.

    In a folder are left out: hidden files and folders, what belongs to a workspace (this one or another),
    the folder ``out`` when it lies inside, and ``ours``, the copies that the workspace knows it wrote.
    ``out`` may be the folder itself or one around it. A file that is named is always taken.
    """
    files: list[Path] = []
    errors: list[tuple[Path, ReviewError]] = []
    written = {_real(path) for path in ours}
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where it may not look
            files.append(path)
            continue
        away = _real(out) if _real(out) != _real(path) else ""
        locked: list[str] = []
        found = sorted(_walk(path, away, written, locked))
        errors += [(Path(folder), _not_allowed(folder)) for folder in locked]
        if not found and not locked:
            errors.append((path, InputRefused(
                "The folder holds no files to take", why="hidden files and our own are not looked at",
                todo="Name a folder with documents",
            )))
        files += found
    return list(dict.fromkeys(files)), errors


def _walk(top: Path, away: str, written: Collection[str], locked: list[str]) -> list[Path]:
    found: list[Path] = []

    def on_error(error: OSError) -> None:
        locked.append(str(error.filename))

    for folder, folders, names in os.walk(top, onerror=on_error):
        own: tuple[str, ...] = ()
        if "review.db" in names and "originals" in folders:
            own = (*_OWN_FOLDERS, *_OWN_FILES)
        folders[:] = [
            name for name in folders
            if not name.startswith(".") and name not in own and _real(Path(folder, name)) != away
        ]
        found += [
            Path(folder, name) for name in names
            if not name.startswith(".") and name not in own and _real(Path(folder, name)) not in written
        ]
    return found


def _not_allowed(folder: str) -> InputRefused:
    return InputRefused(
        f"The folder {shown(folder)} cannot be read", why="files in it are left out",
        todo="Change its permissions, or name other files",
    )


def _real(path: Path) -> str:
    # Not Path.resolve, which raises where links go in a circle.
    return os.path.normcase(os.path.realpath(path))
