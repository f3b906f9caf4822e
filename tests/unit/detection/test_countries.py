"""The country first, then the code: trap 35 of the domain reference, and the forms of other countries."""

from __future__ import annotations

import pytest

from review_app.detection import codes, countries
from review_app.domain.vocabulary import Provenance

LETTERS = {
    "US": "United States Department of State\nFreedom of Information Act, 5 U.S.C. 552",
    "UK": "Released under the Freedom of Information Act 2000 by the Cabinet Office",
    "CA": "PROCESSED UNDER THE PROVISIONS OF THE ACCESS TO INFORMATION ACT\nREVISE EN VERTU DE LA LOI",
    "AU": "Released under the Freedom of Information Act 1982, Australian Government",
    "NL": "Besluit op uw verzoek, Wet open overheid (Woo), Ministerie van Voorbeelden",
    "EU": "Decision under Regulation (EC) No 1049/2001 of the European Commission, GESTDEM 2018/9999",
}


def read(text: str, country: str) -> list[str]:
    with countries.decided(country):
        return [code.code for code in codes.read_list(text, Provenance.IN_BOX).codes]


@pytest.mark.parametrize("country", LETTERS)
def test_the_country_is_told_by_the_law_that_is_named(country: str) -> None:
    assert countries.of_text([LETTERS[country]]) == country


@pytest.mark.parametrize(
    "text", ["", "A letter about the weather.", LETTERS["UK"] + "\n" + LETTERS["AU"]]
)
def test_it_is_left_open_where_nothing_or_two_are_named(text: str) -> None:
    assert countries.of_text([text]) == ""


def test_the_language_tells_too() -> None:
    text = "Het verzoek is niet in behandeling genomen, want een deel van de stukken wordt niet " * 4
    assert countries.of_text([text]) == "NL"


@pytest.mark.parametrize(
    ("text", "country", "wanted"),
    [
        ("s 22", "", []), ("s22", "", []), ("section 22", "", []), ("40(2)", "", []),
        ("s 22", "UK", ["s.22"]), ("s 22", "CA", []), ("s.22", "CA", ["s.22"]), ("s 22", "AU", ["s 22"]),
        ("s.40(2)", "UK", ["s.40"]), ("S27(1)(a)", "UK", ["s.27"]), ("40(2)", "UK", ["s.40"]),
        ("s.23, s.24", "UK", ["s.23", "s.24"]), ("Section 42", "UK", ["s.42"]),
        ("s.19(1)", "CA", ["s.19(1)"]), ("21(1)(b)", "CA", ["s.21(1)(a)-(d)"]),
        ("ATIA 15", "CA", ["s.15(1)"]),
        ("s 47F", "AU", ["s 47F"]), ("s 22(1)(a)(ii)", "AU", ["s 22"]), ("s 33(a)(iii)", "AU", ["s 33"]),
        ("5.1.2e", "NL", ["5.1.2e"]), ("5.1.2.e", "NL", ["5.1.2e"]), ("5.1(2)e", "NL", ["5.1.2e"]),
        ("art. 5.1 lid 2 sub e", "NL", ["5.1.2e"]), ("artikel 5.1, lid 1, onder c", "NL", ["5.1.1c"]),
        ("5.1.5", "NL", ["5.1.5"]), ("5.2.1", "NL", ["5.2.1"]), ("5.1.2e 5.1.2i", "NL", ["5.1.2e", "5.1.2i"]),
        ("5.1.2", "NL", []), ("5.2", "NL", []), ("5.1.2e", "", ["5.1.2e"]),
        ("Art. 4(1)(a) third indent", "EU", ["Art. 4(1)(a) 3rd indent"]),
        ("Article 4(1)(b)", "EU", ["Art. 4(1)(b)"]), ("Art. 4(3)", "EU", ["Art. 4(3)"]),
        ("Art. 4(1)(a)", "EU", []), ("Art. 4(1)(a)", "", []),
        ("B6", "US", ["(b)(6)"]), ("(b)(6)", "UK", ["(b)(6)"]),
        ("1992", "UK", []), ("22", "UK", []), ("22", "AU", []), ("12.22(3)", "UK", []), ("page 22", "CA", []),
    ],
)
def test_a_code_by_its_country(text: str, country: str, wanted: list[str]) -> None:
    assert read(text, country) == wanted


def test_outside_a_document_no_country_is_decided() -> None:
    with countries.decided("UK"):
        assert countries.current() == "UK"
    assert countries.current() == ""


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("50Xl", "25X1"), ("25XI", "25X1"), ("lb)(6)", "(b)(6)"), ("(by7KC)", "(b)(7)(C)"),
        ("(kx!)", "(k)(1)"), ("B&", "(b)(8)"),
    ],
)
def test_mangled_forms_are_mended_at_lower_confidence(printed: str, wanted: str) -> None:
    read = codes.read_list(printed, Provenance.IN_BOX)
    assert [c.code for c in read.codes] == [wanted]
    assert read.repaired and all(c.confidence < 0.9 for c in read.codes)
