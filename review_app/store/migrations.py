"""Numbered migrations. One that was ever released is never edited: the next change gets the next number.

``sqlite_utils`` takes a tenth of a second to import, so this module does it only when there is
something to migrate. Everyday opening compares one number.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from review_app.store.log_words import words_of

APPLICATION_ID = 0x52657641
"""``PRAGMA application_id`` of our databases: "RevA" in ASCII."""

JOURNALED = (
    "cases", "documents", "pages", "spans", "span_codes", "record_fields", "decisions", "exports",
    "acts", "people", "looks", "page_dispositions", "reviews", "samples", "sample_pages", "sample_marks",
    "gap_choices", "verifications", "internal_notes",
)
"""Tables whose every row has its history in ``audit_log``, parents before children."""

CACHES = ("log_index", "log_text", "page_text", "page_text_keys")
"""Tables that can be made anew from the others; not journaled."""

LOG_TRIGGERS = {
    "audit_log_no_update": """
        CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log BEGIN
            SELECT RAISE(ABORT, 'audit_log is append-only: no update');
        END""",
    "audit_log_no_delete": """
        CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log BEGIN
            SELECT RAISE(ABORT, 'audit_log is append-only: no delete');
        END""",
    # REPLACE removes the old row without firing the delete trigger (unless recursive_triggers is on),
    # so it is stopped as what it begins with: an insert that is not the next entry.
    "audit_log_only_append": """
        CREATE TRIGGER audit_log_only_append BEFORE INSERT ON audit_log
        WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_log)
        BEGIN
            SELECT RAISE(ABORT, 'audit_log is append-only: not the next entry');
        END""",
}
"""The triggers that keep ``audit_log`` append-only, by name."""


def _first(execute: Callable[..., Any]) -> None:
    for statement in (
        """CREATE TABLE cases (
            id TEXT PRIMARY KEY NOT NULL, number TEXT NOT NULL UNIQUE, title TEXT NOT NULL DEFAULT '',
            opened_at TEXT NOT NULL DEFAULT '') STRICT""",
        """CREATE TABLE documents (
            id TEXT PRIMARY KEY NOT NULL,
            case_id TEXT REFERENCES cases(id) DEFERRABLE INITIALLY DEFERRED,
            sha256 TEXT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL, page_count INTEGER NOT NULL,
            disposition TEXT NOT NULL DEFAULT 'unknown',
            state TEXT NOT NULL CHECK (state IN ('incoming', 'ready', 'removed')),
            warnings TEXT NOT NULL DEFAULT '[]', added_at TEXT NOT NULL DEFAULT '') STRICT""",
        # The same bytes are under review once; a removed document does not stand in the way.
        "CREATE UNIQUE INDEX documents_sha256 ON documents(sha256) WHERE state <> 'removed'",
        "CREATE INDEX documents_case ON documents(case_id)",
        """CREATE TABLE pages (
            id TEXT PRIMARY KEY NOT NULL,
            document_id TEXT NOT NULL REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
            number INTEGER NOT NULL, width REAL NOT NULL, height REAL NOT NULL,
            disposition TEXT NOT NULL DEFAULT 'unknown') STRICT""",
        "CREATE INDEX pages_document ON pages(document_id, number)",
        """CREATE TABLE spans (
            id TEXT PRIMARY KEY NOT NULL,
            document_id TEXT NOT NULL REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
            page INTEGER NOT NULL, kind TEXT NOT NULL, origin TEXT NOT NULL, status TEXT NOT NULL,
            rects TEXT NOT NULL, confidence REAL NOT NULL DEFAULT 1.0, band TEXT NOT NULL DEFAULT 'certain',
            detector TEXT NOT NULL DEFAULT '', evidence TEXT NOT NULL DEFAULT '',
            exemption_status TEXT NOT NULL DEFAULT 'not_stated', lines TEXT, extent TEXT,
            raw TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', author TEXT NOT NULL DEFAULT '',
            at TEXT NOT NULL DEFAULT '') STRICT""",
        "CREATE INDEX spans_document ON spans(document_id, status)",
        """CREATE TABLE span_codes (
            id TEXT PRIMARY KEY NOT NULL,
            span_id TEXT NOT NULL REFERENCES spans(id) DEFERRABLE INITIALLY DEFERRED,
            position INTEGER NOT NULL, code TEXT NOT NULL, raw TEXT NOT NULL DEFAULT '',
            provenance TEXT NOT NULL, confidence REAL NOT NULL DEFAULT 1.0) STRICT""",
        "CREATE INDEX span_codes_span ON span_codes(span_id)",
        """CREATE TABLE record_fields (
            id TEXT PRIMARY KEY NOT NULL,
            document_id TEXT NOT NULL REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
            field TEXT NOT NULL, value TEXT NOT NULL, raw TEXT NOT NULL DEFAULT '', page INTEGER NOT NULL,
            rect TEXT NOT NULL, confidence REAL NOT NULL DEFAULT 1.0, status TEXT NOT NULL) STRICT""",
        "CREATE INDEX record_fields_document ON record_fields(document_id)",
        """CREATE TABLE decisions (
            id TEXT PRIMARY KEY NOT NULL,
            span_id TEXT NOT NULL REFERENCES spans(id) DEFERRABLE INITIALLY DEFERRED,
            verdict TEXT NOT NULL, justification TEXT NOT NULL DEFAULT '', actor TEXT NOT NULL,
            at TEXT NOT NULL) STRICT""",
        "CREATE INDEX decisions_span ON decisions(span_id)",
        """CREATE TABLE exports (
            id TEXT PRIMARY KEY NOT NULL,
            document_id TEXT NOT NULL REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
            kind TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, head_seq INTEGER NOT NULL,
            head_hash TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
        "CREATE INDEX exports_document ON exports(document_id)",
        # What was done to single files from the command line; they are no documents of the workspace.
        """CREATE TABLE acts (
            id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
            output_sha256 TEXT NOT NULL DEFAULT '', at TEXT NOT NULL) STRICT""",
        # No UNIQUE but the key: a second one would let REPLACE remove an older entry.
        """CREATE TABLE audit_log (
            seq INTEGER PRIMARY KEY NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
            group_id TEXT, reverts INTEGER, changes TEXT NOT NULL, prev_hash TEXT NOT NULL,
            hash TEXT NOT NULL) STRICT""",
        "CREATE INDEX audit_log_group ON audit_log(group_id)",
        "CREATE INDEX audit_log_reverts ON audit_log(reverts) WHERE reverts IS NOT NULL",
        *LOG_TRIGGERS.values(),
        # Which entries concern a row, a span or a document: the row itself and what it belongs to.
        """CREATE TABLE log_index (
            id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (id, seq)) STRICT, WITHOUT ROWID""",
        """CREATE VIRTUAL TABLE page_text USING fts5(
            text, document_id UNINDEXED, page UNINDEXED, tokenize = 'unicode61 remove_diacritics 2')""",
        """CREATE TABLE page_text_keys (
            key INTEGER PRIMARY KEY NOT NULL, document_id TEXT NOT NULL, page INTEGER NOT NULL,
            UNIQUE (document_id, page)) STRICT""",
        f"PRAGMA application_id = {APPLICATION_ID}",
    ):
        execute(statement)


