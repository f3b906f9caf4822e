"""A scan that somebody watches, through a real child: wanted pages first, their findings at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest

from review_app.domain.errors import ChildDied
from review_app.domain.findings import ScanResult
from review_app.workers.live import Audience
from review_app.workers.pool import Pool
from review_app.workers.request import Request

PAGES = 12


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve pages of text, each with one black bar over nothing."""
    path = tmp_path_factory.mktemp("live") / "bars.pdf"
    with pymupdf.open() as document:
        for number in range(1, PAGES + 1):
            page = document.new_page(width=612, height=792)
            for line in range(20):
                page.insert_text((72, 90 + 24 * line), f"Line {line} of page {number} was released as it is.")
            page.draw_rect(pymupdf.Rect(72, 600, 500, 640), color=(0, 0, 0), fill=(0, 0, 0))
        document.save(path)
    return path


def watched(pool: Pool, path: Path, wishes: list[list[int]]) -> tuple[list[int], list[int], ScanResult]:
    """Scan with a watcher who wants these pages in turn: the order of findings, of progress, the result."""
    told: list[int] = []
    progress: list[int] = []
    turns = iter(wishes)
    answer = pool.ask(
        "scan", {"path": str(path), "live": True}, on_turn=lambda: next(turns, []),
        on_part=lambda part: told.append(part["page"]) if part.get("found") else None,
        on_progress=lambda done, total: progress.append(done),
    )
    return told, progress, ScanResult.of(answer.values)


def test_wanted_pages_come_first_and_the_others_in_their_order(pool: Pool, paper: Path) -> None:
    wishes = [[9, 10], [9, 10], [], [4], [12, 2]]
    asked = iter(wishes)
    request = Request({"live": True}, lambda part: None, lambda done, total: None,
                      prefer=lambda: next(asked, []))
    assert list(Audience(request).turns(PAGES)) == [9, 10, 1, 4, 12, 2, 3, 5, 6, 7, 8, 11]
    told, progress, _ = watched(pool, paper, wishes)
    assert told == [9, 10, 4, 12], "nobody looked at page 1"
    assert progress == list(range(1, PAGES + 1))


def test_without_a_watcher_nobody_is_asked() -> None:
    def prefer() -> list[int]:
        raise AssertionError("asked")

    request = Request({}, lambda part: None, lambda done, total: None, prefer=prefer)
    assert list(Audience(request).turns(4)) == [1, 2, 3, 4]


def test_a_page_that_nobody_has_or_that_is_done_is_passed_over(pool: Pool, paper: Path) -> None:
    told, _, _ = watched(pool, paper, [[0, 99, 3], [3, 5]])
    assert told == [3, 5]


def test_a_page_that_is_read_already_is_told_when_somebody_comes_to_look_at_it(
    pool: Pool, paper: Path
) -> None:
    told, _, _ = watched(pool, paper, [[], [], [], [2], [2, 1]])
    assert told == [2, 1], "and only once"
    after_the_last = [[] for _ in range(PAGES)] + [[PAGES]]
    assert watched(pool, paper, after_the_last)[0] == [PAGES]


def test_the_result_does_not_depend_on_who_watches(pool: Pool, paper: Path) -> None:
    plain = pool.ask("scan", {"path": str(paper)})
    parts: list[dict] = []
    assert pool.ask("scan", {"path": str(paper)}, on_part=parts.append).values == plain.values
    assert not any("found" in part for part in parts), "without a watcher nothing is told early"
    _, _, seen = watched(pool, paper, [[12], [7], [2]])
    assert seen == ScanResult.of(plain.values)


def test_the_text_of_notes_and_hidden_text_is_not_told_early(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "note.pdf"
    with pymupdf.open() as document:
        page = document.new_page(width=612, height=792)
        page.insert_text((72, 100), "Before it [2 lines of source text not declassified] and after it.")
        page.insert_text((72, 200), "UNDERNEATH")
        page.draw_rect(pymupdf.Rect(70, 185, 200, 205), color=(0, 0, 0), fill=(0, 0, 0))
        document.save(path)
    parts: list[dict] = []
    pool.ask("scan", {"path": str(path), "live": True}, on_part=parts.append, on_turn=lambda: [1])
    early = [span for part in parts for span in part.get("found", ())]
    assert len(early) == 2 and not any("raw" in span for span in early)
    assert "UNDERNEATH" not in str(parts[0])


class Broken(Exception):
    pass


def test_a_watcher_that_breaks_ends_the_task_and_the_pool_goes_on(pool: Pool, paper: Path) -> None:
    def on_turn() -> list[int]:
        raise Broken

    with pytest.raises(Broken):
        pool.ask("scan", {"path": str(paper), "live": True}, on_turn=on_turn)
    assert pool.ask("ping", {}).values["pid"]


def test_early_findings_are_checked_like_any_answer(fake_pool) -> None:
    """The first is well formed and passes; each other one is a lie of a child that a document took over."""
    span = {"page": 2, "kind": "blank", "rects": [[0, 0, 10, 10]], "confidence": 0.5, "band": "possible"}
    good = {"page": 2, "width": 612.0, "height": 792.0, "found": [span]}
    lies = [{"page": 3}, {"page": 0}, {"found": 7}, {"found": [{**span, "rects": []}]},
            {"found": [{**span, "confidence": 7}]}, {"width": -1}]
    for part, is_good in [(good, True), *(({**good, **lie}, False) for lie in lies)]:
        heard: list[dict] = []
        with pytest.raises(ChildDied, match="damaged data"):
            fake_pool().ask("scan", {"parts": [part], "values": {}}, on_part=heard.append)
        assert bool(heard) is is_good, part
