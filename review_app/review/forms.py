"""Findings as table rows: the one place that knows how a value of the domain is written into a column."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from review_app.domain.findings import CodeReading, PageInfo, RecordReading, SpanFinding
from review_app.domain.geometry import Rect

Row = dict[str, str | int | float | None]


def new_id(prefix: str) -> str:
    """A fresh id: a short prefix that tells the kind, and 64 random bits."""
    return f"{prefix}-{secrets.token_hex(8)}"


def now() -> str:
    """UTC, ISO 8601, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def dumps(value: Any) -> str:
    """JSON for a column: keys sorted, no spaces, non-ASCII as is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def rects_json(rects: Sequence[Rect]) -> str:
    """Rectangles as a column value."""
    return dumps([r.as_list() for r in rects])


def page_row(document_id: str, page: PageInfo) -> Row:
    """A row of ``pages``."""
    return {
        "id": f"{document_id}.{page.number}", "document_id": document_id, "number": page.number,
        "width": round(page.width, 2), "height": round(page.height, 2), "disposition": str(page.disposition),
    }


def span_row(document_id: str, span: SpanFinding, *, span_id: str, author: str, at: str) -> Row:
    """A row of ``spans``."""
    return {
        "id": span_id, "document_id": document_id, "page": span.page, "kind": str(span.kind),
        "origin": str(span.origin), "status": str(span.status), "rects": rects_json(span.rects),
        "confidence": round(span.confidence, 3), "band": str(span.band), "detector": span.detector,
        "evidence": span.evidence, "exemption_status": str(span.exemption_status),
        "lines": dumps(list(span.lines)) if span.lines else None,
        "extent": dumps(span.extent.to_json()) if span.extent else None,
        "raw": span.raw, "note": span.note, "author": author, "at": at,
    }


def code_row(span_id: str, position: int, reading: CodeReading) -> Row:
    """A row of ``span_codes``."""
    return {
        "id": new_id("cd"), "span_id": span_id, "position": position, "code": reading.code,
        "raw": reading.raw, "provenance": str(reading.provenance),
        "confidence": round(reading.confidence, 3),
    }


def record_row(document_id: str, reading: RecordReading) -> Row:
    """A row of ``record_fields``."""
    return {
        "id": new_id("rf"), "document_id": document_id, "field": str(reading.field), "value": reading.value,
        "raw": reading.raw, "page": reading.page, "rect": dumps(reading.rect.as_list()),
        "confidence": round(reading.confidence, 3), "status": "suggested",
    }
