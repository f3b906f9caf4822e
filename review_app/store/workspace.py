"""The folder on disk: who may write, which version it is, and what every part of the store starts from.

    review.db      SQLite, WAL
    originals/     the bytes as received, by SHA-256, read-only
    exports/       what the program wrote
    backups/       review.db as it was before a migration
    cache/         what can be made again: recognised pages
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from review_app.domain.display import isolated
from review_app.domain.errors import EnvironmentProblem
from review_app.store import migrations
from review_app.store.database import BUSY_S, Database
from review_app.store.faults import disk_full, files_in_words, in_words
from review_app.store.index import Index
from review_app.store.journal import Journal
from review_app.store.leftovers import abandon, incoming_ids
from review_app.store.lock import FolderLock
from review_app.store.log_queries import LogQueries
from review_app.store.originals import Originals
from review_app.store.queries import Queries

DATABASE = "review.db"


class Workspace:
    """An open workspace. Close it, or use it as a context manager.

    Attributes:
        folder: absolute path.
        read_only: True when nothing can be changed.
        exports_folder: where the program writes.
        cache_folder: what can be made again; it may be deleted at any time.
        journal, queries, log, originals, index: the parts of the store.
    """

    def __init__(
        self, folder: Path, connect: Callable[[], sqlite3.Connection], *, read_only: bool,
        lock: FolderLock | None = None, scratch: Path | None = None,
    ) -> None:
        self.folder = folder
        self.read_only = read_only
        self.exports_folder = folder / "exports"
        self.cache_folder = folder / "cache"
        self._lock = lock
        self._scratch = scratch
        self._database = Database(
            connect, read_only=read_only, file=None if read_only else folder / DATABASE)
        try:
            self.journal = Journal(self._database)
            self.queries = Queries(self._database)
            self.log = LogQueries(self._database)
            self.index = Index(self._database)
            self.originals = Originals(
                folder / "originals", read_only=read_only, in_use=self.queries.has_original
            )
        except BaseException:
            self._database.close()
            raise

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> Workspace:
        """Open a workspace; for writing, make it where there is none.

        For writing it takes the workspace's lock, migrates the database (after a backup) and takes back
        what a broken intake left. For reading it takes no lock and changes no recorded byte: it works beside
        a writer, on a copy, and in a folder that is write-protected (in one that is not, SQLite may leave
        its empty working files ``review.db-wal`` and ``review.db-shm``).

        Raises:
            WorkspaceLocked: another process holds it for writing.
            EnvironmentProblem: not there (reading), no permission, disk full, damaged, not ours, or made
                by a newer version.
        """
        folder = folder.absolute()
        return _open_for_reading(cls, folder) if read_only else _open_for_writing(cls, folder)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and let others in. Safe to call twice."""
        try:
            self._database.close()
        finally:
            if self._lock is not None:
                self._lock.release()
            if self._scratch is not None:
                shutil.rmtree(self._scratch, ignore_errors=True)

    def hurry(self, seconds: float) -> None:
        """From now on this thread waits so long, and no longer, for another program that writes."""
        self._database.hurry(seconds)

    def abandon(self, document_id: str) -> None:
        """Take back all that was written of a document that could not be recorded whole.

        It is an entry of the log (``document.abandoned``). Nothing happens when there is no such document.

        Raises:
            RuleBroken: the document is recorded whole.
            EnvironmentProblem: the workspace cannot be written.
        """
        abandon(self._database, self.journal, self.index, document_id)

    def backup(self, to: Path) -> Path:
        """Copy the whole workspace, as of now, into the new folder ``to`` and return its path.

        The copy is a workspace that opens by itself. Others may go on writing meanwhile. The log and all
        decisions are one state; originals are copied after it.

        Raises:
            EnvironmentProblem: ``to`` exists, cannot be written, or the disk is full; nothing is left of it.
        """
        to = to.absolute()
        if os.path.lexists(to):
            raise EnvironmentProblem(
                f"{isolated(to)} is there already", why="a backup never overwrites anything",
                todo="Name a folder that does not exist",
            )
        part = to.with_name(f"{to.name}.part")
        with files_in_words(to):
            part.mkdir(mode=0o700, parents=True)
            try:
                with self._database.snapshot() as connection:
                    _copy_database(connection, part / DATABASE)
                _copy_originals(self.folder / "originals", part / "originals")
                part.replace(to)
            except shutil.Error as error:
                raise disk_full() from error
            finally:
                shutil.rmtree(part, ignore_errors=True)
        return to

    def _take_back_leftovers(self) -> None:
        for document_id, sha256 in incoming_ids(self._database):
            self.abandon(document_id)
            self.originals.drop(sha256)
        self.originals.sweep()


def _open_for_writing(cls: type[Workspace], folder: Path) -> Workspace:
    with files_in_words(folder):
        is_new = not folder.exists()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_new or not any(folder.iterdir()):
            # Only a folder that holds nothing else is made private: another one may be somebody's home.
            folder.chmod(0o700)
    lock = FolderLock.take(folder)
    try:
        for name in ("originals", "exports"):
            with files_in_words(folder / name):
                (folder / name).mkdir(mode=0o700, exist_ok=True)
        path = folder / DATABASE
        with files_in_words(path):
            # Made here, so that it is private from its first byte; SQLite gives the WAL the same mode.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        _prepare(folder, path)
        workspace = cls(folder, lambda: _connect(path, "mode=rw"), read_only=False, lock=lock)
        try:
            workspace._take_back_leftovers()
        except BaseException:
            workspace.close()
            raise
        return workspace
    except BaseException:
        lock.release()
        raise


