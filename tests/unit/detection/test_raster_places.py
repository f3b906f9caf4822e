"""Places that may be boxes: paper made even, closed-in paper, stacks of runs, and the trees that judge."""

from __future__ import annotations

import numpy as np

from review_app.detection import (
    raster_bits,
    raster_context,
    raster_features,
    raster_fills,
    raster_holes,
    raster_paper,
    raster_places,
    raster_trees,
)
from review_app.detection.raster_pixels import Box, distinct


def test_dark_uneven_paper_becomes_even_and_light() -> None:
    page = np.tile(np.linspace(150, 210, 640).astype(np.uint8), (640, 1))
    page[100:140, 100:300] = 40
    even, paper = raster_paper.evened(page)
    assert paper == 255
    away = np.delete(even, np.s_[90:150], axis=0)
    assert away.min() > 235
    assert even[110:130, 120:280].max() < 90


def test_light_even_paper_is_left_as_it_is() -> None:
    page = np.full((640, 640), 250, np.uint8)
    page[100:140, 100:300] = 0
    assert raster_paper.evened(page)[0] is page


def test_closed_in_paper_is_a_place_and_paper_with_a_gap_is_none() -> None:
    ink = np.zeros((200, 300), np.bool_)
    ink[50, 40:200] = ink[80, 40:200] = ink[50:81, 40] = ink[50:81, 199] = True
    ((box, share),) = raster_holes.find(ink)
    assert box.iou(Box(40, 50, 200, 81)) > 0.95
    assert share == 1.0
    ink[60:75, 40] = False
    assert raster_holes.find(ink) == []


def test_an_outline_askew_is_a_place() -> None:
    ink = np.zeros((200, 300), np.bool_)
    for x in range(40, 240):
        ink[50 + x // 40, x] = ink[80 + x // 40, x] = True
        ink[51 + x // 40, x] = ink[81 + x // 40, x] = True
    ink[50:83, 40] = ink[54:88, 239] = True
    assert len(raster_holes.find(ink)) == 1


def test_two_boxes_that_touch_are_two_stacks() -> None:
    solid = np.zeros((100, 200), np.bool_)
    solid[20:30, 20:120] = True
    solid[30:40, 20:60] = True
    found = raster_fills.stacks(raster_bits.packed(solid), 200)
    assert sorted((b.width, b.height) for b in found) == [(40, 10), (100, 10)]


def test_a_letter_at_its_side_does_not_break_a_box() -> None:
    solid = np.zeros((100, 200), np.bool_)
    solid[20:40, 20:120] = True
    solid[28:32, 120:130] = True
    (box,) = raster_fills.stacks(raster_bits.packed(solid), 200)
    assert box.iou(Box(20, 20, 120, 40)) > 0.95


def test_of_boxes_at_one_place_the_first_stays() -> None:
    boxes = [Box(0, 0, 10, 10), Box(0, 0, 10, 9), Box(20, 0, 30, 10)]
    assert distinct(boxes, 0.8) == [0, 2]
    assert distinct([], 0.8) == []


def test_trees_go_left_up_to_the_limit_and_right_above_it() -> None:
    trees = raster_trees.made(
        {"names": ["a"], "start": 0.5, "trees": [[[0, 1.0, 1, 2], [-1.0], [2.0]], [[0.25]]]}
    )
    assert trees.odds(np.array([[1.0], [1.5]], np.float32)).tolist() == [-0.25, 2.75]


def test_the_shipped_trees_ask_what_is_measured() -> None:
    alone, together = raster_trees.shipped()
    assert alone.names == raster_features.NAMES
    assert together.names == (*raster_features.NAMES, *raster_context.NAMES)
    for trees in (alone, together):
        assert trees.measure.max() < len(trees.names)


def _with_type(box: Box, letters: tuple[Box, ...]) -> np.ndarray:
    page = np.full((300, 800), 255, np.uint8)
    page[box.y0 : box.y1, box.x0 : box.x1] = 0
    for letter in letters:
        page[letter.y0 : letter.y1, letter.x0 : letter.x1] = 255
    return page


def test_a_code_as_tall_as_its_box_does_not_cut_it() -> None:
    box = Box(100, 100, 500, 124)
    letters = tuple(Box(x, 106, x + 8, 124) for x in range(240, 340, 20))
    found = raster_fills.find(_with_type(box, letters), 255)
    assert max(fill.box.iou(box) for fill in found) > 0.9


def test_paper_between_two_boxes_does_cut_them() -> None:
    box, gap = Box(100, 100, 500, 124), Box(290, 100, 298, 124)
    found = raster_fills.find(_with_type(box, (gap,)), 255)
    assert max(fill.box.iou(box) for fill in found) < 0.6
    assert max(fill.box.iou(Box(100, 100, 290, 124)) for fill in found) > 0.9


def test_a_light_tone_of_dots_is_found_on_dotted_paper() -> None:
    made = np.random.default_rng(1)
    share = np.full((400, 800), 0.06)
    box = Box(200, 100, 500, 140)
    share[box.y0 : box.y1, box.x0 : box.x1] = 0.18
    # A dot of a 300 dpi scan is a quarter of a pixel at 150 dpi.
    dots = made.random((2, 2, 400, 800)) < share
    page = (255 * (1 - dots.mean(axis=(0, 1)))).astype(np.uint8)
    found = raster_fills.find(page, 255)
    assert max((fill.box.iou(box) for fill in found), default=0.0) > 0.7


def _banner(letters: int) -> np.ndarray:
    page = np.full((600, 1200), 255, np.uint8)
    page[200:360, 120:1080] = 0
    for x in range(200, 1000, 100):
        page[280 - letters // 2 : 280 + letters // 2, x : x + 60] = 255
    page[450:470, 200:500] = 0
    return page


def test_what_is_left_between_large_white_letters_is_no_box() -> None:
    found = raster_places.find(_banner(letters=110), 255)
    assert [f.place.box.iou(Box(200, 450, 500, 470)) > 0.9 for f in found] == [True]


def test_a_black_box_with_a_small_code_is_no_heading() -> None:
    found = raster_places.candidates(page := _banner(letters=20), 255)
    assert not raster_places._in_headings(page, found).any()
