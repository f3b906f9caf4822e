"""An overview as one HTML file: no script, nothing from outside, all text as text."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from review_app.domain.display import shown
from review_app.domain.overview import DocumentFigures, PageFigures, percent, share_of
from review_app.domain.overview_report import OverviewReport
from review_app.domain.resources import resource_path
from review_app.domain.rows import RecordRow, SpanRow
from review_app.domain.vocabulary import Disposition, ExemptionStatus, Field, FieldStatus, Kind
from review_app.reports import words
from review_app.reports.drawing import Drawing, legend, rows, summary, title, width_of
from review_app.reports.svg import patterns, piece

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = 12
"""Pages side by side: as many as fit on a sheet of paper."""
FIELDS = (
    Field.CASE_ID, Field.DOC_NO, Field.CONTROL_NUMBER, Field.REVIEW_AUTHORITY, Field.REVIEWING_OFFICE,
    Field.DOC_DATE, Field.REVIEW_DATE, Field.RELEASE_DATE, Field.DISPOSITION, Field.MARKING_AT_RELEASE,
)
"""What of the record is told, in this order."""
_STATUS = {
    FieldStatus.SUGGESTED: "as read, not confirmed", FieldStatus.CONFIRMED: "confirmed",
    FieldStatus.CORRECTED: "corrected", FieldStatus.REJECTED: "rejected",
}


def write(report: OverviewReport, out: Path) -> None:
    """Write an overview as an HTML file.

    Raises:
        OSError: it cannot be written.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only who writes a page waits for it
    from markupsafe import Markup

    folder = resource_path("reports")
    style = (folder / "overview.css").read_text(encoding="utf-8").strip()
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters.update(shown=shown, percent=percent, words=words.of)
    overview = report.overview
    sizes = {(d.document.id, p.page.number): p.page for d in overview.documents for p in d.pages}

    def strips(pages: tuple[PageFigures, ...]) -> Iterator[Markup]:
        for row in rows(pages, COLUMNS):
            yield Markup(piece(row))

    def share_of_page(span: SpanRow, document: DocumentFigures) -> str:
        page = sizes.get((document.document.id, span.page))
        if span.kind is Kind.PAGE:
            return percent(1.0)
        return percent(share_of(span.rects, page.width, page.height)) if page is not None else ""

    template = environment.get_template("overview.html")
    with out.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as file:
        file.writelines(template.generate(
            report=report, overview=overview, title=title(overview), summary=summary(overview),
            notice=words.NOTICE, style=Markup(style), style_hash=_sha256(style),
            legend=Markup(_legend()), strips=strips,
            record_of=lambda i: _record(report.records.get(i, ())),
            spans_of=lambda i: report.spans.get(i, ()), status_words=_STATUS.__getitem__,
            value_words=_value,
            code_words=words.code, span_codes=words.codes, page_codes=_page_codes,
            share_of_page=share_of_page, counted=words.counted,
        ))


def _record(fields: tuple[RecordRow, ...]) -> list[RecordRow]:
    return sorted((f for f in fields if f.field in FIELDS), key=lambda f: FIELDS.index(f.field))


def _value(field: RecordRow) -> str:
    """What a field says; a value of a closed list in words."""
    if field.field is Field.DISPOSITION and field.value in set(Disposition):
        return words.of(Disposition(field.value))
    return field.value or field.raw


def _page_codes(page: PageFigures) -> str:
    parts = [shown(code) for code in page.codes]
    for status in (ExemptionStatus.ILLEGIBLE, ExemptionStatus.NOT_STATED):
        if count := page.without_code(status):
            parts.append(words.unstated(status) if count == 1 else f"{words.unstated(status)} ({count})")
    return ", ".join(parts)


def _legend() -> str:
    parts = tuple(legend(1.0, 13.0))
    drawing = Drawing(width_of(parts), 18.0, "Legend", parts)  # no wider: a small window makes it smaller
    return piece(drawing).replace("</title>\n", f"</title>\n{patterns()}", 1)


def _sha256(text: str) -> str:
    """The hash of a style as the browser wants it, so that no other style is applied."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
