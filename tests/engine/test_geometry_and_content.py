"""Page space is what is displayed, on pages turned, cut and scaled in every way."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pikepdf
import pymupdf
import pytest

from review_app.domain.geometry import Rect
from review_app.engine.documents import Document, open_document
from review_app.engine.lines import Piece, lines_of
from review_app.engine.render import render

BOX = (150.0, 792.0 - 460.0, 350.0, 792.0 - 400.0)  # the black box of the test page, in user space


def _open(tmp_path: Path, data: bytes) -> Document:
    path = tmp_path / "page.pdf"
    path.write_bytes(data)
    return open_document(path)


def _near(a: Rect, b: Rect, by: float = 0.1) -> bool:
    pairs = zip((a.x0, a.y0, a.x1, a.y1), (b.x0, b.y0, b.x1, b.y1), strict=True)
    return all(abs(x - y) <= by for x, y in pairs)


def test_everything_is_where_it_is_seen(tmp_path: Path, make_pdf: Callable[..., bytes], turned) -> None:
    data = make_pdf([turned])
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.pages[0].obj.Annots = pikepdf.Array(
            [
                pdf.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name.Highlight,
                        Rect=pikepdf.Array([100, 580, 200, 600]),
                        QuadPoints=pikepdf.Array([100, 600, 200, 600, 100, 580, 200, 580]),
                        T=pikepdf.String("Ö"),
                        Contents=pikepdf.String("note"),
                        NM=pikepdf.String("x1"),
                    )
                )
            ]
        )
        out = io.BytesIO()
        pdf.save(out)
    with _open(tmp_path, out.getvalue()) as document:
        frame = document.frame(1)
        assert frame is not None
        content = document.content(1)
        size = turned.rect(*(turned.crop or (0, 0, 612, 792)))
        assert document.size(1) == pytest.approx((size.x1, size.y1))
        assert (content.width, content.height) == document.size(1)

        # Words: baseline at y = 592, 12 pt, "Memorandum" begins at x = 100.
        words = {w.text: w.rect for line in content.lines for w in line.words}
        expected = turned.rect(100, 592 - 4, 164, 592 + 13)
        assert words["Memorandum"].iou(expected) > 0.6

        drawing = next(d for d in content.drawings if d.fill == (0.0, 0.0, 0.0))
        assert _near(drawing.rect, turned.rect(*BOX)) and drawing.is_rectangle

        (annotation,) = content.annotations
        assert _near(annotation.rects[0], turned.rect(100, 580, 200, 600))
        assert (annotation.title, annotation.contents, annotation.name) == ("Ö", "note", "x1")

        user = frame.rect_to_user(turned.rect(*BOX))
        assert _near(user, Rect(*BOX), 0.001)
        assert frame.turn == turned.rotate and frame.unit == pytest.approx(turned.unit)

        place = turned.rect(*BOX)
        pixels = render(document, 1, 2.0, place.inset(4))
        assert set(pixels.data[0::4]) == {0} and set(pixels.data[3::4]) == {255}
        around = render(document, 1, 1.0, place.inset(-8))
        assert around.data[:3] == b"\xff\xff\xff"


def test_quads_start_at_the_upper_left_as_displayed(
    tmp_path: Path, make_pdf: Callable[..., bytes], turned
) -> None:
    with _open(tmp_path, make_pdf([turned])) as document:
        frame = document.frame(1)
        assert frame is not None
        rect = turned.rect(*BOX)
        quad = frame.quad_to_user(rect)
        shown = [turned.to_page(quad[i], quad[i + 1]) for i in (0, 2, 4, 6)]
        wanted = [(rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x0, rect.y1), (rect.x1, rect.y1)]
        assert [c for p in shown for c in p] == pytest.approx([c for p in wanted for c in p])


def test_text_outside_of_the_crop_box_is_not_on_the_page(
    tmp_path: Path, make_pdf: Callable[..., bytes]
) -> None:
    data = make_pdf()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.pages[0].obj.CropBox = pikepdf.Array([0, 0, 612, 585])  # cuts above the second line
        out = io.BytesIO()
        pdf.save(out)
    with _open(tmp_path, out.getvalue()) as document:
        text = document.content(1).text
    assert "second line" in text and "Memorandum" not in text


def test_one_visual_line_is_one_line_and_columns_stay_apart(tmp_path: Path) -> None:
    doc = pymupdf.open()
    page = doc.new_page()
    page.insert_text((350, 100), "right column", fontsize=10)
    page.insert_text((72, 100.8), "left column", fontsize=10)
    page.insert_text((72, 112), "next line", fontsize=10)
    page.insert_text((72.3, 112), "next line", fontsize=10)  # printed twice to look bold
    with _open(tmp_path, doc.tobytes()) as document:
        lines = document.content(1).lines
    doc.close()
    assert [line.text.split() for line in lines] == [["left", "column", "right", "column"], ["next", "line"]]
    gap = len(lines[0].text) - len("left columnright column")
    assert 30 < gap < 60 and "  " not in lines[1].text
    for line in lines:
        for word in line.words:
            assert line.text[word.start : word.end] == word.text


def test_a_superscript_stays_on_its_line_and_close_lines_stay_apart() -> None:
    base = [Piece("word", Rect(72, 100, 100, 112)), Piece("2", Rect(100, 98, 104, 106))]
    below = [Piece("below", Rect(72, 110.5, 110, 122.5))]
    lines = lines_of([*below, *base], 1)
    assert [line.text for line in lines] == ["word 2", "below"]


def test_a_text_file_keeps_its_lines(seeds: Path) -> None:
    path = seeds / "1992-briefing-memo.txt"
    source = path.read_text(encoding="utf-8").split("\n")
    with open_document(path) as document:
        contents = [document.content(n) for n in range(1, document.page_count + 1)]
    lines = [line for content in contents for line in content.lines]
    assert all(content.is_text_file for content in contents)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert [line.text for line in lines] == source[: len(lines)]
    for line in lines:
        for word in line.words:
            assert line.text[word.start : word.end] == word.text
            assert line.rect.intersect(word.rect).area > 0.9 * word.rect.area


def test_the_words_of_a_cable_are_read_in_order(shared: Path) -> None:
    files = sorted((shared / "corpus" / "nara_aad").glob("*.pdf"))[:10]
    assert files
    for path in files:
        with open_document(path) as document:
            assert document.warnings == ()
            for number in range(1, document.page_count + 1):
                content = document.content(number)
                tops = [line.rect.y0 for line in content.lines]
                assert content.has_text
                assert all(b > a - 3 for a, b in pairwise(tops))
                extracted = sorted(document.page(number).get_text().split())
                assert sorted(w.text for line in content.lines for w in line.words) == extracted
