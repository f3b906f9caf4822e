"""Figures of what is stored, and their export: one entry, one file, and nothing when it goes wrong."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from review_app.domain.dispositions import PageDisposition
from review_app.domain.errors import (
    Cancelled,
    EnvironmentProblem,
    InputRefused,
    ReviewError,
    RuleBroken,
    UsageError,
)
from review_app.domain.people import Role
from review_app.domain.vocabulary import Verdict
from review_app.reports.writing import writer_for
from review_app.review.changes import Changes
from review_app.review.desk import Desk
from review_app.review.forms import dumps
from review_app.store.journal import Change

DOCUMENT = "doc-1"


def add(desk: Desk, number: int, *, pages: int = 1, spans: int = 0, case_id: str | None = None,
        name: str = "memo.pdf") -> str:
    """Record a document of so many pages, each with so many spans."""
    document = f"made-{number}"
    changes = [Change("documents", document, None, {
        "id": document, "case_id": case_id, "sha256": f"{number:064x}", "name": name,
        "media_type": "application/pdf", "page_count": pages, "disposition": "unknown", "state": "ready",
        "warnings": "[]", "added_at": f"2026-01-01T00:00:{number % 60:02d}Z",
    })]
    for page in range(1, pages + 1):
        changes.append(Change("pages", f"{document}.{page}", None, {
            "id": f"{document}.{page}", "document_id": document, "number": page, "width": 612.0,
            "height": 792.0, "disposition": "unknown"}))
        for i in range(spans):
            changes.append(Change("spans", f"{document}.{page}.{i}", None, {
                "id": f"{document}.{page}.{i}", "document_id": document, "page": page, "kind": "black_box",
                "origin": "agency", "status": "suggested", "confidence": 0.9, "band": "likely",
                "rects": dumps([[72, 90 + 40 * i, 540, 110 + 40 * i]]), "detector": "x", "evidence": "y",
                "exemption_status": "not_stated", "lines": None, "extent": None, "raw": "", "note": "",
                "author": "review-app", "at": "2026-01-01T00:00:00Z"}))
    desk._session.commit("document.added", changes, Changes(), actor="review-app", quiet=True)
    return document


def test_figures_of_a_document_follow_its_decisions(case) -> None:
    desk = case.desk
    share = 428 * 40 / (612 * 792)
    before = desk.overviews.of_documents([DOCUMENT])
    assert [p.amounts.agency_undecided for p in before.documents[0].pages] == [pytest.approx(share)] * 2
    desk.marking.confirm(["sp-1"])
    desk.marking.reject(["sp-2"])
    after = desk.overviews.of_documents([DOCUMENT]).documents[0]
    assert after.pages[0].amounts.agency == pytest.approx(share)
    assert after.pages[1].amounts.withheld == 0 and after.totals.rejected == 1
    assert after.state.derived == "released_in_part"
    desk.dispositions.set(DOCUMENT, [2], PageDisposition.DUPLICATE, "page 1")
    seq = desk.history.head().seq
    assert desk.overviews.of_documents([DOCUMENT]).documents[0].pages[1].state.disposition == "duplicate"
    past = desk.overviews.of_documents([DOCUMENT], seq=seq - 3).documents[0]
    assert past.totals.undecided == 2 and past.pages[1].state.disposition == "released_in_part"


def test_a_case_is_all_its_documents(case) -> None:
    desk = case.desk
    desk.filing.file_under([DOCUMENT], "F-2016/77")
    [row] = desk.cases()
    add(desk, 7, pages=3, spans=1, case_id=row.id)
    add(desk, 8, pages=9)
    found = desk.overviews.of_case(row.id)
    assert found.case == row and len(found.documents) == 2 and found.page_count == 5
    assert set(found.cases.values()) == {"F-2016/77"}
    assert [(c.code, c.spans, c.pages) for c in found.codes] == [("", 5, 5)]
    assert desk.overviews.name_of(["x"], row) == "case F-2016-77.overview"
    with pytest.raises(RuleBroken):
        desk.overviews.of_case("case-gone")


@pytest.mark.parametrize("suffix", [".html", ".svg", ".png"])
def test_an_export_is_one_entry_and_carries_the_head_before_it(case, tmp_path: Path, suffix: str) -> None:
    desk, out = case.desk, tmp_path / f"o{suffix}"
    other = add(desk, 9)
    head = desk.history.head()
    assert desk.overviews.export([DOCUMENT, other], out, writer_for(out)) == out
    [entry] = desk.history.log(limit=1)
    assert (entry.seq, entry.action, entry.actor) == (head.seq + 1, "export.overview", "ortiz")
    rows = [c["after"] for c in entry.changes]
    assert [r["document_id"] for r in rows] == [DOCUMENT, other]
    sha256 = hashlib.sha256(out.read_bytes()).hexdigest()
    assert {(r["kind"], r["sha256"], r["head_seq"], r["head_hash"]) for r in rows} == {
        ("overview", sha256, head.seq, head.hash)}
    assert head.hash.encode() in out.read_bytes()
    assert case.told[-1].exports == {DOCUMENT, other} and case.told[-1].log
    assert desk.history.verify() == [] and desk.history.undo_text() is None
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["w", out.name])


def test_a_full_disk_leaves_no_file_and_says_so(case, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="a full disk is made with a limit of Unix")
    out, head = tmp_path / "o.html", case.desk.history.head()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(EnvironmentProblem, match="cannot be written"):
            case.desk.overviews.export([DOCUMENT], out, writer_for(out))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [p.name for p in tmp_path.iterdir()] == ["w"] and case.desk.history.head() == head
    case.desk.overviews.export([DOCUMENT], out, writer_for(out))
    assert out.is_file()


def test_places_that_cannot_be_written_are_refused_in_words(case, tmp_path: Path) -> None:
    overviews, write = case.desk.overviews, writer_for(Path("o.svg"))
    head = case.desk.history.head()
    with pytest.raises(EnvironmentProblem, match="there is no folder"):
        overviews.export([DOCUMENT], tmp_path / "gone" / "o.svg", write)
    (tmp_path / "dir.svg").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        overviews.export([DOCUMENT], tmp_path / "dir.svg", write)
    with pytest.raises(InputRefused, match="among the originals"):
        overviews.export([DOCUMENT], case.desk.folder / "originals" / "aa" / "o.svg", write)
    with pytest.raises(RuleBroken, match="no document"):
        overviews.export(["gone"], tmp_path / "o.svg", write)
    with pytest.raises(UsageError, match=r"\.html, \.svg or \.png"):
        writer_for(Path("o.pdf"))
    assert case.desk.history.head() == head and not list(tmp_path.glob("o.*"))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused_in_words(case, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(EnvironmentProblem, match="no permission"):
        case.desk.overviews.export([DOCUMENT], folder / "o.svg", writer_for(Path("o.svg")))
    assert list(folder.iterdir()) == []


def test_an_auditor_and_a_stopped_export_write_nothing(case, tmp_path: Path) -> None:
    out, stop = tmp_path / "o.svg", threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        case.desk.overviews.export([DOCUMENT], out, writer_for(out), cancel=stop)
    case.desk.people.take_role(Role.AUDITOR)
    with pytest.raises(RuleBroken):
        case.desk.overviews.export([DOCUMENT], out, writer_for(out))
    assert not out.exists()


def test_two_exports_to_one_name_follow_one_another(case, tmp_path: Path) -> None:
    out, write = tmp_path / "o.png", writer_for(Path("o.png"))
    failed: list[ReviewError] = []

    def export() -> None:
        try:
            case.desk.overviews.export([DOCUMENT], out, write)
        except ReviewError as error:
            failed.append(error)

    threads = [threading.Thread(target=export) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    newest, *others = case.desk.history.log(action="export.overview")
    assert len(others) == 3
    assert newest.changes[0]["after"]["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()


def test_notes_stay_here_unless_they_are_asked_for(case, tmp_path: Path) -> None:
    desk, out = case.desk, tmp_path / "o.html"
    desk.marking.annotate("sp-1", "ask the desk officer")
    desk.decisions.decide(["sp-1"], Verdict.SUSTAIN, "would harm a source")
    desk.marking.annotate_internally(["sp-1"], "for us alone")
    desk.overviews.export([DOCUMENT], out, writer_for(out))
    said = out.read_text()
    assert "sustain" in said and "desk officer" not in said and "harm a source" not in said
    desk.overviews.export([DOCUMENT], out, writer_for(out), with_notes=True)
    said = out.read_text()
    assert "desk officer" in said and "harm a source" in said and "for us alone" not in said


def test_five_thousand_pages(tmp_path: Path) -> None:
    with Desk.open(tmp_path / "w", "ortiz", jobs=1) as desk:
        add(desk, 1, pages=5000, spans=2)
        before = time.process_time()
        figures = desk.overviews.of_documents(["made-1"])
        measured = time.process_time() - before
        assert figures.totals.spans == 10_000 and figures.totals.touched == 5000
        assert measured < 5
        out, before = tmp_path / "o.html", time.process_time()
        desk.overviews.export(["made-1"], out, writer_for(out))
        assert time.process_time() - before < 15
