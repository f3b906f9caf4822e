"""What is written on spans, said in tooltips and told to screen readers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from review_app.domain.bands import DEFAULT, Limits
from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import ExemptionStatus, Origin, Status
from review_app.ui import words

_CODES_SHOWN = 3


def tr(text: str) -> str:
    """A text of the page view in the language of the window."""
    return QCoreApplication.translate("page_view", text)


def code_words(span: SpanRow) -> str:
    """The exemption codes, or in words that none was read: unknown, never none."""
    codes = list(dict.fromkeys(c.code for c in span.codes))
    if codes:
        more = len(codes) - _CODES_SHOWN
        return words.upright(", ".join(codes[:_CODES_SHOWN])) + (f" +{more}" if more > 0 else "")
    if span.exemption_status is ExemptionStatus.ILLEGIBLE:
        return tr("code illegible")
    return tr("code not stated")


def _short_code_words(span: SpanRow) -> str:
    return code_words(span) if span.codes else words.codes(span)


def _lead(span: SpanRow) -> str:
    if span.is_provisional:
        return tr("found so far")
    if span.status is Status.REJECTED:
        return tr("rejected")
    if span.origin is Origin.AGENCY:
        return tr("withheld")
    if span.status is Status.APPROVED:
        return tr("approved")
    return tr("returned") if span.status is Status.RETURNED else tr("proposed")


def _status(span: SpanRow) -> str:
    return words.status(span).lstrip("?✓✗→←… ")  # a voice should not read the sign out


def variants(span: SpanRow) -> tuple[str, ...]:
    """Labels from the longest to the shortest; the view takes the first that fits."""
    kind, short = words.of(span.kind), _short_code_words(span)
    return f"{_lead(span)} · {kind} · {code_words(span)}", f"{kind} · {short}", short


def spoken(span: SpanRow, limits: Limits = DEFAULT) -> str:
    """A span in a sentence, for tooltips and screen readers. Holds no text of the document."""
    who = tr("Withheld by the agency") if span.origin is Origin.AGENCY else tr("Marked by the reviewer")
    parts = [f"{who}: {words.of(span.kind)}", code_words(span), _status(span)]
    if span.decision is not None:
        parts.append(tr("decision {verdict}").format(verdict=words.of(span.decision.verdict)))
    if span.origin is Origin.AGENCY and span.status is Status.SUGGESTED:
        parts.append(words.of(limits.band(span)))
    if span.lines is not None:
        first, last = span.lines
        line = tr("line {first}") if first == last else tr("lines {first} to {last}")
        parts.append(line.format(first=first, last=last))
    return ", ".join(parts)