def _people(execute: Callable[..., Any]) -> None:
    """Who works in which role, what two people say of a span, what a reviewer says of a page, second looks;
    and what makes a long log quick to filter."""
    for statement in (
        """CREATE TABLE people (
            id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
            at TEXT NOT NULL) STRICT""",
        # Up to which entry a person has looked at the log.
        """CREATE TABLE looks (
            id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL,
            at TEXT NOT NULL) STRICT""",
        # What a person says of a page; what the machine read of it stays in ``pages``.
        """CREATE TABLE page_dispositions (
            id TEXT PRIMARY KEY NOT NULL,
            document_id TEXT NOT NULL REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
            page INTEGER NOT NULL, disposition TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '',
            actor TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (document_id, page)) STRICT""",
        # Each step of a span between two people; steps are added, never edited.
        """CREATE TABLE reviews (
            id TEXT PRIMARY KEY NOT NULL,
            span_id TEXT NOT NULL REFERENCES spans(id) DEFERRABLE INITIALLY DEFERRED,
            step TEXT NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
            is_override INTEGER NOT NULL DEFAULT 0 CHECK (is_override IN (0, 1)), at TEXT NOT NULL) STRICT""",
        "CREATE INDEX reviews_span ON reviews(span_id)",
        # A blind second look: which pages were drawn, from which seed, who looks, and the marks made.
        """CREATE TABLE samples (
            id TEXT PRIMARY KEY NOT NULL, seed INTEGER NOT NULL, population INTEGER NOT NULL,
            scope TEXT NOT NULL DEFAULT '', looker TEXT NOT NULL, state TEXT NOT NULL
            CHECK (state IN ('open', 'done', 'dropped')), made_by TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
        """CREATE TABLE sample_pages (
            id TEXT PRIMARY KEY NOT NULL,
            sample_id TEXT NOT NULL REFERENCES samples(id) DEFERRABLE INITIALLY DEFERRED,
            position INTEGER NOT NULL,
            document_id TEXT NOT NULL REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
            page INTEGER NOT NULL, first TEXT NOT NULL DEFAULT '[]',
            is_done INTEGER NOT NULL DEFAULT 0 CHECK (is_done IN (0, 1)),
            at TEXT NOT NULL DEFAULT '', UNIQUE (sample_id, document_id, page)) STRICT""",
        """CREATE TABLE sample_marks (
            id TEXT PRIMARY KEY NOT NULL,
            sample_id TEXT NOT NULL REFERENCES samples(id) DEFERRABLE INITIALLY DEFERRED,
            document_id TEXT NOT NULL REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
            page INTEGER NOT NULL, rects TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
        "CREATE INDEX sample_marks_page ON sample_marks(sample_id, document_id, page)",
        "CREATE INDEX audit_log_actor ON audit_log(actor)",
        "CREATE INDEX audit_log_action ON audit_log(action)",
        "CREATE INDEX audit_log_at ON audit_log(at)",
        # The words of an entry, and no second copy of its text.
        """CREATE VIRTUAL TABLE log_text USING fts5(
            text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2')""",
    ):
        execute(statement)
    for seq, actor, action, changes in execute("SELECT seq, actor, action, changes FROM audit_log"):
        try:
            plain = json.loads(changes)
            words = words_of(actor, action, plain)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            continue  # edited from outside: the check of the log will say so
        execute("INSERT INTO log_text (rowid, text) VALUES (?, ?)", (seq, words))


def _releases(execute: Callable[..., Any]) -> None:
    """What is decided about the gaps of marks, and what the attack on each release copy found."""
    for statement in (
        # ``rects`` are those of the span when somebody decided: a mark that was moved wants a new decision.
        # No reference to the span: a decision stays when the mark is removed, for undo brings that back.
        """CREATE TABLE gap_choices (
            id TEXT PRIMARY KEY NOT NULL,
            document_id TEXT NOT NULL REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
            span_id TEXT NOT NULL, gap TEXT NOT NULL, level TEXT NOT NULL DEFAULT '',
            reason TEXT NOT NULL DEFAULT '', rects TEXT NOT NULL, actor TEXT NOT NULL,
            at TEXT NOT NULL) STRICT""",
        "CREATE INDEX gap_choices_document ON gap_choices(document_id)",
        """CREATE TABLE verifications (
            id TEXT PRIMARY KEY NOT NULL,
            document_id TEXT NOT NULL REFERENCES documents(id) DEFERRABLE INITIALLY DEFERRED,
            export_id TEXT NOT NULL, summary TEXT NOT NULL, marks INTEGER NOT NULL,
            marks_sha256 TEXT NOT NULL, checks INTEGER NOT NULL, to_decide INTEGER NOT NULL,
            known_open TEXT NOT NULL DEFAULT '{}',
            certificate TEXT NOT NULL, certificate_sha256 TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
        "CREATE INDEX verifications_document ON verifications(document_id)",
    ):
        execute(statement)


def _internal_notes(execute: Callable[..., Any]) -> None:
    """What colleagues tell one another about a span. A table of its own, and no column of ``spans``: what
    makes a copy, a certificate or a report of spans cannot take it along by taking the row."""
    execute("""CREATE TABLE internal_notes (
        id TEXT PRIMARY KEY NOT NULL,
        span_id TEXT NOT NULL UNIQUE REFERENCES spans(id) DEFERRABLE INITIALLY DEFERRED,
        text TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL) STRICT""")


MIGRATIONS: tuple[tuple[str, Callable[[Callable[..., Any]], None]], ...] = (
    ("m0001_first", _first),
    ("m0002_people", _people),
    ("m0003_releases", _releases),
    ("m0004_internal_notes", _internal_notes),
)
"""Name and function of each, in order. A function gets a way to execute one statement."""

VERSION = len(MIGRATIONS)
"""What ``PRAGMA user_version`` of an up-to-date database says."""


def version_of(connection: sqlite3.Connection) -> int:
    """How many migrations the database has seen; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def apply(connection: sqlite3.Connection) -> None:
    """Bring the database to :data:`VERSION`. Each migration and its number are one transaction."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations("review_app")
    for number, (name, function) in enumerate(MIGRATIONS, start=1):
        migrations(name=name)(_numbered(number, function))
    # Plugins of other people have no business in a migration.
    migrations.apply(Database(connection, execute_plugins=False))


def _numbered(number: int, function: Callable[[Callable[..., Any]], None]) -> Callable[..., None]:
    def migrate(db: object) -> None:
        execute = db.execute  # type: ignore[attr-defined]
        function(execute)
        execute(f"PRAGMA user_version = {number}")

    return migrate
