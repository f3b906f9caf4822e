"""Images under boxes are overwritten at native resolution and stay in their codec; paths are cut."""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import io
import random
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pymupdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from review_app.domain.geometry import Rect
from review_app.engine import paths
from review_app.engine.imagecut import area
from review_app.engine.paths import Pen, Sub, cut_fill, cut_stroke
from review_app.engine.pixels import codec_of, decoded, rewritten
from review_app.engine.regions import Regions

sys.path.insert(0, str(Path(__file__).parent))

from redact_made import SECRET, box_of, page_of, pdfium_text, pixels, release

SIDE_X, SIDE_Y = 400, 200  # pixels; drawn 1:1 at (100, 400), so that a box maps to whole pixels
BOX = Rect(200.0, 260.0, 260.0, 300.0)  # page space: pixel columns 100-160, rows 68-108
DRAW = b"q 400 0 0 200 100 400 cm /Im Do Q"


def _noise(count: int = 1) -> np.ndarray:
    rng = np.random.default_rng(7)
    smooth = np.kron(rng.integers(40, 200, (SIDE_Y // 20, SIDE_X // 20, count)), np.ones((20, 20, 1)))
    return smooth.astype(np.uint8)


def _picture(pdf: pikepdf.Pdf, kind: str) -> Any:
    made = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=SIDE_X, Height=SIDE_Y)
    made.BitsPerComponent, made.ColorSpace = 8, Name.DeviceGray
    grey = _noise()[:, :, 0]
    bits = np.packbits(grey > 120, axis=1)
    if kind == "flate":
        made.write(zlib.compress(grey.tobytes()), filter=Name.FlateDecode)
    elif kind == "predicted":
        rows = b"".join(b"\0" + row.tobytes() for row in grey)
        made.write(zlib.compress(rows), filter=Name.FlateDecode, decode_parms=Dictionary(Predictor=15, Columns=SIDE_X))
    elif kind in ("jpeg", "jpeg_rgb", "jpeg_cmyk"):
        picture = Image.fromarray(grey)
        if kind == "jpeg_rgb":
            picture, made.ColorSpace = Image.fromarray(_noise(3)), Name.DeviceRGB
        elif kind == "jpeg_cmyk":
            picture, made.ColorSpace = Image.merge("CMYK", [Image.fromarray(grey)] * 4), Name.DeviceCMYK
            made.Decode = Array([1, 0] * 4)  # as Adobe's programs write them
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=83)
        made.write(out.getvalue(), filter=Name.DCTDecode)
    elif kind == "jpx":
        out = io.BytesIO()
        Image.fromarray(grey).save(out, "JPEG2000")
        made.write(out.getvalue(), filter=Name.JPXDecode)
    elif kind == "ccitt":
        from review_app.engine.pixels import group4

        made.BitsPerComponent = 1
        made.write(group4(bits, SIDE_X, SIDE_Y), filter=Name.CCITTFaxDecode, decode_parms=Dictionary(K=-1, Columns=SIDE_X, Rows=SIDE_Y))
    elif kind == "indexed":
        made.BitsPerComponent = 4
        made.ColorSpace = Array([Name.Indexed, Name.DeviceRGB, 15, pikepdf.String(bytes(v for i in range(16) for v in (i * 17,) * 3))])
        made.Decode = Array([15, 0])
        four = grey >> 4
        made.write(zlib.compress(((four[:, ::2] << 4) | four[:, 1::2]).tobytes()), filter=Name.FlateDecode)
    elif kind == "stencil":
        del made["/ColorSpace"]
        made.ImageMask, made.BitsPerComponent = True, 1
        made.write(zlib.compress(bits.tobytes()), filter=Name.FlateDecode)
    elif kind == "cmyk":
        made.ColorSpace = Name.DeviceCMYK
        made.write(zlib.compress(_noise(4).tobytes()), filter=Name.FlateDecode)
    elif kind == "soft mask":
        made.write(zlib.compress(bytes(SIDE_X * SIDE_Y)), filter=Name.FlateDecode)
        made.SMask = _picture(pdf, "flate")
    return made


KINDS = ["flate", "predicted", "jpeg", "jpeg_rgb", "jpeg_cmyk", "jpx", "ccitt", "indexed", "stencil", "cmyk", "soft mask"]


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_under_the_box_are_one_value_and_the_rest_stays(kind: str, tmp_path: Path) -> None:
    pdf = pikepdf.new()
    data = page_of(DRAW, pdf, XObject=Dictionary(Im=_picture(pdf, kind)))
    done = release(tmp_path, data, [BOX])
    assert done.images == 1
    before, after = _only_image(data), _only_image(done.data)
    assert after.get("/Filter") == before.get("/Filter")
    loose = {"jpeg_rgb": 40}.get(kind, 12 if kind.startswith("jp") else 0)  # colours at half resolution
    for image, other in ((before, after), *(((before.SMask, after.SMask),) if kind == "soft mask" else ())):
        a, b = _samples(image), _samples(other)
        assert len(np.unique(b[68:108, 100:160].reshape(-1, b.shape[2]), axis=0)) == 1 or loose
        assert np.ptp(b[72:104, 104:156].astype(int), axis=(0, 1)).max() <= 2 * loose
        away = np.ones(a.shape[:2], bool)
        away[60:116, 92:168] = False  # blocks of JPEG that the box touches
        if not loose:
            away = np.ones(a.shape[:2], bool)
            away[68:108, 100:160] = False
        assert np.abs(a[away].astype(int) - b[away].astype(int)).max() <= loose
    # white in the page, whatever the codec's own values are
    assert pixels(done.data, clip=Rect(210, 270, 250, 290)).count(255) > 0.99 * len(pixels(done.data, clip=Rect(210, 270, 250, 290)))


def _only_image(data: bytes) -> Any:
    pdf = pikepdf.open(io.BytesIO(data))
    images = list(pdf.pages[0].obj.Resources.XObject.values())
    assert len(images) == 1
    _OPEN.append(pdf)
    return images[0]


_OPEN: list[pikepdf.Pdf] = []


def _samples(image: Any) -> np.ndarray:
    codec = image.get("/Filter")
    if codec in (Name.JPXDecode, Name.DCTDecode):
        with Image.open(io.BytesIO(image.read_raw_bytes())) as picture:
            values = np.array(picture)
        return values.reshape(SIDE_Y, SIDE_X, -1)
    data = np.frombuffer(decoded(image), np.uint8)
    bits = 1 if image.get("/ImageMask", False) else int(image.BitsPerComponent)
    if bits == 8:
        return data.reshape(SIDE_Y, SIDE_X, -1)
    rows = np.unpackbits(data.reshape(SIDE_Y, -1), axis=1)
    if bits == 1:
        return rows[:, :SIDE_X, None]
    return rows.reshape(SIDE_Y, SIDE_X, 4) @ np.array([8, 4, 2, 1])[:, None]


def test_an_image_used_twice_loses_pixels_only_where_it_is_marked(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    picture = _picture(pdf, "flate")
    data = page_of(DRAW + b" q 200 0 0 100 100 50 cm /Im Do Q", pdf, XObject=Dictionary(Im=picture))
    done = release(tmp_path, data, [BOX])
    low = Rect(100, 792 - 150, 300, 792 - 50)
    assert pixels(done.data, clip=low) == pixels(data, clip=low)
    with pikepdf.open(io.BytesIO(done.data)) as after:
        assert len(after.pages[0].obj.Resources.XObject) == 2


def test_a_covered_image_is_gone(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    data = page_of(DRAW, pdf, XObject=Dictionary(Im=_picture(pdf, "jpeg")))
    done = release(tmp_path, data, [Rect(90, 190, 510, 400)])
    with pikepdf.open(io.BytesIO(done.data)) as after:
        assert "/XObject" not in after.pages[0].obj.Resources


@pytest.mark.parametrize("kind", ["flate", "jpeg", "ccitt", "jpx", "soft mask", "indexed"])
@pytest.mark.parametrize("turn", [b"400 0 0 200 100 400", b"0 200 -400 0 500 400", b"-400 0 0 -200 500 600"])
def test_what_a_picture_shows_off_the_page_is_trimmed(kind: str, turn: bytes, tmp_path: Path) -> None:
    pdf = pikepdf.new()
    data = page_of(
        b"q " + turn + b" cm /Im Do Q", pdf, XObject=Dictionary(Im=_picture(pdf, kind)),
        page={"CropBox": [150, 430, 460, 590]},
    )
    done = release(tmp_path, data, [Rect(40, 50, 60, 60)])
    before, after = _only_image(data), _only_image(done.data)
    assert int(after.Width) * int(after.Height) < 0.75 * int(before.Width) * int(before.Height)
    assert after.get("/Filter") == before.get("/Filter")
    clip = Rect(70, 5, 300, 150)
    a, b = (np.frombuffer(pixels(d, clip=clip), np.uint8).astype(int) for d in (data, done.data))
    assert np.abs(a - b).mean() < 2  # readers fit edges of pixels to the screen, each picture for itself


def test_an_inline_image(tmp_path: Path) -> None:
    body = _noise()[:, :, 0].tobytes()
    content = b"q 400 0 0 200 100 400 cm BI /W 400 /H 200 /BPC 8 /CS /G ID " + body + b"\nEI Q"
    done = release(tmp_path, page_of(content), [BOX])
    assert done.images == 1
    assert set(pixels(done.data, clip=Rect(203, 263, 257, 297))) == {255}
    assert body[100 * 70 : 100 * 71] not in done.data


def test_a_turned_image(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    data = page_of(
        b"q 300 200 -100 150 200 300 cm /Im Do Q", pdf, XObject=Dictionary(Im=_picture(pdf, "flate"))
    )
    box = Rect(260, 300, 300, 340)
    done = release(tmp_path, data, [box])
    assert set(pixels(done.data, dpi=150, clip=box.inset(1))) == {255}
    away = Rect(100, 360, 600, 500)
    assert pixels(done.data, clip=away) == pixels(data, clip=away)


# paths --------------------------------------------------------------------------------------------------


def test_fills_are_cut_for_any_shape_and_rule(tmp_path: Path) -> None:
    """Random outlines with curves, holes and crossings: outside of the boxes not a pixel changes."""
    rng = random.Random(5)
    cuts = 0
    for rule in (b"f", b"f*", b"S", b"B", b"b*"):
        shapes = []
        for _ in range(4):
            x, y = rng.uniform(100, 400), rng.uniform(200, 600)
            shapes.append(b"%.2f %.2f m" % (x, y))
            for _ in range(6):
                numbers = [rng.uniform(-90, 90) + (x, y)[i % 2] for i in range(6)]
                shapes.append(b"%.2f %.2f %.2f %.2f %.2f %.2f c" % tuple(numbers) if rng.random() < .5 else b"%.2f %.2f l" % tuple(numbers[:2]))
            shapes.append(b"h" if rng.random() < .5 else b"")
        data = page_of(b".2 .3 .8 rg .9 .2 .1 RG 3 w 1 j 1.2 0 .1 .9 -20 30 cm " + b"\n".join(shapes) + b" " + rule)
        boxes = [Rect(150 + 90 * i, 250 + 60 * i, 210 + 90 * i, 290 + 60 * i) for i in range(3)]
        done = release(tmp_path, data, boxes)
        cuts += done.paths
        with pymupdf.open(stream=data) as a, pymupdf.open(stream=done.data) as b:
            before = np.frombuffer(a[0].get_pixmap(dpi=144).samples, np.uint8).reshape(1584, 1224, 3).astype(int)
            after = np.frombuffer(b[0].get_pixmap(dpi=144).samples, np.uint8).reshape(1584, 1224, 3).astype(int)
        far = np.abs(before - after).max(axis=2)
        for box in boxes:
            far[int(box.y0 * 2) - 8 : int(box.y1 * 2) + 8, int(box.x0 * 2) - 8 : int(box.x1 * 2) + 8] = 0
        assert (far > 24).sum() <= 4, rule
    assert cuts >= 3


def test_no_point_of_a_cut_path_is_left_in_a_box() -> None:
    rng = random.Random(3)
    regions = Regions([Rect(40, 40, 60, 60), Rect(70, 20, 90, 50)])
    for _ in range(60):
        points = [(rng.uniform(0, 100), rng.uniform(0, 100)) for _ in range(7)]
        sub = Sub(points[0], [(p,) for p in points[1:4]] + [tuple(points[4:7])], rng.random() < 0.5)
        for piece in cut_fill([sub], regions, even_cover=False) or []:
            flat = paths.flat(piece)
            for a, b in zip(flat, flat[1:] + flat[:1], strict=True):
                _clear(a, b, regions, 1e-6)
        pen = Pen(1.0, 0.0, 0.0)
        for run in cut_stroke([sub], regions, pen, 1.0) or []:
            if not run.is_whole:
                for a, b in zip(run.points, run.points[1:], strict=False):
                    _clear(a, b, regions, 1e-6)


def _clear(a: tuple[float, float], b: tuple[float, float], regions: Regions, spare: float) -> None:
    for i in range(51):
        x, y = a[0] + (b[0] - a[0]) * i / 50, a[1] + (b[1] - a[1]) * i / 50
        for box in regions.boxes:
            assert not (box.x0 + spare < x < box.x1 - spare and box.y0 + spare < y < box.y1 - spare)


def test_an_outlined_word_is_cut_not_covered(tmp_path: Path) -> None:
    """A line of text as one path: the peeled page shows nothing in the box."""
    doc = pymupdf.open()
    page = doc.new_page()
    page.insert_text((72, 100), "Before Quixwarden after", fontsize=20)
    outlined = pymupdf.open("pdf", pymupdf.open("svg", page.get_svg_image(text_as_path=True).encode()).convert_to_pdf())
    data = bytes(outlined.tobytes())
    box = Rect(*page.search_for(SECRET)[0])
    scale = outlined[0].rect.width / page.rect.width
    done = release(tmp_path, data, [Rect(box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale)])
    assert done.paths > 0
    with pymupdf.open(stream=done.data) as after:
        marked = pymupdf.Rect(box.x0 * scale + 1, box.y0 * scale + 1, box.x1 * scale - 1, box.y1 * scale - 1)
        inside = [d for d in after[0].get_drawings() if marked.contains(d["rect"])]
        assert not inside
        assert len(after[0].get_drawings()) > 5


def test_a_dashed_line_keeps_its_dashes(tmp_path: Path) -> None:
    data = page_of(b"2 w [7 3] 1 d 50 500 m 550 500 l S")
    done = release(tmp_path, data, [Rect(200, 280, 260, 300)])
    for clip in (Rect(0, 280, 198, 305), Rect(262, 280, 612, 305)):
        assert pixels(done.data, dpi=144, clip=clip) == pixels(data, dpi=144, clip=clip)


def test_a_word_in_a_pattern_goes(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    cell = pdf.make_stream(
        b"BT /F1 20 Tf 5 10 Td (Quixwarden) Tj ET", PatternType=1, PaintType=1, TilingType=1,
        BBox=[0, 0, 200, 40], XStep=200, YStep=40, Resources=Dictionary(Font=Dictionary(F1=pdf.make_indirect(font))),
    )
    cell.Matrix = Array([1, 0, 0, 1, 100, 600])
    data = page_of(b"/Pattern cs /P1 scn 100 600 180 38 re f", pdf, Pattern=Dictionary(P1=cell))
    assert SECRET in pdfium_text(data) or box_of(data)
    done = release(tmp_path, data, [Rect(100, 792 - 638, 280, 792 - 600)])
    from redact_made import every_byte

    assert SECRET.encode() not in every_byte(done.data)


def test_a_shading_seen_through_a_clip_is_cut(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    shading = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 612, 0], Extend=[True, True],
        Function=Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 0, 0], C1=[0, 0, 1], N=1),
    )
    data = page_of(
        b"q 100 600 m 200 650 l 300 600 l 250 500 l h W n /Sh sh Q", pdf, Shading=Dictionary(Sh=shading)
    )
    box = Rect(150, 180, 220, 240)
    done = release(tmp_path, data, [box])
    assert set(pixels(done.data, clip=box.inset(1))) == {255}
    right = Rect(225, 140, 400, 300)
    assert pixels(done.data, clip=right) == pixels(data, clip=right)


CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
# JBIG2 has no free encoder: Group 4 takes 1.3 to 2.4 times its room on these scans, Flate 1.9 to 2.9 times.
REAL = {"/CCITTFaxDecode": ("/CCITTFaxDecode", 1.2), "/JBIG2Decode": ("/CCITTFaxDecode", 2.6)}


def _real_scan(codec: str) -> tuple[pikepdf.Pdf, Any]:
    """The first large picture of a released scan with this codec."""
    for folder in ("state_hrc", "nara_jfk2025", "nara_jfk", "cia_cib"):
        for path in sorted((CORPUS / folder).glob("*.pdf"))[:12]:
            pdf = pikepdf.open(path)
            for page in pdf.pages[:2]:
                objects = dict(page.obj.Resources.get("/XObject", Dictionary()))
                for image in objects.values():
                    if image.get("/Subtype") != Name.Image:
                        continue
                    if str(codec_of(image)) == codec and int(image.Width) * int(image.Height) > 500_000:
                        return pdf, image
            pdf.close()
    pytest.skip(f"the corpus has no scan with {codec} at hand")


@pytest.mark.parametrize("codec", list(REAL))
def test_a_real_scan_keeps_its_codec_and_nearly_its_size(codec: str) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not beside the repository")
    pdf, image = _real_scan(codec)
    with pdf:
        wide, high = int(image.Width), int(image.Height)
        quad = ((0.3, 0.6), (0.5, 0.6), (0.5, 0.63), (0.3, 0.63))
        made = rewritten(pdf, image, lambda w, h: area(w, h, [quad]))
        wanted, most = REAL[codec]
        assert str(made.Filter) == wanted
        assert len(made.read_raw_bytes()) <= most * len(image.read_raw_bytes()) + 2000
        row = (wide + 7) // 8
        before, after = (
            np.unpackbits(np.frombuffer(decoded(i), np.uint8)[: row * high].reshape(high, row), axis=1)
            for i in (image, made)
        )
        where = np.zeros_like(before, dtype=bool)
        where[:, :wide] = area(wide, high, [quad])
        assert (before == after)[~where].all(), "no other pixel changed"
        assert len(set(after[where].tolist())) == 1
