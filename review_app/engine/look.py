"""How a span looks as an annotation, and how it is put into words.

Origin is told by colour, by shape and by words: what an agency withheld is blue, with a hairline frame and
a pale tint; what a reviewer proposes is orange with corner ticks. The colours are the window's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pymupdf

from review_app.domain.findings import SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.sheet import ReviewSheet
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import ExemptionStatus, Field, Kind, Origin, Status

Colour = tuple[float, float, float]

AGENCY: Colour = (0x00 / 255, 0x59 / 255, 0xA8 / 255)
REVIEWER: Colour = (0xB8 / 255, 0x43 / 255, 0x00 / 255)
REJECTED: Colour = (0x5F / 255, 0x66 / 255, 0x70 / 255)

_LABEL = 7.0  # points; smaller is not read on paper
_CHIP = 10.0  # height of a label with its background
_COVERS_TEXT = frozenset({Kind.NOTE, Kind.PLACEHOLDER, Kind.MARK, Kind.UNAPPLIED})

CODE_STATUS = {
    ExemptionStatus.STATED: "code stated",
    ExemptionStatus.NOT_STATED: "code not stated",
    ExemptionStatus.ILLEGIBLE: "code illegible",
}
DISCLAIMER = "A reading of the released copy by its user; not a determination by an agency."


@dataclass(frozen=True, slots=True)
class Look:
    """Operators of an appearance, in points as displayed, origin at the lower left of the bounds."""

    operators: bytes
    width: float
    height: float


def is_dropped(span: SpanFinding) -> bool:
    """True for a span that a person turned down: shown in grey, and never as something to be removed."""
    return span.status in (Status.REJECTED, Status.RETURNED)


def is_redaction(span: SpanFinding) -> bool:
    """True for what is to be removed: a reviewer's mark that nobody turned down."""
    return span.origin is Origin.REVIEWER and not is_dropped(span)


def colour_of(span: SpanFinding) -> Colour:
    """Colour of a span's annotation."""
    if is_dropped(span):
        return REJECTED
    return AGENCY if span.origin is Origin.AGENCY else REVIEWER


def kind_words(span: SpanFinding) -> str:
    """The kind as people say it."""
    return str(span.kind).replace("_", " ")


def codes_words(span: SpanFinding) -> str:
    """The codes, or that none is stated: no printed code means unknown, never none."""
    if span.codes:
        return ", ".join(c.code for c in span.codes)
    if span.origin is Origin.REVIEWER:
        return "no code given"
    return CODE_STATUS[span.exemption_status]


def label_choices(span: SpanFinding) -> list[str]:
    """Labels from the fullest to the shortest."""
    who = "withheld by agency" if span.origin is Origin.AGENCY else "proposed"
    if is_dropped(span):
        who = str(span.status)
    return [
        f"{who} · {kind_words(span)} · {codes_words(span)}", f"{who} · {codes_words(span)}",
        codes_words(span), ", ".join(c.code for c in span.codes) or who,
    ]


def contents(span: SpanFinding, sheet: ReviewSheet | None) -> str:
    """The text of an annotation: who, codes, authority, decision, extent, evidence, the reviewer's note."""
    if span.origin is Origin.AGENCY:
        lines = [f"Withheld by the agency in the released copy ({kind_words(span)})."]
    else:
        lines = ["Proposed by the reviewer for withholding; nothing is removed in this copy."]
    if is_dropped(span):
        lines = [f"{str(span.status).capitalize()} by the reviewer: {lines[0]}"]
    if span.codes:
        lines.append("Codes: " + ", ".join(_code_words(c.code, c.raw, str(c.provenance)) for c in span.codes))
    else:
        lines.append(f"Codes: {codes_words(span)}")
    authority = authority_of(span, sheet)
    if authority:
        lines.append(f"Authority: {authority}")
    if extent := extent_words(span):
        lines.append(f"Extent: {extent}")
    if sheet is not None and (decision := sheet.decisions.get(span.id, "")):
        lines.append(f"Decision of this review: {decision}")
    if span.note:
        lines.append(f"Note: {span.note}")
    if span.evidence:
        lines.append(f"Evidence: {span.evidence} ({span.band}, {span.confidence:.2f})")
    lines.append(DISCLAIMER)
    return "\n".join(lines)


def _code_words(code: str, raw: str, provenance: str) -> str:
    printed = f", printed {raw}" if raw and raw != code else ""
    return f"{code} ({provenance.replace('_', ' ')}{printed})"


def authority_of(span: SpanFinding, sheet: ReviewSheet | None) -> str:
    """Who stands for the withholding: the stamp's review authority, or the reviewer of a proposal."""
    if sheet is None:
        return ""
    if span.origin is Origin.REVIEWER:
        return sheet.authors.get(span.id, sheet.actor)
    names = [r.value for r in sheet.record if r.field is Field.REVIEW_AUTHORITY]
    return ", ".join(dict.fromkeys(names))


