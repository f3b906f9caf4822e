"""Pages with boxes drawn in every way, read and searched: nearly all must be found, and nothing else."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from review_app.detection import scan
from review_app.domain.geometry import Rect
from review_app.engine import documents

sys.path.append(str(Path(__file__).resolve().parent))

import boxes_made
import pymupdf
import pytest


def test_boxes_drawn_in_every_way_on_turned_and_cropped_pages(tmp_path: Path) -> None:
    data, truth = boxes_made.make(31, 25)
    path = tmp_path / "made.pdf"
    path.write_bytes(data)
    with documents.open_document(path) as document:
        found = scan.document([document.content(n) for n in range(1, document.page_count + 1)])
    wanted = [(n, Rect(*place)) for n, boxes in enumerate(truth, 1) for box in boxes for place in box.rects]
    rects = [(s.page, r) for s in found.spans for r in s.rects]
    hits = sum(any(page == n and r.iou(place) >= 0.5 for page, r in rects) for n, place in wanted)
    assert len(wanted) > 100 and hits >= 0.98 * len(wanted)
    extra = [r for page, r in rects if not any(page == n and r.iou(place) >= 0.5 for n, place in wanted)]
    assert len(extra) <= 0.01 * len(wanted)
    leaks = [(n, box) for n, boxes in enumerate(truth, 1) for box in boxes if box.under]
    told = sum(
        any(
            r.page == n and not r.rect.intersect(Rect(*p)).is_empty
            for r in found.recoverable
            for p in box.rects
        )
        for n, box in leaks
    )
    assert len(leaks) > 40 and told >= 0.98 * len(leaks)


def _ink(share: float) -> bytes:
    """A picture of strokes on white, as a signature or a filled-in field is pasted into a filing."""
    rng = random.Random(7)
    pixels = bytearray(b"\xff" * (300 * 60))
    while pixels.count(0) < share * len(pixels):
        at, long = rng.randrange(len(pixels) - 40), rng.randint(4, 30)
        pixels[at : at + long] = b"\x00" * long
    return bytes(pymupdf.Pixmap(pymupdf.csGRAY, 300, 60, bytes(pixels), False).tobytes("png"))


def _found(doc: pymupdf.Document, path: Path) -> scan.Findings:
    doc.save(path)
    with documents.open_document(path) as document:
        return scan.document([document.content(n) for n in range(1, document.page_count + 1)])


@pytest.mark.parametrize("share", [0.05, 0.12, 0.3])
def test_a_picture_of_ink_pasted_over_text_is_no_box(share: float, tmp_path: Path) -> None:
    doc = pymupdf.open()
    page = doc.new_page()
    for i in range(12):
        page.insert_text(
            (72, 100 + 16 * i), f"{i + 1}   The office sent all of the papers to the others in June."
        )
    page.insert_image((150, 90, 330, 126), stream=_ink(share), keep_proportion=False)  # a signature
    page.insert_image(
        (66, 88, 84, 300), stream=_ink(share), keep_proportion=False
    )  # line numbers of a pleading
    found = _found(doc, tmp_path / "ink.pdf")
    assert (found.recoverable, found.spans) == ((), ())


def test_a_picture_of_one_tone_over_text_is_a_box_that_hides_it(tmp_path: Path) -> None:
    doc = pymupdf.open()
    page = doc.new_page()
    for i in range(6):
        page.insert_text((72, 100 + 16 * i), "The office sent all of the papers to the others in June.")
    solid = pymupdf.Pixmap(pymupdf.csGRAY, 300, 20, b"\x00" * 6000, False).tobytes("png")
    page.insert_image((130, 106, 230, 119), stream=solid, keep_proportion=False)
    found = _found(doc, tmp_path / "solid.pdf")
    assert len(found.spans) == 1 and sum(r.characters for r in found.recoverable) > 8


def test_what_is_drawn_for_other_reasons_is_no_box(tmp_path: Path) -> None:
    doc = pymupdf.open()
    page = doc.new_page()
    line = "The office sent all of the papers to the others in June."
    for i in range(20):
        page.insert_text((72, 100 + 16 * i), line)
    page.draw_line((72, 96), (200, 96), width=0.9)  # struck through
    page.draw_rect((72, 117.5, 180, 118.6), color=None, fill=(0, 0, 0))  # underlined
    page.draw_rect((20, 20, 575, 822), width=1.5)  # a frame round the page
    page.draw_rect((72, 30, 523, 60), color=None, fill=(0.1, 0.1, 0.4))  # a banner with its title
    page.insert_text((80, 50), "ANNUAL REPORT OF THE OFFICE", color=(1, 1, 1))
    page.draw_rect((470, 64, 500, 94), color=None, fill=(0.7, 0.1, 0.1))  # a logo
    for i in range(5):  # a chart
        page.draw_rect((80 + 22 * i, 560 - 9 * i, 94 + 22 * i, 600), color=None, fill=(0.2, 0.4, 0.7))
    for i in range(4):  # a table with a shaded head
        page.draw_rect((260 + 60 * i, 520, 320 + 60 * i, 536), width=0.5, fill=(0.85, 0.85, 0.85))
        page.insert_text((265 + 60 * i, 532), "Amount", fontsize=9)
        for k in range(3):
            page.draw_rect((260 + 60 * i, 536 + 16 * k, 320 + 60 * i, 552 + 16 * k), width=0.5)
    for i in range(3):  # options
        page.draw_rect((80, 640 + 16 * i, 89, 649 + 16 * i), width=0.7)
        page.insert_text((96, 648 + 16 * i), "an option")
    for kind, rect in (
        (pymupdf.PDF_WIDGET_TYPE_TEXT, (300, 640, 480, 656)),
        (pymupdf.PDF_WIDGET_TYPE_BUTTON, (300, 664, 360, 680)),
    ):
        widget = pymupdf.Widget()
        widget.field_type, widget.field_name = kind, f"field {kind}"
        widget.rect, widget.fill_color = pymupdf.Rect(*rect), (0.8, 0.8, 0.9)
        page.add_widget(widget)
    page.add_highlight_annot(pymupdf.Rect(72, 216, 300, 230))
    found = _found(doc, tmp_path / "other.pdf")
    assert (found.recoverable, found.spans) == ((), ())
