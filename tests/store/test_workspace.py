"""The folder: permissions, the lock, reading beside a writer, versions, damage, backups, leftovers."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from review_app.domain.errors import EnvironmentProblem, RuleBroken, WorkspaceLocked
from review_app.store import migrations
from review_app.store.workspace import Workspace

posix = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX file systems")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def shell(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "review.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@posix
def test_a_new_workspace_is_private(tmp_path):
    old = os.umask(0)
    try:
        with Workspace.open(tmp_path / "a" / "b") as workspace:
            workspace.journal.commit("ana", "x", [])
            folders = [workspace.folder, workspace.folder / "originals", workspace.exports_folder]
            assert [mode(f) for f in folders] == [0o700] * 3
            files = [p for p in workspace.folder.iterdir() if p.is_file()]
            assert {p.name for p in files} >= {"review.db", "review.db-wal", "review.db-shm"}
            assert {mode(p) for p in files} == {0o600}
    finally:
        os.umask(old)


@posix
def test_a_folder_with_other_things_in_it_keeps_its_permissions(tmp_path):
    """Somebody's home must not become private to this program."""
    tmp_path.chmod(0o755)
    (tmp_path / "letter.txt").write_text("hello", encoding="utf-8")
    Workspace.open(tmp_path).close()
    assert mode(tmp_path) == 0o755
    assert mode(tmp_path / "review.db") == 0o600


def test_it_is_there_again_after_closing(filled):
    folder, head = filled.folder, filled.journal.head()
    filled.close()
    filled.close()
    assert not (folder / "review.db-wal").exists()
    with Workspace.open(folder) as again:
        assert again.journal.head() == head
        assert again.journal.verify() == []


def test_sqlite_utils_opens_it_as_it_is(filled):
    import sqlite_utils

    database = sqlite_utils.Database(filled.folder / "review.db")
    try:
        assert {"cases", "documents", "spans", "audit_log", "page_text"} <= set(database.table_names())
        assert database.table("spans").strict
        assert database.table("documents").get("d1")["name"] == "memo.txt"
        assert [k.other_table for k in database.table("spans").foreign_keys] == ["documents"]
        assert database.table("page_text").detect_fts() == "page_text"
        done = subprocess.run(
            [sys.executable, "-m", "sqlite_utils", "rows", str(filled.folder / "review.db"), "documents"],
            capture_output=True, text=True, check=True,
        )
        assert '"memo.txt"' in done.stdout
    finally:
        database.close()


def test_everyday_opening_does_not_import_sqlite_utils(filled):
    """It takes a tenth of a second and brings numpy where that is installed."""
    folder = filled.folder
    filled.close()
    code = (
        "import sys; from pathlib import Path; from review_app.store.workspace import Workspace\n"
        f"with Workspace.open(Path({str(folder)!r})) as w: assert w.journal.head().seq == 3\n"
        "print('sqlite_utils' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["False", "False"], "")


# The lock.

HOLD = """
import sys
from pathlib import Path
from review_app.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.readline()
"""


def test_a_second_process_gets_a_clear_error(tmp_path):
    folder = tmp_path / "workspace"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WorkspaceLocked, match=f"in use by process {holder.pid}") as caught:
            Workspace.open(folder)
        assert caught.value.exit_code == 5
        assert caught.value.why and caught.value.todo
        with Workspace.open(folder, read_only=True) as reader:
            assert reader.journal.verify() == []
    finally:
        holder.communicate("\n")
    Workspace.open(folder).close()


@posix
def test_the_lock_ends_with_its_process_however_it_ends(tmp_path):
    folder = tmp_path / "workspace"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "open\n"
        holder.kill()
    Workspace.open(folder).close()


def test_a_second_window_of_the_same_process_is_locked_out_too(workspace):
    with pytest.raises(WorkspaceLocked):
        Workspace.open(workspace.folder)


def test_opening_that_fails_leaves_no_lock(tmp_path):
    folder = tmp_path / "workspace"
    Workspace.open(folder).close()
    shell(folder, "PRAGMA user_version = 99")
    with pytest.raises(EnvironmentProblem, match="newer version"):
        Workspace.open(folder)
    shell(folder, f"PRAGMA user_version = {migrations.VERSION}")
    Workspace.open(folder).close()


