"""Code lists in code contexts: domain reference 1.6 and traps 9, 10, 13, 48, 49."""

from __future__ import annotations

import re

import pytest

from review_app.detection import codes
from review_app.domain.vocabulary import Provenance

LINE = Provenance.RELEASE_LINE


def read(text: str, *, repair: bool = True) -> list[str]:
    return [code.code for code in codes.read_list(text, LINE, repair=repair).codes]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("B1,1.4(B),1.4(D)", ["(b)(1)", "1.4(b)", "1.4(d)"]),
        ("1.4(B),B1", ["1.4(b)", "(b)(1)"]),
        ("B5, B6", ["(b)(5)", "(b)(6)"]),
        ("B1, 1.4(B)(D)", ["(b)(1)", "1.4(b)", "1.4(d)"]),
        ("1.4(B,D)", ["1.4(b)", "1.4(d)"]),
        ("1.4 (B)", ["1.4(b)"]),
        ("B7 (D)", ["(b)(7)(D)"]),
        ("b6/b7C", ["(b)(6)", "(b)(7)(C)"]),
        ("b7C-3", ["(b)(7)(C)"]),
        ("B1,B7(D),B7(E),1.4(D),B7(A)", ["(b)(1)", "(b)(7)(D)", "(b)(7)(E)", "1.4(d)", "(b)(7)(A)"]),
        ("3-3(h)(2)", ["3.3(h)(2)"]),
        ("3-5(c)", ["3.5(c)"]),
        ("25X1", ["25X1"]),
        ("(b)(6)", ["(b)(6)"]),
        ("NR", ["NR"]),
    ],
)
def test_lists(text: str, wanted: list[str]) -> None:
    assert read(text) == wanted
    assert codes.read_list(text, LINE, repair=True).complete


@pytest.mark.parametrize(
    ("text", "wanted"), [("| BS", "(b)(5)"), ("BG", "(b)(6)"), ("Be", "(b)(6)"), ("85", "(b)(5)")]
)
def test_misread_codes_are_mended_only_when_asked_and_trusted_less(text: str, wanted: str) -> None:
    found = codes.read_list(text, LINE, repair=True)
    assert [c.code for c in found.codes] == [wanted]
    assert found.repaired and found.codes[0].confidence < 0.8
    assert codes.read_list(text, LINE, repair=False).codes == ()


def test_a_mended_code_must_be_an_expected_one() -> None:
    expected = frozenset({"(b)(6)"})
    assert read("BG") == ["(b)(6)"]
    assert codes.read_list("BS", LINE, repair=True, expected=expected).codes == ()
    assert [c.code for c in codes.read_list("BG", LINE, repair=True, expected=expected).codes] == ["(b)(6)"]


def test_the_longest_code_wins_where_two_overlap() -> None:
    found = codes.read_list("EO 12958 3.4(b)(1)>25Yrs", LINE)
    assert len(found.codes) == 1
    assert found.codes[0].raw.endswith("(1)") and found.codes[0].code != "(b)(1)"


@pytest.mark.parametrize(
    "text",
    [
        "the report",
        "DEPART",
        "B",
        "5",
        "1992",
        "EAP",
        "S/S",
        "NEA",
        "EUR/SCE",
        "L",
        "OADR",
        "PREL, PGOV, BK",
        "vitamin",
        "",
    ],
)
def test_what_is_no_code(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "text", ["B2 visa", "1.4(B) The Contractor shall", "B1 and B6 deficiency", "B-1 bomber", "Building B1"]
)
def test_a_code_among_words_is_not_a_code_list(text: str) -> None:
    assert not codes.read_list(text, LINE).complete


def test_codes_remember_where_they_stood_and_what_was_printed() -> None:
    code = codes.read_list("1.4(D)", Provenance.MARGIN).codes[0]
    assert (code.raw, code.provenance) == ("1.4(D)", Provenance.MARGIN)


def test_a_long_context_is_cut_off() -> None:
    assert len(codes.read_list("B5," * 10_000, LINE).codes) == 1


def test_a_section_number_of_several_countries_says_nothing_without_the_country() -> None:
    assert read("s 22") == []
    assert read("5.1.2e") == ["5.1.2e"]


def test_a_word_of_the_code_table_that_is_no_ground_for_withholding_is_no_code() -> None:
    assert codes.canonical("OADR") == "OADR"  # the table knows it: a declassification instruction
    assert read("DECL: OADR") == []


def test_the_patterns_as_one_find_what_each_finds() -> None:
    texts = [
        "(b)(1)", "1.4(d)", "25X1", "s 22", "s.40(2)", "5.1.2e", "50 U.S.C. 3024", "P.L. 86-36", "a report",
        "STAT", "section 40", "JFK Act 6 (1)(C)", "a report of 7 pages", "",
    ]
    seen = set()
    for us in (True, False):
        either = codes._any_of_table(us)
        assert either is not None
        for text in texts:
            alone = any(pattern.search(text) for _, _, pattern in codes._table(us))
            assert (either.search(text) is not None) is alone
            seen.add(alone)
    assert seen == {True, False}


def test_a_row_of_an_office_with_groups_does_without_the_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (("OWN", "x1", re.compile(r"x(1)")), ("OWN", "yy", re.compile(r"(y)\1")))
    monkeypatch.setattr(codes, "_table", lambda us: rows)
    assert codes._any_of_table.__wrapped__(True) is None
