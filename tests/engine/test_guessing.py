"""What the width of a gap gives away, before a release: figures of the attack on one's own document."""

from __future__ import annotations

import json
from pathlib import Path

import pymupdf
import pytest

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap, Guessability, Kind, Level, ReleasePlan, without_words
from review_app.domain.marks import Mark
from review_app.domain.names import Slot, entries, template
from review_app.engine import planning
from review_app.engine.documents import open_document
from review_app.engine.guessing import names_in


def _plan(folder: Path, texts: list[str], known: tuple[str, ...] = (), font: str = "tiro") -> ReleasePlan:
    path = folder / "a.pdf"
    marks = []
    with pymupdf.open() as doc:
        page = doc.new_page()
        for i, text in enumerate(texts):
            line = f"the clerk {text} spoke to them."
            page.insert_text((72, 72 + 20 * i), line, fontname=font, fontsize=11)
        for i, text in enumerate(texts):
            (found,) = (r for r in page.search_for(text) if abs(r.y1 - 72 - 20 * i) < 10)
            marks.append(Mark(f"m{i}", 1, (Rect(*found),)))
        doc.save(path)
    with open_document(path) as document:
        return planning.plan(document, marks, known)


def test_a_name_is_narrowed_by_its_gap_and_not_by_a_constant_one(tmp_path: Path) -> None:
    (mark,) = _plan(tmp_path, ["Garcia"]).marks
    assert mark.words == ("Garcia",) and mark.kind is Kind.NAME and mark.default is Gap.CONSTANT
    kept, constant, rounded = mark.guess(Gap.KEEP), mark.guess(), mark.guess(Gap.ROUND)
    assert mark.level is Level.RED and constant.level is Level.GREEN
    assert 1 <= kept.rank <= kept.fits < 60 < rounded.fits < constant.fits == constant.entries > 1000
    assert kept.bits < rounded.bits < constant.bits == constant.prior_bits > 8
    assert 0 < constant.share < kept.share < 1


def test_a_name_no_list_holds_is_taken_to_be_in_it(tmp_path: Path) -> None:
    (mark,) = _plan(tmp_path, ["Quixwarden"]).marks
    assert mark.guess(Gap.KEEP).rank == mark.guess(Gap.KEEP).fits >= 1
    assert mark.guess(Gap.KEEP).entries == len(entries("either")) + 1


def test_the_people_a_reader_has_in_mind(tmp_path: Path) -> None:
    people = ("Ann Garcia", "Bo Wu", "Maximilian Featherstonehaugh", "Di Okafor")
    with_true, without = (
        _plan(tmp_path, ["Garcia"], names).marks[0].guess(Gap.KEEP) for names in (people, people[1:])
    )
    assert with_true.known > without.known >= 0 and with_true.known_fits == 1
    assert with_true.level is Level.RED


def test_a_name_removed_in_two_fonts_is_measured_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pymupdf.open() as doc:
        page = doc.new_page()
        for y, font, size in ((72, "tiro", 11), (92, "hebo", 14)):
            page.insert_text((72, y), "the clerk Garcia spoke", fontname=font, fontsize=size)
        rects = [Rect(*r) for r in page.search_for("Garcia")]
        doc.save(path)
    with open_document(path) as document:
        both = planning.plan(document, [Mark(f"m{i}", 1, (r,)) for i, r in enumerate(rects)])
        one = planning.plan(document, [Mark("m0", 1, (rects[0],))])
    assert both.marks[0].guess(Gap.KEEP).fits < one.marks[0].guess(Gap.KEEP).fits
    assert both.marks[0].guess(Gap.KEEP) == both.marks[1].guess(Gap.KEEP)


def test_figures_tell_their_length_and_passages_have_no_list(tmp_path: Path) -> None:
    number, passage = _plan(tmp_path, ["123-45-6789", "was seen to run away from here"]).marks
    assert number.kind is Kind.NUMBER and number.guess(Gap.KEEP).fits == 10**9
    assert number.guess(Gap.KEEP).level is Level.GREEN
    assert passage.kind is Kind.PASSAGE and passage.default is Gap.KEEP and passage.level is Level.GREEN


