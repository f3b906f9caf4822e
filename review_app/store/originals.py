"""The files as received, by their SHA-256. An original is written once, read-only, and never again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from review_app.domain.display import isolated
from review_app.domain.errors import EnvironmentProblem, InputRefused
from review_app.domain.values import dataclass
from review_app.store.faults import files_in_words

_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Staged:
    """A copy of a source that is not kept yet: its hash, size in bytes, where the copy is, the source's name.

    A name that is not valid in the file system's encoding has its odd bytes as ``\\udcff``.
    """

    sha256: str
    size: int
    path: Path
    name: str


class Originals:
    """The folder ``originals/`` of a workspace.

    Args:
        folder: the folder.
        read_only: refuse to write.
        in_use: whether a document with this SHA-256 is recorded.
    """

    def __init__(self, folder: Path, *, read_only: bool, in_use: Callable[[str], bool]) -> None:
        self._folder = folder
        self._staging = folder / ".incoming"
        self._read_only = read_only
        self._in_use = in_use

    def stage(self, path: Path, *, on_bytes: Callable[[int], None] | None = None) -> Staged:
        """Copy a source into the workspace and hash it on the way. Blocks; call it from a job.

        Args:
            path: the source; it is only read.
            on_bytes: called after each MiB with the bytes copied so far; may raise to stop.

        Raises:
            InputRefused: missing, unreadable, empty, not a regular file, or it changed or vanished meanwhile.
            EnvironmentProblem: the workspace cannot be written, or the disk is full.
        """
        self._must_be_writable()
        source = _open_source(path)
        try:
            before = os.fstat(source)
            with files_in_words(self._staging):
                self._staging.mkdir(mode=0o700, parents=True, exist_ok=True)
            # The suffix goes along, for readers that look at it.
            copy = self._staging / f"{secrets.token_hex(16)}{_suffix(path.name)}"
            try:
                digest, size = _copy(source, path, copy, before.st_size, on_bytes)
                _must_be_unchanged(source, path, before, size)
            except BaseException:
                with contextlib.suppress(OSError):
                    copy.unlink(missing_ok=True)
                raise
        finally:
            os.close(source)
        return Staged(digest, size, copy, shown_name(path.name))

    def keep(self, staged: Staged) -> Path:
        """Make a staged copy the original, and return its path. It is on the disk when the call returns.

        Where the same bytes are kept already the copy is dropped; a kept file that is damaged is replaced.

        Raises:
            EnvironmentProblem: the workspace cannot be written, or the disk is full.
        """
        self._must_be_writable()
        kept = self.path(staged.sha256)
        with files_in_words(self._folder):
            if kept.is_file():
                if _digest(kept) == staged.sha256:
                    self.discard(staged)
                    return kept
                target = kept
            else:
                target = self._shelf(staged.sha256) / f"{staged.sha256}{_suffix(staged.name)}"
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Only here: a copy that is not kept need not outlive a power failure, and the disk takes as long
            # to say so as a page takes to be shown.
            _sync(staged.path)
            staged.path.chmod(0o400)
            if os.name == "nt" and target.exists():
                target.chmod(0o600)  # Windows does not replace a read-only file
            staged.path.replace(target)
            _sync_folder(target.parent)
        return target

    def discard(self, staged: Staged) -> None:
        """Drop a staged copy. Nothing happens when it was kept or dropped before."""
        with contextlib.suppress(OSError):
            staged.path.unlink(missing_ok=True)

    def drop(self, sha256: str) -> None:
        """Remove an original that no recorded document has; one that a document has stays.

        Raises:
            EnvironmentProblem: the workspace cannot be written.
        """
        self._must_be_writable()
        if self._in_use(sha256):
            return
        path = self.path(sha256)
        with files_in_words(path):
            if os.name == "nt" and path.exists():
                path.chmod(0o600)
            path.unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the original with this hash is, or would be. Whether it is there is for the caller to see.

        Raises:
            ValueError: not a SHA-256 in lower case hexadecimal; a defect of the caller.
        """
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        shelf = self._shelf(sha256)
        found = sorted(shelf.glob(f"{sha256}*")) if shelf.is_dir() else []
        return found[0] if found else shelf / sha256

    def is_intact(self, sha256: str) -> bool:
        """True when the original is there and still has its hash. Reads the whole file.

        Raises:
            EnvironmentProblem: it cannot be read.
        """
        path = self.path(sha256)
        with files_in_words(path):
            return path.is_file() and _digest(path) == sha256

    def sweep(self) -> None:
        """Drop what a broken run left in staging. Only for the one who holds the workspace's lock."""
        for path in self._staging.glob("*"):
            with contextlib.suppress(OSError):
                path.unlink()

    def _shelf(self, sha256: str) -> Path:
        return self._folder / sha256[:2]

    def _must_be_writable(self) -> None:
        if self._read_only:
            raise EnvironmentProblem(
                "The workspace was opened for reading only", why="no file can be added to it",
                todo="Open it for writing",
            )


