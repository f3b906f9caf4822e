"""What does not fit together in a document's spans, codes and record: the warnings of the domain reference.

Pure rules over values, so that the scan and the desk say the same: the desk asks again after every decision
of a person. A warning never refuses anything, and holds no text of the document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Protocol

from review_app.domain.codes import ExemptionCode, find_code
from review_app.domain.findings import CodeReading
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Disposition, Field, FieldStatus, Origin, Status

_CATEGORY, _STATUTE, _SCOPE = "classification_category", "statute", "scope"
_GROUNDS = frozenset(
    {"exemption", _CATEGORY, _STATUTE, "privilege", "declass_exemption", "mdr_other_law", "postponement",
     "restriction", "exception"}
)
_FOIA_CASE = re.compile(r"FL?-\d{4}-\d+")
_ORDERS: tuple[tuple[re.Pattern[str], date, date, str], ...] = (
    (re.compile(r"1\.3\(a\)"), date(1982, 4, 2), date(1995, 12, 31), "1982 to 1995 (EO 12356)"),
    (re.compile(r"1\.5\("), date(1995, 4, 17), date(2003, 12, 31), "1995 to 2003 (EO 12958)"),
    (re.compile(r"1\.4\("), date(2003, 3, 25), date.max, "2003 and later (EO 12958 as amended, EO 13526)"),
)
"""Which reviews print which section number (domain reference 1.2): the section dates the review. The year in
which an order ended counts whole, because reviews under way were finished under the old one."""
_AGES: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"75X"), 75),
    (re.compile(r"50X|3\.3\(h\)"), 50),
    (re.compile(r"25X|3\.3\(b\)"), 25),
)
"""From which age, in years, a code applies (domain reference 1.3)."""
_AMENDED = date(2016, 6, 30)
"""The FOIA Improvement Act: no deliberative privilege for records of 25 years and more (domain 1.1)."""


class SpanFacts(Protocol):
    """What the rules ask of a span: a machine's finding, or a stored row."""

    @property
    def page(self) -> int:
        """Page, from 1."""

    @property
    def origin(self) -> Origin:
        """Who withheld it."""

    @property
    def status(self) -> Status:
        """How far it has come; a rejected one does not count."""

    @property
    def codes(self) -> Sequence[CodeReading]:
        """Its codes."""


class RecordFacts(Protocol):
    """What the rules ask of a record field."""

    @property
    def field(self) -> Field:
        """Which field."""

    @property
    def value(self) -> str:
        """Its value, dates in ISO form."""


@dataclass(frozen=True, slots=True)
class CheckWarning:
    """Something a person should look at. ``rule`` is its stable name, ``pages`` where, when that is known."""

    rule: str
    text: str
    pages: tuple[int, ...] = ()

    def __str__(self) -> str:
        """The text with its pages."""
        if not self.pages:
            return self.text
        shown = ", ".join(str(p) for p in self.pages[:8]) + (", ..." if len(self.pages) > 8 else "")
        return f"{self.text} (page{'s' if len(self.pages) > 1 else ''} {shown})"


@dataclass(frozen=True, slots=True)
class _Facts:
    spans: tuple[SpanFacts, ...]
    placed: tuple[tuple[str, ExemptionCode | None, frozenset[int]], ...]
    """Each printed code once, with its row of the tables and its pages; 0 is the release line."""
    fields: dict[Field, tuple[str, ...]]
    disposition: Disposition
    all_unclassified: bool

    def first_date(self, *fields: Field) -> date | None:
        found = [day for field in fields for value in self.fields.get(field, ()) if (day := _day(value))]
        return min(found) if found else None

    def pages_of(self, test: Callable[[str, ExemptionCode | None], bool]) -> tuple[int, ...] | None:
        """The pages of codes for which ``test`` holds, None where there is none; page 0 is left out."""
        found = [pages for code, row, pages in self.placed if test(code, row)]
        return tuple(sorted(frozenset().union(*found) - {0})) if found else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _kind(row: ExemptionCode | None) -> str:
    return row.kind if row is not None else ""


def _only_scope(span: SpanFacts) -> bool:
    return bool(span.codes) and all(_kind(find_code(code.code)) == _SCOPE for code in span.codes)


def _like(pattern: re.Pattern[str]) -> Callable[[str, ExemptionCode | None], bool]:
    return lambda code, _: bool(pattern.match(code))


def _part_without_span(facts: _Facts) -> Iterable[CheckWarning]:
    if facts.disposition is Disposition.RELEASED_IN_PART and not facts.spans:
        yield CheckWarning("part_without_span", "released_in_part but no span was found")


