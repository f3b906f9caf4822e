"""From blanks in the layout to findings: what the stamps say of them, and what was found there already."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from review_app.detection import gaps, raster, raster_codes
from review_app.detection.flow import Flow
from review_app.detection.gap_signs import Code, Gap
from review_app.domain.content import PageContent
from review_app.domain.findings import Extent, SpanFinding
from review_app.domain.geometry import Rect, bounds
from review_app.domain.vocabulary import Band, Disposition, ExemptionStatus, Kind, Provenance

DETECTOR = "layout_gap"
IN_PART, BOXED = 1.0, -1.0
"""Weights of a stamp that says "in part", and of an agency that draws boxes elsewhere in the document."""

SHOWN = 0.5
MAX_WORDS = 4_000
"""A page with more is a listing: there is no running text on it that could have a hole."""
_ONLY_BLANK = 0.59
"""What is blank and no more is at most possible, never to be confirmed by itself (domain reference 5.9)."""

_NO_CODE = 0.89
_EDGE = 0.15  # of the page's height, above and below: where heads and feet run
_REPEATED = 3  # pages
_TRACES = frozenset({"margin_code", "cut_address"})
_BOXES = frozenset({Kind.BLACK_BOX, Kind.FILLED_BOX, Kind.WHITE_BOX})


def spans(
    flow: Flow,
    found: Sequence[SpanFinding],
    *,
    stamps: frozenset[int],
    legends: frozenset[int],
    whole: Disposition,
    by_page: Mapping[int, Disposition],
    printed: frozenset[str],
) -> list[SpanFinding]:
    """``found`` and the blanks of pages with a text layer that no other finding explains.

    A code in the margin beside a blank is only its trace: the blank takes its place and its codes.

    Args:
        flow: the document.
        found: what all other detectors gave.
        stamps: flow lines of stamps, legends and boilerplate.
        legends: pages that explain codes.
        whole: what the stamps say of the document; ``by_page`` of single pages.
        printed: canonical codes of the release line.
    """
    there: dict[int, list[SpanFinding]] = {}
    for span in found:
        there.setdefault(span.page, []).append(span)
    boxed = any(span.kind in _BOXES for span in found)
    pages = _pages(flow)
    running = _running(flow, pages)
    for page, lines in pages:
        said = by_page.get(page.number, whole)
        others = there.get(page.number, [])
        if said is Disposition.RELEASED_IN_FULL or page.number in legends:
            continue
        # What recognition did not read is not blank: on a scan only the place of a code is looked for.
        is_scan = raster.is_scan(page)
        if is_scan and not any(other.detector in _TRACES for other in others):
            continue
        text = [i for i in lines if i not in stamps and i not in running]
        codes = [
            Code(c.rect, c.codes)
            for c in raster_codes.printed_codes(flow, text, printed)
            if _is_believed(c, said, printed)
        ]
        rows = [flow.lines[i].words for i in text]
        if sum(len(row) for row in rows) > MAX_WORDS:
            continue
        new: list[SpanFinding] = []
        for gap in gaps.find(page, rows, codes):
            blank = _span(page, gap, said, boxed=boxed)
            if blank is None or any(_meets(blank, o) for o in others if o.detector not in _TRACES):
                continue
            traces = [o for o in others if o.detector in _TRACES and _is_trace(o, blank)]
            if is_scan and not traces:
                continue
            others = [o for o in others if o not in traces]
            new.append(blank)
        there[page.number] = [*others, *new]
    return [span for page_spans in there.values() for span in page_spans]


def _pages(flow: Flow) -> list[tuple[PageContent, list[int]]]:
    lines: dict[int, list[int]] = {}
    for index, line in enumerate(flow.lines):
        lines.setdefault(line.page, []).append(index)
    return [
        (page, lines[page.number]) for page in flow.pages if page.number in lines and not page.is_text_file
    ]


def _running(flow: Flow, pages: Sequence[tuple[PageContent, list[int]]]) -> frozenset[int]:
    """The flow lines of running heads and feet: the same words at the same height of several pages."""
    places: dict[tuple[str, int], list[int]] = {}
    for page, lines in pages:
        for i in lines:
            line = flow.lines[i]
            if line.rect.y1 < _EDGE * page.height or line.rect.y0 > (1 - _EDGE) * page.height:
                words = "".join(c for c in line.text if c.isalpha())
                places.setdefault((words, round(line.rect.y1 / 6)), []).append(i)
    return frozenset(i for same in places.values() if len(same) >= _REPEATED for i in same)


def _is_believed(code: raster_codes.Printed, said: Disposition, printed: frozenset[str]) -> bool:
    """A clause number has the look of a section of an order (domain reference, trap 12)."""
    if said is Disposition.RELEASED_IN_PART or printed:
        return True
    return any(not c.code.startswith("1.") for c in code.codes)


def _span(page: PageContent, gap: Gap, said: Disposition, *, boxed: bool) -> SpanFinding | None:
    odds, reasons = gap.odds, list(gap.reasons)
    in_part = said is Disposition.RELEASED_IN_PART
    if in_part:
        odds += IN_PART
        reasons.append("the document is marked as released in part")
    if not gap.codes:
        if not gap.has_sign and not in_part:
            return None
        if boxed:
            odds += BOXED
    sure = 1.0 / (1.0 + math.exp(-odds))
    if sure < SHOWN:
        return None
    if not gap.codes and not (in_part and gap.has_sign):
        sure = min(sure, _ONLY_BLANK)
    in_blank = any(c.provenance is Provenance.IN_BOX for c in gap.codes)
    sure = round(min(sure, 0.97 if in_blank else _NO_CODE), 3)
    return SpanFinding(
        page=page.number,
        kind=Kind.BLANK,
        rects=gap.rects,
        confidence=sure,
        band=Band.CERTAIN if sure >= 0.9 else Band.LIKELY if sure >= 0.6 else Band.POSSIBLE,
        detector=DETECTOR,
        reasons=tuple(reasons),
        exemption_status=ExemptionStatus.STATED if gap.codes else ExemptionStatus.NOT_STATED,
        codes=gap.codes,
        extent=Extent(lines=gap.lines, stated=False),
    )


def _meets(span: SpanFinding, other: SpanFinding) -> bool:
    """True when two findings share a place."""
    return any(
        a.intersect(b).area > 0.1 * min(a.area, b.area) or _beside(a, b)
        for a in span.rects
        for b in other.rects
    )


def _beside(a: Rect, b: Rect) -> bool:
    return not a.inset(-4.0).intersect(b).is_empty and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5 * min(
        a.height, b.height
    )


def _is_trace(trace: SpanFinding, span: SpanFinding) -> bool:
    """True when the code of a trace is one of the blank's, and stands at its height."""
    place = bounds(trace.rects)
    near = any(min(r.y1, place.y1) - max(r.y0, place.y0) > 0 for r in span.rects)
    mine = {code.code for code in span.codes}
    return near and (not trace.codes or any(code.code in mine for code in trace.codes))
