"""A search hands its hits on as they come and ends when nobody waits for it any more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from review_app.domain.errors import Cancelled
from review_app.review.desk import Desk
from review_app.store import index


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(index, "TOGETHER", 1)
    paper = tmp_path / "long.txt"
    paper.write_text("a needle in it\n" * 300)
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        desk.intake.add(paper)
        yield desk


def test_hits_come_one_list_after_the_other(desk: Desk) -> None:
    lists: list[int] = []
    count = desk.search.stream("needle", None, lambda hits: lists.append(len(hits)))
    assert count == len(lists) > 3
    assert desk.search.stream("nowhere", None, lambda hits: lists.clear()) == 0 and lists
    assert desk.search.stream("  ", None, lambda hits: lists.clear()) == 0 and lists


def test_a_search_that_nobody_waits_for_ends(desk: Desk) -> None:
    cancel = threading.Event()
    lists: list[int] = []

    def stop(hits: list) -> None:
        lists.append(len(hits))
        cancel.set()

    with pytest.raises(Cancelled):
        desk.search.stream("needle", None, stop, cancel)
    assert len(lists) == 1
