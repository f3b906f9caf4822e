"""The whole scan: margins, placeholders, boilerplate, legends, warnings. Traps 11-15, 25, 30-33, 37."""

from __future__ import annotations

import pytest
from handmade import pdf_pages, text_pages

from review_app.detection import boilerplate, scan
from review_app.domain.bands import band_of
from review_app.domain.content import PageContent
from review_app.domain.findings import SpanFinding
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Provenance

PART = "RELEASE IN PART\nB5,B6\n\n"


def spans(text: str) -> tuple[SpanFinding, ...]:
    return scan.document(text_pages(text)).spans


class TestMargins:
    def test_a_code_behind_a_gap(self) -> None:
        found = spans(PART + "To: Doe, Jane                         B6")
        assert len(found) == 1
        span = found[0]
        assert (span.kind, span.lines, span.exemption_status) == (Kind.BLANK, (4, 4), ExemptionStatus.STATED)
        assert [(c.code, c.raw, c.provenance) for c in span.codes] == [("(b)(6)", "B6", Provenance.MARGIN)]
        assert span.band is Band.LIKELY

    def test_a_cut_off_address_speaks_for_it(self) -> None:
        cut = spans(PART + "From: Example, A <            B6")
        plain = spans(PART + "From: Example, A             B6")
        assert cut[0].confidence > plain[0].confidence
        assert any("cut off" in r for r in cut[0].reasons)

    def test_codes_under_each_other_are_one_passage(self) -> None:
        found = spans(
            "RELEASE IN PART\nB1,1.4(B),1.4(D)\n\nHe called.\n"
            "          1.4(B)\n          1.4(D)\n          B1\nThanks."
        )
        assert [[c.code for c in s.codes] for s in found] == [["1.4(b)", "1.4(d)", "(b)(1)"]]
        assert found[0].lines == (5, 7)

    def test_the_same_code_twice_is_two_passages(self) -> None:
        assert len(spans(PART + "From: A            B6\nTo: B              B6")) == 2

    def test_a_code_the_stamp_does_not_print_is_trusted_less(self) -> None:
        assert (
            spans(PART + "Text of it     B5")[0].confidence > spans(PART + "Text of it     B3")[0].confidence
        )

    def test_a_misread_code_counts_alone_and_when_the_stamp_prints_it(self) -> None:
        found = spans(PART + "He called.\n                     BG\nThanks.")
        assert [c.code for s in found for c in s.codes] == ["(b)(6)"]
        assert spans("RELEASE IN PART\nB5\n\nHe called.\n                     BG\nThanks.") == ()

    @pytest.mark.parametrize(
        "line",
        [
            "a vitamin B1 and B6 deficiency",
            "he moved to Building B1",
            "the B-1 bomber and the B2 visa",
            "see map square B4",
            "1.4(B) The Contractor shall deliver",
            "Section 1.4(a) of the treaty",
            "see Annex B5",
            "Reason: 1.4(D) - Declassify on: 08/05/2031     B1",
            "E.O. 12958: DECL: 04/29/02 REASON: 1.5 (B), (D)",
            "(C) ALLIANCE OF PARTIES",
            "total   1992",
            "pages   25",
        ],
    )
    def test_what_is_no_margin_code(self, line: str) -> None:
        assert spans(PART + line) == ()

    def test_without_a_stamp_that_says_in_part_there_is_no_code_context(self) -> None:
        line = "The grid has squares       B4\n"
        assert spans(line) == () and spans("RELEASE IN FULL\n\n" + line) == ()

    def test_section_codes_beside_the_stamp_of_an_intelligence_agency(self) -> None:
        stamp = "Approved for Release: 2019/03/14 C02003047\n"
        found = spans(stamp + "The report of the station says          3.5(c)\nso.         3-3(h)(2)\n")
        assert [[c.code for c in s.codes] for s in found] == [["3.5(c)"], ["3.3(h)(2)"]]
        assert spans(stamp + "The grid has squares       B4\n") == ()

    def test_a_legend_is_no_finding(self) -> None:
        legend = (
            PART
            + "\fEXPLANATION OF EXEMPTIONS\n"
            + "".join(f"(b)({n})   some words about it           B{n}\n" for n in range(1, 10))
        )
        assert spans(legend) == ()
        unlabelled = PART + "\f" + "".join(f"(b)({n})   Protects some matter\n" for n in range(1, 10))
        assert spans(unlabelled) == ()

    def test_in_a_pdf_the_gap_is_measured(self) -> None:
        found = scan.document(
            pdf_pages("RELEASE IN PART B6\n\nTo: Example, A                      B6\nsee Annex B6")
        ).spans
        assert [[c.code for c in s.codes] for s in found] == [["(b)(6)"]]


