"""Traps of the domain reference, section 10, that no other test of this folder holds: by their number."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from handmade import pdf_pages, text_pages

from review_app.detection import scan
from review_app.domain.content import PageContent
from review_app.domain.vocabulary import Disposition, ExemptionStatus, Kind

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


BODY = "The delegation met the minister in the morning and spoke about the fisheries accord and its costs."
IN_PART = "RELEASE IN PART\nB6\n\n"
NOTHING: list[tuple[int, list[str]]] = [
    (30, [IN_PART + f"{BODY}\n{BODY}", "This page intentionally left blank", "", BODY]),
    (30, [BODY, "", BODY]),
    (
        31,
        [IN_PART + "Name: ______________ Date: ________\nContents ............ 12\nAnnex ........... 14\n\n"
         f"____________________\nSignature\n\n{BODY}"],
    ),
    (32, [f"{BODY}\n\n{BODY[:40]}\nSubscribe to continue reading"]),
    (33, ["RELEASED IN FULL\n\n" + f"{BODY}\n{BODY}" + "\n" * 14 + "John Sample\nDirector"]),
    (34, [f"{BODY}\n[{BODY.ljust(90)}]  (S)\n{BODY}"]),
]


def files(pages: list[str]) -> list[PageContent]:
    return text_pages("\f".join(pages))


def scans(pages: list[str]) -> list[PageContent]:
    return pdf_pages(*pages)


@pytest.mark.parametrize("made", [files, scans])
@pytest.mark.parametrize(("number", "pages"), NOTHING)
def test_a_trap_where_nothing_is_withheld(
    number: int, pages: list[str], made: Callable[[list[str]], list[PageContent]]
) -> None:
    assert [(s.page, s.kind, s.reasons) for s in scan.document(made(pages)).spans] == []


@pytest.mark.parametrize("made", [files, scans])
def test_ticks_that_cannot_be_read_leave_the_ground_illegible(
    made: Callable[[list[str]], list[PageContent]]
) -> None:
    """Trap 14: the codes of the form are options."""
    found = scan.document(made([FORM_4_760]))
    (span,) = found.spans
    assert (span.kind, span.exemption_status, span.codes) == (Kind.PAGE, ExemptionStatus.ILLEGIBLE, ())
    assert span.extent is not None and (span.extent.number, span.extent.unit) == (28.0, "page")
    assert found.dispositions == {1: Disposition.WITHHELD_IN_FULL}


def test_stacked_codes_in_the_margin_are_all_kept() -> None:
    """Trap 45: which of them belongs to which passage is not known."""
    lines = [BODY.ljust(110) + code for code in ("1.4(D)", "B1", "B7(D)")]
    found = scan.document(scans(["RELEASE IN PART\nB1,1.4(D),B7(D)\n\n" + "\n".join([*lines, BODY])]))
    assert {c.code for s in found.spans for c in s.codes} == {"1.4(d)", "(b)(1)", "(b)(7)(D)"}


def test_a_later_classification_is_no_withholding_of_its_own() -> None:
    """Trap 46: reason and dates of the reviewer who classified an e-mail are not those of a passage."""
    found = scan.document(files([
        "Classified by DAS, A/GIS, DoS on 05/22/2015 ~ Class: SECRET/NOFORN ~ Reason: 1.4(D) ~ "
        f"Declassify on: 11/18/2032\n\n{BODY}"
    ]))
    assert found.spans == () and not {"2032-11-18"} & {r.value for r in found.record}
    assert "exemptions" not in {str(r.field) for r in found.record}
