"""Killed writers and full disks: what was acknowledged is there, and the log verifies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from review_app.domain.errors import EnvironmentProblem
from review_app.store.workspace import Workspace

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9 and resource limits of POSIX")

WRITER = """
import itertools, sys
from pathlib import Path
from review_app.store.journal import Change
from review_app.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    for number in itertools.count(workspace.journal.head().seq):
        row = {"number": f"{number}", "title": "x" * (number % 50) * 100}
        entry = workspace.journal.commit(
            "killed", "case.opened", [Change("cases", f"c{number}", None, row)], durable=number % 2 == 0)
        print(entry.seq, entry.hash, flush=True)
"""


def test_ten_writers_killed_in_the_middle(tmp_path: Path):
    """Each is killed while it writes on; every commit that it told of must be there."""
    folder = tmp_path / "workspace"
    Workspace.open(folder).close()
    told: dict[int, str] = {}
    for turn in range(10):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(3 + 7 * turn)]
            writer.kill()
            lines += writer.stdout.readlines()  # what it told before the blow fell
        assert writer.returncode == -9
        # A line cut in two by the kill was not told; the pipe gives whole ones but perhaps the last.
        whole = [line.split() for line in lines if line.endswith("\n") and len(line.split()) == 2]
        told.update((int(seq), digest) for seq, digest in whole)
        with Workspace.open(folder) as workspace:
            assert workspace.journal.head().seq >= max(told)
            assert workspace.journal.verify() == []
    with Workspace.open(folder) as workspace:
        stored = {entry.seq: entry.hash for entry in workspace.queries.log()}
        assert len(told) > 300
        assert {seq: stored.get(seq) for seq in told} == told


LIMITED = """
import resource, signal, sys
from pathlib import Path
from review_app.domain.errors import EnvironmentProblem
from review_app.store.journal import Change
from review_app.store.workspace import Workspace
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
workspace = Workspace.open(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, resource.RLIM_INFINITY))
done = 0
try:
    for number in range(1000):
        row = {"number": f"{number}", "title": "x" * 2000}
        done = workspace.journal.commit("ana", "case.opened", [Change("cases", f"c{number}", None, row)]).seq
except EnvironmentProblem as error:
    print(error.exit_code, error.what)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(done, workspace.journal.head().seq, len(workspace.journal.verify()))
print(workspace.journal.commit("ana", "x", []).seq)
workspace.close()
"""


def test_a_full_disk_loses_nothing_and_the_program_goes_on(tmp_path: Path):
    """Writes fail as on a full disk (a limit on file size), then there is space again."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "workspace")],
        capture_output=True, text=True, check=True,
    )
    said, counts, after = done.stdout.splitlines()
    assert said == "5 The disk that holds the workspace is full"
    acknowledged, head, problems = map(int, counts.split())
    assert (head, problems) == (acknowledged, 0)
    assert acknowledged > 10
    assert int(after) == head + 1
    with Workspace.open(tmp_path / "workspace") as workspace:
        assert workspace.journal.head().seq == head + 1
        assert workspace.journal.verify() == []


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None or subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True, check=False
    ).returncode != 0:
        pytest.skip("no right to mount a small file system here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_really_full_disk(small_disk: Path, tmp_path: Path, rows):
    """Commits, the index, originals and backups, each on a disk without space."""
    source = tmp_path / "large.txt"
    source.write_bytes(b"released text\n" * 20_000)
    with Workspace.open(small_disk / "workspace") as workspace:
        workspace.journal.commit("ana", "document.added", [rows.document()])
        head = workspace.journal.head()
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        for act in (
            lambda: [workspace.journal.commit("ana", "x", [rows.span(f"s{n}", raw="x" * 9000)])
                     for n in range(99)],
            lambda: [workspace.index.add("d1", n, "words " * 900) for n in range(99)],
            lambda: workspace.originals.stage(source),
            lambda: workspace.backup(small_disk / "backup"),
        ):
            with pytest.raises(EnvironmentProblem, match="disk that holds the workspace is full"):
                act()
        assert not list(small_disk.glob("backup*"))
        assert not list((small_disk / "workspace" / "originals").rglob("*.txt"))
        assert workspace.journal.verify() == []
        with pytest.raises(EnvironmentProblem, match="full"):
            Workspace.open(small_disk / "another")
        ballast.unlink()
        workspace.originals.keep(workspace.originals.stage(source))
        seq = workspace.journal.commit("ana", "span.drawn", [rows.span("after")]).seq
        assert seq > head.seq
        assert workspace.journal.verify() == []
    Workspace.open(small_disk / "another").close()
