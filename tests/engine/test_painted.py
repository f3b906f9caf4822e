"""What is painted on a page, from real PDFs: shapes, pictures, looks, and the characters they could cover."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from review_app.domain.content import Drawing, Form, PageContent
from review_app.engine import documents, painted

PLACE = pymupdf.Rect(100, 100, 220, 114)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., tuple[PageContent, tuple[str, ...]]]:
    """Makes a page from operators and reads it."""

    def make(
        ops: str = "", change: Callable[[pymupdf.Page], None] | None = None
    ) -> tuple[PageContent, tuple[str, ...]]:
        doc = pymupdf.open()
        page = doc.new_page(width=612, height=792)
        page.insert_text((102, 111), "words under it", fontsize=11)
        if change is not None:
            change(page)
        xref = doc.get_new_xref()
        doc.update_object(xref, "<<>>")
        doc.update_stream(xref, f"q {ops} Q".encode())
        old = " ".join(f"{c} 0 R" for c in page.get_contents())
        doc.xref_set_key(page.xref, "Contents", f"[{old} {xref} 0 R]")
        path = tmp_path / "made.pdf"
        doc.save(path)
        with documents.open_document(path) as document:
            return document.content(1), document.warnings

    return make


WAYS = {
    "re": ("100 678 120 14 re f", Form.RECTANGLE),
    "lines": ("100 678 m 220 678 l 220 692 l 100 692 l h f", Form.RECTANGLE),
    "open lines": ("100 678 m 220 678 l 220 692 l 100 692 l f", Form.RECTANGLE),
    "round": (
        "103 692 m 217 692 l 219 692 220 691 220 689 c 220 681 l 220 679 219 678 217 678 c 103 678 l "
        "101 678 100 679 100 681 c 100 689 l 100 691 101 692 103 692 c f",
        Form.RECTANGLE,
    ),
    "thick line": ("14 w 100 685 m 220 685 l S", Form.LINE),
    "frame": ("1 w 100 678 120 14 re S", Form.FRAME),
    "hatch": (
        "100 678 120 14 re W n " + " ".join(f"{x} 678 m {x + 14} 692 l" for x in range(90, 220, 4)) + " S",
        Form.HATCH,
    ),
    "rule": ("100 685 120 1 re f", Form.RULE),
    "triangle": ("100 678 m 220 678 l 160 692 l f", Form.SHAPE),
    "circle": (
        "160 692 m 164 692 167 689 167 685 c 167 681 164 678 160 678 c "
        "156 678 153 681 153 685 c 153 689 156 692 160 692 c f",
        Form.SHAPE,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_drawing_is_told(
    read: Callable[..., tuple[PageContent, tuple[str, ...]]], way: str
) -> None:
    ops, form = WAYS[way]
    content, _ = read(ops)
    (drawing,) = content.drawings
    assert drawing.form is form
    if form in (Form.RECTANGLE, Form.LINE, Form.FRAME, Form.HATCH):
        place = (drawing.rect.x0, drawing.rect.y0, drawing.rect.x1, drawing.rect.y1)
        assert place == pytest.approx((100, 100, 220, 114), abs=0.6)


def test_characters_carry_the_order_of_painting(
    read: Callable[..., tuple[PageContent, tuple[str, ...]]],
) -> None:
    content, _ = read("100 678 120 14 re f")
    (drawing,) = content.drawings
    assert content.glyphs and all(g.order < drawing.order for g in content.glyphs)
    assert drawing.look is not None and drawing.look.share > 0.95 and drawing.look.colour == (0, 0, 0)


def test_single_characters_are_read_only_where_something_could_cover_them(
    read: Callable[..., tuple[PageContent, tuple[str, ...]]],
) -> None:
    assert not read("100 400 120 14 re f")[0].glyphs
    assert not read("100 685 120 1 re f")[0].glyphs


def test_what_a_clip_cuts_away_and_what_is_see_through(
    read: Callable[..., tuple[PageContent, tuple[str, ...]]],
) -> None:
    (cut,) = read("100 678 40 14 re W n 100 678 120 14 re f")[0].drawings
    assert cut.is_clipped and cut.rect.width == pytest.approx(40)

    def marker(page: pymupdf.Page) -> None:
        page.add_highlight_annot(PLACE)

    assert all(d.is_blended for d in read("", marker)[0].drawings)


def test_a_picture_of_one_tone_is_told_from_a_drawing_of_something(
    read: Callable[..., tuple[PageContent, tuple[str, ...]]],
) -> None:
    def plain(page: pymupdf.Page) -> None:
        pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 60, 7))
        pixmap.set_rect(pixmap.irect, (0, 0, 0))
        page.insert_image(PLACE, pixmap=pixmap, keep_proportion=False)

    (image,) = read("", plain)[0].images
    assert image.tone is not None and image.tone.share == 1.0 and image.look is not None and image.order >= 0

    def drawn(page: pymupdf.Page) -> None:
        pixmap = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 60, 8))
        pixmap.set_rect(pixmap.irect, (255, 255, 255))
        pixmap.set_rect(pymupdf.IRect(10, 2, 50, 4), (0, 0, 0))
        page.insert_image(PLACE, pixmap=pixmap, keep_proportion=False)

    (image,) = read("", drawn)[0].images
    assert image.tone is not None and image.tone.share < 0.97


def test_annotations_count_with_what_they_show_and_form_fields_are_told(
    read: Callable[..., tuple[PageContent, tuple[str, ...]]],
) -> None:
    def square(page: pymupdf.Page) -> None:
        annot = page.add_rect_annot(PLACE)
        annot.set_colors(stroke=(0, 0, 0), fill=(0, 0, 0))
        annot.update()
        field = pymupdf.Widget()
        field.field_type = pymupdf.PDF_WIDGET_TYPE_TEXT
        field.field_name = "name"
        field.rect = pymupdf.Rect(100, 300, 220, 320)
        page.add_widget(field)

    content, _ = read("", square)
    assert any(d.form is Form.RECTANGLE and d.fill == (0, 0, 0) for d in content.drawings)
    assert content.glyphs
    assert [a.subtype for a in content.annotations] == ["Square", "Widget"]


def test_a_page_of_very_many_shapes_takes_bounded_room_and_says_so(
    read: Callable[..., tuple[PageContent, tuple[str, ...]]],
) -> None:
    count = painted.MAX_DRAWINGS + 5_000
    content, warnings = read(" ".join(f"{n % 600} {n // 600 * 4} 3 3 re f" for n in range(count)))
    assert len(content.drawings) == painted.MAX_DRAWINGS
    assert any(str(count) in warning for warning in warnings)


def test_an_error_of_ours_in_the_midst_of_a_page_does_not_end_the_process(
    read: Callable[..., tuple[PageContent, tuple[str, ...]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """MuPDF's C++ crashes when its callback raises; the error must come out afterwards."""

    def broken(self: object, path: object) -> Drawing:
        raise ZeroDivisionError

    monkeypatch.setattr(painted.Collector, "take", broken)
    with pytest.raises(ZeroDivisionError):
        read("100 678 120 14 re f")