def extent_words(span: SpanFinding) -> str:
    """How much is missing, as stated or estimated; empty when unknown."""
    extent = span.extent
    if extent is None:
        return ""
    number = extent.number if extent.number is not None else extent.lines
    if number is None:
        return ""
    unit = extent.unit or "line"
    plural = "" if number == 1 or unit.endswith("s") else "s"
    qualifier = extent.qualifier.replace("_", " ") + " " if extent.qualifier else ""
    return f"{qualifier}{number:g} {unit}{plural}, {'stated' if extent.stated else 'estimated'}"


def draw(span: SpanFinding, rects: Sequence[Rect], bounds: Rect) -> Look:
    """The appearance of a span over ``rects`` inside ``bounds`` (page space).

    Resources: ``/GT`` a transparent state, ``/GN`` the plain one, ``/GM`` multiply, ``/Helv`` Helvetica.
    """
    colour = colour_of(span)
    out = [b"q /GN gs %.3g %.3g %.3g RG %.3g %.3g %.3g rg 1 j\n" % (*colour, *colour)]
    for rect in _blocks(rects):
        x, y = rect.x0 - bounds.x0, bounds.y1 - rect.y1
        out.append(_box(span, x, y, max(rect.width, 1.0), max(rect.height, 1.0)))
    first = _blocks(rects)[0]
    out.append(_label(span, Rect(
        first.x0 - bounds.x0, bounds.y1 - first.y1, first.x1 - bounds.x0, bounds.y1 - first.y0,
    )))
    out.append(b"Q\n")
    return Look(b"".join(out), bounds.width, bounds.height)


def _blocks(rects: Sequence[Rect]) -> list[Rect]:
    """Rows of the same width that stand close under each other, as one block each."""
    blocks: list[Rect] = []
    for rect in rects:
        last = blocks[-1] if blocks else None
        if (
            last is not None and abs(last.x0 - rect.x0) < 0.6 and abs(last.x1 - rect.x1) < 0.6
            and -0.5 < rect.y0 - last.y1 < 1.5
        ):
            blocks[-1] = last.union(rect)
        else:
            blocks.append(rect)
    return blocks


def _box(span: SpanFinding, x: float, y: float, w: float, h: float) -> bytes:
    line = min(1.2, w / 3, h / 3)
    half = line / 2
    frame = b"%.2f %.2f %.2f %.2f re" % (x + half, y + half, w - line, h - line)
    if is_dropped(span):
        return b"q [3 2] 0 d 0.8 w %s S %.2f %.2f m %.2f %.2f l S Q\n" % (frame, x, y, x + w, y + h)
    dash = b"[4 2] 0 d " if span.status is Status.SUGGESTED else b""
    out = b"q /GM gs %.2f %.2f %.2f %.2f re f Q\n" % (x, y, w, h)
    out += b"q %s%.2f w %s S Q\n" % (dash, line, frame)
    if span.origin is Origin.REVIEWER:
        out += _ticks(x, y, w, h)
    return out


def _ticks(x: float, y: float, w: float, h: float) -> bytes:
    """Strong corners: a proposal is told from a withholding without its colour."""
    a, b = min(5.0, w / 3), min(5.0, h / 3)
    out = b"q 2.4 w 0 J 0 j "
    for cx, sx in ((x + 1.2, 1), (x + w - 1.2, -1)):
        for cy, sy in ((y + 1.2, 1), (y + h - 1.2, -1)):
            out += b"%.2f %.2f m %.2f %.2f l %.2f %.2f l S " % (
                cx, cy + sy * b, cx, cy, cx + sx * a, cy,
            )
    return out + b"Q\n"


@cache
def _font() -> Any:
    return pymupdf.Font("helv")


def _label(span: SpanFinding, box: Rect) -> bytes:
    """A label on the upper right of the box, where it fits and hides no text that a reader still needs."""
    tall = 2.2 * _CHIP if span.kind in _COVERS_TEXT else _CHIP
    if box.height < tall:
        return b""
    for text in label_choices(span):
        encoded = text.encode("cp1252", "replace")
        width = _font().text_length(encoded.decode("cp1252"), _LABEL) + 6
        if width > box.width - 2:
            continue
        x, y = box.x1 - width - 1, box.y1 - _CHIP - 0.5
        escaped = encoded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        return (
            b"%.2f %.2f %.2f %.2f re f BT /Helv %g Tf 1 1 1 rg %.2f %.2f Td (%s) Tj ET\n"
            % (x, y, width, _CHIP - 0.5, _LABEL, x + 3, y + 2.3, escaped)
        )
    return b""
