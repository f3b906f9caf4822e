"""Traps of the domain reference, section 10, that no other test of this folder holds: by their number."""

from __future__ import annotations

import pytest
from handmade import text_pages

from review_app.detection import scan

FORM_4_760 = (
    "FEDERAL BUREAU OF INVESTIGATION\nFOIPA\nDELETED PAGE INFORMATION SHEET\n\n"
    "28 Page(s) withheld entirely at this location in the file.\n\nSection 552   Section 552a\n"
    "D (b)(1)  D (b)(7)(A)  D (d)(5)\nD (b)(3) O (by7KC) D (kx!)\n\n"
    "XXXXXXXXX\nX DELETED PAGE(S) X\nX NO DUPLICATION FEE X\nX FOR THIS PAGE X"
)
TRAPS: list[tuple[int, str, dict[str, list[str]]]] = [
    (7, "RELEASED IN FULL\n\n01530\n\n9213910\n\nsome text", {"disposition": ["released_in_full"]}),
    (8, "the report will be released in part next week, the rest RELEASED IN PART later on.", {}),
    (10, "RELEASE IN PART |\nBS", {"disposition": ["released_in_part"], "exemptions": ["(b)(5)"]}),
    (10, "RELEASE IN PART\nBG", {"disposition": ["released_in_part"], "exemptions": ["(b)(6)"]}),
    (
        11, "RELEASE IN PART\nB6\n\nvitamin B1 and B6 deficiency; Building B1; B-1 bomber; B2 visa; map B4",
        {"disposition": ["released_in_part"], "exemptions": ["(b)(6)"]},
    ),
    (12, "1.4(B) The Contractor shall do this.\nSection 1.4(a) of the treaty", {}),
    (
        13, "RELEASED IN PART\nEO 12958 3.4(b)(1)>25Yrs",
        {"disposition": ["released_in_part"], "exemptions": ["3.3(b)(1)"]},
    ),
    (14, FORM_4_760, {}),
    (15, "EXPLANATION OF EXEMPTIONS\n(b)(1) classified\n(b)(3) statutes\n(b)(6) privacy", {}),
    (
        16, "RELEASED IN PART\nB5\n\nDrafted: EAP/C: A. Sample\nCleared: NEA - B, EUR/SCE, S/S, L, B",
        {"disposition": ["released_in_part"], "exemptions": ["(b)(5)"]},
    ),
    (17, "RELEASED IN PART\n\nTAGS: PREL, PGOV, BK\nDECL: OADR", {"disposition": ["released_in_part"]}),
    (28, "14-00000\n\nsome text", {}),
    (
        38,
        "Case No. F-2014-99999 Doc No. C05999999 Date: 08/31/2015\nClassified by DAS, A/GIS, DoS on "
        "07/30/2015 ~ Class: CONFIDENTIAL ~ Reason: 1.4(D) ~ Declassify on: 08/14/2024",
        {"case_id": ["F-2014-99999"], "doc_no": ["C05999999"], "release_date": ["2015-08-31"]},
    ),
    (41, "Date: 05/13/2015     RELEASE IN\nPART B6",
     {"disposition": ["released_in_part"], "exemptions": ["(b)(6)"]}),
    (42, "STATE\nRELEASE   March 30.\nFOR IMMEDIATE RELEASE", {}),
    (43, "             CONFIDENTIAL\nFor: A\nFrom: B\n\ntext of a private memo", {}),
    (47, "NO CHANGE IN CLASS. [] DECLASSIFIED CLASS. CHANGED TO: TS S C", {}),
    (
        49, "RELEASE IN PART\nB1,B7(D),B7(E),1.4(D),B7(A)",
        {"disposition": ["released_in_part"],
         "exemptions": ["(b)(1), (b)(7)(D), (b)(7)(E), 1.4(d), (b)(7)(A)"]},
    ),
]


@pytest.mark.parametrize(("number", "text", "wanted"), TRAPS)
def test_trap(number: int, text: str, wanted: dict[str, list[str]]) -> None:
    found = scan.document(text_pages(text))
    record: dict[str, list[str]] = {}
    for reading in found.record:
        record.setdefault(str(reading.field), []).append(reading.value)
    assert record == wanted
    assert [code.code for span in found.spans for code in span.codes] == []


def test_codes_of_a_bulletin_alone_in_the_right_margin() -> None:
    """Trap 48: the hyphen is a misread stop."""
    line = "The text of this line is long enough to be one of the body".ljust(80)
    found = scan.document(text_pages(
        f"Approved for Release: 2019/03/14 C02999999\n\n{line}3-3(h)(2)\nmore text\n{line}3-5(c)"
    ))
    assert [c.code for s in found.spans for c in s.codes] == ["3.3(h)(2)", "3.5(c)"]