def _prepare(folder: Path, path: Path) -> None:
    """Check that the database is ours, put it into WAL mode, and migrate it when it is older."""
    with in_words(), contextlib.closing(_connect(path, "mode=rw")) as connection:
        version = migrations.version_of(connection)
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        is_empty = version == 0 and tables == 0
        if not is_empty:
            _must_be_ours(connection, folder)
        if version > migrations.VERSION:
            raise _newer(folder)
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise EnvironmentProblem(
                f"The file system of {isolated(folder)} cannot hold a workspace",
                why="SQLite needs shared memory there, which network drives often lack",
                todo="Choose a folder on a disk of this computer",
            )
        if version < migrations.VERSION:
            if not is_empty:
                _backup_before_migration(connection, folder, version)
            migrations.apply(connection)


def _open_for_reading(cls: type[Workspace], folder: Path) -> Workspace:
    path = folder / DATABASE
    with files_in_words(path):
        if not path.is_file() or path.stat().st_size == 0:
            raise EnvironmentProblem(
                f"There is no workspace at {isolated(folder)}", why=f"it has no {DATABASE}",
                todo="Check the path, or open it for writing to make a new one",
            )
        path.open("rb").close()
    connect, scratch = _reader(path)
    try:
        with in_words(), contextlib.closing(connect()) as connection:
            _must_be_ours(connection, folder)
            version = migrations.version_of(connection)
        if version > migrations.VERSION:
            raise _newer(folder)
        if version < migrations.VERSION:
            connect, scratch = _migrated_copy(connect, path.name, scratch)
        return cls(folder, connect, read_only=True, scratch=scratch)
    except BaseException:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        raise


def _reader(path: Path) -> tuple[Callable[[], sqlite3.Connection], Path | None]:
    """How to read a database that may have a writer, may be a copy, may be write-protected.

    A WAL database needs its shared memory file. Where that can be neither used nor made, there is no
    writer that we could see: without a WAL the file alone is the whole truth (``immutable``); with one,
    a private copy of both is read, because ``immutable`` would leave out the newest entries.
    """
    def plain() -> sqlite3.Connection:
        return _connect(path, "mode=ro")

    try:
        with contextlib.closing(plain()) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return plain, None
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            with in_words():
                raise
    except sqlite3.Error:
        with in_words():
            raise
    wal = path.with_name(f"{path.name}-wal")
    with files_in_words(wal):
        if not wal.exists() or wal.stat().st_size == 0:
            return lambda: _connect(path, "mode=ro&immutable=1"), None
        scratch = Path(tempfile.mkdtemp(prefix="review-app-"))
        try:
            copy = scratch / path.name
            shutil.copyfile(path, copy)
            shutil.copyfile(wal, scratch / wal.name)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
    return lambda: _connect(copy, "mode=ro"), scratch


def _migrated_copy(
    connect: Callable[[], sqlite3.Connection], name: str, scratch: Path | None
) -> tuple[Callable[[], sqlite3.Connection], Path]:
    """A private copy of an older database, brought up to date: an auditor may not, and on read-only media
    cannot, change the workspace itself."""
    folder = Path(tempfile.mkdtemp(prefix="review-app-"))
    try:
        copy = folder / name
        with files_in_words(copy), in_words():
            with contextlib.closing(connect()) as source:
                _copy_database(source, copy)
            with contextlib.closing(_connect(copy, "mode=rw")) as connection:
                migrations.apply(connection)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if scratch is not None:
        shutil.rmtree(scratch, ignore_errors=True)
    return lambda: _connect(copy, "mode=ro"), folder


def _connect(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?{how}", uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_S,
    )
    try:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA trusted_schema=OFF")  # a planted trigger or view gets no odd functions
    except BaseException:
        connection.close()
        raise
    return connection


def _must_be_ours(connection: sqlite3.Connection, folder: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != migrations.APPLICATION_ID:
        raise EnvironmentProblem(
            f"{DATABASE} in {isolated(folder)} belongs to another program",
            why="it is a database, but not one of a workspace", todo="Choose another workspace folder",
        )


def _newer(folder: Path) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"The workspace {isolated(folder)} was made by a newer version of this program",
        why="this version would not understand all of it", todo="Install the newer version and use that",
    )


def _backup_before_migration(connection: sqlite3.Connection, folder: Path, version: int) -> None:
    backups = folder / "backups"
    with files_in_words(backups):
        backups.mkdir(mode=0o700, exist_ok=True)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        _copy_database(connection, backups / f"review-v{version}-{stamp}.db")


def _copy_database(connection: sqlite3.Connection, to: Path) -> None:
    os.close(os.open(to, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with contextlib.closing(sqlite3.connect(to)) as target:
        connection.backup(target)


def _copy_originals(source: Path, to: Path) -> None:
    to.mkdir(mode=0o700)
    for shelf in sorted(p for p in source.iterdir() if p.is_dir() and not p.name.startswith(".")):
        (to / shelf.name).mkdir(mode=0o700)
        for original in sorted(shelf.iterdir()):
            shutil.copy2(original, to / shelf.name / original.name)
