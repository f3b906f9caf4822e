"""Pages whose picture cannot be decoded: named as unreadable, nothing on them is told as withheld."""

from __future__ import annotations

import sys
from pathlib import Path

import pikepdf

from review_app.domain.findings import ScanResult
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.engine import documents
from review_app.workers import scanning
from review_app.workers.request import Request

sys.path.insert(0, str(Path(__file__).parent))
import broken_pictures


def scan(path: Path) -> ScanResult:
    params = {"path": str(path), "ocr": OcrSettings(OcrMode.NEVER).to_json()}
    with documents.open_document(path) as document:
        return scanning.scan(document, Request(params, lambda part: None, lambda *step: None))


def told(result: ScanResult) -> str:
    return next((warning for warning in result.warnings if "unreadable" in warning), "")


def test_a_whole_picture_is_searched_however_it_is_coded(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    good = broken_pictures.whole()
    path.write_bytes(broken_pictures.pdf(*good.values()))
    result = scan(path)
    assert not told(result)
    found = {span.page: (span.detector, str(span.kind)) for span in result.spans}
    assert found == dict.fromkeys(range(1, len(good) + 1), ("raster", "white_box")), list(good)


def test_each_damaged_picture_is_told_and_nothing_on_it_is_withheld(tmp_path: Path) -> None:
    """One document with them all, between two good pages: the good ones are read, the others named."""
    good = broken_pictures.whole()["jpeg"]
    bad = broken_pictures.damaged()
    path = tmp_path / "scans.pdf"
    path.write_bytes(broken_pictures.pdf(good, *bad.values(), good))
    result = scan(path)
    names = dict(enumerate(bad, 2))
    assert {span.page for span in result.spans} == {1, len(bad) + 2}, [
        (names.get(span.page), span.kind) for span in result.spans
    ]
    assert f"pages 2-{len(bad) + 1} are blank or black because unreadable" in told(result)


def test_the_same_damaged_picture_is_told_on_each_page_that_shows_it(tmp_path: Path) -> None:
    """MuPDF keeps what it decoded: the second page would come without a warning."""
    bad = broken_pictures.damaged()["raw, a third"]
    path = tmp_path / "scan.pdf"
    path.write_bytes(broken_pictures.pdf(bad))
    with documents.open_document(path) as document:
        document.pdf.fullcopy_page(0)
        data = document.pdf.tobytes(garbage=3)
    path.write_bytes(data)
    assert "pages 1-2" in told(scan(path))


def test_a_page_whose_operators_are_lost_is_unreadable_not_blank(tmp_path: Path) -> None:
    path = tmp_path / "lost.pdf"
    with pikepdf.new() as pdf:
        for data in (b"", b"not flate at all"):
            page = pdf.add_blank_page(page_size=(612, 792))
            page.obj.Contents = pikepdf.Stream(pdf, data)
            page.obj.Contents.Filter = pikepdf.Name.FlateDecode
        pdf.add_blank_page(page_size=(612, 792))
        pdf.save(path)
    result = scan(path)
    assert "page 2 is blank" in told(result) and not result.spans