class TestCutAddresses:
    @pytest.mark.parametrize(
        "line", ["From: Example, Ann <", "From: Example, Ann [mailto:", "To: Example, Ann [mailto"]
    )
    def test_nothing_behind_the_opening_sign(self, line: str) -> None:
        found = spans(PART + line + "\nSent: Monday")
        assert [(s.kind, s.lines, s.band) for s in found] == [(Kind.BLANK, (4, 4), Band.LIKELY)]
        assert found[0].codes == () and found[0].exemption_status is ExemptionStatus.NOT_STATED

    @pytest.mark.parametrize(
        "line",
        [
            "From: Example, Ann <ann@example.orgj",
            "From: Example, Ann [mailto:ann@example.orgi",
            "From: Example, Ann <\nann@example.org>",
            "if a <",
        ],
    )
    def test_an_address_that_lost_its_closing_sign_is_there(self, line: str) -> None:
        assert spans(PART + line) == ()

    def test_only_where_the_stamp_prints_the_privacy_code(self) -> None:
        assert spans("RELEASE IN PART\nB5\n\nFrom: Example, Ann <\nSent: Monday") == ()

    def test_a_code_in_the_margin_is_not_counted_twice(self) -> None:
        assert len(spans(PART + "From: Example, Ann <            B6\nSent: Monday")) == 1


class TestPlaceholders:
    def test_block_characters(self) -> None:
        found = spans(PART + "He met \u2588\u2588\u2588\u2588\u2588 in the city.")
        assert [(s.kind, s.lines) for s in found] == [(Kind.PLACEHOLDER, (4, 4))]
        assert spans("He met \u2588\u2588\u2588\u2588\u2588 in the city of Lima.")[0].band is Band.LIKELY

    @pytest.mark.parametrize(
        "text",
        [
            "\u2588\u2588\u2588\u2588 40%",
            "done \u2588\u2588\u2588\u2588\u2588 40% of all files",
            "1!\u25a0rill",
            "\u2588\u2588\u2588\u2588\u2588\u2588",
        ],
    )
    def test_bars_and_litter(self, text: str) -> None:
        assert spans(text) == ()

    def test_rows_of_x_only_in_a_document_in_part(self) -> None:
        assert [s.kind for s in spans(PART + "the name of XXXXXX was known")] == [Kind.PLACEHOLDER]
        assert spans("the name of XXXXXX was known") == ()

    @pytest.mark.parametrize(
        "text",
        ["XXXX DELETED PAGE(S) XXXX", "card XXXX-XXXX-1234", "XXXXXXXXXXXXXXXX", "Part XX of it", "Form XXX"],
    )
    def test_other_x(self, text: str) -> None:
        assert spans(PART + text) == ()

    def test_blocks_alone_on_a_line_need_a_title_that_goes_on(self) -> None:
        blocks = "\u25a0" * 6
        assert [s.kind for s in spans(f"How they dealt with Cole, Dunn,\n{blocks}")] == [Kind.PLACEHOLDER]
        assert spans(f"Copying the files now\n{blocks}") == ()

    def test_a_sheet_for_pages_withheld_entirely(self) -> None:
        found = spans(
            "FOIPA DELETED PAGE INFORMATION SHEET\n28 Page(s) withheld entirely at this location\n"
            "D (b)(3) O (by7KC) D (kx!)"
        )
        assert [s.kind for s in found] == [Kind.PAGE]
        assert found[0].extent is not None and (found[0].extent.number, found[0].extent.unit) == (
            28.0,
            "page",
        )
        assert found[0].codes == ()  # what the form lists are options

    def test_a_page_left_blank_is_not_withheld(self) -> None:
        assert spans("This page intentionally left blank") == ()


