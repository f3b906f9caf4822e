"""What colleagues tell one another about a span: in the workspace and its log, and in nothing that leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from review_app.domain.errors import RuleBroken
from review_app.domain.findings import SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.people import Role
from review_app.domain.releases import Settings
from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import Origin
from review_app.review.desk import Desk
from review_app.review.seeking import Mode, Query
from tests.unit.review.conftest import DOCUMENT, Case

SECRET = "Zwiebelturm"


def _inner(case: Case) -> list[str]:
    return [s.internal_note for s in case.desk.spans(DOCUMENT)]


def _said_in(path: Path, word: str) -> bool:
    """Whether a file holds a word: as bytes, in a string of a PDF or in one of its streams."""
    forms = (word.encode(), word.encode("utf-16-be"), word.encode("utf-16-be").hex().encode())
    if any(form in path.read_bytes() for form in forms):
        return True
    if path.suffix != ".pdf":
        return False
    with pikepdf.open(path) as pdf:
        for found in pdf.objects:
            if any(form in found.unparse(resolved=True) or word in str(found) for form in forms):
                return True
            if isinstance(found, pikepdf.Stream) and any(form in _unpacked(found) for form in forms):
                return True
    return False


def _unpacked(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:  # a picture, which holds no words of ours
        return b""


def test_an_internal_note_is_one_entry_for_all_spans_and_can_be_undone(case: Case) -> None:
    case.desk.marking.annotate("sp-1", "for everybody")
    case.desk.marking.annotate_internally(["sp-1", "sp-2"], "  ask the embassy ")
    assert _inner(case) == ["ask the embassy"] * 2
    assert [s.note for s in case.desk.spans(DOCUMENT)] == ["for everybody", ""]
    assert all(s.is_touched for s in case.desk.spans(DOCUMENT))
    case.desk.marking.annotate_internally(["sp-2"], "")
    assert _inner(case) == ["ask the embassy", ""]
    assert not case.desk.marking.annotate_internally(["sp-1", "sp-1"], "ask the embassy"), "nothing changed"
    case.desk.history.undo()
    case.desk.history.undo()
    assert _inner(case) == ["", ""]
    case.desk.history.redo()
    assert _inner(case) == ["ask the embassy"] * 2
    entry = case.desk.history.of_span("sp-1")[2]
    assert entry.action == "span.noted_internally" and len(case.desk.log.spans_at(DOCUMENT, entry.seq)) == 2
    assert case.desk.log.spans_at(DOCUMENT, entry.seq)[0].internal_note == "ask the embassy"
    assert case.desk.log.spans_at(DOCUMENT, entry.seq - 1)[0].internal_note == ""
    assert case.desk.history.verify() == []


def test_what_was_proposed_takes_an_internal_note_and_an_auditor_writes_none(case: Case) -> None:
    case.desk.marking.confirm(["sp-1"])
    case.desk.proposals.propose(["sp-1"])
    with pytest.raises(RuleBroken, match="stays as it is"):
        case.desk.marking.annotate("sp-1", "x")
    case.desk.marking.annotate_internally(["sp-1"], "why do we cite this?")
    assert _inner(case) == ["why do we cite this?", ""]
    case.desk._session.role = Role.AUDITOR
    with pytest.raises(RuleBroken, match="auditor"):
        case.desk.marking.annotate_internally(["sp-1"], "seen")
    assert _inner(case) == ["why do we cite this?", ""]


def test_a_removed_mark_takes_its_internal_note_along_and_undo_brings_both_back(case: Case) -> None:
    span_id = case.desk.marking.draw(DOCUMENT, 1, [Rect(72, 300, 200, 312)])
    case.desk.marking.annotate_internally([span_id], "ours")
    case.desk.marking.remove([span_id])
    assert len(_inner(case)) == 2
    case.desk.history.undo()
    assert [s.internal_note for s in case.desk.spans(DOCUMENT) if s.id == span_id] == ["ours"]
    assert case.desk.history.verify() == []


@pytest.fixture
def memo(tmp_path: Path, seeds: Path):
    """The sample memo with a mark that has both notes."""
    with Desk.open(tmp_path / "w", "M. Ortiz") as desk:
        memo = desk.intake.add(seeds / "1992-briefing-memo.txt").document_id
        query = Query(Mode.PHRASE, phrases=("verify Chinese investigations",))
        hits: list = []
        desk.seeking.find(query, [memo], hits.extend)
        desk.seeking.mark(query, hits, codes=["(b)(6)"], note="Kirchturm")
        desk.marking.annotate_internally([s.id for s in desk.spans(memo)], f"the {SECRET} told us")
        yield desk, memo


def _write_all(desk: Desk, memo: str) -> list[Path]:
    desk.exporting.annotated(memo)
    draft = desk.releases.draft(memo)
    desk.releases.make(draft, desk.releases.plan(draft), Settings(), knows_open=True)
    return sorted(p for p in desk.exports_folder.iterdir() if p.is_file())


def test_no_copy_and_no_certificate_holds_an_internal_note(memo, tmp_path: Path) -> None:
    desk, document = memo
    files = _write_all(desk, document)
    assert sorted(p.suffix for p in files) == [".json", ".pdf", ".pdf"]
    assert [p.name for p in files if _said_in(p, SECRET)] == []
    # The check sees words where they are: the other note is in the annotated copy, and only there.
    assert ["annotated" in p.name for p in files if _said_in(p, "Kirchturm")] == [True]
    marked = [s for s in desk.spans(document) if s.origin is Origin.REVIEWER]
    assert SECRET not in json.dumps([s.to_finding().to_json() for s in desk.spans(document)])
    assert marked[0].internal_note == f"the {SECRET} told us"
    log = desk.log.export(range(desk.history.head().seq, 0, -1), tmp_path / "log.json")
    assert _said_in(log, SECRET), "the log holds all that was written"


def test_an_internal_note_in_a_copy_would_be_noticed(memo, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, document = memo
    honest = SpanRow.to_finding

    def leaks(row: SpanRow) -> SpanFinding:
        return replace(honest(row), note=f"{row.note} {row.internal_note}")

    monkeypatch.setattr(SpanRow, "to_finding", leaks)
    desk.exporting.annotated(document)
    assert [_said_in(p, SECRET) for p in desk.exports_folder.iterdir()] == [True]
