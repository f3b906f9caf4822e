"""One typeset sample of every stamp family of domain reference 3, with all that must be read from it.

The samples are our own words in the forms of the reference; names and numbers are invented.
"""

from __future__ import annotations

import pytest
from handmade import text_pages

from review_app.detection import families, scan

TICKBOX = """DEPARTMENT OF STATE A/CDC/MR
REVIEWED BY {name} DATE {date}
({rel}) RELEASE ( ) DECLASSIFY
({exc}) EXCISE ( ) DECLASSIFY IN PART
({deny}) DENY ( ) DELETE NON-RESPONSIVE INFO
FOIA EXEMPTIONS {foia} PA EXEMPTIONS {pa}
TS AUTHORITY TO ( ) CLASSIFY as ( )S or ( )C OADR ( ) DOWNGRADE TS to ( )S or ( )C OADR
"""


def tickbox(**given: str) -> str:
    blank = {**dict.fromkeys(("name", "date", "foia", "pa"), "____"),
             **dict.fromkeys(("rel", "exc", "deny"), " ")}
    return TICKBOX.format(**{**blank, **given})


RIF = """JFK ASSASSINATION SYSTEM
IDENTIFICATION FORM
AGENCY INFORMATION
AGENCY : CIA
RECORD NUMBER : 104-19999-10014
RECORD SERIES : JFK
AGENCY FILE NUMBER : 80T09999A
DOCUMENT INFORMATION
ORIGINATOR : CIA
FROM : CHIEF OF EXAMPLE
TO : DIRECTOR
TITLE : CABLE RE AN EXAMPLE
DATE : {date}
PAGES : 3
SUBJECTS :
EXAMPLE, A
DOCUMENT TYPE : PAPER
CLASSIFICATION : SECRET
RESTRICTIONS : {restrictions}
CURRENT STATUS : {status}
DATE OF LAST REVIEW : {review}
OPENING CRITERIA :
COMMENTS : JFK99 : F1 : 1999.01.01
"""


def rif(**given: str) -> str:
    usual = {"date": "11/27/1963", "restrictions": "1B; 1C; 4", "review": "08/15/1998",
             "status": "RELEASED IN PART PUBLIC - RELEASED WITH DELETIONS"}
    return RIF.format(**{**usual, **given})


RIF_RECORD = {
    "doc_no": ["104-19999-10014"], "control_number": ["80T09999A"], "originating_agency": ["CIA"],
    "from": ["CHIEF OF EXAMPLE"], "to": ["DIRECTOR"], "subject": ["CABLE RE AN EXAMPLE"],
    "doc_date": ["1963-11-27"], "doc_type": ["PAPER"], "original_classification": ["SECRET"],
    "exemptions": ["JFK Act 6(1)(B), JFK Act 6(1)(C), JFK Act 6(4)"], "disposition": ["released_in_part"],
    "review_date": ["1998-08-15"],
}
PANEL = "Interagency Security Classification Appeals Panel"

