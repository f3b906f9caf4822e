"""Where letters begin and end: as the font says, and only of words that people can read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pymupdf
import pytest

from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.engine import letters
from review_app.engine.documents import open_document
from review_app.workers.page_words import PageWords


def _read(path: Path) -> dict[str, tuple[list[float], tuple[float, float]]]:
    """Each word that can be read, with the edges of its letters and its own."""
    with open_document(path) as document:
        words = [w for _, w in PageWords().of(document, 1, OcrSettings(mode=OcrMode.NEVER))]
        found = letters.edges(document, 1, words)
        return {w.text: (e, (w.rect.x0, w.rect.x1)) for w, e in zip(words, found, strict=True)}


@pytest.fixture
def page(tmp_path: Path):
    document = pymupdf.open()

    def save() -> Path:
        document.save(tmp_path / "a.pdf")
        return tmp_path / "a.pdf"

    yield document.new_page(width=400, height=200), save
    document.close()


def test_letters_are_as_wide_as_their_font_makes_them(page) -> None:
    sheet, save = page
    sheet.insert_text((72, 100), "Will leave", fontsize=20)
    edges, (left, right) = _read(save())["Will"]
    wide, *narrow = (b - a for a, b in pairwise(edges))
    assert len(narrow) == 3 and wide > 3 * max(narrow), "W is wide, i and l are not"
    assert edges[0] == pytest.approx(left, abs=0.1) and edges[-1] == pytest.approx(right, abs=0.1)
    assert wide == pytest.approx(pymupdf.get_text_length("W", fontsize=20), abs=0.1)


def test_a_turned_page_is_measured_as_it_is_shown(page) -> None:
    sheet, save = page
    sheet.insert_text((72, 100), "Will", fontsize=20, rotate=90)
    sheet.set_rotation(90)
    edges, (left, right) = _read(save())["Will"]
    assert len(edges) == 5 and left - 0.1 <= edges[0] < edges[-1] <= right + 0.1


def test_words_under_a_box_and_upright_words_have_no_edges(page) -> None:
    sheet, save = page
    sheet.insert_text((72, 100), "seen hidden", fontsize=20)
    sheet.insert_text((300, 180), "upright", fontsize=20, rotate=90)
    hidden = sheet.search_for("hidden")[0]
    sheet.draw_rect(pymupdf.Rect(hidden.x0 - 2, hidden.y0 - 2, hidden.x1 + 2, hidden.y1 + 2), fill=(0, 0, 0))
    found = _read(save())
    assert "hidden" not in found and found["upright"][0] == []
    assert all(e <= hidden.x0 for e in found["seen"][0])


def test_a_text_file_is_set_in_one_width(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Will leave\n", encoding="utf-8")
    edges, (left, right) = _read(path)["Will"]
    assert edges == pytest.approx([left + (right - left) * n / 4 for n in range(5)], abs=0.02)
