"""The limits of the bands: what they call a span, what they hide, what they never hide."""

from __future__ import annotations

import pytest

from review_app.domain.bands import DEFAULT, Limits, band_of
from review_app.domain.findings import CodeReading
from review_app.domain.geometry import Rect
from review_app.domain.rows import DecisionRow, SpanRow
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Origin, Provenance, Status, Verdict


def span(confidence: float, band: Band | None = None, **values: object) -> SpanRow:
    base: dict[str, object] = {
        "id": "s", "document_id": "d", "page": 1, "kind": Kind.BLANK, "origin": Origin.AGENCY,
        "status": Status.SUGGESTED, "rects": (Rect(0, 0, 9, 9),), "confidence": confidence,
        "band": band or band_of(confidence), "detector": "x", "evidence": "why",
        "exemption_status": ExemptionStatus.NOT_STATED,
    }
    return SpanRow(**{**base, **values})  # type: ignore[arg-type]


def test_the_start_values_are_those_of_the_reference() -> None:
    assert [band_of(c) for c in (0.9, 0.899, 0.6, 0.599)] == [
        Band.CERTAIN, Band.LIKELY, Band.LIKELY, Band.POSSIBLE]
    assert all(DEFAULT.band(span(c / 100)) is band_of(c / 100) for c in range(101))


def test_moved_limits_call_the_same_span_something_else() -> None:
    strict = Limits(certain=0.95, likely=0.8)
    assert [strict.band(span(c)) for c in (0.97, 0.92, 0.7)] == [Band.CERTAIN, Band.LIKELY, Band.POSSIBLE]
    assert Limits(certain=0.5, likely=0.2).band(span(0.55)) is Band.CERTAIN


def test_what_a_detector_never_calls_certain_does_not_become_so() -> None:
    blank = span(0.95, Band.LIKELY)
    assert DEFAULT.band(blank) is Band.LIKELY
    assert Limits(certain=0.5, likely=0.2).band(blank) is Band.LIKELY
    assert Limits(certain=1.0, likely=0.97).band(blank) is Band.POSSIBLE


@pytest.mark.parametrize("touched", [
    {"status": Status.CONFIRMED}, {"status": Status.REJECTED}, {"note": "n"},
    {"decision": DecisionRow("s", Verdict.REFER, "", "a", "t")},
    {"codes": (CodeReading("(b)(1)", "B1", Provenance.REVIEWER),)}, {"origin": Origin.REVIEWER},
])
def test_what_a_person_touched_is_never_hidden(touched: dict[str, object]) -> None:
    high = Limits(shown=1.0)
    assert high.shows(span(0.3, **touched))
    assert not high.shows(span(0.3)), "an untouched one is"
    assert high.shows(span(1.0)) and DEFAULT.shows(span(0.0))


def test_limits_make_sense_or_are_refused() -> None:
    for values in ({"certain": 0.5, "likely": 0.6}, {"certain": 1.2}, {"shown": -0.1},
                   {"likely": float("nan")}):
        with pytest.raises(ValueError, match="limits lie"):
            Limits(**values)
    assert [DEFAULT.with_shown(v).shown for v in (-1, 0.333, 7)] == [0.0, 0.33, 1.0]