def _full_with_span(facts: _Facts) -> Iterable[CheckWarning]:
    """What is not responsive is no withholding (domain reference 4.1)."""
    if facts.disposition is Disposition.RELEASED_IN_FULL:
        if any(not _only_scope(span) for span in facts.spans):
            yield CheckWarning("full_with_span", "released_in_full but withheld text was found")
        elif facts.fields.get(Field.EXEMPTIONS):
            yield CheckWarning("full_with_codes", "released_in_full but the stamp prints exemption codes")


def _b1_without_category(facts: _Facts) -> Iterable[CheckWarning]:
    pages = facts.pages_of(lambda code, _: code == "(b)(1)")
    other = facts.pages_of(lambda _, row: _kind(row) in (_CATEGORY, "declass_exemption", "mdr_other_law"))
    if pages is not None and other is None:
        yield CheckWarning(
            "b1_without_category",
            "(b)(1) is cited without the category of an executive order, such as 1.4(d)", pages,
        )


def _category_without_b1(facts: _Facts) -> Iterable[CheckWarning]:
    foia = any(_FOIA_CASE.fullmatch(v) for v in facts.fields.get(Field.CASE_ID, ())) or facts.pages_of(
        lambda _, row: row is not None and row.scheme == "US-FOIA" and row.kind == "exemption"
    ) is not None
    pages = facts.pages_of(lambda _, row: _kind(row) == _CATEGORY)
    if foia and pages is not None and facts.pages_of(lambda code, _: code == "(b)(1)") is None:
        yield CheckWarning(
            "category_without_b1",
            "a classification category is cited without (b)(1), in a release under the FOIA", pages,
        )


def _b3_without_statute(facts: _Facts) -> Iterable[CheckWarning]:
    pages = facts.pages_of(lambda code, _: code == "(b)(3)")
    if pages is not None and facts.pages_of(lambda _, row: _kind(row) == _STATUTE) is None:
        yield CheckWarning("b3_without_statute", "(b)(3) is cited without naming a statute", pages)


def _b7_without_letter(facts: _Facts) -> Iterable[CheckWarning]:
    pages = facts.pages_of(lambda code, _: code == "(b)(7)")
    if pages is not None:
        yield CheckWarning("b7_without_letter", "(b)(7) is cited without its letter, A to F", pages)


def _scope_with_exemptions(facts: _Facts) -> Iterable[CheckWarning]:
    scope = {code for code, row, _ in facts.placed if _kind(row) == _SCOPE}
    grounds = {code for code, row, _ in facts.placed if _kind(row) in _GROUNDS}
    pages = set()
    for span in facts.spans if scope and grounds else ():
        codes = {code.code for code in span.codes}
        if codes & scope and codes & grounds:
            pages.add(span.page)
    line = {_kind(row) for _, row, on in facts.placed if 0 in on}
    if pages or (_SCOPE in line and line & _GROUNDS):
        yield CheckWarning(
            "scope_with_exemptions",
            "not responsive (NR) stands together with exemptions: NR is no exemption", tuple(sorted(pages)),
        )


def _wrong_order(facts: _Facts) -> Iterable[CheckWarning]:
    """Warn, never reject: old sections go on being printed (domain reference 1.2)."""
    day = facts.first_date(Field.REVIEW_DATE, Field.RELEASE_DATE)
    if day is None:
        return
    for pattern, begin, end, years in _ORDERS:
        pages = facts.pages_of(_like(pattern))
        if pages is not None and not begin <= day <= end:
            section = {"3": "1.3(a)", "5": "1.5", "4": "1.4"}[pattern.pattern[3]]
            yield CheckWarning(
                f"order_of_{section}",
                f"the classification category {section} belongs to reviews of {years}, not to the date of "
                "this one", pages,
            )


def _too_young(facts: _Facts) -> Iterable[CheckWarning]:
    written = facts.first_date(Field.DOC_DATE)
    reviewed = facts.first_date(Field.REVIEW_DATE, Field.RELEASE_DATE)
    if written is None or reviewed is None or reviewed < written:
        return
    for pattern, age in _AGES:
        pages = facts.pages_of(_like(pattern))
        # Automatic declassification falls due on the last day of the year (domain reference 2.4).
        if pages is not None and reviewed.year - written.year < age:
            yield CheckWarning(
                f"younger_than_{age}",
                f"a code for records of more than {age} years is cited, but the record was younger at its "
                "review", pages,
            )


def _old_deliberation(facts: _Facts) -> Iterable[CheckWarning]:
    written = facts.first_date(Field.DOC_DATE)
    reviewed = facts.first_date(Field.REVIEW_DATE, Field.RELEASE_DATE)
    pages = facts.pages_of(lambda code, _: code in ("(b)(5)", "(b)(5) DPP"))
    if (
        pages is not None and written is not None and reviewed is not None and reviewed >= _AMENDED
        and reviewed.year - written.year >= 25
    ):
        yield CheckWarning(
            "old_deliberation",
            "(b)(5) is cited for a record of 25 years or more: the deliberative process privilege ends there",
            pages,
        )


