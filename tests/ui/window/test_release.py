"""A release copy through its window: preview, decisions, the file and its certificate, and no file."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from review_app.domain.errors import RuleBroken
from review_app.domain.geometry import Rect
from review_app.domain.guessing import Elsewhere, Gap, Guessability, Kind
from review_app.domain.vocabulary import Origin
from review_app.review import releasing
from review_app.review.releasing import Pool
from review_app.review.seeking import Mode, Query
from review_app.ui.dialogs.people import ReasonDialog

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
    assert dialog.result.text.height() < dialog.height() // 2, "it stands at the top, not in the middle"
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


def test_where_something_goes_wrong_no_file_is_left(qtbot, window, desk, memo, dialog, tmp_path, monkeypatch):
    """Stopped half-way, nowhere to write, and a maker that removes nothing: the real attack finds that."""
    preview, result = dialog.preview, dialog.result
    preview.knows.setChecked(True)
    QTest.mouseClick(preview.release, Left)
    qtbot.waitUntil(lambda: dialog.running.step is not None, timeout=WAIT)
    QTest.keyClick(dialog.running.stop, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is result, timeout=WAIT)
    assert result.text.text() == "Stopped. No file was written." and files(desk) == []
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)

    QTest.mouseClick(result.back, Left)
    QTest.mouseClick(preview.release, Left)
    qtbot.waitUntil(lambda: dialog.running.step is not None, timeout=WAIT)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    assert "was stopped; no file was written" in window.message_bar.text and files(desk) == []
    window.action_table["export.release"].trigger()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is preview, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    preview.knows.setChecked(True)
    QTest.mouseClick(preview.release, Left)
    qtbot.waitUntil(lambda: dialog.running.step is not None, timeout=WAIT)
    QTest.keyClick(dialog.running.stop, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is result, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)

    QTest.mouseClick(result.back, Left)
    preview.out = tmp_path / "gone" / "copy.pdf"
    release(qtbot, window, dialog)
    assert "there is no folder" in result.text.text() and not preview.out.parent.exists()

    original = desk._session.original(desk.document(memo))
    releasing.release(original, tmp_path / "whole.pdf", {"spans": []})
    bare = Pool.ask

    def ask(pool, task, params, **rest):
        if task == "verify":
            Path(params["path"]).write_bytes((tmp_path / "whole.pdf").read_bytes())
        return bare(pool, task, params, **rest)

    monkeypatch.setattr(Pool, "ask", ask)
    QTest.mouseClick(result.back, Left)
    preview.out = tmp_path / "copy.pdf"
    release(qtbot, window, dialog)
    assert result.text.text().startswith("✖ No file was written. The release copy did not pass verification")
    assert not preview.out.exists() and not (tmp_path / "copy.certificate.json").exists()
    assert files(desk) == [] and "Chinese" not in " ".join(p.text for p in result.places)
    mark = next(s for s in desk.spans(memo) if s.origin is Origin.REVIEWER)
    assert mark.id in {p.mark for p in result.places}
    window.current.select(())
    window.page.go_to_page(1)
    result.list.setCurrentRow(next(n for n, p in enumerate(result.places) if p.mark == mark.id))
    QTest.keyClick(result.list, Qt.Key.Key_Return)
    assert window.current.selected_ids == (mark.id,)
    assert not [e for e in desk.history.log(limit=50) if e.action == "export.release"]


def test_gaps_and_second_persons_are_settled_first_and_reasons_are_logged(
        qtbot, window, desk, memo, mark, dialog):
    preview, releases = dialog.preview, desk.releases
    preview.knows.setChecked(True)
    assert preview.release.isEnabled()
    desk.proposals.propose([mark.id])
    assert preview.points[0].stops and preview.points[0].ids == (mark.id,)
    assert not preview.release.isEnabled()
    with pytest.raises(RuleBroken, match="not approved"):
        releases.make(preview.draft, preview.plan, preview.settings, knows_open=True)
    desk.proposals.withdraw([mark.id])

    # A plan in which the gap tells the word, as a reader's list might have it.
    red = Guessability(entries=100, fits=2, prior_bits=6, bits=1, rank=1, share=0.5)
    [planned] = preview.plan.marks
    plan = replace(preview.plan, marks=(replace(
        planned, kind=Kind.NAME, default=Gap.KEEP, defences=tuple(
        replace(d, guess=red if d.gap is Gap.KEEP else d.guess, refused="") for d in planned.defences)),))
    preview.show_plan(releases.draft(memo), plan, releases.suggestion(memo))
    assert "red" in preview.points[0].line or "red" in preview.model.guess(0)
    assert not preview.release.isEnabled() and preview.accept.isEnabled()
    QTest.mouseClick(preview.accept, Left)
    question = dialog.findChild(ReasonDialog)
    QTest.keyClicks(question.reason, "the report is public")
    QTest.mouseClick(question.buttons.button(question.buttons.StandardButton.Ok), Left)
    assert preview.release.isEnabled() and not any(p.stops for p in preview.points)
    entry = desk.history.log(limit=1)[0]
    assert entry.action == "release.gaps" and entry.changes[0]["after"]["reason"] == "the report is public"
    assert desk.history.undo_text() == "decide about gaps"
    window.action_table["edit.undo"].trigger()
    assert not preview.release.isEnabled() and preview.draft.choices == {}
    assert [preview.gap.itemData(n) for n in range(preview.gap.count())] == [
        str(g) for g in (Gap.CONSTANT, Gap.ROUND, Gap.LINE, Gap.KEEP)]
    preview.gap.activated.emit(preview.gap.findData(str(Gap.LINE)))
    assert preview.draft.choices[mark.id].gap is Gap.LINE and preview.release.isEnabled()
    QTest.mouseClick(preview.picture, Left)
    assert preview.settings.raster_pages == {mark.page} and preview.model.gap(0) is Gap.LINE


def test_the_documents_of_a_case_that_are_settled_are_released_together(
        qtbot, window, desk, memo, mark, tmp_path):
    """One document is settled, one has suggestions nobody decided about. Several children: some seconds."""
    (tmp_path / "note.txt").write_text("a note about the harbour\n", encoding="utf-8")
    note = desk.intake.add(tmp_path / "note.txt").document_id
    desk.marking.cite([desk.marking.draw(note, 1, [Rect(60, 60, 400, 84)])], ["(b)(5)"])
    window.action_table["export.release_case"].trigger()
    assert window.commands.release_case.dialog is None  # under no case
    desk.filing.file_under([memo, note], "F-2024-00007")
    window.action_table["export.release_case"].trigger()
    dialog = window.commands.release_case.dialog
    assert dialog.list.count() == 2 and "F-2024-00007" in dialog.text.text()
    QTest.mouseClick(dialog.start, Left)
    qtbot.waitUntil(lambda: dialog.text.text().startswith("Release copies written: 1 of 2"), timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    lines = sorted(dialog.list.item(n).text() for n in range(2))
    assert lines[0].startswith("✓  note.txt: Verified: 1 mark removed")
    assert lines[1].startswith("✖  1992-briefing-memo.txt: Left open: suggestions nobody has")
    assert files(desk) == ["note.release.certificate.json", "note.release.pdf"]
    row = next(n for n in range(2) if "note" in dialog.list.item(n).text())
    dialog.list.setCurrentRow(row)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert window.current.document.id == note
    dialog.close()


def test_words_that_also_stand_unmarked_want_a_decision(qtbot, window, desk, memo, mark, dialog):
    """Shown one after the other, marked too with one button, or known before the copy is made."""
    preview, releases = dialog.preview, desk.releases
    there = tuple(
        Elsewhere(mark.id, page, Rect(100, y, 160, y + 12), "Chinese") for page, y in ((1, 90), (2, 60)))
    preview.show_plan(releases.draft(memo), replace(preview.plan, elsewhere=there), releases.suggestion(memo))
    row = next(n for n, p in enumerate(preview.points) if p.places)
    assert preview.points[row].line.startswith("▲ Places where words that go also stand, unmarked")
    assert preview.points[row].text.endswith(": 2") and not preview.release.isEnabled()
    assert not preview.mark_too.isVisible()
    preview.list.setCurrentRow(row)
    assert preview.mark_too.isVisible() and preview.settle.text() == "&Show the first"
    QTest.keyClick(preview.list, Qt.Key.Key_Return)
    assert window.page.current_page == 1 and preview.settle.text() == "&Show the next (2 of 2)"
    QTest.mouseClick(preview.settle, Left)
    assert window.page.current_page == 2
    with pytest.raises(RuleBroken, match=r"also stand unmarked \(2\)"):
        releases.make(preview.draft, preview.plan, preview.settings)
    preview.knows.setChecked(True)
    assert preview.release.isEnabled()

    before = {s.id for s in desk.spans(memo)}
    QTest.mouseClick(preview.mark_too, Left)
    qtbot.waitUntil(lambda: not window.status.is_busy and preview.model.rowCount() == 3, timeout=WAIT)
    made = [s for s in desk.spans(memo) if s.id not in before]
    assert [(s.page, [c.code for c in s.codes]) for s in made] == [(1, ["(b)(6)"]), (2, ["(b)(6)"])]
    assert not any(p.places for p in preview.points)  # another plan was read
    window.action_table["edit.undo"].trigger()
    assert {s.id for s in desk.spans(memo)} == before
    qtbot.waitUntil(lambda: not window.status.is_busy and preview.model.rowCount() == 1, timeout=WAIT)


@pytest.mark.skipif(sys.platform != "linux", reason="kills by signal; /sys is a folder nobody can write to")
def test_a_killed_child_and_a_folder_that_takes_nothing_are_said_and_leave_no_file(
        qtbot, window, desk, memo, dialog, monkeypatch):
    """Each child in turn, the maker and the attacker, while it works; then a folder without permission."""
    preview, result = dialog.preview, dialog.result
    preview.knows.setChecked(True)
    bare = Pool.ask
    victim = ""

    def ask(pool, task, params, **rest):
        if task != victim:
            return bare(pool, task, params, **rest)
        bare(pool, "ping", {})
        told = rest.pop("on_progress", None)

        def on_progress(done, total):
            os.kill(pool.pids[0], signal.SIGKILL)
            if told is not None:
                told(done, total)

        return bare(pool, task, params, on_progress=on_progress, **rest)

    monkeypatch.setattr(Pool, "ask", ask)
    for victim in ("redact", "verify"):
        release(qtbot, window, dialog)
        assert result.text.text().startswith("✖ No file was written. "), victim
        assert "SIGKILL" in result.text.text() and files(desk) == []
        QTest.mouseClick(result.back, Left)
    victim = ""
    preview.out = Path("/sys/copy.pdf")
    release(qtbot, window, dialog)
    assert result.text.text().startswith("✖ No file was written. ") and files(desk) == []
    assert not preview.out.exists() and not any(Path("/sys").glob("*copy*"))
    assert not [e for e in desk.history.log(limit=50) if e.action == "export.release"]
    QTest.mouseClick(result.back, Left)
    preview.out = None
    release(qtbot, window, dialog)
    assert len(files(desk)) == 2, "and then it works"


def test_what_failed_is_said_in_the_window_without_words_of_the_command_line(
        qtbot, window, desk, memo, dialog, tmp_path, monkeypatch):
    original = desk._session.original(desk.document(memo))
    releasing.release(original, tmp_path / "whole.pdf", {"spans": []})
    bare = Pool.ask

    def ask(pool, task, params, **rest):
        if task == "verify":
            Path(params["path"]).write_bytes((tmp_path / "whole.pdf").read_bytes())
        return bare(pool, task, params, **rest)

    monkeypatch.setattr(Pool, "ask", ask)
    told = []
    problems = window.commands.release._problems
    monkeypatch.setattr(problems, "report", lambda error, name: told.append(str(error)))
    dialog.preview.knows.setChecked(True)
    release(qtbot, window, dialog)
    assert len(told) == 1 and "did not pass verification" in told[0] and "pictures" in told[0]
    assert "--" not in told[0] + dialog.result.text.text()
