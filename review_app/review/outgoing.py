"""A file on its way out: made beside its place under another name, moved there when all is well.

A child that is ended in the middle leaves what it wrote; here it is taken away, in the same run or, when the
whole program was ended, by the next export to the same name and at the next opening of the workspace.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from review_app.domain.display import isolated
from review_app.domain.errors import EnvironmentProblem, InputRefused, ReviewError, UsageError

PREFIX, SUFFIX = ".review-app-", ".part"
"""How the folder that holds an unfinished file is called, around a hash of the file's name."""


@contextlib.contextmanager
def outgoing(target: Path, source: Path | None) -> Iterator[Path]:
    """Where to write a file that becomes ``target`` when the block ends; nothing is left when it raises.

    What should be recorded of the file is recorded in the block: then no file goes out unrecorded, and one
    that was recorded and not yet moved is moved at the next opening (:func:`finish`).

    Args:
        target: absolute; a file of that name is replaced.
        source: the file it is made from, which is never replaced; None when it is made from none.

    Raises:
        InputRefused: ``target`` is the source.
        UsageError: ``target`` is there and is not a file (a folder, a device).
        EnvironmentProblem: its folder is missing or cannot be written.
    """
    _must_be_free(target, source)
    folder = _workshop(target)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise no_place(target, error) from error
        part = folder / target.name
        yield part
        try:
            part.replace(target)
        except OSError as error:
            raise no_place(target, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def finish(recorded: Mapping[str, str]) -> list[Path]:
    """Move files to their place that a run recorded, and was ended before it could: the log knows them, so
    they are there. Only where no other process writes, and before :func:`sweep`.

    Args:
        recorded: the newest SHA-256 of what was written to each path.

    Returns:
        The files that are in their place now.
    """
    done = []
    for path, sha256 in recorded.items():
        target = Path(path)
        folder = _workshop(target)
        part = folder / target.name
        with contextlib.suppress(OSError, ValueError):  # the disk may be gone; then the next opening does it
            if part.is_file() and not part.is_symlink() and _digest(part) == sha256:
                part.replace(target)
                done.append(target)
                shutil.rmtree(folder, ignore_errors=True)
    return done


def _workshop(target: Path) -> Path:
    """Where a file is made: the same folder each time, so that what a broken run left is found again."""
    key = hashlib.sha256(target.name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return target.parent / f"{PREFIX}{key}{SUFFIX}"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sweep(folder: Path) -> None:
    """Take away what broken runs left in ``folder``. Only where no other process writes."""
    for left in folder.glob(f"{PREFIX}*{SUFFIX}"):
        shutil.rmtree(left, ignore_errors=True)


def _must_be_free(target: Path, source: Path | None) -> None:
    try:
        there = target.stat()  # of what a link leads to: replacing a link to a device would break it
    except OSError:
        return  # not there; or its folder cannot be used, which making the file will say
    if stat.S_ISDIR(there.st_mode):
        raise UsageError(f"{isolated(target)} is a folder", todo="Give the name of a new file")
    if not stat.S_ISREG(there.st_mode):
        raise UsageError(
            f"{isolated(target)} is not a regular file", why="it would be replaced, not written to",
            todo="Give the name of a new file",
        )
    with contextlib.suppress(OSError):
        if source is not None and os.path.samestat(there, source.stat()):
            raise InputRefused(
                "The copy would overwrite the original", why="an original is never written",
                todo="Choose another name",
            )


def no_place(target: Path, error: OSError) -> ReviewError:
    """Why ``target`` cannot be written, for people."""
    name, folder = isolated(target.name), isolated(target.parent)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return EnvironmentProblem(
            f"{name} cannot be written: there is no folder {folder}",
            todo="Make the folder, or choose another",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EnvironmentProblem(
            f"{name} cannot be written: no permission to write in {folder}", todo="Choose another folder"
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentProblem(
            f"{name} cannot be written: the disk that holds {folder} is full", todo="Free some space"
        )
    return EnvironmentProblem(
        f"{name} cannot be written in {folder} ({error.strerror or type(error).__name__})",
        todo="Choose another name or folder",
    )
