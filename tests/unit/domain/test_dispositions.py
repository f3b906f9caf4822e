"""Pages and documents: what follows from spans, what persons say, and where a stamp says something else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from review_app.domain.dispositions import (
    PageByPage,
    PageDisposition,
    SetDisposition,
    document_state,
    whole,
)
from review_app.domain.findings import CodeReading, Extent
from review_app.domain.rows import DecisionRow
from review_app.domain.vocabulary import Disposition, Kind, Origin, Provenance, Status, Verdict

P, D = PageDisposition, Disposition


@dataclass
class Span:
    page: int
    kind: Kind = Kind.BLANK
    origin: Origin = Origin.AGENCY
    status: Status = Status.CONFIRMED
    codes: tuple[CodeReading, ...] = ()
    extent: Extent | None = None
    decision: DecisionRow | None = None


def code(text: str) -> tuple[CodeReading, ...]:
    return (CodeReading(text, text, Provenance.MARGIN),)


def decided(verdict: Verdict) -> DecisionRow:
    return DecisionRow("s", verdict, "", "ana", "2026")


def pages(state) -> list[PageDisposition]:
    return [p.disposition for p in state.pages]


def test_pages_follow_from_their_spans():
    state = document_state(5, [
        Span(2), Span(2, status=Status.SUGGESTED), Span(3, kind=Kind.PAGE), Span(4, status=Status.REJECTED),
        Span(5, kind=Kind.PAGE, codes=code("NR")),
    ], [])
    assert pages(state) == [P.RELEASED_IN_FULL, P.RELEASED_IN_PART, P.WITHHELD_IN_FULL, P.RELEASED_IN_FULL,
                            P.NOT_RESPONSIVE]
    assert (state.pages[1].spans, state.pages[1].undecided, state.undecided) == (2, 1, 1)
    assert state.derived is D.RELEASED_IN_PART


def test_scope_codes_alone_are_no_withholding():
    assert document_state(1, [Span(1, codes=code("NR"))], []).derived is D.RELEASED_IN_FULL
    assert document_state(1, [Span(1, codes=code("(b)(1)"))], []).derived is D.RELEASED_IN_PART


def test_a_person_outweighs_the_spans_and_the_scan():
    said = [SetDisposition(1, P.DUPLICATE, "of page 2", "ana", "2026"), SetDisposition(2, P.LEGEND)]
    read = {1: D.WITHHELD_IN_FULL, 2: D.REFERRED, 3: D.REFERRED}
    state = document_state(3, [Span(1)], said, read=read)
    assert pages(state) == [P.DUPLICATE, P.LEGEND, P.REFERRED]
    assert state.pages[0].said == said[0]
    assert state.derived is D.REFERRED


def test_a_sheet_counts_for_the_pages_it_stands_for():
    sheet = Span(1, kind=Kind.PAGE, extent=Extent(number=28, unit="page", stated=True))
    state = document_state(2, [sheet], [])
    assert state.pages[0].stands_for == 28
    assert state.counts == {P.WITHHELD_IN_FULL: 28, P.RELEASED_IN_FULL: 1}


@pytest.mark.parametrize(("found", "wanted"), [
    ((), D.UNKNOWN),
    ((P.RELEASED_IN_FULL,), D.RELEASED_IN_FULL),
    ((P.RELEASED_IN_FULL, P.NOT_RESPONSIVE, P.DUPLICATE, P.BLANK_IN_ORIGINAL), D.RELEASED_IN_FULL),
    ((P.RELEASED_IN_FULL, P.RELEASED_IN_PART), D.RELEASED_IN_PART),
    ((P.RELEASED_IN_FULL, P.REFERRED), D.RELEASED_IN_PART),
    ((P.WITHHELD_IN_FULL, P.PLACEHOLDER_SHEET, P.COVER_LETTER), D.WITHHELD_IN_FULL),
    ((P.WITHHELD_IN_FULL, P.NOT_RESPONSIVE), D.WITHHELD_IN_FULL),
    ((P.WITHHELD_IN_FULL, P.REFERRED), D.WITHHELD_IN_FULL),
    ((P.REFERRED, P.CONSULTATION), D.REFERRED),
    ((P.REFERRED, P.LEGEND), D.REFERRED),
    ((P.MISSING, P.DUPLICATE), D.MISSING),
    ((P.NOT_RESPONSIVE,), D.NOT_RESPONSIVE),
    ((P.NOT_RESPONSIVE, P.DUPLICATE), D.NOT_RESPONSIVE),
    ((P.DUPLICATE,), D.DUPLICATE),
    ((P.WITHDRAWN,), D.WITHDRAWN),
    ((P.COVER_LETTER,), D.RELEASED_IN_FULL),
])
def test_a_document_is_what_its_pages_are(found, wanted):
    assert whole(found) is wanted


@pytest.mark.parametrize(("spans", "stamped", "words"), [
    ([Span(2)], D.RELEASED_IN_FULL, "released in full, but something is withheld on page 2"),
    ([], D.RELEASED_IN_PART, "no withheld span was located"),
    ([Span(1, kind=Kind.PAGE), Span(2, kind=Kind.PAGE)], D.RELEASED_IN_PART, "every page is withheld"),
    ([Span(2)], D.WITHHELD_IN_FULL, "withheld in full, but text is released on pages 1-2"),
    ([Span(2)], D.REFERRED, "the stamp says referred, but text is released on pages 1-2"),
    ([Span(1, kind=Kind.PAGE), Span(2, kind=Kind.PAGE)], D.MISSING,
     "the stamp says missing, but by its pages the document is withheld in full"),
])
def test_where_a_stamp_and_the_pages_differ_it_is_said_in_words(spans, stamped, words):
    assert words in document_state(2, spans, [], stamped=stamped).mismatch


@pytest.mark.parametrize("stamped", [D.RELEASED_IN_PART, D.UNKNOWN])
def test_nothing_is_said_where_they_agree_or_no_stamp_is_there(stamped):
    assert document_state(2, [Span(2)], [], stamped=stamped).mismatch == ""


def test_what_the_review_would_make_of_it():
    released = Span(1, decision=decided(Verdict.RELEASE))
    own = Span(2, origin=Origin.REVIEWER, kind=Kind.MARK)
    assert document_state(2, [released], []).after is D.RELEASED_IN_FULL
    assert document_state(2, [released], []).derived is D.RELEASED_IN_PART
    assert document_state(2, [released, own], []).after is D.RELEASED_IN_PART
    assert document_state(2, [own], []).derived is D.RELEASED_IN_FULL
    kept = Span(1, decision=decided(Verdict.SUSTAIN))
    assert document_state(1, [kept], [SetDisposition(1, P.RELEASED_IN_PART)]).after is D.RELEASED_IN_PART


def _one_change(chance: random.Random, spans: Sequence[Span], count: int) -> tuple[Span, ...]:
    """One span comes, goes, or is another."""
    at, what = chance.randrange(len(spans)), chance.randrange(4)
    rest = (*spans[:at], *spans[at + 1:])
    if what == 0:
        return (*spans, Span(chance.randint(1, count), kind=chance.choice([Kind.PAGE, Kind.BLANK])))
    if what == 1 and len(spans) > 1:
        return rest
    verdict = chance.choice([None, Verdict.RELEASE, Verdict.SUSTAIN])
    return (*rest, replace(spans[at], page=chance.randint(1, count), status=chance.choice(list(Status)),
                           decision=decided(verdict) if verdict else None))


def test_pages_looked_at_one_by_one_say_what_all_of_them_say():
    chance, kept = random.Random(8), PageByPage()
    spans: tuple[Span, ...] = tuple(Span(chance.randint(1, 20)) for _ in range(40))
    said: dict[int, SetDisposition] = {}
    read: dict[int, Disposition] = {}
    for _ in range(150):
        spans = _one_change(chance, spans, 20)
        if chance.random() < 0.2:
            said[chance.randint(1, 20)] = SetDisposition(1, chance.choice(list(P)), str(chance.random()))
            said = {n: replace(s, page=n) for n, s in said.items() if chance.random() < 0.9}
        if chance.random() < 0.2:
            read[chance.randint(1, 20)] = chance.choice([D.WITHHELD_IN_FULL, D.MISSING, D.UNKNOWN])
        asked = 19 if chance.random() < 0.1 else 20
        told = {"read": read, "stamped": chance.choice(list(D))}
        assert kept.state(asked, spans, said.values(), **told) == document_state(
            asked, spans, said.values(), **told)


def test_only_pages_whose_spans_are_other_objects_are_looked_at_again():
    kept, spans = PageByPage(), (Span(1), Span(2), Span(3))
    before = kept.state(3, spans, ())
    after = kept.state(3, (spans[0], replace(spans[1], status=Status.SUGGESTED), spans[2]), ())
    assert [a is b for a, b in zip(before.pages, after.pages, strict=True)] == [True, False, True]
    # The fault it could have: a span that is changed where it lies is the same object, and goes unseen.
    spans[2].status = Status.REJECTED
    assert kept.state(3, spans, ()) != document_state(3, spans, ())