def test_a_page_that_only_the_raster_method_can_do_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_text((72, 72), "the clerk Garcia spoke")
        rect = Rect(*page.search_for("Garcia")[0])
        xref = page.get_contents()[0]
        doc.update_stream(xref, doc.xref_stream(xref) + b"\n1 2 3 Zz")
        doc.save(path)
    with open_document(path) as document:
        plan = planning.plan(document, [Mark("m", 1, (rect,))])
    assert list(plan.refused) == [1]
    assert plan.marks[0].words == ("Garcia",) and plan.marks[0].kind is Kind.NAME


def test_what_cannot_be_laid_anew_is_known_beforehand(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pymupdf.open() as doc:
        page = doc.new_page()
        page.insert_text((72, 72), "the clerk Garcia spoke")
        rect = Rect(*page.search_for("Garcia")[0])
        turn = (pymupdf.Point(72, 172), pymupdf.Matrix(20))
        page.insert_text((72, 172), "the clerk Garcia spoke", morph=turn)
        slanted = Rect(110, 140, 150, 165)
        doc.save(path)
    with open_document(path) as document:
        level, turned = planning.plan(document, [Mark("a", 1, (rect,)), Mark("b", 1, (slanted,))]).marks
    assert level.default is Gap.CONSTANT and not any(d.refused for d in level.defences)
    assert turned.default is Gap.KEEP and all(d.refused for d in turned.defences if d.gap is not Gap.KEEP)


def test_the_plan_travels_and_leaves_its_words_behind(tmp_path: Path) -> None:
    plan = _plan(tmp_path, ["Garcia", "Quixwarden"])
    assert ReleasePlan.of(json.loads(json.dumps(plan.to_json()))).marks[0].words == ("Garcia",)
    assert "Garcia" not in json.dumps(without_words(plan).to_json())


@pytest.mark.parametrize(("text", "kind", "slots"), [
    ("Garcia", Kind.NAME, ["either"]),
    ("John Q. Smith", Kind.NAME, ["first", "initial", "last"]),
    ("SMITH, JOHN", Kind.NAME, ["last", "first"]),
    ("Mr. van der Berg", Kind.NAME, ["either"]),
    ("07-11", Kind.NUMBER, ["digit"] * 4),
    ("was denied", Kind.WORD, []),
    ("he was seen at the gate", Kind.PASSAGE, []),
    ("", Kind.NONE, []),
])
def test_templates(text: str, kind: Kind, slots: list[str]) -> None:
    made = template(text)
    assert made.kind is kind and [s.list for s in made.slots] == slots
    assert "".join(p.true if isinstance(p, Slot) else p for p in made.parts) == text


@pytest.mark.parametrize(("guess", "level"), [
    (Guessability(1000, 1000, 9, 9, 1, .3, 5, 5), Level.GREEN),  # nothing is ruled out
    (Guessability(1000, 9, 9, 3, 4, .1), Level.RED),
    (Guessability(1000, 500, 13, 12, 400, .001, 20, 1), Level.RED),
    (Guessability(1000, 500, 13, 12, 400, .001, 20, 3), Level.AMBER),
    (Guessability(1000, 500, 13, 12, 10, .001), Level.AMBER),
    (Guessability(1000, 100, 13, 7, 50, .001), Level.AMBER),
    (Guessability(1000, 500, 13, 12, 400, .001, 20, 9), Level.GREEN),
])
def test_levels(guess: Guessability, level: Level) -> None:
    assert guess.level is level and Guessability.of(guess.to_json()).level is level


def test_names_are_told_from_words_at_the_start_of_a_sentence() -> None:
    found = names_in(["Then the clerk Walsh met Ann Okafor. Tomorrow then", "Reports by Walsh"])
    assert {"Walsh", "Okafor", "Ann Okafor"} <= found and not found & {"Then", "Tomorrow", "Reports"}
