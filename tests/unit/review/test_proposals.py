"""Two people: who may do what, what is locked meanwhile, and what the log keeps of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from review_app.domain.errors import EnvironmentProblem, ReviewError, RuleBroken
from review_app.domain.geometry import Rect
from review_app.domain.people import Role
from review_app.domain.vocabulary import Status, Verdict
from review_app.review.desk import Desk

DOCUMENT = "doc-1"
ONE, TWO = "sp-1", "sp-2"


@pytest.fixture
def desk(case) -> Desk:
    case.desk.marking.confirm([ONE, TWO])
    return case.desk


def be(desk: Desk, name: str, role: Role) -> None:
    desk.people.take_role(role, name)


def status(desk: Desk, span_id: str = ONE) -> Status:
    return next(s.status for s in desk.spans(DOCUMENT) if s.id == span_id)


def test_a_proposal_goes_to_the_approver_and_all_of_it_is_on_record(desk):
    desk.proposals.propose([ONE, TWO], "foreign relations")
    assert status(desk) is status(desk, TWO) is Status.PROPOSED
    be(desk, "ben", Role.SECOND_REVIEWER)
    desk.proposals.review([ONE])
    be(desk, "cho", Role.APPROVER)
    desk.proposals.approve([ONE])
    assert status(desk) is Status.APPROVED and status(desk, TWO) is Status.PROPOSED
    steps = [(s.step, s.actor, s.role, s.reason) for s in desk.proposals.steps(ONE)]
    assert steps == [
        ("proposed", "ortiz", Role.ANALYST, "foreign relations"),
        ("reviewed", "ben", Role.SECOND_REVIEWER, ""), ("approved", "cho", Role.APPROVER, ""),
    ]
    assert [e.action for e in desk.history.of_span(ONE)][-3:] == [
        "span.proposed", "span.reviewed", "span.approved"]
    assert desk.history.verify() == []


def test_a_returned_proposal_keeps_both_opinions_and_travels_again(desk):
    desk.proposals.propose([ONE])
    be(desk, "cho", Role.APPROVER)
    with pytest.raises(RuleBroken, match="needs its reason"):
        desk.proposals.return_([ONE], "  ")
    desk.proposals.return_([ONE], "the code is not\nstated")
    assert status(desk) is Status.RETURNED
    be(desk, "ortiz", Role.ANALYST)
    desk.marking.cite([ONE], ["(b)(1)"])
    desk.proposals.propose([ONE])
    assert [(s.step, s.reason) for s in desk.proposals.steps(ONE)] == [
        ("proposed", ""), ("returned", "the code is not stated"), ("proposed", "")]


@pytest.mark.parametrize("again", ["ortiz", "  ORTIZ "])
def test_who_proposed_does_not_approve_unless_it_is_said_why(desk, again):
    desk.proposals.propose([ONE])
    be(desk, again, Role.APPROVER)
    head = desk.history.head()
    for act in (desk.proposals.approve, desk.proposals.review):
        with pytest.raises(RuleBroken, match="Who proposed a span is not the one"):
            act([ONE])
    with pytest.raises(RuleBroken, match="needs its reason"):
        desk.proposals.approve([ONE], " ", override=True)
    assert desk.history.head() == head and status(desk) is Status.PROPOSED
    desk.proposals.approve([ONE], "the office has one approver", override=True)
    last = desk.proposals.steps(ONE)[-1]
    assert (last.step, last.is_override, last.reason) == ("approved", True, "the office has one approver")


def test_an_override_is_written_only_where_it_was_needed(desk):
    desk.proposals.propose([ONE])
    be(desk, "ben", Role.ANALYST)
    desk.proposals.propose([TWO])
    be(desk, "ortiz", Role.APPROVER)
    desk.proposals.approve([ONE, TWO], "alone today", override=True)
    assert [desk.proposals.steps(i)[-1].is_override for i in (ONE, TWO)] == [True, False]


@pytest.mark.parametrize(("role", "act"), [
    (Role.ANALYST, lambda d: d.proposals.approve([ONE])),
    (Role.ANALYST, lambda d: d.proposals.return_([ONE], "why")),
    (Role.ANALYST, lambda d: d.proposals.review([ONE])),
    (Role.SECOND_REVIEWER, lambda d: d.proposals.approve([ONE])),
    (Role.AUDITOR, lambda d: d.proposals.approve([ONE])),
    (Role.AUDITOR, lambda d: d.proposals.propose([ONE])),
    (Role.AUDITOR, lambda d: d.marking.draw(DOCUMENT, 1, [Rect(10, 10, 50, 50)])),
    (Role.AUDITOR, lambda d: d.record_fields.confirm(["rf-review_date"])),
    (Role.AUDITOR, lambda d: d.people.mark_looked(1)),
])
def test_a_role_does_no_more_than_its_part(desk, role, act):
    desk.proposals.propose([ONE])
    be(desk, "ben", role)
    head = desk.history.head()
    with pytest.raises(RuleBroken):
        act(desk)
    assert desk.history.head() == head


@pytest.mark.parametrize("act", [
    lambda d: d.marking.cite([ONE], ["(b)(1)"]),
    lambda d: d.marking.annotate(ONE, "note"),
    lambda d: d.marking.reject([TWO, ONE]),
    lambda d: d.marking.reopen([ONE]),
    lambda d: d.marking.reshape(ONE, [Rect(10, 10, 90, 90)]),
    lambda d: d.decisions.decide([ONE], Verdict.RELEASE),
    lambda d: d.proposals.propose([ONE]),
], ids=["cite", "note", "reject", "reopen", "reshape", "decide", "propose"])
@pytest.mark.parametrize("is_approved", [False, True])
def test_what_lies_with_the_other_person_stays_as_it_is(desk, act, is_approved):
    desk.proposals.propose([ONE])
    be(desk, "cho", Role.APPROVER)
    if is_approved:
        desk.proposals.approve([ONE])
    head = desk.history.head()
    with pytest.raises(RuleBroken):
        act(desk)
    assert desk.history.head() == head


def test_undo_takes_a_move_back_but_nothing_under_it(desk):
    """Ben's codes changed other rows than the proposal, so that only the lock stands before his undo."""
    desk.marking.cite([ONE], ["(b)(1)"])
    be(desk, "ben", Role.ANALYST)
    desk.marking.cite([ONE], ["(b)(1)", "1.4(d)"])
    be(desk, "ortiz", Role.ANALYST)
    desk.proposals.propose([ONE])
    be(desk, "ben", Role.ANALYST)
    assert desk.history.undo_text() == "cite codes"
    with pytest.raises(RuleBroken, match="is proposed and stays as it is"):
        desk.history.undo()
    be(desk, "ortiz", Role.ANALYST)
    desk.history.undo()
    assert status(desk) is Status.CONFIRMED and desk.proposals.steps(ONE) == []
    desk.history.redo()
    assert status(desk) is Status.PROPOSED and len(desk.proposals.steps(ONE)) == 1
    assert desk.history.verify() == []


