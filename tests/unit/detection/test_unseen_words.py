"""Words of a scan's text layer that its picture does not show, wholly or in part."""

from __future__ import annotations

import numpy as np
import pytest
from handmade import pdf_pages

from review_app.detection.unseen_words import without_unseen

SCALE = 2.0


def shown(*bars: tuple[float, float]) -> tuple[str, int]:
    """What is left of a line, each word 6 points a letter, with bars from x to x; and how many are told."""
    (page,) = pdf_pages("the minister agreed")
    tones = np.full((int(page.height * SCALE), int(page.width * SCALE)), 250, np.uint8)
    line = page.lines[0]
    for word in line.words:  # letters: thin strokes with light between them
        r = word.rect
        for x in np.arange(r.x0, r.x1, 3.0):
            tones[round(r.y0 * SCALE) : round(r.y1 * SCALE), round(x * SCALE) : round(x * SCALE) + 2] = 20
    start = line.words[1].rect.x0
    for x0, x1 in bars:
        top, foot = round((line.rect.y0 - 2) * SCALE), round((line.rect.y1 + 2) * SCALE)
        tones[top:foot, round((start + x0) * SCALE) : round((start + x1) * SCALE)] = 10
    content, places = without_unseen(page, tones, SCALE, ())
    return " ".join(content.lines[0].text.split()), len(places)


@pytest.mark.parametrize(
    ("bars", "left"),
    [
        ((), ("the minister agreed", 0)),
        (((-3.0, 51.0),), ("the agreed", 1)),
        (((-3.0, 30.0),), ("the agreed", 0)),
        (((20.0, 51.0),), ("the agreed", 0)),
        (((-3.0, 6.0),), ("the minister agreed", 0)),
        (((0.0, 4.0), (8.0, 12.0), (16.0, 20.0), (24.0, 28.0)), ("the minister agreed", 0)),
    ],
    ids=["none", "whole", "first half", "second half", "an edge", "thick letters"],
)
def test_a_word_under_a_bar_is_not_read_and_one_that_is_cut_by_it_neither(
    bars: tuple[tuple[float, float], ...], left: tuple[str, int]
) -> None:
    assert shown(*bars) == left
