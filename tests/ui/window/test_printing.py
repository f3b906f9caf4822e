"""Printing: what a page shows and nothing else, the chosen pages, to be stopped, and said in the log."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageRanges, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter

from review_app.domain.errors import ReviewError
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.review import printing as use_case
from review_app.ui import paper
from review_app.ui.printing import chosen_pages

WAIT = 60_000
SECRET = "Zanzibar"


@pytest.fixture
def desk(desk):
    desk.scan_options["ocr"] = OcrSettings(mode=OcrMode.NEVER).to_json()
    return desk


@pytest.fixture
def window(qtbot, desk, open_window, tmp_path: Path):
    """Three pages: a word under a black box, a page on its side, a plain one."""
    with pymupdf.open() as made:
        page = made.new_page(width=612, height=792)
        page.insert_text((72, 100), f"The port of {SECRET} was named.", fontsize=14)
        page.draw_rect(pymupdf.Rect(140, 84, 215, 106), fill=(0, 0, 0))
        page.insert_text((220, 300), "(b)(1)")
        made.new_page(width=792, height=612).insert_text((72, 100), "On its side")
        made.new_page(width=612, height=792).insert_text((72, 700), "Last page")
        made.save(tmp_path / "port.pdf")
    desk.intake.add(tmp_path / "port.pdf")
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


def printer_to(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setResolution(150)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    printer.setPageMargins(QMarginsF(18, 18, 18, 18), QPageLayout.Unit.Point)
    return printer


def dark(page: pymupdf.Page, area: pymupdf.Rect) -> float:
    """How dark a place of a printed page is, 0 for white."""
    pixels = page.get_pixmap(clip=area, colorspace=pymupdf.csGRAY)
    return 1 - sum(pixels.samples) / (255 * len(pixels.samples))


def test_only_what_the_page_shows_is_printed(qtbot, window, desk, tmp_path):
    out = tmp_path / "printed.pdf"
    window.commands.printing.start(printer_to(out), window.current.document, 1)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert "is printed to" in window.message_bar.text
    with pymupdf.open(out) as printed:
        sizes = [(round(p.rect.width), round(p.rect.height)) for p in printed]
        assert sizes == [(612, 792), (792, 612), (612, 792)]
        assert [p.get_text().strip() for p in printed] == ["", "", ""], "pictures only"
        # Letter on Letter with margins of 18 points: about 0.95 of its size, from the middle.
        scale = min(576 / 612, 756 / 792)
        x, y = 306 + (178 - 306) * scale, 396 + (95 - 396) * scale
        assert dark(printed[0], pymupdf.Rect(x - 20, y - 5, x + 20, y + 5)) > 0.9, "the box"
        assert 0 < dark(printed[2], printed[2].rect) < 0.2, "words on white"
    raw = out.read_bytes()
    assert SECRET.encode() not in raw and SECRET.encode("utf-16-be") not in raw
    assert desk.history.log(limit=1)[0].action == "file.print"
    assert not window.action_table["edit.undo"].isEnabled(), "what is on paper cannot be undone"


def test_a_secret_that_was_carried_along_would_be_noticed(tmp_path):
    with pymupdf.open() as made:
        made.new_page().insert_text((72, 72), SECRET)
        made.save(tmp_path / "leak.pdf")
    with pymupdf.open(tmp_path / "leak.pdf") as leaking:
        assert leaking[0].get_text().strip() != ""


def test_spans_are_printed_with_their_codes_and_whose_reading_it_is(qtbot, window, desk, tmp_path):
    plain, marked = tmp_path / "plain.pdf", tmp_path / "marked.pdf"
    document = window.current.document
    printing = window.commands.printing
    assert window.current.spans
    printing.start(printer_to(plain), document, 1)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    printing.start(printer_to(marked), document, 1, window.current.spans)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    with pymupdf.open(plain) as one, pymupdf.open(marked) as other:
        assert one[0].get_text().strip() == ""
        words = " ".join(other[0].get_text().split())
        assert "black box" in words
        assert "port.pdf · page 1 of 3" in words and "not an agency's determination" in words
        assert SECRET not in words
        assert "page 3 of 3" in " ".join(other[2].get_text().split())


def test_the_chosen_pages_in_the_chosen_order(qtbot):
    printer = QPrinter()
    assert chosen_pages(printer, 5, 2) == [1, 2, 3, 4, 5]
    printer.setPrintRange(QPrinter.PrintRange.CurrentPage)
    assert chosen_pages(printer, 5, 2) == [2]
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setPageRanges(QPageRanges.fromString("2-3,5,9"))
    assert chosen_pages(printer, 5, 2) == [2, 3, 5]
    printer.setPageOrder(QPrinter.PageOrder.LastPageFirst)
    assert chosen_pages(printer, 5, 2) == [5, 3, 2]


def test_bands_lie_on_each_other_without_a_seam(qtbot, window, tmp_path, monkeypatch):
    whole, cut = tmp_path / "whole.pdf", tmp_path / "cut.pdf"
    for path, pixels, at_a_time in ((whole, 10**8, 10**8), (cut, 150_000, 60_000)):
        monkeypatch.setattr(use_case, "BAND_PIXELS", pixels)
        monkeypatch.setattr(paper, "SLICE_PIXELS", at_a_time)
        printer = printer_to(path)
        printer.setPrintRange(QPrinter.PrintRange.CurrentPage)
        window.commands.printing.start(printer, window.current.document, 1)
        qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    with pymupdf.open(whole) as one, pymupdf.open(cut) as other:
        (page,) = one[0].get_image_info()
        bands = sorted(other[0].get_image_info(), key=lambda band: band["bbox"][1])
    assert len(bands) > 5
    assert sum(band["height"] for band in bands) == page["height"]
    edges = [band["bbox"][1] for band in bands] + [bands[-1]["bbox"][3]]
    assert edges[0] == pytest.approx(page["bbox"][1], abs=0.01)
    assert edges[-1] == pytest.approx(page["bbox"][3], abs=0.01)
    for above, below in itertools.pairwise(bands):
        assert above["bbox"][3] == pytest.approx(below["bbox"][1], abs=0.01), "no white line, no overlap"
        assert (above["bbox"][0], above["bbox"][2]) == (below["bbox"][0], below["bbox"][2])


def test_a_page_that_cannot_be_drawn_says_so_on_paper_and_the_others_go_on(
    qtbot, window, desk, tmp_path, monkeypatch
):
    draw = desk.printing.bands

    def bands(document_id, page, size, scale, cancel):
        if page == 2:
            raise ReviewError("Page 2 is damaged")
        return draw(document_id, page, size, scale, cancel)

    monkeypatch.setattr(desk.printing, "bands", bands)
    out = tmp_path / "printed.pdf"
    window.commands.printing.start(printer_to(out), window.current.document, 1)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    with pymupdf.open(out) as printed:
        assert len(printed) == 3
        assert "Page 2 cannot be printed" in " ".join(printed[1].get_text().split())
    assert "2" in window.problems.problems[-1].text


def test_it_can_be_stopped_and_leaves_no_half_file(qtbot, window, desk, tmp_path, monkeypatch):
    draw = desk.printing.bands

    def bands(document_id, page, size, scale, cancel):
        if page == 2:
            cancel.set()
        return draw(document_id, page, size, scale, cancel)

    monkeypatch.setattr(desk.printing, "bands", bands)
    out = tmp_path / "printed.pdf"
    window.commands.printing.start(printer_to(out), window.current.document, 1)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert "was stopped" in window.message_bar.text
    assert not out.exists()


@pytest.mark.qt_log_ignore("QPainter::begin", "This plugin does not support")
def test_a_file_that_cannot_be_written_is_told(qtbot, window, tmp_path):
    window.commands.printing.start(printer_to(tmp_path / "no" / "such" / "x.pdf"), window.current.document, 1)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert "cannot be printed" in window.problems.problems[-1].text


def test_the_dialog_asks_first_and_a_cancel_prints_nothing(qtbot, window, desk):
    head = desk.history.head().seq
    for action in ("file.print", "file.print_spans"):
        window.action_table[action].trigger()
        dialog = window.findChildren(QPrintDialog)[-1]
        assert dialog.isVisible() and dialog.maxPage() == 3
        dialog.reject()
    assert desk.history.head().seq == head and not window.status.is_busy


def test_qt_print_support_is_no_part_of_the_start():
    code = ("import sys; import review_app.ui.launch; "
            "sys.exit('PySide6.QtPrintSupport' in sys.modules or 'review_app.ui.paper' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
