"""Documents on their way in, with real children: shown before they are recorded, and never half recorded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest

from review_app.domain.errors import Cancelled, ChildTimedOut, InputRefused, RuleBroken
from review_app.domain.vocabulary import Arrival
from review_app.review import scan_request
from review_app.review.changes import Changes
from review_app.review.desk import Desk
from review_app.store.workspace import Workspace

PAGES = 8


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        yield desk


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight pages, each with a black bar between lines of text."""
    path = tmp_path_factory.mktemp("in") / "bars.pdf"
    with pymupdf.open() as document:
        for number in range(1, PAGES + 1):
            page = document.new_page(width=612, height=792)
            for line in range(12):
                page.insert_text((72, 90 + 24 * line), f"Line {line} of page {number} was released as it is.")
            # Nowhere twice: the same shape at the same place on many pages is part of the form.
            bar = pymupdf.Rect(72 + 9 * number, 440 + 31 * number, 260 + 30 * number, 470 + 31 * number)
            page.draw_rect(bar, color=(0, 0, 0), fill=(0, 0, 0))
        document.save(path)
    return path


def left_in_staging(desk: Desk) -> list[Path]:
    return list((desk.folder / "originals" / ".incoming").glob("*"))


def test_a_file_is_in_the_list_with_its_pages_before_anything_of_it_is_recorded(
    desk: Desk, paper: Path
) -> None:
    head = desk.history.head()
    added = desk.intake.begin(paper)
    row = desk.document(added.document_id)
    assert row is not None and row.coming is not None and not added.was_known
    assert (row.coming.state, row.page_count, row.name) == (Arrival.WAITING, PAGES, "bars.pdf")
    assert [(p.number, p.width, p.height) for p in desk.pages(row.id)] == [
        (n, 612.0, 792.0) for n in range(1, PAGES + 1)]
    assert desk.page_images.picture(row.id, 3, 0.2).width > 100, "its pages can be looked at"
    assert desk.page_images.words(row.id, 1)
    assert desk.documents() == [] and desk.history.head() == head, "nothing of it counts yet"
    assert desk.search.find("released") == []
    desk.intake.finish(row.id)
    assert desk.incoming.documents() == []
    recorded = desk.document(row.id)
    assert recorded is not None and recorded.coming is None and recorded.span_count == PAGES
    assert desk.page_images.picture(row.id, 3, 0.2).width > 100
    assert not left_in_staging(desk) and desk.history.verify() == []


def test_the_page_on_screen_is_scanned_first_and_its_findings_come_at_once(desk: Desk, paper: Path) -> None:
    document_id = desk.intake.begin(paper).document_id
    desk.incoming.look_at(document_id, [6, 7])
    seen: list[list[int]] = []
    told: list[Changes] = []

    def listen(changes: Changes) -> None:
        told.append(changes)
        if document_id in changes.incoming:
            seen.append([s.page for s in desk.spans(document_id)])

    desk.subscribe(listen)
    desk.intake.finish(document_id)
    first = next(pages for pages in seen if pages)
    assert first == [6], "page 6 before page 1"
    assert told[-1].documents == told[-1].spans == frozenset({document_id})
    early = [c for c in told if c.incoming and not c.documents]
    assert early and not any(c.spans or c.record for c in early)


def test_provisional_findings_say_so_and_nobody_can_decide_about_them(desk: Desk, paper: Path) -> None:
    document_id = desk.intake.begin(paper).document_id
    desk.incoming.look_at(document_id, [2])
    caught = []

    def listen(changes: Changes) -> None:
        for span in desk.spans(document_id):
            if span.is_provisional and not caught:
                caught.append(span)
                assert not span.is_undecided
                with pytest.raises(RuleBroken):
                    desk.marking.confirm([span.id])

    desk.subscribe(listen)
    desk.intake.finish(document_id)
    assert caught
    assert not any(s.is_provisional for s in desk.spans(document_id))
    assert all(s.is_undecided for s in desk.spans(document_id))


def test_a_scan_that_fails_stays_in_the_list_with_its_reason_and_can_be_tried_again(
    desk: Desk, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = desk.intake.begin(paper).document_id
    monkeypatch.setattr(scan_request, "SCAN_TIMEOUT_S", 0.01)
    with pytest.raises(ChildTimedOut):
        desk.intake.finish(document_id)
    row = desk.document(document_id)
    assert row is not None and row.coming is not None
    assert row.coming.state is Arrival.FAILED and "took longer" in row.coming.problem
    assert desk.documents() == [] and desk.history.head().seq == 0
    monkeypatch.undo()
    assert desk.intake.finish(document_id).document_id == document_id
    assert [d.id for d in desk.documents()] == [document_id]


def test_what_is_cancelled_leaves_nothing(desk: Desk, paper: Path) -> None:
    document_id = desk.intake.begin(paper).document_id
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        desk.intake.finish(document_id, progress=lambda news: cancel.set(), cancel=cancel)
    assert desk.document(document_id) is None and desk.history.head().seq == 0
    assert not left_in_staging(desk) and not list((desk.folder / "originals").glob("??/*"))
    with pytest.raises(RuleBroken):
        desk.intake.finish(document_id)


def test_the_same_bytes_are_on_their_way_once(desk: Desk, paper: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin.pdf"
    twin.write_bytes(paper.read_bytes())
    first = desk.intake.begin(paper)
    again = desk.intake.begin(twin)
    assert again.was_known and again.document_id == first.document_id
    assert len(left_in_staging(desk)) == 1
    recorded = desk.intake.add(twin)  # another way is quicker
    done = desk.intake.finish(first.document_id)
    assert done.was_known and done.document_id == recorded.document_id
    assert desk.incoming.documents() == [] and len(desk.documents()) == 1
    assert desk.intake.begin(paper).was_known


def test_a_file_that_cannot_be_opened_never_comes_into_the_list(desk: Desk, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.4\nnothing more")
    with pytest.raises(InputRefused):
        desk.intake.begin(bad)
    assert desk.incoming.documents() == [] and not left_in_staging(desk)


def test_a_run_that_ends_meanwhile_leaves_nothing_behind(tmp_path: Path, paper: Path) -> None:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        desk.intake.begin(paper)
        assert left_in_staging(desk)
    assert not left_in_staging(desk), "a clean end"
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        desk.intake.begin(paper)
        staged = left_in_staging(desk)[0]
        kept = staged.read_bytes()
    staged.write_bytes(kept)  # as a kill -9 would leave it
    with Workspace.open(tmp_path / "w") as workspace:
        assert not staged.exists() and workspace.queries.documents() == []
        assert workspace.journal.verify() == []
