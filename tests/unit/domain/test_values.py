"""The shared values: rectangles, names, errors, findings and codes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.domain import errors
from review_app.domain.codes import all_codes, find_code, schemes
from review_app.domain.content import Line, Word
from review_app.domain.display import isolated, safe_stem, shown
from review_app.domain.findings import CodeReading, Extent, RecordReading, ScanResult, SpanFinding
from review_app.domain.geometry import Rect, bounds, same_place
from review_app.domain.vocabulary import Band, ExemptionStatus, Field, Kind, Origin, Provenance, Status

coordinates = st.floats(-1e4, 1e4, allow_nan=False)
rects = st.tuples(coordinates, coordinates, coordinates, coordinates).map(Rect.of)


@given(rects, rects)
def test_intersection_lies_in_both_and_union_holds_both(a: Rect, b: Rect) -> None:
    common, whole = a.intersect(b), a.union(b)
    assert common.area <= min(a.area, b.area) + 1e-6
    assert whole.area >= max(a.area, b.area) - 1e-6
    assert 0.0 <= a.iou(b) <= 1.0 + 1e-9
    assert a.iou(b) == pytest.approx(b.iou(a))


@pytest.mark.parametrize("values", [[1, 2, 3], [1, 2, 3, float("nan")], [0, 0, float("inf"), 1], []])
def test_a_rectangle_has_four_finite_numbers(values: list[float]) -> None:
    with pytest.raises(ValueError, match="numbers"):
        Rect.of(values)


@given(st.lists(st.integers(0, 4), min_size=8, max_size=8))
def test_rectangles_meet_when_their_common_part_has_an_area(v: list[int]) -> None:
    a, b = Rect.of(v[:4]), Rect.of(v[4:])
    assert a.meets(b) is b.meets(a) is not a.intersect(b).is_empty


def test_rect_of_puts_corners_in_order() -> None:
    assert Rect.of([10, 20, 0, 5]) == Rect(0, 5, 10, 20)


def test_bounds_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no rectangles"):
        bounds([])


def test_same_place_is_by_shared_area() -> None:
    a = [Rect(0, 0, 100, 10), Rect(0, 20, 100, 30)]
    assert same_place(a, [Rect(0, 0, 100, 10), Rect(0, 20, 90, 30)])
    assert not same_place(a, [Rect(0, 0, 100, 10)], threshold=0.6)
    assert not same_place([], [])


def test_rects_of_a_line_cut_words_and_join_rows() -> None:
    line = Line("abcd ef gh", 1, (Rect(0, 0, 100, 10), Rect(0, 10, 100, 20)), (
        Word("abcd", 0, Rect(0, 0, 40, 10)), Word("ef", 5, Rect(50, 0, 70, 10)),
        Word("gh", 8, Rect(0, 10, 20, 20)),
    ))
    assert line.rects_of(2, 7) == (Rect(20, 0, 70, 10),)
    assert line.rects_of(0, 10) == (Rect(0, 0, 70, 10), Rect(0, 10, 20, 20))
    assert line.rects_of(4, 5) == line.rects, "white space falls back to the whole line"


@pytest.mark.parametrize(("name", "expected"), [
    ("memo.txt", "memo.txt"), ("a\nb.txt", "a\\nb.txt"), ("a\u202eb.pdf", "a\\u202eb.pdf"),
    ("\u4e2d\u6587 \u0634.pdf", "\u4e2d\u6587 \u0634.pdf"), ("x\udcff.txt", "x\\udcff.txt"),
    ("a\x1b[31m", "a\\x1b[31m"),
])
def test_odd_names_are_shown_escaped(name: str, expected: str) -> None:
    assert shown(name) == expected


def test_letters_from_right_to_left_keep_to_themselves() -> None:
    assert isolated("memo.txt") == "memo.txt" and isolated("\u4e2d\u6587\n") == "\u4e2d\u6587\\n"
    assert isolated("\u05d0 (2)") == "\u2068\u05d0 (2)\u2069"
    assert isolated("\u2069\u05d0") == "\u2068\\u2069\u05d0\u2069", "a name cannot end it"


@given(st.text())
def test_a_safe_stem_is_short_and_harmless(name: str) -> None:
    stem = safe_stem(name)
    assert stem and len(stem.encode()) <= 100
    assert not set(stem) & set('<>:"/\\|?*\n\r\t\0')
    assert not stem.startswith(".")


def test_errors_cross_the_pipe_with_their_class_and_words() -> None:
    for cls in (errors.InputRefused, errors.PasswordNeeded, errors.EnvironmentProblem, errors.Cancelled):
        error = cls("It happened", why="it matters", todo="Do this")
        back = errors.from_wire(error.to_wire())
        assert type(back) is cls
        assert str(back) == "It happened. It matters. Do this."
        assert back.exit_code == cls.exit_code
    assert errors.from_wire({"code": "no such"}).exit_code == 1


@pytest.mark.parametrize(("codes", "worst"), [
    ([], 0), ([0, 3], 3), ([3, 4], 4), ([4, 5], 5), ([5, 6], 6), ([6, 1], 1), ([130], 130),
])
def test_the_gravest_exit_code_wins(codes: list[int], worst: int) -> None:
    assert errors.gravest(codes) == worst


def test_findings_survive_their_json_form() -> None:
    span = SpanFinding(
        page=2, kind=Kind.NOTE, rects=(Rect(1, 2, 3.25, 4),), confidence=0.9, band=Band.CERTAIN,
        detector="notes", reasons=("a bracketed note",), lines=(3, 4),
        exemption_status=ExemptionStatus.STATED,
        codes=(CodeReading("(b)(1)", "B1", Provenance.MARGIN),), raw="[1 line not declassified]", id="s1",
        extent=Extent(lines=1, stated=True, number=1, unit="line"), status=Status.CONFIRMED,
    )
    back = SpanFinding.of(span.to_json())
    assert back == span
    reading = RecordReading(Field.CASE_ID, "90019152", "Case ID: 90019152", 1, Rect(0, 0, 9, 9), 0.99)
    assert RecordReading.of(reading.to_json()) == reading
    result = ScanResult("a", "0" * 64, "text/plain", (), (span,), (reading,))
    assert ScanResult.of(result.to_json()) == result


def test_a_minimal_mark_is_a_reviewers_mark() -> None:
    span = SpanFinding.of({"page": 1, "rects": [[0, 0, 10, 10]], "codes": [{"code": "(b)(6)"}]})
    assert (span.kind, span.origin) == (Kind.MARK, Origin.REVIEWER)
    assert span.exemption_status is ExemptionStatus.STATED
    assert span.codes[0].provenance is Provenance.REVIEWER


def test_the_code_table_is_whole() -> None:
    codes = all_codes()
    assert len(codes) == 221
    assert len({c.code_id for c in codes}) == len(codes)
    assert {"US-FOIA", "US-EO13526", "UK-FOIA", "NL-WOO", "CA-ATIA", "AU-FOI"} <= set(schemes())


@pytest.mark.parametrize(("text", "canonical"), [
    ("B6", "(b)(6)"), ("b 6", "(b)(6)"), ("(b)(1)", "(b)(1)"), ("US-FOIA:b7C", "(b)(7)(C)"),
])
def test_codes_are_found_by_any_printed_form(text: str, canonical: str) -> None:
    found = find_code(text)
    assert found is not None and found.canonical == canonical


def test_what_is_no_code_is_not_found() -> None:
    assert find_code("") is None
    assert find_code("(b)(66)") is None


def test_whole_extents_are_written_whole() -> None:
    assert json.dumps(Extent(lines=4.0, number=2.0).to_json()) == '{"lines": 4, "stated": false, "number": 2}'
    assert Extent(lines=0.5).to_json()["lines"] == 0.5
    assert Extent().to_json()["lines"] is None
    assert Extent.of(Extent(lines=4.0).to_json()) == Extent(lines=4.0)


@pytest.mark.parametrize("lines", ["four", [4], {}, float("nan"), float("inf")])
def test_an_extent_of_no_number_is_refused_when_it_is_read(lines: object) -> None:
    """A child that a document took over may say anything; it must not surface where the span is written."""
    with pytest.raises((ValueError, TypeError)):
        Extent.of({"lines": lines})
