"""Recognition: which engine is taken, what it may answer, where its words stand on the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ocr_made import HEADER, LINES, needs_scripts, needs_tesseract, picture, program, typed

from review_app.domain.errors import EnvironmentProblem, UsageError
from review_app.domain.ocr import OcrEngine, OcrSettings, languages_of
from review_app.engine import documents, ocr, ocr_picture, ocr_rapid, ocr_second, ocr_tesseract, ocr_turned
from review_app.engine.ocr_process import run
from review_app.engine.ocr_tesseract import parsed
from review_app.engine.ocr_types import EngineFailed, Found, Picture


def row(*cells: object) -> str:
    return "\t".join(str(c) for c in (5, 1, 1, 1, 1, 1, *cells))


def test_words_of_a_table() -> None:
    said = "\n".join([HEADER, "1\t1\t0\t0\t0\t0\t0\t0\t99\t99\t-1\t", row(10, 20, 30, 12, 91.5, "Case"), ""])
    assert parsed(said.encode(), 100, 100) == [Found("Case", 10, 20, 40, 32, 0.915)]


@pytest.mark.parametrize("bad", [
    row(10, 20, 30, 12, 90),  # a cell is missing
    row(10, 20, 30, 12, "nan", "x"), row("a", 20, 30, 12, 90, "x"), row(10, 20, 0, 12, 90, "x"),
    row(-5, 20, 30, 12, 90, "x"), row(90, 20, 30, 12, 90, "x"), row(10, 20, 30, 12, 90, " "),
    row(10, 20, 30, 12, 90, "\x07"), row(10, 20, float("inf"), 12, 90, "x"), "garbage", "",
])
def test_rows_that_are_no_words_are_left_out(bad: str) -> None:
    good = row(1, 1, 5, 5, 50, "ok")
    assert [f.text for f in parsed("\n".join([HEADER, bad, good]).encode(), 100, 100)] == ["ok"]


@pytest.mark.parametrize("said", [b"", b"\x00\xff\xfe", b"Segmentation fault", b"<html></html>"])
def test_what_is_no_table_is_refused(said: bytes) -> None:
    with pytest.raises(EngineFailed, match="no table of words"):
        parsed(said, 100, 100)


def test_two_words_in_one_cell_get_a_place_each() -> None:
    found = parsed("\n".join([HEADER, row(0, 0, 70, 10, 80, "in part")]).encode(), 100, 100)
    assert [(f.text, f.x0, f.x1) for f in found] == [("in", 0, 20), ("part", 30, 70)]


@needs_scripts
@pytest.mark.parametrize(("act", "why"), [
    ("exit 1", "exit code 1"),
    ("kill -SEGV $$", "signal 11"),
    ("head -c 300000 /dev/zero", "no table"),
    ("echo nonsense", "no table"),
    ("cat > /dev/null; while :; do cat /bin/sh /bin/sh; done", "MB for one page|signal"),
])
def test_a_program_that_fails_is_named_and_loses_one_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, why: str
) -> None:
    program(tmp_path / "bin", monkeypatch, act)
    engine = ocr.recogniser(OcrSettings())
    assert engine.title == "Tesseract 9.8.7 (eng)"
    with documents.open_document(picture(tmp_path / "a.pdf")) as document, \
            pytest.raises(EngineFailed, match=why):
        ocr.read(document, 1, engine)


@needs_scripts
def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(tmp_path / "bin", monkeypatch, "echo $$ > " + str(tmp_path / "pid") + "; exec sleep 1000")
    with pytest.raises(EngineFailed, match=r"longer than 0\.5 seconds"):
        run([str(path), "x"], b"", name="Tesseract", seconds=0.5, most_bytes=1000)
    pid = int((tmp_path / "pid").read_text())
    assert not Path(f"/proc/{pid}").exists() or sys_platform_has_no_proc()


@needs_scripts
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux limits another program's time")
def test_a_program_that_computes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(tmp_path / "bin", monkeypatch, "while :; do :; done")
    with pytest.raises(EngineFailed, match="processor time"):
        run([str(path), "x"], b"", name="Tesseract", seconds=60, most_bytes=1000, cpu_seconds=1)


def sys_platform_has_no_proc() -> bool:
    return not Path("/proc/self").exists()


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match="could not be run"):
        run([str(tmp_path / "none")], b"", name="Tesseract", seconds=1, most_bytes=10)


@needs_scripts
def test_a_program_that_does_not_tell_its_version_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program(tmp_path / "bin", monkeypatch, "exit 0")
    path.write_text("#!/bin/sh\necho hello\n", encoding="utf-8")
    with pytest.raises(EnvironmentProblem, match="No engine"):
        ocr.recogniser(OcrSettings())
    with pytest.raises(EnvironmentProblem, match="does not work"):
        ocr.recogniser(OcrSettings(engine=OcrEngine.TESSERACT))
    assert ocr.engines(OcrSettings())[0]["works"] == ""


@pytest.mark.parametrize("engine", list(OcrEngine))
def test_without_an_engine_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: OcrEngine
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(ocr_tesseract, "_USUAL", {})
    monkeypatch.setattr(ocr_rapid, "version", lambda: None)
    with pytest.raises(EnvironmentProblem, match="doctor") as caught:
        ocr.recogniser(OcrSettings(engine=engine))
    assert caught.value.exit_code == 5


@needs_scripts
def test_a_language_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", monkeypatch, "exit 0")
    with pytest.raises(EnvironmentProblem, match="no language file for nld") as caught:
        ocr.recogniser(OcrSettings(languages=("eng", "nld")))
    assert "eng" in caught.value.why


def test_names_of_languages() -> None:
    assert languages_of("eng+nld+eng") == ("eng", "nld")
    assert languages_of("script/Latin") == ("script/Latin",)
    for bad in ("", "+", "eng+", "../eng", "eng nld", "/etc", "e" * 50, "+".join("abcdefghi")):
        with pytest.raises(UsageError):
            languages_of(bad)


def test_settings_travel() -> None:
    settings = OcrSettings(languages=("eng", "nld"), tessdata="/t", cache="/c")
    assert OcrSettings.of(settings.to_json()) == settings
    assert OcrSettings.of(None) == OcrSettings()


@pytest.mark.parametrize(("dpi", "read_at"), [(72, 200), (150, 200), (240, 240), (400, 300)])
def test_pictures_are_read_at_what_they_have(tmp_path: Path, dpi: int, read_at: int) -> None:
    with documents.open_document(picture(tmp_path / "a.pdf", dpi=dpi)) as document:
        drawn = ocr_picture.page_picture(document, 1)
        assert drawn is not None and abs(drawn[0].dpi - read_at) <= 2
        assert drawn[0].pixels.shape[1] == pytest.approx(8.5 * read_at, abs=20)


def test_an_empty_page_is_not_read(tmp_path: Path) -> None:
    with documents.open_document(picture(tmp_path / "a.pdf", ())) as document:
        assert ocr_picture.page_picture(document, 1) is None


def test_light_type_on_dark_is_ink() -> None:
    dark = np.full((400, 400), 20, np.uint8)
    assert ocr_picture.has_ink(dark)


class Said:
    """An engine that says what it was given."""

    title = "said"

    def __init__(self, *words: tuple[str, float, float]) -> None:
        self.words = [Found(text, x, 0, x + 10, 10, sure) for text, x, sure in words]
        self.calls = 0

    def read(self, picture: Picture) -> list[Found]:
        self.calls += 1
        if not self.words:
            raise EngineFailed("it fails")
        return self.words


def test_a_second_engine_reads_where_the_first_is_unsure() -> None:
    blank = Picture(np.full((30, 30), 255, np.uint8), 200)
    sure = Said(*[("word", 20.0 * n, 0.9) for n in range(9)])
    second = Said(("other", 81, 0.9), ("new", 300, 0.9))
    assert ocr_second.WithSecond(sure, second).read(blank) == sure.words and second.calls == 0
    unsure = Said(*[("word", 20.0 * n, 0.3 if n < 6 else 0.9) for n in range(9)])
    unsure.words.append(Found("below", 81, 30, 91, 40, 0.9))
    second.words.append(Found("beneath", 81, 31, 91, 41, 0.9))
    read = ocr_second.WithSecond(unsure, second).read(blank)
    assert sorted((f.x0, f.text) for f in read if f.text != "word") == [
        (81, "below"), (81, "other"), (300, "new"),
    ], "a line the first is sure of stays"
    assert sorted(f.x0 for f in read if f.text == "word") == [0, 20, 40, 60, 100, 120, 140, 160]
    assert ocr_second.WithSecond(unsure, Said()).read(blank) == unsure.words, "the first reading stands"


@needs_tesseract
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_stand_where_they_stand_on_the_page(tmp_path: Path, turn: int) -> None:
    engine = ocr.recogniser(OcrSettings(engine=OcrEngine.TESSERACT))
    with documents.open_document(typed(tmp_path / "typed.pdf")) as document:
        wanted = [(w.text, w.rect) for line in document.content(1).lines for w in line.words]
    with documents.open_document(picture(tmp_path / "scan.pdf", turn=turn)) as document:
        assert not document.content(1).has_text
        found = ocr_turned.lines(ocr.read(document, 1, engine) or [], 1)
    assert [line.text for line in found] == list(LINES)
    words = [w for line in found for w in line.words]
    for (text, rect), word in zip(wanted, words, strict=True):
        assert word.text == text
        assert rect.inset(-3.0).intersect(word.rect).area > 0.98 * word.rect.area


@pytest.mark.parametrize("turn", [90, 270])
def test_lines_that_run_up_or_down_the_page(turn: int) -> None:
    found = []
    for row, line in enumerate(LINES):
        at = 100.0
        for word in line.split():
            end = at + 6.0 * len(word)
            top = 50.0 + 20 * row
            place = (at, top, end, top + 10) if turn == 0 else (
                (500 - top - 10, at, 500 - top, end) if turn == 90 else (top, 700 - end, top + 10, 700 - at)
            )
            found.append(Found(word, *place, 0.9))
            at = end + 6
    made = ocr_turned.lines(found, 1)
    assert [line.text for line in made] == list(LINES)
    assert sorted(w.rect.as_list() for line in made for w in line.words) == sorted(
        [f.x0, f.y0, f.x1, f.y1] for f in found
    )


@needs_tesseract
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_that_lay_turned_in_the_scanner(tmp_path: Path, quarters: int) -> None:
    engine = ocr.recogniser(OcrSettings(engine=OcrEngine.TESSERACT))
    text = tuple(f"{line} {line}" for line in LINES)[:2] * 2
    with documents.open_document(picture(tmp_path / "a.pdf", LINES + text)) as document:
        drawn = ocr_picture.page_picture(document, 1)
    assert drawn is not None
    turned = Picture(np.ascontiguousarray(np.rot90(drawn[0].pixels, quarters)), drawn[0].dpi)
    found = ocr_turned.read(engine, turned)
    texts = [line.text for line in ocr_turned.lines(found, 1)]
    assert texts[:3] == list(LINES)


@needs_tesseract
def test_a_page_that_was_copied_from_behind(tmp_path: Path) -> None:
    engine = ocr.recogniser(OcrSettings(engine=OcrEngine.TESSERACT))
    with documents.open_document(picture(tmp_path / "a.pdf", LINES * 9)) as document:
        drawn = ocr_picture.page_picture(document, 1)
    assert drawn is not None
    upright = ocr_turned.read(engine, drawn[0])
    assert not ocr_turned.is_mirrored(upright)
    width = drawn[0].pixels.shape[1]
    behind = Picture(np.ascontiguousarray(drawn[0].pixels[:, ::-1]), drawn[0].dpi)
    found = ocr_turned.read(engine, behind)
    assert ocr_turned.is_mirrored(found)
    assert [line.text for line in ocr_turned.lines(found, 1)][:3] == list(LINES)
    for ours, theirs in zip(found, upright, strict=True):
        assert (ours.text, ours.y0, ours.x0) == (theirs.text, theirs.y0, width - theirs.x1)
    head = Picture(np.ascontiguousarray(drawn[0].pixels[::-1, ::-1]), drawn[0].dpi)
    assert not ocr_turned.is_mirrored(ocr_turned.read(engine, head)), "on its head is another thing"


@needs_tesseract
def test_mupdf_reads_with_a_folder_of_language_files(tmp_path: Path) -> None:
    places = Path("/usr/share").glob("tesseract-ocr/*/tessdata")
    folder = next((str(p) for p in places if (p / "eng.traineddata").is_file()), None)
    if folder is None:
        pytest.skip("the language files of Tesseract are not in their usual place")
    engine = ocr.recogniser(OcrSettings(engine=OcrEngine.MUPDF, tessdata=folder))
    assert engine.title.startswith("MuPDF ")
    with documents.open_document(picture(tmp_path / "scan.pdf", LINES[:1])) as document:
        found = ocr.read(document, 1, engine)
    assert [line.text for line in ocr_turned.lines(found or [], 1)] == [LINES[0]]
    assert found and 70 < found[0].x0 < 76 and 85 < found[0].y0 < 95


def test_mupdf_with_damaged_language_files(tmp_path: Path) -> None:
    (tmp_path / "eng.traineddata").write_bytes(bytes(range(256)) * 40)
    engine = ocr.recogniser(OcrSettings(engine=OcrEngine.MUPDF, tessdata=str(tmp_path)))
    with pytest.raises(EngineFailed, match="language files"):
        engine.read(Picture(np.full((60, 200), 255, np.uint8), 200))
