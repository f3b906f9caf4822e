"""Packed masks do what plain ones do, whatever the width of the page."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from review_app.detection import raster_bits
from review_app.detection.raster_pixels import Mask, components

WIDTHS = (30, 63, 64, 65, 127, 128, 129, 200)


def page(width: int, share: float) -> Mask:
    return np.random.default_rng(width).random((50, width)) < share


def full(mask: Mask, wide: int, high: int) -> Mask:
    """Upper left corners of full rectangles, by the definition."""
    padded = np.pad(mask, ((0, high - 1), (0, wide - 1)))
    return np.asarray(np.all(sliding_window_view(padded, (high, wide)), axis=(2, 3)), np.bool_)


def covered(corners: Mask, wide: int, high: int) -> Mask:
    padded = np.pad(corners, ((high - 1, 0), (wide - 1, 0)))
    return np.asarray(np.any(sliding_window_view(padded, (high, wide)), axis=(2, 3)), np.bool_)


@pytest.mark.parametrize("width", WIDTHS)
def test_rectangles_are_eroded_dilated_and_gaps_closed(width: int) -> None:
    for share, wide, high in ((0.95, 7, 3), (0.5, 1, 4), (0.9, 20, 1), (0.02, 64, 2)):
        mask = page(width, share)
        bits = raster_bits.packed(mask)
        assert np.array_equal(raster_bits.mask_of(bits, width), mask)
        eroded = raster_bits.mask_of(raster_bits.eroded(bits, wide, high), width)
        assert np.array_equal(eroded, full(mask, wide, high))
        dilated = raster_bits.mask_of(raster_bits.dilated(bits, wide, high, width), width)
        assert np.array_equal(dilated, covered(mask, wide, high))
        closed = raster_bits.mask_of(raster_bits.closed(mask, wide, high), width)
        room = np.pad(mask, ((0, high), (0, wide)))
        assert np.array_equal(closed, full(covered(room, wide, high), wide, high)[:50, :width])


@pytest.mark.parametrize("width", WIDTHS)
def test_runs_and_sums_are_those_of_the_mask(width: int) -> None:
    mask = page(width, 0.6)
    bits = raster_bits.packed(mask)
    rows, x0, x1 = raster_bits.runs(bits)
    again = np.zeros_like(mask)
    for row, a, b in zip(rows.tolist(), x0.tolist(), x1.tolist(), strict=True):
        assert a == 0 or not mask[row, a - 1]
        assert b == width or not mask[row, b]
        again[row, a:b] = True
    assert np.array_equal(again, mask)
    rng = np.random.default_rng(3)
    ends = np.sort(rng.integers(0, width + 1, (80, 2)), axis=1)
    y = rng.integers(0, 50, 80)
    told = raster_bits.RowSums(bits).counts(y, ends[:, 0], ends[:, 1])
    assert told.tolist() == [int(mask[r, a:b].sum()) for r, (a, b) in zip(y, ends, strict=True)]
    at = np.array([(0, 0, width, 50), (3, 4, 20, 11), (5, 5, 5, 9)])
    totals = raster_bits.RowSums(bits).totals(at)
    assert totals.tolist() == [int(mask[b:d, a:c].sum()) for a, b, c, d in at.tolist()]


def test_each_shape_has_the_number_of_its_first_run() -> None:
    mask = page(90, 0.55)
    label = components(*raster_bits.runs(raster_bits.packed(mask)))
    rows, x0, x1 = (part.tolist() for part in raster_bits.runs(raster_bits.packed(mask)))
    told = list(range(len(rows)))
    for _ in range(len(rows)):  # the definition: the least number goes round until nothing is different
        before = list(told)
        for i in range(len(rows)):
            for j in range(i + 1, len(rows)):
                if rows[j] > rows[i] + 1:
                    break
                if rows[j] == rows[i] + 1 and x0[j] < x1[i] and x0[i] < x1[j]:
                    told[i] = told[j] = min(told[i], told[j])
        if told == before:
            break
    assert label.tolist() == told
    assert len(set(told)) > 20
