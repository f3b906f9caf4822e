"""What the rest of a page says of a place: counts of likely boxes, better places for the same box, parts."""

from __future__ import annotations

import numpy as np

from review_app.detection import raster_context, raster_features
from review_app.detection.raster_features import SHARP, STROKES, Place
from review_app.detection.raster_pixels import Box

LIKELY, UNLIKELY = 5.0, -5.0


def told(boxes: list[Box], odds: list[float], name: str, ink: float = 0.0) -> list[float]:
    """One of the measures for each of these places."""
    places = [Place(box, SHARP, True) for box in boxes]
    rows = np.zeros((len(boxes), len(raster_features.NAMES)), np.float32)
    rows[:, raster_features.NAMES.index("ink_wide")] = ink
    out = raster_context.measure(places, rows, np.array(odds))
    assert out.shape == (len(boxes), len(raster_context.NAMES))
    return [round(float(v), 2) for v in out[:, raster_context.NAMES.index(name)]]


def test_a_page_without_places_has_no_rows() -> None:
    out = raster_context.measure([], np.zeros((0, len(raster_features.NAMES)), np.float32), np.zeros(0))
    assert out.shape == (0, len(raster_context.NAMES))


def test_a_place_alone_has_no_others_and_no_rival() -> None:
    box = [Box(0, 0, 100, 20)]
    assert told(box, [LIKELY], "all_others") == [0.0]
    assert told(box, [LIKELY], "like_height_mean") == [-1.0]
    assert told(box, [LIKELY], "rival") == [-8.0]
    assert told(box, [LIKELY], "odds") == [LIKELY]


def test_a_box_that_was_found_twice_speaks_once_for_the_others() -> None:
    boxes = [Box(0, 0, 100, 20), Box(1, 0, 101, 20), Box(300, 0, 400, 20)]
    others = told(boxes, [LIKELY, LIKELY, LIKELY], "all_others")
    assert others[2] == 1.0
    assert others[0] == others[1] == 0.99


def test_only_likely_boxes_of_the_same_height_speak_for_a_place() -> None:
    boxes = [Box(0, 0, 100, 20), Box(0, 100, 100, 120), Box(0, 200, 100, 260)]
    assert told(boxes, [0.0, LIKELY, LIKELY], "like_height")[0] == 0.99
    assert told(boxes, [0.0, UNLIKELY, LIKELY], "like_height")[0] == 0.01


def test_boxes_with_the_same_print_in_them_speak_for_each_other() -> None:
    boxes = [Box(0, 0, 100, 20), Box(200, 0, 300, 20)]
    assert told(boxes, [LIKELY, LIKELY], "like_ink", ink=0.4) == [0.99, 0.99]
    assert told(boxes, [LIKELY, LIKELY], "like_ink", ink=0.0) == [0.0, 0.0]


def test_a_better_place_for_the_same_box_is_its_rival() -> None:
    boxes = [Box(0, 0, 100, 20), Box(0, 0, 100, 18), Box(300, 300, 400, 320)]
    assert told(boxes, [1.0, 3.0, 9.0], "rival") == [3.0, 1.0, -8.0]
    assert told(boxes, [1.0, 3.0, 9.0], "better") == [1.0, 0.0, 0.0]


def test_the_parts_of_a_box_are_counted_and_know_their_whole() -> None:
    boxes = [Box(0, 0, 200, 20), Box(0, 0, 90, 20), Box(110, 0, 200, 20)]
    assert told(boxes, [LIKELY, LIKELY, LIKELY], "parts")[0] > 0.6
    assert told(boxes, [LIKELY, LIKELY, LIKELY], "whole") == [0.0, 0.99, 0.99]


def test_the_source_counts_among_all_places_of_its_kind() -> None:
    places = [Place(Box(0, 0, 90, 20), SHARP, True), Place(Box(200, 0, 290, 20), STROKES, True)]
    rows = np.zeros((2, len(raster_features.NAMES)), np.float32)
    out = raster_context.measure(places, rows, np.array([LIKELY, LIKELY]))
    assert out[:, raster_context.NAMES.index("like_source_mean")].tolist() == [-1.0, -1.0]
