"""Our own marks inside a PDF: how they are written down, and how they are read back without trusting them.

The catalog's ``/PieceInfo /ReviewApp /Private`` (ISO 32000-1, 14.5) says that the file is an annotated copy
and holds the anchor. Each of our annotations carries its span as JSON under a private key. The JSON
is pure ASCII, so no program's idea of string encodings can change it.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from review_app.domain.findings import CodeReading, SpanFinding
from review_app.domain.geometry import bounds
from review_app.domain.rows import LogHead
from review_app.domain.sheet import ReviewSheet
from review_app.domain.values import dataclass
from review_app.engine.content import quads_of, rects_of
from review_app.engine.geometry import Frame
from review_app.engine.marked import SPAN_KEY
from review_app.engine.mupdf import PAGE_ERRORS

if TYPE_CHECKING:
    from review_app.engine.documents import Document

APP = "ReviewApp"
FORMAT = 1

MAX_SPANS = 100_000
MAX_SPAN_JSON = 400_000
MAX_RECTS = 5_000
MAX_TEXT = 100_000
"""Limits on what a file may claim; ours stay far below."""

_MOVED = 1.0
"""An annotation that another program moved by more points than this is where it is, not where we put it."""

_BAD: tuple[type[BaseException], ...] = (
    ValueError, TypeError, OverflowError, AttributeError, LookupError, RecursionError,
)
_UNREADABLE = PAGE_ERRORS + _BAD


@dataclass(frozen=True, slots=True)
class Anchor:
    """State of the audit log from which an annotated copy was made.

    ``head`` is None when no workspace was involved. ``document_sha256`` is of the file that was annotated.
    """

    head: LogHead | None
    document_sha256: str
    exported_at: str


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """What an annotated copy of ours holds: the spans as they were written, and the anchor."""

    spans: tuple[SpanFinding, ...]
    anchor: Anchor | None


def span_text(span: SpanFinding, place: int) -> str:
    """A span as the ASCII JSON of its annotation: the contract's form plus what that form drops, and its
    place in the list of spans."""
    value = span.to_json()
    value["place"] = place
    value["reasons"] = list(span.reasons)
    for code, out in zip(span.codes, value["codes"], strict=True):
        out["confidence"] = code.confidence
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def anchor_text(sheet: ReviewSheet | None, sha256: str) -> str:
    """The anchor as ASCII JSON."""
    value: dict[str, Any] = {"document_sha256": sha256, "format": FORMAT}
    if sheet is not None:
        value["exported_at"] = sheet.made_at
        if sheet.head is not None:
            value["seq"], value["hash"] = sheet.head.seq, sheet.head.hash
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def read_own(document: Document) -> OwnCopy | None:
    """The spans and the anchor of an annotated copy of ours; None for any other file.

    What the file says is checked for form and size, and a mark that another program moved is given
    where it stands now. Marks that cannot be read are counted in the document's warnings.
    """
    if document.media_type != "application/pdf":
        return None
    pdf = document.pdf
    try:
        kind, marker = pdf.xref_get_key(pdf.pdf_catalog(), f"PieceInfo/{APP}/Private/Anchor")
    except PAGE_ERRORS:
        return None
    if kind != "string":
        return None
    spans: list[tuple[int, SpanFinding]] = []
    seen: set[str] = set()
    unreadable = 0
    for number in range(1, document.page_count + 1):
        frame = document.frame(number)
        try:
            xrefs = [int(entry[0]) for entry in document.page(number).annot_xrefs()] if frame else []
        except PAGE_ERRORS:
            continue
        for xref in xrefs:
            try:
                found, text = pdf.xref_get_key(xref, SPAN_KEY)
                if found == "null":
                    continue
                if found != "string" or len(spans) >= MAX_SPANS or frame is None:
                    raise ValueError("not a span")
                place, span = parse_span(text, number)
                span = _placed(span, pdf, xref, frame)
            except _UNREADABLE:
                unreadable += 1
                continue
            if span.id and span.id in seen:
                continue  # a copy that another program made of our annotation
            seen.add(span.id)
            spans.append((place, span))
    if unreadable:
        document.warn(f"{unreadable} marks claim to be this program's but cannot be read")
    spans.sort(key=lambda entry: entry[0])
    return OwnCopy(tuple(span for _, span in spans), parse_anchor(marker))


def _placed(span: SpanFinding, pdf: Any, xref: int, frame: Frame) -> SpanFinding:
    """The span where its annotation stands now."""
    shown = quads_of(pdf, xref, frame) or rects_of(pdf, xref, frame)
    if not shown:
        raise ValueError("an annotation without a place")
    ours, theirs = bounds(span.rects), bounds(shown)
    drift = max(
        abs(ours.x0 - theirs.x0), abs(ours.y0 - theirs.y0),
        abs(ours.x1 - theirs.x1), abs(ours.y1 - theirs.y1),
    )
    return span if drift <= _MOVED else dataclasses.replace(span, rects=shown, lines=None)


def parse_span(text: str, page: int) -> tuple[int, SpanFinding]:
    """A span and its place in the list, from the JSON of an annotation that stands on ``page``.

    Raises:
        ValueError, KeyError, TypeError and the like: it is not a span, or over a limit.
    """
    if len(text) > MAX_SPAN_JSON:
        raise ValueError("too long")
    value = json.loads(text)
    if not isinstance(value, Mapping):
        raise TypeError("not an object")
    _check_sizes(value)
    span = SpanFinding.of({**value, "page": page})
    reasons = value.get("reasons", [])
    if not isinstance(reasons, list) or not all(isinstance(r, str) for r in reasons):
        raise TypeError("reasons are a list of texts")
    if not span.rects or not (0.0 <= span.confidence <= 1.0):
        raise ValueError("no rectangle, or no confidence")
    if span.lines and not 1 <= span.lines[0] <= span.lines[1] <= 10**9:
        raise ValueError("lines out of order")
    for code in span.codes:
        _check_code(code)
    if span.extent is not None:
        for number in (span.extent.lines, span.extent.number):
            if number is not None and not (isinstance(number, int | float) and math.isfinite(number)):
                raise ValueError("an extent is a finite number")
    place = value.get("place", MAX_SPANS)
    if not isinstance(place, int) or not 0 <= place <= MAX_SPANS:
        raise ValueError("not a place")
    return place, dataclasses.replace(span, reasons=tuple(reasons) or span.reasons)


def _check_sizes(value: Mapping[str, Any]) -> None:
    for name in ("id", "kind", "origin", "status", "detector", "evidence", "raw", "label", "note", "band"):
        text = value.get(name, "")
        if not isinstance(text, str) or len(text) > MAX_TEXT:
            raise ValueError(f"{name} is not a text of sensible length")
    for name in ("rects", "codes"):
        part = value.get(name, [])
        if not isinstance(part, list) or len(part) > MAX_RECTS:
            raise ValueError(f"{name} is not a list of sensible length")


def _check_code(code: CodeReading) -> None:
    if not (0.0 <= code.confidence <= 1.0) or len(code.code) > 200 or len(code.raw) > MAX_TEXT:
        raise ValueError("not a code")


def parse_anchor(text: str) -> Anchor | None:
    """The anchor from its JSON, None when it is not one."""
    try:
        if len(text) > 10_000:
            return None
        value = json.loads(text)
        seq, hash_ = value.get("seq"), value.get("hash")
        head = None
        if isinstance(seq, int) and not isinstance(seq, bool) and 0 <= seq < 2**63 and _is_sha(hash_):
            head = LogHead(seq, hash_)
        sha = value["document_sha256"]
        at = value.get("exported_at", "")
        if not _is_sha(sha) or not isinstance(at, str) or len(at) > 64:
            return None
        return Anchor(head, sha, at)
    except _BAD:
        return None


def _is_sha(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")
