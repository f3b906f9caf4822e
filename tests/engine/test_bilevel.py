"""A black-and-white page halved here has the very pixels that the engine draws."""

from __future__ import annotations

import io
import math
import zlib
from typing import Any

import numpy as np
import pikepdf
import pymupdf
import pytest
from numpy.typing import NDArray

from review_app.engine import bilevel, pixels

SCALE = 150 / 72


def made(
    width: int, height: int, *, page: tuple[float, float] | None = None, content: str = "", codec: str = "g4",
    place: str | None = None, spare: int = 0, **more: Any,
) -> bytes:
    """A PDF of one page with one picture of dots, at 300 dpi unless it is placed elsewhere."""
    dots = np.random.default_rng(width * height).random((height, width)) < 0.8
    with pikepdf.new() as pdf:
        if codec == "g4":
            image = pikepdf.Stream(pdf, pixels.group4(np.packbits(dots, axis=1), width, height))
            parms = pikepdf.Dictionary(K=-1, Columns=width, Rows=height)
            entries: dict[str, Any] = {
                "Filter": pikepdf.Name.CCITTFaxDecode, "DecodeParms": parms, "BitsPerComponent": 1,
            }
        else:
            data = np.packbits(dots, axis=1).tobytes()
            image = pikepdf.Stream(pdf, zlib.compress(data[: len(data) - spare]))
            entries = {"Filter": pikepdf.Name.FlateDecode, "BitsPerComponent": 1}
        entries |= {
            "Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": width, "Height": height,
            "ColorSpace": pikepdf.Name.DeviceGray, **more,
        }
        for key, value in entries.items():
            image[f"/{key}"] = value
        wide, high = page or (width * 0.24, height * 0.24)
        matrix = place or f"{wide} 0 0 {high} 0 0"
        pdf.add_blank_page(page_size=(wide, high))
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=pdf.make_indirect(image)))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        pdf.pages[0].Resources.Font = pikepdf.Dictionary(F=font)
        pdf.pages[0].Contents = pdf.make_stream(f"q {matrix} cm /I Do Q {content}".encode())
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def both(data: bytes, turn: int = 0) -> tuple[NDArray[np.uint8] | None, NDArray[np.uint8]]:
    """The page as it is made here, and as the engine draws it."""
    # Words of warning stay until somebody asks: those of other tests are no news of this file.
    pymupdf.TOOLS.reset_mupdf_warnings()
    with pymupdf.open(stream=data) as pdf:
        page = pdf[0]
        page.set_rotation(turn)
        width, height = math.ceil(page.rect.width * SCALE), math.ceil(page.rect.height * SCALE)
        listing = page.get_displaylist(annots=1)
        ours = bilevel.tones(listing, SCALE, width, height)
        mupdf = pymupdf.mupdf
        grey = mupdf.FzColorspace(mupdf.FzColorspace.Fixed_GRAY)
        pixmap = mupdf.fz_new_pixmap_with_bbox(
            grey, mupdf.FzIrect(0, 0, width, height), mupdf.FzSeparations(), 0
        )
        mupdf.fz_clear_pixmap_with_value(pixmap, 255)
        device = mupdf.fz_new_draw_device(mupdf.FzMatrix(SCALE, 0, 0, SCALE, 0, 0), pixmap)
        everywhere = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
        mupdf.fz_run_display_list(listing.this, device, mupdf.FzMatrix(), everywhere, mupdf.FzCookie())
        mupdf.fz_close_device(device)
        samples = np.frombuffer(bytes(mupdf.fz_pixmap_samples_memoryview(pixmap)), np.uint8)
        drawn = samples.reshape(height, mupdf.fz_pixmap_stride(pixmap))[:, :width]
    return ours, drawn


@pytest.mark.parametrize(
    ("width", "height", "how"),
    [
        (600, 800, {}),
        (600, 801, {}),
        (601, 799, {}),
        (606, 803, {"page": (145.0, 193.0)}),
        (640, 703, {"page": (154.0, 168.0)}),
        (513, 640, {"codec": "flate"}),
        (600, 800, {"page": (200.0, 250.0), "place": "144 0 0 192 21.3 17.7"}),
        (606, 803, {"page": (145.0, 193.0), "place": "145.9 0 0 193.5 0 -0.5"}),
        (603, 806, {"page": (145.0, 193.0), "place": "145.3 0 0 193.3 0 -0.3"}),
        (600, 800, {"content": "BT /F 9 Tf 3 Tr 10 10 Td (hidden) Tj ET"}),
    ],
)
def test_pixels_are_those_of_the_engine(width: int, height: int, how: dict[str, Any]) -> None:
    ours, drawn = both(made(width, height, **how))
    assert ours is not None
    assert np.array_equal(ours, drawn)
    assert drawn.std() > 20


@pytest.mark.parametrize(
    "how",
    [
        {"content": "10 10 20 20 re f"},
        {"place": "0 192 -144 0 144 0"},
        {"place": "144 0 0 -192 0 192"},
        {"place": "72 0 0 96 20 20"},
        {"place": "q 10 10 50 50 re W n 144 0 0 192 0 0"},
        {"codec": "flate", "spare": 300},
        {"codec": "flate", "Decode": pikepdf.Array([1, 0])},
        {"codec": "flate", "ImageMask": True},
        {"place": "136 0 0 182 0 0"},
        {"page": (100.0, 150.0), "place": "144 0 0 192 0 -42"},
        {"page": (100.0, 150.0), "place": "144 0 0 192 -11 -42"},
        {"content": "q 144 0 0 192 0 0 cm /I Do Q"},
    ],
)
def test_other_pages_are_left_to_the_engine(how: dict[str, Any]) -> None:
    ours, _ = both(made(600, 800, **how))
    assert ours is None


def test_a_turned_page_is_left_to_the_engine() -> None:
    ours, _ = both(made(600, 800), turn=90)
    assert ours is None
