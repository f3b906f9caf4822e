"""What a second scan means for what is recorded: hand-made rows and findings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.domain.findings import CodeReading, RecordReading, SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.rows import RecordRow, SpanRow
from review_app.domain.vocabulary import (
    Band,
    ExemptionStatus,
    Field,
    FieldStatus,
    Kind,
    Origin,
    Provenance,
    Status,
)
from review_app.review.rematch import match_record, match_spans

BOX = Rect(72, 100, 540, 140)


def row(name: str, rect: Rect = BOX, page: int = 1, **values: object) -> SpanRow:
    base: dict[str, object] = {
        "id": name, "document_id": "d", "page": page, "kind": Kind.WHITE_BOX, "origin": Origin.AGENCY,
        "status": Status.SUGGESTED, "rects": (rect,), "confidence": 0.7, "band": Band.LIKELY,
        "detector": "frame", "evidence": "why", "exemption_status": ExemptionStatus.NOT_STATED,
    }
    return SpanRow(**{**base, **values})  # type: ignore[arg-type]


def finding(rect: Rect = BOX, page: int = 1, **values: object) -> SpanFinding:
    base = SpanFinding(page, Kind.WHITE_BOX, (rect,), 0.8, Band.LIKELY, "frame", ("why",))
    return replace(base, **values)  # type: ignore[arg-type]


def shifted(by: float) -> Rect:
    return Rect(BOX.x0 + by, BOX.y0, BOX.x1 + by, BOX.y1)


def test_the_same_place_is_the_same_span_and_another_is_new_and_gone() -> None:
    near, far = finding(shifted(20)), finding(shifted(400))
    match = match_spans([row("a"), row("b", page=2)], [near, far])
    assert [(r.id, f) for r, f in match.same] == [("a", near)]
    assert match.new == [far] and [r.id for r in match.gone] == ["b"]


@pytest.mark.parametrize("touched", [
    {"status": Status.CONFIRMED}, {"status": Status.REJECTED}, {"note": "why is this here"},
    {"codes": (CodeReading("(b)(1)", "B1", Provenance.REVIEWER),)},
    {"origin": Origin.REVIEWER, "status": Status.CONFIRMED, "kind": Kind.MARK},
])
def test_what_a_person_touched_is_never_changed_removed_or_suggested_anew(touched: dict[str, object]) -> None:
    again = match_spans([row("a", **touched)], [finding(shifted(20))])
    assert (again.same, again.new, again.gone) == ([], [], [])
    nothing = match_spans([row("a", **touched)], [])
    assert nothing.gone == []
    # The fault planted: without the person's hand the very same rows are changed and removed.
    assert match_spans([row("a")], [finding(shifted(20))]).same and match_spans([row("a")], []).gone


def test_the_log_may_lock_a_span_whose_row_looks_untouched() -> None:
    assert match_spans([row("a")], [], touched={"a"}).gone == []


def test_a_rejected_box_does_not_come_back_in_two_parts() -> None:
    halves = [finding(Rect(72, 100, 300, 140)), finding(Rect(310, 100, 540, 140))]
    assert match_spans([row("a", status=Status.REJECTED)], halves).new == []
    assert match_spans([row("a")], halves).new, "a mere suggestion gives way"


def test_a_rejected_whole_page_hides_no_box_on_it() -> None:
    page = row("a", Rect(0, 0, 612, 792), kind=Kind.PAGE, status=Status.REJECTED)
    box = finding()
    assert match_spans([page], [box]).new == [box]
    whole = finding(Rect(0, 0, 612, 792), kind=Kind.PAGE)
    assert match_spans([page], [whole]).new == []


def test_the_best_overlap_wins_and_nothing_is_matched_twice() -> None:
    left, right = row("left"), row("right", shifted(100))
    found = [finding(shifted(95)), finding(shifted(5))]
    match = match_spans([left, right], found)
    assert {(r.id, f.rects[0].x0) for r, f in match.same} == {("left", 77), ("right", 167)}
    twice = match_spans([left], [finding(shifted(5)), finding(shifted(6))])
    assert len(twice.same) == 1 and len(twice.new) == 1


def test_text_files_are_matched_by_their_lines_on_whatever_page_they_are_typeset() -> None:
    before = row("a", lines=(79, 82))
    moved = finding(Rect(72, 600, 540, 640), page=2, lines=(79, 82))
    assert [(r.id, f.page) for r, f in match_spans([before], [moved]).same] == [("a", 2)]
    other = finding(lines=(90, 93))
    assert match_spans([before], [other]).new == [other], "same place, but other lines of the file"


def field(name: str, value: str, status: FieldStatus = FieldStatus.SUGGESTED, y: float = 10) -> RecordRow:
    return RecordRow(name, "d", Field.CASE_ID, value, value, 1, Rect(10, y, 90, y + 10), 0.9, status)


def reading(value: str, y: float = 10) -> RecordReading:
    return RecordReading(Field.CASE_ID, value, value, 1, Rect(10, y, 90, y + 10), 0.95)


def test_fields_are_matched_by_value_else_by_place() -> None:
    match = match_record([field("a", "90019152"), field("b", "1", y=50), field("c", "7", y=90)],
                         [reading("90019153"), reading("1", y=52), reading("5", y=200)])
    assert {(r.id, f.value) for r, f in match.same} == {("a", "90019153"), ("b", "1")}
    assert [r.value for r in match.new] == ["5"] and [r.id for r in match.gone] == ["c"]


@pytest.mark.parametrize("status", [FieldStatus.CONFIRMED, FieldStatus.CORRECTED, FieldStatus.REJECTED])
def test_a_field_a_person_decided_stays_and_is_not_suggested_anew(status: FieldStatus) -> None:
    match = match_record([field("a", "90019152", status)], [reading("90019199")])
    assert (match.same, match.new, match.gone) == ([], [], [])
    assert match_record([field("a", "90019152", status)], []).gone == []
    assert match_record([field("a", "90019152")], []).gone, "a mere reading goes"