SAMPLES: list[tuple[str, str, dict[str, list[str]]]] = [
    ("state-tickbox", tickbox(), {"reviewing_office": ["DEPARTMENT OF STATE A/CDC/MR"]}),
    (
        "state-tickbox",
        tickbox(name="J. Q. Sample", date="4/12/89", exc="X", foia="B1, B6"),
        {"reviewing_office": ["DEPARTMENT OF STATE A/CDC/MR"], "review_authority": ["J. Q. Sample"],
         "review_date": ["1989-04-12"], "exemptions": ["(b)(1), (b)(6)"],
         "disposition": ["released_in_part"]},
    ),
    (
        "state-tickbox", tickbox(rel="x", date="11/30/91"),
        {"reviewing_office": ["DEPARTMENT OF STATE A/CDC/MR"], "review_date": ["1991-11-30"],
         "disposition": ["released_in_full"]},
    ),
    (
        "state-tickbox", tickbox(rel="x", exc="x"),  # two ticks that contradict each other
        {"reviewing_office": ["DEPARTMENT OF STATE A/CDC/MR"]},
    ),
    (
        "state-newest", 'FL-2019-00999 A-00000429999 "UNCLASSIFIED" 11/20/2019 Page 1',
        {"case_id": ["FL-2019-00999"], "doc_no": ["A-00000429999"], "marking_at_release": ["UNCLASSIFIED"],
         "release_date": ["2019-11-20"]},
    ),
    (
        "state-header",
        "UNCLASSIFIED U.S. Department of State Case No. F-2014-99999 Doc No. C05999999 Date: 05/13/2015\n"
        "RELEASE IN PART\nB1,1.4(B),1.4(D)\n"
        "REVIEW AUTHORITY: Sam Pell, Senior Reviewer",
        {"marking_at_release": ["UNCLASSIFIED"], "case_id": ["F-2014-99999"], "doc_no": ["C05999999"],
         "release_date": ["2015-05-13"], "disposition": ["released_in_part"],
         "exemptions": ["(b)(1), 1.4(b), 1.4(d)"], "review_authority": ["Sam Pell"]},
    ),
    (
        "cia-historical", "CIA HISTORICAL REVIEW PROGRAM\nRELEASE AS SANITIZED\n1998\n",
        {"reviewing_office": ["CIA HISTORICAL REVIEW PROGRAM"], "release_date": ["1998"],
         "disposition": ["released_in_part"]},
    ),
    (
        "cia-historical", "CIA SPECIAL COLLECTIONS\nRELEASE IN FULL 2000\n",
        {"reviewing_office": ["CIA SPECIAL COLLECTIONS"], "release_date": ["2000"],
         "disposition": ["released_in_full"]},
    ),
    (
        "cia-release",  # the review box of the 1970s: nothing is ticked (trap 47)
        "DOCUMENT NO. 12\nNO CHANGE IN CLASS. [ ]\nDECLASSIFIED\nCLASS. CHANGED TO: TS S C\n"
        "NEXT REVIEW DATE:\nAUTH: HR 70-2\nDATE: REVIEWER:\n"
        "Approved for Release: 2019/03/14 C02999999",
        {"release_date": ["2019-03-14"], "doc_no": ["C02999999"]},
    ),
    (
        "fbi-unclassified",
        "ALL INFORMATION CONTAINED\nHEREIN IS UNCLASSIFIED EXCEPT\nWHERE SHOWN OTHERWISE\n"
        "DATE 03-12-2012 BY 60999/uc/baw/sbs",
        {"marking_at_release": ["UNCLASSIFIED"], "review_date": ["2012-03-12"],
         "review_authority": ["60999/uc/baw/sbs"]},
    ),
    (
        "fbi-unclassified", "ALL INFORMGTION CONTAINED\nHEREIN 1S UNCLASSIFLED",
        {"marking_at_release": ["UNCLASSIFIED"]},
    ),
    (
        "nara-project", "DECLASSIFIED\nAuthority NND 959999\nBy JW NARA Date 3/12/09",
        {"case_id": ["NND 959999"], "review_authority": ["JW"], "review_date": ["2009-03-12"]},
    ),
    ("nara-project", "DECLASSIFIED\nAuthority NNO 959999", {"case_id": ["NND 959999"]}),
    (
        "presidential-library", "DECLASSIFIED\nE.O. 12958, Sec. 3.6\nNLJ 03-999\nBy ___, NARA Date 5-12-04",
        {"case_id": ["NLJ 03-999"], "review_date": ["2004-05-12"]},
    ),
    (
        "presidential-library", "SANITIZED\nE.O. 13526, Sec. 3.5\nNLC-128-4-99-1-9\n"
        "By KB, NARA, Date 7/2/2013",
        {"case_id": ["NLC 128-4-99-1-9"], "review_authority": ["KB"], "review_date": ["2013-07-02"],
         "disposition": ["released_in_part"]},
    ),
    (
        "iscap",
        "DECLASSIFIED UNDER AUTHORITY OF THE\nINTERAGENCY SECURITY CLASSIFICATION APPEALS PANEL,\n"
        "E.O. 13526, SECTION 5.3(b)(3)\nISCAP APPEAL NO. 2012-999, document 1\n"
        "DECLASSIFICATION DATE: March 4, 2015",
        {"review_authority": [PANEL], "case_id": ["2012-999"], "doc_no": ["1"],
         "review_date": ["2015-03-04"]},
    ),
    (
        "nsa-release", "Approved for Release by NSA\non 11 09 - 2020 , FOIA Case #68999",
        {"release_date": ["2020-11-09"], "case_id": ["68999"]},
    ),
    (
        "nsa-release",
        "Declassified and approved for release by NSA on 05-14-2014 pursuant to E.O. 13526, "
        "FOIA Case # 51999A",
        {"release_date": ["2014-05-14"], "case_id": ["51999A"]},
    ),
    ("nsa-document", "DOCID: 3419999\nsome text", {"doc_no": ["3419999"]}),
    ("nsa-document", "REF ID:A66999\nsome text", {"doc_no": ["A66999"]}),
    (
        "osd-whs",
        "DECLASSIFIED IN FULL\nAuthority: EO 13526\nChief, Records & Declass Div, WHS\nDate: SEP 15 2014",
        {"reviewing_office": ["Chief, Records & Declass Div, WHS"], "review_date": ["2014-09-15"],
         "disposition": ["released_in_full"]},
    ),
    (
        "osd-whs",
        "Office of the Secretary of Defense 5 U.S.C. 552\nChief, RDD, ESD, WHS\nDate: 14 MAR 2016\n"
        "Authority: EO 13526\nDeclassify:     Deny in Full:\nDeclassify in Part: X\n"
        "Reason: 3.3(b)(1)\nMDR: 12-M-1999",
        {"reviewing_office": ["Chief, RDD, ESD, WHS"], "review_date": ["2016-03-14"],
         "exemptions": ["3.3(b)(1)"], "case_id": ["12-M-1999"], "disposition": ["released_in_part"]},
    ),
    (
        "osd-whs",
        "Chief, RDD, ESD, WHS\nDate: 14 MAR 2016\nDeclassify:\nDeny in Full:\nDeclassify in Part:\n",
        {"reviewing_office": ["Chief, RDD, ESD, WHS"], "review_date": ["2016-03-14"]},
    ),
    ("dia", "DECLASSIFIED BY DIA\n12 JUN 2009", {"review_authority": ["DIA"], "review_date": ["2009-06-12"]}),
    ("nro-release", "APPROVED FOR RELEASE\n17 September 2011", {"release_date": ["2011-09-17"]}),
    (
        "joint-staff", "DECLASSIFIED BY: RALPH A. SAMPLE, JS\nDATE: 9 MAY 1996",
        {"review_authority": ["RALPH A. SAMPLE, JS"], "review_date": ["1996-05-09"]},
    ),
    (
        "doe-two-reviews",
        "1st Review-Date: 03/04/1999\nAuthority: DC DD\nName: T. Sample\n2nd Review-Date: 03/09/1999\n"
        "Authority: DD\nName: R. Probe\nDETERMINATION [CIRCLE NUMBER(S)]\n1. Classification retained\n"
        "2. Classification changed to:\n3. Contains no DOE classified info",
        {"review_date": ["1999-03-04", "1999-03-09"], "review_authority": ["T. Sample", "R. Probe"]},
    ),
    (
        "jfk-header",
        "104-19999-10271 2025 RELEASE UNDER THE PRESIDENT JOHN F. KENNEDY "
        "ASSASSINATION RECORDS ACT OF 1992 }",
        {"doc_no": ["104-19999-10271"], "release_date": ["2025"]},
    ),
    ("jfk-docid", "NW 68999 DocId:34519999 Page 3", {"control_number": ["34519999"]}),
    ("jfk-docid", "HW 68999 Docld:34519999 Page 3", {"control_number": ["34519999"]}),
    ("jfk-rif", rif(), RIF_RECORD),
    ("jfk-rif", rif(restrictions="\u2014 1B; LC; 4"), RIF_RECORD),  # trap 27
    (
        "jfk-rif", rif(date="00/00/0000", review="01/01/1900"),  # trap 21
        {k: v for k, v in RIF_RECORD.items() if k not in ("doc_date", "review_date")},
    ),
    (
        "jfk-rif", rif(status="POSTPONED IN FULL"),
        {**RIF_RECORD, "disposition": ["withheld_in_full"]},
    ),
    (
        "jfk-rif",  # worn: broken and misread labels, a colon and a figure lost
        "AGENCY\nINFORMATION\nAGENCY : CIA\nRECORD\nNUMBER : 104-19999-10014\nRECORD SERIES : JFK\n"
        "D4TE  11/27/1963\nPAGES : 3\nDOCUMENT TYPE : PAPER\nCLASSIFICATION : SECRET\nRESTRI(TIONS : |B; C\n"
        "CURRENT STATUS : RELEASED WITH DELETIONS\nDATE OF LA.ST REVIEVV : 08/15/1998",
        {k: v if k != "exemptions" else ["JFK Act 6(1)(B), JFK Act 6(1)(C)"] for k, v in RIF_RECORD.items()
         if k not in ("control_number", "originating_agency", "from", "to", "subject")},
    ),
    ("joint-staff", "DE(LASSIEIFD BY: JOHN SAMPLE\nDATE: 2_4 PR 1989",
     {"review_authority": ["JOHN SAMPLE"], "review_date": ["1989-04-24"]}),
    ("cia-release", "Approved for Release: 20|0/|0/28 C02999047",
     {"release_date": ["2010-10-28"], "doc_no": ["C02999047"]}),
    (
        "jfk-rif",  # trap 26: the values of both columns without their labels
        "cIA\n104-19999-10290\nJFK\n80T09999A\nCIA\nDIRECTOR\nCABLE RE AN EXAMPLE\n11/27/1963\n3\nPAPER\n"
        "SECRET\n1A 1B\nRELEASED IN PART PUBLIC - RELEASED WITH DELETIONS\n08/15/1998\n",
        {"doc_no": ["104-19999-10290"], "doc_date": ["1963-11-27"], "original_classification": ["SECRET"],
         "exemptions": ["JFK Act 6(1)(A), JFK Act 6(1)(B)"], "disposition": ["released_in_part"],
         "review_date": ["1998-08-15"]},
    ),
]


