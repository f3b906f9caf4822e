"""SQLite; the only importer of sqlite3 and sqlite_utils."""