# Reading only.

def test_a_reader_sees_what_the_writer_commits_and_can_change_nothing(filled, rows):
    with Workspace.open(filled.folder, read_only=True) as reader:
        filled.journal.commit("ana", "span.noted", [rows.edit(filled, "spans", "s1", note="new")])
        assert reader.queries.span("s1").note == "new"
        assert reader.journal.undoable("ana") is not None
        for change in (
            lambda: reader.journal.commit("eve", "x", []), lambda: reader.journal.revert(3, "eve"),
            lambda: reader.index.add("d1", 1, "text"), lambda: reader.index.remove("d1"),
            lambda: reader.abandon("d1"), lambda: reader.originals.stage(filled.folder / "review.db"),
            lambda: reader.originals.drop("a" * 64),
        ):
            with pytest.raises(EnvironmentProblem, match="for reading only"):
                change()
    assert filled.journal.head().seq == 4


def test_reading_only_makes_nothing(tmp_path):
    with pytest.raises(EnvironmentProblem, match="no workspace at"):
        Workspace.open(tmp_path / "nowhere", read_only=True)
    assert list(tmp_path.iterdir()) == []


@contextlib.contextmanager
def protected(folder: Path) -> Iterator[Path]:
    """A copy of ``folder`` that nobody may write, used as a user whom permissions bind."""
    place = Path(tempfile.mkdtemp(prefix="review-app-test-"))
    is_root = os.geteuid() == 0
    try:
        place.chmod(0o755)
        copy = place / "workspace"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*-shm", "*.lock"))
        for path in (copy, *copy.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        if is_root:
            os.seteuid(65534)
        yield copy
    finally:
        if is_root:
            os.seteuid(0)
        for path in (place, *place.rglob("*")):
            if path.is_dir():
                path.chmod(0o700)
        shutil.rmtree(place)


@posix
def test_a_write_protected_folder_can_be_read(filled):
    folder = filled.folder
    filled.close()
    with protected(folder) as copy:
        with pytest.raises(EnvironmentProblem, match=r"[Pp]ermission"):
            Workspace.open(copy)
        with Workspace.open(copy, read_only=True) as reader:
            assert reader.queries.span("s1").status == "confirmed"
            assert reader.journal.verify() == []
            assert reader.index.find("memo") == []
        assert {p.name for p in copy.iterdir()} == {"review.db", "originals", "exports"}


@posix
def test_a_write_protected_copy_taken_under_a_writer_shows_the_newest_entries(filled):
    """Its newest entries are in the WAL alone: reading the file without it would leave them out."""
    assert (filled.folder / "review.db-wal").stat().st_size > 0
    with protected(filled.folder) as copy:
        with Workspace.open(copy, read_only=True) as reader:
            scratch = reader._scratch
            assert scratch is not None and mode(scratch) == 0o700
            assert reader.journal.head() == filled.journal.head()
            assert reader.journal.verify() == []
        assert not scratch.exists()


# Versions.

def test_a_newer_version_is_refused_both_ways(tmp_path):
    Workspace.open(tmp_path).close()
    shell(tmp_path, f"PRAGMA user_version = {migrations.VERSION + 1}")
    before = (tmp_path / "review.db").read_bytes()
    for read_only in (False, True):
        with pytest.raises(EnvironmentProblem, match="made by a newer version") as caught:
            Workspace.open(tmp_path, read_only=read_only)
        assert caught.value.exit_code == 5
    assert (tmp_path / "review.db").read_bytes() == before


def test_an_older_version_is_backed_up_and_migrated(filled, monkeypatch):
    """A second migration, as the next version will bring one."""
    folder, head = filled.folder, filled.journal.head()
    filled.close()

    def add_table(execute):
        execute("CREATE TABLE later (x TEXT) STRICT")

    later = (*migrations.MIGRATIONS, ("m9999_next", add_table))
    monkeypatch.setattr(migrations, "MIGRATIONS", later)
    monkeypatch.setattr(migrations, "VERSION", len(later))
    with Workspace.open(folder, read_only=True) as reader:  # for reading, a copy of its own is migrated
        assert reader.journal.head() == head
        assert not (folder / "backups").exists()
    with Workspace.open(folder) as workspace:
        assert workspace.journal.head() == head
        assert workspace.journal.verify() == []
    shell(folder, "SELECT x FROM later")
    [backup] = (folder / "backups").iterdir()
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(later) - 1
        assert connection.execute("SELECT count(*) FROM audit_log").fetchone()[0] == head.seq
    Workspace.open(folder).close()
    assert len(list((folder / "backups").iterdir())) == 1


def test_a_migration_that_fails_leaves_the_old_version(filled, monkeypatch):
    folder = filled.folder
    filled.close()

    def broken(execute):
        execute("CREATE TABLE later (x TEXT) STRICT")
        execute("CREATE TABLE spans (x TEXT) STRICT")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, ("m9999_broken", broken)))
        patch.setattr(migrations, "VERSION", len(migrations.MIGRATIONS))
        with pytest.raises(EnvironmentProblem):
            Workspace.open(folder)
    with Workspace.open(folder) as workspace:
        assert workspace.journal.verify() == []
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            shell(folder, "SELECT x FROM later")