HOSTILE: list[tuple[str, dict[str, list[str]]]] = [
    # A marking printed across the stamp is no part of the name.
    ("Review Authority: ROBERT\nUNCLASSIFIED\nSAMPLE\nDate: 06/17/96\nCase ID: 90999152",
     {"review_authority": ["ROBERT SAMPLE"], "review_date": ["1996-06-17"], "case_id": ["90999152"]}),
    ("REVIEW AUTHORITY: McSAMPLE, JOHN P.\nDATE: 06/17/96\nCASE ID: 90999152",
     {"review_authority": ["McSAMPLE, JOHN P."], "review_date": ["1996-06-17"], "case_id": ["90999152"]}),
    ("Review Authority: N/A Date: 00/00/0000 Case ID: N/A", {}),
    ("Case No. F-2014-99999\nDoc No. C05999999\nDate: 05/13/2051",  # no release lies ahead
     {"case_id": ["F-2014-99999"], "doc_no": ["C05999999"]}),
    # Sentences are no stamps.
    ("The case no. F-2014-99999 was closed on date 05/13/2015; the doc no. C05999999 stays.", {}),
    ("He was approved for release 17 September 2011 from the hospital.", {}),
    ("We declassified by: hand, date 5 May 1999, all files.", {}),
    ("Name: ______ Date: ______", {}),
    # Two different stamps on one page give two values of a field.
    ("Case No. F-2014-99999 Doc No. C05999999 Date: 05/13/2015\nApproved for Release: 2019/03/14 C02999047",
     {"case_id": ["F-2014-99999"], "doc_no": ["C05999999", "C02999047"],
      "release_date": ["2015-05-13", "2019-03-14"]}),
    ("APPROVED FOR RELEASE 1994\nCIA HISTORICAL REVIEW PROGRAM",
     {"reviewing_office": ["CIA HISTORICAL REVIEW PROGRAM"], "release_date": ["1994"]}),
    ("ISCAP No. 2012-999", {"case_id": ["2012-999"]}),
    ("Approved for Release: 2019/13/45 C02999047", {"doc_no": ["C02999047"]}),
]


