"""Pages that lie on their side: their boxes are found as on the upright page, where they lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scanned

from review_app.detection import raster, raster_skew
from review_app.domain.content import Image, Line, PageContent, Word
from review_app.domain.geometry import Rect

SCALE = 150 / 72


def content(tones: np.ndarray) -> PageContent:
    height, width = tones.shape
    whole = Rect(0, 0, width / SCALE, height / SCALE)
    return PageContent(1, whole.width, whole.height, (), images=(Image(whole, 2550, 3300),))


def turned(rect: Rect, width: float, height: float, turns: int) -> Rect:
    """Where a rectangle lies after quarter turns against the clock, on a page of this size before."""
    for _ in range(turns):
        rect = Rect(rect.y0, width - rect.x1, rect.y1, width - rect.x0)
        width, height = height, width
    return rect


@pytest.mark.parametrize("turns", [1, 3])
@pytest.mark.parametrize("kind", ["black", "outline"])
def test_boxes_of_a_page_on_its_side(kind, turns):
    made = scanned.page(41, kind, "clean")
    upright = made.tones
    page = content(upright)
    before = raster.look(page, upright, SCALE)
    assert len(before) >= 3
    lying = np.ascontiguousarray(np.rot90(upright, turns))
    after = raster.look(content(lying), lying, SCALE)
    wanted = [turned(c.rect, page.width, page.height, turns) for c in before]
    hits = sum(any(c.rect.iou(rect) > 0.6 for c in after) for rect in wanted)
    assert hits >= 0.9 * len(wanted) and len(after) <= 1.2 * len(wanted)


def test_words_decide_where_there_are_enough():
    made = scanned.page(41, "black", "clean")
    tones = made.tones
    page = content(tones)
    assert not raster_skew.is_sideways(page, tones)
    assert raster_skew.is_sideways(page, np.rot90(tones))
    words = tuple(
        Word("word", 5 * n, Rect(100, 60 + 30 * n, 110, 85 + 30 * n)) for n in range(raster_skew.LEAST_WORDS)
    )
    line = Line("word " * len(words), 1, (Rect(100, 60, 110, 700),), words)
    assert raster_skew.is_sideways(replace(page, lines=(line,)), tones)


def test_an_empty_or_black_page_lies_on_no_side():
    for tone in (0, 255):
        tones = np.full((600, 500), tone, np.uint8)
        assert not raster_skew.is_sideways(content(tones), tones)


def test_a_shadow_at_the_edge_lays_no_page_on_its_side():
    """It changes a few columns by more than all lines of type change the rows."""
    rng = np.random.default_rng(5)
    tones = np.full((1650, 1275), 255, np.uint8)
    for top in range(300, 1020, 60):
        tones[top : top + 14, 150:1100][rng.random((14, 950)) < 0.1] = 0
    page = content(tones)
    assert not raster_skew.is_sideways(page, tones)
    assert raster_skew.is_sideways(page, np.rot90(tones))
    tones[:740, :8] = tones[:740, -8:] = 0
    (rows, typed), (columns, level) = (raster_skew._changes(tones[::2, ::2] < 128, way) for way in (1, 0))
    assert columns > raster_skew.SIDEWAYS * rows
    assert level < typed
    assert not raster_skew.is_sideways(page, tones)