def shown_name(name: str) -> str:
    """A file's name as it is recorded: odd bytes of one that is not valid in the file system's encoding are
    written out."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _open_source(path: Path) -> int:
    name = isolated(path)
    try:
        # A look before opening: opening a device or a FIFO may do something or wait for ever.
        kind = path.stat().st_mode
        if stat.S_ISREG(kind):
            flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            fd = os.open(path, flags)
            kind = os.fstat(fd).st_mode
            if stat.S_ISREG(kind):
                if os.fstat(fd).st_size == 0:
                    os.close(fd)
                    raise InputRefused(f"{name} is empty", why="there is nothing to review in it")
                return fd
            os.close(fd)
    except FileNotFoundError:
        raise InputRefused(f"{name} is not there", todo="Check the path") from None
    except PermissionError:
        raise InputRefused(f"No permission to read {name}", todo="Change its permissions") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = getattr(error, "strerror", None) or "not a valid path"
        raise InputRefused(f"{name} cannot be read ({reason})", todo="Check the path") from error
    what = "a folder" if stat.S_ISDIR(kind) else "not a regular file"
    raise InputRefused(f"{name} is {what}", why="only files can be reviewed", todo="Give a file")


def _copy(
    source: int, path: Path, copy: Path, expected: int, on_bytes: Callable[[int], None] | None
) -> tuple[str, int]:
    """Hash and size of what was copied. Ends early when there is more than ``expected``: a file that somebody
    goes on writing to has no end."""
    digest, size = hashlib.sha256(), 0
    with files_in_words(copy):
        target = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        while size <= expected:
            try:
                chunk = os.read(source, _CHUNK)
            except OSError as error:
                raise InputRefused(
                    f"{isolated(path)} cannot be read to its end ({error.strerror})",
                    todo="Check the disk it is on",
                ) from error
            if not chunk:
                break
            digest.update(chunk)
            size += len(chunk)
            with files_in_words(copy):
                rest = memoryview(chunk)
                while rest:
                    rest = rest[os.write(target, rest):]
            if on_bytes is not None:
                on_bytes(size)
    finally:
        os.close(target)
    return digest.hexdigest(), size


def _must_be_unchanged(source: int, path: Path, before: os.stat_result, size: int) -> None:
    """What was copied must be what is there now, under the same name."""
    after = os.fstat(source)
    try:
        there = path.stat()
    except OSError:
        raise InputRefused(
            f"{isolated(path)} vanished while it was read", why="what was read of it may be incomplete",
            todo="Put it back and add it again",
        ) from None
    same = (
        size == before.st_size == after.st_size and before.st_mtime_ns == after.st_mtime_ns
        and os.path.samestat(after, there)
    )
    if not same:
        raise InputRefused(
            f"{isolated(path)} changed while it was read",
            why="what was read is neither the old nor the new file",
            todo="Wait until it is complete and add it again",
        )


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power failure; Windows has no such call and needs none."""
    if os.name != "nt":
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
