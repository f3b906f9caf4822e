"""The review sheet as pages: who, what, when, every span, and the audit log's head."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from review_app.domain.display import shown
from review_app.domain.findings import SpanFinding
from review_app.domain.sheet import ReviewSheet
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Disposition, Field, Origin
from review_app.engine import look
from review_app.engine.characters import Characters
from review_app.engine.linemap import CELL, SIZE, cells
from review_app.engine.pdfwriter import BLACK, PAGE_HEIGHT, PAGE_WIDTH, Colour, PdfWriter

_LEFT = 45.0
_TOP = 50.0
_FOOT = PAGE_HEIGHT - 54.0
_TEXT = 8.0
_LEADING = 10.8
_COLUMNS = 108  # 108 cells of 4.82 points: 520 points between margins of 45
_KEY = 22
_GREY: Colour = (0.35, 0.35, 0.38)
_RULE: Colour = (0.75, 0.76, 0.78)
_BAND: Colour = (0.955, 0.96, 0.965)
_BANNER: Colour = (1.0, 0.955, 0.82)

BANNER = (
    "The annotations in this copy, and this sheet, are its user's reading of the released copy. They are "
    "not a determination by an agency. Spans shown as withheld were already withheld in the copy received; "
    "spans shown as proposed are still readable in this file."
)

_SPAN_COLUMNS = (
    ("page", 6), ("lines", 9), ("kind", 12), ("origin", 10), ("status", 11), ("codes", 30), ("authority", 30),
)


def typeset_sheet(spans: Sequence[SpanFinding], sheet: ReviewSheet) -> bytes:
    """The sheet as a PDF of its own, as many pages as it needs. Same values, same bytes."""
    plan = _plan(spans, sheet)
    writer = PdfWriter()
    chars = Characters(writer, [text for row in plan for _, text in row.cells] + [shown(sheet.file), BANNER])
    pages = _paginate(plan)
    for number, rows in enumerate(pages, 1):
        writer.new_page()
        top = _TOP
        for row in rows:
            if row.band is not None:
                writer.rect(_LEFT - 4, top - 1, PAGE_WIDTH - 2 * _LEFT + 8, row.height, row.band)
            for column, text in row.cells:
                x = _LEFT + column * CELL * row.size / SIZE
                chars.draw(writer, x, top, text, row.size, row.colour, bold=row.bold)
            if row.rule:
                writer.rect(_LEFT - 4, top + row.height - 2.2, PAGE_WIDTH - 2 * _LEFT + 8, 0.6, _RULE)
            top += row.height
        foot = f"Review sheet, page {number} of {len(pages)}"
        writer.text(_LEFT, PAGE_HEIGHT - 40, foot, 7.0, _GREY)
        digest = f"sha256 {sheet.sha256[:16]}…"
        writer.text(PAGE_WIDTH - _LEFT - len(digest) * CELL * 0.7, PAGE_HEIGHT - 40, digest, 7.0, _GREY)
    return writer.finish()


@dataclass(frozen=True, slots=True)
class _Row:
    """One printed row: texts by column. ``keep`` holds it on the page of the row behind it."""

    cells: tuple[tuple[int, str], ...] = ()
    size: float = _TEXT
    height: float = _LEADING
    colour: Colour = BLACK
    bold: bool = False
    band: Colour | None = None
    rule: bool = False
    keep: bool = False
    head: bool = False


def _paginate(plan: Sequence[_Row]) -> list[list[_Row]]:
    """Rows onto pages; a table's head is repeated where the table goes on."""
    pages: list[list[_Row]] = [[]]
    used = 0.0
    head: _Row | None = None
    for i, row in enumerate(plan):
        block = row.height
        for later in plan[i + 1 :] if row.keep else ():
            block += later.height
            if not later.keep:
                break
        # A block longer than a page cannot be kept in one piece.
        if used + min(block, 300.0) > _FOOT - _TOP and pages[-1]:
            pages.append([])
            used = 0.0
            if head is not None and not row.head:
                pages[-1].append(head)
                used = head.height
        if row.head:
            head = row
        elif row.bold and row.size > _TEXT:
            head = None  # a new heading ends the table before it
        pages[-1].append(row)
        used += row.height
    return pages


def _plan(spans: Sequence[SpanFinding], sheet: ReviewSheet) -> list[_Row]:
    rows = [_Row(((0, "Review sheet"),), size=15.0, height=24.0, bold=True)]
    banner = _wrap(BANNER, _COLUMNS - 2)
    rows += [_Row(((0, line),), band=_BANNER, keep=True) for line in banner]
    rows.append(_Row(height=8.0))
    rows += _facts(spans, sheet)
    rows += _heading("Record, as the document's stamps and headings say it")
    if not sheet.record:
        rows.append(_Row(((0, "No field was read."),), colour=_GREY))
    for reading in sheet.record:
        place = f"p. {reading.page}, {reading.confidence:.2f}"
        value = reading.value
        if reading.raw and _flat(reading.raw) != value:
            value += f"  (printed: {reading.raw})"
        rows += _key_value(str(reading.field).replace("_", " "), value, place)
    rows += _heading(f"Spans ({len(spans)})")
    rows += _span_table(spans, sheet)
    if sheet.warnings:
        rows += _heading("Warnings")
        for warning in sheet.warnings:
            lines = _wrap("- " + _flat(warning), _COLUMNS - 2)
            rows += [_Row(((2 if i else 0, line),)) for i, line in enumerate(lines)]
    return rows