def test_taking_back(desk):
    desk.proposals.propose([ONE, TWO])
    desk.proposals.withdraw([TWO])
    assert status(desk, TWO) is Status.CONFIRMED
    be(desk, "cho", Role.APPROVER)
    desk.proposals.approve([ONE])
    with pytest.raises(RuleBroken, match="needs its reason"):
        desk.proposals.withdraw([ONE])
    be(desk, "ortiz", Role.ANALYST)
    with pytest.raises(RuleBroken, match="Only an approver"):
        desk.proposals.withdraw([ONE], "new facts")
    be(desk, "cho", Role.APPROVER)
    desk.proposals.withdraw([ONE], "new facts")
    assert status(desk) is Status.CONFIRMED
    desk.marking.reject([ONE])


def test_only_what_is_decided_is_proposed(case):
    with pytest.raises(RuleBroken, match="A span that is suggested cannot be proposed"):
        case.desk.proposals.propose([ONE])


def test_an_own_mark_that_was_proposed_can_be_removed_after_it_came_back(desk):
    mark = desk.marking.draw(DOCUMENT, 1, [Rect(10, 10, 50, 50)])
    desk.proposals.propose([mark])
    with pytest.raises(RuleBroken):
        desk.marking.remove([mark])
    desk.proposals.withdraw([mark])
    desk.marking.remove([mark])
    assert desk.history.verify() == []


