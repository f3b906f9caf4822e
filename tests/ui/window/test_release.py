"""A release copy through its window: preview, decisions, the file and its certificate, and no file."""

from __future__ import annotations

import hashlib
import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from review_app.domain.vocabulary import Origin
from review_app.review.seeking import Mode, Query

WAIT = 60_000
Left = Qt.MouseButton.LeftButton
PHRASE = "verify Chinese investigations"


@pytest.fixture
def memo(desk, seeds):
    return desk.intake.add(seeds / "1992-briefing-memo.txt").document_id


@pytest.fixture
def mark(desk, memo):
    """A phrase of the memo is marked, with a code."""
    query = Query(Mode.PHRASE, phrases=(PHRASE,))
    hits = []
    desk.seeking.find(query, [memo], hits.extend)
    desk.seeking.mark(query, hits, codes=["(b)(6)"])
    return next(s for s in desk.spans(memo) if s.origin is Origin.REVIEWER)


@pytest.fixture
def window(qtbot, desk, mark, open_window):
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    return window


@pytest.fixture
def dialog(window, qtbot):
    window.action_table["export.release"].trigger()
    dialog = window.commands.release.dialog
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.preview, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    yield dialog
    dialog.close()


def release(qtbot, window, dialog):
    QTest.mouseClick(dialog.preview.release, Left)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.result, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)


def text_of(path):
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def files(desk):
    return sorted(p.name for p in desk.exports_folder.iterdir())


def test_the_sample_memo_is_released_with_its_certificate(qtbot, window, desk, memo, dialog):
    preview = dialog.preview
    model = preview.model
    assert model.rowCount() == 1
    row = [model.index(0, n).data() for n in range(model.columnCount())]
    assert row[model.CODES] == "(b)(6)" and "Chinese" in row[model.WORDS]
    assert [p.text for p in preview.points] == [
        "Suggestions nobody has decided about, left as they are: 2"]
    assert not preview.release.isEnabled()
    preview.knows.setChecked(True)
    release(qtbot, window, dialog)
    assert dialog.result.text.text().startswith("✓ The release copy is written: "), dialog.result.text.text()
    copy, paper = desk.exports_folder / "1992-briefing-memo.release.pdf", desk.exports_folder / (
        "1992-briefing-memo.release.certificate.json")
    assert files(desk) == [paper.name, copy.name]
    assert "Chinese investigations" not in text_of(copy) and "(b)(6)" in text_of(copy)
    found = json.loads(paper.read_text(encoding="utf-8"))
    assert found["passed"] and found["sha256"] == hashlib.sha256(copy.read_bytes()).hexdigest()
    assert found["original_sha256"] == desk.document(memo).sha256 and found["file"] == copy.name
    entry = desk.history.log(limit=1)[0]
    assert entry.action == "export.release" and found["audit_head"]["seq"] == entry.seq - 1
    rows = {c["after"].get("kind", c["table"]): c["after"] for c in entry.changes}
    assert rows["release"]["sha256"] == found["sha256"]
    assert rows["certificate"]["sha256"] == hashlib.sha256(paper.read_bytes()).hexdigest()
    assert rows["verifications"]["known_open"] == '{"undecided":2}'
    assert desk.history.verify() == []
    dialog.close()
    assert model.rowCount() == 0 and "Chinese" not in json.dumps(entry.changes) + paper.read_text("utf-8")
