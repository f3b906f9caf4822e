"""Documents are removed, put back and filed under cases: each one entry, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from review_app.domain.errors import RuleBroken
from review_app.review.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "workspace", "ana", jobs=1) as desk:
        yield desk


@pytest.fixture
def memo(desk: Desk, seeds: Path) -> str:
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


def test_a_removed_document_is_seen_nowhere_and_lost_nowhere(desk: Desk, memo: str) -> None:
    assert desk.search.find("secretary", None)
    head = desk.history.head().seq
    desk.filing.remove([memo])
    assert desk.history.head().seq == head + 1
    assert desk.documents() == [] and desk.document(memo) is None
    assert desk.pages(memo) == [] and desk.spans(memo) == [] and desk.record(memo) == []
    assert desk.search.find("secretary", None) == []
    assert [d.id for d in desk.filing.removed()] == [memo]
    desk.filing.restore([memo])
    assert len(desk.spans(memo)) == 2 and desk.search.find("secretary", None)
    assert desk.filing.removed() == []
    assert desk.history.verify() == []


def test_nothing_is_removed_when_one_of_them_cannot_be(desk: Desk, memo: str) -> None:
    head = desk.history.head().seq
    with pytest.raises(RuleBroken):
        desk.filing.remove([memo, "doc-unknown"])
    assert desk.history.head().seq == head and len(desk.documents()) == 1
    with pytest.raises(RuleBroken):
        desk.filing.restore([memo])
    desk.filing.remove([memo])
    with pytest.raises(RuleBroken):
        desk.filing.remove([memo])


def test_the_same_bytes_come_back_as_the_same_document(desk: Desk, memo: str, seeds: Path) -> None:
    desk.marking.confirm([desk.spans(memo)[0].id])
    desk.filing.remove([memo])
    added = desk.intake.add(seeds / "1992-briefing-memo.txt", case="F-1")
    assert (added.document_id, added.was_known, added.was_removed) == (memo, True, True)
    assert str(desk.spans(memo)[0].status) == "confirmed"
    again = desk.intake.begin(seeds / "1992-briefing-memo.txt")
    assert (again.was_known, again.was_removed) == (True, False)
    desk.filing.remove([memo])
    begun = desk.intake.begin(seeds / "1992-briefing-memo.txt")
    assert (begun.document_id, begun.was_removed) == (memo, True)


def test_filing_opens_a_case_once_and_takes_out_again(desk: Desk, memo: str) -> None:
    desk.filing.file_under([memo], " F-2021 \t001 ")
    head = desk.history.head().seq
    desk.filing.file_under([memo], "F-2021 001")
    assert desk.history.head().seq == head, "nothing changed, nothing to log"
    assert [c.number for c in desk.cases()] == ["F-2021 001"]
    desk.filing.file_under([memo], "")
    assert desk.document(memo).case_id is None
    desk.history.undo()
    assert desk.document(memo).case_id == desk.cases()[0].id
    desk.history.undo()
    assert desk.cases() == [] and desk.document(memo).case_id is None
    assert desk.history.verify() == []


@pytest.mark.parametrize("number", ["x" * 101, "a\u202eb", "a\x00b"])
def test_odd_case_numbers_are_refused(desk: Desk, memo: str, number: str) -> None:
    with pytest.raises(RuleBroken, match="no case number"):
        desk.filing.file_under([memo], number)
    assert desk.cases() == []
