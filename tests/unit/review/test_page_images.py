"""Wishes for pictures: in their order, forgotten ones never drawn, a stuck one does not stop the others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from review_app.domain.errors import ReviewError
from review_app.domain.pictures import PictureKey, Rank, Wish
from review_app.review.desk import Desk
from review_app.review.page_images import PageImages, Picture


@pytest.fixture
def memo(tmp_path: Path, seeds: Path) -> tuple[Desk, str]:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        yield desk, desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


def bomb(path: Path) -> Path:
    """Three pages; the first is tiled with steps of a quarter of a point: millions of tiles."""
    with pymupdf.open() as pdf:
        for text in ("one", "two", "three"):
            pdf.new_page().insert_text((72, 72), text)
        page, cell = pdf[0], pdf.get_new_xref()
        pdf.update_object(cell, "<</Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 30 30]"
                                "/XStep .25/YStep .25/Resources<<>>>>")
        pdf.update_stream(cell, b"0 0 9 9 re f 3 3 m 20 25 l S")
        pdf.xref_set_key(page.xref, "Resources", f"<</Pattern<</P {cell} 0 R>>>>")
        pdf.update_stream(page.get_contents()[0], b"/Pattern cs /P scn 0 0 612 792 re f")
        pdf.save(path)
    return path


def wish(document: str, page: int, scale: float = 0.5, rank: Rank = Rank.VISIBLE) -> Wish:
    return Wish(PictureKey(document, page, scale), rank)


def _wait(images: PageImages, wishes: list[Wish]) -> list[tuple[int, object]]:
    """All that comes of a list of wishes, in the order in which it comes."""
    done: list[tuple[int, object]] = []
    ready = threading.Semaphore(0)

    def on_done(of: Wish, outcome: object) -> None:
        done.append((of.key.page, outcome))
        ready.release()

    images.want("test", wishes, on_done)
    for _ in wishes:
        assert ready.acquire(timeout=30)
    return done


def test_a_picture_has_the_size_that_was_asked_for(memo: tuple[Desk, str]) -> None:
    desk, document = memo
    picture = desk.page_images.picture(document, 1, 1.0)
    assert (picture.width, picture.height) == (612, 792)
    assert len(picture.data) == picture.stride * picture.height
    assert min(picture.data[0::4]) < 100 < max(picture.data[0::4]), "dark letters on white"


def test_each_wish_is_answered_and_a_bad_page_does_not_stop_the_rest(memo: tuple[Desk, str]) -> None:
    desk, document = memo
    done = dict(_wait(desk.page_images, [
        wish(document, 1), wish(document, 99), wish("doc-none", 3), wish(document, 2),
    ]))
    assert isinstance(done[1], Picture) and isinstance(done[2], Picture)
    assert isinstance(done[99], ReviewError) and isinstance(done[3], ReviewError)


def test_a_defect_is_told_and_the_other_wishes_go_on(
    memo: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, document = memo
    real = PageImages._render

    def faulty(self: PageImages, document_id: str, wishes: dict[str, Any], *rest: object) -> Picture:
        if wishes["page"] == 2:
            raise ZeroDivisionError("text of a document")
        return real(self, document_id, wishes, *rest)

    monkeypatch.setattr(PageImages, "_render", faulty)
    done = dict(_wait(desk.page_images, [wish(document, page) for page in (1, 2, 3)]))
    assert isinstance(done[1], Picture) and isinstance(done[3], Picture)
    assert isinstance(done[2], ReviewError) and "text of a document" not in str(done[2])


def test_what_is_fetched_ahead_comes_too(memo: tuple[Desk, str]) -> None:
    desk, document = memo
    done = _wait(desk.page_images, [wish(document, 1), wish(document, 2, rank=Rank.AHEAD)])
    assert {page for page, outcome in done if isinstance(outcome, Picture)} == {1, 2}


def test_forgotten_wishes_are_not_drawn(memo: tuple[Desk, str]) -> None:
    desk, document = memo
    images = desk.page_images
    drawing, go_on, last = threading.Event(), threading.Event(), threading.Event()
    drawn: list[int] = []

    def hold(of: Wish, outcome: object) -> None:
        drawing.set()
        go_on.wait(30)

    def note(of: Wish, outcome: object) -> None:
        drawn.append(of.key.page)
        last.set()

    images.want("test", [wish(document, 1), wish(document, 2), wish(document, 4)], hold)
    assert drawing.wait(30)
    images.want("test", [wish(document, 3)], note)
    go_on.set()
    assert last.wait(30)
    images.close()
    assert drawn == [3]


def test_two_askers_each_get_theirs(memo: tuple[Desk, str]) -> None:
    desk, document = memo
    images = desk.page_images
    got: dict[str, set[int]] = {"left": set(), "right": set()}
    ready = threading.Semaphore(0)

    def told(asker: str) -> Callable[[Wish, object], None]:
        def on_done(of: Wish, outcome: object) -> None:
            got[asker].add(of.key.page)
            ready.release()

        return on_done

    images.want("left", [wish(document, 1), wish(document, 2)], told("left"))
    images.want("right", [wish(document, 3), wish(document, 4)], told("right"))
    for _ in range(4):
        assert ready.acquire(timeout=30)
    assert got == {"left": {1, 2}, "right": {3, 4}}


def test_a_page_that_hangs_holds_up_neither_the_others_nor_a_later_look(
    memo: tuple[Desk, str], tmp_path: Path
) -> None:
    """Page 1 is a few hundred bytes that take many seconds to draw; pages 2 and 3 are plain."""
    desk, _ = memo
    document = desk.intake.add(bomb(tmp_path / "bomb.pdf")).document_id
    done: dict[int, object] = {}
    others, first = threading.Event(), threading.Event()

    def on_done(of: Wish, outcome: object) -> None:
        done[of.key.page] = outcome
        if of.key.page == 1:
            first.set()
        if {2, 3} <= done.keys():
            others.set()

    desk.page_images.want("test", [wish(document, page, 1.0) for page in (1, 2, 3)], on_done)
    assert others.wait(30)
    assert not first.is_set() and isinstance(done[2], Picture) and isinstance(done[3], Picture)
    # Nobody looks at page 1 any more: its child is ended, the page is not told to have failed.
    desk.page_images.want("test", [wish(document, 2, 0.75)], on_done)
    assert not first.wait(1.5)
    # With little patience it says why instead.
    desk.page_images.want("test", [replace(wish(document, 1, 1.0), patience_s=0.3)], on_done)
    assert first.wait(30)
    assert isinstance(done[1], ReviewError) and "longer than" in done[1].what


def test_words_have_places(memo: tuple[Desk, str]) -> None:
    desk, document = memo
    words = desk.page_images.words(document, 1)
    place = next(rect for rect, text, *_ in words if text == "UNCLASSIFIED")
    assert 0 < place.x0 < place.x1 < 612 and 0 < place.y0 < place.y1 < 792
