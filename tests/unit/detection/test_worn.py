"""Dates in worn print: believed only where one calendar date explains the signs."""

from __future__ import annotations

import datetime

import pytest

from review_app.detection import dates, worn

TODAY = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(("print_", "iso", "is_completed"), [
    ("01 MY 2003", "2003-05-01", False),  # a letter of the month lost
    ("30 Mr 201O", "2010-03-30", False),
    ("18 Mor 2013", "2013-03-18", False),  # MAR by a sign alike, NOV by one that is not
    ("Janvory 20, 200B", "2008-01-20", False),
    ("2_8 JUL 2005", "2005-07-28", False),  # a speck within the day: no 8 July
    ("APR 2`2 2008", "2008-04-22", False),
    ("200_2/08/07", "2002-08-07", False),
    ("02/24/19-95", "1995-02-24", False),
    ("215/08/28", "2015-08-28", True),  # of the years since 1940 only 2015 loses a figure so
    ("03/13/167", "1967-03-13", True),
    ("July 23, 010", "2010-07-23", True),
])
def test_one_date_explains_the_signs(print_: str, iso: str, is_completed: bool) -> None:
    assert dates.find(print_, today=TODAY) is None
    found = worn.find(print_, today=TODAY)
    assert found is not None and (found.iso, found.year_completed) == (iso, is_completed)
    assert found.certainty < (0.65 if is_completed else 0.9)


@pytest.mark.parametrize("print_", [
    "02 NOY 2002",  # May as well as November
    "M4 9 2001",
    "08-30-201",  # 2001, 2010, 2011 ...
    "12/26/209",  # 2009, 2019
    "23 Aug 202",
    "12 of 1999",
    "5 to 1990",
])
def test_what_two_dates_explain_is_none(print_: str) -> None:
    assert worn.find(print_, today=TODAY) is None


def test_a_later_year_makes_a_lost_figure_doubtful() -> None:
    found = worn.find("12/26/209", today=datetime.date(2018, 1, 1))
    assert found is not None and found.iso == "2009-12-26"


@pytest.mark.parametrize(
    ("text", "is_single"), [("2010/|0/28", False), ("10/2/2010", True), ("2010/1/28", True)]
)
def test_a_figure_alone_is_told_from_one_misread(text: str, is_single: bool) -> None:
    found = dates.find(text, today=TODAY)
    assert found is not None and found.single_figure is is_single


def test_no_year_before_1940_becomes_a_later_one() -> None:
    for year in range(1900, 1940):
        for at in range(4):
            left = str(year)[:at] + str(year)[at + 1 :]
            found = worn.find(f"07/14/{left}", today=TODAY)
            assert found is None or not found.year_completed, left
