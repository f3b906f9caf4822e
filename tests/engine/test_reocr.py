"""Pages that became pictures, read again: from the marked picture alone, in text that nobody sees."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pikepdf
import pymupdf
import pytest

from review_app.domain.errors import EnvironmentProblem
from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark
from review_app.domain.ocr import OcrSettings
from review_app.engine import recognised, redact, verify
from review_app.engine.documents import open_document
from review_app.engine.ocr_tesseract import find_program
from review_app.engine.ocr_types import Found, Picture

sys.path.insert(0, str(Path(__file__).parent))

from redact_made import SECRET, every_byte, pdfium_text, pixels

needs_tesseract = pytest.mark.skipif(find_program() is None, reason="Tesseract is not on this machine")
MARK = ("(b)(6)",)


def _page(turn: int = 0) -> bytes:
    with pymupdf.open() as doc:
        page = doc.new_page(width=360, height=200)
        lines = f"We met officer {SECRET} in spring", "and spoke about the weather there"
        for row, text in enumerate(lines):
            page.insert_text((30, 60 + 30 * row), text, fontsize=14)
        page.set_rotation(turn)
        return bytes(doc.tobytes())


def _made(folder: Path, data: bytes, **options: object) -> tuple[redact.Release, list[Mark]]:
    path = folder / "a.pdf"
    path.write_bytes(data)
    with pymupdf.open(stream=data) as doc:
        place = doc[0].search_for(SECRET)[0] * doc[0].rotation_matrix
    marks = [Mark("m", 1, (Rect(*place),), MARK)]
    with open_document(path) as document:
        return redact.make(document, marks, redact.Options(raster=True, **options)), marks  # type: ignore[arg-type]


class _Reads:
    """An engine that reads what it is told, at places in shares of the picture."""

    title = "a made engine"

    def __init__(self, *words: tuple[str, float, float, float, float]) -> None:
        self.words = words
        self.darkest: list[int] = []

    def read(self, picture: Picture) -> list[Found]:
        high, wide = picture.pixels.shape
        self.pixels = picture.pixels
        return [Found(t, x0 * wide, y0 * high, x1 * wide, y1 * high, 0.9) for t, x0, y0, x1, y1 in self.words]


@needs_tesseract
@pytest.mark.parametrize("turn", [0, 90])
def test_a_picture_is_read_again_and_passes(turn: int, tmp_path: Path) -> None:
    data = _page(turn)
    made, marks = _made(tmp_path, data, reocr=OcrSettings())
    out = tmp_path / "b.pdf"
    out.write_bytes(made.data)
    result = verify.release(tmp_path / "a.pdf", out, marks, gaps=made.gaps, ocr=OcrSettings())
    assert result.passed, [f.what for f in result.leaks] + [c.name for c in result.checks if not c.passed]
    assert made.recognised >= 8 and "Tesseract" in made.reader
    assert any("read from the pictures" in w for w in result.warnings)
    for text in (pdfium_text(made.data), pymupdf.open(stream=made.data)[0].get_text()):
        assert {"officer", "spring", "weather"} <= set(text.split()) and SECRET not in text
    assert SECRET.lower().encode() not in every_byte(made.data).lower()
    # The words stand where they are seen: a search leads to them.
    with pymupdf.open(stream=data) as first, pymupdf.open(stream=made.data) as second:
        a, b = (doc[0].search_for("weather")[0] for doc in (first, second))
        assert abs(a.x0 - b.x0) < 4 and abs(a.y0 - b.y0) < 6 and abs(a.x1 - b.x1) < 6


@needs_tesseract
def test_other_readers_find_the_words(tmp_path: Path) -> None:
    made, _ = _made(tmp_path, _page(), reocr=OcrSettings())
    path = tmp_path / "b.pdf"
    path.write_bytes(made.data)
    try:
        said = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("pdftotext is not on this machine")
    assert b"weather" in said and b"officer" in said


def test_only_the_marked_picture_is_read_and_its_text_is_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = _Reads(("weather", 0.3, 0.4, 0.5, 0.46), ("grüße→", 0.5, 0.6, 0.7, 0.66))
    monkeypatch.setattr("review_app.engine.ocr.recogniser", lambda _settings: engine)
    plain, marks = _made(tmp_path, _page())
    made, _ = _made(tmp_path, _page(), reocr=OcrSettings())
    assert made.recognised == 2 and "grüße→" in pdfium_text(made.data)
    assert pixels(plain.data) == pixels(made.data), "the text is not seen"
    high, wide = engine.pixels.shape
    r = marks[0].rects[0]
    rows = engine.pixels[int(r.y0 / 200 * high) : int(r.y1 / 200 * high)]
    place = rows[:, int(r.x0 / 360 * wide) : int(r.x1 / 360 * wide)]
    assert place.size and int(place.min()) == 255, "what is read has nothing in the marked place"


def test_words_at_a_box_are_left_out_and_the_verifier_finds_one_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (mark,) = _made(tmp_path, _page())
    r = mark.rects[0]
    at = (SECRET, r.x0 / 360 + 0.01, r.y0 / 200 + 0.01, r.x1 / 360 - 0.01, r.y1 / 200 - 0.01)
    monkeypatch.setattr("review_app.engine.ocr.recogniser", lambda _settings: _Reads(at))
    clean, marks = _made(tmp_path, _page(), reocr=OcrSettings())
    assert clean.recognised == 0 and SECRET not in pdfium_text(clean.data)
    monkeypatch.setattr(recognised.Regions, "near", lambda *_: False)  # the step left out
    leaking, _ = _made(tmp_path, _page(), reocr=OcrSettings())
    out = tmp_path / "b.pdf"
    out.write_bytes(leaking.data)
    result = verify.release(tmp_path / "a.pdf", out, marks)
    assert not result.passed and any(f.what == "characters are left in a marked place" for f in result.leaks)


def test_same_input_same_bytes_and_no_letter_that_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = _Reads(("weather", 0.3, 0.4, 0.5, 0.46))
    monkeypatch.setattr("review_app.engine.ocr.recogniser", lambda _settings: engine)
    made, _ = _made(tmp_path, _page(), reocr=OcrSettings())
    assert made.data == _made(tmp_path, _page(), reocr=OcrSettings())[0].data
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        font = pdf.pages[0].Resources.Font[f"/{recognised.FONT}1"]
        listed = font.ToUnicode.read_bytes()
        assert listed.count(b"> <") - 1 == len(set("weather"))
        assert recognised.pages_of(pdf) == {1}


def test_without_an_engine_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review_app.engine.ocr_tesseract.find_program", lambda: None)
    monkeypatch.setattr("review_app.engine.ocr_rapid.version", lambda: None)
    with pytest.raises(EnvironmentProblem):
        _made(tmp_path, _page(), reocr=OcrSettings())
