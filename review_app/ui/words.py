"""The words of the field on the screen: closed lists of the domain, translated here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication

from review_app.domain.display import END_ISOLATE, ISOLATE, LEFT_TO_RIGHT
from review_app.domain.dispositions import PageDisposition, PageState
from review_app.domain.people import Role
from review_app.domain.rows import Coming, DocumentRow, Progress, SpanRow
from review_app.domain.vocabulary import (
    Arrival,
    Band,
    Disposition,
    ExemptionStatus,
    Field,
    FieldStatus,
    Kind,
    Origin,
    Status,
    Verdict,
)
from review_app.review.history import action_words

_CONTEXT = "words"

_KIND = {
    Kind.BLACK_BOX: QT_TRANSLATE_NOOP("words", "black box"),
    Kind.FILLED_BOX: QT_TRANSLATE_NOOP("words", "filled box"),
    Kind.WHITE_BOX: QT_TRANSLATE_NOOP("words", "white box"),
    Kind.BLANK: QT_TRANSLATE_NOOP("words", "blank"),
    Kind.NOTE: QT_TRANSLATE_NOOP("words", "note"),
    Kind.PLACEHOLDER: QT_TRANSLATE_NOOP("words", "placeholder"),
    Kind.PAGE: QT_TRANSLATE_NOOP("words", "whole page"),
    Kind.MARK: QT_TRANSLATE_NOOP("words", "mark"),
    Kind.UNAPPLIED: QT_TRANSLATE_NOOP("words", "unapplied"),
}
_ORIGIN = {
    Origin.AGENCY: QT_TRANSLATE_NOOP("words", "agency"),
    Origin.REVIEWER: QT_TRANSLATE_NOOP("words", "reviewer"),
}
# The sign says what the colour says, for those who do not see the colour.
_STATUS = {
    Status.SUGGESTED: QT_TRANSLATE_NOOP("words", "? suggested"),
    Status.CONFIRMED: QT_TRANSLATE_NOOP("words", "✓ confirmed"),
    Status.REJECTED: QT_TRANSLATE_NOOP("words", "✗ rejected"),
    Status.PROPOSED: QT_TRANSLATE_NOOP("words", "→ proposed"),
    Status.APPROVED: QT_TRANSLATE_NOOP("words", "✓ approved"),
    Status.RETURNED: QT_TRANSLATE_NOOP("words", "← returned"),
}
_BAND = {
    Band.CERTAIN: QT_TRANSLATE_NOOP("words", "certain"),
    Band.LIKELY: QT_TRANSLATE_NOOP("words", "likely"),
    Band.POSSIBLE: QT_TRANSLATE_NOOP("words", "possible"),
}
_EXEMPTION_STATUS = {
    ExemptionStatus.STATED: QT_TRANSLATE_NOOP("words", "stated"),
    ExemptionStatus.NOT_STATED: QT_TRANSLATE_NOOP("words", "not stated"),
    ExemptionStatus.ILLEGIBLE: QT_TRANSLATE_NOOP("words", "illegible"),
}
_VERDICT = {
    Verdict.SUSTAIN: QT_TRANSLATE_NOOP("words", "sustain"),
    Verdict.RELEASE: QT_TRANSLATE_NOOP("words", "release"),
    Verdict.REFER: QT_TRANSLATE_NOOP("words", "refer"),
}
_FIELD_STATUS = {
    FieldStatus.SUGGESTED: QT_TRANSLATE_NOOP("words", "? as read"),
    FieldStatus.CONFIRMED: QT_TRANSLATE_NOOP("words", "✓ confirmed"),
    FieldStatus.CORRECTED: QT_TRANSLATE_NOOP("words", "✎ corrected"),
    FieldStatus.REJECTED: QT_TRANSLATE_NOOP("words", "✗ rejected"),
}
_DISPOSITION = {
    Disposition.RELEASED_IN_FULL: QT_TRANSLATE_NOOP("words", "released in full"),
    Disposition.RELEASED_IN_PART: QT_TRANSLATE_NOOP("words", "released in part"),
    Disposition.WITHHELD_IN_FULL: QT_TRANSLATE_NOOP("words", "withheld in full"),
    Disposition.REFERRED: QT_TRANSLATE_NOOP("words", "referred"),
    Disposition.CONSULTATION: QT_TRANSLATE_NOOP("words", "consultation"),
    Disposition.NOT_RESPONSIVE: QT_TRANSLATE_NOOP("words", "not responsive"),
    Disposition.DUPLICATE: QT_TRANSLATE_NOOP("words", "duplicate"),
    Disposition.WITHDRAWN: QT_TRANSLATE_NOOP("words", "withdrawn"),
    Disposition.MISSING: QT_TRANSLATE_NOOP("words", "missing"),
    Disposition.UNKNOWN: QT_TRANSLATE_NOOP("words", "disposition not known"),
}
_SHORT_DISPOSITION = {
    Disposition.RELEASED_IN_FULL: QT_TRANSLATE_NOOP("words", "in full"),
    Disposition.RELEASED_IN_PART: QT_TRANSLATE_NOOP("words", "in part"),
    Disposition.WITHHELD_IN_FULL: QT_TRANSLATE_NOOP("words", "withheld"),
    Disposition.REFERRED: QT_TRANSLATE_NOOP("words", "referred"),
    Disposition.CONSULTATION: QT_TRANSLATE_NOOP("words", "consultation"),
    Disposition.NOT_RESPONSIVE: QT_TRANSLATE_NOOP("words", "not responsive"),
    Disposition.DUPLICATE: QT_TRANSLATE_NOOP("words", "duplicate"),
    Disposition.WITHDRAWN: QT_TRANSLATE_NOOP("words", "withdrawn"),
    Disposition.MISSING: QT_TRANSLATE_NOOP("words", "missing"),
}
_PAGE = {
    PageDisposition.RELEASED_IN_FULL: QT_TRANSLATE_NOOP("words", "released in full"),
    PageDisposition.RELEASED_IN_PART: QT_TRANSLATE_NOOP("words", "released in part"),
    PageDisposition.WITHHELD_IN_FULL: QT_TRANSLATE_NOOP("words", "withheld in full"),
    PageDisposition.REFERRED: QT_TRANSLATE_NOOP("words", "referred"),
    PageDisposition.CONSULTATION: QT_TRANSLATE_NOOP("words", "consultation"),
    PageDisposition.NOT_RESPONSIVE: QT_TRANSLATE_NOOP("words", "not responsive"),
    PageDisposition.DUPLICATE: QT_TRANSLATE_NOOP("words", "duplicate"),
    PageDisposition.WITHDRAWN: QT_TRANSLATE_NOOP("words", "withdrawn"),
    PageDisposition.MISSING: QT_TRANSLATE_NOOP("words", "missing"),
    PageDisposition.BLANK_IN_ORIGINAL: QT_TRANSLATE_NOOP("words", "blank in the original"),
    PageDisposition.PLACEHOLDER_SHEET: QT_TRANSLATE_NOOP("words", "placeholder sheet"),
    PageDisposition.LEGEND: QT_TRANSLATE_NOOP("words", "legend of codes"),
    PageDisposition.COVER_LETTER: QT_TRANSLATE_NOOP("words", "cover letter"),
}
_ROLE = {
    Role.ANALYST: QT_TRANSLATE_NOOP("words", "analyst"),
    Role.SECOND_REVIEWER: QT_TRANSLATE_NOOP("words", "second reviewer"),
    Role.APPROVER: QT_TRANSLATE_NOOP("words", "approver"),
    Role.AUDITOR: QT_TRANSLATE_NOOP("words", "auditor"),
}
_FIELD = {
    Field.CASE_ID: QT_TRANSLATE_NOOP("words", "Case ID"),
    Field.DOC_NO: QT_TRANSLATE_NOOP("words", "Document no."),
    Field.CONTROL_NUMBER: QT_TRANSLATE_NOOP("words", "Control number"),
    Field.LOG_NUMBER: QT_TRANSLATE_NOOP("words", "Log number"),
    Field.REVIEW_AUTHORITY: QT_TRANSLATE_NOOP("words", "Review authority"),
    Field.REVIEWING_OFFICE: QT_TRANSLATE_NOOP("words", "Reviewing office"),
    Field.REVIEW_DATE: QT_TRANSLATE_NOOP("words", "Review date"),
    Field.RELEASE_DATE: QT_TRANSLATE_NOOP("words", "Release date"),
    Field.DOC_DATE: QT_TRANSLATE_NOOP("words", "Document date"),
    Field.DISPOSITION: QT_TRANSLATE_NOOP("words", "Disposition"),
    Field.MARKING_AT_RELEASE: QT_TRANSLATE_NOOP("words", "Marking at release"),
    Field.ORIGINAL_CLASSIFICATION: QT_TRANSLATE_NOOP("words", "Original class."),
    Field.EXEMPTIONS: QT_TRANSLATE_NOOP("words", "Exemptions"),
    Field.ORIGINATING_AGENCY: QT_TRANSLATE_NOOP("words", "Originating agency"),
    Field.FROM: QT_TRANSLATE_NOOP("words", "From"),
    Field.TO: QT_TRANSLATE_NOOP("words", "To"),
    Field.SUBJECT: QT_TRANSLATE_NOOP("words", "Subject"),
    Field.DOC_TYPE: QT_TRANSLATE_NOOP("words", "Document type"),
    Field.ATTACHMENTS: QT_TRANSLATE_NOOP("words", "Attachments"),
}

_WORDS: dict[type[StrEnum], Mapping[Any, str]] = {
    Kind: _KIND, Origin: _ORIGIN, Status: _STATUS, Band: _BAND, ExemptionStatus: _EXEMPTION_STATUS,
    Verdict: _VERDICT, FieldStatus: _FIELD_STATUS, Disposition: _DISPOSITION, Field: _FIELD,
    PageDisposition: _PAGE, Role: _ROLE,
}


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def of(value: StrEnum) -> str:
    """A value of a closed list in words."""
    return _tr(_WORDS[type(value)][value])


def codes(span: SpanRow) -> str:
    """The codes of a span; without any, whether none is stated or none can be read."""
    if span.codes:
        return upright(", ".join(c.code for c in span.codes))
    return of(span.exemption_status)


def confidence(value: float, sure: Band) -> str:
    """How sure the detector is, in words and as a share."""
    words = {
        Band.CERTAIN: _tr("Certain: the signs leave no doubt"),
        Band.LIKELY: _tr("Likely: more than one sign, none of them final"),
        Band.POSSIBLE: _tr("Possible: one weak sign, look closely"),
    }[sure]
    return f"{words} ({percent(value)})"


# As a form too, for those who do not see the colour: full, half, empty.
_BAND_SIGN = {Band.CERTAIN: "●", Band.LIKELY: "◐", Band.POSSIBLE: "○"}


def band(value: Band) -> str:
    """A band as a sign and a word."""
    return f"{_BAND_SIGN[value]} {of(value)}"


def likely_from() -> str:
    """The name of the limit of likely."""
    return _tr("likely from")


def certain_from() -> str:
    """The name of the limit of certain."""
    return _tr("certain from")


def percent(value: float) -> str:
    """0 to 1 as a whole percentage; never 100% for what is not entirely certain."""
    return f"{min(99, round(value * 100)) if value < 1 else 100}%"


def extent(span: SpanRow) -> str:
    """How much is withheld, as far as it is known; empty when it is not."""
    size = span.extent
    if size is None:
        return ""
    if size.number is not None and size.unit:
        prefix = _tr("less than ") if size.qualifier == "less_than" else ""
        stated = _tr("{prefix}{number} {unit}, as stated") if size.number == 1 else _tr(
            "{prefix}{number} {unit}s, as stated")
        return stated.format(prefix=prefix, number=f"{size.number:g}", unit=size.unit)
    if size.lines is not None:
        if size.lines == 1:
            return _tr("1 line, as stated") if size.stated else _tr("about 1 line")
        text = _tr("{lines} lines, as stated") if size.stated else _tr("about {lines} lines")
        return text.format(lines=f"{size.lines:g}")
    return ""


def page_count(count: int) -> str:
    """So many pages."""
    return _tr("1 page") if count == 1 else _tr("{count} pages").format(count=count)


def page_disposition(page: PageState) -> str:
    """What became of a page; a hand stands before what a person said, not what follows from its spans."""
    text = of(page.disposition)
    if page.stands_for > 1:
        text = _tr("{what}, for {count} pages").format(what=text, count=page.stands_for)
    return f"✎ {text}" if page.said is not None else text


def document_state(row: DocumentRow) -> tuple[str, str]:
    """What is left to do on a document: a sign for the list, and the words for it."""
    if row.coming is not None:
        return coming(row.coming)
    if row.undecided_count:
        return "?", _tr("to review")
    if row.span_count:
        return "✓", _tr("reviewed")
    return "–", _tr("no spans")


def to_review(count: int) -> str:
    """So many spans are left to decide."""
    return _tr("{count} to review").format(count=count)


def document_line(row: DocumentRow) -> str:
    """A document in a line: what is left to do, how it was released, its pages."""
    pages = page_count(row.page_count)
    if row.coming is not None:
        return " · ".join([coming(row.coming)[1], pages])
    left = to_review(row.undecided_count) if row.undecided_count else document_state(row)[1]
    return " · ".join(part for part in (left, short_disposition(row.disposition), pages) if part)


def warnings(count: int) -> str:
    """So many things of a document need a look."""
    return _tr("1 warning") if count == 1 else _tr("{count} warnings").format(count=count)


def short_disposition(value: Disposition) -> str:
    """A disposition for narrow places; empty when it is not known."""
    return _tr(_SHORT_DISPOSITION[value]) if value in _SHORT_DISPOSITION else ""


def coming(value: Coming) -> tuple[str, str]:
    """How far a document on its way in is: a sign or a share for the list, and the words for it."""
    if value.state is Arrival.FAILED:
        return "✗", _tr("not scanned")
    if value.state is Arrival.WAITING:
        return "…", _tr("waits for its scan")
    if not value.total:
        return "0%", _tr("being scanned")
    share = f"{min(99, 100 * value.done // value.total)}%"
    text = _tr("being scanned, {done} of {total} pages").format(done=value.done, total=value.total)
    return share, text


def status(span: SpanRow) -> str:
    """The status of a span; one of a document that is still being read has none that counts."""
    return _tr("… found so far") if span.is_provisional else of(span.status)


def moment(at: str) -> str:
    """A stored UTC time for lists: to the second, still UTC."""
    try:
        return datetime.fromisoformat(at.replace("Z", "+00:00")).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return at


def action(name: str) -> str:
    """An action of the log in words: ``span.confirmed`` is "confirm span"."""
    return _tr(action_words(name))


def progress(value: Progress) -> str:
    """How far a job is, in words."""
    if value.total and value.text:
        return _tr("{text} ({done} of {total})").format(text=value.text, done=value.done, total=value.total)
    if value.total:
        return _tr("{done} of {total}").format(done=value.done, total=value.total)
    return value.text


def upright(code: str) -> str:
    """A code as it is printed, also where the window is laid out from right to left: ``(b)(1)`` would be
    shown as ``(1)(b)`` there, which is another code."""
    if QGuiApplication.layoutDirection() == Qt.LayoutDirection.LeftToRight:
        return code
    return f"{LEFT_TO_RIGHT}{code}{END_ISOLATE}"


def short(text: str, limit: int = 60) -> str:
    """A name for a narrow place: a long one loses its middle, as its beginning and its end tell it apart."""
    if len(text) <= limit:
        return text
    if text.startswith(ISOLATE):
        return f"{ISOLATE}{short(text[1:-1], limit)}{END_ISOLATE}"
    return f"{text[:limit // 2]}…{text[-(limit - limit // 2 - 1):]}"


def tip(text: str) -> str:
    """A tool tip that shows ``text`` as it is: Qt takes anything that looks like HTML for HTML."""
    for plain, named in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot"), ("'", "#x27")):
        text = text.replace(plain, f"&{named};")  # html.escape comes with a list of all two thousand names
    return f"<span>{text}</span>" if text else ""
