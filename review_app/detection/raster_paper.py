"""The paper of a scanned page: its tone, and a page whose paper is uneven or dark made even and light."""

from __future__ import annotations

import numpy as np

from review_app.detection.raster_pixels import Grey

BLOCK, STEP = 32, 4
"""Pixels: the paper of each block is told from every fourth pixel of every fourth row."""

UNEVEN, DARK = 5.0, 216
"""Blocks whose paper varies by more, or a page whose paper is darker, are made even: a copy of a copy."""

FAR = 60
"""A block so much darker than the page has no paper in it: a box, a picture."""


def tone(grey: Grey) -> int:
    """The commonest light tone of the page; 255 where it has none."""
    counts = np.bincount(grey[::4, ::4].ravel(), minlength=256)
    return 121 + int(counts[121:].argmax()) if counts[121:].any() else 255


def evened(grey: Grey) -> tuple[Grey, int]:
    """The page and the tone of its paper; stretched to 255 where the paper is dark or uneven."""
    paper = tone(grey)
    rows, columns = grey.shape[0] // BLOCK, grey.shape[1] // BLOCK
    if rows < 4 or columns < 4:
        return grey, paper
    few = grey[: rows * BLOCK : STEP, : columns * BLOCK : STEP]
    side = BLOCK // STEP
    blocks = few.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(rows, columns, side * side)
    light = np.partition(blocks, side * side * 3 // 4, axis=2)[:, :, side * side * 3 // 4].astype(np.float32)
    known = light > paper - FAR
    if known.sum() < 0.3 * known.size:
        return grey, paper
    spread = float(light[known].std())
    if spread < UNEVEN and paper >= DARK:
        return grey, paper
    light[~known] = np.nan
    across, down = _medians(light, 1), _medians(light, 0)
    light = np.where(known, light, (across[:, None] + down[None, :]) / 2)
    wide = np.pad(light, 1, mode="edge")
    smooth = sum(wide[y : y + rows, x : x + columns] for y in range(3) for x in range(3)) / 9
    ink = min(90.0, float(np.percentile(few, 0.5)))
    high, broad = grey.shape
    row_at = np.minimum(np.arange(high) // BLOCK, rows - 1)
    column_at = np.minimum(np.arange(broad) // BLOCK, columns - 1)
    scale = (255.0 / np.maximum(60.0, smooth - ink - 4)).astype(np.float32)
    out = (grey.astype(np.float32) - ink) * scale[row_at][:, column_at]
    return np.clip(out, 0, 255).astype(np.uint8), 255


def _medians(light: np.ndarray[tuple[int, ...], np.dtype[np.float32]], axis: int) -> np.ndarray[
    tuple[int, ...], np.dtype[np.float32]
]:
    """The median of each row or column of blocks, of all where it has none."""
    whole = np.nanmedian(light)
    empty = np.isnan(light).all(axis=axis)
    line = np.nanmedian(np.where(np.expand_dims(empty, axis), whole, light), axis=axis)
    return np.asarray(line, np.float32)
