"""Where words that go also stand, unmarked: found before anything is made."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from pikepdf import Dictionary, Name

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Elsewhere, Kind, ReleasePlan, without_words
from review_app.domain.marks import Mark
from review_app.engine import elsewhere, planning, redact
from review_app.engine.documents import open_document


def _plan(folder: Path, *lines: str, marked: str, more: str = "") -> ReleasePlan:
    """A plan of a file with one line a page, the first occurrence of ``marked`` under a mark."""
    path = folder / "a.pdf"
    with pymupdf.open() as doc:
        for text in lines:
            page = doc.new_page()
            page.insert_text((72, 100), text)
            page.insert_text((72, 160), more)
        rects = [Rect(*r) for r in doc[0].search_for(marked)[:1]]
        doc.save(path)
    with open_document(path) as document:
        return planning.plan(document, [Mark("m", 1, tuple(rects))])


def test_a_name_is_found_on_other_pages_and_in_parts_and_beside_its_mark(tmp_path: Path) -> None:
    plan = _plan(
        tmp_path, "We met John Garfield, and Garfield spoke", "What Mr. GARFIELD's letter said", "John only",
        marked="John Garfield",
    )
    assert [(e.page, e.text.strip("., ")) for e in plan.elsewhere] == [
        (1, "Garfield"), (2, "GARFIELD's"), (3, "John")]
    assert {e.mark for e in plan.elsewhere} == {"m"}
    assert all(e.rect.x0 > 60 and 85 < e.rect.y0 < 105 for e in plan.elsewhere)
    assert all(not e.text for e in without_words(plan).elsewhere)
    again = ReleasePlan.of(plan.to_json())
    assert [(e.page, e.mark, e.text) for e in again.elsewhere] == [
        (e.page, e.mark, e.text) for e in plan.elsewhere]


def test_words_beside_one_another_are_one_place(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "We met John Garfield here", "Again John Garfield came", marked="John Garfield")
    assert [e.text for e in plan.elsewhere] == ["John Garfield"]


def test_what_is_marked_everywhere_or_stands_once_is_not_told(tmp_path: Path) -> None:
    assert _plan(tmp_path, "We met John Garfield", "Nobody else", marked="John Garfield").elsewhere == ()


def test_the_common_words_of_a_passage_are_not_told_but_its_names_are(tmp_path: Path) -> None:
    passage = "that the minister told Garfield about the new agreement number 48213 in detail"
    plan = _plan(
        tmp_path, passage, "the minister knows the new agreement", "but Garfield kept 48213 to himself",
        marked=passage,
    )
    assert [(e.page, e.text) for e in plan.elsewhere] == [(3, "Garfield"), (3, "48213")]


@pytest.mark.parametrize(("kind", "text", "words"), [
    (Kind.NAME, "Dr. van de Berg", {"berg"}), (Kind.NUMBER, "030-555 1212", {"030555", "1212"}),
    (Kind.WORD, "agreement", {"agreement"}), (Kind.NONE, "", set()), (Kind.NAME, "Li", set()),
])
def test_the_words_that_are_looked_for(kind: Kind, text: str, words: set[str]) -> None:
    assert elsewhere.terms(kind, [text]) == words


def test_there_is_an_end_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "MOST", 2)
    plan = _plan(tmp_path, "John Garfield", *["Garfield"] * 5, marked="John Garfield")
    assert len(plan.elsewhere) == 2 and isinstance(plan.elsewhere[0], Elsewhere)


def test_a_mark_that_misses_its_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pymupdf.open() as doc:
        doc.new_page().insert_text((72, 100), "We met Garfield here")
        place = Rect(*doc[0].search_for("Garfield")[0])
        doc.save(path)
    rects = {
        "on": place, "below": Rect(place.x0, place.y1 + 1, place.x1, place.y1 + 8),
        "far": Rect(300, 500, 340, 520),
    }
    with open_document(path) as document:
        plan = planning.plan(document, [Mark(name, 1, (rect,)) for name, rect in rects.items()])
    assert {m.mark for m in plan.marks if m.is_beside} == {"below"}
    assert not plan.has_tags and ReleasePlan.of(plan.to_json()).marks[1].is_beside


def test_tags_that_are_not_carried_over_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 200))
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.save(path)
    marks = [Mark("m", 1, (Rect(20, 20, 60, 40),))]
    with open_document(path) as document:
        assert planning.plan(document, marks).has_tags
        made = redact.make(document, marks)
    assert made.had_tags
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        assert "/StructTreeRoot" not in pdf.Root and "/MarkInfo" not in pdf.Root
