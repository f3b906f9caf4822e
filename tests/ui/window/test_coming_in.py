"""Documents that come in: there at once, scanned where one looks, replaced by what is recorded."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.domain.vocabulary import Arrival
from review_app.review import scan_request
from review_app.review.changes import Changes
from review_app.review.forms import dumps
from review_app.review.incoming import Incoming
from review_app.store.journal import Change
from review_app.ui.models.rows import ACCESSIBLE

WAIT = 60_000
PAGES = 30


def press(window, keys: str) -> None:
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


@pytest.fixture
def desk(desk):
    """Nothing is recognised on these pages: what looks like type on them is none, and it takes seconds."""
    desk.scan_options["ocr"] = OcrSettings(mode=OcrMode.NEVER).to_json()
    return desk


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty scanned pages, each with lines like print and one black box, nowhere twice at the same place."""
    path = tmp_path_factory.mktemp("scans") / "thirty.pdf"
    random = np.random.default_rng(7)
    with pymupdf.open() as document:
        for number in range(PAGES):
            paper = np.full((1650, 1275), 255, np.uint8)
            for top in range(150, 1500, 33):  # rows of short strokes, as a photocopy of type has them
                for left in range(150, 1100, 14):
                    if random.random() < 0.8:
                        paper[top:top + 16, left:left + 3] = 0
                        paper[top + 6:top + 8, left:left + 9] = 0
            top, left = 180 + 37 * number, 160 + 11 * number
            paper[top:top + 90, left:left + 420] = 0
            picture = io.BytesIO()
            Image.fromarray(paper).convert("1").save(picture, "PNG")
            page = document.new_page(width=612, height=792)
            page.insert_image(page.rect, stream=picture.getvalue())
        document.save(path)
    return path


def pages_in_order(window) -> list[int]:
    """The pages of provisional findings, in the order in which they came to the views."""
    order: list[int] = []

    def note(rows) -> None:
        order.extend(n for n in sorted({s.page for s in rows if s.is_provisional}) if n not in order)

    window.current.spans_changed.connect(note)
    return order


def add_and_go_to(window, qtbot, path: Path, page: int) -> None:
    window.current.document_changed.connect(lambda row: row is not None and window.page.go_to_page(page))
    window.commands.add_files([path])
    qtbot.waitUntil(lambda: window.current.document is not None, timeout=WAIT)


def recorded(window) -> bool:
    document = window.current.document
    return document is not None and document.coming is None and not window.status.is_busy


def test_the_page_one_looks_at_is_scanned_before_those_in_front_of_it(qtbot, desk, open_window, scan):
    window = open_window(desk)
    order = pages_in_order(window)
    add_and_go_to(window, qtbot, scan, 20)
    assert window.current.document.coming.state in (Arrival.WAITING, Arrival.SCANNING)
    assert window.page.page_count == PAGES and window.page.current_page == 20
    qtbot.waitUntil(lambda: 20 in order, timeout=WAIT)
    assert order[0] == 20 and 10 not in order and desk.documents() == []
    assert "decide when all are read" in window.document_bar.text
    qtbot.waitUntil(lambda: window.page.pictures.bytes_held > 0, timeout=WAIT)
    # What is found so far is listed and can be selected, but nobody can decide about it yet.
    early = next(s for s in window.current.spans if s.page == 20)
    window.current.select([early.id])
    row = window.spans.model.row_of(early.id)
    assert window.spans.model.index(row, window.spans.model.STATUS).data() == "… found so far"
    for action in ("review.confirm", "review.sustain", "mark.cite", "mark.draw_tool", "export.annotated"):
        assert not window.action_table[action].isEnabled(), action
    assert not window.inspector.codes.isEnabled()
    at = window.page.verticalScrollBar().value()
    qtbot.waitUntil(lambda: recorded(window), timeout=WAIT)
    # The recorded span has taken the place of the early one, and nothing on screen moved.
    chosen = window.current.selected
    assert [s.page for s in chosen] == [20] and not chosen[0].is_provisional
    assert window.page.selected == (chosen[0].id,) and window.page.verticalScrollBar().value() == at
    assert window.action_table["review.confirm"].isEnabled()
    assert window.document_bar.isHidden() or "decide when all are read" not in window.document_bar.text
    assert [d.id for d in desk.documents()] == [window.current.document.id]


def test_a_scan_that_nobody_steers_would_be_noticed(qtbot, desk, open_window, scan, monkeypatch):
    monkeypatch.setattr(Incoming, "wanted", lambda *_: ())
    window = open_window(desk)
    order = pages_in_order(window)
    add_and_go_to(window, qtbot, scan, 20)
    qtbot.waitUntil(lambda: 20 in order or recorded(window), timeout=WAIT)
    assert 20 not in order
    press(window, "Ctrl+Shift+.")
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)


def test_a_document_that_waits_is_scanned_when_somebody_looks_at_it(qtbot, desk, open_window, scan, seeds):
    window = open_window(desk)
    add_and_go_to(window, qtbot, scan, 1)
    long_one = window.current.document.id
    window.page.setFocus()
    window.commands.add_files([seeds / "1992-briefing-memo.txt"])
    window.commands._shows_next = False  # as if somebody typed: the long one stays on screen
    qtbot.waitUntil(lambda: len(window.current.documents) == 2, timeout=WAIT)
    memo = next(d for d in window.current.documents if d.name == "1992-briefing-memo.txt")
    assert memo.coming.state is Arrival.WAITING
    window.current.show_document(memo.id)
    qtbot.waitUntil(lambda: window.current.document.coming is None, timeout=WAIT)
    states = {d.name: d.coming.state for d in window.current.documents if d.coming is not None}
    assert states == {"thirty.pdf": Arrival.SCANNING}, "the long one goes on meanwhile"
    assert len(window.current.spans) == 2 and desk.incoming.document(long_one) is not None
    press(window, "Ctrl+.")
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert [d.name for d in window.current.documents] == ["1992-briefing-memo.txt"]


