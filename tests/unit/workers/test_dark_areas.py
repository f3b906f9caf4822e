"""Words under dark areas never get to where they could be read."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pymupdf
import pytest

from review_app.cli.main import main
from review_app.detection.dark_areas import without_covered
from review_app.domain.content import Drawing, Line, PageContent, Word
from review_app.domain.geometry import Rect
from review_app.review.desk import Desk

BLACK, GREY, WHITE = (0.0, 0.0, 0.0), (0.8, 0.8, 0.8), (1.0, 1.0, 1.0)


def _page(*boxes: Drawing) -> PageContent:
    words = tuple(Word(text, start, Rect(72.0 + 6 * start, 100, 72.0 + 6 * (start + len(text)), 112))
                  for text, start in (("From:", 0), ("Somebody", 6), ("Hidden", 15)))
    line = Line("From: Somebody Hidden", 1, (Rect(72, 100, 200, 112),), words)
    return PageContent(1, 612, 792, (line,), drawings=boxes)


def _box(rect: Rect, fill: tuple[float, float, float] | None = BLACK, rectangle: bool = True) -> Drawing:
    return Drawing(rect, fill, None, 0.0, rectangle)


def test_covered_words_become_blanks_and_offsets_stay() -> None:
    content, places = without_covered(_page(_box(Rect(160, 95, 260, 115))))
    (line,) = content.lines
    assert line.text == "From: Somebody       "
    assert places == (Rect(162, 100, 198, 112),)
    assert [(w.text, w.start) for w in line.words] == [("From:", 0), ("Somebody", 6)]


def test_pieces_side_by_side_cover_together() -> None:
    halves = _box(Rect(160, 95, 175, 115)), _box(Rect(175, 95, 185, 115))
    assert len(without_covered(_page(*halves))[1]) == 1


@pytest.mark.parametrize("box", [
    _box(Rect(160, 95, 260, 115), GREY), _box(Rect(160, 95, 260, 115), WHITE),
    _box(Rect(160, 95, 260, 115), None), _box(Rect(60, 111, 260, 113)), _box(Rect(0, 0, 612, 792)),
    _box(Rect(160, 95, 260, 115), rectangle=False), _box(Rect(160, 300, 260, 320)),
], ids=["grey", "white", "no fill", "underline", "dark ground", "a letter's shape", "elsewhere"])
def test_what_hides_nothing_takes_nothing(box: Drawing) -> None:
    page = _page(box)
    assert without_covered(page) == (page, ())


@pytest.mark.parametrize("turn", [0, 90])
def test_neither_index_nor_log_nor_scan_hold_what_a_box_covers(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], turn: int
) -> None:
    path, workspace = tmp_path / "covered.pdf", tmp_path / "w"
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 100), "Case No. F-2014-20439 Doc No. C05739545")
        page.insert_text((72, 140), "From: ZEBRAQUINCE hidden under a box")
        page.draw_rect((70, 125, 400, 150), fill=(0, 0, 0), color=(0, 0, 0))
        page.insert_text((72, 200), "Released words below")
        page.set_rotation(turn)
        pdf.save(path)
    assert main(["scan", str(path), "--json"]) == 0
    scan, _ = capfdbinary.readouterr()
    assert b"QUINCE" not in scan
    found = json.loads(scan)
    assert [s["kind"] for s in found["spans"]] == ["black_box"]
    assert len(found["recoverable"]) == 1 and found["recoverable"][0]["characters"] >= len("ZEBRAQUINCE")
    assert not any("dark areas" in warning for warning in found["warnings"]), "the findings say it"
    assert any("can be recovered under boxes on page 1" in warning for warning in found["warnings"])
    assert main(["process", str(path), "--workspace", str(workspace)]) == 0
    said = capfdbinary.readouterr()[1].decode()
    assert "warning: " in said and "can be recovered" in said and "QUINCE" not in said
    assert b"QUINCE" not in (workspace / "review.db").read_bytes()
    with sqlite3.connect(workspace / "review.db") as db:
        (text,) = db.execute("SELECT text FROM page_text").fetchone()
    db.close()
    assert {"Released", "words", "below", "Case"} <= set(text.split())


@pytest.mark.parametrize(("colour", "after", "is_read"), [
    ((1, 1, 1), True, True), ((1, 1, 1), False, False), ((0.1, 0.1, 0.1), True, False),
], ids=["white on black", "white under black", "black on black"])
def test_only_light_words_painted_on_a_dark_ground_are_read(
    tmp_path: Path, colour: tuple[float, float, float], after: bool, is_read: bool
) -> None:
    path, workspace = tmp_path / "heading.pdf", tmp_path / "w"
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        if not after:
            page.insert_text((80, 140), "ZEBRAQUINCE numbers by district", color=colour)
        page.draw_rect((72, 125, 540, 150), fill=(0, 0, 0), color=(0, 0, 0))
        if after:
            page.insert_text((80, 140), "ZEBRAQUINCE numbers by district", color=colour)
        page.insert_text((80, 200), "Released words below")
        pdf.save(path)
    assert main(["process", str(path), "--workspace", str(workspace)]) == 0
    with sqlite3.connect(workspace / "review.db") as db:
        (text,) = db.execute("SELECT text FROM page_text").fetchone()
    db.close()
    assert "Released" in text
    assert ("ZEBRAQUINCE" in text) is is_read


def test_the_window_gets_no_words_that_a_box_covers(tmp_path: Path, seeds: Path) -> None:
    path = tmp_path / "covered.pdf"
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 140), "Seen ZEBRAQUINCE seen")
        page.draw_rect((98, 125, 190, 150), fill=(1, 0.8, 0.2), color=(1, 0.8, 0.2))
        pdf.save(path)
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        document = desk.intake.add(path).document_id
        words = [text for _, text, *_ in desk.page_images.words(document, 1)]
        assert words and not any("QUINCE" in word for word in words)
        assert desk.search.find("ZEBRAQUINCE") == []


def _recognised_then_blacked_out(path: Path, turn: int, *, bar: bool = True) -> None:
    """A scan with the words of its text layer beside it, one of them under a bar in the picture."""
    with pymupdf.open() as sheet, pymupdf.open() as pdf:
        drawn = sheet.new_page()
        for row in range(30):
            drawn.insert_text((72, 100 + 20 * row), f"Line {row} of a report that goes on for a while here")
        if bar:
            drawn.draw_rect((70, 286, 420, 306), fill=(0, 0, 0))
        picture = drawn.get_pixmap(dpi=100, colorspace=pymupdf.csGRAY)
        page = pdf.new_page()
        page.insert_image(page.rect, pixmap=picture)
        for row in range(30):
            text = "seen before" if row == 10 else f"Line {row} of a report that goes on for a while here"
            page.insert_text((72, 100 + 20 * row), text, render_mode=3)
            if row == 10:
                page.insert_text((150, 300), "ZEBRAQUINCE ZEBRAQUINCE", render_mode=3)
        page.set_rotation(turn)
        pdf.save(path)


@pytest.mark.parametrize("turn", [0, 180])
def test_a_scan_blacked_out_after_it_was_recognised_gives_no_words(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], turn: int
) -> None:
    path, workspace = tmp_path / "scan.pdf", tmp_path / "w"
    _recognised_then_blacked_out(path, turn)
    assert main(["scan", str(path), "--json"]) == 0
    scan, _ = capfdbinary.readouterr()
    found = json.loads(scan)
    assert b"QUINCE" not in scan
    assert [span["kind"] for span in found["spans"]] == ["black_box"]
    assert [r["characters"] for r in found["recoverable"]] == [len("seenbefore") + 2 * len("ZEBRAQUINCE")]
    assert main(["process", str(path), "--workspace", str(workspace)]) == 0
    assert b"QUINCE" not in (workspace / "review.db").read_bytes()
    with Desk.open(tmp_path / "other", "ortiz", jobs=1) as desk:
        document = desk.intake.add(path).document_id
        words = [text for _, text, *_ in desk.page_images.words(document, 1)]
        assert "report" in words and not any("QUINCE" in word for word in words)


def test_a_scan_without_a_bar_keeps_all_words(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    _recognised_then_blacked_out(path, 0, bar=False)
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        document = desk.intake.add(path).document_id
        words = [text for _, text, *_ in desk.page_images.words(document, 1)]
        assert words.count("ZEBRAQUINCE") == 2


def test_a_value_over_the_edge_of_the_page_has_its_place_on_the_page(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "edge.pdf"
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 600), "Approved for Release by NSA on 03-12-2004, FOIA Case # 41234A")
        page.set_cropbox((0, 0, page.rect.width, 598))
        pdf.save(path)
    assert main(["scan", str(path), "--json"]) == 0
    found = json.loads(capfdbinary.readouterr()[0])
    assert found["record"] and found["pages"][0]["height"] == 598
    assert all(reading["rect"][3] <= 598 for reading in found["record"])
