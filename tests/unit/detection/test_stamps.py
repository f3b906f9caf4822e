"""Stamps: traps 1-7, 18-24, 37-40 of the domain reference, votes over pages, and families as data."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from handmade import pdf_pages, text_pages

from review_app.detection import families, scan, stamps
from review_app.detection.anchors import Finder
from review_app.detection.flow import Collapsed, Flow
from review_app.domain.errors import EnvironmentProblem

STATE_A = (
    "UNCLASSIFIED 9213910\n\nRELEASED IN PART\n\n01530\n\n1992/04/29\n\nUnited States Department of State\n"
    "Office of FOI, Privacy, & Classification Review\nReview Authority: ROBERT WILLER\nDate: 06/17/96\n"
    "Case ID: 90019152\n"
)
HEADER = "UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. C05767886 Date: 08/31/2015"
SYSTEMATIC = "Declassified/Released US Department of State EO Systematic Review 30 JUN 2005"


def record(text: str, **kwargs: datetime.date) -> dict[str, str]:
    readings = scan.document(text_pages(text), **kwargs).record
    assert len({r.field for r in readings}) == len(readings), "a field was read twice"
    return {str(r.field): r.value for r in readings}


def values(text: str, name: str) -> list[str]:
    return [r.value for r in scan.document(text_pages(text)).record if r.field == name]


class TestState1990s:
    def test_the_whole_stamp(self) -> None:
        assert record(STATE_A) == {
            "marking_at_release": "UNCLASSIFIED",
            "log_number": "9213910",
            "disposition": "released_in_part",
            "control_number": "01530",
            "doc_date": "1992-04-29",
            "reviewing_office": "Office of FOI, Privacy, & Classification Review",
            "review_authority": "ROBERT WILLER",
            "review_date": "1996-06-17",
            "case_id": "90019152",
        }

    def test_it_may_be_torn_into_single_words(self) -> None:
        found = record("Review\nAuthority:\nROBERT\nWILLER\nDate:\n06/17/96\nCase ID: 90019152")
        assert found["review_authority"] == "ROBERT WILLER"
        assert found["review_date"] == "1996-06-17"

    def test_misread_label_and_digits(self) -> None:
        found = {
            r.field: r
            for r in scan.document(
                text_pages("Review Authority: ROBERT WILLER\nDate: 06/17/96\nCase lD: 9OO19152")
            ).record
        }
        assert found["case_id"].value == "90019152"
        assert found["case_id"].raw == "Case lD: 9OO19152"
        assert found["case_id"].confidence < 0.95

    def test_the_office_ends_where_the_label_begins(self) -> None:
        found = record(
            "Office of FOI, Privacy, & Classification Review Review Authority: ROBERT WILLER "
            "Date: 06/17/96 Case ID: 90019152"
        )
        assert found["reviewing_office"].endswith("Classification Review")
        assert not found["reviewing_office"].endswith("Review Review")
        assert found["review_authority"] == "ROBERT WILLER"

    def test_review_date_and_document_date_are_two_fields(self) -> None:
        found = record(STATE_A)
        assert (found["doc_date"], found["review_date"]) == ("1992-04-29", "1996-06-17")

    @pytest.mark.parametrize(
        ("label", "wanted"),
        [
            ("Rcview Authority: ROBERT WILLER", "ROBERT WILLER"),
            ("Review Authority ROBERT W1LLER", "ROBERT WILLER"),
            ("Review Authority: R08ERT WILLER", "ROBERT WILLER"),
            ("REVIEW AUTHORITY: JOHN Q. PUBLIC", "JOHN Q. PUBLIC"),
        ],
    )
    def test_names(self, label: str, wanted: str) -> None:
        assert values(f"{label} Date: 06/17/96 Case ID: 90019152", "review_authority") == [wanted]

    def test_a_name_that_cannot_be_mended_stays_empty(self) -> None:
        assert (
            values("Review Authority: ROBERT WIwLER Date: 06/17/96 Case ID: 90019152", "review_authority")
            == []
        )

    def test_a_misread_label_is_no_part_of_the_name(self) -> None:
        assert values(
            "Review Authority: ROBERT WILLER Datc: 06/17/96 Case ID: 90019152", "review_authority"
        ) == ["ROBERT WILLER"]

    def test_a_title_behind_the_name_is_left_out_of_the_value(self) -> None:
        assert values(
            "Review Authority: FIRST LAST, Senior Reviewer Date: 06/17/96 Case ID: 90019152",
            "review_authority",
        ) == ["FIRST LAST"]

    def test_prose_about_a_review_authority_is_no_stamp(self) -> None:
        assert (
            scan.document(
                text_pages("The review authority of the board was set in 1996 by Robert Willer.")
            ).record
            == ()
        )

    def test_a_stamp_that_lost_a_digit_is_left_empty(self) -> None:
        assert "case_id" not in record("Review Authority: ROBERT WILLER Date: 06/17/96 Case ID: 9001915")

    def test_a_two_digit_year_never_lies_ahead(self) -> None:
        text = "Review Authority: ROBERT WILLER Date: 06/17/30 Case ID: 90019152"
        assert record(text, today=datetime.date(2026, 1, 1))["review_date"] == "1930-06-17"
        assert record(text, today=datetime.date(2031, 1, 1))["review_date"] == "2030-06-17"


class TestStateHeader:
    def test_in_one_line(self) -> None:
        assert record(HEADER) == {
            "marking_at_release": "UNCLASSIFIED",
            "case_id": "F-2014-20439",
            "doc_no": "C05767886",
            "release_date": "2015-08-31",
        }

    def test_in_a_column_beside_a_banner(self) -> None:
        text = (
            "UNCLASSIFIED            STATE DEPT. - PRODUCED TO HOUSE\n"
            "U.S. Department of State   SUBJECT TO AGREEMENT\nCase No. F-2015-04841\n"
            "Doc No. C05739607              RELEASE IN\nDate: 05/13/2015\n              FULL"
        )
        found = record(text)
        assert (found["case_id"], found["doc_no"]) == ("F-2015-04841", "C05739607")
        assert (found["release_date"], found["disposition"]) == ("2015-05-13", "released_in_full")

    @pytest.mark.parametrize(
        ("printed", "wanted"),
        [
            ("Doc No. 006134372", ["C06134372"]),
            ("Doc No. (06134372", ["C06134372"]),
            ("Doc No, CO6131108", ["C06131108"]),
            ("Doc No. 05771423", ["C05771423"]),
            ("Duc No, COBYEE210", []),
            ("Doc No. C0577142", []),
        ],
    )
    def test_misread_document_numbers(self, printed: str, wanted: list[str]) -> None:
        assert values(f"Case No. F-2014-20439 {printed} Date: 08/31/2015", "doc_no") == wanted

    def test_a_cut_off_date_is_no_date(self) -> None:
        assert values("Case No. F-2014-20439 Doc No. C05767886 Date: 06/30/2", "release_date") == []
        assert values("Case No. F-2014-20439 Doc No. C05767886 Date: 06/30/20", "release_date") == []

    def test_a_misread_date_label(self) -> None:
        assert values("Case No. F-2014-20439 Doc No. C05767886 bate: 08/31/2015", "release_date") == [
            "2015-08-31"
        ]

    def test_pages_outvote_one_misread_page(self) -> None:
        wrong = HEADER.replace("C05767886", "C05767836")
        assert values("\f".join([HEADER, wrong, HEADER]), "doc_no") == ["C05767886"]

    def test_one_word_against_another_is_believed_in_neither(self) -> None:
        assert values(HEADER + "\n\n" + HEADER.replace("C05767886", "C05767836"), "doc_no") == []

    def test_two_documents_in_one_file_keep_both_numbers(self) -> None:
        other = HEADER.replace("C05767886", "C05767887")
        assert values("\f".join([HEADER + "\n" + HEADER, other + "\n" + other]), "doc_no") == [
            "C05767886",
            "C05767887",
        ]

    def test_older_case_numbers(self) -> None:
        assert values("Case No. 200303827 Segment L0010 Doc No. C05767886", "case_id") == ["200303827"]

    def test_a_case_number_that_lost_its_letter_is_left_empty(self) -> None:
        assert values("Case No. 22014-20439 Doc No. C05767886 Date: 08/31/2015", "case_id") == []

    def test_a_classification_made_in_the_review_is_not_the_original_one(self) -> None:
        text = HEADER + (
            "\nClassified by DAS, A/GIS, DoS on 05/22/2015 ~ Class: SECRET/NOFORN ~ Reason: 1.4(D) ~ "
            "Declassify on: 11/18/2032"
        )
        found = record(text)
        assert "original_classification" not in found and found["release_date"] == "2015-08-31"


class TestSystematicReview:
    def test_without_a_name_the_phrase_is_the_authority(self) -> None:
        assert record(SYSTEMATIC) == {
            "reviewing_office": "US Department of State EO Systematic Review",
            "review_authority": "US Department of State EO Systematic Review",
            "review_date": "2005-06-30",
        }

    @pytest.mark.parametrize(
        "text",
        [
            "Sheryl P. Walter Declassified/Released US Department of State EO Systematic Review 20 Mar 2014",
            "Markings: Sheryl P. Walter  Declassified/Released  US Department of State"
            "  EO Systematic Review  20 Mar 2014",
            "Sheryl P. Walter\nDeclassified/Released\nUS Department of State\n"
            "EO Systematic Review\n20 Mar 2014",
            "\ufffdSheryl P. Walter \ufffdDeclassified/Released \ufffdUS Department of State"
            " EO Systematic Review 20 Mar 2014",
        ],
    )
    def test_with_a_name(self, text: str) -> None:
        found = record(text)
        assert (found["review_authority"], found["review_date"]) == ("Sheryl P. Walter", "2014-03-20")

    def test_it_may_interrupt_a_sentence(self) -> None:
        text = f"THE OPPOSITION VIGOROUSLY ALLEGED\n{SYSTEMATIC}\nVIOLATIONS OF THE LAW"
        assert record(text)["review_authority"] == "US Department of State EO Systematic Review"

    def test_lost_punctuation(self) -> None:
        found = record(
            "Margaret P Grafeld Declassified Released US Department of State EO Systematic Review 30 JUN 2005"
        )
        assert (found["review_authority"], found["review_date"]) == ("Margaret P Grafeld", "2005-06-30")


ATTRIBUTES = (
    "Message Attributes\nAutomatic Decaptioning: X\nCurrent Classification: UNCLASSIFIED\n"
    "Draft Date: 10 JAN 1974\nDisposition Case Number: n/a\nDisposition Date: 01 JAN 1960\n"
    "Document Number: 1974LAPAZ00179\nFrom: LA PAZ\n"
    "Original Classification: LIMITED OFFICIAL USE\nReview Authority: martinjw\nReview Date: 09 SEP 2002\n"
    "Review Exemptions: n/a\nTAGS: PREL, PGOV, BK\n"
)


class TestAttributePage:
    def test_with_the_stamp_the_stamp_names_the_authority(self) -> None:
        found = record(ATTRIBUTES + SYSTEMATIC)
        assert found["doc_no"] == "1974LAPAZ00179"
        assert found["original_classification"] == "LIMITED OFFICIAL USE"
        assert found["marking_at_release"] == "UNCLASSIFIED"
        assert found["doc_date"] == "1974-01-10"
        assert found["review_authority"] == "US Department of State EO Systematic Review"
        assert found["review_date"] == "2005-06-30"

    def test_without_a_stamp_a_user_id_is_the_authority(self) -> None:
        found = record(ATTRIBUTES)
        assert (found["review_authority"], found["review_date"]) == ("martinjw", "2002-09-09")

    def test_nulls_and_tags_are_nothing(self) -> None:
        found = record(ATTRIBUTES)
        assert "case_id" not in found and "exemptions" not in found
        assert "1960-01-01" not in found.values()

    def test_longer_serials(self) -> None:
        assert values(ATTRIBUTES.replace("1974LAPAZ00179", "1979STATE268392"), "doc_no") == [
            "1979STATE268392"
        ]

    def test_the_words_in_running_text_are_no_attribute_page(self) -> None:
        assert (
            scan.document(
                text_pages("The Message Attributes page lists\nDocument Number: 1974LAPAZ00179")
            ).record
            == ()
        )


class TestIntelligenceAgencies:
    @pytest.mark.parametrize(
        ("text", "number", "date"),
        [
            (
                "Approved For Release 2005/08/02 : CIA-RDP85-00988R000200240009-6",
                "CIA-RDP85-00988R000200240009-6",
                "2005-08-02",
            ),
            ("Approved for Release: 2012/12/04 C02462959", "C02462959", "2012-12-04"),
            ("Approved for Release: 2019/03/14 CO2003047", "C02003047", "2019-03-14"),
            (
                "Approved For Release 2004/01/01 : CIA-RDP85B00552RO01000070026-7",
                "CIA-RDP85B00552R001000070026-7",
                "2004-01-01",
            ),
        ],
    )
    def test_cia(self, text: str, number: str, date: str) -> None:
        found = record(text)
        assert (found["doc_no"], found["release_date"]) == (number, date)
        assert "disposition" not in found  # "approved for release" does not prove that all was released

    def test_a_number_with_a_digit_missing_is_left_empty(self) -> None:
        assert values("Approved For Release 2005/08/02 : CIA-RDP75-00793R0000180029-8", "doc_no") == []

    def test_a_sanitized_copy_is_in_part(self) -> None:
        number = "CIA-RDP93B01194R001200140009-4"
        text = f"Declassified in Part - Sanitized Copy Approved for Release 2014/01/23: {number}"
        found = record(text)
        assert found["disposition"] == "released_in_part"
        assert found["doc_no"] == "CIA-RDP93B01194R001200140009-4"

    def test_nsa(self) -> None:
        found = record("Approved for Release by NSA on 11-09-2020, FOIA Case #68177")
        assert (found["release_date"], found["case_id"]) == ("2020-11-09", "68177")

    def test_artefacts_of_scanning_are_no_numbers(self) -> None:
        assert scan.document(text_pages("14-00000\n\nsome text of the page")).record == ()


def test_every_reading_has_place_raw_and_confidence() -> None:
    for reading in scan.document(text_pages(STATE_A)).record:
        assert reading.page == 1 and reading.raw and 0.5 < reading.confidence <= 0.99
        assert not reading.rect.is_empty


def test_the_place_is_that_of_the_value() -> None:
    reading = next(r for r in scan.document(text_pages(HEADER)).record if r.field == "doc_no")
    start = HEADER.index("C05767886")
    assert (reading.rect.x0, reading.rect.x1) == (start * 6.0, (start + 9) * 6.0)
    assert reading.raw == "Doc No. C05767886"


def test_the_same_from_a_pdf() -> None:
    found = {str(r.field): r.value for r in scan.document(pdf_pages(HEADER, HEADER)).record}
    assert found["doc_no"] == "C05767886" and found["release_date"] == "2015-08-31"


def test_an_office_can_add_a_family() -> None:
    family = families.read_family(
        {
            "kind": "stamp",
            "family": "example",
            "reach": 80,
            "least": 2,
            "anchors": [
                {"name": "file", "text": "Archive File", "lead": True},
                {"name": "on", "text": "Opened on"},
            ],
            "fields": [
                {
                    "field": "case_id",
                    "after": "file",
                    "type": "pattern",
                    "within": 20,
                    "patterns": [
                        {"pattern": "(?P<a>[A-Z]{2})/(?P<n>{d:4})", "value": "{a}/{n}", "digits": ["n"]}
                    ],
                },
                {"field": "release_date", "after": "on", "type": "date", "within": 20},
            ],
        }
    )
    flow = Flow(text_pages("Archive File: AB/12O4\nOpened on 3 May 1999"))
    view = Collapsed(flow)
    marks = Finder(family.anchors).find(view.text)
    found = stamps.read(flow, view, marks, known=[family])
    assert {(str(r.field), r.value) for r in found.readings} == {
        ("case_id", "AB/1204"),
        ("release_date", "1999-05-03"),
    }


def test_all_shipped_families_can_be_read() -> None:
    names = {family.name for family in families.families()}
    assert {
        "state-1990s",
        "state-header",
        "state-systematic",
        "aad-attributes",
        "cia-release",
        "nsa-release",
    } <= names
    for family in families.families():
        assert family.rules and family.anchors and family.title


@pytest.mark.parametrize(
    "text",
    [
        "ALL INFORMATION CONTAINED\nHEREIN IS UNCLASSIFIED\nDATE 03-12-1998 BY 1234/ab",
        "ALL INFORMGTION CONTAINED\nHEREIN 1S UNCLASSIFLED\nDATE 03-12-1998 BY",
        "ALL INFORMATION CONTAINED\nIHEIN 1S UNCLASSRRED DATE 03-12-1998",
    ],
)
def test_the_stamp_of_the_fbi_with_misread_letters(text: str) -> None:
    found = record(text)
    assert found["marking_at_release"] == "UNCLASSIFIED" and found["review_date"] == "1998-03-12"
    assert "original_classification" not in found


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"kind": "stamp"}',
        '{"kind": "stamp", "family": "x", "anchors": [], "fields": [{"field": "colour", "type": "date"}]}',
        '{"kind": "stamp", "family": "x", "anchors": [], "fields": [{"field": "doc_no", "type": "pattern", '
        '"patterns": [{"pattern": "(", "value": ""}]}]}',
    ],
)
def test_a_broken_stamp_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "office.json").write_text(content, encoding="utf-8")
    with pytest.raises(EnvironmentProblem, match=r"office\.json"):
        families.load(tmp_path)


def test_files_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"kind": "headings"}', encoding="utf-8")
    assert families.load(tmp_path) == ()
