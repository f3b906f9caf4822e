"""What is written on spans, said in tooltips and told to screen readers. Knows no Qt."""

from __future__ import annotations

from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import ExemptionStatus, Kind, Origin, Status

KIND_WORDS: dict[Kind, str] = {
    Kind.BLACK_BOX: "black box",
    Kind.FILLED_BOX: "filled box",
    Kind.WHITE_BOX: "white box",
    Kind.BLANK: "blank",
    Kind.NOTE: "note",
    Kind.PLACEHOLDER: "placeholder",
    Kind.PAGE: "whole page",
    Kind.MARK: "mark",
    Kind.UNAPPLIED: "unapplied redaction",
}

_CODES_SHOWN = 3


def code_words(span: SpanRow) -> str:
    """The exemption codes, or in words that none was read: unknown, never none."""
    codes = list(dict.fromkeys(c.code for c in span.codes))
    if codes:
        more = len(codes) - _CODES_SHOWN
        return ", ".join(codes[:_CODES_SHOWN]) + (f" +{more}" if more > 0 else "")
    if span.exemption_status is ExemptionStatus.ILLEGIBLE:
        return "code illegible"
    return "code not stated"


def _lead(span: SpanRow) -> str:
    if span.status is Status.REJECTED:
        return "rejected"
    if span.origin is Origin.AGENCY:
        return "withheld"
    return {Status.APPROVED: "approved", Status.RETURNED: "returned"}.get(span.status, "proposed")


def variants(span: SpanRow) -> tuple[str, ...]:
    """Labels from the longest to the shortest; the view takes the first that fits."""
    kind, codes = KIND_WORDS[span.kind], code_words(span)
    short = codes.removeprefix("code ")
    return f"{_lead(span)} · {kind} · {codes}", f"{kind} · {short}", short


def spoken(span: SpanRow) -> str:
    """A span in a sentence, for tooltips and screen readers. Holds no text of the document."""
    who = "Withheld by the agency" if span.origin is Origin.AGENCY else "Marked by the reviewer"
    parts = [f"{who}: {KIND_WORDS[span.kind]}", code_words(span), str(span.status)]
    if span.decision is not None:
        parts.append(f"decision {span.decision.verdict}")
    if span.lines is not None:
        first, last = span.lines
        parts.append(f"line {first}" if first == last else f"lines {first} to {last}")
    return ", ".join(parts)
