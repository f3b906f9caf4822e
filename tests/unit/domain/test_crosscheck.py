"""Warnings of the domain reference, 1.6 step 7, 4.1, 8.2: each raised by its fault and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from review_app.domain import crosscheck
from review_app.domain.findings import CodeReading
from review_app.domain.vocabulary import Disposition, Field, FieldStatus, Origin, Provenance, Status


@dataclass(frozen=True)
class Span:
    codes: tuple[CodeReading, ...] = ()
    page: int = 1
    origin: Origin = Origin.AGENCY
    status: Status = Status.SUGGESTED


@dataclass(frozen=True)
class Said:
    field: Field
    value: str
    status: FieldStatus = FieldStatus.SUGGESTED


def span(*codes: str, page: int = 1, **kwargs: object) -> Span:
    return Span(tuple(CodeReading(c, c, Provenance.MARGIN) for c in codes), page, **kwargs)  # type: ignore[arg-type]


def rules(
    *spans: Span, all_unclassified: bool = False, **fields: str
) -> list[str]:
    record = [Said(Field(name), value) for name, value in fields.items()]
    return [w.rule for w in crosscheck.check(spans, record, all_unclassified=all_unclassified)]


@pytest.mark.parametrize(
    ("spans", "fields", "wanted"),
    [
        ([], {"disposition": "released_in_part"}, ["part_without_span"]),
        ([span()], {"disposition": "released_in_part"}, []),
        ([span()], {"disposition": "released_in_full"}, ["full_with_span"]),
        ([span("NR")], {"disposition": "released_in_full"}, []),
        ([], {"disposition": "released_in_full"}, []),
        ([], {"disposition": "released_in_full", "exemptions": "(b)(6)"}, ["full_with_codes"]),
        ([span("(b)(1)")], {}, ["b1_without_category"]),
        ([span("(b)(1)", "1.4(d)")], {}, []),
        ([span("(b)(1)")], {"exemptions": "(b)(1), 1.4(d)"}, []),
        ([span("(b)(1)"), span("25X1", page=2)], {}, []),
        ([span("1.4(d)"), span("(b)(6)")], {}, ["category_without_b1"]),
        ([span("1.4(d)")], {"case_id": "F-2014-20439"}, ["category_without_b1"]),
        ([span("1.4(d)")], {"case_id": "2012-071"}, []),
        ([span("(b)(3)")], {}, ["b3_without_statute"]),
        ([span("(b)(3)", "(b)(3) CIA PERS/ORG")], {}, []),
        ([span("(b)(7)")], {}, ["b7_without_letter"]),
        ([span("(b)(7)(C)")], {}, []),
        ([span("NR", "(b)(6)")], {}, ["scope_with_exemptions"]),
        ([span("NR"), span("(b)(6)")], {}, []),
        ([], {"exemptions": "NR, (b)(6)"}, ["scope_with_exemptions"]),
        ([span("1.3(a)(5)")], {"review_date": "2001-03-01"}, ["order_of_1.3(a)"]),
        ([span("1.3(a)(5)")], {"review_date": "1991-03-01"}, []),
        ([span("1.5(d)")], {"review_date": "2010-03-01"}, ["order_of_1.5"]),
        ([span("1.5(d)")], {"review_date": "1999-03-01"}, []),
        ([span("1.4(d)")], {"release_date": "1999-03-01"}, ["order_of_1.4"]),
        ([span("1.4(d)")], {"release_date": "2015-03-01"}, []),
        ([span("25X1")], {"doc_date": "1995-01-01", "review_date": "2015-01-01"}, ["younger_than_25"]),
        ([span("25X1")], {"doc_date": "1985-01-01", "review_date": "2015-01-01"}, []),
        ([span("3.3(h)(2)")], {"doc_date": "1975-01-01", "review_date": "2015-01-01"}, ["younger_than_50"]),
        ([span("(b)(5)")], {"doc_date": "1980-01-01", "review_date": "2019-01-01"}, ["old_deliberation"]),
        ([span("(b)(5)")], {"doc_date": "1980-01-01", "review_date": "2012-01-01"}, []),
        ([], {"doc_date": "2001-01-01", "review_date": "1999-01-01"}, ["review_before_document"]),
        ([], {"doc_date": "2001-01-01", "release_date": "1999-01-01"}, ["release_before_document"]),
        ([], {"review_date": "2001-01-01", "release_date": "1999-01-01"}, ["release_before_review"]),
        ([], {"doc_date": "1999-01-01", "review_date": "2001-01-01", "release_date": "2001-01-01"}, []),
        ([], {"marking_at_release": "SECRET"}, ["still_classified"]),
        ([], {"marking_at_release": "UNCLASSIFIED"}, []),
    ],
)
def test_each_rule(spans: list[Span], fields: dict[str, str], wanted: list[str]) -> None:
    assert rules(*spans, **fields) == wanted


def test_portion_marks_that_all_say_unclassified() -> None:
    assert "all_unclassified" in rules(span("1.4(d)"), all_unclassified=True)
    assert rules(span("(b)(6)"), all_unclassified=True) == []


def test_rejected_and_own_marks_do_not_count() -> None:
    assert rules(span("(b)(3)", status=Status.REJECTED), span("(b)(3)", origin=Origin.REVIEWER)) == []
    gone = Said(Field.DISPOSITION, "released_in_part", FieldStatus.REJECTED)
    assert crosscheck.check([], [gone]) == ()


def test_the_pages_are_named() -> None:
    found = crosscheck.check([span("(b)(3)", page=4), span("(b)(3)", page=2)], [])
    assert [w.pages for w in found] == [(2, 4)]
    assert str(found[0]).endswith("(pages 2, 4)")


def test_a_decision_ends_a_warning_and_what_other_parts_said_stays() -> None:
    unread = "no text layer on page 3: nothing was read there; look at the page itself"
    before = crosscheck.check([span("(b)(3)")], [], disposition=Disposition.RELEASED_IN_FULL)
    stored = (*map(str, before), unread)
    assert len(stored) == 3
    assert crosscheck.again(stored, [span("(b)(3)")], [], disposition=Disposition.RELEASED_IN_FULL) == stored
    assert crosscheck.again(stored, [], [], disposition=Disposition.RELEASED_IN_FULL) == (unread,)


def test_every_rule_is_recognised_when_asked_again() -> None:
    """Else a stored warning would stand beside its fresh twin."""
    dates = [Said(Field.DOC_DATE, "2001-01-01"), Said(Field.REVIEW_DATE, "1999-01-01"),
             Said(Field.RELEASE_DATE, "1998-01-01"), Said(Field.MARKING_AT_RELEASE, "SECRET")]
    many = [span("(b)(1)"), span("(b)(3)"), span("(b)(7)"), span("NR", "(b)(6)"), span("1.4(d)"),
            span("25X1")]
    said = [
        *crosscheck.check(many, dates, disposition=Disposition.RELEASED_IN_FULL, all_unclassified=True),
        *crosscheck.check([span("(b)(1)")], []), *crosscheck.check([span("1.4(d)", "(b)(6)")], []),
        *crosscheck.check([], [Said(Field.DISPOSITION, "released_in_part")]),
        *crosscheck.check([], [Said(Field.EXEMPTIONS, "(b)(6)"),
                               Said(Field.DISPOSITION, "released_in_full")]),
        *crosscheck.check([span("(b)(5)", "25X1")], [Said(Field.DOC_DATE, "1995-01-01"),
                                                     Said(Field.REVIEW_DATE, "2020-02-01")]),
        *crosscheck.check([span("25X1")], [Said(Field.DOC_DATE, "1995-01-01"),
                                           Said(Field.REVIEW_DATE, "2010-02-01")]),
    ]
    assert len({w.rule for w in said}) >= 16
    assert crosscheck.again([str(w) for w in said], [], []) == ()
