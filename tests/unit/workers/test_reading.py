"""What a scan reads: the layer, what is recognised instead or beside it, and what it says of that."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pymupdf
import pytest

from review_app.domain.errors import EnvironmentProblem
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.workers.tasks import Desk

sys.path.append(str(Path(__file__).resolve().parents[2] / "engine"))

from ocr_made import HEADER, LINES, needs_scripts, needs_tesseract, picture, program

pytestmark = needs_scripts
WORD = f"printf '{HEADER}\\n5\\t1\\t1\\t1\\t1\\t1\\t200\\t260\\t300\\t40\\t90\\tHarbour\\n'"


def counting(folder: Path, act: str = WORD) -> str:
    return f"cat > /dev/null; echo x >> {folder / 'calls'}; {act}"


def calls(folder: Path) -> int:
    file = folder / "calls"
    return len(file.read_text().splitlines()) if file.exists() else 0


def scan(path: Path, settings: OcrSettings | None = None) -> tuple[dict, str]:
    desk, parts, steps = Desk(1), [], []
    try:
        values, _ = desk.do(
            "scan", {"path": str(path), "ocr": (settings or OcrSettings()).to_json()},
            part=parts.append, progress=lambda done, total: steps.append((done, total)),
        )
    finally:
        desk.close()
    assert steps[-1] == (values["page_count"], values["page_count"])
    return values, "\n".join(part["text"] for part in parts)


def with_layer(path: Path, layer: str, *, hidden: bool = False) -> Path:
    """A scan with an invisible text layer of one line over the first printed one."""
    made = picture(path.with_suffix(".tmp.pdf"))
    with pymupdf.open(made) as document:
        page = document[0]
        for row, start in enumerate(range(0, len(layer), 60)):
            page.insert_text((72, 100 + 12 * row), layer[start : start + 60], fontsize=9, render_mode=3)
        if hidden:
            page.insert_text((72, 400), "THE NAME OF THE SOURCE", fontsize=12)
            page.draw_rect((60, 380, 300, 410), fill=(0, 0, 0), color=(0, 0, 0))
        document.save(path)
    return path


def test_a_page_without_text_is_recognised_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", monkeypatch, counting(tmp_path))
    values, text = scan(picture(tmp_path / "a.pdf"))
    assert text == "Harbour"
    assert values["warnings"] == [
        "the text of page 1 was recognised by Tesseract 9.8.7 (eng); check it against the page"
    ]


@needs_tesseract
def test_a_mirrored_page_is_read_from_behind_and_says_so(tmp_path: Path) -> None:
    made = picture(tmp_path / "a.pdf", LINES * 9)
    with pymupdf.open(made) as document:
        shot = document[0].get_pixmap(dpi=200, colorspace="gray")
        mirrored = np.frombuffer(shot.samples, np.uint8).reshape(shot.height, shot.stride)[:, : shot.width]
        pixels = np.ascontiguousarray(mirrored[:, ::-1])
    with pymupdf.open() as scanned:
        page = scanned.new_page(width=612, height=792)
        behind = pymupdf.Pixmap(pymupdf.csGRAY, pixels.shape[1], pixels.shape[0], pixels.tobytes(), False)
        page.insert_image(page.rect, pixmap=behind)
        scanned.save(tmp_path / "behind.pdf")
    values, text = scan(tmp_path / "behind.pdf")
    assert text.startswith(LINES[0])
    assert [w for w in values["warnings"] if "page 1 is mirrored" in w and "from behind" in w]
    values, _ = scan(made)
    assert not [w for w in values["warnings"] if "mirrored" in w]


def test_never_and_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", monkeypatch, counting(tmp_path))
    path = picture(tmp_path / "a.pdf")
    values, text = scan(path, OcrSettings(OcrMode.NEVER))
    assert text == "" and "turned off" in values["warnings"][0] and calls(tmp_path) == 0
    monkeypatch.setenv("PATH", str(tmp_path))
    values, text = scan(path)
    assert text == "" and "Tesseract" in values["warnings"][0] and "doctor" in values["warnings"][0]
    with pytest.raises(EnvironmentProblem, match="No engine"):
        scan(path, OcrSettings(OcrMode.ALWAYS))


@pytest.mark.parametrize("act", ["exit 3", "echo nonsense", "kill -9 $$"])
def test_an_engine_that_fails_costs_the_page_and_not_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    program(tmp_path / "bin", monkeypatch, counting(tmp_path, act))
    values, text = scan(picture(tmp_path / "a.pdf"))
    assert text == "" and values["page_count"] == 1
    assert "no text layer on page 1: nothing was read there" in values["warnings"][0]
    assert "Tesseract" in values["warnings"][0]


def test_a_good_layer_is_left_alone_unless_all_is_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", monkeypatch, counting(tmp_path))
    path = with_layer(tmp_path / "a.pdf", " ".join(LINES))
    values, text = scan(path)
    assert text.startswith("The committee met") and values["warnings"] == [] and calls(tmp_path) == 0
    values, text = scan(path, OcrSettings(OcrMode.ALWAYS))
    assert text == "Harbour" and "was recognised" in values["warnings"][0]


def test_a_damaged_layer_is_read_again_and_still_counts_as_recoverable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", monkeypatch, counting(tmp_path))
    damaged = "".join(c if c == " " else chr(ord(c) % 20 + 33) for c in " ".join(LINES) * 2)
    values, text = scan(with_layer(tmp_path / "a.pdf", damaged, hidden=True))
    assert text == "Harbour"
    assert "the text layer of page 1 is damaged (it holds signs instead of letters)" in values["warnings"][0]
    assert sum(found["characters"] for found in values["recoverable"]) == len("THENAMEOFTHESOURCE")
    assert "SOURCE" not in text


def test_a_layer_that_cannot_be_replaced_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", monkeypatch, counting(tmp_path, "exit 1"))
    damaged = "".join(c if c == " " else chr(ord(c) % 20 + 33) for c in " ".join(LINES) * 2)
    values, text = scan(with_layer(tmp_path / "a.pdf", damaged))
    assert text and "what was read there may be wrong" in values["warnings"][0]


def test_no_page_is_recognised_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", monkeypatch, counting(tmp_path))
    path, kept = picture(tmp_path / "a.pdf"), OcrSettings(cache=str(tmp_path / "cache"))
    assert scan(path, kept)[1] == scan(path, kept)[1] == "Harbour"
    assert calls(tmp_path) == 1
    desk = Desk(1)
    values, _ = desk.do("words", {"path": str(path), "page": 1, "ocr": kept.to_json()},
                        part=lambda _: None, progress=lambda *_: None)
    desk.close()
    assert [word[4] for word in values["words"]] == ["Harbour"] and calls(tmp_path) == 1
    assert values["words"][0][:4] == pytest.approx([72, 93.6, 180, 108], abs=0.5)
    entry = next((tmp_path / "cache").rglob("1.json"))
    entry.write_bytes(entry.read_bytes()[:-9])
    assert scan(path, kept)[1] == "Harbour" and calls(tmp_path) == 2, "damaged: recognised again"
    shutil.rmtree(tmp_path / "cache")
    assert scan(path, kept)[1] == "Harbour" and calls(tmp_path) == 3


def test_blank_pages_are_not_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", monkeypatch, counting(tmp_path))
    values, _ = scan(picture(tmp_path / "a.pdf", ()))
    assert calls(tmp_path) == 0 and values["warnings"] == []


def test_print_in_which_nothing_is_recognised_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", monkeypatch, counting(tmp_path, f"printf '{HEADER}\\n'"))
    values, _ = scan(picture(tmp_path / "a.pdf"))
    assert values["warnings"] == [
        "no text could be recognised on page 1 by Tesseract 9.8.7 (eng): look there yourself"
    ]


@needs_tesseract
def test_what_is_printed_beside_a_stamp_is_added_to_it(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    text = tuple(f"{number} {line}" for number in range(6) for line in LINES)
    made = picture(tmp_path / "b.pdf", text)
    with pymupdf.open(made) as document:
        document[0].insert_text((72, 40), "UNCLASSIFIED", fontsize=10)
        document.save(path)
    values, read = scan(path)
    assert read.splitlines()[0] == "UNCLASSIFIED" and LINES[1] in read
    assert "holds only part of what is printed" in values["warnings"][0]