def _dates_in_order(facts: _Facts) -> Iterable[CheckWarning]:
    """Domain reference 8.2, rule 11."""
    written, reviewed, released = (
        facts.first_date(field) for field in (Field.DOC_DATE, Field.REVIEW_DATE, Field.RELEASE_DATE)
    )
    if written and reviewed and reviewed < written:
        yield CheckWarning("review_before_document", "the review date lies before the document's own date")
    if written and released and released < written:
        yield CheckWarning("release_before_document", "the release date lies before the document's own date")
    if reviewed and released and released < reviewed:
        yield CheckWarning("release_before_review", "the release date lies before the review date")


def _still_classified(facts: _Facts) -> Iterable[CheckWarning]:
    if any(value not in ("UNCLASSIFIED", "") for value in facts.fields.get(Field.MARKING_AT_RELEASE, ())):
        yield CheckWarning("still_classified", "the marking at release is not UNCLASSIFIED")


def _classified_ground_unclassified_text(facts: _Facts) -> Iterable[CheckWarning]:
    pages = facts.pages_of(lambda _, row: row is not None and row.classified_related == "yes")
    if facts.all_unclassified and pages is not None:
        yield CheckWarning(
            "all_unclassified",
            "a code for classified information is cited, but all portion marks say (U)", pages,
        )


_RULES: tuple[Callable[[_Facts], Iterable[CheckWarning]], ...] = (
    _part_without_span, _full_with_span, _b1_without_category, _category_without_b1, _b3_without_statute,
    _b7_without_letter, _scope_with_exemptions, _wrong_order, _too_young, _old_deliberation, _dates_in_order,
    _still_classified, _classified_ground_unclassified_text,
)


def check(
    spans: Iterable[SpanFacts],
    record: Iterable[RecordFacts],
    *,
    disposition: Disposition | None = None,
    all_unclassified: bool = False,
) -> tuple[CheckWarning, ...]:
    """The warnings for a document, in the order of the rules.

    Rejected spans and fields do not count; of the spans only those that the agency withheld do.

    Args:
        spans: of the whole document.
        record: its fields; the release line's codes are its ``exemptions``.
        disposition: of the document; default is what the record says.
        all_unclassified: it has portion marks and each is ``(U)``.
    """
    fields: dict[Field, tuple[str, ...]] = {}
    for field in record:
        if getattr(field, "status", None) is not FieldStatus.REJECTED:
            fields[field.field] = (*fields.get(field.field, ()), field.value)
    live = tuple(s for s in spans if s.origin is Origin.AGENCY and s.status is not Status.REJECTED)
    # Ten thousand spans cite a few dozen codes: each is looked up once.
    pages: dict[str, set[int]] = {}
    for span in live:
        for reading in span.codes:
            pages.setdefault(reading.code, set()).add(span.page)
    for value in fields.get(Field.EXEMPTIONS, ()):
        for code in filter(None, map(str.strip, value.split(","))):
            pages.setdefault(code, set()).add(0)
    placed = tuple((code, find_code(code), frozenset(on)) for code, on in pages.items())
    said = fields.get(Field.DISPOSITION, ())
    facts = _Facts(live, placed, fields, disposition or _disposition(said), all_unclassified)
    return tuple(warning for rule in _RULES for warning in rule(facts))


def _disposition(values: Sequence[str]) -> Disposition:
    return next((Disposition(v) for v in values if v in set(Disposition)), Disposition.UNKNOWN)


_HEADS = re.compile(
    r"released_in_(?:part|full) but |\(b\)\([1357]\) is cited |a classification category is cited |"
    r"not responsive \(NR\) stands |the classification category 1\.|"
    r"a code for (?:records of more|classified) |"
    r"the (?:review|release) date lies before |the marking at release is not "
)
_ALL_UNCLASSIFIED = "a code for classified information is cited"


def again(
    stored: Collection[str],
    spans: Iterable[SpanFacts],
    record: Iterable[RecordFacts],
    *,
    disposition: Disposition | None = None,
) -> tuple[str, ...]:
    """The warnings of a stored document as they stand now.

    Those of ``stored`` that these rules do not make (pages that could not be read, recoverable text ...)
    stay as they are; the others are made anew, so that a decision of a person ends or raises them.
    """
    rest = tuple(text for text in stored if not _HEADS.match(text))
    unclassified = any(text.startswith(_ALL_UNCLASSIFIED) for text in stored)
    fresh = check(spans, record, disposition=disposition, all_unclassified=unclassified)
    return (*(str(warning) for warning in fresh), *rest)
