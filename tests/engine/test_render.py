"""Pixels: the right ones, in the right order, and never too many."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from review_app.domain.errors import InputRefused, UsageError
from review_app.domain.geometry import Rect
from review_app.engine.documents import open_document
from review_app.engine.render import render


@pytest.fixture
def coloured(tmp_path: Path) -> Path:
    doc = pymupdf.open()
    page = doc.new_page(width=200, height=100)
    page.draw_rect(pymupdf.Rect(0, 0, 100, 50), color=None, fill=(1, 0, 0))
    page.draw_rect(pymupdf.Rect(100, 50, 200, 100), color=None, fill=(0, 0, 1))
    path = tmp_path / "colours.pdf"
    doc.save(path)
    doc.close()
    return path


def test_bytes_are_blue_green_red_and_opaque(coloured: Path) -> None:
    with open_document(coloured) as document:
        pixels = render(document, 1, 1.0)
    assert (pixels.width, pixels.height) == (200, 100)
    assert len(pixels.data) == pixels.stride * pixels.height and pixels.stride >= 800
    assert pixels.data[:4] == bytes((0, 0, 255, 255))
    assert pixels.data[-4:] == bytes((255, 0, 0, 255))
    assert pixels.data[4 * 150 : 4 * 150 + 4] == b"\xff\xff\xff\xff"


def test_a_clip_is_a_part_of_the_whole(coloured: Path) -> None:
    with open_document(coloured) as document:
        whole = render(document, 1, 2.0)
        part = render(document, 1, 2.0, Rect(60, 20, 140.0, 70.0))
    assert (part.width, part.height) == (160, 100)
    for y in (0, 50, 99):
        at = (40 + y) * whole.stride + 120 * 4
        assert part.data[y * part.stride : y * part.stride + 640] == whole.data[at : at + 640]


def test_senseless_sizes_are_refused(coloured: Path) -> None:
    with open_document(coloured) as document:
        for scale in (0.0, -1.0, float("nan"), float("inf")):
            with pytest.raises(UsageError):
                render(document, 1, scale)
        with pytest.raises(InputRefused, match="million pixels"):
            render(document, 1, 1000.0)
        assert render(document, 1, 1000.0, Rect(10, 10, 10.1, 10.1)).width == 100
        assert render(document, 1, 0.001).width == 1
        with pytest.raises(UsageError):
            render(document, 1, 1.0, Rect(300, 300, 400, 400))
        with pytest.raises(InputRefused):
            render(document, 2, 1.0)