def _facts(spans: Sequence[SpanFinding], sheet: ReviewSheet) -> list[_Row]:
    withheld = sum(1 for s in spans if s.origin is Origin.AGENCY and not look.is_dropped(s))
    proposed = sum(1 for s in spans if look.is_redaction(s))
    dropped = sum(1 for s in spans if look.is_dropped(s))
    counts = f"{withheld} withheld by the agency, {proposed} proposed by the reviewer, {dropped} turned down"
    disposition = "not stated" if sheet.disposition is Disposition.UNKNOWN else str(sheet.disposition)
    rows = [
        *_key_value("file", shown(sheet.file)),
        *_key_value("sha256 as received", sheet.sha256),
    ]
    if sheet.document_id:
        rows += _key_value("document", sheet.document_id)
    rows += _key_value("case", sheet.case_number or "none given")
    rows += _key_value("disposition", disposition.replace("_", " "))
    rows += _key_value("review authority", _values(sheet, Field.REVIEW_AUTHORITY))
    rows += _key_value("review date", _values(sheet, Field.REVIEW_DATE, Field.RELEASE_DATE))
    rows += _key_value("date of the document", _values(sheet, Field.DOC_DATE))
    rows += _key_value("spans", counts)
    rows += _key_value("reviewer", sheet.actor)
    rows += _key_value("made at", _moment(sheet.made_at))
    if sheet.app_version:
        rows += _key_value("made with", f"Review App {sheet.app_version}")
    if sheet.head is None:
        rows += _key_value("audit log", "made outside a workspace: no log entry stands behind this copy")
    else:
        rows += _key_value("audit log", f"entry {sheet.head.seq}, the newest before this export")
        rows += _key_value("", sheet.head.hash)
    return rows


def _moment(iso: str) -> str:
    try:
        return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return iso


def _values(sheet: ReviewSheet, *fields: Field) -> str:
    found = dict.fromkeys(r.value for r in sheet.record if r.field in fields)
    return ", ".join(found) or "not stated"


def _span_table(spans: Sequence[SpanFinding], sheet: ReviewSheet) -> list[_Row]:
    if not spans:
        return [_Row(((0, "No span was marked."),), colour=_GREY)]
    at, column = [], 0
    for _, width in _SPAN_COLUMNS:
        at.append(column)
        column += width
    rows = [_Row(
        tuple((x, name) for x, (name, _) in zip(at, _SPAN_COLUMNS, strict=True)), colour=_GREY, bold=True,
        rule=True, head=True, keep=True, height=_LEADING + 2,
    )]
    in_order = sorted(spans, key=lambda s: (s.page, min(r.y0 for r in s.rects), min(r.x0 for r in s.rects)))
    for number, span in enumerate(in_order):
        band = _BAND if number % 2 else None
        lines = f"{span.lines[0]}–{span.lines[1]}" if span.lines else ""
        values = (
            str(span.page), lines, look.kind_words(span), str(span.origin), str(span.status),
            _flat(look.codes_words(span)), _flat(look.authority_of(span, sheet)) or "not stated",
        )
        wrapped = [
            _wrap(value, width - 1) for value, (_, width) in zip(values, _SPAN_COLUMNS, strict=True)
        ]
        depth = max(len(part) for part in wrapped)
        block = [
            _Row(tuple((x, part[i]) for x, part in zip(at, wrapped, strict=True) if i < len(part)), band=band)
            for i in range(depth)
        ]
        for text in _details(span, sheet):
            block += [
                _Row(((_SPAN_COLUMNS[0][1], line),), colour=_GREY, band=band)
                for line in _wrap(text, _COLUMNS - _SPAN_COLUMNS[0][1] - 1)
            ]
        rows += [_keep(row) for row in block[:-1]] + block[-1:]
    return rows


def _keep(row: _Row) -> _Row:
    return _Row(row.cells, row.size, row.height, row.colour, row.bold, row.band, row.rule, keep=True)


def _details(span: SpanFinding, sheet: ReviewSheet) -> list[str]:
    out = []
    if decision := sheet.decisions.get(span.id, ""):
        out.append(f"decision: {_flat(decision)}")
    if span.note:
        out.append(f"note: {_flat(span.note)}")
    extent = look.extent_words(span)
    parts = [p for p in (f"extent: {extent}" if extent else "", _flat(span.evidence)) if p]
    if parts:
        out.append("; ".join(parts))
    if span.id:
        out.append(f"id: {span.id}")
    return out


def _heading(text: str) -> list[_Row]:
    return [
        _Row(height=9.0),
        _Row(((0, text),), size=10.0, height=15.0, bold=True, rule=True, keep=True),
    ]


def _key_value(key: str, value: str, aside: str = "") -> list[_Row]:
    room = _COLUMNS - _KEY - (14 if aside else 0)
    lines = _wrap(_flat(value), room) or [""]
    rows = []
    for i, line in enumerate(lines):
        texts = [(_KEY, line)]
        if i == 0:
            texts += [(0, key)] + ([(_COLUMNS - 13, aside)] if aside else [])
        rows.append(_Row(tuple(texts), keep=i < len(lines) - 1))
    return rows


def _flat(text: str) -> str:
    """On one line, and nothing in it may move the cursor."""
    return shown(" ".join(text.split()))


def _wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells; wide characters count for two, boxes of rare ones for five."""
    unit: Callable[[str], int] = _cells
    if len(text) == cells(text, unit)[-1]:
        return textwrap.wrap(text, width, break_on_hyphens=False) or [""]
    lines, line, used = [], "", 0
    for char in text:
        if used + unit(char) > width:
            lines.append(line)
            line, used = "", 0
        line += char
        used += unit(char)
    return [*lines, line]


def _cells(char: str) -> int:
    return 1 if char < "\u0250" else 5 if char > "\uffff" else 2
