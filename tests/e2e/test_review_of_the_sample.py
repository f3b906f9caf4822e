"""A whole review of the sample memo, from opening to export, as a reviewer does it.

Read it as documentation: each step says what the reviewer wants, which key does it, and what is then
true. Everything is real: the window, the store, the child processes, the exported PDF.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="Qt cannot be loaded here", exc_type=ImportError)

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from review_app.domain.vocabulary import ExemptionStatus, Kind, Origin, Status, Verdict
from review_app.review.desk import Desk
from review_app.ui.bridge import Bridge
from review_app.ui.main_window import MainWindow

WAIT = 30_000


class Reviewer:
    """Hands on keyboard and mouse, and eyes on the window."""

    def __init__(self, qtbot, desk: Desk) -> None:
        self._qtbot = qtbot
        self._bridge = Bridge()
        self.window = MainWindow(desk, self._bridge)
        self._bridge.attach(desk)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.waits_until_idle()

    def presses(self, keys: str) -> None:
        target = self.window.focusWidget() or self.window
        QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))

    def types(self, text: str) -> None:
        QTest.keyClicks(self.window.focusWidget(), text)

    def drags_on_the_page(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        view = self.window.page.viewport()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(*start))
        QTest.mouseMove(view, QPoint((start[0] + end[0]) // 2, (start[1] + end[1]) // 2))
        QTest.mouseMove(view, QPoint(*end))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(*end))

    def goes_back_to_the_window(self) -> None:
        with self._qtbot.waitActive(self.window):
            self.window.activateWindow()

    def waits_until_idle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.window.status.is_busy, timeout=WAIT)

    def waits_for(self, condition) -> None:
        self._qtbot.waitUntil(condition, timeout=WAIT)

    def leaves(self) -> None:
        self.presses("Ctrl+Q")
        self._qtbot.waitUntil(self.window.isHidden, timeout=WAIT)
        assert self._bridge.shutdown()
        self.window.deleteLater()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "workspace", "M. Ortiz") as desk:
        yield desk


def test_review_of_the_sample(qtbot, desk: Desk, seeds: Path, tmp_path: Path) -> None:
    reviewer = Reviewer(qtbot, desk)
    window = reviewer.window

    # The workspace is empty. Two files come in, as when they are dropped on the window.
    window.commands.add_files([seeds / "1992-briefing-memo.txt", seeds / "1993-news-article.txt"])
    reviewer.waits_for(lambda: len(window.current.documents) == 2)
    reviewer.waits_until_idle()
    memo, article = desk.documents()
    assert (memo.undecided_count, article.span_count) == (2, 0)

    # The memo is on the page view; the program suggests two passages that the agency withheld.
    assert window.windowTitle().startswith("1992-briefing-memo.txt")
    first, second = window.current.spans
    for span in (first, second):
        assert (span.kind, span.origin, span.status) == (Kind.BLANK, Origin.AGENCY, Status.SUGGESTED)
        assert span.exemption_status is ExemptionStatus.NOT_STATED, "no code is printed: unknown, never none"

    # The record says who released it, when, and under which case.
    record = {str(f.field): f.value for f in window.current.record}
    assert record["case_id"] == "90019152"
    assert record["review_date"] == "1996-06-17"
    assert record["disposition"] == "released_in_part"

    # N: the first undecided span. Table, page and details show the same one.
    reviewer.presses("N")
    assert window.current.selected_ids == (first.id,)
    assert window.page.selected == (first.id,)
    assert [i.row() for i in window.spans.view.selectionModel().selectedRows()] == [0]
    assert window.inspector.codes.text() == ""

    # C: it is a withheld span. S: and this review keeps it withheld.
    reviewer.presses("C")
    reviewer.presses("S")
    assert desk.spans(memo.id)[0].status is Status.CONFIRMED
    assert desk.spans(memo.id)[0].decision.verdict is Verdict.SUSTAIN

    # N, X: the second one is taken for an empty space. On second thought it is not: Ctrl+Z, then C.
    reviewer.presses("N")
    reviewer.presses("X")
    assert desk.spans(memo.id)[1].status is Status.REJECTED
    reviewer.presses("Ctrl+Z")
    assert desk.spans(memo.id)[1].status is Status.SUGGESTED
    reviewer.presses("C")
    assert not [s for s in desk.spans(memo.id) if s.is_undecided]

    # D: draw a passage that should have been withheld, with the mouse.
    reviewer.presses("Ctrl+G")
    question = window.findChild(QInputDialog)
    question.setTextValue("1")
    question.accept()
    reviewer.presses("D")
    middle = window.page.viewport().width() // 2
    reviewer.drags_on_the_page((middle - 150, 220), (middle + 100, 260))
    mark = next(s for s in desk.spans(memo.id) if s.origin is Origin.REVIEWER)
    assert window.current.selected_ids == (mark.id,)
    reviewer.presses("V")

    # E: cite the code. W: say why. Both go back to the page when they are done.
    reviewer.presses("E")
    reviewer.types("(b)(1)")
    reviewer.presses("Return")
    reviewer.presses("W")
    reviewer.types("names a source")
    reviewer.presses("Ctrl+Return")
    mark = next(s for s in desk.spans(memo.id) if s.id == mark.id)
    assert [c.code for c in mark.codes] == ["(b)(1)"]
    assert mark.note == "names a source"

    # Three steps back and three forward: nothing is lost, and every step is an entry of its own.
    entries = desk.history.head().seq
    for _ in range(3):
        reviewer.presses("Ctrl+Z")
    assert mark.id not in {s.id for s in desk.spans(memo.id)}
    for _ in range(3):
        reviewer.presses("Ctrl+Shift+Z")
    again = next(s for s in desk.spans(memo.id) if s.id == mark.id)
    assert (again.note, [c.code for c in again.codes]) == ("names a source", ["(b)(1)"])
    assert desk.history.head().seq == entries + 6

    # Ctrl+E: the annotated copy, in the background.
    reviewer.presses("Ctrl+E")
    reviewer.waits_until_idle()
    exported = desk.exports_folder / "1992-briefing-memo.annotated.pdf"
    assert exported.read_bytes().startswith(b"%PDF-")
    assert str(exported) in window.message_bar.text

    # Ctrl+L: the log has it all, and it verifies.
    reviewer.presses("Ctrl+L")
    log = window.shelf.dialog("log")
    assert log.model.index(0, 3).data() == "export annotated copy"
    QTest.mouseClick(log.verify, Qt.MouseButton.LeftButton)
    reviewer.waits_for(lambda: log.outcome.text().startswith("✓"))
    log.close()
    reviewer.goes_back_to_the_window()

    # Ctrl+Q. Tomorrow everything is as it was left.
    reviewer.leaves()
    assert desk.history.verify() == []
    assert {s.status for s in desk.spans(memo.id)} == {Status.CONFIRMED}

    # The copy reads back as the same spans: another reviewer gets what this one decided.
    assert _spans_of(exported, tmp_path) == _spans_of_desk(desk, memo.id)


def _spans_of_desk(desk: Desk, document_id: str) -> list[tuple[int, str, list[str]]]:
    return [(s.page, str(s.kind), [c.code for c in s.codes]) for s in desk.spans(document_id)]


def _spans_of(exported: Path, tmp_path: Path) -> list[tuple[int, str, list[str]]]:
    with Desk.open(tmp_path / "second", "colleague") as other:
        added = other.intake.add(exported)
        return _spans_of_desk(other, added.document_id)
