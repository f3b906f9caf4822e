"""What the SQLite of this Python can do."""

from __future__ import annotations

import contextlib
import sqlite3


def sqlite_version() -> str:
    """The version of the SQLite library."""
    return sqlite3.sqlite_version


def has_full_text_search() -> bool:
    """True when FTS5, which the search index needs, is compiled in."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        except sqlite3.OperationalError:
            return False
    return True