def test_a_role_is_recorded_once_and_comes_back_with_its_person(desk, tmp_path: Path):
    head = desk.history.head().seq
    be(desk, "ortiz", Role.ANALYST)
    assert desk.history.head().seq == head, "an analyst by default needs no entry"
    be(desk, "ben", Role.APPROVER)
    be(desk, "ben", Role.APPROVER)
    assert [e.action for e in desk.history.log(limit=1)] == ["person.role"]
    assert desk.history.head().seq == head + 1 and desk.history.undo_text() is None
    folder = desk.folder
    desk.close()
    with Desk.open(folder, "ben", jobs=1) as again:
        assert again.people.role is Role.APPROVER
    with Desk.open(folder, "dan", jobs=1) as other:
        assert other.people.role is Role.ANALYST
        with pytest.raises(RuleBroken, match="200 are the most"):
            other.people.take_role(Role.ANALYST, "x" * 201)
        assert other.actor == "dan"


def test_an_auditor_opens_read_only_beside_a_writer_and_elsewhere(desk, tmp_path: Path):
    desk.proposals.propose([ONE])
    before = sorted(p.name for p in desk.folder.iterdir())
    with Desk.open(desk.folder, "eve", role=Role.AUDITOR, jobs=1) as auditor:
        assert auditor.read_only and auditor.read_only_because.endswith("for an auditor.")
        assert [s.status for s in auditor.spans(DOCUMENT)] == [Status.PROPOSED, Status.CONFIRMED]
        assert auditor.history.verify() == []
        with pytest.raises(ReviewError):
            auditor.proposals.withdraw([ONE])
        with pytest.raises(EnvironmentProblem, match="reading only"):
            auditor.people.take_role(Role.ANALYST)
    assert sorted(p.name for p in desk.folder.iterdir()) == before


def test_a_locked_workspace_is_looked_at_when_that_is_enough(desk):
    with pytest.raises(EnvironmentProblem, match="in use"):
        Desk.open(desk.folder, "ben", jobs=1)
    with Desk.open(desk.folder, "ben", jobs=1, falls_back=True) as reader:
        assert reader.read_only and "is in use by process" in reader.read_only_because
    with pytest.raises(EnvironmentProblem):
        Desk.open(desk.folder / "review.db", "ben", jobs=1, falls_back=True)


def test_what_is_new_is_kept_for_each_person(desk):
    assert desk.people.looked_at() == 0
    head = desk.history.head().seq
    desk.people.mark_looked(head)
    assert desk.people.looked_at() == head
    assert not desk.people.mark_looked(head - 1)
    be(desk, "ben", Role.ANALYST)
    assert desk.people.looked_at() == 0
    desk.marking.annotate(ONE, "by ben")
    be(desk, "ortiz", Role.ANALYST)
    new = desk.log.numbers(after_seq=desk.people.looked_at(), not_by="ortiz")
    assert [desk.log.entry(n).action for n in new] == ["span.noted"]
    assert desk.history.verify() == []


@pytest.fixture
def locked_disk(tmp_path: Path):
    """A file system of its own, which can be made read-only; yields the folder and how to lock it."""
    place = tmp_path / "disk"
    place.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None or subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(place)], capture_output=True, check=False
    ).returncode != 0:
        pytest.skip("no right to mount a file system here")
    yield place, lambda: subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    subprocess.run(["umount", str(place)], check=True)


def test_a_workspace_on_read_only_media_is_looked_at_and_says_why(desk, locked_disk):
    place, lock = locked_disk
    folder = desk.folder
    desk.close()
    shutil.copytree(folder, place / "w")
    lock()
    with pytest.raises(EnvironmentProblem):
        Desk.open(place / "w", "ben", jobs=1)
    with Desk.open(place / "w", "ben", jobs=1, falls_back=True) as reader:
        assert reader.read_only and "read-only file system" in reader.read_only_because
        assert [s.status for s in reader.spans(DOCUMENT)] == [Status.CONFIRMED] * 2
        assert reader.history.verify() == [] and reader.log.numbers()
    with Desk.open(place / "w", "eve", jobs=1, role=Role.AUDITOR) as auditor:
        assert auditor.people.role is Role.AUDITOR and auditor.history.verify() == []
