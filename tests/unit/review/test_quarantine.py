"""A page that ends its child is not asked for again and again; the pages beside it are not touched."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from review_app.domain.errors import ChildDied, ChildTimedOut, InputRefused, ReviewError
from review_app.domain.pictures import MORE_PATIENCE_S, PATIENCE_S, PictureKey, Rank, Wish
from review_app.review.desk import Desk
from review_app.review.page_images import Picture
from review_app.review.quarantine import PAGES, Quarantine

sys.path.insert(0, str(Path(__file__).parents[2] / "hostile"))
import heavy_pages

DIED = ChildDied("The child process ended", todo="Try again")


def test_two_strikes_where_somebody_looks_and_one_elsewhere() -> None:
    kept = Quarantine()
    assert kept.refusal("d", 2, Rank.VISIBLE, PATIENCE_S) is None
    kept.failed("d", 2, DIED)
    assert kept.refusal("d", 2, Rank.VISIBLE, PATIENCE_S) is None, "once may be chance"
    assert kept.refusal("d", 2, Rank.AHEAD, PATIENCE_S) is DIED
    assert kept.refusal("d", 2, Rank.THUMBNAIL, PATIENCE_S) is DIED
    kept.failed("d", 2, ChildTimedOut("Too long"))
    assert isinstance(kept.refusal("d", 2, Rank.VISIBLE, PATIENCE_S), ChildTimedOut)
    assert kept.refusal("d", 3, Rank.AHEAD, PATIENCE_S) is None
    assert kept.refusal("e", 2, Rank.AHEAD, PATIENCE_S) is None


def test_a_person_may_try_again_and_success_forgets() -> None:
    kept = Quarantine()
    for _ in range(3):
        kept.failed("d", 2, DIED)
    assert kept.refusal("d", 2, Rank.VISIBLE, MORE_PATIENCE_S) is None
    kept.worked("d", 2)
    assert kept.refusal("d", 2, Rank.THUMBNAIL, PATIENCE_S) is None


def test_a_clean_error_is_no_strike() -> None:
    kept = Quarantine()
    for _ in range(3):
        kept.failed("d", 2, InputRefused("Page 2 is damaged"))
    assert kept.refusal("d", 2, Rank.AHEAD, PATIENCE_S) is None


def test_a_document_of_such_pages_is_drawn_only_where_somebody_looks() -> None:
    kept = Quarantine()
    for page in range(1, PAGES + 1):
        kept.failed("d", page, DIED)
    assert kept.refusal("d", 99, Rank.THUMBNAIL, PATIENCE_S) is not None
    assert kept.refusal("d", 99, Rank.VISIBLE, PATIENCE_S) is None
    assert kept.refusal("e", 99, Rank.THUMBNAIL, PATIENCE_S) is None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        yield desk


def drawn(desk: Desk, wish: Wish) -> Picture | ReviewError:
    there, results = threading.Event(), []

    def on_done(_: Wish, result: Picture | ReviewError) -> None:
        results.append(result)
        there.set()

    desk.page_images.want("test", [wish], on_done)
    assert there.wait(30)
    return results[0]


def test_a_bomb_costs_two_children_and_no_more(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(heavy_pages.document(heavy_pages.bomb))
    document_id = desk.intake.begin(path).document_id
    assert isinstance(drawn(desk, Wish(PictureKey(document_id, 1, 0.5))), Picture)
    bomb = Wish(PictureKey(document_id, 2, 0.5), patience_s=0.3)
    for _ in range(2):
        before = set(desk._interactive.pids)
        assert isinstance(drawn(desk, bomb), ChildTimedOut)
        assert set(desk._interactive.pids) != before, "it cost a child"
        assert len(desk._interactive.pids) == 2, "and another one is up in its place"
    before = set(desk._interactive.pids)
    assert isinstance(drawn(desk, bomb), ChildTimedOut)
    with pytest.raises(ChildTimedOut):
        desk.page_images.words(document_id, 2)
    assert set(desk._interactive.pids) == before, "nobody was asked"
    assert isinstance(drawn(desk, Wish(PictureKey(document_id, 3, 0.5))), Picture), "the others go on"
