"""The scan of one document: its pages read and looked at, and what is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from review_app.detection import raster
from review_app.detection import scan as detection
from review_app.detection.dark_areas import without_covered
from review_app.detection.office import Office, load
from review_app.detection.unseen_words import under_spans, without_unseen
from review_app.domain.content import PageContent
from review_app.domain.display import pages_in_words
from review_app.domain.findings import PageInfo, RecordReading, Recoverable, ScanResult, SpanFinding
from review_app.domain.geometry import Rect, same_place
from review_app.domain.vocabulary import Disposition
from review_app.engine import annotate, documents, render
from review_app.workers import live, reading, unreadable
from review_app.workers.packed import Keeper
from review_app.workers.request import Request

TEXT_CHUNK = 1_000_000
"""Characters of page text in one part. A page with more comes in several parts of the same number."""


def scan(document: documents.Document, request: Request) -> ScanResult:
    """Look at every page of a document. The text of its pages goes out in parts, and last of all."""
    count = document.page_count
    read: dict[int, PageContent] = {}
    covered: dict[int, tuple[Rect, ...]] = {}
    looks: dict[int, tuple[raster.Candidate, ...]] = {}
    unseen: list[Recoverable] = []
    without = live.left_out(request)
    keeper = Keeper()
    reader = reading.Reader(document, request)
    audience = live.Audience(request)
    for number in audience.turns(count):
        content, places = without_covered(unreadable.page(document, number, without.get(number)))
        if places:
            covered[number] = places
        is_scan = raster.is_scan(content) and not content.is_review_sheet
        picture = render.tones(document, number) if is_scan else None
        content = unreadable.marked(document, content)
        if picture is not None and not document.is_damaged(number):
            looks[number] = raster.look(content, *picture)
            content, hidden = without_unseen(content, *picture, looks[number])
            unseen += hidden
        if not content.is_unreadable:
            content = reader.page(content, picture)
        read[number] = keeper.kept(content)
        audience.saw(read[number], looks.get(number))
        request.progress(len(read), count)
    contents = [read[number] for number in sorted(read)]
    looks = dict(sorted(looks.items()))
    searched = [content for content in contents if not content.is_review_sheet]
    office, warnings = office_of(request)
    findings = detection.document(searched, looks=looks, office=office)
    if unseen:
        found = (*findings.recoverable, *under_spans(unseen, findings.spans))
        findings = replace(findings, recoverable=found)
        for lost in unseen:
            covered[lost.page] = (*covered.get(lost.page, ()), lost.rect)
    dispositions = findings.dispositions or {}
    # Text goes out only now: what detection calls recoverable must not reach the search index.
    for content in contents:
        _send_page(request, content, findings.recoverable)
    own = annotate.read_own(document)
    spans = merged(findings.spans, own.spans if own is not None else ())
    return ScanResult(
        file=request.name, sha256=document.sha256, media_type=document.media_type,
        pages=tuple(
            PageInfo(c.number, c.width, c.height, dispositions.get(c.number, Disposition.UNKNOWN))
            for c in contents
        ),
        spans=spans, record=tuple(_on_page(r, contents[r.page - 1]) for r in findings.record),
        recoverable=findings.recoverable,
        warnings=(*document.warnings, *warnings, *findings.warnings, *reader.warnings(),
                  *unreadable.warnings(searched, without), *_hidden(findings), *_covered(covered, findings)),
    )


def _on_page(reading: RecordReading, page: PageContent) -> RecordReading:
    """The value with its place cut to the page: words of a text layer may stand over its edge (contract)."""
    place = reading.rect.intersect(Rect(0.0, 0.0, page.width, page.height))
    return reading if place == reading.rect or place.is_empty else replace(reading, rect=place)


def office_of(request: Request) -> tuple[Office, tuple[str, ...]]:
    """What the request says of the office (``names``, ``stamp_folders``), and warnings for files it cannot
    use."""
    folders = [Path(str(folder)) for folder in request.params.get("stamp_folders") or ()]
    own, broken = load(folders)
    names = tuple(str(name) for name in request.params.get("names") or ())
    return Office(names, own), tuple(
        f"the stamp file {one.name} is not used: {one.reason}" for one in broken
    )


def _hidden(findings: detection.Findings) -> tuple[str, ...]:
    """A safety event in words: what was covered can still be read by anyone who has the file."""
    numbers = sorted({found.page for found in findings.recoverable})
    if not numbers:
        return ()
    count = sum(found.characters for found in findings.recoverable)
    return (
        f"{count} characters can be recovered under boxes on {pages_in_words(numbers)}: this file was "
        "covered, not redacted; do not pass it on",
    )


def _covered(covered: dict[int, tuple[Rect, ...]], findings: detection.Findings) -> tuple[str, ...]:
    """A warning for dark areas with words that no finding speaks of: whether they hide them is not known."""
    numbers = []
    for number, places in sorted(covered.items()):
        judged = [rect for span in findings.spans if span.page == number for rect in span.rects]
        judged += [found.rect for found in findings.recoverable if found.page == number]
        if any(all(place.intersect(rect).is_empty for rect in judged) for place in places):
            numbers.append(number)
    if not numbers:
        return ()
    return (
        f"text lies on or under dark areas on {pages_in_words(numbers)}: it may be withheld, so it was "
        "neither read nor made searchable; look there yourself",
    )


def _send_page(request: Request, content: PageContent, recoverable: Sequence[Recoverable]) -> None:
    text = released_text(content, [r.rect for r in recoverable if r.page == content.number])
    for start in range(0, max(1, len(text)), TEXT_CHUNK):
        request.part({
            "page": content.number, "width": round(content.width, 2), "height": round(content.height, 2),
            "text": text[start : start + TEXT_CHUNK],
        })


def released_text(content: PageContent, hidden: Sequence[Rect]) -> str:
    """The page's text for the search index: without words that touch a rectangle of recoverable text.

    A review sheet is ours, not the document's: it has none.
    """
    if content.is_review_sheet:
        return ""
    if not hidden:
        return content.text
    lines = []
    for line in content.lines:
        place = line.rect
        here = [rect for rect in hidden if place.meets(rect)]
        if not here:
            lines.append(line.text)
            continue
        words = [w.text for w in line.words if not any(w.rect.meets(rect) for rect in here)]
        lines.append(" ".join(words))
    return "\n".join(lines)


def merged(found: Sequence[SpanFinding], own: Sequence[SpanFinding]) -> tuple[SpanFinding, ...]:
    """Spans read from our own annotations, and those found that are not among them by place.

    Sorted by page, then from top to bottom. Ids stay where they can: a found span whose id is taken gets the
    next free ``s`` number.
    """
    taken = {span.id for span in own}
    extra: list[SpanFinding] = []
    number = 0
    for span in found:
        if any(mark.page == span.page and same_place(mark.rects, span.rects) for mark in own):
            continue
        identity = span.id
        while not identity or identity in taken:
            number += 1
            identity = f"s{number}"
        taken.add(identity)
        extra.append(span if identity == span.id else replace(span, id=identity))
    return tuple(sorted([*own, *extra], key=_place))


def _place(span: SpanFinding) -> tuple[int, float, float]:
    first = span.rects[0] if span.rects else Rect(0, 0, 0, 0)
    return span.page, first.y0, first.x0
