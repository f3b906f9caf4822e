"""One connection, one lock, one way to begin and end a transaction."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from review_app.domain.errors import EnvironmentProblem, ReviewError
from review_app.store.faults import gone, in_words, of_sqlite_error

BUSY_S = 2.0
"""How long to wait for another program that writes to review.db (sqlite-utils, a shell), in seconds; a thread
that must not wait so long says so (:meth:`Database.hurry`)."""
_AGAIN_S = 0.01
"""How soon to look again whether it is done, in seconds."""


class Database:
    """A connection that all threads share, one at a time.

    Args:
        connect: makes a connection to the same database; used once here and once for every long read.
        read_only: refuse to write.
        file: where the database lies. It is looked for before every transaction: an open file that was
            deleted takes writes without a word, and all of them are lost when it is closed.
    """

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], *, read_only: bool, file: Path | None = None
    ) -> None:
        self._connect = connect
        self._file = file
        self._lock = threading.RLock()
        self._durable: bool | None = None
        self._patience: dict[int, float] = {}
        self.read_only = read_only
        self.connection = connect()
        self.connection.row_factory = sqlite3.Row
        self._identity = _identity(file)

    def close(self) -> None:
        """Close the connection; the last writer puts the WAL back into review.db. Safe to call twice."""
        with self._lock, in_words():
            self.connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for short reads; no other thread uses it meanwhile.

        Raises:
            EnvironmentProblem: the database cannot be read; the message says why.
        """
        with self._lock, in_words():
            yield self.connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own that sees one state, for long reads that must not hold up a writer.

        Raises:
            EnvironmentProblem: the database cannot be read; the message says why.
        """
        with in_words():
            connection = self._connect()
            try:
                connection.row_factory = sqlite3.Row
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.close()

    @contextmanager
    def writing(
        self, *, durable: bool, explain: Callable[[sqlite3.Connection], ReviewError | None] | None = None
    ) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is recorded when the block ends, nothing when it raises.

        With ``durable`` it is on the disk when the block ends (``synchronous=FULL``); without it the
        newest such transactions may be lost when the power fails, but never when the process dies.
        Inside another transaction it is part of that one.

        Args:
            durable: see above.
            explain: asked, with the transaction still open, what a constraint that fails at its end means.

        Raises:
            EnvironmentProblem: opened for reading only, deleted or moved away, disk full, no permission,
                damaged.
            RuleBroken: a constraint says no.
        """
        with self._begun(durable=durable) as (connection, is_outer):
            if not is_outer:
                yield connection
                return
            try:
                yield connection
                try:
                    connection.execute("COMMIT")
                except sqlite3.IntegrityError as error:
                    meaning = explain(connection) if explain is not None else None
                    raise (meaning or of_sqlite_error(error)) from error
            except BaseException:
                # After a full disk SQLite may have rolled back by itself: then this says so, no more.
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def hurry(self, seconds: float) -> None:
        """From now on this thread waits so long, and no longer, for another program that writes."""
        self._patience[threading.get_ident()] = seconds

    @contextmanager
    def _begun(self, *, durable: bool) -> Iterator[tuple[sqlite3.Connection, bool]]:
        """The connection in a transaction, for this thread alone, and whether the transaction is its own.

        While another program writes, the connection is free in between: who only reads must not wait for
        what may wait the longest.
        """
        until = time.monotonic() + self._patience.get(threading.get_ident(), BUSY_S)
        while True:
            with self._lock, in_words():
                self.must_be_writable()
                connection = self.connection
                if connection.in_transaction:
                    yield connection, False
                    return
                self._must_be_there()
                if durable is not self._durable:
                    connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
                    self._durable = durable
                if _begins(connection, is_last=time.monotonic() >= until):
                    yield connection, True
                    return
            time.sleep(_AGAIN_S)

    def must_be_writable(self) -> None:
        """Raises EnvironmentProblem when the workspace was opened for reading only."""
        if self.read_only:
            raise EnvironmentProblem(
                "The workspace was opened for reading only", why="nothing can be changed in it",
                todo="Open it for writing",
            )

    def _must_be_there(self) -> None:
        """Raises EnvironmentProblem when the file is not the one that was opened. Takes microseconds."""
        if self._file is not None and _identity(self._file) != self._identity:
            raise gone(self._file)


def _begins(connection: sqlite3.Connection, *, is_last: bool) -> bool:
    """Begin a transaction at once; False while another program is writing, which raises the last time."""
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if is_last or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout={int(BUSY_S * 1000)}")
    return True


def _identity(file: Path | None) -> tuple[int, int] | None:
    """What tells the file from another one in its place; None when there is none."""
    if file is None:
        return None
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
