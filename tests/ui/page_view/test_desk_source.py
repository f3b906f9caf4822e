"""The page view on a real desk: a text file is added, typeset and rendered in child processes, and shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Kind
from review_app.review.desk import Desk
from review_app.ui.page_view.source import DocumentSource
from review_app.ui.page_view.view import PageView


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "workspace", "tester", jobs=1) as opened:
        yield opened


def test_the_memo_is_shown_with_its_spans(qtbot, desk, seeds, kit) -> None:
    document_id = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    view = PageView()
    qtbot.addWidget(view)
    view.resize(900, 700)
    source = DocumentSource(desk.page_images, document_id)
    view.set_source(source)
    view.set_document(document_id, desk.pages(document_id))
    spans = desk.spans(document_id)
    view.set_spans(spans)
    view.show()
    blanks = [s for s in spans if s.kind is Kind.BLANK]
    assert len(blanks) == 2
    view.select_spans([blanks[0].id])
    kit.wait(qtbot, view)
    page = blanks[0].page
    assert view.failed_page_at(view.window_rect(page, blanks[0].rects[0]).center()) == 0
    assert view.span_at(view.window_rect(page, blanks[0].rects[0]).center()) == blanks[0].id

    # The words the source tells lie where the picture has ink.
    words = desk.page_images.words(document_id, page)
    assert len(words) > 50
    image = view.viewport().grab().toImage()
    inked = 0
    shown = [r for r, *_ in words if view.viewport().rect().contains(view.window_rect(page, r).toRect())]
    assert shown
    for rect in shown:
        area = view.window_rect(page, rect).toRect()
        inked += any(
            image.pixelColor(x, y).lightness() < 140
            for x in range(area.left(), area.right() + 1) for y in range(area.top(), area.bottom() + 1)
        )
    assert inked == len(shown)


def test_a_page_that_is_not_there_says_so_and_the_others_are_shown(qtbot, desk, seeds, kit) -> None:
    document_id = desk.intake.add(seeds / "1993-news-article.txt").document_id
    pages = desk.pages(document_id)
    view = PageView()
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.set_source(DocumentSource(desk.page_images, document_id))
    view.set_document(document_id, [*pages, pages[-1]._replace(number=len(pages) + 1)])
    view.show()
    kit.wait(qtbot, view)
    view.go_to_page(len(pages) + 1)
    kit.wait(qtbot, view)
    missing = view.window_rect(len(pages) + 1, Rect(0, 0, 100, 100)).center()
    assert view.failed_page_at(missing) == len(pages) + 1
    view.go_to_page(1)
    kit.wait(qtbot, view)
    assert view.failed_page_at(view.window_rect(1, Rect(0, 0, 100, 100)).center()) == 0
