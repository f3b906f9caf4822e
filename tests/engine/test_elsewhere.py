"""Where words that go also stand, unmarked: found before anything is made."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Elsewhere, Kind, ReleasePlan, without_words
from review_app.domain.marks import Mark
from review_app.engine import elsewhere, planning
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
