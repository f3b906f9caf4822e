"""Dates of stamps: domain reference 3.7 and traps 4, 5, 19, 21, 22."""

from __future__ import annotations

import datetime

import pytest

from review_app.detection import dates

TODAY = datetime.date(2026, 1, 1)


def iso(text: str, **kwargs: object) -> str | None:
    date = dates.find(text, today=TODAY, **kwargs)  # type: ignore[arg-type]
    return date.iso if date else None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Date: 06/17/96", "1996-06-17"),
        ("Date: 05/13/2015", "2015-05-13"),
        ("1992/04/29", "1992-04-29"),
        ("APR 29 1992", "1992-04-29"),
        ("April 29, 1992", "1992-04-29"),
        ("30 JUN 2005", "2005-06-30"),
        ("20 Mar 2014", "2014-03-20"),
        ("12-Sep-2002", "2002-09-12"),
        ("09 SEP 2002", "2002-09-09"),
        ("04302008", "2008-04-30"),
        ("11 09 - 2020", None),
        ("2005/08/02 : CIA-RDP85", "2005-08-02"),
        ("GDS - 11/I7/85", "1985-11-17"),
        ("05/l3/2O15", "2015-05-13"),
        ("13/05/2015", "2015-05-13"),
    ],
)
def test_forms(text: str, wanted: str | None) -> None:
    assert iso(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "01 JAN 1960",
        "01/01/1900",
        "00/00/0000",
        "00/00/",
        "02/30/1999",
        "13/32/1999",
        "06/17/",
        "no date",
        "9213910",
        "01530",
        "555-1234",
        "1/2 page",
        "99/99/9999",
        "slides 3/4",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert dates.find(text, today=TODAY) is None


def test_two_digit_years_take_the_latest_year_that_is_not_ahead() -> None:
    assert iso("03/01/24") == "2024-03-01"
    assert iso("03/01/27") == "1927-03-01"


def test_two_digit_years_do_not_precede_the_document() -> None:
    assert iso("06/17/26", document_year=1992) is not None
    assert iso("06/17/96", document_year=1992) == "1996-06-17"
    assert iso("06/17/20", document_year=1919) == "1920-06-17"


def test_ambiguous_order_is_flagged_and_trusted_less() -> None:
    date = dates.find("Date: 03/04/05", today=TODAY)
    assert date is not None and date.iso == "2005-03-04"
    assert date.order_assumed and date.century_inferred and date.certainty < 0.8
    clear = dates.find("Date: 06/17/96", today=TODAY)
    assert clear is not None and not clear.order_assumed and clear.certainty > 0.9


def test_day_first_where_the_country_writes_so() -> None:
    assert iso("03/04/2005", day_first=True) == "2005-04-03"


def test_repaired_digits_are_flagged() -> None:
    date = dates.find("O6/17/1996", today=TODAY)
    assert date is not None and date.iso == "1996-06-17" and date.repaired


def test_forms_can_be_limited() -> None:
    assert iso("26} 9/08/02", forms=("ymd",)) is None
    assert iso("06/30/20", full_year=True) is None
    assert iso("06/30/2015", full_year=True) == "2015-06-30"


def test_whole_wants_nothing_around() -> None:
    assert dates.whole(" APR 29 1992 ", today=TODAY) is not None
    assert dates.whole("said on Nov. 9, 1993 that", today=TODAY) is None


@pytest.mark.parametrize("text", ["Disposition Date: 01 JAN 1960", "DATE : 01/01/1900", "00/00/0000"])
def test_null_dates_are_no_dates(text: str) -> None:
    assert dates.find(text, today=TODAY) is None
