"""Pixels: the right ones, in the right order, and never too many."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pymupdf
import pytest
from numpy.typing import NDArray

from review_app.domain.errors import InputRefused, UsageError
from review_app.domain.geometry import Rect
from review_app.engine.documents import open_document
from review_app.engine.render import Pixels, render


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


@pytest.mark.parametrize("turn", [0, 90])
def test_a_picture_in_memory_of_the_caller_is_the_same(coloured: Path, turn: int) -> None:
    memory = bytearray(b"\x07" * 200_000)
    with open_document(coloured) as document:
        usual = render(document, 1, 1.5, turn=turn)
        there = render(document, 1, 1.5, turn=turn, room=lambda size: memoryview(memory)[:size])
    assert isinstance(there.data, memoryview) and there.data.obj is memory
    assert (there.width, there.height, there.stride) == (usual.width, usual.height, usual.stride)
    assert bytes(there.data) == usual.data and memory[len(usual.data)] == 7


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


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Three pages, each one photograph of 1.2 million pixels with a slope of grey across and down."""
    doc = pymupdf.open()
    for number in range(3):
        slope = np.add.outer(np.arange(1200), np.arange(1000)) // 10 + number
        photo = pymupdf.Pixmap(pymupdf.csGRAY, 1000, 1200, slope.astype(np.uint8).tobytes(), False)
        doc.new_page(width=250, height=300).insert_image(
            pymupdf.Rect(0, 0, 250, 300), stream=photo.tobytes("jpeg", jpg_quality=90)
        )
    path = tmp_path / "scan.pdf"
    doc.save(path)
    doc.close()
    return path


def _rows(pixels: Pixels) -> NDArray[np.uint8]:
    rows = np.frombuffer(pixels.data, np.uint8).reshape(pixels.height, pixels.stride)
    return rows[:, : 4 * pixels.width].reshape(pixels.height, pixels.width, 4)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_the_page_turned(coloured: Path, turn: int) -> None:
    with open_document(coloured) as document:
        plain, turned = _rows(render(document, 1, 1.5)), _rows(render(document, 1, 1.5, turn=turn))
    assert np.array_equal(np.rot90(plain, -turn // 90), turned)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_parts_of_a_scan_make_up_the_whole(scan: Path, turn: int) -> None:
    with open_document(scan) as document:
        whole = _rows(render(document, 1, 3.0, turn=turn))
        for top in (0, 300, 600):
            part = _rows(render(document, 1, 3.0, part=(100, top, 500, top + 300), turn=turn))
            assert np.array_equal(part, whole[top : top + 300, 100:500])


def test_a_part_outside_the_page_or_an_odd_turn_is_refused(coloured: Path) -> None:
    with open_document(coloured) as document:
        with pytest.raises(UsageError):
            render(document, 1, 1.0, part=(300, 0, 400, 100))
        with pytest.raises(UsageError):
            render(document, 1, 1.0, turn=45)