# What is not a workspace.

def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        for read_only in (False, True):
            with pytest.raises(EnvironmentProblem):
                Workspace.open(path, read_only=read_only)


@pytest.mark.parametrize("content", [b"not a database at all " * 400, b"SQLite format 3\0" + b"\xff" * 8000])
@pytest.mark.parametrize("read_only", [False, True])
def test_garbage_is_refused_and_left_as_it_is(tmp_path, content, read_only):
    (tmp_path / "review.db").write_bytes(content)
    with pytest.raises(EnvironmentProblem) as caught:
        Workspace.open(tmp_path, read_only=read_only)
    assert caught.value.why and caught.value.todo
    assert (tmp_path / "review.db").read_bytes() == content


@pytest.mark.parametrize("read_only", [False, True])
def test_a_database_of_another_program_is_refused(tmp_path, read_only):
    shell(tmp_path, "CREATE TABLE recipes (name TEXT)")
    before = (tmp_path / "review.db").read_bytes()
    with pytest.raises(EnvironmentProblem, match="another program"):
        Workspace.open(tmp_path, read_only=read_only)
    assert (tmp_path / "review.db").read_bytes() == before


def test_a_damaged_database_is_words_not_a_traceback(filled, rows):
    """Pages of the newest rows overwritten: whatever is read of them fails in words, all the rest works."""
    folder = filled.folder
    for number in range(200):
        filled.journal.commit("ana", "span.drawn", [rows.span(f"x{number}")], durable=False)
    filled.close()
    path = folder / "review.db"
    content = bytearray(path.read_bytes())
    # Near the end, where the 200 spans and their entries lie; before it is the schema that all else needs.
    start = len(content) - 40 * 4096
    content[start:start + 20 * 4096] = b"\xa5" * (20 * 4096)
    path.write_bytes(content)
    with Workspace.open(folder, read_only=True) as workspace, pytest.raises(
        EnvironmentProblem, match="damaged"
    ):
        workspace.journal.verify()


def test_a_table_taken_away_is_words_too(filled):
    shell(filled.folder, "DROP TABLE decisions")
    with pytest.raises(EnvironmentProblem, match="not as this program made it"):
        filled.queries.spans("d1")
    assert [p.table for p in filled.journal.verify()] == ["decisions", "decisions"]


@posix
def test_an_unwritable_place_is_words(tmp_path):
    with protected(tmp_path) as folder, pytest.raises(EnvironmentProblem, match=r"[Pp]ermission"):
        Workspace.open(folder / "workspace")


# Backups and leftovers.

