"""Small pages, bookmarks and labels: only what is in view costs anything, and all of it leads to the page."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pymupdf
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from review_app.domain.dispositions import PageDisposition
from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.domain.outline import OutlineEntry
from review_app.domain.pictures import Rank, Wish
from review_app.domain.rows import PageRow
from review_app.domain.vocabulary import Origin, Status
from review_app.ui.models.outline import OutlineModel
from review_app.ui.models.rows import ACCESSIBLE
from review_app.ui.panels.outline import FEW, OutlinePanel
from review_app.ui.panels.page_pictures import PicturesPanel
from review_app.ui.panels.thumbnails import Thumbnails

WAIT = 30_000
GREY = bytes([128, 128, 128, 255])


@dataclass(frozen=True)
class Painted:
    width: int
    height: int
    stride: int
    data: bytes


class Source:
    """Answers when a test says so; grey pictures."""

    def __init__(self) -> None:
        self.wishes: list[Wish] = []
        self.asked: list[int] = []
        self.failing: set[int] = set()

    def want(self, wishes: Sequence[Wish], on_done) -> None:
        self.wishes, self._on_done = list(wishes), on_done
        self.asked += [w.key.page for w in wishes]

    def answer(self) -> None:
        for wish in [*self.wishes]:
            width, height = round(612 * wish.key.scale), round(792 * wish.key.scale)
            result = Painted(width, height, 4 * width, GREY * (width * height))
            if wish.key.page in self.failing:
                result = InputRefused("Page is damaged")
            self._on_done(wish, result)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def panel(qtbot):
    panel = PicturesPanel()
    qtbot.addWidget(panel)
    panel.resize(264, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def rows(count: int, **values) -> list[PageRow]:
    return [PageRow("d1", n, 612.0, 792.0, **values) for n in range(1, count + 1)]


def show_spans(panel: PicturesPanel, spans: list) -> None:
    """As if the moment after the change had passed."""
    panel.set_spans(spans)
    panel._spans_timer.timeout.emit()
    panel._spans_timer.stop()


def colour(panel: PicturesPanel, page: int, at: Rect) -> tuple[int, int, int]:
    """The colour in the middle of a place of a page, as painted."""
    paper, row = panel._paper(page), panel._pages[page - 1]
    x = paper.left() + (at.x0 + at.x1) / 2 / row.width * paper.width()
    y = paper.top() + (at.y0 + at.y1) / 2 / row.height * paper.height()
    found = panel.viewport().grab().toImage().pixelColor(QPoint(round(x), round(y)))
    return found.red(), found.green(), found.blue()


def test_of_five_thousand_pages_only_those_in_view_are_asked_for(qtbot, panel, source):
    panel.set_document("d1", source, rows(5000))
    qtbot.waitUntil(lambda: bool(source.wishes), timeout=WAIT)
    seen = set(panel.visible_pages)
    assert {w.key.page for w in source.wishes} == seen and len(seen) < 12
    assert {w.rank for w in source.wishes} == {Rank.THUMBNAIL}, "what is on screen comes first"
    panel.verticalScrollBar().setValue(panel.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: 5000 in [w.key.page for w in source.wishes], timeout=WAIT)
    assert not seen & {w.key.page for w in source.wishes}, "scrolled past, so nobody wants them"


def test_a_page_is_there_at_once_and_its_picture_when_it_comes(qtbot, panel, source):
    panel.set_document("d1", source, rows(3))
    place = Rect(100, 500, 500, 700)
    assert colour(panel, 1, place) == (255, 255, 255)
    qtbot.waitUntil(lambda: bool(source.wishes), timeout=WAIT)
    source.failing = {2}
    source.answer()
    qtbot.waitUntil(lambda: not panel.thumbnails.is_waiting, timeout=WAIT)
    assert colour(panel, 1, place) == (128, 128, 128)
    assert panel.thumbnails.has_failed(2)
    assert "cannot be shown" in panel._spoken(2)


def test_pictures_scrolled_past_are_dropped(qtbot, source):
    thumbnails = Thumbnails(budget=300_000)
    thumbnails.set_source(source, "d1")
    for page in range(1, 40):
        thumbnails.want([thumbnails.key(page, 0.25)])
        source.answer()
        qtbot.waitUntil(lambda: not thumbnails.is_waiting, timeout=WAIT)
    assert 0 < thumbnails.bytes_held <= 300_000
    assert thumbnails.picture(thumbnails.key(39, 0.25)) is not None
    assert thumbnails.picture(thumbnails.key(1, 0.25)) is None


def test_the_current_page_is_followed_and_choosing_goes_there(qtbot, panel, source):
    panel.set_document("d1", source, rows(100))
    said: list[int] = []
    panel.page_wanted.connect(said.append)
    panel.set_current(80)
    assert 80 in panel.visible_pages and panel.viewport().rect().contains(panel.cell_rect(80))
    assert said == [], "following is no wish"
    panel.setFocus()
    columns = panel._columns()
    assert columns == 2
    for key, page in (("Right", 81), ("Down", 83), ("Up", 81), ("End", 100), ("Right", 100), ("Home", 1),
                      ("Left", 1), ("Return", 1)):
        QTest.keyClick(panel, Qt.Key[f"Key_{key}"])
        assert said[-1] == page == panel.current
        assert panel.viewport().rect().contains(panel.cell_rect(page))
    QTest.keyClick(panel, Qt.Key.Key_PageDown)
    assert said[-1] > 2
    QTest.mouseClick(panel.viewport(), Qt.MouseButton.LeftButton, pos=panel.cell_rect(4).center())
    assert said[-1] == 4


def test_spans_are_drawn_by_origin_and_status_in_colour_and_form(panel, source, span):
    panel.set_document("d1", source, rows(2))
    at = Rect(100, 300, 400, 500)
    spoken = {}
    for name, values in {
        "agency": {"status": Status.CONFIRMED},
        "reviewer": {"origin": Origin.REVIEWER, "status": Status.CONFIRMED},
        "suggested": {}, "rejected": {"status": Status.REJECTED},
    }.items():
        show_spans(panel, [span(1, rects=(at,), **values)])
        spoken[name] = panel.viewport().grab(panel._paper(1)).toImage()
        show_spans(panel, [])
    blank = panel.viewport().grab(panel._paper(1)).toImage()
    pictures = [*spoken.values(), blank]
    assert all(a != b for n, a in enumerate(pictures) for b in pictures[n + 1:])
    grey = [p.convertToFormat(p.Format.Format_Grayscale8) for p in spoken.values()]
    assert len({bytes(p.constBits()) for p in grey}) == 4, "told apart without colour, too"


def test_ten_thousand_spans_on_a_page_cost_its_pixels(panel, source, span):
    panel.set_document("d1", source, rows(2))
    show_spans(panel, [
        span(n, page=1, rects=(Rect(20 + x, 20 + y, 24 + x, 25 + y),))
        for n, (x, y) in enumerate((n % 100 * 5, n // 100 * 7) for n in range(10_000))
    ])
    panel.grab()
    started = time.process_time()
    panel.grab()
    assert time.process_time() - started < 0.15


def test_the_caption_has_number_label_and_disposition(panel, source):
    panel.set_document("d1", source, rows(3))
    panel.set_dispositions(dict.fromkeys(range(1, 4), PageDisposition.RELEASED_IN_PART))
    panel.set_labels(["i", "ii", "3"])
    assert [panel.label(n) for n in (1, 2, 3)] == ["i (1)", "ii (2)", "3"]
    panel.set_current(2)
    panel._describe()
    assert panel.accessibleDescription() == "Page 2 of 3, labelled ii, released in part, 0 spans"
    before = panel.viewport().grab().toImage()
    panel.set_dispositions(dict.fromkeys(range(1, 4), PageDisposition.WITHHELD_IN_FULL))
    assert panel.viewport().grab().toImage() != before


def test_without_a_document_nothing_breaks(panel):
    panel.set_document("", None, ())
    panel.grab()
    QTest.keyClick(panel, Qt.Key.Key_Down)
    QTest.mouseClick(panel.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert panel.current == 0 and panel.accessibleDescription() == "No document is open"


# -- bookmarks ---------------------------------------------------------------------------------------

TREE = (
    OutlineEntry(0, "One", 1), OutlineEntry(1, "One one", 2, 300.0), OutlineEntry(2, "Deep", 3),
    OutlineEntry(0, "Two\n\u202e", 10), OutlineEntry(1, "Elsewhere", 0), OutlineEntry(0, "Three", 12),
)


def test_bookmarks_are_a_tree(qtbot, qtmodeltester):
    model = OutlineModel()
    model.set_entries(TREE)
    qtmodeltester.check(model)
    one = model.index(0, 0)
    assert [model.rowCount(), model.rowCount(one), model.rowCount(model.index(0, 0, one))] == [3, 1, 1]
    assert model.index(1, 0).data() == "Two\\n\\u202e", "nothing in a title turns the line round"
    assert model.index(1, 0).data(ACCESSIBLE).endswith("page 10")
    elsewhere = model.index(0, 0, model.index(1, 0))
    assert not elsewhere.flags() & Qt.ItemFlag.ItemIsEnabled
    assert [model.index_for_page(n).data() for n in (1, 2, 9, 10, 11, 99)] == [
        "One", "One one", "Deep", "Two\\n\\u202e", "Two\\n\\u202e", "Three"]


def test_twenty_thousand_bookmarks_are_there_at_once(qtbot):
    panel = OutlinePanel()
    qtbot.addWidget(panel)
    panel.show()
    entries = [OutlineEntry(n % 4, f"Part {n}", n + 1) for n in range(20_000)]
    started = time.process_time()
    panel.show_entries(entries, is_cut=True)
    panel.grab()
    assert time.process_time() - started < 1.0
    assert "first 20000" in panel._note.text() and len(entries) > FEW


def test_a_click_or_return_goes_to_the_place(qtbot):
    panel = OutlinePanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_entries(TREE)
    said: list[tuple[int, float]] = []
    panel.place_wanted.connect(lambda page, top: said.append((page, top)))
    index = panel.model.index(0, 0, panel.model.index(0, 0))
    spot = panel.view.visualRect(index).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert said == [(2, 300.0), (3, 0.0)]
    panel.show_page(11)
    assert panel.view.currentIndex().data() == "Two\\n\\u202e"
    panel.show_entries(())
    assert "no bookmarks" in panel._note.text() and not panel.view.isVisible()


# -- in the window -----------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot, desk, open_window, tmp_path: Path):
    desk.scan_options["ocr"] = OcrSettings(mode=OcrMode.NEVER).to_json()
    with pymupdf.open() as made:
        for number in range(12):
            made.new_page().insert_text((72, 72), f"Sheet {number + 1}")
        made.set_toc([[1, "Preface", 1], [1, "Findings", 5], [2, "More", 9]])
        made.set_page_labels([{"startpage": 0, "style": "r", "firstpagenum": 1},
                              {"startpage": 4, "prefix": "A-", "style": "D", "firstpagenum": 1}])
        made.save(tmp_path / "labels.pdf")
    desk.intake.add(tmp_path / "labels.pdf")
    window = open_window(desk)
    qtbot.waitUntil(lambda: window.parts.outline.labels != (), timeout=WAIT)
    return window


def test_labels_stand_in_the_status_line_and_lead_to_their_page(qtbot, window):
    assert window.status.page.text().startswith("page i (1 of 12)")
    for typed, page in (("A-2", 6), ("III", 3), ("12", 12), ("a-8", 12)):
        window.action_table["view.go_to_page"].trigger()
        dialog = window.findChildren(QInputDialog)[-1]
        assert "i to A-8" in dialog.labelText()
        dialog.setTextValue(typed)
        dialog.accept()
        assert window.page.current_page == page
        qtbot.waitUntil(lambda page=page: window.parts.pictures.current == page)
    window.action_table["view.go_to_page"].trigger()
    dialog = window.findChildren(QInputDialog)[-1]
    dialog.setTextValue("B-9")
    dialog.accept()
    assert window.page.current_page == 12
    assert "no page B-9" in window.message_bar.text


def test_pages_and_bookmarks_go_along_with_the_page_view(qtbot, window):
    window.action_table["view.bookmarks"].trigger()
    assert window.focusWidget() is window.parts.bookmarks.view
    index = window.parts.bookmarks.model.index(0, 0, window.parts.bookmarks.model.index(1, 0))
    window.parts.bookmarks.view.setCurrentIndex(index)
    QTest.keyClick(window.parts.bookmarks.view, Qt.Key.Key_Return)
    assert window.page.current_page == 9
    qtbot.waitUntil(lambda: window.parts.pictures.current == 9)
    window.action_table["view.pictures"].trigger()
    assert window.focusWidget() is window.parts.pictures
    QTest.keyClick(window.parts.pictures, Qt.Key.Key_Home)
    assert window.page.current_page == 1
    assert window.parts.bookmarks.view.currentIndex().data() == "Preface"
    held = window.parts.pictures.thumbnails
    qtbot.waitUntil(lambda: not held.is_waiting and held.bytes_held > 0, timeout=WAIT)
    qtbot.waitUntil(lambda: "released in full" in window.parts.pictures._spoken(1), timeout=WAIT)


def test_titles_of_bookmarks_are_in_no_log(qtbot, window, desk):
    text = (desk.folder / "review.db").read_bytes() + b"".join(
        p.read_bytes() for p in desk.folder.glob("review.db-*"))
    assert b"Sheet" in text, "the search holds what stands on the pages"
    assert b"Findings" not in text and "Findings" not in window.windowTitle()