def test_a_search_says_what_it_cannot_search_yet(qtbot, desk, open_window, scan, seeds):
    desk.intake.add(seeds / "1992-briefing-memo.txt")
    window = open_window(desk)
    window.commands.add_files([scan])
    qtbot.waitUntil(lambda: any(d.coming for d in window.current.documents), timeout=WAIT)
    coming = next(d for d in window.current.documents if d.coming)
    window.current.show_document(coming.id)
    window.action_table["edit.find"].trigger()
    finder = window.finder
    QTest.keyClicks(finder.line, "xyzzy")
    QTest.keyClick(finder.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Nothing found" in finder._count.text(), timeout=WAIT)
    assert "not all read yet" in finder._count.text(), "nobody may take it for searched"
    finder.everywhere.click()
    finder.line.setText("Beijing")
    QTest.keyClick(finder.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: finder.hits.count() > 0, timeout=WAIT)
    assert "1 document is not all read yet" in finder._count.text()
    window.commands.cancel_jobs()
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)


def test_a_document_can_be_dropped_while_it_is_scanned(qtbot, desk, open_window, scan):
    window = open_window(desk)
    add_and_go_to(window, qtbot, scan, 1)
    press(window, "Ctrl+Shift+.")
    qtbot.waitUntil(lambda: window.current.document is None and not window.status.is_busy, timeout=WAIT)
    assert window.documents.model.rowCount() == 0 and desk.history.head().seq == 0
    assert window.problems.problems == [], "what the user stopped is no problem"
    assert not list((desk.folder / "originals" / ".incoming").glob("*"))


@pytest.mark.parametrize("when", ["seen", "measured"])
def test_a_document_can_be_dropped_before_its_scan_begins(qtbot, desk, open_window, seeds, when, monkeypatch):
    window = open_window(desk)
    adding = window.commands.adding
    if when == "seen":
        adding.arrived.connect(adding.drop)
    else:  # between the end of the job that measured it and the news of that
        begin = desk.intake.begin

        def begin_and_drop(*args, **options):
            outcome = begin(*args, **options)
            desk.intake.drop(outcome.document_id)
            return outcome

        monkeypatch.setattr(desk.intake, "begin", begin_and_drop)
    window.commands.add_files([seeds / "1992-briefing-memo.txt"])
    qtbot.waitUntil(lambda: not adding._is_busy and not window.status.is_busy, timeout=WAIT)
    assert desk.incoming.documents() == [] and desk.history.head().seq == 0
    assert window.problems.problems == [], "what the user stopped is no problem"


def test_a_failed_scan_says_why_and_can_be_tried_again(qtbot, desk, open_window, seeds, monkeypatch):
    monkeypatch.setattr(scan_request, "SCAN_TIMEOUT_S", 0.0)
    window = open_window(desk)
    add_and_go_to(window, qtbot, seeds / "1992-briefing-memo.txt", 1)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert window.current.document.coming.state is Arrival.FAILED
    assert "took longer" in window.document_bar.text
    assert "not scanned" in window.documents.model.index(0, 0).data(ACCESSIBLE)
    assert len(window.problems.problems) == 1
    monkeypatch.undo()
    press(window, "F5")
    qtbot.waitUntil(lambda: recorded(window), timeout=WAIT)
    assert len(desk.documents()) == 1


def test_scanning_again_says_what_changed_and_undo_takes_it_back(qtbot, desk, open_window, seeds):
    memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    first, second = desk.spans(memo)
    desk.marking.reject([first.id])
    old = desk._session.row("spans", second.id)
    stale = {**old, "id": "sp-stale", "rects": dumps([[10, 10, 60, 20]]), "lines": dumps([1, 1])}
    desk._session.commit("document.page", [Change("spans", "sp-stale", None, stale)], Changes(),
                         actor="review-app")
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    press(window, "F5")
    assert not window.action_table["file.scan_again"].isEnabled(), "once at a time"
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert "scanned again: 0 new, 1 gone, 2 kept" in window.message_bar.text
    assert {s.id for s in window.current.spans} == {first.id, second.id}
    assert window.action_table["file.scan_again"].isEnabled()
    press(window, "Ctrl+Z")
    assert "sp-stale" in {s.id for s in window.current.spans}


def test_warnings_of_the_document_stand_above_the_page(qtbot, desk, open_window, seeds):
    memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
    before = desk._session.row("documents", memo)
    window = open_window(desk)
    assert window.document_bar.text == ""
    desk._session.commit("document.page", [Change("documents", memo, before, {
        **before, "warnings": dumps(["review_date lies before doc_date", "no text layer on page 2"])})],
        Changes(documents=frozenset({memo})), actor="review-app")
    assert window.document_bar.text == "Review_date lies before doc_date"
    window.document_bar.toggle()
    assert window.document_bar.text.splitlines()[1] == "No text layer on page 2"
    assert "2 warnings" in window.documents.model.index(0, 0).data(ACCESSIBLE)
