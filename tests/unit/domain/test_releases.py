"""Which spans a release copy removes, who must have agreed, and which gaps want a decision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from review_app.domain.findings import CodeReading
from review_app.domain.geometry import Rect
from review_app.domain.guessing import Defence, Gap, Guessability, Level, MarkPlan, ReleasePlan
from review_app.domain.guessing import Kind as Words
from review_app.domain.releases import (
    Draft,
    GapChoice,
    Open,
    Settings,
    draft_of,
    gap_of_mark,
    is_harmless_kept,
    is_mark,
    marks_file,
    refused_pages,
    wanting,
)
from review_app.domain.rows import DecisionRow, SpanRow
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Origin, Provenance, Status, Verdict

RED = Guessability(entries=1000, fits=2, prior_bits=9, bits=1, rank=1, share=0.6)
AMBER = Guessability(entries=1000, fits=60, prior_bits=9, bits=5.5, rank=30, share=0.01)
SAFE = Guessability(entries=1000, fits=1000, prior_bits=9, bits=9)
PLACE = (Rect(72, 100, 140, 112),)


def span(number: int = 1, **values: object) -> SpanRow:
    base: dict[str, object] = {
        "id": f"s{number}", "document_id": "d", "page": number, "kind": Kind.MARK, "origin": Origin.REVIEWER,
        "status": Status.CONFIRMED, "rects": PLACE, "confidence": 1.0, "band": Band.CERTAIN, "detector": "",
        "evidence": "", "exemption_status": ExemptionStatus.STATED,
        "codes": (CodeReading("(b)(6)", "b6", Provenance.REVIEWER),),
    }
    return SpanRow(**{**base, **values})  # type: ignore[arg-type]


def decided(verdict: Verdict) -> DecisionRow:
    return DecisionRow("s1", verdict, "", "ana", "2026")


def planned(number: int = 1, kind: Words = Words.NAME) -> MarkPlan:
    return MarkPlan(f"s{number}", number, ("Ann Example",), kind, (
        Defence(Gap.KEEP, RED), Defence(Gap.CONSTANT, SAFE), Defence(Gap.ROUND, AMBER),
        Defence(Gap.LINE, SAFE),
    ), Gap.CONSTANT)


def draft(*spans: SpanRow, **choices: GapChoice) -> Draft:
    return draft_of("d", "0" * 64, spans, choices)


def choice(gap: Gap, level: Level | None = None, reason: str = "") -> GapChoice:
    return GapChoice("s1", gap, PLACE, level, reason, "ana")


@pytest.mark.parametrize(("values", "goes"), [
    ({}, True),
    ({"status": Status.REJECTED}, False),
    ({"decision": decided(Verdict.RELEASE)}, False),
    ({"decision": decided(Verdict.REFER)}, True),
    ({"origin": Origin.AGENCY, "kind": Kind.BLACK_BOX}, False),
    # What the agency marked and never applied is readable in the original: it must not go out.
    ({"origin": Origin.AGENCY, "kind": Kind.UNAPPLIED, "status": Status.SUGGESTED}, True),
    ({"origin": Origin.AGENCY, "kind": Kind.UNAPPLIED, "status": Status.REJECTED}, False),
    ({"is_provisional": True}, False),
])
def test_what_is_removed(values: dict[str, object], goes: bool) -> None:
    assert is_mark(span(**values)) is goes


def test_what_is_left_open_is_counted() -> None:
    found = draft(
        span(1), span(2, codes=()), span(3, status=Status.APPROVED),
        span(4, decision=decided(Verdict.RELEASE)),
        span(5, origin=Origin.AGENCY, kind=Kind.BLANK, status=Status.SUGGESTED),
        span(6, origin=Origin.AGENCY, kind=Kind.BLACK_BOX),
        span(7, status=Status.PROPOSED), span(8, status=Status.RETURNED),
    )
    assert found.open_points() == {Open.WITHOUT_CODE: 1, Open.UNDECIDED: 1, Open.RELEASED: 1, Open.ALONE: 2}
    assert found.waiting == ("s7",) and found.returned == ("s8",) and found.alone == ("s1", "s2")
    assert found.kept == 1 and found.released == ("s4",) and found.pages == (1, 2, 3, 7, 8)
    assert draft(span(1)).open_points() == {} and draft().open_points() == {Open.NOTHING_MARKED: 1}


def test_a_gap_wants_a_decision_until_it_is_defended_or_accepted() -> None:
    plan = ReleasePlan((planned(),), {})
    assert wanting(draft(span()), plan, Settings()) == ()
    kept = choice(Gap.KEEP)
    assert wanting(draft(span(), s1=kept), plan, Settings()) == ("s1",)
    accepted = choice(Gap.KEEP, Level.RED, "she is named on page 1")
    assert wanting(draft(span(), s1=accepted), plan, Settings()) == ()
    # Accepted for another place, for less, or with no reason: not accepted.
    for other in (replace(accepted, rects=(Rect(0, 0, 9, 9),)), replace(accepted, level=Level.AMBER),
                  replace(accepted, reason="")):
        assert wanting(draft(span(), s1=other), plan, Settings()) == ("s1",)


def test_a_picture_takes_gaps_in_steps_and_keeps_what_is_to_be_kept() -> None:
    plan, here = ReleasePlan((planned(),), {}), Settings(raster_pages=frozenset({1}))
    assert gap_of_mark(draft(span()), planned(), here) is Gap.ROUND
    assert wanting(draft(span()), plan, here) == ("s1",)  # amber as rounded
    assert wanting(draft(span()), plan, Settings(raster_pages=frozenset({2}))) == ()
    kept = draft(span(), s1=choice(Gap.KEEP, Level.RED, "known anyway"))
    assert gap_of_mark(kept, planned(), Settings(raster=True)) is Gap.KEEP
    assert wanting(kept, plan, Settings(raster=True)) == ()
    assert marks_file(kept, plan, here)["spans"][0]["gap"] == "keep"


def test_a_gap_that_could_not_be_defended_is_harmless_only_when_accepted_as_it_is() -> None:
    plan = ReleasePlan((planned(),), {})
    assert not is_harmless_kept(draft(span()), plan, span(), planned())
    accepted = draft(span(), s1=choice(Gap.KEEP, Level.RED, "known anyway"))
    assert is_harmless_kept(accepted, plan, span(), planned())
    rounded = draft(span(), s1=choice(Gap.ROUND, Level.RED, "known anyway"))
    assert not is_harmless_kept(rounded, plan, span(), planned())


def test_a_defence_that_cannot_be_had_leaves_the_gap_as_it_is() -> None:
    mark = planned()
    barred = replace(mark, defences=tuple(
        replace(d, refused="" if d.gap is Gap.KEEP else "the text runs aslant") for d in mark.defences))
    plan = ReleasePlan((barred,), {})
    asked = draft(span(), s1=choice(Gap.CONSTANT))
    assert gap_of_mark(asked, barred, Settings()) is Gap.KEEP and wanting(asked, plan, Settings()) == ("s1",)


def test_an_offices_own_way_counts_where_nobody_decided_and_defends_nothing_by_itself() -> None:
    plan = ReleasePlan((planned(),), {})
    for gap in (Gap.LINE, Gap.ROUND, Gap.KEEP):
        of_office = replace(draft(span()), gap=gap)
        assert gap_of_mark(of_office, planned(), Settings()) is gap
        assert marks_file(of_office, plan, Settings())["spans"][0]["gap"] == str(gap)
        assert bool(wanting(of_office, plan, Settings())) is (gap is not Gap.LINE), "it gives as much away"
    decided_on = replace(draft(span(), s1=choice(Gap.CONSTANT)), gap=Gap.KEEP)
    assert gap_of_mark(decided_on, planned(), Settings()) is Gap.CONSTANT
    barred = replace(planned(), defences=(Defence(Gap.KEEP, RED), Defence(Gap.LINE, SAFE, "aslant")))
    assert gap_of_mark(replace(draft(span()), gap=Gap.LINE), replace(barred, default=Gap.KEEP),
                       Settings()) is Gap.KEEP, "what cannot be had is not chosen"


def test_a_page_that_is_not_understood_must_be_a_picture_and_its_gaps_are_not_known() -> None:
    plan = ReleasePlan((MarkPlan("s1", 1, ("Ann",), Words.NAME, (), Gap.CONSTANT),), {1: "why"})
    assert refused_pages(plan, Settings()) == (1,)
    here = Settings(raster_pages=frozenset({1}))
    assert refused_pages(plan, here) == () and refused_pages(plan, Settings(raster=True)) == ()
    assert wanting(draft(span()), plan, here) == ("s1",)
    assert not is_harmless_kept(draft(span()), plan, span(), plan.marks[0])
    accepted = draft(span(), s1=choice(Gap.CONSTANT, Level.AMBER, "a common name"))
    assert wanting(accepted, plan, here) == ()
    assert is_harmless_kept(accepted, plan, span(), plan.marks[0])


def test_the_marks_file_holds_places_codes_and_a_label_where_there_is_no_code() -> None:
    found = draft(span(1), span(2, codes=(), note="for colleagues"))
    spans = marks_file(found, None, Settings(label="withheld"))["spans"]
    assert [s["codes"] for s in spans] == [["(b)(6)"], []]
    assert [s["label"] for s in spans] == ["", "withheld"]
    assert all("gap" not in s and "note" not in s for s in spans)
    assert found.digest != draft(span(1)).digest
    assert found.digest == draft(span(1), span(2, codes=(), status=Status.APPROVED)).digest
