"""One document in, all findings out: withheld spans, the record of its stamps, dispositions, warnings."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import field, replace

from review_app.detection import (
    blanks,
    boilerplate,
    boxes,
    cables,
    countries,
    emails,
    headings,
    joining,
    layout,
    listing,
    margins,
    notes,
    placeholders,
    portions,
    raster,
    release,
    sheets,
    stamps,
    text_holes,
    unreadable,
)
from review_app.detection.flow import Collapsed, Flow, Place
from review_app.detection.office import Office, finder
from review_app.detection.readings import Reading
from review_app.detection.release import Release
from review_app.domain import crosscheck
from review_app.domain.bands import band_of
from review_app.domain.content import PageContent
from review_app.domain.findings import CodeReading, Extent, RecordReading, Recoverable, SpanFinding
from review_app.domain.geometry import bounds
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Band, Disposition, ExemptionStatus, Field, Kind

MAX_LABEL = 40


@dataclass(frozen=True, slots=True)
class Findings:
    """All that detection says of a document.

    ``spans`` are sorted by page and place, with ids ``s1`` to ``sn``. ``dispositions`` holds the pages
    whose own stamps say one. ``warnings`` hold no text of the document.
    """

    spans: tuple[SpanFinding, ...] = ()
    record: tuple[RecordReading, ...] = ()
    dispositions: dict[int, Disposition] = field(default_factory=dict)
    recoverable: tuple[Recoverable, ...] = ()
    warnings: tuple[str, ...] = ()


def document(
    pages: Sequence[PageContent],
    *,
    today: datetime.date | None = None,
    looks: raster.Looks | None = None,
    office: Office | None = None,
) -> Findings:
    """Search all pages of one document. Review sheets of our own are not searched.

    Args:
        pages: in order; ``lines`` in reading order.
        today: no two-digit year is read as later than this; default is the current date.
        looks: what :func:`review_app.detection.raster.look` saw in the pixels of scanned pages.
        office: reviewers known by name, and stamps of the office's own.
    """
    searched = [page for page in pages if not page.is_review_sheet]
    with countries.decided(countries.of_text(page.text for page in searched)):
        return _searched(searched, today, looks, office or Office())


def _searched(
    searched: list[PageContent], today: datetime.date | None, looks: raster.Looks | None, office: Office
) -> Findings:
    drawn = boxes.find(searched)
    # What people cannot read is no text of the document: neither rules nor the search index see it.
    hidden = tuple(h for box in drawn.boxes for h in box.hidden)
    flow = Flow([joining.without_hidden(page, hidden) for page in searched])
    if not flow.lines and not looks:
        found = [_box_span(box) for box in drawn.boxes]
        return Findings(_numbered(found), (), sheets.covered(found), hidden, tuple(drawn.warnings))
    view = Collapsed(flow)
    tail = boilerplate.tail_lines(flow)
    legends = margins.legend_pages(flow)
    known = office.all_families()
    marks = finder(known).find(view.text)
    releases = [
        r
        for r in release.find(flow, view, marks)
        if flow.line_index(r.start) not in tail and flow.lines[flow.line_index(r.start)].page not in legends
    ]
    read = stamps.read(flow, view, marks, today=today, known=known, names=office.names)
    disposition, dispositions = _dispositions(flow, releases, read.readings)
    furniture = _furniture(flow, releases, read, legends, tail)
    of_pages = [] if disposition is Disposition.RELEASED_IN_FULL else sheets.find(flow, furniture, legends)
    dispositions = sheets.dispositions(of_pages, {**sheets.duplicates(flow, furniture), **dispositions})
    furniture |= sheets.lines(flow, of_pages)

    readings = [r for r in read.readings if r.field is not Field.DISPOSITION]
    cable = cables.read(flow, read)
    covered = [*read.covered, *((r.start, r.end) for r in releases)]
    heading = [] if cable else _headings(flow, releases, read, covered)
    in_text = {r.field for r in cable}
    readings = [r for r in readings if not (r.fallback and r.field in in_text)]
    have = {r.field for r in readings}
    readings += [r for r in cable if r.field not in have]
    readings += [r for r in heading if r.field not in have or r.field is Field.ATTACHMENTS]
    if Field.ORIGINAL_CLASSIFICATION not in {r.field for r in readings} and (releases or read.covered):
        readings += portions.read(flow)
    record = [_record(flow, r) for r in sorted(readings, key=lambda r: r.start)]
    record += _release_record(flow, releases, read.readings, disposition)

    kept = joining.weighed(drawn.boxes, disposition, dispositions)
    told = _spans(flow, releases, read, disposition, legends, tail, dispositions, looks or {}, furniture)
    told += sheets.spans(flow, of_pages)
    told = unreadable.without_guesses(told, searched)
    merged = joining.merge(kept, raster.without_doubles(told, [(box.page, box.rects) for box in kept]))
    everything = layout.spans(
        flow,
        [*merged.rest, *(_box_span(box) for box in merged.boxes)],
        stamps=furniture,
        legends=legends,
        whole=disposition,
        by_page=dispositions,
        printed=frozenset(code.code for item in releases for code in item.codes),
    )
    spans = _numbered(sheets.settled(everything))
    dispositions |= sheets.covered(spans)
    return Findings(
        spans=spans,
        record=tuple(record),
        dispositions=dispositions,
        recoverable=hidden,
        warnings=(
            *(
                str(warning)
                for warning in crosscheck.check(
                    spans, record, disposition=disposition, all_unclassified=portions.all_unclassified(flow)
                )
            ),
            *drawn.warnings,
        ),
    )


def _dispositions(
    flow: Flow, releases: list[Release], readings: Sequence[Reading]
) -> tuple[Disposition, dict[int, Disposition]]:
    """What the stamps say of the document and of single pages. Part prevails over full: where anything was
    withheld, the whole was released in part."""
    votes: dict[int, Counter[Disposition]] = {}
    for found in releases:
        votes.setdefault(flow.lines[flow.line_index(found.start)].page, Counter())[found.disposition] += 1
    for reading in readings:
        if reading.field is Field.DISPOSITION:
            page = flow.lines[flow.line_index(reading.start)].page
            votes.setdefault(page, Counter())[Disposition(reading.value)] += 1
    by_page: dict[int, Disposition] = {}
    for page, counter in votes.items():
        top = max(counter.values())
        best = [d for d in _GRAVITY if counter.get(d) == top]
        by_page[page] = best[0]
    said = set(by_page.values())
    whole = next((d for d in _GRAVITY if d in said), Disposition.UNKNOWN)
    if whole is Disposition.WITHHELD_IN_FULL and len(said) > 1:
        whole = Disposition.RELEASED_IN_PART  # some pages withheld, others released
    return whole, by_page


def _headings(
    flow: Flow, releases: list[Release], read: stamps.Stamps, covered: list[tuple[int, int]]
) -> list[Reading]:
    """The heading of a memo, or of an e-mail in a document that a stamp says was released."""
    released = bool(releases or read.covered)
    office = "state-1990s" in read.families
    found = headings.read(flow, covered, released=released, marked=bool(releases) or office, numbered=office)
    if released and not any(r.field is Field.FROM for r in found):
        stamp_lines = frozenset(
            i
            for low, high in covered
            for i in range(flow.line_index(low), flow.line_index(max(low, high - 1)) + 1)
        )
        found = [*found, *emails.read(flow, stamp_lines)]
    return found


_GRAVITY = (Disposition.RELEASED_IN_PART, Disposition.WITHHELD_IN_FULL, Disposition.RELEASED_IN_FULL)


def _record(flow: Flow, reading: Reading) -> RecordReading:
    place = flow.place(reading.start, reading.end)
    low = reading.start if reading.label is None else reading.label
    raw = " ".join(flow.raw(low, reading.end).split())
    if reading.start - low > MAX_LABEL:  # another column stands between the label and the value
        raw = " ".join(flow.raw(reading.start, reading.end).split())
    return RecordReading(
        field=reading.field,
        value=reading.value,
        raw=raw,
        page=place.page,
        rect=bounds(place.rects),
        confidence=round(min(reading.confidence, 0.99), 3),
        rects=place.rects,
    )


def _release_record(
    flow: Flow, releases: list[Release], readings: Sequence[Reading], disposition: Disposition
) -> list[RecordReading]:
    found: list[RecordReading] = []
    if disposition is Disposition.UNKNOWN:
        return found
    source = next((r for r in releases if r.disposition is disposition), releases[0] if releases else None)
    if source is not None:
        found.append(
            _record(
                flow,
                Reading(
                    Field.DISPOSITION,
                    str(disposition),
                    source.start,
                    source.end,
                    0.99 * source.confidence,
                    "release",
                ),
            )
        )
    else:
        for reading in readings:
            if reading.field is Field.DISPOSITION:
                found.append(_record(flow, replace(reading, value=str(disposition))))
                break
    seen: set[str] = set()
    for item in releases:
        if item.codes_at is None:
            continue
        value = ", ".join(code.code for code in item.codes)
        if value not in seen:
            seen.add(value)
            sure = min(code.confidence for code in item.codes) * item.confidence
            found.append(_record(flow, Reading(Field.EXEMPTIONS, value, *item.codes_at, sure, "release")))
    return found


def _span(
    place: Place,
    kind: Kind,
    confidence: float,
    detector: str,
    reasons: tuple[str, ...],
    *,
    codes: tuple[CodeReading, ...] = (),
    extent: Extent | None = None,
    raw: str = "",
    highest: Band | None = None,
) -> SpanFinding:
    if place.more_pages:
        reasons = (*reasons, "it runs on over the end of the page")
    band = band_of(confidence)
    if highest is Band.LIKELY and band is Band.CERTAIN:
        band = Band.LIKELY
    return SpanFinding(
        page=place.page,
        kind=kind,
        rects=place.rects,
        confidence=round(min(confidence, 0.99), 3),
        band=band,
        detector=detector,
        reasons=reasons,
        lines=place.lines,
        exemption_status=ExemptionStatus.STATED if codes else ExemptionStatus.NOT_STATED,
        codes=codes,
        extent=extent,
        raw=raw,
    )


def _furniture(
    flow: Flow, releases: list[Release], read: stamps.Stamps, legends: frozenset[int], tail: range
) -> frozenset[int]:
    """The flow lines of stamps, legends and boilerplate."""
    skipped = set(tail)
    for item in releases:
        skipped.update(range(flow.line_index(item.start), flow.line_index(max(item.start, item.end - 1)) + 1))
        skipped.update(item.code_lines)
    for low, high in read.covered:
        skipped.update(range(flow.line_index(low), flow.line_index(max(low, high - 1)) + 1))
    skipped.update(i for i, line in enumerate(flow.lines) if line.page in legends)
    return frozenset(skipped)


def _spans(
    flow: Flow,
    releases: list[Release],
    read: stamps.Stamps,
    disposition: Disposition,
    legends: frozenset[int],
    tail: range,
    dispositions: dict[int, Disposition],
    looks: raster.Looks,
    frozen: frozenset[int],
) -> list[SpanFinding]:
    in_full = disposition is Disposition.RELEASED_IN_FULL

    found: list[SpanFinding] = []
    found_notes = notes.find(flow)
    listings = listing.pages(flow) if found_notes else frozenset()
    for note in found_notes:
        # In a document released in full a "[redacted]" was printed by whoever made the text.
        if flow.line_index(note.start) in tail or (in_full and not note.declares):
            continue
        if flow.lines[flow.line_index(note.start)].page in legends or flow.line_index(note.start) in frozen:
            continue
        is_sign = not note.declares and flow.lines[flow.line_index(note.start)].page in listings
        found.append(
            _span(
                flow.place(note.start, note.end),
                Kind.NOTE,
                min(note.confidence, listing.SURE) if is_sign else note.confidence,
                "note",
                (*note.reasons, listing.REASON) if is_sign else note.reasons,
                codes=note.codes,
                extent=note.extent,
                raw=" ".join(flow.raw(note.start, note.end).split()),
            )
        )
    for blank in blanks.find(flow, disposition, frozen):
        found.append(
            _span(
                flow.place_of_lines(blank.first, blank.last),
                Kind.BLANK,
                blank.confidence,
                "void_lines",
                blank.reasons,
                extent=Extent(lines=float(blank.line_count), stated=False),
                highest=Band.LIKELY,  # certain is what says so itself: a note, a box with its code
            )
        )
    for sign in placeholders.find(flow, disposition):
        if flow.line_index(sign.start) in frozen:
            continue
        found.append(
            _span(
                flow.place(sign.start, sign.end),
                Kind.PLACEHOLDER,
                sign.confidence,
                "placeholder",
                sign.reasons,
                raw=" ".join(flow.raw(sign.start, sign.end).split())[:200],
            )
        )
    in_part = disposition is Disposition.RELEASED_IN_PART
    printed = frozenset(code.code for item in releases for code in item.codes)
    if in_part or (disposition is Disposition.UNKNOWN and "cia-release" in read.families):
        because = (
            "the document is marked as released in part"
            if in_part
            else "the document carries the release stamp of an agency that prints codes in the margin"
        )
        for code in margins.find(flow, printed, frozen, because, sections_only=not in_part):
            found.append(
                _span(
                    flow.place_of_lines(code.first, code.last),
                    Kind.BLANK,
                    code.confidence,
                    "margin_code",
                    code.reasons,
                    codes=code.codes,
                    highest=Band.LIKELY,
                )
            )
    if in_part:
        marked = {span.lines[0] if span.lines else 0 for span in found if span.detector == "margin_code"}
        for start, end, reasons in margins.cut_addresses(flow, printed, frozen):
            place = flow.place(start, end)
            if place.lines is None or place.lines[0] not in marked:
                found.append(_span(place, Kind.BLANK, 0.8, "cut_address", reasons))
        told = {n for span in found if span.lines for n in range(span.lines[0], span.lines[1] + 1)}
        known = frozen | {i for i, line in enumerate(flow.lines) if line.number in told}
        why = (text_holes.REASON, because)
        found += [
            _span(place, Kind.BLANK, text_holes.CONFIDENCE, text_holes.DETECTOR, why)
            for place in text_holes.find(flow, known)
        ]
    return raster.spans(
        looks, flow, found, stamps=frozen, whole=disposition, by_page=dispositions, printed=printed
    )


def _box_span(box: boxes.Box) -> SpanFinding:
    confidence = min(box.confidence, 0.99)
    return SpanFinding(
        page=box.page,
        kind=box.kind,
        rects=box.rects,
        confidence=round(confidence, 3),
        band=band_of(confidence),
        detector="unapplied" if box.is_unapplied else "drawn_box",
        reasons=box.reasons,
        exemption_status=ExemptionStatus.STATED if box.codes else ExemptionStatus.NOT_STATED,
        codes=box.codes,
        extent=box.extent,
        raw=box.raw,
    )


def _numbered(spans: Sequence[SpanFinding]) -> tuple[SpanFinding, ...]:
    """Sorted by page and place, with ids ``s1`` to ``sn``."""
    found = sorted(spans, key=lambda s: (s.page, min(r.y0 for r in s.rects), min(r.x0 for r in s.rects)))
    return tuple(replace(span, id=f"s{number}") for number, span in enumerate(found, 1))
