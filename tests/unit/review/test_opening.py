"""A file is shown before the rest of it is looked at, copied or hashed: with real children."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from review_app.domain.errors import Cancelled, EnvironmentProblem, InputRefused, ReviewError
from review_app.domain.pictures import PictureKey, Wish
from review_app.domain.vocabulary import Arrival
from review_app.review import expected, intake, page_images, seals
from review_app.review.changes import Changes
from review_app.review.desk import Desk

PAGES = 40
TURNED = 30
"""The first page that is not as the first ones are."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        yield desk


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    with pymupdf.open() as document:
        for number in range(1, PAGES + 1):
            size = (612, 792) if number < TURNED else (1008, 612)
            document.new_page(width=size[0], height=size[1]).insert_text((72, 90), f"Page {number} of it")
        document.save(path)
    return path


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as a large one."""
    monkeypatch.setattr(intake, "WHOLE_BYTES", 0)
    monkeypatch.setattr(seals, "WHOLE_BYTES", 0)
    monkeypatch.setattr(expected, "WHOLE_BYTES", 0)


def widths(desk: Desk, document_id: str) -> list[float]:
    return [page.width for page in desk.pages(document_id)]


def staged(desk: Desk) -> list[Path]:
    return list((desk.folder / "originals" / ".incoming").glob("*"))


def test_sizes_stream_in_behind_an_estimate(desk: Desk, paper: Path) -> None:
    told: list[Changes] = []
    desk.subscribe(told.append)
    first: list[list[float]] = []
    added = desk.intake.begin(paper, arrived=lambda known: first.append(widths(desk, known)))
    assert first == [[612.0] * PAGES], "all pages are there, those not measured as the first ones"
    right = [612.0] * (TURNED - 1) + [1008.0] * (PAGES - TURNED + 1)
    assert widths(desk, added.document_id) == right
    assert [c.pages for c in told if c.pages] == [frozenset({added.document_id})], "the views hear of it once"
    desk.intake.finish(added.document_id)
    assert widths(desk, added.document_id) == right


def children(desk: Desk) -> int:
    return sum(len(pool.pids) for pool in (desk._interactive, desk._arriving, desk._background))


@pytest.mark.parametrize("pages", [PAGES, 3], ids=["many", "few"])
def test_at_the_start_one_child_shows_the_first_page(desk: Desk, paper: Path, pages: int) -> None:
    """It opens the file before anybody asks for it; who looks at the other pages comes when it is shown."""
    if pages < PAGES:
        with pymupdf.open(paper) as document:
            document.delete_pages(range(pages, PAGES))
            document.saveIncr()
    desk.warm([paper])
    up = desk._interactive.pids
    seen: list[tuple[int, int]] = []

    def look(known: str) -> None:
        assert len(staged(desk)) == 1, "copied once"
        seen.append((desk.page_images.picture(known, 1, 0.5).width, children(desk)))

    added = desk.intake.begin(paper, arrived=look)
    assert seen == [(306, 1)] and desk._interactive.pids == up
    assert len(desk._arriving.pids) == (pages > 3), "a file whose pages are all known is not looked at again"
    assert widths(desk, added.document_id)[-1] == (1008.0 if pages > 3 else 612.0)


def test_what_is_shown_is_drawn_before_the_other_pages_are_looked_for(desk: Desk, paper: Path) -> None:
    desk.warm_rest()
    looked: list[str] = []
    real = desk._arriving.ask

    def ask(task: str, *args: Any, **named: Any) -> Any:
        looked.append(task)
        return real(task, *args, **named)

    desk._arriving.ask = ask  # type: ignore[method-assign]
    widths_then: list[float] = []

    def look(known: str) -> None:
        assert not looked and len(desk.pages(known)) == PAGES
        wish = Wish(PictureKey(known, 1, 0.5))
        desk.page_images.want("view", [wish], lambda *_: widths_then.append(widths(desk, known)[-1]))

    added = desk.intake.begin(paper, arrived=look, is_shown=True)
    assert looked == ["pages"] and widths(desk, added.document_id)[-1] == 1008.0
    assert widths_then == [612.0], "the picture came while the last page's size was an estimate"


def test_what_is_not_shown_waits_for_no_picture_and_leaves_the_child_that_draws_alone(
    desk: Desk, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_images, "_FIRST_ALONE_S", 600.0)
    desk._arriving.warm()
    added = desk.intake.begin(paper)
    assert widths(desk, added.document_id)[-1] == 1008.0 and not desk._interactive.pids


def test_what_is_expected_may_change_or_never_come(desk: Desk, paper: Path, tmp_path: Path) -> None:
    desk.warm([paper])
    desk.intake.expect(paper)
    desk.intake.expect(tmp_path / "not there.pdf")
    with pymupdf.open(paper) as document:
        document.delete_page(0)
        document.saveIncr()
    added = desk.intake.begin(paper)
    assert len(desk.pages(added.document_id)) == PAGES - 1 and len(staged(desk)) == 1, "the file as it is now"
    desk.intake.drop(added.document_id)
    desk.intake.expect(paper)
    desk.close()
    assert not staged(desk), "nobody came for the copy"


def test_a_first_child_that_takes_too_long_gives_way_to_the_one_that_looks(
    desk: Desk, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_images, "FIRST_SIZES_S", 0.0)
    added = desk.intake.begin(paper)
    assert len(desk._arriving.pids) == 1 and widths(desk, added.document_id)[-1] == 1008.0


def test_a_large_file_is_looked_into_before_it_is_copied(desk: Desk, paper: Path, large: None) -> None:
    seen = []

    def look(known: str) -> None:
        row = desk.document(known)
        assert row is not None and row.coming is not None and row.coming.state is Arrival.WAITING
        seen.append((staged(desk), desk.page_images.picture(known, 1, 0.5).width, row.sha256))
        with pytest.raises(ReviewError):
            desk.intake.finish(known)

    added = desk.intake.begin(paper, arrived=look)
    assert seen == [([], 306, "")], "its first page was there without a copy or a hash"
    row = desk.document(added.document_id)
    assert row is not None and len(row.sha256) == 64 and len(staged(desk)) == 1
    paper.unlink()
    assert desk.page_images.picture(added.document_id, 2, 0.5).width == 306, "out of the copy now"
    desk.intake.finish(added.document_id)
    assert desk.page_images.picture(added.document_id, 3, 0.5).width == 306
    assert desk.history.verify() == []


def test_a_large_file_that_is_recorded_already_gives_way_to_that(
    desk: Desk, paper: Path, large: None
) -> None:
    recorded = desk.intake.add(paper)
    shown: list[str] = []
    again = desk.intake.begin(paper, arrived=shown.append)
    assert again.was_known and again.document_id == recorded.document_id
    assert len(shown) == 1 and shown[0] != recorded.document_id
    assert desk.incoming.documents() == [] and not staged(desk)


def test_a_large_file_that_changes_while_it_is_shown_is_refused(
    desk: Desk, paper: Path, large: None
) -> None:
    def change(known: str) -> None:
        os.utime(paper, ns=(1, 1))
        with pytest.raises(InputRefused, match="changed"):
            desk.page_images.picture(known, 2, 0.5)

    with pytest.raises(InputRefused, match="changed"):
        desk.intake.begin(paper, arrived=change)
    assert desk.incoming.documents() == [] and not staged(desk)


def test_a_large_file_taken_out_of_the_list_is_not_copied_on(desk: Desk, paper: Path, large: None) -> None:
    with pytest.raises(Cancelled):
        desk.intake.begin(paper, arrived=desk.intake.drop)
    assert desk.incoming.documents() == [] and not staged(desk)


def test_a_small_file_taken_out_of_the_list_while_it_is_measured_is_not_scanned(
    desk: Desk, paper: Path
) -> None:
    with pytest.raises(Cancelled):
        desk.intake.begin(paper, arrived=desk.intake.drop)
    assert desk.incoming.documents() == [] and not staged(desk)


def test_an_exchanged_large_original_is_found_beside_its_first_page(
    tmp_path: Path, paper: Path, large: None
) -> None:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        document_id = desk.intake.add(paper).document_id
        good = desk._session.original(desk._session.document(document_id))
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        assert desk.page_images.picture(document_id, 1, 0.5).width == 306
        desk._session.seals.wait()
        assert desk.page_images.picture(document_id, 2, 0.5).width == 306, "the hash is right: all goes on"
    good.chmod(0o600)
    with pymupdf.open(paper) as document:
        document[0].insert_text((72, 200), "another text")
        good.write_bytes(document.tobytes())
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        desk.page_images.picture(document_id, 1, 0.5)
        desk._session.seals.wait()
        with pytest.raises(EnvironmentProblem, match="exchanged"):
            desk.page_images.picture(document_id, 2, 0.5)


def test_a_small_original_is_hashed_by_the_child_before_its_first_page(desk: Desk, paper: Path) -> None:
    document_id = desk.intake.add(paper).document_id
    good = desk._session.original(desk._session.document(document_id))
    good.chmod(0o600)
    good.write_bytes(good.read_bytes() + b"\n% more")
    with pytest.raises(EnvironmentProblem, match="exchanged"):
        desk.page_images.picture(document_id, 1, 0.5)
