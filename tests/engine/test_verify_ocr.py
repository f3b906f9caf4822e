"""Text recognition as a channel of the check: words left in the pixels of a scan are read."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pikepdf
import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from review_app.domain.errors import EnvironmentProblem
from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.domain.ocr import OcrEngine, OcrMode, OcrSettings
from review_app.domain.verification import Verification
from review_app.engine import redact, verify, verify_ocr
from review_app.engine.documents import open_document
from review_app.engine.ocr_tesseract import find_program

sys.path.insert(0, str(Path(__file__).parent))

needs_tesseract = pytest.mark.skipif(find_program() is None, reason="Tesseract is not on this machine")

SECRET = "Quixwarden"
DPI = 150
LINES = ("The opening of a report about nothing much", f"spoke with officer {SECRET} in the morning",
         "and the closing line of it follows here")


def _scan(shade: int = 0) -> tuple[Image.Image, Rect]:
    """A grey scan of three lines; the place of the secret, printed in ``shade``, in points."""
    picture = Image.new("L", (5 * DPI, 2 * DPI), 255)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(24)
    place = Rect(0, 0, 1, 1)
    for row, text in enumerate(LINES):
        x, y = 60.0, 50 + 60 * row
        for word in text.split():
            draw.text((x, y), word, fill=shade if word == SECRET else 0, font=font)
            box = draw.textbbox((x, y), word, font=font)
            if word == SECRET:
                s = 72 / DPI
                place = Rect((box[0] - 4) * s, (box[1] - 4) * s, (box[2] + 4) * s, (box[3] + 4) * s)
            x = box[2] + 12
    return picture, place


def _pdf(picture: Image.Image) -> bytes:
    doc = pymupdf.open()
    page = doc.new_page(width=picture.width * 72 / DPI, height=picture.height * 72 / DPI)
    out = io.BytesIO()
    picture.save(out, "PNG")
    page.insert_image(page.rect, stream=out.getvalue())
    return bytes(doc.tobytes())


def _boxed(data: bytes, rect: Rect) -> bytes:
    """The fault: a box over the place, the pixels left as they were."""
    with pymupdf.open(stream=data, filetype="pdf") as doc:
        doc[0].draw_rect(pymupdf.Rect(rect.as_list()), color=(0, 0, 0), fill=(1, 1, 1))
        return bytes(doc.tobytes(garbage=4))


def _check(
    folder: Path, before: bytes, after: bytes, rect: Rect, mode: OcrMode = OcrMode.AUTO
) -> Verification:
    first, second = folder / "a.pdf", folder / "b.pdf"
    first.write_bytes(before)
    second.write_bytes(after)
    return verify.release(first, second, [Mark("m", 1, (rect,))], ocr=OcrSettings(mode=mode))


def _read(result: Verification) -> list[str]:
    return [f.what for f in result.leaks if "recognition" in f.what]


@needs_tesseract
def test_pixels_that_were_not_overwritten_are_read(tmp_path: Path) -> None:
    picture, rect = _scan()
    data = _pdf(picture)
    result = _check(tmp_path, data, _boxed(data, rect), rect)
    assert _read(result) and not next(c for c in result.checks if c.name == verify_ocr.CHECK).passed
    assert result.ocr["ran"] and result.ocr["pages"] == 1 and "Tesseract" in result.ocr["engine"]
    assert SECRET.lower() not in str(result.certificate()).lower()


@needs_tesseract
def test_a_faint_rest_that_tones_do_not_tell_is_read(tmp_path: Path) -> None:
    """Pixels that were only brightened: no place differs by more than what a JPEG loses. Beside what is read,
    the tones tell: they go up and down where those of the original do."""
    picture, rect = _scan()
    faint, _ = _scan(shade=232)
    result = _check(tmp_path, _pdf(picture), _boxed(_pdf(faint), rect), rect)
    assert _read(result) and set(_read(result)) < {f.what for f in result.leaks}
    assert not _check(tmp_path, _pdf(picture), _boxed(_pdf(faint), rect), rect, OcrMode.NEVER).passed


@needs_tesseract
@pytest.mark.parametrize("raster", [False, True])
def test_a_clean_copy_passes_and_says_that_it_was_read(raster: bool, tmp_path: Path) -> None:
    picture, rect = _scan()
    path = tmp_path / "scan.pdf"
    path.write_bytes(_pdf(picture))
    with open_document(path) as document:
        made = redact.make(document, [Mark("m", 1, (rect,), ("(b)(6)",))], redact.Options(raster=raster))
    out = tmp_path / "out.pdf"
    out.write_bytes(made.data)
    result = verify.release(path, out, [Mark("m", 1, (rect,), ("(b)(6)",))], ocr=OcrSettings())
    assert result.passed, [f.what for f in result.leaks]
    assert result.ocr["ran"] and result.ocr["pages"] == result.ocr["marked_pages"] == 1


@needs_tesseract
def test_a_word_that_only_recognition_knows_is_looked_for_in_the_rest_of_the_file(tmp_path: Path) -> None:
    picture, rect = _scan()
    blank = np.array(picture)
    s = DPI / 72
    blank[int(rect.y0 * s) : int(rect.y1 * s), int(rect.x0 * s) : int(rect.x1 * s)] = 255
    with pikepdf.open(io.BytesIO(_pdf(Image.fromarray(blank)))) as pdf:
        pdf.pages[0].contents_add(f"\n% {SECRET}\n".encode())
        out = io.BytesIO()
        pdf.save(out)
    result = _check(tmp_path, _pdf(picture), out.getvalue(), rect)
    failed = {c.name for c in result.checks if not c.passed}
    assert "no removed word in any byte, object, stream or name" in failed
    assert _check(tmp_path, _pdf(picture), out.getvalue(), rect, OcrMode.NEVER).passed, "nobody else can know"


def test_text_pages_are_not_read_unasked_and_nothing_is_read_when_turned_off(tmp_path: Path) -> None:
    with pymupdf.open() as doc:
        doc.new_page().insert_text((72, 100), f"officer {SECRET} spoke")
        data = bytes(doc.tobytes())
        rect = Rect(*doc[0].search_for(SECRET)[0])
    auto = _check(tmp_path, data, _boxed(data, rect), rect)
    assert not auto.ocr["ran"] and "scan" in auto.ocr["why_not"]
    assert not _check(tmp_path, data, _boxed(data, rect), rect, OcrMode.NEVER).ocr["ran"]


@needs_tesseract
def test_all_marked_pages_are_read_when_that_is_asked_for(tmp_path: Path) -> None:
    with pymupdf.open() as doc:
        doc.new_page().insert_text((72, 100), f"officer {SECRET} spoke", fontsize=14)
        data = bytes(doc.tobytes())
        rect = Rect(*doc[0].search_for(SECRET)[0])
    result = _check(tmp_path, data, _boxed(data, rect), rect, OcrMode.ALWAYS)
    assert result.ocr["pages"] == 1 and _read(result)


def test_without_an_engine_it_says_so_and_refuses_only_what_was_demanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review_app.engine.ocr_tesseract.find_program", lambda: None)
    monkeypatch.setattr("review_app.engine.ocr_rapid.version", lambda: None)
    picture, rect = _scan()
    data = _pdf(picture)
    result = _check(tmp_path, data, _boxed(data, rect), rect)
    assert not result.passed and not result.ocr["ran"] and "No engine" in result.ocr["why_not"]
    with pytest.raises(EnvironmentProblem):
        _check(tmp_path, data, _boxed(data, rect), rect, OcrMode.ALWAYS)
    assert OcrSettings(engine=OcrEngine.TESSERACT).is_demanded
