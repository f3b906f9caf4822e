"""Jobs side by side: one case, one document, whatever the order."""

from __future__ import annotations

import threading
from pathlib import Path

from review_app.domain.errors import ReviewError
from review_app.review.desk import Desk


def _together(count: int, act: object) -> list[ReviewError]:
    """Run ``act(number)`` in ``count`` threads that start at the same moment; what they raised."""
    start, raised = threading.Barrier(count), list[ReviewError]()

    def work(number: int) -> None:
        start.wait(30)
        try:
            act(number)  # type: ignore[operator]
        except ReviewError as error:
            raised.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_jobs_of_one_batch_open_their_case_once(tmp_path: Path) -> None:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        for number in range(20):
            case = f"C-{number}"
            assert _together(8, lambda _, case=case: desk.intake._case(case)) == []
        assert [c.number for c in desk.cases()] == sorted(f"C-{n}" for n in range(20))


def test_the_same_bytes_in_two_jobs_are_one_document(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("The same words in both files.\n", encoding="utf-8")
    added = []
    with Desk.open(tmp_path / "w", "ortiz", jobs=2) as desk:
        names = ("a.txt", "b.txt", "a.txt", "b.txt")
        raised = _together(4, lambda n: added.append(desk.intake.add(tmp_path / names[n], case="C-1")))
        assert raised == []
        assert len({a.document_id for a in added}) == 1
        assert sorted(a.was_known for a in added) == [False, True, True, True]
        assert len(desk.documents()) == 1 and desk.history.verify() == []
