"""Wishes for pictures: newest first, forgotten ones never drawn, a failed one does not stop the others."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from review_app.domain.errors import ReviewError
from review_app.review.desk import Desk
from review_app.review.page_images import PageImages, Picture


@pytest.fixture
def memo(tmp_path: Path, seeds: Path) -> tuple[Desk, str]:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        yield desk, desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


def _wait(images: PageImages, wishes: list[tuple[str, int, float]]) -> list[tuple[int, object]]:
    done: list[tuple[int, object]] = []
    ready = threading.Semaphore(0)
    for document, page, scale in wishes:
        def on_done(outcome: object, page: int = page) -> None:
            done.append((page, outcome))
            ready.release()

        images.request(document, page, scale, on_done)
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
    done = dict(_wait(desk.page_images, [(document, 1, 0.5), (document, 99, 0.5), ("doc-none", 3, 0.5),
                                         (document, 2, 0.5)]))
    assert isinstance(done[1], Picture) and isinstance(done[2], Picture)
    assert isinstance(done[99], ReviewError) and isinstance(done[3], ReviewError)


def test_a_defect_is_told_and_the_other_wishes_go_on(
    memo: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, document = memo
    real = PageImages.picture

    def faulty(self: PageImages, document_id: str, page: int, scale: float) -> Picture:
        if page == 2:
            raise ZeroDivisionError("text of a document")
        return real(self, document_id, page, scale)

    monkeypatch.setattr(PageImages, "picture", faulty)
    done = dict(_wait(desk.page_images, [(document, 1, 0.5), (document, 2, 0.5), (document, 3, 0.5)]))
    assert isinstance(done[1], Picture) and isinstance(done[3], Picture)
    assert isinstance(done[2], ReviewError) and "text of a document" not in str(done[2])


def test_forgotten_wishes_are_not_drawn(memo: tuple[Desk, str]) -> None:
    desk, document = memo
    images = desk.page_images
    drawing, go_on, last = threading.Event(), threading.Event(), threading.Event()
    drawn: list[int] = []

    def hold(outcome: object) -> None:
        drawing.set()
        go_on.wait(30)

    images.request(document, 1, 0.5, hold)
    assert drawing.wait(30)
    for page in (2, 3, 4):
        images.request(document, page, 0.5, lambda _, page=page: (drawn.append(page), last.set()))
    images.forget({(document, 3, 0.5)})
    go_on.set()
    assert last.wait(30)
    images.close()
    assert drawn == [3]


def test_words_have_places(memo: tuple[Desk, str]) -> None:
    desk, document = memo
    words = desk.page_images.words(document, 1)
    place = next(rect for rect, text in words if text == "UNCLASSIFIED")
    assert 0 < place.x0 < place.x1 < 612 and 0 < place.y0 < place.y1 < 792
