"""Scans decoded once, and smaller: the page looks as the engine draws it, and nothing else sees them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf
import pytest
from numpy.typing import NDArray

from review_app.engine import listings, shrunk
from review_app.engine.documents import Document, open_document
from review_app.engine.render import Pixels, render, tones

_WIDE, _HIGH = 1000, 1200
_BOX = pymupdf.Rect(50, 60, 120, 90)
_STAMP = pymupdf.Rect(150, 200, 220, 220)

Make = Callable[[str, int], Path]


def _photo(number: int, kind: str) -> bytes:
    """A slope of grey or colour, a black box and lines of a pixel: 1.2 million pixels, 4 a point."""
    slope = (np.add.outer(np.arange(_HIGH), np.arange(_WIDE)) // 12 + 60 + number).astype(np.uint8)
    slope[600:900:7, 100:900] = 20
    slope[int(4 * _BOX.y0) : int(4 * _BOX.y1), int(4 * _BOX.x0) : int(4 * _BOX.x1)] = 0
    if kind == "colour":
        slope = np.dstack([slope, slope // 2 * 2, slope // 3 * 3])
    space = pymupdf.csRGB if kind == "colour" else pymupdf.csGRAY
    photo = pymupdf.Pixmap(space, _WIDE, _HIGH, np.ascontiguousarray(slope).tobytes(), False)
    return bytes(photo.tobytes("png") if kind == "png" else photo.tobytes("jpeg", jpg_quality=90))


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(kind: str, pages: int = 1) -> Path:
        doc = pymupdf.open()
        for number in range(pages):
            page = doc.new_page(width=250, height=300)
            page.insert_image(page.rect, stream=_photo(number, kind))
            page.draw_rect(_STAMP, color=None, fill=(1, 0, 0))
            page.insert_text((150, 240), "RELEASED IN PART")
        path = tmp_path / f"{kind}.pdf"
        doc.save(path)
        doc.close()
        return path

    return make


def _rows(pixels: Pixels) -> NDArray[np.int16]:
    rows = np.frombuffer(pixels.data, np.uint8).reshape(pixels.height, pixels.stride)
    return rows[:, : 4 * pixels.width].reshape(pixels.height, pixels.width, 4).astype(np.int16)


def _by_the_engine(path: Path, scale: float, monkeypatch: pytest.MonkeyPatch) -> NDArray[np.int16]:
    with monkeypatch.context() as patch, open_document(path) as document:
        patch.setattr(shrunk, "LARGE_IMAGE", 10**9)
        return _rows(render(document, 1, scale))


def _difference(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    return float(np.abs(one - other).mean())


@pytest.mark.parametrize("kind", ["grey", "colour", "png"])
@pytest.mark.parametrize("scale", [0.4, 1.3, 1.9, 3.0])
def test_a_page_looks_as_the_engine_draws_it(
    made: Make, kind: str, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(kind, 1)
    with open_document(path) as document:
        ours = _rows(render(document, 1, scale))
        assert listings._documents[document][1].made.bytes_held > 0
    assert _difference(ours, _by_the_engine(path, scale, monkeypatch)) < 2.0
    y0, y1 = int(_BOX.y0 * scale) + 3, int(_BOX.y1 * scale) - 3
    x0, x1 = int(_BOX.x0 * scale) + 3, int(_BOX.x1 * scale) - 3
    assert ours[y0:y1, x0:x1, :3].max() <= 12
    y, x = int((_STAMP.y0 + _STAMP.y1) / 2 * scale), int((_STAMP.x0 + _STAMP.x1) / 2 * scale)
    assert ours[y, x].tolist()[:3] == [0, 0, 255]


def test_an_image_made_too_small_would_be_seen(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made("grey", 1)
    right = _by_the_engine(path, 1.9, monkeypatch)
    monkeypatch.setattr(shrunk, "_part", lambda *_: 8)
    with open_document(path) as document:
        assert _difference(_rows(render(document, 1, 1.9)), right) > 3.0


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_parts_of_a_scan_make_up_the_whole(made: Make, turn: int) -> None:
    with open_document(made("colour", 1)) as document:
        whole = _rows(render(document, 1, 3.0, turn=turn))
        for top in (0, 300, 600):
            part = _rows(render(document, 1, 3.0, part=(100, top, 500, top + 300), turn=turn))
            assert np.array_equal(part, whole[top : top + 300, 100:500])


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """By how much each image that was decoded was made smaller."""
    parts: list[int] = []
    real = shrunk._decoded

    def counting(document: Document, xref: int, image: Any, part: int) -> Any:
        parts.append(part)
        return real(document, xref, image, part)

    monkeypatch.setattr(shrunk, "_decoded", counting)
    return parts


def test_a_scan_is_decoded_once_for_its_coarse_picture_and_its_sharp_one(
    made: Make, decoded: list[int]
) -> None:
    with open_document(made("grey", 1)) as document:
        render(document, 1, 0.4, next_scale=1.6)
        render(document, 1, 1.6)
        render(document, 1, 1.1)
        assert decoded == [2]
        render(document, 1, 3.0)  # sharper than what is there
        for top in range(0, 900, 100):
            render(document, 1, 3.0, part=(0, top, 500, top + 100))
        assert decoded == [2, 1]


def test_lists_keep_so_many_bytes_and_no_more(
    made: Make, decoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_document(made("grey", 1)) as one, open_document(made("colour", 2)) as other:
        monkeypatch.setattr(listings, "MOST_DECODED", 4_000_000)  # one in colour, not the grey one beside it
        for document, number in ((one, 1), (other, 1), (other, 2)):
            render(document, number, 3.0)
        held = [kept.made.bytes_held for d in (one, other) for kept in listings._documents[d].values()]
        assert held == [3 * _WIDE * _HIGH]
        monkeypatch.setattr(listings, "MOST_DECODED", 1_000_000)
        del decoded[:]
        whole = _rows(render(other, 1, 3.0))
        part = _rows(render(other, 1, 3.0, part=(0, 300, 500, 600)))
        assert decoded == []  # too large to keep: the engine decodes it for each picture
        assert _difference(part[:140], whole[300:440, :500]) < 1.0  # above the fine lines


def test_detection_sees_the_engines_own_pixels(made: Make) -> None:
    path = made("grey", 1)
    with open_document(path) as document:
        fresh = tones(document, 1)
        render(document, 1, 0.3)
        after = tones(document, 1)
    assert fresh is not None and after is not None
    assert np.array_equal(fresh[0], after[0])


def test_an_image_left_small_in_the_store_would_be_seen(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_document(made("grey", 1)) as document:
        fresh = tones(document, 1)
        shrinks: list[int] = []
        real = pymupdf.TOOLS.store_shrink

        def once(share: int) -> int:
            shrinks.append(share)
            return int(real(share)) if len(shrinks) == 1 else 0

        with monkeypatch.context() as patch:
            patch.setattr(pymupdf.TOOLS, "store_shrink", once)
            render(document, 1, 0.3)
        after = tones(document, 1)
    assert fresh is not None and after is not None
    assert not np.array_equal(fresh[0], after[0])


def test_a_cut_off_jpeg_is_left_to_the_engine_which_says_so(made: Make) -> None:
    path = made("grey", 1)
    doc = pymupdf.open(path)
    xref = doc[0].get_images()[0][0]
    data = doc.xref_stream_raw(xref)
    doc.update_stream(xref, data[: len(data) // 2], compress=False)
    doc.xref_set_key(xref, "Filter", "/DCTDecode")
    doc.saveIncr()
    doc.close()
    with open_document(path) as document:
        render(document, 1, 1.3)
        assert not listings._documents[document]  # heard, so it is decoded again where it is used again


def test_a_page_with_an_image_that_is_not_its_pixels_alone_is_left_to_the_engine(
    made: Make, decoded: list[int]
) -> None:
    doc = pymupdf.open(made("grey", 1))
    page = doc[0]
    mask = pymupdf.Pixmap(pymupdf.csGRAY, _WIDE, _HIGH, bytes([128]) * (_WIDE * _HIGH), False)
    page.insert_image(page.rect, stream=_photo(3, "grey"), mask=mask.tobytes("png"))
    path = Path(doc.name).with_name("masked.pdf")
    doc.save(path)
    doc.close()
    with open_document(path) as document:
        render(document, 1, 1.3)
        assert decoded == [2]  # the one below it
        assert not listings._documents[document][1].made.is_whole
