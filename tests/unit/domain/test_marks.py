"""Marks files: what is read, and what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.marks import Mark, Marks, check_document, check_places, read_marks

LETTER = [(612.0, 792.0)]


def _file(*spans: Any, **more: Any) -> dict[str, Any]:
    return {"spans": list(spans), **more}


def _span(**more: Any) -> dict[str, Any]:
    return {"page": 1, "rects": [[72, 100, 200, 112]], **more}


def test_a_span_of_a_scan_is_a_mark() -> None:
    span = _span(id="s1", kind="white_box", codes=[{"code": "(b)(1)", "raw": "B1"}], label="name", note="why")
    marks = read_marks(_file(span, sha256="a" * 64))
    assert marks == Marks("a" * 64, (
        Mark("s1", 1, (Rect(72, 100, 200, 112),), ("(b)(1)",), "name", "why"),
    ))


def test_what_may_be_left_out() -> None:
    marks = read_marks(_file(_span(), _span(codes=["B6"])))
    assert marks.sha256 is None
    assert [m.id for m in marks.marks] == ["m1", "m2"]
    assert marks.marks[1].codes == ("B6",)


@pytest.mark.parametrize("bad", [
    "text", None, {}, _span(page="1"), _span(page=True), _span(page=1.0), _span(rects=[]), _span(rects="x"),
    _span(rects=[[1, 2, 3]]), _span(rects=[[1, 2, 3, "4"]]), _span(rects=[["1", "2", "3", "4"]]),
    _span(rects=[[1, 2, float("nan"), 4]]), _span(rects=[[1, 2, 1, 9]]), _span(rects=[[1, 2, 9, 2.001]]),
    _span(rects=[[1, 2, 1e9, 9]]), _span(codes="B6"), _span(codes=[{}]), _span(codes=[" "]), _span(id=7),
    _span(rects=[7]), _span(note="x" * 10_001), _span(rects={"a": 1}),
])
def test_an_entry_that_is_no_mark_is_refused_by_its_number(bad: Any) -> None:
    with pytest.raises(InputRefused, match=r"^Entry 2 of"):
        read_marks(_file(_span(), bad))


@pytest.mark.parametrize("bad", [None, [], {}, {"spans": {}}, _file(sha256="abc"), _file(sha256=7)])
def test_what_is_no_marks_file_is_refused(bad: Any) -> None:
    with pytest.raises(InputRefused):
        read_marks(bad)


def test_two_marks_of_one_id_are_refused() -> None:
    with pytest.raises(InputRefused, match="Mark 2"):
        read_marks(_file(_span(id="a"), _span(id="a")))


def test_marks_for_another_file_are_refused() -> None:
    check_document(Marks(None, ()), "b" * 64)
    check_document(Marks("b" * 64, ()), "b" * 64)
    with pytest.raises(InputRefused, match="another file"):
        check_document(Marks("a" * 64, ()), "b" * 64)


@pytest.mark.parametrize(("page", "rect"), [
    (0, (1, 1, 9, 9)), (2, (1, 1, 9, 9)), (1, (612, 1, 700, 9)), (1, (1, -20, 9, 0)), (1, (-50, -50, -1, -1)),
])
def test_a_mark_off_the_page_is_refused_by_name(page: int, rect: tuple[float, ...]) -> None:
    good = Mark("a", 1, (Rect(1, 1, 9, 9),))
    check_places([good], LETTER)
    with pytest.raises(InputRefused, match=r"^Mark 2 \(b\)"):
        check_places([good, Mark("b", page, (Rect(2, 2, 5, 5), Rect.of(rect)))], LETTER)


def test_an_id_that_may_be_text_of_the_document_is_not_repeated() -> None:
    with pytest.raises(InputRefused) as refused:
        check_places([Mark("Dear Mr. Smith", 7, (Rect(1, 1, 9, 9),))], LETTER)
    assert "Smith" not in str(refused.value)


def test_a_mark_that_reaches_over_the_edge_is_taken() -> None:
    check_places([Mark("a", 1, (Rect(600, 780, 900, 900),))], LETTER)
