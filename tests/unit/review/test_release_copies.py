"""Release copies of documents of a workspace: what is refused before anything runs, decisions, a kill."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from review_app.domain.errors import EnvironmentProblem, RuleBroken
from review_app.domain.geometry import Rect
from review_app.domain.guessing import Defence, Gap, Guessability, Kind, Level, MarkPlan, ReleasePlan
from review_app.domain.releases import Settings
from review_app.domain.vocabulary import Verdict
from review_app.review.desk import Desk
from review_app.review.outgoing import PREFIX
from review_app.review.release_batch import Outcome, release_all
from tests.unit.review.conftest import DOCUMENT, Case

ROOT = Path(__file__).resolve().parents[3]
RED = Guessability(entries=1000, fits=2, prior_bits=9, bits=1, rank=1, share=0.6)
SAFE = Guessability(entries=1000, fits=1000, prior_bits=9, bits=9)


@pytest.fixture
def marked(case: Case) -> tuple[Desk, str]:
    span_id = case.desk.marking.draw(DOCUMENT, 1, [Rect(72, 300, 200, 312)])
    case.desk.marking.cite([span_id], ["(b)(6)"])
    case.desk.marking.reject(["sp-1", "sp-2"])
    return case.desk, span_id


def plan(span_id: str, *, kept: Guessability = SAFE, refused: dict[int, str] | None = None) -> ReleasePlan:
    mark = MarkPlan(span_id, 1, ("Ann Example",), Kind.NAME, (
        Defence(Gap.KEEP, kept), Defence(Gap.CONSTANT, SAFE)), Gap.CONSTANT)
    return ReleasePlan((mark,), refused or {})


def test_what_is_not_settled_is_refused_before_anything_runs(marked: tuple[Desk, str]) -> None:
    desk, span_id = marked
    releases, here = desk.releases, Settings()
    draft = releases.draft(DOCUMENT)
    assert draft.open_points() == {}
    with pytest.raises(RuleBroken, match="Only as a picture: page 1"):
        releases.make(draft, plan(span_id, refused={1: "why"}), here)
    desk.releases.choose(draft, [span_id], Gap.KEEP)
    with pytest.raises(RuleBroken, match="gives away too much: 1"):
        releases.make(draft, plan(span_id, kept=RED), here)
    desk.proposals.propose([span_id])
    with pytest.raises(RuleBroken, match="not approved: 1"):
        releases.make(draft, plan(span_id), here)
    desk.proposals.withdraw([span_id])
    desk.decisions.decide([span_id], Verdict.RELEASE)
    with pytest.raises(RuleBroken, match="have changed"):
        releases.make(draft, plan(span_id), here)
    said = r"Left open: nothing is marked \(1\), marks decided to be released \(1\)"
    with pytest.raises(RuleBroken, match=said):
        releases.make(releases.draft(DOCUMENT), ReleasePlan((), {}), here)
    assert not list(desk.exports_folder.iterdir())


def test_an_original_that_is_gone_is_said_in_words_and_leaves_no_file(marked: tuple[Desk, str]) -> None:
    desk, span_id = marked
    draft = desk.releases.draft(DOCUMENT)
    with pytest.raises(EnvironmentProblem, match="missing from the workspace"):
        desk.releases.plan(draft)
    with pytest.raises(EnvironmentProblem, match="missing from the workspace"):
        desk.releases.make(draft, plan(span_id), Settings())
    assert not list(desk.exports_folder.iterdir())


def test_decisions_about_gaps_are_entries_that_can_be_undone(marked: tuple[Desk, str]) -> None:
    desk, span_id = marked
    releases = desk.releases
    draft = releases.draft(DOCUMENT)
    with pytest.raises(RuleBroken, match="needs a reason"):
        releases.choose(draft, [span_id], Gap.KEEP, levels={span_id: Level.RED}, reason=" - ")
    releases.choose(draft, [span_id], Gap.KEEP, levels={span_id: Level.RED}, reason="she  spoke of it")
    found = releases.draft(DOCUMENT).choices[span_id]
    assert (found.gap, found.level, found.reason) == (Gap.KEEP, Level.RED, "she spoke of it")
    releases.choose(draft, [span_id], Gap.ROUND)
    assert releases.draft(DOCUMENT).choices[span_id].reason == ""
    desk.history.undo()
    assert releases.draft(DOCUMENT).choices[span_id] == found
    releases.choose(draft, [span_id], Gap.AUTO)
    assert releases.draft(DOCUMENT).choices == {} and not releases.choose(draft, [span_id], Gap.AUTO)
    # A mark that is removed keeps no decision in its way, and has it again when it comes back.
    desk.history.undo()
    desk.marking.remove([span_id])
    assert releases.draft(DOCUMENT).choices == {}
    desk.history.undo()
    assert releases.draft(DOCUMENT).choices[span_id] == found
    assert desk.history.verify() == []


def test_a_batch_goes_on_past_what_is_refused_and_begins_nothing_once_it_is_stopped(
    marked: tuple[Desk, str]
) -> None:
    desk, _ = marked
    heard: list[Outcome] = []
    found = release_all(desk.releases, [DOCUMENT, "no-such"], on_outcome=heard.append)
    assert found == heard and [type(o.error) for o in found] == [EnvironmentProblem, RuleBroken]
    stop = threading.Event()
    stop.set()
    assert release_all(desk.releases, [DOCUMENT], cancel=stop) == [Outcome(DOCUMENT)]


@pytest.mark.skipif(sys.platform == "win32", reason="a full disk is made with a limit of Unix")
def test_a_full_disk_leaves_no_file_and_a_second_try_works(tmp_path: Path) -> None:
    """No file can grow in this process and its children, as on a full disk. Slow: several children."""
    import resource

    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        memo = tmp_path / "memo.txt"
        memo.write_text("a memo about the harbour\nand nothing else\n", encoding="utf-8")
        document_id = desk.intake.add(memo).document_id
        span_id = desk.marking.draw(document_id, 1, [Rect(60, 60, 400, 84)])
        desk.marking.cite([span_id], ["(b)(5)"])
        draft = desk.releases.draft(document_id)
        found = desk.releases.plan(draft)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            with pytest.raises(EnvironmentProblem):
                desk.releases.make(draft, found, Settings())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert not list(desk.exports_folder.iterdir())
        assert not [e for e in desk.history.log(limit=20) if e.action == "export.release"]
        done = desk.releases.make(draft, found, Settings())
        assert done.path.is_file() and done.certificate.is_file()


SCRIPT = """
import os, signal, sys
from pathlib import Path
from review_app.domain.releases import Settings
from review_app.review.desk import Desk