ARTICLE = (
    "A senior official said on Nov. 9 that talks may follow.\n\nThe talks are to begin soon.\n\n"
    "of 5 stories this month > Get unlimited stories\nYou've read 5 of 5 free stories\n\n"
    "Only $1 for your first month.\n"
)


class TestBoilerplate:
    def test_the_tail_of_a_web_page(self) -> None:
        assert boilerplate.web_tail(text_pages(ARTICLE)) == (
            "of 5 stories this month > Get unlimited stories",
            "You've read 5 of 5 free stories",
            "Only $1 for your first month.",
        )
        found = scan.document(text_pages(ARTICLE))
        assert (found.spans, found.record, found.warnings) == ((), (), ())

    @pytest.mark.parametrize(
        "text", ["An ordinary text.\n\nIts last line.", "", "A memo.\n\nRELEASED IN PART"]
    )
    def test_other_ends(self, text: str) -> None:
        assert boilerplate.web_tail(text_pages(text)) == ()

    def test_only_the_end_counts(self) -> None:
        assert (
            boilerplate.web_tail(text_pages("Subscribe to our newsletter\n\nAn ordinary last line of text."))
            == ()
        )

    def test_nothing_is_read_from_the_tail(self) -> None:
        assert spans(ARTICLE + "Continue reading [redacted] with a subscription\n") == ()

    def test_the_sample_articles(self, seeds, shared) -> None:  # type: ignore[no-untyped-def]
        for path in (next(seeds.glob("*article*")), next((shared / "seeds").glob("004*"))):
            pages = text_pages(path.read_text(encoding="utf-8"))
            found = scan.document(pages)
            assert (found.spans, found.record, found.warnings, found.dispositions) == ((), (), (), {})
            assert len(boilerplate.web_tail(pages)) == 4


class TestWhole:
    def test_in_part_without_a_find_warns(self) -> None:
        assert scan.document(text_pages("RELEASED IN PART\n\ntext")).warnings == (
            "released_in_part but no span was found",
        )
        assert scan.document(text_pages("RELEASED IN FULL\n\ntext")).warnings == ()
        assert scan.document(text_pages("text")).warnings == ()

    def test_nothing_in_nothing_out(self) -> None:
        for pages in ([], text_pages(""), [PageContent(1, 612.0, 792.0, ())]):
            found = scan.document(pages)
            assert (found.spans, found.record, found.dispositions, found.warnings) == ((), (), {}, ())

    def test_our_own_review_sheet_is_not_searched(self) -> None:
        page = text_pages("RELEASED IN PART\n\nHe met [redacted].")[0]
        sheet = PageContent(2, 612.0, 792.0, page.lines, is_review_sheet=True)
        assert scan.document([sheet]) == scan.Findings()
        assert len(scan.document([page, sheet]).spans) == 1

    def test_spans_are_numbered_in_reading_order(self) -> None:
        found = spans(
            "see [name not declassified]\fRELEASED IN PART\n[2 lines not declassified]\nTo: a        B6"
        )
        assert [(s.id, s.page) for s in found] == [("s1", 1), ("s2", 2), ("s3", 2)]

    def test_every_span_has_place_reasons_and_band(self) -> None:
        for span in spans(
            PART + "see [name not declassified] \u2588\u2588\u2588\u2588 XXXXX\nTo: a        B6"
        ):
            assert span.rects and all(not r.is_empty for r in span.rects)
            assert span.reasons and 0.0 < span.confidence <= 0.99 and span.lines is not None
            assert span.band is band_of(span.confidence) or span.band is Band.LIKELY

    def test_warnings_hold_no_text_of_the_document(self) -> None:
        found = scan.document(text_pages("RELEASED IN FULL\n\nsee [Secretword not declassified]"))
        assert found.warnings and all("Secretword" not in w for w in found.warnings)

    def test_all_findings_survive_their_json_form(self) -> None:
        found = scan.document(text_pages(PART + "see [2 lines not declassified]\nTo: a        B6"))
        for span in found.spans:
            assert SpanFinding.of(span.to_json()).to_json() == span.to_json()
