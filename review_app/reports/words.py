"""The words of reports: closed lists of the domain, figures and places, in plain English."""

from __future__ import annotations

from enum import StrEnum

from review_app.domain.display import shown
from review_app.domain.overview import CodeFigures, PageFigures, percent
from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import ExemptionStatus

NOTICE = (
    "The areas are how this program and its reviewers read the released copy, not an agency's determination.",
    "A share is a part of the page's area, overlaps counted once: it counts neither words nor lines.",
)
"""Stands on everything that goes out."""


def of(value: StrEnum) -> str:
    """A value of a closed list in words."""
    return str(value).replace("_", " ")


def counted(number: int, word: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def code(row: CodeFigures) -> str:
    """What a row of the codes is called: without a printed code the ground is unknown, never none."""
    return shown(row.code) if row.code else unstated(row.exemption_status)


def unstated(status: ExemptionStatus) -> str:
    """What stands for the code of a span that has none."""
    return "code illegible" if status is ExemptionStatus.ILLEGIBLE else "code not stated"


def codes(span: SpanRow) -> str:
    """The codes of a span."""
    return ", ".join(shown(c.code) for c in span.codes) or unstated(span.exemption_status)


def share(page: PageFigures) -> str:
    """How much of a page is withheld, in a word or a figure."""
    if not page.spans:
        return "nothing"
    return "all" if page.amounts.withheld >= 1.0 else percent(page.amounts.withheld)


def page(figures: PageFigures) -> str:
    """A page in one sentence, for those who hear it and for tool tips."""
    parts = [f"page {figures.page.number}: {share(figures)} withheld", of(figures.state.disposition)]
    if figures.spans:
        parts.append(counted(figures.spans, "span"))
    if figures.undecided:
        parts.append(f"{figures.undecided:,} undecided")
    if figures.codes:
        parts.append(", ".join(shown(c) for c in figures.codes))
    return ", ".join(parts)