with Desk.open(Path(sys.argv[1]), "ortiz", jobs=1) as desk:
    [document] = desk.documents()
    draft = desk.releases.draft(document.id)
    plan = desk.releases.plan(draft)
    Path.replace = lambda self, target: os.kill(os.getpid(), signal.SIGKILL)
    desk.releases.make(draft, plan, Settings(), knows_open=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_killed_between_the_entry_and_the_names(tmp_path: Path) -> None:
    """The log knows copy and certificate, so the next opening puts both there. Slow: several children."""
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        memo = tmp_path / "memo.txt"
        memo.write_text("a memo about the harbour\nand nothing else\n", encoding="utf-8")
        document_id = desk.intake.add(memo).document_id
        desk.marking.draw(document_id, 1, [Rect(60, 60, 400, 84)])
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "w")], cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    exports = tmp_path / "w" / "exports"
    assert not list(exports.glob("*.pdf")) and not list(exports.glob("*.json"))
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        rows = {str(r["kind"]): r for r in desk._workspace.queries.exports(document_id)}
        for kind, name in (("release", "memo.release.pdf"), ("certificate", "memo.release.certificate.json")):
            assert hashlib.sha256((exports / name).read_bytes()).hexdigest() == rows[kind]["sha256"]
        found = json.loads((exports / "memo.release.certificate.json").read_text(encoding="utf-8"))
        assert found["passed"] and found["sha256"] == rows["release"]["sha256"]
        assert desk.releases.suggestion(document_id).name == "memo.release-2.pdf"
        assert desk.history.verify() == []
    assert not list(exports.glob(f"{PREFIX}*"))
