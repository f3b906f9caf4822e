"""A file on its way out: made beside its place under another name, moved there when all is well.

A child that is ended in the middle leaves what it wrote; here it is taken away, in the same run or, when the
whole program was ended, by the next export to the same name and at the next opening of the workspace.

Two exports to one name at the same time would take one another's halves for what a broken run left: the
second is refused, in the same program and, where the system locks folders, in another one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import signal
import stat
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from review_app.domain.display import isolated
from review_app.domain.errors import EnvironmentProblem, InputRefused, ReviewError, UsageError

PREFIX, SUFFIX = ".review-app-", ".part"
"""How the folder that holds an unfinished file is called, around a hash of the file's name."""

_TRIES = 8
"""How often the folder is made anew when somebody takes it away in that moment."""

_written: set[Path] = set()
_written_lock = threading.Lock()


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
        EnvironmentProblem: its folder is missing or cannot be written, or another export writes ``target``.
    """
    _must_be_free(target, source)
    folder = _workshop(target)
    with _ended_in_order(), _alone(folder, target):
        try:
            part = folder / target.name
            yield part
            try:
                part.replace(target)
            except OSError as error:
                raise no_place(target, error) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _alone(folder: Path, target: Path) -> Iterator[None]:
    """An empty folder of our own that nobody else makes ``target`` in."""
    with _written_lock:
        if folder in _written:
            raise _busy(target)
        _written.add(folder)
    held: int | None = None
    try:
        held = _taken(folder, target)
        yield
    finally:
        if held is not None:
            os.close(held)
        with _written_lock:
            _written.discard(folder)


def _taken(folder: Path, target: Path) -> int | None:
    """Make the folder, emptied of what a broken run left; an open file that locks it, None where none can."""
    for _ in range(_TRIES):
        is_new = True
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            is_new = False
        except OSError as error:
            raise no_place(target, error) from error
        try:
            held = _lock(folder, target)
        except KeyboardInterrupt:
            if is_new:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        if is_new and (folder.is_dir() if held is None else _is_same(held, folder)):
            return held
        # Left by a run that was ended, as nobody holds it; or it was just taken away by who held it.
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)
    raise no_place(target, FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)))


def _lock(folder: Path, target: Path) -> int | None:
    """Hold the folder until the file that is returned is closed, or this process ends; None where folders
    cannot be locked (Windows, some network disks), or it is gone."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise _busy(target) from None
    except OSError:
        os.close(held)
        return None
    return held


def _is_same(held: int, folder: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(held), folder.lstat())
    except OSError:
        return False


def _busy(target: Path) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"{isolated(target.name)} is being written by another export",
        why="two at a time would take one another's halves away",
        todo="Wait until it is done, or choose another name",
    )


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """While a file is unfinished, a request to end (SIGTERM, a terminal that is closed) is what Ctrl-C is: an
    unfinished release copy has not been checked and must not lie about. Not in jobs beside a window."""
    changed = []
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)
                changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


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