def record(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for reading in scan.document(text_pages(text)).record:
        found.setdefault(str(reading.field), []).append(reading.value)
    return found


@pytest.mark.parametrize(("family", "text", "wanted"), SAMPLES)
def test_sample(family: str, text: str, wanted: dict[str, list[str]]) -> None:
    assert record(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), HOSTILE)
def test_hostile_variation(text: str, wanted: dict[str, list[str]]) -> None:
    assert record(text) == wanted


@pytest.mark.parametrize(("family", "text", "wanted"), SAMPLES)
def test_repeated_on_three_pages_it_is_one_stamp(
    family: str, text: str, wanted: dict[str, list[str]]
) -> None:
    assert record("\f".join([text] * 3)) == wanted


def test_no_sample_withholds_anything() -> None:
    """Stamps and forms are no spans, whatever codes and boxes they print."""
    assert [text[:40] for _, text, _ in SAMPLES if scan.document(text_pages(text)).spans] == []


def test_every_family_has_a_sample() -> None:
    elsewhere = {"state-1990s", "state-systematic", "aad-attributes"}  # test_stamps.py
    elsewhere |= {"doe-second-review"}  # the lower half of doe-two-reviews
    known = {family.name for family in families.families()}
    assert known - elsewhere == {name for name, _, _ in SAMPLES}
