"""Boxes in the pixels of pages made here: each kind is found, and what only looks like one is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scanned
from numpy.typing import NDArray

from review_app.detection import raster, raster_skew, scan
from review_app.domain.content import Image, Line, PageContent, Word
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Provenance

WIDTH, HEIGHT, SCALE = 612.0, 792.0, 150 / 72
WHOLE = Rect(0, 0, WIDTH, HEIGHT)


def paper(tone: int = 255) -> NDArray[np.uint8]:
    return np.full((round(HEIGHT * SCALE), round(WIDTH * SCALE)), tone, np.uint8)


def pixels(rect: Rect) -> tuple[int, int, int, int]:
    return tuple(round(v * SCALE) for v in rect.as_list())  # type: ignore[return-value]


def outline(page: NDArray[np.uint8], rect: Rect, tone: int = 127, inside: int | None = 255) -> None:
    x0, y0, x1, y1 = pixels(rect)
    if inside is not None:
        page[y0:y1, x0:x1] = inside
    page[y0, x0:x1] = page[y1 - 1, x0:x1] = tone
    page[y0:y1, x0] = page[y0:y1, x1 - 1] = tone


def fill(page: NDArray[np.uint8], rect: Rect, tone: int) -> None:
    x0, y0, x1, y1 = pixels(rect)
    page[y0:y1, x0:x1] = tone


def content(*lines: tuple[str, Rect]) -> PageContent:
    made = []
    for text, rect in lines:
        words, at = [], 0
        unit = rect.width / max(1, len(text))
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            place = Rect(rect.x0 + start * unit, rect.y0, rect.x0 + at * unit, rect.y1)
            words.append(Word(word, start, place))
        made.append(Line(text, 1, (rect,), tuple(words)))
    return PageContent(1, WIDTH, HEIGHT, tuple(made), images=(Image(WHOLE, 2550, 3300),))


def looked(page: NDArray[np.uint8]) -> list[raster.Candidate]:
    return list(raster.look(content(), page, SCALE))


BOX = Rect(100, 200, 300, 216)


def test_a_thin_outline_is_a_white_box_at_its_place() -> None:
    page = paper()
    outline(page, BOX)
    (found,) = looked(page)
    assert found.kind is Kind.WHITE_BOX
    assert found.rect.iou(BOX) > 0.9


def test_an_outline_with_a_side_missing_is_none() -> None:
    page = paper()
    outline(page, BOX)
    x0, y0, _, y1 = pixels(BOX)
    page[y0 + 1 : y1 - 1, x0] = 255
    assert looked(page) == []


def test_a_box_that_lies_on_another_leaves_both() -> None:
    page = paper()
    under, over = Rect(100, 200, 300, 240), Rect(250, 225, 400, 260)
    outline(page, under)
    outline(page, over)
    found = [c.rect for c in looked(page)]
    assert len(found) == 2
    assert all(max(r.iou(rect) for r in found) > 0.85 for rect in (under, over))


def test_a_box_cut_by_the_edge_of_the_page_is_found() -> None:
    page = paper()
    box = Rect(-20, 300, 120, 330)
    _, y0, x1, y1 = pixels(box)
    page[y0, 0:x1] = page[y1 - 1, 0:x1] = page[y0:y1, x1 - 1] = 127
    (found,) = looked(page)
    assert found.rect.iou(Rect(0, 300, 120, 330)) > 0.85


def test_a_line_of_type_printed_over_a_box_does_not_hide_it() -> None:
    page = paper()
    box = Rect(300, 20, 380, 50)
    outline(page, box)
    x0, y0, x1, y1 = pixels(Rect(200, 30, 450, 40))
    page[y0 - 3 : y1 + 3, x0:x1] = 255
    page[y0:y1, x0:x1:5] = 0
    page[y0:y1, x0 + 1 : x1 : 5] = 0
    assert [c.rect.iou(box) > 0.8 for c in looked(page) if c.overprinted] == [True]


@pytest.mark.parametrize(
    ("tone", "kind"), [(0, Kind.BLACK_BOX), (150, Kind.FILLED_BOX), (215, Kind.FILLED_BOX)]
)
def test_an_even_tone_is_a_box(tone: int, kind: Kind) -> None:
    page = paper()
    fill(page, BOX, tone)
    (found,) = looked(page)
    assert found.kind is kind
    assert found.rect.iou(BOX) > 0.85


def test_a_shade_hardly_darker_than_the_paper_is_none() -> None:
    page = paper(240)
    fill(page, BOX, 228)
    assert looked(page) == []


def test_a_disc_is_no_box() -> None:
    page = paper()
    y, x = np.ogrid[: page.shape[0], : page.shape[1]]
    page[(y - 400) ** 2 + (x - 400) ** 2 < 40**2] = 0
    assert looked(page) == []


def test_cells_of_a_table_are_no_boxes() -> None:
    page = paper()
    for row in range(3):
        for column in range(3):
            x, y = 100 + 80 * column, 200 + 20 * row
            outline(page, Rect(x, y, x + 80.5, y + 20.5), inside=None)
    assert looked(page) == []


def test_bands_of_ink_and_a_black_page_end_soon() -> None:
    assert looked(np.zeros_like(paper())) == []
    page = paper()
    page[::3] = 0
    looked(page)
    assert looked(np.zeros((1, 1), np.uint8)) == []


def test_a_turned_page_is_levelled() -> None:
    made = scanned.page(5, "black", "skew")
    angle = raster_skew.angle_of(made.tones, 255)
    level = raster_skew.turned_back(made.tones, angle, 255)
    assert angle
    assert raster_skew.angle_of(level, 255) == 0.0


@pytest.mark.parametrize("kind", scanned.KINDS)
def test_boxes_of_each_kind_are_found_in_a_jpeg(kind: str) -> None:
    hits = boxes = told = 0
    for seed in (31, 32, 33):
        made = scanned.page(seed, kind, "jpeg")
        found = [c.rect for c in raster.look(content(), made.tones, made.scale)]
        hits += sum(any(rect.iou(f) >= 0.5 for f in found) for _, rect in made.boxes)
        boxes, told = boxes + len(made.boxes), told + len(found)
    assert boxes
    assert hits >= 0.85 * boxes
    assert told <= hits + 1


def spans(page: NDArray[np.uint8], *lines: tuple[str, Rect]) -> tuple[scan.SpanFinding, ...]:
    made = content(*lines)
    return scan.document([made], looks={1: raster.look(made, page, SCALE)}).spans


STAMP = ("RELEASE IN PART B6", Rect(440, 40, 560, 52))
FULL = ("RELEASE IN FULL", Rect(440, 40, 560, 52))


def test_a_code_in_the_margin_goes_to_its_box_and_its_blank_gives_way() -> None:
    page = paper()
    outline(page, BOX)
    (found,) = spans(page, STAMP, ("B6", Rect(570, 201, 584, 213)))
    assert (found.kind, found.detector, found.band) == (Kind.WHITE_BOX, "raster", Band.CERTAIN)
    assert [(c.code, c.provenance) for c in found.codes] == [("(b)(6)", Provenance.MARGIN)]
    assert "margin" in found.evidence


def test_without_the_box_the_code_alone_is_a_blank() -> None:
    (found,) = spans(paper(), STAMP, ("B6", Rect(570, 201, 584, 213)))
    assert (found.kind, found.detector) == (Kind.BLANK, "margin_code")


def test_one_code_of_the_margin_is_shared() -> None:
    page = paper()
    outline(page, BOX)
    outline(page, Rect(320, 200, 400, 216))
    found = spans(page, STAMP, ("B6", Rect(570, 201, 584, 213)))
    assert sorted(str(s.codes[0].provenance) for s in found) == ["margin", "margin_shared"]


def test_a_code_in_the_box_makes_it_certain() -> None:
    page = paper()
    fill(page, BOX, 170)
    (found,) = spans(page, ("(b)(6)", Rect(180, 202, 206, 214)))
    assert found.codes[0].provenance is Provenance.IN_BOX
    assert found.band is Band.CERTAIN


def test_no_code_is_unknown_and_no_more_than_likely() -> None:
    page = paper()
    outline(page, BOX)
    (found,) = spans(page, ("some words of a letter", Rect(100, 300, 300, 312)))
    assert found.exemption_status is ExemptionStatus.NOT_STATED
    assert found.band is Band.LIKELY


@pytest.mark.parametrize(("side", "told"), [(18.0, 0), (40.0, 1)])
def test_a_small_square_frame_is_a_check_box_and_a_larger_one_a_box(side: float, told: int) -> None:
    page = paper()
    outline(page, Rect(120, 200, 120 + side, 200 + side))
    assert len(spans(page, STAMP)) == told


@pytest.mark.parametrize(("high", "told"), [(18.0, 5), (30.0, 4)])
def test_among_longer_boxes_of_its_height_a_small_square_is_one_of_them(high: float, told: int) -> None:
    page = paper()
    outline(page, Rect(120, 200, 138, 218))
    for number in range(4):
        top = 260 + 60 * number
        outline(page, Rect(120, top, 260 + 40 * number, top + high))
    assert len(spans(page, STAMP)) == told


def test_a_small_square_frame_with_a_code_is_a_box() -> None:
    page = paper()
    outline(page, Rect(120, 200, 138, 218))
    (found,) = spans(page, STAMP, ("B6", Rect(123, 204, 135, 214)))
    assert found.codes


@pytest.mark.parametrize("code", ["", "(b)(6)"])
def test_a_page_on_which_nothing_says_so_needs_more(code: str) -> None:
    page = paper()
    outline(page, BOX)
    text = [("some words of a letter that goes on", Rect(100, y, 300, y + 12)) for y in range(300, 440, 20)]
    (found,) = spans(page, *text, *([(code, Rect(100, 500, 130, 512))] if code else []))
    assert ("no stamp and no code" in found.evidence) == (not code)


def test_a_document_released_in_full_has_no_box() -> None:
    page = paper()
    outline(page, BOX)
    assert spans(page, FULL) == ()


def test_words_inside_an_outline_are_a_frame() -> None:
    page = paper()
    outline(page, BOX)
    x0, y0, x1, y1 = pixels(Rect(110, 204, 200, 212))
    page[y0:y1, x0:x1:4] = page[y0:y1, x0 + 1 : x1 : 4] = 0
    assert spans(page, STAMP, ("UNCLASSIFIED when detached", Rect(110, 204, 200, 212))) == ()


def test_a_dark_area_at_one_place_of_three_pages_weighs_less() -> None:
    page = paper()
    fill(page, BOX, 0)
    pages = [replace(content(), number=n) for n in (1, 2, 3)]
    looks = {p.number: raster.look(p, page, SCALE) for p in pages}
    (alone,) = scan.document(pages[:1], looks={1: looks[1]}).spans
    many = scan.document(pages, looks=looks).spans
    assert all(s.confidence < alone.confidence for s in many)


def test_a_page_of_text_is_no_scan() -> None:
    assert raster.is_scan(content())
    assert not raster.is_scan(PageContent(1, WIDTH, HEIGHT, ()))
