"""Withheld boxes in scanned pages: from pixels to candidates, and from candidates to findings.

:func:`look` sees one page and no other: it turns its pixels into candidates, and needs the picture only so
long. :func:`spans` sees the document: stamps, codes and what the text says decide which candidates are
withheld text, and how sure that is (weights: domain reference 5.9).
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from review_app.detection import raster_codes, raster_paper, raster_places, raster_skew
from review_app.detection.flow import Flow
from review_app.domain.content import PageContent, Word
from review_app.domain.findings import CodeReading, Extent, SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Band, Disposition, ExemptionStatus, Kind, Provenance

SCAN_SHARE = 0.6
"""A page is a scan when pictures cover more of it than this (detection reference 2.1)."""

SMALLEST = 60
"""Pixels: on a narrower page there is no room for a box and the paper around it."""

SHOWN = 0.3
"""What is less likely than this to be withheld text is not told."""

CHECK_BOX = 21.6
"""Points, .3 inch: a square frame that is smaller, without a code, is there to be ticked."""

LIKE_HEIGHT, LIKE_COUNT = 1.5, 4
"""Points, and number: so many longer boxes of its height say that a small square one is not to be ticked."""

FEW_LINES = 5
"""With fewer lines of text nobody can say that a page has no code: it was not read, or it is withheld."""

TEMPLATE_PAGES = 3
"""A dark area at the same place of so many pages belongs to the form."""

SUREST, DOUBT = 2.0, 0.5
"""Log-odds: looks alone make nothing surer than the first, and below the second it is said."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A box that the pixels show, in page space: how it is drawn, the share of ink in it, and whether
    a line of type was printed over it."""

    kind: Kind
    rect: Rect
    ink: float
    beyond: int = 0
    weight: float = 0.0
    reasons: tuple[str, ...] = ()
    overprinted: bool = False
    is_empty: bool = False


Looks = Mapping[int, Sequence[Candidate]]


def is_scan(page: PageContent) -> bool:
    """True when pictures cover most of the page: what was withheld is then in its pixels."""
    shown = Rect(0.0, 0.0, page.width, page.height)
    covered = sum(image.rect.intersect(shown).area for image in page.images)
    return not page.is_text_file and covered > SCAN_SHARE * shown.area


def look(page: PageContent, tones: NDArray[np.uint8], scale: float) -> tuple[Candidate, ...]:
    """The boxes that the pixels of a page show.

    Args:
        page: its text tells what is overprinted.
        tones: ``[row, column]``, 0 black to 255 white, of the page as displayed.
        scale: pixels a point.
    """
    if min(tones.shape) < SMALLEST:
        return ()
    seen: list[tuple[float, Candidate]] = []
    # What is withheld follows the lines of type: a page that lies on its side is searched upright.
    lies = raster_skew.is_sideways(page, tones)
    upright = np.rot90(tones) if lies else tones
    for turn, view, paper in views(np.ascontiguousarray(upright)):
        for found in raster_places.find(view, paper):
            place = raster_places.page_space(found.place.box, turn, upright.shape, scale)
            if lies:
                right = tones.shape[1] / scale
                place = Rect(right - place.y1, place.x0, right - place.y0, place.x1)
            place = place.intersect(Rect(0.0, 0.0, page.width, page.height))
            if not place.is_empty:
                seen.append((found.odds, candidate(found, place)))
    seen.sort(key=lambda pair: -pair[0])
    told: list[Candidate] = []
    for _, one in seen:
        if not any(_same(one.rect, other.rect) for other in told):
            told.append(one)
    return tuple(told)


def views(tones: NDArray[np.uint8]) -> list[tuple[float, NDArray[np.uint8], int]]:
    """The page on even paper, and turned level where it was laid askew: degrees, tones, tone of the paper.

    Boxes drawn before the scan are turned with the page; those put on afterwards are not.
    """
    tones, paper = raster_paper.evened(tones)
    out = [(0.0, tones, paper)]
    angle = raster_skew.angle_of(tones, paper)
    if angle:
        out.append((angle, raster_skew.turned_back(tones, angle, paper), paper))
    return out


def candidate(found: raster_places.Found, rect: Rect) -> Candidate:
    """A place in words, with its weight: how sure its looks alone make it."""
    if found.filled:
        kind = Kind.BLACK_BOX if found.black else Kind.FILLED_BOX
        reason = "a solid black box" if found.black else "a box of one even tone"
    else:
        kind = Kind.WHITE_BOX
        reason = (
            "an empty white box with a thin outline" if found.is_empty
            else "a white box with a thin outline and a few letters inside"
        )
    reasons: tuple[str, ...] = (reason,)
    if found.odds < DOUBT:
        reasons = (reason, "its looks alone leave doubt")
    weight = 1.0 + max(-0.8, min(SUREST, found.odds))
    empty = found.is_empty and not found.filled
    return Candidate(kind, rect, found.ink, found.beyond, weight, reasons, found.overprinted, empty)


def spans(
    looks: Looks,
    flow: Flow,
    found: Sequence[SpanFinding],
    *,
    stamps: frozenset[int],
    whole: Disposition,
    by_page: Mapping[int, Disposition],
    printed: frozenset[str],
) -> list[SpanFinding]:
    """``found`` and the boxes of the pixels, each code with its box.

    What another detector says of the same place gives way: a code in the margin, or a gap in the text, is
    only the trace of a box that is now seen itself.

    Args:
        looks: the candidates of each page.
        found: what the text gave.
        stamps: flow lines of stamps, legends and boilerplate.
        whole: what the stamps say of the document; ``by_page`` of single pages.
        printed: canonical codes of the release line.
    """
    out = list(found)
    for number, candidates in sorted(_without_furniture(looks).items()):
        if not candidates:
            continue
        lines = [i for i, line in enumerate(flow.lines) if line.page == number]
        disposition = by_page.get(number, whole)
        text = [i for i in lines if i not in stamps]
        boxes = [
            c for c in candidates
            if c.overprinted or c.is_empty or not _holds_text(c, flow, lines, stamps)
        ]
        attached = raster_codes.attach([c.rect for c in boxes], flow, text, printed)
        pitch = _pitch(flow, text)
        unsaid = disposition is Disposition.UNKNOWN and len(text) >= FEW_LINES and not (
            boxes and raster_codes.printed_codes(flow, text, printed)
        )
        made = [
            _span(number, box, codes, disposition, pitch, unsaid=unsaid)
            for box, codes in zip(boxes, attached.codes, strict=True)
            if codes or not _is_check_box(box, boxes)
        ]
        made = [span for span in made if span.confidence >= SHOWN]
        out = [span for span in out if span.page != number or not _gives_way(span, made, attached.taken)]
        out.extend(made)
    return out


def _without_furniture(looks: Looks) -> Looks:
    """Less weight for dark areas at the same place of three or more pages: a logo, the ribbon of a letterhead
    (domain reference 5.9: -3). White boxes stay: those beside a classification are on every page."""
    areas = [
        (number, c.rect) for number, candidates in looks.items() for c in candidates
        if c.kind is not Kind.WHITE_BOX
    ]
    if len({number for number, _ in areas}) < TEMPLATE_PAGES:
        return looks
    places: dict[tuple[int, ...], set[int]] = {}
    for number, rect in areas:
        places.setdefault(_rough(rect), set()).add(number)
    out: dict[int, Sequence[Candidate]] = {}
    for number, candidates in looks.items():
        out[number] = [
            replace(c, weight=c.weight - 3.0, reasons=(*c.reasons, "but it stands here on several pages"))
            if c.kind is not Kind.WHITE_BOX and len(places[_rough(c.rect)]) >= TEMPLATE_PAGES else c
            for c in candidates
        ]
    return out


def _rough(rect: Rect) -> tuple[int, ...]:
    return tuple(round(v / 3.0) for v in rect.as_list())


def without_doubles(
    told: Sequence[SpanFinding], drawn: Sequence[tuple[int, Sequence[Rect]]]
) -> list[SpanFinding]:
    """The spans without those of the pixels that a drawn box covers: its place is exact."""
    return [
        span for span in told
        if span.detector != "raster"
        or not any(_same(span.rects[0], rect) for page, rects in drawn if page == span.page for rect in rects)
    ]


def _same(one: Rect, other: Rect) -> bool:
    shared = one.intersect(other).area
    return one.iou(other) > 0.3 or shared > 0.6 * min(one.area, other.area)


def _holds_text(box: Candidate, flow: Flow, lines: Sequence[int], stamps: frozenset[int]) -> bool:
    """True when words other than codes stand inside: a frame around something that can be read.

    A stamp counts when it begins and ends inside (its own frame). One that runs on over the outline was
    printed over the box.
    """
    inside = box.rect.inset(1.5)
    for index in lines:
        line = flow.lines[index]
        if line.rect.intersect(inside).is_empty:
            continue
        words = line.words
        held = [
            at for at, word in enumerate(words)
            if inside.contains_point((word.rect.x0 + word.rect.x1) / 2, (word.rect.y0 + word.rect.y1) / 2)
        ]
        told = [
            at for at in held
            if sum(c.isalnum() for c in words[at].text) >= 3 and not raster_codes.is_code(words[at].text)
        ]
        if told and not (index in stamps and _runs_on(words, held[0], held[-1])):
            return True
    return False


def _runs_on(words: Sequence[Word], first: int, last: int) -> bool:
    """True when the words from ``first`` to ``last`` belong to a longer line of print."""
    near = 1.5 * words[first].rect.height
    before = first > 0 and words[first].rect.x0 - words[first - 1].rect.x1 < near
    after = last + 1 < len(words) and words[last + 1].rect.x0 - words[last].rect.x1 < near
    return before or after


def _is_check_box(box: Candidate, others: Sequence[Candidate]) -> bool:
    """True for a small square frame, to be ticked on a form. Where several longer ones of its height stand on
    the page, it is one of them: a short word was withheld."""
    wide, high = box.rect.width, box.rect.height
    is_square = max(wide, high) < CHECK_BOX and 0.65 < wide / max(high, 0.1) < 1.55
    if box.kind is not Kind.WHITE_BOX or not is_square:
        return False
    like = sum(
        other.kind is Kind.WHITE_BOX and abs(other.rect.height - high) <= LIKE_HEIGHT
        and other.rect.width > CHECK_BOX for other in others
    )
    return like < LIKE_COUNT


def _pitch(flow: Flow, text: Sequence[int]) -> float:
    """The distance of the lines of text, in points; 12 where there are too few to tell."""
    tops = sorted({round(flow.lines[i].rect.y1, 1) for i in text})
    steps = [b - a for a, b in itertools.pairwise(tops) if 7.0 < b - a < 40.0]
    return statistics.median(steps) if len(steps) >= 4 else 12.0


def _span(
    page: int, box: Candidate, codes: tuple[CodeReading, ...], disposition: Disposition, pitch: float,
    *, unsaid: bool,
) -> SpanFinding:
    weight, reasons = box.weight - 1.0, list(box.reasons)
    places = {code.provenance for code in codes}
    if Provenance.IN_BOX in places:
        weight += 4.0
        reasons.append("an exemption code is printed in it")
    elif Provenance.BESIDE in places:
        weight += 2.5
        reasons.append("an exemption code is printed beside it")
    elif codes:
        weight += 2.5
        shared = places == {Provenance.MARGIN_SHARED}
        reasons.append(
            "a code in the margin at its height stands for several boxes" if shared
            else "an exemption code stands in the margin at its height"
        )
    if disposition is Disposition.RELEASED_IN_PART:
        weight += 1.0
        reasons.append("the document is marked as released in part")
    elif disposition is Disposition.RELEASED_IN_FULL:
        weight -= 5.0
        reasons.append("but it is marked as released in full")
    elif unsaid:
        weight -= 1.0
        reasons.append("but no stamp and no code on its page says that anything is withheld")
    if box.beyond >= 3:
        weight -= 2.0
        reasons.append("its lines run on like those of a table")
    sure = round(min(0.99, 1.0 / (1.0 + math.exp(-weight))), 3)
    return SpanFinding(
        page=page,
        kind=box.kind,
        rects=(box.rect,),
        confidence=sure,
        # Certain is what says so itself: a box with its code (domain reference 5.9).
        band=Band.CERTAIN if sure >= 0.9 and codes else Band.LIKELY if sure >= 0.6 else Band.POSSIBLE,
        detector="raster",
        reasons=tuple(reasons),
        exemption_status=ExemptionStatus.STATED if codes else ExemptionStatus.NOT_STATED,
        codes=codes,
        extent=Extent(lines=max(1.0, round(2.0 * box.rect.height / pitch) / 2.0), stated=False),
    )


def _gives_way(span: SpanFinding, made: Sequence[SpanFinding], taken: Sequence[Rect]) -> bool:
    """True for a span of the text that says less of a place than a box does."""
    if span.kind is not Kind.BLANK:
        return False
    if span.detector == "margin_code":
        return any(
            not rect.intersect(code).is_empty and rect.intersect(code).area > 0.5 * code.area
            for rect in span.rects for code in taken
        )
    return any(not r.inset(-8.0).intersect(box.rects[0]).is_empty for r in span.rects for box in made)