def test_a_backup_opens_by_itself(filled, rows, tmp_path):
    source = tmp_path / "memo.txt"
    source.write_bytes(b"released text")
    staged = filled.originals.stage(source)
    filled.originals.keep(staged)
    head = filled.journal.head()
    assert filled.backup(tmp_path / "to" / "copy") == tmp_path / "to" / "copy"
    filled.journal.commit("ana", "span.noted", [rows.edit(filled, "spans", "s1", note="later")])
    assert [p.name for p in (tmp_path / "to").iterdir()] == ["copy"]
    with Workspace.open(tmp_path / "to" / "copy") as copy:
        assert copy.journal.head() == head
        assert copy.journal.verify() == []
        assert copy.originals.path(staged.sha256).read_bytes() == b"released text"


def test_a_backup_overwrites_nothing(filled, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(EnvironmentProblem, match="there already"):
        filled.backup(tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []


def test_a_broken_intake_is_taken_back_on_the_next_opening(workspace, rows, tmp_path):
    """Everything of it goes, by an entry of the log; a complete document beside it stays."""
    source = tmp_path / "memo.txt"
    source.write_bytes(b"half recorded")
    staged = workspace.originals.stage(source)
    workspace.originals.keep(staged)
    unkept = workspace.originals.stage(source)
    journal = workspace.journal
    journal.commit("ana", "document.added", [rows.document("whole"), rows.page("whole"),
                                             rows.span("s0", document_id="whole")])
    journal.commit("ana", "document.added", [rows.document("half", state="incoming", sha256=staged.sha256)])
    journal.commit("review-app", "document.page", [
        rows.page("half"), rows.span("s1", document_id="half"), rows.code(), rows.decision(),
        rows.field(document_id="half"),
    ], durable=False)
    workspace.index.add("half", 1, "half recorded")
    workspace.close()
    with Workspace.open(workspace.folder) as again:
        entry = again.queries.log(limit=1)[0]
        assert (entry.seq, entry.actor, entry.action) == (4, "review-app", "document.abandoned")
        assert {(c["table"], c["id"]) for c in entry.changes} == {
            ("documents", "half"), ("pages", "half.1"), ("spans", "s1"), ("span_codes", "c1"),
            ("decisions", "v1"), ("record_fields", "f1"),
        }
        assert [d.id for d in again.queries.documents()] == ["whole"]
        assert again.queries.span("s0") is not None
        assert again.index.find("recorded") == []
        assert not again.originals.path(staged.sha256).exists()
        assert not unkept.path.exists()
        assert again.journal.verify() == []
    with Workspace.open(workspace.folder) as once_more:
        assert once_more.journal.head().seq == 4


def test_a_whole_document_cannot_be_abandoned(filled):
    with pytest.raises(RuleBroken, match="recorded whole"):
        filled.abandon("d1")
    filled.abandon("nobody")
    assert filled.journal.head().seq == 3


@posix
def test_nothing_is_taken_that_would_be_lost_with_a_deleted_folder(tmp_path):
    """SQLite goes on writing into the deleted file: without a look at the folder nobody would know."""
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.journal.commit("ana", "x", [])
        shutil.rmtree(workspace.folder)
        with pytest.raises(EnvironmentProblem, match="was deleted, moved or replaced"):
            workspace.journal.commit("ana", "x", [])
        assert workspace.journal.head().seq == 1


@posix
def test_a_moved_folder_takes_changes_again_when_it_is_back(tmp_path):
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.folder.rename(tmp_path / "elsewhere")
        with pytest.raises(EnvironmentProblem, match="was deleted, moved or replaced"):
            workspace.journal.commit("ana", "x", [])
        (tmp_path / "elsewhere").rename(workspace.folder)
        workspace.journal.commit("ana", "x", [])
    with Workspace.open(tmp_path / "w") as workspace:
        assert workspace.journal.verify() == []


@posix
def test_a_backup_put_over_an_open_database_is_noticed(tmp_path):
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.backup(tmp_path / "b")
        (tmp_path / "b" / "review.db").replace(workspace.folder / "review.db")
        with pytest.raises(EnvironmentProblem, match="was deleted, moved or replaced"):
            workspace.journal.commit("ana", "x", [])
