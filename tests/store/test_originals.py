"""Originals: the bytes as received, or a clear refusal."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
from pathlib import Path

import pytest

from review_app.domain.errors import InputRefused
from review_app.store.workspace import Workspace

CONTENT = bytes(range(256)) * 5000  # more than one chunk
SHA = hashlib.sha256(CONTENT).hexdigest()

posix = pytest.mark.skipif(os.name != "posix", reason="files of POSIX systems")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "Memo.PDF"
    path.write_bytes(CONTENT)
    return path


def everything(workspace: Workspace) -> list[Path]:
    return [p for p in (workspace.folder / "originals").rglob("*") if p.is_file()]


def test_bytes_are_kept_by_their_hash(workspace, source):
    staged = workspace.originals.stage(source)
    assert (staged.sha256, staged.size, staged.name) == (SHA, len(CONTENT), "Memo.PDF")
    assert staged.path.read_bytes() == CONTENT
    kept = workspace.originals.keep(staged)
    assert kept == workspace.folder / "originals" / SHA[:2] / f"{SHA}.pdf"
    assert kept == workspace.originals.path(SHA)
    assert kept.read_bytes() == CONTENT
    assert everything(workspace) == [kept]
    assert workspace.originals.is_intact(SHA)
    assert source.read_bytes() == CONTENT


@posix
def test_an_original_is_read_only(workspace, source):
    kept = workspace.originals.keep(workspace.originals.stage(source))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o400
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_the_same_bytes_are_kept_once(workspace, source, tmp_path):
    first = workspace.originals.keep(workspace.originals.stage(source))
    other = tmp_path / "copy.txt"
    other.write_bytes(CONTENT)
    assert workspace.originals.keep(workspace.originals.stage(other)) == first
    assert everything(workspace) == [first]


def test_a_damaged_original_is_seen_and_made_good(workspace, source):
    kept = workspace.originals.keep(workspace.originals.stage(source))
    kept.chmod(0o600)
    kept.write_bytes(CONTENT[:-1] + b"x")
    assert not workspace.originals.is_intact(SHA)
    assert workspace.originals.keep(workspace.originals.stage(source)) == kept
    assert workspace.originals.is_intact(SHA)
    assert everything(workspace) == [kept]


def test_discarding_leaves_nothing_and_does_not_touch_what_is_kept(workspace, source):
    workspace.originals.discard(workspace.originals.stage(source))
    assert everything(workspace) == []
    staged = workspace.originals.stage(source)
    kept = workspace.originals.keep(staged)
    workspace.originals.discard(staged)
    workspace.originals.discard(staged)
    assert everything(workspace) == [kept]


def test_an_original_that_a_document_has_is_not_dropped(workspace, source, rows):
    kept = workspace.originals.keep(workspace.originals.stage(source))
    workspace.journal.commit("ana", "document.added", [rows.document(sha256=SHA, state="removed")])
    workspace.originals.drop(SHA)
    assert kept.exists()
    workspace.journal.revert(1, "ana")
    workspace.originals.drop(SHA)
    workspace.originals.drop(SHA)
    assert everything(workspace) == []
    assert not workspace.originals.is_intact(SHA)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "A" * 64, "*" * 64, ""])
def test_only_a_hash_is_a_hash(workspace, name):
    with pytest.raises(ValueError, match="not a SHA-256"):
        workspace.originals.path(name)


@pytest.mark.parametrize(("name", "suffix"), [
    ("a", ""), ("a.pdf", ".pdf"), ("a.tar.GZ", ".gz"), ("a.b c", ""), ("a.x/../y", ""), ("a.\n", ""),
    ("a.123456789", ""), (".hidden", ""), ("a.é", ""), ("\u202etxt.pdf", ".pdf"),
])
def test_nothing_of_a_name_but_a_plain_suffix_reaches_our_folder(workspace, tmp_path, name, suffix):
    if "/" in name:
        (tmp_path / "a.x").mkdir()
    path = tmp_path / name
    path.write_bytes(b"text")
    staged = workspace.originals.stage(path)
    kept = workspace.originals.keep(staged)
    assert kept.name == hashlib.sha256(b"text").hexdigest() + suffix
    assert staged.path.suffix == suffix


@posix
def test_an_undecodable_name_is_escaped(workspace, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/odd\xff.txt"))
    path.write_bytes(b"text")
    assert workspace.originals.stage(path).name == "odd\\udcff.txt"


# Sources that are refused. Each says why and leaves nothing behind.

def refused(workspace: Workspace, path: Path, words: str, **more) -> None:
    with pytest.raises(InputRefused, match=words) as caught:
        workspace.originals.stage(path, **more)
    assert caught.value.exit_code == 3
    assert everything(workspace) == []


def test_missing(workspace, tmp_path):
    refused(workspace, tmp_path / "nothing.pdf", "nothing.pdf is not there")


def test_empty(workspace, tmp_path):
    (tmp_path / "empty.pdf").touch()
    refused(workspace, tmp_path / "empty.pdf", "is empty")


def test_a_folder(workspace, tmp_path):
    refused(workspace, tmp_path, "is a folder")


def test_an_odd_name_is_shown_escaped(workspace, tmp_path):
    refused(workspace, tmp_path / "a\n\u202eb.pdf", r"a\\n\\u202eb.pdf is not there")


def test_a_name_no_file_can_have(workspace, tmp_path):
    refused(workspace, tmp_path / "a\0b", "cannot be read")
    refused(workspace, tmp_path / ("x" * 5000), "cannot be read")


@posix
def test_a_fifo_is_refused_at_once(workspace, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(workspace, tmp_path / "pipe", "not a regular file")


@posix
def test_a_device_and_a_socket(workspace, tmp_path, monkeypatch):
    refused(workspace, Path("/dev/zero"), "not a regular file")
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("door")
        refused(workspace, tmp_path / "door", "not a regular file")


@posix
def test_links(workspace, source, tmp_path):
    (tmp_path / "link.pdf").symlink_to(source)
    assert workspace.originals.stage(tmp_path / "link.pdf").sha256 == SHA
    for staged in everything(workspace):
        staged.unlink()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    refused(workspace, tmp_path / "loop", "cannot be read")


@posix
def test_no_permission(workspace, tmp_path):
    path = tmp_path / "closed.pdf"
    path.write_bytes(b"text")
    path.chmod(0)
    if os.geteuid() == 0:
        os.seteuid(65534)  # root may read everything
    try:
        with pytest.raises(InputRefused, match="No permission to read"):
            workspace.originals.stage(path)
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
    assert everything(workspace) == []


def test_growing_while_it_is_read(workspace, source):
    def append(done: int) -> None:
        with source.open("ab") as file:
            file.write(b"more")

    refused(workspace, source, "changed while it was read", on_bytes=append)


def test_rewritten_in_place_while_it_is_read(workspace, source):
    def rewrite(done: int) -> None:
        with source.open("r+b") as file:
            file.write(b"other bytes")
        os.utime(source, ns=(0, 12345))  # whatever the clock's grain

    refused(workspace, source, "changed while it was read", on_bytes=rewrite)


def test_cut_short_while_it_is_read(workspace, source):
    refused(workspace, source, "changed while it was read", on_bytes=lambda done: os.truncate(source, done))


@posix
def test_replaced_while_it_is_read(workspace, source, tmp_path):
    def replace(done: int) -> None:
        (tmp_path / "new").write_bytes(CONTENT)
        (tmp_path / "new").replace(source)

    refused(workspace, source, "changed while it was read", on_bytes=replace)


@posix
def test_vanished_while_it_is_read(workspace, source):
    refused(workspace, source, "vanished while it was read",
            on_bytes=lambda done: source.unlink(missing_ok=True))


def test_stopping_leaves_nothing(workspace, source):
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        workspace.originals.stage(source, on_bytes=stop)
    assert everything(workspace) == []
